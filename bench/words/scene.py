"""
The whole bot before a real server, or before scripted answers: sounds in, what the channel got out.

Hides the local Discord and the bot's books. Promises: the bot runs unpatched with its defaults, but for rates and
quotas, which the same person would soon reach.
"""

import asyncio
import json
import logging
import re
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bench.stage import BURST
from tests.conftest import Diary, World
from tests.ears.servers import Server
from tests.stores import begin
from tests.world.discord import Answer, open_discord
from tests.world.discord.clock import Bell
from tests.world.openai import LocalOpenAI, Scripted, open_openai

PATIENCE_S = 3_600.0
_WHOLE = "transcript.txt"
_SMALL = "-# "
_HOLE = re.compile(r"\[\d[\d:]*\u2013\d[\d:]*: [^\]]*\]")  # bot/locales/en.toml, gap
_LOGGERS = ("bot", "cogs", "discord")


@dataclass(frozen=True, slots=True)
class Told:
    """
    What became of one sound: how it ended, the words in the channel, what it took.

    `pieces` are the indices of the pieces that were sent, one for each call; `holes` how many parts are named as missing.
    """

    outcome: str
    words: str
    pieces: tuple[int, ...]
    holes: int
    billed_ms: int
    actions: tuple[str, ...]

    @property
    def calls(self) -> int:
        """How often a provider was asked."""
        return len(self.pieces)


class Scene:
    """A server with one member who posts one sound after the other."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def openai(self) -> LocalOpenAI:
        """The scripted provider, where no real server is asked."""
        return self._world.openai

    async def note(self, sound: Path) -> Told:
        """Post a voice note, and wait for its end."""
        return await self._told(lambda: self._world.mina.voice_note(self._world.general, sound))

    async def file(self, sound: Path) -> Told:
        """Have a file heard with /transcribe."""
        return await self._told(lambda: self._world.mina.slash("transcribe", self._world.general, file=sound))

    async def know(self, terms: Sequence[str]) -> None:
        """From now on these words are the server's vocabulary, as /settings would write them."""
        row = (self._world.home.id, json.dumps(list(terms)))

        def work() -> None:
            with self._world.books() as books:
                books.execute("DELETE FROM choice WHERE name = 'vocabulary'")
                books.execute(
                    "INSERT INTO choice (guild_id, channel_id, name, value, at_ms) VALUES (?, 0, 'vocabulary', ?, 0)",
                    row,
                )

        await asyncio.to_thread(work)

    async def _told(self, post: Any) -> Told:
        diary = self._world.diary
        diary.records.clear()
        before_ms = self._world.minutes[0]
        answer: Answer = await post()
        await diary.when(lambda: bool(diary.of("note") or diary.of("refused")), PATIENCE_S)
        await self._world.idle(PATIENCE_S)
        await answer.wait(seconds=PATIENCE_S)
        ended = (diary.of("note") or diary.of("refused"))[-1]
        text = _text(answer)
        return Told(
            ended.outcome,
            _spoken(text) if ended.outcome == "Transcript" else "",
            tuple(record.piece for record in diary.of("call_started")),
            len(_HOLE.findall(text)),
            self._world.minutes[0] - before_ms,
            tuple(sorted({record.action for record in diary.records if hasattr(record, "action")})),
        )


def _text(answer: Answer) -> str:
    """All of it: the file where there is one."""
    for file in answer.files:
        if file.filename == _WHOLE:
            return file.read().decode("utf-8")
    return answer.content


def _spoken(text: str) -> str:
    """The words alone, without what the bot says beside them."""
    lines = [line for line in text.split("\n") if not line.startswith(_SMALL)]
    return re.sub(r"\\(.)", r"\1", _HOLE.sub(" ", " ".join(lines))).strip()


@asynccontextmanager
async def open_scene(folder: Path, server: Server | None = None, **settings: str) -> AsyncIterator[Scene]:
    """
    A running bot that asks that server, else scripted answers, until the block ends.

    Settings as in `World.env`: `speech__model="..."`.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        diary = Diary(Bell())
        diary.setLevel(logging.DEBUG)
        for name in _LOGGERS:
            logger = logging.getLogger(name)
            logger.addHandler(diary)
            logger.setLevel(logging.WARNING if name == "discord" else logging.DEBUG)
            stack.callback(logger.removeHandler, diary)
        discord = await stack.enter_async_context(open_discord(validate=False))
        openai = await stack.enter_async_context(open_openai(ears=Scripted("")))
        openai.oracle = None
        world = World(discord, openai, folder, diary)
        shutil.copy(await begin(folder / "begun.db"), world.database)
        env = {**world.env(**settings), **BURST, **(server.env if server else {})}
        async with world.bot(env):
            yield Scene(world)


async def straight(server: Server, sound: Path, fields: Mapping[str, str] | None = None) -> str:
    """What the server itself makes of a file, without us."""
    form = aiohttp.FormData({"model": server.model, "response_format": "json", **(fields or {})})
    form.add_field("file", await asyncio.to_thread(sound.read_bytes), filename=sound.name)
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with (
        aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
        session.post(f"{server.base_url}/audio/transcriptions", data=form) as answer,
    ):
        return str((await answer.json())["text"]).strip()
