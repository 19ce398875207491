"""
Milliseconds, bytes, micro-dollars and moments, as people read them.

Hides rounding. Promises: what is needed is rounded up, what is left is rounded down, and nothing
that costs something is ever shown as free.
"""

from datetime import UTC, datetime

from bot.words import Words

_UNITS = (("hours", 3600), ("minutes", 60), ("seconds", 1))
_DOLLAR = 1_000_000  # micro-dollars
_MEGABYTE = 1024 * 1024  # as Discord counts


def length(ms: int, words: Words, *, round_up: bool = False) -> str:
    """Hours, minutes and seconds in words."""
    seconds = -(-ms // 1000) if round_up else ms // 1000
    parts = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(words(f"unit.{unit}", n=count))
    return " ".join(parts) or words("unit.seconds", n=0)


def clock(ms: int, *, round_up: bool = False) -> str:
    """A place in a clip, or a length in a table, as players show it: 0:12, 1:02:05."""
    minutes, seconds = divmod(-(-ms // 1000) if round_up else ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def dollars(usd_micros: int, *, round_down: bool = False) -> str:
    """Cents from a dollar up; below that every digit that isn't zero: three seconds cost $0.000225."""
    if usd_micros >= _DOLLAR:
        return f"${(usd_micros + (0 if round_down else 5_000)) // 10_000 / 100:,.2f}"
    cents, rest = divmod(usd_micros, 10_000)
    return f"$0.{cents:02}" + f"{rest:04}".rstrip("0")


def megabytes(size: int, words: Words, *, round_up: bool = False) -> str:
    """Bytes as megabytes with one decimal where it says something."""
    tenths = (-(-size * 10 // _MEGABYTE)) if round_up else size * 10 // _MEGABYTE
    return words("unit.megabytes", n=f"{tenths // 10:,}" if tenths % 10 == 0 else f"{tenths / 10:,.1f}")


def amount(value: int, words: Words, *, money: bool, round_up: bool = False) -> str:
    """Micro-dollars or milliseconds."""
    return dollars(value, round_down=not round_up) if money else length(value, words, round_up=round_up)


def role_name(role_id: int | None, words: Words) -> str:
    """A role, shown by Discord by its name; None where only its owner knows which."""
    return words("role.some") if role_id is None else f"<@&{role_id}>"


def date(at_ms: int, *, plain: bool) -> str:
    """A day: Discord shows it in the reader's language and time zone; `plain` is for other places."""
    return f"{datetime.fromtimestamp(at_ms / 1000, tz=UTC):%Y-%m-%d %H:%M} UTC" if plain else f"<t:{at_ms // 1000}:D>"


def distance(at_ms: int) -> str:
    """How far away a moment is, counted by Discord while people look at it."""
    return f"<t:{at_ms // 1000}:R>"
