"""What `make docs` does beside Markdown: a link to a file outside docs becomes its name."""

import re
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((\.\./[^)#\s]*)(?:#[^)\s]*)?\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Called by mkdocs for each page; a link to something that is nowhere stays, and fails the build."""
    here = (REPOSITORY / "docs" / page.file.src_uri).parent

    def named(match: re.Match[str]) -> str:
        target = (here / match[2]).resolve()
        is_ours = target.is_relative_to(REPOSITORY) and not target.is_relative_to(REPOSITORY / "docs")
        return f"{match[1]} (`{target.relative_to(REPOSITORY)}`)" if is_ours and target.exists() else match[0]

    return LINK.sub(named, markdown)
