-- One agent asks another for a conversation: until the deadline, while nothing about it changes. At most one at a time.
CREATE TABLE ask (
    conversation_id TEXT PRIMARY KEY REFERENCES conversation (id),
    id TEXT NOT NULL,
    agent_id TEXT NOT NULL REFERENCES agent (id),
    owner_id TEXT NOT NULL REFERENCES agent (id),
    epoch BIGINT NOT NULL,
    -- The newest message when it was asked: what the owner wrote since stands after it.
    head_seq BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    deadline BIGINT NOT NULL
);
CREATE INDEX ask_agent ON ask (agent_id);
CREATE INDEX ask_owner ON ask (owner_id);
