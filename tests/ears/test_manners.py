"""What the bot makes of real servers that are asked wrongly, and of what a real Whisper makes up."""

from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

import pytest

from bench.words import nobody, notes
from bot.check import speech_findings
from bot.settings import load
from tests.conftest import SPEECH, World
from tests.ears.conftest import Opener
from tests.ears.servers import KINDS, open_server
from tests.ears.test_heard import words
from tests.world.bot import NO_FILE

DAY = date(2026, 12, 1)
AT_ONCE = 4  # sounds of one test: to start a server takes as long as to hear some


@pytest.mark.speech(seconds=10)
@pytest.mark.parametrize("kind", KINDS)
async def test_check_finds_nothing_to_mend(world: World, heard_by: Opener, kind: str) -> None:
    """`check` calls a server that works right, whether it lists no models or patterns of names."""
    server = await heard_by.server(kind)
    settings = load(NO_FILE, world.env() | server.env)
    findings = [finding async for finding in speech_findings(settings, DAY)]

    assert {"speech key", "speech model"} <= {finding.part for finding in findings}
    assert [finding for finding in findings if finding.fix] == []


@pytest.mark.speech(seconds=10)
async def test_a_wrong_address_is_told_as_that(world: World, heard_by: Opener) -> None:
    """An address without /v1 fails without a call paid for twice, and the host is told of the address."""
    server = await heard_by.server("open-asr-server")
    env = world.env() | server.env | {"OPENAI_BASE_URL": server.base_url.removesuffix("/v1")}
    async with world.bot(env):
        await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        [failed] = await world.diary.until("call_failed")
        await world.idle()

    assert failed.fault == "address_wrong"
    assert world.minutes == (0, 0)


@pytest.mark.speech(seconds=10)
async def test_a_wrong_model_is_told_as_that(world: World, heard_by: Opener) -> None:
    """A model that the server does not have is told as that, by its own words in an answer of its own shape."""
    server = await heard_by.server("open-asr-server")
    env = world.env() | server.env | {"EARSHOT_SPEECH__MODEL": "house/other", "EARSHOT_SPEECH__PRICES": "house/other=0"}
    async with world.bot(env):
        await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        failed = await world.diary.until("call_failed")
        await world.idle()

    assert {line.fault for line in failed} == {"model_gone"}
    assert world.minutes == (0, 0)


@pytest.mark.speech(seconds=15)
async def test_a_server_that_is_gone_is_told_as_that(world: World, tmp_path: Path) -> None:
    """Where the server has ended, a note fails without cost, and says that nobody could be reached."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(open_server("open-asr-server", "base", tmp_path))
        await stack.aclose()
        async with world.bot(world.env(speech__deadline_seconds="5") | server.env):
            answer = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
            failed = await world.diary.until("call_failed")
            text = await words(world, answer)

    assert {line.fault for line in failed} == {"no_network"}
    assert text
    assert world.minutes == (0, 0)


@pytest.mark.speech(seconds=30)
@pytest.mark.parametrize("model", ["base", "tiny.en"])
@pytest.mark.parametrize("first", range(0, len(nobody.SOUNDS), AT_ONCE))
async def test_nobody_is_heard_where_nobody_speaks(
    world: World, heard_by: Opener, tmp_path: Path, first: int, model: str
) -> None:
    """Sounds in which nobody speaks have no words in the channel, whatever a real Whisper makes of them."""
    await heard_by.bot("open-asr-server", model)
    told = {}
    for name in list(nobody.SOUNDS)[first : first + AT_ONCE]:
        note = notes.voice_note(nobody.made(name, 8, 1), tmp_path / "nobody.ogg")
        text = await words(world, await world.mina.voice_note(world.general, note))
        told[name] = text if world.diary.of("note")[-1].outcome == "Transcript" else ""
        world.diary.records.clear()

    assert told == dict.fromkeys(told, "")
    assert world.minutes == (0, 0)
