"""
The files a host writes settings into, as text.

Hides encodings and what may stand in a file's place. Promises: whatever is no text file is named for what it is, with
what to do about it; nothing that could keep a reader waiting is opened; no byte of the file is in a message.
"""

import os
import stat
from pathlib import Path

_MOST_BYTES = 1024 * 1024  # config.example.toml, with all its words, is a hundredth of that
# What editors and shells begin a file with. Longest first: UTF-32's mark begins with UTF-16's.
_MARKS = ((b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_SAVE = "save it as UTF-8 (Notepad: Save as > Encoding; PowerShell: Set-Content -Encoding utf8)"
_KINDS = (
    (stat.S_ISDIR, "it is a folder (a directory), as Docker makes one where a mounted file is missing"),
    (stat.S_ISFIFO, "it is a pipe"),
    (stat.S_ISSOCK, "it is a socket"),
    (stat.S_ISCHR, "it is a device"),
    (stat.S_ISBLK, "it is a device"),
)


class Unreadable(Exception):
    """Why a file's text cannot be had, and what to do: words that follow its name and "cannot be read"."""


def is_there(path: Path) -> bool:
    """Whether something has that name, be it a file, a folder or a link to nothing; what is hidden from us counts."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def text_of(path: Path) -> str:
    """The text of a file, its lines ended by line feeds; the null device is an empty one. Raises Unreadable."""
    try:
        if os.path.realpath(path) == os.devnull:
            return ""
        kind = path.stat().st_mode
        if told := next((words for fits, words in _KINDS if fits(kind)), ""):
            raise Unreadable(f"{told}. Put a text file in its place")
        with path.open("rb") as file:
            written = file.read(_MOST_BYTES + 1)
    except PermissionError:
        raise Unreadable(
            f"permission denied. Let the account that runs the bot read it (user {os.geteuid()}, group {os.getegid()})"
        ) from None
    except FileNotFoundError:
        link = "it is a link to a file that is not there" if path.is_symlink() else "no such file or directory"
        raise Unreadable(link) from None
    except OSError as error:
        raise Unreadable((error.strerror or type(error).__name__).lower()) from None
    except ValueError:  # a name with a NUL byte in it
        raise Unreadable("no file can have that name") from None
    return _decoded(written)


def _decoded(written: bytes) -> str:
    """The bytes as text; raises Unreadable."""
    if len(written) > _MOST_BYTES:
        raise Unreadable(f"it is larger than {_MOST_BYTES // 1024} KiB, and no file of settings is")
    for mark, encoding in _MARKS:
        if written.startswith(mark):
            raise Unreadable(f"it is {encoding} and is not UTF-8 text: {_SAVE}")
    if nuls := written.count(0):
        # UTF-16 without its mark: every second byte of plain letters is NUL.
        if nuls * 3 > len(written) and written.strip(b"\0") and written[:4].count(0) in (1, 2):
            raise Unreadable(f"it is UTF-16 and is not UTF-8 text: {_SAVE}")
        raise Unreadable("it has NUL bytes in it and is not UTF-8 text: it is damaged, or no text file at all")
    try:
        text = written.decode("utf-8-sig")  # Notepad writes a byte order mark
    except UnicodeDecodeError as slip:
        line = written[: slip.start].count(b"\n") + 1
        raise Unreadable(f"line {line} is not UTF-8 text: {_SAVE}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
