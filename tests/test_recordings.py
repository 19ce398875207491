"""Real recordings of real people, through the whole bot, heard by a real recogniser."""

import json
import re
from contextlib import AsyncExitStack
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from tests.conftest import PATIENCE_S, World
from tests.world.discord import open_discord
from tests.world.openai import Recogniser, open_openai

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "speech"


def right(said: str, heard: str) -> float:
    """The share of the words said that stand, in order, in the words heard."""
    left, found = (re.findall(r"\w+", text.lower()) for text in (said, heard))
    blocks = SequenceMatcher(None, left, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(left)


@pytest.mark.long
@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the real recordings are not beside this repository")
async def test_real_recordings_are_heard_through_the_bot(tmp_path: Path, world: World) -> None:
    """Voice messages as Discord records them, and files of other kinds, come back as what was said in them."""
    said = {row["file"]: row["transcript"] for row in json.loads((RECORDINGS / "manifest.json").read_text("utf-8"))}
    async with AsyncExitStack() as stack:
        ears = stack.enter_context(Recogniser(workers=1))
        openai = await stack.enter_async_context(open_openai(ears=ears))
        discord = await stack.enter_async_context(open_discord())
        place = World(discord, openai, tmp_path, world.diary)
        await stack.enter_async_context(place.bot())
        shares = {}
        for name, voice in (
            ("voice-message_LJ001-0008.ogg", "LJ001-0008.wav"),
            ("voice-message_librivox_0930.ogg", "librivox_0930.wav"),
            ("voice-message_pico_test_ko.ogg", "pico_test_ko.wav"),
        ):
            answer = await place.mina.voice_note(place.general, RECORDINGS / name)
            shares[name] = right(said[voice], (await answer.wait(seconds=PATIENCE_S)).content)
        for name in ("LJ001-0011.wav", "librivox_0920.wav"):
            answer = await place.mina.slash("transcribe", place.general, file=RECORDINGS / name)
            shares[name] = right(said[name], (await answer.wait(seconds=PATIENCE_S)).content)

    assert min(shares.values()) >= 0.6, shares
    assert len(openai.calls) == len(shares)
