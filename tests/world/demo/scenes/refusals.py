"""
Discord refuses, in six ways: no thread here, too many threads, a limit, a code nobody knows, a filter, nobody to tell.

Each time: what the one who posted reads, what the people who manage the server read, and what is billed.
"""

from tests.world.demo.stage import PATIENCE_S, SPEECH, Stage, readable
from tests.world.discord import Message, Room

SET_UP = "words go into threads here, and Discord is about to refuse in six ways."
ENV = {"EARSHOT_LIVE__ENABLED": "false"}
REFUSED = "Discord took the answer nowhere"


async def play(stage: Stage) -> None:
    """One note for each refusal, and at the end the bill."""
    alerts = stage.home.channel("alerts")
    panel = (await (await stage.admin.slash("settings", stage.general)).wait(seconds=PATIENCE_S)).messages[0]
    await stage.admin.choose(panel, "Where I warn the people who manage this server", alerts)
    await stage.general.wait_for(lambda _: f"<#{alerts.id}>" in str(panel.components), PATIENCE_S)
    await stage.admin.choose(panel, "Where the words go", "Into a thread of the note")
    await stage.general.wait_for(lambda _: "**Where the words go**: Into a thread" in str(panel.components), PATIENCE_S)

    lounge = stage.home.voice("lounge")
    title(stage, "1  the chat of a voice channel, where nobody can open a thread")
    await below(stage, lounge, "country.ogg")

    crowded = stage.home.channel("crowded")
    title(stage, "2  Discord says that a thousand threads are open")
    stage.discord.fail("POST", f"/channels/{crowded.id}/messages/*/threads", status=400, code=160006)
    await below(stage, crowded, "hotel.ogg")

    busy = stage.home.channel("busy")
    title(stage, "3  Cloudflare answers with a page of its own: 429, without a word from Discord")
    stage.discord.fail("POST", f"/channels/{busy.id}/messages/*/threads", status=429, via=False, html=True)
    note = await spoken(stage, busy, "park.ogg")
    bell = stage.discord.clock.bell
    await bell.until(lambda: note.thread is not None and bool(note.thread.messages), PATIENCE_S)
    assert note.thread is not None
    late = next(iter(note.thread.messages.values()))
    stage.tell("Earshot", f"[dim]in the thread of Mina's note, some seconds later[/]  {first(late)}")

    small = stage.home.channel("small")
    await stage.admin.choose(panel, "Where the words go", "Below the note")
    await stage.general.wait_for(lambda _: "**Where the words go**: Below" in str(panel.components), PATIENCE_S)
    title(stage, "4  a refusal with a code that nobody knows")
    stage.discord.fail(
        "POST",
        f"/channels/{small.id}/messages",
        times=9,
        status=400,
        code=987_654,
        when=lambda body: not body.get("attachments"),
    )
    note = await spoken(stage, small, "system.ogg")
    said = await small.wait_for(lambda seen: any(one.replies_to == note.id for one in seen), PATIENCE_S)
    stage.tell("Earshot", f"[dim]↩ Mina[/]  {first(said[-1]).removeprefix('-# ')}")
    stage.tell("Earshot", f"📎 {said[-1].files[0].filename}: {said[-1].files[0].read().decode().strip()}")

    await filtered(stage)
    title(stage, "what the people who manage the server were told, in #alerts")
    for message in await alerts.wait_for(lambda seen: len(seen) > 2, PATIENCE_S):
        stage.tell("Earshot", named(stage, message.content))


async def filtered(stage: Stage) -> None:
    """A filter blocks the words, for somebody who can be written to and for nobody."""
    title(stage, "5  AutoMod blocks what was said: it is said round no filter")
    stage.home.automod("wonderful")
    await spoken(stage, stage.general, "birthday.ogg")
    for message in await stage.mina.dm().wait_for(lambda seen: len(seen) > 1, PATIENCE_S):
        stage.tell("Earshot", f"[dim]to Mina alone[/]  {first(message)}")

    title(stage, "6  the same, and Mina takes no direct messages")
    stage.mina.user.refuses_dms = True
    await spoken(stage, stage.general, "birthday.ogg")
    while REFUSED not in (told := await usage(stage)):
        pass
    stage.tell("Admin", "[blue]/usage[/]")
    for line in told.split("\n"):
        if REFUSED in line:
            names = {f"<@{stage.mina.id}>": "@Mina"}
            stage.tell("Earshot", readable(line.removeprefix("- "), names))
    stage.mina.user.refuses_dms = False
    stage.home.automod()
    stage.tell("Mina", "[blue]/transcribe[/]   [dim](AutoMod lets it through by now)[/]")
    stage.show(
        await (await stage.mina.slash("transcribe", stage.general)).wait(seconds=PATIENCE_S), "to Mina's command"
    )


def title(stage: Stage, text: str) -> None:
    """A line across."""
    stage.console.rule(f"[bold]{text}[/]", align="left")


async def spoken(stage: Stage, room: Room, file: str) -> Message:
    """Mina records a voice message."""
    stage.tell("Mina", f"[reverse] ▶ [/reverse] voice message in #{room.name}")
    note = await stage.mina.voice_note(room, SPEECH / file)
    assert note.message is not None
    return note.message


async def below(stage: Stage, room: Room, file: str) -> None:
    """Mina records a voice message, and its words stand below it."""
    note = await spoken(stage, room, file)
    said = await room.wait_for(lambda seen: any(one.replies_to == note.id for one in seen), PATIENCE_S)
    stage.tell("Earshot", f"[dim]↩ Mina[/]  {first(said[-1])}")


async def usage(stage: Stage) -> str:
    """What the admin reads."""
    answer = await (await stage.admin.slash("usage", stage.general)).wait(seconds=PATIENCE_S)
    return "\n".join(one["content"] for one in answer.components if one["type"] == 10)


def first(message: Message) -> str:
    """The first line of a message."""
    return message.content.split("\n")[0]


def named(stage: Stage, text: str) -> str:
    """With the names of channels."""
    for channel in stage.home.channels.values():
        text = text.replace(f"<#{channel.id}>", f"#{channel.name}")
    return text
