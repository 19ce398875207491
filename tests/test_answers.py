"""What can be pressed under an answer, end to end: buttons outlive restarts, and every press asks anew who may."""

import subprocess
from dataclasses import replace
from pathlib import Path

from bot.audio import ffmpeg_of
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.discord import Message, Permission, Upload
from tests.world.openai import Fault

PARK = SPEECH / "park.ogg"


async def answered(world: World, source: Path | tuple[str, bytes] = PARK) -> Message:
    """Mina's voice message, heard; the reply to it."""
    answer = await world.mina.voice_note(world.general, source)
    await answer.wait()
    return answer.messages[-1]


async def test_more_shows_the_plain_text_and_subtitles_after_a_restart(world: World) -> None:
    """The button of an answer posted before a restart gives one person its words without markdown, and subtitles."""
    async with world.bot():
        reply = await answered(world)
    async with world.bot():
        more = await world.admin.press(reply, "More")
        await more.wait()

    assert more.ephemeral
    assert f"```\n{WORDS}\n```" in more.content
    assert "4 seconds of this server's month (59 minutes 56 seconds left)" in more.content
    assert [file.filename for file in more.files] == ["subtitles.srt", "subtitles.vtt"]
    assert more.files[0].read() == f"1\n00:00:00,000 --> 00:00:03,610\n{WORDS}\n".encode()
    assert world.rows("SELECT count(*) FROM heard") == [(0,)]


async def test_hearing_again_in_another_language_is_paid_once(world: World) -> None:
    """A language chosen under an answer is a bill of its own; the same choice again quotes what was answered."""
    async with world.bot():
        reply = await answered(world)
        more = await (await world.admin.press(reply, "More")).wait()
        again = await (await world.admin.choose(more.messages[0], "Hear it again in …", "Korean")).wait()
        assert WORDS in again.content
        assert not again.ephemeral
        assert world.minutes == (2 * 3610, 0)
        once_more = await (await world.mina.press(reply, "More")).wait()
        quoted = await (await world.mina.choose(once_more.messages[0], "Hear it again in …", "Korean")).wait()

    assert "transcribed before" in quoted.content
    assert [call.params.get("languages[]") for call in world.openai.calls] == [None, ["ko"]]
    assert world.minutes == (2 * 3610, 0)


async def test_a_language_that_is_not_offered_is_no_call(world: World) -> None:
    """A forged language is refused before anything is held, called or said to the provider."""
    async with world.bot():
        reply = await answered(world)
        more = await (await world.admin.press(reply, "More")).wait()
        (select,) = [one for one in more.components if one["type"] == 3]
        for forged in ("xx", "ko\nen", ""):
            refused = await (await world.admin.forge(more.messages[0], select["custom_id"], forged)).wait()
            assert refused.content == "That can't be chosen here. Press More again."

    assert len(world.openai.calls) == 1
    assert world.minutes == (3610, 0)


async def test_a_translation_is_offered_where_a_model_can(world: World) -> None:
    """English is written by the model that can, at its price; without one nobody is offered it."""
    async with world.bot(speech__translator="whisper-1"):
        reply = await answered(world)
        more = await (await world.mina.press(reply, "More")).wait()
        english = await (await world.mina.press(more.messages[0], "Translate into English")).wait()
        assert "· whisper-1 · translated into English" in english.content
        assert [call.into_english for call in world.openai.calls] == [False, True]
        assert world.dollars == (4 * 75 + 4 * 100, 0)
    async with world.bot():
        more = await (await world.mina.press(reply, "More")).wait()

    assert "Translate into English" not in [one.get("label") for one in more.components]


async def test_the_end_of_translation_is_announced_and_kept(world: World) -> None:
    """The host is told of the day once; from it on nobody is offered a translation, whoever had been before."""
    async with world.bot(speech__translator="whisper-1"):
        notice = (await world.diary.until("notice"))[0]
        reply = await answered(world)
        more = await (await world.mina.press(reply, "More")).wait()
    assert "Translations into English end on 2027-02-26" in notice.getMessage()
    world.openai.models["whisper-1"] = replace(world.openai.models["whisper-1"], shutdown_date="2026-11-01")
    async with world.bot(speech__translator="whisper-1"):
        await world.diary.until("notice", 2)
        late = await (await world.mina.press(more.messages[0], "Translate into English")).wait()
        more = await (await world.mina.press(reply, "More")).wait()

    assert "translate" in late.content.lower()
    assert "Translate into English" not in [one.get("label") for one in more.components]
    assert not [call for call in world.openai.calls if call.into_english]


async def test_a_server_that_cannot_translate_says_so(world: World) -> None:
    """Where there is no place to translate at, nobody is sent to look for a wrong address of everything else."""
    world.openai.script(Fault(404, body=b'{"detail": "Not Found"}'), when=lambda call: call.into_english)
    async with world.bot(speech__translator="whisper-1"):
        reply = await answered(world)
        more = await (await world.mina.press(reply, "More")).wait()
        english = await (await world.mina.press(more.messages[0], "Translate into English")).wait()

    assert "does not translate" in english.content


async def test_only_some_may_delete_an_answer(world: World) -> None:
    """Its author, who asked and who manages messages may delete the words; others are told so, whatever they press."""
    jun = world.home.member("Jun")
    keeper = world.home.member("Keeper", permissions=Permission.MANAGE_MESSAGES)
    async with world.bot():
        reply = await answered(world)
        seen = await (await jun.press(reply, "More")).wait()
        assert "Delete this text" not in [one.get("label") for one in seen.components]
        panel = await (await world.mina.press(reply, "More")).wait()
        gone = await (await keeper.press(reply, "More")).wait()
        deleted = await (await keeper.press(gone.messages[0], "Delete this text")).wait()
        await deleted.wait(lambda seen: seen.content == "The text is deleted.")
        assert reply.id not in world.general.messages
        too_late = await (await world.mina.press(panel.messages[0], "Delete this text")).wait()

    assert gone.content == "The text is deleted."
    assert too_late.content
    assert world.rows("SELECT count(*) FROM reply") == [(0,)]


async def test_what_is_readable_of_a_damaged_file_can_be_had(world: World, tmp_path: Path) -> None:
    """A button under the refusal of a damaged file has its readable part heard: paid for, and said to be a part."""
    sound = tmp_path / "sound.flac"
    subprocess.run([str(ffmpeg_of("bundled")), "-v", "error", "-i", str(PARK), str(sound)], check=True)  # noqa: S603, ASYNC221 -- our own file
    content = bytearray(sound.read_bytes())
    for at in range(len(content) // 2, len(content), 20):
        content[at] ^= 0xFF
    async with world.bot():
        posted = await (await world.mina.upload(world.general, ("broken.flac", bytes(content)))).wait()
        refused = posted.content
        assert world.minutes == (0, 0)
        part = await (await world.mina.press(posted.messages[0], "Transcribe what is readable")).wait()

    assert "breaks off after 2 seconds." in refused
    assert part.content.startswith(f"{WORDS}\n-# The file is damaged: what comes after 2 seconds is missing.")
    assert 2_000 <= world.minutes[0] < 3_000


async def test_a_video_says_which_sound_was_taken(world: World, tmp_path: Path) -> None:
    """Of a video with two audio tracks the first is heard, and the answer says so."""
    video = tmp_path / "film.mkv"
    tracks = ("-i", str(PARK), "-map", "0:a", "-map", "0:a", "-c", "copy")
    subprocess.run([str(ffmpeg_of("bundled")), "-v", "error", *tracks, str(video)], check=True)  # noqa: S603, ASYNC221 -- our own file
    async with world.bot():
        answer = await (await world.mina.upload(world.general, Upload("film.mkv", video.read_bytes()))).wait()

    assert answer.content.endswith("-# 0:03 · gpt-transcribe · first of 2 audio tracks")


async def test_a_text_that_may_not_be_deleted_is_not_said_to_be(world: World) -> None:
    """Where Discord refuses to delete a text, whoever wanted it gone is told so, and it still goes with its note."""
    async with world.bot():
        note = await world.mina.voice_note(world.general, PARK)
        await note.wait()
        more = await (await world.mina.press(note.messages[-1], "More")).wait()
        world.discord.fail("DELETE", f"/channels/{world.general.id}/messages/{note.messages[-1].id}", status=403)
        refused = await (await world.mina.press(more.messages[0], "Delete this text")).wait(
            lambda seen: seen.content.startswith("I may not delete")
        )
        assert note.message is not None
        await world.mina.delete(note.message)
        await note.wait(lambda seen: not seen.messages)

    assert "Delete this text" not in str(refused.components)


async def test_a_text_discord_cannot_delete_now_goes_by_and_by(world: World) -> None:
    """While Discord is in trouble the text is said to go later, and goes."""
    async with world.bot():
        reply = await answered(world)
        more = await (await world.mina.press(reply, "More")).wait()
        world.discord.fail("DELETE", f"/channels/{world.general.id}/messages/{reply.id}", status=503, times=15)
        await (await world.mina.press(more.messages[0], "Delete this text")).wait(
            lambda seen: seen.content.startswith("Discord is in trouble"), seconds=PATIENCE_S
        )
        assert world.rows("SELECT reply_id FROM unwanted") == [(reply.id,)]
        assert world.rows("SELECT count(*) FROM reply") == [(0,)]
