"""
Messages that are edited in answer to presses: of several presses the last one decides what they show.

Hides what was pressed meanwhile, and what the message has attached by now. Promises: edits of one message never cross,
unless Discord keeps one for longer than people wait, and then the last press is shown once more after it; decisions
about one thing are taken in the order of the presses.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord

log = logging.getLogger(__name__)

_KEPT = 256  # messages remembered: what was pressed on earlier ones Discord has told in full by then
_PATIENCE_S = 1.0  # how long an edit is waited for that Discord has not answered

Edit = Callable[[discord.Message | None], Awaitable[discord.Message | None]]


class _Panel:
    """One message, and what became of it since it was first pressed on."""

    def __init__(self) -> None:
        self.last = 0
        self.stands: discord.Message | None = None  # as Discord gave it back; None: nobody knows
        self.edits: set[asyncio.Future[None]] = set()
        self.begun = 0
        self.deciding = asyncio.Lock()
        self.decided: dict[str, int] = {}


class Turns:
    """The panels of one process; all presses on a message come to the same one."""

    def __init__(self) -> None:
        self._panels: OrderedDict[int, _Panel] = OrderedDict()

    def take(self, interaction: discord.Interaction[Any]) -> "Turn":
        """The turn of a press that has just come, the last one so far on its message; take it before you wait."""
        message = interaction.message
        panel = self._panels.setdefault(message.id, _Panel()) if message is not None else _Panel()
        if message is not None:
            self._panels.move_to_end(message.id)
            if len(self._panels) > _KEPT:
                self._panels.popitem(last=False)
            # The event may be older than our last edit, or newer than all we know.
            if not panel.edits and (panel.stands is None or _edited(message) > _edited(panel.stands)):
                panel.stands = message
        panel.last = max(panel.last, interaction.id)
        return Turn(panel, interaction)


class Turn:
    """One press, from its arrival to what it shows."""

    def __init__(self, panel: _Panel, interaction: discord.Interaction[Any]) -> None:
        self._panel = panel
        self._interaction = interaction
        self.crosses = False  # whether the edit that is made crosses another one, which may name what is attached

    @property
    def is_last(self) -> bool:
        """Whether nobody has pressed since."""
        return self._panel.last == self._interaction.id

    @property
    def stands(self) -> discord.Message | None:
        """The message as it is now, by all that is known; None while nobody can say."""
        return self._panel.stands

    @asynccontextmanager
    async def deciding(self, *what: str) -> AsyncIterator[bool]:
        """One decision at a time; False where a later press has already decided one of these."""
        panel, own = self._panel, self._interaction.id
        async with panel.deciding:
            is_due = all(panel.decided.get(each, 0) < own for each in what)
            yield is_due
            if is_due:
                panel.decided |= dict.fromkeys(what, own)

    def replaces(self) -> None:
        """What is attached changes with the edit that is sent now: until it is answered, nobody knows to what."""
        self._panel.stands = None

    async def show(self, edit: Edit) -> None:
        """
        Have `edit` change the message, if this is still the last press; it is acknowledged in any case.

        `edit` is handed the message as it stands, None where nobody knows: then it may name no attachment of it. It
        says `replaces` before it changes what is attached (if it `crosses`, all of that has to stay), returns the
        message as Discord gave it back, and may be called twice.
        """
        others = set(self._panel.edits)
        if others:
            await asyncio.wait(others, timeout=_PATIENCE_S)
        late = {each for each in others if not each.done()}
        await self._edit(edit, crossing=bool(late))
        if late:
            await asyncio.wait(late)
            await self._edit(edit, crossing=False)
        if not self._interaction.response.is_done():
            await self._interaction.response.defer()

    async def _edit(self, edit: Edit, *, crossing: bool) -> None:
        if not self.is_last:
            return
        panel = self._panel
        panel.begun += 1
        begun = panel.begun
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        panel.edits.add(ended)
        try:
            self.crosses = crossing
            found = await edit(panel.stands)
            if not crossing and begun == panel.begun:  # of two that crossed, nobody knows which one stands
                panel.stands = found
        except (discord.DiscordException, aiohttp.ClientError, OSError) as refusal:
            if self.is_last:
                raise
            log.debug("An earlier press could not be shown: %s", refusal, extra={"action": "press_over"})
        finally:
            panel.edits.discard(ended)
            ended.set_result(None)


def _edited(message: discord.Message) -> float:
    return (message.edited_at or message.created_at).timestamp()
