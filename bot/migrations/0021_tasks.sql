-- What one process does for all: who has it, and until when nobody else may begin.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until_ms BIGINT NOT NULL
);

-- What is to be erased and has not been in full: a member, or a channel or thread that is gone. Before due_ms somebody
-- is at it. Servers that removed us stand in left_guild.
CREATE TABLE leaving (
    kind TEXT NOT NULL CHECK (kind IN ('member', 'channel')),
    subject BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);
