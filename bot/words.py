"""
What Earshot says to people, in their language.

Hides the catalogues (locales/*.toml), plurals, and Korean particles, whose form depends on the sound
before them. Promises: all languages have the same keys and names to fill in, or nothing is said at
all; a name that isn't filled in is an error, never a hole in a sentence. A further language is one file.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FALLBACK = "en"
FOLDER = Path(__file__).parent / "locales"

_HOLE = re.compile(r"\{(\w+)(?::([^{}/]+)/([^{}/]+))?\}")
_HANGUL = range(0xAC00, 0xD7A4)
_RIEUL = 8  # place of ㄹ among the 28 final sounds of a syllable; 0 is none
# How digits are read: 영 일 이 삼 사 오 육 칠 팔 구, written as the final sound of each.
_DIGITS = {"0": 21, "1": 8, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": 8, "8": 8, "9": 0}
_NAMED_LETTERS = {"L": _RIEUL, "M": 16, "N": 4, "R": _RIEUL}  # 엘 엠 엔 알; every other letter's name ends in a vowel
_LAST_SIGNS = 60  # of a value, whoever wrote it: its last word decides
_VOWEL_SIGNS = re.compile(r"[%℃]$|\$[\d.,]+$")  # 퍼센트, 도; $5 is read 5달러


class WordsError(Exception):
    """A catalogue, or a call for one of its texts, is wrong: a mistake of ours, not of the people."""


class _Locales:
    """The languages there are, read when first asked for."""

    def __get__(self, instance: object, owner: type) -> tuple[str, ...]:
        return tuple(catalogues())


class Words:
    """The texts of one language: `Words("ko")("outcome.gone")`. Cheap to make. `texts` are others than ours."""

    locales = _Locales()

    def __init__(self, locale: str | None, texts: Mapping[str, str] | None = None) -> None:
        self.locale = pick(locale)
        self._texts = catalogues()[self.locale] if texts is None else texts

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key` with all its names filled in; raises WordsError where one is missing."""
        if key not in self._texts:
            raise WordsError(f"There is no text named {key}.")
        text = self._texts[key]
        if missing := _names(text) - values.keys():
            raise WordsError(f"The text {key} needs {', '.join(sorted(missing))}.")
        return _HOLE.sub(lambda hole: _fill(str(values[hole[1]]), hole[2], hole[3]), text)


@lru_cache(maxsize=256)  # Discord has three dozen
def pick(locale: str | None) -> str:
    """Return the language we have that is nearest to one of Discord's locales ("en-GB", "ko", "pt-BR")."""
    wanted = (locale or "").lower().replace("_", "-")
    known = catalogues()
    return next((name for name in (wanted, wanted.partition("-")[0]) if name in known), FALLBACK)


@cache
def catalogues() -> Mapping[str, Mapping[str, str]]:
    """All texts by language and dotted key; raises WordsError where languages differ in keys or names."""
    return read(FOLDER)


def read(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """The catalogues of a folder, checked against its English one."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            found[path.stem] = MappingProxyType(dict(_flat(tomllib.loads(path.read_text("utf-8")))))
        except (ValueError, TypeError) as error:
            raise WordsError(f"{path.name}: {error}") from error
    if FALLBACK not in found:
        raise WordsError(f"There is no {FALLBACK}.toml in {folder}.")
    whole = found[FALLBACK]
    for name, texts in found.items():
        if odd := sorted(whole.keys() ^ texts.keys()):
            raise WordsError(f"{name}.toml and {FALLBACK}.toml differ in {', '.join(odd)}.")
        if odd := sorted(key for key in whole if _names(whole[key]) != _names(texts[key])):
            raise WordsError(f"{name}.toml and {FALLBACK}.toml fill in different names in {', '.join(odd)}.")
    return MappingProxyType(found)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif not isinstance(value, str) or not value.strip():
            raise TypeError(f"{prefix}{name} is not a text")
        elif set(_HOLE.sub("", value)) & set("{}"):
            raise ValueError(f"{prefix}{name} has a brace that belongs to no name")
        else:
            yield prefix + name, value


def _names(text: str) -> set[str]:
    return {hole[1] for hole in _HOLE.finditer(text)}


def _fill(value: str, first: str | None, second: str | None) -> str:
    """A value alone, with the right particle (이/가), or with the right number (minute/minutes)."""
    if first is None or second is None:
        return value
    if ord(first[0]) not in _HANGUL:
        return f"{value} {first if value == '1' else second}"
    return value + _particle(value, first, second)


def _particle(value: str, closed: str, bare: str) -> str:
    """
    Choose between 을 (after a final consonant) and 를 (after a vowel).

    으로/로 takes 로 after ㄹ as well. Where nobody knows how the value is read, both are written.
    """
    final = _final_sound(value)
    if final is None:
        return f"({closed.removesuffix(bare)}){bare}" if closed.endswith(bare) else f"{closed}({bare})"
    if final == 0 or (final == _RIEUL and closed.startswith("으로")):
        return bare
    return closed


def _final_sound(value: str) -> int | None:
    """The final sound of the last word as Koreans read it: 0 after a vowel, None where nobody knows."""
    # Normal form C puts a syllable that came in pieces together.
    word = unicodedata.normalize("NFC", value.rstrip()[-_LAST_SIGNS:]).rstrip()
    while word and not word[-1].isalnum() and word[-1] not in "%℃":
        word = word[:-1]  # quotes, brackets and asterisks are not read
    last = word[-1:]
    if not last:
        return None
    if _VOWEL_SIGNS.search(word):
        return 0
    if ord(last) in _HANGUL:
        return (ord(last) - _HANGUL.start) % 28
    if last in _DIGITS:
        return _number_sound(word)
    if last.isascii():
        return _latin_sound(word)
    return None


def _number_sound(word: str) -> int:
    """Numbers end in their last digit (둘 = 이), round ones in their unit: 십, 백, 천, 만, 억, 조."""
    number = (re.search(r"[\d,]+(?:\.\d+)?$", word, re.ASCII) or [word])[0].replace(",", "")
    zeros = len(number) - len(number.rstrip("0"))
    if "." in number or not zeros or zeros == len(number):
        return _DIGITS[number[-1]]
    units = {1: 17, 2: 1, 3: 4}  # 십, 백, 천
    myriads = {1: 4, 2: 1, 3: 0}  # 만, 억, 조
    return units.get(zeros) or myriads.get(zeros // 4, 21)  # 경 and beyond end in a consonant


def _latin_sound(word: str) -> int:
    """
    Capitals are read letter by letter (URL: 유알엘), words by their usual Korean spelling.

    A rule of thumb: bot 봇, Slack 슬랙, phone 폰, file 파일, but note 노트, Discord 디스코드, server 서버.
    """
    letters = (re.search(r"[A-Za-z]+$", word) or [""])[0]
    if letters.isupper():
        return _NAMED_LETTERS.get(letters[-1], 0)
    letters = letters.lower()
    if re.search(r"(l|le)$", letters):
        return _RIEUL
    if re.search(r"(m|n|ng|me|ne)$", letters):
        return 4
    return 1 if re.search(r"(?<![aeiou])[aeiou](ck|[bckpt])$", letters) else 0
