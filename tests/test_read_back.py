"""What is read from the net is read to its end: a body that is cut is trouble, and no text."""

import ast
import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any

import pytest

from bot.live import ask
from bot.outcome import Scope
from bot.reply import Unread, panel
from bot.signs import letters
from bot.words import Words
from tests.conftest import PATIENCE_S, SPEECH, World
from tests.test_repo import imported, name, sources, tree
from tests.world.discord import Answer, Message
from tests.world.openai import Scripted, spoken_for

PARK = SPEECH / "park.ogg"
LONG = " ".join(f"word{number}" for number in range(42_000))  # 409 kB: more than a socket gives at once
CUT = " ".join(f"word{number}" for number in range(9_000))  # 79 kB: enough to be cut in the middle
# Every way in which a body of the right length does not come.
TROUBLES: Mapping[str, Mapping[str, Any]] = {
    "reset": {"cut_after": 50_000},
    "closed": {"declares": 1_000_000},
    "too short by its own word": {"declares": 3_000},
    "chunks without an end": {"cut_after": 50_000, "chunked": True},
    "chunks that never end": {"endless": True},
    "elsewhere": {"redirect": "/"},
    "out of order": {"status": 503},
    "nothing": {"status": 204},
}


def troubles(*names: str) -> pytest.MarkDecorator:
    """Those of them, or all, as a parameter of a test."""
    return pytest.mark.parametrize("fault", [pytest.param(TROUBLES[name], id=name) for name in names or TROUBLES])


async def in_private(world: World, message: Message) -> Answer:
    """Mina asks for the words of that message, for herself alone."""
    link = f"https://discord.com/channels/{world.home.id}/{world.general.id}/{message.id}"
    return await world.mina.slash("transcribe", world.general, message=link, private=True)


def text_of(answer: Answer) -> str:
    """The transcript that hangs on an answer."""
    return next(one for one in answer.files if one.filename.endswith(".txt")).read().decode().strip()


async def test_a_long_text_is_read_back_whole_by_each_door(world: World) -> None:
    """However it comes over the net: the private answer said again, More, and the subtitles have every word."""
    world.openai.ears = Scripted(LONG)
    posted = await world.admin.voice_note(world.general, PARK)
    assert posted.message is not None
    async with world.bot(listen__automatic="false"):
        first = await (await in_private(world, posted.message)).wait(seconds=PATIENCE_S)
        world.discord.cdn.fail("transcript.txt", times=1, chunked=True)
        again = await (await in_private(world, posted.message)).wait(seconds=PATIENCE_S)
        more = await (await world.mina.press(first.messages[0], "More")).wait(seconds=PATIENCE_S)

    assert again.ephemeral
    assert [text_of(one) for one in (first, again, more)] == [LONG] * 3
    assert len(world.openai.calls) == 1
    for made in more.files[1:]:
        assert letters("".join(spoken(made.read().decode()))) == letters(LONG)


def spoken(subtitles: str) -> list[str]:
    """The words of a subtitle file."""
    lines = [line for line in subtitles.splitlines() if not line.isdigit() and line != "WEBVTT"]
    return [line for line in lines if "-->" not in line]


async def test_a_long_text_posted_for_all_is_read_back_whole(world: World) -> None:
    """More under a text in a file, and under one in five messages, gives all of it, after a restart as well."""
    for words in (LONG, LONG[:9_000]):
        world.openai.ears = Scripted(words)
        async with world.bot():
            posted = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
            await world.idle()
        async with world.bot():
            more = await (await world.mina.press(posted.messages[-1], "More")).wait(seconds=PATIENCE_S)

        assert text_of(more) == words.strip()


@troubles()
async def test_a_text_that_is_cut_is_told_as_trouble(world: World, fault: Mapping[str, Any]) -> None:
    """More never shows a half of a text: it says that it could not read it, under the id in the log, and can again."""
    world.openai.ears = Scripted(CUT)
    async with world.bot():
        posted = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        world.discord.cdn.fail("transcript.txt", **fault)
        cut = await (await world.mina.press(posted.messages[0], "More")).wait(seconds=PATIENCE_S)
        (line,) = world.diary.of("unread")
        whole = await (await world.mina.press(posted.messages[0], "More")).wait(seconds=PATIENCE_S)

    assert cut.content.startswith("I couldn't read this text back just now. Press the button again")
    assert f"ID {line.note}" in cut.content
    assert "http" not in line.getMessage()
    assert cut.files == []
    assert text_of(whole) == CUT


@troubles("reset", "too short by its own word", "chunks without an end")
async def test_a_private_answer_waits_until_it_can_be_said_whole(world: World, fault: Mapping[str, Any]) -> None:
    """Trouble on the net puts the repeat off; nothing is heard, or paid for, anew."""
    world.openai.ears = Scripted(CUT)
    posted = await world.admin.voice_note(world.general, PARK)
    assert posted.message is not None
    async with world.bot(listen__automatic="false"):
        await (await in_private(world, posted.message)).wait(seconds=PATIENCE_S)
        world.discord.cdn.fail("transcript.txt", **fault)
        again = await in_private(world, posted.message)
        await world.diary.until("put_off")
        await again.wait(seconds=PATIENCE_S)

    assert text_of(again) == CUT
    assert len(world.openai.calls) == 1


async def test_a_text_too_large_to_read_is_not_heard_anew(world: World) -> None:
    """More refuses it clearly, and who asks again in private is shown the way to the answer that stands; it is free."""
    world.openai.ears = Scripted(CUT)
    posted = await world.admin.voice_note(world.general, PARK)
    assert posted.message is not None
    async with world.bot(listen__automatic="false"):
        first = await (await in_private(world, posted.message)).wait(seconds=PATIENCE_S)
        first.files[0].size = 11 * 1024 * 1024
        again = await (await in_private(world, posted.message)).wait(seconds=PATIENCE_S)
        more = await (await world.mina.press(first.messages[0], "More")).wait(seconds=PATIENCE_S)

    assert again.content.startswith("This note was transcribed before")
    assert str(first.messages[0].id) in again.content
    assert more.content.startswith("This text is too long for me to read back.")
    assert again.files == more.files == []
    assert len(world.openai.calls) == 1


async def test_half_of_an_answer_is_not_quoted(world: World) -> None:
    """Of an answer in several messages the first is no answer: who posts the sound again is shown the way to all."""
    world.openai.ears = Scripted(f"A sentence. {spoken_for(150, 'one')}\n\n{spoken_for(50, 'two')}")
    async with world.bot(quota__repeat_hours="24"):
        first = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        await world.diary.until("note")
        again = await (await world.admin.voice_note(world.home.channel("other"), PARK)).wait(seconds=PATIENCE_S)

    assert len(first.messages) > 1
    assert "sentence" not in again.content
    assert f"/{world.general.id}/{first.messages[0].id}" in again.content


async def test_what_is_left_of_a_text_is_not_shown_as_all(world: World) -> None:
    """When one message of an answer was deleted, More says so and copies nothing."""
    world.openai.ears = Scripted(LONG[:5_000])
    keeper = world.admin
    async with world.bot():
        posted = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        await world.idle()
        last = posted.messages[-1]
        del world.general.messages[posted.messages[0].id]  # as Discord does without telling, when we were away
        gone = await (await keeper.press(last, "More")).wait(seconds=PATIENCE_S)
        await world.write("DELETE FROM reply")
        unknown = await (await keeper.press(last, "More")).wait(seconds=PATIENCE_S)

    for told in (gone, unknown):
        assert told.content.startswith("A part of this text is gone")
        assert told.files == []


async def test_what_is_no_message_is_no_text(world: World) -> None:
    """Something else in the place of a message, as a proxy gives it: More says so; a repeat waits, and is free."""
    world.openai.ears = Scripted(f"A sentence. {spoken_for(250, 'one')}")
    async with world.bot():
        posted = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        await world.idle()
        world.discord.fail("GET", f"/channels/{world.general.id}/messages/{posted.messages[0].id}", status=200, times=2)
        more = await (await world.mina.press(posted.messages[-1], "More")).wait(seconds=PATIENCE_S)
        assert posted.message is not None
        asked = await world.admin.menu("Transcribe", posted.message)
        await world.diary.until("put_off")
        await asked.wait(seconds=PATIENCE_S)

    assert more.content.startswith("I couldn't read this text back just now.")
    assert "transcribed before" in asked.content
    assert len(world.openai.calls) == 1


@troubles("reset", "closed", "too short by its own word", "nothing")
async def test_a_sound_is_heard_whole_or_later(world: World, fault: Mapping[str, Any]) -> None:
    """A sound of which only a part came is not heard as if it were all: it is fetched again."""
    fault = {**fault, **({"cut_after": 5_000} if "cut_after" in fault else {})}
    async with world.bot():
        world.discord.cdn.fail(**fault)
        note = await world.mina.voice_note(world.general, PARK)
        await world.diary.until("put_off")
        await note.wait(seconds=PATIENCE_S)

    assert [call.sha256 for call in world.openai.calls] == [hashlib.sha256(PARK.read_bytes()).hexdigest()]


@pytest.mark.parametrize("why", Unread)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_why_a_text_is_not_shown_is_said(why: Unread, language: str) -> None:
    """Each reason has a sentence in each language; no text of a file or subtitles stands beside it."""
    shown = panel(Words(language), text=why, timing="[[0,1,1]]", cost=(Scope.GUILD, 1, 1), ref="ABCDE")

    assert Words(language)(f"answer.{why}") in shown.parts[0]
    assert shown.files == ()
    assert ("ABCDE" in shown.parts[0]) == (why is Unread.TROUBLE)


# The page of a running bot.

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
WELL = b'{"status": "ok", "loop_late_seconds_max": 0}'


@pytest.mark.parametrize(
    "said",
    [
        HEAD + b"Content-Length: 1000\r\n\r\n" + WELL,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2c\r\n" + WELL,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"2c\r\n%s\r\n" % WELL,
        HEAD + b"\r\n" + b" " * 2_000_000 + WELL,
        HEAD + b"Content-Length: 10\r\n\r\n" + WELL,
        b"not HTTP at all\r\n\r\n",
    ],
    ids=["cut", "cut chunk", "no last chunk", "too large", "shorter than it is", "no HTTP"],
)
async def test_a_page_that_does_not_come_whole_is_no_sign_of_life(said: bytes) -> None:
    """`check --live` says of a page that is cut, or is none, that nobody answers; it never breaks."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        alive, told = await asyncio.to_thread(ask, "127.0.0.1", server.sockets[0].getsockname()[1])

    assert not alive
    assert "nobody answers" in told


def test_bodies_are_read_by_those_who_read_them_whole() -> None:
    """What comes over the net goes through `whole_body`: nobody takes what has arrived, or all without a bound."""
    in_pieces = {"iter_chunked", "iter_any", "iter_chunks", "read1", "aiter_bytes"}  # for `whole_body` to count
    unbounded = {"readany", "readexactly", "readuntil", "read_nowait", "iter_bytes", "iter_raw", "aiter_raw", "aread"}
    clients = {"aiohttp", "httpx2", "urllib.request", "discord"}
    for path in sources("bot", "cogs"):
        known = set(imported(path))
        touched = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
        called = {
            node.func.attr
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not touched & unbounded, name(path)
        assert not touched & in_pieces or "bot.whole_body" in known, name(path)
        assert not (known & clients and called & {"read", "text", "json", "save", "to_file"}), name(path)
