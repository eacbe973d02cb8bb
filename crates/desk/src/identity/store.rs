//! SQL of the secrets that identities are signed with, and of the tokens that were shown.

use base::{IdentitySecretId, InboxId, Secret, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::SecretInfo;
use super::model::Key;
use crate::error::Result;

fn id(row: &Row<'_>) -> Result<IdentitySecretId, DbError> {
    row.get::<String>(0)?.parse().map_err(|_| DbError::Statement("identity: unreadable secret".to_owned()))
}

impl FromRow for SecretInfo {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self { id: id(row)?, created_at: Time(row.get(1)?), ends_at: row.get::<Option<i64>>(2)?.map(Time) })
    }
}

impl FromRow for Key {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self { id: id(row)?, secret: Secret::new(row.get(1)?) })
    }
}

/// The secrets of an inbox that are good now, newest first.
pub fn secrets(tx: &mut Tx<'_>, inbox: InboxId, now: Time) -> Result<Vec<SecretInfo>> {
    Ok(sql(
        "SELECT id, created_at, ends_at FROM identity_secret WHERE inbox_id = $1 AND (ends_at IS NULL OR ends_at > $2) \
            ORDER BY id DESC LIMIT 10",
    )
    .bind(inbox.to_string())
    .bind(now.millis())
    .all(tx)?)
}

/// The same with what is secret of them.
pub fn keys(tx: &mut Tx<'_>, inbox: InboxId, now: Time) -> Result<Vec<Key>> {
    Ok(sql("SELECT id, secret FROM identity_secret WHERE inbox_id = $1 AND (ends_at IS NULL OR ends_at > $2) \
            ORDER BY id DESC LIMIT 10")
    .bind(inbox.to_string())
    .bind(now.millis())
    .all(tx)?)
}

pub fn insert(tx: &mut Tx<'_>, inbox: InboxId, info: &SecretInfo, secret: &Secret<String>) -> Result<()> {
    sql("INSERT INTO identity_secret (id, inbox_id, secret, created_at) VALUES ($1, $2, $3, $4)")
        .bind(info.id.to_string())
        .bind(inbox.to_string())
        .bind(secret.reveal())
        .bind(info.created_at.millis())
        .run(tx)?;
    Ok(())
}

/// Lets the secrets that have no end yet end.
pub fn end_all(tx: &mut Tx<'_>, inbox: InboxId, at: Time) -> Result<()> {
    sql("UPDATE identity_secret SET ends_at = $2 WHERE inbox_id = $1 AND ends_at IS NULL")
        .bind(inbox.to_string())
        .bind(at.millis())
        .run(tx)?;
    Ok(())
}

pub fn delete(tx: &mut Tx<'_>, inbox: InboxId, id: IdentitySecretId) -> Result<bool> {
    let gone = sql("DELETE FROM identity_secret WHERE inbox_id = $1 AND id = $2")
        .bind(inbox.to_string())
        .bind(id.to_string())
        .run(tx)?;
    Ok(gone > 0)
}

/// Who showed the token first: this visitor, from now on, if nobody did.
pub fn first_shown_by(tx: &mut Tx<'_>, inbox: InboxId, once: &str, visitor: &str, ends: Time) -> Result<String> {
    sql("INSERT INTO identity_use (inbox_id, once, visitor, ends_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind(inbox.to_string())
        .bind(once)
        .bind(visitor)
        .bind(ends.millis())
        .run(tx)?;
    let found = sql("SELECT visitor FROM identity_use WHERE inbox_id = $1 AND once = $2");
    Ok(found.bind(inbox.to_string()).bind(once).one::<(String,)>(tx)?.0)
}

pub fn delete_expired(tx: &mut Tx<'_>, now: Time) -> Result<()> {
    sql("DELETE FROM identity_use WHERE ends_at <= $1").bind(now.millis()).run(tx)?;
    sql("DELETE FROM identity_secret WHERE ends_at <= $1").bind(now.millis()).run(tx)?;
    Ok(())
}
