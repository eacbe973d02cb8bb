-- Letters on their way out. Who it goes to and what it says are wiped once it is delivered; the row stays a day to be counted.
CREATE TABLE mail (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_hash TEXT NOT NULL,
    by_visitor BIGINT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    give_up_at BIGINT NOT NULL,
    lease TEXT,
    lease_until BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    -- when it was delivered or given up
    done_at BIGINT
);
CREATE INDEX mail_due ON mail (run_at) WHERE state = 'waiting';
CREATE INDEX mail_done ON mail (state, done_at);
CREATE INDEX mail_visitor ON mail (created_at) WHERE by_visitor = 1;

-- One row, held while the visitors' letters are counted.
CREATE TABLE mail_gate (id BIGINT PRIMARY KEY, opened BIGINT NOT NULL);
INSERT INTO mail_gate (id, opened) VALUES (1, 0);
