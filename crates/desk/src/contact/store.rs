//! SQL of the contacts and their identities.

use base::{ContactId, InboxId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use crate::error::Result;

pub struct Found {
    pub id: ContactId,
    pub name: Option<String>,
    pub number: i64,
    pub expires_at: Time,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let id = row.get::<String>(0)?.parse().map_err(|_| DbError::Statement("contact: unreadable id".to_owned()))?;
        Ok(Self { id, name: row.get(1)?, number: row.get(2)?, expires_at: Time(row.get(3)?) })
    }
}

pub fn find(tx: &mut Tx<'_>, inbox: InboxId, external_id: &str, now: Time) -> Result<Option<Found>> {
    Ok(sql(
        "SELECT c.id, c.name, c.number, i.expires_at FROM contact_identity i JOIN contact c ON c.id = i.contact_id \
            WHERE i.inbox_id = $1 AND i.external_id = $2 AND i.expires_at > $3",
    )
    .bind(inbox.to_string())
    .bind(external_id)
    .bind(now.millis())
    .maybe::<Found>(tx)?)
}

pub fn next_number(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(sql("UPDATE counter SET value = value + 1 WHERE name = 'contact' RETURNING value").one::<(i64,)>(tx)?.0)
}

pub fn insert(tx: &mut Tx<'_>, id: ContactId, number: i64, now: Time) -> Result<()> {
    sql("INSERT INTO contact (id, number, created_at, updated_at) VALUES ($1, $2, $3, $3)")
        .bind(id.to_string())
        .bind(number)
        .bind(now.millis())
        .run(tx)?;
    Ok(())
}

pub fn insert_identity(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    external_id: &str,
    contact: ContactId,
    until: Time,
) -> Result<()> {
    sql("INSERT INTO contact_identity (inbox_id, external_id, contact_id, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(inbox.to_string())
        .bind(external_id)
        .bind(contact.to_string())
        .bind(until.millis())
        .run(tx)?;
    Ok(())
}

pub fn extend_identity(tx: &mut Tx<'_>, inbox: InboxId, external_id: &str, until: Time) -> Result<()> {
    sql("UPDATE contact_identity SET expires_at = $3 WHERE inbox_id = $1 AND external_id = $2")
        .bind(inbox.to_string())
        .bind(external_id)
        .bind(until.millis())
        .run(tx)?;
    Ok(())
}

pub fn touch(tx: &mut Tx<'_>, id: ContactId, now: Time) -> Result<()> {
    sql("UPDATE contact SET updated_at = $2 WHERE id = $1").bind(id.to_string()).bind(now.millis()).run(tx)?;
    Ok(())
}

pub fn delete_expired_identities(tx: &mut Tx<'_>, now: Time) -> Result<u64> {
    Ok(sql("DELETE FROM contact_identity WHERE expires_at <= $1").bind(now.millis()).run(tx)?)
}
