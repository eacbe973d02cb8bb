-- How satisfied customers were: at most one survey per conversation, asked when it ends.
CREATE TABLE survey (
    conversation_id TEXT PRIMARY KEY REFERENCES conversation (id),
    contact_id TEXT NOT NULL REFERENCES contact (id),
    inbox_id TEXT NOT NULL REFERENCES inbox (id),
    -- Whose conversation it was when it ended.
    department_id TEXT REFERENCES department (id),
    agent_id TEXT NOT NULL REFERENCES agent (id),
    asked_at BIGINT NOT NULL,
    skipped_at BIGINT,
    answered_at BIGINT,
    stars BIGINT,
    comment TEXT NOT NULL DEFAULT ''
);
CREATE INDEX survey_contact ON survey (contact_id, asked_at);
CREATE INDEX survey_asked ON survey (asked_at);
CREATE INDEX survey_answered ON survey (answered_at, conversation_id) WHERE answered_at IS NOT NULL;
