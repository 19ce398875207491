"""
A decoder that somebody has taken over. Stands in ffmpeg's place as a script, with TARGETS written above it.

Imports nothing of ours, and says which tries worked on its standard error, which is the only thing it is listened to.
"""

import ctypes
import fcntl
import os
import platform
import signal
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

TARGETS: dict[str, Any] = globals().get("TARGETS", {})
BOT, WORKER = TARGETS.get("bot", 0), os.getppid()
FOLDER = TARGETS.get("folder", "")
HERE = {"x86_64": 0, "aarch64": 1}.get(platform.machine(), 0)
NUMBERS = {  # x86_64, aarch64
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "io_uring_setup": (425, 425),
    "memfd_create": (319, 279),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "setresuid": (117, 147),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "execveat": (322, 281),
    "kcmp": (312, 272),
    "shmget": (29, 194),
    "mq_open": (240, 180),
    "personality": (135, 92),
    "open_by_handle_at": (304, 265),
    "prlimit64": (302, 261),
    "clone3": (435, 435),
    "kexec_load": (246, 104),
    "chroot": (161, 51),
    "openat2": (437, 437),
    "process_madvise": (440, 440),
    "tgkill": (234, 131),
    "setsid": (112, 157),
}
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long


def call(name: str, *words: int | bytes | None) -> int:
    """A system call by its number; raises OSError."""
    answer: int = LIBC.syscall(
        ctypes.c_long(NUMBERS[name][HERE]), *[ctypes.c_long(w) if isinstance(w, int) else w for w in words]
    )
    if answer < 0:
        raise OSError(ctypes.get_errno(), name)
    return answer


def read(path: str) -> None:
    """Its first byte."""
    with open(path, "rb") as file:
        if not file.read(1):
            raise OSError("empty")


def peek(pid: int) -> None:
    """One byte at the place where a process said that it keeps a secret."""
    room = ctypes.create_string_buffer(8)
    local = struct.pack("@PN", ctypes.addressof(room), 8)
    remote = struct.pack("@PN", TARGETS["secret_at"] if pid == BOT else 0x1000, 8)
    try:
        call("process_vm_readv", pid, local, 1, remote, 1, 0)
    except OSError as error:
        if error.errno != 14:  # EFAULT: the process would let us, there is nothing at that place
            raise


def memory(pid: int) -> None:
    """Its memory as a file."""
    os.close(os.open(f"/proc/{pid}/mem", os.O_RDONLY))


def trace(pid: int) -> None:
    """Takes hold of it as a debugger, and lets go."""
    call("ptrace", 0x4206, pid, 0, 0)  # PTRACE_SEIZE, which does not stop it
    os.kill(pid, 0)


def write(path: str, flags: int = os.O_WRONLY) -> None:
    """One byte into it."""
    place = os.open(path, flags, 0o600)
    os.write(place, b"!")


def connect(family: int, kind: int, address: Any) -> None:
    """Reaches who listens there; what is sent without a connection counts when it was taken."""
    link = socket.socket(family, kind)
    link.settimeout(2)
    link.connect(address)
    if kind == socket.SOCK_DGRAM:
        link.send(b"loot")


def netlink() -> None:
    """Asks the kernel about the network."""
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    link.bind((0, 0))
    link.send(struct.pack("=IHHIIBxxx", 20, 18, 0x301, 1, 0, 0))
    link.settimeout(2)
    if b"e" not in link.recv(65536).replace(b"lo\0", b""):
        raise OSError("no other interface")


def packets() -> None:
    """Every packet of the machine."""
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300).bind(("lo", 0))


def fork(also: Callable[[], object] = lambda: None) -> None:
    """A process more; raises what it could not do."""
    child = os.fork()
    if not child:
        try:
            also()
        except BaseException:
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise OSError("the child failed")


def run(path: str) -> None:
    """Another program."""
    fork(lambda: os.execv(path, [path, "-c", "exit 0"]))


def from_memory() -> None:
    """A program that is no file."""
    place = call("memfd_create", b"x", 0)
    with open(TARGETS["program"], "rb") as file:
        os.write(place, file.read())
    fork(lambda: os.execve(place, ["true"], {}))


def leftovers() -> None:
    """Something open that nobody meant to hand over."""
    here = [fd for fd in range(3, 64) if is_open(fd)]
    if not here:
        raise OSError("none")


def is_open(fd: int) -> bool:
    """Whether there is something behind the number, but for the script that Python reads."""
    try:
        return os.fstat(fd).st_ino != os.stat(sys.argv[0]).st_ino
    except OSError:
        return False


def sigio() -> None:
    """Has the kernel signal another process."""
    near, _far = os.pipe()
    fcntl.fcntl(near, fcntl.F_SETOWN, BOT)
    if fcntl.fcntl(near, fcntl.F_GETOWN) != BOT:
        raise OSError("not taken")


def limit() -> None:
    """Changes what another process may use."""
    call("prlimit64", BOT, 4, struct.pack("=QQ", 0, 0), None)


def own_limit() -> None:
    """Takes its own bound on written files off."""
    call("prlimit64", 0, 1, struct.pack("=QQ", 1 << 20, 1 << 20), None)


def shared() -> None:
    """Memory that other programs of the machine see."""
    call("shmget", 0x45617273, 4096, 0)


def queue() -> None:
    """A queue that other programs of the machine see."""
    call("mq_open", b"earshot", 0o102, 0o600, 0)


def namespace(flags: int) -> None:
    """A namespace of its own, in which it has all powers."""
    fork(lambda: call("unshare", flags))


TRIES: dict[str, Callable[[], object]] = {
    "what it was not given, open": leftovers,  # first, as others leave some
    "the bot's environment": lambda: read(f"/proc/{BOT}/environ"),
    "the bot's memory": lambda: memory(BOT),
    "the bot's memory, copied": lambda: peek(BOT),
    "the bot, traced": lambda: trace(BOT),
    "the bot's open files": lambda: os.readlink(f"/proc/{BOT}/fd/0"),
    "the worker's environment": lambda: read(f"/proc/{WORKER}/environ"),
    "the worker's memory": lambda: memory(WORKER),
    "the worker's memory, copied": lambda: peek(WORKER),
    "the worker, traced": lambda: trace(WORKER),
    "secrets in .env": lambda: read(f"{FOLDER}/.env"),
    "the database": lambda: read(f"{FOLDER}/earshot.db"),
    "another note": lambda: read(f"{FOLDER}/scratch/other"),
    "the system's files": lambda: read("/etc/passwd"),
    "a folder's names": lambda: os.listdir(FOLDER),
    "a file by its handle": lambda: call("open_by_handle_at", -100, bytes(16), 0),
    "a file, written": lambda: write(f"{FOLDER}/earshot.db"),
    "a file, made": lambda: write(f"{FOLDER}/made", os.O_WRONLY | os.O_CREAT),
    "a file, emptied": lambda: os.truncate(f"{FOLDER}/victim", 0),
    "a file, removed": lambda: os.unlink(f"{FOLDER}/gone"),
    "a file, renamed": lambda: os.rename(f"{FOLDER}/moved", f"{FOLDER}/moved-on"),
    "a file's mode": lambda: os.chmod(f"{FOLDER}/victim", 0o777),
    "a file's owner": lambda: os.chown(f"{FOLDER}/victim", os.getuid(), os.getgid()),
    "a file's times": lambda: os.utime(f"{FOLDER}/victim"),
    "a symlink": lambda: os.symlink("/etc/passwd", f"{FOLDER}/link"),
    "a folder, made": lambda: os.mkdir(f"{FOLDER}/folder"),
    "memory in /dev/shm": lambda: write("/dev/shm/earshot-hostile", os.O_WRONLY | os.O_CREAT),
    "TCP": lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", TARGETS["tcp"])),
    "UDP": lambda: connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", TARGETS["udp"])),
    "a Unix socket": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, f"{FOLDER}/stream"),
    "a Unix socket for datagrams": lambda: connect(socket.AF_UNIX, socket.SOCK_DGRAM, f"{FOLDER}/datagrams"),
    "an abstract socket": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, TARGETS["abstract"]),
    "a pair of sockets": socket.socketpair,
    "netlink": netlink,
    "packets": packets,
    "io_uring": lambda: call("io_uring_setup", 4, bytes(128)),
    "the bot, signalled": lambda: os.kill(BOT, 0),
    "the worker, signalled": lambda: os.kill(WORKER, 0),
    "the bot, signalled by thread": lambda: call("tgkill", BOT, BOT, 0),
    "the bot, signalled by handle": lambda: call("pidfd_send_signal", call("pidfd_open", BOT, 0), 0, None, 0),
    "the bot, signalled by the kernel": sigio,
    "the bot's files, by handle": lambda: call("pidfd_getfd", call("pidfd_open", BOT, 0), 0, 0),
    "the bot's limits": limit,
    "the bot's priority": lambda: os.setpriority(os.PRIO_PROCESS, BOT, 19),
    "the bot's processors": lambda: os.sched_setaffinity(BOT, os.sched_getaffinity(BOT)),
    "another process": fork,
    "a session of its own": lambda: fork(os.setsid),
    "another program": lambda: run("/bin/sh"),
    "a program from memory": from_memory,
    "memory without a file": lambda: call("memfd_create", b"x", 0),
    "a user namespace": lambda: namespace(0x10000000),
    "a mount namespace": lambda: namespace(0x00020000),
    "a mount": lambda: fork(lambda: call("mount", b"none", b"/mnt", b"tmpfs", 0, None)),
    "another root": lambda: fork(lambda: call("chroot", b"/")),
    "another user": lambda: fork(lambda: call("setresuid", 12345, 12345, 12345)),
    "keys of the kernel": lambda: call("keyctl", 0, -3, 1),
    "a key, added": lambda: call("add_key", b"user", b"earshot", b"x", 1, -3),
    "eBPF": lambda: call("bpf", 0, struct.pack("=IIIII", 2, 4, 4, 1, 0), 20),
    "performance events": lambda: call("perf_event_open", struct.pack("=II", 1, 128) + bytes(120), 0, -1, -1, 0),
    "page faults": lambda: call("userfaultfd", 1),
    "shared memory": shared,
    "a message queue": queue,
    "another personality": lambda: call("personality", 0x0040000),
    "its own limits": own_limit,
}


def main() -> None:
    """Tries all, tells what worked; the exit is a failure, so that what it says is passed on."""
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    worked = []
    for number, attempt in enumerate(TRIES.values()):
        try:
            attempt()
        except BaseException:
            continue
        worked.append(number)
    sys.stderr.write(f"TRIED {len(TRIES)} REACHED {' '.join(map(str, worked))} END\n")
    sys.stderr.flush()
    os._exit(1)


if __name__ == "__main__":
    main()
