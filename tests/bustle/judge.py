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
# What managers decided about a channel, and the server's bill of the month by channels, outlast it.
_OF_CHANNELS = ("choice", "expense", *_CURSORS)
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
        yield from _of_note(town, note, where, standing[note.word])


def _of_note(town: Town, note: Note, where: str, words: list[Message]) -> Iterator[Finding]:
    """One note; `words`: where what was said in it stands."""
    if note.gone is not Gone.NO:
        if words:
            yield "words of a note that is gone stand", f"{where}, {note.gone}: {words[0].content!r}"
        return
    if note.barred and words:
        said = [f"{what} at {at}" for at, who, what in town.wishes if who == note.person.id]
        when = f"posted at {moment_of(note.message.id)}, answered at {moment_of(words[0].id)}, {said}"
        yield "words of somebody who said no stand", f"{where}: {words[0].content!r}, {when}"
    below = note.answers
    for message in below:
        if wrong := _words_of(message) - {note.word}:
            yield "an answer with another note's words", f"{where}: {wrong}"
    if len(below) > 1:
        yield "a note is answered twice", f"{where}: {[message.content for message in below]}"
    if not note.loose and not note.barred:
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
            about = f"{asked.note.number}: {', '.join(sorted(asked.note.loose))}" if asked.note else ""
            yield "an answer is still thinking", f"{where} {about}"
        wrong = set().union(*map(_words_of, answer.messages)) - ({asked.note.word} if asked.note else set())
        if wrong:
            yield "an answer with another note's words", f"{where}: {wrong}"


def of_calls(town: Town) -> Iterator[Finding]:
    """What the provider was sent."""
    sent = {call.sha256 for call in town.openai.calls}
    for note in town.notes:
        if note.unheard and note.sha256 in sent:
            yield "a voice was sent whose owner had said no", f"note {note.number} of {note.person.name}"


async def of_books(town: Town, database: Database) -> list[Finding]:
    """Balances against the journal, and whether each note was billed in the month in which it was posted."""
    found = [("the books", sentence) for sentence in await findings(database, town.openai, lowered=True)]
    calls = Counter(call.sha256 for call in town.openai.calls)
    often = {str(note.files[0].id): calls[note.sha256] for note in town.notes if not note.touched and not note.loose}
    # Whoever asks for a note by themselves pays in the month in which they ask.
    own = [note for note in town.notes if not note.touched]
    posted = {str(one): moment_of(one) for note in own for one in note.attachment_ids}
    async with database.look() as tx:
        for row in await tx.all(_PERIODS):
            at_ms = posted.get(re.split(r"\D", row["key"])[0])
            month = f"{datetime.fromtimestamp(at_ms / 1000, tz=UTC):%Y-%m}" if at_ms else row["period"]
            if row["period"] != month:
                found.append(("a note was billed in another month", f"{row['key']}: {row['period']}, not {month}"))
        claims = {
            str(row["attachment_id"]): row["fence"] for row in await tx.all("SELECT attachment_id, fence FROM note")
        }
        # Where a worker was too slow another one takes over, and hears it again.
        twice = [one for one, count in often.items() if count > claims.get(one, count)]
        found += [("a note was heard too often", f"{one}: {often[one]} calls, {claims[one]} claims") for one in twice]
        named = await tx.all(checks._NAMED_CHARGES)
    if named:
        found.append((_NAMED_CHARGES, f"{len(named)}: {named[0]}"))
    return found


async def of_rows(town: Town, database: Database) -> list[Finding]:
    """No word anywhere; nothing of notes, channels and people that are to be forgotten."""
    closed = {str(channel): "a channel that was deleted" for channel in town.closed}
    ids: dict[str, str] = {}
    for note in town.notes:
        if note.gone in (Gone.FORGOTTEN, Gone.CHANNEL):
            ids |= {str(one): f"note {note.number}, {note.gone}" for one in (note.message.id, *note.attachment_ids)}
    left = {str(member): "somebody who was forgotten" for member in town.left}
    found: list[Finding] = []
    async with database.look() as tx:
        for table in [row["tablename"] for row in await tx.all(_TABLES)]:
            known = ({} if table in _CURSORS else ids) | ({} if table in _KEPT_OF_LEFT else left)
            known |= {} if table in _OF_CHANNELS else closed
            for row in await tx.all(f"SELECT * FROM {table}"):  # noqa: S608 -- its own tables
                found += _of_row(table, json.dumps(row, default=str), known)
    return found


def _of_row(table: str, text: str, known: Mapping[str, str]) -> Iterator[Finding]:
    """What stands in a row that may not; `known`: ids, and whose they are."""
    if words := WORD.search(text):
        yield "words rest in the database", f"{table}: {words[0]}"
    for number in set(re.findall(r"\d{15,}", text)) & known.keys():
        yield "a row names what is gone", f"{table}: {known[number]}: {text[:300]}"


def of_logs(processes: Mapping[str, BotProcess]) -> Iterator[Finding]:
    """No traceback, no row, no word of a note; no error."""
    for name, process in processes.items():
        for number, line in enumerate(process.lines):
            if words_in(line):
                yield "words in the log", f"{name}: {line}"
            if line.startswith("Traceback") or "  | Traceback" in line:
                yield (
                    "a traceback in the log",
                    f"{name}: {process.lines[max(0, number - 1)]}: {_raised(process.lines[number:])}",
                )
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
