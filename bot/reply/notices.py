"""
Notices as people read them: what happened, what it means, what to do.

Promises: one message each, in every language, with nothing in it that pings.
"""

from typing import assert_never

from bot.notice import (
    GuildUsed,
    HostUsed,
    Introduction,
    MissingRight,
    ModelEnds,
    Notice,
    ProviderBack,
    ProviderStopped,
    TranslationEnds,
)
from bot.reply.amounts import amount, date, length
from bot.reply.escape import escape
from bot.words import Words

_ALL = 100  # percent


def notice_text(notice: Notice, words: Words, *, plain: bool = False) -> str:  # noqa: PLR0911 -- one for each case
    """A notice in full; `plain` is for the log, where Discord's own marks mean nothing."""
    match notice:
        case GuildUsed(percent, used, limit, resets):
            return words(
                "notice.guild_all" if percent >= _ALL else "notice.guild_used",
                percent=percent,
                used=length(used, words, round_up=True),
                limit=length(limit, words),
                date=date(resets, plain=plain),
            )
        case HostUsed(percent, used, limit, money, resets):
            return words(
                "notice.host_all" if percent >= _ALL else "notice.host_used",
                percent=percent,
                used=amount(used, words, money=money, round_up=True),
                limit=amount(limit, words, money=money),
                date=date(resets, plain=plain),
            )
        case ModelEnds(model, day, days, successor):
            names = {"model": model, "successor": successor}
            names = names if plain else {key: escape(name) for key, name in names.items()}
            return words("notice.model_ends", day=day, days=days, **names)
        case TranslationEnds(model, day, days):
            return words("notice.translation_ends", day=day, days=days, model=model if plain else escape(model))
        case ProviderStopped(code):
            return words("notice.provider_stopped", code=code if plain else escape(code))
        case MissingRight(channel_id, right):
            return words(f"notice.lacks.{right}", channel=f"<#{channel_id}>")
        case Introduction(at_openai, days):
            return words(
                "notice.introduction",
                service=words("notice.at_openai" if at_openai else "notice.elsewhere"),
                days=words("privacy.days", n=days),
            )
        case ProviderBack():
            return words("notice.provider_back")
        case _:
            assert_never(notice)
