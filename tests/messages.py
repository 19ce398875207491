"""
docs/messages.md: every refusal and every alert as people read it, in every language.

`python -m tests.messages` writes it anew; tests/test_messages.py fails when it is stale.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.outcome import Outcome, Transcript, kind
from bot.reply import fix, notice_text, render
from bot.words import Words, catalogues
from tests.test_notices import ALL
from tests.test_reply import EVERY

FILE = Path(__file__).parents[1] / "docs" / "messages.md"
COMMAND = ".venv/bin/python -m tests.messages"
NAMES = {"en": "English", "ko": "한국어"}
REF = "K3F7A"
# What commands answer instead of doing what was asked: keys without anything to fill in, by their beginnings.
SLIPS = ("transcribe.", "usage.managers_only", "usage.servers_only", "usage.no_picture", "quota.refused.", "settings.")
HEAD = f"""# What Earshot says when something is in the way

Every refusal and every alert, as people see it, in every language. A test prints this page and fails when it is stale;
`{COMMAND}` writes it anew. Dates and times are Discord's own: each reader sees them in their language and time zone.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, "## Answers to a note\n", "The reply under the note; only the words themselves are left out here.\n"]
    for outcome in EVERY:
        if not isinstance(outcome, Transcript):
            parts += _section(_name(outcome), {name: _refusal(outcome, name) for name in Words.locales})
            if remedy := fix(outcome, Words("en")):
                parts.append(f"In the host's log: {remedy}\n")
    parts.append("## Alerts\n")
    parts.append("Said once, to a server's alerts channel or to the people who run the bot.\n")
    for notice in ALL:
        parts += _section(_name(notice), {name: notice_text(notice, Words(name)) for name in Words.locales})
    parts.append("## Commands that could not do it\n")
    parts.append("Only the person who gave the command sees these.\n")
    for key in slips():
        parts += _section(f"`{key}`", {name: catalogues()[name][key] for name in Words.locales})
    return "\n".join(parts)


def slips() -> list[str]:
    """The keys of all texts with nothing to fill in that a command answers when it refuses."""
    return [key for key, text in catalogues()["en"].items() if key.startswith(SLIPS) and "{" not in text]


def _refusal(outcome: Outcome, locale: str) -> str:
    return render(outcome, Words(locale), ref=REF, guild_id=9).parts[0]


def _section(title: str, texts: dict[str, str]) -> Iterator[str]:
    yield f"### {title}\n"
    for locale, text in texts.items():
        yield f"*{NAMES[locale]}*\n"
        yield "\n".join(f"> {line}".rstrip() for line in seen(text, locale).split("\n")).replace("\n", "\n>\n") + "\n"


def _name(case: object) -> str:
    """What tells this case from the others, in words: Over quota (guild)."""
    name = kind(case) if isinstance(case, Outcome) else type(case).__name__
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
    told = [str(getattr(case, field)) for field in ("scope", "why", "fault") if hasattr(case, field)]
    if hasattr(case, "percent"):
        told.append(f"{case.percent} %")
    if hasattr(case, "money"):
        told.append("dollars" if case.money else "time")
    if getattr(case, "readable_ms", None):
        told.append("in part readable")
    return f"{spaced} ({', '.join(told)})" if told else spaced


def seen(text: str, locale: str) -> str:
    """Discord's marks as its client shows them."""

    def day(found: re.Match[str]) -> str:
        moment = datetime.fromtimestamp(int(found[1]), tz=UTC)
        plain = f"{moment.year}년 {moment.month}월 {moment.day}일"
        return plain if locale == "ko" else f"{moment:%B} {moment.day}, {moment.year}"

    text = re.sub(r"<t:(\d+):D>", day, text)
    text = re.sub(r"<t:\d+:R>", "6일 후" if locale == "ko" else "in 6 days", text)
    return re.sub(r"^-# (.*)", r"<sub>\1</sub>", text, flags=re.MULTILINE)


if __name__ == "__main__":
    FILE.write_text(page(), "utf-8")
