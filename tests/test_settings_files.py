"""Files of settings that are none: folders, pipes, devices, other encodings; each is named, with what to do."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import SettingsError, load
from tests.conftest import command

TOKEN = "MTE3NjM3ODQ2NTk1NDE4MTEyMA.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
DOTENV = "OPENAI_API_KEY=sk-proj-0123456789\r\n# 설정\r\n"
Made = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(text: bytes) -> Made:
    """A file with those bytes."""
    return lambda path: path.write_bytes(text)


def a_folder(path: Path) -> None:
    """What Docker makes of a bind mount whose source is missing."""
    path.mkdir()


def a_pipe(path: Path) -> None:
    """Whoever opened it to read would wait until somebody writes."""
    os.mkfifo(path)


def a_link(path: Path) -> None:
    """It leads nowhere."""
    path.symlink_to("elsewhere")


def a_ring(path: Path) -> None:
    """A link to itself."""
    path.symlink_to(path.name)


def a_device(path: Path) -> None:
    """Without an end."""
    path.symlink_to("/dev/zero")


def a_socket(path: Path) -> None:
    """What a program left behind."""
    with closing(socket.socket(socket.AF_UNIX)) as left:
        left.bind(path.name)


WRONG: list[tuple[str, Made, str]] = [
    ("folder", a_folder, "it is a folder (a directory), as Docker makes one where a mounted file is missing"),
    ("pipe", a_pipe, "it is a pipe"),
    ("socket", a_socket, "it is a socket"),
    ("device", a_device, "it is a device"),
    ("dead link", a_link, "it is a link to a file that is not there"),
    ("ring", a_ring, "symbolic links"),
    ("utf-16", written(DOTENV.encode("utf-16")), "it is UTF-16 and is not UTF-8 text: save it as UTF-8"),
    ("utf-16-le", written(DOTENV.encode("utf-16-le")), "it is UTF-16 and"),
    ("utf-16-be", written(DOTENV.encode("utf-16-be")), "it is UTF-16 and"),
    ("utf-32", written(DOTENV.encode("utf-32")), "it is UTF-32 and"),
    ("latin-1", written(b"A=1\nB=\xe9\n"), "line 2 is not UTF-8 text: save it as UTF-8"),
    ("NUL bytes", written(bytes(300)), "it has NUL bytes in it"),
    ("one NUL byte", written(b"A=1\nB=\x00\n"), "it has NUL bytes in it"),
    ("huge", written(b"#" * 2_000_000), "it is larger than 1024 KiB"),
]


def complaint(env: dict[str, str] | None = None) -> str:
    """What the person who starts the bot reads."""
    with pytest.raises(SettingsError) as told:
        load(env=env)
    return str(told.value)


@pytest.mark.parametrize("name", [".env", "config.toml", "DISCORD_TOKEN_FILE"])
@pytest.mark.parametrize(("make", "says"), [each[1:] for each in WRONG], ids=[each[0] for each in WRONG])
def test_what_is_no_file_of_settings_is_named(folder: Path, name: str, make: Made, says: str) -> None:
    """Each of them stops the start with what it is, wherever it stands, and without a Python class."""
    make(folder / name)
    told = complaint({name: name} if name.endswith("_FILE") else None)

    assert name in told
    assert "cannot be read: " in told
    assert says in told
    assert "Error" not in told


@contextmanager
def another_account(folder: Path) -> Iterator[int]:
    """While it is open this process may not read everything, as root may; yields who it is then."""
    folder.chmod(0o755)
    was = os.geteuid()
    if not was:
        os.seteuid(65534)
    try:
        yield os.geteuid()
    finally:
        os.seteuid(was)


@pytest.mark.parametrize("name", [".env", "config.toml"])
def test_a_file_one_may_not_read_is_named_with_who_may_not(folder: Path, name: str) -> None:
    """The sentence says which account is to be let in: a container's is not the host's."""
    (folder / name).write_text("", "utf-8")
    (folder / name).chmod(0)
    with another_account(folder) as user:
        told = complaint()

    assert f"{name} cannot be read: permission denied. Let the account that runs the bot read it (user {user}" in told


def test_a_mark_and_any_line_ends_are_taken(folder: Path) -> None:
    """Notepad's byte order mark, Windows' line ends and old ones are no mistake, in none of the three."""
    (folder / ".env").write_bytes(b"\xef\xbb\xbfDISCORD_TOKEN_FILE=token\r\nDATABASE_URL=sqlite:///a.db\r\n")
    (folder / "token").write_bytes(b"\xef\xbb\xbf" + TOKEN.encode() + b"\r\n")
    (folder / "config.toml").write_bytes(b"\xef\xbb\xbf[quota]\rguild_minutes = 7\r\n")

    settings = load()

    assert settings.need_discord_token() == TOKEN
    assert settings.database_url == "sqlite:///a.db"
    assert settings.quota.guild_minutes == 7


@pytest.mark.usefixtures("folder")
def test_the_null_device_is_an_empty_file() -> None:
    """/dev/null is how one says that there is none."""
    assert load(env={"EARSHOT_CONFIG": os.devnull}) == load(env={})


@pytest.mark.usefixtures("folder")
def test_a_name_no_file_can_have_is_named() -> None:
    """A NUL in a path is a complaint, not a traceback."""
    assert "no file can have that name" in complaint({"DISCORD_TOKEN_FILE": "a\0b"})


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for many small files."""
    return tmp_path_factory.mktemp("files")


@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_settings_or_a_complaint(scratch: Path, text: bytes) -> None:
    """Whatever stands in config.toml or in a secret's file, the answer is a setting or a SettingsError."""
    path = scratch / "file"
    path.write_bytes(text)
    for env in ({"EARSHOT_CONFIG": str(path)}, {"OPENAI_FALLBACK_API_KEY_FILE": str(path)}):
        told = ""
        try:
            load(env=env)
        except SettingsError as slip:
            told = str(slip)
        assert "Error" not in told


@pytest.mark.parametrize("words", [("run",), ("gateway",), ("worker",), ("check",), ("usage",), ("check", "--live")])
async def test_every_command_says_it(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Each command ends with 2 and the sentence, and no traceback."""
    (tmp_path / ".env").mkdir()

    ended = await command(tmp_path, {}, *words)

    assert ended.code == 2
    assert ended.err.startswith("The file .env cannot be read: it is a folder")
    assert "Traceback" not in ended.err
