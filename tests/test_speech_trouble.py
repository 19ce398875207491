"""The speech room says whose fault it is, against a provider on a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest

from bot.outcome import Fault as Blame
from bot.speech import Heard, Speech, Trouble
from tests.asking import PARK, as_json, hear, speaking, trouble
from tests.world.openai import (
    CutConnection,
    Fault,
    Garbage,
    Hang,
    HugeJson,
    LocalOpenAI,
)

pytest_plugins = ["tests.asking"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(401, "invalid_api_key"), Trouble(Blame.KEY_REFUSED, may_cost=False)),
        (Fault(401, "ip_not_authorized"), Trouble(Blame.PLACE_REFUSED, may_cost=False)),
        (Fault(403), Trouble(Blame.PLACE_REFUSED, may_cost=False)),
        (Fault(403, "unsupported_country_region_territory"), Trouble(Blame.PLACE_REFUSED, may_cost=False)),
        (Fault(403, message="The key lacks permission."), Trouble(Blame.KEY_REFUSED, may_cost=False)),
        (Fault(403, "model_not_found"), Trouble(Blame.MODEL_GONE, may_cost=False)),
        (Fault(404, "model_not_found"), Trouble(Blame.MODEL_GONE, may_cost=False)),
        (Fault(404), Trouble(Blame.ADDRESS_WRONG, may_cost=False)),
        (Fault(405), Trouble(Blame.ADDRESS_WRONG, may_cost=False)),
        (Fault(400, "invalid_value", param="model"), Trouble(Blame.MODEL_GONE, may_cost=False)),
        (Fault(400, param="file"), Trouble(Blame.REJECTED, unsupported=True, may_cost=False)),
        (Fault(400, "unsupported_format"), Trouble(Blame.REJECTED, unsupported=True, may_cost=False)),
        (Fault(400, "invalid_value", message="keywords"), Trouble(Blame.HINTS_REFUSED, may_cost=False)),
        (Fault(400, "invalid_value", param="prompt"), Trouble(Blame.HINTS_REFUSED, may_cost=False)),
        (Fault(400, "invalid_language_format", param="language"), Trouble(Blame.LANGUAGE_REFUSED, may_cost=False)),
        (Fault(400, "invalid_value", param="languages[0]"), Trouble(Blame.LANGUAGE_REFUSED, may_cost=False)),
        (Fault(400, "invalid_value", param="temperature"), Trouble(Blame.REQUEST_REFUSED, may_cost=False)),
        (Fault(400, "invalid_value", message="No."), Trouble(Blame.REJECTED, may_cost=False)),
        (Fault(415), Trouble(Blame.REJECTED, unsupported=True, may_cost=False)),
        (Fault(402), Trouble(Blame.SPEND_LIMIT, may_cost=False)),
        (Fault(408), Trouble(Blame.PROVIDER_DOWN, retry=True, may_cost=False)),
        (Fault(413), Trouble(Blame.TOO_LARGE, too_large=True, may_cost=False)),
        (
            Fault(429, "rate_limit_exceeded", message="Request too large for gpt-4o-transcribe on tokens per min."),
            Trouble(Blame.TOO_LARGE, too_large=True, may_cost=False),
        ),
        (Fault(429, "insufficient_quota"), Trouble(Blame.SPEND_LIMIT, may_cost=False)),
        (Fault(429, "credit_balance_exhausted"), Trouble(Blame.SPEND_LIMIT, may_cost=False)),
        (Fault(429, "project_spend_limit_exceeded"), Trouble(Blame.SPEND_LIMIT, may_cost=False)),
        (Fault(429, "organization_spend_limit_exceeded"), Trouble(Blame.SPEND_LIMIT, may_cost=False)),
        (Fault(429, "organization_usage_limit_exceeded"), Trouble(Blame.SPEND_LIMIT, may_cost=False)),
        (Fault(429, "new_code", type="insufficient_quota"), Trouble(Blame.SPEND_LIMIT, may_cost=False)),
        (Fault(429, "rate_limit_exceeded"), Trouble(Blame.RATE_LIMITED, retry=True, may_cost=False)),
        (Fault(429, "slow_down"), Trouble(Blame.RATE_LIMITED, retry=True, may_cost=False)),
        (Fault(500), Trouble(Blame.PROVIDER_DOWN, retry=True)),
        (Fault(503, "server_is_overloaded"), Trouble(Blame.PROVIDER_DOWN, retry=True)),
    ],
    ids=lambda value: f"{value.status}-{value.code}" if isinstance(value, Fault) else "",
)
async def test_every_error_says_whose_fault_it_is(
    speech: Speech, local: LocalOpenAI, fault: Fault, expected: Trouble
) -> None:
    """Status and code become one fault, whether to try again, and whether it may have cost; always one request."""
    local.script(fault)
    answer = await trouble(speech)

    assert replace(answer, code="", detail="", request_id=None) == expected
    assert answer.code == str(fault.status)
    assert answer.detail.startswith(f"HTTP {fault.status} ")
    assert answer.request_id == local.calls[0].request_id
    assert len(local.calls) == 1


@pytest.mark.parametrize(
    ("said", "wait_ms"),
    [
        ("7", 7000),
        ("0.25", 250),
        ("-1", None),
        ("inf", None),
        ("soon", None),
        (None, None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ],
)
async def test_the_provider_says_when_to_come_back(
    speech: Speech, local: LocalOpenAI, said: str | None, wait_ms: int | None
) -> None:
    """Retry-After in seconds is passed on in milliseconds; nonsense is no wait, a moment gone by is none either."""
    local.script(Fault(429, "rate_limit_exceeded", retry_after=said))

    assert (await trouble(speech)).retry_after_ms == wait_ms


async def test_a_moment_to_come_back_is_told_from_the_answer_s_own_clock(speech: Speech, local: LocalOpenAI) -> None:
    """Retry-After as a date is measured against the Date beside it, so a wrong clock here does no harm."""
    local.script(Fault(429, "rate_limit_exceeded", retry_after=formatdate(4_102_444_800, usegmt=True)))
    wait_ms = (await trouble(speech)).retry_after_ms

    assert wait_ms is not None
    assert wait_ms > 1_000_000_000


async def test_an_extension_refused_by_name_is_unsupported(speech: Speech, local: LocalOpenAI) -> None:
    """The stand-in's own refusals are understood, not only scripted ones."""
    by_name, by_bytes = await trouble(speech, name="note.opus"), await trouble(speech, name="note.mp3")

    assert by_name.unsupported
    assert by_bytes.unsupported
    assert not local.paid


async def test_a_request_too_large_is_rejected_and_not_recoded(speech: Speech, tmp_path: Path) -> None:
    """413, which has no exception class: smaller pieces may pass, another format is no help."""
    large = tmp_path / "large.ogg"
    large.write_bytes(PARK + bytes(26_214_400))
    answer = await speech.hear(large, "large.ogg", "audio/ogg")

    assert isinstance(answer, Trouble)
    assert (answer.fault, answer.retry, answer.unsupported, answer.too_large) == (Blame.TOO_LARGE, False, False, True)
    assert "413" in answer.detail


async def test_a_live_only_model_is_gone_for_files(local: LocalOpenAI) -> None:
    """A model that hears only live is a setting to mend, not a bad file."""
    async with speaking(local, "gpt-live-transcribe") as speech:
        assert (await trouble(speech)).fault is Blame.MODEL_GONE


@pytest.mark.parametrize(
    "garbage",
    [
        Garbage(),
        Garbage(b"", "application/json"),
        Garbage(b"{", "application/json"),
        Garbage(b"[" * 100_000, "application/json"),
        Garbage(b"\xff\xfe", "application/json"),
        as_json([]),
        as_json("Hello."),
        as_json(None),
        as_json({}),
        as_json({"text": None}),
        as_json({"text": ["Hello."]}),
        Garbage(b"null", "text/plain"),
        Garbage(b'["Hello."]', "text/plain"),
        Garbage(b"data: nothing", "text/plain"),
        Garbage(b'{"text": "Hel', "text/plain"),
        HugeJson(),
    ],
    ids=lambda garbage: str(getattr(garbage, "body", "huge"))[:24],
)
async def test_an_answer_that_is_no_transcription_is_none(
    speech: Speech, local: LocalOpenAI, garbage: Garbage | HugeJson
) -> None:
    """Anything but text in JSON is a value, not a crash, and may have cost; the next call works."""
    local.script(garbage)
    answer = await trouble(speech)

    is_within = len(getattr(garbage, "body", b"[" * 100_000)) < 100_000  # what has more in it than words never is one
    assert (answer.fault, answer.retry, answer.may_cost) == (Blame.BAD_ANSWER, is_within, True)
    assert isinstance(await hear(speech), Heard)


@pytest.mark.parametrize("before", [True, False])
async def test_a_line_cut_is_worth_another_try(speech: Speech, local: LocalOpenAI, *, before: bool) -> None:
    """Before or amid the answer: the provider's doing, and perhaps paid."""
    local.script(CutConnection(before=before))
    answer = await trouble(speech)

    assert (answer.fault, answer.retry, answer.may_cost) == (Blame.PROVIDER_DOWN, True, True)


async def test_an_answer_that_never_comes_is_given_up(local: LocalOpenAI) -> None:
    """After the time given the call ends, is worth another try, and the provider sees the line close."""
    local.script(Hang())
    async with speaking(local, timeout_s=0.2) as speech:
        answer = await trouble(speech)
        await local.wait_for_calls(1, ended=True)

    assert (answer.fault, answer.retry, answer.may_cost) == (Blame.PROVIDER_DOWN, True, True)
    assert answer.detail == "no answer within 0.2 s"


async def test_a_provider_out_of_reach_costs_nothing() -> None:
    """A refused connection is the network's fault, worth another try, and certainly free."""
    with socket.socket() as taken:  # bound but not listening: nobody answers, and nobody else can take the port
        taken.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        async with Speech(base_url=base_url, api_key="sk-x", model="whisper-1") as speech:
            answer, rows = await trouble(speech), await speech.models()

    unreached = Trouble(Blame.NO_NETWORK, retry=True, may_cost=False, code="unreached", detail="ClientConnectorError")
    assert answer == rows == unreached


@asynccontextmanager
async def answering(said: bytes, *, until: bytes = PARK[-64:], asked: list[bytes] | None = None) -> AsyncIterator[str]:
    """The address of a server that reads a request up to these bytes, or none of it, says this and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(until) if until else b""
        if asked is not None:
            asked.append(request)
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**20) as server:
        yield "{}:{}".format(*server.sockets[0].getsockname())


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 2", HEAD, HEAD + b'{"text": "Half', b"SSH-2.0-OpenSSH_9.6\r\n"])
@pytest.mark.parametrize("reads", [True, False], ids=["read", "unread"])
async def test_whoever_may_have_had_the_request_may_have_to_be_paid(said: bytes, *, reads: bool) -> None:
    """A line that breaks after it stood, wherever, is never taken for one that never was."""
    async with (
        answering(said, until=PARK[-64:] if reads else b"") as place,
        Speech(base_url=f"http://{place}/v1", api_key="sk-x", model="whisper-1") as speech,
    ):
        answer = await trouble(speech)

    assert (answer.fault, answer.retry, answer.may_cost, answer.code) == (Blame.PROVIDER_DOWN, True, True, "cut")


@pytest.mark.parametrize(
    ("base_url", "proxy"),
    [
        ("http://nobody.invalid/v1", None),
        ("https://{place}/v1", None),
        ("http://api.test/v1", "http://nobody.invalid"),
        ("https://api.test/v1", "http://{place}"),
        ("ftp://{place}/v1", None),
    ],
    ids=["no name", "no TLS", "no proxy", "refused by a proxy", "no HTTP"],
)
async def test_a_request_that_went_nowhere_is_free(
    monkeypatch: pytest.MonkeyPatch, base_url: str, proxy: str | None
) -> None:
    """Where the request itself was never begun, nobody has to be paid, and the network is to blame."""
    refusing = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    async with answering(refusing, until=b"") as place:
        if proxy is not None:
            monkeypatch.setenv("HTTP_PROXY", proxy.format(place=place))
            monkeypatch.setenv("HTTPS_PROXY", proxy.format(place=place))
        async with Speech(base_url=base_url.format(place=place), api_key="sk-x", model="whisper-1") as speech:
            answer = await trouble(speech)

    assert (answer.fault, answer.retry, answer.may_cost, answer.code) == (Blame.NO_NETWORK, True, False, "unreached")


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 900\r\n\r\n{",
        b"HTTP/1.1 400 Bad Request\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
    ],
)
async def test_an_error_that_breaks_off_amid_a_stream_is_a_value_too(head: bytes) -> None:
    """Where words were to be streamed, even the explanation of a refusal may be lost on the way."""
    async with (
        answering(head) as place,
        Speech(base_url=f"http://{place}/v1", api_key="sk-x", model="gpt-transcribe") as speech,
    ):
        answer = await trouble(speech, on_delta=[].append)

    assert (answer.may_cost, answer.code) == (True, "cut")


async def test_a_password_in_the_address_opens_the_door() -> None:
    """A server at home behind a password is asked with it, and with no key."""
    asked: list[bytes] = []
    said = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"text": "Yes"}'
    async with (
        answering(said, asked=asked) as place,
        Speech(base_url=f"http://me:p%40ss@{place}/v1", api_key="", model="whisper-1") as speech,
    ):
        heard = await hear(speech)

    assert isinstance(heard, Heard)
    assert heard.text == "Yes"
    assert [line for line in asked[0].split(b"\r\n") if line.startswith(b"authorization")] == [
        b"authorization: Basic bWU6cEBzcw=="
    ]


@pytest.mark.parametrize("key", ["sk-“quoted”", "sk-two\nlines"])
async def test_a_key_no_header_can_carry_is_refused_without_a_call(local: LocalOpenAI, key: str) -> None:
    """A key pasted with typographic quotes or a line break is named as the key's fault."""
    async with Speech(base_url=local.base_url, api_key=key, model="gpt-transcribe") as speech:
        assert (await trouble(speech)).fault is Blame.KEY_REFUSED

    assert not local.calls


async def test_the_key_is_in_no_detail(local: LocalOpenAI) -> None:
    """A server that quotes the key it refuses does not bring it into our log."""
    local.script(Fault(401, message=f"The key {local.key} is not known here."))
    async with speaking(local) as speech:
        answer = await trouble(speech)

    assert answer.detail == "HTTP 401 server_error: The key (key) is not known here."


@pytest.mark.parametrize(
    ("body", "fault", "retry"),
    [
        (b'data: {"type": "transcript.text.done"}\n\n', Blame.BAD_ANSWER, True),
        (b'data: {"error": {"message": "Oh.", "code": "server_error"}}\n\n', Blame.PROVIDER_DOWN, True),
        (b'data: {"error": {"message": "No.", "code": "insufficient_quota"}}\n\n', Blame.SPEND_LIMIT, False),
        (b"data: {\n\n", Blame.BAD_ANSWER, True),
        (b'data: {"type": "transcript.text.delta", "delta": 5}\n\n', Blame.BAD_ANSWER, True),
        (b"<html></html>", Blame.BAD_ANSWER, True),
    ],
)
async def test_a_stream_that_breaks_is_a_value_too(
    speech: Speech, local: LocalOpenAI, body: bytes, fault: Blame, *, retry: bool
) -> None:
    """No end, an error amid it, nonsense: each is told apart."""
    local.script(Garbage(body, "text/event-stream"))
    answer = await trouble(speech, on_delta=[].append)

    assert (answer.fault, answer.retry, answer.may_cost) == (fault, retry, True)


async def test_a_stream_cut_short_is_the_provider_s_fault(speech: Speech, local: LocalOpenAI) -> None:
    """A dead line amid a stream is worth another try."""
    local.script(CutConnection())
    answer = await trouble(speech, on_delta=[].append)

    assert (answer.fault, answer.retry) == (Blame.PROVIDER_DOWN, True)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b'{"object": "list", "data": [{"id": "a", "shutdown_date": "soon"}, {"id": 5}, 7]}', ["a"]),
        (b'{"data": "none"}', Blame.BAD_ANSWER),
        (b"<html>", Blame.BAD_ANSWER),
    ],
)
async def test_a_list_of_models_may_be_nonsense(answer: bytes, found: list[str] | Blame) -> None:
    """Rows without a name are left out, a list that is none is a rejection that cost nothing."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    async with (
        answering(head % len(answer) + answer, until=b"\r\n\r\n") as place,
        Speech(base_url=f"http://{place}/v1", api_key="sk-x", model="whisper-1") as speech,
    ):
        rows = await speech.models()

    assert (rows.fault if isinstance(rows, Trouble) else [row.id for row in rows]) == found


async def test_a_wrong_key_is_found_by_listing(local: LocalOpenAI) -> None:
    """The list needs the key as calls do."""
    async with Speech(base_url=local.base_url, api_key="sk-wrong", model="gpt-transcribe") as speech:
        rows = await speech.models()

    assert isinstance(rows, Trouble)
    assert rows.fault is Blame.KEY_REFUSED
