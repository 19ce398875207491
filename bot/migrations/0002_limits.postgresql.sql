CREATE TRIGGER decision_no_change BEFORE UPDATE OR DELETE ON decision
FOR EACH ROW EXECUTE FUNCTION entry_is_append_only();
CREATE TRIGGER decision_no_truncate BEFORE TRUNCATE ON decision
FOR EACH STATEMENT EXECUTE FUNCTION entry_is_append_only();

-- What was paid before there were lines: from the journal, its days in UTC.
INSERT INTO expense
SELECT charge.key, entry.account, entry.period,
    CAST(extract(day FROM to_timestamp(max(entry.at_ms) / 1000.0) AT TIME ZONE 'UTC') AS BIGINT),
    note.payer_id, note.channel_id, max(entry.at_ms), coalesce(note.ending, ''), coalesce(note.length_ms, 0),
    CAST(sum(entry.committed_d) AS BIGINT),
    CAST((SELECT coalesce(sum(paid.committed_d), 0) FROM entry AS paid
        WHERE paid.key = charge.key AND paid.account = 'host:usd') AS BIGINT)
FROM note JOIN charge ON charge.key = note.key || '/' || note.round
JOIN entry ON entry.key = charge.key AND entry.account <> 'host:usd'
WHERE charge.state = 'settled'
GROUP BY charge.key, entry.account, entry.period, note.payer_id, note.channel_id, note.ending, note.length_ms;
