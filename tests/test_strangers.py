"""Servers the host does not know share one limit, people outside of servers another; neither empties the month."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from bot.app.build import rules_of
from bot.database import Database
from bot.desk import Payers
from bot.desk.payers import Payer
from bot.ledger import Calendar, Held, Ledger, Limits, Over
from bot.outcome import Scope
from bot.quota import snowflake_at
from bot.settings import load
from tests.choosing import decide
from tests.conftest import WORDS, World, command
from tests.test_quota_command import host
from tests.world.bot import NO_FILE

pytest_plugins = ["tests.stores"]

NOW = 1_795_000_000_000  # a day in November 2026
MINUTE = 60_000
SCHEMAS = Path(__file__).parent / "schemas"


async def hold(database: Database, payer: Payer, **settings: str) -> Held | Over:
    """Hold a minute for that payer, under these settings."""
    env = {f"EARSHOT_{name.upper()}": value for name, value in settings.items()}
    payers = Payers(
        rules_of(load(NO_FILE, env=env, flags={}), Path()), limits=Limits(), calendar=Calendar(), clock=lambda: NOW
    )
    async with database.tx() as tx:
        legs = await payers.legs(tx, payer, length_ms=MINUTE, lengths_ms=(MINUTE,))
        held = await Ledger().hold(tx, f"{payer.request_id}:a/1", legs, now_ms=NOW, expires_ms=NOW + MINUTE)
    assert isinstance(held, Held | Over)
    return held


async def drained(database: Database, payer: Callable[[int], Payer], **settings: str) -> tuple[int, Over]:
    """How many notes of a minute are held until one is refused, each asked for by another payer."""
    for number in range(10_000):
        answer = await hold(database, payer(number), **settings)
        if isinstance(answer, Over):
            return number, answer
    raise AssertionError("nobody is refused")


def stranger(number: int) -> Payer:
    """A member of a server nobody knows, each of another one."""
    return Payer(snowflake_at(NOW) + number, 1_000 + number, 7)


def direct(number: int) -> Payer:
    """Somebody who writes to the bot alone, each somebody else."""
    return Payer(snowflake_at(NOW) + 100_000 + number, None, 1_000 + number)


async def test_founding_servers_ends_at_a_quarter_of_the_month(database: Database) -> None:
    """However many servers people found, together they have a quarter of the host's month; a confirmed one the rest."""
    settings = {"quota__host_usd": "0.09", "quota__confirmed_servers": "5"}  # 20 minutes
    heard, over = await drained(database, stranger, **settings)
    known, last = await drained(database, lambda number: Payer(snowflake_at(NOW) + 50_000 + number, 5, 7), **settings)

    assert (heard, over.leg.scope, over.leg.account) == (5, Scope.STRANGERS, "shared:strangers")
    assert (known, last.leg.account) == (15, "host:usd"), "what strangers have used is gone from the host's month"


async def test_direct_messages_end_at_a_tenth_of_the_month(database: Database) -> None:
    """However many accounts write to the bot, together they have a tenth of the host's month."""
    heard, over = await drained(database, direct, quota__host_usd="0.09")

    assert (heard, over.leg.scope, over.leg.account) == (2, Scope.DIRECT, "shared:direct")


async def test_shares_follow_minutes_and_settings(database: Database) -> None:
    """Where the host's month is counted in minutes the shares are, too; at 100 percent there is no limit to share."""
    free = {"speech__prices": "gpt-transcribe=0", "speech__translator": "", "quota__host_minutes": "40"}
    heard, over = await drained(database, stranger, **free, quota__strangers_percent="50")
    told, last = await drained(database, direct, **free, quota__direct_percent="100", quota__direct_minutes="1")

    assert (heard, over.leg.account) == (20, "shared:strangers:ms")
    assert (told, last.leg.account) == (20, "host:ms")


async def test_a_person_has_minutes_of_their_own(database: Database) -> None:
    """Outside of servers each person has as many minutes as the host gave for that, else as many as a server."""

    def mina(number: int) -> Payer:
        return Payer(snowflake_at(NOW) + number, None, 7)

    heard, over = await drained(database, mina, quota__direct_minutes="3")

    assert (heard, over.leg.scope) == (3, Scope.PERSONAL)
    assert load(NO_FILE, env={"EARSHOT_QUOTA__GUILD_MINUTES": "7"}, flags={}).quota.direct_ms == 7 * MINUTE


async def test_members_of_a_server_that_is_off_do_not_empty_the_month(
    world: World, spoken: Callable[[int], bytes]
) -> None:
    """Throwaway accounts in direct messages are refused together; a lawful server is still heard."""
    async with world.bot(quota__host_usd="0.02"):
        await decide(world, mode="off")
        told = []
        for number in range(4):
            account = world.home.member(f"Sock{number}")
            answer = await (await account.voice_note(account.dm(), (f"{number}.ogg", spoken(19)))).wait()
            told.append(answer.content)
        lawful = world.discord.guild("Lawful")
        heard = await (await lawful.member("Jun").voice_note(lawful.channel("x"), ("b.ogg", spoken(55)))).wait()

    assert WORDS in told[0]
    assert all("together outside of servers" in content for content in told[1:])
    assert "quota.direct_percent" in world.diary.text
    assert WORDS in heard.content


async def test_direct_messages_can_be_switched_off(world: World, spoken: Callable[[int], bytes]) -> None:
    """With direct messages off nobody is heard there, and whoever tries is told where to go; servers go on."""
    async with world.bot(listen__direct_messages="false"):
        refused = await (await world.mina.voice_note(world.mina.dm(), ("a.ogg", spoken(5)))).wait()
        heard = await (await world.mina.voice_note(world.general, ("b.ogg", spoken(5)))).wait()

    assert "outside of servers" in refused.content
    assert WORDS in heard.content
    assert len(world.openai.calls) == 1


async def test_the_host_confirms_a_server_and_takes_it_back(world: World, spoken: Callable[[int], bytes]) -> None:
    """A refusal names the shared limit and how the host lifts it; /quota set does, /quota clear brings it back."""
    owner, here = host(world), {"server": str(world.home.id)}
    async with world.bot(quota__host_usd="0.004"):
        first = await (await world.mina.voice_note(world.general, ("a.ogg", spoken(19)))).wait()
        await world.diary.until("refused")
        shown = await (await owner.slash("quota show", owner.dm(), **here)).wait()
        await (await owner.slash("quota set", owner.dm(), minutes=60, **here)).wait()
        second = await (await world.mina.voice_note(world.general, ("b.ogg", spoken(19)))).wait()
        cleared = await (await owner.slash("quota clear", owner.dm(), what="confirmation", **here)).wait()
        third = await (await world.mina.voice_note(world.general, ("c.ogg", spoken(19)))).wait()

    assert "all new servers may use together" in first.content
    assert "quota.strangers_percent" in world.diary.text
    assert "has not confirmed this server" in shown.content
    assert WORDS in second.content
    assert "has not confirmed this server" in cleared.content
    assert WORDS not in third.content


async def test_servers_heard_before_the_upgrade_are_confirmed(tmp_path: Path, world: World) -> None:
    """An upgrade confirms the servers with booked minutes; the first start lists them, the command line undoes it."""
    text = (SCHEMAS / "0014.sql").read_text("utf-8")
    world.database.unlink()
    with closing(sqlite3.connect(world.database)) as books:
        books.executescript(text)
        known = {
            int(name.partition(":")[2])
            for (name,) in books.execute("SELECT account FROM account WHERE rank = 2 AND committed > 0")
        }
    async with world.bot():
        listed = await world.diary.until("confirmed")
    async with world.bot():
        pass
    again = len(world.diary.of("confirmed"))
    before = await command(tmp_path, world.env(), "servers")
    after = await command(tmp_path, world.env(), "servers", "--take-back", str(min(known)), "--confirm", "77")

    assert known
    assert all(str(guild) in listed[0].getMessage() for guild in known)
    assert again == len(listed) == 1
    assert {int(line.split()[0]) for line in before.out.splitlines()[:-1]} == known
    assert {int(line.split()[0]) for line in after.out.splitlines()[:-1]} == known - {min(known)} | {77}


@pytest.mark.parametrize("percent", ["0", "25"])
async def test_percents_are_of_what_was_decided_since(database: Database, percent: str) -> None:
    """Shares are parts of the host's month as it is decided now, also for this month alone."""
    heard, _ = await drained(database, stranger, quota__host_usd=str(Decimal("0.18")), quota__strangers_percent=percent)

    assert heard == 40 * int(percent) // 100
