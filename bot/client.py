"""
The connection to Discord: intents, commands, translations, the last line of defence for errors.

Hides discord.py's bot class. Promises: nothing is cached that answering does not need; a command that
breaks is answered with an id that stands in the log too.
"""

import asyncio
import logging
import secrets
from collections.abc import Iterator, Sequence

import discord
from discord import app_commands
from discord.ext import commands
from yarl import URL

from bot.words import Words, pick

log = logging.getLogger(__name__)

_CODES = "https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway"
_BAD_TOKEN = 4004  # Discord: "Gateway Close Event Codes", authentication failed
_INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)


def point_at(api_url: str | None, gateway_url: str | None) -> None:
    """Send discord.py through a REST or gateway proxy, or to a local server; None leaves Discord's own."""
    if api_url is not None:
        discord.http.Route.BASE = api_url.rstrip("/")
    if gateway_url is not None:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)


def quieten() -> None:
    """Keep discord.py from warning that it can't speak in voice channels: we never do."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


def _pauses() -> Iterator[float]:
    yield from (1.0, 2.0, 5.0, 10.0, 20.0)
    while True:
        yield 30.0


class Translator(app_commands.Translator):
    """Command names and descriptions in every language we have, by the key each text carries."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """The text in that locale; None leaves Discord with the default."""
        del context
        key = string.extras.get("key")
        if key is None or pick(locale.value) != locale.value.partition("-")[0]:
            return None
        return Words(locale.value)(key)


class Client(commands.Bot):
    """The gateway half: hears Discord and hands everything to its cogs."""

    def __init__(self, *, sync_commands: bool) -> None:
        quieten()
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=_INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self._sync_commands = sync_commands
        self.tree.error(self.on_command_tree_error)

    async def take(self, cogs: Sequence[commands.Cog]) -> None:
        """Put the cogs in place; before `start`."""
        await self.tree.set_translator(Translator())
        for cog in cogs:
            await self.add_cog(cog)
            for menu in getattr(cog, "menus", ()):
                self.tree.add_command(menu)

    async def stay_connected(self) -> str:
        """
        Stay connected for as long as Discord will have us; returns why it will not, and what to do.

        A connection that cannot be made is tried again for ever; discord.py itself retries only one
        that once stood.
        """
        for pause_s in _pauses():
            try:
                await self.connect(reconnect=True)
            except discord.PrivilegedIntentsRequired:
                return (
                    "Discord wants the Message Content intent switched on: https://discord.com/developers/applications "
                    "> your application > Bot > Privileged Gateway Intents > Message Content. Then start again."
                )
            except discord.ConnectionClosed as closed:
                if closed.code == _BAD_TOKEN:
                    return "Discord no longer accepts DISCORD_TOKEN: get a new one (Bot > Reset Token) and start again."
                if self.is_closed():  # discord.py has given this client up: it cannot be connected any more
                    return f"Discord closed the connection for good (code {closed.code}, see {_CODES}). Start again."
                log.warning(
                    "Discord closed the connection (%s); trying again", closed.code, extra={"action": "gateway_lost"}
                )
            except Exception:
                log.exception("The connection to Discord failed; trying again", extra={"action": "gateway_lost"})
            await asyncio.sleep(pause_s)
        raise AssertionError("the pauses never end")

    def is_connected(self) -> bool:
        """Whether a gateway connection stands now; discord.py's own `is_ready` lags two seconds behind."""
        # None before the first connection, whatever discord.py's annotation says.
        gateway: discord.gateway.DiscordWebSocket | None = self.ws
        return gateway is not None and gateway.open

    async def setup_hook(self) -> None:
        """Tell Discord our commands, once a start."""
        if self._sync_commands:
            await self.tree.sync()

    async def close(self) -> None:
        """Leave Discord; in the first two seconds too, when discord.py still waits for the last guild to be known."""
        # Left alone, that wait outlives the client, and then fails for want of its loop.
        if (waiting := getattr(self._connection, "_ready_task", None)) is not None:
            waiting.cancel()
        await super().close()

    async def on_ready(self) -> None:
        """Connected, and every guild known."""
        log.info("Listening", extra={"action": "ready", "guilds": len(self.guilds)})

    async def on_message(self, message: discord.Message, /) -> None:
        """There are no prefix commands; the cogs listen by themselves."""

    async def on_command_tree_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Whatever a command could not handle: an answer with an id, and the traceback under the same id."""
        ref = secrets.token_hex(3).upper()
        log.error(
            "A command broke",
            exc_info=error,
            extra={"action": "command_failed", "note": ref, "guild": interaction.guild_id},
        )
        words = Words(interaction.locale.value)
        text = f"{words('transcribe.unexpected')}\n-# {words('footer.ref', ref=ref)}"
        try:
            if interaction.response.is_done():
                await interaction.edit_original_response(content=text)
            else:
                await interaction.response.send_message(text, ephemeral=True)
        except discord.HTTPException as late:
            log.warning("Nor could that be said: %s", late.text, extra={"action": "undeliverable", "note": ref})

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """A listener broke: the log says where; the connection lives on."""
        del args, kwargs
        log.error(
            "A listener broke",
            exc_info=True,  # noqa: LOG014 -- discord.py calls this while the exception is handled
            extra={"action": "listener_failed", "note": secrets.token_hex(3).upper(), "event": event_method},
        )
