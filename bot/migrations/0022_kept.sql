-- A row keeps what later steps read, and no more: bot/kept.py says what, why, and until when.

-- Which attachment it is stays; its name, its type and its signed address need not. gone: its message, or it, was taken
-- away. An address that no bot could ask Discord for anew stays for a day (bot/notes/statements.py, EMPTIED).
ALTER TABLE note ADD COLUMN gone BIGINT NOT NULL DEFAULT 0;
UPDATE note SET gone = 1 WHERE url = '' AND state = 'done';
ALTER TABLE note RENAME COLUMN content_type TO media;
UPDATE note SET media = CASE
    WHEN is_voice = 1 THEN 'voice' WHEN media LIKE 'video/%' THEN 'video' ELSE 'audio'
END;
ALTER TABLE note DROP COLUMN filename;
UPDATE note SET role_ids = '',
    url = CASE WHEN message_id IS NULL OR (guild_id IS NULL AND door IN ('slash', 'menu')) THEN url ELSE '' END
WHERE state = 'done' AND NOT EXISTS (SELECT 1 FROM ask WHERE ask.note_key = note.key AND ask.state = 'open');
UPDATE ask SET role_ids = '', locale = '', application_id = NULL, token = NULL WHERE state = 'done';

-- Who made a setting was read by nobody.
ALTER TABLE choice DROP COLUMN by_id;
-- by_id -1: whose name is not kept any more; 0 is the command line, which only ever confirmed servers.
UPDATE decision SET by_id = -1 WHERE by_id = 0 AND account NOT LIKE '%:confirmed';

-- What stands in a channel goes with its server too. Unknown for rows from before whose channel has no note.
ALTER TABLE seen ADD COLUMN guild_id BIGINT;
UPDATE seen SET guild_id = (SELECT max(coalesce(sound_guild_id, guild_id)) FROM note WHERE note.channel_id = seen.channel_id);
ALTER TABLE offer ADD COLUMN guild_id BIGINT;
UPDATE offer SET guild_id = (SELECT guild_id FROM seen WHERE seen.channel_id = offer.channel_id);
ALTER TABLE unwanted ADD COLUMN guild_id BIGINT;
UPDATE unwanted SET guild_id = (SELECT guild_id FROM seen WHERE seen.channel_id = unwanted.channel_id);
-- guild_id is where the reply stands, source_guild_id where what it answers does.
ALTER TABLE trace ADD COLUMN source_guild_id BIGINT;
UPDATE trace SET source_guild_id = guild_id;

CREATE INDEX note_address ON note (created_ms) WHERE url <> '' AND state = 'done';
CREATE INDEX note_parent ON note (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX ask_asked_in ON ask (asked_in) WHERE asked_in IS NOT NULL;
CREATE INDEX expense_channel ON expense (channel_id) WHERE channel_id IS NOT NULL;
CREATE INDEX trace_place ON trace (source_channel_id);
