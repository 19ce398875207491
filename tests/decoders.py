"""
Which ffmpeg the audio room is given in its tests, and which one makes the sounds for them.

`EARSHOT_TEST_FFMPEG` names the first as the setting `audio.ffmpeg` does: "bundled" (where it says nothing), "system"
or a path; `make test-decoders` goes through all there are. The second is always the bundled one: the image's has no
encoder but those of our own pieces.
"""

import os

from bot import audio

MAKER = str(audio.ffmpeg_of("bundled"))
DECODER = str(audio.ffmpeg_of(os.environ.get("EARSHOT_TEST_FFMPEG") or "bundled"))
