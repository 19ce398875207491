"""The provider's billing refusals: no further calls, nothing fails, the host hears of it once, one note tries."""

import pytest

from bot.database import Database
from bot.ledger import Breaker, Pass
from tests.conftest import SPEECH, WORDS, World
from tests.world.openai import Fault

pytest_plugins = ["tests.stores"]

PARK = SPEECH / "park.ogg"
NOW, PROBE = 1_795_000_000_000, 300_000
BREAKER = Breaker()


async def test_one_probe_at_a_time(database: Database) -> None:
    """While the breaker is open one of many is let through when the probe is due; the others learn how long to wait."""
    async with database.tx() as tx:
        assert await BREAKER.admits(tx, now_ms=NOW, probe_after_ms=PROBE) == Pass()
        assert await BREAKER.trip(tx, "spent", now_ms=NOW, probe_after_ms=PROBE)
        assert not await BREAKER.trip(tx, "spent", now_ms=NOW + 1, probe_after_ms=PROBE)

        assert await BREAKER.admits(tx, now_ms=NOW, probe_after_ms=PROBE) == Pass(wait_ms=PROBE)
        due = NOW + PROBE
        assert await BREAKER.admits(tx, now_ms=due, probe_after_ms=PROBE) == Pass(is_probe=True)
        assert await BREAKER.admits(tx, now_ms=due + 1, probe_after_ms=PROBE) == Pass(wait_ms=PROBE - 1)
        assert await BREAKER.is_open(tx)

        assert await BREAKER.close(tx)
        assert not await BREAKER.close(tx)
        assert await BREAKER.admits(tx, now_ms=due + 2, probe_after_ms=PROBE) == Pass()


async def test_a_clock_set_back_delays_no_probe_for_long(database: Database) -> None:
    """A machine whose clock was an hour ahead waits for the usual time, not for the hour."""
    async with database.tx() as tx:
        await BREAKER.trip(tx, "spent", now_ms=NOW + 3_600_000, probe_after_ms=PROBE)

        assert await BREAKER.admits(tx, now_ms=NOW, probe_after_ms=PROBE) == Pass(wait_ms=PROBE)


@pytest.mark.parametrize(
    "code", ["project_spend_limit_exceeded", pytest.param("credit_balance_exhausted", marks=pytest.mark.long)]
)
async def test_notes_wait_until_the_provider_takes_money_again(world: World, code: str) -> None:
    """A billing refusal stops all calls, also after a restart; the host hears of it once, and of its end."""
    world.openai.script(Fault(429, code))
    async with world.bot(work__probe_seconds="3600"):
        first = await world.mina.voice_note(world.general, PARK)
        await world.diary.until("put_off")
        second = await world.admin.voice_note(world.general, PARK)
        await world.diary.until("put_off", 2)
    async with world.bot(work__probe_seconds="3600"):
        await world.diary.until("put_off", 4)
        await world.write("UPDATE breaker SET probe_ms = 0", "UPDATE note SET leased_until_ms = 0")
    assert len(world.openai.calls) == 1
    assert world.minutes[0] == 0
    assert world.dollars[0] == 0
    assert world.rows("SELECT count(*) FROM note WHERE state = 'open'") == [(2,)]
    assert [line.notice for line in world.diary.of("notice")] == ["ProviderStopped"]
    assert code in world.diary.of("notice")[0].getMessage()

    async with world.bot(work__probe_seconds="1"):
        answers = [await first.wait(seconds=30), await second.wait(seconds=30)]
        await world.diary.until("note", 2)

    assert all(WORDS in answer.content for answer in answers)
    assert len(world.openai.calls) == 3
    told = [message.content for message in world.home.member("Owner of Home").dm().messages.values()]
    _introduction, stopped, ended = told
    assert "nothing left to spend" in stopped
    assert "takes calls again" in ended
