"""`python -m tests.pages`: write docs/configuration.md, docs/commands.md and the table of docs/privacy.md anew."""

import asyncio
from pathlib import Path

from tests.pages import commands, kept, settings

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    """Write them."""
    for name, text in (
        ("configuration", settings.page()),
        ("commands", commands.page_of(asyncio.run(commands.told()))),
    ):
        (DOCS / f"{name}.md").write_text(text, encoding="utf-8")
    kept.SECTION.write(kept.table())


if __name__ == "__main__":
    main()
