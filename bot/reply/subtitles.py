"""
Segments as subtitle files.

Hides SubRip and WebVTT. Promises: every word of the segments, in order; no cue ends before it begins;
nothing in a text can end its cue.
"""

import json
import re
from collections.abc import Iterator, Sequence

from bot.outcome import Segment
from bot.reply.escape import readable
from bot.reply.split import split
from bot.signs import letters

CUE = 84  # characters: two lines of 42, what subtitle guides take for readable


_HOLE = re.compile(r"\s{0,4}\[[^\]]{0,200}\]")  # our own sentence, in any language


def retimed(text: str, timing: str) -> tuple[Segment, ...]:
    """
    The words of an answer, read back from where they stand, and when they were said (`Transcript.timing`).

    Segments are told apart by counting letters and digits, which survive everything between a model and a reader;
    what stands in brackets for a gap belongs to nobody.
    """
    found = []
    at = 0
    for start_ms, end_ms, count in json.loads(timing):
        if count is None:
            hole = _HOLE.match(text, at)
            at = hole.end() if hole else at
            continue
        end = _after(text, at, count)
        found.append(Segment(start_ms, end_ms, text[at:end].strip()))
        at = end
    if found and text[at:].strip():
        last = found[-1]
        found[-1] = Segment(last.start_ms, last.end_ms, f"{last.text} {text[at:].strip()}")
    return tuple(segment for segment in found if segment.text)


def is_whole(text: str, timing: str) -> bool:
    """Whether a text read back has as many letters as were said, or more: what was cut has fewer."""
    return letters(text) >= sum(count or 0 for _, _, count in json.loads(timing))


def _after(text: str, at: int, count: int) -> int:
    """The end of the word in which, from `at` on, the last of so many letters stands."""
    while at < len(text) and count > 0:  # as many signs as letters are missing, and again
        step = text[at : at + count]
        count -= letters(step)
        at += len(step)
    while at < len(text) and not text[at].isspace():
        if letters(text[at]):
            return at
        at += 1
    return at


def srt(segments: Sequence[Segment]) -> str:
    """SubRip: numbered cues, commas before the milliseconds."""
    return "\n".join(
        f"{number}\n{_time(cue.start_ms, ',')} --> {_time(cue.end_ms, ',')}\n{cue.text.replace('-->', '→')}\n"
        for number, cue in enumerate(_cues(segments), 1)
    )


def vtt(segments: Sequence[Segment]) -> str:
    """WebVTT: its three active signs are written as entities."""
    cues = (
        f"\n{_time(cue.start_ms, '.')} --> {_time(cue.end_ms, '.')}\n"
        + cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        + "\n"
        for cue in _cues(segments)
    )
    return "WEBVTT\n" + "".join(cues)


def _cues(segments: Sequence[Segment]) -> Iterator[Segment]:
    """Long segments in readable cues; a cue's share of the time is its share of the letters."""
    for segment in segments:
        text = " ".join(readable(segment.text).split())
        span = max(segment.end_ms - segment.start_ms, 1)
        spoken = 0
        for part in split(text, CUE):
            start = segment.start_ms + span * spoken // len(text)
            spoken += len(part)
            yield Segment(start, max(segment.start_ms + span * spoken // len(text), start + 1), part.strip())


def _time(ms: int, point: str) -> str:
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"
