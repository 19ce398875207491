"""What nobody sees is taken out of words, and what writing needs is left in them."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reply import escape, readable, unescape
from bot.signs import FILLERS, IGNORABLE, letters, normalized
from bot.speech import syllables

UNSEEN = re.compile(f"[{IGNORABLE}]")
# Format signs that are seen: signs around a number or a verse, and those that build hieroglyphs and annotations.
SEEN = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f]")
FLAGS = ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁷󠁬󠁳󠁿")


def test_every_format_sign_is_known() -> None:
    """Whatever Unicode calls a format sign, a selector or a tag is in the list, or is one that people see."""
    missing = [
        f"{ord(sign):04x}"
        for sign in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(sign) == "Cf" or "VARIATION SELECTOR" in unicodedata.name(sign, "")
        if not UNSEEN.match(sign) and not SEEN.match(sign)
    ]

    assert missing == []


def test_nothing_unseen_is_left_between_letters() -> None:
    """Each sign that is never seen goes from between two letters, alone or many of them, fillers as a blank at most."""
    unseen = [sign for sign in map(chr, range(sys.maxunicode + 1)) if UNSEEN.match(sign)]
    left = [f"{ord(sign):04x}" for sign in unseen if readable(f"a{sign}b") not in ("ab", "a b")]

    assert left == []
    assert readable("a" + "".join(unseen) + "b") in ("ab", "a b")
    assert len(unseen) > 4_000


@pytest.mark.parametrize(
    "hidden",
    [
        "😀" + "".join(chr(0xE0100 + byte) for byte in b"secret"),
        "😀" + "".join(chr(0xFE00 + byte % 16) for byte in b"secret"),
        "🏴" + "".join(chr(0xE0000 + byte) for byte in b"secret") + "\U000e007f",
        "می" + "\u200c\u200d" * 20,
        "a" + "\u200d\u200c" * 20,
        "한\u1160\u115f글",
    ],
)
def test_nothing_can_be_written_in_unseen_signs(hidden: str) -> None:
    """Whoever spells a text in selectors, tags or joiners finds at most one sign of it in what is shown."""
    assert sum(bool(UNSEEN.match(sign)) for sign in readable(hidden)) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "می‌خواهم کتاب‌ها را",  # Persian
        "क्‍ष र्‍य क्‌ष",  # Hindi
        "ক্‌ষ র‍্য",  # Bengali
        "ක්‍ෂ ශ්‍රී",  # Sinhala
        "ന്‍ ര്‍",  # Malayalam
        "ᠠ᠋ᠨ᠎ᠠ",  # Mongolian
        "👨‍👩‍👧‍👦 🏳️‍🌈 🏴‍☠️ 👩🏽‍💻 ❤️‍🔥 🙋🏻‍♀️",
        "❤️ ☎︎ ©️ ™️ ℹ️ ‼️ 〰️ ㊗️ 1️⃣ #️⃣ *️⃣ 🅰️ ↔️ ▶️",
        *FLAGS,
        "한글 ㅋㅋ 각",
        "שלום עולם، مرحبا",
        "葛城 邉",
    ],
)
def test_what_writing_needs_is_left(text: str) -> None:
    """Joiners of scripts, families, hearts, keycaps, flags and letters with several shapes are what they were."""
    assert readable(text) == text
    assert unescape(escape(readable(text))) == text


@given(st.text(alphabet=st.sampled_from("ab는é\u0301\u0315\u0323\u093c\u1100\u1161\u11a8ﬃ①\u3099か "), max_size=200))
def test_normalizing_is_unicode_s_own(text: str) -> None:
    """Where no letter has more marks than any writing has, every form is just what Unicode says."""
    if re.search(r"[^\w\s]{32}", text) is None:
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert normalized(form, text) == unicodedata.normalize(form, text)


def test_marks_without_end_keep_their_letters() -> None:
    """A letter under a thousand marks is still that letter, the next one too, and nothing is lost."""
    text = "e\u0301" + "\u0315\u0300" * 1_000 + "가나"

    assert len(normalized("NFD", text)) == len(unicodedata.normalize("NFD", text))
    assert letters(normalized("NFC", text)) == letters(text) == 3


def test_fillers_are_no_letters() -> None:
    """Signs that fill a letter's place count neither as letters nor as something that was said."""
    assert letters(FILLERS * 3) == syllables(FILLERS * 3) == 0
    assert readable(FILLERS) == ""
