"""How tests have something decided that nobody has to press a button for."""

import asyncio
import json
from typing import Any

from tests.conftest import World
from tests.world.discord import Room

_ROW = "INSERT OR REPLACE INTO choice (guild_id, channel_id, name, value, at_ms) VALUES (?, ?, ?, ?, 0)"


async def decide(world: World, room: Room | None = None, /, **decided: Any) -> None:
    """Write decisions into the books, for the server or for one channel; the bot may be at work in them."""
    place = (world.home.id, room.id if room else 0)
    rows = [(*place, name, json.dumps(value, ensure_ascii=False)) for name, value in decided.items()]

    def write() -> None:
        with world.books() as books:
            books.executemany(_ROW, rows)

    await asyncio.to_thread(write)
