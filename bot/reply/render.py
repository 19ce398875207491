"""
Outcomes as replies.

Hides how long a message may be and what its last line looks like. Promises: total over Outcome; no
part is longer than a message may be; the words of a transcript are all there, in order.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import assert_never

from bot.outcome import (
    Failed,
    Fault,
    Gone,
    NothingHere,
    OptedOut,
    Outcome,
    OverQuota,
    Repeat,
    RolesOnly,
    Scope,
    Silence,
    Stopped,
    SwitchedOff,
    Task,
    TooBig,
    TooLong,
    TooMany,
    Transcript,
    Undelivered,
    Unreadable,
    Why,
)
from bot.reply.amounts import amount, clock, date, distance, length, megabytes, role_name
from bot.reply.escape import BREAK, escape, readable, unescape
from bot.reply.split import parts_of
from bot.reply.spoiler import ROOM, file_name, hidden, unhidden
from bot.words import Words

MESSAGE_LIMIT = 2000  # Discord: "Create Message", content
PARTS_LIMIT = 5  # more messages than this bury a channel: then the whole goes into a file
FILE_NAME = "transcript.txt"
BLANKS = 2  # the most that can stand at the end of a part: two line ends
SECOND_MS = 1000
SMALL = "-# "  # Discord's markdown for small grey text


@dataclass(frozen=True, slots=True)
class File:
    """Something to attach."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press under an answer: what it does, and what it says."""

    verb: str
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Messages to send in this order; files and buttons go with the last one."""

    parts: tuple[str, ...]
    files: tuple[File, ...] = ()
    buttons: tuple[Button, ...] = ()


def render(  # noqa: C901, PLR0912 - one case per outcome
    outcome: Outcome,
    words: Words,
    *,
    ref: str,
    guild_id: int | None = None,
    may_attach: bool = True,
    most_parts: int = PARTS_LIMIT,
    terminal: bool = False,
    only_file: bool = False,
) -> Reply:
    """
    Say how a note ended, in the reader's language.

    `ref` stands in every refusal and error. `guild_id` is where a repeat's link leads (None: a direct
    message). A text of more than `most_parts` messages goes into a file; without `may_attach` it comes in
    as many as it needs; with `only_file` the message has none of its words. `terminal` is for places
    without Discord: one part of any length, no markdown.
    """
    say = _Voice(words, ref, terminal=terminal)
    match outcome:
        case Transcript():
            reply = _transcript(outcome, say, most_parts=most_parts if may_attach else None, only_file=only_file)
        case Silence(length_ms):
            reply = _silence(length_ms, say)
        case Repeat(channel_id, message_id):
            link = f"https://discord.com/channels/{guild_id or '@me'}/{channel_id}/{message_id}"
            reply = say.note(words("outcome.repeat", link=link), words("footer.free"))
        case TooLong(length_ms, limit_ms):
            took, limit = length(length_ms, words, round_up=True), length(limit_ms, words)
            reply = say.refusal(words(say.key("too_long"), length=took, limit=limit))
        case TooBig(size, limit_bytes):
            took, limit = megabytes(size, words, round_up=True), megabytes(limit_bytes, words)
            reply = say.refusal(words(say.key("too_big"), size=took, limit=limit))
        case TooMany(scope, retry_after_ms, waiting):
            wait = length(max(retry_after_ms, SECOND_MS), words, round_up=True)
            key = f"queue_full.{scope}" if waiting and scope in (Scope.MEMBER, Scope.GUILD) else f"too_many.{scope}"
            reply = say.refusal(words(f"outcome.{key}", wait=wait, waiting=str(waiting)))
        case OverQuota():
            reply = say.refusal(_over_quota(outcome, say), billed_ms=outcome.billed_ms)
        case Unreadable(why, readable_ms):
            what = "damaged_at_once" if why is Why.DAMAGED and readable_ms < SECOND_MS else why
            key = say.key(str(what), "unreadable.")
            reply = say.refusal(words(key, readable=length(readable_ms, words)))
            if what is Why.DAMAGED and not terminal:
                reply = replace(reply, buttons=(Button("salvage", words("button.salvage")),))
        case Stopped(billed_ms):
            reply = say.refusal(words("outcome.stopped"), billed_ms=billed_ms)
        case Gone(billed_ms):
            reply = say.refusal(words("outcome.gone"), billed_ms=billed_ms)
        case NothingHere():
            reply = say.note(words("outcome.nothing_here"), words("footer.ref", ref=ref))
        case SwitchedOff(there):
            where = "_there" if there else "_elsewhere" if guild_id is None else ""
            reply = say.note(words(f"outcome.switched_off{where}"), words("footer.ref", ref=ref))
        case RolesOnly(role_ids):
            roles = ", ".join(f"<@&{role_id}>" for role_id in role_ids)
            reply = say.note(words("outcome.roles_only", roles=roles), words("footer.ref", ref=ref))
        case OptedOut(billed_ms):
            reply = say.refusal(words("outcome.opted_out"), billed_ms=billed_ms)
        case Undelivered():
            reply = say.refusal(words("outcome.undelivered"))
        case Failed(fault):
            reply = say.refusal(words(f"fault.{fault}.member"))
            if fault is Fault.NO_WORDS and not terminal:
                reply = replace(reply, buttons=(Button("retry", words("button.retry")),))
        case _:
            assert_never(outcome)
    return reply


def fix(outcome: Outcome, words: Words) -> str | None:
    """What the host can do about an outcome, for the log; None where nothing is wrong with the bot."""
    match outcome:
        case Failed(fault):
            return words(f"fault.{fault}.host")
        case OverQuota(scope=Scope.HOST, need=need, left=left, money=money):
            amounts = {
                "need": amount(need, words, money=money, round_up=True),
                "left": amount(left, words, money=money),
            }
            setting = "quota.host_usd" if money else "quota.host_minutes"
            return words("fix.host_short" if left else "fix.host_quota", setting=setting, **(amounts if left else {}))
        case OverQuota(scope=Scope.CAUSED | Scope.STRANGERS | Scope.DIRECT as scope):
            return words(f"fix.{scope}")
        case TooMany(scope, _, waiting) if waiting or scope is Scope.HOST:
            return words("fix.host_queue")
        case _:
            return None


def spoken(transcript: Transcript, words: Words) -> str:
    """All words in order, as they are; where nobody could hear, a note says from when to when."""
    found = [(segment.start_ms, segment.text) for segment in transcript.segments]
    gap = "gap.stopped" if transcript.stopped else "gap.inline"
    for hole in transcript.holes:
        # Stopped amid a second, that second was heard: the gap begins with the first that was not.
        start = clock(
            min(-(-hole.start_ms // SECOND_MS) * SECOND_MS, hole.end_ms) if transcript.stopped else hole.start_ms
        )
        said = words("gap.partial" if hole.is_partial else gap, start=start, end=clock(hole.end_ms))
        found.append((hole.start_ms, said))
    # The sort is stable: segments that begin together keep their order.
    return readable(" ".join(text for _, text in sorted(found, key=lambda piece: piece[0]) if text))


def plain(contents: Iterable[str]) -> str:
    """
    The words as they were said, from the messages of a reply; their last lines are left out.

    Discord takes the blanks from a message's end: where a part does not say that it was cut inside a word, a blank
    stands between it and the next. The bars of a spoiler are no words.
    """
    text = ""
    for content in map(unhidden, contents):
        is_cut = not text or text.endswith(BREAK) or text[-1].isspace()
        text += content if is_cut else f" {content}"
    lines = text.split("\n")
    while lines and lines[-1].startswith(SMALL):
        lines.pop()
    return unescape("\n".join(lines))


class _Voice:
    """How single-message answers look: a sentence, and a small line below it."""

    def __init__(self, words: Words, ref: str, *, terminal: bool) -> None:
        self.words = words
        self.ref = ref
        self.terminal = terminal

    def key(self, name: str, among: str = "") -> str:
        """The text about a file: who named it in a terminal sends nothing anywhere."""
        return f"outcome.file.{name}" if self.terminal else f"outcome.{among}{name}"

    def note(self, sentence: str, *small: str) -> Reply:
        """An answer that is nobody's fault."""
        return Reply((f"{sentence}\n{self.small(*small)}",))

    def refusal(self, sentence: str, *, billed_ms: int = 0) -> Reply:
        """An answer instead of the words: it says what was billed, mostly nothing, and carries the id to ask about."""
        billed = self.words("footer.shown", length=length(billed_ms, self.words, round_up=True))
        return self.note(
            sentence, billed if billed_ms else self.words("footer.free"), self.words("footer.ref", ref=self.ref)
        )

    def small(self, *texts: str) -> str:
        """One line in small print."""
        return ("" if self.terminal else SMALL) + " · ".join(texts)


def _silence(length_ms: int, say: _Voice) -> Reply:
    return say.note(say.words("outcome.silence"), clock(length_ms), say.words("footer.free"))


def _over_quota(outcome: OverQuota, say: _Voice) -> str:
    day = date(outcome.resets_at_ms, plain=say.terminal)
    key = "when.date" if say.terminal else "when.date_and_distance"
    return say.words(
        f"outcome.over_quota.{outcome.scope}",
        role=role_name(outcome.role_id, say.words),
        need=amount(outcome.need, say.words, money=outcome.money, round_up=True),
        left=amount(outcome.left, say.words, money=outcome.money),
        resets=say.words(key, date=day, distance=distance(outcome.resets_at_ms)),
    )


def _transcript(transcript: Transcript, say: _Voice, *, most_parts: int | None, only_file: bool) -> Reply:
    text = spoken(transcript, say.words)
    if not any(map(_is_visible, text)):
        return _silence(transcript.length_ms, say)
    if say.terminal:
        return say.note(text, clock(transcript.length_ms), transcript.model)
    last = "\n" + "\n".join(_small_print(transcript, say))
    buttons = (Button("more", say.words("button.more")),)
    # Each message is hidden by itself: bars do not reach from one to the next.
    shown: Callable[[str], str] = hidden if transcript.is_spoiler else str
    limit = MESSAGE_LIMIT - (ROOM if transcript.is_spoiler else 0)
    most = 0 if only_file else most_parts
    parts = list(islice(_parts(text, limit - units(last) - BLANKS), None if most is None else most + 1))
    if most is None or len(parts) <= most:
        whole = [*(shown(_open_ended(part)) for part in parts[:-1]), shown(escape(parts[-1])) + last]
        return Reply(tuple(whole), buttons=buttons)
    file = File(file_name(FILE_NAME, is_spoiler=transcript.is_spoiler), (text + "\n").encode())
    more = say.words("footer.file" if only_file else "footer.whole", count=f"{len(text):,}", file=FILE_NAME)
    last = "\n" + say.small(more) + last
    if only_file:
        return Reply((last.lstrip("\n"),), (file,), buttons)
    beginning = next(_parts(text, limit - units(last) - len(" …")))
    return Reply((shown(f"{escape(beginning.rstrip())} …") + last,), (file,), buttons)


def _small_print(transcript: Transcript, say: _Voice) -> Iterator[str]:
    """What is to be known of the words; the last line is the one bots read."""
    if transcript.damaged:
        key = "footer.damaged" if transcript.task is Task.SALVAGE else "footer.damaged_in_parts"
        yield say.small(say.words(key, readable=length(transcript.length_ms, say.words)))
    if transcript.stopped:
        yield say.small(say.words("footer.stopped"))
    told = [clock(transcript.length_ms), escape(transcript.model)]
    if transcript.task is Task.TRANSLATE:
        told.append(say.words("footer.translated"))
    if transcript.tracks > 1:
        told.append(say.words("footer.tracks", n=transcript.tracks))
    elif transcript.has_video:
        told.append(say.words("footer.video"))
    yield say.small(*told)


def _open_ended(part: str) -> str:
    """A part that goes on in the next message; where no blank says so, a sign nobody sees does."""
    return escape(part) if part[-1:].isspace() else escape(part) + BREAK


def _parts(text: str, limit: int) -> Iterator[str]:
    measure: Callable[[str], int] = lambda part: units(escape(part))  # noqa: E731 - one use, named for mypy
    return parts_of(text, limit, measure)


def units(text: str) -> int:
    """The length as JavaScript counts it: the stricter reading of Discord's "characters"."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def _is_visible(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "ZCM"
