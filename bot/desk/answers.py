"""
What can be done with an answer that stands: hear its note anew, stop the hearing, take the words back.

Promises: reads and marks; hearing anew goes through `Desk.accept` like every wish, and is paid for like every wish.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.database import Database
from bot.desk.payers import Payer, Payers
from bot.desk.rules import Rules
from bot.ledger import Ledger
from bot.notes import Forgetting, Note, Notes, Reply
from bot.outcome import Scope
from bot.request import Clock


@dataclass(frozen=True, slots=True)
class Standing:
    """A note, its answer if that is still known, and everybody who asked for it there."""

    note: Note
    reply: Reply | None
    asker_ids: frozenset[int]

    def is_of(self, member_id: int) -> bool:
        """Whether somebody may do away with the words without managing messages: they spoke or asked."""
        return member_id == self.note.author_id or member_id in self.asker_ids


@dataclass(frozen=True, slots=True)
class Cost:
    """What hearing a note anew takes, and what is left of whose month; milliseconds."""

    need_ms: int
    left_ms: int
    scope: Scope


class Answers:
    """The verbs of the buttons."""

    def __init__(
        self, database: Database, ledger: Ledger, notes: Notes, rules: Rules, payers: Payers, clock: Clock
    ) -> None:
        self._clock = clock
        self._translates_until: date | None = None
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._rules = rules
        self._payers = payers

    @property
    def can_translate(self) -> bool:
        """Whether some model writes English whatever is spoken, and has not ended by now."""
        translator = self._rules.translator
        if translator is None:
            return False
        ends = min(filter(None, (translator.ends, self._translates_until)), default=None)
        return ends is None or datetime.fromtimestamp(self._clock() / 1000, tz=UTC).date() < ends

    def translation_ends(self, day: date) -> None:
        """The provider says that its translator is switched off on that day."""
        self._translates_until = day

    async def at(self, key: str, message_id: int) -> Standing | None:
        """What stands in a message of ours about the note `key`; None where nobody knows the note any more."""
        async with self._database.tx() as tx:
            note = await self._notes.find(tx, key)
            reply = await self._notes.reply_at(tx, message_id)
            asks = await self._notes.asks(tx, key)
        if note is None or note.gone:
            return None
        reply = reply if reply is not None and reply.key == key else None
        askers = {ask.member_id for ask in asks} | ({reply.member_id} if reply else set())
        return Standing(note, reply, frozenset(askers))

    async def cost(
        self, note: Note, *, request_id: int, guild_id: int | None, member_id: int, role_ids: tuple[int, ...] = ()
    ) -> Cost:
        """The scarcest account in time that a wish of that member, with these roles, would draw on."""
        length_ms = max(0, note.length_ms or note.declared_ms or 0)
        found: list[Cost] = []
        async with self._database.tx() as tx:
            payer = Payer(request_id, guild_id, member_id, role_ids)
            for leg in await self._payers.legs(tx, payer, length_ms=length_ms, lengths_ms=()):
                if not leg.money:
                    usage = await self._ledger.usage(tx, leg.account, leg.period, default_limit=leg.limit)
                    found.append(Cost(leg.amount, usage.left, leg.scope))
        return min(found, key=lambda cost: cost.left_ms)

    async def stop(self, key: str) -> bool:
        """Have no further call started; False: everything has been heard."""
        async with self._database.tx() as tx:
            return await self._notes.stop(tx, key)

    async def unwant(self, reply: Reply) -> None:
        """An answer's messages are about to be deleted: whatever comes between, all of them go by and by."""
        standing = [(reply.channel_id, message_id) for message_id in reply.message_ids]
        await self._database.run(Forgetting().unwant, standing, now_ms=self._clock())

    async def keep(self, reply: Reply) -> None:
        """They may not be deleted: the answer is known as before, and goes when its note goes."""
        async with self._database.tx() as tx:
            await self._notes.taken(tx, reply.key)
            for message_id in sorted(reply.message_ids):
                if await self._notes.reply_at(tx, message_id) is not None:  # else it went with its note meanwhile
                    await Forgetting().deleted(tx, reply.channel_id, message_id)

    async def take_back(self, reply: Reply, late: Collection[int] = ()) -> None:
        """Forget an answer whose messages are deleted; those Discord did not take yet (`late`) go by and by."""
        async with self._database.tx() as tx:
            await self._notes.take_back(tx, reply, now_ms=self._clock())
            standing = [(reply.channel_id, message_id) for message_id in late]
            await Forgetting().unwant(tx, standing, now_ms=self._clock())
            for message_id in sorted(set(reply.message_ids) - set(late)):
                await Forgetting().deleted(tx, reply.channel_id, message_id)
