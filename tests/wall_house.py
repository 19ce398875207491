"""
The desk and its stores without Discord and without a provider, and people in it who try to pay nothing.

Real are the desk, the ledger, the inbox, privacy, what servers decide, and the sound room; stand-ins are the courier
(what stands on Discord is a dictionary), the ears (they do as they are told, and write each call down), the doorbell
and the clock.
"""

import asyncio
import hashlib
import itertools
import random
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.app.build import rules_of
from bot.database import Database, Tx
from bot.desk import Desk, Herald, Lasting, Payers, Privacy, Quotas, Switches, Upkeep
from bot.health import Health
from bot.jobs import Jobs
from bot.keyring import Keyring
from bot.ledger import Calendar, Ledger, Limits
from bot.notes import Ask, Note, Notes
from bot.notice import Notice, Place
from bot.outcome import Door, Failed, Fault, Gone, Outcome, Repeat, Stage, Task, Transcript
from bot.quota import guild_account, month_of, personal_account, price_usd_micros, snowflake_at
from bot.request import Delivery, Fetched, Glimpse, Removal, Request, Untold
from bot.settings import load
from bot.speech import Heard, Hint, Speech, Trouble, syllables
from tests.world.bot import NO_FILE

MODEL, SPARE = "gpt-transcribe", "whisper-1"
PRICES = {MODEL: 4_500, SPARE: 6_000}  # micro-dollars a minute
MINUTES, HOST_USD_MICROS = 1, 54_000  # a server's month; the host's: nine of its minutes by the dearer model
# Two syllables each; a text of one word alone would be taken for a model's loop.
_WORDS = (
    *("alpha", "bravo", "delta", "echo", "tango", "kilo", "papa", "zulu", "summer", "winter", "river"),
    *("mountain", "window", "number", "button", "candle", "dinner", "garden", "market", "pencil"),
)
ENV = {
    "EARSHOT_SPEECH__FALLBACK_MODEL": SPARE,
    "EARSHOT_SPEECH__PRICES": f"{MODEL}=0.0045,{SPARE}=0.006",
    "EARSHOT_SPEECH__TRANSLATOR": SPARE,
    "EARSHOT_SPEECH__ATTEMPTS": "3",
    "EARSHOT_QUOTA__GUILD_MINUTES": str(MINUTES),
    "EARSHOT_QUOTA__HOST_USD": f"{HOST_USD_MICROS / 1e6:.6f}",
    "EARSHOT_QUOTA__CONFIRMED_SERVERS": "1,2",
    "EARSHOT_QUOTA__REPEAT_HOURS": "0",
    "EARSHOT_LISTEN__AUTOMATIC": "true",
    "EARSHOT_LIVE__FROM_SECONDS": "10",
    "EARSHOT_RATE__MEMBER_PER_MINUTE": "100000",
    "EARSHOT_RATE__GUILD_PER_MINUTE": "100000",
}


@dataclass
class Plan:
    """What the provider makes of a note, call by call (the last for good), and what people do amid its first call."""

    answers: list[str]
    amid: Callable[[], Awaitable[None]] | None = None
    is_told: bool = True  # False: Discord takes no answer
    is_crash: bool = False  # what the provider says reaches nobody


@dataclass(frozen=True)
class Called:
    """One call that reached the provider."""

    account: str
    period: str
    host_period: str
    guild_id: int | None
    usd_micros: int
    is_error: bool


@dataclass
class Standing:
    """What people have read of one note, in milliseconds of speech; and how it ended."""

    shown_ms: int = 0
    outcome: Outcome | None = None


class Bells(Jobs):
    """Keeps who is to be worked until somebody does."""

    def __init__(self) -> None:
        super().__init__(parallel=1)
        self.rung: list[tuple[str, int]] = []

    def put(self, tx: Tx, key: str, *, priority: int = 0, after_ms: int = 0, again: bool = False) -> None:
        """See Jobs: in this house nothing is rolled back but by a crash, which rings again."""
        del tx, priority, again
        self.rung.append((key, after_ms))

    async def silent(self, tx: Tx, keys: list[str]) -> list[str]:
        """Every one: the queue remembers nothing."""
        del tx
        return keys


class Ears(Speech):
    """Hears what the plan says; each call is written down."""

    def __init__(self, house: "House", model: str) -> None:
        super().__init__(base_url="http://127.0.0.1:9", api_key="none", model=model)
        self._house = house

    async def hear(
        self, path: Path, name: str, content_type: str, hint: Hint | None = None, *,
        on_delta: Callable[[str], None] | None = None, english_by: str | None = None, sound_ms: int = 0,
    ) -> Heard | Trouble:  # fmt: skip  # the parameters are Speech's
        """See Speech."""
        del path, name, content_type, hint, sound_ms
        house = self._house
        answers = house.plan.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        house.note_call(
            english_by or self.model.name, is_error=answer in {"error", "refused"} and not house.plan.is_crash
        )
        if answer == "words" and on_delta is not None:
            on_delta(f"{house.said} ")
            await house.until_shown()
        amid, house.plan.amid = house.plan.amid, None
        if amid is not None:
            await amid()
        match answer:
            case "words":
                return Heard(house.said, billed_seconds=house.seconds)
            case "empty":
                return Heard("", billed_seconds=house.seconds)
            case "error":
                return Trouble(Fault.PROVIDER_DOWN, retry=True, retry_after_ms=0, is_refused=True, code="500")
            case "refused":
                return Trouble(Fault.REJECTED, may_cost=False, is_refused=True, code="400")
            case _:
                return Trouble(Fault.PROVIDER_DOWN, retry=True, retry_after_ms=0, code="cut")


class Courier:
    """Discord, as far as this house needs one: what stands there, and what somebody has read."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._ids = itertools.count(1)
        self.standing: dict[int, str] = {}
        self.deleted: set[int] = set()

    async def fetch(self, note: Note, to: Path, *, max_bytes: int) -> Fetched | Outcome:
        """The sound of that length; no two notes have the same bytes."""
        del max_bytes
        if note.attachment_id in self._house.deleted:
            return Gone()
        await asyncio.to_thread(shutil.copyfile, self._house.sounds[self._house.seconds], to)
        return Fetched(hashlib.sha256(note.key.encode()).hexdigest(), note.size_bytes)

    async def author_of(self, channel_id: int, message_id: int) -> int | None:
        """Nothing is forwarded."""
        del channel_id, message_id
        return None

    async def delete(self, channel_id: int, message_id: int) -> Removal:
        """It is gone; who has read it has read it."""
        del channel_id
        self.standing.pop(message_id, None)
        self.deleted.add(message_id)
        return Removal.GONE

    async def progress(self, note: Note, ask: Ask, stage: Stage) -> None:
        """Nobody looks."""

    async def glimpse(self, note: Note, ask: Ask, glimpse: Glimpse, delivery: Delivery) -> bool:
        """Show it, and let people read it at once."""
        if not glimpse.text:
            return False
        await delivery.showing()
        message_id = ask.sent[0] if ask.sent else next(self._ids)
        self.standing[message_id] = glimpse.text
        self._house.read(note.key, glimpse.text)
        if not ask.sent and not await delivery.sent(0, message_id, is_live=True):
            self.standing.pop(message_id)
        return True

    async def deliver(
        self, note: Note, ask: Ask, outcome: Outcome, delivery: Delivery, *, resumed: bool, is_last: bool = False
    ) -> Untold | None:
        """Post it, unless the server has taken our rights away."""
        del resumed, is_last
        if not self._house.plan.is_told:
            return Untold("forbidden")
        message_id = ask.sent[0] if ask.sent else next(self._ids)
        if await delivery.sent(0, message_id):
            self.standing[message_id] = outcome.text if isinstance(outcome, Transcript) else ""
            self._house.end(note.key, outcome)
        return None

    def whispered(self, asks: Sequence[Ask]) -> list[Repeat]:
        """Nothing is private."""
        del asks
        return []

    async def may_quote(self, ask: Ask, repeat: Repeat) -> bool:
        """Whether it still stands."""
        del ask
        return repeat.message_id in self.standing

    async def announce(self, notice: Notice, place: Place) -> bool:
        """Told."""
        del notice, place
        return True


@dataclass
class House:
    """Everything, wired as in a real process; `seconds` is how long the note at hand lasts."""

    database: Database
    sounds: dict[int, Path]
    scratch: Path
    now_ms: int
    plan: Plan = field(default_factory=lambda: Plan(["words"]))
    seconds: int = 3
    zones: dict[int, str] = field(default_factory=dict)
    calls: list[Called] = field(default_factory=list)
    notes: dict[str, Standing] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    ring: Keyring = field(default_factory=Keyring)
    env: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database.is_watched = True
        self.numbers = itertools.count(1)
        self.pass_time(0)
        self.paying: tuple[int | None, int, int] = (None, 0, 0)
        self._shown = asyncio.Event()
        clock = lambda: self.now_ms  # noqa: E731 -- the process's clock
        rules = rules_of(load(NO_FILE, env={**ENV, **self.env}, flags={}), self.scratch)
        limits, self.ledger, self.inbox = Limits(self.ring), Ledger(), Notes(self.ring)
        lasting = Lasting(self.database, self.ring, None, rules, clock)
        payers = Payers(rules, limits=limits, calendar=Calendar(), clock=clock)
        self.bells, self.courier = Bells(), Courier(self)
        books: Any = {"database": self.database, "ledger": self.ledger}
        herald = Herald(**books, payers=payers, courier=self.courier, rules=rules, clock=clock)
        self.switches = Switches(self.database, rules, payers, clock)
        self.quotas = Quotas(self.database, self.ledger, limits, payers)
        self.desk = Desk(
            **books,
            payers=payers,
            notes=self.inbox,
            jobs=self.bells,
            speech=Ears(self, MODEL),
            courier=self.courier,
            health=Health(),
            switches=self.switches,
            rules=rules,
            herald=herald,
            clock=clock,
            spare=Ears(self, SPARE),
        )
        keep = load(NO_FILE, env={}, flags={}).privacy
        rest: Any = {"notes": self.inbox, "jobs": self.bells, "herald": herald, "clock": clock, "lasting": lasting}
        self.privacy = Privacy(**books, **rest, courier=self.courier, payers=payers, keep=keep)
        self.upkeep = Upkeep(**books, **rest, privacy=self.privacy, rules=rules)

    def pass_time(self, ms: int) -> None:
        """The clock goes on, and with the months their keys."""
        self.now_ms += ms
        self.ring.keys = self.ring.keys.at(self.now_ms)

    @property
    def words(self) -> int:
        """How many words fit into the note, at an ordinary pace."""
        return self.seconds * 2 - 1

    @property
    def said(self) -> str:
        """Words of two syllables each, as many as fit."""
        return " ".join(random.Random(self.words).choices(_WORDS, k=self.words))  # noqa: S311 -- nothing is secret here

    def note_call(self, model: str, *, is_error: bool) -> None:
        """A call has reached the provider, for whoever pays now."""
        guild_id, member_id, at = self.paying
        account = personal_account(member_id) if guild_id is None else guild_account(guild_id)
        zone = "UTC" if guild_id is None else self.zones.get(guild_id, "UTC")
        cost = price_usd_micros(self.seconds * 1000, PRICES[model])
        month = month_of(at, zone).name
        self.calls.append(Called(account, month, month_of(at, "UTC").name, guild_id, cost, is_error))

    def read(self, key: str, text: str) -> None:
        """Somebody has read these words."""
        known = self.notes.setdefault(key, Standing())
        known.shown_ms = max(known.shown_ms, min(syllables(text) * 250, self.seconds * 1000))
        self._shown.set()

    def end(self, key: str, outcome: Outcome) -> None:
        """A note was answered."""
        known = self.notes.setdefault(key, Standing())
        known.outcome = outcome
        if isinstance(outcome, Transcript):
            known.shown_ms = max(known.shown_ms, outcome.billed_ms)

    async def until_shown(self) -> None:
        """The words that were streamed are shown, if they ever are."""
        self._shown.clear()
        async with asyncio.timeout(20):
            await self._shown.wait()

    def request(self, guild_id: int | None, member_id: int, *, of: int | None = None, task: Task = Task.TRANSCRIBE,
                language: str | None = None) -> Request:  # fmt: skip
        """A note somebody posts now, or (`of`) an attachment they ask for again."""
        number = next(self.numbers)
        made = snowflake_at(self.now_ms) + number
        here = 10_000 + (guild_id or 0)
        return Request(
            id=made, ask_id=made, door=Door.AUTO if of is None else Door.MENU, attachment_id=of or number,
            filename="voice-message.ogg", content_type="audio/ogg", size_bytes=4_000,
            declared_ms=1_000 * self.seconds, url="https://cdn.discordapp.com/a", is_voice=True, guild_id=guild_id,
            channel_id=here, message_id=number if of is None else of, author_id=member_id, member_id=member_id,
            locale="en-US", task=task, language=language, token=None, asked_in=here,
        )  # fmt: skip  # one wish reads as one wish

    async def post(self, request: Request) -> None:
        """Take it, and work until nothing is left to do but what waits for a time."""
        self.paying = (request.guild_id, request.member_id, request.id)
        self._shown = asyncio.Event()
        await self.desk.accept(request)
        await self.work()

    async def work(self) -> None:
        """Answer every bell; what was put off comes when its time has come."""
        turns = 0
        while self.bells.rung and turns < 30:
            key, after_ms = self.bells.rung.pop(0)
            self.now_ms += after_ms
            turns += 1
            async with self.database.tx() as tx:
                note = await self.inbox.find(tx, key)
            if note is not None and note.state != "done":
                self.paying = (note.guild_id, note.payer_id, note.request_id)
            await self.desk.work(key)

    @staticmethod
    def has_failed(outcome: Outcome | None) -> bool:
        """Whether it was the provider's fault, or ours."""
        return isinstance(outcome, Failed)
