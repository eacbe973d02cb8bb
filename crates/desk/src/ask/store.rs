//! SQL of the questions.

use base::{AgentId, AskId, ConversationId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use crate::error::Result;

/// A question as it is kept.
pub struct Asked {
    pub id: AskId,
    pub conversation_id: ConversationId,
    pub agent: AgentId,
    pub owner: AgentId,
    pub epoch: i64,
    pub head_seq: i64,
    pub asked_at: Time,
    pub deadline: Time,
}

impl FromRow for Asked {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let unreadable = || DbError::Statement("ask: unreadable id".to_owned());
        Ok(Self {
            conversation_id: row.get::<String>(0)?.parse().map_err(|_| unreadable())?,
            id: row.get::<String>(1)?.parse().map_err(|_| unreadable())?,
            agent: row.get::<String>(2)?.parse().map_err(|_| unreadable())?,
            owner: row.get::<String>(3)?.parse().map_err(|_| unreadable())?,
            epoch: row.get(4)?,
            head_seq: row.get(5)?,
            asked_at: Time(row.get(6)?),
            deadline: Time(row.get(7)?),
        })
    }
}

pub fn of_conversation(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Asked>> {
    Ok(sql("SELECT conversation_id, id, agent_id, owner_id, epoch, head_seq, asked_at, deadline FROM ask WHERE conversation_id = $1")
        .bind(id.to_string())
        .maybe(tx)?)
}

/// What somebody was asked and has asked.
pub fn of_agent(tx: &mut Tx<'_>, agent: AgentId) -> Result<Vec<Asked>> {
    Ok(sql("SELECT conversation_id, id, agent_id, owner_id, epoch, head_seq, asked_at, deadline FROM ask \
            WHERE owner_id = $1 OR agent_id = $1 ORDER BY deadline, id LIMIT 200")
    .bind(agent.to_string())
    .all(tx)?)
}

/// Takes the place of a question that is over. False when one of this epoch stands there.
pub fn insert(tx: &mut Tx<'_>, it: &Asked) -> Result<bool> {
    let inserted = sql("INSERT INTO ask (conversation_id, id, agent_id, owner_id, epoch, head_seq, asked_at, deadline) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (conversation_id) DO UPDATE SET id = excluded.id, \
         agent_id = excluded.agent_id, owner_id = excluded.owner_id, epoch = excluded.epoch, head_seq = excluded.head_seq, \
         asked_at = excluded.asked_at, deadline = excluded.deadline WHERE ask.epoch <> excluded.epoch")
    .bind(it.conversation_id.to_string())
    .bind(it.id.to_string())
    .bind(it.agent.to_string())
    .bind(it.owner.to_string())
    .bind(it.epoch)
    .bind(it.head_seq)
    .bind(it.asked_at.millis())
    .bind(it.deadline.millis())
    .run(tx)?;
    Ok(inserted == 1)
}

/// False when it was over already.
pub fn delete(tx: &mut Tx<'_>, id: ConversationId, ask: AskId) -> Result<bool> {
    let deleted = sql("DELETE FROM ask WHERE conversation_id = $1 AND id = $2")
        .bind(id.to_string())
        .bind(ask.to_string())
        .run(tx)?;
    Ok(deleted == 1)
}
