"""Gateways and workers as processes of their own, over one PostgreSQL."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest

from tests.chaos.invariants import assert_answered_once, assert_sound
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.stores import Server
from tests.world.fleet import Fleet

pytest_plugins = ["tests.stores"]

PARK = SPEECH / "park.ogg"
LENGTH_MS = 3_610


@pytest.fixture
async def url(postgresql: Server) -> AsyncIterator[str]:
    """An empty database on the server."""
    address = await postgresql.create()
    yield address
    await postgresql.drop(address)


@pytest.fixture
async def fleet(world: World, url: str) -> AsyncIterator[Fleet]:
    """Nobody yet, in that world, on that database."""
    fleet = Fleet({**world.env(log__level="debug"), "DATABASE_URL": url})
    try:
        yield fleet
    finally:
        await fleet.end()


async def test_a_gateway_hears_and_a_worker_answers(world: World, url: str, fleet: Fleet) -> None:
    """What a gateway turns into a note, a worker without a gateway connection turns into words; SIGTERM ends both."""
    await fleet.gateway()
    await fleet.workers(1)
    answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
    command = await (await world.mina.slash("transcribe", world.general, file=PARK)).wait(seconds=PATIENCE_S)
    sessions = len(await world.discord.ready())
    codes = await fleet.stop()
    books = await assert_sound(url, world.openai)

    assert WORDS in answer.content
    assert WORDS in command.content
    assert sessions == 1
    assert set(codes.values()) == {0}
    assert books.billed_ms == 2 * LENGTH_MS


@pytest.mark.long
async def test_a_note_of_a_dead_worker_is_taken_over(world: World, url: str, fleet: Fleet) -> None:
    """A worker that dies in the middle of a note loses it to another, which answers once, within seconds."""
    gate = world.openai.hold()
    await fleet.gateway()
    await fleet.workers(1)
    note = await world.mina.voice_note(world.general, PARK)
    await gate.wait_for(1)
    await fleet.workers(1, first=1)
    died = asyncio.get_running_loop().time()
    await fleet.kill("worker-0")
    await world.openai.wait_for_calls(2)
    took_over_s = asyncio.get_running_loop().time() - died
    gate.release()
    await note.wait(seconds=PATIENCE_S)
    await fleet.stop()
    books = await assert_sound(url, world.openai)

    assert_answered_once([note], 1)
    assert took_over_s < 30, "about ten seconds on an idle machine"
    assert (books.calls, books.billed_ms) == (2, LENGTH_MS)


@pytest.mark.long
async def test_gateways_share_the_shards(world: World, url: str, fleet: Fleet) -> None:
    """
    Two gateways with two shards each take turns to identify, one in five seconds; a malformed event ends neither.

    Each hears only its own guilds.
    """
    world.discord.gateway.identify_window_ms = 5_000
    await asyncio.gather(
        fleet.gateway("first", "--shards", "0-1/4"), fleet.gateway("second", "--shards", "2-3/4"), fleet.workers(1)
    )
    identified = sorted(world.discord.gateway.identified)
    world.discord.gateway.blurt("READY", {"nonsense": True})
    await fleet.processes["first"].until("gateway_lost")
    await fleet.processes["second"].until("gateway_lost")
    await world.discord.clock.bell.until(lambda: len(world.discord.gateway.identified) >= 8, 2 * PATIENCE_S)
    await world.discord.ready(4, seconds=PATIENCE_S)
    note = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
    await fleet.stop()
    await assert_sound(url, world.openai)

    assert sorted(shard for _, shard in identified) == [0, 1, 2, 3]
    assert all(later - sooner >= 5_000 for (sooner, _), (later, _) in itertools.pairwise(identified))
    assert_answered_once([note], 1)


@pytest.mark.long
async def test_a_worker_whose_connections_are_cut_goes_on(
    world: World, url: str, fleet: Fleet, postgresql: Server
) -> None:
    """The database ends every connection while notes are heard: each is answered once, and billed once."""
    gate = world.openai.hold()
    await fleet.gateway()
    await fleet.workers(1)
    notes = [await world.mina.voice_note(world.general, PARK) for _ in range(3)]
    await gate.wait_for(3)
    await postgresql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()", url)
    gate.release()
    for note in notes:
        await note.wait(seconds=2 * PATIENCE_S)
    await fleet.stop()
    books = await assert_sound(url, world.openai)

    assert_answered_once(notes, 3)
    assert books.billed_ms == 3 * LENGTH_MS


@pytest.mark.long
async def test_one_process_may_use_postgresql(world: World, url: str) -> None:
    """`run` is gateway and worker in one on PostgreSQL too."""
    async with world.bot({**world.env(), "DATABASE_URL": url}):
        note = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        await world.diary.until("note")
    books = await assert_sound(url, world.openai)

    assert WORDS in note.content
    assert books.billed_ms == LENGTH_MS
