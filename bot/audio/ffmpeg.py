"""
Where ffmpeg comes from.

Hides the search. Promises an absolute path or FfmpegMissing; ffprobe is never needed.
"""

import asyncio
import os
import shutil
import sys
from pathlib import Path

_ENVIRONMENT = ("LD_LIBRARY_PATH",)


class FfmpegMissing(Exception):
    """There is no ffmpeg where the setting points."""


def ffmpeg_of(setting: str) -> Path:
    """
    The ffmpeg that a setting means: "system", "bundled", "auto" (the system's if it has one) or a path.

    Bundled is the one of Python's own environment, as the image has it, and where there is none imageio-ffmpeg's.
    Blocks for some milliseconds the first time. Raises FfmpegMissing.
    """
    if setting in ("auto", "system"):
        found = shutil.which("ffmpeg")
        if found:
            return Path(found).resolve()
        if setting == "system":
            raise FfmpegMissing(
                'audio.ffmpeg is "system", but there is no ffmpeg on the PATH: install it, or say "bundled"'
            )
    if setting in ("auto", "bundled"):
        ours = Path(sys.prefix, "bin", "ffmpeg")
        if ours.is_file():
            return ours.resolve()
        try:
            # Costs 50 ms, and a host with a system ffmpeg never needs it.
            import imageio_ffmpeg  # noqa: PLC0415 - see above

            return Path(imageio_ffmpeg.get_ffmpeg_exe()).resolve()
        except (ImportError, RuntimeError) as error:
            raise FfmpegMissing(
                "imageio-ffmpeg has no ffmpeg for this machine: install one, or set audio.ffmpeg to its path"
            ) from error
    path = Path(setting)
    if not path.is_absolute():
        raise FfmpegMissing(
            f'audio.ffmpeg is {setting!r}: say "auto", "bundled", "system" or the absolute path of an ffmpeg'
        )
    if not path.is_file():
        what = "that is not a file" if path.exists() else "there is no such file"
        raise FfmpegMissing(f'audio.ffmpeg is {setting!r}: {what}. Name an ffmpeg that is there, or say "bundled"')
    return path


def environment() -> dict[str, str]:
    """All that ffmpeg, and who feeds it, may see of the bot's variables."""
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}


async def runs_well(path: Path) -> bool:
    """Whether that ffmpeg starts and says which one it is; whoever waits no longer ends it."""
    try:
        process = await asyncio.create_subprocess_exec(
            *(path, "-version"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment(),
        )
    except OSError:
        return False
    try:
        return await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
