"""The command line: what a host types, and what it answers."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import PATIENCE_S, SPEECH, WORDS, World, command
from tests.world.bot import ROOT, start


async def typed(*words: str, env: dict[str, str] | None = None) -> tuple[int | None, str, str]:
    """Exit code, output and complaints of `python -m bot ...`, run where no .env and no config.toml is."""
    ended = await command(Path(tempfile.gettempdir()), env or {}, *words)
    return ended.code, ended.out, ended.err


async def test_a_missing_token_stops_the_start_with_its_name() -> None:
    """Without a token the bot ends with code 2, the key's name and where to get it, and no traceback."""
    code, _, err = await typed("run")

    assert code == 2
    assert "DISCORD_TOKEN" in err
    assert "discord.com/developers" in err
    assert "Traceback" not in err


async def test_all_that_a_gateway_lacks_is_told_at_once() -> None:
    """The database that several processes share and the token are told in one message; so is a key that is none."""
    code, _, err = await typed("gateway")
    wrong, _, told = await typed("--set", "quota.foo=1", "run")

    assert code == wrong == 2
    assert "several processes need one PostgreSQL" in err
    assert "DISCORD_TOKEN is not set" in err
    assert "quota.foo" in told
    assert "DISCORD_TOKEN is not set" in told
    assert "OPENAI_API_KEY is not set" in told


async def test_a_malformed_token_stops_the_start_without_being_shown() -> None:
    """A token that cannot be one is refused before anything is connected, and is not printed."""
    code, out, err = await typed("run", env={"DISCORD_TOKEN": "certainly-not-a-token"})

    assert code == 2
    assert "DISCORD_TOKEN" in err
    assert "certainly-not-a-token" not in out + err
    assert "Traceback" not in err


async def test_an_unknown_setting_stops_the_start_with_its_name(tmp_path: Path) -> None:
    """A misspelt key in config.toml is named, with the one that was meant."""
    config = tmp_path / "config.toml"
    config.write_text("[quota]\nguild_minuets = 5\n")

    code, _, err = await typed("--config", str(config), "run")

    assert code == 2
    assert "guild_minuets" in err
    assert "guild_minutes" in err


async def test_the_version_is_told() -> None:
    """`--version` says which Earshot this is."""
    code, out, _ = await typed("--version")

    assert code == 0
    assert out.startswith("Earshot 20")


async def test_check_ends_with_one_if_something_must_be_mended(world: World) -> None:
    """`check` prints a line for each part, FAIL with advice where it is broken, and ends with 1."""
    env = world.env() | {"OPENAI_API_KEY": "sk-proj-refused-0123456789"}

    code, out, _ = await typed("check", env=env)

    assert code == 1
    assert "ok    ffmpeg: ffmpeg version" in out
    assert "FAIL  speech key: key refused" in out
    assert "\n      The speech service refused OPENAI_API_KEY." in out
    assert "https://platform.openai.com/api-keys" in out


async def test_whoever_reads_half_of_the_output_sees_no_traceback() -> None:
    """`... | head` closes the pipe early: the command ends with 1 and says nothing about it."""
    reading, writing = os.pipe()
    os.close(reading)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "check", "--live"),
        cwd=ROOT,
        env={},
        stdout=writing,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writing)
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)

    assert (process.returncode, err) == (1, b"")


async def test_check_warns_without_failing(world: World) -> None:
    """A model that will be switched off soon is a warning, not a failure."""
    code, out, _ = await typed("check", env=world.env(speech__model="whisper-1"))

    assert code == 0
    assert "WARN  speech model: whisper-1: available until 2027-02-26" in out


async def test_transcribe_prints_the_words_and_books_the_host(world: World) -> None:
    """`transcribe FILE` prints the words; the host's account pays, no server does."""
    code, out, _ = await typed("transcribe", str(SPEECH / "report.m4a"), env=world.env())

    assert code == 0
    assert out.startswith("hello from the note\n")
    assert world.minutes == (0, 0)
    assert world.dollars[0] > 0


async def test_transcribe_says_what_is_wrong_with_a_file(world: World, tmp_path: Path) -> None:
    """A file that is no sound ends with code 1 and the reason; one that is not there with code 2."""
    text = tmp_path / "note.txt"
    text.write_text("these are words already")

    unreadable = await typed("transcribe", str(text), env=world.env())
    missing = await typed("transcribe", str(tmp_path / "none.ogg"), env=world.env())

    assert unreadable[0] == 1
    assert "can't read this file as sound. Name a recording" in unreadable[1], "nobody sends anything in a terminal"
    assert missing[0] == 2
    assert "there is no such file" in missing[2]
    assert not world.openai.calls


async def test_transcribe_keeps_to_the_hosts_limit(world: World) -> None:
    """With nothing left to spend this month, the terminal is refused like everybody."""
    code, out, _ = await typed("transcribe", str(SPEECH / "park.ogg"), env=world.env(quota__host_usd="0"))

    assert code == 1
    assert "budget" in out
    assert not world.openai.calls


async def test_two_bots_on_one_database_are_refused(world: World) -> None:
    """A second process on the same SQLite file is told so, instead of taking the first one's notes."""
    async with world.bot():
        code, _, err = await typed("run", env=world.env())

    assert code == 1
    assert "Traceback" not in err
    assert err.strip()


async def test_a_bot_set_up_in_this_folder_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever has a bot of their own configured in this folder can run tests and demo: neither reads its settings."""
    (tmp_path / "config.toml").write_text("[listen]\nvoice_messages = false\n", "utf-8")
    (tmp_path / ".env").write_text("EARSHOT_LISTEN__VOICE_MESSAGES=false\n", "utf-8")
    monkeypatch.chdir(tmp_path)

    async with world.bot():
        inside = await (await world.mina.voice_note(world.general, SPEECH / "park.ogg")).wait(seconds=PATIENCE_S)
    process = await start(world.env())
    await process.until("action=ready")
    beside = await (await world.mina.voice_note(world.general, SPEECH / "park.ogg")).wait(seconds=PATIENCE_S)
    code = await process.stop()

    assert WORDS in inside.content
    assert WORDS in beside.content
    assert code == 0
