"""
The system's Chromium, headless, for the page's tests and pictures.

Promises: it downloads nothing and calls nobody; its microphone is a file, or Chromium's own beeps.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --use-fake-device-for-media-stream --use-fake-ui-for-media-stream"
)


def chromium() -> str | None:
    """Where Debian and others put it; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@asynccontextmanager
async def open_browser(microphone: Path | None = None) -> AsyncIterator[Browser]:
    """A browser for as long as the block lasts; `microphone` is a WAV file it hears."""
    heard = [] if microphone is None else [f"--use-file-for-fake-audio-capture={microphone}"]
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=chromium(), args=[*QUIET.split(), *heard])
        try:
            yield browser
        finally:
            await browser.close()
