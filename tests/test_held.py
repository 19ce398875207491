"""
What the pages promise is held by tests.

A promise is a paragraph, a list item or a table's row with one of `PROMISING` in it. Behind it stands, unseen where the
page is rendered, `<!-- held: test_a, test_b -->`, or `<!-- not held: why -->` where no test can hold it; a row may name
its tests in a cell as well. Pages that a program writes name the test that compares them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_docs import DOCS, PAGES, ROOT, TRANSLATED, name

PROMISING = re.compile(r"\b(always|at most|cannot|exactly|never|no matter|nobody|nothing|whatever)\b", re.IGNORECASE)
# Spoken word for word by the bot, told to whoever works on it, or a history: no promises to a host or a member.
OTHERS = {"CHANGELOG.md", "SECURITY.md", "contributing.md", "design.md", "messages.md"}
PROMISES = [
    page
    for page in PAGES
    if page.name not in OTHERS and page.parent in {ROOT, DOCS} and "Written by `" not in page.read_text("utf-8")[:200]
]
HELD = re.compile(r"<!-- held: (.*?) -->", re.DOTALL)
MARK = re.compile(r"<!-- (not held: \S.*?|held: .*?) -->", re.DOTALL)
TEST = re.compile(r"test_\w+")
WRITTEN = re.compile(
    r"<!-- [^\n]*written by .*?<!-- end of .*?-->", re.DOTALL
)  # held by the test that writes or compares it


def all_tests() -> set[str]:
    """Every test by its name."""
    found = (re.findall(r"def (test_\w+)", path.read_text("utf-8")) for path in (ROOT / "tests").rglob("test_*.py"))
    return {one for each in found for one in each}


def blocks(text: str) -> Iterator[str]:
    """The paragraphs, list items and table rows of a page, without its code and what a program wrote into it."""
    text = WRITTEN.sub("", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        begins = re.match(r"\s*([-*]|\d+\.) |\|", line)
        if block and (begins or not line.strip() or line.startswith("#")):
            yield " ".join(block)
            block = []
        if line.strip() and not line.startswith("#"):
            block.append(line.strip())


def unheld(text: str) -> list[str]:
    """The promises of a page that name no test and no reason."""
    return [
        block
        for block in blocks(text)
        if PROMISING.search(MARK.sub("", block))
        and not MARK.search(block)
        and not (block.startswith("|") and TEST.search(block))
    ]


@pytest.mark.parametrize("page", PROMISES, ids=name)
def test_every_promise_names_what_holds_it(page: Path) -> None:
    """Whoever writes a sentence that promises says which test keeps it, or why none can."""
    assert unheld(page.read_text("utf-8")) == []


def test_what_holds_a_promise_is_there() -> None:
    """A test that a page names is one; who renames or takes it away looks at the sentence again."""
    there = all_tests()
    named = {page: TEST.findall(" ".join(HELD.findall(page.read_text("utf-8")))) for page in PAGES}

    assert sum(map(len, named.values())) > 100
    assert {name(page): gone for page, tests in named.items() if (gone := sorted(set(tests) - there))} == {}
    marks = [one for page in PAGES for mark in HELD.findall(page.read_text("utf-8")) for one in mark.split(",")]
    assert [one for one in marks if not TEST.fullmatch(one.strip())] == []


@pytest.mark.parametrize("pair", TRANSLATED, ids=lambda pair: pair[0].name)
def test_both_languages_are_held_by_the_same(pair: tuple[Path, Path]) -> None:
    """What a test holds in English it holds in Korean, promise by promise."""
    english, korean = (HELD.findall(page.read_text("utf-8")) for page in pair)

    assert korean == english


def test_a_promise_without_its_test_is_found() -> None:
    """Paragraphs, items and rows promise each for itself; headings and code promise nothing, and no word is no mark."""
    page = """# Nothing is lost

Words are
never kept.
- a thing <!-- held: test_a -->
- nobody
| x | exactly |
| x | always | `test_a` |
| x | at most <!-- not held: Discord's own rule --> |

```sh
cannot
```

Cannot. <!-- not held: -->
"""
    assert unheld(page) == ["Words are never kept.", "- nobody", "| x | exactly |", "Cannot. <!-- not held: -->"]
