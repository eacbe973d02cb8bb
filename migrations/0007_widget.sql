-- What the chat of an inbox says and asks, and where it may be shown.
ALTER TABLE inbox ADD COLUMN widget TEXT NOT NULL DEFAULT '{}';
ALTER TABLE inbox ADD COLUMN domains TEXT NOT NULL DEFAULT '[]';
ALTER TABLE inbox ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;

-- What an inbox was set to, newest last; the oldest beyond fifty are forgotten.
CREATE TABLE inbox_version (
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    version BIGINT NOT NULL,
    settings TEXT NOT NULL,
    by_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, version)
);
