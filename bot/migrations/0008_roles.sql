-- The roles of whoever wished for a note, by id with commas between: a role may have a limit of its own.
ALTER TABLE note ADD COLUMN role_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE ask ADD COLUMN role_ids TEXT NOT NULL DEFAULT '';
