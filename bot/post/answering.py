"""
An answer's way to the people who asked: where it was wished, and where Discord refuses that, the best way left.

Hides the order of the ways, tokens that are spent and threads to be opened. Promises: an answer stands once; each
step is written down before it is taken, so that a crash goes on where it was; it is given up only where every way is
refused.
"""

import logging
from dataclasses import replace

import discord

from bot.aside import aside
from bot.notes import Ask, Note
from bot.outcome import Failed, Fault, Outcome, Repeat, Transcript
from bot.post.access import Access
from bot.post.deleting import delete
from bot.post.fallback import Shape, Step, after, barred_by
from bot.post.following import edit_answer, follow_up, take_away
from bot.post.line import nonce_of
from bot.post.placing import linked, may_stand, opened
from bot.post.posting import NOBODY, Posting, tell_host
from bot.post.quoting import quoting
from bot.post.refusals import REFUSED, Meaning, legible, meaning_of, told_of, why_of
from bot.post.whispers import Whispers
from bot.reply import PARTS_LIMIT, Reply, render
from bot.request import Delivery, Later, Untold, ref_of
from bot.words import Words

log = logging.getLogger(__name__)

_RIGHTS = frozenset({50001, 50013})  # "Missing access", "Missing permissions"
_NO_PERMISSION = 50013
_TOKEN_SPENT = "token_spent"  # noqa: S105 -- no secret: what is logged
_UNOPENED = 0  # the channel of direct messages that are still to be opened
_READERS = "readers"  # who reads in the other channel may not read the note's


class _Refused(Exception):
    """Discord did not take the answer as it was tried; `meaning` and `why` are those of `refusals`."""

    def __init__(self, meaning: Meaning, why: str, *, is_right: bool = False) -> None:
        super().__init__(why)
        self.meaning = meaning
        self.why = why
        self.is_right = is_right


class Answering:
    """Brings one answer to one wish."""

    def __init__(self, client: discord.Client, posting: Posting, whispers: Whispers, access: Access) -> None:
        self._access = access
        self._client = client
        self._posting = posting
        self._whispers = whispers

    async def answer(
        self, note: Note, ask: Ask, outcome: Outcome, delivery: Delivery, *, resumed: bool, is_last: bool = False
    ) -> Untold | None:
        """See `Courier.deliver`."""
        wished, shape = ask, await _shape(note, ask, outcome)
        refusals: list[_Refused] = []
        while True:
            way = f"{ask.form}{len(refusals)}" if refusals else ask.form
            try:
                await self._try(note, ask, outcome, delivery, way=way, resumed=resumed, is_last=is_last)
            except _Refused as refused:
                refusals.append(refused)
                _tell(note, ask, refused)
                step = after(ask, refused.meaning, shape)
                if step is None:
                    await self._close(wished, Words(wished.locale)("outcome.undelivered"))
                    return Untold(next((one.why for one in refusals if one.why != _TOKEN_SPENT), refused.why))
                ask = await self._move(note, ask, step, refused, delivery)
            else:
                break
        is_without_files = ask.form == "parts" and ask.place != "direct" and any(one.is_right for one in refusals)
        if is_without_files and note.guild_id is not None:
            await delivery.lacks(note.guild_id, ask.channel_id, "attach")
        if ask is not wished:
            await self._close(wished, Words(wished.locale)("direct.pointer") if ask.place == "direct" else None)
        return None

    async def _try(
        self, note: Note, ask: Ask, outcome: Outcome, delivery: Delivery, *, way: str, resumed: bool, is_last: bool
    ) -> None:
        """Have the answer stand as `ask` says; raises _Refused where Discord does not take it, Later where it may."""
        has_files = False
        try:
            reply = await self._reply(note, ask, outcome)
            has_files = bool(reply.files)
            if ask.token is not None or (ask.private and ask.place != "direct"):
                await self._through_token(ask, outcome, reply, delivery)
                return
            if ask.place == "direct":
                ask = await self._opened_dm(ask, delivery)
                await self._introduce(note, ask)
            if not ask.sent and not await may_stand(self._access, ask):
                raise _Refused(Meaning.PLACE, _READERS)
            await opened(self._client, ask, Words(ask.locale))
            reply = linked(reply, note, ask)
            unwanted = await self._posting.post(note, ask, reply, delivery, way=way, resumed=resumed)
        except REFUSED as refusal:
            meaning = meaning_of(refusal)
            if meaning is Meaning.PASSES and not is_last:
                raise Later(f"Discord did not take the answer ({told_of(refusal)})") from refusal
            code = refusal.code if isinstance(refusal, discord.HTTPException) else 0
            if code == _NO_PERMISSION and has_files:
                meaning = Meaning.FORM  # to attach files is a right of its own
            raise _Refused(meaning, why_of(refusal), is_right=code in _RIGHTS) from refusal
        for message_id in unwanted or ():
            await delete(self._client, ask.channel_id, message_id)

    async def _reply(self, note: Note, ask: Ask, outcome: Outcome) -> Reply:
        """What is said, in the form in which it is to stand; raises QuoteGone."""
        words, ref = Words(ask.locale), ref_of(note.key)
        reply = await aside(
            _signs(outcome),
            render,
            outcome,
            words,
            ref=ref,
            guild_id=note.guild_id,
            may_attach=ask.form != "parts",
            only_file=ask.form == "file",
            most_parts=_most_parts(ask),
        )
        if isinstance(outcome, Repeat):
            whispered = await self._whispers.quoting(ask, outcome, reply)
            reply = whispered or await quoting(self._client, self._access, ask, outcome, reply)
        # Under a direct message nothing can be pressed: it is no place in which the note was asked for.
        return replace(reply, buttons=()) if ask.place == "direct" else reply

    async def _through_token(self, ask: Ask, outcome: Outcome, reply: Reply, delivery: Delivery) -> None:
        through = follow_up if ask.follows else edit_answer
        message_id = await through(self._client, ask, reply, delivery)
        if message_id is None:
            raise _Refused(Meaning.GONE, _TOKEN_SPENT)
        if ask.private and isinstance(outcome, Transcript):
            self._whispers.keep(ask, message_id)

    async def _move(self, note: Note, ask: Ask, step: Step, refused: _Refused, delivery: Delivery) -> Ask:
        """Write down how the answer is to stand instead, and take back what stands."""
        there, barred = ask.asked_in or ask.channel_id, ask.barred
        channel_id = ask.channel_id
        if step.place != ask.place:
            channel_id = _UNOPENED if step.place == "direct" else there
        if step.place == "direct" and ask.place != "direct":
            barred = barred_by(refused.meaning, is_right=refused.is_right)
        moved = replace(
            ask,
            channel_id=channel_id,
            place=step.place,
            form=step.form,
            barred=barred,
            asked_in=there,
            token=None,
            sent=(),
            is_live=False,
        )
        for message_id in await delivery.moved(moved):
            await delete(self._client, ask.channel_id, message_id, patient=False)
        await _tell_managers(note, ask, step, refused, delivery)
        return moved

    async def _opened_dm(self, ask: Ask, delivery: Delivery) -> Ask:
        """The same wish with the channel of the person's direct messages, which is opened once."""
        if ask.channel_id != _UNOPENED:
            return ask
        with legible():
            direct = await self._client.create_dm(discord.Object(ask.member_id))
        await delivery.moved(opened := replace(ask, channel_id=direct.id))
        return opened

    async def _introduce(self, note: Note, ask: Ask) -> None:
        """In a direct message: why it comes here, and which note it is about."""
        if ask.sent:
            return
        text = Words(ask.locale)(f"direct.{ask.barred or 'refused'}")
        message_id = ask.message_id or note.message_id
        link = f"https://discord.com/channels/{note.guild_id or '@me'}/{ask.asked_in}/{message_id}"
        channel = self._client.get_partial_messageable(ask.channel_id)
        with legible():
            await channel.send(
                f"{text}\n-# {link}" if message_id is not None and ask.asked_in != ask.channel_id else text,
                nonce=nonce_of(ask.id, note.key, 0, "direct"),
                allowed_mentions=NOBODY,
                suppress_embeds=True,
            )

    async def _close(self, ask: Ask, text: str | None) -> None:
        """End a command's own answer, which else shows "thinking" for ever: by a sentence, or (None) take it away."""
        if ask.token is None or ask.follows:
            return
        try:
            await (take_away(self._client, ask) if text is None else edit_answer(self._client, ask, Reply((text,))))
        except REFUSED as refusal:
            log.debug("A command's answer stays as it is: %s", why_of(refusal), extra={"action": "left_open"})


async def _tell_managers(note: Note, ask: Ask, step: Step, refused: _Refused, delivery: Delivery) -> None:
    """What the people who manage the server can mend; a token that is spent, or another form, is nothing of theirs."""
    if note.guild_id is None or step.place == ask.place or refused.why == _TOKEN_SPENT:
        return
    channel_id = ask.channel_id if ask.place == "channel" else ask.asked_in or ask.channel_id
    right: str = "send" if ask.place == "reply" else ask.place
    if refused.why == _READERS:
        right = _READERS
    elif refused.meaning is Meaning.WORDS:
        right = "filter"
    elif not refused.is_right:
        right = "refused" if ask.place == "reply" else f"{ask.place}_refused"
    await delivery.lacks(note.guild_id, channel_id, right)


def _most_parts(ask: Ask) -> int:
    """A command has one message, which can be edited again; also after its token is spent: one may stand already."""
    return PARTS_LIMIT if ask.application_id is None or ask.place == "direct" else 1


def _signs(outcome: Outcome) -> int:
    """How much text is to be rendered."""
    return sum(len(segment.text) for segment in outcome.segments) if isinstance(outcome, Transcript) else 0


async def _shape(note: Note, ask: Ask, outcome: Outcome) -> Shape:
    words, ref, most_parts = Words(ask.locale), ref_of(note.key), _most_parts(ask)
    usual = await aside(_signs(outcome), render, outcome, words, ref=ref, most_parts=most_parts)
    return Shape(has_words=isinstance(outcome, Transcript), has_file=bool(usual.files))


def _tell(note: Note, ask: Ask, refused: _Refused) -> None:
    """The host's line; where rights are missing it says which, under the id the member sees."""
    ref = ref_of(note.key)
    if refused.is_right and ask.place == "reply":
        tell_host(Failed(Fault.NO_PERMISSION), ref)
    fields = {"action": "fell_back", "note": ref, "guild": note.guild_id, "channel": ask.channel_id}
    log.info("Discord did not take the answer as it was tried: %s", refused.why, extra=fields | {"reason": refused.why})
