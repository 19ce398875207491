"""A part of a page that a program writes, between two comments that nobody sees."""

from pathlib import Path
from typing import NamedTuple


class Section(NamedTuple):
    """What stands on `page` under `name`; `by` says how it is written anew, for who reads the source."""

    page: Path
    name: str
    by: str

    @property
    def marks(self) -> tuple[str, str]:
        """The comments before and after it."""
        return f"<!-- {self.name}: written by {self.by} -->", f"<!-- end of {self.name} -->"

    def read(self) -> str:
        """What stands there now. Raises ValueError where the page has no such part."""
        return self._parts()[1].strip()

    def write(self, text: str) -> None:
        """Put this there, and touch nothing else of the page. Raises ValueError as `read`."""
        before, _, after = self._parts()
        begin, end = self.marks
        self.page.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}", "utf-8")

    def _parts(self) -> tuple[str, str, str]:
        begin, end = self.marks
        before, found, rest = self.page.read_text("utf-8").partition(begin)
        text, ended, after = rest.partition(end)
        if not (found and ended):
            raise ValueError(f"{self.page.name} has no {begin} ... {end}")
        return before, text, after
