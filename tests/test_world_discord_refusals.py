"""How the local Discord refuses: faults on purpose in every shape, a server's filters; as discord.py sees it."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from tests.world.discord import Channel, Discord, Permission, Person, Room, open_discord
from tests.world.discord.client import PlainBot, connected

POSTS = ("POST", "/channels/*/messages")


@pytest.fixture
async def world() -> AsyncIterator[Discord]:
    """A local Discord."""
    async with open_discord() as opened:
        yield opened


@pytest.fixture
async def bot(world: Discord) -> AsyncIterator[PlainBot]:
    """The real discord.py, logged in over REST only."""
    async with connected(world, made := PlainBot(), gateway=False):
        yield made


@pytest.fixture
def general(world: Discord) -> Room:
    """A channel the bot may write in."""
    return world.guild("Home").channel("general")


@pytest.fixture
def mina(world: Discord) -> Person:
    """A member."""
    return world.guild("Home").member("Mina")


def channel_of(bot: PlainBot, channel: Channel) -> discord.PartialMessageable:
    """The same channel for discord.py."""
    guild_id = channel.guild.id if channel.guild else None
    return bot.get_partial_messageable(channel.id, guild_id=guild_id)


async def posted(world: Discord, channel: Channel, **body: Any) -> tuple[int, Any, str, str]:
    """Status, headers, type and text of the answer to a bare request."""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as session:
        answer = await session.post(f"{world.api_url}/channels/{channel.id}/messages", json=body or {"content": "hi"})
        return answer.status, answer.headers, answer.headers.get("Content-Type", ""), await answer.text()


async def test_a_ban_by_cloudflare_is_a_429_without_via(world: Discord, bot: PlainBot, general: Room) -> None:
    """discord.py gives up at once on a 429 that no proxy of Discord's signed; its header may say how long it lasts."""
    world.fail(*POSTS, status=429, via=False, retry_after=3600)
    with pytest.raises(discord.HTTPException, match="blocked from accessing our API temporarily") as refused:
        await channel_of(bot, general).send("hello")

    assert type(refused.value) is discord.HTTPException
    assert (refused.value.status, refused.value.code) == (429, 0)
    assert refused.value.response.headers["Retry-After"] == "3601"
    assert "Via" not in refused.value.response.headers
    assert [scope for _, _, scope in world.rates.limited] == ["cloudflare"]


async def test_a_ban_may_name_no_time(world: Discord, general: Room) -> None:
    """Cloudflare's stored answer has neither Retry-After nor retry_after."""
    world.fail(*POSTS, status=429, via=False)
    status, headers, kind, text = await posted(world, general)

    assert (status, kind, "Retry-After" in headers, "retry_after" in text) == (429, "application/json", False, False)


@pytest.mark.parametrize(("status", "words"), [(429, "1015"), (403, "Access denied"), (503, "503"), (520, "520")])
async def test_any_status_may_come_as_a_page(
    world: Discord, bot: PlainBot, general: Room, status: int, words: str
) -> None:
    """A page of Cloudflare is HTML without a code; discord.py has only its text."""
    world.fail(*POSTS, status=status, html=True)
    with pytest.raises(discord.HTTPException, match=words) as refused:
        await channel_of(bot, general).send("hello")

    assert (refused.value.status, refused.value.code) == (status, 0)
    assert refused.value.response.headers["Content-Type"].startswith("text/html")
    assert not general.messages


async def test_a_page_may_be_any_text(world: Discord, bot: PlainBot, general: Room) -> None:
    """What stands on a page can be said by the test."""
    world.fail(*POSTS, status=429, html="error code: 1015")
    with pytest.raises(discord.HTTPException, match="error code: 1015"):
        await channel_of(bot, general).send("hello")


async def test_five_429s_in_a_row_are_the_last_word(world: Discord, bot: PlainBot, general: Room) -> None:
    """discord.py asks five times, then raises a plain HTTPException; the sixth would have passed."""
    world.fail(*POSTS, times=5, retry_after=0.001)
    with pytest.raises(discord.HTTPException) as refused:
        await channel_of(bot, general).send("hello")

    assert type(refused.value) is discord.HTTPException
    assert [each.status for each in world.asked(*POSTS)] == [429] * 5
    assert (await channel_of(bot, general).send("again")).content == "again"


@pytest.mark.parametrize("status", [401, 408])
@pytest.mark.parametrize("empty", [False, True])
async def test_401_and_408_come_with_json_or_nothing(
    world: Discord, bot: PlainBot, general: Room, status: int, *, empty: bool
) -> None:
    """Neither is a Forbidden, a NotFound or a DiscordServerError to discord.py."""
    world.fail(*POSTS, status=status, empty=empty, message="Unauthorized")
    with pytest.raises(discord.HTTPException) as refused:
        await channel_of(bot, general).send("hello")

    assert type(refused.value) is discord.HTTPException
    assert (refused.value.status, refused.value.text) == (status, "" if empty else "Unauthorized")


async def test_a_fault_has_its_own_words_and_places(world: Discord, bot: PlainBot, general: Room) -> None:
    """Message and the errors of a form are those the test gave; a 429 may carry a code."""
    wrong = {"content": {"_errors": [{"code": "NO", "message": "Not today"}]}}
    world.fail(*POSTS, status=400, code=50035, message="Invalid Form Body", errors=wrong)
    with pytest.raises(discord.HTTPException, match="In content: Not today"):
        await channel_of(bot, general).send("hello")

    world.fail(
        *POSTS, retry_after=0.5, code=20016, message="This action cannot be performed due to slowmode rate limit"
    )
    status, headers, _, text = await posted(world, general)
    assert (status, headers["Via"], headers["X-RateLimit-Scope"]) == (429, "1.1 google", "shared")
    assert '"code": 20016' in text
    assert '"retry_after": 0.5' in text


async def test_a_fault_may_ask_what_is_in_the_body(world: Discord, bot: PlainBot, general: Room) -> None:
    """Only messages with these words, or only those with files, are refused; others pass, whole."""
    send = channel_of(bot, general).send
    fault = world.fail(*POSTS, times=9, status=400, code=240000, when=lambda body: "secret" in body["content"])
    with pytest.raises(discord.HTTPException):
        await send("a secret")
    assert (await send("nothing")).content == "nothing"
    fault.times = 0

    world.fail(*POSTS, times=9, status=403, code=50013, when=lambda body: body.get("attachments"))
    with pytest.raises(discord.Forbidden):
        await send("with", file=discord.File(__file__))
    assert (await send("without")).content == "without"
    assert [each.body["content"] for each in world.asked(*POSTS)] == ["a secret", "nothing", "with", "without"]


async def test_a_file_arrives_whole_behind_a_fault_that_looked_into_it(
    world: Discord, bot: PlainBot, general: Room
) -> None:
    """Reading a body to decide takes nothing of it away."""
    world.fail(*POSTS, status=500, when=lambda _: False)
    sent = await channel_of(bot, general).send(file=discord.File(__file__, "me.py"))

    with open(__file__, "rb") as mine:  # noqa: ASYNC230, PTH123  # a small file of our own
        assert await sent.attachments[0].read() == mine.read()


async def test_a_gate_may_hold_some_bodies_only(world: Discord, bot: PlainBot, general: Room) -> None:
    """A message that isn't meant passes a gate that is shut."""
    gate = world.hold(*POSTS, when=lambda body: body["content"] == "held")
    assert (await channel_of(bot, general).send("free")).content == "free"
    assert gate.waiting == 0


async def test_automod_refuses_words_in_messages_edits_and_titles(world: Discord, bot: PlainBot, general: Room) -> None:
    """A blocked word is found in either case and as a whole: 200000, in a thread's name 200001."""
    world.guild("Home").automod("banana", "금지*")
    send = channel_of(bot, general).send
    sent = await send("bananas are no banana-free word"[:7])
    for words in ("a BANANA!", "이것은 금지어"):
        with pytest.raises(discord.HTTPException, match="blocked by automatic moderation") as refused:
            await send(words)
        assert (refused.value.status, refused.value.code) == (400, 200000)
    with pytest.raises(discord.HTTPException) as edited:
        await sent.edit(content="banana")
    with pytest.raises(discord.HTTPException, match="Title was blocked") as titled:
        await bot.http.start_thread_with_message(
            general.id, sent.id, name="banana talk", auto_archive_duration=1440, rate_limit_per_user=0
        )

    assert (edited.value.code, titled.value.code) == (200000, 200001)
    assert [each.content for each in general.messages.values()] == ["bananas"]
    world.guild("Home").automod()
    assert (await send("banana")).content == "banana"


async def test_harmful_links_are_refused(world: Discord, bot: PlainBot, general: Room) -> None:
    """A link to a blocked host or one below it: 240000; the host's name alone is no link."""
    world.guild("Home").block_links("bad.example")
    send = channel_of(bot, general).send
    for link in ("http://bad.example", "https://www.BAD.example/x?y"):
        with pytest.raises(discord.HTTPException) as refused:
            await send(f"see {link}")
        assert (refused.value.status, refused.value.code) == (400, 240000)
    await send("bad.example https://notbad.example https://good.example/bad.example")


async def test_filters_end_where_the_server_does(world: Discord, bot: PlainBot, general: Room, mina: Person) -> None:
    """Direct messages, other servers, webhooks and those who manage the server are not filtered."""
    home = world.guild("Home")
    home.automod("banana")
    boss = home.member("Boss", permissions=Permission.MANAGE_GUILD)
    await channel_of(bot, mina.dm()).send("banana")
    await channel_of(bot, world.guild("Away").channel("general")).send("banana")
    await home.webhook("News").say(general, "banana")
    await boss.say(general, "banana")

    assert len(general.messages) == 2


@pytest.mark.parametrize("installed", [False, True])
async def test_filters_read_answers_only_where_told_to(world: Discord, mina: Person, *, installed: bool) -> None:
    """
    Told so, they refuse a public answer and an edit to it, never a private one; unless told, they read none.

    An app that only its user installed has its answer hidden instead.
    """
    place = world.guild("Away", bot=not installed)
    room = place.channel("lobby")
    guest = place.welcome(mina)
    mina.user.installed = installed
    bot = PlainBot(guilds=True)
    faults: list[int] = []

    @bot.tree.command(description="Say it")
    @discord.app_commands.allowed_installs(guilds=True, users=True)
    async def say(interaction: discord.Interaction, *, private: bool) -> None:
        try:
            await interaction.response.send_message("banana", ephemeral=private)
        except discord.HTTPException as fault:
            faults.append(fault.code)
            await interaction.response.send_message("sorry", ephemeral=True)

    async with connected(world, bot):
        await bot.tree.sync()
        place.automod("banana")
        plain = await (await guest.slash("say", room, private=False)).wait()
        assert (plain.content, plain.ephemeral) == ("banana", False)
        place.automod("banana", answers=True)
        private = await (await guest.slash("say", room, private=True)).wait()
        public = await (await guest.slash("say", room, private=False)).wait()

    assert private.content == "banana"
    assert (public.content, public.ephemeral) == (("banana", True) if installed else ("sorry", True))
    assert faults == ([] if installed else [200000])
