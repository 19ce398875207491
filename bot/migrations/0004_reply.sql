-- What is to become of a note: the language to expect, and transcribe, translate or salvage. Both are part of its key.
ALTER TABLE note ADD COLUMN language TEXT;
ALTER TABLE note ADD COLUMN task TEXT NOT NULL DEFAULT 'transcribe';
-- Somebody pressed Stop: no further call is started in this round.
ALTER TABLE note ADD COLUMN stopped BIGINT NOT NULL DEFAULT 0;
-- When what was said, for subtitles made later: "start end signs" of each segment. Numbers, no words: those are read
-- back from Discord when somebody asks.
ALTER TABLE note ADD COLUMN timing TEXT;
-- The part shows words while they come, and becomes the answer by an edit.
ALTER TABLE reply ADD COLUMN live BIGINT NOT NULL DEFAULT 0;
-- An answer beside the first one to a command: a follow-up of its own.
ALTER TABLE ask ADD COLUMN follows BIGINT NOT NULL DEFAULT 0;
-- A pressed button names its message alone.
CREATE INDEX reply_message ON reply (message_id);
