"""
Wishes that a restored database must not forget: who opted out, and which people, channels and servers were erased.

Hides one file, beside the keys and outside of the database and its backups. Promises: a wish is on the disk before it
is carried out; of who was erased it holds a code that only the key tells, never an id; an entry goes when no backup may
be so old any more, an opt-out when they opt in again.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from bot.keyring.file import locked, ours, sync_folder
from bot.keyring.keys import STANDING, Keyring, key_id

Kind = Literal["out", "member", "channel", "server"]
_KINDS: tuple[Kind, ...] = ("out", "member", "channel", "server")


@dataclass(frozen=True, slots=True)
class Wish:
    """One line: what is wished, of whom (of an opt-out the id, else a code), and when; each moment is another one."""

    kind: Kind
    of: str
    at_ms: int


class WishFile:
    """
    The file at `path`. Its verbs wait for the disk: not for an event loop's thread. Each raises KeyFileError.

    `keeps_ms`: how old a backup may be.
    """

    def __init__(self, path: Path, ring: Keyring, *, keeps_ms: int) -> None:
        self.path = path
        self._ring = ring
        self._keeps_ms = keeps_ms

    def add(self, kind: Kind, subject: int, *, now_ms: int) -> int:
        """Put a wish down, once; its moment, which is later than that of every other."""
        wish = Wish(kind, self._code(kind, subject), now_ms)

        def added(wishes: list[Wish]) -> list[Wish]:
            nonlocal wish
            wish = replace(wish, at_ms=max([now_ms, *(one.at_ms + 1 for one in wishes)]))
            others = [one for one in wishes if (one.kind, one.of) != (wish.kind, wish.of)]
            return [*others, wish]

        self._rewrite(added, now_ms=now_ms)
        return wish.at_ms

    def take_back(self, member_id: int, *, now_ms: int) -> None:
        """That member opted in again: nothing is left of the opt-out."""
        gone = ("out", str(member_id))
        self._rewrite(lambda wishes: [one for one in wishes if (one.kind, one.of) != gone], now_ms=now_ms)

    def since(self, moment_ms: int) -> list[Wish]:
        """Every wish after that moment, oldest first; none where there is no file."""
        return sorted((one for one in read_wishes(self.path) if one.at_ms > moment_ms), key=lambda one: one.at_ms)

    def among(self, wishes: Iterable[Wish], subjects: Mapping[Kind, Iterable[int]]) -> list[tuple[Kind, int]]:
        """Whose wishes these are, of the ids one has."""
        wanted = {(wish.kind, wish.of) for wish in wishes}
        out: list[tuple[Kind, int]] = [("out", int(of)) for kind, of in wanted if kind == "out" and of.isdecimal()]
        return sorted(
            out
            + [(kind, one) for kind in subjects for one in subjects[kind] if (kind, self._code(kind, one)) in wanted]
        )

    def strange(self, wishes: Iterable[Wish]) -> int:
        """How many of them were put down under a key that is not here: nobody can tell whose they are."""
        ours_ = self._ring.id_of(STANDING)
        return sum(1 for wish in wishes if wish.kind != "out" and key_id(wish.of) != ours_)

    def _code(self, kind: Kind, subject: int) -> str:
        return str(subject) if kind == "out" else self._ring.keys.name(STANDING, f"wish:{kind}:{subject}")

    def _rewrite(self, change: Callable[[list[Wish]], list[Wish]], *, now_ms: int) -> None:
        with ours(self.path), locked(self.path):
            wishes = change(read_wishes(self.path))
            _write(self.path, [one for one in wishes if one.kind == "out" or one.at_ms >= now_ms - self._keeps_ms])


def read_wishes(path: Path) -> list[Wish]:
    """What stands in a file; a line that says nothing is passed over. Changes nothing. Raises KeyFileError."""
    with ours(path):
        try:
            lines = path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
    wishes = []
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            found = json.loads(line)
            wish = Wish(found["kind"], str(found["of"]), int(found["at_ms"]))
            wishes += [wish] if wish.kind in _KINDS else []
    return wishes


def _write(path: Path, wishes: Iterable[Wish]) -> None:
    draft = path.with_name(path.name + ".unfinished")
    draft.unlink(missing_ok=True)
    new = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(new, "".join(f"{json.dumps(asdict(one))}\n" for one in wishes).encode())
        os.fsync(new)
    finally:
        os.close(new)
    draft.replace(path)
    sync_folder(path)
