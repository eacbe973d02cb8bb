//! SQL of the surveys.

use base::{ContactId, ConversationId, Time};
use db::{Tx, sql};

use super::model::{NewSurvey, Rating};
use crate::error::Result;

/// Where the survey of a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    Skipped,
    Answered,
}

pub fn standing(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Standing>> {
    let row = sql("SELECT skipped_at, answered_at FROM survey WHERE conversation_id = $1")
        .bind(id.to_string())
        .maybe::<(Option<i64>, Option<i64>)>(tx)?;
    Ok(row.map(|row| match row {
        (_, Some(_)) => Standing::Answered,
        (Some(_), None) => Standing::Skipped,
        (None, None) => Standing::Open,
    }))
}

/// Whether anybody of the company said something in a conversation.
pub fn was_answered(tx: &mut Tx<'_>, id: ConversationId) -> Result<bool> {
    let row = sql("SELECT seq FROM message WHERE conversation_id = $1 AND note = 0 AND author_type = 'agent' LIMIT 1")
        .bind(id.to_string())
        .maybe::<(i64,)>(tx)?;
    Ok(row.is_some())
}

/// Whether a customer was asked after `since`.
pub fn was_asked(tx: &mut Tx<'_>, contact: ContactId, since: Time) -> Result<bool> {
    let row = sql("SELECT asked_at FROM survey WHERE contact_id = $1 AND asked_at > $2 LIMIT 1")
        .bind(contact.to_string())
        .bind(since.millis())
        .maybe::<(i64,)>(tx)?;
    Ok(row.is_some())
}

pub fn insert(tx: &mut Tx<'_>, new: &NewSurvey) -> Result<()> {
    sql("INSERT INTO survey (conversation_id, contact_id, inbox_id, department_id, agent_id, asked_at) \
         VALUES ($1, $2, $3, $4, $5, $6)")
    .bind(new.conversation.to_string())
    .bind(new.contact.to_string())
    .bind(new.inbox.to_string())
    .bind(new.department.map(|id| id.to_string()))
    .bind(new.agent.to_string())
    .bind(new.asked_at.millis())
    .run(tx)?;
    Ok(())
}

/// False when nobody asked, or the same was said before.
pub fn answer(tx: &mut Tx<'_>, id: ConversationId, rating: &Rating, now: Time) -> Result<bool> {
    let changed = sql("UPDATE survey SET stars = $2, comment = $3, answered_at = COALESCE(answered_at, $4) \
                       WHERE conversation_id = $1 AND (stars IS NULL OR stars <> $2 OR comment <> $3)")
    .bind(id.to_string())
    .bind(rating.stars())
    .bind(rating.comment())
    .bind(now.millis())
    .run(tx)?;
    Ok(changed == 1)
}

/// False when it is not open.
pub fn skip(tx: &mut Tx<'_>, id: ConversationId, now: Time) -> Result<bool> {
    let changed = sql("UPDATE survey SET skipped_at = $2 WHERE conversation_id = $1 AND skipped_at IS NULL \
                       AND answered_at IS NULL")
    .bind(id.to_string())
    .bind(now.millis())
    .run(tx)?;
    Ok(changed == 1)
}
