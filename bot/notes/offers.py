"""
Buttons somebody may tap to have a note heard.

Hides the table `offer`. Promises: one message is offered once, however often its event is told, also after a restart.
"""

from bot.database import Tx


class Offers:
    """The verbs of offering. Every one runs inside the caller's transaction."""

    async def open(self, tx: Tx, message_id: int, channel_id: int, guild_id: int | None, *, now_ms: int) -> bool:
        """True for the first who asks: theirs is to post the button."""
        return bool(
            await tx.execute(
                "INSERT INTO offer (message_id, channel_id, guild_id, at_ms) "
                "VALUES (:message_id, :channel_id, :guild_id, :now_ms) ON CONFLICT DO NOTHING",
                message_id=message_id,
                channel_id=channel_id,
                guild_id=guild_id,
                now_ms=now_ms,
            )
        )

    async def posted(self, tx: Tx, message_id: int, offer_id: int) -> bool:
        """The button stands as `offer_id`; False: its note was deleted meanwhile, take it back."""
        return bool(
            await tx.execute(
                "UPDATE offer SET offer_id = :offer_id WHERE message_id = :message_id",
                message_id=message_id,
                offer_id=offer_id,
            )
        )

    async def purge(self, tx: Tx, *, before_ms: int) -> None:
        """Forget which notes were offered so long ago; their buttons go on working."""
        await tx.execute("DELETE FROM offer WHERE at_ms < :before_ms", before_ms=before_ms)
