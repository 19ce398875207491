-- The sound hides behind a spoiler, and so do its words wherever they are said.
ALTER TABLE note ADD COLUMN is_spoiler BIGINT NOT NULL DEFAULT 0;
UPDATE note SET is_spoiler = 1 WHERE substr(filename, 1, 8) = 'SPOILER_';
