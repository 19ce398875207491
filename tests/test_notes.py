"""The inbox: what comes in once, and is worked by one."""

import asyncio
from dataclasses import replace

import pytest

from bot.database import Database
from bot.notes import HeardPiece, Note, Opened, statements
from bot.outcome import Transcript, decode, encode
from tests.inbox import ASK, LEASE, NOTE, NOTES, NOW, WORDS, another, claimed, finish, opened
from tests.stores import Crash, doomed

pytest_plugins = ["tests.stores"]


async def test_a_replayed_event_changes_nothing(database: Database) -> None:
    """The gateway may tell of a message twice: there is one note and one wish, as first told."""
    assert await opened(database) == Opened(None)
    assert await opened(database, replace(NOTE, size_bytes=1), replace(ASK, locale="en")) == Opened(
        "open", is_new_ask=False
    )

    async with database.tx() as tx:
        assert await NOTES.find(tx, NOTE.key) == NOTE
        assert await NOTES.asks(tx, NOTE.key) == (ASK,)
        assert await NOTES.find(tx, "nobody's") is None
        assert await NOTES.is_asked(tx, NOTE.key, ASK.id)
        assert not await NOTES.is_asked(tx, NOTE.key, 12345)


async def test_an_event_told_by_many_at_once_is_one_note(database: Database) -> None:
    """Of ten processes that hear of a message, one opens the note."""
    answers = await asyncio.gather(*(opened(database) for _ in range(10)))

    assert sorted(answer.note_state or "" for answer in answers) == [""] + ["open"] * 9


async def test_one_worker_has_a_note(database: Database) -> None:
    """Of ten workers that want a note, one gets it; when its lease ends, another, under a new fence."""
    await opened(database)

    async def claim() -> Note | None:
        async with database.tx() as tx:
            return await NOTES.claim(tx, NOTE.key, now_ms=NOW, lease_ms=LEASE)

    won = [note for note in await asyncio.gather(*(claim() for _ in range(10))) if note]
    assert won == [replace(NOTE, attempts=1, fence=1)]
    async with database.tx() as tx:
        assert await NOTES.claim(tx, NOTE.key, now_ms=NOW + LEASE - 1, lease_ms=LEASE) is None
        assert await claimed(tx, now_ms=NOW + LEASE) == replace(NOTE, attempts=2, fence=2)


async def test_a_lease_can_be_renewed_and_given_back(database: Database) -> None:
    """Long work keeps its note; work put off frees it, and its attempt counts only if it is the note's fault."""
    await opened(database)
    async with database.tx() as tx:
        note = await claimed(tx)
        assert await NOTES.renew(tx, note.key, note.fence, now_ms=NOW + 50_000, lease_ms=LEASE)
        assert await NOTES.claim(tx, note.key, now_ms=NOW + LEASE, lease_ms=LEASE) is None
        await NOTES.release(tx, note.key, note.fence, count_attempt=False)
        note = await claimed(tx)
        assert (note.attempts, note.fence) == (1, 2)
        await NOTES.release(tx, note.key, note.fence, count_attempt=True)
        assert (await claimed(tx)).attempts == 2


async def test_after_a_start_no_lease_is_left(database: Database) -> None:
    """The only process on a database frees what its dead predecessor had."""
    await opened(database)
    async with database.tx() as tx:
        await claimed(tx)
        assert await NOTES.release_all(tx) == 1
        assert await NOTES.release_all(tx) == 0
        assert (await claimed(tx)).fence == 2


async def test_a_worker_that_lost_its_note_can_write_nothing(database: Database) -> None:
    """An old fence neither renews, learns, hears, decides, frees nor ends."""
    await opened(database)
    async with database.tx() as tx:
        old = await claimed(tx)
        new = await claimed(tx, now_ms=NOW + LEASE)

        assert not await NOTES.renew(tx, old.key, old.fence, now_ms=NOW, lease_ms=LEASE * 9)
        assert not await NOTES.learn(tx, old.key, old.fence, length_ms=1, sha256="x")
        assert not await NOTES.heard(tx, old.key, old.fence, 0, 0, 1, WORDS)
        assert not await NOTES.conclude(tx, old.key, old.fence, "{}", "Gone")
        assert not await NOTES.done(tx, old.key, old.fence)
        assert not await NOTES.reopen(tx, old.key, old.fence)
        await NOTES.release(tx, old.key, old.fence, count_attempt=True)

        assert await NOTES.pieces(tx, old.key) == ()
        assert await NOTES.claim(tx, old.key, now_ms=NOW + LEASE, lease_ms=LEASE) is None
        assert await NOTES.find(tx, new.key) == new


async def test_what_the_bytes_told_us_is_kept(database: Database) -> None:
    """Length, hash and the address that worked are learned; what is not said stays as it was."""
    await opened(database)
    async with database.tx() as tx:
        note = await claimed(tx)
        assert await NOTES.learn(tx, note.key, note.fence, length_ms=3_100, sha256="abc")
        assert await NOTES.learn(tx, note.key, note.fence, length_ms=None, sha256=None, url="https://fresh")
        learned = await NOTES.find(tx, note.key)
    assert learned == replace(note, length_ms=3_100, sha256="abc", url="https://fresh")


async def test_pieces_are_heard_in_any_order_and_once(database: Database) -> None:
    """Pieces come back sorted; words heard twice stay the first ones; a decided note hears no more."""
    await opened(database)
    async with database.tx() as tx:
        note = await claimed(tx)
        assert await NOTES.heard(tx, note.key, note.fence, 1, 3_000, 5_000, "second", "ko,en")
        assert await NOTES.heard(tx, note.key, note.fence, 0, 0, 3_000, "first")
        assert await NOTES.heard(tx, note.key, note.fence, 0, 0, 3_000, "again")
        assert await NOTES.pieces(tx, note.key) == (
            HeardPiece(0, 0, 3_000, "", "first"),
            HeardPiece(1, 3_000, 5_000, "ko,en", "second"),
        )
        assert await NOTES.conclude(tx, note.key, note.fence, "{}", "Gone")
        assert not await NOTES.heard(tx, note.key, note.fence, 2, 5_000, 6_000, "late")


async def test_a_decided_outcome_survives_a_restart(database: Database) -> None:
    """Whoever claims a heard note finds what was decided, word by word, and cannot decide anew."""
    outcome = Transcript((), (), 3_000, 3_000, "gpt-transcribe", ("ko",))
    await opened(database)
    async with database.tx() as tx:
        note = await claimed(tx)
        assert await NOTES.conclude(tx, note.key, note.fence, encode(outcome), "Transcript")
        resumed = await claimed(tx, now_ms=NOW + LEASE)
        assert resumed.state == "heard"
        assert resumed.ending == "Transcript"
        assert resumed.outcome is not None
        assert decode(resumed.outcome) == outcome
        assert not await NOTES.conclude(tx, note.key, resumed.fence, "{}", "Gone")


async def test_waiting_notes_come_oldest_first(database: Database) -> None:
    """After a restart the work left is found again, oldest first, as much as wanted."""
    for number in (3, 1, 2):
        await opened(database, *another(number))
    async with database.tx() as tx:
        assert list(await NOTES.waiting(tx, limit=9)) == ["501/gpt", "502/gpt", "503/gpt"]
        assert list(await NOTES.waiting(tx, limit=2)) == ["501/gpt", "502/gpt"]
        await NOTES.conclude(tx, "501/gpt", (await claimed(tx, "501/gpt")).fence, "{}", "Gone")
        assert list(await NOTES.waiting(tx, limit=1)) == ["501/gpt"]


async def test_refusals_are_kept_for_the_admins(database: Database) -> None:
    """A guild sees its own latest refusals, newest first."""
    async with database.tx() as tx:
        for guild_id, at_ms in ((1, 5), (1, 7), (2, 9), (None, 8), (1, 6)):
            await NOTES.refused(
                tx, guild_id=guild_id, member_id=40, at_ms=at_ms, ending="TooMany", detail_json=f'{{"at":{at_ms}}}'
            )
        rows = await NOTES.refusals(tx, 1, limit=2)
    assert rows == [
        {"member_id": 40, "at_ms": 7, "ending": "TooMany", "detail": '{"at":7}'},
        {"member_id": 40, "at_ms": 6, "ending": "TooMany", "detail": '{"at":6}'},
    ]


async def test_the_queue_knows_its_length(database: Database) -> None:
    """Open and undelivered notes are counted, of a guild, of one person, of all: who has many waits longer."""
    for number, guild_id in ((1, 1), (2, 1), (3, 2), (4, None), (5, None)):
        await opened(database, *another(number, guild_id=guild_id))
    async with database.tx() as tx:
        await finish(tx, await claimed(tx, "501/gpt"))
        assert await NOTES.queued(tx) == 4
        assert await NOTES.queued_of(tx, guild_id=1, member_id=40) == (1, 1)
        assert await NOTES.queued_of(tx, guild_id=1, member_id=41) == (1, 0)
        assert await NOTES.queued_of(tx, guild_id=9, member_id=40) == (0, 0)
        assert await NOTES.queued_of(tx, guild_id=None, member_id=40) == (2, 2)
        assert await NOTES.queued_of(tx, guild_id=None, member_id=41) == (0, 0)
        assert await NOTES.backlog(tx, guild_id=None, member_id=40) == 4


async def test_the_rate_counts_wishes_by_member_and_guild(database: Database) -> None:
    """How many answers somebody wished for lately decides whether another is accepted."""
    for number, guild_id in ((1, 1), (2, 1), (3, 2)):
        await opened(database, *another(number, guild_id=guild_id))
    async with database.tx() as tx:
        assert await NOTES.recent(tx, member_id=40, since_ms=NOW) == 3
        assert await NOTES.recent(tx, member_id=40, since_ms=NOW + 2) == 2
        assert await NOTES.recent(tx, member_id=41, since_ms=NOW) == 0
        assert await NOTES.recent(tx, guild_id=1, since_ms=NOW) == 2


@pytest.mark.parametrize("statements", range(1, 7))
async def test_a_crash_while_opening_leaves_no_half_note(database: Database, statements: int) -> None:
    """A note without its wish would never be answered: both are there, or neither."""

    async def open_both() -> None:
        async with doomed(database, statements) as tx:
            for number in (0, 1):
                await NOTES.open(tx, *another(number))

    try:
        await open_both()
    except Crash:
        expected: list[str] = []
    else:
        expected = ["500/gpt", "501/gpt"]
    async with database.tx() as tx:
        assert list(await NOTES.waiting(tx, limit=9)) == expected


async def test_looking_for_what_waits_reads_nothing_that_is_done(database: Database) -> None:
    """Asked every minute by every process, a year of answered notes must not make it slower: no table is read whole."""
    engine = database.engine
    explain = "EXPLAIN " if engine == "postgresql" else "EXPLAIN QUERY PLAN "
    async with database.tx() as tx:
        if engine == "postgresql":
            await tx.execute("SET LOCAL enable_seqscan = off")  # so that a small table does not hide it
        rows = await tx.all(explain + statements.WAITING, limit=10)
    plan = [str(row.get("detail") or row.get("QUERY PLAN")) for row in rows]

    assert any("note_waiting" in step for step in plan), plan
    assert not [step for step in plan if "Seq Scan on note" in step or step in ("SCAN note", "SCAN ask")], plan
