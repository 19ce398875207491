"""
What is read when everything has been worked off: Discord, the books, the provider's calls, the logs.

Promises: a finding is a kind and a sentence; a sound run has none.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from bot.database import Database
from tests.bustle.sounds import WORD, words_in
from tests.bustle.town import Gone, Note, Town
from tests.chaos.invariants import findings
from tests.explorer import checks
from tests.world.bot import BotProcess
from tests.world.discord import Message
from tests.world.discord.clock import moment_of

Finding = tuple[str, str]

# What is still to be done, by itself: nothing of it may be left before anything is judged.
OPEN = """
SELECT (SELECT count(*) FROM note WHERE state <> 'done') + (SELECT count(*) FROM ask WHERE state <> 'done')
    + (SELECT count(*) FROM charge WHERE state = 'held') + (SELECT count(*) FROM leaving)
    + (SELECT count(*) FROM unwanted) + (SELECT count(*) FROM told WHERE notice IS NOT NULL)
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
# How far a channel was read says nothing of whoever wrote there.
_CURSORS = ("seen",)
_KEPT_OF_LEFT = ("opted_out",)  # what the panel says: so that it can be kept to
_NAMED_CHARGES = "the journal names a note that is gone"
_PERIODS = """
SELECT DISTINCT entry.key, period FROM entry JOIN account USING (account, period)
WHERE account LIKE 'guild:%' AND money = 0 AND entry.key NOT LIKE 'nobody:%'
"""


def _words_of(message: Message) -> set[str]:
    files = (file.read().decode("utf-8", "replace") for file in message.files)
    return words_in(" ".join([message.content, str(message.embeds), str(message.components), *files]))


def of_answers(town: Town) -> Iterator[Finding]:
    """What stands on Discord: one answer or none, and the right one."""
    standing: defaultdict[str, list[Message]] = defaultdict(list)
    for message in town.public():
        for word in _words_of(message):
            standing[word].append(message)
    for note in town.notes:
        where = f"note {note.number} of {note.person.name} in {note.room.name} ({note.mode or 'deciding'})"
        words = standing[note.word]
        below = note.answers
        if note.gone is not Gone.NO:
            if words:
                yield "words of a note that is gone stand", f"{where}, {note.gone}: {words[0].content!r}"
            continue
        if note.barred and words:
            said = [f"{what} at {at}" for at, who, what in town.wishes if who == note.person.id]
            when = f"posted at {moment_of(note.message.id)}, answered at {moment_of(words[0].id)}, {said}"
            yield "words of somebody who said no stand", f"{where}: {words[0].content!r}, {when}"
        for message in below:
            if wrong := _words_of(message) - {note.word}:
                yield "an answer with another note's words", f"{where}: {wrong}"
        if len(below) > 1:
            yield "a note is answered twice", f"{where}: {[message.content for message in below]}"
        if note.loose or note.barred:
            continue
        yield from _of_settled(town, note, where, below, words)


def _of_settled(town: Town, note: Note, where: str, below: list[Message], words: list[Message]) -> Iterator[Finding]:
    """A note about which nothing else was decided while it was in work."""
    is_tight = note.room.guild is town.servers[-1]
    if note.mode == "auto":
        if not below and not is_tight:
            yield "a note was not answered", where
        if below and not words and not is_tight:
            yield "a note was refused", f"{where}: {below[0].content!r}"
    elif words:
        yield "a note nobody asked for was heard", f"{where}: {words[0].content!r}"
    if note.mode == "on_demand" and not below:
        yield "a note was not offered", where


def of_questions(town: Town) -> Iterator[Finding]:
    """Whoever asked was answered, about what they asked."""
    for asked in town.asked:
        answer = asked.answer
        where = f"{answer.user.name} {asked.what}"
        if answer.failed:
            yield "an interaction failed", where
        if answer.thinking and (asked.note is None or asked.note.gone is Gone.NO):
            yield "an answer is still thinking", where
        wrong = set().union(*map(_words_of, answer.messages)) - ({asked.note.word} if asked.note else set())
        if wrong:
            yield "an answer with another note's words", f"{where}: {wrong}"


def of_calls(town: Town) -> Iterator[Finding]:
    """What the provider was sent."""
    calls = Counter(call.sha256 for call in town.openai.calls)
    for note in town.notes:
        where = f"note {note.number} of {note.person.name}"
        if note.unheard and calls[note.sha256]:
            yield "a voice was sent whose owner had said no", where
        if calls[note.sha256] > 1 and not note.touched and not note.loose:
            yield "a note was heard more than once", f"{where}: {calls[note.sha256]} calls"


async def of_books(town: Town, database: Database) -> list[Finding]:
    """Balances against the journal, and whether each note was billed in the month in which it was posted."""
    found = [("the books", sentence) for sentence in await findings(database, town.openai, lowered=True)]
    # Whoever asks for a note by themselves pays in the month in which they ask.
    own = [note for note in town.notes if not note.touched]
    posted = {str(one): moment_of(one) for note in own for one in note.attachment_ids}
    async with database.look() as tx:
        for row in await tx.all(_PERIODS):
            at_ms = posted.get(re.split(r"\D", row["key"])[0])
            month = f"{datetime.fromtimestamp(at_ms / 1000, tz=UTC):%Y-%m}" if at_ms else row["period"]
            if row["period"] != month:
                found.append(("a note was billed in another month", f"{row['key']}: {row['period']}, not {month}"))
        named = await tx.all(checks._NAMED_CHARGES)
    if named:
        found.append((_NAMED_CHARGES, f"{len(named)}: {named[0]}"))
    return found


async def of_rows(town: Town, database: Database) -> list[Finding]:
    """No word anywhere; nothing of notes, channels and people that are to be forgotten."""
    left = {str(member): "somebody who was forgotten" for member in town.left}
    ids: dict[str, str] = {}
    for note in town.notes:
        if note.gone in (Gone.FORGOTTEN, Gone.CHANNEL):
            for one in (note.message.id, *note.attachment_ids):
                ids[str(one)] = f"note {note.number}, {note.gone}"
    found = Counter[Finding]()
    async with database.look() as tx:
        tables = [row["tablename"] for row in await tx.all(_TABLES)]
        for table in tables:
            rows = await tx.all(f"SELECT * FROM {table}")  # noqa: S608 -- its own tables
            for row in rows:
                text = json.dumps(row, default=str)
                if words := WORD.search(text):
                    found["words rest in the database", f"{table}: {words[0]}"] += 1
                numbers = set(re.findall(r"\d{15,}", text))
                if table not in _CURSORS:
                    for number in numbers & ids.keys():
                        found["a row names what is gone", f"{table}: {ids[number]}: {text[:300]}"] += 1
                if table not in _KEPT_OF_LEFT:
                    for number in numbers & left.keys():
                        found["a row names somebody who was forgotten", f"{table}: {text[:300]}"] += 1
    return list(found)


def of_logs(processes: Mapping[str, BotProcess]) -> Iterator[Finding]:
    """No traceback, no row, no word of a note; no error."""
    for name, process in processes.items():
        for number, line in enumerate(process.lines):
            if words_in(line):
                yield "words in the log", f"{name}: {line}"
            if line.startswith("Traceback") or "  | Traceback" in line:
                yield "a traceback in the log", f"{name}: {process.lines[max(0, number - 1)]}: {_raised(process.lines[number:])}"
            elif "Failing row" in line or "Key (" in line:
                yield "a row in the log", f"{name}: {line}"
            elif re.match(r"\S+ \S+ (ERROR|CRITICAL)", line):
                yield "an error in the log", f"{name}: {line}"


def _raised(lines: list[str]) -> str:
    """What a traceback says in the end."""
    return next((line for line in lines[1:] if line and not line.startswith((" ", "Traceback"))), "")


def of_processes(processes: Mapping[str, BotProcess]) -> Iterator[Finding]:
    """All are alive."""
    for name, process in processes.items():
        if not process.is_alive:
            yield "a process has ended", f"{name}: {process.lines[-5:]}"


def briefly(found: Iterable[Finding], most: int = 4) -> str:
    """Each kind, how often, and some of it."""
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for kind, sentence in found:
        kinds[kind].append(sentence)
    lines = []
    for kind, sentences in sorted(kinds.items()):
        lines.append(f"{kind} ({len(sentences)})")
        lines += [f"    {sentence[:6000]}" for sentence in sentences[:most]]
    return "\n".join(lines)
