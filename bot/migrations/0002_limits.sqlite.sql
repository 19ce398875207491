CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

-- What was paid before there were lines: from the journal, its days in UTC.
INSERT INTO expense
SELECT charge.key, entry.account, entry.period,
    CAST(strftime('%d', max(entry.at_ms) / 1000, 'unixepoch') AS INTEGER),
    note.payer_id, note.channel_id, max(entry.at_ms), coalesce(note.ending, ''), coalesce(note.length_ms, 0),
    sum(entry.committed_d),
    (SELECT coalesce(sum(paid.committed_d), 0) FROM entry AS paid WHERE paid.key = charge.key AND paid.account = 'host:usd')
FROM note JOIN charge ON charge.key = note.key || '/' || note.round
JOIN entry ON entry.key = charge.key AND entry.account <> 'host:usd'
WHERE charge.state = 'settled' GROUP BY charge.key, entry.account, entry.period;
