"""
People: what members and admins do, and what each of them would then see.

`discord.guild("Home")` makes a server, `.channel("general")` a channel, `.member("Mina")` a person who acts.
Promises: a person can only do what Discord's own client would let them do (`NotOffered` otherwise).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.world.discord import commands, events, interactions, messages, reactions, wire
from tests.world.discord.answers import Answer, NotOffered, control
from tests.world.discord.messages import Upload
from tests.world.discord.permissions import NONE, Permission
from tests.world.discord.rooms import Room
from tests.world.discord.rules import leaves
from tests.world.discord.state import Channel, Flag, Guild, Json, Kind, Member, Message, Role, User, World

WAVEFORM = "AAEEAgMHCQsNDxESEA0KBwUDAQ=="


def upload(source: "Path | str | Upload | tuple[str, bytes]", **claims: Any) -> Upload:
    """What a person hands over: a path, or (name, bytes)."""
    if isinstance(source, Upload):
        return source
    if isinstance(source, tuple):
        return Upload(*source, **claims)
    return Upload(Path(source).name, Path(source).read_bytes(), **claims)


def seconds_of(data: bytes) -> float:
    """Length of an Ogg/Opus stream by its last page (RFC 7845: 48,000 samples a second, less the pre-skip)."""
    last, head = data.rfind(b"OggS"), data.find(b"OpusHead")
    if last < 0 or head < 0:
        return 1.0
    granule = int.from_bytes(data[last + 6 : last + 14], "little")
    return max(0.0, (granule - int.from_bytes(data[head + 10 : head + 12], "little")) / 48_000)


@dataclass(eq=False, repr=False)
class Person:
    """Somebody who acts. `guild` is where, for acts that name no channel."""

    world: World
    user: User
    guild: Guild | None = None

    @property
    def name(self) -> str:
        """What others call them."""
        return self.user.name

    @property
    def id(self) -> int:
        """Their account's id."""
        return self.user.id

    @property
    def member(self) -> Member:
        """Them in their guild."""
        assert self.guild is not None
        return self.guild.members[self.user.id]

    def dm(self) -> Room:
        """Their direct messages with the app."""
        made = messages.direct(self.world, self.user)
        assert isinstance(made, Room)
        return made

    async def say(self, channel: Channel, content: str, *, reply_to: Message | None = None) -> Answer:
        """Write a message."""
        body: Json = {"content": content}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to.id), "channel_id": str(channel.id)}
        return self._post(channel, body)

    async def voice_note(
        self,
        channel: Channel,
        source: "Path | str | tuple[str, bytes]",
        *,
        seconds: float | None = None,
        waveform: str = WAVEFORM,
        content_type: str = "audio/ogg",
    ) -> Answer:
        """Record a voice message; `seconds` forges the duration the client claims."""
        data = upload(source).data
        assert isinstance(data, bytes)
        length = seconds_of(data) if seconds is None else seconds
        note = Upload("voice-message.ogg", data, content_type, length, waveform)
        return self._post(channel, {"flags": int(Flag.VOICE)}, [note])

    async def upload(
        self, channel: Channel, *sources: "Path | str | Upload | tuple[str, bytes]", content: str = ""
    ) -> Answer:
        """Post files."""
        return self._post(channel, {"content": content}, [upload(each) for each in sources])

    async def forward(self, message: Message, channel: Channel) -> Answer:
        """Forward a message: its snapshot arrives, without its author."""
        place = {"message_id": str(message.id), "channel_id": str(message.channel.id), "type": 1}
        return self._post(channel, {"message_reference": place})

    def _post(self, channel: Channel, body: Json, uploads: Iterable[Upload] = ()) -> Answer:
        return Answer(self.user, channel, messages.post(self.world, self.user, channel, body, list(uploads)))

    async def edit(self, message: Message, content: str) -> Message:
        """Change one's own message."""
        self._check(message.author is self.user, "only its author edits a message")
        return messages.edit(message, {"content": content})

    async def delete(self, *gone: Message) -> None:
        """Delete one's own message, or with MANAGE_MESSAGES anybody's; several at once."""
        for message in gone:
            may = message.author is self.user or message.channel.allowed(self.user) & Permission.MANAGE_MESSAGES
            self._check(bool(may) and message.only_for in (None, self.user), "may not delete this message")
        messages.delete(*gone)

    async def react(self, message: Message, emoji: str) -> None:
        """Add a reaction."""
        self._check(not self._is_silenced(), "is in time-out")
        reactions.react(self.user, message, emoji)

    async def typing(self, channel: Channel) -> None:
        """Start typing."""
        self.world.emit(events.typing(self.user, channel))

    async def thread(self, channel: Channel, name: str, on: Message | None = None, kind: Kind = Kind.THREAD) -> Room:
        """Open a thread."""
        made = messages.start_thread(self.user, channel, name, on, kind)
        assert isinstance(made, Room)
        return made

    async def open_post(
        self, forum: Channel, title: str, content: str = "", *sources: "Path | str | Upload | tuple[str, bytes]"
    ) -> Room:
        """Open a post in a forum; its first message says `content` (or the title again) and carries the files."""
        body: Json = {"content": content or title}
        made, _ = messages.open_post(self.user, forum, title, body, [upload(each) for each in sources])
        assert isinstance(made, Room)
        return made

    def time_out(self, seconds: float) -> None:
        """Be silenced in this guild for so long (0: speak again): only to see and to read is left."""
        self.member.timed_out_ms = self.world.clock.now_ms() + int(1000 * seconds) if seconds else 0
        self.world.emit(events.about_member("GUILD_MEMBER_UPDATE", self.member))

    def _is_silenced(self) -> bool:
        return self.guild is not None and self.user.id in self.guild.members and self.member.is_timed_out

    # interactions

    async def slash(self, name: str, channel: Channel | None = None, **options: Any) -> Answer:
        """Use a chat command ("settings language": with its sub-command). Files are given as paths or (name, bytes)."""
        return self._command(name, channel, options)

    async def autocomplete(
        self, name: str, option: str, typed: Any, channel: Channel | None = None, **others: Any
    ) -> Answer:
        """Type into an option that completes itself; see `.choices`."""
        return self._command(name, channel, {**others, option: typed}, typing_in=option)

    def _command(self, name: str, channel: Channel | None, options: Json, typing_in: str | None = None) -> Answer:
        channel = channel or self._here()
        first, *subs = name.split()
        command = self._offer(first, channel, commands.CHAT)
        chosen, resolved = self._options(command, subs, options, channel, typing_in)
        data: Json = {"id": command["id"], "name": first, "type": 1, "options": chosen}
        if resolved:
            data["resolved"] = resolved
        return self._start(channel, 4 if typing_in else 2, data, command)

    def _options(
        self, level: Json, subs: list[str], given: Json, channel: Channel, typing_in: str | None
    ) -> tuple[list[Json], Json]:
        offered = {each["name"]: each for each in level.get("options") or []}
        if subs:
            self._check(subs[0] in offered, f"no sub-command {subs[0]}")
            inner, resolved = self._options(offered[subs[0]], subs[1:], given, channel, typing_in)
            return [{"name": subs[0], "type": offered[subs[0]]["type"], "options": inner}], resolved
        resolved = {}
        chosen = []
        missing = {name for name, each in offered.items() if each.get("required")} - set(given)
        self._check(typing_in is not None or not missing, f"needs {missing}")
        for name, value in given.items():
            self._check(name in offered, f"no option {name}")
            option = offered[name]
            picks = [each["value"] for each in option.get("choices") or []]
            self._check(not picks or value in picks, f"{value!r} is not a choice of {name}")
            made = {
                "name": name,
                "type": option["type"],
                "value": self._value(option["type"], value, channel, resolved),
            }
            chosen.append({**made, "focused": True} if name == typing_in else made)
        return chosen, resolved

    def _value(self, kind: int, value: Any, channel: Channel, resolved: Json) -> Any:
        if kind == 11:
            kept = messages.keep(self.world, channel, upload(value), ephemeral=True)
            resolved.setdefault("attachments", {})[str(kept.id)] = wire.file(kept, self.world.cdn_address(kept))
            return str(kept.id)
        return resolve(value, resolved) if kind in (6, 7, 8, 9) else value

    async def menu(self, name: str, message: Message) -> Answer:
        """Use a message command from a message's context menu."""
        command = self._offer(name, message.channel, commands.MESSAGE_MENU)
        target = {str(message.id): wire.message(message)}
        data = {
            "id": command["id"],
            "name": name,
            "type": 3,
            "target_id": str(message.id),
            "resolved": {"messages": target},
        }
        return self._start(message.channel, 2, data, command)

    async def press(self, message: Message, button: str) -> Answer:
        """Press a button, named by its label or custom id."""
        one = control(message, button, self.user)
        return self._component(message, {"custom_id": one["custom_id"], "component_type": one["type"]})

    async def choose(self, message: Message, select: str, *values: Any) -> Answer:
        """Choose in a select: values or labels of its options, or the channels, roles, people themselves."""
        one = control(message, select, self.user)
        least, most = one.get("min_values", 1), one.get("max_values", 1)
        self._check(least <= len(values) <= most, f"between {least} and {most} choices")
        data: Json = {"custom_id": one["custom_id"], "component_type": one["type"]}
        if one["type"] == 3:
            known = {name: each["value"] for each in one["options"] for name in (each["label"], each["value"])}
            self._check(set(values) <= set(known), f"the choices are {sorted(known)}")
            return self._component(message, {**data, "values": [known[each] for each in values]})
        resolved: Json = {}
        picked = [resolve(each, resolved) for each in values]
        return self._component(message, {**data, "values": picked, "resolved": resolved})

    async def forge(self, message: Message, custom_id: str, *values: str) -> Answer:
        """Send what no client of Discord's would: any values for any id of a select, below a message they see."""
        self._check(message.only_for in (None, self.user), "doesn't see this message")
        kinds = (one["type"] for _, one in leaves(message.components) if one.get("custom_id") == custom_id)
        data = {"custom_id": custom_id, "component_type": next(kinds, 3), "values": list(values)}
        return self._component(message, data)

    async def forge_form(self, form: Answer, custom_id: str, **fields: str) -> Answer:
        """Send a form of any id with any fields, in place of one that was opened."""
        self._check(form.modal is not None, "no form is open")
        rows = [
            {"type": 1, "components": [{"type": 4, "custom_id": name, "value": value}]}
            for name, value in fields.items()
        ]
        by = form.interaction.owners if form.interaction else {}
        source = form.interaction.message if form.interaction else None
        return self._begin(form.channel, interactions.FORM, {"custom_id": custom_id, "components": rows}, by, source)

    async def submit(self, form: Answer, **fields: str) -> Answer:
        """Send a form that an answer opened; fields by custom id, others keep what they show."""
        self._check(form.modal is not None, "no form is open")
        modal = form.modal or {}
        rows = [_filled(row, fields) for row in modal["components"]]
        data = {"custom_id": modal["custom_id"], "components": rows}
        source = form.interaction.message if form.interaction else None
        by = form.interaction.owners if form.interaction else {}
        return self._begin(form.channel, interactions.FORM, data, by, source)

    def _component(self, message: Message, data: Json) -> Answer:
        by = message.interaction.owners if message.interaction else interactions.owners(self.user, message.channel)
        return self._begin(message.channel, interactions.COMPONENT, data, by, message)

    def _start(self, channel: Channel, kind: int, data: Json, command: Json) -> Answer:
        by = interactions.owners(self.user, channel, command.get("integration_types") or [0])
        return self._begin(channel, kind, data, by)

    def _begin(
        self, channel: Channel, kind: int, data: Json, by: dict[str, str], message: Message | None = None
    ) -> Answer:
        self._check(not self._is_silenced(), "is in time-out")
        one = interactions.start(self.world, self.user, channel, kind, data, by=by, message=message)
        return Answer(self.user, channel, interaction=one)

    def _offer(self, name: str, channel: Channel, kind: int) -> Json:
        found = commands.offered(self.world, self.user, channel, kind)
        self._check(name in found, f"is offered only {sorted(found)}, not {name!r}")
        return found[name]

    def _here(self) -> Channel:
        if self.guild is None:
            return self.dm()
        return next(each for each in self.guild.channels.values() if each.has_messages and not each.is_thread)

    def _check(self, fact: bool, why: str) -> None:  # noqa: FBT001  # an assertion has no better name for its fact
        if not fact:
            raise NotOffered(f"{self.name}: {why}")


def resolve(value: "Person | User | Role | Channel", resolved: Json) -> str:
    """The id of a thing a person picked; the thing itself goes to the resolved data."""
    if isinstance(value, Person):
        resolved.setdefault("users", {})[str(value.id)] = wire.user(value.user)
        if value.guild is not None:
            member = {**wire.member(value.member), "permissions": wire.permissions(value.member)}
            resolved.setdefault("members", {})[str(value.id)] = member
    elif isinstance(value, Role):
        resolved.setdefault("roles", {})[str(value.id)] = wire.role(value)
    elif isinstance(value, Channel):
        shape = {**wire.channel(value), "permissions": str(int(NONE))}
        resolved.setdefault("channels", {})[str(value.id)] = shape
    return str(value.id)


def _filled(row: Json, fields: dict[str, str]) -> Json:
    if row["type"] == 4:
        value = fields.get(row["custom_id"], row.get("value") or "")
        return {"type": 4, "custom_id": row["custom_id"], "value": value}
    inner = "component" if "component" in row else "components"
    held = row[inner]
    return {
        "type": row["type"],
        inner: _filled(held, fields) if inner == "component" else [_filled(each, fields) for each in held],
    }
