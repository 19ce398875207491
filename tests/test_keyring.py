"""The keys to the limits of forgotten people: who makes them, where they lie, and when they are destroyed."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.keyring import STANDING, KeyFile, KeyFileError, Keyring, is_alias, is_open, key_id, read_keys
from tests.world.bot import ROOT

MAKER = """
import sys, pathlib
from bot.keyring import KeyFile, Keyring
ring = Keyring()
KeyFile(pathlib.Path(sys.argv[1]), ring).refresh(now_ms=int(sys.argv[2]))
print(ring.ids)
"""


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """A moment of 2026 in UTC, in ms."""
    return round(datetime(2026, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


def refreshed(path: Path, now_ms: int, ring: Keyring | None = None) -> Keyring:
    """A ring as a process has it that starts at that moment."""
    ring = ring or Keyring()
    KeyFile(path, ring).refresh(now_ms=now_ms)
    return ring


def test_the_first_start_makes_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    """The file is readable by its owner only, and holds a standing key and one for this month and the next."""
    path = tmp_path / "earshot.keys"
    ring = refreshed(path, at(11, 22))

    assert path.stat().st_mode & 0o777 == 0o600
    assert not is_open(path)
    assert sorted(json.loads(path.read_text("utf-8"))["months"]) == ["2026-11", "2026-12"]
    assert refreshed(path, at(11, 23)).ids == ring.ids, "the same keys at the next start"


async def test_processes_that_start_at_once_have_the_same_keys(tmp_path: Path) -> None:
    """Of many processes that find no file one makes it, and all others read that one."""
    path = str(tmp_path / "earshot.keys")
    command = [sys.executable, "-c", MAKER, path, str(at(11, 22))]
    processes = [
        await asyncio.create_subprocess_exec(
            *command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
        )
        for _ in range(6)
    ]
    said = {(await process.communicate())[0] for process in processes}

    assert len(said) == 1
    assert read_keys(Path(path)) is not None


def test_a_month_s_key_is_destroyed_when_it_is_over_everywhere(tmp_path: Path) -> None:
    """It lives until midnight in the last time zone, twelve hours behind UTC; then its bytes are nowhere."""
    path = tmp_path / "earshot.keys"
    refreshed(path, at(11, 22))
    november = json.loads(path.read_text("utf-8"))["months"]["2026-11"]
    inode = os.open(path, os.O_RDONLY)  # whoever still looks at the old file
    ring = refreshed(path, at(12, 1, 11, 59))

    assert ring.id_of("2026-11")
    assert sorted(ring.keys.by_period) == [STANDING, "2026-11", "2026-12", "2027-01"], "the next one is there in time"
    standing = ring.id_of(STANDING)
    refreshed(path, at(12, 1, 12), ring)
    os.lseek(inode, 0, os.SEEK_SET)
    old = os.read(inode, 10_000)
    os.close(inode)

    assert not ring.id_of("2026-11")
    assert ring.id_of(STANDING) == standing
    assert november not in path.read_text("utf-8")
    assert november.encode() not in old
    assert sorted(each.name for each in tmp_path.iterdir()) == ["earshot.keys", "earshot.keys.lock"]


def test_a_month_has_its_key_before_it_begins_anywhere(tmp_path: Path) -> None:
    """Every process has read next month's key before midnight in the first time zone, fourteen hours ahead."""
    ring = refreshed(tmp_path / "earshot.keys", at(11, 30, 9, 59))

    assert ring.id_of("2026-12")
    refreshed(tmp_path / "earshot.keys", at(11, 30, 10), ring)
    assert ring.id_of("2027-01")


def test_a_name_tells_nothing_without_its_key() -> None:
    """One person has another name in each server, each month and under each key; whose the key was is told."""
    ring, other = Keyring(), Keyring()
    names = {
        each.alias(account, period)
        for each in (ring, other)
        for account in ("member:1:7", "member:2:7", "personal:7")
        for period in sorted(ring.keys.by_period)
    }

    assert len(names) == 2 * 3 * len(ring.keys.by_period)
    assert all(is_alias(name) and name.rpartition(":")[2] != "7" for name in names)
    assert {key_id(name) for name in names} == {*ring.ids, *other.ids}
    assert [ring.alias(account, STANDING) for account in ("guild:1", "role:1:7", "host:usd", "member:1:*")] == [""] * 4
    assert ring.alias("member:1:7", "1999-01") == "", "a month without a key"


def test_a_file_that_vanished_is_written_anew_from_memory(tmp_path: Path) -> None:
    """Whoever deletes the file under a running bot loses nothing; a file that was replaced is noticed."""
    path, ring = tmp_path / "earshot.keys", Keyring()
    file = KeyFile(path, ring)
    assert not file.refresh(now_ms=at(11, 22))
    ids = ring.ids
    path.unlink()
    assert not file.refresh(now_ms=at(11, 22))
    assert refreshed(path, at(11, 22)).ids == ids
    path.unlink()
    refreshed(path, at(11, 22))

    assert file.refresh(now_ms=at(11, 22))
    assert ring.ids != ids


@pytest.mark.parametrize("text", ["", "{}", '{"standing": "00", "months": {}}', '{"standing": 1, "months": []}', "[]"])
def test_a_damaged_file_is_not_replaced_in_silence(tmp_path: Path, text: str) -> None:
    """What cannot be understood stops the start with what to do, and lies there as it was."""
    path = tmp_path / "earshot.keys"
    path.write_text(text, "utf-8")

    with pytest.raises(KeyFileError, match="is damaged: bring it back"):
        refreshed(path, at(11, 22))
    assert path.read_text("utf-8") == text


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Where nothing can be written the sentence names the setting."""
    with pytest.raises(KeyFileError, match=r"privacy\.secret_file"):
        refreshed(tmp_path / "nowhere" / "earshot.keys", at(11, 22))
