"""
Leads an unmodified bot here: Python imports this by itself where the folder is on its PYTHONPATH.

discord.py has no setting for Discord's address, so it is told before the bot's own code runs. Other libraries find
DISCORD_API_URL and DISCORD_GATEWAY_URL in their environment; OpenAI's client reads OPENAI_BASE_URL by itself.
"""

import os

import discord
from yarl import URL

discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["DISCORD_GATEWAY_URL"])
