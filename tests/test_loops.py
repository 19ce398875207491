"""Texts that go round in circles, and what is odd about a text: told by the text alone."""

import time

import pytest

from bot.speech.doubt import is_wordless, listed_beginning, listed_end
from bot.speech.loops import is_odd, loop_in

# A loop, what one turn of it is, and how often it comes.
LOOPS = [
    ("I'm sorry. " * 600, "I'm sorry", 600),
    ("little bit of a " * 40, "little bit of a", 40),
    ("네 " * 90, "네", 90),
    ("네" * 90, "네", 90),
    ("감사합니다" * 6, "감사합니다", 6),
    ("ご視聴ありがとうございました。" * 5, "ご視聴ありがとうございました", 5),
    ("谢谢大家" * 7, "谢谢大家", 7),
    ("ขอบคุณครับ" * 8, "ขอบคุณครับ", 8),
    ("No, no, no, no", "No", 4),
]


@pytest.mark.parametrize(("text", "turn", "turns"), LOOPS, ids=[turn for _, turn, _ in LOOPS])
def test_a_loop_is_found_in_every_script(text: str, turn: str, turns: int) -> None:
    """Whether words are parted by blanks or not, the shortest thing that is repeated is found, and how often it is."""
    loop = loop_in(text.strip())

    assert loop is not None
    assert loop.turns == turns
    assert loop.without(text.strip()) == turn


def test_what_stands_around_a_loop_stays() -> None:
    """Words before and behind a loop are no part of it."""
    text = f"We meet at nine. {'and then ' * 30}we go home."
    loop = loop_in(text)

    assert loop is not None
    assert loop.without(text) == "We meet at nine. and then we go home."


@pytest.mark.parametrize(
    "text",
    [
        "Ask not what your country can do for you, ask what you can do for your country.",
        "No, no, no! Not like that.",
        "하하하, 정말 정말 좋네요.",
        "ha ha ha",
        "한 번, 두 번, 세 번, 네 번 말했어요.",
    ],
)
def test_what_people_say_twice_or_thrice_is_no_loop(text: str) -> None:
    """Emphasis and laughter are no loops: it takes four turns in a row."""
    assert loop_in(text) is None


@pytest.mark.parametrize(
    "text", ["1 tbp de tbp de tbp de", "3D2-3D-5D 3D-5D-3D 3D", "1-2-3 1-2-3", "P.L.C.A.P.P.", "You You", "2-3-4-4-4-4"]
)
def test_what_models_write_over_machines_is_odd(text: str) -> None:
    """Spelled letters, and texts in which hardly a word is not there twice, are looked at more closely."""
    assert is_odd(text)


@pytest.mark.parametrize("text", ["I'm on my way.", "The cat and the dog and the bird", "지금 가는 중이에요", "10 30"])
def test_what_people_say_is_not_odd(text: str) -> None:
    """Ordinary sentences are not held up."""
    assert not is_odd(text)


@pytest.mark.parametrize(
    "text", ["[BANG]", "(phone ringing)", "*coughs* [BLANK_AUDIO]", "♪ la la ♪", "【拍手】【音楽】"]
)
def test_a_description_of_a_sound_has_no_words(text: str) -> None:
    """What stands in brackets, stars or notes alone is a model's word for a sound."""
    assert is_wordless(text)
    assert not is_wordless(f"{text} hello")


def test_farewells_to_an_audience_are_found_at_both_ends() -> None:
    """What is said to an audience is found before and behind real words; what friends say is left alone."""
    text = "Thank you for watching! We meet at nine. Please subscribe to my channel."

    assert text[listed_beginning(text) : listed_end(text)].strip() == "We meet at nine."
    assert listed_end("We meet at nine. Bye bye.") == len("We meet at nine. Bye bye.")


@pytest.mark.parametrize("unit", ["a", "a b ", "가", "네 ", "( ", "[", "*", "아버지 어머니 ", ". "])
def test_looking_takes_time_with_the_length_alone(unit: str) -> None:
    """Ten times the text takes about ten times as long, whatever it repeats."""

    def took(text: str) -> float:
        started = time.process_time()
        loop_in(text), is_odd(text), is_wordless(text), listed_end(text), listed_beginning(text)
        return time.process_time() - started

    short, long = min(took(unit * 4_000) for _ in range(3)), min(took(unit * 40_000) for _ in range(3))

    assert long < 40 * max(short, 0.002)
