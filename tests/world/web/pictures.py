"""
`make pictures`: the pictures of docs/pictures, taken of the page while the real bot answers.

Each scene is what people do; then the page is photographed as one of them sees it. Nothing is painted:
what a picture shows, the bot said.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser

from tests.world.demo.stage import PATIENCE_S, SPEECH, repeated
from tests.world.discord import Answer, Message, NotOffered, Room
from tests.world.web.browser import chromium, open_browser
from tests.world.web.scenery import Scenery, open_scenery
from tests.world.web.sound import recorded

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
ENV = {"EARSHOT_QUOTA__GUILD_MINUTES": "1"}  # so that a refusal can be shown
SCALE = 1.5  # sharp on most screens, small in the repository
SIZES = {"desktop": (1000, 680), "phone": (390, 780)}
# Each scene in both languages, both looks and both widths; not in all eight mixtures of them.
LOOKS = (("desktop", "en", "dark"), ("desktop", "ko", "light"), ("phone", "ko", "dark"), ("phone", "en", "light"))
SETTLED = "async () => { await document.fonts.ready; await new Promise((done) => setTimeout(done, 300)); }"


# A picture is as tall as what it shows.
HIDDEN = "() => document.getElementById('scroll').scrollHeight - document.getElementById('scroll').clientHeight"


@dataclass(frozen=True, slots=True)
class Play:
    """What happens in a scene: in which channel, with which files at hand."""

    scenery: Scenery
    room: Room
    folder: Path

    async def note(self, who: str, file: str | Path) -> Message:
        """Somebody records a voice message, and the bot has answered."""
        path = SPEECH / file
        note = await recorded(await asyncio.to_thread(path.read_bytes))
        person = self.scenery.people[who]
        answer = await person.voice_note(self.room, (path.name, note.ogg), seconds=note.seconds, waveform=note.waveform)
        await answer.wait(seconds=PATIENCE_S)
        assert answer.message is not None
        return answer.message

    async def command(self, who: str, name: str, **options: object) -> Answer:
        """Somebody uses a command, and the bot has answered."""
        answer = await self.scenery.people[who].slash(name, self.room, **options)
        return await answer.wait(seconds=PATIENCE_S)


async def replies(play: Play) -> None:
    """Voice messages and a file, and their words."""
    await play.note("Mina", "country.ogg")
    await play.note("Jun", "birthday.ogg")
    await play.command("Jun", "transcribe", file=SPEECH / "report.m4a")


async def refusals(play: Play) -> None:
    """What cannot be heard, and why: silence, and more minutes than are left."""
    await play.note("Mina", "silence.ogg")
    long = await asyncio.to_thread(repeated, SPEECH / "meeting.ogg", 15, play.folder / "long.ogg")
    await play.note("Jun", long)


async def more(play: Play) -> None:
    """What hides behind the button under an answer, for whoever presses it."""
    await play.note("Mina", "hotel.ogg")
    reply = [each for each in play.room.messages.values() if each.author.bot][-1]
    button = next(one for row in reply.components for one in row["components"])
    pressed = await play.scenery.people["Mina"].press(reply, button["custom_id"])
    await pressed.wait(seconds=PATIENCE_S)


async def usage(play: Play) -> None:
    """What a month came to in which people spoke, posted the same again, and said nothing."""
    elsewhere = replace(play, room=play.scenery.server.channel("general"))
    for who, file in (("Mina", "meeting.ogg"), ("Jun", "hotel.ogg"), ("Jun", "meeting.ogg"), ("Mina", "silence.ogg")):
        await elsewhere.note(who, file)
    await play.command("Admin", "usage")


def panel(name: str, who: str = "Admin") -> Callable[[Play], Awaitable[None]]:
    """What a command shows to the one who uses it."""

    async def shown(play: Play) -> None:
        await play.command(who, name)

    return shown


SCENES: dict[str, tuple[str, Callable[[Play], Awaitable[None]]]] = {
    "replies": ("Mina", replies),
    "more": ("Mina", more),
    "refusals": ("Mina", refusals),
    "settings": ("Admin", panel("settings")),
    "usage": ("Admin", usage),
    "quota": ("Admin", panel("quota show")),
    "privacy": ("Mina", panel("privacy", "Mina")),
}


def looks(language: str) -> Iterator[tuple[str, str]]:
    """Width and theme of the pictures in that language."""
    return ((size, theme) for size, spoken, theme in LOOKS if spoken == language)


async def main(wanted: list[str]) -> None:
    """Play the scenes in each language, and take their pictures."""
    FOLDER.mkdir(exist_ok=True)
    async with open_browser() as browser:
        for language, locale in (("en", "en-US"), ("ko", "ko")):
            async with open_scenery(ENV) as scenery:
                scenery.server.speak(locale)
                for person in scenery.people.values():
                    person.user.locale = locale
                for name in wanted:
                    who, scene = SCENES[name]
                    room = scenery.server.channel("general" if name == "replies" else name)
                    try:
                        await scene(Play(scenery, room, scenery.folder))
                    except NotOffered as missing:
                        raise SystemExit(f"{name}: {missing}") from missing
                    for size, theme in looks(language):
                        await photograph(
                            browser, scenery, f"{name}-{size}-{language}-{theme}", (who, room.name, size, theme)
                        )


async def photograph(browser: Browser, scenery: Scenery, name: str, seen: tuple[str, str, str, str]) -> None:
    """The page as this person sees that channel."""
    who, room, size, theme = seen
    width, height = SIZES[size]
    page = await browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=SCALE)
    await page.goto(f"{scenery.site.address}/?as={who}&room={room}&theme={theme}")
    await page.wait_for_selector("body[data-ready] discord-message")
    await page.evaluate(SETTLED)
    hidden = await page.evaluate(HIDDEN)
    if hidden > 0:
        await page.set_viewport_size({"width": width, "height": height + hidden})
        await page.evaluate(SETTLED)
    drawn = await page.screenshot()
    await page.close()
    path = FOLDER / f"{name}.png"
    await asyncio.to_thread(kept, drawn, path)
    print(path)


def kept(drawn: bytes, path: Path) -> None:
    """The picture in 256 colours: a third of the bytes, and nobody sees the difference."""
    Image.open(BytesIO(drawn)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="make pictures", description=__doc__)
    options.add_argument("scene", nargs="*", help=f"which (default: all of {', '.join(SCENES)})")
    chosen = options.parse_args()
    if chromium() is None:
        options.error("pictures need Chromium: apt-get install chromium fonts-noto-cjk")
    asyncio.run(main(chosen.scene or list(SCENES)))
