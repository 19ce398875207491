"""The inbox: everybody who asked is answered, and then the words are forgotten."""

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot.database import Database, open_database
from bot.notes import Note, Opened
from tests.inbox import ASK, LEASE, NOTE, NOTES, NOW, SLASH, WORDS, another, claimed, finish, opened

pytest_plugins = ["tests.stores"]


async def test_several_people_may_wait_for_one_note(database: Database) -> None:
    """A second wish joins the first; both are answered, oldest first, each in its language and privacy."""
    await opened(database)
    assert await opened(database, NOTE, SLASH) == Opened("open")

    async with database.tx() as tx:
        assert await NOTES.asks(tx, NOTE.key) == (ASK, SLASH)


async def test_a_note_is_done_when_nobody_waits_any_more(database: Database) -> None:
    """While one wish is open the words stay; then they are forgotten and only the ending is known."""
    await opened(database)
    await opened(database, NOTE, SLASH)
    async with database.tx() as tx:
        note = await claimed(tx)
        assert not await NOTES.done(tx, note.key, note.fence)
        await NOTES.heard(tx, note.key, note.fence, 0, 0, 3_000, WORDS)
        await NOTES.conclude(tx, note.key, note.fence, "{}", "Transcript")
        await NOTES.answered(tx, ASK.id)
        assert not await NOTES.done(tx, note.key, note.fence)
        await NOTES.answered(tx, SLASH.id)
        assert await NOTES.done(tx, note.key, note.fence)

        assert await NOTES.pieces(tx, note.key) == ()
        assert await NOTES.asks(tx, note.key) == ()
        done = await NOTES.find(tx, note.key)
    assert done == replace(note, state="done", ending="Transcript", url="")
    assert done.is_answered
    assert not replace(done, ending="Gone").is_answered


async def test_who_asks_for_a_done_note_is_answered_too(database: Database) -> None:
    """A late wish makes a done note claimable once more, until it is answered."""
    await opened(database)
    async with database.tx() as tx:
        await finish(tx, await claimed(tx))
        assert await NOTES.claim(tx, NOTE.key, now_ms=NOW, lease_ms=LEASE) is None
        assert list(await NOTES.waiting(tx, limit=9)) == []
    assert await opened(database, NOTE, SLASH) == Opened("done")
    async with database.tx() as tx:
        assert list(await NOTES.waiting(tx, limit=9)) == [NOTE.key]
        note = await claimed(tx)
        assert note.state == "done"
        assert await NOTES.replies_of(tx, note.key) == [(20, 9_300)]
        await NOTES.answered(tx, SLASH.id)
        assert await NOTES.done(tx, note.key, note.fence)
        assert list(await NOTES.waiting(tx, limit=9)) == []


async def test_a_done_note_can_be_heard_in_another_round(database: Database) -> None:
    """When the old answer can't be quoted the note opens anew, its attempts counted from nothing."""
    await opened(database)
    async with database.tx() as tx:
        await finish(tx, await claimed(tx))
    await opened(database, NOTE, SLASH)
    async with database.tx() as tx:
        note = await claimed(tx)
        assert await NOTES.reopen(tx, note.key, note.fence)
        again = await claimed(tx)
        assert (again.state, again.round, again.attempts, again.ending) == ("open", 2, 1, None)
        assert (again.payer_id, again.request_id, again.door) == (SLASH.member_id, SLASH.id, SLASH.door)
        await finish(tx, again)


async def test_each_delivered_part_is_remembered(database: Database) -> None:
    """A resumed delivery knows which parts stand already, in their order; a part is remembered once."""
    await opened(database)
    async with database.tx() as tx:
        assert await NOTES.sent(tx, ASK.id, 1, 901)
        assert await NOTES.sent(tx, ASK.id, 0, 900)
        assert await NOTES.sent(tx, ASK.id, 0, 999)
        assert [ask.sent for ask in await NOTES.asks(tx, NOTE.key)] == [(900, 901)]
        assert await NOTES.known_replies(tx, 20, [899, 900, 901, 999]) == {900, 901}
        assert await NOTES.known_replies(tx, 21, [900]) == set()
        assert await NOTES.known_replies(tx, 20, []) == set()


async def test_a_message_with_two_notes_is_two_wishes(database: Database) -> None:
    """Where one message asked for several notes each is answered by its key; without one nobody guesses."""
    second, wish = another(1, message_id=300)
    await opened(database)
    await opened(database, second, wish)
    async with database.tx() as tx:
        with pytest.raises(ValueError, match="2 notes"):
            await NOTES.answered(tx, 300)
        with pytest.raises(ValueError, match="0 notes"):
            await NOTES.sent(tx, 12345, 0, 900)
        await NOTES.answered(tx, 300, key=second.key)
        assert await NOTES.asks(tx, second.key) == ()
        assert await NOTES.asks(tx, NOTE.key) == (ASK,)
        assert await NOTES.note_of_message(tx, 300) == [NOTE.key, second.key]


async def test_only_an_answer_everybody_sees_is_quoted(database: Database) -> None:
    """A private answer is nobody else's business."""
    await opened(database, NOTE, SLASH)
    async with database.tx() as tx:
        await NOTES.sent(tx, SLASH.id, 0, 900)
        assert await NOTES.replies_of(tx, NOTE.key) == []
    await opened(database)
    async with database.tx() as tx:
        await NOTES.sent(tx, ASK.id, 1, 902)
        await NOTES.sent(tx, ASK.id, 0, 901)
        assert await NOTES.replies_of(tx, NOTE.key) == [(20, 901)]


async def test_a_deleted_message_takes_its_note_with_it(database: Database) -> None:
    """Words, wishes, address and answers are forgotten, the worker loses it, and the replies are named."""
    second, wish = another(1, message_id=300)
    await opened(database)
    await opened(database, second, wish)
    await opened(database, *another(7))
    async with database.tx() as tx:
        note = await claimed(tx)
        await NOTES.heard(tx, note.key, note.fence, 0, 0, 3_000, WORDS)
        await NOTES.conclude(tx, note.key, note.fence, WORDS, "Transcript")
        await NOTES.sent(tx, 300, 0, 900, key=note.key)
        await NOTES.sent(tx, 300, 0, 901, key=second.key)

        assert sorted(await NOTES.drop(tx, 300)) == [(20, 900), (20, 901)]

        assert not await NOTES.renew(tx, note.key, note.fence, now_ms=NOW, lease_ms=LEASE)
        assert not await NOTES.sent(tx, 300, 1, 902, key=note.key)
        assert await NOTES.pieces(tx, note.key) == ()
        assert list(await NOTES.waiting(tx, limit=9)) == ["507/gpt"]
        gone = [await NOTES.find(tx, key) for key in (note.key, second.key)]
        assert [(it.state, it.ending, it.url, it.gone, it.outcome) for it in gone if it] == [
            ("done", "Transcript", "", True, None),
            ("done", "Gone", "", True, None),
        ]
        assert await NOTES.drop(tx, 300) == []
        assert await NOTES.drop(tx, 12345) == []


async def test_the_token_of_an_answered_wish_is_erased(database: Database) -> None:
    """Whoever reads the database later cannot speak in our name."""
    await opened(database, NOTE, SLASH)
    async with database.tx() as tx:
        await NOTES.answered(tx, SLASH.id)
        assert await tx.all("SELECT state, token FROM ask") == [{"state": "done", "token": None}]


async def test_a_token_discord_no_longer_takes_is_erased(database: Database) -> None:
    """An old interaction's token goes, also when nobody could answer; younger ones stay."""
    await opened(database, NOTE, SLASH)
    async with database.tx() as tx:
        assert await NOTES.forget_tokens(tx, before_ms=SLASH.created_ms) == 0
        assert await NOTES.forget_tokens(tx, before_ms=SLASH.created_ms + 1) == 1
        assert await NOTES.asks(tx, NOTE.key) == (replace(SLASH, token=None),)


def resting(folder: Path) -> list[str]:
    """Which words stand anywhere in the database's files."""
    bytes_ = b"".join(path.read_bytes() for path in sorted(folder.glob("x.db*")))
    return [word for word in WORDS.split() if word.encode() in bytes_]


@pytest.mark.parametrize("seed", range(4))
async def test_forgotten_words_stand_nowhere_in_the_file(tmp_path: Path, seed: int) -> None:
    """With many notes of all lengths in work, those that are done leave no word in any byte of the files."""
    random = Random(seed)  # noqa: S311  # a history that can be replayed
    async with open_database(f"sqlite:///{tmp_path / 'x.db'}") as database:
        pairs = [another(number) for number in range(120)]
        live: list[Note] = []
        seen_any = False
        async with database.tx() as tx:
            for pair in pairs:
                await NOTES.open(tx, *pair)
        for number, (note, _) in enumerate(pairs):
            async with database.tx() as tx:
                ours = await claimed(tx, note.key)
                said = WORDS if number % 3 else "neutral"  # some are still in work at the end
                for piece in range(random.randrange(1, 6)):
                    text = " ".join([said] * int(2 ** random.uniform(0, 9)))
                    await NOTES.heard(tx, ours.key, ours.fence, piece, 0, 1, text)
                await NOTES.conclude(
                    tx, ours.key, ours.fence, " ".join([said] * random.randrange(1, 300)), "Transcript"
                )
            live.append(ours)
            while len(live) > 25 or (number == len(pairs) - 1 and any(int(it.key[:3]) % 3 != 2 for it in live)):
                mortal = [it for it in live if int(it.key[:3]) % 3 != 2] or live
                ended = random.choice(mortal)
                live.remove(ended)
                async with database.tx() as tx:
                    for ask in await NOTES.asks(tx, ended.key):
                        await NOTES.answered(tx, ask.id)
                    assert await NOTES.done(tx, ended.key, ended.fence)
            seen_any = seen_any or bool(resting(tmp_path))
        assert seen_any

        await database.scrub()

        assert resting(tmp_path) == []
        assert live


async def test_a_note_deleted_while_its_answer_is_recorded(database: Database) -> None:
    """Whichever comes first: the deletion hears of the reply, or the reply is taken back by who posted it."""

    async def delete(message_id: int) -> list[tuple[int, int]]:
        async with database.tx() as tx:
            return await NOTES.drop(tx, message_id)

    async def deliver(key: str, ask_id: int) -> bool:
        async with database.tx() as tx:
            return await NOTES.sent(tx, ask_id, 0, 9_000 + ask_id, key=key)

    for number in range(1, 21):
        note, ask = another(number)
        await opened(database, note, ask)
        steps = [delete(note.message_id or 0), deliver(note.key, ask.id)]
        one, two = await asyncio.gather(*(steps if number % 2 else reversed(steps)))
        assert bool(one) == bool(two)
