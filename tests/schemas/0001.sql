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
INSERT INTO "account" VALUES('guild:1574870968172544001','2026-11',2,0,3600000,0,3610);
INSERT INTO "account" VALUES('host:usd','2026-11',4,1,5000000,0,300);
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
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done')),
    PRIMARY KEY (note_key, id)
);
INSERT INTO "ask" VALUES(1574870968747163648,'1574870968747163649:0c243990','auto',1574870968172544001,1574870968172544003,1574870968747163648,1574870968176738304,'en-US',0,NULL,NULL,1795548898640,'done');
INSERT INTO "ask" VALUES(1574870972891136000,'1574870968747163649:0c243990','slash',1574870968172544001,1574870968172544003,1574870968747163648,1574870968176738304,'en-US',0,1574870968147378176,NULL,1795548899634,'done');
INSERT INTO "ask" VALUES(1574870973008576512,'1574870973008576513:0c243990','auto',1574870968172544001,1574870968172544003,1574870973008576512,1574870968176738304,'en-US',0,NULL,NULL,1795548899658,'done');
CREATE TABLE charge (
    key TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('held', 'settled', 'void')),
    fence BIGINT NOT NULL,
    era BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL
);
INSERT INTO "charge" VALUES('1574870968747163649:0c243990/1','settled',1,1,1795549799613,1795548899617);
CREATE TABLE decided (
    note_key TEXT PRIMARY KEY REFERENCES note (key),
    margin TEXT NOT NULL,
    outcome TEXT NOT NULL
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
INSERT INTO "entry" VALUES('1574870968747163649:0c243990/1','guild:1574870968172544001','2026-11','hold',1,1,-1,0,3610,0,1795548898732);
INSERT INTO "entry" VALUES('1574870968747163649:0c243990/1','host:usd','2026-11','hold',1,1,-1,0,300,0,1795548898732);
INSERT INTO "entry" VALUES('1574870968747163649:0c243990/1','host:usd','2026-11','call',1,1,0,1,-300,300,1795548898858);
INSERT INTO "entry" VALUES('1574870968747163649:0c243990/1','guild:1574870968172544001','2026-11','bill',1,1,0,0,-3610,3610,1795548899613);
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
);
INSERT INTO "note" VALUES('1574870968747163649:0c243990',1574870968747163649,'voice-message.ogg','audio/ogg',14896,3610,'http://127.0.0.1:44133/attachments/1574870968172544003/1574870968747163649/voice-message.ogg?ex=6b073863&is=6b05e6e3&hm=cbf19a6c31d3a81e83c440c51117beb697f77d06239fbe74ea7d83750970461b&',1,1574870968172544001,1574870968172544003,1574870968747163648,1574870968176738304,1574870968176738304,1574870968747163648,1795548898640,'auto','done',1,2,2,0,3610,'2264bf08c4ee90785429e7c2c8b79272ba3161e7a65bd4f4a6b442950f23638d','Transcript');
INSERT INTO "note" VALUES('1574870973008576513:0c243990',1574870973008576513,'voice-message.ogg','audio/ogg',8605,3000,'http://127.0.0.1:44133/attachments/1574870968172544003/1574870973008576513/voice-message.ogg?ex=6b073863&is=6b05e6e3&hm=117cd5aa27d19c9863349dc81308f3ac27358c5ca75ec0a3ec04760e69f5c7c6&',1,1574870968172544001,1574870968172544003,1574870973008576512,1574870968176738304,1574870968176738304,1574870973008576512,1795548899658,'auto','done',1,1,1,0,NULL,NULL,'Silence');
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
    message_id BIGINT NOT NULL,
    PRIMARY KEY (note_key, ask_id, part),
    FOREIGN KEY (note_key, ask_id) REFERENCES ask (note_key, id)
);
INSERT INTO "reply" VALUES('1574870968747163649:0c243990',1574870968747163648,0,1574870968172544003,1574870972882747392);
INSERT INTO "reply" VALUES('1574870968747163649:0c243990',1574870972891136000,1,1574870968172544003,1574870972907913216);
INSERT INTO "reply" VALUES('1574870973008576513:0c243990',1574870973008576512,0,1574870968172544003,1574870973629333504);
CREATE TABLE schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO "schema_version" VALUES(1,'start');
CREATE TABLE seen (
    channel_id BIGINT PRIMARY KEY,
    message_id BIGINT NOT NULL
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
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
COMMIT;
