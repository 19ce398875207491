"""
What people read: outcomes and numbers as text for Discord.

Hides splitting, escaping, subtitles and how amounts look. Promises: pure; every outcome has its text
in every language; words are never cut away; nothing a transcript contains can ping, format, link or
break out.

A transcript looks like this, and stays so, for bots that read it: the words, escaped, in one or more
messages; then, in the last one, a line `-# 0:12 · gpt-transcribe` (length, model, and what else is to be known).
A text of more than
five messages is its beginning, a line that says so, that line, and the whole as `transcript.txt`.
Every other answer ends in a line that begins with `-# `, too.
"""

from bot.reply.amounts import clock, dollars, length
from bot.reply.escape import escape, readable, unescape
from bot.reply.live import glimpse_text
from bot.reply.notices import notice_text
from bot.reply.panel import LANGUAGES, panel
from bot.reply.privacy import privacy_text
from bot.reply.quota import Change, beyond_text, quota_text
from bot.reply.render import PARTS_LIMIT, Button, File, Reply, fix, plain, render, spoken
from bot.reply.split import split
from bot.reply.subtitles import retimed, srt, vtt
from bot.reply.table import csv_bytes
from bot.reply.usage import Part, Refusal, brief, own_text, parts_text, usage_text

__all__ = [
    "LANGUAGES",
    "PARTS_LIMIT",
    "Button",
    "Change",
    "File",
    "Part",
    "Refusal",
    "Reply",
    "beyond_text",
    "brief",
    "clock",
    "csv_bytes",
    "dollars",
    "escape",
    "fix",
    "glimpse_text",
    "length",
    "notice_text",
    "own_text",
    "panel",
    "parts_text",
    "plain",
    "privacy_text",
    "quota_text",
    "readable",
    "render",
    "retimed",
    "split",
    "spoken",
    "srt",
    "unescape",
    "usage_text",
    "vtt",
]
