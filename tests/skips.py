"""
No test is skipped in silence: each that may be is named in pyproject.toml, with the reason.

A pytest plugin. A skip that is not named there fails the run; the names of those that are, are printed.
"""

import tomllib
from pathlib import Path

import pytest


def allowed() -> dict[str, str]:
    """Tests that may be skipped, with their reasons: `[tool.earshot.allowed-skips]` in pyproject.toml."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    skips: dict[str, str] = project["tool"]["earshot"]["allowed-skips"]
    return skips


class Skips:
    """Collects what was skipped in this run, also by the processes of pytest-xdist."""

    def __init__(self) -> None:
        self.skipped: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a skip by the test's name, without its parameters; an expected failure is none."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.add(report.nodeid.partition("[")[0])

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail a run that left out what it may not."""
        if exitstatus == pytest.ExitCode.OK and self.skipped - allowed().keys():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name every skip."""
        reasons = allowed()
        for name in sorted(self.skipped):
            reason = reasons.get(name)
            told = f"skipped, as pyproject.toml allows: {name} ({reason})" if reason else f"NOT ALLOWED to skip: {name}"
            terminalreporter.write_line(told)


def pytest_configure(config: pytest.Config) -> None:
    """Only the process that reports counts skips."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Skips(), "earshot-skips")
