"""Texts of any length: nothing lost, nothing torn, whatever script or sign they are made of."""

from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outcome import Gap, Scope, Segment, Transcript
from bot.reply import Reply, escape, glimpse_text, panel, plain, readable, render, retimed, split, spoken, unescape
from bot.reply.split import is_boundary
from bot.signs import letters
from bot.words import Words
from tests.choosing import decide
from tests.conftest import SPEECH, World
from tests.test_reply_text import WILD, acts
from tests.world.discord import Answer, Permission, Room
from tests.world.openai import Scripted

EN = Words("en")
LONG = " ".join(f"Sentence {n} of a talk about `code`, *stars* and <@{n}>." for n in range(1, 700))[:30_000].strip()
ANY = st.text(max_size=120) | st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
TALK = st.lists(
    ANY | st.sampled_from(["a" * 90, "한국어예요. ", "🇰🇷👩‍👩‍👧", "```x```", "https://a.example/b "]), max_size=60
).map(" ".join)
CHEAP = settings(max_examples=60, deadline=None)


def glimpse(text: str) -> Reply:
    """What is shown of a text amid its coming."""
    return glimpse_text(text, EN, heard_ms=1, length_ms=2, left_ms=None)


def transcript(*texts: str) -> Transcript:
    """Segments of ten seconds each, with these words."""
    segments = tuple(Segment(10_000 * n, 10_000 * (n + 1), text) for n, text in enumerate(texts))
    return Transcript(segments, (), 10_000 * len(texts), 10_000 * len(texts), "gpt-transcribe")


@CHEAP
@given(TALK)
def test_any_text_comes_back_whole(text: str) -> None:
    """Whatever is said stands in the messages, sign for sign but for blanks where one message ends."""
    whole = readable(text)
    reply = render(transcript(text), EN, ref="X", may_attach=False)
    stripped = [part.strip() for part in reply.parts]  # as Discord does

    assert all(len(part.encode("utf-16-le")) // 2 <= 2000 for part in reply.parts)
    if any(letters(sign) for sign in whole):
        assert plain(stripped).split() == whole.split()


@CHEAP
@given(WILD, st.integers(1, 40))
def test_no_part_of_an_answer_acts(text: str, times: int) -> None:
    """Wherever a text is cut, nothing in any message pings, formats as a command, links or breaks out of its line."""
    said = transcript(*[text] * times)
    for reply in (render(said, EN, ref="X", may_attach=False), render(said, EN, ref="X"), glimpse(text * times)):
        lines = [part.split("\n") for part in reply.parts]
        ours = [line for part in lines for line in part if line.startswith("-# ")]
        theirs = ["\n".join(line for line in part if not line.startswith("-# ")) for part in lines]
        assert [found for part in theirs for found in acts(part)] == []
        assert not any(acts(line.removeprefix("-# ")) for line in ours)
        assert len(ours) == 1 + bool(reply.files)


@CHEAP
@given(WILD)
def test_nothing_breaks_out_of_the_code_block(text: str) -> None:
    """What More shows to copy stands between its two fences, or in a file: no sign of it closes the block."""
    shown = panel(EN, text=readable(text), timing=None, cost=(Scope.GUILD, 4_000, 60_000)).parts[0]

    assert shown.count("```") in (0, 2)


@CHEAP
@given(TALK)
def test_escaping_is_undone_exactly(text: str) -> None:
    """What is escaped for Discord can be read back as it was."""
    whole = readable(text)

    assert unescape(escape(whole)) == whole


@CHEAP
@given(TALK, st.integers(20, 400))
def test_no_visible_sign_is_torn(text: str, limit: int) -> None:
    """Parts joined are the text, and every cut lies between two visible signs."""
    parts = split(text, limit)
    cuts = [len("".join(parts[: n + 1])) for n in range(len(parts) - 1)]

    assert "".join(parts) == text
    assert all(is_boundary(text, cut) for cut in cuts)


@CHEAP
@given(TALK, st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_glimpse_fits_into_a_message(text: str, heard_ms: int, left_ms: int) -> None:
    """However long the words are that came so far, their end fits, and does nothing that a reply would not do."""
    shown = glimpse_text(text, EN, heard_ms=heard_ms, length_ms=10**7, left_ms=left_ms).parts

    assert len(shown) == 1
    assert len(shown[0].encode("utf-16-le")) // 2 <= 2000


@CHEAP
@given(st.lists(st.text("abc 가나. \n", min_size=1, max_size=30).filter(letters), min_size=1, max_size=6))
def test_subtitles_are_made_of_words_read_back(texts: list[str]) -> None:
    """Times kept without words, and words read back from Discord, make the subtitles the segments would have made."""
    said = transcript(*texts)
    reply = render(said, EN, ref="X", may_attach=False)
    again = retimed(plain(part.strip() for part in reply.parts), said.timing)

    assert [(one.start_ms, one.end_ms) for one in again] == [(one.start_ms, one.end_ms) for one in said.segments]
    assert [letters(one.text) for one in again] == [letters(one.text) for one in said.segments]


def test_a_gap_belongs_to_no_subtitle() -> None:
    """Where nobody could hear, the subtitles have a hole, and the words around it keep their times."""
    said = Transcript((Segment(0, 5_000, "Before it."), Segment(9_000, 12_000, "After it.")), (Gap(5_000, 9_000),), 12_000, 8_000, "m")  # fmt: skip  # noqa: E501 -- one row of values
    text = spoken(said, EN)

    assert text == "Before it. [0:05–0:09: could not be heard] After it."  # noqa: RUF001 -- a dash is meant
    assert retimed(text, said.timing) == said.segments


def test_the_panel_holds_all_words() -> None:
    """What More shows has every word: in a code block that cannot be broken out of, else in a file."""
    for text, is_file in (("short", False), ("a ``` fence", True), (LONG, True)):
        shown = panel(EN, text=text, timing=None, cost=(Scope.GUILD, 4_000, 60_000))
        held = shown.files[0].data.decode() if is_file else shown.parts[0]
        assert text in held
        assert len(shown.parts[0]) <= 2000


async def test_thirty_thousand_characters_arrive_whole_in_each_mode(world: World) -> None:
    """A long talk arrives whole below its note, in its thread, in another channel and for one person alone."""
    world.openai.ears = Scripted(LONG)
    other = world.home.channel("words")
    async with world.bot():
        world.discord.rates.off()
        for place in ("reply", "thread", "channel"):
            await decide(world, place=place, other_channel_id=other.id)
            elsewhere = other if place == "channel" else None
            note = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
            await note.wait(partial(texts, elsewhere=elsewhere), seconds=60)
            assert texts(note, elsewhere) == [LONG + "\n"], place
        await decide(world, place="private")
        offered = await (await world.mina.voice_note(world.general, SPEECH / "park.ogg")).wait()
        tapped = await world.mina.press(offered.messages[0], "Show me the words")
        asked = await world.mina.slash("transcribe", world.general, file=SPEECH / "hotel.ogg", private=True)
        for alone in (tapped, asked):
            await alone.wait(lambda seen: seen.files, seconds=60)

    assert len(LONG) == 30_000
    for alone in (tapped, asked):
        assert alone.ephemeral
        assert texts(alone, None) == [LONG + "\n"]


async def test_thirty_thousand_characters_arrive_whole_without_files(world: World) -> None:
    """Where no files may be attached, a long talk comes in as many messages as it takes."""
    world.openai.ears = Scripted(LONG)
    world.general.overwrite(world.discord.bot, deny=Permission.ATTACH_FILES)
    async with world.bot():
        world.discord.rates.off()
        note = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        await note.wait(lambda seen: "gpt-transcribe" in seen.content, seconds=60)

    assert not note.files
    assert plain(message.content for message in note.messages) == LONG


def texts(answer: Answer, elsewhere: Room | None) -> list[str]:
    """What the files say that an answer, or another channel, holds."""
    messages = answer.messages if elsewhere is None else elsewhere.messages.values()
    return [file.read().decode() for message in messages for file in message.files]
