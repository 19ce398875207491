-- Who does not want to be heard, anywhere: the number of the account and the moment, nothing else.
CREATE TABLE opted_out (
    member_id BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);

-- Who asked to be forgotten in a month that still runs: its sum of minutes loses its name when the month is over.
CREATE TABLE forgotten (
    member_id BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);

-- What is left of a note whose rows are gone: the reply that stands, and the message with which it must go. Names nobody.
CREATE TABLE trace (
    channel_id BIGINT NOT NULL,
    reply_id BIGINT NOT NULL,
    source_channel_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    guild_id BIGINT,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (channel_id, reply_id)
);
CREATE INDEX trace_source ON trace (source_id);
CREATE INDEX trace_at ON trace (at_ms);

-- Replies that nobody wants any more and that may still stand, also after a restart.
CREATE TABLE unwanted (
    channel_id BIGINT NOT NULL,
    reply_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (channel_id, reply_id)
);

-- Servers that removed us, until what we have of them is erased.
CREATE TABLE left_guild (
    guild_id BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);

CREATE INDEX note_author ON note (author_id);
CREATE INDEX note_attachment ON note (attachment_id);
CREATE INDEX note_sound ON note (sha256);
CREATE INDEX note_payer ON note (payer_id);
CREATE INDEX note_channel ON note (channel_id);
CREATE INDEX note_old ON note (created_ms) WHERE state = 'done';
CREATE INDEX ask_channel ON ask (channel_id);
CREATE INDEX refusal_at ON refusal (at_ms);
