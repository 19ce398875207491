"""What the host reads: sentences with fields, for people or machines, and never a secret."""

import io
import json
import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.log import Json, Lines, set_up
from tests.conftest import PATIENCE_S, World

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
KEY = "sk-proj-0123456789abcdefghij"


@contextmanager
def speaking(stream: io.StringIO) -> Iterator[None]:
    """Everything goes there, as the host has it."""
    before = logging.getLogger().handlers[:]
    try:
        set_up("text", "debug", stream)
        yield
    finally:
        logging.getLogger().handlers[:] = before
        for room in ("bot", "cogs"):
            logging.getLogger(room).setLevel(logging.NOTSET)


def record(message: str, **fields: object) -> logging.LogRecord:
    """One event of the bot."""
    return logging.makeLogRecord({"name": "bot.desk", "levelno": 20, "levelname": "INFO", "msg": message, **fields})


def test_a_line_for_people_is_a_sentence_and_its_fields() -> None:
    """Text lines carry time, level, sentence and fields, quoted where they hold blanks; what is unknown is left out."""
    line = Lines().format(record("Note answered", action="note", guild=None, usd=0.00034999999, why="too long"))

    assert "INFO    Note answered  action=note usd=0.00035" in line
    assert 'why="too long"' in line
    assert "guild" not in line


def test_a_line_for_machines_is_one_json_object() -> None:
    """JSON lines hold the same, with the logger's name and a moment in UTC."""
    entry = json.loads(Json().format(record("Note answered", action="note", seconds=3.6, note="7K3QF")))

    assert entry["message"] == "Note answered"
    assert entry["logger"] == "bot.desk"
    assert entry["at"].endswith("+00:00")
    assert (entry["action"], entry["seconds"], entry["note"]) == ("note", 3.6, "7K3QF")


@pytest.mark.parametrize("style", [Lines(), Json()])
@pytest.mark.parametrize(
    "secret", [TOKEN, KEY, "/webhooks/123456789012345678/aW50ZXJhY3Rpb24", "note.ogg?ex=6a1&is=6a0&hm=0f"]
)
def test_a_secret_a_library_quotes_is_not_passed_on(style: logging.Formatter, secret: str) -> None:
    """Tokens, keys, interaction tokens and signed queries are blanked, in the sentence and in a traceback."""
    error = RuntimeError(f"refused: {secret}")

    line = style.format(record(f"It said {secret}", exc_info=(type(error), error, None)))

    assert secret not in line
    assert "(secret)" in line
    assert "RuntimeError" in line


@pytest.mark.parametrize("style", [Lines(), Json()])
@pytest.mark.parametrize(
    "quoted",
    [
        "Authorization: Bearer {secret}",
        "Basic {secret}==",
        "https://me:{secret}@speech.example/v1",
        "https://speech.example/v1?api-key={secret}&api-version=3",
        "https://store.example/a.wav?X-Amz-Signature={secret}",
        '{{"api_key": "{secret}"}}',
        "gsk_{secret}",
    ],
)
def test_a_secret_is_known_by_what_stands_around_it(style: logging.Formatter, quoted: str) -> None:
    """Bearer tokens, passwords of addresses, signatures and named keys are blanked, wherever they are quoted."""
    secret = "Tr0ub4dorAndThreeMore"
    error = RuntimeError(quoted.format(secret=secret))

    said = quoted.format(secret=secret)
    line = style.format(record(f"It said {said}", exc_info=(type(error), error, None), why=said))

    assert secret not in line


BREAKS = ["\n", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\x1b[2K\x1b[1A", "\x08", "\u202e", "\x00"]
FORGED = "2026-11-30 09:00:00 INFO    Note answered  action=note note=K3F7A"


@pytest.mark.parametrize("style", [Lines(), Json()])
@pytest.mark.parametrize("sign", BREAKS, ids=ascii)
def test_nobody_can_forge_a_line(style: logging.Formatter, sign: str) -> None:
    """A sentence, a field, an exception, its cause, its note and a group: none begins a line or steers a terminal."""
    error = ExceptionGroup(f"group{sign}{FORGED}", [ValueError(f"one{sign}{FORGED}")])
    error.__cause__ = KeyError(f"cause{sign}{FORGED}")
    error.add_note(f"note{sign}{FORGED}")
    event = record(f"It said{sign}{FORGED}", why=f"because{sign}{FORGED}", exc_info=(type(error), error, None))

    text = style.format(event)

    lines = text.splitlines()
    assert not [line for line in lines if line.startswith(FORGED[:19])]
    assert not set(map(unicodedata.category, "".join(text.split("\n")))) & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    for said in ("It said", "because", "group", "one", "cause", "note"):
        assert [line for line in lines if said in line and FORGED[-5:] in line], said


def test_what_a_sentence_quotes_cannot_look_like_its_fields() -> None:
    """Two blanks part a line's sentence from its fields, and stand nowhere else; a field with blanks is quoted."""
    line = Lines().format(record("Refused: no  action=note", action="call_failed", why='x" action=note'))

    assert line.split("  ")[-1] == 'action=call_failed why="x\\" action=note"'


def test_a_line_is_no_longer_than_anybody_reads() -> None:
    """A stranger's page of text is cut, in the sentence, a field and an exception."""
    error = RuntimeError("e" * 100_000)
    line = Lines().format(record("m" * 100_000, why="w" * 100_000, exc_info=(type(error), error, None)))

    assert len(line) < 8_000


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**5000, {"a": [1]}, "\ud83d", True], ids=type)
def test_any_value_of_a_field_is_told(value: object) -> None:
    """No number and no text of a stranger breaks a line; JSON lines stay JSON."""
    event = record("Odd", odd=value)

    assert "odd=" in Lines().format(event)
    assert "odd" in json.loads(Json().format(event), parse_constant=pytest.fail)


def test_an_error_is_told_with_its_causes_and_where_it_happened() -> None:
    """The cause comes first, then what it led to; each with its place."""
    try:
        try:
            int("x")
        except ValueError as cause:
            raise RuntimeError("broke") from cause
    except RuntimeError as error:
        text = Lines().format(record("It broke", exc_info=(type(error), error, error.__traceback__)))

    lines = text.splitlines()
    assert lines.index("RuntimeError: broke") > next(
        n for n, line in enumerate(lines) if line.startswith("ValueError: ")
    )
    assert sum("test_log.py" in line for line in lines) == 2


def test_libraries_speak_only_to_warn() -> None:
    """Debug lines of our rooms are shown when asked for, those of libraries are not."""
    stream = io.StringIO()
    with speaking(stream):
        logging.getLogger("bot.desk").debug("ours")
        logging.getLogger("discord.http").info("theirs")
        logging.getLogger("discord.http").warning("their warning")

    assert "ours" in stream.getvalue()
    assert "theirs" not in stream.getvalue()
    assert "their warning" in stream.getvalue()


async def test_a_lost_connection_is_one_line(world: World) -> None:
    """When Discord goes away the host reads one sentence for each try, without discord.py's tracebacks."""
    stream = io.StringIO()
    with speaking(stream):
        async with world.bot():
            world.discord.gateway.next_close.append(502)
            await world.discord.drop_gateway()
            await world.discord.gone()
            await world.discord.ready(seconds=PATIENCE_S)

    (line,) = [line for line in stream.getvalue().splitlines() if "action=reconnecting" in line]
    assert "WARNING Discord is away" in line
    assert "Traceback" not in stream.getvalue()
