"""
THE STORY: how a request becomes words on Discord.

Hides the order of the steps and nothing else; every step is another room's. `rules` holds what the
host decided, `accept` asks the cheap questions and opens a note, `work` turns the note into an answer,
`hearing` has the pieces heard, `calls` pays for each call. Promises: nothing is downloaded for a note that will be
refused; nothing is heard before it is paid for; an answer, once decided, survives a restart.
"""

from bot.desk.accept import Accepted, Ignored, OnDemand, Queued, Refused
from bot.desk.answers import Answers, Cost, Standing
from bot.desk.books import Books, GuildLine, GuildMonth, MemberMonth, Refusal
from bot.desk.herald import Herald
from bot.desk.lasting import Lasting
from bot.desk.missed import Missed, shard_of
from bot.desk.patience import at_start, in_the_end
from bot.desk.payers import Payer, Payers
from bot.desk.privacy import Privacy
from bot.desk.quotas import Balance, Quota, Quotas
from bot.desk.recall import Recall
from bot.desk.rules import Rules, Translator
from bot.desk.switches import Switches
from bot.desk.upkeep import Upkeep
from bot.desk.work import Desk

__all__ = [
    "Accepted",
    "Answers",
    "Balance",
    "Books",
    "Cost",
    "Desk",
    "GuildLine",
    "GuildMonth",
    "Herald",
    "Ignored",
    "Lasting",
    "MemberMonth",
    "Missed",
    "OnDemand",
    "Payer",
    "Payers",
    "Privacy",
    "Queued",
    "Quota",
    "Quotas",
    "Recall",
    "Refusal",
    "Refused",
    "Rules",
    "Standing",
    "Switches",
    "Translator",
    "Upkeep",
    "at_start",
    "in_the_end",
    "shard_of",
]
