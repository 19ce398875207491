CREATE TRIGGER entry_no_rename BEFORE UPDATE OF key, account ON entry
WHEN NOT (
    (NEW.key = OLD.key OR (
        substr(OLD.key, 1, 7) <> 'nobody:' AND substr(NEW.key, 1, 7) = 'nobody:' AND length(NEW.key) = 23
    ))
    AND (NEW.account = OLD.account OR (
        (OLD.account GLOB 'member:*' OR OLD.account GLOB 'role:*' OR OLD.account GLOB 'personal:*'
            OR OLD.account GLOB 'caused:personal:*')
        AND (
            substr(NEW.account, 1, 7) = 'nobody:' AND length(NEW.account) = 23
            OR OLD.account NOT GLOB 'role:*' AND instr(OLD.account, '~') = 0 AND instr(
                NEW.account, rtrim(OLD.account, replace(OLD.account, ':', '')) || '~'
            ) = 1
        )
    ))
)
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
-- "INSERT OR REPLACE" deletes without asking the triggers of a deletion.
CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry
WHEN EXISTS (
    SELECT 1 FROM entry WHERE key = NEW.key AND account = NEW.account AND period = NEW.period AND kind = NEW.kind
        AND piece = NEW.piece AND (fence = NEW.fence AND attempt = NEW.attempt OR kind = 'bill' AND era = NEW.era)
)
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER decision_no_rename BEFORE UPDATE OF account, by_id ON decision
WHEN NOT (
    (NEW.by_id = OLD.by_id OR NEW.by_id <= 0)
    AND (NEW.account = OLD.account OR (
        (OLD.account GLOB 'member:*' OR OLD.account GLOB 'role:*' OR OLD.account GLOB 'personal:*')
        AND substr(NEW.account, 1, 7) = 'nobody:' AND length(NEW.account) = 23
    ))
)
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
-- The same decision said twice changes nothing; IGNORE is what its own statement asks for.
CREATE TRIGGER decision_no_replace BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE account = NEW.account AND id = NEW.id)
BEGIN
    SELECT RAISE(IGNORE);
END;
