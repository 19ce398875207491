"""docs/messages.md: what people read when something is in the way."""

from typing import get_args

from bot.notice import Notice
from bot.outcome import Outcome, Transcript
from bot.words import Words, catalogues
from tests.messages import COMMAND, FILE, NAMES, page, slips
from tests.test_notices import ALL
from tests.test_reply import EVERY


def test_the_page_of_messages_is_todays() -> None:
    """docs/messages.md shows every refusal and alert as it is said now."""
    assert FILE.read_text("utf-8") == page(), f"write it anew: {COMMAND}"


def test_the_page_of_messages_is_complete() -> None:
    """Every outcome but words, and every notice, is on the page; so is every language there is."""
    assert {type(case) for case in EVERY} - {Transcript} == set(get_args(Outcome)) - {Transcript}
    assert {type(notice) for notice in ALL} == set(get_args(Notice))
    assert set(NAMES) == set(Words.locales)
    assert page().count("*English*") == page().count("*한국어*") == len(EVERY) - 1 + len(ALL) + len(slips())


def test_the_page_has_no_marks_of_discord() -> None:
    """It shows what people see: no timestamps in angle brackets, nothing left to be filled in."""
    assert "<t:" not in page()
    assert not [key for key in slips() if "{" in catalogues()["ko"][key]]
