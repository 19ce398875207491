-- What the provider counted otherwise than we did, by month: few rows of many.
CREATE INDEX entry_corrected ON entry (account, period) WHERE kind = 'correct';
