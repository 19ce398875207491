"""What the documentation promises: links lead somewhere, pages say what the code has, two languages say the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import commands, settings
from tests.release import missing

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")
PIPE = r"\|"  # one that stands in a cell
# A page in Korean beside each of these; code, tables, pictures and headings are the same in both.
TRANSLATED = [(ROOT / "README.md", ROOT / "README.ko.md"), (DOCS / "migrate.md", DOCS / "migrate.ko.md")]


def name(path: Path) -> str:
    """A page's name for people."""
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """The places in a page one can link to."""
    heads = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link and picture of a page that points into the repository is there, down to the heading."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        assert not anchor or target.suffix != ".md" or anchor in anchors(target), link


# Not those about containers, where Python is on the PATH, and not the texts of the bot.
HOST_PAGES = [
    page for page in PAGES if page.name not in {"CHANGELOG.md", "container.md", "messages.md", "reliability.md"}
]


@pytest.mark.parametrize("page", HOST_PAGES, ids=name)
def test_commands_run_as_written(page: Path) -> None:
    """What a page says to type runs in Earshot's folder as it stands, with the Python of its environment."""
    text = page.read_text("utf-8").replace("exec earshot python -m bot", "").replace("container `python -m bot", "")
    if page.name == "troubleshooting.md":
        text = text.replace("says `python -m bot`", "")  # messages name the command as a container has it

    assert not re.search(r"(?<!\.venv/bin/)python -m bot\b(?!\.)", text)
    assert "cp .env.example" not in text


def test_the_pages_say_who_may_raise_a_servers_minutes() -> None:
    """Commands that only the host may use are not told as those of people who manage a server."""
    page = (DOCS / "commands.md").read_text("utf-8")

    assert re.search(r"^\| `/quota grant` \| \S+ \| the host", page, re.MULTILINE)


def test_settings_are_told_as_they_are() -> None:
    """docs/configuration.md is what `make pages` writes: every key, its default, what it may be."""
    assert (DOCS / "configuration.md").read_text("utf-8") == settings.page(), "run: make pages"


async def test_commands_are_told_as_they_are() -> None:
    """docs/commands.md is what `make pages` writes: every command the bot tells Discord, and its command line."""
    assert (DOCS / "commands.md").read_text("utf-8") == commands.page_of(await commands.told()), "run: make pages"


def said() -> str:
    """Everything the program may say to its host: its texts, and its own strings as one run of words."""
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "bot" / "locales").glob("en.toml")]
    text = " ".join(path.read_text("utf-8") for path in files)
    return re.sub(r'"\s*f?"', "", text)  # two literals in a row are one


def test_messages_are_quoted_word_for_word() -> None:
    """Every message docs/troubleshooting.md explains is one the bot says."""
    program = said()
    quoted = re.findall(r"^### `(.+)`$", (DOCS / "troubleshooting.md").read_text("utf-8"), re.MULTILINE)

    assert len(quoted) > 20
    for message in quoted:
        for part in filter(None, (part.strip() for part in message.split("…"))):
            assert part in program or part.strip("().;,") in program, message


def test_every_threat_names_a_test_that_exists() -> None:
    """Each row of the threat model names tests, and each of those is there."""
    here = {
        found
        for path in (ROOT / "tests").glob("test_*.py")
        for found in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    page = (DOCS / "security.md").read_text("utf-8")
    threats, _, rest = page.partition("\n## ")
    platforms = rest.partition("| Platform |")[2].partition("\n\n")[0]
    row = re.compile(r"^\| (.+?) \| .+? \| (.+?) \|$", re.MULTILINE)
    table = [*row.findall(threats)[2:], *row.findall(platforms)[1:]]

    assert len(table) > 15
    for attack, proofs in table:
        named = re.findall(r"`(test_\w+)`", proofs)
        assert named, attack
        assert set(named) <= here, attack


def shape(page: Path) -> Iterator[str]:
    """A page's structure: headings by depth, code word for word, pictures, tables by size, list items, links out."""
    text = page.read_text("utf-8")
    for number, part in enumerate(text.split("```")):
        if number % 2:
            yield "code: " + re.sub(r"#.*|\s+", "", part)  # comments are translated
            continue
        for line in part.splitlines():
            if head := re.match(r"(#+) ", line):
                yield head[1]
            elif line.startswith("|"):
                yield f"row of {line.count('|') - line.count(PIPE) - 1}"
            elif item := re.match(r"\s*([-*]|\d+\.) ", line):
                yield "item" if item[1] in "-*" else item[1]
            # A picture shows the page's own language, on the ground that suits it.
            pictures = [link for link in LINK.findall(line) if link.endswith((".svg", ".png"))]
            yield from (f"picture of {re.split('-(en|ko)', link)[0]}" for link in pictures)


@pytest.mark.parametrize("pair", TRANSLATED, ids=lambda pair: pair[0].name)
def test_both_languages_say_the_same(pair: tuple[Path, Path]) -> None:
    """The Korean page has the headings, code, pictures, tables and lists of the English one, in the same order."""
    english, korean = (list(shape(page)) for page in pair)

    assert korean == english
    assert re.search(r"[가-힣]", pair[1].read_text("utf-8"))


def test_a_release_needs_its_papers(tmp_path: Path) -> None:
    """`make release-check` names each thing that is missing, and is content when nothing is."""
    (tmp_path / "tests" / "schemas").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "2026.11.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- A thing.\n")
    bad = list(missing(tmp_path, "2026.011.1", newest_schema=3, tags=["v2026.011.1"], is_clean=False))

    assert [
        re.search(r"year.month|they are one|already|no section|Schema 3|committed", line) is not None for line in bad
    ] == [True] * 6
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 2026.11.0\n\n- A thing.\n")
    (tmp_path / "tests" / "schemas" / "0003.sql").write_text("")
    assert list(missing(tmp_path, "2026.11.0", newest_schema=3, tags=["v2026.10.0"], is_clean=True)) == []
