"""
People who try to pay nothing: whatever they do in whatever order, no limit is passed and no words are free.

They post, delete, forget, opt out and in, stop, switch off and on, send what gives empty answers and what fails, ask
again, elsewhere and in other languages, translate, found servers, open accounts, take rights away and wait for the
month's end, in four time zones. On both engines, over the real desk.
"""

import asyncio
import subprocess
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot import audio
from bot.outcome import Task
from bot.quota import caused_limit_usd_micros, guild_account, month_of, personal_account
from tests.conftest import SPEECH
from tests.stores import Server, Store, on_postgresql, on_sqlite
from tests.wall_house import HOST_USD_MICROS, MINUTES, PRICES, House, Plan

pytest_plugins = ["tests.stores"]

NOVEMBER_MS = 1_796_000_000_000  # 30 November 2026, 00:53 UTC: the month's last day
HOUR_MS = 3_600_000
ZONES = {1: "Asia/Seoul", 2: "UTC", 3: "America/Los_Angeles", 4: "Pacific/Pago_Pago"}
LENGTHS = (3, 12)  # seconds; the longer one is shown while its words come
MONTH_MS = MINUTES * 60_000
CAUSED = caused_limit_usd_micros(MONTH_MS, max(PRICES.values()))
MEMBERS = st.sampled_from([71, 72])
# What the provider makes of it, call by call.
ANSWERS = st.sampled_from(
    [["words"], ["words"], ["words"], ["empty"], ["error"], ["error", "words"], ["cut"], ["cut", "words"], ["refused"]]
)
HOW = st.sampled_from(
    ["delete", "forget", "opt", "opt for good", "stop", "switch", "switch for good", "crash", "rights"]
)
AMID = st.one_of(st.none(), HOW)
WHERE = st.sampled_from([1, 2, 3, 4, None])


class Wall(RuleBasedStateMachine):
    """Does what they would do, and holds what it cost against what it may."""

    def __init__(self, store: Store, sounds: dict[int, Path], scratch: Path) -> None:
        super().__init__()
        self.store, self.sounds, self.scratch = store, sounds, scratch
        store.begin()
        self.house: House
        self.founded = 4
        self.posted: list[tuple[int, int, int | None]] = []  # attachment, its length, where
        self.forgetful: set[str] = set()
        self.people: set[int] = set()

    def run(self, work: Any) -> Any:
        """Run to its end in the store's loop."""
        return self.store.run(work)

    @initialize()
    def move_in(self) -> None:
        """A house with four servers; the first two are known to the host."""

        async def build() -> House:
            house = House(self.store.database, self.sounds, self.scratch, NOVEMBER_MS)
            for guild_id, zone in ZONES.items():
                await house.switches.decide(guild_id, 0, zone=zone)
            return house

        self.house = self.run(build())
        self.house.zones = dict(ZONES)

    # -- what people do --------------------------------------------------------------------------

    @rule(where=WHERE, member=MEMBERS, seconds=st.sampled_from(LENGTHS), answers=ANSWERS, amid=AMID)
    def post(self, where: int | None, member: int, seconds: int, answers: list[str], amid: str | None) -> None:
        """A note; amid its first call somebody does something."""
        self.note(where, member, seconds, answers, amid)

    @rule(where=WHERE, member=MEMBERS, how=HOW)
    def read_and_take_back(self, where: int | None, member: int, how: str) -> None:
        """A note whose words are read while they come, and then somebody tries not to pay for them."""
        self.note(where, member, max(LENGTHS), ["words"], how)

    @rule(member=MEMBERS, where=st.sampled_from([3, 4]), how=HOW)
    def hum(self, member: int, where: int, how: str) -> None:
        """Sound with a voice and no words, by the minute."""
        for _ in range(4):
            self.note(where, member, max(LENGTHS), ["empty"], how)

    @rule(member=st.integers(100, 400), answers=ANSWERS)
    def open_an_account(self, member: int, answers: list[str]) -> None:
        """A new account writes to the bot alone."""
        self.note(None, member, 3, answers, None)

    @rule(answers=ANSWERS, amid=AMID)
    def found_a_server(self, answers: list[str], amid: str | None) -> None:
        """A new server, with a month of its own."""
        self.founded += 1
        self.note(self.founded, 71, 3, answers, amid)

    @precondition(lambda self: self.posted)
    @rule(data=st.data(), where=WHERE, how=st.sampled_from(["again", "language", "translate"]), answers=ANSWERS)
    def ask_again(self, data: st.DataObject, where: int | None, how: str, answers: list[str]) -> None:
        """An old note once more: as it is, in another language or as a translation; there, or elsewhere."""
        of, seconds, _ = data.draw(st.sampled_from(self.posted[-4:]), "which")
        task = Task.TRANSLATE if how == "translate" else Task.TRANSCRIBE
        language = "ko" if how == "language" else None
        self.note(where, 72, seconds, answers, None, of=of, task=task, language=language)

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """A message goes, answered or not."""
        of, _, _ = data.draw(st.sampled_from(self.posted[-4:]), "which")
        self.house.deleted.add(of)
        self.run(self.house.privacy.message_deleted([of]))

    @rule(member=MEMBERS)
    def forget(self, member: int) -> None:
        """Somebody has every row about them erased."""
        self.run(self.house.privacy.forget(member))

    @rule(hours=st.sampled_from([1, 5, 8, 12, 24, 200]))
    def wait(self, hours: int) -> None:
        """Time passes, over the month's end here and not yet there; upkeep comes along."""
        self.house.pass_time(hours * HOUR_MS)
        self.run(self.house.upkeep.refill())
        self.run(self.house.work())

    @rule(restart=st.just(value=True))
    def restart(self, *, restart: bool) -> None:
        """The process ends and begins anew."""
        del restart
        old = self.house
        self.store.reopen()

        async def build() -> House:
            return House(self.store.database, self.sounds, self.scratch, old.now_ms, zones=old.zones, ring=old.ring)

        self.house = self.run(build())
        self.house.numbers, self.house.calls, self.house.notes = old.numbers, old.calls, old.notes
        self.house.deleted, self.house.courier.standing = old.deleted, old.courier.standing
        self.house.courier._ids = old.courier._ids
        self.run(self.house.upkeep.wake())
        self.run(self.house.upkeep.refill())
        self.run(self.house.work())

    # -- how ---------------------------------------------------------------------------------------

    def note(
        self, where: int | None, member: int, seconds: int, answers: list[str], amid: str | None, **more: Any
    ) -> None:
        """One wish, worked to its end; whose words were read by then has to be on the bill."""
        house = self.house
        house.seconds = seconds
        self.people.add(member)
        request = house.request(where, member, **more)
        if not more:
            self.posted.append((request.attachment_id, seconds, where))
        deed = self.deed(amid, where, member, request.attachment_id)
        house.plan = Plan(list(answers), deed, is_told=amid != "rights", is_crash=amid == "crash")
        read_before = {key: known.shown_ms for key, known in house.notes.items()}
        place = self.place(where, member, request.id)
        self.forgetful |= {f"caused:{place[0]}"} if amid == "forget" else set()
        before_ms = self.minutes().get(place, 0)
        self.run(self.guarded(request, is_crash=amid == "crash"))
        house.plan = Plan(["words"])
        self.run(self.settled())
        if amid == "opt for good":
            self.run(house.privacy.opt_in(member))
        if amid == "switch for good" and where is not None:
            self.run(house.switches.decide(where, 0, mode="auto"))
        billed_ms = max(self.minutes().get(place, 0) - before_ms, 0)
        read = [(key, known) for key, known in house.notes.items() if known.shown_ms > read_before.get(key, 0)]
        owed = sum(
            known.shown_ms - read_before.get(key, 0) for key, known in read if not house.has_failed(known.outcome)
        )
        assert billed_ms >= owed, f"{owed} ms of words were read, and {billed_ms} ms billed"

    async def guarded(self, request: Any, *, is_crash: bool) -> None:
        """Post it; a crash amid the work ends the work and nothing else."""
        try:
            await self.house.post(request)
        except* Crashed:
            assert is_crash
        if is_crash:
            async with self.store.database.tx() as tx:
                await self.house.inbox.release_all(tx)

    async def settled(self) -> None:
        """Whatever was left over is worked, also in a server that was switched off meanwhile."""
        await self.house.upkeep.refill()
        await self.house.work()

    def deed(self, how: str | None, where: int | None, member: int, attachment_id: int) -> Any:  # noqa: C901 -- a case a deed
        """What somebody does while the note is heard."""
        house = self.house

        async def do() -> None:
            match how:
                case "delete":
                    house.deleted.add(attachment_id)
                    await house.privacy.message_deleted([attachment_id])
                case "forget":
                    await house.privacy.forget(member)
                case "opt" | "opt for good":
                    await house.privacy.opt_out(member)
                    if how == "opt":
                        await house.privacy.opt_in(member)
                case "stop":
                    async with self.store.database.tx() as tx:
                        for key in await house.inbox.note_of_message(tx, attachment_id):
                            await house.inbox.stop(tx, key)
                case "switch" | "switch for good" if where is not None:
                    await house.switches.decide(where, 0, mode="off")
                    if how == "switch":
                        await house.switches.decide(where, 0, mode="auto")
                case "crash":
                    raise Crashed

        return do

    def place(self, where: int | None, member: int, at: int) -> tuple[str, str]:
        """Whose month pays."""
        if where is None:
            return personal_account(member), month_of(at, "UTC").name
        return guild_account(where), month_of(at, self.house.zones.get(where, "UTC")).name

    def minutes(self) -> dict[tuple[str, str], int]:
        """Billed minutes by account and month; a person's also under the name they have once they are forgotten."""
        rows = self.run(self.rows("SELECT account, period, committed FROM account WHERE rank IN (2, 3)"))
        found = {(row["account"], row["period"]): row["committed"] for row in rows}
        for member in self.people:
            for period in {period for _, period in found}:
                plain = personal_account(member)
                hashed = found.pop((self.house.ring.alias(plain, period), period), 0)
                if hashed or (plain, period) in found:
                    found[plain, period] = found.get((plain, period), 0) + hashed
        return found

    async def rows(self, sql: str) -> list[Any]:
        """What the books say."""
        async with self.store.database.tx() as tx:
            return await tx.all(sql)

    # -- what must hold ----------------------------------------------------------------------------

    @invariant()
    def nobody_is_over(self) -> None:
        """Caused cost, billed minutes, what strangers share, what direct messages share, the host's month."""
        if not hasattr(self, "house"):
            return
        caused: dict[tuple[str, str], int] = defaultdict(int)
        shared: dict[tuple[str, str], int] = defaultdict(int)
        for call in self.house.calls:
            if not call.is_error:
                caused[call.account, call.period] += call.usd_micros
                shared["host", call.host_period] += call.usd_micros
                kind = "direct" if call.guild_id is None else "known" if call.guild_id in (1, 2) else "strangers"
                shared[kind, call.host_period] += call.usd_micros
        most = {
            "host": HOST_USD_MICROS,
            "known": HOST_USD_MICROS,
            "strangers": HOST_USD_MICROS // 4,
            "direct": HOST_USD_MICROS // 10,
        }
        assert {place: spent for place, spent in caused.items() if spent > CAUSED} == {}
        assert {place: spent for place, spent in shared.items() if spent > most[place[0]]} == {}
        assert {place: ms for place, ms in self.minutes().items() if ms > MONTH_MS} == {}

    @invariant()
    def books_agree(self) -> None:
        """Every balance is its journal's sum, and what the books count as caused is what reached the provider."""
        if not hasattr(self, "house"):
            return

        async def audit() -> list[str]:
            async with self.store.database.tx() as tx:
                return await self.house.ledger.audit(tx)

        assert self.run(audit()) == []
        assert self.run(self.rows("SELECT key FROM charge WHERE state = 'held'")) == []
        booked = self.run(self.rows("SELECT account, period, committed FROM account WHERE account LIKE 'caused:%'"))
        real: dict[tuple[str, str], int] = defaultdict(int)
        for call in self.house.calls:
            real[f"caused:{call.account}", call.period] += 0 if call.is_error else call.usd_micros
        known = {(row["account"], row["period"]): row["committed"] for row in booked}
        servers = {place: cost for place, cost in real.items() if place[0].startswith("caused:guild")}
        assert {place: cost for place, cost in servers.items() if known.get(place, 0) < cost} == {}
        # Of a call whose note is forgotten meanwhile nobody knows any more that it was answered with an error.
        exact = {place: cost for place, cost in servers.items() if place[0] not in self.forgetful}
        assert {place: known.get(place, 0) for place in exact} == exact


class Crashed(BaseException):
    """The process has ended here."""


def expect_the_wall_to_hold(
    store: Store, folder: Path, *, examples: int, steps: int, replayable: bool, shrinks: bool = True
) -> None:
    """Let them try."""
    sounds = {seconds: made(folder, seconds) for seconds in LENGTHS}
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    new_machine: Any = partial(Wall, store, sounds, scratch)  # hypothesis asks for a class, and takes what makes one
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=replayable,
        phases=list(Phase) if shrinks else [Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(new_machine, settings=chosen)
    finally:
        store.close()


def made(folder: Path, seconds: int) -> Path:
    """A voice note of exactly so many seconds in which somebody speaks."""
    path = folder / f"{seconds}.ogg"
    loop = ("-stream_loop", "-1", "-i", str(SPEECH / "pauses.ogg"), "-t", str(seconds))
    words = (str(audio.ffmpeg_of("bundled")), "-v", "error", *loop, "-c:a", "libopus", "-b:a", "16k")
    subprocess.run([*words, "-ar", "48000", str(path)], check=True)  # noqa: S603 -- our own words
    return path


Stores = Callable[[asyncio.Runner], Store]


@pytest.mark.timeout(600)
def test_the_wall_holds_on_sqlite(runner: asyncio.Runner, tmp_path: Path) -> None:
    """A sample of histories: nobody costs more, or reads more, than they may."""
    expect_the_wall_to_hold(on_sqlite(runner, tmp_path), tmp_path, examples=3, steps=25, replayable=True)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_the_wall_holds_for_ten_thousand_steps_on_sqlite(runner: asyncio.Runner, tmp_path: Path) -> None:
    """The same for more than 10,000 steps of new histories."""
    expect_the_wall_to_hold(on_sqlite(runner, tmp_path), tmp_path, examples=210, steps=50, replayable=False)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_the_wall_holds_for_ten_thousand_steps_on_postgresql(
    runner: asyncio.Runner, postgresql: Server, tmp_path: Path
) -> None:
    """The same for more than 10,000 steps of new histories."""
    expect_the_wall_to_hold(on_postgresql(runner, postgresql), tmp_path, examples=210, steps=50, replayable=False)
