CREATE TRIGGER entry_no_rename BEFORE UPDATE OF key, account ON entry
FOR EACH ROW WHEN (NOT (
    (NEW.key = OLD.key OR (
        substr(OLD.key, 1, 7) <> 'nobody:' AND substr(NEW.key, 1, 7) = 'nobody:' AND length(NEW.key) = 23
    ))
    AND (NEW.account = OLD.account OR (
        (starts_with(OLD.account, 'member:') OR starts_with(OLD.account, 'role:') OR starts_with(OLD.account, 'personal:')
            OR starts_with(OLD.account, 'caused:personal:'))
        AND (
            substr(NEW.account, 1, 7) = 'nobody:' AND length(NEW.account) = 23
            OR NOT starts_with(OLD.account, 'role:') AND strpos(OLD.account, '~') = 0 AND starts_with(
                NEW.account, rtrim(OLD.account, replace(OLD.account, ':', '')) || '~'
            )
        )
    ))
)) EXECUTE FUNCTION entry_is_append_only();
CREATE TRIGGER decision_no_rename BEFORE UPDATE OF account, by_id ON decision
FOR EACH ROW WHEN (NOT (
    (NEW.by_id = OLD.by_id OR NEW.by_id <= 0)
    AND (NEW.account = OLD.account OR (
        (starts_with(OLD.account, 'member:') OR starts_with(OLD.account, 'role:') OR starts_with(OLD.account, 'personal:'))
        AND substr(NEW.account, 1, 7) = 'nobody:' AND length(NEW.account) = 23
    ))
)) EXECUTE FUNCTION entry_is_append_only();
