"""
Buttons under an answer.

Hides how discord.py draws and routes them. Promises: a button's custom id carries all that its press needs to know, so
buttons outlive restarts; nothing is kept in memory for one that nobody presses.
"""

from collections.abc import Iterable

import discord

from bot.reply import Button

# What a press says: what to do, the key of the note, and the message meant where that is not the pressed one.
PRESSED = r"note:(?P<verb>[a-z]+):(?P<key>\d+:[0-9a-f]{8})(?::(?P<message>\d+))?"


def custom_id(verb: str, key: str, message_id: int | None = None) -> str:
    """The id `PRESSED` reads; at most 100 characters, as Discord asks."""
    return f"note:{verb}:{key}" + (f":{message_id}" if message_id is not None else "")


def row_of(buttons: Iterable[Button], key: str, message_id: int | None = None) -> discord.ui.View:
    """Buttons for an answer to the note `key`, in a view that must be stopped before it is sent."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        style = discord.ButtonStyle.danger if button.verb == "delete" else discord.ButtonStyle.secondary
        pressed = custom_id(button.verb, key, message_id)
        view.add_item(discord.ui.Button(label=button.label, style=style, custom_id=pressed))
    return view


def view_of(buttons: Iterable[Button], key: str) -> discord.ui.View | None:
    """The row of buttons to send; None for no row."""
    view = row_of(buttons, key)
    view.stop()  # discord.py would remember every view it sends; presses reach us by their custom ids
    return view if view.children else None
