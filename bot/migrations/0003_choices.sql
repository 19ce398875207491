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
