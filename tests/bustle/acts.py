"""
What people do, as a table: each act is done as a person does it, and written down with what has to become of it.

Promises: one person does one thing at a time; what two of them do at once is not waited for.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple, TypeVar

from tests.bustle.sounds import words_in
from tests.bustle.town import Asked, Gone, Note, Town
from tests.world.discord import Answer, Message, NotOffered, Person, Room
from tests.world.discord import messages as discord_messages
from tests.world.discord.clock import moment_of
from tests.world.discord.rules import leaves
from tests.world.discord.state import Json

_LAG_MS = 60_000  # how far a gateway may lag behind
PATIENCE_S = 240  # the machine may be crowded
_MODE = "When I write a note down"
_MODES = {
    "auto": "Automatically, every note",
    "on_demand": "When somebody taps the button below it",
    "off": "Never",
}
_OUT, _IN, _FORGET, _YES = "Don't transcribe me", "Transcribe me again", "Forget me", "Yes, forget me"

Fact = TypeVar("Fact")


class Act(NamedTuple):
    """What somebody does, and how often of a hundred times."""

    name: str
    does: Callable[[Town], Awaitable[None]]
    weight: int


# -- notes -----------------------------------------------------------------------------------------


async def post(town: Town) -> None:
    """A voice note."""
    _, person, room = town.somebody()
    await town.post(person, room)


async def post_long(town: Town) -> None:
    """One whose words are shown while they come; perhaps somebody presses Stop."""
    _, person, room = town.somebody()
    note = await town.post(person, room, is_long=True)
    if town.dice.random() < 0.5:
        note.loose.add("somebody may have pressed Stop")
        note.touched = True
        found = await _seen(town, lambda: _with(note.answers, "Stop"), seconds=15)
        if found is not None:
            await _ask(town, "stop", person.press(found, "Stop"))


async def upload(town: Town) -> None:
    """A sound file beside some text."""
    _, person, room = town.somebody()
    await town.post(person, room, is_file=True)


async def write_directly(town: Town) -> None:
    """A voice note in a direct message."""
    _, person, _ = town.somebody()
    await town.post(person, person.dm())


async def delete(town: Town) -> None:
    """Somebody deletes what they posted, several notes at once now and then."""
    _, person, _ = town.somebody()
    own = town.standing(person=person)[-6:]
    gone = town.dice.sample(own, min(len(own), town.dice.choice((1, 1, 1, 3))))
    by_room: dict[int, list[Note]] = {}
    for note in gone:
        by_room.setdefault(note.room.id, []).append(note)
    for notes in by_room.values():
        await person.delete(*[note.message for note in notes])
        for note in notes:
            _goes(note, Gone.DELETED)


async def edit(town: Town) -> None:
    """Somebody changes the text beside their sound, or takes the sound away."""
    own = [note for note in town.standing() if not note.message.is_voice]
    if not own:
        return
    note = town.dice.choice(own[-12:])
    takes_away = town.dice.random() < 0.5
    body: Json = {"content": "I take that back"} | ({"attachments": []} if takes_away else {})
    discord_messages.edit(note.message, body)
    if takes_away:
        _goes(note, Gone.DELETED)


async def remove_room(town: Town) -> None:
    """A channel is deleted with all that is in it; another one takes its place."""
    server = town.dice.choice(town.servers)
    room = town.dice.choice(town.rooms[server.id][1:])
    town.rooms[server.id].remove(room)
    town.rooms[server.id].append(server.channel(f"room-after-{room.id}"))
    known = await _known(town, "channel_id", room.id)
    room.remove()
    there = [note for note in town.notes if note.room is room]
    for note in there:
        # What the bot takes in only afterwards finds no message, and its rows go by their age.
        _goes(note, Gone.CHANNEL if known.keys() & set(note.attachment_ids) else Gone.DELETED)
    if known.keys() >= {one for note in there for one in note.attachment_ids} and not town.changing[room.id]:
        town.closed.add(room.id)


# -- asking ----------------------------------------------------------------------------------------


async def ask(town: Town) -> None:
    """Somebody asks for a note by its menu."""
    await _asks(town, lambda person, note: person.menu("Transcribe", note.message))


async def ask_privately(town: Town) -> None:
    """Somebody asks for a note by its link, for themselves alone."""

    def by_link(person: Person, note: Note) -> Awaitable[Answer]:
        link = f"https://discord.com/channels/{note.room.guild.id if note.room.guild else '@me'}/{note.room.id}"
        return person.slash("transcribe", note.room, message=f"{link}/{note.message.id}", private=True)

    await _asks(town, by_link)


async def tap(town: Town) -> None:
    """Somebody taps the button below a note that nobody had asked for."""
    server, person, _ = town.somebody()
    offered = [note for note in town.standing(server) if note.mode == "on_demand" and _with(note.answers, "Transcribe")]
    if offered:
        note = town.dice.choice(offered)
        found = _with(note.answers, "Transcribe")
        assert found is not None
        _is_asked_for(town, note)
        async with _alone(town, person):
            await person.press(found, "Transcribe")


async def hear_again(town: Town) -> None:
    """Somebody has an answer heard again, as Korean."""
    await _under(town, lambda person, panel: person.choose(panel, "Hear it again in …", "Korean"), "again")


async def take_back(town: Town) -> None:
    """Somebody deletes the text below their note."""
    await _under(town, lambda person, panel: person.press(panel, "Delete this text"), "take back", only_own=True)


# -- wishes ----------------------------------------------------------------------------------------


async def opt(town: Town) -> None:
    """Somebody opts out, or in again."""
    _, person, room = town.somebody()
    async with _alone(town, person):
        panel = await _panel(town, person, room)
        own = [note for note in town.notes if note.person.id == person.id]
        if person.id in town.out:
            town.wish(person, "in")
            town.check_unheard(person)
            for note in own:
                # What the bot did not yet come to, or is asked for, it may hear now.
                if note.touched or note.unheard:
                    town.unsettle(note, "its speaker opted in meanwhile")
            await _pressed(person, panel, _IN)
            town.out.discard(person.id)
            return
        done = await _known(town, "author_id", person.id)
        for note in own:
            if not all(done.get(one) for one in note.attachment_ids):
                note.loose.add("its speaker opted out meanwhile")
        town.wish(person, "out")
        await _pressed(person, panel, _OUT)
        town.wish(person, "is out")
        town.out.add(person.id)
        standing = set().union(*(words_in(message.content) for message in town.public()))
        for note in own:
            note.barred |= note.word not in standing


async def forget_me(town: Town) -> None:
    """Somebody has themselves forgotten."""
    _, person, room = town.somebody()
    await forgotten(town, person, room)


async def forgotten(town: Town, person: Person, room: Room) -> None:
    """As `forget_me`; what the bot knew of them by then has to be gone, in every table and place."""
    async with _alone(town, person):
        panel = await _panel(town, person, room)
        await _pressed(person, panel, _FORGET)
        own = [note for note in town.notes if note.person.id == person.id]
        known = await _known(town, "author_id", person.id)
        # Who has just asked for one may be answered afterwards: then it is in the books anew.
        unknown = {note for note in own if not known.keys() >= set(note.attachment_ids) and note.gone is Gone.NO}
        # What was posted long ago and is in no book, as while its speaker was out, does not come into one any more.
        since_ms = town.discord.clock.now_ms() - _LAG_MS
        late = {note for note in unknown if moment_of(note.message.id) > since_ms}
        late |= {note for note in own if town.asking[note.number]}
        for note in own:
            note.loose.add("its speaker was forgotten meanwhile")
        town.wish(person, "forget")
        await _pressed(person, panel, _YES)
        town.wish(person, "is forgotten")
        late |= {note for note in own if town.asking[note.number]}
        for note in own:
            if note not in late | unknown:
                _goes(note, Gone.FORGOTTEN)
        if not late:
            town.left.add(person.id)


# -- who decides -----------------------------------------------------------------------------------


async def set_mode(town: Town) -> None:
    """Somebody decides when notes are heard in a channel."""
    server = town.dice.choice(town.servers)
    admin, room = town.admins[server.id], town.dice.choice(town.rooms[server.id][1:])
    mode = town.dice.choice(("auto", "auto", "on_demand", "off"))
    async with _alone(town, admin):
        if room.id not in town.discord.world.channels:
            return
        town.changing[room.id] += 1
        try:
            opened = await (await admin.slash("settings", room)).wait(seconds=PATIENCE_S)
            panel = opened.messages[0]
            await admin.press(panel, "Show this channel alone")
            await _until(town, lambda: "As in the whole server" in str(panel.components))
            done = await _known(town, "channel_id", room.id)
            for note in town.notes:
                if note.room is room and not all(done.get(one) for one in note.attachment_ids):
                    note.loose.add("the room's mode was decided meanwhile")
            await admin.choose(panel, _MODE, _MODES[mode])
            await _until(town, lambda: f"**{_MODE}**: {_MODES[mode]}" in str(panel.components))
            town.modes[room.id] = mode
        finally:
            town.changing[room.id] -= 1


async def set_words(town: Town) -> None:
    """Somebody says which names may be heard in a server."""
    server = town.dice.choice(town.servers)
    admin, room = town.admins[server.id], town.rooms[server.id][0]
    async with _alone(town, admin):
        opened = await (await admin.slash("settings", room)).wait(seconds=PATIENCE_S)
        panel, name = opened.messages[0], f"Name{town.dice.randrange(1000)}"
        form = await (await admin.press(panel, "Languages and names")).wait(seconds=PATIENCE_S)
        await admin.submit(form, vocabulary=name)
        await _until(town, lambda: name in str(panel.components))


async def set_limit(town: Town) -> None:
    """Somebody changes a limit: of a server, of its members, or of one."""
    server, person, _ = town.somebody()
    admin, room = town.admins[server.id], town.rooms[server.id][0]
    minutes = town.dice.randrange(1, 4) if town.is_tight(server) else town.dice.randrange(5_000, 9_000)
    verb, given = town.dice.choice(
        (
            ("quota cap", {"minutes": minutes}),
            ("quota cap", {"minutes": minutes, "member": person}),
            ("quota set", {"minutes": minutes * 10}),
            ("quota clear", {}),
            ("quota clear", {"everybody": True}),
            ("quota show", {}),
        )
    )
    async with _alone(town, admin):
        # A limit of one person counts for them: its decision is another's, and stays without their name.
        if "member" in given:
            town.left.discard(person.id)
        await _ask(town, verb, admin.slash(verb, room, **given))


async def look(town: Town) -> None:
    """Somebody looks up what was used."""
    _, person, room = town.somebody()
    async with _alone(town, person):
        await _ask(town, "usage", person.slash("usage", room))


ACTS = (
    Act("posts", post, 40),
    Act("posts a long note", post_long, 4),
    Act("uploads a file", upload, 8),
    Act("writes directly", write_directly, 3),
    Act("deletes", delete, 8),
    Act("edits", edit, 4),
    Act("deletes a channel", remove_room, 1),
    Act("asks", ask, 6),
    Act("asks in private", ask_privately, 6),
    Act("taps", tap, 3),
    Act("has it heard again", hear_again, 3),
    Act("takes a text back", take_back, 2),
    Act("opts out or in", opt, 5),
    Act("is forgotten", forget_me, 3),
    Act("sets a mode", set_mode, 2),
    Act("sets names", set_words, 1),
    Act("sets a limit", set_limit, 2),
    Act("looks up the month", look, 2),
)


# -- how -------------------------------------------------------------------------------------------


def _goes(note: Note, why: Gone) -> None:
    """Nothing of it may be left; what was erased with its rows stays so when its message goes too."""
    if note.gone in (Gone.NO, Gone.DELETED):
        note.gone = why


def _with(messages: Collection[Message], label: str) -> Message | None:
    """The message that has a button of that name."""
    found = (one for one in messages if label in [each.get("label") for _, each in leaves(one.components)])
    return next(found, None)


def _is_asked_for(town: Town, note: Note) -> None:
    note.touched = True
    note.loose.add("somebody asked for it")
    if note.gone is Gone.FORGOTTEN:  # its message stands, and whoever asks for it now is answered
        note.gone = Gone.NO
    if note.person.id not in town.out:
        note.barred = note.unheard = False


@asynccontextmanager
async def _alone(town: Town, person: Person) -> AsyncIterator[None]:
    """One thing at a time; of whoever waited in vain nobody knows what they have decided."""
    async with town.turns[person.id]:
        town.left.discard(person.id)
        try:
            yield
        except AssertionError:
            town.out.discard(person.id)
            for note in town.notes:
                if note.person.id == person.id:
                    town.unsettle(note, "its speaker waited in vain")
            raise


async def _ask(town: Town, what: str, asking: Awaitable[Answer], note: Note | None = None) -> Answer | None:
    """Ask, and wait for the answer; None where it never came, which is a finding."""
    number = note.number if note else 0
    town.asking[number] += 1
    try:
        answer = await asking
        town.asked.append(Asked(what, answer, note))
        return answer if await _seen(town, lambda: answer.done) else None
    finally:
        town.asking[number] -= 1


async def _asks(town: Town, how: Callable[[Person, Note], Awaitable[Answer]]) -> None:
    server, person, _ = town.somebody()
    note = town.latest(server)
    if note is None:
        return
    async with _alone(town, person):
        _is_asked_for(town, note)
        await _ask(town, "asks", how(person, note), note)


async def _under(
    town: Town, does: Callable[[Person, Message], Awaitable[Answer]], what: str, *, only_own: bool = False
) -> None:
    """Press More below an answer, then something of what it shows."""
    server, person, _ = town.somebody()
    note = town.latest(server, person if only_own else None)
    reply = _with(note.answers, "More") if note else None
    if note is None or reply is None:
        return
    async with _alone(town, person):
        more = await _ask(town, "more", person.press(reply, "More"), note)
        if more is not None and more.messages:
            _is_asked_for(town, note)
            await _ask(town, what, does(person, more.messages[0]), note)


async def _panel(town: Town, person: Person, room: Room) -> Answer:
    if room.id not in town.discord.world.channels:
        raise NotOffered("the channel is gone")
    return await (await person.slash("privacy", room)).wait(seconds=PATIENCE_S)


async def _pressed(person: Person, panel: Answer, label: str) -> None:
    before = panel.content
    await person.press(panel.messages[0], label)
    await panel.wait(partial(_differs, before), seconds=PATIENCE_S)


def _differs(before: str, seen: Answer) -> bool:
    return seen.content != before


async def _until(town: Town, fact: Callable[[], object]) -> None:
    await town.discord.clock.bell.until(fact, PATIENCE_S)


async def _seen(town: Town, fact: Callable[[], Fact], seconds: float = PATIENCE_S) -> Fact | None:
    """What is so within that time; else None."""
    try:
        return await town.discord.clock.bell.until(fact, seconds)
    except AssertionError:
        return None


async def _known(town: Town, column: str, value: int) -> dict[int, bool]:
    """The attachments of the notes that the books have there: whether each is done."""
    sql = f"SELECT attachment_id, bool_and(state = 'done') FROM note WHERE {column} = $1 GROUP BY 1"  # noqa: S608 -- ours
    return {row[0]: row[1] for row in await town.books.fetch(sql, value)}
