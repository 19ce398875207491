-- The journals' sums stay as they are for ever; whose they were may be taken off them (bot/ledger/unnaming.py).
DROP TRIGGER entry_no_update;
CREATE TRIGGER entry_no_update
BEFORE UPDATE OF period, kind, fence, era, piece, attempt, held_d, committed_d, at_ms ON entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
DROP TRIGGER decision_no_update;
CREATE TRIGGER decision_no_update BEFORE UPDATE OF id, kind, period, guild_id, amount, at_ms ON decision
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
