"""
A Discord in memory, and the courier that goes to it.

Hides nothing of what stands there: each message of ours with its channel, nonce and words. Promises: as Discord does,
the same nonce in the same channel gives the same message back; nothing can be posted below a message that is gone, nor
in a channel that is; a command has one answer, which may be edited again.
"""

import hashlib
import shutil
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.notes import Ask, Note
from bot.notice import Notice, Place
from bot.outcome import Gone, Outcome, Repeat, Stage, Transcript, kind
from bot.post.line import nonce_of
from bot.request import Delivery, Fetched, Glimpse, QuoteGone, Removal, Untold
from tests.explorer.gate import outside

_DIRECT = 950_000_000_000_000_000
PART_SIGNS = 48  # an answer of more signs has several parts


@dataclass(frozen=True, slots=True)
class Message:
    """One message of ours that stands; `is_words`: it says what somebody spoke."""

    id: int
    channel_id: int
    nonce: str
    text: str
    note_key: str
    ask_id: int
    part: int
    is_words: bool


@dataclass
class Guilds:
    """
    All that stands, and in which order what was done.

    `gone` are deleted messages of people, `closed` channels that are no more; `sounds` which bytes each attachment
    has, where two have the same.
    """

    next_id: int
    standing: dict[int, Message] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    sounds: dict[int, str] = field(default_factory=dict)
    events: list[tuple[str, int]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    paths: dict[str, int] = field(default_factory=dict)

    def copy(self) -> "Guilds":
        """Another one in which the same stands."""
        return replace(
            self,
            standing=dict(self.standing),
            gone=set(self.gone),
            closed=set(self.closed),
            sounds=dict(self.sounds),
            events=list(self.events),
            told=list(self.told),
            paths=dict(self.paths),
        )

    def post(self, message: Message) -> Message:
        """A message, or the one that stands there under the same nonce."""
        for known in self.standing.values():
            if (known.channel_id, known.nonce) == (message.channel_id, message.nonce):
                return known
        self.next_id += 1
        made = replace(message, id=self.next_id)
        self.standing[made.id] = made
        self._tell(made)
        return made

    def edit(self, message_id: int, text: str, *, is_words: bool) -> bool:
        """Have it say this instead; False: it is gone."""
        if (known := self.standing.get(message_id)) is None:
            return False
        self.standing[message_id] = edited = replace(known, text=text, is_words=is_words)
        if edited != known:
            self._tell(edited)
        return True

    def delete(self, message_id: int) -> None:
        """Take one of ours away."""
        self.standing.pop(message_id, None)

    def close(self, channel_id: int) -> None:
        """A channel is deleted, with everything in it."""
        self.closed.add(channel_id)
        self.standing = {one.id: one for one in self.standing.values() if one.channel_id != channel_id}

    def calls(self, attachment_id: int | None = None) -> int:
        """How often a sound was sent to the provider."""
        return sum(1 for what, of in self.events if what == "call" and attachment_id in (None, of))

    def notices(self) -> Counter[str]:
        """How often somebody was told something nobody had asked for, by what it was."""
        return Counter(self.told)

    def _tell(self, message: Message) -> None:
        self.events.append(("words" if message.is_words else "message", int(message.note_key.partition(":")[0] or 0)))


class Courier:
    """
    Does what `DiscordCourier` does, in a Discord in memory; every act is a step at which its verb may be stopped.

    `takes` says what Discord takes: everything, nothing, no deletions, or direct messages instead of answers.
    """

    def __init__(self, sounds: Sequence[Path]) -> None:
        self.guilds: Guilds
        self._short, self._long = sounds
        self.announced: list[Notice] = []
        self.takes = "everything"

    async def fetch(self, note: Note, to: Path, *, max_bytes: int) -> Fetched | Outcome:
        """See `Courier.fetch`; two notes have the same bytes where `Guilds.sounds` says so."""
        del max_bytes
        await outside("fetch")
        if note.message_id in self.guilds.gone or note.channel_id in self.guilds.closed:
            return Gone()
        shutil.copyfile(self._long if (note.declared_ms or 0) > 3_000 else self._short, to)
        self.guilds.paths[str(to)] = note.attachment_id
        bytes_of = self.guilds.sounds.get(note.attachment_id, str(note.attachment_id))
        return Fetched(hashlib.sha256(bytes_of.encode()).hexdigest(), note.size_bytes)

    async def author_of(self, channel_id: int, message_id: int) -> int | None:
        """Where a forward came from is not ours to see."""
        del channel_id, message_id
        await outside("look")
        return None

    async def delete(self, channel_id: int, message_id: int) -> Removal:
        """See `Courier.delete`."""
        del channel_id
        await outside("delete")
        if self.takes == "no deletions":
            return Removal.REFUSED
        self.guilds.delete(message_id)
        return Removal.GONE

    async def progress(self, note: Note, ask: Ask, stage: Stage) -> None:
        """Nobody looks."""

    async def glimpse(self, note: Note, ask: Ask, glimpse: Glimpse, delivery: Delivery) -> bool:
        """See `Courier.glimpse`; there is nothing to see before there are words."""
        if not glimpse.text or (ask.sent and not ask.is_live):
            return False
        await delivery.showing()
        text = f"... {glimpse.text}"
        if ask.token is not None:
            await self._answer(ask, text, delivery, is_words=True, is_live=True)
        elif ask.is_live:
            # No stop: the claim was asked a moment before, and Discord takes no condition along with an edit.
            self.guilds.edit(ask.sent[0], text, is_words=True)
        else:
            await self._stand(note, ask, 0, text, delivery, resumed=note.fence > 1, is_words=True, is_live=True)
        return True

    async def deliver(
        self, note: Note, ask: Ask, outcome: Outcome, delivery: Delivery, *, resumed: bool, is_last: bool = False
    ) -> Untold | None:
        """See `Courier.deliver`: part by part, live ones edited; nothing where the note or its channel is gone."""
        del is_last
        if isinstance(outcome, Repeat) and outcome.message_id not in self.guilds.standing:
            raise QuoteGone
        if ask.channel_id in self.guilds.closed or self.takes == "nothing":
            return Untold("unknown_channel")
        if self.takes == "direct messages" and ask.place != "direct":
            ask = await self._moved(ask, delivery)
        is_words = isinstance(outcome, Transcript)
        text = outcome.text if isinstance(outcome, Transcript) else kind(outcome)
        if ask.token is not None:
            await self._answer(ask, text, delivery, is_words=is_words)
            return None
        parts = textwrap.wrap(text, PART_SIGNS)
        first = len(ask.sent)
        if ask.is_live and ask.sent:
            await outside("edit")
            self.guilds.edit(ask.sent[0], parts[0], is_words=is_words)
            if not await delivery.sent(0, ask.sent[0]):
                await self.delete(ask.channel_id, ask.sent[0])
                return None
        for number in range(first, len(parts)):
            if not await self._stand(note, ask, number, parts[number], delivery, resumed=resumed, is_words=is_words):
                return None
        return None

    async def _moved(self, ask: Ask, delivery: Delivery) -> Ask:
        """The same wish, answered in private from now on; what stands of it goes."""
        there, direct = ask.asked_in or ask.channel_id, _DIRECT + ask.member_id % 1000
        moved = replace(
            ask, channel_id=direct, place="direct", barred="refused", token=None, sent=(), is_live=False, asked_in=there
        )
        for message_id in await delivery.moved(moved):
            await self.delete(ask.channel_id, message_id)
        return moved

    async def _stand(
        self, note: Note, ask: Ask, part: int, text: str, delivery: Delivery, *, resumed: bool, is_words: bool,
        is_live: bool = False,
    ) -> bool:  # fmt: skip  # as `Posting.stand`
        """One part, found where an earlier try left it, or posted; False: nobody wants it, or its note is gone."""
        if resumed:
            await outside("look")
            ours = [
                one
                for one in self.guilds.standing.values()
                if one.channel_id == ask.channel_id and one.note_key == note.key
                and (one.text == text or one.text.startswith("... "))
            ]  # fmt: skip
            taken = await delivery.taken([one.id for one in ours]) if ours else set()
            for one in ours:
                if one.id not in taken:
                    self.guilds.edit(one.id, text, is_words=is_words)
                    return await self._recorded(ask, part, one.id, delivery, is_live=is_live)
        await outside("post")
        if ask.channel_id in self.guilds.closed or ask.message_id in self.guilds.gone:
            return False
        nonce = nonce_of(ask.id, note.key, part)
        made = self.guilds.post(Message(0, ask.channel_id, nonce, text, note.key, ask.id, part, is_words))
        if made.text != text and not is_live:
            await outside("edit")
            self.guilds.edit(made.id, text, is_words=is_words)
        return await self._recorded(ask, part, made.id, delivery, is_live=is_live)

    async def _recorded(self, ask: Ask, part: int, message_id: int, delivery: Delivery, *, is_live: bool) -> bool:
        if await delivery.sent(part, message_id, is_live=is_live):
            return True
        await self.delete(ask.channel_id, message_id)
        return False

    async def _answer(self, ask: Ask, text: str, delivery: Delivery, *, is_words: bool, is_live: bool = False) -> None:
        """The one answer of a command."""
        if not is_live:  # as above
            await outside("answer")
        if ask.channel_id in self.guilds.closed:
            return
        made = self.guilds.post(Message(0, ask.channel_id, f"token {ask.id}", text, ask.note_key, ask.id, 0, is_words))
        self.guilds.edit(made.id, text, is_words=is_words)
        if not await delivery.sent(0, made.id, is_live=is_live):
            await self.delete(ask.channel_id, made.id)

    def whispered(self, asks: Sequence[Ask]) -> list[Repeat]:
        """Nothing is private."""
        del asks
        return []

    async def may_quote(self, ask: Ask, repeat: Repeat) -> bool:
        """Whether it still stands."""
        del ask
        await outside("look")
        return repeat.message_id in self.guilds.standing

    async def announce(self, notice: Notice, place: Place) -> bool:
        """Told."""
        del place
        await outside("announce")
        self.guilds.told.append(type(notice).__name__)
        self.announced.append(notice)
        return True
