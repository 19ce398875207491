-- Plain SQL that SQLite and PostgreSQL both accept. Durations are milliseconds, money is
-- micro-dollars, moments are milliseconds since 1970, booleans are 0 or 1.

-- One balance: who pays (account), for which month (period). rank is the order of locking.
CREATE TABLE account (
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    rank BIGINT NOT NULL,
    money BIGINT NOT NULL CHECK (money IN (0, 1)),
    ceiling BIGINT NOT NULL CHECK (ceiling >= 0),  -- the limit of the latest hold
    held BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0),
    committed BIGINT NOT NULL DEFAULT 0 CHECK (committed >= 0),
    PRIMARY KEY (account, period)
);

-- One row per key, ever. fence names the worker that may go on; era is the fence of the hold that
-- counts, so what an earlier, voided hold wrote is history.
CREATE TABLE charge (
    key TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('held', 'settled', 'void')),
    fence BIGINT NOT NULL,
    era BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL
);
CREATE INDEX charge_held ON charge (expires_ms) WHERE state = 'held';

-- The journal: one row per change of a balance, never changed. The legs of a charge, what each
-- still holds, its calls and its billed pieces are sums over these rows.
CREATE TABLE entry (
    key TEXT NOT NULL REFERENCES charge (key),
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('hold', 'call', 'correct', 'bill', 'settle', 'void')),
    fence BIGINT NOT NULL,
    era BIGINT NOT NULL,
    piece BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    held_d BIGINT NOT NULL,
    committed_d BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (key, account, period, kind, fence, piece, attempt),
    CHECK (CASE kind
        WHEN 'hold' THEN held_d >= 0 AND committed_d = 0
        WHEN 'call' THEN held_d <= 0 AND committed_d >= -held_d
        WHEN 'correct' THEN held_d = 0
        WHEN 'bill' THEN held_d <= 0 AND committed_d = -held_d
        WHEN 'settle' THEN held_d < 0 AND committed_d = 0
        ELSE held_d <= 0 AND committed_d <= 0
    END),
    FOREIGN KEY (account, period) REFERENCES account (account, period)
);
-- Nobody is billed for a piece twice, says the database itself.
CREATE UNIQUE INDEX entry_billed_once ON entry (key, account, period, era, piece) WHERE kind = 'bill';

-- The inbox: one row per attachment and variant.
CREATE TABLE note (
    key TEXT PRIMARY KEY,
    attachment_id BIGINT NOT NULL,
    filename TEXT NOT NULL,
    content_type TEXT,
    size_bytes BIGINT NOT NULL,
    declared_ms BIGINT,
    url TEXT NOT NULL,
    is_voice BIGINT NOT NULL CHECK (is_voice IN (0, 1)),
    guild_id BIGINT,
    channel_id BIGINT NOT NULL,
    message_id BIGINT,
    author_id BIGINT,
    payer_id BIGINT NOT NULL,
    request_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    door TEXT NOT NULL CHECK (door IN ('auto', 'slash', 'menu', 'terminal')),
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'heard', 'done')),
    round BIGINT NOT NULL DEFAULT 1,  -- each time it is heard anew is a charge of its own
    attempts BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    leased_until_ms BIGINT NOT NULL DEFAULT 0,
    length_ms BIGINT,
    sha256 TEXT,
    ending TEXT
);
CREATE INDEX note_waiting ON note (guild_id) WHERE state <> 'done';
CREATE INDEX note_message ON note (message_id);

-- One row per wish for an answer; several people may wait for one note. token lets us answer an
-- interaction, and rests only until answered.
CREATE TABLE ask (
    id BIGINT NOT NULL,
    note_key TEXT NOT NULL REFERENCES note (key),
    door TEXT NOT NULL CHECK (door IN ('auto', 'slash', 'menu', 'terminal')),
    guild_id BIGINT,
    channel_id BIGINT NOT NULL,
    message_id BIGINT,
    member_id BIGINT NOT NULL,
    locale TEXT NOT NULL,
    private BIGINT NOT NULL CHECK (private IN (0, 1)),
    application_id BIGINT,
    token TEXT,
    created_ms BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done')),
    PRIMARY KEY (note_key, id)
);
CREATE INDEX ask_id ON ask (id);
CREATE INDEX ask_open ON ask (note_key) WHERE state = 'open';
CREATE INDEX ask_member ON ask (member_id, created_ms);
CREATE INDEX ask_guild ON ask (guild_id, created_ms);
CREATE INDEX ask_message ON ask (message_id);

-- One row per delivered part of an answer.
CREATE TABLE reply (
    note_key TEXT NOT NULL,
    ask_id BIGINT NOT NULL,
    part BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    PRIMARY KEY (note_key, ask_id, part),
    FOREIGN KEY (note_key, ask_id) REFERENCES ask (note_key, id)
);
CREATE INDEX reply_channel ON reply (channel_id, message_id);

-- The two tables in which words rest, and only until the note is done. margin is blank and longer
-- than a page: so SQLite puts the words behind it on pages of their own, which secure_delete
-- overwrites whole. Elsewhere it copies rows between pages as these fill, and the copies' bytes stay.
CREATE TABLE heard (
    note_key TEXT NOT NULL REFERENCES note (key),
    piece BIGINT NOT NULL,
    start_ms BIGINT NOT NULL,
    end_ms BIGINT NOT NULL,
    languages TEXT NOT NULL,
    margin TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (note_key, piece)
);
CREATE TABLE decided (
    note_key TEXT PRIMARY KEY REFERENCES note (key),
    margin TEXT NOT NULL,
    outcome TEXT NOT NULL
);

-- What was refused before it became a note; /usage shows the latest.
CREATE TABLE refusal (
    guild_id BIGINT,
    member_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    ending TEXT NOT NULL,
    detail TEXT NOT NULL,
    early BIGINT NOT NULL DEFAULT 1 CHECK (early IN (0, 1))  -- 1: it never became a note, so it counts as a wish of its own
);
CREATE INDEX refusal_guild ON refusal (guild_id, at_ms);
CREATE INDEX refusal_member ON refusal (member_id, at_ms);

-- How far each channel was read, for catching up after a pause.
CREATE TABLE seen (
    channel_id BIGINT PRIMARY KEY,
    message_id BIGINT NOT NULL
);
