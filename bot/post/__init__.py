"""
Discord for the core: messages become requests, outcomes become replies.

Hides discord.py's objects, the CDN's signed addresses, nonces, tokens that expire and rights that are
missing. Works by REST alone: no gateway connection is needed to answer. Promises: nothing it posts
pings anybody; bytes come only from the allowed hosts, never through a redirect, never more than asked for.
"""

from bot.post.access import Access
from bot.post.buttons import PRESSED, custom_id, row_of
from bot.post.courier import DiscordCourier
from bot.post.links import Link, is_guest, is_here, link_in, linked
from bot.post.looking import gone
from bot.post.offering import OFFERED, offer_view
from bot.post.placing import may_post, may_post_elsewhere
from bot.post.pressing import pressable
from bot.post.reading import (
    Source,
    asked_for,
    language_of,
    left_out,
    parent_of,
    payer_of,
    request_of,
    requests_in,
    roles_of,
)
from bot.post.refusals import REFUSED, is_gone, legible, passes, why_of
from bot.post.turns import Turn, Turns
from bot.request import Removal

__all__ = [
    "OFFERED",
    "PRESSED",
    "REFUSED",
    "Access",
    "DiscordCourier",
    "Link",
    "Removal",
    "Source",
    "Turn",
    "Turns",
    "asked_for",
    "custom_id",
    "gone",
    "is_gone",
    "is_guest",
    "is_here",
    "language_of",
    "left_out",
    "legible",
    "link_in",
    "linked",
    "may_post",
    "may_post_elsewhere",
    "offer_view",
    "parent_of",
    "passes",
    "payer_of",
    "pressable",
    "request_of",
    "requests_in",
    "roles_of",
    "row_of",
    "why_of",
]
