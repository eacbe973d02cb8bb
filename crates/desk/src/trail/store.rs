//! SQL of the trail: the event log by conversation. The condition on kinds is the index's, word for word.

use base::ConversationId;
use db::{Committed, Tx, sql};

use crate::error::Result;

pub fn before(tx: &mut Tx<'_>, id: ConversationId, before: i64, limit: i64) -> Result<Vec<Committed>> {
    Ok(sql("SELECT seq, at, kind, conversation_id, actor, audience, body, cause FROM event \
            WHERE conversation_id = $1 AND seq < $2 AND conversation_id IS NOT NULL AND kind <> 'message.created' \
            AND kind <> 'conversation.marked' AND kind <> 'draft.saved' AND kind <> 'draft.deleted' \
            ORDER BY seq DESC LIMIT $3")
    .bind(id.to_string())
    .bind(before)
    .bind(limit)
    .all(tx)?)
}
