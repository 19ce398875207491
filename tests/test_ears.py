"""The real ears: what is checked before a stranger's file is used, and what is said where there are none."""

import ast
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.words import nobody
from bench.words.rates import Count, difference
from tests.ears import home
from tests.ears.draw import drawn
from tests.ears.install import Forged, Unavailable, install, join
from tests.world.bot import ROOT

PARTS = {"one/data/model.part1": b"first half, ", "two/data/model.part2": b"second half"}


def packages(folder: Path) -> Path:
    """Two packages as they lie in an environment, with a model in two parts."""
    for name, data in PARTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    for name in home.OTHERS:
        (folder / "one" / "data" / name).write_text("{}")
    return folder


def test_weights_are_joined_and_known(tmp_path: Path) -> None:
    """A model that comes in parts is joined in order, and taken only by its sum."""
    whole = b"".join(PARTS.values())
    join(packages(tmp_path / "lib"), home.Weights(tuple(PARTS), hashlib.sha256(whole).hexdigest()), tmp_path / "model")

    assert (tmp_path / "model" / "model.bin").read_bytes() == whole
    assert {path.name for path in (tmp_path / "model").iterdir()} == {"model.bin", *home.OTHERS}


def test_other_weights_are_not_taken(tmp_path: Path) -> None:
    """Weights that are not the ones we know are refused, and nothing of them is left to be loaded."""
    with pytest.raises(Forged, match="not those we know"):
        join(packages(tmp_path / "lib"), home.Weights(tuple(PARTS), "0" * 64), tmp_path / "model")

    assert not (tmp_path / "model").exists()


def test_what_cannot_be_had_is_named(tmp_path: Path) -> None:
    """A package that no registry has is told by its name, and is no failure of ours."""
    lock = tmp_path / "lock.txt"
    lock.write_text(f"no-such-ears-anywhere==1.0 --hash=sha256:{'0' * 64}\n")

    with pytest.raises(Unavailable, match="no-such-ears-anywhere"):
        install(tmp_path / "ears", lock)


def test_without_ears_the_reason_is_told(tmp_path: Path) -> None:
    """Who has not installed them is told the command; who could not, is told why."""
    assert home.missing(tmp_path) == "no real Whisper is installed here: make ears"
    (tmp_path / "missing.json").write_text('{"reason": "the registry is closed"}')
    assert home.missing(tmp_path) == "the registry is closed"
    (tmp_path / "installed").touch()
    assert home.missing(tmp_path) is None


@pytest.mark.parametrize("program", ["tests.world.demo", "tests.world.web"])
def test_a_demo_without_ears_says_so(tmp_path: Path, program: str) -> None:
    """Who asks the demo for Whisper where there is none is told so, and how to get it; nothing else listens instead."""
    words = (sys.executable, "-m", program, "--speech", "whisper")
    environment = {**os.environ, "EARSHOT_TEST_EARS": str(tmp_path)}
    done = subprocess.run(  # noqa: S603 - our own words
        words, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )

    assert done.returncode
    assert "no real Whisper is installed here: make ears" in done.stderr


@pytest.mark.parametrize("seed", [str(number) for number in range(40)])
def test_a_draw_fits_into_its_time(seed: str) -> None:
    """Whatever is drawn takes no longer than there is time for, and little of the time is left over."""
    seconds = {f"test_{number}": 5.0 + number % 7 * 10 for number in range(40)}
    chosen = drawn(seconds, 180, seed)

    assert 160 <= sum(seconds[name] for name in chosen) <= 180
    assert chosen == drawn(seconds, 180, seed)


def test_every_test_is_drawn_once_in_a_while() -> None:
    """Over the seeds no test is left out for good, but one that needs more than all the time."""
    seconds = {f"test_{number}": 5.0 + number % 7 * 10 for number in range(40)} | {"too long": 181.0}
    chosen = {name for seed in range(200) for name in drawn(seconds, 180, str(seed))}

    assert seconds.keys() - chosen == {"too long"}


def test_tests_of_real_ears_say_what_they_take() -> None:
    """Each test of tests/ears carries its time, without which it could not be drawn."""
    found = [
        any("speech(seconds=" in ast.unparse(one) for one in node.decorator_list)
        for path in (ROOT / "tests" / "ears").glob("test_*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and node.name.startswith("test_")
    ]

    assert found
    assert all(found)


def test_a_chance_difference_is_not_called_worse() -> None:
    """One text out of thirty that is worse is chance; all of them a little worse are not."""
    same = [Count(10, 1, 0, 0)] * 30

    assert not difference(same, [*same[1:], Count(10, 2, 0, 0)]).is_worse
    assert difference(same, [Count(10, 2, 0, 0)] * 30).is_worse


def test_sounds_without_a_voice_are_made_anew_alike() -> None:
    """A sound of the bench is the same each time from the same seed, and another from another."""
    noisy = [name for name in nobody.SOUNDS if nobody.made(name, 1, 1) != nobody.made(name, 1, 2)]

    assert len(nobody.SOUNDS) >= 38
    assert len(noisy) >= 30
    assert all(nobody.made(name, 1, 1) == nobody.made(name, 1, 1) for name in nobody.SOUNDS)
