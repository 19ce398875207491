-- What people who manage a server decided, for all of it (channel_id 0) or for one channel, as JSON.
CREATE TABLE choice (
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    by_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (guild_id, channel_id, name)
);

-- The channel a thread hangs in: its decisions hold in the thread too.
ALTER TABLE note ADD COLUMN parent_id BIGINT;
-- Where the words go: below the note, into its thread, another channel; and the channel of the note they are for.
ALTER TABLE ask ADD COLUMN place TEXT NOT NULL DEFAULT 'reply';
ALTER TABLE ask ADD COLUMN asked_in BIGINT;
-- A button somebody may tap to have a note heard; offered once.
CREATE TABLE offer (
    message_id BIGINT PRIMARY KEY,
    channel_id BIGINT NOT NULL,
    offer_id BIGINT,  -- the message with the button, once it stands
    at_ms BIGINT NOT NULL
);
