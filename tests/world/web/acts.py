"""
What a visitor does on the page, as acts of a person of the local Discord.

One function per act, named as the page names it. Promises: a person can do here only what Discord's own
client would offer them; what it would not is a `NotOffered`, what Discord refuses a `Refusal`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.world.discord import Answer, Channel, Message, NotOffered, Person, Role, Server
from tests.world.discord.state import Json
from tests.world.web.sound import recorded

PATIENCE_S = 20.0  # longer than Discord waits for an app's first answer


@dataclass(slots=True)
class Visit:
    """One server with its people, and the forms that are open in it."""

    server: Server
    people: Mapping[str, Person]
    forms: dict[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """Who does it, with which words and files."""

    visit: Visit
    person: Person
    body: Json
    files: Mapping[str, list[tuple[str, bytes]]]

    @property
    def room(self) -> Channel:
        """Where."""
        found = self.person.world.channels.get(int(self.body["room"]))
        if found is None:
            raise NotOffered("this channel is gone")
        return found

    @property
    def message(self) -> Message:
        """On which message."""
        return self._found(self.body["message"])

    def _found(self, message_id: str) -> Message:
        found = self.room.messages.get(int(message_id))
        if found is None or found.only_for not in (None, self.person.user):
            raise NotOffered("this message is gone")
        return found


async def say(act: Act) -> Json:
    """Words, files or both; `reply_to` another message."""
    files = act.files.get("files", [])
    if files:
        await act.person.upload(act.room, *files, content=act.body.get("content", ""))
    else:
        answered = act.body.get("reply_to")
        await act.person.say(act.room, act.body["content"], reply_to=act._found(answered) if answered else None)
    return {}


async def voice(act: Act) -> Json:
    """A recording, as a voice message."""
    note = await recorded(act.files["files"][0][1])
    await act.person.voice_note(act.room, ("voice-message.ogg", note.ogg), seconds=note.seconds, waveform=note.waveform)
    return {}


async def edit(act: Act) -> Json:
    """Other words for one's own message."""
    await act.person.edit(act.message, act.body["content"])
    return {}


async def delete(act: Act) -> Json:
    """A message, gone."""
    await act.person.delete(act.message)
    return {}


async def forward(act: Act) -> Json:
    """A message, in another place or the same."""
    to = act.person.world.channels[int(act.body.get("to") or act.body["room"])]
    await act.person.forward(act.message, to)
    return {}


async def slash(act: Act) -> Json:
    """A command with its options; files come by the option's name."""
    return await _begun(act, await act.person.slash(act.body["name"], act.room, **_options(act)))


async def complete(act: Act) -> Json:
    """What an option that completes itself offers."""
    options = _options(act)
    typed = options.pop(act.body["option"], "")
    asked = await act.person.autocomplete(act.body["name"], act.body["option"], typed, act.room, **options)
    await asked.wait(seconds=PATIENCE_S)
    return {"choices": asked.choices}


async def menu(act: Act) -> Json:
    """A command of a message's menu."""
    return await _begun(act, await act.person.menu(act.body["name"], act.message))


async def press(act: Act) -> Json:
    """A button."""
    return await _begun(act, await act.person.press(act.message, act.body["custom_id"]))


async def choose(act: Act) -> Json:
    """One or several of a select's options."""
    values = [_thing(act, each) if act.body.get("things") else each for each in act.body["values"]]
    return await _begun(act, await act.person.choose(act.message, act.body["custom_id"], *values))


async def submit(act: Act) -> Json:
    """A form that an answer opened."""
    form = act.visit.forms.pop(act.body["form"], None)
    if form is None or form.user is not act.person.user:
        raise NotOffered("this form is gone")
    return await _begun(act, await act.person.submit(form, **act.body["fields"]))


async def language(act: Act) -> Json:
    """The language of a person's client, or of the server."""
    if act.body["whose"] == "server":
        act.visit.server.speak(act.body["locale"])
    else:
        act.person.user.locale = act.body["locale"]
        act.person.world.clock.bell.ring()
    return {}


ACTS: Mapping[str, Callable[[Act], Awaitable[Json]]] = {
    act.__name__: act
    for act in (say, voice, edit, delete, forward, slash, complete, menu, press, choose, submit, language)
}


async def _begun(act: Act, answer: Answer) -> Json:
    """What the client knows once the app has answered first, or not in time."""
    one = answer.interaction
    assert one is not None
    await answer.wait(lambda seen: seen.failed or one.callback is not None, PATIENCE_S)
    if answer.modal is not None:
        act.visit.forms[str(one.id)] = answer
    return {"failed": answer.failed, "form": str(one.id), "modal": answer.modal}


def _options(act: Act) -> Json:
    """The options by name: words and numbers as they are, files as uploaded, people and places by id."""
    made: Json = dict(act.body.get("options", {}))
    for name in act.body.get("things", []):
        made[name] = _thing(act, made[name])
    return made | {name: files[0] for name, files in act.files.items()}


def _thing(act: Act, number: Any) -> Person | Role | Channel:
    """The person, role or channel of that id."""
    wanted, server = int(number), act.visit.server
    if wanted in server.members:
        return Person(server.world, server.members[wanted].user, server)
    if wanted in server.roles:
        return server.roles[wanted]
    if wanted in server.channels:
        return server.channels[wanted]
    raise NotOffered("there is nobody and nothing of that id")
