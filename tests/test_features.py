"""The comparison in docs/features.md: what it claims is proven by tests that exist."""

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "features.md"


def rows() -> list[list[str]]:
    """The tables' rows, without their heads."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_claim_names_a_test_that_exists() -> None:
    """Each "yes" names its proof, and each test that is named is there."""
    tests = {
        name for path in HERE.rglob("test_*.py") for name in re.findall(r"def (test_\w+)\(", path.read_text("utf-8"))
    }
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text("utf-8")))

    assert named <= tests, sorted(named - tests)
    assert not [row for row in rows() if any(cell.startswith("yes") for cell in row) and "`test_" not in row[-1]]


def test_every_no_has_its_reason() -> None:
    """What it does not do is said, with the reason."""
    refused = [row for row in rows() if any(cell.startswith("no,") for cell in row[:-1])]

    assert refused
    assert all(len(row[-1]) > 20 for row in refused)
