-- What can be found: one row per message, note and contact. The words are folded by our own code before they come here, so that both
-- engines find the same; see docs/decisions/0012.
CREATE TABLE search_doc (
    doc BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    entity_id TEXT NOT NULL UNIQUE,
    conversation_id TEXT
);
-- How far the log has been read (seq), with which rules (version), and, while older rows are still being read, the last one (backfill).
CREATE TABLE search_state (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, version BIGINT NOT NULL, backfill TEXT);
INSERT INTO search_state (id, seq, version) VALUES (1, 0, 0);
CREATE INDEX conversation_number ON conversation (number);
-- only sqlite:
CREATE VIRTUAL TABLE search_words USING fts5 (
    words, content = '', contentless_delete = 1, prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co' tokenchars '=@'"
);
-- only postgres:
ALTER TABLE search_doc ADD COLUMN words TSVECTOR;
CREATE INDEX search_words ON search_doc USING GIN (words);
