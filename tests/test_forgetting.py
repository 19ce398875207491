"""How rows leave the inbox and names leave the books, on both engines."""

from bot.database import Database
from bot.ledger import Ledger, unname_accounts, unname_charges
from bot.notes import Forgetting, People
from bot.outcome import Scope
from bot.quota import Leg
from tests.inbox import ASK, NOTE, NOTES, NOW, another, claimed, finish, opened

pytest_plugins = ["tests.stores"]

DAY_MS = 24 * 3_600_000
FORGETTING = Forgetting()
PEOPLE = People()


async def paid(database: Database, charge: str) -> None:
    """A settled charge on one person's own month."""
    ledger = Ledger()
    leg = Leg(Scope.PERSONAL, "personal:40", "2026-11", money=False, limit=60_000, amount=3_000, resets_at_ms=0)
    async with database.tx() as tx:
        await ledger.hold(tx, charge, [leg], now_ms=NOW, expires_ms=NOW + 1)
    async with database.tx() as tx:
        await ledger.bill(tx, charge, 1, piece=0, ms=3_000, now_ms=NOW, expires_ms=NOW + 1)
    async with database.tx() as tx:
        await ledger.settle(tx, charge, 1, now_ms=NOW)


async def test_old_rows_leave_a_trace_without_a_name(database: Database) -> None:
    """A note kept long enough is erased; its reply is still known to the message it answers, and to nobody else."""
    await opened(database)
    fresh, wish = another(7)
    await opened(database, fresh, wish)
    async with database.tx() as tx:
        await finish(tx, await claimed(tx))
        gone = await FORGETTING.old(tx, before_ms=NOW + 1, limit=9)

        assert gone == [(NOTE.key, 1)]
        assert await NOTES.find(tx, NOTE.key) is None
        assert await NOTES.find(tx, fresh.key) is not None
        (trace,) = await tx.all("SELECT * FROM trace")
        assert trace["source_id"] == NOTE.message_id
        assert NOTE.author_id not in trace.values()
        assert await FORGETTING.traced(tx, 300) == [(20, 9_300)]
        assert await FORGETTING.traced(tx, 300) == []


async def test_the_books_keep_their_sums_without_names(database: Database) -> None:
    """When a note's rows are erased, its charge and the person's account get random names; every sum stays."""
    await paid(database, f"{NOTE.key}/1")
    async with database.tx() as tx:
        await unname_charges(tx, [(NOTE.key, 1)])
        assert await unname_accounts(tx, before_ms=NOW, member_id=40) == 0, "this month still counts for limits"
        assert await unname_accounts(tx, before_ms=NOW + 40 * DAY_MS, member_id=41) == 0
        assert await unname_accounts(tx, before_ms=NOW + 40 * DAY_MS, member_id=40) == 1
        names = [row["account"] for row in await tx.all("SELECT account FROM account")]
        keys = {row["key"] for row in await tx.all("SELECT key FROM entry")}
        (total,) = await tx.all("SELECT CAST(sum(committed) AS BIGINT) AS ms FROM account")

        assert await Ledger().audit(tx) == []
    assert all(name.startswith("nobody:") for name in (*names, *keys))
    assert total["ms"] == 3_000


async def test_an_opt_out_takes_back_what_is_in_work(database: Database) -> None:
    """Opting out loses a worker its note and the words heard so far; opting in leaves nothing of it."""
    await opened(database)
    async with database.tx() as tx:
        note = await claimed(tx)
        assert await NOTES.heard(tx, note.key, note.fence, 0, 0, 3_000, "words")
        assert await PEOPLE.may_hear(tx, note)
        assert await PEOPLE.opt_out(tx, 40, now_ms=NOW) == [note.key]
        assert not await PEOPLE.may_hear(tx, note)
        assert await NOTES.pieces(tx, note.key) == ()
        assert await PEOPLE.refuses(tx, None, NOTE.attachment_id)
        assert not await PEOPLE.refuses(tx, 41, 9)
        await PEOPLE.opt_in(tx, 40)
        assert (await PEOPLE.kept(tx, 40)).out_since_ms is None
        assert not await PEOPLE.refuses(tx, 40, NOTE.attachment_id)


async def test_a_server_that_left_is_erased(database: Database) -> None:
    """After the grace every row of a server goes; coming back in time keeps them."""
    await opened(database)
    async with database.tx() as tx:
        await finish(tx, await claimed(tx))
        await FORGETTING.leave(tx, 1, now_ms=NOW)
        await FORGETTING.join(tx, 1)
        assert await FORGETTING.left(tx, before_ms=NOW + DAY_MS) == []
        await FORGETTING.leave(tx, 1, now_ms=NOW)
        assert await FORGETTING.left(tx, before_ms=NOW) == [1]
        assert await FORGETTING.place(tx, guild_id=1, now_ms=NOW) == [(NOTE.key, 1)]
        assert await FORGETTING.left(tx, before_ms=NOW) == []
        assert await NOTES.asks(tx, ASK.note_key) == ()
