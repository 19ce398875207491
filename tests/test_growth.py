"""Whatever a provider or a person writes, nothing that is done with it takes longer than it is long."""

import ast
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from bot import choices, log, outcome, reply, signs, untrusted
from bot.audio import Voice
from bot.choices.choice import Slip
from bot.desk import evidence
from bot.desk.listening import Words as Coming
from bot.desk.verdict import as_spoiler, ending_of
from bot.outcome import Gap, Scope, Segment, Transcript
from bot.post.fetching import is_allowed
from bot.post.links import link_in
from bot.reply import spoiler, subtitles
from bot.reply.live import glimpse_text
from bot.reply.quoted import quoted, repeated
from bot.reply.render import plain, render, spoken, units
from bot.reply.split import is_boundary, parts_of, split
from bot.request import Request
from bot.speech import (
    Loop,
    Tally,
    answers,
    complaint,
    events,
    is_doubtful,
    is_odd,
    is_to_an_audience,
    is_wordless,
    listed_beginning,
    listed_end,
    loop_in,
    may_become_doubtful,
    model_of,
    reading,
    scores,
    stream,
    syllables,
    tidy,
    without_sounds,
)
from bot.speech.bounds import counts_of, of_sound
from bot.speech.causes import about, cause_of, status_of
from bot.words import Words
from tests.test_repo import HERE, name, sources, tree
from tests.worst_texts import Worst, worst_texts

EN, KO = Words("en"), Words("ko")
SOUND = Voice(length_ms=4_000, sounding_ms=3_000, clear_ms=3_000, spans=((0, 2_000),), nuclei=(500, 1_000))
SIGNS, SHARE = 4_000, 8  # of a text, and how much shorter it is beside itself
# Eight times the text may take this many times as long: a straight line takes 8, a square 64, on a busy machine too.
STEEPEST = 24
EASY_S = 0.002  # what is done with such a text in so little time is no square
TRIES = 6
TERMS = (("a", "aa", "aaa"), tuple("a" * count for count in range(16, 31)), ("na", "nana", "하나", "thank you"))
URL = "https://discord.com/channels/1/2/3"
TEXTUAL = ("str", "Any", "object", "bytes", "Outcome", "Transcript", "Segment", "LogRecord", "Message")
# Rooms in which no text of a stranger is looked at: what is text there is ours or the host's, and short.
QUIET = {
    "settings": "what the host wrote, at a start",
    "database": "our own SQL and keys",
    "keyring": "names of accounts",
    "ledger": "names of accounts, keys of charges",
    "notes": "keys and columns; words pass as values, which nobody looks at",
    "jobs": "keys of notes",
    "audio": "bytes of sounds, which tests/test_audio_hostile.py holds",
    "app": "what the host wrote, at a start",
    "check": "one try of each part, asked for by the host",
    "chart": "figures",
    "cleanup": "paths of this machine",
    "whisper_cache": "paths of this machine",
    "whole_body": "bytes, counted",
    "trust": "paths of this machine",
    "__main__": "the host's command line",
    "health": "names of outcomes and faults",
    "live": "our own page",
    "told": "keys of notices",
    "pulse": "figures",
    "balances": "names of accounts and months",
    "bill": "figures",
    "terminal": "one file, asked for by the host",
    "pace": "addresses of our own requests",
    "scratch": "names of folders",
    "lost": "codes",
    "version": "ours",
    "aside": "runs what others hand it",
    "quota": "names of accounts, and zones that the list of zones has",
}
# Functions of other rooms that take a text, but none of a stranger's, or that only pass it on.
OURS = frozenset(
    """
    bot.choices.choice:checked bot.shortage:shortage_in bot.kept:line_of
    bot.kernel.calls:call bot.kernel.calls:number bot.kernel.landlock:confine bot.kernel.seccomp:confine
    bot.client:point_at bot.client:ShardRange.read bot.client:Face.attend
    bot.desk.delivery:Work.timed bot.desk.rules:Rules.ears_for bot.desk.rules:Rules.is_live
    bot.desk.payers:Payer.account bot.desk.rules:Rules.upload_of bot.desk.rules:Rules.cost bot.desk.verdict:ended
    bot.notice:Place.name bot.post.turns:Turn.stands
    bot.log:set_up bot.outcome:kind bot.panel:form_of bot.panel:chosen_value bot.panel:typed_fields bot.notice:decode
    bot.post.buttons:custom_id bot.post.buttons:row_of bot.post.buttons:view_of bot.post.line:nonce_of
    bot.post.placing:may_post bot.post.posting:tell_host bot.post.pressing:pressable bot.post.reading:parent_of
    bot.post.reading:attachments_of bot.post.reading:requests_in bot.post.reading:asked_for bot.post.reading:left_out
    bot.post.reading:language_of bot.post.reading:request_of bot.post.turns:Turns.take
    bot.reply.privacy:privacy_text bot.reply.quota:quota_text bot.reply.quota:account_name bot.reply.render:fix
    bot.reply.table:csv_bytes bot.reply.usage:month_title bot.reply.usage:usage_text bot.reply.usage:heading
    bot.reply.usage:parts_text bot.reply.usage:own_text bot.reply.usage:brief bot.request:declared_length
    bot.request:declared_size bot.request:anew bot.request:key_of bot.request:ref_of bot.speech.connection:connect
    bot.speech.connection:coming_body bot.speech.client:within bot.desk.slices:Slices.text
    bot.speech.connection:secrets_of bot.speech.connection:moved_to
    bot.speech.manners:Manners.doubt bot.speech.manners:Manners.is_proven
    bot.speech.manners:Manners.went_without bot.speech.models:model_of
    bot.speech.models:translator_for bot.telemetry:trace_of bot.words:pick
    """.split()  # noqa: SIM905 - as a paragraph it can be read
)


def transcript(text: str) -> Transcript:
    """That text as the words of a note: in segments of a few words, with a gap amid them."""
    parts = [text[at : at + 16] for at in range(0, len(text), 16)]
    segments = tuple(Segment(at * 1_000, at * 1_000 + 900, part) for at, part in enumerate(parts))
    return Transcript(segments, (Gap(5_900, 6_000),), len(parts) * 1_000, 0, "gpt-transcribe")


def said(text: str) -> dict[str, object]:
    """An answer of the provider's, every field of it that text."""
    usage = {"type": "duration", "seconds": text}
    return {"text": text, "languages": [{"code": text}] * 50, "usage": usage, "id": text, "model": text}


def scored(text: str) -> dict[str, object]:
    """The same, in segments and tokens of a few signs."""
    parts = [text[at : at + 16] for at in range(0, len(text), 16)]
    rows = [{"start": at, "end": at + 1, "text": part} for at, part in enumerate(parts)]
    return said(text) | {"segments": rows, "logprobs": [{"token": part, "logprob": -1.0} for part in parts]}


def asked(text: str = "") -> reading.Asked:
    """What those are an answer to."""
    return reading.Asked(model_of("gpt-4o-transcribe"), 1_000_000, {"x-request-id": text, "content-type": text})


def grumbled(text: str) -> dict[str, object]:
    """An error that says it everywhere."""
    row = {"loc": ["body", text], "msg": text, "type": text}
    return {"error": {"message": text, "code": text, "param": text}, "detail": [row] * 20, "errors": [text] * 20}


def streamed(text: str) -> object:
    """A stream of that text: in deltas, as texts that grow, as segments, as ends, and as no event at all."""
    found: list[object] = []
    for kind in ("transcript.text.delta", "", "transcript.text.segment", "transcript.text.done"):
        lines, coming = events.Lines(), stream.Coming(found.append)
        for at in range(0, len(text), 16):
            found += lines.feed(text[at : at + 16].encode("utf-8", "replace"))
            row = {"delta": text[at : at + 16]} if kind.endswith("delta") else {"text": text[at : at + 16]}
            coming.take({"type": kind, "start": 0} | row if kind else row)
        found.append(coming.words(asked()))
    return found


def stepped(text: str) -> object:
    """The lines of a stream that are no events; nothing of that waits for anybody."""
    stepping, found = events.Events(of_sound(1_000).counts), []
    for begins in (b"data: ", b"", b"event: ", b"{"):
        coming = stepping.feed(begins + text.encode("utf-8", "replace") + b"\n")
        with suppress(StopAsyncIteration):
            while True:
                try:
                    anext(coming).__await__().__next__()
                except StopIteration as event:
                    found.append(event.value)
    return [*found, stepping.loose]


def refused(text: str) -> object:
    """An error of the provider's, every field of it that text."""
    headers = {"x-request-id": text, "retry-after": text, "retry-after-ms": text, "date": text}
    return answers.refused(
        400, code=text, kind=text, param=text, message=text, headers=headers, secrets=("sk-aaaaaaaa", "a")
    )


def record(text: str) -> logging.LogRecord:
    """A line of the log that quotes that text everywhere."""
    error = ValueError(text)
    error.__cause__ = KeyError(text)
    made = logging.LogRecord("bot", logging.WARNING, "", 0, "it says %s", (text,), (ValueError, error, None))
    made.said = text
    return made


def slipped(work: Callable[[str], object]) -> Callable[[str], object]:
    """The same for what may say no, in words of which the refused value is one."""

    def tried(text: str) -> object:
        try:
            return work(text)
        except Slip as slip:
            return [words(f"settings.slip.{slip.why}", **slip.values) for words in (EN, KO)]

    return tried


def panel(text: str) -> object:
    """What More shows of that text, its subtitles too."""
    timing = transcript(text).timing
    return reply.panel(EN, text=tidy.fit(text), timing=timing, cost=(Scope.GUILD, 1_000, 1_000), is_spoiler=True)


def grown(text: str) -> object:
    """The words of a piece as they come, looked at now and then."""
    coming = Coming()
    for at in range(0, len(text), 7):
        coming.add(text[at : at + 7])
        if at % 700 == 0:
            coming.may_be_invented(TERMS[0])
    return coming.tally.of(coming.text)


def request(text: str) -> object:
    """Which kind of file it is, by that name and that type."""
    ids = dict.fromkeys(
        ("id", "ask_id", "attachment_id", "guild_id", "channel_id", "message_id", "author_id", "member_id"), 1
    )
    more = {
        "door": outcome.Door.AUTO,
        "size_bytes": 1,
        "declared_ms": 1,
        "url": text,
        "is_voice": False,
        "locale": text,
    }
    return Request(filename=text, content_type=text, **ids, **more).media  # type: ignore[arg-type]


def tally(text: str) -> object:
    """A text counted while it grows."""
    counting, text = Tally(), text * 8  # many blocks of it, of which the last is counted again
    return [counting.of(text[:end]) + counting.lacks(text) for end in range(1_000, len(text) + 1, 1_000)]


# By module and name: what is done with a text of anybody's.
WORST: Mapping[str, Callable[[str], object]] = {
    "bot.choices.choice:terms": slipped(choices.terms),
    "bot.choices.choice:codes": slipped(choices.codes),
    "bot.choices.choice:minutes": slipped(choices.minutes),
    "bot.desk.listening:Words.add": grown,
    "bot.desk.listening:Words.text": grown,
    "bot.desk.listening:Words.may_be_invented": grown,
    "bot.desk.verdict:as_spoiler": lambda text: as_spoiler(transcript(text)),
    "bot.desk.verdict:ending_of": lambda text: ending_of(transcript(text)),
    "bot.log:Lines.format": lambda text: log.Lines().format(record(text)),
    "bot.log:Json.format": lambda text: log.Json().format(record(text)),
    "bot.outcome:encode": lambda text: outcome.encode(transcript(text)),
    "bot.outcome:decode": lambda text: outcome.decode(outcome.encode(transcript(text))),
    "bot.outcome:Transcript.text": lambda text: transcript(text).text,
    "bot.outcome:Transcript.timing": lambda text: transcript(text).timing,
    "bot.post.fetching:is_allowed": lambda text: [
        is_allowed(way + text, [URL[:19], "discord.com"]) for way in ("", "https://", "http://[")
    ],
    "bot.post.links:link_in": lambda text: [link_in(text), link_in(f"https://{text}"), link_in(URL + text)],
    "bot.reply.escape:readable": reply.readable,
    "bot.reply.escape:escape": reply.escape,
    "bot.reply.escape:unescape": reply.unescape,
    "bot.reply.live:glimpse_text": lambda text: glimpse_text(
        text, EN, heard_ms=1, length_ms=2, left_ms=3, is_spoiler=True
    ),
    "bot.reply.panel:panel": panel,
    "bot.reply.quoted:quoted": lambda text: quoted(text, URL, is_spoiler=True),
    "bot.reply.quoted:repeated": lambda text: repeated(text, URL, is_spoiler=True),
    # Four times the text: what fits one message is not cut, and the shortest has to be cut as the longest is.
    "bot.reply.render:render": lambda text: render(transcript(text * 4), EN, ref="K3F7A", may_attach=False),
    "bot.reply.render:spoken": lambda text: spoken(transcript(text), EN),
    "bot.reply.render:plain": lambda text: [
        plain([text]),
        plain([text[at : at + 50] for at in range(0, len(text), 50)]),
    ],
    "bot.reply.render:units": units,
    "bot.reply.split:split": lambda text: [split(text, limit) for limit in (84, 1_900)],
    "bot.reply.split:parts_of": lambda text: [list(parts_of(text, limit)) for limit in (84, 1_900)],
    "bot.reply.split:is_boundary": lambda text: [is_boundary(text, at) for at in (1, len(text) // 2, len(text) - 1)],
    "bot.reply.spoiler:hidden": spoiler.hidden,
    "bot.reply.spoiler:unhidden": lambda text: [spoiler.unhidden(text), spoiler.unhidden(f"||{text}")],
    "bot.reply.spoiler:hidden_again": lambda text: [spoiler.hidden_again(text), spoiler.hidden_again(f"a\n{text}")],
    "bot.reply.spoiler:file_name": lambda text: spoiler.file_name(text, is_spoiler=True),
    "bot.reply.subtitles:retimed": lambda text: subtitles.retimed(text, transcript(text).timing),
    "bot.reply.subtitles:is_whole": lambda text: subtitles.is_whole(text, transcript(text).timing),
    "bot.reply.subtitles:srt": lambda text: subtitles.srt([Segment(0, 9_000, text)]),
    "bot.reply.subtitles:vtt": lambda text: subtitles.vtt([Segment(0, 9_000, text)]),
    "bot.request:Request.media": request,
    "bot.signs:normalized": lambda text: [signs.normalized(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")],
    "bot.signs:letters": signs.letters,
    "bot.speech.answers:retry_after_ms": lambda text: answers.retry_after_ms(
        {"retry-after": text, "retry-after-ms": text, "date": text}
    ),
    "bot.speech.answers:told": lambda text: answers.told(text, ("sk-aaaaaaaa", "a")),
    "bot.speech.causes:about": lambda text: about({"param": text}, text),
    "bot.speech.causes:cause_of": lambda text: [
        cause_of(status, {"code": text, "param": param}, text, is_page=is_page)
        for status in (200, 400, 403, 404, 413, 429, 500)
        for param in ("", text)
        for is_page in (False, True)
    ],
    "bot.speech.causes:status_of": lambda text: status_of({"code": text, "type": text}, 0, text),
    "bot.speech.complaint:complaint_of": lambda text: [
        complaint.complaint_of(body) for body in (text, f"<html><title>{text}", f"[{text}", grumbled(text), [[text]])
    ],
    "bot.speech.complaint:is_complaint": lambda text: complaint.is_complaint(grumbled(text)),
    "bot.speech.complaint:is_failure": complaint.is_failure,
    "bot.speech.complaint:is_page": lambda text: [complaint.is_page(text), complaint.is_page(f"<!--{text}")],
    "bot.speech.reading:no_answer": lambda text: reading.no_answer(text, asked(text)),
    "bot.speech.reading:object_answer": lambda text: [
        reading.object_answer(one, asked(text)) for one in (said(text), scored(text), grumbled(text), {"detail": text})
    ],
    "bot.speech.reading:rows_of": lambda text: reading.rows_of(scored(text)),
    "bot.speech.reading:text_of": lambda text: [
        reading.text_of(one, reading.rows_of(one)) for one in (said(text), scored(text), scored(text) | {"text": ""})
    ],
    "bot.speech.reading:whole_answer": lambda text: [
        reading.whole_answer(body.encode("utf-8", "replace"), reading.Asked(model_of("own"), 1, {"content-type": kind}))
        for body in (text, f'{{"text": {json.dumps(text)}}}', f"<html>{text}", f"{{{text}")
        for kind in ("text/plain", "application/json", text)
    ],
    "bot.speech.reading:words": lambda text: reading.words(text, scored(text), asked(text), scored(text)["segments"]),
    "bot.speech.scores:parts_of": lambda text: scores.parts_of(scored(text)["segments"], text, 1_000_000),
    "bot.speech.scores:tokens_of": lambda text: scores.tokens_of(scored(text)["logprobs"]),
    "bot.speech.scores:usage_of": lambda text: scores.usage_of(said(text)["usage"], model_of("gpt-4o-transcribe")),
    "bot.speech.stream:Coming.take": streamed,
    "bot.speech.reading:Asked.request_id": lambda text: asked(text).request_id,
    "bot.speech.events:Events.loose": stepped,
    "bot.speech.events:Lines.feed": streamed,
    "bot.speech.tidy:clean": lambda text: [tidy.clean(text), tidy.clean(text.replace(" ", "\n\n"))],
    "bot.speech.tidy:fit": tidy.fit,
    "bot.speech.tidy:shown": tidy.shown,
    "bot.speech.answers:model_row": lambda text: answers.model_row(said(text)),
    "bot.speech.answers:request_id_of": answers.request_id_of,
    "bot.speech.answers:refused": refused,
    "bot.speech.answers:Trouble.cause": lambda text: getattr(refused(text), "cause", ""),
    "bot.speech.bounds:counts_of": lambda text: counts_of(text.encode("utf-8", "replace")),
    "bot.speech.doubt:is_doubtful": lambda text: [is_doubtful(text, terms) for terms in ((), *TERMS)],
    "bot.speech.doubt:is_wordless": is_wordless,
    "bot.desk.evidence:without_unspoken": lambda text: evidence.without_unspoken(text, (), SOUND),
    "bot.desk.evidence:without_ends": lambda text: evidence.without_ends(text, SOUND),
    "bot.speech.doubt:is_to_an_audience": is_to_an_audience,
    "bot.speech.doubt:without_sounds": without_sounds,
    "bot.speech.doubt:listed_end": listed_end,
    "bot.speech.doubt:listed_beginning": listed_beginning,
    "bot.speech.loops:loop_in": loop_in,
    "bot.speech.loops:is_odd": is_odd,
    "bot.speech.loops:Loop.without": lambda text: Loop(0, 1, len(text), 4, 1).without(text),
    "bot.speech.doubt:may_become_doubtful": lambda text: [may_become_doubtful(text, terms) for terms in ((), *TERMS)],
    "bot.speech.syllable_count:Tally.of": tally,
    "bot.speech.syllable_count:Tally.lacks": tally,
    "bot.speech.syllable_count:syllables": syllables,
    "bot.untrusted:without_secrets": untrusted.without_secrets,
    "bot.untrusted:one_line": untrusted.one_line,
    "bot.untrusted:escaped": untrusted.escaped,
    "bot.untrusted:json_escaped": untrusted.json_escaped,
    "bot.untrusted:plain_name": untrusted.plain_name,
    "bot.words:Words.__call__": lambda text: [
        words("settings.slip.term_long", term=text, most=60) for words in (EN, KO)
    ],
}


def _room(path: Path) -> str:
    parts = path.relative_to(HERE).with_suffix("").parts
    return parts[1] if parts[0] == "bot" else "cogs"


def takes_text(function: ast.FunctionDef) -> bool:
    """Whether a stranger's text may come in: as an argument, or as what the value has that the property belongs to."""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs, function.args.kwarg]
    told = [ast.unparse(one.annotation) for one in arguments if one is not None and one.annotation is not None]
    if any(ast.unparse(mark) == "property" for mark in function.decorator_list) and function.returns is not None:
        told.append(ast.unparse(function.returns))
    return any(word in text for text in told for word in TEXTUAL)


def is_open(function: ast.FunctionDef) -> bool:
    """Whether others call it."""
    return not function.name.startswith("_") or function.name == "__call__"


@cache
def textual() -> frozenset[str]:
    """Every public function, method and property of rooms that are not quiet that may be given somebody's text."""

    def inside(node: ast.AST, prefix: str) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
                if not any("Protocol" in ast.unparse(base) for base in child.bases):
                    yield from inside(child, f"{prefix}{child.name}.")
            elif isinstance(child, ast.FunctionDef) and is_open(child) and takes_text(child):
                yield f"{prefix}{child.name}"

    found = set()
    for path in sources("bot", "cogs"):
        if _room(path) not in QUIET:
            module = name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            found |= {f"{module}:{function}" for function in inside(tree(path), "")}
    return frozenset(found)


def test_the_table_knows_every_function() -> None:
    """A function that is given somebody's text stands in the table, or is known to be given none of a stranger's."""
    new = textual() - WORST.keys() - OURS
    gone = (WORST.keys() | OURS) - textual()

    assert not new, "add it to WORST, with how it is called, or to OURS"
    assert not gone, "nothing of that name takes a text any more"
    assert {_room(path) for path in sources("bot")} >= QUIET.keys()


def cpu_s(work: Callable[[str], object], text: str, times: int = 1) -> float:
    """The least this thread has worked for it, in seconds: others on the machine take none of that."""
    found = []
    for _ in range(times):
        before = time.thread_time()
        work(text)
        found.append(time.thread_time() - before)
    return min(found)


def is_straight(work: Callable[[str], object], worst: Worst) -> bool:
    """
    Whether eight times the text takes no more than a few times eight times as long; noise is asked again.

    What looks some hundred signs far may seem steep up to there: then longer texts are asked.
    """
    for length in (SIGNS, 4 * SIGNS):
        long, short = worst.of(length), worst.of(length // SHARE)
        for _ in range(TRIES):
            took_s = cpu_s(work, long)
            if took_s < EASY_S or took_s < STEEPEST * max(cpu_s(work, short, times=2), EASY_S / 64):
                return True
    return False


@pytest.mark.parametrize("function", sorted(WORST))
def test_nothing_takes_longer_than_its_text_is_long(function: str) -> None:
    """Of each text that is worst for something, eight times as much takes about eight times as long, and never more."""
    assert not bent(WORST[function])


@cache
def bent(work: Callable[[str], object]) -> list[Worst]:
    """The texts that take too long; what stands for several functions is asked once."""
    return [worst for worst in worst_texts() if not is_straight(work, worst)]


def test_the_measure_finds_a_square() -> None:
    """What looks at each sign from each sign, or makes a copy for each, is told from what looks at each once."""
    dots = next(worst for worst in worst_texts() if worst.unit == "." and worst.after)

    assert not is_straight(lambda text: [sum(map(ord, text[at:])) for at in range(len(text))], dots)
    assert is_straight(lambda text: [text.count(".") for _ in range(500)], dots)
    assert is_straight(lambda text: [ord(one) < ord(other) for one, other in pairwise(text)], dots)
