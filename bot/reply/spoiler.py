"""
Words that stay hidden until somebody wants to see them.

Hides the bars of Discord's spoilers. Promises: pure; whatever a text says, nothing of it stands outside its bars; each
message has bars of its own; `unhidden` gives back the text that `hidden` was given.

It holds for escaped words only: in these every bar of the speaker's stands behind a backslash, so no two of them touch.
"""

import re

from bot.reply.escape import BREAK

BARS = "||"
ROOM = 2 * len(BARS) + len(BREAK)  # what hiding adds at most
PREFIX = "SPOILER_"  # Discord blurs files with such a name

_SMALL = "-# "
_HIDDEN = re.compile(r"\|\|(.+?)\|\|", re.DOTALL)


def hidden(escaped: str) -> str:
    """Escaped words between bars; one that ends in a bar itself must not lend it to the closing ones."""
    return f"{BARS}{escaped}{BREAK if escaped.endswith('|') else ''}{BARS}"


def unhidden(content: str) -> str:
    """A message of ours without its bars, if it has any: words of ours never begin with them otherwise."""
    found = _HIDDEN.match(content)
    return content if found is None else found[1] + content[found.end() :]


def hidden_again(content: str) -> str:
    """A message of ours with its words hidden, and its small print as it was; one that is hidden stays so."""
    if content.startswith(BARS):
        return content
    lines = content.split("\n")
    small: list[str] = []
    while lines and lines[-1].startswith(_SMALL):
        small.insert(0, lines.pop())
    return "\n".join([hidden("\n".join(lines)), *small]) if lines else content


def file_name(name: str, *, is_spoiler: bool) -> str:
    """What to call a file, so that it is shown as what it is."""
    return PREFIX + name if is_spoiler and not name.startswith(PREFIX) else name
