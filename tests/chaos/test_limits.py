"""Limits under fire (group 6): races for what is left, a limit that sinks, a host whose money ends."""

from collections import Counter
from collections.abc import Callable

from tests.chaos.conftest import LENGTH_MS, Crowd, Solo, record
from tests.chaos.invariants import PRICE_USD_MICROS, assert_answered_once, assert_sound
from tests.chaos.settings import sized
from tests.conftest import WORDS, World
from tests.world.fleet import Fleet

pytest_plugins = ["tests.stores"]

MINUTE_MS = 60_000
RACERS, PLACES = 64, 10


async def test_many_race_for_the_last_minutes(
    world: World, crowd: Crowd, fleet: Fleet, url: str, spoken: Callable[[int], bytes]
) -> None:
    """64 notes of a minute that claim a second, three workers, ten minutes left: ten are heard, 54 are told why not."""
    for name in ("gateway", "worker-0", "worker-1", "worker-2"):
        await fleet.start(name, name.partition("-")[0], EARSHOT_QUOTA__GUILD_MINUTES=str(PLACES))
    sound = ("a.ogg", spoken(60))
    for number in range(RACERS):
        person, room = crowd.people[number % len(crowd.people)], crowd.rooms[number % len(crowd.rooms)]
        crowd.answers.append(await person.voice_note(room, sound, seconds=1))
    await crowd.until()
    codes = await fleet.stop()
    books = await assert_sound(url, world.openai)
    told = Counter(WORDS in answer.content for answer in crowd.answers)

    assert set(codes.values()) == {0}
    assert_answered_once(crowd.answers, RACERS)
    assert told == {True: PLACES, False: RACERS - PLACES}
    assert (books.billed_ms, books.calls) == (PLACES * MINUTE_MS, PLACES)
    record(
        "6 Limits",
        f"{RACERS} notes race for {PLACES} minutes",
        "3 workers over PostgreSQL, each note claims a second",
        f"{PLACES} heard, {RACERS - PLACES} told why not, not one call too many",
    )


async def test_a_limit_that_sinks(world: World, crowd: Crowd, solo: Solo, spoken: Callable[[int], bytes]) -> None:
    """A limit lowered below what is in work: what was held is finished and billed, the next note is refused."""
    count = sized(20, 4)
    sound = ("a.ogg", spoken(60))
    await solo.start()
    gate = world.openai.hold()
    for number in range(count):
        crowd.answers.append(await crowd.people[number % 10].voice_note(crowd.rooms[number], sound))
    await gate.wait_for(count)
    said = await world.admin.slash("quota set", world.general, minutes=1)
    await said.wait(seconds=60)
    gate.release()
    await crowd.until()
    refused = await (await world.mina.voice_note(world.general, sound)).wait(seconds=60)
    books = await solo.books(lowered=True)

    assert_answered_once([*crowd.answers, refused], count + 1)
    assert all(WORDS in answer.content for answer in crowd.answers)
    assert "not enough" in refused.content
    assert books.billed_ms == count * MINUTE_MS
    record(
        "6 Limits",
        "a limit lowered while notes are in work",
        f"{count} notes of a minute, then 1 minute a month",
        "what was held is finished and billed, the next note refused",
    )


async def test_the_host_s_money_ends(world: World, crowd: Crowd, solo: Solo) -> None:
    """The host's dollars end in the middle of a burst: not one call is started that they do not cover."""
    count, covered = sized(200, 20), sized(50, 5)
    seconds = -(-LENGTH_MS // 1000)
    usd_micros = covered * (seconds * PRICE_USD_MICROS // 60)
    await solo.start(quota__host_usd=f"{usd_micros / 1e6:.6f}", quota__strangers_percent="100")
    gate = world.openai.hold()
    await crowd.post(count)
    await gate.wait_for(min(covered, 20))
    gate.release()
    await crowd.until()
    books = await solo.books()
    heard = sum(WORDS in answer.content for answer in crowd.answers)

    assert_answered_once(crowd.answers, count)
    assert books.spent_usd_micros <= usd_micros
    assert heard == books.bills == len(world.openai.calls) == covered
    record(
        "6 Limits",
        "the host's month ends in a burst",
        f"{count} notes, money for {covered}",
        f"{heard} heard, {count - heard} told why not; {books.spent_usd_micros} of {usd_micros} micro-dollars spent",
    )
