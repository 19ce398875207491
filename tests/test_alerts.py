"""Each alert is rung by its fault, through the page of a real bot, and no other beside it but those its text names."""

import asyncio
import os
import re
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import PATIENCE_S, SPEECH, World
from tests.scrapes import AGE, OFF, RULES, Watch, value
from tests.test_health import free_port
from tests.world.bot import start
from tests.world.openai import Fault

pytest_plugins = ["tests.scrapes"]

PARK = SPEECH / "park.ogg"
ALERTS: Mapping[str, dict[str, Any]] = {
    rule["alert"]: rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]
}
Play = Callable[[World, Watch, dict[str, str]], Awaitable[None]]


async def notes(world: World, count: int, outcome: str) -> None:
    """So many notes, one after the other, that end like that."""
    had = len(world.diary.of("note"))
    for number in range(count):
        await world.mina.voice_note(world.general, PARK)
        lines = await world.diary.until("note", had + number + 1)
        assert lines[-1].outcome == outcome


async def goes_away(world: World, watch: Watch, env: dict[str, str]) -> None:
    """The process is gone."""
    async with world.bot(env):
        await watch.quiet()
    await watch.look()


async def refused_key(world: World, watch: Watch, env: dict[str, str]) -> None:
    """The key is taken back while the bot runs, and a note wants it."""
    async with world.bot(env):
        await watch.quiet()
        world.openai.script(Fault(401, "invalid_api_key"))
        await notes(world, 1, "Failed")
        await watch.look()


async def empty_account(world: World, watch: Watch, env: dict[str, str]) -> None:
    """The provider refuses to be paid: one call alone has told so, before there was such a series."""
    async with world.bot(env):
        await watch.quiet()
        world.openai.script(Fault(429, "insufficient_quota"))
        await world.mina.voice_note(world.general, PARK)
        await world.diary.until("put_off")
        await watch.look()


async def lost_model(world: World, watch: Watch, env: dict[str, str]) -> None:
    """The model is taken away from the key."""
    async with world.bot(env):
        await watch.quiet()
        world.openai.script(Fault(404, "model_not_found"))
        await notes(world, 1, "Failed")
        await watch.look()


async def busy_provider(world: World, watch: Watch, env: dict[str, str]) -> None:
    """Two calls in a row are too many for it, every third is taken: nobody's note fails."""
    async with world.bot(env):
        await watch.quiet()
        for _ in range(3):
            world.openai.script(*[Fault(429, "rate_limit_exceeded", retry_after=0)] * 2)
            await notes(world, 1, "Transcript")
        await watch.look()


async def broken_provider(world: World, watch: Watch, env: dict[str, str]) -> None:
    """Every call ends with an error of the provider's own."""
    async with world.bot(env):
        await watch.quiet()
        world.openai.script(Fault(500), forever=True)
        await asyncio.gather(*(world.mina.voice_note(world.general, PARK) for _ in range(2)))
        await world.diary.until("note", 2)
        await watch.look()


async def odd_sounds(world: World, watch: Watch, env: dict[str, str]) -> None:
    """The provider can make nothing of four notes."""
    async with world.bot(env):
        await watch.quiet()
        world.openai.script(*[Fault(400, "invalid_value", message="audio is odd")] * 4)
        await notes(world, 4, "Failed")
        await watch.look()


async def false_balance(world: World, watch: Watch, env: dict[str, str]) -> None:
    """Somebody writes into the books."""
    async with world.bot(env):
        await notes(world, 1, "Transcript")
        await watch.quiet()
        await world.write("UPDATE account SET committed = committed + 9 WHERE rank = 2")
        await watch.once(lambda page: page[OFF])
        await world.write("UPDATE account SET committed = committed - 9 WHERE rank = 2")


async def lost_table(world: World, watch: Watch, env: dict[str, str]) -> None:
    """A table of the books is not to be had; all else of the database is."""
    async with world.bot(env):
        await watch.quiet()
        await world.write("ALTER TABLE note RENAME TO hidden")
        await watch.once(lambda page: value(page, "earshot_queue_notes") is None)
        await world.write("ALTER TABLE hidden RENAME TO note")


async def silent_calls(world: World, watch: Watch, env: dict[str, str]) -> None:
    """The provider takes a call, and never answers it."""
    gate = world.openai.hold()
    async with world.bot(env):
        await watch.quiet()
        await world.mina.voice_note(world.general, PARK)
        await world.openai.wait_for_calls(1)
        await watch.once(lambda page: value(page, "earshot_queue_age_seconds"))
        gate.release()
        await world.diary.until("note")


async def spent_money(world: World, watch: Watch, env: dict[str, str]) -> None:
    """One note costs all but a trifle of the host's month."""
    async with world.bot(env | {"EARSHOT_QUOTA__HOST_USD": "0.00032", "EARSHOT_QUOTA__STRANGERS_PERCENT": "100"}):
        await watch.quiet()
        await notes(world, 1, "Transcript")
        await watch.once(lambda page: value(page, "earshot_host_spent_usd"))


async def killed_amid_work(world: World, watch: Watch, env: dict[str, str]) -> None:
    """The bot is killed with six notes in work, and started again."""
    gate = world.openai.hold()
    first = await start(env)
    await world.discord.ready(seconds=PATIENCE_S)
    await watch.quiet()
    for _ in range(6):
        await world.mina.voice_note(world.general, PARK)
    await gate.wait_for(6)
    await first.kill()
    second = await start(env)
    try:
        await world.openai.wait_for_calls(12)
        await watch.look()
        gate.release()
    finally:
        await second.stop()


async def refused_everywhere(world: World, watch: Watch, env: dict[str, str]) -> None:
    """A filter and a closed door: the words of six notes reach nobody."""
    world.home.automod("hello")
    world.mina.user.refuses_dms = True
    async with world.bot(env):
        await watch.quiet()
        await notes(world, 6, "Undelivered")
        await watch.look()


async def stopped_process(world: World, watch: Watch, env: dict[str, str]) -> None:
    """The machine gives the process nothing for more than five seconds."""
    bot = await start(env)
    try:
        await world.discord.ready(seconds=PATIENCE_S)
        await watch.quiet()
        os.kill(bot.pid, signal.SIGSTOP)
        await asyncio.sleep(5.5)  # the fault is that this time passes
        os.kill(bot.pid, signal.SIGCONT)
        await watch.look()
    finally:
        await bot.stop()


async def ending_model(world: World, watch: Watch, env: dict[str, str]) -> None:
    """The provider names a day for its model that is near."""
    async with world.bot(env):
        await watch.quiet()
    world.openai.models["gpt-transcribe"] = replace(world.openai.models["gpt-transcribe"], shutdown_date="2026-12-05")
    async with world.bot(env):
        await watch.once(lambda page: value(page, "earshot_model_shutdown_days", model="gpt-transcribe"))


async def locked_books(world: World, watch: Watch, env: dict[str, str]) -> None:
    """Another program keeps the database locked: whoever waits to write keeps the others from reading, too."""
    async with world.bot(env):
        await watch.quiet()
        with closing(sqlite3.connect(world.database, isolation_level=None, check_same_thread=False)) as books:
            await asyncio.to_thread(books.execute, "BEGIN IMMEDIATE")
            await watch.once(lambda page: value(page, "earshot_ready", part="database") == 0 and AGE not in page)
            books.execute("ROLLBACK")


@dataclass(frozen=True, slots=True)
class Case:
    """A fault, and what rings so many minutes after its page; `again`: each minute is as bad as the first."""

    play: Play
    alert: str
    labels: Mapping[str, str]
    beside: tuple[Mapping[str, str], ...] = ()
    minutes: int = 8
    again: bool = False


def named(alert: str, **labels: str) -> dict[str, str]:
    """An alert by its name and the labels that tell it from others."""
    return {"alertname": alert, **labels}


CASES = (
    Case(goes_away, "EarshotDown", {}),
    Case(locked_books, "EarshotPartNotReady", {"part": "database"}, (named("EarshotBooksUnread"),)),
    Case(false_balance, "EarshotBooksDisagree", {"unit": "ms"}),
    Case(lost_table, "EarshotBooksUnread", {}),
    Case(silent_calls, "EarshotQueueOld", {}, minutes=18),
    Case(spent_money, "EarshotMoneyNearlySpent", {}),
    Case(empty_account, "EarshotKeyOrAccountRefused", {"fault": "spend_limit"}),
    Case(refused_key, "EarshotKeyOrAccountRefused", {"fault": "key_refused"}),
    Case(lost_model, "EarshotKeyOrAccountRefused", {"fault": "model_gone"}),
    Case(busy_provider, "EarshotProviderFails", {}, minutes=25, again=True),
    Case(broken_provider, "EarshotProviderFails", {}, (named("EarshotNotesFail"),), minutes=25, again=True),
    Case(killed_amid_work, "EarshotCrashes", {}),
    Case(refused_everywhere, "EarshotDeliversToNobody", {"reason": "200000"}),
    Case(stopped_process, "EarshotLoopLate", {}),
    Case(ending_model, "EarshotModelEnds", {"model": "gpt-transcribe"}),
    Case(odd_sounds, "EarshotNotesFail", {}),
)


def test_every_alert_has_its_fault() -> None:
    """No alert is shipped that nothing has rung."""
    assert {case.alert for case in CASES} == ALERTS.keys()


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.play.__name__)
async def test_a_fault_rings_its_alert(world: World, tmp_path: Path, promtool: str, case: Case) -> None:
    """What a real bot tells of a fault makes Prometheus ring that alert, and beside it only those its text names."""
    watch = Watch(free_port(), tmp_path, promtool)
    await case.play(world, watch, world.env(health__port=str(watch.port), discord__sync_commands="false"))

    told = str(ALERTS[case.alert]["annotations"])
    assert {beside["alertname"] for beside in case.beside} <= set(re.findall(r"Earshot\w+", told))
    assert not watch.rings(named(case.alert, **case.labels), *case.beside, minutes=case.minutes, again=case.again)
