"""A Discord that fails (group 3): over REST, at its CDN, at its gateway. Every note has one answer all the same."""

from collections.abc import Callable
from typing import Any

from tests.chaos.conftest import LENGTH_MS, NOTE, Crowd, Solo, Stopwatch, record
from tests.chaos.invariants import assert_answered_once
from tests.chaos.settings import dice, sized
from tests.conftest import WORDS, World
from tests.world.discord import Discord, Message
from tests.world.discord.events import message_event
from tests.world.discord.rates import LIMITS as RATES

POST = ("POST", "/channels/*/messages")
PASSING: dict[str, dict[str, Any]] = {
    "429 of a shared limit": {"retry_after": 0.3},
    "429 of the global limit": {"retry_after": 0.3, "is_global": True},
    "500": {"status": 500},
    "502": {"status": 502},
    "503": {"status": 503},
    "a reset before anything happened": {"drop": True},
    "a reset after the message was posted": {"drop": True, "after": True},
}
MALFORMED: tuple[tuple[str, Any], ...] = (
    ("MESSAGE_CREATE", {"id": "not a number"}),
    ("MESSAGE_CREATE", {}),
    ("GUILD_CREATE", {"id": None}),
    ("INTERACTION_CREATE", {"type": 2}),
    ("MESSAGE_DELETE", {"channel_id": "1"}),
)


async def test_answers_that_cannot_be_posted_yet(world: World, crowd: Crowd, solo: Solo) -> None:
    """Limits, errors, resets and hangs while answers are posted: each stands once in the end."""
    count, watch = sized(20, 2), Stopwatch()
    await solo.start()
    for fault in PASSING.values():
        world.discord.fail(*POST, times=count, **fault)
        await crowd.post(count)
        await crowd.until()
    world.discord.forget_nonces()
    gate = world.discord.hold(*POST)
    await crowd.post(count)
    await gate.arrived(count, 60)
    gate.open()
    await crowd.until()
    books = await solo.books()

    assert_answered_once(crowd.answers, count * (len(PASSING) + 1))
    assert books.billed_ms == len(crowd.answers) * LENGTH_MS
    assert books.calls == len(crowd.answers), "nobody is heard twice because Discord is in trouble"
    record(
        "3 Discord",
        f"an answer's POST meets {', '.join(PASSING)}, a hang",
        f"{count} times each, in {watch.s:.0f} s",
        "each answer stands once; no second call",
    )


async def test_discord_s_own_limits(world: World, crowd: Crowd, solo: Solo) -> None:
    """With Discord's limits per channel switched on a burst is answered late, but whole, and hardly meets a 429."""
    count = sized(200, 20)
    world.discord.rates.limits.update(RATES)
    crowd.rooms = crowd.rooms[:5]
    await solo.start()
    await crowd.post(count)
    await crowd.until()
    await solo.books()

    assert_answered_once(crowd.answers, count)
    limited = len(world.discord.rates.limited)
    assert limited <= len(crowd.rooms)
    record("3 Discord", "429 of routes", f"{count} notes at once in 5 channels", f"all answered; {limited} times 429")


async def test_channels_that_are_closed(world: World, crowd: Crowd, solo: Solo) -> None:
    """No right to post, or no channel: the answer comes as a direct message. A note that is gone: its words go too."""
    count = sized(10, 2)
    forbidden, gone, deleted, fine = crowd.rooms[:4]
    await solo.start()
    world.discord.fail("POST", f"/channels/{forbidden.id}/messages", times=10_000, status=403, code=50013)
    world.discord.fail("POST", f"/channels/{gone.id}/messages", times=10_000, status=404, code=10003)
    crowd.rooms = [forbidden]
    told = await crowd.post(count)
    crowd.rooms = [gone]
    lost = await crowd.post(count)
    gate = world.openai.hold()
    crowd.rooms = [deleted]
    withdrawn = await crowd.post(count)
    for person, answer in zip(crowd.people * count, crowd.answers, strict=False):
        if answer in withdrawn and answer.message is not None:
            await person.delete(answer.message)
    gate.release()
    crowd.rooms = [fine]
    read = await crowd.post(count)
    bell = world.discord.clock.bell

    def letters() -> list[Message]:
        return [
            letter for person in crowd.people for letter in person.dm().messages.values() if WORDS in letter.content
        ]

    await bell.until(lambda: len(letters()) >= 2 * count and all(answer.messages for answer in read), 120)
    books = await solo.books()

    assert len(letters()) == len(told) + len(lost) == 2 * count
    assert not any(answer.messages for answer in (*told, *lost, *withdrawn))
    assert_answered_once(read, count)
    assert books.bills <= 4 * count
    record(
        "3 Discord",
        "403, 404, a deleted note",
        f"{count} notes each",
        "words in a direct message where we may not post, or the channel is gone; nowhere where the note is gone",
    )


async def test_bytes_that_do_not_come(world: World, crowd: Crowd, solo: Solo) -> None:
    """A CDN that answers 500, stops half way, drips or knows an address no more: the note is fetched again."""
    count = sized(10, 2)
    await solo.start()
    for fault in ({"status": 500}, {"status": 503}, {"cut_after": 500}, {"status": 404}, {"pause_s": 0.5}):
        # A fresh address is asked for once: one that is unknown as well means that the file is gone.
        world.discord.cdn.fail(times=1 if fault.get("status") == 404 else count, **fault)
        await crowd.post(count)
        await crowd.until()
    books = await solo.books()

    assert_answered_once(crowd.answers, 5 * count)
    assert books.billed_ms == 5 * count * LENGTH_MS
    record("3 Discord", "the CDN: 500, 503, a cut, 404, drips", f"{count} notes each", "all fetched again and heard")


async def _replay(discord: Discord, crowd: Crowd) -> None:
    """The latest messages, told once more."""
    for answer in crowd.answers[-3:]:
        if answer.message is not None:
            discord.gateway.blurt("MESSAGE_CREATE", message_event(answer.message))


async def test_a_gateway_that_breaks(world: World, crowd: Crowd, solo: Solo) -> None:
    """Drops, resumes, lost sessions, repeated and malformed events between notes: each note is answered once."""
    rounds, chance, watch = sized(60, 6), dice("gateway"), Stopwatch()
    discord = world.discord
    acts: dict[str, Callable[[], Any]] = {
        "a drop": discord.drop_gateway,
        "a cut line": lambda: discord.drop_gateway(None),
        "a lost session": lambda: discord.drop_gateway(forget=True),
        "op 7": discord.reconnect,
        "op 9, resumable": lambda: discord.invalidate(resumable=True),
        "op 9": discord.invalidate,
        "a malformed event": lambda: _blurt(discord, *chance.choice(MALFORMED)),
        "repeated events": lambda: _replay(discord, crowd),
    }
    order = (list(acts) * rounds)[: max(rounds, len(acts))]
    chance.shuffle(order)
    await solo.start()
    await crowd.mark()
    for act in order:
        await crowd.post(3)
        await acts[act]()
        await crowd.post(3)
        await discord.ready(seconds=60)
    await crowd.until()
    books = await solo.books()

    assert_answered_once(crowd.answers, len(crowd.rooms) + 6 * len(order))
    assert books.billed_ms == len(crowd.answers) * LENGTH_MS
    record(
        "3 Discord",
        f"the gateway: {', '.join(acts)}",
        f"{len(order)} of them in chance order, 6 notes around each, in {watch.s:.0f} s",
        "every note answered once, those posted while nobody was connected too",
    )


async def _blurt(discord: Discord, name: str, body: Any) -> None:
    discord.gateway.blurt(name, body)


async def test_one_note_told_a_hundred_times(world: World, crowd: Crowd, solo: Solo) -> None:
    """An event that Discord repeats without end is one note."""
    count = sized(100, 20)
    await solo.start()
    crowd.answers.append(await crowd.people[0].voice_note(crowd.rooms[0], NOTE))
    for _ in range(count):
        await _replay(world.discord, crowd)
    await crowd.until()
    await crowd.post(1)  # whatever came before it has been taken by now
    await crowd.until()
    books = await solo.books()

    assert_answered_once(crowd.answers, 2)
    assert books.bills == 2
    record("3 Discord", "the same MESSAGE_CREATE", f"{count} times", "one note, one answer, one bill")
