"""
Somebody's words as harmless text.

Hides Discord's markdown. Promises: `unescape(escape(text)) == text` for readable text; an escaped text
shows the same letters and does nothing else: no mention, command, time stamp, emoji, link, invite,
preview, heading, list, quote, code or spoiler.
"""

import re

from bot.signs import IGNORABLE

# Invisible, so it breaks what Discord's server looks for even where backslashes don't count (mentions
# are found in the raw text). `readable` takes it out of the words first: what stands there is ours.
BREAK = "\u200b"

_BLANKS = dict.fromkeys((0x2800, 0x3164, 0xFFA0), " ")  # letters by name, nothing to see

# What nobody sees can hide, reorder or carry words: a letter for each selector or tag. So all of it goes, but for what
# changes what is read, and only where it does, one at a time:
# - joiners behind a letter of a script that is written with them: Persian, Hindi, Bengali, Sinhala, Mongolian, others;
# - a zero-width joiner between two emoji, which makes one of them;
# - a selector behind a sign that is drawn as text or as an emoji, and within a keycap;
# - Mongolian's own selectors behind its letters, which have several shapes;
# - the tags of the three flags that are spelt with them: England, Scotland, Wales.
# Marks of direction go, too: Discord's clients find the direction of a line from its letters. So do the selectors of
# ideographs: the word stays, in its usual shape.
_JOINING = (
    "\u0620-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17b3\u17b6-\u17d3\u1807-\u180a\u1820-\u18aa\ua840-\uabff\ufb50-\ufdff"
    "\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_EMOJI = "\u2190-\u27ff\u2900-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_VARIED = f"\u00a9\u00ae\u203c\u2049\u2122\u2139{_EMOJI}"
_FLAG = "".join(f"{chr(0xE0000 + ord(sign))}" for sign in "gb")
_NATIONS = "|".join("".join(chr(0xE0000 + ord(sign)) for sign in nation) for nation in ("eng", "sct", "wls"))
# And annotations, and controls that are no blanks.
_ALL_UNSEEN = rf"{IGNORABLE}\ufff9-\ufffb\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_UNSEEN = re.compile(
    rf"""
    (?P<seen>
        (?<=[{_JOINING}])[\u200c\u200d]
      | (?:(?<=[{_EMOJI}])|(?<=[{_EMOJI}]\ufe0f))\u200d(?=[{_EMOJI}])
      | (?<=[{_VARIED}])[\ufe0e\ufe0f]
      | (?<=[0-9\#*])\ufe0f(?=\u20e3)
      | (?<=[\u1820-\u18aa])[\u180b-\u180f]
      | (?<=\U0001f3f4){_FLAG}(?:{_NATIONS})\U000e007f
    )
    | [{_ALL_UNSEEN}]
    """,
    re.VERBOSE,
)
_MAYBE_UNSEEN = re.compile(f"[{_ALL_UNSEEN}]")

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

    Controls and what Unicode calls ignorable go, blanks become one blank, and three line ends two.
    """
    # Halves of surrogate pairs cannot be sent at all.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_BLANKS)
    if _MAYBE_UNSEEN.search(text):
        text = _UNSEEN.sub(lambda found: found["seen"] or "", text)
    text = re.sub(r"\r\n?|[\v\f\x85\u2028\u2029]", "\n", text)
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
