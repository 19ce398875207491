-- The journals' sums stay as they are for ever; whose they were may be taken off them (bot/ledger/unnaming.py).
DROP TRIGGER entry_no_change ON entry;
CREATE TRIGGER entry_no_change
BEFORE DELETE OR UPDATE OF period, kind, fence, era, piece, attempt, held_d, committed_d, at_ms ON entry
FOR EACH ROW EXECUTE FUNCTION entry_is_append_only();
DROP TRIGGER decision_no_change ON decision;
CREATE TRIGGER decision_no_change BEFORE DELETE OR UPDATE OF id, kind, period, guild_id, amount, at_ms ON decision
FOR EACH ROW EXECUTE FUNCTION entry_is_append_only();
