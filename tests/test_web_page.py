"""The page to try the bot on, in a real browser: seen, heard, pressed, attacked. One browser and one bot for all."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.conftest import PATIENCE_S, SPEECH
from tests.world.bot import running
from tests.world.discord import (
    Discord,
    Interaction,
    Message,
    Permission,
    Person,
    Room,
    interactions,
    messages,
    open_discord,
)
from tests.world.discord.state import Json
from tests.world.openai import Scripted, open_openai
from tests.world.web.browser import chromium, open_browser
from tests.world.web.scenery import AUTOMATIC
from tests.world.web.site import Site, open_site

HOSTILE = """<img src=x onerror="hacked=1"><script>hacked=1</script> [click](javascript:hacked=1) </discord-message>
[real](https://example.org/"onmouseover="hacked=1) <svg/onload=hacked=1> ||<b onclick=hacked=1>b</b>|| `<i>code</i>`
# <h1 onclick=hacked=1>head</h1>
> <iframe srcdoc="<script>parent.hacked=1</script>"></iframe>
```html
<script>hacked=1</script>
``` &lt;script&gt; {{hacked}} ${hacked} <https://a.example/<script>> <t:99999999999999:R> @everyone"""

pytestmark = [
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed"),
    pytest.mark.asyncio(loop_scope="module"),
]


@dataclass(slots=True)
class Stage:
    """The world behind the page, and a browser before it."""

    discord: Discord
    site: Site
    browser: Browser
    mina: Person
    admin: Person
    rooms: int = 0
    called: list[str] = field(default_factory=list)

    @property
    def general(self) -> Room:
        """The channel of the test at hand."""
        return self.discord.guild("Home").channel(f"room-{self.rooms}")

    @asynccontextmanager
    async def page(self, who: str = "Mina", **choices: str) -> AsyncIterator[Page]:
        """A visitor's page, at the newest channel; it must not have called anybody else, nor complained."""
        query = "&".join(f"{name}={value}" for name, value in {"as": who, "room": self.general.name, **choices}.items())
        context = await self.browser.new_context(viewport={"width": 1000, "height": 700}, permissions=["microphone"])
        context.set_default_timeout(PATIENCE_S * 1000)
        expect.set_options(PATIENCE_S * 1000)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("request", lambda asked: self.called.append(asked.url))
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        await page.goto(f"{self.site.address}/?{query}")
        await page.wait_for_selector("body[data-ready]")
        yield page
        await context.close()
        assert not complaints
        assert not [url for url in self.called if not url.startswith((self.site.address, "blob:", "data:"))]

    async def open_form(self, asked: Interaction, modal: Json) -> None:
        """Answer like an app that opens a form."""
        interactions.answer(self.discord.world, asked.id, asked.token, {"type": 9, "data": modal}, ())

    def panel(self, components: list[Json], flags: int = 0) -> Message:
        """A message of the app with these components."""
        body = {"content": "" if flags else "panel", "components": components, "flags": flags}
        return messages.post(self.discord.world, self.discord.bot, self.general, body)

    async def asked(self, custom_id: str) -> Interaction:
        """The newest press or choice, once it is there."""
        world = self.discord.world

        def newest() -> Interaction | None:
            bodies = [body for name, body in self.discord.events if name == "INTERACTION_CREATE"]
            found = [body["token"] for body in bodies if body["data"].get("custom_id") == custom_id]
            return world.interactions[found[-1]] if found else None

        found = await world.clock.bell.until(newest, PATIENCE_S)
        assert found is not None
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A server whose bot hears hostile words in everything, and a browser that speaks into its microphone."""
    books = tmp_path_factory.mktemp("web") / "earshot.db"
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(open_discord())
        discord.world.answer_ms = int(PATIENCE_S * 1000)
        openai = await stack.enter_async_context(open_openai(ears=Scripted(HOSTILE)))
        home = discord.guild("Home")
        mina = home.member("Mina")
        admin = home.member("Admin", permissions=Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES)
        people = {"Mina": mina, "Admin": admin}
        env = {**discord.env, **openai.env, "DATABASE_URL": f"sqlite:///{books}", **AUTOMATIC}
        await stack.enter_async_context(running(env))
        await discord.ready(seconds=PATIENCE_S)
        site = await stack.enter_async_context(open_site(discord, home, people))
        browser = await stack.enter_async_context(open_browser())
        yield Stage(discord, site, browser, mina, admin)


@pytest.fixture
def stage(world: Stage) -> Stage:
    """The same world, in a channel of its own."""
    world.rooms += 1
    assert not world.general.messages
    return world


async def test_hostile_words_are_shown_as_words(stage: Stage) -> None:
    """Neither a transcript nor a member's message can put markup, scripts or foreign addresses into the page."""
    async with stage.page() as page:
        await stage.mina.say(stage.general, HOSTILE)
        await stage.mina.say(stage.general, "**" * 900 + "_" * 150)
        await stage.mina.voice_note(stage.general, SPEECH / "country.ogg")
        await expect(page.locator("discord-message")).to_have_count(4)

        held = page.locator("#log")
        assert await held.locator("script, iframe, svg:not(.icon), h1, b, discord-message discord-message").count() == 0
        assert await held.locator('a:not([href^="http"]):not([href^="/files"])').count() == 0
        sources = "(all) => all.flatMap((each) => each.getAttributeNames().filter((name) => name.startsWith('on')))"
        assert await held.locator("*").evaluate_all(sources) == []
        assert await page.evaluate("typeof hacked") == "undefined"
        raw, _, _, heard = await page.locator("discord-message").all_inner_texts()
    assert "<script>hacked=1</script>" in raw
    assert "hacked=1" in heard


async def test_a_recorded_voice_message_is_answered_and_goes_with_its_note(stage: Stage) -> None:
    """Record, stop: a voice message, its words. Delete it, and the words go from the page too."""
    async with stage.page() as page:
        await page.get_by_role("button", name="Record a voice message").click()
        await page.wait_for_timeout(600)  # a recording lasts
        await page.get_by_role("button", name="Stop and send").click()
        await expect(page.locator("discord-message")).to_have_count(2)

        (note, *_) = stage.general.messages.values()
        assert note.is_voice
        assert note.files[0].read()[:4] == b"OggS"
        assert await page.locator(".voice .play").get_attribute("aria-label")
        await page.locator("#news p", has_text="Earshot").wait_for(state="attached")

        await page.locator("discord-message").first.locator(".actions summary").press("Enter")
        await page.get_by_role("button", name="Delete").press("Enter")
        await expect(page.locator("discord-message")).to_have_count(0)


async def test_files_commands_and_menus_work_by_keyboard(stage: Stage, tmp_path: Path) -> None:
    """A file is attached, sent, asked for by menu and by command, with keys alone; private answers can be dismissed."""
    sound = tmp_path / "note.ogg"
    sound.write_bytes((SPEECH / "silence.ogg").read_bytes())
    async with stage.page(lang="ko") as page:
        await page.locator("#files").set_input_files(sound)
        await page.locator("#words").press("Enter")
        await expect(page.locator("discord-message")).to_have_count(2)

        await page.locator("#words").press("/")
        await page.get_by_label("명령어 찾기").fill("transcribe")
        await page.keyboard.press("Enter")
        await page.get_by_label("나만보기").select_option("true")
        await page.get_by_role("button", name="실행").press("Enter")
        await page.locator("discord-message.private .only").wait_for()
        await page.get_by_role("button", name="메시지 닫기").press("Enter")
        await expect(page.locator("discord-message")).to_have_count(2)

        await page.locator("discord-message").first.locator(".actions summary").press("Enter")
        await page.get_by_role("button", name="받아쓰기").press("Enter")
        await expect(page.locator("discord-message")).to_have_count(3)


async def test_buttons_selects_and_forms_are_those_the_app_sent(stage: Stage) -> None:
    """A select, a button and the form it opens: keys reach them, the form takes the focus and gives it back."""
    options = [{"label": "One", "value": "1"}, {"label": "Two", "value": "2", "description": "the second"}]
    rows = [
        {"type": 1, "components": [{"type": 3, "custom_id": "pick", "placeholder": "Pick one", "options": options}]},
        {"type": 1, "components": [{"type": 2, "style": 1, "label": "Set", "custom_id": "set"}]},
        {"type": 1, "components": [{"type": 2, "style": 4, "label": "Never", "custom_id": "no", "disabled": True}]},
    ]
    text = {"type": 4, "custom_id": "minutes", "style": 1, "value": "60"}
    form = {
        "title": "Minutes",
        "custom_id": "form",
        "components": [{"type": 18, "label": "A month", "component": text}],
    }
    panel = stage.panel(rows)
    async with stage.page() as page:
        await page.locator("summary", has_text="Pick one").press("Enter")
        await page.get_by_role("button", name="Two the second").press("Enter")
        chosen = await stage.asked("pick")
        interactions.answer(stage.discord.world, chosen.id, chosen.token, {"type": 6}, ())
        body = next(body for name, body in reversed(stage.discord.events) if name == "INTERACTION_CREATE")
        assert body["data"]["values"] == ["2"]
        messages.edit(panel, {"content": "edited at once"})
        await page.locator("discord-message", has_text="edited at once").wait_for()
        await expect(page.locator("summary", has_text="Pick one")).to_be_focused()
        await expect(page.get_by_role("button", name="Never")).to_be_disabled()

        await page.get_by_role("button", name="Set").press("Enter")
        await stage.open_form(await stage.asked("set"), form)
        await expect(page.get_by_label("A month")).to_be_focused()
        messages.edit(panel, {"content": "edited meanwhile"})
        await page.locator("discord-message", has_text="edited meanwhile").wait_for()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Set")).to_be_focused()


async def test_axe_finds_nothing_serious(stage: Stage) -> None:
    """All that a message can hold passes the accessibility check, dark and light, wide and narrow; so do dialogs."""
    everything(stage)
    await (await stage.admin.slash("settings", stage.general)).wait(seconds=PATIENCE_S)
    async with stage.page("Admin") as page:
        await page.locator(".private .only").wait_for()
        found = [await Axe().run(page)]
        await page.get_by_role("button", name="Light look").click()
        await page.get_by_label("Your language").select_option("ko")
        await page.set_viewport_size({"width": 390, "height": 800})
        await page.locator("html[lang=ko][data-theme=light]").wait_for()
        found.append(await Axe().run(page))
        await page.locator("#commands").click()
        found.append(await Axe().run(page, context="dialog"))
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    faults = [each for one in found for each in one.response["violations"]]
    serious = [each for each in faults if each["impact"] in {"serious", "critical"}]

    assert all(one.response["passes"] for one in found)
    assert not serious, json.dumps([(each["id"], each["nodes"][:3]) for each in serious], indent=1)


def everything(stage: Stage) -> None:
    """One message of each kind in the channel."""
    world, room = stage.discord.world, stage.general
    marks = "# Head\n**bold** `code` ||hidden|| [link](https://example.org) <t:1790000000:R>\n> quote\n- a\n-# small"
    text = f"{marks}\n<@{stage.mina.id}>"
    said = messages.post(world, stage.mina.user, room, {"content": text})
    embed = {"title": "Title", "description": "told", "color": 0x5865F2, "footer": {"text": "foot"}}
    fields = [{"name": "A", "value": "b", "inline": True}]
    reply = {"message_id": str(said.id)}
    answer = {"content": "answer", "embeds": [{**embed, "fields": fields}], "message_reference": reply}
    messages.post(world, stage.discord.bot, room, answer)
    row = [{"type": 2, "style": style, "label": f"Button {style}", "custom_id": f"b{style}"} for style in (1, 2, 3, 4)]
    select = {"type": 5, "custom_id": "who", "placeholder": "Whom", "min_values": 0, "max_values": 2}
    rows = [{"type": 1, "components": row}, {"type": 1, "components": [select]}]
    inner = [{"type": 10, "content": "## Panel\ntext"}, {"type": 14}, *rows]
    stage.panel([{"type": 17, "accent_color": 0x00AA55, "components": inner}], flags=1 << 15)
