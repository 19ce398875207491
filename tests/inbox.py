"""Notes and wishes as the inbox's tests make them."""

from dataclasses import replace

from bot.database import Database, Tx
from bot.notes import Ask, Note, Notes, Opened
from bot.outcome import Door, Silence, encode

NOW = 1_795_000_000_000
LEASE = 60_000
NOTES = Notes()
NOTE = Note(
    key="500/gpt",
    attachment_id=500,
    media="voice",
    size_bytes=12_000,
    declared_ms=3_000,
    url="https://cdn.discordapp.com/attachments/1/500/voice-message.ogg?ex=1",
    is_voice=True,
    guild_id=1,
    channel_id=20,
    message_id=300,
    author_id=40,
    payer_id=40,
    request_id=300,
    created_ms=NOW,
)
ASK = Ask(
    id=300,
    note_key=NOTE.key,
    door=Door.AUTO,
    channel_id=20,
    message_id=300,
    member_id=40,
    locale="ko",
    private=False,
    application_id=None,
    token=None,
    created_ms=NOW,
)
SLASH = replace(
    ASK, id=301, door=Door.SLASH, private=True, application_id=9, token="secret-token", member_id=41, created_ms=NOW + 5
)
WORDS = "xylophone quagmire"


def another(number: int, *, guild_id: int | None = 1, message_id: int | None = None) -> tuple[Note, Ask]:
    """A different note, and the wish for it."""
    key, message = f"{500 + number}/gpt", message_id or 300 + number
    note = replace(
        NOTE, key=key, attachment_id=500 + number, guild_id=guild_id, message_id=message, created_ms=NOW + number
    )
    return note, replace(ASK, id=message, note_key=key, message_id=message, created_ms=NOW + number)


async def opened(database: Database, note: Note = NOTE, ask: Ask = ASK) -> Opened:
    """Open in a transaction of its own."""
    async with database.tx() as tx:
        return await NOTES.open(tx, note, ask)


async def claimed(tx: Tx, key: str = NOTE.key, now_ms: int = NOW) -> Note:
    """Claim what must be free; the note."""
    note = await NOTES.claim(tx, key, now_ms=now_ms, lease_ms=LEASE)
    assert note is not None
    return note


async def finish(tx: Tx, note: Note) -> None:
    """Hear, decide, answer and forget a note that is ours."""
    assert await NOTES.heard(tx, note.key, note.fence, 0, 0, 3_000, WORDS)
    assert await NOTES.conclude(tx, note.key, note.fence, encode(Silence(3_000)), "Silence")
    for ask in await NOTES.asks(tx, note.key):
        assert await NOTES.sent(tx, ask.id, 0, 9_000 + ask.id, key=note.key)
        await NOTES.answered(tx, ask.id, key=note.key)
    assert await NOTES.done(tx, note.key, note.fence)
