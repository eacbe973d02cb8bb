-- How each inbox or department hands its conversations out. No row: agents pick by hand.
CREATE TABLE assignment (
    scope TEXT PRIMARY KEY,
    mode TEXT NOT NULL,
    chat_limit BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Which agents hold a socket on which node; a node that is silent holds nobody.
CREATE TABLE server_node (id TEXT PRIMARY KEY, seen_at BIGINT NOT NULL);
CREATE TABLE presence (
    agent_id TEXT NOT NULL REFERENCES agent (id),
    node TEXT NOT NULL,
    since BIGINT NOT NULL,
    left_at BIGINT,
    PRIMARY KEY (agent_id, node)
);
CREATE INDEX presence_node ON presence (node);

-- When an agent was last given a conversation.
CREATE TABLE routing_turn (agent_id TEXT PRIMARY KEY REFERENCES agent (id), at BIGINT NOT NULL);

-- Who does what only one node may do at a time.
CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL);

ALTER TABLE conversation ADD COLUMN ringing_until BIGINT;
ALTER TABLE conversation ADD COLUMN missed_at BIGINT;
CREATE INDEX conversation_ringing ON conversation (ringing_until, id) WHERE ringing_until IS NOT NULL;
CREATE INDEX conversation_missed ON conversation (missed_at, id) WHERE missed_at IS NOT NULL;

-- One ring offered to one agent. The round is the conversation's epoch while it rings: whatever ends the ring moves it on.
CREATE TABLE offer (
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    round BIGINT NOT NULL,
    agent_id TEXT NOT NULL REFERENCES agent (id),
    offered_at BIGINT NOT NULL,
    answer TEXT,
    answered_at BIGINT,
    PRIMARY KEY (conversation_id, round, agent_id)
);
CREATE INDEX offer_open ON offer (agent_id) WHERE answer IS NULL;
CREATE INDEX offer_age ON offer (offered_at);

-- What a department still owes a customer: kept until somebody says that it is done.
CREATE TABLE follow_up (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    done_by TEXT
);
CREATE UNIQUE INDEX follow_up_conversation ON follow_up (conversation_id) WHERE done_at IS NULL;
CREATE INDEX follow_up_open ON follow_up (created_at, id) WHERE done_at IS NULL;
