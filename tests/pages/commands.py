"""docs/commands.md: what the bot told Discord it can do, and what its command line takes."""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.__main__ import _parser
from cogs.quota import Right, Slip, Wish
from tests.world.bot import running
from tests.world.discord import Permission, open_discord
from tests.world.openai import Scripted, open_openai

HEAD = """\
# Commands

<!-- Written by `make pages` from what the bot tells Discord, and from its command line. -->

## On Discord

Names and descriptions are shown in each person's own language. [The host](billing.md) is who owns the application at
Discord, or its team.

"""
MESSAGE_MENU = 3
SUB_COMMANDS = (1, 2)
PERMISSIONS = {int(Permission.MANAGE_GUILD): "Manage Server", 8: "Administrator", 0: "nobody, until a server says who"}


def page_of(registered: list[dict[str, Any]]) -> str:
    """The whole page, with the commands `told` found."""
    lines = [HEAD + "| Command | 한국어 | Who | What it does |", "| --- | --- | --- | --- |"]
    for command in registered:
        lines += rows(command)
    lines += [
        "",
        "## On your machine",
        "",
        "Each as `.venv/bin/python -m bot COMMAND` in Earshot's folder, in a container `python -m bot COMMAND`.",
        "",
    ]
    lines += ["| Command | What it does |", "| --- | --- |", *terminal()]
    return "\n".join(lines) + "\n"


async def told() -> list[dict[str, Any]]:
    """The commands as a bot registers them, by name."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_discord() as discord, open_openai(ears=Scripted("")) as openai:
            discord.guild("Home")
            env = {**discord.env, **openai.env, "DATABASE_URL": f"sqlite:///{Path(folder) / 'earshot.db'}"}
            async with running(env):
                await discord.ready(seconds=60)
                known = list(discord.world.commands[None].values())
    return sorted(known, key=lambda command: (command["type"], command["name"]))


def rows(command: dict[str, Any], parent: str = "", who: str = "") -> Iterator[str]:
    """One row a command; sub-commands have rows of their own."""
    slash = "" if command["type"] == MESSAGE_MENU or parent else "/"
    name = f"{parent}{slash}{command['name']}"
    who = who or _who(command.get("default_member_permissions"))
    options = command.get("options", [])
    subs = [option for option in options if option["type"] in SUB_COMMANDS]
    if subs:
        for sub in sorted(subs, key=lambda sub: sub["name"]):
            yield from rows(sub, f"{name} ", _quota_who(sub["name"]) if name == "/quota" else who)
        return
    korean = command.get("name_localizations") or {}
    does = _told(command) or "the same, from the menu of a message"
    given = "; ".join(f"`{option['name']}`: {_told(option)}" for option in options)
    yield f"| `{name}` | {korean.get('ko', '')} | {who} | {does}{f' ({given})' if given else ''} |"


def terminal() -> Iterator[str]:
    """The command line's own list."""
    parser = _parser()
    (commands,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for choice in commands._choices_actions:
        takes = [
            (action.option_strings[0] if action.option_strings else action.dest.upper())
            for action in commands.choices[choice.dest]._actions
            if action.dest != "help"
        ]
        yield f"| `{' '.join([choice.dest, *takes])}` | {choice.help} |"


def _told(one: dict[str, Any]) -> str:
    """What people with an English Discord read."""
    return str((one.get("description_localizations") or {}).get("en-US") or one.get("description") or "")


def _quota_who(verb: str) -> str:
    """Discord knows nothing of the host; who may change a whole server's limits is asked of the cog."""
    answer = Right(1, is_host=False).account(Wish(is_grant=verb == "grant"))
    return "the host; members and roles: Manage Server" if answer is Slip.HOST_GRANTS else "Manage Server, the host"


def _who(permissions: str | None) -> str:
    return "everybody" if permissions is None else PERMISSIONS.get(int(permissions), f"permission {permissions}")
