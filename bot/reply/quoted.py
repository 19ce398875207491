"""
An answer said once more.

Promises: pure; never over the limit, and never a part of an answer as if it were all of it; what was hidden stays
hidden, and for a spoiler (`is_spoiler`) every answer is.
"""

from bot.reply.render import MESSAGE_LIMIT, SMALL, units
from bot.reply.spoiler import hidden_again


def quoted(content: str, link: str, *, is_spoiler: bool = False) -> str | None:
    """
    What stands in the first message of an answer, and below it the way there; None where the way has to do.

    The small print ends an answer: without it the words go on in the next message.
    """
    if not content.rpartition("\n")[2].startswith(SMALL):
        return None
    whole = f"{_shown(content, is_spoiler=is_spoiler)}\n{link}"
    return whole if units(whole) <= MESSAGE_LIMIT else None


def repeated(content: str, link: str, *, is_spoiler: bool = False) -> str:
    """An answer in one message, to go with its files: with the way below it where there is room, else one of them."""
    again = _shown(content, is_spoiler=is_spoiler)
    return quoted(content, link, is_spoiler=is_spoiler) or (again if units(again) <= MESSAGE_LIMIT else link)


def _shown(content: str, *, is_spoiler: bool) -> str:
    return hidden_again(content) if is_spoiler else content
