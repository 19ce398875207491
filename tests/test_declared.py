"""What a sender declares of a file: a number that may be no length and no size, and then counts for nothing."""

import json
import math
from typing import Any

import discord
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.outcome import Door
from bot.post import request_of
from bot.request import Request, declared_length, declared_size
from tests.conftest import SPEECH, WORDS, World

PARK = SPEECH / "park.ogg"
# What a JSON parser may hand over, NaN and infinity included, which Python's takes.
ANYTHING = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.lists(st.integers(), max_size=2)
LENGTHS = st.floats(min_value=0.001, max_value=86_400) | st.integers(min_value=1, max_value=86_400)


def told(*, length: object = 1.0, size: object = 1000) -> Request:
    """The request an attachment makes whose sender declares that."""
    shape: Any = {
        "id": "1",
        "filename": "voice-message.ogg",
        "content_type": "audio/ogg",
        "size": size,
        "url": "https://cdn.discordapp.com/x",
        "proxy_url": "https://media.discordapp.net/x",
        "duration_secs": length,
        "waveform": "AAAA",
    }
    state = discord.Client(intents=discord.Intents.none())._connection
    return request_of(
        discord.Attachment(data=json.loads(json.dumps(shape)), state=state),
        id=1,
        ask_id=1,
        door=Door.AUTO,
        is_voice=True,
        guild_id=1,
        channel_id=1,
        message_id=1,
        author_id=1,
        member_id=1,
        locale="en",
    )


@given(ANYTHING)
@example(-5)
@example(0)
@example(-0.0)
@example(1e-9)
@example(1e300)
@example(10**400)
@example(math.nan)
@example(math.inf)
@example(-math.inf)
@example(length=True)
@example("5")
def test_whatever_is_declared_a_length_is_one_or_is_none(length: object) -> None:
    """A length is a whole number of milliseconds, at least one and at most a month's, that any database takes."""
    found = told(length=length).declared_ms

    assert found is None or (type(found) is int and 0 < found <= 31 * 86_400_000)
    if isinstance(length, bool | str | list | None):
        assert found is None


@given(LENGTHS)
def test_a_length_that_can_be_is_taken(seconds: float) -> None:
    """What honest clients say, in whole seconds or in parts of them, is kept to the millisecond."""
    assert declared_length(seconds) == (round(seconds * 1000) or None)


@given(ANYTHING)
@example(-1)
@example(1e300)
@example(math.nan)
@example("10")
def test_whatever_is_declared_a_size_is_one_or_is_nothing(size: object) -> None:
    """A size is a whole number of bytes; 0 where nobody knows, and then the bytes are counted as they come."""
    found = told(size=size).size_bytes

    assert type(found) is int
    assert 0 <= found <= 2**40


def test_a_size_that_can_be_is_taken() -> None:
    """Also where JSON wrote it with a fraction."""
    assert [declared_size(one) for one in (1, 26_214_400, 7.0)] == [1, 26_214_400, 7]


@pytest.mark.parametrize("seconds", [-5, 0, 1e300, math.nan, math.inf])
async def test_a_note_with_an_odd_length_is_heard(world: World, seconds: float) -> None:
    """It neither vanishes nor is refused for its length: it is fetched and measured, and billed as it is."""
    async with world.bot():
        answer = await (await world.mina.voice_note(world.general, PARK, seconds=seconds)).wait()
        await world.diary.until("note")

    assert WORDS in answer.content
    assert world.minutes[1] == 0 < world.minutes[0] < 60_000
