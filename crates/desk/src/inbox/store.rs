//! SQL of the inboxes.

use base::{InboxId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::model::{Inbox, Seen};
use crate::error::Result;

struct InboxRow(Inbox);

impl FromRow for InboxRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let unreadable = |what: &str| DbError::Statement(format!("inbox: unreadable {what}"));
        let seen_host: Option<String> = row.get(5)?;
        let seen_at: Option<i64> = row.get(6)?;
        Ok(Self(Inbox {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?,
            key: row.get(1)?,
            name: row.get(2)?,
            greeting: row.get(3)?,
            look: serde_json::from_str(&row.get::<String>(4)?).map_err(|_| unreadable("look"))?,
            file_limit: row.get(7)?,
            seen: seen_host.zip(seen_at).map(|(host, at)| Seen { host, at: Time(at) }),
        }))
    }
}

pub fn insert(tx: &mut Tx<'_>, inbox: &Inbox, now: Time) -> Result<()> {
    sql("INSERT INTO inbox (id, key, name, greeting, look, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(inbox.id.to_string())
        .bind(&inbox.key)
        .bind(&inbox.name)
        .bind(&inbox.greeting)
        .bind(json(inbox)?)
        .bind(now.millis())
        .run(tx)?;
    Ok(())
}

pub fn save(tx: &mut Tx<'_>, inbox: &Inbox) -> Result<()> {
    sql("UPDATE inbox SET name = $2, greeting = $3, look = $4, file_limit = $5 WHERE id = $1")
        .bind(inbox.id.to_string())
        .bind(&inbox.name)
        .bind(&inbox.greeting)
        .bind(json(inbox)?)
        .bind(inbox.file_limit)
        .run(tx)?;
    Ok(())
}

fn json(inbox: &Inbox) -> Result<String, DbError> {
    serde_json::to_string(&inbox.look).map_err(|error| DbError::Statement(error.to_string()))
}

pub fn save_seen(tx: &mut Tx<'_>, id: InboxId, host: &str, at: Time) -> Result<()> {
    sql("UPDATE inbox SET seen_host = $2, seen_at = $3 WHERE id = $1")
        .bind(id.to_string())
        .bind(host)
        .bind(at.millis())
        .run(tx)?;
    Ok(())
}

pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Inbox>> {
    let rows =
        sql("SELECT id, key, name, greeting, look, seen_host, seen_at, file_limit FROM inbox ORDER BY created_at, id LIMIT 100")
            .all::<InboxRow>(tx)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<Inbox>> {
    let row = sql("SELECT id, key, name, greeting, look, seen_host, seen_at, file_limit FROM inbox WHERE key = $1")
        .bind(key)
        .maybe::<InboxRow>(tx)?;
    Ok(row.map(|row| row.0))
}

pub fn by_id(tx: &mut Tx<'_>, id: InboxId) -> Result<Option<Inbox>> {
    let row = sql("SELECT id, key, name, greeting, look, seen_host, seen_at, file_limit FROM inbox WHERE id = $1")
        .bind(id.to_string())
        .maybe::<InboxRow>(tx)?;
    Ok(row.map(|row| row.0))
}
