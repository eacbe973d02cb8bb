//! SQL of the contacts and their identities.

use base::{ContactId, ContactNoteId, InboxId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::profile::{Contact, ContactNote, Identity};
use crate::error::{Result, Who};

fn unreadable(what: &str) -> DbError {
    DbError::Statement(format!("contact: unreadable {what}"))
}

pub struct Found {
    pub id: ContactId,
    pub name: Option<String>,
    pub number: i64,
    pub expires_at: Time,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let id = row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?;
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

pub fn delete_identity(tx: &mut Tx<'_>, inbox: InboxId, external_id: &str) -> Result<bool> {
    let gone = sql("DELETE FROM contact_identity WHERE inbox_id = $1 AND external_id = $2")
        .bind(inbox.to_string())
        .bind(external_id)
        .run(tx)?;
    Ok(gone > 0)
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

impl FromRow for Contact {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let (number, own_name): (i64, Option<String>) = (row.get(1)?, row.get(2)?);
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?,
            number,
            named: own_name.is_some(),
            name: super::name(own_name, number),
            email: row.get(3)?,
            phone: row.get(4)?,
            locale: row.get(5)?,
            created_at: Time(row.get(6)?),
            verified: row.get::<Option<String>>(7)?.is_some(),
            user_id: row.get(7)?,
        })
    }
}

pub fn get(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>> {
    Ok(sql("SELECT id, number, name, email, phone, locale, created_at, user_id FROM contact WHERE id = $1")
        .bind(id.to_string())
        .maybe(tx)?)
}

pub fn update(tx: &mut Tx<'_>, contact: &Contact, now: Time) -> Result<()> {
    sql("UPDATE contact SET name = $2, email = $3, phone = $4, locale = $5, user_id = $6, updated_at = $7 \
            WHERE id = $1")
    .bind(contact.id.to_string())
    .bind(contact.named.then_some(contact.name.as_str()))
    .bind(contact.email.as_deref())
    .bind(contact.phone.as_deref())
    .bind(contact.locale.as_deref())
    .bind(contact.user_id.as_deref())
    .bind(now.millis())
    .run(tx)?;
    Ok(())
}

impl FromRow for Identity {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let inbox = Who { id: row.get(0)?, name: row.get(1)? };
        Ok(Self { inbox, channel: "web", expires_at: Time(row.get(2)?) })
    }
}

/// Who the contact is on each inbox, at most 50.
pub fn identities(tx: &mut Tx<'_>, id: ContactId) -> Result<Vec<Identity>> {
    Ok(sql("SELECT i.id, i.name, c.expires_at FROM contact_identity c JOIN inbox i ON i.id = c.inbox_id \
            WHERE c.contact_id = $1 AND c.external_id NOT LIKE 'user:%' ORDER BY c.expires_at DESC, i.id LIMIT 50")
    .bind(id.to_string())
    .all(tx)?)
}

impl FromRow for ContactNote {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("note"))?,
            author: Who { id: row.get(1)?, name: row.get(2)? },
            text: row.get(3)?,
            created_at: Time(row.get(4)?),
        })
    }
}

pub fn notes(tx: &mut Tx<'_>, id: ContactId, most: i64) -> Result<Vec<ContactNote>> {
    Ok(sql("SELECT id, author_id, author_name, text, created_at FROM contact_note WHERE contact_id = $1 \
            ORDER BY id DESC LIMIT $2")
    .bind(id.to_string())
    .bind(most)
    .all(tx)?)
}

/// A note by its id and its contact's; a child is never looked up alone.
pub fn note(tx: &mut Tx<'_>, contact: ContactId, id: ContactNoteId) -> Result<Option<ContactNote>> {
    Ok(sql("SELECT id, author_id, author_name, text, created_at FROM contact_note WHERE id = $1 AND contact_id = $2")
        .bind(id.to_string())
        .bind(contact.to_string())
        .maybe(tx)?)
}

pub fn count_notes(tx: &mut Tx<'_>, id: ContactId) -> Result<i64> {
    Ok(sql("SELECT count(*) FROM contact_note WHERE contact_id = $1").bind(id.to_string()).one::<(i64,)>(tx)?.0)
}

pub fn insert_note(tx: &mut Tx<'_>, contact: ContactId, note: &ContactNote) -> Result<()> {
    sql("INSERT INTO contact_note (id, contact_id, author_id, author_name, text, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(note.id.to_string())
        .bind(contact.to_string())
        .bind(&note.author.id)
        .bind(&note.author.name)
        .bind(&note.text)
        .bind(note.created_at.millis())
        .run(tx)?;
    Ok(())
}

pub fn delete_note(tx: &mut Tx<'_>, id: ContactNoteId) -> Result<()> {
    sql("DELETE FROM contact_note WHERE id = $1").bind(id.to_string()).run(tx)?;
    Ok(())
}

/// A contact as they can be found.
pub struct Known {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
}

impl FromRow for Known {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let name = super::name(row.get(1)?, row.get(2)?);
        Ok(Self { id: row.get(0)?, name, email: row.get(3)?, phone: row.get(4)? })
    }
}

pub fn known(tx: &mut Tx<'_>, id: &str) -> Result<Option<Known>> {
    Ok(sql("SELECT id, name, number, email, phone FROM contact WHERE id = $1").bind(id).maybe(tx)?)
}

/// Contacts whose id comes after `after`, in the order of ids.
pub fn known_after(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Known>> {
    Ok(sql("SELECT id, name, number, email, phone FROM contact WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(after)
        .bind(limit)
        .all(tx)?)
}
