-- What binds somebody who was forgotten: the names, by a keyed hash, of their limits and sums (bot/keyring), and which
-- key made them. period '': a cap, of every month. guild_id 0: outside of servers. The amounts stand in allowance and
-- account, under that name. The accounts of those in `forgotten` get such names at the first start: SQL has no key.
CREATE TABLE hashed (
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    guild_id BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    PRIMARY KEY (account, period)
);
CREATE INDEX hashed_guild ON hashed (guild_id, period, key_id);

-- How fast somebody asked whose rows are gone, for as long as the rate looks back: who is a name by a keyed hash; kind
-- is 'wish', 'of_guild' for the same wish as their guild's, or the refusal they were told.
CREATE TABLE pace (
    who TEXT NOT NULL,
    key_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX pace_who ON pace (who, at_ms);
CREATE INDEX pace_at ON pace (at_ms);
