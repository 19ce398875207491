-- Tokens that are still there: looked for every minute, by every process.
CREATE INDEX ask_token ON ask (created_ms) WHERE token IS NOT NULL;
-- What one process does for all, and when it last did.
CREATE TABLE chore (
    name TEXT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);
