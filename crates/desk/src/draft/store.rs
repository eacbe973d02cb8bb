//! SQL of the drafts.

use base::{AgentId, ConversationId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::{Draft, Mode};
use crate::department::readable;
use crate::error::Result;

impl FromRow for Draft {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let unreadable = || DbError::Statement("draft: unreadable id".to_owned());
        Ok(Self {
            conversation_id: row.get::<String>(0)?.parse().map_err(|_| unreadable())?,
            mode: if row.get::<String>(1)? == "note" { Mode::Note } else { Mode::Reply },
            text: row.get(2)?,
            updated_at: Time(row.get(3)?),
        })
    }
}

/// False when the same text was there.
pub fn save(tx: &mut Tx<'_>, agent: AgentId, id: ConversationId, mode: &str, text: &str, at: Time) -> Result<bool> {
    let saved = sql("INSERT INTO draft (agent_id, conversation_id, mode, text, updated_at) VALUES ($1, $2, $3, $4, $5) \
                     ON CONFLICT (agent_id, conversation_id, mode) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at \
                     WHERE draft.text <> excluded.text")
        .bind(agent.to_string())
        .bind(id.to_string())
        .bind(mode)
        .bind(text)
        .bind(at.millis())
        .run(tx)?;
    Ok(saved == 1)
}

pub fn delete(tx: &mut Tx<'_>, agent: AgentId, id: ConversationId, mode: &str) -> Result<bool> {
    let deleted = sql("DELETE FROM draft WHERE agent_id = $1 AND conversation_id = $2 AND mode = $3")
        .bind(agent.to_string())
        .bind(id.to_string())
        .bind(mode)
        .run(tx)?;
    Ok(deleted == 1)
}

pub fn one(tx: &mut Tx<'_>, agent: AgentId, id: ConversationId, mode: &str) -> Result<Option<Draft>> {
    Ok(sql("SELECT conversation_id, mode, text, updated_at FROM draft WHERE agent_id = $1 AND conversation_id = $2 AND mode = $3")
        .bind(agent.to_string())
        .bind(id.to_string())
        .bind(mode)
        .maybe(tx)?)
}

pub fn newest_of(tx: &mut Tx<'_>, agent: AgentId, id: ConversationId) -> Result<Option<Time>> {
    let newest: (Option<i64>,) = sql("SELECT max(updated_at) FROM draft WHERE agent_id = $1 AND conversation_id = $2")
        .bind(agent.to_string())
        .bind(id.to_string())
        .one(tx)?;
    Ok(newest.0.map(Time))
}

/// Of the conversations that somebody may read who may not read everything.
pub fn list_of_readable(tx: &mut Tx<'_>, agent: AgentId) -> Result<Vec<Draft>> {
    Ok(sql(concat!(
        "SELECT d.conversation_id, d.mode, d.text, d.updated_at FROM draft d JOIN conversation c ON c.id = d.conversation_id \
         WHERE d.agent_id = $1 AND ",
        readable!("$1"),
        " ORDER BY d.updated_at DESC LIMIT 500"
    ))
    .bind(agent.to_string())
    .all(tx)?)
}

pub fn list(tx: &mut Tx<'_>, agent: AgentId) -> Result<Vec<Draft>> {
    Ok(sql("SELECT conversation_id, mode, text, updated_at FROM draft WHERE agent_id = $1 ORDER BY updated_at DESC LIMIT 500")
        .bind(agent.to_string())
        .all(tx)?)
}
