"""When the first provider is down, and when Discord's connection breaks: who answers instead."""

import pytest

from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.openai import Fault, Scripted, open_openai

PARK = SPEECH / "park.ogg"
LENGTH_MS = 3_610


@pytest.mark.parametrize(
    ("trouble", "usd_micros"),
    [(Fault(503), 300 + 400), (Fault(429, "insufficient_quota"), 400), (Fault(404, "model_not_found"), 400)],
    ids=["down", "out of money", "gone"],
)
async def test_another_model_answers_when_the_first_is_down(world: World, trouble: Fault, usd_micros: int) -> None:
    """The fallback model is asked at once, at its own price; the member sees only the words."""
    world.openai.script(trouble, when=lambda call: call.model == "gpt-transcribe", forever=True)
    async with world.bot(speech__fallback_model="whisper-1"):
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    assert WORDS in answer.content
    assert [call.model for call in world.openai.calls] == ["gpt-transcribe", "whisper-1"]
    assert world.minutes == (LENGTH_MS, 0)
    assert world.dollars == (usd_micros, 0)


async def test_another_server_answers_and_never_sees_the_first_one_s_key(world: World) -> None:
    """A second base URL is asked with its own key only."""
    world.openai.script(Fault(503), forever=True)
    async with open_openai(ears=Scripted("from the second server"), key="none") as second:
        async with world.bot(speech__fallback_base_url=second.base_url):
            answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

        assert "from the second server" in answer.content
        assert len(second.paid) == 1


async def test_a_malformed_event_does_not_end_the_bot(world: World) -> None:
    """An event that discord.py cannot read is told, and the bot connects anew and goes on answering."""
    async with world.bot():
        world.discord.gateway.blurt("READY", {"nonsense": True})
        await world.diary.until("gateway_lost")
        await world.diary.until("ready", 2)
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    assert WORDS in answer.content


async def test_a_connection_discord_closes_oddly_is_made_anew(world: World) -> None:
    """A close code after which discord.py gives up is no reason to end: the bot logs in and connects once more."""
    async with world.bot():
        await world.discord.drop_gateway(4002)
        await world.diary.until("gateway_lost")
        await world.diary.until("ready", 2)
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    assert WORDS in answer.content
