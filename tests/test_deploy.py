"""What docs/deploy holds for hosts: it must fit the bot as it is."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.health import Health, Part, Vitals

DEPLOY = Path(__file__).parents[1] / "docs" / "deploy"
METRIC = re.compile(r"\b(?:earshot|process)_[a-z_]+\b")
NOW = date(2026, 11, 22)


async def vitals() -> Vitals:
    """The books of a quiet day."""
    return Vitals(1, 2, 3, 4, 5, 6, 7, 0, 0)


async def parts() -> Mapping[str, Part]:
    """A bot with one part."""
    return {"gateway": Part(is_ready=True, found="connected")}


async def exposed() -> set[str]:
    """Every name that stands in /metrics, whether it has a value yet or not."""
    health = Health()
    health.model_ends("whisper-1", NOW)
    text = (await health.metrics(vitals, parts, today=NOW)).decode()
    return set(re.findall(r"^(?:# TYPE )?(\w+)", text, re.MULTILINE))


def dashboard() -> Iterator[str]:
    """The expressions of the dashboard's panels."""
    for panel in json.loads((DEPLOY / "grafana.json").read_text("utf-8"))["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def rules() -> Iterator[str]:
    """The expressions of the alert rules."""
    yield from re.findall(r"expr: (.+)", (DEPLOY / "alerts.yml").read_text("utf-8"))


async def test_every_metric_that_is_watched_exists() -> None:
    """Each metric the dashboard draws and each an alert waits for stands in /metrics."""
    drawn, awaited = {*METRIC.findall(" ".join(dashboard()))}, {*METRIC.findall(" ".join(rules()))}

    assert len(drawn) > 10
    assert len(awaited) > 8
    assert drawn | awaited <= await exposed()


async def test_every_metric_of_ours_is_drawn() -> None:
    """What the bot measures is on the dashboard: nothing is counted for nobody."""
    ours = {
        re.sub(r"_(bucket|count|sum|created)$", "", name) for name in await exposed() if name.startswith("earshot_")
    }
    drawn = {re.sub(r"_bucket$", "", name) for name in METRIC.findall(" ".join(dashboard()))}

    assert {name.removesuffix("_total") for name in ours} == {
        name.removesuffix("_total") for name in drawn if name.startswith("earshot_")
    }


def promtool(*words: str) -> str:
    """What Prometheus's own checker says about files in docs/deploy."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed")
    run = subprocess.run([found, *words], cwd=DEPLOY, capture_output=True, text=True, check=False)  # noqa: S603 -- fixed words
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_prometheus_takes_the_rules() -> None:
    """A real Prometheus loads the configuration with its rules, and each rule speaks when it should and not before."""
    assert "SUCCESS" in promtool("check", "config", "prometheus.yml")
    assert "SUCCESS" in promtool("test", "rules", "alerts_test.yml")
