"""What long silent ends cost: whom the page walk has listened to, what is left out, and what an ordinary note pays."""

import asyncio
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.audio import sounds
from bench.audio.words import DISCORD
from bot import audio
from bot.audio.ogg import VoiceNote, walk

ENCODERS = {
    "as Discord's clients (32k)": DISCORD,
    "for voice, 24k": ("-ar", "48000", "-c:a", "libopus", "-b:a", "24k", "-application", "voip"),
    "for voice, 16k": ("-ar", "48000", "-c:a", "libopus", "-b:a", "16k", "-application", "voip"),
    "64k": ("-ar", "48000", "-c:a", "libopus", "-b:a", "64k"),
    "for voice, 32k, DTX": ("-ar", "48000", "-c:a", "libopus", "-b:a", "32k", "-application", "voip", "-dtx", "1"),
    "32k, packets of 60 ms": ("-ar", "48000", "-c:a", "libopus", "-b:a", "32k", "-frame_duration", "60"),
    "32k, constant rate": ("-ar", "48000", "-c:a", "libopus", "-b:a", "32k", "-vbr", "off"),
}
END_S = 20
# Peak amplitudes of ffmpeg's generator: -70, -60, -50 and -40 dBFS of mean power or so.
AMPLITUDES = (0.0017, 0.005, 0.017, 0.05)
MAX_MS = 7_200_000


def ends() -> dict[str, bytes]:
    """Ends in which nobody speaks."""
    made = {"nothing": bytes(END_S * 2 * sounds.RATE_HZ)}
    for colour in ("white", "pink", "brown"):
        for amplitude in AMPLITUDES:
            source = f"anoisesrc=c={colour}:a={amplitude}:seed=7:r={sounds.RATE_HZ}"
            made[f"{colour} {amplitude}"] = sounds.generated(source, END_S)
    return made


def left_out() -> Iterator[str]:
    """The tables."""
    people = [sounds.pcm_of(recording.path) for recording in sounds.recordings()]
    voice = people[0]
    silent = ends()
    yield f"{len(people)} recordings as they are, and one of them with {END_S} s of {len(silent)} silences and noises before and behind"
    yield "it. Sizes of packets say who has to be listened to; of constant rate and long packets they say nothing, so all are."
    yield ""
    yield "| encoder | ordinary notes decoded, before ends were looked for | now | silent ends found | sent, s of 40 that nobody speaks |"
    yield "|---|--:|--:|--:|--:|"
    with tempfile.TemporaryDirectory() as folder:
        rules = audio.UploadRules(scratch=Path(folder), ffmpeg=sounds.ffmpeg())
        path = Path(folder, "sound.ogg")
        for label, options in ENCODERS.items():
            plain = [_walked(sounds.encoded(pcm, path, *options)) for pcm in people]
            before = sum(not note.is_lively for note in plain)
            now = sum(not note.is_lively or note.has_calm_ends for note in plain)
            found, sent_ms = 0, 0
            for end in silent.values():
                sounds.encoded(end + voice + end, path, *options)
                found += sum(calm >= (END_S - 2) * 1_000 for calm in _walked(path).calm_ms)
                sent_ms += asyncio.run(_sent_ms(path, rules)) - len(voice) * 500 // sounds.RATE_HZ
            row = f"{before} of {len(people)} | {now} of {len(people)} | {found} of {2 * len(silent)}"
            yield f"| {label} | {row} | {sent_ms / len(silent) / 1_000:.1f} |"
        yield ""
        sounds.encoded(voice, path, *DISCORD)
        passed_ms = asyncio.run(_ms(path, rules, 200))
        end = silent["pink 0.005"] * 3
        sounds.encoded(end + voice, path, *DISCORD)
        cropped_ms = asyncio.run(_ms(path, rules, 10))
        yield f"An ordinary note takes {passed_ms:.1f} ms of CPU, one with a minute of a room before it {cropped_ms:.0f} ms."


def _walked(path: Path) -> VoiceNote:
    if (note := walk(path, max_ms=MAX_MS)) is None:
        raise RuntimeError(f"{path} is no voice note")
    return note


async def _sent_ms(path: Path, rules: audio.UploadRules) -> int:
    async with audio.open(path, rules=rules) as clip:
        return sum(piece.sent_ms for piece in clip.pieces)


async def _ms(path: Path, rules: audio.UploadRules, count: int) -> float:
    """Milliseconds of CPU, those of the worker among them."""
    before = _cpu_s()
    for _ in range(count):
        await _sent_ms(path, rules)
    return (_cpu_s() - before) / count * 1_000


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
