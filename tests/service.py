"""
`python -m tests.service`: docs/deploy/earshot.service, run by a real systemd against the stand-ins.

It is a systemd of its own, in namespaces of its own, whose root is put together from this machine's: `/usr`, the Python
that runs this program with its packages, and Earshot's code in /opt/earshot. Needs root, util-linux, systemd, dbus and
cgroup v2. Promises: the bot starts behind every wall of the unit, answers a note that has to be decoded, runs no module
that was planted, writes nowhere but where it may, is asked by `docs/deploy/earshot`, and ends at `systemctl stop`; or
the program fails.
"""

import asyncio
import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests.conftest import SPEECH, WORDS
from tests.world.bot import ROOT
from tests.world.discord import open_discord
from tests.world.openai import Scripted, open_openai

HEALTH_PORT = "19465"
CGROUP = Path("/sys/fs/cgroup")
# $1: where the new root is put together; $2: this project; $3: Python's own folder; $4: its packages; $5: what is
# shared; $6: its program.
BOOT = """
set -eu
root=$1
mount --make-rprivate /
mount -t tmpfs tmpfs "$root"
cd "$root"
mkdir -p usr etc/systemd/system run tmp var/lib var/log proc sys dev opt/python opt/earshot opt/packages usr/local
mount --rbind /usr usr
for name in bin lib lib64 sbin; do [ ! -e /$name ] || cp -a /$name $name; done
cp -a /etc/ld.so.cache /etc/nsswitch.conf /etc/hosts etc/
[ ! -e /etc/ssl ] || cp -a /etc/ssl etc/
printf '%s\\n' root:x:0:0::/root:/bin/sh messagebus:x:776:776::/:/bin/false \\
    earshot:x:777:777::/var/lib/earshot:/usr/sbin/nologin > etc/passwd
printf '%s\\n' root:x:0: messagebus:x:776: earshot:x:777: > etc/group
mount -t tmpfs tmpfs dev
for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
mkdir dev/shm && mount -t tmpfs tmpfs dev/shm
ln -s /proc/self/fd dev/fd
echo 0123456789abcdef0123456789abcdef > etc/machine-id
mkdir dev/pts dev/mqueue && mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts && ln -s pts/ptmx dev/ptmx
touch dev/console && mount --bind /dev/null dev/console
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount --bind "$3" opt/python
mount --bind "$4" opt/packages
mkdir -p share && mount --bind "$5" share

packages=opt/earshot/.venv/lib/$6/site-packages
mkdir -p opt/earshot/.venv/bin "$packages"
ln -s /opt/python/bin/$6 opt/earshot/.venv/bin/python
printf '%s\\n' 'home = /opt/python/bin' 'include-system-site-packages = false' > opt/earshot/.venv/pyvenv.cfg
echo /opt/packages > "$packages/packages.pth"
cp -r "$2/bot" "$2/cogs" opt/earshot/
ln -s ../../../../bot ../../../../cogs "$packages/"
cp -r share/etc/. etc/
mkdir var/lib/earshot && chown 777:777 var/lib/earshot
for folder in opt/earshot etc/earshot var/lib/earshot; do echo 'raise SystemExit("PLANTED")' > $folder/aiohttp.py; done
mkdir old && pivot_root . old # in a mere chroot there are no user namespaces
cd / && umount -l /old && rmdir /old
mount --make-rshared / # credentials are mounted elsewhere and come this way
exec env -i PATH=/usr/sbin:/usr/bin container=other /lib/systemd/systemd --system --unit=trial.target \\
    --log-target=console --log-level=warning --show-status=no
"""
TRIAL = """
[Unit]
DefaultDependencies=no
Wants=dbus.socket earshot.service
"""
BUS = {
    "dbus.socket": """
[Unit]
DefaultDependencies=no
[Socket]
ListenStream=/run/dbus/system_bus_socket
""",
    "dbus.service": """
[Unit]
DefaultDependencies=no
Requires=dbus.socket
[Service]
Type=notify
ExecStart=/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation
""",
}
DROP_IN = """
[Unit]
DefaultDependencies=no
[Service]
StandardOutput=append:/share/log
StandardError=append:/share/log
Environment=LD_LIBRARY_PATH=/opt/python/lib
"""
# Run by the unit's own Python behind its walls.
PROBE = """
import ctypes, os, pathlib, socket, sys
def tried(name, act):
    try:
        act()
        print(f"{name}: can be done")
    except OSError as refusal:
        print(f"{name}: {refusal.strerror}")
for folder in ("/", "/opt/earshot", "/opt/earshot/bot", "/etc/earshot", "/usr", "/var/lib", "/var/lib/earshot", "/tmp"):
    tried(f"write {folder}", lambda: pathlib.Path(folder, "probe").write_text("#!/bin/sh\\n"))
pathlib.Path("/var/lib/earshot/probe").chmod(0o700)
tried("run what was written", lambda: os.execv("/var/lib/earshot/probe", ["probe"]))
tried("read the token's file", lambda: pathlib.Path("/etc/earshot/discord_token").read_bytes())
tried("read the credential", lambda: pathlib.Path(os.environ["DISCORD_TOKEN_FILE"]).read_bytes())
tried("raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW))
tried("packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
tried("see the first process", lambda: os.listdir("/proc/1"))
libc = ctypes.CDLL(None, use_errno=True)
def call(*words):
    if libc.syscall(*words) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
tried("mount namespace", lambda: call(272, 0x20000))
tried("user, network and ipc namespace", lambda: call(272, 0x58000000))
tried("landlock", lambda: call(444, 0, 0, 1))
tried("load a kernel module", lambda: call(313, 0, 0, 0))
tried("keyring", lambda: call(250, 0, -3, 0))
"""
ALLOWED = {
    "write /var/lib/earshot",
    "write /tmp",
    "read the credential",
    "user, network and ipc namespace",
    "landlock",
}


async def main() -> int:
    """Boot, answer a note, look around, end."""
    with tempfile.TemporaryDirectory(prefix="service-") as made:
        folder = Path(made)
        async with open_discord() as discord, open_openai(ears=Scripted(WORDS, grows=True)) as openai:
            share = settings_in(folder, {**discord.env, **openai.env})
            machine = await booted(folder, share)
            try:
                await discord.ready(seconds=90)
                note = SPEECH / "park.ogg"
                answer = (
                    await discord.guild("Home")
                    .member("Mina")
                    .voice_note(discord.guild("Home").channel("general"), note)
                )
                await answer.wait(seconds=60)
                tell(f"a note is decoded and answered: {answer.content.splitlines()[0]}")
                tell(await within(machine, "systemctl", "show", "--property=MainPID,Result,NRestarts", "earshot"))
                live = await within(machine, "sh", "/share/earshot", "check", "--live")
                tell(live)
                found = await within(machine, "sh", "/share/probe")
                tell(found)
                tell(await within(machine, "ls", "-ln", "/var/lib/earshot"))
                await within(machine, "systemctl", "stop", "earshot")
                ended = await within(machine, "systemctl", "show", "--property=Result,ExecMainStatus", "earshot")
                tell(ended)
            finally:
                log = share / "log"
                sys.stderr.write(log.read_text() if log.exists() else "the unit never said a word\n")
                await halted(machine)
        can = {line.removesuffix(": can be done") for line in found.splitlines() if line.endswith(": can be done")}
        is_well = WORDS in answer.content and "ok    loop" in live and "ExecMainStatus=0" in ended
        return 0 if is_well and can == ALLOWED and "PLANTED" not in (share / "log").read_text() else 1


def settings_in(folder: Path, env: dict[str, str]) -> Path:
    """The share: what /etc is to hold, the command of hosts, and the same with a probe for a bot."""
    share = folder / "share"
    etc, units = share / "etc" / "earshot", share / "etc" / "systemd" / "system"
    for made in (folder / "root", etc, units / "earshot.service.d"):
        made.mkdir(parents=True)
    share.chmod(0o755)
    for name in ("DISCORD_TOKEN", "OPENAI_API_KEY"):
        secret = etc / name.lower()
        secret.write_text(env.pop(name))
        secret.chmod(0o600)
    env |= {
        "EARSHOT_HEALTH__PORT": HEALTH_PORT,
        "EARSHOT_LISTEN__AUTOMATIC": "true",
        "EARSHOT_AUDIO__CONVERT": "always",
    }
    (etc / ".env").write_text("".join(f"{name}={value}\n" for name, value in env.items()))
    shutil.copy(ROOT / "docs" / "deploy" / "earshot.service", units)
    for name, text in {"trial.target": TRIAL, **BUS}.items():
        (units / name).write_text(text)
    (units / "earshot.service.d" / "trial.conf").write_text(DROP_IN)
    command = (ROOT / "docs" / "deploy" / "earshot").read_text()
    (share / "earshot").write_text(command)
    (share / "probe.py").write_text(PROBE)
    (share / "probe").write_text(command.replace("-I -m bot", "-I /share/probe.py"))
    return share


async def booted(folder: Path, share: Path) -> asyncio.subprocess.Process:
    """A systemd of its own, the first process of its namespaces."""
    group = cgroup()
    group.mkdir(exist_ok=True)
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return await asyncio.create_subprocess_exec(
        *("sh", "-c", 'echo $$ > "$1/cgroup.procs" && shift && exec "$@"', "sh", str(group)),
        *("unshare", "--cgroup", "--pid", "--mount", "--uts", "--ipc", "--fork", "--kill-child"),
        *("sh", "-c", BOOT, "sh", str(folder / "root"), str(ROOT), sys.base_prefix),
        *(sysconfig.get_path("purelib"), str(share), python),
    )


def cgroup() -> Path:
    """The cgroup that is all this systemd knows of."""
    unified = CGROUP / "unified"
    return (unified if unified.is_dir() else CGROUP) / f"earshot-trial-{os.getpid()}"


async def within(machine: asyncio.subprocess.Process, *command: str) -> str:
    """What a command says that is run as root beside that systemd; raises RuntimeError where it fails."""
    (first,) = children(machine.pid)
    process = await asyncio.create_subprocess_exec(
        *("nsenter", "--target", first, "--mount", "--pid", "--cgroup", "--uts", "--ipc", "--root", "--wd"),
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {said.decode()}")
    return said.decode().strip()


def children(pid: int) -> list[str]:
    """The processes that one has started."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


async def halted(machine: asyncio.subprocess.Process) -> None:
    """Nothing of it is left, neither process nor cgroup."""
    if machine.returncode is None:
        machine.kill()  # its namespaces end with it
        await machine.wait()
    group = cgroup()
    for _ in range(100):
        for inner in sorted(group.rglob("*/"), key=lambda path: -len(path.parts)):
            try:
                inner.rmdir()
            except OSError:
                continue
        try:
            group.rmdir()
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return


def tell(lines: str) -> None:
    """A part of the report."""
    sys.stdout.write(f"{lines}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
