"""
Words while they come, in the message that will become the answer.

Hides how often Discord lets a message be edited. Promises: never more often than that; who shows words in the same
channel takes turns; where it may not be, it is tried once.
"""

import logging
import time
from collections.abc import Callable

import discord

from bot.aside import InTurn
from bot.notes import Ask, Note
from bot.post.access import Access
from bot.post.deleting import delete
from bot.post.following import edit_answer
from bot.post.line import Lines
from bot.post.placing import linked, may_stand, opened
from bot.post.posting import Posting
from bot.post.refusals import REFUSED, Meaning, meaning_of, why_of
from bot.reply import glimpse_text
from bot.request import Delivery, Glimpse, Later, ref_of
from bot.words import Words

log = logging.getLogger(__name__)

EVERY_S = 1.25  # Discord takes five edits in five seconds in a channel; one of them is kept for an answer
_GONE_S = 2 * EVERY_S  # who has not looked for so long does not want its turn any more
_Place = tuple[str, int]
_Wish = tuple[int, str]


class Turns:
    """
    When each channel, and each interaction, may be shown something.

    Who wants to show something stands in line there, and is the first in it until it was shown: nobody starves.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shown: dict[_Place, float] = {}
        self._lines: dict[_Place, dict[_Wish, float]] = {}  # who waits, in order, and when they last looked
        self._refused: set[_Wish] = set()

    def has_come(self, ask: Ask, *, in_line: bool) -> bool:
        """Whether it is that wish's turn, which is then used; not while others stand in the channel's line."""
        wish, place, now = (ask.id, ask.note_key), _place(ask), self._clock()
        if wish in self._refused:
            return False
        waiting = self._lines.get(place, {}) | {wish: now}
        waiting = {one: looked for one, looked in waiting.items() if now - looked < _GONE_S}
        is_soon = now - self._shown.get(place, -EVERY_S) < EVERY_S
        is_next = next(iter(waiting)) == wish and not is_soon and not (in_line and ask.token is None)
        if is_next:
            del waiting[wish]
            self._shown = {known: at for known, at in self._shown.items() if now - at < EVERY_S} | {place: now}
        self._lines = {known: line for known, line in self._lines.items() if line and known != place}
        self._lines |= {place: waiting} if waiting else {}
        return is_next

    def never(self, ask: Ask) -> None:
        """That wish may not be shown anything: Discord counts what it refuses."""
        self._refused.add((ask.id, ask.note_key))

    def end(self, ask: Ask) -> None:
        """Nothing more is to be shown of that wish."""
        self._refused.discard((ask.id, ask.note_key))


class Glimpses:
    """Shows words in channels, in threads, and in the answers of commands."""

    def __init__(self, client: discord.Client, lines: Lines, posting: Posting, access: Access) -> None:
        self._access = access
        self._client = client
        self._lines = lines
        self._posting = posting
        self.turns = Turns()
        self._in_turn = InTurn()

    async def show(self, note: Note, ask: Ask, glimpse: Glimpse, delivery: Delivery) -> bool:
        """See `Courier.glimpse`."""
        if ask.follows:  # a follow-up comes when it is whole
            return False
        if not self.turns.has_come(ask, in_line=self._lines.of(ask.channel_id).locked()):
            return False
        await self._in_turn.next()
        shown = glimpse_text(
            glimpse.text,
            Words(ask.locale),
            heard_ms=glimpse.heard_ms,
            length_ms=glimpse.length_ms,
            left_ms=glimpse.left_ms,
            is_spoiler=glimpse.is_spoiler,
        )
        shown = linked(shown, note, ask)
        await delivery.showing()  # before Discord has it: whoever reads it may take the note back at once
        try:
            if ask.token is not None:
                await edit_answer(self._client, ask, shown, delivery, is_live=True)
            elif ask.is_live:
                await self._posting.edit(ask, ask.sent[0], shown, note.key)
            elif not ask.sent:
                if not await may_stand(self._access, ask):
                    self.turns.never(ask)  # the answer itself will stand below the note
                    return False
                await opened(self._client, ask, Words(ask.locale))
                # An earlier try may have shown something without living to say so.
                message_id, is_wanted = await self._posting.stand(
                    note, ask, 0, shown, delivery, resumed=note.fence > 1, is_live=True
                )
                if message_id is not None and not is_wanted:
                    await delete(self._client, ask.channel_id, message_id)
        except (*REFUSED, Later) as refusal:
            if not isinstance(refusal, Later) and meaning_of(refusal) is not Meaning.PASSES:
                self.turns.never(ask)  # the answer itself finds another way
            tag = {"action": "glimpse", "note": ref_of(note.key), "guild": note.guild_id}
            log.debug("No glimpse shown: %s", why_of(refusal), extra=tag)
            return False
        return True


def _place(ask: Ask) -> _Place:
    """What Discord counts together: the edits of an interaction's answer, a channel's edits, its new messages."""
    if ask.token is not None:
        return "interaction", ask.id
    return "edit" if ask.sent else "post", ask.channel_id
