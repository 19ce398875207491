"""Panels that are edited in answer to presses: the last press decides what stands, whatever took how long."""

import re

import pytest

from tests.conftest import PATIENCE_S, SPEECH, World
from tests.test_usage import read
from tests.test_usage_panel import picture, remember
from tests.world.discord import Answer, Message, Person
from tests.world.discord.faults import Gate

PARK = SPEECH / "park.ogg"
MODE = "When I write a note down"
OUT, IN = "Don't transcribe me", "Transcribe me again"


def path_of(answer: Answer, step: str) -> str:
    """The requests by which that press is acknowledged, or changes its message."""
    one = answer.interaction
    assert one is not None
    return f"/interactions/{one.id}/*" if step == "callback" else f"/webhooks/*/{one.token}/*"


async def held(world: World, person: Person, panel: Message, button: str, step: str) -> tuple[Answer, Gate]:
    """A press of which that step stands before Discord."""
    world.discord.world.answer_ms = 60_000  # however busy this machine is
    every = world.discord.hold("POST" if step == "callback" else "PATCH", "*")
    answer = await person.press(panel, button)
    await every.arrived()
    # From here on only this press waits.
    gate = world.discord.faults[-1]
    gate.pattern = path_of(answer, step)
    return answer, every


async def settled(world: World, first: Answer, second: Answer, gate: Gate, step: str) -> None:
    """Let the held step of the first press through, and wait until nothing more comes of either."""
    gate.open()

    def done() -> bool:
        late = world.discord.asked("*", path_of(first, step))
        # A held edit came after the last press's: that one is shown once more.
        shown = [one for one in world.discord.asked("PATCH", path_of(second, "edit")) if one.status is not None]
        return all(one.status is not None for one in late) and len(shown) >= (1 if step == "callback" else 2)

    await world.discord.clock.bell.until(done, PATIENCE_S)


def shows(told: Answer) -> tuple[str, str]:
    """The month and the view a panel of /usage stands at."""
    (view,) = [one["label"] for one in told.components if one["type"] == 2 and one["style"] == 1]
    found = re.search(r"Transcription in (\w+)", read(told))
    assert found
    return found[1], view


def refusals(world: World) -> list[tuple[str, str, int | None]]:
    """What Discord did not take."""
    return [(one.method, one.path, one.status) for one in world.discord.requests if (one.status or 0) >= 400]


async def opened(world: World) -> Answer:
    """The panel of /usage."""
    return await (await world.admin.slash("usage", world.general)).wait(seconds=PATIENCE_S)


@pytest.mark.parametrize("step", ["callback", "edit"])
async def test_usage_shows_the_last_press_not_the_slowest(world: World, step: str) -> None:
    """Of two quick presses the second stands, though the first one's request was answered long after it."""
    async with world.bot():
        told = await opened(world)
        panel = told.messages[0]
        first, gate = await held(world, world.admin, panel, "By member", step)
        second = await world.admin.press(panel, "By day")
        await told.wait(lambda _: shows(told)[1] == "By day", seconds=PATIENCE_S)
        await settled(world, first, second, gate, step)

    assert shows(told)[1] == "By day"
    assert refusals(world) == []


@pytest.mark.parametrize(
    ("first", "second", "step"),
    [
        ("◀ March 2026", "By day", "callback"),
        ("By day", "◀ March 2026", "edit"),
        # Either order, and either step, is tried above.
        pytest.param("◀ March 2026", "By day", "edit", marks=pytest.mark.long),
        pytest.param("By day", "◀ March 2026", "callback", marks=pytest.mark.long),
    ],
)
async def test_the_picture_goes_with_the_month(world: World, first: str, second: str, step: str) -> None:
    """Where one of the presses turns the month, no edit names a picture that is gone, and picture and text agree."""
    await remember(world, "2026-03", 61_500)
    async with world.bot():
        told = await opened(world)
        panel, before = told.messages[0], picture(told)
        press, gate = await held(world, world.admin, panel, first, step)
        now = shows(told)[0]
        wanted = ("March", "Overview") if "March" in second else (now, "By day")
        last = await world.admin.press(panel, second)
        await told.wait(lambda _: shows(told) == wanted, seconds=PATIENCE_S)
        await settled(world, press, last, gate, step)
        after = picture(told)

    assert shows(told) == wanted
    assert ("Chart for March 2026" in after[1]) == ("March" in second)
    assert [file.filename for file in panel.files] == ["usage.png"]
    assert ("March" in second) or after[1] == before[1]
    assert refusals(world) == []


async def test_a_view_after_another_month_draws_its_own_picture(world: World) -> None:
    """A press on the panel as it was a moment ago, when the month has changed meanwhile, gets the month it names."""
    await remember(world, "2026-03", 61_500)
    async with world.bot():
        told = await opened(world)
        panel = told.messages[0]
        stale = world.discord.hold("POST", "/interactions/*")
        await world.admin.press(panel, "◀ March 2026")
        await world.admin.press(panel, "By day")  # still of the month that was shown
        await stale.arrived(2)
        stale.open()
        await told.wait(lambda _: shows(told)[1] == "By day", seconds=PATIENCE_S)

    assert "March" not in picture(told)[1]
    assert refusals(world) == []


@pytest.mark.parametrize("step", ["callback"])
async def test_settings_show_and_keep_the_last_tap(world: World, step: str) -> None:
    """Of two quick taps on a list the second one is what holds and what the panel shows."""
    async with world.bot():
        answer = await (await world.admin.slash("settings", world.general)).wait()
        panel = answer.messages[0]
        world.discord.world.answer_ms = 60_000  # as above
        gate = world.discord.hold("POST", "/interactions/*")
        first = await world.admin.choose(panel, MODE, "Never")
        await gate.arrived()
        world.discord.faults[-1].pattern = path_of(first, step)
        await world.admin.choose(panel, MODE, "When somebody taps the button below it")
        wanted = f"**{MODE}**: When somebody taps the button below it"
        await world.general.wait_for(lambda _: panel.edits > 0, PATIENCE_S)
        gate.open()
        await world.discord.clock.bell.until(lambda: panel.edits >= 3, PATIENCE_S)

    assert wanted in str(panel.components)
    assert world.rows("SELECT value FROM choice WHERE name = 'mode'") == [('"on_demand"',)]
    assert refusals(world) == []


async def test_privacy_keeps_the_last_word(world: World) -> None:
    """Who opts out and at once in again is heard, though the first press was acknowledged after the second was done."""
    async with world.bot():
        answer = await (await world.mina.slash("privacy", world.general)).wait()
        panel = answer.messages[0]
        first, gate = await held(world, world.mina, panel, OUT, "callback")
        panel.components[0]["components"][0] |= {"custom_id": "privacy:opt_in", "label": IN}
        second = await world.mina.press(panel, IN)
        await answer.wait(lambda _: panel.edits > 0, seconds=PATIENCE_S)
        said = answer.content
        await settled(world, first, second, gate, "callback")

    assert answer.content == said
    assert world.rows("SELECT * FROM opted_out") == []
    assert refusals(world) == []
