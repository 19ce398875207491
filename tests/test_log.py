"""What the host reads: sentences with fields, for people or machines, and never a secret."""

import io
import json
import logging
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
