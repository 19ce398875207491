"""
`python -m tests.image ROOT`: the image's files, run as compose.yaml runs them, against the stand-ins.

ROOT is where the image's root file system lies. It is mounted read-only: only /data and /tmp can be written, and
nothing in /tmp can be run. The process is user 10001, without any capability and without a way to get one. This program
itself needs root, and util-linux. Promises: the bot starts, is healthy, answers a note and ends at SIGTERM with 0, or
the program fails.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import SPEECH, WORDS
from tests.world.bot import BotProcess, start
from tests.world.discord import open_discord
from tests.world.openai import Scripted, open_openai

ENTRY = ("tini", "--", "python", "-m", "bot")  # the image's ENTRYPOINT, and what its CMD begins with
PATH = "/opt/earshot/bin:/usr/sbin:/usr/bin:/sbin:/bin"
HEALTH_PORT = "19464"
# Every step replaces the shell in the end: the process that is told to stop is the container's own first one.
CAGE = """
set -eu
mount --make-rprivate /
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -t tmpfs -o noexec,nosuid,nodev,mode=1777 tmpfs "$1/tmp"
mount --bind "$2" "$1/data"
root=$1; shift 2
exec chroot "$root" setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --inh-caps=-all \\
    --bounding-set=-all sh -c 'cd /app && exec "$@"' sh "$@"
"""
PROBE = """
import pathlib, sys
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
capabilities = sum(int(status[name], 16) for name in ("CapEff", "CapPrm", "CapBnd"))
tell = sys.stderr.write
tell(f"user {status['Uid'].split()[0]}, capabilities {capabilities}\\n")
tell(f"no new privileges: {status['NoNewPrivs'].strip()}\\n")
for folder in ("/", "/app", "/opt/earshot", "/usr", "/data", "/tmp"):
    try:
        pathlib.Path(folder, "probe").write_text("")
        tell(f"{folder}: can be written\\n")
    except OSError as refusal:
        tell(f"{folder}: {refusal.strerror}\\n")
"""


@contextmanager
def writable() -> Iterator[str]:
    """A folder for /data: the user in there is nobody out here."""
    with tempfile.TemporaryDirectory(prefix="image-") as folder:
        Path(folder).chmod(0o777)
        yield folder


async def main(root: Path) -> int:
    """Look around, answer a note, end."""
    with writable() as folder:
        async with open_discord() as discord, open_openai(ears=Scripted(WORDS, grows=True)) as openai:
            env = {
                **discord.env,
                **openai.env,
                "PATH": PATH,
                "PYTHONUNBUFFERED": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
                "DATABASE_URL": "sqlite:////data/earshot.db",
                "EARSHOT_HEALTH__PORT": HEALTH_PORT,
                "EARSHOT_LISTEN__AUTOMATIC": "true",
                "EARSHOT_AUDIO__CONVERT": "always",  # through the image's own ffmpeg, both ways
            }

            async def caged(*command: str) -> BotProcess:
                return await start(
                    env, "--mount", "sh", "-c", CAGE, "sh", str(root), folder, *command, program="unshare"
                )

            tell(await said(await caged("python", "-c", PROBE)))
            bot = await caged(*ENTRY, "run")
            await bot.until("action=ready")
            general = discord.guild("Home").channel("general")
            answer = await discord.guild("Home").member("Mina").voice_note(general, SPEECH / "park.ogg")
            await answer.wait(seconds=60)
            tell(f"a note is answered: {answer.content.splitlines()[0]}")
            await said(await caged(*ENTRY, "check", "--live"))
            code = await bot.stop()
            tell(f"SIGTERM: exit code {code}")
            return 0 if code == 0 and WORDS in answer.content else 1


def tell(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def said(process: BotProcess) -> str:
    """What a program wrote, once it has ended well."""
    if code := await process.wait():
        raise RuntimeError(f"exit code {code}: " + "\n".join(process.lines))
    return "\n".join(process.lines)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]).resolve())))
