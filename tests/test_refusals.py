"""What Discord's refusals mean, and that none of them loses an answer that was paid for."""

import json
import logging
import os
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path

import aiohttp
import discord
import pytest

from bot.notes import Ask
from bot.outcome import Door
from bot.post.fallback import Shape as Answer
from bot.post.fallback import Step, after
from bot.post.refusals import CODES, Meaning, meaning_of
from tests.conftest import World
from tests.refusals.cells import SHAPES, STEPS
from tests.refusals.drive import SETTINGS, Mouth, Stage
from tests.refusals.table import read, write
from tests.rights.drive import Progress

EVERY = list(product(SHAPES, STEPS))
SOME = [
    (SHAPES[5], "first part"),
    (SHAPES[16], "thread"),
    (SHAPES[23], "later part"),
    (SHAPES[25], "first part"),
    (SHAPES[25], "nobody reached"),
    (SHAPES[24], "deferred answer"),
    (SHAPES[5], "delete"),
]
SPEC = Path(__file__).parents[2] / "shared" / "spec" / "discord-error-codes.json"


class Response:
    """As much of an HTTP response as discord.py's exceptions look at."""

    def __init__(self, status: int, kind: str) -> None:
        self.status, self.reason, self.headers = status, "", {"Content-Type": kind}


def refused(status: int, code: int = 0, kind: str = "application/json") -> discord.HTTPException:
    """What discord.py raises for such an answer."""
    return discord.HTTPException(Response(status, kind), {"code": code, "message": "no"})  # type: ignore[arg-type]


def ask(**more: object) -> Ask:
    """A wish for an answer in a channel."""
    known = {"id": 1, "note_key": "1:aaaaaaaa", "door": Door.AUTO, "channel_id": 2, "message_id": 1, "member_id": 3}
    rest = {"locale": "en", "private": False, "application_id": None, "token": None, "created_ms": 0}
    return Ask(**{**known, **rest, **more})  # type: ignore[arg-type]


@pytest.fixture
async def stage(world: World) -> AsyncIterator[Stage]:
    """The bot at work, and a Discord that can refuse anything."""
    world.openai.ears = mouth = Mouth()
    progress = Progress(world.discord.world.clock.bell)
    logging.getLogger("bot").addHandler(progress)
    async with world.bot(world.env(**SETTINGS)):
        stage = Stage(world, mouth, progress)
        await stage.set()
        yield stage
    logging.getLogger("bot").removeHandler(progress)


@pytest.mark.skipif(not SPEC.exists(), reason="Discord's list of codes lies beside the project, not in it")
def test_every_code_discord_knows_has_a_meaning() -> None:
    """All codes of Discord's documentation lead somewhere, and ours are among them but for those it does not name."""
    known = {int(code) for code in json.loads(SPEC.read_text("utf-8"))["json_error_codes"]}

    assert all(meaning_of(refused(400, code)) for code in known)
    assert set(CODES) <= known


@pytest.mark.parametrize("status", [401, 408, 425, 429, 500, 502, 503, 504, 520, 522, 530])
@pytest.mark.parametrize("kind", ["application/json", "text/html", ""])
def test_trouble_passes_whoever_tells_it(status: int, kind: str) -> None:
    """Limits, time-outs and errors of servers pass, as Discord's own JSON and as a page of whoever stands before it."""
    assert meaning_of(refused(status, kind=kind)) is Meaning.PASSES


@pytest.mark.parametrize("trouble", [aiohttp.ServerDisconnectedError(), TimeoutError(), ConnectionResetError()])
def test_a_lost_connection_passes(trouble: Exception) -> None:
    """Whatever breaks on the way to Discord is tried again."""
    assert meaning_of(trouble) is Meaning.PASSES


@pytest.mark.parametrize("status", [400, 402, 405, 409, 410, 418, 422])
def test_what_nobody_has_thought_of_leads_another_way(status: int) -> None:
    """A refusal of Discord's that no table knows is no end: the answer takes another form."""
    assert meaning_of(refused(status, 987_654)) is Meaning.FORM


def test_a_token_that_is_spent_is_no_trouble_that_passes() -> None:
    """401 is one thing for the bot's token, another for an interaction's."""
    assert meaning_of(refused(401, 50027)) is Meaning.GONE
    assert meaning_of(refused(401)) is Meaning.PASSES


def way(wish: Ask, meaning: Meaning, answer: Answer) -> list[tuple[str, str]]:
    """All steps of a way on which everything is refused alike."""
    taken: list[tuple[str, str]] = []
    while (step := after(wish, meaning, answer)) is not None:
        taken.append((step.place, step.form))
        assert len(taken) < 20, "a way that never ends"
        wish = ask(private=wish.private, place=step.place, form=step.form)
    return taken


@pytest.mark.parametrize("meaning", [Meaning.FORM, Meaning.PLACE, Meaning.WORDS, Meaning.GONE])
@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("token", [None, "token"])
@pytest.mark.parametrize("place", ["reply", "thread", "channel", "direct"])
@pytest.mark.parametrize("has_file", [True, False])
def test_each_way_ends_with_the_person(
    meaning: Meaning, token: str | None, place: str, *, private: bool, has_file: bool
) -> None:
    """However an answer was wished and refused, the last to be tried is the person; in private nobody else is."""
    wish = ask(private=private, token=token, place=place)
    taken = way(wish, meaning, Answer(has_words=True, has_file=has_file))

    assert not taken or taken[-1][0] == "direct"
    assert taken or place == "direct"
    if private or meaning is Meaning.WORDS:
        assert {there for there, _ in taken} <= {"direct"}


def test_the_way_down_is_the_one_that_is_promised() -> None:
    """From a thread: below the note, as messages without a file, as a file alone, in private."""
    taken = way(ask(place="thread"), Meaning.FORM, Answer(has_words=True, has_file=True))

    assert taken[1:4] == [("reply", "usual"), ("reply", "parts"), ("reply", "file")]
    assert taken[4] == ("direct", "usual")


def test_a_live_message_that_cannot_be_edited_is_posted_anew() -> None:
    """A refused edit says nothing about a new message in the same place."""
    live = ask(is_live=True, sent=(7,))

    assert after(live, Meaning.GONE, Answer(has_words=True, has_file=False)) == Step("reply")
    assert after(live, Meaning.WORDS, Answer(has_words=True, has_file=False)) == Step("direct")


def test_the_page_has_every_cell() -> None:
    """docs/reliability.md says for each refusal and step what becomes of the words; in no cell are they lost."""
    cells = read()

    assert set(cells) == {(shape.name, step) for shape, step in EVERY}
    assert all(cells.values())
    unreached = {step for (_, step), told in cells.items() if told == "nobody, not billed"}
    assert unreached == {"nobody reached"}


async def test_the_page_is_fresh(stage: Stage) -> None:
    """A few cells, driven anew, are as the page says."""
    cells = read()
    seen = await stage.cells(SOME)

    assert seen == {cell: cells[cell] for cell in seen}


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_every_cell_is_as_the_page_says(stage: Stage) -> None:
    """All of them; with WRITE_REFUSALS set the page is written instead."""
    seen = await stage.cells(EVERY)
    if os.environ.get("WRITE_REFUSALS"):
        write(seen)

    assert seen == read()
