"""
The connection to Discord: intents, commands, translations, the last line of defence for errors.

Hides discord.py's bot class. Promises: nothing is cached that answering does not need; a command that
breaks is answered with an id that stands in the log too.
"""

import asyncio
import logging
import re
import secrets
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from yarl import URL

from bot.lost import for_good, pauses, tell_lost
from bot.pace import paced
from bot.waiting import Waiting
from bot.words import Words, pick

if TYPE_CHECKING:
    _Bot = commands.Bot
else:
    _Bot = object  # the bot's class follows: with one connection, or with many

log = logging.getLogger(__name__)

_RESUMABLE = 4000  # any code but 1000 and 1001 leaves the session alive
_IDENTIFY_S = 5.5  # Discord: one identify per bucket in 5 s
_STOOD_S = 60.0  # a connection that lasted this long was one
_DISCORDS_GATEWAY = discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
_UNREAD = (
    "Message Content intent: off, so Discord hides what is attached to messages in servers. Earshot goes on without: "
    "it hears what the Transcribe menu, or /transcribe with a file, hands it, and direct messages; it answers no note "
    "by itself, puts no button below one, and finds no linked or latest note. To have all of it, switch it on at "
    "https://discord.com/developers/applications > your application > Bot > Privileged Gateway Intents, "
    "and start again."
)


def point_at(api_url: str | None, gateway_url: str | None) -> None:
    """Send discord.py through a REST or gateway proxy, or to a local server; None leaves Discord's own."""
    if api_url is not None:
        discord.http.Route.BASE = api_url.rstrip("/")
    if gateway_url is not None:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)


def quieten() -> None:
    """Keep discord.py from warning that it can't speak in voice channels: we never do."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


@dataclass(frozen=True, slots=True)
class ShardRange:
    """Shards `first` to `last` of `count`, as in `0-11/48`."""

    first: int
    last: int
    count: int

    @classmethod
    def read(cls, text: str) -> Self:
        """From `first-last/count` or `one/count`; raises ValueError."""
        match = re.fullmatch(r"(\d+)(?:-(\d+))?/(\d+)", text.strip())
        if match is None:
            raise ValueError(f"{text}: write shards as FIRST-LAST/COUNT, such as 0-11/48")
        first, last, count = int(match[1]), int(match[2] or match[1]), int(match[3])
        if not first <= last < count:
            raise ValueError(f"{text}: shards are numbered from 0 to {count - 1}, the lower one first")
        return cls(first, last, count)

    @property
    def ids(self) -> range:
        """The numbers of these shards."""
        return range(self.first, self.last + 1)


def _may_read(flags: discord.ApplicationFlags) -> bool:
    """Whether an application has the Message Content intent, as one that is verified or as a small one."""
    return flags.gateway_message_content or flags.gateway_message_content_limited


class Translator(app_commands.Translator):
    """Command names and descriptions in every language we have, by the key each text carries."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """The text in that locale; None leaves Discord with the default."""
        del context
        words = _spoken(locale.value)
        if words is None or (key := string.extras.get("key")) is None:
            return None
        return words(key)


@cache
def _spoken(locale: str) -> Words | None:
    """Ours for one of Discord's locales; None for a language we have not: asked two thousand times at each start."""
    return Words(locale) if pick(locale) == locale.partition("-")[0] else None


class Tree(app_commands.CommandTree[Any]):
    """Where commands begin."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let every command begin, and know that somebody waits for it."""
        interaction.client.attend(interaction)
        return True


class Face(_Bot):
    """What every connection to Discord has in common, whether it has one shard or many."""

    def __init__(self, *, sync_commands: bool, requests_per_second: int = 45, **more: Any) -> None:
        quieten()
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            http_trace=paced(requests_per_second),
            tree_cls=Tree,
            **more,
        )
        self._waiting = Waiting()
        self._sync_commands = sync_commands
        self.tree.error(self.on_command_tree_error)
        self._ws_connect = self.http.ws_connect
        self.http.ws_connect = self._connect_where_told  # type: ignore[method-assign]

    async def take(self, cogs: Sequence[commands.Cog]) -> None:
        """Put the cogs in place; before `login`."""
        await self.tree.set_translator(Translator())
        for cog in cogs:
            await self.add_cog(cog)
            self.add_dynamic_items(*getattr(cog, "items", ()))
            for menu in getattr(cog, "menus", ()):
                self.tree.add_command(menu)

    async def stay_connected(self) -> str | None:
        """
        Stay connected for as long as Discord will have us; returns why it will not, and what to do.

        Whatever else breaks the connection, a malformed event too, is told and the connection is made anew, for ever;
        discord.py itself retries only one that once stood. None: discord.py has spent this client (as it does with one
        of many shards), so another must be built.
        """
        loop = asyncio.get_running_loop()
        waits = pauses()
        while True:
            began_s = loop.time()
            try:
                await self.connect(reconnect=True)
            except Exception as error:  # noqa: BLE001 -- whatever it is, the connection is made anew
                if await self._has_lost_intent(error):
                    self._go_unread()
                elif why := for_good(error):
                    return why
                else:
                    tell_lost(error)
            if self.is_closed():
                return None
            if self._gateway is not None and self._gateway.open:  # nobody would listen to it while we pause
                with suppress(Exception):
                    await self._gateway.close(code=_RESUMABLE)
            if loop.time() - began_s > _STOOD_S:
                waits = pauses()
            await asyncio.sleep(next(waits))

    async def _connect_where_told(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        """
        Connect to the gateway the host named, if they did, with its own path and query.

        discord.py would drop their query, and go round their proxy to resume and for the first of many shards.
        """
        named = discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
        if named != _DISCORDS_GATEWAY:
            url = str(named.update_query(URL(url).query))
        return await self._ws_connect(url, compress=compress)

    def is_connected(self) -> bool:
        """Whether a gateway connection stands now; discord.py's own `is_ready` lags two seconds behind."""
        return self._gateway is not None and self._gateway.open

    @property
    def _gateway(self) -> discord.gateway.DiscordWebSocket | None:
        # None before the first connection, whatever discord.py's annotation says.
        return self.ws

    async def _has_lost_intent(self, error: Exception) -> bool:
        """Whether Discord closed because the application has the intent no longer; a spent client cannot come back."""
        if not isinstance(error, discord.PrivilegedIntentsRequired) or self.is_closed():
            return False
        try:
            application = await self.application_info()
        except (discord.HTTPException, aiohttp.ClientError, OSError):
            return False
        return self.intents.message_content and not _may_read(application.flags)

    def _go_unread(self) -> None:
        """Ask for messages without their content from now on; Discord closes the door to who asks for more."""
        self._connection._intents.message_content = False  # noqa: SLF001 -- `intents` is a copy
        log.warning(_UNREAD, extra={"action": "start_check"})

    async def setup_hook(self) -> None:
        """See whether the application has the intent; tell Discord our commands, once a start."""
        if not _may_read(self.application_flags):
            self._go_unread()
        if self._sync_commands:
            await self.tree.sync()

    async def close(self) -> None:
        """Leave Discord, and nobody without an answer."""
        await self._waiting.end()
        # discord.py's wait for the last guild outlives the client if left alone, and then fails for want of its loop.
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
        await self._waiting.broke(interaction, error)

    def attend(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody waits for the task that calls: should the bot stop meanwhile, they are told."""
        self._waiting.begin(interaction)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """A listener broke: the log says where, whoever waits for it is told; the connection lives on."""
        del kwargs
        broken = sys.exception()
        if args and isinstance(args[0], discord.Interaction) and broken is not None:
            await self._waiting.broke(args[0], broken)
            return
        log.error(
            "A listener broke",
            exc_info=True,  # noqa: LOG014 -- discord.py calls this while the exception is handled
            extra={"action": "listener_failed", "note": secrets.token_hex(3).upper(), "event": event_method},
        )


class Client(Face, commands.Bot):
    """
    One process, one connection: hears Discord and hands everything to its cogs. Workers only log in.

    Promises: where Discord ends the connection for good, notes in work can still be answered until `close`.
    """

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self._connecting: asyncio.Task[Any] | None = None

    async def connect(self, *, reconnect: bool = True) -> None:
        """As discord.py does, which would close REST too before it tells that Discord closed the gateway for good."""
        self._connecting = asyncio.current_task()
        try:
            await super().connect(reconnect=reconnect)
        finally:
            self._connecting = None

    async def close(self) -> None:
        """Leave Discord, REST too; `connect` itself does not: whoever opened the client closes it."""
        if self._connecting is None or self._connecting is not asyncio.current_task():
            await super().close()


Alone = Callable[[str], AbstractAsyncContextManager[None]]


class Shards(Face, commands.AutoShardedBot):
    """
    Some shards of many: `first` to `last`, of `count` over all processes; with none named, all that Discord advises.

    Promises: over all processes that share `alone`, no two shards of a bucket identify within five seconds.
    """

    def __init__(self, shards: ShardRange | None, *, alone: Alone, **more: Any) -> None:
        chosen: dict[str, Any] = {} if shards is None else {"shard_ids": list(shards.ids), "shard_count": shards.count}
        super().__init__(**chosen, **more)
        self._alone = alone
        self._concurrency = 0
        self._turns: set[asyncio.Task[None]] = set()

    def is_connected(self) -> bool:
        """Whether every shard's connection stands now."""
        return bool(self.shards) and not any(shard.is_closed() for shard in self.shards.values())

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until nobody else identifies in this shard's bucket, and keep it for as long as Discord wants."""
        del initial  # the first one of a process is not the first of all
        if not self._concurrency:
            self._concurrency = (await self.fetch_session_start_limits()).max_concurrency
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def turn() -> None:
            try:
                async with self._alone(f"identify {(shard_id or 0) % self._concurrency}"):
                    granted.set_result(None)
                    await asyncio.sleep(_IDENTIFY_S)
            except Exception as trouble:  # noqa: BLE001 -- whoever waits for the turn gets it
                if not granted.done():
                    granted.set_exception(trouble)

        task = asyncio.create_task(turn(), name=f"identify {shard_id}")
        self._turns.add(task)
        task.add_done_callback(self._turns.discard)
        await granted

    async def close(self) -> None:
        """Leave Discord, and give the turns back."""
        for task in self._turns:
            task.cancel()
        if self._ready is not discord.utils.MISSING:  # before a login discord.py has nothing to leave, and fails at it
            await super().close()
