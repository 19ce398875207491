"""
What Prometheus makes of a bot: pages of /metrics, scraped over HTTP, laid minute by minute on a line of time.

Hides promtool, which evaluates the rules of docs/deploy/alerts.yml over that line. Promises: nothing is made up but the
time: a page stands for as many minutes as it is given, an age grows on meanwhile, and a page that did not come in the
ten seconds that Prometheus gives it is `up == 0`.

A pytest plugin (`pytest_plugins = ["tests.scrapes"]`) with the fixture `promtool`.

(PYTEST_DONT_REWRITE: test modules import from here before pytest sees that it is a plugin.)
"""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import PATIENCE_S

RULES = Path(__file__).parents[1] / "docs" / "deploy" / "alerts.yml"
QUIET_MINUTES = 20
_TIMEOUT_S = 10.0  # Prometheus: scrape_timeout
_LABELS = {"instance": "bot:9464", "job": "earshot"}
_TELLING = ("part", "unit", "fault", "reason", "model")  # labels by which one alert is told from another of its name

Page = Mapping[str, float]
"""Series, as PromQL writes them, and their values."""


def _series(name: str, labels: Mapping[str, str]) -> str:
    told = ", ".join(f"{key}={json.dumps(value)}" for key, value in sorted({**labels, **_LABELS}.items()))
    return f"{name}{{{told}}}"


UP = _series("up", {})
OFF = _series("earshot_balance_minus_journal", {"unit": "ms"})
AGE = _series("earshot_queue_age_seconds", {})


async def scrape(port: int) -> Page:
    """One page of /metrics as Prometheus takes it."""
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{port}", timeout=timeout) as session,
            session.get("/metrics") as answer,
        ):
            text = await answer.text()
    except (aiohttp.ClientError, TimeoutError):
        return {UP: 0}
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {UP: 1, **{_series(sample.name, sample.labels): sample.value for sample in samples}}


def value(page: Page, name: str, **labels: str) -> float | None:
    """What the page says under that name; None: nothing."""
    return page.get(_series(name, labels))


def _all(page: Page, name: str) -> list[float]:
    return [value for series, value in page.items() if series.startswith(f"{name}{{")]


@dataclass(slots=True)
class Watch:
    """Looks at one bot, and evaluates the rules over what it saw."""

    port: int
    folder: Path
    promtool: str
    pages: list[Page] = field(default_factory=list)

    async def look(self) -> Page:
        """Keep one page."""
        self.pages.append(await scrape(self.port))
        return self.pages[-1]

    async def quiet(self) -> None:
        """Keep a page on which all parts work and the books have been compared."""
        await self.once(lambda page: OFF in page and set(_all(page, "earshot_ready")) == {1})

    async def once(self, fact: Callable[[Page], object]) -> Page:
        """Keep the first page of which that is true."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                page = await scrape(self.port)
                if fact(page):
                    self.pages.append(page)
                    return page
                await asyncio.sleep(0.05)  # a page rings no bell

    def rings(self, *alerts: Mapping[str, str], minutes: int = 8, again: bool = False) -> str:
        """
        What promtool finds wrong with: so many minutes into the last page these alerts ring, and before it none did.

        `again`: what the last page counted more than the one before it, each further minute counts again.
        """
        line = self._line(minutes, again=again)
        expected = [
            {"labels": "{" + ", ".join(f'{key}="{value}"' for key, value in alert.items()) + "}", "value": 1}
            for alert in alerts
        ]
        expr = f'count by (alertname, {", ".join(_TELLING)}) (ALERTS{{alertstate="firing"}})'
        tests = {
            "rule_files": [str(RULES)],
            "evaluation_interval": "1m",
            "tests": [
                {
                    "interval": "1m",
                    "input_series": line,
                    "promql_expr_test": [
                        {"expr": expr, "eval_time": f"{QUIET_MINUTES - 1}m", "exp_samples": []},
                        {"expr": expr, "eval_time": f"{QUIET_MINUTES + minutes}m", "exp_samples": expected},
                    ],
                }
            ],
        }
        path = self.folder / "rules_test.yml"
        path.write_text(yaml.safe_dump(tests), "utf-8")
        run = subprocess.run([self.promtool, "test", "rules", str(path)], capture_output=True, text=True, check=False)  # noqa: S603 -- our own words
        return "" if run.returncode == 0 else run.stdout + run.stderr

    def _line(self, minutes: int, *, again: bool) -> list[dict[str, str]]:
        """The quiet page, then each of the others for a minute, the last one for the rest."""
        pages = [self.pages[0]] * QUIET_MINUTES + self.pages[1:]
        last, before = pages[-1], pages[-2]
        for minute in range(1, QUIET_MINUTES + minutes + 2 - len(pages)):
            page = {**last}
            if page.get(AGE):
                page[AGE] += 60 * minute
            if again:
                page |= {
                    name: value + minute * (value - before.get(name, 0))
                    for name, value in last.items()
                    if name.partition("{")[0].endswith(("_total", "_count", "_bucket", "_sum"))
                }
            pages.append(page)
        names = sorted({name for page in pages for name in page})
        return [{"series": name, "values": _values(name, pages)} for name in names]


def _values(name: str, pages: Sequence[Page]) -> str:
    """A series as promtool reads it: `_` where it is not there yet, `stale` where it has just gone."""
    values, was_there = [], False
    for page in pages:
        value = page.get(name)
        values.append(("stale" if was_there else "_") if value is None else f"{value:f}")
        was_there = value is not None
    return " ".join(values)


@pytest.fixture
def promtool() -> str:
    """Prometheus's own evaluator of rules."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool (Debian: prometheus) is not installed")
    return found
