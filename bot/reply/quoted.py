"""
An answer said once more.

Promises: pure; never over the limit, and never a part of an answer as if it were all of it.
"""

from bot.reply.render import MESSAGE_LIMIT, SMALL, units


def quoted(content: str, link: str) -> str | None:
    """
    What stands in the first message of an answer, and below it the way there; None where the way has to do.

    The small print ends an answer: without it the words go on in the next message.
    """
    whole = f"{content}\n{link}"
    ends = content.rpartition("\n")[2].startswith(SMALL)
    return whole if ends and units(whole) <= MESSAGE_LIMIT else None
