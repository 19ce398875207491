"""
A local Discord: REST v10, gateway v10, CDN, and people, over real loopback sockets.

`async with open_discord() as discord:` serves the real, unpatched discord.py, in this event loop or from
another process. `discord.guild("Home").channel("general")` and `.member("Mina")` are places and people.
"""

from tests.world.discord.answers import Answer, NotOffered
from tests.world.discord.clock import Clock
from tests.world.discord.messages import Upload
from tests.world.discord.people import Person
from tests.world.discord.permissions import EVERYBODY, NONE, Permission
from tests.world.discord.places import Server
from tests.world.discord.rooms import Room
from tests.world.discord.server import Breach, Discord, open_discord
from tests.world.discord.state import Channel, File, Flag, Interaction, Message, Role, User

__all__ = [
    "EVERYBODY", "NONE", "Answer", "Breach", "Channel", "Clock", "Discord", "File", "Flag", "Interaction", "Message",
    "NotOffered", "Permission", "Person", "Role", "Room", "Server", "Upload", "User", "open_discord",
]  # fmt: skip
