-- Where in a piece words are missing that somebody spoke: JSON of gaps (bot/outcome.py), empty where none are.
ALTER TABLE heard ADD COLUMN missing TEXT NOT NULL DEFAULT '';
