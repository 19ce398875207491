"""
Words while they come: how soon, how often, and never too often for Discord.

`python -m bench.live [NOTES]`: long notes at once in one channel, streamed by a local model; writes docs/bench/live.md.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.world.bot import running
from tests.world.demo.stage import SPEECH, repeated
from tests.world.discord import Answer, open_discord
from tests.world.openai import Scripted, open_openai

WORDS = " ".join(f"word{number}" for number in range(60))
PAGE = Path(__file__).parents[1] / "docs" / "bench" / "live.md"


def offers(answer: Answer, label: str) -> bool:
    """Whether something with that label can be pressed."""
    return label in [one.get("label") for one in answer.components]


async def timed(answer: Answer, fact: Callable[[Answer], bool], since_s: float) -> float:
    """Seconds until it is so."""
    await answer.wait(fact, seconds=120)
    return time.monotonic() - since_s


async def measure(notes: int, folder: Path) -> list[str]:
    """One note alone, then several at once; the table's rows."""
    # The same sound twice would be answered with the first one's words: each has a length of its own.
    sounds = [repeated(SPEECH / "hotel.ogg", 5 + number, folder / f"{number}.ogg") for number in range(notes + 1)]
    rows = []
    async with open_discord() as discord, open_openai(ears=Scripted(WORDS)) as openai:
        openai.word_s = 0.1
        home = discord.guild("Home")
        channel, person = home.channel("general"), home.member("Mina")
        database = f"sqlite:///{folder / 'bench.db'}"
        env = {**discord.env, **openai.env, "DATABASE_URL": database, "EARSHOT_LISTEN__AUTOMATIC": "true"}
        async with running(env):
            await discord.ready(seconds=60)
            for count in (1, notes):
                began_s = time.monotonic()
                answers = [await person.voice_note(channel, sounds.pop()) for _ in range(count)]
                shown, done = await asyncio.gather(
                    timed(answers[0], lambda now: now.content.startswith("word0"), began_s),
                    asyncio.gather(*(timed(one, lambda now: offers(now, "More"), began_s) for one in answers)),
                )
                edits = sum(message.edits for one in answers for message in one.messages)
                limited = len(discord.rates.limited)
                assert limited == 0, discord.rates.limited
                per_s = edits / max(done)
                rows.append(f"| {count} | {shown:.2f} s | {max(done):.1f} s | {edits} | {per_s:.2f} | {limited} |")
    return rows


def main() -> None:
    """Measure, print, write down."""
    notes = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as folder:
        rows = asyncio.run(measure(notes, Path(folder)))
    head = "| notes at once, one channel | first words shown | all answered | edits | edits a second | 429 |"
    table = "\n".join([head, "|---|---|---|---|---|---|", *rows])
    print(table)
    PAGE.write_text(
        "# Words while they come\n\nNotes of half a minute and more; the local model streams 60 words, one each 0.1 s. Discord's limits are"
        " the local Discord's:\nfive edits in five seconds in a channel. `python -m bench.live` writes this page.\n\n"
        f"{table}\n",
        "utf-8",
    )


if __name__ == "__main__":
    main()
