"""
Somebody's words as harmless text.

Hides Discord's markdown. Promises: `unescape(escape(text)) == text` for readable text; an escaped text
shows the same letters and does nothing else: no mention, command, time stamp, emoji, link, invite,
preview, heading, list, quote, code or spoiler.
"""

import re
import unicodedata

# Invisible, so it breaks what Discord's server looks for even where backslashes don't count (mentions
# are found in the raw text). `readable` takes it out of the words first: what stands there is ours.
BREAK = "\u200b"

# Signs that show nothing but hide, reorder or join: soft hyphen, zero-width space, word joiner, byte
# order mark, bidi overrides and isolates, annotations. ZWJ and ZWNJ stay: emoji and many scripts need them.
_TRICKS = dict.fromkeys(
    (0xAD, 0x180E, 0x200B, 0xFEFF, *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFFF9, 0xFFFC))
)
_BLANKS = dict.fromkeys((0x2800, 0x3164, 0xFFA0), " ")  # letters by name, nothing to see

_ACTIVE = re.compile(
    r"""
      (?P<line>    ^[ ]* (?: [#>+-] | \d+(?=[.)]) ) )      # heading, quote, list, subtext
    | (?P<mark>    [\\*_~`|\[] )                           # emphasis, strike, code, spoiler, masked link
    | (?P<angle>   < )                                     # mention, command, time stamp, emoji, link
    | (?P<crowd>   @(?=everyone|here) )
    | (?P<emoji>   :(?=(?:\d{3,4}|[+-]1|\d*[a-z_][\w+-]*):) )
    | (?P<address> (?<=[a-z]):(?=//) )                     # links and their previews
    | (?P<invite>  (?<=discord)\.(?=gg|gift|new|com) | (?<=discordapp)\. )  # cards that need no scheme
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE | re.ASCII,
)


def readable(text: str) -> str:
    """
    Take out what nobody can see; every visible sign and every break stays.

    Controls and zero-width tricks go, blanks become one blank, and three line ends two.
    """
    # Halves of surrogate pairs cannot be sent at all.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_TRICKS).translate(_BLANKS)
    text = re.sub(r"\r\n?|[\v\f\x85\u2028\u2029]", "\n", text)
    text = "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign) != "Cc")
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()


def escape(text: str) -> str:
    """Disarm everything Discord would act upon."""
    return _ACTIVE.sub(_disarm, text)


def unescape(text: str) -> str:
    """Give back what `escape` was given, from what stands in a message."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text.replace(BREAK, ""))


def _disarm(found: re.Match[str]) -> str:
    sign = found[0]
    match found.lastgroup:
        case "crowd":
            return sign + BREAK
        case "angle":
            return "\\" + sign + BREAK
        case "line" if sign[-1].isdigit():
            return sign + "\\"  # "1." becomes "1\."
        case _:
            return f"{sign[:-1]}\\{sign[-1]}"
