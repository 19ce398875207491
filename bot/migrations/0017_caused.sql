-- What a server's notes make the host pay, beside the minutes they are billed; and limits that many share.

-- Accounts are locked in the order of their rank; what is caused stands before the host's month now.
UPDATE account SET rank = 5 WHERE rank = 4;

-- How far the words of a note in work were shown: the piece whose words came last, and how long those take to say.
ALTER TABLE charge ADD COLUMN shown_piece BIGINT;
ALTER TABLE charge ADD COLUMN shown_ms BIGINT NOT NULL DEFAULT 0;

-- Servers that were heard before there were strangers, and those whose limit the host has set, are none.
INSERT INTO allowance (account, period, guild_id, amount)
SELECT DISTINCT account || ':confirmed', '', CAST(substr(account, 7) AS BIGINT), 1 FROM account
WHERE rank = 2 AND money = 0 AND committed > 0 AND account LIKE 'guild:%'
ON CONFLICT DO NOTHING;
INSERT INTO allowance (account, period, guild_id, amount)
SELECT account || ':confirmed', '', guild_id, 1 FROM allowance
WHERE period = '' AND guild_id IS NOT NULL AND account = 'guild:' || CAST(guild_id AS TEXT)
ON CONFLICT DO NOTHING;

-- The first start says in the log which those are.
INSERT INTO chore (name, at_ms) SELECT 'list confirmed', 0
WHERE EXISTS (SELECT 1 FROM allowance WHERE account LIKE 'guild:%:confirmed');
