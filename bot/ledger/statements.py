"""
The ledger's SQL, one text for both engines.

Hides nothing: it is the ledger's other half. Promises: room is taken and limits are kept inside
single UPDATEs, and no statement reads a balance to decide about it later.
"""

CLAIM = """
INSERT INTO charge (key, state, fence, era, expires_ms, changed_ms)
VALUES (:key, 'held', 1, 1, :expires_ms, :now_ms)
ON CONFLICT (key) DO UPDATE SET
    era = CASE WHEN charge.state = 'void' THEN charge.fence + 1 ELSE charge.era END,
    shown_piece = CASE WHEN charge.state = 'void' THEN NULL ELSE charge.shown_piece END,
    shown_ms = CASE WHEN charge.state = 'void' THEN 0 ELSE charge.shown_ms END,
    fence = charge.fence + 1, state = 'held', expires_ms = :expires_ms, changed_ms = :now_ms
WHERE charge.state <> 'settled'
RETURNING fence, era
"""

# Touching the charge locks it: until the transaction ends, nobody else changes this key.
OWN = """
UPDATE charge SET changed_ms = :now_ms, expires_ms = coalesce(:expires_ms, expires_ms), state = :state
WHERE key = :key AND state = 'held' AND fence = :fence RETURNING era
"""

# Words only come: what was shown once stays shown.
SHOWN = """
UPDATE charge SET changed_ms = :now_ms, shown_piece = :piece, shown_ms = :ms
WHERE key = :key AND fence = :fence AND state = 'held'
    AND (shown_piece IS NULL OR shown_piece < :piece OR (shown_piece = :piece AND shown_ms < :ms))
"""

# As OWN, for whoever has no fence.
WITHDRAWN = """
UPDATE charge SET changed_ms = :now_ms WHERE key = :key AND state = 'held' RETURNING fence, shown_piece, shown_ms
"""

REFUND = """
UPDATE charge SET state = 'void', changed_ms = :now_ms WHERE key = :key AND state = 'settled'
RETURNING fence, era, shown_piece, shown_ms
"""

# What each leg was billed for words that were shown: whole pieces, and of the last one so much.
SHOWN_MS = """
SELECT account, period, CAST(sum(
    CASE WHEN piece < :shown_piece OR committed_d < :shown_ms THEN committed_d ELSE :shown_ms END
) AS BIGINT) AS ms FROM entry
WHERE key = :key AND era = :era AND kind = 'bill' AND piece <= :shown_piece GROUP BY account, period
"""

OPEN_ACCOUNT = """
INSERT INTO account (account, period, rank, money, ceiling)
VALUES (:account, :period, :rank, :money, :ceiling) ON CONFLICT DO NOTHING
"""

# Its person may have been forgotten a moment ago: then it has another name already. A statement of its own, for the one
# that opened it may have waited for the one that renamed it, and not see what that did.
CLOSE_AGAIN = """
DELETE FROM account WHERE account = :account AND period = :period
    AND EXISTS (SELECT 1 FROM account AS other WHERE other.account = :alias AND other.period = :period)
"""

MOVE = """
UPDATE account SET held = held + :held_d, committed = committed + :committed_d
WHERE account = :account AND period = :period
"""

HOLD = """
UPDATE account SET held = held + :held_d, ceiling = :ceiling
WHERE account = :account AND period = :period AND committed + held + :held_d <= :ceiling
"""

CALL = MOVE + " AND (:extra = 0 OR committed + held + :extra <= ceiling)"

ENTRY = """
INSERT INTO entry (key, account, period, kind, fence, era, piece, attempt, held_d, committed_d, at_ms)
VALUES (:key, :account, :period, :kind, :fence, :era, :piece, :attempt, :held_d, :committed_d, :at_ms)
"""

# What each leg of a hold still holds, and what happened to one piece, in the order of locking.
LEGS = """
SELECT entry.account, entry.period, account.rank, account.money,
    CAST(sum(entry.held_d) AS BIGINT) AS held, CAST(sum(entry.committed_d) AS BIGINT) AS committed,
    max(CASE WHEN kind = 'call' AND piece = :piece THEN 1 ELSE 0 END) AS called,
    max(CASE WHEN kind = 'call' AND piece = :piece AND attempt = :attempt AND fence = :fence
        THEN 1 ELSE 0 END) AS repeated,
    max(CASE WHEN kind = 'bill' AND piece = :piece THEN 1 ELSE 0 END) AS billed
FROM entry JOIN account ON account.account = entry.account AND account.period = entry.period
WHERE entry.key = :key AND entry.era = :era
GROUP BY entry.account, entry.period, account.rank, account.money
ORDER BY account.rank, entry.account, entry.period
"""

CALLS = """
SELECT entry.account, entry.period, account.rank, entry.fence, entry.era,
    CAST(sum(entry.committed_d) AS BIGINT) AS booked,
    max(CASE WHEN kind = 'correct' THEN 1 ELSE 0 END) AS corrected
FROM entry JOIN account ON account.account = entry.account AND account.period = entry.period
WHERE entry.key = :key AND kind IN ('call', 'correct') AND piece = :piece AND attempt = :attempt
GROUP BY entry.account, entry.period, account.rank, entry.fence, entry.era
ORDER BY entry.fence DESC, account.rank, entry.account, entry.period
"""

BILLED = """
SELECT coalesce(max(ms), 0) AS billed FROM (
    SELECT CAST(sum(entry.committed_d) AS BIGINT) AS ms
    FROM entry JOIN charge ON charge.key = entry.key AND charge.era = entry.era
    JOIN account ON account.account = entry.account AND account.period = entry.period
    WHERE entry.key = :key AND account.money = 0 GROUP BY entry.account, entry.period
) AS legs
"""

COST = """
SELECT CAST(coalesce(sum(entry.committed_d), 0) AS BIGINT) AS cost
FROM entry JOIN account ON account.account = entry.account AND account.period = entry.period
WHERE entry.key = :key AND account.money = 1 AND account.rank = :rank
"""

# Balances without a journal, and a journal without balances, too.
UNBALANCED = """
SELECT account, period, CAST(sum(held) AS BIGINT) AS held, CAST(sum(committed) AS BIGINT) AS committed,
    CAST(sum(journal_held) AS BIGINT) AS journal_held, CAST(sum(journal_committed) AS BIGINT) AS journal_committed
FROM (
    SELECT account, period, held, committed, 0 AS journal_held, 0 AS journal_committed FROM account
    UNION ALL
    SELECT account, period, 0, 0, sum(held_d), sum(committed_d) FROM entry GROUP BY account, period
) AS both_sides GROUP BY account, period
HAVING sum(held) <> sum(journal_held) OR sum(committed) <> sum(journal_committed)
ORDER BY account, period
"""

MISHELD = """
SELECT charge.key, charge.state, entry.account, CAST(sum(entry.held_d) AS BIGINT) AS held FROM charge
JOIN entry ON entry.key = charge.key
GROUP BY charge.key, charge.state, entry.account, entry.period
HAVING sum(entry.held_d) < 0 OR (charge.state <> 'held' AND sum(entry.held_d) <> 0)
ORDER BY charge.key, entry.account
"""

USAGE = "SELECT committed, held, ceiling FROM account WHERE account = :account AND period = :period"
