"""
The inbox's longer SQL, one text for both engines.

Hides how columns follow from the fields of Note and Ask. Promises: nothing comes from outside
but parameters.
"""

from dataclasses import fields

from bot.notes.rows import Ask, Note

# As long as a page of SQLite's; see the migration for why words keep this distance.
MARGIN = " " * 4096

# What a note, and a wish, keep no longer once they are done: `bot/kept.py` says what stays, and why. The address stays
# for a day where no bot could ask Discord for it anew: of a file that came with a command, or where only the one who
# asks has installed us.
EMPTIED = """
role_ids = '', url = CASE
    WHEN door IN ('slash', 'menu') AND (message_id IS NULL OR guild_id IS NULL) THEN url ELSE ''
END
"""
ANSWERED = "state = 'done', token = NULL, role_ids = '', locale = '', application_id = NULL"

COLUMNS = [field.name for field in fields(Note) if field.name != "outcome"]
NOTE = f"{', '.join(COLUMNS)}, (SELECT outcome FROM decided WHERE note_key = key) AS outcome"  # noqa: S608  # our own names
NOTE_VALUES = ", ".join(f":{name}" for name in COLUMNS)
ASK_COLUMNS = [field.name for field in fields(Ask) if field.name not in {"sent", "is_live"}]
ASK = ", ".join(f"ask.{name}" for name in ASK_COLUMNS)

OPEN_NOTE = f"INSERT INTO note ({', '.join(COLUMNS)}) VALUES ({NOTE_VALUES}) ON CONFLICT DO NOTHING"  # noqa: S608  # our own names

OPEN_ASK = f"""
INSERT INTO ask ({", ".join(ASK_COLUMNS)}, guild_id)
VALUES ({", ".join(f":{name}" for name in ASK_COLUMNS)}, :guild_id) ON CONFLICT DO NOTHING
"""  # noqa: S608  # our own names

# After the lock: what is decided here, and returned, is read as whoever had the note before left it.
CLAIM = f"""
UPDATE note SET attempts = attempts + 1, fence = fence + 1, leased_until_ms = :until_ms
WHERE key = :key AND leased_until_ms <= :now_ms
    AND (state <> 'done' OR EXISTS (SELECT 1 FROM ask WHERE note_key = :key AND state = 'open'))
RETURNING {NOTE}
"""  # noqa: S608  # our own names

ASKS = f"""
SELECT {ASK}, reply.message_id AS sent, coalesce(reply.live, 0) AS is_live FROM ask
LEFT JOIN reply ON reply.note_key = ask.note_key AND reply.ask_id = ask.id
WHERE ask.note_key = :key AND ask.state = 'open' ORDER BY ask.created_ms, ask.id, reply.part
"""  # noqa: S608  # our own names

FIRST_ASK = """
SELECT guild_id, member_id AS payer_id, id AS request_id, door, role_ids FROM ask
WHERE note_key = :key AND state = 'open' ORDER BY created_ms, id LIMIT 1
"""
REOPEN = """
state = 'open', round = round + 1, attempts = 0, stopped = 0, timing = NULL, leased_until_ms = 0, ending = NULL,
guild_id = :guild_id, payer_id = :payer_id, request_id = :request_id, door = :door, role_ids = :role_ids
"""

# Ranks are counted within the guild, and within the member there: the same two that `backlog` counts. The keys come
# first, each from an index of its own: asked every minute, it must not read a year of notes that are done.
WAITING = """
WITH unfinished AS (SELECT key FROM note WHERE state <> 'done' UNION SELECT note_key FROM ask WHERE state = 'open')
SELECT key,
    row_number() OVER (PARTITION BY coalesce(guild_id, payer_id) ORDER BY created_ms, key) AS in_guild,
    row_number() OVER (PARTITION BY coalesce(guild_id, payer_id), payer_id ORDER BY created_ms, key) AS of_member
FROM note
WHERE door <> 'terminal' AND key IN (SELECT key FROM unfinished)
ORDER BY created_ms, key LIMIT :limit
"""

# Of a guild, or of somebody outside of guilds.
QUEUED_OF = """
SELECT count(*) AS of_server, coalesce(sum(CASE WHEN payer_id = :member_id THEN 1 ELSE 0 END), 0) AS of_member
FROM note WHERE state <> 'done' AND
"""
IN_GUILD, DIRECT = "guild_id = :guild_id", "guild_id IS NULL AND payer_id = :member_id"

TOUCHED_BY = """
SELECT key FROM note WHERE message_id = :id UNION SELECT note_key FROM ask WHERE message_id = :id
"""

# The row stays for the rate's sake: whoever deletes what they posted has asked all the same.
WITHDRAW = f"""
UPDATE ask SET {ANSWERED}, message_id = NULL WHERE note_key = :key AND message_id = :id
"""  # noqa: S608  # our own words
WITHDRAW_NOTE = f"UPDATE ask SET {ANSWERED}, message_id = NULL WHERE note_key = :key"  # noqa: S608  # our own words

_RECENT = """
SELECT (SELECT count(*) FROM ask WHERE {column} = :value AND created_ms >= :since_ms)
    + (SELECT count(*) FROM refusal
        WHERE {column} = :value AND at_ms >= :since_ms AND early = 1 AND ending <> 'TooMany')
    + (SELECT count(*) FROM pace WHERE who IN (:who, :who_else) AND kind = '{kind}' AND at_ms >= :since_ms)
"""
RECENT_OF_GUILD = _RECENT.format(column="guild_id", kind="of_guild") + " AS n"
# Names by a lost key are nobody's: whoever asks is taken for the one who asked most.
_LOST = """
    + coalesce((SELECT max(wishes) FROM (
        SELECT count(*) AS wishes FROM pace
        WHERE kind = 'wish' AND at_ms >= :since_ms AND key_id NOT IN (:key_id, :key_id_else) GROUP BY who
    ) AS lost), 0) AS n
"""
RECENT_OF_MEMBER = _RECENT.format(column="member_id", kind="wish") + _LOST

REFUSED_LATELY = """
SELECT 1 AS told FROM refusal WHERE member_id = :member_id AND ending = :ending AND at_ms >= :since_ms
UNION ALL SELECT 1 FROM pace WHERE who IN (:who, :who_else) AND kind = :ending AND at_ms >= :since_ms LIMIT 1
"""

SENT = """
INSERT INTO reply (note_key, ask_id, part, channel_id, message_id, live)
SELECT note_key, id, :part, channel_id, :message_id, :live FROM ask
WHERE note_key = :key AND id = :ask_id AND state = 'open'
ON CONFLICT (note_key, ask_id, part) DO UPDATE SET live = :live
"""

PUBLIC_REPLIES = """
SELECT reply.channel_id, reply.message_id FROM reply
JOIN ask ON ask.note_key = reply.note_key AND ask.id = reply.ask_id
WHERE reply.note_key = :key AND reply.part = 0 AND ask.private = 0 ORDER BY reply.message_id
"""

REFUSED = """
INSERT INTO refusal (guild_id, member_id, at_ms, ending, detail, early)
VALUES (:guild_id, :member_id, :at_ms, :ending, :detail, :early)
"""

# What was hidden once stays hidden, whoever shows the sound again, and how.
READDRESS = """
UPDATE note SET url = :url, gone = 0, sound_guild_id = :sound_guild_id,
    is_spoiler = CASE WHEN is_spoiler = 1 THEN 1 ELSE :is_spoiler END
WHERE key = :key AND state = 'done'
"""

GONE = """
UPDATE note SET state = 'done', fence = fence + 1, leased_until_ms = 0,
    ending = coalesce(ending, 'Gone'), gone = 1, url = '', role_ids = ''
WHERE key = :key
"""

REPLIES_TO = """
SELECT reply.channel_id, reply.message_id FROM reply
JOIN ask ON ask.note_key = reply.note_key AND ask.id = reply.ask_id WHERE ask.message_id = :id
"""

FORGET_REPLIES_TO = """
DELETE FROM reply WHERE note_key = :key AND EXISTS (
    SELECT 1 FROM ask WHERE ask.note_key = reply.note_key AND ask.id = reply.ask_id AND ask.message_id = :id
)
"""

DONE = f"""
UPDATE note SET state = 'done', leased_until_ms = 0, {EMPTIED}
WHERE key = :key AND fence = :fence AND state <> 'open'
    AND NOT EXISTS (SELECT 1 FROM ask WHERE note_key = :key AND state = 'open')
"""  # noqa: S608  # our own words

# By then Discord takes no such address any more. https://discord.com/developers/docs/reference#signed-attachment-cdn-urls
SPENT_ADDRESSES = "SELECT key FROM note WHERE url <> '' AND state = 'done' AND created_ms < :before_ms LIMIT :limit"
FORGET_ADDRESS = "UPDATE note SET url = '' WHERE key = :key AND state = 'done'"

# What a backup must not keep. A note whose end was decided but not delivered is heard anew in a round of its own.
FORGET_WORDS = (
    """
    UPDATE note SET state = 'open', round = round + 1, attempts = 0, leased_until_ms = 0, ending = NULL
    WHERE state = 'heard'
    """,
    "DELETE FROM heard",
    "DELETE FROM decided",
    "UPDATE ask SET token = NULL",
)

MOVE = """
UPDATE ask SET asked_in = coalesce(asked_in, channel_id), channel_id = :channel_id, place = :place, form = :form,
    barred = :barred, token = NULL
WHERE note_key = :key AND id = :id
"""
_PARTS = """
FROM reply JOIN ask ON ask.note_key = reply.note_key AND ask.id = reply.ask_id
WHERE reply.note_key = :key AND reply.ask_id = :id AND (ask.private = 0 OR ask.place = 'direct')
"""
PARTS_TO_DELETE = f"SELECT reply.channel_id, reply.message_id {_PARTS} ORDER BY reply.part"
UNWANT_PARTS = f"""
INSERT INTO unwanted (channel_id, reply_id, at_ms, guild_id)
SELECT reply.channel_id, reply.message_id, :now_ms, CASE WHEN ask.place = 'direct' THEN NULL ELSE ask.guild_id END
{_PARTS}
ON CONFLICT DO NOTHING
"""  # our own words
KNOWN_REPLIES = """
SELECT message_id FROM reply WHERE channel_id = :channel_id AND message_id BETWEEN :first AND :last
UNION SELECT reply_id FROM unwanted WHERE channel_id = :channel_id AND reply_id BETWEEN :first AND :last
"""

# Whether anybody who asked in this round was given the answer; an earlier round's are older than its first wish.
TOLD = """
SELECT 1 AS told FROM reply JOIN ask ON ask.note_key = reply.note_key AND ask.id = reply.ask_id
JOIN note ON note.key = reply.note_key
WHERE reply.note_key = :key AND reply.live = 0 AND ask.created_ms >= coalesce(
    (SELECT first.created_ms FROM ask AS first WHERE first.note_key = note.key AND first.id = note.request_id), 0
) LIMIT 1
"""

FORGET_OFFER = "DELETE FROM offer WHERE message_id = :id RETURNING channel_id, offer_id AS message_id"

REPLY_AT = """
SELECT reply.note_key, reply.ask_id, ask.member_id, ask.private, reply.channel_id, reply.message_id FROM reply
JOIN ask ON ask.note_key = reply.note_key AND ask.id = reply.ask_id
JOIN reply AS one ON one.note_key = reply.note_key AND one.ask_id = reply.ask_id
WHERE one.message_id = :id ORDER BY reply.part
"""
