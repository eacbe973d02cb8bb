//! SQL of the inboxes.

use base::{InboxId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::model::{Inbox, Seen, Settings};
use super::version::Version;
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
            widget: serde_json::from_str(&row.get::<String>(7)?).map_err(|_| unreadable("widget"))?,
            domains: serde_json::from_str(&row.get::<String>(8)?).map_err(|_| unreadable("domains"))?,
            archived: row.get::<i64>(9)? != 0,
            file_limit: row.get(10)?,
            seen: seen_host.zip(seen_at).map(|(host, at)| Seen { host, at: Time(at) }),
        }))
    }
}

pub fn insert(tx: &mut Tx<'_>, inbox: &Inbox, now: Time) -> Result<()> {
    sql("INSERT INTO inbox (id, key, name, greeting, look, widget, domains, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(inbox.id.to_string())
    .bind(&inbox.key)
    .bind(&inbox.name)
    .bind(&inbox.greeting)
    .bind(json(&inbox.look)?)
    .bind(json(&inbox.widget)?)
    .bind(json(&inbox.domains)?)
    .bind(now.millis())
    .run(tx)?;
    Ok(())
}

pub fn save(tx: &mut Tx<'_>, inbox: &Inbox) -> Result<()> {
    sql("UPDATE inbox SET name = $2, greeting = $3, look = $4, widget = $5, domains = $6, archived = $7, \
            file_limit = $8 WHERE id = $1")
    .bind(inbox.id.to_string())
    .bind(&inbox.name)
    .bind(&inbox.greeting)
    .bind(json(&inbox.look)?)
    .bind(json(&inbox.widget)?)
    .bind(json(&inbox.domains)?)
    .bind(i64::from(inbox.archived))
    .bind(inbox.file_limit)
    .run(tx)?;
    Ok(())
}

/// How many inboxes customers can still reach.
pub fn count_in_use(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(sql("SELECT COUNT(*) FROM inbox WHERE archived = 0").one::<(i64,)>(tx)?.0)
}

fn json(value: &impl serde::Serialize) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|error| DbError::Statement(error.to_string()))
}

struct VersionRow(Version);

impl FromRow for VersionRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let unreadable = |_| DbError::Statement("inbox: unreadable version".to_owned());
        Ok(Self(Version {
            version: row.get(0)?,
            settings: serde_json::from_str(&row.get::<String>(1)?).map_err(unreadable)?,
            by: row.get(2)?,
            created_at: Time(row.get(3)?),
        }))
    }
}

/// The newest version's number; 0 when there is none.
pub fn newest_version(tx: &mut Tx<'_>, id: InboxId) -> Result<i64> {
    let row = sql("SELECT COALESCE(MAX(version), 0) FROM inbox_version WHERE inbox_id = $1").bind(id.to_string());
    Ok(row.one::<(i64,)>(tx)?.0)
}

pub fn insert_version(
    tx: &mut Tx<'_>,
    id: InboxId,
    version: i64,
    settings: &Settings,
    by: &str,
    now: Time,
) -> Result<()> {
    sql("INSERT INTO inbox_version (inbox_id, version, settings, by_name, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id.to_string())
        .bind(version)
        .bind(json(settings)?)
        .bind(by)
        .bind(now.millis())
        .run(tx)?;
    Ok(())
}

pub fn delete_versions_up_to(tx: &mut Tx<'_>, id: InboxId, version: i64) -> Result<()> {
    sql("DELETE FROM inbox_version WHERE inbox_id = $1 AND version <= $2")
        .bind(id.to_string())
        .bind(version)
        .run(tx)?;
    Ok(())
}

pub fn versions(tx: &mut Tx<'_>, id: InboxId) -> Result<Vec<Version>> {
    let rows = sql("SELECT version, settings, by_name, created_at FROM inbox_version WHERE inbox_id = $1 \
            ORDER BY version DESC LIMIT 50")
    .bind(id.to_string())
    .all::<VersionRow>(tx)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub fn version(tx: &mut Tx<'_>, id: InboxId, version: i64) -> Result<Option<Version>> {
    let row = sql("SELECT version, settings, by_name, created_at FROM inbox_version WHERE inbox_id = $1 \
            AND version = $2")
    .bind(id.to_string())
    .bind(version)
    .maybe::<VersionRow>(tx)?;
    Ok(row.map(|row| row.0))
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
        sql("SELECT id, key, name, greeting, look, seen_host, seen_at, widget, domains, archived, file_limit FROM inbox ORDER BY created_at, id LIMIT 100")
            .all::<InboxRow>(tx)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<Inbox>> {
    let row = sql(
        "SELECT id, key, name, greeting, look, seen_host, seen_at, widget, domains, archived, file_limit FROM inbox WHERE key = $1",
    )
    .bind(key)
    .maybe::<InboxRow>(tx)?;
    Ok(row.map(|row| row.0))
}

pub fn by_id(tx: &mut Tx<'_>, id: InboxId) -> Result<Option<Inbox>> {
    let row = sql(
        "SELECT id, key, name, greeting, look, seen_host, seen_at, widget, domains, archived, file_limit FROM inbox WHERE id = $1",
    )
    .bind(id.to_string())
    .maybe::<InboxRow>(tx)?;
    Ok(row.map(|row| row.0))
}
