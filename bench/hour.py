"""
The peak hour of very many guilds, for ledger and queue: what is posted, and the processes that take and answer it.

Real are the bot's composition root, desk, ledger, inbox, queue and page walk, over PostgreSQL, in processes of their
own. Stand-ins, in the same process and without delay, are Discord's courier and the provider's ears; each writes down
what really was called and posted. `python -m bench.hour gateway|worker ...` is started by `bench.peak` alone.
"""

import asyncio
import hashlib
import itertools
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bench.sounds import lasting
from bot.app import App, now_ms, open_app
from bot.database import DatabaseError
from bot.notes import Ask, Note
from bot.notice import Notice, Place
from bot.outcome import Door, Outcome, Repeat, Stage
from bot.quota import snowflake_at
from bot.request import Delivery, Fetched, Glimpse, Removal, Request
from bot.settings import load
from bot.speech import Heard, Hint, Speech

# Of a hundred notes so many last so long: most are a sentence, few a speech.
LENGTHS_S = {3: 30, 6: 30, 12: 22, 30: 12, 60: 5, 180: 1}
_SPREAD = 0.8  # the business of a guild falls with its rank to this power: the first of 100,000 posts 2 % of all
_AT_ONCE = 8
_MOST_WAITING = 500  # nobody posts faster than is answered: a queue at its limit would refuse
_REFILL_S = 60.0
_WORDS = [
    "and",
    "then",
    "we",
    "went",
    "down",
    "to",
    "the",
    "old",
    "harbour",
    "where",
    "nobody",
    "had",
    "been",
    "since",
    "spring",
]


@dataclass(frozen=True, slots=True)
class Post:
    """A voice note somebody posts."""

    number: int
    guild_id: int
    member_id: int
    seconds: int

    def request(self) -> Request:
        """As Discord would tell it now."""
        made = snowflake_at(now_ms()) + self.number % 4096
        here = self.guild_id * 16 + self.member_id % 4
        return Request(
            id=made, ask_id=made, door=Door.AUTO, attachment_id=10**15 + self.number, filename="voice-message.ogg",
            content_type="audio/ogg", size_bytes=4_000 * self.seconds, declared_ms=1_000 * self.seconds,
            url=f"https://cdn.discordapp.com/attachments/{here}/{self.number}/voice-message.ogg", is_voice=True,
            guild_id=self.guild_id, channel_id=here, message_id=made, author_id=self.member_id,
            member_id=self.member_id, locale="en-US",
        )  # fmt: skip  # one note reads as one note


def posts(notes: int, guilds: int, seed: int) -> Iterator[Post]:
    """The hour, the same for the same seed: few guilds, and few members in each, post most."""
    dice = random.Random(seed)  # noqa: S311 -- no secret
    weights = list(itertools.accumulate((rank + 1) ** -_SPREAD for rank in range(guilds)))
    lengths = dice.choices(list(LENGTHS_S), list(LENGTHS_S.values()), k=notes)
    for number, guild in enumerate(dice.choices(range(guilds), cum_weights=weights, k=notes)):
        member = min(int(dice.paretovariate(1.0)), 500)
        yield Post(number, 1_000_000 + guild, (1_000_000 + guild) * 1_000 + member, lengths[number])


class Ears(Speech):
    """Hears as many words as fit into the sound, at once; writes each call down."""

    def __init__(self, model: str, lengths: dict[int, int], diary: TextIO) -> None:
        super().__init__(base_url="http://127.0.0.1:9", api_key="none", model=model)
        self._lengths = lengths
        self._diary = diary
        self._dice = random.Random()  # noqa: S311 -- no secret

    async def hear(
        self, path: Path, name: str, content_type: str, hint: Hint | None = None, *,
        on_delta: object = None, english_by: str | None = None, sound_ms: int = 0,
    ) -> Heard:  # fmt: skip  # the parameters are Speech's
        """See Speech."""
        del name, content_type, hint, on_delta, english_by, sound_ms
        seconds = self._lengths[(await asyncio.to_thread(path.stat)).st_size]
        self._diary.write(f"call {seconds}\n")
        return Heard(" ".join(self._dice.choices(_WORDS, k=2 * seconds)))


class FileCourier:
    """Fetches from a folder, posts into a file."""

    def __init__(self, sounds: dict[int, Path], diary: TextIO) -> None:
        self._sounds = sounds
        self._diary = diary
        self._ids = itertools.count(snowflake_at(now_ms()) + time.monotonic_ns() % 2**20)

    async def fetch(self, note: Note, to: Path, *, max_bytes: int) -> Fetched | Outcome:
        """The sound of that length; no two notes have the same bytes."""
        del max_bytes
        await asyncio.to_thread(shutil.copyfile, self._sounds[(note.declared_ms or 0) // 1_000], to)
        return Fetched(hashlib.sha256(note.key.encode()).hexdigest(), note.size_bytes)

    async def author_of(self, channel_id: int, message_id: int) -> int | None:
        """Nothing is forwarded."""
        del channel_id, message_id
        return None

    async def delete(self, channel_id: int, message_id: int) -> Removal:
        """Nobody deletes."""
        del channel_id, message_id
        return Removal.GONE

    async def progress(self, note: Note, ask: Ask, stage: Stage) -> None:
        """Nobody looks."""

    async def glimpse(self, note: Note, ask: Ask, glimpse: Glimpse, delivery: Delivery) -> bool:
        """Nobody looks."""
        del note, ask, glimpse, delivery
        return False

    async def deliver(
        self, note: Note, ask: Ask, outcome: Outcome, delivery: Delivery, *, resumed: bool, is_last: bool = False
    ) -> None:
        """Post one message, and say so."""
        del outcome, resumed, is_last
        self._diary.write(f"sent {note.key}\n")
        await delivery.sent(0, next(self._ids) + ask.id % 7)

    def whispered(self, asks: Sequence[Ask]) -> list[Repeat]:
        """Nothing is private."""
        del asks
        return []

    async def may_quote(self, ask: Ask, repeat: Repeat) -> bool:
        """Nothing is repeated."""
        del ask, repeat
        return False

    async def announce(self, notice: Notice, place: Place) -> bool:
        """Told."""
        self._diary.write(f"told {place.name}\n")
        del notice
        return True


async def _take(app: App, mine: Sequence[Post], minutes: float) -> int:
    """Hand every post to the desk, as fast as the workers follow, but no longer than that; how many it took."""
    ends_s = time.monotonic() + 60 * minutes
    taken = 0
    waiting = asyncio.Event()
    waiting.set()

    async def look() -> None:
        while True:
            async with app.database.tx() as tx:
                row = await tx.one("SELECT count(*) AS n FROM note WHERE state <> 'done'") or {}
            (waiting.set if row.get("n", 0) < _MOST_WAITING else waiting.clear)()
            await asyncio.sleep(0.2)

    queue = iter(mine)

    async def accept() -> None:
        nonlocal taken
        for post in queue:
            await waiting.wait()
            if time.monotonic() > ends_s:
                return
            await app.desk.accept(post.request())
            taken += 1

    async with asyncio.TaskGroup() as group:
        looking = group.create_task(look())
        takers = [group.create_task(accept()) for _ in range(_AT_ONCE)]
        await asyncio.wait(takers)
        looking.cancel()
    return taken


async def gateway(notes: int, guilds: int, seed: int, share: str, minutes: float) -> None:
    """Take every so-manieth post ("0/2": the first of two)."""
    first, of = map(int, share.split("/"))
    mine = list(posts(notes, guilds, seed))[first::of]
    async with open_app(load(None), role="gateway") as app:
        print("action=ready", file=sys.stderr, flush=True)
        taken = await _take(app, mine, minutes)
    print(f"taken {taken}", file=sys.stderr, flush=True)


async def worker(folder: Path, diary: Path) -> None:
    """Answer until told to stop; once a minute look after the queue, as a worker does."""
    settings = load(None)
    sounds = {seconds: await asyncio.to_thread(lasting, seconds, folder) for seconds in LENGTHS_S}
    lengths = {sound.stat().st_size: seconds for seconds, sound in sounds.items()}
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with diary.open("a", encoding="utf-8", buffering=1) as lines:
        ears, courier = Ears(settings.speech.model, lengths, lines), FileCourier(sounds, lines)
        async with (
            open_app(settings, role="worker", courier=courier, speech=ears) as app,
            app.jobs.work(app.desk.work),
        ):
            print("action=ready", file=sys.stderr, flush=True)
            while not stop.is_set():
                try:
                    await app.upkeep.refill()
                except DatabaseError as trouble:
                    print(f"refill: {trouble}", file=sys.stderr, flush=True)
                await asyncio.wait({waiting := asyncio.ensure_future(stop.wait())}, timeout=_REFILL_S)
                waiting.cancel()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["gateway", notes, guilds, seed, share, minutes]:
            asyncio.run(gateway(int(notes), int(guilds), int(seed), share, float(minutes)))
        case ["worker", folder, diary]:
            asyncio.run(worker(Path(folder), Path(diary)))
