"""The page to try the bot on: its server, without a browser."""

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.conftest import SPEECH
from tests.world.discord import Discord, Permission, commands, interactions, messages, open_discord
from tests.world.web import seen
from tests.world.web.site import HERE, Site, open_site
from tests.world.web.sound import recorded

ACT = "/act/say"


class Visitor:
    """Somebody with the page open, who can also send what the page never would."""

    def __init__(self, discord: Discord, site: Site, session: aiohttp.ClientSession) -> None:
        self.discord = discord
        self.site = site
        self.session = session
        self.home = discord.guild("Home")
        self.general = self.home.channel("general")
        self.mina = self.home.member("Mina")
        self.admin = self.home.member("Admin")

    async def act(self, act: str, who: str = "Mina", headers: dict[str, str] | None = None, **body: Any) -> Any:
        """Status and answer of one act."""
        form = {"body": json.dumps({"as": who, "room": str(self.general.id), **body})}
        async with self.session.post(f"{self.site.address}/act/{act}", data=form, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if text.startswith("{") else text


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    """A page over a Discord in which no bot runs."""
    async with open_discord() as discord, aiohttp.ClientSession() as session:
        home = discord.guild("Home")
        home.channel("general")
        people = {"Mina": home.member("Mina"), "Admin": home.member("Admin", permissions=Permission.MANAGE_GUILD)}
        async with open_site(discord, home, people) as site:
            yield Visitor(discord, site, session)


async def test_what_is_said_on_the_page_stands_in_the_channel(visitor: Visitor) -> None:
    """A visitor's words are a message of the person they chose to be."""
    assert await visitor.act("say", content="hello") == (200, {})

    assert [(each.author.name, each.content) for each in visitor.general.messages.values()] == [("Mina", "hello")]


@pytest.mark.parametrize("headers", [{"Origin": "http://elsewhere.example"}, {"Host": "elsewhere.example:80"}])
async def test_only_the_page_itself_may_act(visitor: Visitor, headers: dict[str, str]) -> None:
    """Neither another site's script nor a strange name that leads to this machine can act for a visitor."""
    status, _ = await visitor.act("say", content="hello", headers=headers)

    assert status == 403
    assert not visitor.general.messages


async def test_what_discord_would_not_offer_is_refused_in_words(visitor: Visitor) -> None:
    """A visitor can do no more than Discord's client would let them: nobody deletes another's message."""
    await visitor.act("say", who="Admin", content="mine")
    (said,) = visitor.general.messages

    status, told = await visitor.act("delete", message=str(said))

    assert (status, said in visitor.general.messages) == (400, True)
    assert "may not delete this message" in told["error"]


@pytest.mark.parametrize("body", [{"content": ""}, {"room": "1"}, {"room": "x"}, {}])
async def test_a_broken_act_is_an_answer_and_no_crash(visitor: Visitor, body: dict[str, Any]) -> None:
    """Whatever arrives, the page's server answers with a reason."""
    status, told = await visitor.act("say", **body)

    assert status == 400
    assert told["error"]


async def test_a_private_answer_is_told_only_to_whom_it_is_for(visitor: Visitor) -> None:
    """What Discord shows to one person reaches no other's browser."""
    world, mina = visitor.discord.world, visitor.mina
    asked = interactions.start(world, mina.user, visitor.general, 2, {"name": "x"}, by={"0": str(visitor.home.id)})
    secret = messages.post(world, world.bot, visitor.general, {"content": "psst"}, interaction=asked, flags=64)

    assert seen.timeline(mina)[str(secret.id)]["private"]
    assert str(secret.id) not in seen.timeline(visitor.admin)


async def test_commands_are_those_the_person_may_use(visitor: Visitor) -> None:
    """The page offers what Discord would: a command for managers is not in a member's list."""
    made = {"name": "usage", "description": "Minutes", "default_member_permissions": str(int(Permission.MANAGE_GUILD))}
    commands.replace(visitor.discord.world, None, [made])

    offered = [seen.place(person, {})["rooms"][0]["commands"] for person in (visitor.mina, visitor.admin)]

    assert [[each["name"] for each in one] for one in offered] == [[], ["usage"]]


async def test_a_strangers_file_is_never_a_page(visitor: Visitor) -> None:
    """An uploaded page is handed over as a file, under a policy that would run nothing in it."""
    await visitor.mina.upload(visitor.general, ("evil.html", b"<script>alert(1)</script>"))
    ((shape),) = seen.timeline(visitor.mina).values()

    async with visitor.session.get(visitor.site.address + shape["attachments"][0]["url"]) as response:
        headers = response.headers

    assert headers["Content-Disposition"] == "attachment"
    assert headers["Content-Type"].startswith("text/plain")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in headers["Content-Security-Policy"]


async def test_the_page_needs_nothing_from_elsewhere(visitor: Visitor) -> None:
    """All the page is made of comes from its own server: it works without a network."""
    parts = ["/", *(f"/{each.relative_to(HERE).as_posix()}" for each in HERE.glob("*/*.*s"))]
    for part in parts:
        async with visitor.session.get(visitor.site.address + part) as response:
            assert response.status == 200, part
            text = await response.text()
        if not part.startswith("/vendor"):
            assert "https://" not in text.replace("https://discord.com", ""), part


async def test_a_recording_becomes_what_discord_would_have_sent() -> None:
    """A voice message is Ogg Opus with its true length and a byte of waveform per 100 ms."""
    note = await recorded((SPEECH / "report.m4a").read_bytes())

    assert note.ogg[:4] == b"OggS"
    assert 5.5 < note.seconds < 5.8
    assert 50 <= len(note.waveform) * 3 // 4 <= 60


async def test_silence_looks_silent() -> None:
    """The waveform of a room where nobody speaks stays low, that of speech reaches the top."""
    tops = [
        max(b64decode((await recorded((SPEECH / name).read_bytes())).waveform)) for name in ("silence.ogg", "park.ogg")
    ]

    assert tops[0] < 64
    assert tops[1] == 255


async def test_opus_is_not_encoded_anew() -> None:
    """What is Ogg Opus already is posted byte for byte."""
    data = (SPEECH / "country.ogg").read_bytes()

    assert (await recorded(data)).ogg == data


async def test_what_is_no_sound_is_no_voice_message(visitor: Visitor) -> None:
    """Bytes nobody can hear are refused with a reason, and nothing is posted."""
    form = aiohttp.FormData({"body": json.dumps({"as": "Mina", "room": str(visitor.general.id)})})
    form.add_field("files", b"not a sound", filename="x.webm")
    async with visitor.session.post(visitor.site.address + "/act/voice", data=form) as response:
        told = await response.json()

    assert (response.status, told["error"]) == (400, "there is no sound in this recording")
    assert not visitor.general.messages


async def test_the_server_changes_its_language(visitor: Visitor) -> None:
    """The page's two languages are the person's and the server's, and Discord tells the bot of the latter."""
    await visitor.act("language", whose="server", locale="ko")
    await visitor.act("language", whose="me", locale="ko")

    assert (visitor.home.locale, visitor.mina.user.locale, visitor.admin.user.locale) == ("ko", "ko", "en-US")
