-- Departments, roles, agents' status, and links that set a new password.

CREATE TABLE department (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hours TEXT,
    fallback_id TEXT REFERENCES department (id),
    archived BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE department_member (
    department_id TEXT NOT NULL REFERENCES department (id),
    agent_id TEXT NOT NULL REFERENCES agent (id),
    PRIMARY KEY (department_id, agent_id)
);
CREATE INDEX department_member_agent ON department_member (agent_id);

CREATE TABLE role (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What customers see of an agent, and what routing asks about one.
ALTER TABLE agent ADD COLUMN display_name TEXT;
ALTER TABLE agent ADD COLUMN signature TEXT NOT NULL DEFAULT '';
ALTER TABLE agent ADD COLUMN languages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE agent ADD COLUMN chat_limit BIGINT NOT NULL DEFAULT 4;

-- `back_to` is the status after a timed one, `former` the one that comes back when an absent agent returns.
CREATE TABLE agent_status (
    agent_id TEXT PRIMARY KEY REFERENCES agent (id),
    status TEXT NOT NULL,
    until BIGINT,
    back_to TEXT,
    former TEXT,
    reason TEXT,
    set_by TEXT REFERENCES agent (id),
    since BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX agent_status_until ON agent_status (until) WHERE until IS NOT NULL;

CREATE TABLE agent_status_span (
    id TEXT PRIMARY KEY,
    agent_id TEXT NOT NULL REFERENCES agent (id),
    status TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT,
    set_by TEXT REFERENCES agent (id),
    reason TEXT
);
CREATE INDEX agent_status_span_agent ON agent_status_span (agent_id, begun_at);

-- Whoever has an account already is away until they come back.
INSERT INTO agent_status (agent_id, status, former, since, seen_at)
    SELECT id, 'not_available', 'available', created_at, created_at FROM agent;

CREATE TABLE password_reset (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    agent_id TEXT NOT NULL REFERENCES agent (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

ALTER TABLE conversation ADD COLUMN department_id TEXT REFERENCES department (id);
CREATE INDEX conversation_department_open ON conversation (department_id, activity_at, id) WHERE is_open = 1;
CREATE INDEX conversation_department_waiting ON conversation (department_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversation_department_resolved ON conversation (department_id, resolved_at, id) WHERE resolved_at IS NOT NULL;
CREATE INDEX conversation_owner_resolved ON conversation (owner_id, resolved_at, id) WHERE resolved_at IS NOT NULL;
