//! What is stored, read past the API: all rows of all tables, and whether they agree with each other.

use std::collections::BTreeMap;

use db::{DbError, FromRow, Row, sql};

use super::Desk;

/// Every table of the product, but the jobs, the agents' statuses and open questions, which change by themselves.
const TABLES: [&str; 24] = [
    "agent",
    "canned",
    "canned_use",
    "contact",
    "contact_identity",
    "conversation",
    "conversation_tag",
    "counter",
    "department",
    "department_member",
    "draft",
    "event",
    "file",
    "identity_secret",
    "identity_use",
    "inbox",
    "invite",
    "mail",
    "message",
    "password_reset",
    "role",
    "session",
    "survey",
    "tag",
];

/// A row of any shape, as text.
struct Any(String);

impl FromRow for Any {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut cells = Vec::new();
        for index in 0.. {
            if let Ok(text) = row.get::<Option<String>>(index) {
                cells.push(text.unwrap_or_else(|| "NULL".to_owned()));
            } else if let Ok(number) = row.get::<Option<i64>>(index) {
                cells.push(number.map_or_else(|| "NULL".to_owned(), |number| number.to_string()));
            } else {
                break;
            }
        }
        Ok(Self(cells.join(" | ")))
    }
}

fn select(table: &str) -> &'static str {
    // the time of the last touch is a lock, not a change
    let columns = if table == "contact" { "id, number, name, user_id, created_at" } else { "*" };
    // whoever is silent for 90 s is away, in a long story too
    let rows = if table == "event" {
        "event WHERE kind <> 'agent.status_changed' OR actor NOT LIKE '%system%'"
    } else {
        table
    };
    Box::leak(format!("SELECT {columns} FROM {rows} ORDER BY 1, 2").into_boxed_str())
}

/// All rows at one moment.
#[derive(Debug)]
pub struct Rows(BTreeMap<&'static str, Vec<String>>);

impl Desk {
    /// The rows of a table.
    pub async fn rows_of(&self, table: &str) -> Vec<String> {
        let text = select(table);
        let rows: Vec<Any> = self.core().read(move |tx, _| Ok(sql(text).all(tx)?)).await.unwrap();
        rows.into_iter().map(|row| row.0).collect()
    }

    /// All rows of all tables.
    pub async fn rows(&self) -> Rows {
        let mut all = BTreeMap::new();
        for table in TABLES {
            all.insert(table, self.rows_of(table).await);
        }
        Rows(all)
    }

    /// Nothing may have been stored, changed or deleted since.
    pub async fn is_unchanged_since(&self, before: &Rows) {
        let after = self.rows().await;
        for (table, rows) in &before.0 {
            let new: Vec<_> = after.0[table].iter().filter(|row| !rows.contains(row)).collect();
            let gone: Vec<_> = rows.iter().filter(|row| !after.0[table].contains(row)).collect();
            assert!(new.is_empty() && gone.is_empty(), "{table} changed: {gone:#?} became {new:#?}");
        }
    }

    pub async fn count(&self, table: &str) -> usize {
        self.rows_of(table).await.len()
    }

    /// Changes rows past the API, as time or an older version would have.
    pub async fn rewrites(&self, text: &'static str) {
        let changed = self.core().write("story", move |tx, _| Ok(sql(text).run(tx)?)).await.unwrap();
        assert!(changed > 0, "{text} changed nothing");
    }
}

/// Statements that each count what must not be, and what that would mean.
const FAULTS: [(&str, &str); 11] = [
    ("an event number is missing", "SELECT h.seq - (SELECT count(*) FROM event) FROM event_head h"),
    (
        "an open conversation has nobody to act on it",
        "SELECT count(*) FROM conversation c LEFT JOIN agent a ON a.id = c.owner_id WHERE c.is_open = 1 \
         AND NOT (c.state = 'waiting' AND c.owner_id IS NULL AND (c.waiting_since IS NOT NULL OR c.missed_at IS NOT NULL)) \
         AND NOT (c.state = 'pending_acceptance' AND c.owner_id IS NULL AND c.ringing_until IS NOT NULL) \
         AND NOT (c.state = 'snoozed' AND c.owner_id IS NOT NULL AND a.active = 1 AND c.snoozed_until IS NOT NULL) \
         AND NOT (c.state = 'active' AND c.owner_id IS NOT NULL AND a.active = 1)",
    ),
    (
        "a resolved conversation waits",
        "SELECT count(*) FROM conversation WHERE is_open = 0 AND (state <> 'resolved' OR waiting_since IS NOT NULL OR resolved_at IS NULL)",
    ),
    (
        "an open conversation is said to be resolved",
        "SELECT count(*) FROM conversation WHERE is_open = 1 AND resolved_at IS NOT NULL",
    ),
    (
        "a conversation's messages are not numbered 1, 2, 3 …",
        "SELECT count(*) FROM conversation c WHERE c.head_seq <> (SELECT count(*) FROM message m WHERE m.conversation_id = c.id AND \
         m.note = 0) OR c.head_seq <> (SELECT count(DISTINCT m.seq) FROM message m WHERE m.conversation_id = c.id AND m.note = 0) \
         OR c.head_seq <> (SELECT COALESCE(MAX(m.seq), 0) FROM message m WHERE m.conversation_id = c.id AND m.note = 0)",
    ),
    (
        "a message has no event, or two",
        "SELECT (SELECT count(*) FROM message) - (SELECT count(*) FROM event WHERE kind = 'message.created')",
    ),
    (
        "a note is for all to hear",
        "SELECT count(*) FROM event e WHERE e.kind = 'message.created' AND e.body LIKE '%\"note\":true%' AND e.audience NOT LIKE 'agents%'",
    ),
    (
        "a file is in a message's keeping and will be forgotten, or is in none's and will not",
        "SELECT count(*) FROM file WHERE (message_id IS NULL) <> (expires_at IS NOT NULL) \
         OR (message_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = file.message_id \
         AND m.conversation_id = file.conversation_id AND m.note = file.note AND m.attachments LIKE '%' || file.id || '%'))",
    ),
    (
        "a mark is beyond the newest message, or read before it was delivered",
        "SELECT count(*) FROM conversation WHERE contact_delivered_seq > head_seq OR agent_delivered_seq > head_seq \
         OR contact_read_seq > contact_delivered_seq OR agent_read_seq > agent_delivered_seq",
    ),
    (
        "a customer has two open conversations",
        "SELECT count(*) FROM (SELECT contact_id FROM conversation WHERE is_open = 1 GROUP BY contact_id HAVING count(*) > 1) twice",
    ),
    (
        "somebody switched off is signed in",
        "SELECT count(*) FROM session s JOIN agent a ON a.id = s.agent_id WHERE a.active = 0",
    ),
];

/// What is stored must agree with itself, whatever happened.
pub async fn are_whole(desk: &Desk) {
    for (what, text) in FAULTS {
        let count: i64 = desk.core().read(move |tx, _| Ok(sql(text).one(tx)?)).await.unwrap();
        assert_eq!(count, 0, "{what}");
    }
}
