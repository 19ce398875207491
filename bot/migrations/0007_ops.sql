-- One month's books are summed while the bot runs, and must not cost more with every month there ever was.
CREATE INDEX account_month ON account (period);
CREATE INDEX entry_month ON entry (period, account);
