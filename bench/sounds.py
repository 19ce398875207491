"""The sounds that are posted: ours, repeated to a length and encoded as Discord's app, or a phone, would."""

import subprocess
from pathlib import Path

from bot.audio import ffmpeg_of

SPEECH = Path(__file__).parents[1] / "tests" / "speech"
SHORT = SPEECH / "park.ogg"
ENCODED = {
    "ogg": ("-c:a", "libopus", "-b:a", "32k", "-application", "voip", "-page_duration", "1000000"),
    "m4a": ("-ar", "44100", "-c:a", "aac", "-b:a", "64k"),
    "mp3": ("-ar", "44100", "-b:a", "64k"),
    "wav": (),
}


def lasting(seconds: int, folder: Path, *, suffix: str = "ogg") -> Path:
    """A sound of so many seconds in which somebody speaks."""
    path = folder / f"lasting-{seconds}.{suffix}"
    if not path.exists():
        ffmpeg("-stream_loop", "-1", "-i", str(SHORT), "-t", str(seconds), *ENCODED[suffix], str(path))
    return path


def ffmpeg(*words: str) -> None:
    """Run the ffmpeg the bot would take."""
    subprocess.run([str(ffmpeg_of("auto")), "-v", "error", "-nostdin", "-y", *words], check=True)  # noqa: S603 - our own words
