"""Rows for a table program."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets would calculate (OWASP, "CSV Injection")


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV as spreadsheets like it (UTF-8 with a mark, so that Excel reads Hangul); no text in it is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([f"'{each}" if isinstance(each, str) and each.startswith(_FORMULA) else each for each in row])
    return text.getvalue().encode("utf-8-sig")
