"""Each lock and condition that keeps two processes apart is one the explorer would miss; by hand, minutes each."""

import pytest

from tests.explorer.mutants import RACES, Race, is_killed


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.mutant.does.replace(" ", "-"))
def test_a_race_is_noticed(race: Race) -> None:
    """Without that lock or condition some interleaving ends as in neither order."""
    assert is_killed(race.mutant, race.pairs)
