"""
The bot most people write first, to be measured beside ours: `python -m bench --compare "python bench/peer/plain.py"`.

One script: discord.py, pydub and OpenAI's client as their first pages of documentation show them.
"""

import io
import os

import discord
from openai import OpenAI
from pydub import AudioSegment

client = discord.Client(intents=discord.Intents(guilds=True, guild_messages=True, message_content=True))
openai = OpenAI()


@client.event
async def on_message(message: discord.Message) -> None:
    """Answer every attachment that says it is sound."""
    for attachment in message.attachments:
        if message.author.bot or not (attachment.content_type or "").startswith("audio"):
            continue
        waiting = await message.reply("Transcribing...")
        # Naming the codec spares pydub a look with ffprobe, which need not be installed here.
        sound = AudioSegment.from_file(io.BytesIO(await attachment.read()), format="ogg", codec="opus")
        file = io.BytesIO()
        sound.export(file, format="wav")
        heard = openai.audio.transcriptions.create(model="gpt-transcribe", file=("audio.wav", file))
        await waiting.edit(content=heard.text[:1900])


client.run(os.environ["DISCORD_TOKEN"])
