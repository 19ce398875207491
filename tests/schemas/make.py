"""
`python -m tests.schemas.make`: what today's Earshot leaves in its database after a small day, as SQL.

Run it once for each release that has new migrations, before it is tagged; `make release-check` asks for it.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.database.migrations import steps
from tests.world.bot import running
from tests.world.discord import open_discord
from tests.world.openai import Scripted, open_openai

HERE = Path(__file__).parent
SPEECH = HERE.parent / "speech"


async def day(folder: Path) -> Path:
    """One note heard, one asked for again, one refused; one deleted. The file it leaves."""
    database = folder / "earshot.db"
    async with open_discord() as discord, open_openai(ears=Scripted("hello from the note")) as openai:
        home = discord.guild("Home")
        general, mina = home.channel("general"), home.member("Mina")
        more = {"DATABASE_URL": f"sqlite:///{database}", "EARSHOT_AUDIO__MAX_MEGABYTES": "1"}
        async with running({**discord.env, **openai.env, "EARSHOT_LISTEN__AUTOMATIC": "true", **more}):
            await discord.ready(seconds=60)
            heard = await mina.voice_note(general, SPEECH / "park.ogg")
            await heard.wait(seconds=60)
            again = await mina.slash("transcribe", general)
            await again.wait(seconds=60)
            silent = await mina.voice_note(general, SPEECH / "silence.ogg")
            await silent.wait(seconds=60)
    return database


def dump(database: Path) -> Iterator[str]:
    """The database as SQL, schema and rows."""
    with closing(sqlite3.connect(database)) as books:
        yield from books.iterdump()


def main() -> None:
    """Write the file for the newest migration there is."""
    newest = steps("sqlite")[-1].version
    with tempfile.TemporaryDirectory() as folder:
        lines = list(dump(asyncio.run(day(Path(folder)))))
    target = HERE / f"{newest:04}.sql"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{target.name}: {len(lines)} statements")


if __name__ == "__main__":
    main()
