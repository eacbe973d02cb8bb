-- Canned replies: for one agent, a department, or everybody (`scope` is an id, or 'all'), and how often each agent used one.
CREATE TABLE canned (
    id TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    tags TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX canned_scope ON canned (scope, id);

CREATE TABLE canned_use (
    agent_id TEXT NOT NULL REFERENCES agent (id),
    canned_id TEXT NOT NULL REFERENCES canned (id) ON DELETE CASCADE,
    times BIGINT NOT NULL,
    PRIMARY KEY (agent_id, canned_id)
);
CREATE INDEX canned_use_of ON canned_use (canned_id);
