"""In which language who reads what: in public the server's, alone one's own."""

import pytest

from bot.speech import may_become_doubtful
from bot.speech.doubt import PHRASES
from tests.conftest import SPEECH, World
from tests.world.discord import Permission

SILENCE = SPEECH / "silence.ogg"
KOREAN, ENGLISH = "말소리가 들리지 않았어요", "No speech heard"


@pytest.mark.parametrize("server", ["ko", "en-US"])
async def test_public_words_are_the_servers_and_private_ones_the_readers(world: World, server: str) -> None:
    """A note, a command, a menu and a button answer everybody in the server's language, and one person in theirs."""
    public, own = (KOREAN, ENGLISH) if server == "ko" else (ENGLISH, KOREAN)
    world.home.speak(server)
    world.mina.user.locale = "en-US" if server == "ko" else "ko"
    world.discord.rates.off()
    async with world.bot():
        posted = await (await world.mina.voice_note(world.general, SILENCE)).wait()
        assert posted.message is not None
        alone = await (await world.mina.slash("transcribe", world.general, file=SILENCE, private=True)).wait()
        aloud = await (await world.mina.slash("transcribe", world.general, file=SILENCE)).wait()
        menu = await (await world.mina.menu("Transcribe", posted.message)).wait()
        empty = await (await world.mina.slash("transcribe", world.home.channel("empty"))).wait()
        panel = await (await world.mina.slash("privacy", world.general)).wait()

    assert [public in each.content for each in (posted, aloud, menu)] == [True] * 3
    assert own in alone.content
    assert ("찾지 못했어요" in empty.content) == (server == "ko")
    assert ("내 목소리" in panel.content) == (server != "ko")


async def test_a_server_may_choose_its_language(world: World) -> None:
    """What a server chose in /settings counts before what Discord knows it by, for buttons and refusals too."""
    jun = world.home.member("Jun", permissions=Permission.MANAGE_GUILD, locale="en-US")
    world.discord.rates.off()
    async with world.bot(listen__automatic="false", audio__max_minutes="1"):
        message = (await (await jun.slash("settings", world.general)).wait()).messages[0]
        await jun.choose(message, "My language here", "한국어")
        await world.general.wait_for(lambda _: "**My language here**: 한국어" in str(message.components))
        note = await (await jun.voice_note(world.general, SILENCE)).wait()
        offer = note.messages[0]
        assert "글로 볼 수 있어요" in offer.content
        await jun.press(offer, "받아쓰기")
        await note.wait(lambda seen: KOREAN in seen.content)
        empty = await (await jun.slash("transcribe", world.home.channel("empty"))).wait()

    assert "찾지 못했어요" in empty.content


def test_no_beginning_of_an_invention_is_shown() -> None:
    """However far the words of a stream have come, what may yet become an invented sentence is held back."""
    phrases = [phrase.strip() for line in PHRASES.splitlines() for phrase in line.split("|") if phrase.strip()]
    shown = [one[:at] for one in phrases for at in range(1, len(one) + 1) if not may_become_doubtful(one[:at])]

    assert shown == []
    assert may_become_doubtful("Thanks for watching! Please sub")
    assert may_become_doubtful("MBC 뉴스 이덕")
    assert may_become_doubtful("Earshot, Mi", ("Earshot", "Mina"))
    assert not may_become_doubtful("Thank you for watching the children")
    assert not may_become_doubtful("We meet at ten. Thank you")
