-- Limits people decided, what is told only once, the line each answered note leaves on the bill,
-- whose answer counts for which bytes, and whether the provider lets us spend.

-- What was said to a place once and is not said again. notice is what is still to be said.
CREATE TABLE told (
    place TEXT NOT NULL,
    what TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    notice TEXT,
    due_ms BIGINT NOT NULL DEFAULT 0,  -- before that, somebody is saying it
    PRIMARY KEY (place, what)
);
CREATE INDEX told_due ON told (due_ms) WHERE notice IS NOT NULL;

-- What people decided, in force now: a limit for every month (period ''), or a grant for one.
CREATE TABLE allowance (
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    guild_id BIGINT,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (account, period)
);
CREATE INDEX allowance_guild ON allowance (guild_id);

-- The journal of those decisions, never changed. id is the snowflake of the wish: said twice, it counts once.
CREATE TABLE decision (
    id BIGINT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('limit', 'clear', 'grant')),
    period TEXT NOT NULL,
    guild_id BIGINT,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    by_id BIGINT NOT NULL,  -- 0: whoever has the machine
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX decision_guild ON decision (guild_id, id);

-- Whose midnight begins a guild's month, and from when on.
CREATE TABLE calendar (
    guild_id BIGINT NOT NULL,
    from_ms BIGINT NOT NULL,
    zone TEXT NOT NULL,
    PRIMARY KEY (guild_id, from_ms)
);

-- One line for each answered note, for reports: who, where, when, what it came to. account is the guild's
-- or, elsewhere, the person's own; day is counted in the guild's time zone.
CREATE TABLE expense (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    day BIGINT NOT NULL CHECK (day BETWEEN 1 AND 31),
    member_id BIGINT,
    channel_id BIGINT,
    at_ms BIGINT NOT NULL,
    ending TEXT NOT NULL,
    length_ms BIGINT NOT NULL,
    billed_ms BIGINT NOT NULL,
    usd_micros BIGINT NOT NULL
);
CREATE INDEX expense_month ON expense (account, period, day);
CREATE INDEX expense_period ON expense (period, account);
CREATE INDEX expense_member ON expense (member_id, period);

-- The note whose answer counts for these bytes in this account, heard in one way (variant).
CREATE TABLE original (
    account TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    variant TEXT NOT NULL,
    note_key TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account, sha256, variant)
);
CREATE INDEX original_age ON original (at_ms);
CREATE INDEX original_note ON original (note_key);

-- A row: the provider refuses to be paid. Whoever moves probe_ms on may try once.
CREATE TABLE breaker (
    name TEXT PRIMARY KEY,
    opened_ms BIGINT NOT NULL,
    probe_ms BIGINT NOT NULL,
    code TEXT NOT NULL
);

-- All balances of one month, for reports over guilds.
CREATE INDEX account_period ON account (period, rank);
