"""
A Korean, a German and an English note, one after the other.

Whoever listens hears which it is; nobody tells. Real people speak, where their recordings are beside the checkout.
"""

import json

from tests.world.demo.stage import PATIENCE_S, SPEECH, Stage, clock, length_of, said_in
from tests.world.openai.recogniser import RECORDINGS

ENV = {"EARSHOT_QUOTA__GUILD_MINUTES": "60"}
SET_UP = "no language is set."
NAMES = ("voice-message_pico_test_ko.ogg", "voice-message_pico_test_de.ogg")


async def play(stage: Stage) -> None:
    """A note of each language, and what was said beside what was heard."""
    stage.console.rule("[bold]# general[/]", align="left")
    said = _transcripts()
    sounds = [(RECORDINGS / name, said[name]) for name in NAMES if name in said]
    if not sounds:
        stage.console.print(
            "[dim]No Korean and no German here: ../shared/speech is not beside this checkout.[/]\n", highlight=False
        )
    for path, words in [*sounds, (SPEECH / "park.ogg", said_in("park.ogg"))]:
        answer = await stage.mina.voice_note(stage.general, path)
        assert answer.message is not None
        stage.tell("Mina", f"[reverse] ▶ [/reverse] voice message, {clock(length_of(answer.message))}")
        await answer.wait(seconds=PATIENCE_S)
        stage.show(answer, "↩ Mina")
        stage.note("voice message", words, answer, path.read_bytes())
    stage.summary()


def _transcripts() -> dict[str, str]:
    """What is said in the recordings beside the checkout, by the names of their files."""
    manifest = RECORDINGS / "manifest.json"
    rows = json.loads(manifest.read_text("utf-8")) if manifest.is_file() else []
    return {row["file"]: row["transcript"] for row in rows if row.get("transcript")}
