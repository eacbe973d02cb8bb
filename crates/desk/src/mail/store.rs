//! SQL of the outbox for letters.

use base::{MailId, Secret, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::model::{Dead, Mail, Outbox, Purpose};
use crate::error::Result;

fn unreadable(what: &str) -> DbError {
    DbError::Statement(format!("mail: unreadable {what}"))
}

fn purpose(row: &Row<'_>, at: usize) -> Result<Purpose, DbError> {
    Purpose::parse(&row.get::<String>(at)?).ok_or_else(|| unreadable("purpose"))
}

impl FromRow for Mail {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?,
            purpose: purpose(row, 1)?,
            recipient: Secret::new(row.get(2)?),
            subject: Secret::new(row.get(3)?),
            text: Secret::new(row.get(4)?),
            html: Secret::new(row.get(5)?),
            created_at: Time(row.get(6)?),
            attempts: row.get(7)?,
            ambiguous: row.get::<Option<String>>(8)?.is_some(),
        })
    }
}

impl FromRow for Dead {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?,
            purpose: purpose(row, 1)?,
            recipient: row.get(2)?,
            attempts: row.get(3)?,
            reason: row.get::<Option<String>>(4)?.unwrap_or_default(),
            created_at: Time(row.get(5)?),
            died_at: Time(row.get(6)?),
        })
    }
}

pub struct NewMail<'a> {
    pub id: MailId,
    pub purpose: Purpose,
    pub recipient: &'a str,
    pub recipient_hash: &'a str,
    pub subject: &'a str,
    pub text: &'a str,
    pub html: &'a str,
    pub now: Time,
    pub give_up_at: Time,
}

pub fn insert(tx: &mut Tx<'_>, new: &NewMail<'_>) -> Result<()> {
    sql("INSERT INTO mail (id, purpose, recipient, recipient_hash, by_visitor, subject, text, html, state, attempts, \
         run_at, give_up_at, lease_until, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9, $10, 0, $9)")
    .bind(new.id.to_string())
    .bind(new.purpose.as_str())
    .bind(new.recipient)
    .bind(new.recipient_hash)
    .bind(i64::from(new.purpose.by_visitor()))
    .bind(new.subject)
    .bind(new.text)
    .bind(new.html)
    .bind(new.now.millis())
    .bind(new.give_up_at.millis())
    .run(tx)?;
    Ok(())
}

/// Whoever counts visitors' letters goes one after the other.
pub fn hold_gate(tx: &mut Tx<'_>) -> Result<()> {
    sql("UPDATE mail_gate SET opened = opened + 1 WHERE id = 1").run(tx)?;
    Ok(())
}

/// How many letters visitors caused since then, and when the first of them was: to one address, or to all.
pub fn caused_since(tx: &mut Tx<'_>, since: Time, recipient_hash: Option<&str>) -> Result<(i64, Option<i64>)> {
    let text = match recipient_hash {
        Some(_) => {
            "SELECT count(*), min(created_at) FROM mail WHERE by_visitor = 1 AND created_at > $1 AND recipient_hash = $2"
        }
        None => "SELECT count(*), min(created_at) FROM mail WHERE by_visitor = 1 AND created_at > $1 AND $2 = ''",
    };
    Ok(sql(text).bind(since.millis()).bind(recipient_hash.unwrap_or_default()).one::<(i64, Option<i64>)>(tx)?)
}

pub fn is_any_due(tx: &mut Tx<'_>, now: Time) -> Result<bool> {
    let due = sql("SELECT id FROM mail WHERE state = 'waiting' AND run_at <= $1 AND lease_until <= $1 LIMIT 1")
        .bind(now.millis())
        .maybe::<(String,)>(tx)?;
    Ok(due.is_some())
}

pub fn due(tx: &mut Tx<'_>, now: Time, most: i64) -> Result<Vec<Mail>> {
    Ok(sql("SELECT id, purpose, recipient, subject, text, html, created_at, attempts, lease FROM mail \
            WHERE state = 'waiting' AND run_at <= $1 AND lease_until <= $1 ORDER BY run_at, id LIMIT $2")
    .bind(now.millis())
    .bind(most)
    .all(tx)?)
}

pub fn lease(tx: &mut Tx<'_>, id: MailId, worker: &str, now: Time, until: Time) -> Result<bool> {
    let leased =
        sql("UPDATE mail SET lease = $2, lease_until = $4 WHERE id = $1 AND state = 'waiting' AND run_at <= $3 \
                      AND lease_until <= $3")
        .bind(id.to_string())
        .bind(worker)
        .bind(now.millis())
        .bind(until.millis())
        .run(tx)?;
    Ok(leased == 1)
}

/// Delivered: who it went to and what it said are wiped.
pub fn finish(tx: &mut Tx<'_>, id: MailId, worker: &str, now: Time) -> Result<bool> {
    let finished = sql("UPDATE mail SET state = 'sent', recipient = '', subject = '', text = '', html = '', last_error = NULL, \
                        attempts = attempts + 1, lease = NULL, done_at = $3 WHERE id = $1 AND lease = $2 AND state = 'waiting'")
    .bind(id.to_string())
    .bind(worker)
    .bind(now.millis())
    .run(tx)?;
    Ok(finished == 1)
}

pub fn retry(tx: &mut Tx<'_>, id: MailId, worker: &str, reason: &str, run_at: Time) -> Result<bool> {
    let changed =
        sql("UPDATE mail SET attempts = attempts + 1, last_error = $3, run_at = $4, lease = NULL, lease_until = 0 \
                       WHERE id = $1 AND lease = $2 AND state = 'waiting' AND give_up_at > $4")
        .bind(id.to_string())
        .bind(worker)
        .bind(reason)
        .bind(run_at.millis())
        .run(tx)?;
    Ok(changed == 1)
}

pub fn give_up(tx: &mut Tx<'_>, id: MailId, worker: &str, reason: &str, now: Time) -> Result<bool> {
    let changed = sql(
        "UPDATE mail SET state = 'dead', attempts = attempts + 1, last_error = $3, lease = NULL, lease_until = 0, \
                       done_at = $4 WHERE id = $1 AND lease = $2 AND state = 'waiting'",
    )
    .bind(id.to_string())
    .bind(worker)
    .bind(reason)
    .bind(now.millis())
    .run(tx)?;
    Ok(changed == 1)
}

pub fn dead(tx: &mut Tx<'_>) -> Result<Vec<Dead>> {
    Ok(sql("SELECT id, purpose, recipient, attempts, last_error, created_at, done_at FROM mail WHERE state = 'dead' \
            ORDER BY done_at DESC, id DESC LIMIT 100")
    .all(tx)?)
}

pub fn revive(tx: &mut Tx<'_>, id: MailId, now: Time, give_up_at: Time) -> Result<bool> {
    let changed =
        sql("UPDATE mail SET state = 'waiting', run_at = $2, give_up_at = $3, done_at = NULL, lease_until = 0 \
                       WHERE id = $1 AND state = 'dead'")
        .bind(id.to_string())
        .bind(now.millis())
        .bind(give_up_at.millis())
        .run(tx)?;
    Ok(changed == 1)
}

pub fn delete_dead(tx: &mut Tx<'_>, id: MailId) -> Result<bool> {
    Ok(sql("DELETE FROM mail WHERE id = $1 AND state = 'dead'").bind(id.to_string()).run(tx)? == 1)
}

pub fn delete_done(tx: &mut Tx<'_>, sent_before: Time, dead_before: Time) -> Result<()> {
    for (state, before) in [("sent", sent_before), ("dead", dead_before)] {
        sql("DELETE FROM mail WHERE state = $1 AND done_at <= $2").bind(state).bind(before.millis()).run(tx)?;
    }
    Ok(())
}

pub fn outbox(tx: &mut Tx<'_>) -> Result<Outbox> {
    let (waiting,) = sql("SELECT count(*) FROM mail WHERE state = 'waiting'").one::<(i64,)>(tx)?;
    let (dead,) = sql("SELECT count(*) FROM mail WHERE state = 'dead'").one::<(i64,)>(tx)?;
    let (sent,) = sql("SELECT max(done_at) FROM mail WHERE state = 'sent'").one::<(Option<i64>,)>(tx)?;
    let failed =
        sql("SELECT run_at, last_error FROM mail WHERE state = 'waiting' AND attempts > 0 ORDER BY run_at, id LIMIT 1")
            .maybe::<(i64, Option<String>)>(tx)?;
    let (next_try_at, last_error) = failed.map_or((None, None), |(at, error)| (Some(Time(at)), error));
    Ok(Outbox { waiting, dead, last_sent_at: sent.map(Time), next_try_at, last_error })
}
