"""No invented words, end to end: a provider that makes sentences up, and what of them reaches the channel."""

import subprocess

import pytest

from tests.conftest import SPEECH, World
from tests.test_audio_voice import FFMPEG, NOBODY
from tests.world.openai import Answer, Scripted
from tests.world.openai.script import INVENTED

THANKS = SPEECH / "thanks.ogg"
NOTHING = "No speech heard"


def recorded(world: World, name: str, seconds: int = 4) -> bytes:
    """A voice message of a sound in which nobody speaks, as Discord's clients encode it."""
    path = world.folder / f"{name}.ogg"
    source = ("-f", "lavfi", "-i", NOBODY[name], "-t", str(seconds))
    shape = ("-ac", "1", "-ar", "48000", "-c:a", "libopus", "-b:a", "32k")
    subprocess.run([FFMPEG, "-v", "error", *source, *shape, str(path)], check=True)  # noqa: S603 - our own words
    return path.read_bytes()


@pytest.mark.parametrize("convert", ["when-needed", pytest.param("always", marks=pytest.mark.long)])
async def test_nothing_invented_reaches_the_channel(world: World, convert: str) -> None:
    """Over silence, noise and music "Thank you for watching" is not passed on and costs the server nothing."""
    world.openai.ears = Scripted(INVENTED["en"])
    sounds = {name: recorded(world, name) for name in ("wind", "rain", "piano", "drums")}
    sounds["silence"] = (SPEECH / "silence.ogg").read_bytes()
    async with world.bot(audio__convert=convert):
        world.discord.rates.off()
        notes = {
            name: await world.mina.voice_note(world.general, (f"{name}.ogg", data)) for name, data in sounds.items()
        }
        for note in notes.values():
            await note.wait()

    assert {note.content.split("\n")[0] for note in notes.values()} == {"No speech heard in this note."}
    assert world.minutes == (0, 0)
    assert 1 < len(world.openai.paid) < len(sounds), "the gate lets some of them through, and the host pays for those"
    assert len(world.diary.of("invented")) == len(world.openai.paid)
    assert INVENTED["en"].rstrip("!") not in world.diary.text


async def test_no_invented_word_is_shown_while_it_comes(world: World) -> None:
    """Over half a minute of rain, whose words stream in one by one, the farewell stands in no reply at any time."""
    world.openai.ears = Scripted(INVENTED["en"])
    said: list[str] = []
    world.discord.world.listeners.append(lambda event: said.append(str(event.body.get("content"))))
    async with world.bot():
        note = await world.mina.voice_note(world.general, ("rain.ogg", recorded(world, "rain", seconds=30)))
        await note.wait(lambda seen: NOTHING in seen.content)

    assert len(world.openai.paid) == 1
    assert not [content for content in said if "Thank" in content]
    assert world.minutes == (0, 0)


async def test_a_real_thank_you_reaches_the_channel(world: World) -> None:
    """Who says "Thank you for watching" aloud reads just that, and the server pays for it."""
    world.openai.ears = Scripted(INVENTED["en"])
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, THANKS)).wait()

    assert INVENTED["en"] in note.content
    assert world.minutes[0] > 0


async def test_inventions_of_other_languages_and_empty_answers_are_silence(world: World) -> None:
    """Korean sign-offs, mere dots and empty answers over the sound of rain are all shown as "no speech heard"."""
    answers = [INVENTED["ko"], "MBC 뉴스 이덕영입니다.", INVENTED["ja"], "…", ""]
    world.openai.script(*(Answer(text) for text in answers))
    rain = recorded(world, "rain")
    async with world.bot():
        world.discord.rates.off()
        for number in range(len(answers)):
            note = await world.mina.voice_note(world.general, (f"{number}.ogg", rain))
            assert NOTHING in (await note.wait()).content

    assert len(world.openai.paid) == len(answers)
    assert world.minutes == (0, 0)
