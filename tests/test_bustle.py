"""Real processes beside each other, many people, the end of a month: all of it ends as each person may expect."""

import pytest

from tests.bustle import judge
from tests.bustle.acts import ACTS
from tests.bustle.play import play
from tests.stores import Server

pytest_plugins = ["tests.stores"]

SECONDS, PACE, SEED = 15, 4, 20_261_130  # CI's; the ten minutes are run by hand (`make bustle`)


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_many_people_and_processes_at_once_end_as_each_may_expect(postgresql: Server) -> None:
    """Notes are answered once and rightly, what was to go is gone, the books agree, over the end of a month."""
    report = await play(postgresql, seconds=SECONDS, seed=SEED, pace=PACE)

    assert not report.found, judge.briefly(report.found)
    assert report.notes > SECONDS
    assert report.answered
    assert report.forgotten
    assert len(report.months) == 2
    assert len(report.acts) > len(ACTS) // 2
