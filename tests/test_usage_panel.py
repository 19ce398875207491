"""The panel of /usage: a picture first, numbers under it, buttons that outlive a restart."""

import csv
import io

from bot.database import open_database
from bot.ledger import Expense, Expenses
from bot.quota import guild_account
from tests.conftest import SPEECH, World
from tests.test_usage import read
from tests.world.discord import Answer

_OPEN = "INSERT INTO account (account, period, rank, money, ceiling) VALUES (:account, :period, 2, 0, 3600000)"
PARK = SPEECH / "park.ogg"


def picture(told: Answer) -> tuple[bytes, str]:
    """The picture that stands first, and its description."""
    first = told.messages[0].components[0]
    assert first["type"] == 12, "a media gallery"
    (file,) = told.files
    assert (
        first["items"][0]["media"]["url"] in ("attachment://usage.png", file.filename) or file.filename == "usage.png"
    )
    return file.read(), first["items"][0]["description"]


async def remember(world: World, period: str, billed_ms: int) -> None:
    """A line of an earlier month, in books no bot has open."""
    async with open_database(f"sqlite:///{world.database}") as database, database.tx() as tx:
        expense = Expense(
            id="1/1",
            account=guild_account(world.home.id),
            period=period,
            day=3,
            member_id=world.mina.id,
            channel_id=world.general.id,
            at_ms=0,
            ending="Transcript",
            length_ms=billed_ms,
            billed_ms=billed_ms,
            usd_micros=4500,
        )
        await Expenses().write(tx, expense)
        await tx.execute(_OPEN, account=expense.account, period=period)


async def test_presses_survive_a_restart(world: World) -> None:
    """A picture with a description, then numbers, then buttons that turn the panel, also for a bot started anew."""
    async with world.bot(listen__automatic="true"):
        await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note")
        told = await (await world.admin.slash("usage", world.general)).wait(seconds=30)
    panel, (data, description) = told.messages[0], picture(told)
    labels = [one["label"] for one in told.components if one["type"] == 2]
    async with world.bot(listen__automatic="true"):
        seen = [await turned(world, told, button) for button in ("By member", "By channel", "By day")]

    assert data.startswith(b"\x89PNG")
    assert description.startswith("Chart for ")
    assert [one["type"] for one in panel.components] == [12, 10, 1]
    assert labels == ["Overview", "By member", "By channel", "By day", "CSV"]
    assert f"- <@{world.mina.id}>: " in seen[0]
    assert f"- <#{world.general.id}>: " in seen[1]
    assert "By day:" in seen[2]
    assert all("1 note ·" in each for each in seen)
    assert picture(told) == (data, description), "only another month is drawn anew"


async def turned(world: World, told: Answer, button: str) -> str:
    """What the panel says after the admin pressed that."""
    panel = told.messages[0]
    edits = panel.edits
    await world.admin.press(panel, button)
    await told.wait(lambda _: panel.edits > edits, seconds=30)
    return read(told)


async def test_other_months_can_be_turned_to(world: World) -> None:
    """Months with something in them are one press away, in both directions; each has its picture and its table."""
    await remember(world, "2026-03", 61_500)
    async with world.bot():
        told = await (await world.admin.slash("usage", world.general)).wait(seconds=30)
        march, description = await turned(world, told, "◀ March 2026"), picture(told)[1]
        table = await (await world.admin.press(told.messages[0], "CSV")).wait(seconds=30)
        later = next(one["label"] for one in told.components if "▶" in one.get("label", ""))
        now = await turned(world, told, later)

    assert march.startswith("### Transcription in March 2026")
    assert "This month ended on" in march
    assert "Chart for March 2026" in description
    assert "Starts anew" in now
    (file,) = table.files
    (row,) = csv.DictReader(io.StringIO(file.read().decode("utf-8-sig")))
    assert table.ephemeral
    assert file.filename == "usage-2026-03.csv"
    assert row["member_id"] == str(world.mina.id)
    assert [row[name] for name in ("day", "ending", "used_seconds", "host_usd")] == [
        *("3", "Transcript", "61.500", "0.004500")
    ]


async def test_each_press_asks_for_the_right_anew(world: World) -> None:
    """Who no longer manages the server turns no page, though the panel is there; odd presses break nothing."""
    async with world.bot():
        told = await (await world.admin.slash("usage", world.general)).wait(seconds=30)
        panel = told.messages[0]
        row = next(one for one in panel.components if one["type"] == 1)["components"]
        row[3] |= {"custom_id": "usage:2026-13:overview"}
        await world.admin.press(panel, "usage:2026-13:overview")
        await world.diary.until("command_failed")
        world.admin.member.roles.clear()
        refused = await (await world.admin.press(panel, "By member")).wait()

    assert "Only people with the permission Manage Server" in refused.content
    assert "By member:" not in read(told)


async def test_the_policy_is_linked_where_the_host_says(world: World) -> None:
    """quota.policy_url stands under both pages; without it no address is invented."""
    async with world.bot(quota__policy_url="https://docs.example.org/billing"):
        linked = await (await world.mina.slash("usage", world.general)).wait()
    async with world.bot():
        bare = await (await world.mina.slash("usage", world.general)).wait()

    assert "[How minutes are counted](https://docs.example.org/billing)" in linked.content
    assert "http" not in bare.content
