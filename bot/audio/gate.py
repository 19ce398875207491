"""
The gate: is anybody speaking here?

Hides the voice-activity library and the level meter. Promises: looks at 30 ms at a time and keeps two bytes of
it; when in doubt, somebody speaks. Somebody may be speaking where, for 150 ms in a row, the library hears a voice
in something that is not faint, and where that is louder by SWING_DB than the quiet moments around it: speech
comes in syllables, a fan, a hum or hiss does not. The figures behind the thresholds are in docs/bench/audio.md.
"""

import audioop
import math
from array import array
from itertools import accumulate

# The library's own C module: `import webrtcvad` looks up its version first, 40 ms of CPU for every clip.
import _webrtcvad  # type: ignore[import-not-found] # it has no stubs

from bot.audio.reader import BYTES_PER_MS, RATE_HZ

FRAME_MS = 30  # the longest frame the library takes
FRAME_BYTES = FRAME_MS * BYTES_PER_MS
FLOOR_DB = -100
FAINT_DB = -80  # dBFS; recordings turned down by 52 dB still have frames above it
# As long as nothing was louder than the one, the library is given as much more as brings the loudest to the other: it
# is deaf to far voices. Louder still, and it takes quiet rooms for voices.
QUIET_DB, RAISED_DB = -40, -30
MODE = 2  # of 0 to 3, the higher the stricter
SPOKEN_FRAMES = 5  # 150 ms: a short syllable
SWING_DB = 3  # speech as loud as the noise around it swings by 4 dB or more, steady noise by less than 2
QUIET_SHARE = 10  # percent of a stretch that count as its quiet moments
STEADY_FRAMES = 33  # a second; less has no quiet moments to compare with


class Gate:
    """Hears one stretch of sound; `spoken` and `levels` (dBFS) have one entry per 30 ms of it."""

    def __init__(self) -> None:
        self.spoken = bytearray()
        self.levels = array("b")
        self._vad = _webrtcvad.create()
        _webrtcvad.init(self._vad)
        _webrtcvad.set_mode(self._vad, MODE)
        self._rest = b""
        self._peak = FLOOR_DB

    def feed(self, pcm: bytes) -> None:
        """Listens to the next PCM, cut anywhere."""
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        for at in range(0, whole, FRAME_BYTES):
            frame = pcm[at : at + FRAME_BYTES]
            # Wider: of whole steps a faint voice has but three or four.
            amplitude = audioop.rms(audioop.lin2lin(frame, 2, 4), 4)
            level = max(round(20 * math.log10(amplitude / (1 << 31))), FLOOR_DB) if amplitude else FLOOR_DB
            self._peak = max(self._peak, level)
            if self._peak < QUIET_DB:
                frame = audioop.mul(frame, 2, 10 ** ((RAISED_DB - self._peak) / 20))
            self.levels.append(level)
            self.spoken.append(level > FAINT_DB and _webrtcvad.process(self._vad, RATE_HZ, frame, FRAME_BYTES // 2))
        self._rest = pcm[whole:]

    def hears(self, frames: int) -> bool:
        """Whether somebody may be speaking in the first frames."""
        spoken = list(accumulate(self.spoken[:frames], initial=0))
        levels = list(accumulate(self.levels[:frames], initial=0))
        ends = range(SPOKEN_FRAMES, frames + 1)
        loudness = [levels[end] - levels[end - SPOKEN_FRAMES] for end in ends]
        voices = [
            loud
            for end, loud in zip(ends, loudness, strict=True)
            if spoken[end] - spoken[end - SPOKEN_FRAMES] == SPOKEN_FRAMES
        ]
        if not voices or frames < STEADY_FRAMES:
            return bool(voices)
        quiet = sorted(loudness)[len(loudness) * QUIET_SHARE // 100]
        return max(voices) - quiet >= SWING_DB * SPOKEN_FRAMES

    def forget(self, frames: int) -> None:
        """Drops the first frames: their piece is made."""
        del self.spoken[:frames]
        del self.levels[:frames]
