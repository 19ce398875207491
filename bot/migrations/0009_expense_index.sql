-- What the list of all guilds sums up stands in the index itself: a month of many guilds is read in one go.
DROP INDEX expense_period;
CREATE INDEX expense_period ON expense (period, account, usd_micros);
