"""
What is read when everything has been worked off.

Hides the SQL. Promises: a finding is a kind and a sentence; a sound case has none. What two verbs may leave behind
together is what they leave in one order or in the other (`Seen.beyond`); the rest must never be: books that disagree,
messages no row knows, a note nobody will ring for, a row or words in the log.
"""

import logging
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.ledger import statements as sql
from tests.chaos.invariants import WRONG
from tests.explorer.ears import LONG_WORDS, WORDS
from tests.explorer.scene import (
    ADMIN,
    ELSEWHERE,
    GENERAL,
    GUILD,
    JUN,
    MINA,
    OTHER_GUILD,
    Scene,
    attachment,
    number,
)

Finding = tuple[str, str]
_NOTHING = "nothing"
# A word of a note, as it would stand in a log or a table.
_SPOKEN = re.compile("|".join(sorted({*WORDS.split(), *LONG_WORDS.split()[:3]})))
_LIMITS_LOWERED = "I2"
_PEOPLE = {"Mina": MINA, "Jun": JUN, "the manager": ADMIN}
_PLACES = {"the channel": GENERAL, "another channel": ELSEWHERE, "the server": GUILD, "another server": OTHER_GUILD}
# What people decided, without moments.
_DECIDED = {
    "allowance": "SELECT account, period, amount FROM allowance",
    "choice": "SELECT guild_id, channel_id, name, value FROM choice",
    "opted_out": "SELECT member_id FROM opted_out",
    "left_guild": "SELECT guild_id FROM left_guild",
    "told": "SELECT place, what, notice IS NULL AS said FROM told WHERE what NOT LIKE '% 2026-%'",
}


@dataclass(frozen=True)
class Seen:
    """
    What a case has left behind.

    `answers` by wish what stands; `names` which ids stand in which tables; `decided` what people decided, by table;
    `billed_ms` and `calls` what was paid, `gross_ms` before anything was given back; `notices` how often somebody was
    told something, by what it was.
    """

    answers: dict[str, str]
    names: frozenset[tuple[str, str]]
    decided: dict[str, tuple[str, ...]]
    billed_ms: int
    gross_ms: int
    calls: int
    notices: Counter[str]

    def beyond(
        self,
        orders: Collection["Seen"],
        *,
        takeovers: int = 0,
        lowered: bool = False,
        closed: bool = False,
        left: bool = False,
    ) -> list[Finding]:
        """
        In what it differs from all of these.

        A worker that is slow, and alive, may have made a call that is made again by whoever takes over. What is billed
        after the limit was `lowered`, and was held before, may be worth a word. What
        stands in a server that we `left`, and that is erased, may still be taken away, or not.
        """
        found = [*self._answers_beyond(orders, left=left), *self._names_beyond(orders)]
        # Who erases a note between its decision and its delivery is between two steps of the work: what was billed in
        # an order, and given back in it because nobody took the words, may stay.
        if self.billed_ms > max(order.gross_ms for order in orders):
            found.append(("billed more than in either order", f"{self.billed_ms} ms"))
        # Where nobody could be given the words, as Discord deletes a channel before we hear of it, nobody pays.
        is_untold = closed and not self.answers
        if self.billed_ms < min(order.billed_ms for order in orders) and not is_untold:
            found.append(("billed less than in either order", f"{self.billed_ms} ms"))
        if self.calls > max(order.calls for order in orders) + takeovers:
            found.append(("heard more often than in either order", f"{self.calls} calls"))
        for what, count in self.notices.items():
            if count > max(order.notices[what] for order in orders) + (lowered and what == "GuildUsed"):
                found.append(("told more often than in either order", f"{what}: {count}"))
        return found

    def _answers_beyond(self, orders: Collection["Seen"], *, left: bool) -> Iterator[Finding]:
        for wish in {*self.answers, *(wish for order in orders for wish in order.answers)}:
            text, known = self.answers.get(wish, _NOTHING), {order.answers.get(wish, _NOTHING) for order in orders}
            # Where an order leaves a part of an answer behind, to leave none of it is better than both.
            is_cut = any(one not in {_NOTHING, other} and one in other for one in known for other in known)
            if text not in known and not (text == _NOTHING and (is_cut or left)):
                yield "an answer neither order gives", f"{wish}: {text}, not {sorted(known)}"

    def _names_beyond(self, orders: Collection["Seen"]) -> Iterator[Finding]:
        if more := self.names - frozenset().union(*(order.names for order in orders)):
            yield "a name neither order keeps", "; ".join(f"{who} in {table}" for who, table in sorted(more))
        for table, rows in self.decided.items():
            if rows not in [order.decided[table] for order in orders]:
                yield f"what was decided ({table}) is of neither order", str(rows)


@dataclass(frozen=True)
class Read:
    """Everything in the books that matters afterwards, read at once."""

    wrong: tuple[Finding, ...]
    known: frozenset[int]
    replies: frozenset[int]
    decided: dict[str, tuple[str, ...]]
    billed_ms: int
    gross_ms: int


async def read(scene: Scene) -> Read:
    """Ask the books."""
    wrong, numbers = (
        list[Finding](),
        {"known": set[int](), "replies": set[int](), "billed": set[int](), "gross": set[int]()},
    )
    decided: dict[str, list[str]] = {table: [] for table in _DECIDED}
    for name, row in await scene.each(_ALL):
        if name in numbers:
            numbers[name].add(int(row.strip("(),")))
        elif name in decided:
            decided[name].append(re.sub(r"nobody:\w+", "nobody", row))
        else:
            wrong.append((name, row))
    kept = {table: tuple(sorted(rows)) for table, rows in decided.items()}
    return Read(
        tuple(wrong),
        frozenset(numbers["known"]),
        frozenset(numbers["replies"]),
        kept,
        sum(numbers["billed"]),
        sum(numbers["gross"]),
    )


def sound(scene: Scene, books: Read, *, lowered: bool) -> list[Finding]:
    """What must never be; `lowered`: a limit was put below what was used."""
    found = [(name, row) for name, row in books.wrong if not (lowered and name.startswith(_LIMITS_LOWERED))]
    stray = [one for one in scene.guilds.standing.values() if one.id not in books.known]
    found += [("a message no row knows", f"part {one.part} of {one.note_key}: {one.text}") for one in stray]
    if lost := books.replies - scene.guilds.standing.keys() - {0}:
        found.append(("a row knows a message that is gone", str(sorted(lost))))
    doubled: dict[tuple[str, int, int], int] = {}
    for one in scene.guilds.standing.values():
        if one.note_key:
            doubled[one.note_key, one.ask_id, one.part] = doubled.get((one.note_key, one.ask_id, one.part), 0) + 1
    found += [("a part stands twice", str(part)) for part, times in doubled.items() if times > 1]
    found += _consent(scene)
    return found + logged(scene.lines)


def logged(lines: list[logging.LogRecord]) -> list[Finding]:
    """What may not stand in a log: a traceback, a row, words somebody spoke."""
    found: list[Finding] = []
    for line in lines:
        text = line.getMessage()
        if line.exc_info and line.exc_info[1] is not None:
            error = line.exc_info[1]
            found.append(("a traceback in the log", f"{text}: {type(error).__name__}: {_short(error)}"))
            text += f" {error!r} {error.__cause__!r}"
            cause = error.__cause__
            text += f" {getattr(cause, 'detail', '')}"
        if "Failing row" in text or "secret-token" in text:
            found.append(("a row in the log", _short(text)))
        if _SPOKEN.search(text):
            found.append(("words in the log", line.getMessage()))
    return found


def _short(what: object) -> str:
    return " ".join(str(what).split())[:160]


def _consent(scene: Scene) -> list[Finding]:
    """
    Nothing of a voice is sent, and no words of it are posted, once its owner has said no.

    But for one message: what is on its way to Discord then is taken back as soon as it stands.
    """
    is_out, found, words = False, list[Finding](), 0
    theirs = {attachment(n) for n in (1, 2, 3, 6)}
    for what, of in scene.guilds.events:
        is_out = (is_out or what == "opted out") and what != "opted in"
        if is_out and what == "call" and of in theirs:
            found.append(("an opted-out voice is sent", str(of)))
        words += is_out and what == "words" and of in theirs
        if words > 1:
            found.append(("words of an opted-out voice are posted", str(of)))
    return found[:1]


async def seen(scene: Scene, books: Read) -> Seen:
    """What stands now."""
    dump = await scene.everything()
    tokens = {name: str(of) for name, of in (_PEOPLE | _PLACES).items()}
    tokens |= {f"attachment {n}": str(attachment(n)) for n in (1, 2, 3, 4, 6)}
    tokens |= {f"message {n}": str(number(n)) for n in (1, 2, 3, 6, 9)} | {"the message": str(scene.message_id)}
    tokens |= {"a token": "secret-token", "words": "marmalade"}
    names = frozenset((name, table) for table, text in dump for name, token in tokens.items() if token in text)
    answers: dict[str, list[str]] = {}
    for one in sorted(scene.guilds.standing.values(), key=lambda one: one.part):
        if one.note_key:
            answers.setdefault(f"{one.note_key}@{one.ask_id}", []).append(one.text)
    told = {wish: " | ".join(parts) for wish, parts in answers.items()}
    paid = (books.billed_ms, books.gross_ms, scene.guilds.calls())
    return Seen(told, names, books.decided, *paid, scene.guilds.notices())


# Every message of ours that some row leads to.
_KNOWN = """
SELECT message_id AS id FROM reply UNION SELECT reply_id FROM trace UNION SELECT reply_id FROM unwanted
UNION SELECT offer_id FROM offer WHERE offer_id IS NOT NULL
"""
# What the journal and the reports call by a note's name although that is erased.
_NAMED_CHARGES = """
SELECT key FROM charge WHERE key NOT LIKE 'nobody:%'
    AND NOT EXISTS (SELECT 1 FROM note WHERE charge.key LIKE note.key || '/%')
UNION SELECT id FROM expense WHERE id NOT LIKE 'nobody:%' AND id NOT LIKE 'repeat:%'
    AND NOT EXISTS (SELECT 1 FROM note WHERE expense.id LIKE note.key || '/%' OR expense.id LIKE note.key || '@%')
UNION SELECT note_key FROM original WHERE NOT EXISTS (SELECT 1 FROM note WHERE note.key = original.note_key)
"""
_ALL = {
    "the books disagree": sql.UNBALANCED,
    "the books disagree, by charge": sql.MISHELD,
    **WRONG,
    "the journal names a note that is gone": _NAMED_CHARGES,
    "an unwanted reply still stands": "SELECT reply_id FROM unwanted",
    "known": _KNOWN,
    "replies": "SELECT message_id FROM reply",
    "billed": "SELECT CAST(coalesce(sum(committed), 0) AS BIGINT) AS ms FROM account WHERE rank = 2 OR rank = 3",
    "gross": """
        SELECT CAST(coalesce(sum(committed_d), 0) AS BIGINT) AS ms FROM entry
        JOIN account ON account.account = entry.account AND account.period = entry.period
        WHERE kind = 'bill' AND (rank = 2 OR rank = 3)""",
    **_DECIDED,
}
