"""How far a provider's bill is believed, and what of its words reaches the host; the books on both engines."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.database import open_database
from bot.desk.spending import BELIEVED_SHARE, BELIEVED_TIMES, believed
from bot.health import Health
from bot.ledger import Ledger
from bot.log import Json, Lines
from bot.quota import price_usd_micros
from bot.speech import MODELS
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World, command
from tests.world.openai import Answer, Fault, Garbage, Redirect, Scripted, open_openai

pytest_plugins = ["tests.stores"]

PARK = SPEECH / "park.ogg"
BOOKED = 300  # micro-dollars: four started seconds of gpt-transcribe
_HOST = "SELECT held, committed FROM account WHERE account = 'host:usd'"


@asynccontextmanager
async def bot_at(world: World, url: str, **settings: str) -> AsyncIterator[None]:
    """The bot with its books there."""
    async with world.bot(world.env(**settings) | {"DATABASE_URL": url}):
        yield


async def spent(url: str) -> tuple[int, int]:
    """Micro-dollars of the host, held and committed; nothing in the books contradicts the journal."""
    async with open_database(url) as database, database.tx() as tx:
        row = await tx.one(_HOST)
        assert await Ledger().audit(tx) == []
    assert row is not None
    return row["held"], row["committed"]


def tokens(given: Any, written: Any = 1) -> dict[str, Any]:
    """A usage as the gpt-4o family counts."""
    return {"type": "tokens", "input_tokens": given, "output_tokens": written, "total_tokens": 1}


@given(st.integers(0, 10**15), st.integers(0, 10**9))
def test_a_bill_is_believed_from_half_to_four_times(claimed: int, booked: int) -> None:
    """Never less than the share of what was booked, never more than the multiple of it, and else as claimed."""
    bill = believed(claimed, booked)

    assert booked <= bill * BELIEVED_SHARE
    assert bill <= booked * BELIEVED_TIMES
    assert bill == claimed or claimed * BELIEVED_SHARE < booked or claimed > booked * BELIEVED_TIMES


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("seconds", [1, 3, 60, 480])
def test_honest_bills_are_believed_whole(name: str, seconds: int) -> None:
    """Seconds rounded either way, and the tokens of ordinary and of the fastest speech, are within the bounds."""
    model = MODELS[name]
    booked = price_usd_micros(seconds * 1000, model.usd_micros_per_minute)
    claims = [price_usd_micros(max(1, seconds - 1) * 1000, model.usd_micros_per_minute)] if seconds > 1 else [booked]
    if prices := model.usd_micros_per_1000_tokens:
        claims = [(seconds * 10 * prices[0] + seconds * said * prices[1]) // 1000 for said in (3, 15)]

    assert [believed(claimed, booked) for claimed in claims] == claims


@pytest.mark.parametrize(
    ("model", "usage", "booked", "bill"),
    [
        ("gpt-4o-transcribe", tokens(1e308, 1e308), 400, 1600),
        ("gpt-4o-transcribe", tokens(1e25), 400, 1600),
        ("gpt-4o-transcribe", tokens(3e15), 400, 1600),
        ("gpt-4o-transcribe", tokens(2**63), 400, 1600),
        ("gpt-4o-transcribe", tokens(0, 0), 400, 200),
        ("gpt-4o-transcribe", tokens(-1), 400, 400),
        ("gpt-4o-transcribe", tokens(float("nan")), 400, 400),
        ("gpt-transcribe", {"type": "duration", "seconds": 86_400}, BOOKED, 4 * BOOKED),
        ("gpt-transcribe", {"type": "duration", "seconds": 1e308}, BOOKED, BOOKED),
        ("gpt-transcribe", {"type": "duration", "seconds": 0}, BOOKED, BOOKED // 2),
        ("gpt-transcribe", {"type": "duration", "seconds": -86_400}, BOOKED, BOOKED),
        ("gpt-transcribe", {"type": "duration", "seconds": [9]}, BOOKED, BOOKED),
    ],
    ids=str,
)
async def test_one_number_of_the_provider_moves_the_books_a_little(
    world: World, url: str, model: str, usage: dict[str, Any], booked: int, bill: int
) -> None:
    """Whatever it counts, the note is answered by one paid call, booked within the bounds; the log has the numbers."""
    world.openai.script(Answer("hello", claims=usage), forever=True)
    async with bot_at(world, url, speech__model=model):
        note = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        await world.diary.until("note")

    assert "hello" in note.content
    assert len(world.openai.calls) == 1
    assert await spent(url) == (0, bill)
    assert not world.diary.of("broke")
    (told,) = world.diary.of("disbelieved") + world.diary.of("miscount")
    assert told.booked_usd_micros == booked
    if told.action == "disbelieved":
        assert told.usd_micros == bill != told.claimed_usd_micros


async def test_a_provider_that_counts_nothing_voids_no_limit(world: World, url: str) -> None:
    """Answers that say zero seconds count for half at least, so the host's month ends: ten notes are three calls."""
    world.openai.script(Answer("hello", claims={"type": "duration", "seconds": 0}), forever=True)
    async with bot_at(
        world, url, quota__host_usd="0.0006", quota__strangers_percent="100", rate__member_per_minute="1000"
    ):
        for number in range(10):
            await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
            await world.diary.when(lambda: len(world.diary.of("note") + world.diary.of("refused")) > number)  # noqa: B023 -- awaited here

    assert len(world.openai.calls) == 3
    assert await spent(url) == (0, 3 * BOOKED // 2)


async def test_a_refused_call_costs_nothing_however_it_counts(world: World) -> None:
    """An error status is not billed, so what was booked goes back, whatever usage stands beside the error."""
    body = json.dumps({"error": {"message": "no"}, "usage": {"type": "duration", "seconds": 900}}).encode()
    world.openai.script(Fault(400, body=body), forever=True)
    async with world.bot():
        await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        await world.idle()

        assert world.dollars == (0, 0)


def test_what_is_not_believed_is_counted_in_the_metrics() -> None:
    """The drift that was booked and the rest that was not are told apart, each way."""
    health = Health()
    for rest in (7_000_000, -150):
        health.disbelieved(rest)
    found = [
        health.registry.get_sample_value("earshot_provider_drift_usd_total", {"direction": direction})
        for direction in ("unbelieved_more", "unbelieved_less", "more", "less")
    ]

    assert found == pytest.approx([7.0, 0.00015, 0, 0])


async def test_a_redirect_costs_one_call_and_is_told_with_the_way_out(world: World) -> None:
    """Nobody gets the recording, nothing is paid, the member is told, and the host reads what to set."""
    async with open_openai(ears=Scripted("words of another service")) as other:
        world.openai.script(Redirect(307, f"{other.base_url}/audio/transcriptions"), forever=True)
        async with world.bot():
            note = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
            await world.diary.until("fix")

            assert "another address" in note.content
            assert world.dollars == (0, 0)
        assert other.calls == []
    assert len(world.openai.calls) == 1
    assert "Set OPENAI_BASE_URL" in world.diary.of("fix")[0].getMessage()
    assert other.base_url not in world.diary.text


async def test_a_moved_provider_has_the_fallback_asked(world: World) -> None:
    """Where another server is set, members notice nothing."""
    world.openai.script(Redirect(301), forever=True)
    async with (
        open_openai(ears=Scripted("from the second server"), key="none") as second,
        world.bot(speech__fallback_base_url=second.base_url),
    ):
        note = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    assert "from the second server" in note.content
    assert len(world.openai.calls) == 1


PIN = "my pin is four two four two"
HOSTILE = (
    f"could not post-process '{PIN}'\n2026-11-30 09:00:00 INFO    FAKE LINE  action=note note=K3F7A"
    " \x1b[2J sk-proj-abcd1234efgh"
)


@pytest.mark.parametrize("status", [400, 401, 429, 500])
async def test_an_error_s_own_words_are_not_in_the_log(world: World, status: int) -> None:
    """The host reads status, code, type, param and our words for the cause: the provider's may be a note's words."""
    world.openai.script(
        Fault(status, "some_code", message=HOSTILE, type="some_type", param="some_param"),
        Fault(status, f"code {PIN}", message=HOSTILE, type=PIN, param=f"p\n{PIN}"),
        forever=True,
    )
    async with world.bot(speech__attempts="2"):
        for _ in range(2):
            await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    first, *others = world.diary.of("call_failed")
    assert (first.status, first.code, first.type, first.param) == (str(status), "some_code", "some_type", "some_param")
    assert first.getMessage().startswith("The provider did not answer: it ")
    assert not hasattr(others[-1], "code")
    for style in (Lines(), Json()):
        text = "\n".join(map(style.format, world.diary.records))
        assert PIN not in text
        assert "FAKE" not in text
        assert "\x1b" not in text


async def test_an_error_s_own_words_are_told_to_who_asks_for_them(world: World) -> None:
    """With log.provider_errors they stand in a field of the line: one line, cut, without keys; not with a collector."""
    world.openai.script(Fault(500, message=HOSTILE), forever=True)
    async with world.bot(speech__attempts="1", log__provider_errors="true"):
        await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    (line,) = [line for line in world.diary.text.splitlines() if "FAKE LINE" in line]
    assert "action=call_failed" in line
    assert PIN in line
    assert "sk-proj-abcd1234efgh" not in line
    assert "\x1b" not in line


async def test_check_shows_what_the_provider_says_on_one_line(world: World) -> None:
    """Whoever asks with `check` reads the provider's own words, which move no cursor; the running bot logs none."""
    world.openai.listing = Fault(500, message=HOSTILE)
    checked = await command(world.folder, world.env(), "check")
    async with world.bot():
        await world.diary.until("start_check")

    (line,) = [line for line in checked.out.splitlines() if "FAKE LINE" in line]
    assert "5xx" in line
    assert PIN in line
    assert "\x1b" not in checked.out
    assert "sk-proj-abcd1234efgh" not in checked.out
    assert PIN not in world.diary.text


async def test_words_do_not_steer_the_terminal(world: World) -> None:
    """`transcribe` prints what was heard; signs in it that would move the cursor are written out."""
    world.openai.script(
        Garbage(json.dumps({"text": f"one\x1b[2J\x07 {WORDS}\ntwo\x9b1A"}).encode(), "application/json")
    )
    told = await command(world.folder, world.env(), "transcribe", str(PARK))

    assert told.code == 0, told.err
    assert WORDS in told.out
    assert not set(told.out) & {"\x1b", "\x07", "\x9b"}
