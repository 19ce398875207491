"""
The bot as far as a sound needs it, with secrets around it; started anew for each trial. Prints which tries reached.

`bot/__main__.py` hides its memory as this does; a test of its own holds that.
"""

import asyncio
import ctypes
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from bot import audio
from bot.kernel import hide_memory

ABSTRACT = "\0earshot-hostile-{}"


def listeners(folder: Path) -> tuple[dict[str, int | str], list[socket.socket]]:
    """Somebody at every address the decoder will try, and those addresses."""
    tcp, udp = socket.socket(socket.AF_INET, socket.SOCK_STREAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    near, far, hidden = (socket.socket(socket.AF_UNIX, kind) for kind in (1, 2, 1))
    addresses = ((tcp, ("127.0.0.1", 0)), (udp, ("127.0.0.1", 0)), (near, str(folder / "stream")))
    abstract = ABSTRACT.format(os.getpid())
    for link, address in (*addresses, (far, str(folder / "datagrams")), (hidden, abstract)):
        link.bind(address)
        if link.type == socket.SOCK_STREAM:
            link.listen()
    ports: dict[str, int | str] = {"tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1], "abstract": abstract}
    return ports, [tcp, udp, near, far, hidden]


async def put(folder: Path, decoder: Path, reads: list[str]) -> str:
    """What the audio room says of a sound on which the decoder is taken over."""
    rules = audio.UploadRules(ffmpeg=str(decoder), reads=tuple(reads), scratch=folder / "scratch")
    try:
        async with audio.open(folder / "sound", rules=rules):
            return "it was heard"
    except (RuntimeError, audio.UnreadableSound) as trouble:
        return str(trouble)


async def ordinary(folder: Path, ffmpeg: str, sound: str) -> dict[str, object]:
    """How the room does its work there, and what it says of its own walls."""
    rules = audio.UploadRules(ffmpeg=ffmpeg, scratch=folder / "scratch")
    found = await audio.prove(rules)
    async with audio.open(Path(sound), rules=rules) as clip:
        return {
            "walls": found.walls,
            "exposed": found.exposed,
            "fails": found.fails,
            "length_ms": clip.length_ms,
            "pieces": [piece.path.stat().st_size for piece in clip.pieces],
        }


def hostile(folder: Path, interpreter: str, reads: list[str], *, walls: bool) -> dict[str, object] | str:
    """Writes the decoder, has it decode, and tells what it said."""
    targets, links = listeners(folder)
    secret = ctypes.create_string_buffer(b"secret")
    targets |= {
        "bot": os.getpid(),
        "folder": str(folder),
        "secret_at": ctypes.addressof(secret),
        "program": "/bin/true",
    }
    code = (Path(__file__).parent / "decoder.py").read_text()
    decoder = folder / "decoder"
    decoder.write_text(f"#!{interpreter} -IS\nTARGETS = {targets!r}\n{code}")
    decoder.chmod(0o755)
    if walls:
        said = asyncio.run(put(folder, decoder, reads))
    else:
        said = subprocess.run([decoder], env={}, capture_output=True, text=True, check=False).stderr  # noqa: S603 - ours
    for link in links:
        link.close()
    found = re.search(r"TRIED (\d+) REACHED ([\d ]*)END", said)
    return {"tried": int(found[1]), "reached": [*map(int, found[2].split())]} if found else said


def main(given: dict[str, Any]) -> None:
    """One trial, as ordered."""
    folder = Path(given["folder"])
    if given["walls"]:
        hide_memory()
    if given["sound"]:
        told: object = asyncio.run(ordinary(folder, given["ffmpeg"], given["sound"]))
    else:
        told = hostile(folder, given["interpreter"], given["reads"], walls=given["walls"])
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
