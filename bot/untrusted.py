"""
Texts of strangers, made fit to be shown on a line: a provider's error, Discord's refusal, a file's name.

Hides which signs are unseen and what secrets look like. Promises: what `one_line` gives back is one line however the
text is read, holds no sign that moves a cursor or turns the direction of reading, and is no longer than asked for.
"""

import re
from typing import Any

from bot.signs import IGNORABLE

# Unicode's controls, line and paragraph separators, halves of surrogate pairs, and all that is never seen, but for the
# two joiners and two selectors that emoji and several scripts are written with.
_SEEN = "\u200c\u200d\ufe0e\ufe0f"
_UNSEEN = re.compile(
    rf"(?![{_SEEN}])[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufff9-\ufffb{IGNORABLE}]",
)
_WRITTEN = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# A plain name as APIs give to errors: "invalid_value", "file", "languages[0]".
_NAME = re.compile(r"[A-Za-z0-9_][\w.:/\[\]-]{0,63}", re.ASCII)
# Whatever library or server quotes one. Every repetition is bounded, so that no text takes long to be searched.
_SECRET = re.compile(
    r"(?<![\w-])[\w-]{20,100}\.[\w-]{6}\.[\w-]{20,200}"  # a Discord token
    r"|(?<![\w-])(?:sk|gsk|hf|ghp|gho|xox[abp])[_-][\w-]{8,400}|(?<![\w-])(?:AIza[\w-]{20,100}|AKIA[A-Z0-9]{12,40})"
    r"|(?<![\w-])eyJ[\w-]{8,2000}\.[\w-]{4,4000}(?:\.[\w-]{0,1000})?"  # a JSON Web Token
    r"|(?i:(?<=\bbearer )|(?<=\bbearer: ))[\w.~+/=-]{8,4000}"
    r"|(?i:(?<=\bbasic ))(?=[a-z+/]{0,1000}[A-Z0-9+/=])[A-Za-z0-9+/]{8,2000}={0,2}"
    r"|(?<=/webhooks/)\d{1,25}/[\w.-]{1,400}"  # an interaction's or a webhook's
    r"|(?<=://)[^\s/?#@]{1,1000}(?=@)"  # user and password of an address
    r"|(?<=[?&])(?:ex|is|hm)=[^\s\"&]{1,400}"  # Discord's signature of an attachment
    r"|(?i:(?<=[?&])[\w.-]{0,40}(?:sig|key|token|secret|passw|auth|credential)[\w.-]{0,40}=)[^\s\"'&]{1,4000}"
    r"|(?i:\b(?:x-)?(?:api[-_]?key|client[-_]?secret|password|authorization)[\"']?[:=] ?[\"']?)[^\s\"',}]{8,4000}"
)
_BLANK = "(secret)"
_SEARCHED = 20_000  # characters of a text that are looked at; nobody reads more on a line


def without_secrets(text: str) -> str:
    """The text with tokens, keys, passwords and signatures blanked."""
    return _SECRET.sub(_BLANK, text)


def one_line(text: str, most: int = 1_000) -> str:
    """The text on one line, at most `most` characters of it: unseen signs written out as escapes, secrets blanked."""
    text = escaped(without_secrets(text[:_SEARCHED]))
    return text if len(text) <= most else text[: most - 1] + "…"


def escaped(text: str, *, keep: str = "") -> str:
    """The text with every unseen sign but those of `keep` written out, such as a line break as a backslash and an n."""
    return _UNSEEN.sub(
        lambda found: found[0] if found[0] in keep else _WRITTEN.get(found[0]) or _escape(found[0]), text
    )


def json_escaped(text: str) -> str:
    """The same for text that is JSON already, whose strings may hold unseen signs; read back they are as they were."""

    def pair(found: re.Match[str]) -> str:
        units = found[0].encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))

    return _UNSEEN.sub(pair, text)


def plain_name(value: Any) -> str:
    """A name such as an error's code, or nothing where it is no short plain one (or looks like a secret)."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
        value = str(value)
    if not isinstance(value, str) or not _NAME.fullmatch(value) or _SECRET.search(value):
        return ""
    return value


def _escape(sign: str) -> str:
    code = ord(sign)
    if code < 0x100:  # noqa: PLR2004 - two digits are enough
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - likewise four
