-- How an answer is to stand where it was not taken as usual (parts: messages without a file; file: a file alone), and
-- why it may not stand where it was wished (right, filter, refused).
ALTER TABLE ask ADD COLUMN form TEXT NOT NULL DEFAULT 'usual';
ALTER TABLE ask ADD COLUMN barred TEXT NOT NULL DEFAULT '';
