"""
Words while they come: how soon, how often, and never too often for Discord.

`python -m bench.live [NOTES]`: long notes in one channel and a command, streamed by a local model; writes
docs/bench/live.md.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.world.bot import running
from tests.world.demo.stage import SPEECH, repeated
from tests.world.discord import Answer, Discord, Person, Room, open_discord
from tests.world.openai import Scripted, open_openai

WORDS = " ".join(f"word{number}" for number in range(60))
WORD_S = 0.1
WINDOW_S = 5.0  # Discord takes five edits of a channel's messages in it
AIM_S = 0.3  # within which somebody sees that they were heard of
PATIENCE_S = 120
PAGE = Path(__file__).parents[1] / "docs" / "bench" / "live.md"
HEAD = (
    "| at once | acknowledged | first words: of the first, of the last | all answered |"
    " edits | most in any 5 s, one channel | 429 |\n|---|---|---|---|---|---|---|"
)


async def until(answer: Answer, text: str, since_s: float) -> float:
    """Seconds until that stands in an answer."""
    await answer.wait(lambda now: text in now.content, seconds=PATIENCE_S)
    return time.monotonic() - since_s


def offers_more(answer: Answer) -> bool:
    """Whether the answer is whole."""
    return "More" in [one.get("label") for one in answer.components]


async def whole(answer: Answer, since_s: float) -> float:
    """Seconds until an answer is whole."""
    await answer.wait(offers_more, seconds=PATIENCE_S)
    return time.monotonic() - since_s


def crowding(moments: Sequence[float]) -> int:
    """The most of these moments that lie within any five seconds."""
    return max((sum(0 <= other - one < WINDOW_S for other in moments) for one in moments), default=0)


async def row(discord: Discord, name: str, sign: str, answers: Sequence[Answer], began_s: float) -> str:
    """One line of the table; `sign` is the request by which somebody sees that they were heard of."""
    firsts, done = await asyncio.gather(
        asyncio.gather(*(until(one, "word0", began_s) for one in answers)),
        asyncio.gather(*(whole(one, began_s) for one in answers)),
    )
    asked = [request for request in discord.requests if request.started >= began_s]
    seen_s = next(request.started for request in asked if request.path.endswith(sign)) - began_s
    edits = [request.started for request in asked if request.method == "PATCH"]
    limited = len(discord.rates.limited)
    assert limited == 0, discord.rates.limited
    assert seen_s < AIM_S, f"{name}: nothing was seen for {seen_s:.2f} s"
    return (
        f"| {name} | {seen_s:.3f} s | {min(firsts):.2f} s, {max(firsts):.2f} s | {max(done):.1f} s |"
        f" {len(edits)} | {crowding(edits)} | {limited} |"
    )


async def measure(notes: int, folder: Path) -> list[str]:
    """One note alone, several at once, a command; the table's rows."""
    # The same sound twice would be answered with the first one's words: each has a length of its own.
    sounds = [repeated(SPEECH / "hotel.ogg", 5 + number, folder / f"{number}.ogg") for number in range(notes + 4)]
    rows = []
    async with open_discord() as discord, open_openai(ears=Scripted(WORDS, grows=True)) as openai:
        openai.word_s = WORD_S
        home = discord.guild("Home")
        person = home.member("Mina")
        database = f"sqlite:///{folder / 'bench.db'}"
        env = {**discord.env, **openai.env, "DATABASE_URL": database, "EARSHOT_LISTEN__AUTOMATIC": "true"}
        async with running(env):
            await discord.ready(seconds=60)
            for count in (1, 2, notes):
                room, began_s = home.channel(f"room-{count}"), time.monotonic()
                answers = await posted(person, room, [sounds.pop() for _ in range(count)])
                name = f"{count} note{'s' if count > 1 else ''} in one channel"
                rows.append(await row(discord, name, "/typing", answers, began_s))
            room, began_s = home.channel("commands"), time.monotonic()
            asked = await person.slash("transcribe", room, file=sounds.pop(), private=True)
            rows.append(await row(discord, "a command, in private", "/callback", [asked], began_s))
    return rows


async def posted(person: Person, room: Room, sounds: Sequence[Path]) -> list[Answer]:
    """All of them, one right after the other."""
    return [await person.voice_note(room, sound) for sound in sounds]


def main() -> None:
    """Measure, print, write down."""
    notes = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as folder:
        rows = asyncio.run(measure(notes, Path(folder)))
    table = "\n".join([HEAD, *rows])
    print(table)
    PAGE.write_text(
        "# Words while they come\n\n"
        f"Notes of half a minute and more; the local model streams 60 words, one each {WORD_S} s. Discord's limits are the"
        " local Discord's:\nfive edits in five seconds in a channel. *Acknowledged*: typing shows, or the command is taken;"
        f" the aim is {AIM_S} s, beyond which the\ncommand fails, as it does at any 429."
        " `python -m bench.live` writes this page.\n\n"
        f"{table}\n",
        "utf-8",
    )


if __name__ == "__main__":
    main()
