"""The explorer has every verb of the desk in it, and what it draws ends as in one order or the other."""

import importlib
import inspect
import pkgutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, get_type_hints

import pytest

import bot.choices
import bot.ledger
import bot.notes
import bot.told
from bot.app.build import App
from tests.explorer.explore import drawn, drawn_triples, explore
from tests.explorer.gate import GATE, Gate, touched
from tests.explorer.mutants import RACES, Race
from tests.explorer.pairs import Explorer, pairs
from tests.explorer.scene import Scene, enter, open_scene
from tests.explorer.states import STATES, lay_down
from tests.explorer.verbs import ACTS, VERBS
from tests.mutants import plant
from tests.stores import Server

pytest_plugins = ["tests.stores"]

SEED, SHARE, TRIPLES = 20_261_130, 0.01, 20  # a draw of CI's: the rest is made by hand (`make explore`)

FOUND_ONCE = [
    ("left", "miss servers", "purge"),
    ("quoted", "work", "forget who asked"),
    ("shown", "work after the lease", "opt out"),
    ("shown", "work after the lease", "work after the lease"),
    ("heard", "work after the lease", "work after the lease"),
    ("shown", "work what goes in private", "work after the lease"),
    ("new", "work a long answer", "take back"),
    ("new", "offer a button", "find its offer deleted"),
    ("left", "purge", "join the server"),
    ("delivered", "edit the sound away", "fail to take back"),
    ("delivered", "accept a forward", "forget the speaker"),
    ("delivered", "delete the channel", "accept a forward"),
]

# Verbs of stores that no verb of the desk uses while it works: who does, or why nobody can be beside it.
ELSEWHERE = {
    "bot.ledger.Ledger.audit": "the explorer itself, after each case",
    "bot.ledger.Ledger.renew": "the hearing beside its calls, each third of a hold; it asks for its fence",
    "bot.ledger.balances.compare": "reads, for the alert",
    "bot.ledger.balances.months": "reads, for the alert",
    "bot.ledger.breaker.Breaker.stop": "reads, for `check`",
    "bot.ledger.unnaming.unname_account": "sums of roles in a server that is gone: `unname_accounts` of one row",
    "bot.notes.Notes.refused_lately": "reads, at the door, for who goes on too fast",
    "bot.notes.Notes.release_all": "SQLite's start, where there is only one process",
    "bot.notes.replies.Replies.waits": "reads, for who has lost a note: not by themselves",
    "bot.notes.forgetting.Forgetting.member": "nobody in the bot: erasing goes in steps",
    "bot.notes.forgetting.Forgetting.place": "nobody in the bot: erasing goes in steps",
    "bot.notes.forgetting.Forgetting.put_off_all": "SQLite's start, as above",
    "bot.notes.Notes.renew": "the watch beside the work, each third of a lease; it asks for its fence",
}


def verbs_of_the_desk() -> Iterator[str]:
    """Every public method of what the app is made of that runs by itself, in transactions of its own."""
    for name, kind in get_type_hints(App).items():
        if name in {field.name for field in fields(App)} and getattr(kind, "__module__", "").startswith("bot.desk"):
            for method, function in inspect.getmembers(kind, inspect.iscoroutinefunction):
                if not method.startswith("_") and "tx" not in inspect.signature(function).parameters:
                    yield f"{kind.__name__}.{method}"


def verbs_of_the_stores() -> Iterator[tuple[str, CodeType]]:
    """Every public function and method of a store that is handed a transaction."""
    for package in (bot.notes, bot.ledger, bot.choices, bot.told):
        for module in modules(package):
            homes = [module, *(one for _, one in inspect.getmembers(module, inspect.isclass))]
            for home in homes:
                for name, function in inspect.getmembers(home, inspect.iscoroutinefunction):
                    is_here = function.__module__ == module.__name__ and not name.startswith("_")
                    if is_here and "tx" in inspect.signature(function).parameters:
                        yield f"{module.__name__}.{function.__qualname__}", function.__code__


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """It and its parts."""
    yield package
    for found in pkgutil.iter_modules(getattr(package, "__path__", ())):
        yield importlib.import_module(f"{package.__name__}.{found.name}")


@pytest.fixture
async def scene(postgresql: Server) -> AsyncIterator[Scene]:
    """Two apps over an empty database."""
    with tempfile.TemporaryDirectory(prefix="earshot-") as folder:
        async with open_scene(await postgresql.create(), Path(folder)) as opened:
            enter(opened)
            yield opened


def test_every_verb_of_the_desk_is_in_the_table() -> None:
    """A public method of the desk has a row in the explorer's table, and each row is such a method."""
    assert set(verbs_of_the_desk()) == {verb.method for verb in VERBS.values()}


def test_every_verb_meets_every_other() -> None:
    """Whatever changes something is stopped while every other such verb runs beside it, in some state at least."""
    met = {(first.name, second.name) for _, first, second in pairs()}

    assert met == {(first.name, second.name) for first in ACTS for second in ACTS}


def test_every_state_is_one_of_some_verb() -> None:
    """No state is made for nobody, and no verb asks for one that is not made."""
    assert {state for verb in ACTS for state in verb.states} == set(STATES)


async def test_the_verbs_reach_every_statement_of_the_stores(scene: Scene) -> None:
    """Each verb of a store is used by some verb of the table: one that nobody explores would be seen here."""
    await lay_down(scene)
    reached: set[CodeType] = set()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        del event, argument
        reached.add(frame.f_code)

    for verb in VERBS.values():
        for state in verb.states:
            await scene.take_up(state)
            sys.setprofile(note)
            try:
                await verb.act(scene, scene.apps[0])
            finally:
                sys.setprofile(None)

    GATE.set(None)
    missed = {name for name, code in verbs_of_the_stores() if code not in reached}
    assert missed == ELSEWHERE.keys(), sorted(missed)


async def test_who_only_asks_changes_nothing(scene: Scene) -> None:
    """A row of the table that is said to read makes no statement that writes."""
    await lay_down(scene, "delivered")
    for verb in VERBS.values():
        if verb.only_reads:
            await scene.take_up("delivered")
            gate = Gate()
            GATE.set(gate)
            await verb.act(scene, scene.apps[0])
            GATE.set(None)
            assert gate.steps, verb.name
            assert not gate.has_written, verb.name


def test_what_a_statement_touches_is_read_from_its_words() -> None:
    """Stops are left out only between statements that touch nothing of each other's."""
    upsert = touched("INSERT INTO reply (a) SELECT b FROM ask ON CONFLICT (a) DO UPDATE SET a = 1")
    locked = touched("SELECT 1 FROM note JOIN ask ON 1 = 1 FOR UPDATE")

    assert upsert.writes == {"reply"}
    assert "ask" in upsert.reads
    assert locked.writes == {"note", "ask"}
    assert touched("DELETE FROM note WHERE 1 = 1").meets(touched("INSERT INTO ask (a) VALUES (1)"))
    assert not touched("SELECT 1 FROM choice").meets(touched("SELECT 2 FROM choice"))
    assert not touched("UPDATE choice SET a = 1").meets(touched("SELECT 1 FROM told"))


async def test_a_verb_that_is_stopped_lets_the_other_pass(scene: Scene) -> None:
    """Whoever is stopped amid a transaction keeps its locks: the other one waits for them, and is seen to."""
    await lay_down(scene, "new")
    explorer = Explorer(scene)

    results = [await explorer.try_case(case) for case in await explorer.cases("new", "stop", "opt out")]

    assert [result.stood_at for result in results] == ["COMMIT"]
    assert [result.waited for result in results] == [True]
    assert [result.found for result in results] == [[]]


@pytest.mark.long
async def test_a_sample_of_pairs_ends_as_in_one_of_their_orders(postgresql: Server) -> None:
    """Two verbs over two pools, one stopped at every step that matters: no trace of it afterwards."""
    with tempfile.TemporaryDirectory(prefix="earshot-") as folder:
        every, triples = drawn(SHARE, SEED), drawn_triples(TRIPLES, SEED)

        report = await explore(postgresql.create, Path(folder), every, triples=triples, seed=SEED)

    assert report.cases
    assert report.triples == TRIPLES
    assert not report.found, report.told()


@pytest.mark.long
async def test_what_was_found_once_is_not_found_again(postgresql: Server) -> None:
    """Pairs that once ended as in neither order, at every step of theirs that matters."""
    with tempfile.TemporaryDirectory(prefix="earshot-") as folder:
        report = await explore(postgresql.create, Path(folder), FOUND_ONCE)

    assert report.pairs == len(FOUND_ONCE)
    assert not report.found, report.told()


@pytest.mark.long
async def test_a_sample_of_pairs_on_sqlite(tmp_path: Path) -> None:
    """Two tasks of one process over SQLite, one stopped between its transactions: no trace of it afterwards."""
    numbers = iter(range(100))

    async def new_file() -> str:
        return f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"

    report = await explore(new_file, tmp_path, drawn(SHARE, SEED), seed=SEED)

    assert report.cases
    assert not report.found, report.told()


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.mutant.does.replace(" ", "-"))
def test_a_race_can_be_planted(race: Race, tmp_path: Path) -> None:
    """The lock or condition that is taken out stands once in today's product, and its pairs are some of ours."""
    plant(race.mutant, tmp_path, is_whole=True)

    assert race.mutant.new in (tmp_path / race.mutant.file).read_text(encoding="utf-8")
    assert set(race.pairs) <= set(drawn(1, SEED))
