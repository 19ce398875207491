"""
The gate: is anybody speaking here?

Hides the voice-activity library and pydub's level meter. Promises: looks at 30 ms at a time, so memory
is two bytes per 30 ms; when in doubt, somebody speaks.
"""

import math
from array import array

import webrtcvad
from pydub.utils import audioop

from bot.audio.reader import BYTES_PER_MS, RATE_HZ

FRAME_MS = 30  # the longest frame the library takes
FRAME_BYTES = FRAME_MS * BYTES_PER_MS
FLOOR_DB = -100
FAINT_DB = -60  # dBFS of a frame; whispering into a phone is above -50
MODE = 2  # of 0 to 3, the higher the stricter
SPOKEN_FRAMES = 5  # 150 ms in a row: shorter than any word


class Gate:
    """Hears one stretch of sound; `spoken` and `levels` have one entry per 30 ms of it."""

    def __init__(self) -> None:
        self.spoken = bytearray()
        self.levels = array("b")
        self._vad = webrtcvad.Vad(MODE)
        self._rest = b""

    def feed(self, pcm: bytes) -> None:
        """Listens to the next PCM, cut anywhere."""
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        for at in range(0, whole, FRAME_BYTES):
            frame = pcm[at : at + FRAME_BYTES]
            level = audioop.rms(frame, 2)
            self.levels.append(round(20 * math.log10(level / 32_768)) if level else FLOOR_DB)
            self.spoken.append(self._vad.is_speech(frame, RATE_HZ))
        self._rest = pcm[whole:]

    def hears(self, start: int, end: int) -> bool:
        """Whether somebody may be speaking between two frames."""
        run = 0
        for spoken, level in zip(self.spoken[start:end], self.levels[start:end], strict=True):
            run = run + 1 if spoken and level > FAINT_DB else 0
            if run >= SPOKEN_FRAMES:
                return True
        return False

    def forget(self, frames: int) -> None:
        """Drops the first frames: their piece is made."""
        del self.spoken[:frames]
        del self.levels[:frames]
