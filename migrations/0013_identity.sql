-- What a company's server signs with. A secret must be known to check a signature, so it is kept as it is.
CREATE TABLE identity_secret (
    id TEXT PRIMARY KEY,
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Null: until there is a newer one.
    ends_at BIGINT
);
CREATE INDEX identity_secret_inbox ON identity_secret (inbox_id);

-- Which visitor showed a token first; kept until the token ends.
CREATE TABLE identity_use (
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    once TEXT NOT NULL,
    visitor TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, once)
);
CREATE INDEX identity_use_ends ON identity_use (ends_at);

-- The company's own id of somebody it vouches for.
ALTER TABLE contact ADD COLUMN user_id TEXT;
