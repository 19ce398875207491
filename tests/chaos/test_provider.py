"""A provider that fails in every way known (group 2): what may pass is heard in the end, the rest costs no minutes."""

from tests.chaos.conftest import LENGTH_MS, Crowd, Solo, Stopwatch, record
from tests.chaos.invariants import assert_answered_once, cost_of
from tests.chaos.settings import dice, sized
from tests.conftest import WORDS, World
from tests.world.openai import Answer, CutConnection, Fault, Garbage, Hang, HugeJson
from tests.world.openai.script import Step

PATIENT = {
    "speech__timeout_seconds": "3",
    "speech__attempts": "10",
    "speech__deadline_seconds": "120",
    "work__probe_seconds": "1",
}
PASSING: dict[str, Step] = {
    "429 rate_limit_exceeded": Fault(429, "rate_limit_exceeded", retry_after=1),
    "429 slow_down": Fault(429, "slow_down"),
    "500": Fault(500),
    "500 after the work": Fault(500, paid=True),
    "502": Fault(502),
    "503 server_is_overloaded": Fault(503, "server_is_overloaded"),
    "a hang past the timeout": Hang(),
    "a line cut in the answer": CutConnection(),
    "a line cut before it": CutConnection(before=True),
    "HTML for an answer": Garbage(),
    "an empty answer": Garbage(b"", "application/json"),
    "half an answer": Garbage(b'{"text": "And then', "application/json"),
    "a wrong duration": Answer(WORDS, seconds=600),
    "no duration": Answer(WORDS, omit=("usage",)),
}
LASTING: dict[str, Step] = {
    "an answer of 64 MB": HugeJson(),
    "400": Fault(400, "invalid_value", message="audio is odd"),
    "401": Fault(401, "invalid_api_key"),
    "404 model_not_found": Fault(404, "model_not_found"),
}
BILLING = (
    "insufficient_quota",
    "credit_balance_exhausted",
    "project_spend_limit_exceeded",
    "organization_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
)


async def test_what_passes(world: World, crowd: Crowd, solo: Solo) -> None:
    """Faults that may pass, one kind after the other: every note gets its words, and is billed once."""
    count, watch = sized(20, 2), Stopwatch()
    await solo.start(**PATIENT)
    for fault, step in PASSING.items():
        world.openai.script(*[step] * count)
        await crowd.post(count)
        await crowd.until()
        assert all(WORDS in answer.content for answer in crowd.answers), fault
    books = await solo.books()

    assert_answered_once(crowd.answers, count * len(PASSING))
    assert books.billed_ms == len(crowd.answers) * LENGTH_MS
    record(
        "2 Provider",
        ", ".join(PASSING),
        f"{count} times each, in {watch.s:.0f} s",
        f"every note heard and billed once; host's books {books.spent_usd_micros} micro-dollars "
        f"for {books.calls} calls, which cost {cost_of(world.openai)}",
    )


async def test_what_lasts(world: World, crowd: Crowd, solo: Solo) -> None:
    """Answers that are none, and refusals: the member reads so, once, and no minute is used."""
    count = sized(20, 2)
    await solo.start(**PATIENT)
    for fault, step in LASTING.items():
        world.openai.script(*[step] * count)
        await crowd.post(count)
        await crowd.until()
        assert not any(WORDS in answer.content for answer in crowd.answers), fault
    books = await solo.books()

    assert_answered_once(crowd.answers, count * len(LASTING))
    assert books.billed_ms == 0
    assert all("No minutes used" in answer.content for answer in crowd.answers)
    record("2 Provider", ", ".join(LASTING), f"{count} times each", "one refusal a note that says why, no minute used")


async def test_a_provider_that_is_not_paid(world: World, crowd: Crowd, solo: Solo) -> None:
    """The billing refusals: notes wait for the probe that is answered; nobody is refused, nobody billed twice."""
    codes, count = dice("billing").sample(BILLING, sized(len(BILLING), 2)), sized(20, 3)
    await solo.start(**PATIENT)
    for code in codes:
        world.openai.script(Fault(429, code), Fault(429, code))
        await crowd.post(count)
        await crowd.until()
    books = await solo.books()

    assert_answered_once(crowd.answers, count * len(codes))
    assert books.billed_ms == len(crowd.answers) * LENGTH_MS
    assert all(WORDS in answer.content for answer in crowd.answers)
    record(
        "2 Provider",
        f"429 {', '.join(codes)}",
        f"twice each, {count} notes",
        "all notes waited for the probe, and were heard",
    )


async def test_a_provider_on_a_bad_day(world: World, crowd: Crowd, solo: Solo) -> None:
    """Any fault at any call, in a burst: each note has one answer, with its words or with why not."""
    count, chance, watch = sized(500, 20), dice("bad day"), Stopwatch()
    steps = list(PASSING.values())
    world.openai.script(*(chance.choice(steps) if chance.random() < 0.4 else Answer(WORDS) for _ in range(2 * count)))
    await solo.start(**PATIENT)
    await crowd.post(count)
    await crowd.until()
    books = await solo.books()
    heard = sum(WORDS in answer.content for answer in crowd.answers)

    assert_answered_once(crowd.answers, count)
    assert books.billed_ms == heard * LENGTH_MS
    record(
        "2 Provider",
        "any of these, at chance",
        f"{count} notes at once, 4 of 10 calls spoiled, in {watch.s:.0f} s",
        f"{heard} heard, {count - heard} told why not, each once; host's books {books.spent_usd_micros} "
        f"micro-dollars, calls cost {cost_of(world.openai)}",
    )
