"""What a server and its channels decided: who overrules whom, and what cannot be decided."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.choices import MOST_TERMS, Choice, Choices, Mode, Place, Slip, codes, minutes, terms
from bot.choices.choice import checked
from bot.database import Database
from bot.speech import Hint

pytest_plugins = ["tests.stores"]

NOW = 1_795_000_000_000
HOME, OTHER, GENERAL, MUSIC = 1, 2, 20, 21


async def test_a_channel_overrules_its_server_and_that_the_host(database: Database) -> None:
    """What is not decided in a channel is its server's, and what is not decided there the host's."""
    choices = Choices(Choice(mode=Mode.AUTO, most_ms=600_000))
    async with database.tx() as tx:
        fresh = await choices.of(tx, HOME, GENERAL)
        await choices.set(tx, HOME, now_ms=NOW, mode=Mode.ON_DEMAND, vocabulary=("민아", "Jun"))
        await choices.set(tx, HOME, MUSIC, now_ms=NOW, mode=Mode.OFF, place=Place.THREAD)
        general, music = await choices.of(tx, HOME, GENERAL), await choices.of(tx, HOME, MUSIC)
        other = await choices.of(tx, OTHER, GENERAL)

        assert fresh == other == Choice(mode=Mode.AUTO, most_ms=600_000)
        assert general == Choice(Mode.ON_DEMAND, vocabulary=("민아", "Jun"), most_ms=600_000, is_decided=True)
        assert (music.mode, music.place, music.vocabulary) == (Mode.OFF, Place.THREAD, ("민아", "Jun"))
        assert await choices.own(tx, HOME, MUSIC) == {"mode", "place"}
        assert await choices.channels(tx, HOME) == [MUSIC]


async def test_a_decision_is_taken_back(database: Database) -> None:
    """A channel that takes its decision back follows its server again; a server that is gone leaves nothing."""
    choices = Choices(Choice())
    async with database.tx() as tx:
        await choices.set(tx, HOME, now_ms=NOW, mode=Mode.AUTO)
        await choices.set(tx, HOME, MUSIC, now_ms=NOW, mode=Mode.OFF)
        await choices.set(tx, HOME, MUSIC, now_ms=NOW + 1, mode=None)
        again = await choices.of(tx, HOME, MUSIC)
        await choices.forget(tx, HOME)
        gone = await choices.of(tx, HOME, MUSIC)

    assert again.mode is Mode.AUTO
    assert gone == Choice()


async def test_the_latest_decision_stands_and_not_who_made_it(database: Database) -> None:
    """A setting is kept with its moment, and with nobody's name."""
    choices = Choices(Choice())
    async with database.tx() as tx:
        await choices.set(tx, HOME, now_ms=NOW, mode=Mode.AUTO)
        await choices.set(tx, HOME, now_ms=NOW + 5, mode=Mode.OFF)
        rows = await tx.all("SELECT * FROM choice")

    assert rows == [{"guild_id": HOME, "channel_id": 0, "name": "mode", "value": '"off"', "at_ms": NOW + 5}]


async def test_a_wrong_value_changes_nothing(database: Database) -> None:
    """Of several decisions made together none is kept when one cannot be."""
    choices = Choices(Choice())
    async with database.tx() as tx:
        with pytest.raises(Slip):
            await choices.set(tx, HOME, now_ms=NOW, mode=Mode.AUTO, kinds=("smell",))
        with pytest.raises(ValueError, match="no such decision"):
            await choices.set(tx, HOME, MUSIC, now_ms=NOW, alerts_channel_id=5)
        with pytest.raises(KeyError):
            await choices.set(tx, HOME, now_ms=NOW, colour="red")

        assert await choices.of(tx, HOME) == Choice()


async def test_a_note_sent_to_the_bot_is_sent_to_be_heard(database: Database) -> None:
    """In direct messages nobody has to switch anything on."""
    async with database.tx() as tx:
        direct = await Choices(Choice(mode=Mode.OFF)).of(tx, None, GENERAL)

    assert direct.mode is Mode.AUTO


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("fine\n<b>", "term_sign"),
        ("a > b", "term_sign"),
        ("hid\u200bden", "term_sign"),
        ("x" * 61, "term_long"),
        ("\n".join(f"name {number}" for number in range(16)), "terms"),
    ],
)
def test_a_vocabulary_the_provider_would_refuse_is_refused(text: str, why: str) -> None:
    """Brackets, hidden signs, sentences and long lists are named as what they are."""
    with pytest.raises(Slip) as slip:
        terms(text)

    assert slip.value.why == why


@given(st.text())
def test_any_vocabulary_that_passes_reaches_the_provider_whole(text: str) -> None:
    """What is kept is one line each, few, without brackets, and reads the same after a rest in the database."""
    try:
        kept = terms(text)
    except Slip:
        return
    assert len(kept) <= MOST_TERMS
    assert all(term and term == term.strip() and not set(term) & set("<>\r\n") for term in kept)
    assert terms("\n".join(kept)) == kept == tuple(json.loads(json.dumps(Hint(keywords=kept).keywords)))


@pytest.mark.parametrize(("text", "codes_"), [("ko, EN", ("ko", "en")), ("zh-tw;ja ja", ("zh-tw", "ja")), (" ", ())])
def test_languages_are_typed_as_people_type(text: str, codes_: tuple[str, ...]) -> None:
    """Commas, blanks and capitals are all the same."""
    assert codes(text) == codes_


@pytest.mark.parametrize("text", ["korean", "k", "en ko ja de fr es"])
def test_languages_that_cannot_be_are_refused(text: str) -> None:
    """Names instead of codes, and more languages than help."""
    with pytest.raises(Slip):
        codes(text)


@pytest.mark.parametrize(("text", "ms"), [("", None), ("1.5", 90_000), ("1,5", 90_000), ("1:30", 90_000), ("0", 0)])
def test_a_length_is_typed_as_people_type(text: str, ms: int | None) -> None:
    """Minutes, or minutes and seconds."""
    assert minutes(text) == ms


@pytest.mark.parametrize("text", ["soon", "-1", "1:75", "9999", "1e9", "१"])
def test_a_length_that_cannot_be_is_refused(text: str) -> None:
    """Words, negative numbers and more than a day."""
    with pytest.raises(Slip):
        minutes(text)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Seoul", "Asia/Seoul"),
        (" seoul ", "Asia/Seoul"),
        ("asia/seoul", "Asia/Seoul"),
        ("los angeles", "America/Los_Angeles"),
        ("UTC", "UTC"),
    ],
)
def test_a_time_zone_is_typed_as_people_type(typed: str, zone: str) -> None:
    """Its IANA name, or the city alone where only one zone is called so."""
    assert checked("zone", typed) == zone


@pytest.mark.parametrize(
    "typed", ["", "Moon/Base", "Asia", "localtime", "Factory", "right/UTC", "/etc/passwd", "../UTC"]
)
def test_a_time_zone_that_cannot_be_is_refused(typed: str) -> None:
    """Nothing that is no zone, or would be another one on another machine."""
    with pytest.raises(Slip) as slip:
        checked("zone", typed)

    assert slip.value.why == "zone"


def test_roles_decide_who_may_use_it() -> None:
    """Without chosen roles everybody may; else whoever has one of them."""
    assert Choice().admits(())
    assert Choice(role_ids=(5, 6)).admits((1, 6))
    assert not Choice(role_ids=(5, 6)).admits((1,))
