"""
Killed after any step and started again: one answer, one bill, no word left behind.

The bot is killed by SIGKILL at its own debug line (tests/world/killer.py); the next start is the plain bot.
"""

import os
import random
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.audio import ffmpeg_of
from bot.database import open_database
from bot.ledger import Ledger
from bot.scratch import open_scratch
from tests.conftest import SPEECH, World, command
from tests.world import discord
from tests.world.bot import BotProcess, start
from tests.world.openai import Answer, Scripted

WORDS = "hello from the note"
PARK = SPEECH / "park.ogg"
PATIENCE_S = 60
# Each step of the path in its order, with the calls the provider is asked for, and those the host's books count.
STEPS = {
    "opened": (1, 1),
    "claimed": (1, 1),
    "fetched": (1, 1),
    "converted": (1, 1),
    "held": (1, 1),
    "call_started": (1, 2),  # counted before it starts: a call that never left is counted all the same
    "call_answered": (2, 2),  # nobody heard the answer; the provider knows no repeated call
    "heard": (1, 1),
    "settled": (1, 1),
    "posted": (1, 1),  # the message stands on Discord, and no book of ours says so
    "recorded": (1, 1),
    "delivered": (1, 1),
    "answered": (1, 1),
    "done": (1, 1),
}
DELIVERY = ("settled", "posted", "recorded", "delivered", "answered", "done")


@dataclass(frozen=True, slots=True)
class Books:
    """What the database says once nobody works on it: milliseconds, micro-dollars, rows."""

    faults: list[str]
    held: int
    billed_ms: int
    spent_usd_micros: int
    bills: int
    calls: int
    open_notes: int
    tokens: int


async def killed_after(world: World, action: str, count: int = 1, **settings: str) -> BotProcess:
    """A bot, connected, that will end itself at that step."""
    env = {**world.env(log__level="debug", **settings), "TMPDIR": str(world.folder)}
    bot = await start(env, "-m", "tests.world.killer", action, str(count))
    await world.discord.ready()
    return bot


async def died(world: World, bot: BotProcess) -> None:
    """Return when it has killed itself and Discord has noticed."""
    try:
        assert await bot.wait() == -signal.SIGKILL, bot.lines
    finally:
        await bot.kill()
    await world.discord.gone()


async def books_of(world: World) -> Books:
    """Read the bot's books, the bot being stopped."""
    async with open_database(f"sqlite:///{world.database}") as database, database.tx() as tx:
        faults = await Ledger().audit(tx)
        balance = {
            row["money"]: row
            for row in await tx.all(
                "SELECT money, held, committed FROM account WHERE money = 0 OR account = 'host:usd'"
            )
        }
        numbers = await tx.one(
            "SELECT (SELECT count(*) FROM entry WHERE kind = 'bill') AS bills,"
            " (SELECT count(*) FROM entry WHERE kind = 'call' AND account = 'host:usd') AS calls,"
            " (SELECT count(*) FROM note WHERE state <> 'done') AS open_notes,"
            " (SELECT count(*) FROM ask WHERE token IS NOT NULL) AS tokens"
        )
    held = sum(row["held"] for row in balance.values())
    return Books(faults, held, balance[0]["committed"], balance[1]["committed"], **(numbers or {}))


def answers_in(world: World) -> list[discord.Message]:
    """Everything the bot has said in the channel."""
    return [message for message in world.general.messages.values() if message.author is world.discord.bot]


def rests(world: World, words: str) -> bool:
    """Whether these words stand in the bytes of the bot's database or of its log."""
    return any(words.encode() in path.read_bytes() for path in world.folder.glob("earshot.db*"))


async def is_over(world: World, answer: discord.Answer, *, calls: int, counted: int) -> None:
    """Start the plain bot; then the note is answered, billed and counted so often, and forgotten."""
    async with world.bot():
        await answer.wait(seconds=PATIENCE_S)
        await world.idle()
    books = await books_of(world)
    length_s = answer.message.files[0].duration_secs if answer.message else None

    assert [message.content.split("\n")[0] for message in answers_in(world)] == [WORDS]
    assert len(world.openai.paid) == calls
    assert (books.faults, books.held, books.open_notes) == ([], 0, 0)
    assert (books.bills, books.calls) == (1, counted)
    assert books.billed_ms == round(1000 * (length_s or 0))
    assert books.spent_usd_micros % counted == 0
    assert not rests(world, WORDS)


@pytest.mark.parametrize("action", STEPS)
async def test_killed_after_a_step_the_note_is_answered_once(world: World, action: str) -> None:
    """A bot killed after any step answers once when it is back, bills once, and pays for no heard piece again."""
    bot = await killed_after(world, action)
    answer = await world.mina.voice_note(world.general, PARK)
    await died(world, bot)

    calls, counted = STEPS[action]
    await is_over(world, answer, calls=calls, counted=counted)


@pytest.mark.long
@pytest.mark.parametrize("action", DELIVERY)
async def test_killed_while_delivering_long_ago(world: World, action: str) -> None:
    """Also when Discord has forgotten the nonce of what was posted, nothing is posted twice."""
    bot = await killed_after(world, action)
    answer = await world.mina.voice_note(world.general, PARK)
    await died(world, bot)
    world.discord.clock.advance(minutes=10)

    await is_over(world, answer, calls=1, counted=1)


async def test_killed_before_the_words_are_scrubbed(world: World) -> None:
    """Words that were erased, but not yet from the file's log, are gone from there when the bot is back."""
    bot = await killed_after(world, "done")
    await world.mina.voice_note(world.general, PARK)
    await died(world, bot)
    assert rests(world, WORDS)

    async with world.bot():
        assert not rests(world, WORDS)


async def test_killed_while_the_provider_listens(world: World) -> None:
    """A call that was in the air when the bot died is paid again, and counted twice on the host's account."""
    gate = world.openai.hold()
    bot = await start(world.env())
    await world.discord.ready()
    answer = await world.mina.voice_note(world.general, PARK)
    await gate.wait_for(1)
    await bot.kill()
    await world.discord.gone()
    gate.release()

    await is_over(world, answer, calls=2, counted=2)


def long_note(folder: Path, *, times: int = 100) -> Path:
    """Speech too long for one piece: of six minutes, or of so many times 3.6 seconds."""
    path = folder / "long.ogg"
    command = [
        str(ffmpeg_of("auto")),
        "-v",
        "error",
        "-stream_loop",
        str(times - 1),
        "-i",
        str(PARK),
        "-c",
        "copy",
        str(path),
    ]
    subprocess.run(command, check=True)  # noqa: S603 - our own command
    return path


def syllables_of(seed: int) -> str:
    """As many syllables as a piece holds, in few letters, so that all pieces fit into one message."""
    draw = random.Random(seed)  # noqa: S311 - nothing is secret here
    return " ".join(
        "".join(draw.choices("가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허", k=9)) for _ in range(68)
    )


@pytest.mark.parametrize(("action", "count", "lost"), [("heard", 1, 0), ("call_answered", 2, 1)])
async def test_killed_between_two_pieces(world: World, action: str, count: int, lost: int) -> None:
    """Of a long note the next start hears only the pieces whose words were not booked; all words come, in order."""
    said = [f"word{number} {syllables_of(number)}" for number in range(20)]
    unheard = said[count - 1] if lost else None
    world.openai.script(*(Answer(word) for word in said))
    bot = await killed_after(world, action, count, audio__convert="always", speech__parallel="1")
    answer = await world.mina.upload(world.general, long_note(world.folder, times=55))
    await died(world, bot)
    async with world.bot(audio__convert="always", speech__parallel="1"):
        await answer.wait(seconds=PATIENCE_S)
        await world.idle()
    books = await books_of(world)
    words = [word for word in said[: books.bills + lost] if word != unheard]

    assert [message.content.split("\n")[0] for message in answers_in(world)] == [" ".join(words)]
    assert len(world.openai.paid) == books.calls == books.bills + lost
    assert books.bills > 1
    assert (books.faults, books.held, books.open_notes) == ([], 0, 0)
    assert abs(books.billed_ms / 1000 - 55 * 3.62) < 1
    assert not any(rests(world, words.split()[0]) for words in said)


@pytest.mark.parametrize(
    ("action", "count", "minutes"), [("posted", 1, 0), ("recorded", 1, 10), ("posted", 2, 10), ("posted", 3, 10)]
)
async def test_killed_between_two_messages(world: World, action: str, count: int, minutes: int) -> None:
    """An answer of three messages is completed by the next start, none of them twice, nonces remembered or not."""
    sentences = [f"This is sentence number {number}." for number in range(150)]
    world.openai.ears = Scripted(" ".join(sentences))
    bot = await killed_after(world, action, count)
    answer = await world.mina.voice_note(world.general, PARK)
    await died(world, bot)
    world.discord.clock.advance(minutes=minutes)
    async with world.bot():
        await answer.wait(lambda seen: sentences[-1] in seen.content, seconds=PATIENCE_S)
        await world.idle()
    parts = [message.content for message in answers_in(world)]

    assert len(parts) == 3
    assert re.findall(r"This is sentence number \d+\.", " ".join(parts)) == sentences
    assert not rests(world, sentences[0])


async def test_killed_between_two_notes_with_the_same_words(world: World) -> None:
    """Of two notes in one message that say the same, the answer found on Discord counts for one of them only."""
    bot = await killed_after(world, "posted")
    answer = await world.mina.upload(world.general, ("a.ogg", PARK.read_bytes()), ("b.ogg", PARK.read_bytes()))
    await died(world, bot)
    world.discord.clock.advance(minutes=10)
    async with world.bot():
        await answer.wait(lambda seen: len(seen.messages) == 2, seconds=PATIENCE_S)
        await world.idle()
    books = await books_of(world)

    assert [message.content.split("\n")[0] for message in answers_in(world)] == [WORDS, WORDS]
    assert (books.faults, books.held, books.open_notes, books.bills) == ([], 0, 0, 2)


@pytest.mark.parametrize(
    ("action", "private"), [("opened", False), ("call_answered", True), ("posted", False), ("posted", True)]
)
async def test_killed_behind_a_command(world: World, action: str, *, private: bool) -> None:
    """Who asked by command and saw "thinking" gets the answer in that place, from the next start."""
    bot = await killed_after(world, action)
    answer = await world.mina.slash("transcribe", world.general, file=PARK, private=private)
    await died(world, bot)
    async with world.bot():
        await answer.wait(seconds=PATIENCE_S)
        await world.idle()
    books = await books_of(world)

    assert [message.content.split("\n")[0] for message in answers_in(world)] == [WORDS]
    assert answer.ephemeral == private
    assert len(answer.messages) == 1
    assert (books.faults, books.held, books.open_notes, books.tokens, books.bills) == ([], 0, 0, 0, 1)


@pytest.mark.long
@pytest.mark.parametrize(("action", "repeats"), [("opened", 1), ("posted", 1), ("posted", 200)])
async def test_killed_behind_a_command_long_ago(world: World, action: str, repeats: int) -> None:
    """After 15 minutes the token is worth nothing: the answer comes as a message, unless it had come already."""
    world.openai.ears = Scripted(" ".join([WORDS] * repeats))
    bot = await killed_after(world, action)
    answer = await world.mina.slash("transcribe", world.general, file=PARK)
    await died(world, bot)
    world.discord.clock.advance(minutes=16)
    async with world.bot():
        await world.general.wait_for(lambda seen: any(WORDS in message.content for message in seen), PATIENCE_S)
        await world.idle()
    books = await books_of(world)

    assert [WORDS in message.content for message in answers_in(world)].count(True) == 1
    assert answer.thinking == (action == "opened")
    assert (books.faults, books.held, books.open_notes, books.tokens, books.bills) == ([], 0, 0, 0, 1)


async def test_killed_with_sound_on_the_disk(world: World) -> None:
    """The sound a killed bot was at work on does not stay on the disk once the next one has started."""
    bot = await killed_after(world, "converted", audio__convert="always")
    answer = await world.mina.voice_note(world.general, PARK)
    await died(world, bot)
    assert list(world.folder.rglob("sound"))

    bot = await start({**world.env(), "TMPDIR": str(world.folder)})
    await answer.wait(seconds=PATIENCE_S)
    assert not list(world.folder.rglob("sound"))
    assert await bot.stop() == 0
    assert not list(world.folder.glob("earshot-*"))


async def test_any_command_takes_away_what_a_killed_bot_left(world: World, tmp_path: Path) -> None:
    """Each command, also one that fails, removes the dead's sounds; those of a bot that lives it leaves alone."""
    bot = await killed_after(world, "converted", audio__convert="always")
    await world.mina.voice_note(world.general, PARK)
    await died(world, bot)
    # On a busy machine it was killed while it still tried its sandbox, in a folder of its own.
    (left,) = [folder for folder in world.folder.glob("earshot-*") if list(folder.rglob("sound"))]
    alive = tmp_path / "alive"
    alive.mkdir()
    commands = ("check --live", "usage", "transcribe nothing.ogg", "backup b.db", "run", "worker")
    with open_scratch(alive) as lives:
        (lives / "sound").write_bytes(b"of a note in work")
        for number, words in enumerate(commands):
            temporary = tmp_path / f"tmp-{number}"
            for folder in (left, lives):
                shutil.copytree(folder, temporary / folder.name, ignore=shutil.ignore_patterns(".in-use"))
            # The lock is a file: a second name of it is locked by whoever has locked the first.
            os.link(left / ".in-use", temporary / left.name / ".in-use")
            os.link(lives / ".in-use", temporary / lives.name / ".in-use")
            assert list(temporary.rglob("sound"))
            # Without a token: `run` and `worker` end at once.
            env = {"DATABASE_URL": f"sqlite:///{tmp_path}/other.db", "TMPDIR": str(temporary)}
            await command(tmp_path, env, *words.split())

            assert [path.name for path in temporary.glob("earshot-*")] == [lives.name], words
            assert (temporary / lives.name / "sound").exists(), words


@pytest.mark.parametrize(
    ("action", "minutes"),
    [
        ("posted", 0),
        pytest.param("posted", 10, marks=pytest.mark.long),
        pytest.param("recorded", 10, marks=pytest.mark.long),
        pytest.param("", 0, marks=pytest.mark.long),
        ("", 10),
    ],
)
async def test_killed_while_words_are_shown(
    world: World, spoken: Callable[[int], bytes], action: str, minutes: int
) -> None:
    """A bot killed while words come goes on in the very message they stand in: one answer, nothing left beside it."""
    dictation = world.openai.dictate(after=2)
    bot = await killed_after(world, action) if action else await start(world.env())
    await world.discord.ready()
    answer = await world.mina.voice_note(world.general, ("long.ogg", spoken(25)))
    if action:
        await died(world, bot)
    else:
        await answer.wait(lambda seen: seen.content.startswith("hello from"), seconds=PATIENCE_S)
        await bot.kill()
        await world.discord.gone()
    (shown,) = answers_in(world)
    world.discord.clock.advance(minutes=minutes)
    dictation.release()
    async with world.bot():
        await answer.wait(lambda seen: "gpt-transcribe" in seen.content, seconds=PATIENCE_S)
        await world.idle()
    books = await books_of(world)

    ((answer_id, text),) = [(one.id, one.content) for one in answers_in(world)]
    assert answer_id == shown.id
    assert text.startswith(WORDS)
    assert text.endswith("\n-# 0:25 · gpt-transcribe")
    assert (books.faults, books.held, books.open_notes, books.bills, books.billed_ms) == ([], 0, 0, 1, 25_000)
    assert not rests(world, WORDS)
