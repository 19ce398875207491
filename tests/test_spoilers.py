"""A sound behind a spoiler: its words are hidden wherever they are said, and no word gets out."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.database import open_database
from bot.outcome import Scope, Transcript
from bot.reply import glimpse_text, is_whole, panel, plain, quoted, readable, render, repeated, retimed
from bot.signs import letters
from bot.words import Words
from tests.choosing import decide
from tests.conftest import PATIENCE_S, SPEECH, World
from tests.schemas import make
from tests.test_length import CHEAP, TALK, transcript
from tests.test_reply_text import WILD
from tests.world.discord import Answer, Message, Permission, Upload
from tests.world.openai import Scripted, spoken_for

EN = Words("en")
PARK = SPEECH / "park.ogg"
SECRET = "Vader ||is|| Lukes *father* |"
NAMES = re.compile("Vader|Lukes|father")
# A spoiler as Discord's clients read it, and as a reader does who honours backslashes inside.
READERS = [re.compile(r"\|\|[\s\S]+?\|\|"), re.compile(r"\|\|(?:\\[\s\S]|[^\\])+?\|\|")]
TEXTS = TALK | WILD | st.lists(st.sampled_from(["|", "||", "\\", "\\|", "a", " ", "\n", "-# b", "🇰🇷"])).map("".join)


def outside(content: str) -> set[str]:
    """What stands beside the spoilers of a message, read in each way; small print of ours is left out."""
    rests = [reader.sub("", content) for reader in READERS]
    return {"\n".join(line for line in rest.split("\n") if not line.startswith("-# ")) for rest in rests}


def hidden_of(text: str) -> Transcript:
    """The words of a sound that hides."""
    seen = transcript(text)
    return Transcript(seen.segments, (), seen.length_ms, seen.billed_ms, seen.model, is_spoiler=True)


# What people read, by itself.


@CHEAP
@given(TEXTS)
@example("ends in a bar |")
@example("||")
@example("a" * 1990 + "|" * 30)
def test_nothing_gets_out_of_its_bars(text: str) -> None:
    """Whatever is said, each message hides all of it by itself, fits, and is read back letter for letter."""
    whole = readable(text)
    for may_attach in (True, False):
        reply = render(hidden_of(text), EN, ref="X", may_attach=may_attach)
        if not any(letters(sign) for sign in whole):
            continue  # nobody spoke, or there are only signs
        assert all(part.startswith("||") for part in reply.parts)
        assert all(outside(part) <= {"", "\n"} for part in reply.parts)
        assert all(len(part.encode("utf-16-le")) // 2 <= 2000 for part in reply.parts)
        assert all(file.name.startswith("SPOILER_") for file in reply.files)
    assert plain(part.strip() for part in reply.parts).split() == whole.split() or not letters(whole)


@CHEAP
@given(TEXTS)
def test_subtitles_of_a_hidden_text_have_its_letters(text: str) -> None:
    """The bars are no letters: segments are found again in what was hidden."""
    said = hidden_of(text)
    back = plain(part.strip() for part in render(said, EN, ref="X", may_attach=False).parts)

    if letters(readable(text)):
        assert is_whole(back, said.timing)
        assert sum(letters(one.text) for one in retimed(back, said.timing)) == letters(text)


@CHEAP
@given(TEXTS)
def test_words_are_hidden_while_they_come(text: str) -> None:
    """Of live words nothing stands in the open, and they fit."""
    (shown,) = glimpse_text(text, EN, heard_ms=1, length_ms=2, left_ms=9, is_spoiler=True).parts

    assert outside(shown) <= {"", "\n"}
    assert len(shown.encode("utf-16-le")) // 2 <= 2000


@CHEAP
@given(TEXTS)
@example("a || b")
@example("``` ||")
def test_what_is_copied_stays_hidden(text: str) -> None:
    """What More shows of a hidden text is hidden too, as text or as files: beside it stands what always does."""
    text = readable(text)
    for may_attach in (True, False):
        ask = partial(panel, EN, cost=(Scope.GUILD, 4_000, 60_000), may_attach=may_attach, is_spoiler=True)
        shown = ask(text=text, timing=hidden_of(text).timing)
        short = ask(text="x", timing=hidden_of("x").timing if shown.files else None).parts[0]
        told = shown.parts[0]

        assert outside(told) == (outside(short) if f"||```\n{text}\n```||" in told else {told})
        assert all(file.name.startswith("SPOILER_") for file in shown.files)


@CHEAP
@given(TEXTS)
def test_an_answer_in_the_open_is_hidden_where_it_is_quoted(text: str) -> None:
    """What was said of the same sound in the open is quoted behind bars; what was hidden keeps the ones it has."""
    link = "This was said before.\n-# No minutes used"
    for said in (transcript(text), hidden_of(text)):
        for part in render(said, EN, ref="X").parts:
            for again in (quoted(part, link, is_spoiler=True), repeated(part, link, is_spoiler=True)):
                assert again is None or outside(again.replace(link, "").rstrip()) <= {"", "\n"} or "No speech" in again
                assert again is None or len(again.encode("utf-16-le")) // 2 <= 2000


# On Discord.


def hidden(how: str = "flag") -> Upload:
    """A sound that hides: by its flag, or by its name."""
    data = PARK.read_bytes()
    return Upload("note.ogg", data, is_spoiler=True) if how == "flag" else Upload("SPOILER_note.ogg", data)


def strings(body: Any) -> Iterator[str]:
    """Every text in a request."""
    if isinstance(body, str):
        yield body
    for each in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from strings(each)


def expect_hidden(world: World, *, words: int = 1) -> None:
    """In all that was ever sent, edits too, no word stands in the open, and every file is blurred."""
    sent = [text for request in world.discord.requests for text in strings(request.body)]
    assert [text for text in sent if any(NAMES.search(rest) for rest in outside(text))] == []
    assert sum(bool(NAMES.search(text)) for text in sent) >= words
    ours = [one for room in world.discord.world.channels.values() for one in room.messages.values() if one.author.bot]
    assert all(file.is_spoiler for message in ours for file in message.files)


async def answered(world: World, answer: Answer) -> Message:
    """The last message of an answer that is there."""
    await world.diary.until("note")
    await answer.wait(seconds=PATIENCE_S)
    return answer.messages[-1]


@pytest.fixture
def telling(world: World) -> World:
    """A world in which the sound says who is whose father."""
    world.openai.ears = Scripted(SECRET)
    return world


@pytest.mark.parametrize("place", ["reply", "thread", "channel"])
@pytest.mark.parametrize("how", ["flag", "name"])
async def test_hidden_words_stay_hidden_in_every_place(telling: World, how: str, place: str) -> None:
    """Below the note, in its thread, and in another channel."""
    notes = telling.home.channel("notes")
    async with telling.bot():
        await decide(telling, place=place, other_channel_id=notes.id)
        await telling.mina.upload(telling.general, hidden(how))
        await telling.diary.until("note")

    expect_hidden(telling)


@pytest.mark.parametrize("how", ["flag", "name"])
async def test_a_forward_hides_what_its_original_hides(telling: World, how: str) -> None:
    """The snapshot of a hidden sound is hidden."""
    posted = await telling.mina.upload(telling.home.channel("other"), hidden(how))
    assert posted.message is not None
    async with telling.bot():
        await answered(telling, await telling.admin.forward(posted.message, telling.general))

    expect_hidden(telling)


@pytest.mark.parametrize("may_attach", [True, False])
async def test_a_long_hidden_text_is_hidden_in_every_message(telling: World, *, may_attach: bool) -> None:
    """As a blurred file behind a hidden beginning; where files may not be, each of its messages hides by itself."""
    telling.openai.ears = Scripted(" ".join(f"{SECRET} {word}" for word in spoken_for(180, "secret").split()))
    if not may_attach:
        telling.general.overwrites[telling.home.id] = (Permission(0), Permission.ATTACH_FILES)
        telling.general.overwrites[telling.mina.user.id] = (Permission.ATTACH_FILES, Permission(0))
    async with telling.bot():
        note = await telling.mina.upload(telling.general, hidden())
        await answered(telling, note)

    assert [file.filename for file in note.files] == (["SPOILER_transcript.txt"] if may_attach else [])
    assert len(note.messages) > 5 or may_attach
    expect_hidden(telling)


async def test_hidden_words_come_hidden_to_one_person(telling: World) -> None:
    """A private answer hides them, and so does what is read back to the same person."""
    async with telling.bot(listen__automatic="false"):
        posted = await telling.admin.upload(telling.general, hidden())
        assert posted.message is not None
        link = f"https://discord.com/channels/{telling.home.id}/{telling.general.id}/{posted.message.id}"
        for _ in range(2):
            asked = await telling.mina.slash("transcribe", telling.general, message=link, private=True)
            await asked.wait(seconds=PATIENCE_S)
            await telling.idle()
        file = await telling.mina.slash("transcribe", telling.general, file=hidden())
        await file.wait(seconds=PATIENCE_S)

    assert "transcribed before" in asked.content
    expect_hidden(telling, words=3)


async def test_hidden_words_are_hidden_while_they_come(telling: World, spoken: Callable[[int], bytes]) -> None:
    """No glimpse of a long sound shows them, in the place of the answer or in a command's."""
    dictation = telling.openai.dictate(after=2)
    async with telling.bot():
        note = await telling.mina.upload(telling.general, Upload("long.ogg", spoken(25), is_spoiler=True))
        await note.wait(lambda seen: "||Vader" in seen.content, seconds=PATIENCE_S)
        dictation.release()
        await note.wait(lambda seen: "gpt-transcribe" in seen.content, seconds=PATIENCE_S)

    assert any(
        "Listening" in text and "Vader" in text for one in telling.discord.requests for text in strings(one.body)
    )
    expect_hidden(telling, words=2)


@pytest.mark.parametrize("first", ["hidden", "open"])
async def test_the_same_sound_again_hides_as_it_is_posted(telling: World, first: str) -> None:
    """A twin that hides is answered behind bars though the first was not; a hidden answer is quoted hidden."""
    sounds = {"hidden": hidden(), "open": Upload("note.ogg", PARK.read_bytes())}
    async with telling.bot(quota__repeat_hours="24"):
        await answered(telling, await telling.mina.upload(telling.general, sounds[first]))
        telling.discord.requests.clear()
        other = next(sound for name, sound in sounds.items() if name != first)
        again = await telling.admin.upload(telling.home.channel("other"), other)
        await again.wait(seconds=PATIENCE_S)
        await telling.diary.until("note", 2)

    assert "transcribed before" in again.content
    assert len(telling.openai.calls) == 1
    expect_hidden(telling)


async def test_a_hidden_answer_is_quoted_hidden_after_a_restart(telling: World) -> None:
    """Who asks anew for a note that was answered reads it behind bars."""
    async with telling.bot():
        note = await telling.mina.upload(telling.general, hidden())
        await answered(telling, note)
    assert note.message is not None
    async with telling.bot():
        asked = await (await telling.admin.menu("Transcribe", note.message)).wait(seconds=PATIENCE_S)

    assert "transcribed before" in asked.content
    expect_hidden(telling, words=2)


async def test_a_sound_hidden_later_is_quoted_hidden(telling: World) -> None:
    """An author who hides a sound after it was answered finds it behind bars when somebody asks anew."""
    async with telling.bot():
        note = await telling.mina.upload(telling.general, Upload("note.ogg", PARK.read_bytes()))
        await answered(telling, note)
        assert note.message is not None
        note.message.files[0].flags = 1 << 3
        telling.discord.requests.clear()
        asked = await (await telling.admin.menu("Transcribe", note.message)).wait(seconds=PATIENCE_S)

    assert "transcribed before" in asked.content
    expect_hidden(telling)


async def test_an_offer_taken_up_hides_the_words(telling: World) -> None:
    """The button under a hidden sound becomes hidden words."""
    async with telling.bot(listen__automatic="false"):
        note = await telling.mina.upload(telling.general, hidden())
        await note.wait(seconds=PATIENCE_S)
        await telling.admin.press(note.messages[0], "Transcribe")
        await telling.diary.until("note")

    expect_hidden(telling)


async def test_more_of_a_hidden_text_is_hidden_and_whole(telling: World) -> None:
    """Text to copy and subtitles are hidden files with every word; another language is hidden too; no log says one."""
    async with telling.bot(log__preview="true"):
        reply = await answered(telling, await telling.mina.upload(telling.general, hidden()))
        more = await (await telling.admin.press(reply, "More")).wait(seconds=PATIENCE_S)
        again = await telling.admin.choose(more.messages[0], "Hear it again in …", "Korean")
        await again.wait(seconds=PATIENCE_S)

    files = {file.filename: file.read().decode() for file in more.files}
    assert list(files) == ["SPOILER_transcript.txt", "SPOILER_subtitles.srt", "SPOILER_subtitles.vtt"]
    assert files["SPOILER_transcript.txt"].strip() == SECRET
    assert SECRET in files["SPOILER_subtitles.srt"]
    assert not NAMES.search(telling.diary.text)
    expect_hidden(telling, words=2)


async def test_a_copy_in_a_block_is_hidden(telling: World) -> None:
    """A short text without bars of its own is shown as a block, behind bars."""
    telling.openai.ears = Scripted("Vader is the father")
    async with telling.bot():
        reply = await answered(telling, await telling.mina.upload(telling.general, hidden()))
        more = await (await telling.admin.press(reply, "More")).wait(seconds=PATIENCE_S)

    assert "||```\nVader is the father\n```||" in more.content
    expect_hidden(telling, words=2)


async def test_a_note_of_an_older_release_is_known_by_its_name(tmp_path: Path) -> None:
    """A database from before knows which of its notes hide, as far as their names said so."""
    path, old = tmp_path / "old.db", Path(make.__file__).parent / "0014.sql"
    with closing(sqlite3.connect(path)) as books:
        books.executescript(old.read_text("utf-8"))
        books.execute("UPDATE note SET filename = 'SPOILER_a.ogg' WHERE key = (SELECT min(key) FROM note)")
        books.commit()
    async with open_database(f"sqlite:///{path}"):
        pass

    with closing(sqlite3.connect(path)) as books:
        hidden = books.execute("SELECT key FROM note WHERE is_spoiler = 1").fetchall()
        first = books.execute("SELECT min(key) FROM note").fetchall()
    assert hidden == first
