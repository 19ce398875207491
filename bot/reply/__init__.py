"""
What people read: outcomes and numbers as text for Discord.

Hides splitting, escaping, subtitles and how amounts look. Promises: pure; every outcome has its text
in every language; words are never cut away; nothing a transcript contains can ping, format, link or
break out.

A transcript looks like this, and stays so, for bots that read it: the words, escaped, in one or more
messages; then, in the last one, a line `-# 0:12 · gpt-transcribe` (length, model, and what else is to be known).
The words of a sound that
hides behind a spoiler stand between `||`, in each message. A text of more than
five messages is its beginning, a line that says so, that line, and the whole as `transcript.txt`.
Every other answer ends in a line that begins with `-# `, too.
"""

from bot.reply.amounts import clock, dollars, length
from bot.reply.escape import escape, readable, unescape
from bot.reply.live import glimpse_text
from bot.reply.notices import notice_text
from bot.reply.panel import LANGUAGES, Unread, panel
from bot.reply.privacy import privacy_text
from bot.reply.quota import Change, LostLimits, beyond_text, quota_text
from bot.reply.quoted import quoted, repeated
from bot.reply.render import PARTS_LIMIT, Button, File, Reply, fix, plain, render, spoken
from bot.reply.split import split
from bot.reply.spoiler import file_name
from bot.reply.subtitles import is_whole, retimed, srt, vtt
from bot.reply.table import csv_bytes
from bot.reply.usage import Part, Refusal, brief, own_text, parts_text, usage_text

__all__ = [
    "LANGUAGES",
    "PARTS_LIMIT",
    "Button",
    "Change",
    "File",
    "LostLimits",
    "Part",
    "Refusal",
    "Reply",
    "Unread",
    "beyond_text",
    "brief",
    "clock",
    "csv_bytes",
    "dollars",
    "escape",
    "file_name",
    "fix",
    "glimpse_text",
    "is_whole",
    "length",
    "notice_text",
    "own_text",
    "panel",
    "parts_text",
    "plain",
    "privacy_text",
    "quota_text",
    "quoted",
    "readable",
    "render",
    "repeated",
    "retimed",
    "split",
    "spoken",
    "srt",
    "unescape",
    "usage_text",
    "vtt",
]
