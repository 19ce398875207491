"""Whose midnight begins a server's month: chosen in /settings, followed by the bill and by /usage."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.build import rules_of
from bot.choices import Choice, Choices
from bot.database import Database, Tx
from bot.desk import Payers
from bot.desk.payers import Payer
from bot.ledger import Calendar, Limits
from bot.quota import Zone, snowflake_at
from bot.settings import load
from tests.conftest import World
from tests.test_usage import read
from tests.world.bot import NO_FILE
from tests.world.discord import Answer

pytest_plugins = ["tests.stores"]

GUILD, MANAGER = 7, 70
HOUR = 3_600_000
OCTOBER, NOW, DECEMBER = 1_793_000_000_000, 1_795_000_000_000, 1_796_083_200_000  # in UTC; the last is its first moment


class Guild:
    """A guild whose clock a test sets; nobody has decided anything."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now_ms = NOW
        rules = rules_of(load(NO_FILE, env={}, flags={}), Path())
        self.payers = Payers(rules, limits=Limits(), calendar=Calendar(), clock=lambda: self.now_ms)

    async def pays(self, tx: Tx, at_ms: int) -> tuple[str, int]:
        """The month a note of that moment is held in, and when that ends."""
        legs = await self.payers.legs(tx, Payer(snowflake_at(at_ms), GUILD, 1), length_ms=1, lengths_ms=(1,))
        return next((leg.period, leg.resets_at_ms) for leg in legs if leg.account == f"guild:{GUILD}")

    async def chooses(self, tx: Tx, zone: str | None) -> tuple[Zone, ...]:
        """Its managers decide."""
        await Choices(Choice()).set(tx, GUILD, now_ms=self.now_ms, zone=zone)
        return await self.payers.heed(tx, GUILD)


async def test_a_zone_chosen_before_the_first_note_counts_at_once(database: Database) -> None:
    """Where nothing was ever counted there is no month to finish; merely asking decides nothing."""
    guild = Guild(database)
    async with database.tx() as tx:
        assert (await guild.payers.month(tx, GUILD, snowflake_at(NOW))).ends_ms == DECEMBER
        assert await guild.payers.zone_from(tx, GUILD) is None
        await guild.chooses(tx, "Asia/Seoul")

        assert await guild.pays(tx, NOW) == ("2026-11", DECEMBER - 9 * HOUR)
        assert await guild.pays(tx, DECEMBER - 9 * HOUR) == ("2026-12", DECEMBER + (31 * 24 - 9) * HOUR)


async def test_a_month_that_has_begun_is_finished_in_its_zone(database: Database) -> None:
    """Moving east the month ends where it was going to end; the choice is known to begin then."""
    guild = Guild(database)
    async with database.tx() as tx:
        await guild.pays(tx, NOW)
        zones = await guild.chooses(tx, "Asia/Seoul")

        assert zones == (Zone("UTC", 0), Zone("Asia/Seoul", DECEMBER))
        assert await guild.payers.zone_from(tx, GUILD) == DECEMBER
        assert await guild.pays(tx, DECEMBER - 1) == ("2026-11", DECEMBER)
        assert (await guild.pays(tx, DECEMBER))[0] == "2026-12"
        assert await guild.chooses(tx, None) == (Zone("UTC", 0),), "taken back in time"


async def test_an_old_note_moves_no_month(database: Database) -> None:
    """A note of the month before that is worked on late does not let a new zone count from this month's beginning."""
    guild = Guild(database)
    async with database.tx() as tx:
        await guild.pays(tx, OCTOBER)
        await Choices(Choice()).set(tx, GUILD, now_ms=NOW, zone="Asia/Seoul")

        assert (await guild.pays(tx, OCTOBER))[0] == "2026-10"
        assert await guild.pays(tx, NOW) == ("2026-11", DECEMBER)
        guild.now_ms = DECEMBER + 1
        assert await guild.chooses(tx, "UTC") != (Zone("UTC", 0),)
        guild.now_ms = OCTOBER
        assert (await guild.pays(tx, DECEMBER - 9 * HOUR))[0] == "2026-11", "a clock set back takes no zone away"


async def test_the_hosts_zone_counts_where_nobody_chose(database: Database) -> None:
    """A host who changes `quota.timezone` moves the guilds that follow it: from their next month on."""
    guild = Guild(database)
    async with database.tx() as tx:
        await guild.pays(tx, NOW)
        rules = rules_of(load(NO_FILE, env={"EARSHOT_QUOTA__TIMEZONE": "America/New_York"}, flags={}), Path())
        guild.payers = Payers(rules, limits=Limits(), calendar=Calendar(), clock=lambda: NOW)

        assert await guild.pays(tx, NOW) == ("2026-11", DECEMBER + 5 * HOUR), "five hours longer, not begun anew"


def resets(told: Answer) -> datetime:
    """When /usage says that the month starts anew."""
    found = re.search(r"Starts anew: <t:(\d+)", read(told))
    assert found, read(told)
    return datetime.fromtimestamp(int(found[1]), tz=UTC)


async def choose(world: World, zone: str, shows: str) -> None:
    """An admin types it into the form of /settings; the panel shows what holds then."""
    message = (await (await world.admin.slash("settings", world.general)).wait()).messages[0]
    form = await (await world.admin.press(message, "Time zone")).wait()
    await world.admin.submit(form, zone=zone)
    await world.general.wait_for(lambda _: shows in str(message.components))


async def test_a_server_chooses_whose_midnight_counts(world: World, spoken: Callable[[int], bytes]) -> None:
    """/settings takes a zone; the bill, the days and the reset of /usage follow it; a later change waits."""
    async with world.bot():
        slip = await (await world.admin.slash("settings", world.general)).wait()
        form = await (await world.admin.press(slip.messages[0], "Time zone")).wait()
        refused = await (await world.admin.submit(form, zone="Moon/Base")).wait()
        await choose(world, "kiritimati", "**Time zone**: Pacific/Kiritimati")
        before = datetime.now(tz=ZoneInfo("Pacific/Kiritimati"))
        await (await world.mina.voice_note(world.general, ("a.ogg", spoken(29)))).wait()
        await world.diary.until("note")
        first = await (await world.admin.slash("usage", world.general)).wait(seconds=30)
        await choose(world, "Pacific/Pago_Pago", "**Time zone**: Pacific/Pago_Pago (from <t:")
        later = await (await world.admin.slash("usage", world.general)).wait(seconds=30)
        world.discord.clock.advance(days=40)
        await (await world.mina.voice_note(world.general, ("b.ogg", spoken(31)))).wait()
        await world.diary.until("note", 2)

    assert "Moon/Base" in refused.content
    ends = resets(first).astimezone(ZoneInfo("Pacific/Kiritimati"))
    assert (ends.day, ends.hour, ends.minute) == (1, 0, 0)
    # 25 hours lie between the two midnights: the month goes on for as long, and its minutes stay used.
    assert resets(later) - resets(first) == timedelta(hours=25)
    assert "Used: 29 seconds of" in read(later)
    (here, there) = world.rows("SELECT period, day FROM expense ORDER BY period")
    assert here in {(f"{now:%Y-%m}", now.day) for now in (before, datetime.now(tz=ZoneInfo("Pacific/Kiritimati")))}
    assert there[0] > here[0]
    assert [row[0] for row in world.rows("SELECT zone FROM calendar ORDER BY from_ms")] == [
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
    ]
