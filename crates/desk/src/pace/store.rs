//! SQL of how fast people answer. It reads at most the 500 chats that were resolved last, each up to its first reply.

use base::{InboxId, Time};
use db::{Tx, sql};

use crate::error::Result;

/// Milliseconds from a chat's beginning to its first reply, newest first.
pub fn first_replies(tx: &mut Tx<'_>, inbox: InboxId, since: Time) -> Result<Vec<Option<i64>>> {
    let rows = sql("SELECT (SELECT m.created_at FROM message m WHERE m.conversation_id = c.id AND m.note = 0 \
                AND m.author_type = 'agent' ORDER BY m.seq LIMIT 1) - c.created_at \
            FROM (SELECT id, inbox_id, created_at FROM conversation WHERE resolved_at > $2 \
                ORDER BY resolved_at DESC LIMIT 500) c \
            WHERE c.inbox_id = $1")
    .bind(inbox.to_string())
    .bind(since.millis())
    .all::<(Option<i64>,)>(tx)?;
    Ok(rows.into_iter().map(|(wait,)| wait).collect())
}
