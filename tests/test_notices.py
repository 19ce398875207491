"""What the bot says of its own accord: once, in the right place and language, and pinging nobody."""

import pytest

from bot.database import Database
from bot.notice import (
    HOST,
    GuildUsed,
    HostUsed,
    Introduction,
    MissingRight,
    ModelEnds,
    Notice,
    Place,
    ProviderBack,
    ProviderStopped,
    TranslationEnds,
    decode,
    encode,
)
from bot.reply import notice_text
from bot.told import Told
from bot.words import Words

pytest_plugins = ["tests.stores"]

NOW = 1_795_000_000_000
HOME = Place(7, 70, "ko")
ALL: list[Notice] = [
    GuildUsed(50, 1_800_000, 3_600_000, NOW),
    GuildUsed(100, 3_600_000, 3_600_000, NOW),
    HostUsed(80, 4_000_000, 5_000_000, money=True, resets_at_ms=NOW),
    HostUsed(100, 6_000_000, 6_000_000, money=False, resets_at_ms=NOW),
    ModelEnds("whisper-1", "2027-02-26", 94, "gpt-transcribe"),
    TranslationEnds("whisper-1", "2027-02-26", 94),
    ProviderStopped("project_spend_limit_exceeded"),
    ProviderBack(),
    Introduction(at_openai=True, days=30),
    Introduction(at_openai=False, days=1),
    *(MissingRight(20, right) for right in ("thread", "channel", "attach", "history", "send", "readers")),
    *(MissingRight(20, right) for right in ("thread_refused", "channel_refused", "refused", "filter")),
]
TOLD = Told()


@pytest.mark.parametrize("notice", ALL, ids=repr)
def test_a_notice_survives_a_restart(notice: Notice) -> None:
    """What is to be said, and where, comes back from the database as it was."""
    assert decode(encode(notice, HOME)) == (notice, HOME)


@pytest.mark.parametrize("locale", Words.locales)
@pytest.mark.parametrize("notice", ALL, ids=repr)
def test_every_notice_has_its_text(notice: Notice, locale: str) -> None:
    """Every notice is one message in every language, and in the log it has none of Discord's marks."""
    text = notice_text(notice, Words(locale))
    plain = notice_text(notice, Words(locale), plain=True)

    assert 20 < len(text) <= 2000
    assert "<t:" not in plain


async def test_a_thing_is_told_once(database: Database) -> None:
    """Whoever asks second whether to say something hears no, until it may be said anew."""
    async with database.tx() as tx:
        first = await TOLD.once(tx, "guild:7", "alert 80 2026-11", now_ms=NOW)
        again = await TOLD.once(tx, "guild:7", "alert 80 2026-11", now_ms=NOW + 1)
        elsewhere = await TOLD.once(tx, "guild:8", "alert 80 2026-11", now_ms=NOW)
        await TOLD.forget(tx, "guild:7", "alert 80 2026-11")
        anew = await TOLD.once(tx, "guild:7", "alert 80 2026-11", now_ms=NOW)

    assert (first, again, elsewhere, anew) == (True, False, True, True)


async def test_a_notice_is_owed_until_it_is_said(database: Database) -> None:
    """A due notice is handed to one process; if that never says so, after ten minutes to the next, then never again."""
    notice = ALL[0]
    async with database.tx() as tx:
        assert await TOLD.owe(tx, notice, HOME, "50", now_ms=NOW)
        assert not await TOLD.owe(tx, notice, HOME, "50", now_ms=NOW)
        assert await TOLD.owe(tx, ProviderBack(), HOST, "back", now_ms=NOW + 1)

        taken = await TOLD.due(tx, now_ms=NOW)
        assert await TOLD.due(tx, now_ms=NOW + 599_999) == []
        await TOLD.said(tx, HOST, "back")
        later = await TOLD.due(tx, now_ms=NOW + 600_000)
        await TOLD.said(tx, HOME, "50")

        assert await TOLD.due(tx, now_ms=NOW + 2_000_000) == []
        assert not await TOLD.owe(tx, notice, HOME, "50", now_ms=NOW)

    assert taken == [("50", notice, HOME), ("back", ProviderBack(), HOST)]
    assert later == [("50", notice, HOME)]
