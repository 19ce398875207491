"""
Words while they come.

Hides how much of them a message can show. Promises: one message, never over the limit; the words are as harmless as in
an answer.
"""

from bot.reply.amounts import length
from bot.reply.escape import escape, readable
from bot.reply.render import MESSAGE_LIMIT, SMALL, Button, Reply, units
from bot.reply.split import is_boundary
from bot.reply.spoiler import ROOM, hidden
from bot.words import Words

SHOWN = 1500  # signs: what fits a screen; of more, the end is what is new
_LOOKED_AT = 2500  # characters of the end, what cannot be seen among them; more is not looked at


def glimpse_text(
    text: str, words: Words, *, heard_ms: int, length_ms: int, left_ms: int | None, is_spoiler: bool = False
) -> Reply:
    """The words so far, how much of the sound they are, about how long the rest takes, and a button to stop."""
    told = [words("live.listening")]
    if heard_ms:
        told.append(words("live.share", percent=heard_ms * 100 // max(length_ms, 1)))
    if left_ms:
        told.append(words("live.left", left=length(left_ms, words, round_up=True)))
    last = SMALL + " · ".join(told)
    shown = readable(text[-_LOOKED_AT:])
    if len(text) > _LOOKED_AT:
        shown = f" {shown}"  # it is no beginning, however little is left of it
    if shown.strip():
        end = _end(shown, min(SHOWN, MESSAGE_LIMIT - units(last) - 1 - ROOM))
        last = f"{hidden(end) if is_spoiler else end}\n{last}"
    return Reply((last,), buttons=(Button("stop", words("button.stop")),))


def _end(text: str, room: int) -> str:
    """All of it, or as much of its end as there is room for; it begins with a whole word where one is near."""
    lead = "… "
    is_whole = len(text) <= room and units(escape(text)) <= room
    start = 0 if is_whole else max(1, len(text) - room)
    while start and (over := units(lead + escape(text[start:])) - room) > 0:
        start += max(room // 64, over // 3)  # no sign counts more than three
    if not start:
        return escape(text)
    blank = text.find(" ", start, start + 80)
    start = blank + 1 if blank >= 0 else start
    while not is_boundary(text, start):
        start += 1
    return lead + escape(text[start:])
