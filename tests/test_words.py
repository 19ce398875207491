"""Words: what Earshot says, in every language, with the right particles and numbers."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outcome import Fault, Scope, Stage, Why
from bot.words import FALLBACK, FOLDER, Words, WordsError, catalogues, pick, read

NAMES = re.compile(r"[\w-]{1,32}")  # Discord: "Application Command Naming"


def folder_with(tmp_path: Path, **texts: str) -> Path:
    """A folder of catalogues."""
    for name, text in texts.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    return tmp_path


def test_every_catalogue_is_a_language() -> None:
    """A language is one file: what lies in locales/ is what Earshot speaks."""
    assert Words.locales == tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
    assert {"en", "ko"} <= set(Words.locales)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("ko", "ko"), ("ko-KR", "ko"), ("KO_kr", "ko"), ("en-US", "en"), ("pt-BR", "en"), ("", "en"), (None, "en")],
)
def test_the_nearest_language_is_taken(locale: str | None, language: str) -> None:
    """Discord's locales lead to a language we have, unknown ones to English."""
    assert pick(locale) == language
    assert Words(locale).locale == language


@pytest.mark.parametrize("locale", Words.locales)
def test_every_value_of_the_vocabulary_has_its_texts(locale: str) -> None:
    """Each fault has texts for members, the host and lists; each reason, scope and stage has its own."""
    texts = catalogues()[locale]

    for fault in Fault:
        assert {f"fault.{fault}.member", f"fault.{fault}.host", f"brief.fault.{fault}"} <= texts.keys()
    assert all({f"outcome.unreadable.{why}", f"outcome.file.{why}"} <= texts.keys() for why in Why)
    assert all(f"stage.{stage}" in texts for stage in Stage)
    for scope in Scope:
        assert {f"outcome.too_many.{scope}", f"outcome.over_quota.{scope}"} <= texts.keys()


@pytest.mark.parametrize("locale", Words.locales)
def test_no_two_faults_share_a_text(locale: str) -> None:
    """Whoever reads an error can tell which one it is."""
    texts = catalogues()[locale]
    told = [texts[f"fault.{fault}.{reader}"] for fault in Fault for reader in ("member", "host")]

    assert len(set(told)) == len(told)


@pytest.mark.parametrize("locale", Words.locales)
def test_commands_have_names_discord_takes(locale: str) -> None:
    """Names are small letters without blanks, at most 32 long; descriptions at most 100."""
    texts = catalogues()[locale]

    for key, text in texts.items():
        if key.startswith("command.") and key.endswith(".description"):
            assert 1 <= len(text) <= 100, key
        elif key == "command.menu.name":
            assert 1 <= len(text) <= 32, key
        elif key.startswith("command."):
            assert NAMES.fullmatch(text), key
            assert text == text.lower(), key


@pytest.mark.parametrize("locale", Words.locales)
def test_texts_name_commands_as_people_see_them(locale: str) -> None:
    """A text that sends people to a command calls it by its name in their language."""
    texts = catalogues()[locale]

    assert f"/{texts['command.transcribe.name']}" in texts["outcome.nothing_here"]
    assert f"/{texts['command.usage.name']}" in texts["outcome.over_quota.guild"]


def test_korean_is_korean_and_polite() -> None:
    """Every Korean sentence for members has Korean in it, and ends politely."""
    for key, text in catalogues()["ko"].items():
        if key.startswith(("outcome.", "transcribe.")) or key.endswith((".member", ".host")):
            sentence = re.split(r" \{resets\}|: \{link\}", text)[0].rstrip(".")
            assert sentence.endswith("요"), key


@pytest.mark.parametrize(
    ("value", "object_", "direction"),
    [
        ("민아", "민아를", "민아로"),
        ("준", "준을", "준으로"),
        ("서울", "서울을", "서울로"),
        ("**하늘**", "**하늘**을", "**하늘**로"),
        ("1분 5초", "1분 5초를", "1분 5초로"),
        ("30분", "30분을", "30분으로"),
        ("0", "0을", "0으로"),
        ("1", "1을", "1로"),
        ("2", "2를", "2로"),
        ("3", "3을", "3으로"),
        ("6", "6을", "6으로"),
        ("7", "7을", "7로"),
        ("9", "9를", "9로"),
        ("10", "10을", "10으로"),
        ("1,200", "1,200을", "1,200으로"),
        ("3000", "3000을", "3000으로"),
        ("50000", "50000을", "50000으로"),
        ("100000000", "100000000을", "100000000으로"),
        ("1000000000000", "1000000000000를", "1000000000000로"),
        ("10000000000000000", "10000000000000000을", "10000000000000000으로"),
        ("0.50", "0.50을", "0.50으로"),
        ("3.5", "3.5를", "3.5로"),
        ("$0.60", "$0.60를", "$0.60로"),
        ("50%", "50%를", "50%로"),
        ("100MB", "100MB를", "100MB로"),
        ("URL", "URL을", "URL로"),
        ("PCM", "PCM을", "PCM으로"),
        ("Discord", "Discord를", "Discord로"),
        ("gpt-transcribe", "gpt-transcribe를", "gpt-transcribe로"),
        ("whisper-1", "whisper-1을", "whisper-1로"),
        ("bot", "bot을", "bot으로"),
        ("phone", "phone을", "phone으로"),
        ("file", "file을", "file로"),
        ("server", "server를", "server로"),
        ("김민준", "김민준을", "김민준으로"),
        ("\u1100\u1161\u11a8", "\u1100\u1161\u11a8을", "\u1100\u1161\u11a8으로"),
        ("さくら", "さくら을(를)", "さくら(으)로"),
        ("!?", "!?을(를)", "!?(으)로"),
    ],
)
def test_particles_follow_the_sound(tmp_path: Path, value: str, object_: str, direction: str) -> None:
    """을/를 and 으로/로 follow the last sound of what stands before, read as Koreans read it."""
    texts = read(folder_with(tmp_path, en='a = "{x}"\nb = "{x}"', ko='a = "{x:을/를}"\nb = "{x:으로/로}"'))
    words = Words("ko", texts["ko"])

    assert (words("a", x=value), words("b", x=value)) == (object_, direction)


def test_english_counts() -> None:
    """One minute, two minutes."""
    words = Words("en")

    assert (words("unit.minutes", n=1), words("unit.minutes", n=2)) == ("1 minute", "2 minutes")
    assert (Words("ko")("unit.minutes", n=1), Words("ko")("unit.minutes", n=2)) == ("1분", "2분")


def test_nothing_is_said_with_a_hole() -> None:
    """A text that is asked for with too few values, or that isn't there, is an error with its name."""
    with pytest.raises(WordsError, match=r"outcome\.too_long needs length, limit"):
        Words("en")("outcome.too_long")
    with pytest.raises(WordsError, match=r"no text named outcome\.nonsense"):
        Words("en")("outcome.nonsense")


@given(st.text())
def test_values_are_put_in_as_they_are(value: str) -> None:
    """What is filled in is not read as a text of ours, whatever it contains."""
    assert Words("en")("outcome.repeat", link=value).endswith(": " + value)
    assert Words("ko")("footer.whole", count=1, file="{count}" + value).count("{count}" + value) == 1


@pytest.mark.parametrize(
    ("en", "ko", "words"),
    [
        ('a = "x"', "", "ko.toml and en.toml differ in a"),
        ('a = "x"', 'a = "x"\n[b]\nc = "y"', "differ in b.c"),
        ('a = "{n} {m}"', 'a = "{n}"', "fill in different names in a"),
        ("a = 5", "a = 5", "a is not a text"),
        ('[a]\nb = " "', "", "a.b is not a text"),
        ('a = "{n"', "", "a has a brace that belongs to no name"),
        ("a = ", "", "en.toml: "),
    ],
)
def test_catalogues_that_differ_are_refused(tmp_path: Path, en: str, ko: str, words: str) -> None:
    """Languages with other keys or other names to fill in, or with broken texts, are not spoken."""
    with pytest.raises(WordsError, match=words):
        read(folder_with(tmp_path, en=en, ko=ko))


def test_there_is_always_english(tmp_path: Path) -> None:
    """English is what every other language is checked against and falls back to."""
    with pytest.raises(WordsError, match=f"There is no {FALLBACK}.toml"):
        read(folder_with(tmp_path, ko='a = "b"'))


def test_a_third_language_is_one_file(tmp_path: Path) -> None:
    """Adding a catalogue adds a language."""
    text = (FOLDER / "en.toml").read_text("utf-8")

    assert list(read(folder_with(tmp_path, en=text, eo=text))) == ["en", "eo"]
