"""Servers that speak OpenAI's language with an accent: what docs/backends.md says of each works."""

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.app.build import translator_of
from bot.check import TRANSLATOR, speech_findings
from bot.desk import Translator
from bot.settings import Settings, load
from bot.speech import Heard, Hint, Speech, Trouble
from bot.speech.models import MODELS
from tests.conftest import SPEECH, World
from tests.world.bot import NO_FILE
from tests.world.openai import Scripted
from tests.world.openai.others import ACCENTS, KEY, Other, open_other

PAGE = (Path(__file__).parents[1] / "docs" / "backends.md").read_text("utf-8")
WORDS = "said with an accent"


def block(name: str) -> dict[str, str]:
    """The settings docs/backends.md gives for that server."""
    found = re.search(rf"^## {re.escape(name)}\n+```sh\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/backends.md has no settings for {name}"
    return dict(line.split("=", 1) for line in found[1].strip().splitlines())


def pointed(name: str, other: Other) -> dict[str, str]:
    """The same, at our local server and with its key."""
    env = block(name)
    address = urlsplit(env["OPENAI_BASE_URL"])
    env["OPENAI_BASE_URL"] = other.origin + address.path + (f"?{address.query}" if address.query else "")
    return env | ({"OPENAI_API_KEY": KEY} if "OPENAI_API_KEY" in env else {})


@pytest.fixture(params=ACCENTS)
async def backend(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Other, Settings]]:
    """Each server in turn, with the settings of its page."""
    async with open_other(ACCENTS[request.param], Scripted(WORDS)) as other:
        yield other, load(NO_FILE, pointed(request.param, other))


async def heard(settings: Settings, key: str | None = None) -> Heard | Trouble:
    """One note, sent as the bot sends it."""
    async with Speech(
        base_url=settings.openai_base_url, api_key=key or settings.need_openai_api_key(), model=settings.speech.model
    ) as speech:
        hint = Hint(language=settings.speech.language or "ko", keywords=("Earshot",))
        return await speech.hear(SPEECH / "park.ogg", "voice-message.ogg", "audio/ogg", hint)


async def test_each_server_hears_with_its_settings(backend: tuple[Other, Settings]) -> None:
    """With the settings of the page, a voice message becomes words; seconds are known where the server counts them."""
    other, settings = backend
    answer = await heard(settings)

    assert isinstance(answer, Heard), answer
    assert answer.text == WORDS
    assert (answer.billed_seconds is not None) is other.accent.counts
    assert other.calls[0].params["response_format"] == ["verbose_json"]
    assert bool(answer.parts) is (other.accent.scores != "none")
    assert other.calls[0].params["language"] == [settings.speech.language or "ko"]


async def test_check_finds_nothing_to_mend(backend: tuple[Other, Settings]) -> None:
    """`check` asks each server what it can be asked, and calls nothing broken."""
    _, settings = backend
    findings = [finding async for finding in speech_findings(settings, date(2026, 6, 1))]

    parts = ["speech key", "speech model"]
    assert [finding.part for finding in findings] == parts + [TRANSLATOR] * backend[0].accent.translates
    assert not [finding for finding in findings if finding.fix or finding.warning]


async def test_a_wrong_key_is_told_where_keys_are_asked_for(backend: tuple[Other, Settings]) -> None:
    """Servers with keys refuse a wrong one, and it is told as that; the others do not mind."""
    other, settings = backend
    answer = await heard(settings, "wrong")

    assert isinstance(answer, Trouble) is other.accent.needs_key
    assert not isinstance(answer, Trouble) or answer.fault.value == "key_refused"


def test_every_server_has_its_price() -> None:
    """Each block but OpenAI's own sets what a minute costs, so that quota never counts with a guess."""
    for name in ACCENTS:
        settings = load(NO_FILE, block(name) | {"OPENAI_API_KEY": "key"})
        assert settings.speech.model in settings.speech.prices_usd_micros, name
    assert load(NO_FILE, block("OpenAI") | {"OPENAI_API_KEY": "sk-proj-0123456789"}).speech.model in MODELS


async def test_an_unknown_price_is_asked_for(world: World) -> None:
    """A model that has no price of its own, and was given none, is asked about at the start and by `check`."""
    settings = load(NO_FILE, world.env(speech__model="house/ears", speech__fallback_model="house/spare"))
    told = [one async for one in speech_findings(settings, date(2026, 6, 1)) if one.part == "speech price"]

    assert [one.found for one in told] == [
        "house/ears: not said, counted as $0.006 a minute",
        "house/spare: not said, counted as $0.006 a minute",
    ]
    assert all("EARSHOT_SPEECH__PRICES=house/" in one.warning and not one.fix for one in told)
    said = load(NO_FILE, world.env(speech__model="house/ears", speech__prices="house/ears=0"))
    assert "speech price" not in [one.part async for one in speech_findings(said, date(2026, 6, 1))]
    async with world.bot(speech__model="house/ears"):
        lines = await world.diary.until("start_check")
        assert any("house/ears: not said" in line.getMessage() for line in lines)


async def test_a_translator_of_ones_own_outlives_openais() -> None:
    """The end of OpenAI's whisper-1 is no other server's: LocalAI's goes on translating, and nobody is warned."""
    own = load(NO_FILE, block("LocalAI"))
    openais = load(NO_FILE, {"EARSHOT_SPEECH__MODEL": "whisper-1"})

    ours, theirs = translator_of(own), translator_of(openais)
    assert ours is not None
    assert theirs is not None
    assert (ours.model, ours.usd_micros_per_minute, theirs.model) == ("whisper-1", 0, "whisper-1")
    assert (ours.ends, theirs.ends) == (None, date(2027, 2, 26))
    async with open_other(ACCENTS["LocalAI"], Scripted(WORDS)) as other:
        pointed_there = load(NO_FILE, pointed("LocalAI", other))
        found = [one async for one in speech_findings(pointed_there, date(2027, 2, 20))]
    assert not [one for one in found if one.warning or one.fix or one.ends]


@pytest.mark.parametrize(
    ("model", "translates"),
    [
        ("Systran/faster-whisper-small", True),
        ("openai/whisper-large-v3", True),
        ("whisper", True),
        ("openai/whisper-large-v3-turbo", False),
        ("Systran/faster-distil-whisper-large-v3", False),
        ("Systran/faster-whisper-small.en", False),
        ("whisper.cpp", False),
        ("nvidia/parakeet-tdt-0.6b-v3", False),
    ],
)
def test_a_model_of_ones_own_translates_if_it_can(model: str, translates: bool) -> None:  # noqa: FBT001 - a row
    """At a server of one's own a Whisper that was taught to translate does, at its own price; others do not."""
    env = {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "EARSHOT_SPEECH__MODEL": model}
    translator = translator_of(load(NO_FILE, env | {"EARSHOT_SPEECH__PRICES": f"{model}=0.001"}))

    assert translator == (Translator(model, 1_000) if translates else None)


async def test_the_whole_bot_works_with_a_server_at_home(world: World) -> None:
    """A bot pointed at a server that lists no models and counts nothing answers, and books its own measure."""
    async with (
        open_other(ACCENTS["whisper.cpp"], Scripted(WORDS)) as other,
        world.bot(world.env() | pointed("whisper.cpp", other)),
    ):
        answer = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        said = await answer.wait(seconds=60)
        await world.diary.until("note")

    assert WORDS in str(said)
    assert world.minutes[0] > 0
    assert world.dollars == (0, 0)
