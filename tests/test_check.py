"""`python -m bot check`: each broken part is named, with what to do about it."""

import socket
from datetime import date
from pathlib import Path

import pytest

from bot.check import Finding, examine
from bot.settings import load
from tests.asking import as_json
from tests.conftest import SPEECH, World
from tests.world.bot import NO_FILE
from tests.world.openai import Scripted
from tests.world.openai.others import ACCENTS, open_other
from tests.world.openai.script import Fault, Garbage

TODAY = date(2026, 11, 22)


async def found(env: dict[str, str], *, today: date = TODAY) -> dict[str, Finding]:
    """What check says about a set-up, by part."""
    return {finding.part: finding async for finding in examine(load(NO_FILE, env), today=today)}


async def test_a_good_set_up_has_nothing_to_mend(world: World) -> None:
    """With everything in place, each part is tried and none asks for anything."""
    findings = await found(world.env())

    assert list(findings) == [
        "ffmpeg",
        "sandbox",
        "database",
        "Discord token",
        "Message Content intent",
        "speech key",
        "speech model",
        "speech account",
    ]
    assert not [finding for finding in findings.values() if finding.fix or finding.warning]
    assert findings["ffmpeg"].found.startswith("ffmpeg version")
    assert findings["sandbox"].found.startswith("holds: ")


async def test_a_check_leaves_no_database_where_there_was_none(world: World) -> None:
    """A folder in which the bot can make its database is as it was: whoever checks has not started anything."""
    world.database.unlink()
    before = set(world.database.parent.iterdir())

    finding = (await found(world.env()))["database"]

    assert finding == Finding("database", "sqlite: none yet; the bot can make it when it starts")
    assert set(world.database.parent.iterdir()) == before


async def test_a_port_that_is_taken_is_told_before_the_start(world: World) -> None:
    """The health page's port is tried where one is set; another program on it is named with the way out."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = (await found(world.env(health__port=str(port))))["health port"]
    free = (await found(world.env(health__port=str(port))))["health port"]

    assert taken.found == f"{port}: not free"
    assert f"health.port {port} cannot be had on 127.0.0.1" in taken.fix
    assert free == Finding("health port", f"{port}: free")


async def test_a_token_discord_refuses_is_told_with_the_way_to_a_new_one(world: World) -> None:
    """A token Discord does not accept is named, with where to get another."""
    env = world.env() | {"DISCORD_TOKEN": "another.token.entirely"}

    finding = (await found(env))["Discord token"]

    assert finding.found == "refused"
    assert "Reset Token" in finding.fix


async def test_missing_secrets_are_told_apart(world: World) -> None:
    """Without token and key, both are named, each with where to get it."""
    env = {name: value for name, value in world.env().items() if name not in ("DISCORD_TOKEN", "OPENAI_API_KEY")}
    env["OPENAI_BASE_URL"] = "https://api.openai.com/v1"

    findings = await found(env)

    assert "discord.com/developers" in findings["Discord token"].fix
    assert "platform.openai.com" in findings["speech key"].fix


async def test_a_missing_intent_is_told_with_the_switch(world: World) -> None:
    """Without the Message Content intent, check says where its switch is."""
    world.discord.world.privileged = 0

    finding = (await found(world.env()))["Message Content intent"]

    assert finding.found == "off"
    assert "Privileged Gateway Intents" in finding.fix


async def test_a_discord_that_is_not_there_is_not_called_a_bad_token(world: World) -> None:
    """No network is told as no network."""
    env = world.env() | {"DISCORD_API_URL": "http://127.0.0.1:9/api/v10"}

    finding = (await found(env))["Discord token"]

    assert "not reached" in finding.found
    assert "network" in finding.fix


async def test_a_key_the_provider_refuses_is_told_with_the_fix(world: World) -> None:
    """A refused key leads to the page that makes keys."""
    finding = (await found(world.env() | {"OPENAI_API_KEY": "sk-proj-refused-0123456789"}))["speech key"]

    assert finding.found == "key refused"
    assert "platform.openai.com/api-keys" in finding.fix


async def test_a_model_the_key_may_not_use_is_told_with_those_it_may(world: World) -> None:
    """A model that is not offered is named beside those that are."""
    finding = (await found(world.env(speech__model="whisper-9")))["speech model"]

    assert finding.found == "whisper-9: not offered"
    assert "gpt-transcribe" in finding.fix


async def test_an_empty_account_is_told(world: World) -> None:
    """While notes wait because the provider refuses to be paid, check says so, beside the bot too, and no longer."""
    world.openai.script(Fault(429, "insufficient_quota"))
    async with world.bot():
        await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        await world.diary.until("put_off")
        beside = await found(world.env())
    stopped = await found(world.env())
    called = len(world.openai.calls)
    await world.write("UPDATE breaker SET probe_ms = 0", "UPDATE note SET leased_until_ms = 0")
    async with world.bot():
        await world.diary.until("note")
    well = await found(world.env())

    for findings in (beside, stopped):
        assert findings["speech key"] == Finding("speech key", "accepted")
        assert findings["speech account"].found.startswith("refuses to be paid since 20")
        assert "insufficient_quota" in findings["speech account"].found
        assert "billing" in findings["speech account"].fix
    assert called == 1, "checking makes no call"
    assert not well["speech account"].fix


@pytest.mark.parametrize(("today", "is_near"), [(TODAY, True), (date(2026, 6, 1), False)])
async def test_a_model_that_ends_soon_is_told_with_its_successor(world: World, today: date, *, is_near: bool) -> None:
    """A shutdown date within 120 days is a warning that names the successor; a far one is only mentioned."""
    finding = (await found(world.env(speech__model="whisper-1"), today=today))["speech model"]

    assert "2027-02-26" in finding.found
    assert ("gpt-transcribe" in finding.warning) is is_near
    assert not finding.fix


@pytest.mark.parametrize("pattern", ["*", "whisper-*", "whisper-9*", "whisper-9:latest"])
async def test_a_server_may_list_patterns(world: World, pattern: str) -> None:
    """A proxy that lists patterns of models offers every model that fits one."""
    world.openai.listing = as_json({"data": [{"id": "other"}, {"id": pattern}]})

    finding = (await found(world.env(speech__model="whisper-9", speech__translator="")))["speech model"]

    assert finding == Finding("speech model", f"whisper-9: available, as one of {pattern}")


async def test_a_pattern_of_others_is_none_of_ours(world: World) -> None:
    """A model that fits no pattern is not offered."""
    world.openai.listing = as_json({"data": [{"id": "gpt-*"}]})

    assert (await found(world.env(speech__model="whisper-9")))["speech model"].fix


@pytest.mark.parametrize(
    "listing",
    [
        as_json({"data": []}),
        as_json([]),
        Fault(404, body=b"Not Found"),
        Fault(405),
        Fault(501),
        Garbage(),
        as_json({"hello": "world"}),
    ],
    ids=["empty", "empty list", "404", "405", "501", "a page", "no list"],
)
async def test_a_server_may_list_nothing(world: World, listing: Garbage | Fault) -> None:
    """A server of one's own without a list is no fault; what could not be tried is said so."""
    world.openai.listing = listing

    findings = await found(world.env(speech__model="whisper-9", speech__translator=""))

    assert "not tried" in findings["speech model"].found
    assert not [one for one in findings.values() if one.fix]


async def test_the_end_of_translation_is_told(world: World) -> None:
    """The day on which nothing translates any more is told as that of a model is, with what can be done."""
    near, far = [
        (await found(world.env(speech__translator="whisper-1"), today=day))["speech translator"]
        for day in (TODAY, date(2026, 6, 1))
    ]

    assert near.found == far.found == "whisper-1: translates until 2027-02-26"
    assert near.ends == date(2027, 2, 26)
    assert "Translation ends in 96 days" in near.warning
    assert not far.warning


async def test_a_server_that_does_not_translate_is_told(world: World) -> None:
    """A server that hears with a Whisper, and has no place for translations, is named; asking takes no sound."""
    async with open_other(ACCENTS["vLLM"], Scripted("")) as other:
        env = {"OPENAI_BASE_URL": f"{other.origin}/v1", "EARSHOT_SPEECH__MODEL": "whisper-large-v3"}
        finding = (await found(world.env() | env))["speech translator"]

    assert "no place to translate" in finding.found
    assert 'speech.translator = ""' in finding.warning
    assert not other.calls


async def test_an_ffmpeg_that_is_not_there_is_told(world: World, tmp_path: Path) -> None:
    """A configured ffmpeg that does not exist, or does not run, is named with the way out."""
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o700)

    missing = (await found(world.env(audio__ffmpeg="/nowhere/ffmpeg")))["ffmpeg"]
    failing = (await found(world.env(audio__ffmpeg=str(broken))))["ffmpeg"]

    assert missing.fix
    assert failing.found == "does not run"
    assert "bundled" in failing.fix


async def test_a_database_that_cannot_be_used_is_told(world: World) -> None:
    """A file that is no database, or lies where nothing can be written, is named."""
    world.database.write_bytes(b"this is no database, whatever its name says" * 100)

    finding = (await found(world.env()))["database"]
    world.database.unlink()

    assert "not usable" in finding.found
    assert finding.fix


async def test_a_provider_that_is_not_there_is_told(world: World) -> None:
    """A provider nobody can reach is told apart from a bad key."""
    env = world.env() | {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}

    finding = (await found(env))["speech key"]

    assert finding.found == "no network"
    assert "OPENAI_BASE_URL" in finding.fix


async def test_check_does_not_disturb_a_running_bot(world: World) -> None:
    """While the bot runs, its database is said to be in use, and that is nothing to mend."""
    async with world.bot():
        finding = (await found(world.env()))["database"]

    assert finding == Finding("database", "sqlite: in use by a running Earshot")
