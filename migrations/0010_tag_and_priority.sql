-- Tags, and how urgent a conversation is: 0 urgent, 1 high, 2 normal, 3 low.

-- `name_key` is the name without case, or the id once the tag is deleted, so that its name is free again.
CREATE TABLE tag (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    colour TEXT NOT NULL,
    deleted BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE conversation_tag (
    tag_id TEXT NOT NULL REFERENCES tag (id),
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    PRIMARY KEY (tag_id, conversation_id)
);
CREATE INDEX conversation_tag_of ON conversation_tag (conversation_id);

-- The ids in conversation_tag as JSON, so that a list needs no second query; none: NULL.
ALTER TABLE conversation ADD COLUMN tags TEXT;
ALTER TABLE conversation ADD COLUMN priority BIGINT NOT NULL DEFAULT 2;

-- The queue is by priority, then by age.
DROP INDEX conversation_waiting;
DROP INDEX conversation_department_waiting;
CREATE INDEX conversation_queue ON conversation (priority, waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversation_department_queue ON conversation (department_id, priority, waiting_since, id) WHERE waiting_since IS NOT NULL;
