"""
The cheap questions, in the order of their price; the first no ends the matter.

Nothing here touches the network: a refused note costs a few reads of our own database.
"""

from dataclasses import dataclass
from typing import Any

from bot.choices import Choice, Mode, Place
from bot.database import Tx
from bot.desk.payers import Payer, Payers, refused
from bot.desk.rules import Rules
from bot.ledger import Ledger
from bot.notes import Ask, Note, Notes
from bot.outcome import (
    Door,
    Failed,
    NothingHere,
    Outcome,
    OverQuota,
    RolesOnly,
    Scope,
    SwitchedOff,
    TooBig,
    TooLong,
    TooMany,
    Undelivered,
    Unreadable,
    encode,
    kind,
)
from bot.request import Request, key_of

_MINUTE_MS = 60_000
# Ends that people who manage a server want to see in /usage, also when only work could tell.
REFUSALS = (OverQuota, TooLong, TooBig, Unreadable, Undelivered, Failed)


@dataclass(frozen=True, slots=True)
class Queued:
    """The note is open; its answer will come."""

    key: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nobody asked and nothing is to be said; `reason` is for the log."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer is already known, and it is no; `locale` is the language to say it in."""

    outcome: Outcome
    ref: str
    locale: str


@dataclass(frozen=True, slots=True)
class OnDemand:
    """It would be heard if somebody asked: nothing is open, and nothing is paid for, until somebody taps."""


Accepted = Queued | Ignored | Refused | OnDemand


def by_its_face(
    request: Request, rules: Rules, choice: Choice, there: Choice | None = None
) -> Outcome | Ignored | None:
    """
    What can be said from the request and what was decided where it is; None lets it pass.

    `there`: what was decided where the sound is, if that is another server: both have to allow it.
    """
    if request.media is None:
        return Ignored("not sound") if request.door is Door.AUTO else NothingHere()
    refusal = _by_their_choice(request, there) or _by_choice(request, choice) or _by_size(request, rules, choice)
    if refusal is None or request.door is not Door.AUTO:
        return refusal
    # Nobody asked: only who would have been heard is told why they are not, and who sent it to nobody but us.
    is_told = choice.mode is Mode.AUTO and isinstance(refusal, TooBig | TooLong)
    is_told |= choice.mode is Mode.OFF and request.guild_id is None
    return refusal if is_told else Ignored(f"{kind(refusal)} in {choice.mode}")


def _by_their_choice(request: Request, there: Choice | None) -> Outcome | None:
    """What the sound's own server has against hearing it from another one: kinds and lengths it passes over, too."""
    if there is None or not (
        there.mode is Mode.OFF or not there.admits(request.sound_role_ids) or _passes_over(request, there)
    ):
        return None
    return SwitchedOff(there=True)


def _by_choice(request: Request, choice: Choice) -> Outcome | None:
    if choice.mode is Mode.OFF:
        return SwitchedOff()
    if not choice.admits(request.role_ids):
        return RolesOnly(choice.role_ids)
    # Whoever asks for a note may have it, whatever its kind and however short it is.
    return SwitchedOff() if request.door is Door.AUTO and _passes_over(request, choice) else None


def _passes_over(request: Request, choice: Choice) -> bool:
    return request.media not in choice.kinds or choice.least_ms > (request.declared_ms or choice.least_ms)


def _by_size(request: Request, rules: Rules, choice: Choice) -> Outcome | None:
    if request.size_bytes > rules.max_bytes:
        return TooBig(request.size_bytes, rules.max_bytes)
    most_ms = most(rules, choice)
    if request.declared_ms is not None and request.declared_ms > most_ms:
        return TooLong(request.declared_ms, most_ms)
    return None


def most(rules: Rules, choice: Choice) -> int:
    """The longest note that is taken there: the host's bound, or a closer one."""
    return rules.max_ms if choice.most_ms is None else min(rules.max_ms, choice.most_ms)


async def by_the_clock(
    tx: Tx, request: Request, rules: Rules, notes: Notes, *, now_ms: int
) -> TooMany | Ignored | None:
    """
    How fast this member and this guild ask, refusals included; None lets it pass.

    A member who goes on after being told is told nothing more within the minute.
    """
    since_ms = now_ms - _MINUTE_MS
    if await notes.recent(tx, member_id=request.member_id, since_ms=since_ms) >= rules.member_per_minute:
        if request.door is Door.AUTO and await notes.refused_lately(
            tx, request.member_id, "TooMany", since_ms=since_ms
        ):
            return Ignored("too many, and told so")
        return TooMany(Scope.MEMBER, _MINUTE_MS)
    if request.guild_id is not None and (
        await notes.recent(tx, guild_id=request.guild_id, since_ms=since_ms) >= rules.guild_per_minute
    ):
        return TooMany(Scope.GUILD, _MINUTE_MS)
    return None


def payer_of(request: Request) -> Payer:
    """Whose wish a request is."""
    return Payer(request.id, request.guild_id, request.member_id, request.role_ids or (), request.door)


async def by_the_queue(tx: Tx, request: Request, rules: Rules, notes: Notes) -> TooMany | None:
    """
    Whether one more note may wait; None lets it pass.

    Beyond `rules.queue` there is room for those alone who have little in it: a server may have as many notes waiting as
    there are places left, and so may a member, but of the first half of these. So whoever filled the queue takes no
    place from others, and however many come, there is one for who comes next.
    """
    if (total := await notes.queued(tx)) < rules.queue:
        return None
    of_server, of_member = await notes.queued_of(tx, guild_id=request.guild_id, member_id=request.member_id)
    left = rules.most_queued - total
    if of_server < left or (request.guild_id is not None and of_member < left - rules.kept_for_servers):
        return None
    if request.guild_id is None or 2 * of_member > of_server:
        scope, waiting = Scope.MEMBER, of_member
    else:
        scope, waiting = Scope.GUILD, of_server
    return TooMany(scope if waiting else Scope.HOST, _MINUTE_MS, waiting)


async def by_the_books(
    tx: Tx, request: Request, rules: Rules, ledger: Ledger, notes: Notes, payers: Payers
) -> Outcome | None:
    """The queue's depth, and whether this month has anything left; None lets it pass."""
    if (full := await by_the_queue(tx, request, rules, notes)) is not None:
        return full
    # The declared length is the sender's word: good enough to refuse early, never to bill.
    need_ms = max(request.declared_ms or 0, 1)
    sends = (need_ms,)
    for leg in await payers.legs(tx, payer_of(request), length_ms=need_ms, lengths_ms=sends, task=request.task):
        usage = await ledger.usage(tx, leg.account, leg.period, default_limit=leg.limit)
        if leg.amount > usage.left:
            return refused(leg, usage.left)
    return None


async def remember(
    tx: Tx,
    notes: Notes,
    refusal: Outcome,
    guild_id: int | None,
    member_id: int,
    *,
    now_ms: int,
    is_early: bool = True,
) -> None:
    """Keep who was turned away, when and why, for /usage; early ones, that never became notes, for the rate too."""
    await notes.refused(
        tx,
        guild_id=guild_id,
        member_id=member_id,
        at_ms=now_ms,
        ending=kind(refusal),
        detail_json=encode(refusal),
        is_early=is_early,
    )


async def by_books(
    tx: Tx,
    request: Request,
    key: str,
    refusal: Outcome | None,
    rules: Rules,
    ledger: Ledger,
    notes: Notes,
    payers: Payers,
    *,
    now_ms: int,
) -> Outcome | Ignored | None:
    """
    What the books have against a request whose face said `refusal` (None: nothing).

    A replayed event must change nothing at all; everything else counts for the rate, also what is free.
    """
    known = await notes.find(tx, key)
    if known is not None and await notes.is_asked(tx, key, request.ask_id):
        return refusal
    pace = await by_the_clock(tx, request, rules, notes, now_ms=now_ms)
    if pace is not None or refusal is not None:
        return pace or refusal
    if request.role_ids is None and request.guild_id and await payers.has_role_shares(tx, request.guild_id):
        return Ignored("nobody knows whose share it is")
    # A note in work, or one whose answer can be quoted, costs nothing more.
    if known is not None and (known.state != "done" or known.ending == "Silence" or await notes.replies_of(tx, key)):
        return None
    return await by_the_books(tx, request, rules, ledger, notes, payers)


def note_of(request: Request, rules: Rules, choice: Choice, *, now_ms: int) -> tuple[Note, Ask]:
    """The note a request opens, and the wish for its answer where that server wants it."""
    language = request.language or rules.language
    model = rules.ears_for(request.task).model
    key = key_of(request.attachment_id, model=model, language=language, task=request.task)
    note = Note(
        key=key,
        attachment_id=request.attachment_id,
        media=request.media or "audio",
        size_bytes=request.size_bytes,
        declared_ms=request.declared_ms,
        url=request.url,
        is_voice=request.is_voice,
        guild_id=request.guild_id,
        channel_id=request.channel_id,
        message_id=request.message_id,
        author_id=request.author_id,
        payer_id=request.member_id,
        request_id=request.id,
        created_ms=now_ms,
        door=request.door,
        parent_id=request.parent_id,
        language=language,
        task=request.task,
        role_ids=",".join(map(str, request.role_ids or ())),
        is_spoiler=request.is_spoiler,
        sound_guild_id=request.sound_guild_id,
    )
    ask = Ask(
        id=request.ask_id,
        note_key=key,
        door=request.door,
        **_where(request, choice),
        member_id=request.member_id,
        locale=request.locale,
        private=request.private,
        application_id=request.application_id,
        token=request.token,
        created_ms=now_ms,
        follows=request.follows,
        role_ids=note.role_ids,
    )
    return note, ask


def _where(request: Request, choice: Choice) -> dict[str, Any]:
    """Channel, message and place of the answer: where it was asked for, else where that server wants its words."""
    here = request.channel_id if request.asked_in is None else request.asked_in
    # Discord lets nobody reply across channels.
    message_id = request.message_id if here == request.channel_id else None
    if request.token is not None or request.guild_id is None or message_id is None:
        return {"channel_id": here, "message_id": message_id, "place": "reply"}
    match choice.place:
        case Place.THREAD if request.parent_id is None:
            return {"channel_id": message_id, "message_id": message_id, "place": "thread", "asked_in": here}
        case Place.CHANNEL if choice.other_channel_id not in (None, here):
            return {
                "channel_id": choice.other_channel_id,
                "message_id": message_id,
                "place": "channel",
                "asked_in": here,
            }
        case _:
            return {"channel_id": here, "message_id": message_id, "place": "reply"}
