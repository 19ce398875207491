"""Complete and not invented, end to end: what a model says is held against what was said."""

from collections.abc import Callable

import pytest

from bot.audio import Piece, Voice
from bot.desk.judging import Judge, Judged, better
from bot.speech import Heard
from tests.choosing import decide
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.openai import Answer, Call, spoken_for

PARK = SPEECH / "park.ogg"
SAID = "The weather is beautiful today, let us go to the park after lunch."
NO_WORDS = "I could hear a voice, but no words came back."
SILENT = "No speech heard"


async def test_an_empty_answer_over_a_clear_voice_is_asked_again(world: World) -> None:
    """A model that wrote nothing of clear speech is asked once more, and those words are the answer."""
    world.openai.script(Answer(""), Answer(SAID))
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert SAID in note.content
    assert len(world.openai.calls) == 2
    assert world.minutes == (3_610, 0)


async def test_a_voice_without_words_is_never_called_silence(world: World) -> None:
    """Who spoke and finds no words is told so, pays nothing, and has a button that hears the note again."""
    world.openai.script(Answer(""), Answer(""))
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        assert NO_WORDS in note.content
        assert SILENT not in note.content
        assert world.minutes == (0, 0)
        again = await world.mina.press(note.messages[0], "Try again")
        await again.wait(lambda seen: WORDS in seen.content)

    assert len(world.openai.calls) == 3
    assert world.minutes == (3_610, 0)


async def test_a_piece_without_words_is_a_gap_with_its_time(world: World, spoken: Callable[[int], bytes]) -> None:
    """Of a long note whose middle came back empty, twice, the answer names from when to when nothing was heard."""
    sizes: list[int] = []

    def is_second(call: Call) -> bool:
        """No two pieces have as many bytes."""
        if len(call.data) not in sizes:
            sizes.append(len(call.data))
        return sizes.index(len(call.data)) == 1

    world.openai.script(Answer(""), when=is_second, forever=True)
    async with world.bot(audio__convert="always"):
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(170)))
        await world.diary.until("note")

    assert "could not be heard]" in note.content
    assert 0 < world.minutes[0] < 170_000


@pytest.mark.parametrize("text", ["I'm sorry. " * 600, "little bit of a " * 400, "네 " * 900, "감사합니다" * 90])
async def test_a_loop_is_asked_again_and_never_passed_on(world: World, text: str) -> None:
    """What nobody can say in the time is asked for once more; if it comes again, no more than one turn is shown."""
    world.openai.script(Answer(text.strip()), forever=True)
    async with world.bot():
        note = await world.mina.voice_note(world.general, PARK)
        await world.diary.until("note")

    assert sum(len(one.content) for one in note.messages) < 300
    assert len(world.openai.calls) == 2
    assert world.minutes[0] < 3_610


async def test_a_recited_vocabulary_is_asked_for_without_it(world: World) -> None:
    """A model that hands back the hints instead of the words is asked again without any hint."""
    async with world.bot():
        await decide(world, world.general, vocabulary=["Earshot", "Mina", "Daehan"])
        world.openai.script(Answer("Earshot, Mina, Daehan."), Answer(SAID))
        note = await world.mina.voice_note(world.general, PARK)
        await note.wait(lambda seen: SAID in seen.content)

    first, second = world.openai.calls
    assert first.params["keywords[]"] == ["Earshot", "Mina", "Daehan"]
    assert not {"keywords[]", "prompt", "languages[]"} & second.params.keys()


async def test_the_fallback_is_asked_for_what_the_first_leaves_out(world: World) -> None:
    """Where a fallback is named it is the other way to ask, and its words are the answer."""
    world.openai.script(Answer(""), when=lambda call: call.model == "gpt-transcribe", forever=True)
    async with world.bot(speech__fallback_model="whisper-1"):
        note = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert WORDS in note.content
    assert [call.model for call in world.openai.calls] == ["gpt-transcribe", "whisper-1"]


async def test_half_the_words_of_a_long_note_are_not_passed_over(world: World, spoken: Callable[[int], bytes]) -> None:
    """Words that cannot be all are delivered, what may be missing is named with its time, and is not billed."""
    cut = spoken_for(10, "cut")
    world.openai.script(Answer(cut), forever=True)
    async with world.bot():
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(25)))
        await note.wait(lambda seen: "some words may be missing" in seen.content, seconds=PATIENCE_S)
        await world.idle()

    assert cut in note.content
    assert "[0:00\u20130:25: some words may be missing]" in note.content
    assert len(world.openai.calls) == 2
    assert 5_000 < world.minutes[0] < 20_000


@pytest.mark.parametrize("text", ["[BANG]", "(phone ringing)", "*coughs* [BLANK_AUDIO]", "♪ la la ♪", "【拍手】"])
async def test_a_sounds_description_is_no_words(world: World, text: str) -> None:
    """What a model writes in brackets about a noise is nothing anybody said, and never the answer."""
    world.openai.script(Answer(text), Answer(SAID))
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert SAID in note.content
    assert text not in note.content


async def test_a_farewell_behind_the_words_is_taken_off(world: World) -> None:
    """What films end with, behind words that are all there was, is not shown; said aloud it stands."""
    world.openai.script(Answer(f"{SAID} Thanks for watching, please subscribe!"))
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert SAID in note.content
    assert "subscribe" not in note.content
    assert len(world.openai.calls) == 1


async def test_what_calls_cost_stays_within_bounds(world: World) -> None:
    """A model that never writes a word costs the host two calls a note, and no more."""
    world.openai.script(Answer(""), forever=True)
    async with world.bot():
        for number in range(3):
            note = await world.mina.voice_note(world.general, (f"{number}.ogg", PARK.read_bytes()))
            await note.wait(lambda seen: NO_WORDS in seen.content)

    assert len(world.openai.calls) == 6
    assert world.minutes == (0, 0)


async def test_what_is_missing_is_logged_without_a_word(world: World, spoken: Callable[[int], bytes]) -> None:
    """The host reads how much of a piece came, in percent and at each try, and never what was said."""
    cut = spoken_for(10, "cut")
    world.openai.script(Answer(cut), forever=True)
    async with world.bot():
        await world.mina.voice_note(world.general, ("long.ogg", spoken(25)))
        (asked,), (missing,) = await world.diary.until("asked_again"), await world.diary.until("incomplete")

    assert "% of what is spoken came" in asked.getMessage()
    assert "% of what is spoken came" in missing.getMessage()
    assert cut.split()[3] not in world.diary.text


def voice(said: int, *, seconds: float = 4.0, is_clear: bool = True) -> Voice:
    """A sound in which so many syllables were heard."""
    ms = int(seconds * 1_000)
    nuclei = tuple(range(100, ms - 100, max(1, (ms - 200) // max(said, 1))))[:said]
    clear_ms = ms if is_clear else 0
    return Voice(length_ms=ms, sounding_ms=ms, clear_ms=clear_ms, spans=((0, ms),) if said else (), nuclei=nuclei)


async def judged(text: str, sound: Voice, *tries: str) -> Judged:
    """What is made of an answer to that sound, and of those that come when it is asked again."""
    piece = Piece(0, 0, sound.length_ms, SPEECH / "park.ogg", "a.ogg", "audio/ogg")
    judge = Judge(piece, (), "REF", known=sound)
    found = await judge.judge(Heard(text))
    for again in tries:
        found = found if found.is_whole else better(found, await judge.judge(Heard(again)))
    return found


CHANTS = [
    ("No no no no no no no no.", 8, 3.0),
    ("谢谢谢谢谢谢谢谢", 8, 3.0),
    ("祝你生日快乐 祝你生日快乐 祝你生日快乐 祝你生日快乐", 24, 10.0),
    ("나무아미타불 나무아미타불 나무아미타불 나무아미타불 나무아미타불 나무아미타불", 36, 12.0),
    ("하하하하하하하하하하", 10, 3.0),
    ("0 1 0, 4 4 4 4, 4 4 4 4", 11, 5.0),
]


@pytest.mark.parametrize(("text", "said", "seconds"), CHANTS, ids=[text[:12] for text, *_ in CHANTS])
async def test_who_chants_is_believed_when_heard_so_twice(text: str, said: int, seconds: float) -> None:
    """Songs, prayers, laughter, numbers go round in circles: what was uttered so often, and comes again, stands."""
    found = await judged(text, voice(said, seconds=seconds), text)

    assert (found.text, found.is_whole) == (text, True)


async def test_a_loop_in_place_of_the_words_gives_way_to_them() -> None:
    """As many syllables as were uttered, but a loop: the words that come at the second question are the answer."""
    found = await judged("I'm sorry. " * 9, voice(27, seconds=8.0), f"{SAID} {SAID}")

    assert found.text == f"{SAID} {SAID}"


@pytest.mark.parametrize(
    ("text", "said", "seconds"), [("4 8 2 1, 9 0 7, 3 5 5", 10, 9.0), ("Thank you.", 3, 3.5), ("네 네", 2, 1.0)]
)
async def test_what_is_said_slowly_is_believed(text: str, said: int, seconds: float) -> None:
    """Dictated figures and drawn-out thanks are no inventions."""
    assert (await judged(text, voice(said, seconds=seconds))).text == text


async def test_songs_between_notes_keep_their_words() -> None:
    """Models put notes around what is sung: the words stand without them."""
    found = await judged("♪ Happy birthday to you, happy birthday to you ♪", voice(12, seconds=8.0))

    assert found.text == "Happy birthday to you, happy birthday to you"


async def test_no_loop_hides_behind_another() -> None:
    """Of several loops one after the other each is taken out."""
    found = await judged("I'm sorry. " * 100 + "Let us go on. " * 60, voice(17))

    assert len(found.text) < 60
    assert not found.is_whole


@pytest.mark.parametrize("text", ["(upbeat music) Thanks for watching!", "[Applause] Thank you.", "Sara lara lara."])
async def test_nobody_says_a_word_where_no_voice_is(text: str) -> None:
    """Over a sound without any voice nothing is believed that asks for a look, whatever stands around it."""
    assert (await judged(text, voice(0, seconds=8.0, is_clear=False))).text == ""


async def test_a_farewell_at_the_end_of_a_talk_stands() -> None:
    """Who takes leave of an audience after a long talk, and is silent for a while, has said it."""
    talk = f"{spoken_for(40, 'talk')}. Thank you for watching."
    sound = voice(150, seconds=42.0)

    assert (await judged(talk, sound)).text == talk
