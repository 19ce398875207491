-- The server in which a sound stands; guild_id is the one that pays. Unknown for notes from before.
ALTER TABLE note ADD COLUMN sound_guild_id BIGINT;
