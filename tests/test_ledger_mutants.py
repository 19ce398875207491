"""The state machine notices what it should: every fault planted into the ledger makes it fail."""

from pathlib import Path

import pytest

from tests.mutants import ALL, NONE, WALL, Mutant, is_killed, plant


def _does(mutant: Mutant) -> str:
    return mutant.does.replace(" ", "-")


@pytest.mark.parametrize("mutant", ALL, ids=_does)
def test_a_mutant_can_be_planted(mutant: Mutant, tmp_path: Path) -> None:
    """The text a mutant changes stands exactly once in today's ledger."""
    plant(mutant, tmp_path, is_whole=mutant in WALL)

    assert mutant.new in (tmp_path / mutant.file).read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", ALL, ids=_does)
def test_a_mutant_is_killed(mutant: Mutant) -> None:
    """The machine disagrees with a ledger that has this fault."""
    assert is_killed(mutant)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("machine", ["Machine", "Decisions", "Wall"])
def test_the_ledger_itself_lives(machine: str) -> None:
    """Without a fault the same machine finds nothing."""
    assert not is_killed(NONE, machine)
