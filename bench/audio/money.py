"""
What is paid for a second of sound, and which words it costs: silence trimmed or not, in each upload format.

The same recordings come as they are, and joined with pauses between and around them in which a quiet room is heard.
The provider bills the seconds it is sent, so only silence can be saved; a format decides about bytes and words.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.audio import sounds
from bench.audio.words import DISCORD, GROUP, against, english, errors, heard, said, sent
from bot import audio

PAUSES_S = (0, 2, 4)
ROOM = "anoisesrc=color=pink:amplitude=0.002:seed=1"


def notes(pause_s: int) -> Iterator[tuple[bytes, list[str]]]:
    """Samples and words: three recordings each, a pause before, between and after them."""
    people = english()
    room = sounds.generated(ROOM, pause_s) if pause_s else b""
    for at in range(0, len(people), GROUP):
        group = people[at : at + GROUP]
        pcm = room + b"".join(sounds.pcm_of(one.path) + room for one in group)
        yield pcm, [word for one in group for word in said(one.words)]


def paid() -> Iterator[str]:
    """The table: for each length of the pauses, what is sent and what is understood of it."""
    yield f"{len(english())} recordings, joined by {GROUP}: voice notes (Opus 32k) with pauses of so many seconds, in which a quiet"
    yield "room is heard. The recogniser hears words in noise, so what trimming gains in words is its weakness; what it saves in"
    yield "seconds is not."
    yield ""
    yield "What the table says of the defaults:"
    yield ""
    yield '- `convert = "when-needed"`: no format saves a second, and none hears better; what is passed through costs no CPU.'
    yield '- `format = "opus"`: the same words as mp3 in fewer bytes.'
    yield "- `trim_pauses = false`: people who talk without pauses of 1.5 s, as in most voice notes, save nothing by it, and every"
    yield "  note would be decoded to find that out (see *Short notes*), and its words come a quarter of a second later. Where"
    yield "  people record lectures or meetings, with such pauses, it saves a fifth and more of the bill: switch it on there."
    yield ""
    yield "| pauses, s | way | seconds billed for each of sound | word errors % | difference, points | kB |"
    yield "|--:|---|--:|--:|--:|--:|"
    with tempfile.TemporaryDirectory() as folder:
        plain = audio.UploadRules(scratch=Path(folder), ffmpeg=sounds.ffmpeg())
        ways = {
            "passed through (the default)": plain,
            'sent as Opus (`convert = "always"`)': replace(plain, convert="always"),
            'sent as mp3 (`convert = "always"`)': replace(plain, convert="always", format="mp3"),
            "pauses trimmed, Opus": replace(plain, trimmed=True),
            "pauses trimmed, mp3": replace(plain, trimmed=True, format="mp3"),
        }
        for pause_s in PAUSES_S:
            spoken = list(notes(pause_s))
            counts = [len(words) for _, words in spoken]
            first: list[int] = []
            for label, rules in ways.items():
                wrong, sent_ms, size = [], 0, 0
                for pcm, words in spoken:
                    path = sounds.encoded(pcm, Path(folder, "sound.ogg"), *DISCORD)
                    got, ms, octets = asyncio.run(sent(path, rules))
                    wrong.append(errors(words, heard(got)))
                    sent_ms, size = sent_ms + ms, size + octets
                first = first or wrong
                whole_ms = sum(len(pcm) for pcm, _ in spoken) * 1_000 / (2 * sounds.RATE_HZ)
                yield (
                    f"| {pause_s} | {label} | {sent_ms / whole_ms:.2f} | {100 * sum(wrong) / sum(counts):.1f} | "
                    f"{against(first, wrong, counts)} | {size / 1_000:.0f} |"
                )
