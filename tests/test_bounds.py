"""No more is taken of an answer than words can be, and nothing that somebody did say is lost."""

import json
from collections.abc import Callable

import pytest

from bot.post.fetching import is_allowed
from bot.post.links import link_in
from bot.speech import Heard, Speech, is_doubtful, may_become_doubtful
from bot.speech.bounds import MOST_SIGNS
from tests.asking import as_json, hear
from tests.conftest import PATIENCE_S, World
from tests.world.openai import Answer, LocalOpenAI

MINUTE_MS = 60_000


pytest_plugins = ["tests.asking"]


@pytest.mark.parametrize(
    ("name", "minute"),
    [
        ("the fastest speaker on record, 655 words a minute", "several " * 655),
        ("Korean in pieces, nine syllables a second", "\u1112\u1161\u11ab" * 540),
        ("Chinese, nine syllables a second", "快" * 540),
        ("Thai, nine syllables a second", "เพื่อ" * 540),
        ("Hindi, nine syllables a second", "स्त्री" * 540),
        ("Vietnamese with its marks apart, nine syllables a second", "nghie\u0302\u0323ng " * 540),
    ],
)
def test_the_fastest_speech_is_within(name: str, minute: str) -> None:
    """Whatever the language and the pace, forty minutes of it have fewer characters than are taken of a piece."""
    assert 40 * len(minute) <= MOST_SIGNS, name


@pytest.mark.parametrize("streams", [True, False])
async def test_words_beyond_a_million_signs_are_left_out(speech: Speech, local: LocalOpenAI, *, streams: bool) -> None:
    """Of an endless answer so much comes as an answer may have; the rest is counted."""
    local.script(Answer("a" * (MOST_SIGNS + 100_000)))
    came: list[str] = []
    answer = await hear(speech, on_delta=came.append if streams else None, sound_ms=10_000)

    assert isinstance(answer, Heard)
    assert (len(answer.text), answer.left_out) == (MOST_SIGNS, 100_000)
    assert "".join(came) == ("a" * MOST_SIGNS if streams else "")


async def test_a_long_text_of_a_short_sound_is_taken_whole(speech: Speech, local: LocalOpenAI) -> None:
    """How much a model writes is no reason to cut it: whoever waits has all of it, in every script."""
    for text in ("one, two, three, four, five, " * 10_000, "\uac00\ub098\ub2e4 " * 40_000):
        local.script(Answer(text))
        answer = await hear(speech, sound_ms=3_610)

        assert isinstance(answer, Heard)
        assert (answer.text, answer.left_out) == (text.strip(), 0)


async def test_a_verbose_server_is_read(speech: Speech, local: LocalOpenAI) -> None:
    """Words of twenty minutes, each with its moments in a line of its own for each value, are words."""
    words = [{"word": "seventeen", "start": at / 4, "end": (at + 1) / 4, "probability": 0.98} for at in range(4_800)]
    segments = [{"id": at, "tokens": list(range(20)), "text": "one, two,"} for at in range(400)]
    body = {"text": "seventeen, " * 4_800, "words": words, "segments": segments}
    local.script(as_json(body))
    answer = await hear(speech, sound_ms=20 * MINUTE_MS)

    assert len(json.dumps(body)) > 400_000
    assert isinstance(answer, Heard)
    assert (answer.text, answer.left_out) == (str(body["text"]).strip(), 0)


async def test_a_broken_model_is_cut_and_told(world: World, spoken: Callable[[int], bytes]) -> None:
    """More than a million letters: the person has the beginning, the host a line without a word of it."""
    world.openai.script(Answer("nonsense " * 120_000), forever=True)
    async with world.bot():
        note = await world.mina.voice_note(world.general, ("a.ogg", spoken(5)))
        await note.wait(lambda seen: "More" in str(seen.components), seconds=PATIENCE_S)
        told, _ = await world.diary.until("babble", 2)  # it is asked again, and says the same again

    assert note.content.startswith("nonsense")
    assert told.getMessage().endswith("are left out")
    assert "nonsense" not in world.diary.text


def test_vocabulary_that_repeats_itself_is_still_recognised() -> None:
    """Terms one after the other are doubtful, whichever are parts of others; one letter more, and they are not."""
    terms = ("a", "aa", "aaa", "Earshot", "Ear", "shot")

    assert is_doubtful("Aaaa aa earshot, ear shot aaaaa", terms)
    assert not is_doubtful("Aaaa aa earshots", terms)
    assert is_doubtful("a" * 100_001, ("aa", "aaa"))
    assert not is_doubtful("a" * 100_001, ("aa", "aaaa"))
    assert may_become_doubtful("earshot ears", terms)
    assert not may_become_doubtful("earshot was", terms)


def test_what_was_no_doubt_stays_so() -> None:
    """Words that may be shown stay shown, however they go on, and long loops of thanks wait for the judgement."""
    text = "We meet at ten. " + "Thank you. " * 200

    assert [may_become_doubtful(text[:at]) for at in range(15, len(text), 40)] == [False] * len(
        range(15, len(text), 40)
    )
    assert may_become_doubtful("Thank you. " * 2_000)
    assert is_doubtful("." * 50_000 + " Thank you")
    assert not is_doubtful("." * 50_000 + "a")


@pytest.mark.parametrize(
    "url",
    [
        *("http://[", "https://[::1", "https://a:99999/", "https://a:b/", "//\\", "https://", "https://\u2100.com/"),
        *("https:///a", "https://a\u200db.c\u0300" + "\u0301" * 300, "\ud800", "https://cdn.discordapp.com:99999999/"),
        "x" * 9_000,
    ],
)
def test_an_address_that_is_none_is_not_allowed(url: str) -> None:
    """Nothing is fetched from what cannot be an address, and nothing breaks over it."""
    assert not is_allowed(url, ["cdn.discordapp.com", "http://127.0.0.1:80"])


def test_a_link_with_too_many_digits_is_none() -> None:
    """Numbers that no message has make no link, however long they are."""
    assert link_in("https://discord.com/channels/1/2/" + "3" * 5_000) is None
    assert link_in(f"https://discord.com/channels/{'1' * 5_000}/2/3") is None
    assert link_in("see https://discord.com/channels/1/2/3456789012345678901, please") is not None
