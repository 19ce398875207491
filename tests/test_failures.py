"""What can go wrong: the member reads why, the host reads what to mend under the same id, and no minute is charged."""

import re
from collections.abc import Callable

import pytest

from tests.conftest import SPEECH, WORDS, World
from tests.world.discord import Answer, Permission, Upload
from tests.world.discord.events import message_event
from tests.world.openai import Fault

PARK = SPEECH / "park.ogg"


def assert_told(world: World, answer: Answer, member: str, host: str | None) -> None:
    """The member reads `member` and an id; the host reads `host` under that id; nobody has paid with minutes."""
    assert member in answer.content
    ref = re.search(r"ID (\w+)$", answer.content)
    assert ref is not None, answer.content
    lines = [line.getMessage() for line in world.diary.records if getattr(line, "note", None) == ref[1]]
    assert [line for line in lines if host is None or host in line], world.diary.text
    fixes = [line for line in world.diary.of("fix") if line.note == ref[1]]
    assert len(fixes) == (0 if host is None else 1), "what the host can mend is said once"
    assert "No minutes used" in answer.content
    assert world.minutes == (0, 0)


async def failed(world: World, env: dict[str, str], **settings: str) -> Answer:
    """A voice note that nobody hears."""
    async with world.bot({**world.env(speech__attempts="2", **settings), **env}):
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=30)
        await world.diary.until("note")
    return answer


async def test_a_refused_key(world: World) -> None:
    """A wrong API key: tried once, and the host learns where to make a new one; their budget is untouched."""
    answer = await failed(world, {"OPENAI_API_KEY": "sk-proj-this-one-is-revoked"})

    assert_told(world, answer, "refuses this bot's key", "Make a new one where that service gives them")
    assert len(world.openai.calls) == 1
    assert world.dollars == (0, 0)
    assert "sk-proj-this-one-is-revoked" not in world.diary.text


async def test_no_network(world: World, dead_address: str) -> None:
    """A provider that cannot be reached is tried as often as the host says, at no cost."""
    answer = await failed(world, {"OPENAI_BASE_URL": f"{dead_address}/v1"})

    assert_told(world, answer, "can't reach the speech service", "Check the machine's network")
    assert len(world.diary.of("call_started")) == 2
    assert world.dollars == (0, 0)


@pytest.mark.parametrize(
    ("fault", "calls", "member", "host"),
    [
        (Fault(429, "rate_limit_exceeded", retry_after=0), 2, "too much to do", "Lower speech.parallel"),
        (Fault(404, "model_not_found"), 1, "speech model this bot uses is not available", "speech.model"),
        (Fault(500), 2, "a problem of its own", "Nothing to mend in Earshot"),
        (Fault(503, "server_is_overloaded"), 2, "a problem of its own", "Nothing to mend in Earshot"),
        (Fault(400, "invalid_value", message="audio is odd"), 1, "can't read this note", 'audio.convert = "always"'),
        (Fault(400, "unsupported_format"), 2, "can't read this note", 'audio.convert = "always"'),
    ],
    ids=lambda value: value.code or str(value.status) if isinstance(value, Fault) else "",
)
async def test_what_the_provider_refuses(world: World, fault: Fault, calls: int, member: str, host: str) -> None:
    """Each refusal of the provider has its own words; only what may pass is tried again."""
    world.openai.script(fault, forever=True)

    answer = await failed(world, {})

    assert_told(world, answer, member, host)
    assert len(world.openai.calls) == calls


@pytest.mark.parametrize(
    ("name", "data", "member"),
    [
        ("notes.mp3", b"Dear diary, this is no sound at all. " * 50, "can't read this file as sound"),
        ("cut.mp3", b"", "can't read this file as sound"),
        ("cut.m4a", (SPEECH / "report.m4a").read_bytes()[:20_000], "damaged|can't read"),
    ],
)
async def test_what_is_no_sound(world: World, name: str, data: bytes, member: str) -> None:
    """A file that is no sound, or broken, is said so; no call is made."""
    async with world.bot():
        answer = await (await world.mina.upload(world.general, (name, data))).wait(seconds=30)
        await world.diary.until("note")

    assert re.search(member, answer.content)
    assert_told(world, answer, "", None)
    assert not world.openai.calls
    assert world.rows("SELECT ending FROM refusal") == [("Unreadable",)]


async def test_a_sound_that_nobody_can_read(world: World) -> None:
    """A note that the provider refuses and that cannot be converted for another try ends at once, without a crash."""
    decoder = world.folder / "ffmpeg"
    decoder.write_text("#!/bin/sh\necho '[error] invalid data' >&2\nexit 1\n")
    decoder.chmod(0o755)
    world.openai.script(Fault(400, "unsupported_format"), forever=True)

    answer = await failed(world, {}, audio__ffmpeg=str(decoder))

    assert_told(world, answer, "can't read this note", 'audio.convert = "always"')
    assert len(world.openai.calls) == 1
    assert not world.diary.of("broke")


async def test_an_attachment_that_is_gone(world: World) -> None:
    """Bytes that are no longer there, or whose message is gone, end the note; no other place is asked for them."""
    async with world.bot(listen__automatic="false"):
        lost, deleted = [await world.mina.voice_note(world.general, PARK) for _ in range(2)]
        assert lost.message is not None
        assert deleted.message is not None
        world.discord.world.files.pop(lost.message.files[0].id)
        first = await (await world.admin.menu("Transcribe", lost.message)).wait()
        gate = world.discord.hold("GET", f"/channels/{world.general.id}/messages/*")
        world.discord.cdn.fail(status=404)
        second = await world.admin.menu("Transcribe", deleted.message)
        await gate.arrived()
        world.general.messages.pop(deleted.message.id)
        gate.open()
        await second.wait()
        await world.diary.until("note", 2)

    for answer in (first, second):
        assert_told(world, answer, "no longer there", None)
    assert not world.openai.calls


async def test_an_address_that_has_expired_is_asked_for_anew(world: World) -> None:
    """A note that waited longer than its signed address lives is fetched by a fresh one from its message."""
    note = await world.mina.voice_note(world.general, PARK)
    assert note.message is not None
    event = message_event(note.message)
    world.discord.clock.advance(days=2)
    async with world.bot():
        world.discord.gateway.blurt("MESSAGE_CREATE", event)
        await note.wait()

    assert WORDS in note.content
    assert [status for _, _, status in world.discord.cdn.requests] == [404, 200]


@pytest.mark.parametrize("trick", ["redirect", "elsewhere"])
async def test_bytes_come_from_allowed_places_only(world: World, dead_address: str, trick: str) -> None:
    """An attachment that points, or is redirected, to another host is not fetched from there."""
    async with world.bot(listen__automatic="false"):
        note = await world.mina.voice_note(world.general, PARK)
        assert note.message is not None
        if trick == "redirect":
            world.discord.cdn.fail(redirect=f"{world.openai.base_url}/models", times=2)
        else:
            world.discord.cdn.origin = dead_address
        answer = await (await world.admin.menu("Transcribe", note.message)).wait()
        await world.diary.until("note")

    assert_told(world, answer, "no longer there", None)
    assert not world.openai.calls


async def test_no_right_to_answer(world: World) -> None:
    """Where the bot may not write nothing is paid for; the member reads it once in private, the host each right."""
    mute = world.home.channel("mute")
    mute.overwrite(world.discord.bot, deny=Permission.SEND_MESSAGES)
    async with world.bot():
        for _ in range(2):
            await world.mina.voice_note(mute, PARK)
        (told,) = await world.mina.dm().wait_for(lambda seen: seen)
        thread = await world.mina.thread(world.general, "aside")
        world.general.overwrite(world.discord.bot, deny=Permission.SEND_MESSAGES_IN_THREADS)
        await world.mina.voice_note(thread, PARK)
        await world.mina.dm().wait_for(lambda seen: len(seen) == 2)
        heard = await (await world.mina.voice_note(world.general, PARK)).wait()

    ref = re.search(r"ID (\w+)$", told.content)
    assert ref is not None
    assert "Send Messages" in told.content
    assert world.diary.of("fix")[0].note == ref[1]
    assert "Discord refused the reply" in world.diary.of("fix")[0].getMessage()
    assert WORDS in heard.content
    assert len(world.openai.calls) == 1, "only where it may answer"


async def test_a_right_lost_in_work(world: World) -> None:
    """Words that may no longer be posted go to the member in private, with the reason; closed ears are not billed."""
    closed = world.home.member("Jun")
    closed.user.refuses_dms = True
    async with world.bot():
        gate = world.openai.hold()
        note = await world.mina.voice_note(world.general, PARK)
        unheard = await closed.voice_note(world.general, SPEECH / "hotel.ogg")
        await gate.wait_for(2)
        world.general.overwrite(world.discord.bot, deny=Permission.SEND_MESSAGES)
        gate.release()
        told = await world.mina.dm().wait_for(lambda seen: len(seen) == 2)
        ends = await world.diary.until("note", 2)

    assert sorted(line.outcome for line in ends) == ["Transcript", "Undelivered"]
    assert not note.messages
    assert not unheard.messages
    assert "Send Messages" in told[0].content
    assert WORDS in told[1].content
    assert len(world.diary.of("fix")) == 2
    assert [line.getMessage() for line in world.diary.of("undeliverable") if "direct message" in line.getMessage()]


async def test_no_right_to_be_told_of(world: World) -> None:
    """A member who takes no direct messages cannot be told that the bot is mute; the host still is."""
    world.mina.user.refuses_dms = True
    world.general.overwrite(world.discord.bot, deny=Permission.SEND_MESSAGES)
    async with world.bot():
        await world.mina.voice_note(world.general, PARK)
        await world.diary.until("undeliverable")

    assert len(world.diary.of("fix")) == 1
    assert not world.openai.calls


async def test_a_month_that_is_used_up(world: World, spoken: Callable[[int], bytes]) -> None:
    """Over quota by its declared length a note is not even downloaded; one that lies about it is not sent anywhere."""
    async with world.bot(quota__guild_minutes="1", rate__member_per_minute="100"):
        honest = await (await world.mina.voice_note(world.general, ("a.ogg", spoken(61)))).wait()
        assert not world.discord.cdn.requests
        liar = await (await world.mina.voice_note(world.general, ("b.ogg", spoken(61)), seconds=1)).wait()
        await world.diary.until("note")
        private = await (await world.mina.voice_note(world.mina.dm(), ("c.ogg", spoken(61)))).wait()

    for answer in (honest, liar):
        assert_told(world, answer, "This server's month is not enough", None)
        assert "needs 1 minute 1 second" in answer.content
        assert "/usage" in answer.content
    assert_told(world, private, "Your own month is not enough", None)
    assert not world.openai.calls
    assert world.rows("SELECT ending, guild_id FROM refusal") == [
        *[("OverQuota", world.home.id)] * 2,
        ("OverQuota", None),
    ]


async def test_a_budget_that_is_used_up(world: World) -> None:
    """When the host's dollars are spent the member learns whose limit it is, and the host which setting to raise."""
    async with world.bot(quota__host_usd="0.0001"):
        answer = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert_told(world, answer, "budget for all servers", "quota.host_usd leaves")
    assert not world.openai.calls


async def test_no_room_for_another_attempt(world: World) -> None:
    """Attempts beyond the first are paid by the host's budget as well: without room for one it is not made."""
    world.openai.script(Fault(500, paid=True), forever=True)
    async with world.bot(quota__host_usd="0.0005", quota__strangers_percent="100"):
        answer = await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note")

    assert_told(world, answer, "budget for all servers", "quota.host_usd leaves")
    assert len(world.openai.calls) == 1
    assert world.dollars == (300, 0)


async def test_a_note_too_long(world: World, spoken: Callable[[int], bytes]) -> None:
    """Too long by its declared length a note is not downloaded, by its true length not sent; the limit is named."""
    async with world.bot(audio__max_minutes="1"):
        honest = await (await world.mina.voice_note(world.general, ("a.ogg", spoken(61)))).wait()
        assert not world.discord.cdn.requests
        liar = await (await world.mina.voice_note(world.general, ("b.ogg", spoken(61)), seconds=1)).wait()
        await world.diary.until("note")

    for answer in (honest, liar):
        assert_told(world, answer, "too long: it lasts 1 minute 1 second, and 1 minute is the most", None)
    assert not world.openai.calls
    assert world.rows("SELECT ending FROM refusal") == [("TooLong",)] * 2


async def test_a_file_too_big(world: World) -> None:
    """Too big by Discord's word a file is not downloaded; one that grows on the way is dropped at the limit."""
    big = Upload("a.wav", bytes(1_100_000))
    grown = await world.mina.upload(world.general, Upload("b.wav", b"RIFF"))
    assert grown.message is not None
    event = message_event(grown.message)
    async with world.bot(audio__max_megabytes="1"):
        honest = await (await world.mina.upload(world.general, big)).wait()
        assert not world.discord.cdn.requests
        (kept,) = grown.message.files
        kept.data, kept.size = bytes(1_100_000), 1_100_000
        world.discord.gateway.blurt("MESSAGE_CREATE", event)
        await grown.wait()
        await world.diary.until("note")

    assert_told(world, grown, "too big: it has 1.1 MB, and 1 MB is the most", None)
    assert_told(world, honest, "too big: it has 1.1 MB, and 1 MB is the most", None)
    assert world.rows("SELECT ending FROM refusal") == [("TooBig",)] * 2


async def test_too_many_notes(world: World) -> None:
    """Who posts too fast, and a server that does, are told so; nothing of theirs is fetched."""
    jun = world.home.member("Jun")
    async with world.bot(rate__member_per_minute="1", rate__guild_per_minute="2"):
        gate = world.openai.hold()
        await world.mina.voice_note(world.general, PARK)
        await gate.wait_for(1)
        fast = await (await world.mina.voice_note(world.general, PARK)).wait()
        await jun.voice_note(world.general, PARK)
        await gate.wait_for(2)
        crowd = await (await world.admin.voice_note(world.general, PARK)).wait()
        assert "You are sending notes faster" in fast.content
        assert "This server is sending notes faster" in crowd.content
        gate.release()
        await world.diary.until("note", 2)

    assert len(world.openai.calls) == 2
    assert len(world.discord.cdn.requests) == 2


async def test_a_note_that_breaks_the_bot(world: World) -> None:
    """Something nobody foresaw: tried again a few times, then given up, with the traceback under the id people see."""
    async with world.bot(work__attempts="1"):
        await world.write("CREATE TRIGGER odd BEFORE INSERT ON heard BEGIN SELECT RAISE(ABORT, 'a bad sector'); END")
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=30)
        await world.diary.until("note")

    assert_told(world, answer, "could not finish this note", "given up after work.attempts tries")
    (broke,) = world.diary.of("broke")
    assert broke.exc_info
    assert broke.note in answer.content
