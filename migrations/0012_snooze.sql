-- Until when a conversation sleeps; not null while it does. The year 9999 stands for: until the customer writes.
ALTER TABLE conversation ADD COLUMN snoozed_until BIGINT;
CREATE INDEX conversation_snoozed ON conversation (owner_id, snoozed_until, id) WHERE snoozed_until IS NOT NULL;
