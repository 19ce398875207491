"""
What the database keeps about people and places: every table and column, why, and until when; in this one place.

Hides nothing: data. Promises: a column that is not named here fails a test on both engines; the table in
docs/privacy.md is written from LINES; what goes with a channel or a server is deleted by `gone_with`, what is counted
for a member by `COUNTED`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Holds = Literal[
    "member", "server", "channel", "message", "role", "attachment", "account", "address", "sound", "code", "token",
    "words", "settings",
]  # fmt: skip
"""
Whose id a column has, or what else tells about somebody. `attachment`: a key that begins with the attachment's id;
`account`: a name with ids in it (`member:<server>:<member>`); `sound`: a fingerprint; `code`: a keyed hash.
"""
Last = Literal["work", "hour", "day", "notes", "replies", "month", "left", "year", "wish", "always"]
"""
The last day: when the work is done; an hour or a day after; `privacy.notes_days` after; `privacy.replies_days` after;
when the month is over; with the server (`privacy.left_server_days` after it removed us); a year; until the wish ends;
never.
"""
Event = Literal["channel", "server"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of docs/privacy.md: what is kept, why, and how long, in words and as data."""

    what: str
    why: str
    how_long: str
    last: Last


LINES: Mapping[str, Line] = {
    "note": Line(
        "of each note: the ids of its attachment, message, channel and server, of who spoke and of who asked for it; "
        "its kind, size and length, a fingerprint of its bytes, how it ended, and when which part was said (numbers)",
        "to answer once, to bill once, to know a forward again, and for the buttons below the answer",
        "`privacy.notes_days`, 30 days after it was last asked for",
        "notes",
    ),
    "work": Line(
        "while a note is in work: its signed address, the roles and the language of who asked, and the words",
        "to fetch it, to know whose share pays, to answer",
        "until it is answered",
        "work",
    ),
    "address": Line(
        "the signed address of a file that came with a command, or of a sound where the bot itself is no member",
        "to hear it anew when somebody presses the button: Discord cannot be asked for it again",
        "one day: then Discord takes it no more",
        "day",
    ),
    "token": Line(
        "the token of a command",
        "to answer it; of a private answer, to read it back to the one who got it",
        "until answered; in memory alone, and only of private answers, up to 14 minutes",
        "hour",
    ),
    "repeat": Line(
        "a fingerprint of each sound, with the server or the person that paid for it",
        "to quote what was heard before, instead of hearing it again",
        "`quota.repeat_hours`, one day",
        "day",
    ),
    "refusal": Line(
        "per refusal: who, where, when, why",
        "to tell those who manage the server",
        "`privacy.notes_days`, 30 days",
        "notes",
    ),
    "button": Line(
        "the ids of a message and of the button that offers to hear it",
        "so that it is offered once, and goes with the message",
        "`privacy.notes_days`, 30 days",
        "notes",
    ),
    "trace": Line(
        "the ids of a reply and of the message it answers, without anybody's name",
        "so that the reply goes when its note is deleted",
        "`privacy.replies_days`, 365 days",
        "replies",
    ),
    "unwanted": Line(
        "the ids of a reply that nobody wants",
        "to delete it on Discord",
        "until it is deleted; where that is refused, `privacy.replies_days`, 365 days",
        "replies",
    ),
    "mark": Line(
        "of each channel the id of the last note that was read there",
        "to find what was missed while the bot was off",
        "until the channel or the server is gone, or `privacy.replies_days` without a note",
        "replies",
    ),
    "bill": Line(
        "one line for each answered note: who asked, in which channel, when, how long",
        "the bill, for members and for those who manage the server",
        "who and where: `privacy.notes_days`, 30 days; the amounts stay",
        "notes",
    ),
    "sum": Line(
        "what each member, and each role, used in a month",
        "their limits",
        "until that month is over (in the server's time zone, and as long after it as notes may be read back, "
        "`listen.catch_up_minutes`, an hour); a sum without a name stays",
        "month",
    ),
    "server": Line(
        "a server's id with its minutes and costs per month, the host's limit for it, and the time zone of its months",
        "the bill, and that the month goes on should it have the bot again",
        "stays: it names no person",
        "always",
    ),
    "limit": Line(
        "limits that managers set for a member or a role",
        "to keep to them",
        "until they are taken back, or the server has removed the bot; what was granted for a month, until it is over",
        "left",
    ),
    "decision": Line(
        "who decided which limit, about whom",
        "so that managers see who changed what (`/quota show`)",
        "a year, or until that person is forgotten or the server has removed the bot; that it was decided stays",
        "year",
    ),
    "settings": Line(
        "a server's settings, with the channels and roles they name; not who made them",
        "to follow them",
        "until they are changed, the channel is gone, or the server has removed the bot",
        "left",
    ),
    "told": Line(
        "what a server was told once, such as how far its month is used, or which right is missing in which channel",
        "so that it is told once",
        "`privacy.replies_days`, 365 days, the channel's until that is gone; that "
        "it knows what the bot is, until it removes it",
        "replies",
    ),
    "leaving": Line(
        "the number of who asked to be forgotten, of a channel that is gone, or of a server that removed the bot",
        "to carry it out to its end",
        "until it is done: seconds, or as long as the database is in trouble; of a server `privacy.left_server_days`, "
        "7 days",
        "left",
    ),
    "code": Line(
        "of somebody who was forgotten: limits others set for them, this month's minutes, how often they asked within "
        "a minute; under a code instead of their id",
        "so that nobody passes a limit by being forgotten",
        "as long as each binds: see below",
        "left",
    ),
    "out": Line("an opt-out: the account's id and the moment", "to keep to it", "until they opt in again", "wish"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column that tells about somebody: what it holds, and which of LINES says why and how long."""

    table: str
    name: str
    holds: Holds
    line: str


def _columns(table: str, line: str, text: str) -> tuple[Column, ...]:
    """`name:holds` by blanks, `name:holds:line` where the column has another line than its table."""
    found = []
    for part in text.split():
        name, holds, own = (*part.split(":"), "")[:3]
        found.append(Column(table, name, holds, own or line))  # type: ignore[arg-type]  # a test reads them all
    return tuple(found)


COLUMNS: tuple[Column, ...] = (
    *_columns(
        "note",
        "note",
        "key:attachment attachment_id:attachment url:address:address sha256:sound guild_id:server "
        "sound_guild_id:server channel_id:channel parent_id:channel message_id:message request_id:message "
        "author_id:member payer_id:member "
        "role_ids:role:work",
    ),
    *_columns(
        "ask",
        "note",
        "id:message note_key:attachment guild_id:server channel_id:channel asked_in:channel message_id:message "
        "member_id:member token:token:token role_ids:role:work locale:settings:work application_id:token:work",
    ),
    *_columns("reply", "note", "note_key:attachment ask_id:message channel_id:channel message_id:message"),
    *_columns("heard", "work", "note_key:attachment text:words"),
    *_columns("decided", "work", "note_key:attachment outcome:words"),
    *_columns("refusal", "refusal", "guild_id:server member_id:member detail:role"),
    *_columns("original", "repeat", "account:account sha256:sound note_key:attachment"),
    *_columns("offer", "button", "message_id:message channel_id:channel offer_id:message guild_id:server"),
    *_columns(
        "trace",
        "trace",
        "channel_id:channel reply_id:message source_channel_id:channel source_id:message guild_id:server "
        "source_guild_id:server",
    ),
    *_columns("unwanted", "unwanted", "channel_id:channel reply_id:message guild_id:server"),
    *_columns("seen", "mark", "channel_id:channel message_id:message guild_id:server"),
    *_columns("charge", "note", "key:attachment"),
    *_columns("entry", "sum", "key:attachment:note account:account"),
    *_columns("account", "sum", "account:account"),
    *_columns("expense", "bill", "id:attachment:note account:account:sum member_id:member channel_id:channel"),
    *_columns("allowance", "limit", "account:account guild_id:server:server"),
    *_columns("decision", "decision", "id:message account:account guild_id:server:server by_id:member"),
    *_columns("calendar", "server", "guild_id:server"),
    *_columns("choice", "settings", "guild_id:server channel_id:channel value:settings"),
    *_columns("told", "told", "place:server what:account notice:settings"),
    *_columns("opted_out", "out", "member_id:member"),
    *_columns("forgotten", "leaving", "member_id:member"),
    *_columns("leaving", "leaving", "subject:member"),
    *_columns("left_guild", "leaving", "guild_id:server"),
    *_columns("hashed", "code", "account:code guild_id:server"),
    *_columns("pace", "code", "who:code"),
    *_columns("pgqueuer", "work", "payload:attachment"),
)

# Every other column: numbers, moments, states. Nobody's id, and nothing that anybody wrote.
PLAIN: Mapping[str, str] = {
    "note": "media size_bytes declared_ms is_voice created_ms door state round attempts fence leased_until_ms "
    "length_ms ending language task stopped timing is_spoiler gone",
    "ask": "door private created_ms state place follows form barred",
    "reply": "part live",
    "heard": "piece start_ms end_ms languages missing margin",
    "decided": "margin",
    "refusal": "at_ms ending early",
    "original": "variant at_ms",
    "offer": "at_ms",
    "trace": "at_ms",
    "unwanted": "at_ms",
    "seen": "",
    "charge": "state fence era expires_ms changed_ms shown_piece shown_ms",
    "entry": "period kind fence era piece attempt held_d committed_d at_ms",
    "account": "period rank money ceiling held committed",
    "expense": "period day at_ms ending length_ms billed_ms usd_micros",
    "allowance": "period amount",
    "decision": "kind period amount at_ms",
    "calendar": "from_ms zone",
    "choice": "name at_ms",
    "told": "at_ms due_ms",
    "opted_out": "at_ms",
    "forgotten": "at_ms",
    "leaving": "kind due_ms",
    "left_guild": "at_ms",
    "hashed": "period key_id",
    "pace": "key_id kind at_ms",
    "breaker": "name opened_ms probe_ms code",
    "chore": "name at_ms",
    "lease": "name holder until_ms",
    "schema_version": "version name",
    # The queue engine's own, on PostgreSQL.
    "pgqueuer": "id priority queue_manager_id created updated heartbeat execute_after status entrypoint dedupe_key "
    "headers attempts slot",
    "pgqueuer_log": "id created job_id status priority entrypoint traceback aggregated",
    "pgqueuer_schedules": "id expression entrypoint heartbeat created updated next_run last_run status",
    "pgqueuer_statistics": "id created count priority status entrypoint",
}

# What has no notes any more takes these rows along, each in one statement, in the order of locks. Of `choice`, `note`,
# the bill and the books their own rooms know more.
_GONE_WITH: Mapping[Event, tuple[str, ...]] = {
    "channel": ("offer", "trace", "unwanted", "seen"),
    "server": ("left_guild", "offer", "trace", "unwanted", "refusal"),  # and its marks, after what it was told
}

# What /privacy counts of a member.
COUNTED: Mapping[str, tuple[str, ...]] = {
    "notes": ("note.author_id", "note.payer_id"),
    "asks": ("ask.member_id",),
    "refusals": ("refusal.member_id",),
    "lines": ("expense.member_id",),
    "sums": ("account.account",),
    "limits": ("allowance.account",),
    "decisions": ("decision.by_id", "decision.account"),
}


def gone_with(event: Event) -> Iterator[tuple[str, str]]:
    """Tables and columns whose rows go once a channel or a server is gone, in the order of locks."""
    for table in _GONE_WITH[event]:
        yield from ((one.table, one.name) for one in COLUMNS if one.table == table and one.holds == event)


def line_of(column: Column, value: str) -> Line:
    """The line that says why, and how long, this value is kept: an account may be a server's, or somebody's there."""
    is_server = column.holds == "account" and value.removeprefix("caused:").startswith("guild:")
    return LINES["server" if is_server and column.line != "told" else column.line]


def holding(*holds: Holds) -> Iterator[Column]:
    """Every column that holds one of these."""
    return (one for one in COLUMNS if one.holds in holds)
