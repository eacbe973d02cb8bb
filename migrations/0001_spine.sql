-- One text for both engines: ids and JSON are TEXT, times are unix milliseconds, flags are 0 or 1.

-- The event log. Its numbers are dense: they come from event_head, updated last in every transaction.
CREATE TABLE event_head (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL);
INSERT INTO event_head (id, seq) VALUES (1, 0);
CREATE TABLE event (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    conversation_id TEXT,
    actor TEXT NOT NULL,
    audience TEXT NOT NULL,
    body TEXT NOT NULL,
    cause TEXT
);

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO counter (name, value) VALUES ('contact', 0);
INSERT INTO counter (name, value) VALUES ('conversation', 0);

CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    unique_key TEXT UNIQUE,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease TEXT,
    lease_until BIGINT NOT NULL,
    dead BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX job_due ON job (dead, run_at);

CREATE TABLE inbox (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    greeting TEXT NOT NULL,
    look TEXT NOT NULL,
    seen_host TEXT,
    seen_at BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE agent (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    active BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE session (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    agent_id TEXT NOT NULL REFERENCES agent (id),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_agent ON session (agent_id);

CREATE TABLE invite (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE contact (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    name TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Who a contact is on one inbox. On the web the external id is the hash of the visitor's token.
CREATE TABLE contact_identity (
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    external_id TEXT NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contact (id),
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, external_id)
);

CREATE TABLE conversation (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    contact_id TEXT NOT NULL REFERENCES contact (id),
    state TEXT NOT NULL,
    is_open BIGINT NOT NULL,
    owner_id TEXT REFERENCES agent (id),
    epoch BIGINT NOT NULL,
    head_seq BIGINT NOT NULL,
    preview TEXT NOT NULL,
    preview_author TEXT,
    locale TEXT,
    page TEXT,
    created_at BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL,
    -- last_message_at, at most a minute old: what lists are ordered by. See docs/decisions/0009.
    activity_at BIGINT NOT NULL,
    waiting_since BIGINT,
    resolved_at BIGINT,
    contact_delivered_seq BIGINT NOT NULL,
    contact_read_seq BIGINT NOT NULL,
    agent_delivered_seq BIGINT NOT NULL,
    agent_read_seq BIGINT NOT NULL
);
CREATE INDEX conversation_contact ON conversation (contact_id);
CREATE INDEX conversation_open ON conversation (activity_at, id) WHERE is_open = 1;
CREATE INDEX conversation_owner ON conversation (owner_id, activity_at, id) WHERE is_open = 1;
CREATE INDEX conversation_waiting ON conversation (waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversation_resolved ON conversation (resolved_at, id) WHERE resolved_at IS NOT NULL;

-- A note carries the seq of the public message it follows; see docs/decisions/0006.
CREATE TABLE message (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    seq BIGINT NOT NULL,
    note BIGINT NOT NULL,
    client_id TEXT,
    author_type TEXT NOT NULL,
    author_id TEXT,
    author_name TEXT NOT NULL,
    content TEXT NOT NULL,
    reply_to TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_order ON message (conversation_id, seq, note, id);
CREATE UNIQUE INDEX message_client ON message (author_id, client_id, conversation_id);

CREATE TABLE draft (
    agent_id TEXT NOT NULL REFERENCES agent (id),
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    mode TEXT NOT NULL,
    text TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (agent_id, conversation_id, mode)
);
