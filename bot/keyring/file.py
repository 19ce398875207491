"""
The one file in which the keys lie, outside of the database and of its backups.

Hides locks, drafts and JSON. Promises: of several processes that start at once one makes the file, the others read it;
it is its owner's alone; it is whole or as it was before; a key whose month is over is overwritten on the disk.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.keyring.keys import KEY_BYTES, STANDING, Keyring, Keys

_ABOUT = (
    "Earshot's keys to the limits of people who were forgotten. Keep them secret, and out of backups: docs/privacy.md."
)


_PATIENCE_S, _PAUSE_S = 10.0, 0.05  # for other processes, which have it for some milliseconds


class KeyFileError(Exception):
    """The file cannot be read, written or understood; a sentence for the host."""


class KeyFile:
    """The file at `path`, and the ring it fills. Its verbs wait for the disk: not for an event loop's thread."""

    def __init__(self, path: Path, ring: Keyring) -> None:
        self.path = path
        self._ring = ring
        self._is_read = False

    def refresh(self, *, now_ms: int) -> bool:
        """
        Read the keys, make those that are missing, destroy those whose month is over everywhere.

        A file that is gone while we run is written anew from memory. True: it was replaced by another one meanwhile.
        Raises KeyFileError.
        """
        with ours(self.path), locked(self.path):
            stored = read_keys(self.path)
            before = stored if stored is not None else self._ring.keys if self._is_read else Keys()
            keys = before.at(now_ms)
            if stored is None or dict(keys.by_period) != dict(stored.by_period):
                _write(self.path, keys)
        was, is_known = self._ring.id_of(STANDING), self._is_read
        self._ring.keys, self._is_read = keys, True
        return is_known and was != self._ring.id_of(STANDING)


def read_keys(path: Path) -> Keys | None:
    """The keys in a file; None where there is none. Changes nothing. Raises KeyFileError."""
    with ours(path):
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            return None
    try:
        found = json.loads(text)
        keys = {STANDING: found["standing"], **found["months"]}
        read = {period: bytes.fromhex(key) for period, key in keys.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        read = {}
    if not read or any(len(key) != KEY_BYTES for key in read.values()):
        raise KeyFileError(
            f"{path} is damaged: bring it back as it was, or move it away and start with new keys "
            "(privacy.secret_file; docs/security.md says what is lost then)"
        )
    return Keys(read)


def is_open(path: Path) -> bool:
    """Whether others than its owner may read the file."""
    with suppress(OSError):
        return bool(path.stat().st_mode & 0o077)
    return False


def _write(path: Path, keys: Keys) -> None:
    """Put a new file in the old one's place, and zeroes where the old one's keys lay."""
    months = {period: key.hex() for period, key in keys.by_period.items() if period != STANDING}
    text = json.dumps({"about": _ABOUT, "standing": keys.by_period[STANDING].hex(), "months": months}, indent=1)
    draft = path.with_name(path.name + ".unfinished")
    draft.unlink(missing_ok=True)
    old = None
    with suppress(FileNotFoundError):
        old = os.open(path, os.O_WRONLY)
    try:
        new = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(new, text.encode())
            os.fsync(new)
        finally:
            os.close(new)
        draft.replace(path)
        sync_folder(path)
        if old is not None:
            os.pwrite(old, bytes(os.fstat(old).st_size), 0)
            os.fsync(old)
    finally:
        draft.unlink(missing_ok=True)
        if old is not None:
            os.close(old)


def sync_folder(path: Path) -> None:
    """Have the folder's entry of a file that was just put there survive a power cut."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the kernel lets go of it when the process ends."""
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(lock)
        yield
    finally:
        os.close(lock)


def _take(lock: int) -> None:
    """Wait for the lock, but not for ever: a file server that hangs must not keep the bot from ending."""
    until_s = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until_s:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


@contextmanager
def ours(path: Path) -> Iterator[None]:
    """What the disk says becomes a KeyFileError: a sentence for the host."""
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        why = (getattr(error, "strerror", None) or type(error).__name__).lower()
        raise KeyFileError(
            f"{path} cannot be read and written: {why}. privacy.secret_file says where the keys to limits of forgotten "
            "people lie: name a file in a folder the bot may write in, and that all its processes share"
        ) from error
