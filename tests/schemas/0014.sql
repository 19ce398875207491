BEGIN TRANSACTION;
CREATE TABLE account (
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    rank BIGINT NOT NULL,
    money BIGINT NOT NULL CHECK (money IN (0, 1)),
    ceiling BIGINT NOT NULL CHECK (ceiling >= 0),  -- the limit of the latest hold
    held BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0),
    committed BIGINT NOT NULL DEFAULT 0 CHECK (committed >= 0),
    PRIMARY KEY (account, period)
);
INSERT INTO "account" VALUES('guild:1574946138010681345','2026-11',2,0,3600000,0,3610);
INSERT INTO "account" VALUES('host:usd','2026-11',4,1,5000000,0,300);
CREATE TABLE allowance (
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    guild_id BIGINT,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (account, period)
);
CREATE TABLE ask (
    id BIGINT NOT NULL,
    note_key TEXT NOT NULL REFERENCES note (key),
    door TEXT NOT NULL CHECK (door IN ('auto', 'slash', 'menu', 'terminal')),
    guild_id BIGINT,
    channel_id BIGINT NOT NULL,
    message_id BIGINT,
    member_id BIGINT NOT NULL,
    locale TEXT NOT NULL,
    private BIGINT NOT NULL CHECK (private IN (0, 1)),
    application_id BIGINT,
    token TEXT,
    created_ms BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done')), place TEXT NOT NULL DEFAULT 'reply', asked_in BIGINT, follows BIGINT NOT NULL DEFAULT 0, role_ids TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (note_key, id)
);
INSERT INTO "ask" VALUES(1574946140980248576,'1574946140997025792:0c243990','auto',1574946138010681345,1574946138010681347,1574946140980248576,1574946138014875648,'en-US',0,NULL,NULL,1795566821120,'done','reply',NULL,0,'1574946138010681345');
INSERT INTO "ask" VALUES(1574946148869734400,'1574946140997025792:0c243990','slash',1574946138010681345,1574946138010681347,1574946140980248576,1574946138014875648,'en-US',0,1574946136458788864,NULL,1795566823040,'done','reply',NULL,0,'1574946138010681345');
INSERT INTO "ask" VALUES(1574946149461131264,'1574946149461131265:0c243990','auto',1574946138010681345,1574946138010681347,1574946149461131264,1574946138014875648,'en-US',0,NULL,NULL,1795566823136,'done','reply',NULL,0,'1574946138010681345');
CREATE TABLE breaker (
    name TEXT PRIMARY KEY,
    opened_ms BIGINT NOT NULL,
    probe_ms BIGINT NOT NULL,
    code TEXT NOT NULL
);
CREATE TABLE calendar (
    guild_id BIGINT NOT NULL,
    from_ms BIGINT NOT NULL,
    zone TEXT NOT NULL,
    PRIMARY KEY (guild_id, from_ms)
);
INSERT INTO "calendar" VALUES(1574946138010681345,0,'UTC');
CREATE TABLE charge (
    key TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('held', 'settled', 'void')),
    fence BIGINT NOT NULL,
    era BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL
);
INSERT INTO "charge" VALUES('1574946140997025792:0c243990/1','settled',1,1,1795567722905,1795566822910);
CREATE TABLE choice (
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    by_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (guild_id, channel_id, name)
);
CREATE TABLE chore (
    name TEXT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);
CREATE TABLE decided (
    note_key TEXT PRIMARY KEY REFERENCES note (key),
    margin TEXT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE TABLE decision (
    id BIGINT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('limit', 'clear', 'grant')),
    period TEXT NOT NULL,
    guild_id BIGINT,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    by_id BIGINT NOT NULL,  -- 0: whoever has the machine
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE TABLE entry (
    key TEXT NOT NULL REFERENCES charge (key),
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('hold', 'call', 'correct', 'bill', 'settle', 'void')),
    fence BIGINT NOT NULL,
    era BIGINT NOT NULL,
    piece BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    held_d BIGINT NOT NULL,
    committed_d BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (key, account, period, kind, fence, piece, attempt),
    CHECK (CASE kind
        WHEN 'hold' THEN held_d >= 0 AND committed_d = 0
        WHEN 'call' THEN held_d <= 0 AND committed_d >= -held_d
        WHEN 'correct' THEN held_d = 0
        WHEN 'bill' THEN held_d <= 0 AND committed_d = -held_d
        WHEN 'settle' THEN held_d < 0 AND committed_d = 0
        ELSE held_d <= 0 AND committed_d <= 0
    END),
    FOREIGN KEY (account, period) REFERENCES account (account, period)
);
INSERT INTO "entry" VALUES('1574946140997025792:0c243990/1','guild:1574946138010681345','2026-11','hold',1,1,-1,0,3610,0,1795566821436);
INSERT INTO "entry" VALUES('1574946140997025792:0c243990/1','host:usd','2026-11','hold',1,1,-1,0,300,0,1795566821436);
INSERT INTO "entry" VALUES('1574946140997025792:0c243990/1','host:usd','2026-11','call',1,1,0,1,-300,300,1795566821552);
INSERT INTO "entry" VALUES('1574946140997025792:0c243990/1','guild:1574946138010681345','2026-11','bill',1,1,0,0,-3610,3610,1795566822905);
CREATE TABLE expense (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    day BIGINT NOT NULL CHECK (day BETWEEN 1 AND 31),
    member_id BIGINT,
    channel_id BIGINT,
    at_ms BIGINT NOT NULL,
    ending TEXT NOT NULL,
    length_ms BIGINT NOT NULL,
    billed_ms BIGINT NOT NULL,
    usd_micros BIGINT NOT NULL
);
INSERT INTO "expense" VALUES('1574946140997025792:0c243990/1','guild:1574946138010681345','2026-11',25,1574946138014875648,1574946138010681347,1795566822922,'Transcript',3610,3610,300);
INSERT INTO "expense" VALUES('1574946140997025792:0c243990@1574946148869734400','guild:1574946138010681345','2026-11',25,1574946138014875648,1574946138010681347,1795566823194,'Repeat',3610,0,0);
INSERT INTO "expense" VALUES('1574946149461131265:0c243990/1','guild:1574946138010681345','2026-11',25,1574946138014875648,1574946138010681347,1795566823555,'Silence',3000,0,0);
CREATE TABLE forgotten (
    member_id BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);
CREATE TABLE heard (
    note_key TEXT NOT NULL REFERENCES note (key),
    piece BIGINT NOT NULL,
    start_ms BIGINT NOT NULL,
    end_ms BIGINT NOT NULL,
    languages TEXT NOT NULL,
    margin TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (note_key, piece)
);
CREATE TABLE left_guild (
    guild_id BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);
CREATE TABLE note (
    key TEXT PRIMARY KEY,
    attachment_id BIGINT NOT NULL,
    filename TEXT NOT NULL,
    content_type TEXT,
    size_bytes BIGINT NOT NULL,
    declared_ms BIGINT,
    url TEXT NOT NULL,
    is_voice BIGINT NOT NULL CHECK (is_voice IN (0, 1)),
    guild_id BIGINT,
    channel_id BIGINT NOT NULL,
    message_id BIGINT,
    author_id BIGINT,
    payer_id BIGINT NOT NULL,
    request_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    door TEXT NOT NULL CHECK (door IN ('auto', 'slash', 'menu', 'terminal')),
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'heard', 'done')),
    round BIGINT NOT NULL DEFAULT 1,  -- each time it is heard anew is a charge of its own
    attempts BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    leased_until_ms BIGINT NOT NULL DEFAULT 0,
    length_ms BIGINT,
    sha256 TEXT,
    ending TEXT
, parent_id BIGINT, language TEXT, task TEXT NOT NULL DEFAULT 'transcribe', stopped BIGINT NOT NULL DEFAULT 0, timing TEXT, role_ids TEXT NOT NULL DEFAULT '');
INSERT INTO "note" VALUES('1574946140997025792:0c243990',1574946140997025792,'voice-message.ogg','audio/ogg',14896,3610,'http://127.0.0.1:41215/attachments/1574946138010681347/1574946140997025792/voice-message.ogg?ex=6b077e67&is=6b062ce7&hm=367d7b4c90a93c2090e4e4dfd39b5a3d3304346582a7bb7a8b09444a1a5ee741&',1,1574946138010681345,1574946138010681347,1574946140980248576,1574946138014875648,1574946138014875648,1574946140980248576,1795566821120,'auto','done',1,2,2,0,3610,'2264bf08c4ee90785429e7c2c8b79272ba3161e7a65bd4f4a6b442950f23638d','Transcript',NULL,NULL,'transcribe',0,'[[0,3610,16]]','1574946138010681345');
INSERT INTO "note" VALUES('1574946149461131265:0c243990',1574946149461131265,'voice-message.ogg','audio/ogg',8605,3000,'http://127.0.0.1:41215/attachments/1574946138010681347/1574946149461131265/voice-message.ogg?ex=6b077e67&is=6b062ce7&hm=3bf71196dbc475e33b82c7dd36f7730f7f2bff66da1a75da24e943128685ba3f&',1,1574946138010681345,1574946138010681347,1574946149461131264,1574946138014875648,1574946138014875648,1574946149461131264,1795566823136,'auto','done',1,1,1,0,NULL,'cf08833b9649061b9d66d21732e6e4e28f3898f1cb81a3c25a7d85e25a51fd6b','Silence',NULL,NULL,'transcribe',0,NULL,'1574946138010681345');
CREATE TABLE offer (
    message_id BIGINT PRIMARY KEY,
    channel_id BIGINT NOT NULL,
    offer_id BIGINT,  -- the message with the button, once it stands
    at_ms BIGINT NOT NULL
);
CREATE TABLE opted_out (
    member_id BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);
CREATE TABLE original (
    account TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    variant TEXT NOT NULL,
    note_key TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account, sha256, variant)
);
INSERT INTO "original" VALUES('guild:1574946138010681345','2264bf08c4ee90785429e7c2c8b79272ba3161e7a65bd4f4a6b442950f23638d','0c243990','1574946140997025792:0c243990',1795566821402);
INSERT INTO "original" VALUES('guild:1574946138010681345','cf08833b9649061b9d66d21732e6e4e28f3898f1cb81a3c25a7d85e25a51fd6b','0c243990','1574946149461131265:0c243990',1795566823258);
CREATE TABLE refusal (
    guild_id BIGINT,
    member_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    ending TEXT NOT NULL,
    detail TEXT NOT NULL,
    early BIGINT NOT NULL DEFAULT 1 CHECK (early IN (0, 1))  -- 1: it never became a note, so it counts as a wish of its own
);
CREATE TABLE reply (
    note_key TEXT NOT NULL,
    ask_id BIGINT NOT NULL,
    part BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL, live BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (note_key, ask_id, part),
    FOREIGN KEY (note_key, ask_id) REFERENCES ask (note_key, id)
);
INSERT INTO "reply" VALUES('1574946140997025792:0c243990',1574946140980248576,0,1574946138010681347,1574946148760682496,0);
INSERT INTO "reply" VALUES('1574946140997025792:0c243990',1574946148869734400,1,1574946138010681347,1574946148962009088,0);
INSERT INTO "reply" VALUES('1574946149461131265:0c243990',1574946149461131264,0,1574946138010681347,1574946151369539584,0);
CREATE TABLE schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO "schema_version" VALUES(1,'start');
INSERT INTO "schema_version" VALUES(2,'limits');
INSERT INTO "schema_version" VALUES(3,'choices');
INSERT INTO "schema_version" VALUES(4,'reply');
INSERT INTO "schema_version" VALUES(5,'privacy');
INSERT INTO "schema_version" VALUES(7,'ops');
INSERT INTO "schema_version" VALUES(8,'roles');
INSERT INTO "schema_version" VALUES(9,'expense_index');
INSERT INTO "schema_version" VALUES(10,'drift');
INSERT INTO "schema_version" VALUES(14,'scale');
CREATE TABLE seen (
    channel_id BIGINT PRIMARY KEY,
    message_id BIGINT NOT NULL
);
INSERT INTO "seen" VALUES(1574946138010681347,1574946149461131264);
CREATE TABLE told (
    place TEXT NOT NULL,
    what TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    notice TEXT,
    due_ms BIGINT NOT NULL DEFAULT 0,  -- before that, somebody is saying it
    PRIMARY KEY (place, what)
);
INSERT INTO "told" VALUES('guild:1574946138010681345','introduction',1795566821131,NULL,1795567423040);
CREATE TABLE trace (
    channel_id BIGINT NOT NULL,
    reply_id BIGINT NOT NULL,
    source_channel_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    guild_id BIGINT,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (channel_id, reply_id)
);
CREATE TABLE unwanted (
    channel_id BIGINT NOT NULL,
    reply_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (channel_id, reply_id)
);
CREATE INDEX charge_held ON charge (expires_ms) WHERE state = 'held';
CREATE UNIQUE INDEX entry_billed_once ON entry (key, account, period, era, piece) WHERE kind = 'bill';
CREATE INDEX note_waiting ON note (guild_id) WHERE state <> 'done';
CREATE INDEX note_message ON note (message_id);
CREATE INDEX ask_id ON ask (id);
CREATE INDEX ask_open ON ask (note_key) WHERE state = 'open';
CREATE INDEX ask_member ON ask (member_id, created_ms);
CREATE INDEX ask_guild ON ask (guild_id, created_ms);
CREATE INDEX ask_message ON ask (message_id);
CREATE INDEX reply_channel ON reply (channel_id, message_id);
CREATE INDEX refusal_guild ON refusal (guild_id, at_ms);
CREATE INDEX refusal_member ON refusal (member_id, at_ms);
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE INDEX told_due ON told (due_ms) WHERE notice IS NOT NULL;
CREATE INDEX allowance_guild ON allowance (guild_id);
CREATE INDEX decision_guild ON decision (guild_id, id);
CREATE INDEX expense_month ON expense (account, period, day);
CREATE INDEX expense_member ON expense (member_id, period);
CREATE INDEX original_age ON original (at_ms);
CREATE INDEX original_note ON original (note_key);
CREATE INDEX account_period ON account (period, rank);
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE INDEX reply_message ON reply (message_id);
CREATE INDEX trace_source ON trace (source_id);
CREATE INDEX trace_at ON trace (at_ms);
CREATE INDEX note_author ON note (author_id);
CREATE INDEX note_attachment ON note (attachment_id);
CREATE INDEX note_sound ON note (sha256);
CREATE INDEX note_payer ON note (payer_id);
CREATE INDEX note_channel ON note (channel_id);
CREATE INDEX note_old ON note (created_ms) WHERE state = 'done';
CREATE INDEX ask_channel ON ask (channel_id);
CREATE INDEX refusal_at ON refusal (at_ms);
CREATE TRIGGER entry_no_update
BEFORE UPDATE OF period, kind, fence, era, piece, attempt, held_d, committed_d, at_ms ON entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER decision_no_update BEFORE UPDATE OF id, kind, period, guild_id, amount, at_ms ON decision
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE INDEX account_month ON account (period);
CREATE INDEX entry_month ON entry (period, account);
CREATE INDEX expense_period ON expense (period, account, usd_micros);
CREATE INDEX entry_corrected ON entry (account, period) WHERE kind = 'correct';
CREATE INDEX ask_token ON ask (created_ms) WHERE token IS NOT NULL;
COMMIT;
