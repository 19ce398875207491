"""Whatever a speech server sends, of any type and size, comes out of the speech room within bounds or not at all."""

import asyncio
import json
import time
from typing import Any

import pytest

from bot.outcome import Fault as Blame
from bot.speech import Heard, ModelRow, Speech, Trouble
from tests.asking import as_json, hear, speaking, trouble
from tests.world.openai import Answer, Fault, Garbage, LocalOpenAI, Redirect, open_openai

MOVES = (300, 301, 302, 303, 307, 308)
MONTH_MS = 30 * 24 * 3_600_000


pytest_plugins = ["tests.asking"]


async def _asked(speech: Speech, way: str) -> Heard | Trouble:
    """A call of each kind the room makes."""
    match way:
        case "stream":
            return await hear(speech, on_delta=[].append)
        case "translation":
            return await hear(speech, english_by="whisper-1")
        case _:
            return await hear(speech)


@pytest.mark.parametrize("way", ["plain", "stream", "translation"])
@pytest.mark.parametrize("status", MOVES)
async def test_a_recording_goes_nowhere_else(speech: Speech, local: LocalOpenAI, status: int, way: str) -> None:
    """A redirect to another server is not followed, whatever its kind: nobody there sees a byte; nothing is to pay."""
    async with open_openai() as other:
        local.script(Redirect(status, f"{other.base_url}/audio/transcriptions"), forever=True)
        answer = await _asked(speech, way)

    assert isinstance(answer, Trouble)
    assert (answer.fault, answer.retry, answer.may_cost, answer.code) == (Blame.MOVED, False, False, str(status))
    assert other.base_url in answer.detail
    assert other.base_url not in answer.cause
    assert (len(local.calls), other.calls, other.listed) == (1, [], 0)


@pytest.mark.parametrize("place", [None, "/v1/audio/transcriptions", "", "http://[", "//\\", "ftp://a/b", "x" * 7000])
@pytest.mark.parametrize("way", ["plain", "stream"])
async def test_one_call_is_one_upload(speech: Speech, local: LocalOpenAI, place: str | None, way: str) -> None:
    """A circle, an address that is none, one of another protocol: one call is sent, and its end is a value."""
    local.script(Redirect(308, place), forever=True)
    answer = await _asked(speech, way)

    assert isinstance(answer, Trouble)
    assert answer.fault is Blame.MOVED
    assert len(local.calls) == 1


@pytest.mark.parametrize("status", MOVES)
async def test_the_list_of_models_is_asked_at_one_address(speech: Speech, local: LocalOpenAI, status: int) -> None:
    """Not even the key's proof follows a redirect, and the host reads where it points without the signature there."""
    async with open_openai() as other:
        local.listing = Redirect(status, f"{other.base_url.replace('//', '//me:pw123456@')}/models?sig=abcdef123456")
        rows = await speech.models()

    assert isinstance(rows, Trouble)
    assert rows.fault is Blame.MOVED
    assert (local.listed, other.listed) == (1, 0)
    assert "pw123456" not in rows.detail
    assert "abcdef123456" not in rows.detail


HUGE = 10**400
NUMBERS = [0, -1, True, False, 1e308, 1e999, float("nan"), -1e999, HUGE, -HUGE, 2**63, "7", "x" * 5000, [1], {"a": 1}]


@pytest.mark.parametrize("way", ["plain", "stream"])
@pytest.mark.parametrize("number", NUMBERS, ids=lambda value: str(value)[:12] if value is not HUGE else "huge")
@pytest.mark.parametrize("name", ["seconds", "input_tokens", "output_tokens"])
async def test_a_count_is_a_number_the_books_can_take(local: LocalOpenAI, name: str, number: Any, way: str) -> None:
    """No count raises, is negative or passes 64 bits; the words come all the same."""
    is_seconds = name == "seconds"
    tokens = {"type": "tokens", "input_tokens": 37, "output_tokens": 9, "total_tokens": 46}
    local.script(
        Answer("Hello.", claims={"type": "duration", "seconds": number} if is_seconds else tokens | {name: number})
    )
    async with speaking(local, "gpt-4o-transcribe") as speech:
        answer = await _asked(speech, way)

    assert isinstance(answer, Heard)
    assert answer.text == "Hello."
    bill = answer.billed_seconds if is_seconds else answer.token_usd_micros
    most = 86_400 if is_seconds else 25_000_000_000
    assert bill is None or (type(bill) is int and 0 <= bill <= most)
    if isinstance(number, int | float) and not isinstance(number, bool):
        assert (bill is not None) == (0 <= number <= (86_400 if is_seconds else HUGE))
    assert not (bill is not None and answer.miscount)
    assert len(answer.miscount) < 200


@pytest.mark.parametrize(
    ("usage", "told"),
    [
        ({"type": "duration", "seconds": -5}, "seconds=-5"),
        ({"type": "duration", "seconds": 1e12}, "seconds=1000000000000.0"),
        ({"type": "duration", "seconds": float("nan")}, "seconds=nan"),
        ({"type": "duration", "seconds": ["my pin"]}, "seconds=list"),
        ({"type": "tokens", "input_tokens": 37, "output_tokens": -HUGE}, "input_tokens=37 output_tokens=int"),
    ],
    ids=["negative", "huge", "NaN", "list", "long"],
)
async def test_a_count_that_is_none_is_told_by_number_or_type(local: LocalOpenAI, usage: Any, told: str) -> None:
    """The host reads what stood in the count's place; a text is told by its type alone."""
    local.script(Answer("Hello.", claims=usage))
    async with speaking(local, "gpt-4o-transcribe") as speech:
        answer = await hear(speech)

    assert isinstance(answer, Heard)
    assert (answer.billed_seconds, answer.token_usd_micros, answer.miscount) == (None, None, told)


@pytest.mark.parametrize(
    "usage", [[], [1, 2], "free", 5, {"type": {"a": 1}}, {"type": "duration"}, {"seconds": []}, {}]
)
@pytest.mark.parametrize("way", ["plain", "stream"])
async def test_a_usage_of_any_shape_is_none(speech: Speech, local: LocalOpenAI, usage: Any, way: str) -> None:
    """Where the usage is no usage there is no bill; the words count."""
    local.script(Answer("Hello.", claims=usage))
    answer = await _asked(speech, way)

    assert answer == Heard("Hello.", ("en",), None, None, local.calls[0].request_id)


@pytest.mark.parametrize(
    ("said", "wait_ms"),
    [
        ({"retry-after": "1e300"}, MONTH_MS),
        ({"retry-after-ms": "1e308"}, MONTH_MS),
        ({"retry-after-ms": "12"}, 12),
        ({"retry-after": "9" * 5000}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "-inf"}, None),
        ({"retry-after": "Thu, 01 Jan 99999999999999999999 00:00:00 GMT"}, None),
        ({"retry-after": "Thu, 01 Jan 2026 00:00:00 +999999999999"}, None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, MONTH_MS),
    ],
    ids=str,
)
async def test_no_wait_is_longer_than_a_month(
    speech: Speech, local: LocalOpenAI, said: dict[str, str], wait_ms: int | None
) -> None:
    """Retry-After may hold anything."""
    local.script(Fault(429, "rate_limit_exceeded", headers=said))

    assert (await trouble(speech)).retry_after_ms == wait_ms


@pytest.mark.parametrize("named", ["r" * 7000, "a b", "req\u2028x", "", "sk-proj-0123456789abcdefghij\u00e9"])
async def test_a_request_id_is_a_plain_id(speech: Speech, local: LocalOpenAI, named: str) -> None:
    """The id stands in the log, and hosts copy it into mails: anything but a plain one is none."""
    head = {"x-request-id": named}
    local.script(Garbage(b'{"text": "Hello."}', "application/json", headers=head), Fault(500, headers=head))
    heard, failed = await hear(speech), await trouble(speech)

    assert isinstance(heard, Heard)
    assert (heard.request_id, failed.request_id) == (None, None)


async def test_a_head_too_large_is_a_value(speech: Speech, local: LocalOpenAI) -> None:
    """Two hundred headers, or one of 20 kB, are no answer; the next call works."""
    many = {f"x-{number}": "y" for number in range(200)}
    local.script(
        Garbage(b'{"text": "a"}', "application/json", headers=many),
        Garbage(b'{"text": "a"}', "application/json", headers={"x-long": "y" * 20_000}),
        Fault(503, headers={"x-long": "y" * 20_000}),
    )
    for _ in range(3):
        assert (await trouble(speech)).may_cost
    assert isinstance(await hear(speech), Heard)


@pytest.mark.parametrize(
    "languages",
    [
        [{"code": "x" * 1_000_000}] * 3,
        [{"code": "en\n2026 FORGED"}],
        [{"code": "en,ko"}],
        [{"code": ["en"]}],
        "en",
        {"code": "en"},
        [["en"]],
        [None, 5, {}],
    ],
    ids=lambda value: str(value)[:20],
)
async def test_a_language_is_a_code(speech: Speech, local: LocalOpenAI, languages: Any) -> None:
    """Codes of languages are stored and shown; what is none is left out."""
    local.script(as_json({"text": "Hello.", "languages": languages}))
    answer = await hear(speech)

    assert isinstance(answer, Heard)
    assert answer.languages == ()


async def test_a_thousand_languages_are_twenty(speech: Speech, local: LocalOpenAI) -> None:
    """Nobody speaks more in a note."""
    local.script(as_json({"text": "Hello.", "languages": [{"code": "pt-BR"}] * 1000}))
    answer = await hear(speech)

    assert isinstance(answer, Heard)
    assert answer.languages == ("pt-BR",) * 20


NESTED: Any = json.loads("[" * 400 + "]" * 400)


@pytest.mark.parametrize("way", ["plain", "stream"])
@pytest.mark.parametrize(
    "error",
    [
        {"message": "m", "code": ["a"], "type": {"b": 1}, "param": 5.5},
        {"message": ["words"], "code": {"insufficient_quota": 1}, "type": ["insufficient_quota"], "param": ["model"]},
        {"message": NESTED, "code": NESTED, "type": NESTED, "param": NESTED},
        {"message": "w" * 50_000, "code": "c" * 1_000, "type": "two words", "param": "a\nb"},
        {"message": None, "code": "sk-proj-0123456789abcdefghij", "type": "\x1b[2J", "param": "\u202e"},
        {"message": {"a": "b"}},
        {},
        [],
        ["m"],
        "words",
        None,
        5,
    ],
    ids=lambda value: str(value)[:30],
)
async def test_an_error_of_any_shape_is_told_by_its_status(
    speech: Speech, local: LocalOpenAI, error: Any, way: str
) -> None:
    """Code, type and param are plain names or nothing; what is said is one short line; the status decides."""
    local.script(Fault(400, body=json.dumps({"error": error}).encode()))
    answer = await _asked(speech, way)

    assert isinstance(answer, Trouble)
    assert (answer.fault, answer.code, answer.may_cost) == (Blame.REJECTED, "400", False)
    assert answer.named == {}
    assert len(answer.detail) < 350
    assert answer.cause == "it rejected the request (HTTP 400)"


@pytest.mark.parametrize("way", ["plain", "stream"])
@pytest.mark.parametrize(
    "body",
    [b"x" * 8_000_000, b'{"error": {"message": "' + b"x" * 8_000_000 + b'"}}', b"[" * 1_000_000, b"\xff\x00", b""],
    ids=["long", "long JSON", "deep", "no text", "nothing"],
)
async def test_an_endless_error_is_told_by_its_status(
    speech: Speech, local: LocalOpenAI, body: bytes, way: str
) -> None:
    """However long a refusal explains itself, its status is known: a key that is refused is not another failure."""
    local.script(Fault(401, body=body))
    answer = await _asked(speech, way)

    assert isinstance(answer, Trouble)
    assert (answer.fault, answer.may_cost) == (Blame.KEY_REFUSED, False)
    assert isinstance(await hear(speech), Heard)


SECRETS = "Bearer abcdefgh12345678", "sk-proj-abcdefgh12345678", "https://me:hunter22@home/", "x?sig=abcdefgh1234"


@pytest.mark.parametrize("secret", SECRETS)
async def test_what_the_provider_says_is_one_line_without_secrets(
    speech: Speech, local: LocalOpenAI, secret: str
) -> None:
    """Line breaks and signs that steer a terminal are written out, secrets are blanked, also where they are cut."""
    pad = "p" * (290 - len(secret))
    local.script(
        Fault(400, "invalid_value", message=f"{pad} {secret}\n2026-11-30 FORGED \x1b[2J\u2028\u202e{'w' * 999}")
    )
    answer = await trouble(speech)

    assert answer.detail.isprintable()
    assert len(answer.said) <= 300
    assert not [part for part in ("abcdefgh", "hunter22") if part in answer.detail]
    assert answer.cause == "it rejected the request (HTTP 400, code invalid_value, type server_error)"


@pytest.mark.parametrize("password", ["hunter2hunter2", "p%40ss/word"])
async def test_a_server_s_own_password_is_in_no_detail(password: str) -> None:
    """A server at home behind a password that quotes how it was asked does not bring it to the host's screen."""
    async with open_openai() as local:
        base_url = local.base_url.replace("//", f"//me:{password.replace('/', '%2F')}@")
        shown = "hunter2hunter2" if "%" not in password else "p@ss/word"
        local.key = "nobody's"
        async with Speech(base_url=base_url, api_key="local-key-1", model="whisper-1") as speech:
            local.listing = Fault(401, message=f"no: {shown} / local-key-1", code="local-key-1")
            rows = await speech.models()

    assert isinstance(rows, Trouble)
    assert shown not in rows.detail
    assert "local-key-1" not in rows.detail
    assert "code" not in rows.named


@pytest.mark.parametrize("kind", ["events", "lines", "one line", "keys"])
async def test_a_flood_ends_and_lets_others_work(speech: Speech, local: LocalOpenAI, kind: str) -> None:
    """Four million bytes of small things are read with breaks, a few milliseconds of work apart; and the call ends."""
    body, way = {
        "events": (b'data: {"delta":"a"}\n\n' * 190_000, "stream"),
        "lines": (b"a\n" * 2_000_000, "stream"),
        "one line": (b"data: " + b"x" * 9_000_000, "stream"),
        "keys": (b'{"text":"a",' + b",".join(b'"k%d":1' % n for n in range(300_000)) + b"}", "plain"),
    }[kind]
    local.script(Garbage(body, "text/event-stream" if way == "stream" else "application/json"))
    worked_s, going = [0.0], True

    async def beat() -> None:
        while going:  # this thread's own work, which a busy machine does not lengthen
            before_s = time.thread_time()
            await asyncio.sleep(0)
            worked_s.append(time.thread_time() - before_s)

    beating = asyncio.create_task(beat())
    answer = await _asked(speech, way)
    going = False
    await beating

    assert isinstance(answer, Trouble)
    assert max(worked_s) < 0.1, sorted(worked_s)[-5:]
    assert isinstance(await hear(speech), Heard)


@pytest.mark.parametrize("row", [{"id": "m" * 5000}, {"id": "a\nb"}, {"id": ["a"]}, {"id": "\x1b[2J"}, {}, 5])
async def test_a_model_has_a_name_of_one_line(speech: Speech, local: LocalOpenAI, row: Any) -> None:
    """Names of models are shown to the host; a row with another is none, and a day that is none is not known."""
    good = {"id": "whisper-1", "shutdown_date": NESTED}
    local.listing = as_json({"object": "list", "data": [row, good]})

    assert await speech.models() == (ModelRow("whisper-1", None),)
