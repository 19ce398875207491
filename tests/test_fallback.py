"""When the first provider is down, and when Discord's connection breaks: who answers instead."""

import asyncio

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.client import ShardRange
from bot.pace import paced
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.openai import Fault, Garbage, Scripted, open_openai

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


@pytest.mark.parametrize(
    "trouble",
    [
        Fault(401, "invalid_api_key"),
        Fault(401, "ip_not_authorized"),
        Fault(403, "unsupported_country_region_territory"),
        Fault(403, body=b"<html><title>Just a moment...</title>", headers={"Content-Type": "text/html"}),
        Fault(404, body=b'{"detail": "Not Found"}'),
        Fault(400, "invalid_language_format", param="language"),
        Garbage(),
    ],
    ids=lambda trouble: getattr(trouble, "code", None) or str(getattr(trouble, "status", 200)),
)
async def test_a_refused_caller_is_heard_by_the_fallback(world: World, trouble: Fault | Garbage) -> None:
    """A key, a country, an address or a language that one server refuses may be another's: it is asked at once."""
    world.openai.script(trouble, forever=True)
    async with open_openai(ears=Scripted("from the second server"), key="none") as second:
        async with world.bot(speech__fallback_base_url=second.base_url):
            answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

        assert "from the second server" in answer.content
        assert (len(world.openai.calls), len(second.calls)) == (1, 1)


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
        await world.diary.until("ready")
        world.discord.gateway.blurt("READY", {"nonsense": True})
        await world.diary.until("gateway_lost")
        await world.diary.until("ready", 2)
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    assert WORDS in answer.content


@pytest.mark.parametrize(("text", "ids"), [("0-11/48", range(12)), ("47/48", range(47, 48)), (" 0-0/1 ", range(1))])
def test_shards_are_named_as_people_write_them(text: str, ids: range) -> None:
    """FIRST-LAST/COUNT, or one alone."""
    assert ShardRange.read(text).ids == ids


@pytest.mark.parametrize("text", ["", "0-11", "5-2/8", "0-8/8", "a-b/c", "0-11/48/2", "-1/4"])
def test_shards_that_cannot_be_are_refused(text: str) -> None:
    """What makes no range is told, not guessed."""
    with pytest.raises(ValueError, match="shards"):
        ShardRange.read(text)


async def test_requests_keep_to_the_share() -> None:
    """In any second no more requests start than the share, and answers to interactions wait for nobody."""
    started: list[float] = []
    loop = asyncio.get_running_loop()

    async def here(_: web.Request) -> web.Response:
        started.append(loop.time())
        return web.Response()

    site = web.Application()
    site.router.add_get("/{any:.*}", here)
    async with TestServer(site) as server, aiohttp.ClientSession(trace_configs=[paced(20)]) as session:

        async def ask(path: str) -> None:
            async with session.get(server.make_url(path)) as answer:
                await answer.read()

        await asyncio.gather(*(ask("/channels/1") for _ in range(30)))
        paced_started = list(started)
        began = loop.time()
        await asyncio.gather(*(ask("/webhooks/1/token") for _ in range(30)))
        took_s = loop.time() - began

    assert max(sum(first <= other < first + 1 for other in paced_started) for first in paced_started) <= 21
    assert took_s < paced_started[-1] - paced_started[0]
