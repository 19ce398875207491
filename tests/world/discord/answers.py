"""
What one person sees after an act of theirs: words, files, buttons, a form, or nothing at all.

An `Answer` is a live view: its properties tell what is visible now, `wait` returns when it is so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.world.discord.clock import moment_of
from tests.world.discord.interactions import failed
from tests.world.discord.rules import leaves
from tests.world.discord.state import Channel, File, Flag, Interaction, Json, Message, User
from tests.world.discord.wire import moment


class NotOffered(AssertionError):
    """Discord's client wouldn't have let this person do that."""


@dataclass(eq=False, repr=False)
class Answer:
    """What `user` sees of the answer to their own `message`, or to their `interaction`."""

    user: User
    channel: Channel
    message: Message | None = None
    interaction: Interaction | None = None

    @property
    def messages(self) -> list[Message]:
        """The visible messages that answer, oldest first."""
        if self.interaction is not None:
            one = self.interaction
            found = [each for each in (one.original, *one.followups) if each is not None]
        else:
            assert self.message is not None
            thread = self.message.thread
            found = [*self.message.replies, *(thread.messages.values() if thread else ())]
        alive = [each for each in found if each.id in each.channel.messages]
        return [each for each in alive if each.only_for in (None, self.user)]

    @property
    def content(self) -> str:
        """All words, message after message."""
        return "\n".join(each.content for each in self.messages if each.content)

    @property
    def embeds(self) -> list[Json]:
        """All embeds."""
        return [embed for each in self.messages for embed in each.embeds]

    @property
    def files(self) -> list[File]:
        """All attached files; `file.read()` gives the bytes."""
        return [file for each in self.messages for file in each.files]

    @property
    def components(self) -> list[Json]:
        """Everything that can be pressed, chosen or read in the layout, flattened."""
        return [one for each in self.messages for _, one in leaves(each.components)]

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees it."""
        return bool(self.messages) and all(each.only_for is self.user for each in self.messages)

    @property
    def thinking(self) -> bool:
        """Whether it still says "... is thinking"."""
        return any(each.thinking for each in self.messages)

    @property
    def failed(self) -> bool:
        """Whether it says "The application did not respond"."""
        return self.interaction is not None and failed(self.interaction)

    @property
    def modal(self) -> Json | None:
        """The form it opened."""
        return self.interaction.modal if self.interaction else None

    @property
    def choices(self) -> list[Json]:
        """What an option offered to complete to."""
        return self.interaction.choices if self.interaction else []

    @property
    def done(self) -> bool:
        """Whether there is something to see that is not just "thinking"."""
        if self.interaction is None:
            return bool(self.messages) and not self.thinking
        return self.failed or (self.interaction.callback is not None and not self.thinking)

    async def wait(self, fact: "Callable[[Answer], Any] | None" = None, seconds: float = 10) -> "Answer":
        """Wait until the answer is so (by default: done), and return it."""
        test = fact or (lambda seen: seen.done)
        await self.channel.world.clock.bell.until(lambda: test(self), seconds, lambda: str(self) or "nothing")
        return self

    def __repr__(self) -> str:
        return f"<{self}>"

    def __str__(self) -> str:
        if self.failed:
            return "The application did not respond"
        return "\n".join(line(each) for each in self.messages)


def line(message: Message) -> str:
    """A message as one reads it: time, name, what it hangs on, words, files, buttons."""
    parts = [f"[{moment(moment_of(message.id))[11:19]}] {message.author.name}:"]
    reference = message.reference
    if reference is not None and reference[2] == 0:
        parts.append(f"(to {reference[1].author.name})" if reference[1] else "(to a deleted message)")
    if message.only_for is not None:
        parts.append("(only you can see this)")
    if message.thinking:
        parts.append("is thinking...")
    parts.append(message.content)
    parts += [f"<forwarded: {_snapshot(each['message'])}>" for each in message.snapshots]
    parts += [f"<{embed.get('title') or ''} {embed.get('description') or ''}>" for embed in message.embeds]
    parts += [_file(file, is_voice=message.is_voice) for file in message.files]
    parts += [f"[{name}]" for _, one in leaves(message.components) for name in _names(one)[:1]]
    parts += [f"{emoji} {len(who)}" for emoji, who in message.reactions.items()]
    parts.append("(edited)" if message.edited_ms else "")
    return " ".join(part for part in parts if part)


def _file(file: File, *, is_voice: bool) -> str:
    length = "" if file.duration_secs is None else f" {file.duration_secs:.1f} s"
    return f"<voice message{length}>" if is_voice else f"<{file.filename}{length} {file.size} bytes>"


def _snapshot(shape: Json) -> str:
    files = ["voice message" if shape["flags"] & Flag.VOICE else each["filename"] for each in shape["attachments"]]
    return " ".join([*filter(None, [shape["content"]]), *files])


def _names(one: Json) -> list[str]:
    return [one[key] for key in ("label", "placeholder", "content", "custom_id") if one.get(key)]


def control(message: Message, name: str, user: User) -> Json:
    """The button or select of that label, placeholder or custom id, if this person could use it."""
    if message.id not in message.channel.messages or message.only_for not in (None, user):
        raise NotOffered(f"{user.name} doesn't see this message")
    usable = [one for _, one in leaves(message.components) if one.get("custom_id") and not one.get("disabled")]
    for one in usable:
        if name in _names(one):
            return one
    raise NotOffered(f"{user.name} finds no {name!r} among {[_names(one) for one in usable]}")
