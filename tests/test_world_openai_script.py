"""The stand-in for OpenAI plays what a test wants of it, and remembers what it saw."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from itertools import pairwise

import openai
import pytest
from openai import AsyncOpenAI

from tests.asking import NOTES, PARK, ROWS, ask, refusal
from tests.world.openai import (
    Answer,
    CutConnection,
    Fault,
    Garbage,
    Hang,
    HugeJson,
    LocalOpenAI,
    Scripted,
    open_openai,
)


@pytest.fixture
async def local() -> AsyncIterator[LocalOpenAI]:
    """A provider with scripted ears."""
    async with open_openai() as opened:
        yield opened


@pytest.fixture
async def client(local: LocalOpenAI) -> AsyncIterator[AsyncOpenAI]:
    """The real client, pointed at it."""
    async with AsyncOpenAI(base_url=local.base_url, api_key=local.key, max_retries=0) as opened:
        yield opened


async def test_the_script_is_played_in_order_and_then_the_ears_listen(local: LocalOpenAI, client: AsyncOpenAI) -> None:
    """Answers and faults go to calls first come, first served."""
    local.script(Answer("One.", seconds=99.2), Fault(429, "rate_limit_exceeded", retry_after=7))
    first = await ask(client)
    error = await refusal(client)

    assert (first.text, first.usage.seconds) == ("One.", 100)
    assert isinstance(error, openai.RateLimitError)
    assert error.response.headers["retry-after"] == "7"
    assert (await ask(client)).text == Scripted().text
    assert [call.paid for call in local.calls] == [True, False, True]


async def test_a_rule_gives_its_step_to_the_calls_it_fits(local: LocalOpenAI, client: AsyncOpenAI) -> None:
    """A step with `when` waits for its file; `forever` never runs out."""
    local.script(Answer("Second."), when=lambda call: call.filename == "second.ogg", forever=True)
    texts = [(await ask(client, name=name)).text for name in ("second.ogg", "first.ogg", "second.ogg")]

    assert texts == ["Second.", Scripted().text, "Second."]


@pytest.mark.parametrize(
    "code",
    [
        "insufficient_quota",
        "credit_balance_exhausted",
        "project_spend_limit_exceeded",
        "organization_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
    ],
)
async def test_money_spent_is_a_429_of_its_own_type(local: LocalOpenAI, client: AsyncOpenAI, code: str) -> None:
    """All codes that waiting does not mend share the type insufficient_quota."""
    local.script(Fault(429, code))
    error = await refusal(client)

    assert (error.status_code, error.type, error.code) == (429, "insufficient_quota", code)


async def test_what_breaks_after_the_work_is_paid(local: LocalOpenAI, client: AsyncOpenAI) -> None:
    """A cut line, a hang and a fault marked so count as paid; a plain fault does not."""
    local.script(Fault(500), Fault(502, paid=True), CutConnection(), CutConnection(before=True), Hang())
    for _ in range(2):
        assert (await refusal(client)).status_code in (500, 502)
    for _ in range(2):
        with pytest.raises(openai.APIConnectionError):
            await ask(client)
    hanging = asyncio.create_task(ask(client))
    await local.wait_for_calls(5)
    hanging.cancel()
    calls = await local.wait_for_calls(5, ended=True)

    assert [call.paid for call in calls] == [False, True, True, True, True]
    assert calls[-1].status is None


async def test_garbage_reaches_the_client_as_text(local: LocalOpenAI, client: AsyncOpenAI) -> None:
    """What is not JSON is handed out as a str, as the client does."""
    local.script(Garbage())

    assert "Bad gateway" in str(await ask(client))


async def test_a_huge_answer_has_the_size_asked_for(local: LocalOpenAI, client: AsyncOpenAI) -> None:
    """HugeJson is valid JSON, only long."""
    local.script(HugeJson(1_000_000))

    assert 900_000 < len((await ask(client)).text) < 1_100_000


async def test_held_calls_wait_until_they_are_let_go(local: LocalOpenAI, client: AsyncOpenAI) -> None:
    """Calls at the gate have begun; each release lets one through, the last all."""
    gate = local.hold()
    asking = [asyncio.create_task(ask(client)) for _ in range(5)]
    await gate.wait_for(5)

    assert (local.most_at_once, len(local.paid)) == (5, 5)
    gate.release(1)
    assert len(await local.wait_for_calls(1, ended=True)) == 1
    assert gate.waiting == 4
    gate.release()
    assert {answer.text for answer in await asyncio.gather(*asking)} == {Scripted().text}


async def test_the_log_tells_what_was_sent(local: LocalOpenAI, client: AsyncOpenAI) -> None:
    """Name, size, hash, decoded length and parameters of each call are kept, and its moments in order."""
    await ask(client)
    await ask(client, (NOTES / "report.m4a").read_bytes(), "report.m4a", model="whisper-1", language="en")
    first, second = local.calls

    assert first.sha256 == next(row["sha256"] for row in ROWS if row["file"] == "park.ogg")
    assert (first.filename, first.size_bytes, first.status) == ("voice-message.ogg", len(PARK), 200)
    assert second.params["language"] == ["en"]
    assert all(call.ended_s is not None and call.started_s <= call.ended_s for call in local.calls)
    assert all(before.started_s <= after.started_s for before, after in pairwise(local.calls))


async def test_traffic_is_held_against_the_published_schema(client: AsyncOpenAI, local: LocalOpenAI) -> None:
    """Where the schema is beside the repository, a field it does not know is a breach."""
    await ask(client, extra_body={"bogus": "1"})
    told, local.breaches = local.breaches, []

    assert len(told) == (local.oracle is not None)


async def test_it_runs_as_a_process_of_its_own() -> None:
    """Started by hand it prints where it is, answers there, and ends cleanly when told."""
    command = [sys.executable, "-m", "tests.world.openai", "--text", "From afar.", "--delay-s", "0.01"]
    process = await asyncio.create_subprocess_exec(*command, cwd=NOTES.parents[1], stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        env: dict[str, str] = {}
        while "OPENAI_BASE_URL" not in env:  # the oracle may have said first that its files are not here
            line = (await process.stdout.readline()).decode()
            env = json.loads(line) if line.startswith("{") else env
        async with AsyncOpenAI(base_url=env["OPENAI_BASE_URL"], api_key=env["OPENAI_API_KEY"]) as client:
            assert (await ask(client)).text == "From afar."
    finally:
        process.terminate()

    assert await process.wait() == 0
