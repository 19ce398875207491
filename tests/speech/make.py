"""
Makes the voice notes this project ships: text, spoken by flite, encoded as Discord's clients do.

Run it with flite installed (`apt-get install flite`); it writes the sounds and `notes.json` beside itself.
The files are committed, so that tests and demo need neither flite nor this script.
"""

import hashlib
import json
import subprocess
import tempfile
import wave
from pathlib import Path

import imageio_ffmpeg

HERE = Path(__file__).resolve().parent
RATE = 16_000
# Discord, "Voice Messages": one channel, 48 kHz, 32 kbit/s Opus in Ogg. The rest makes the bytes the same each time.
VOICE_MESSAGE = ["-ac", "1", "-ar", "48000", "-c:a", "libopus", "-b:a", "32k"]
UPLOAD = ["-ac", "1", "-ar", "44100", "-c:a", "aac", "-b:a", "64k"]
EXACT = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]

PAUSE_S = 0.8
# file, voice, sentences (a pause between each two)
NOTES: tuple[tuple[str, str | None, list[str]], ...] = (
    ("meeting.ogg", "awb", ["Good morning everyone, the meeting starts at ten, please bring the new numbers."]),
    ("country.ogg", "awb", ["Ask not what your country can do for you, ask what you can do for your country."]),
    ("birthday.ogg", "rms", ["Happy birthday my friend, I hope you have a wonderful day with your family."]),
    ("hotel.ogg", "slt", ["Can you send me the address of the hotel where we are going to stay next week."]),
    ("park.ogg", "awb", ["The weather is beautiful today, let us go to the park after lunch."]),
    (
        "system.ogg",
        "rms",
        ["We need more time to test the new system before we can show it to the people who paid for it."],
    ),
    (
        "pauses.ogg",
        "awb",
        [
            "I have finished the first part of the report and I will send you the rest tomorrow morning.",
            "Please bring the new numbers.",
            "The weather is beautiful today.",
            "See you at nine.",
        ],
    ),
    (
        "report.m4a",
        "rms",
        ["I have finished the first part of the report, and I will send you the rest tomorrow morning."],
    ),
    ("thanks.ogg", "slt", ["Thank you for watching."]),
    ("silence.ogg", None, []),
)


def spoken(voice: str, sentences: list[str], folder: Path) -> Path:
    """The sentences as one wave file, a pause between each two."""
    sound = bytearray()
    for number, sentence in enumerate(sentences):
        path = folder / "sentence.wav"
        run(["flite", "-voice", voice, "-t", sentence, "-o", str(path)])
        with wave.open(str(path)) as source:
            assert source.getframerate() == RATE
            sound += bytes(round(PAUSE_S * RATE) * 2) * (number > 0) + source.readframes(source.getnframes())
    whole = folder / "whole.wav"
    with wave.open(str(whole), "wb") as target:
        target.setparams((1, 2, RATE, 0, "NONE", ""))
        target.writeframes(bytes(sound))
    return whole


def encode(source: list[str], target: Path) -> None:
    """One sound file, the same bytes each time."""
    shape = UPLOAD if target.suffix == ".m4a" else VOICE_MESSAGE
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *source, *shape, *EXACT, str(target)]
    run(command)


def length_ms(path: Path) -> int:
    """What a decoder makes of the file."""
    pcm = ["-ac", "1", "-f", "s16le", "-ar", str(RATE), "pipe:1"]
    return round(len(run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), *pcm])) / 2 / RATE * 1000)


def run(command: list[str]) -> bytes:
    """What a tool prints; raises if it fails."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603 - our own words


def main() -> None:
    """Write every note and the list of them."""
    rows = []
    for name, voice, sentences in NOTES:
        target = HERE / name
        with tempfile.TemporaryDirectory() as folder:
            if voice:
                encode(["-i", str(spoken(voice, sentences, Path(folder)))], target)
            else:  # a room where nobody speaks
                encode(["-f", "lavfi", "-i", "anoisesrc=duration=3:amplitude=0.0008:color=brown:seed=1"], target)
        data = target.read_bytes()
        rows.append(
            {
                "file": name,
                "voice": voice,
                "text": " ".join(sentences),
                "ms": length_ms(target),
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
    (HERE / "notes.json").write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
