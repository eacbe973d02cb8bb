-- Files: what customers and agents send each other. Their bytes are in the file store, in the pieces they came in.
CREATE TABLE file (
    id TEXT PRIMARY KEY,
    -- Where its bytes are: nothing of the id, the name or the owner is in it.
    storage_key TEXT NOT NULL,
    pieces TEXT NOT NULL,
    received BIGINT NOT NULL,
    size BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- Decided by its bytes; none while they are still coming.
    kind TEXT,
    width BIGINT,
    height BIGINT,
    -- The kind of its small picture.
    thumbnail TEXT,
    scan TEXT NOT NULL,
    -- Who sent it: agent:<id>, or visitor:<hash of their token>.
    owner TEXT NOT NULL,
    conversation_id TEXT REFERENCES conversation (id),
    message_id TEXT,
    note BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    -- None once a message carries it.
    expires_at BIGINT
);
CREATE INDEX file_conversation ON file (conversation_id, created_at, id) WHERE message_id IS NOT NULL;
CREATE INDEX file_unsent ON file (expires_at, id) WHERE expires_at IS NOT NULL;
CREATE INDEX file_owner ON file (owner) WHERE expires_at IS NOT NULL;

-- The attachments of a message as JSON; none for most.
ALTER TABLE message ADD COLUMN attachments TEXT;

-- The largest file that may be sent through an inbox, in bytes; 0 for none at all.
ALTER TABLE inbox ADD COLUMN file_limit BIGINT NOT NULL DEFAULT 16777216;
