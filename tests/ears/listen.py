"""
Runs in the environment of the real ears: a Whisper that hears what stands on its input, one sound after the other.

In: a line with a number, and so many bytes, a sound file of any kind. Out: a line of JSON, {"text", "language"}, or
{"error"} where it is no sound. The first line it writes says that the model is loaded.
"""

import io
import json
import sys
from typing import Any


def main(model: str, threads: int) -> None:
    """Until its input ends."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - only there in that environment

    whisper: Any = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=threads)
    _say({"ready": True})
    while size := sys.stdin.buffer.readline().strip():
        sound = sys.stdin.buffer.read(int(size))
        try:
            segments, info = whisper.transcribe(io.BytesIO(sound))
            text = "".join(segment.text for segment in segments).strip()
        except Exception as trouble:  # noqa: BLE001 - whatever PyAV makes of a stranger's bytes
            _say({"error": f"{type(trouble).__name__}: {trouble}"})
        else:
            _say({"text": text, "language": info.language})


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
