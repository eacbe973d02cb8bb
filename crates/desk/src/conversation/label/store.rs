//! SQL of priorities and tags, and of lists with one tag.

use base::{AgentId, ConversationId, TagId};
use db::{DbError, Tx, sql};

use super::super::model::{Conversation, Priority, View};
use super::super::page::{After, begin};
use super::super::store::select;
use crate::department::readable;
use crate::error::Result;

/// Keeps others from changing the conversation until the transaction ends.
pub fn hold(tx: &mut Tx<'_>, id: ConversationId) -> Result<()> {
    sql("UPDATE conversation SET tags = tags WHERE id = $1").bind(id.to_string()).run(tx)?;
    Ok(())
}

pub fn save_priority(tx: &mut Tx<'_>, id: ConversationId, priority: Priority) -> Result<()> {
    sql("UPDATE conversation SET priority = $2 WHERE id = $1").bind(id.to_string()).bind(priority.rank()).run(tx)?;
    Ok(())
}

pub fn insert_tag(tx: &mut Tx<'_>, id: ConversationId, tag: TagId) -> Result<()> {
    sql("INSERT INTO conversation_tag (tag_id, conversation_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(tag.to_string())
        .bind(id.to_string())
        .run(tx)?;
    Ok(())
}

pub fn delete_tag(tx: &mut Tx<'_>, id: ConversationId, tag: TagId) -> Result<()> {
    sql("DELETE FROM conversation_tag WHERE tag_id = $1 AND conversation_id = $2")
        .bind(tag.to_string())
        .bind(id.to_string())
        .run(tx)?;
    Ok(())
}

/// The tags on a conversation that are not deleted.
pub fn tags(tx: &mut Tx<'_>, id: ConversationId) -> Result<Vec<TagId>> {
    let rows: Vec<(String,)> =
        sql("SELECT g.tag_id FROM conversation_tag g JOIN tag t ON t.id = g.tag_id AND t.deleted = 0 \
                                    WHERE g.conversation_id = $1 ORDER BY g.tag_id LIMIT 100")
        .bind(id.to_string())
        .all(tx)?;
    let unreadable = || DbError::Statement("conversation: unreadable tag".to_owned());
    rows.into_iter().map(|(id,)| id.parse().map_err(|_| unreadable().into())).collect()
}

pub fn save_tags(tx: &mut Tx<'_>, id: ConversationId, tags: &[TagId]) -> Result<()> {
    let json = serde_json::to_string(tags).map_err(|error| DbError::Statement(error.to_string()))?;
    sql("UPDATE conversation SET tags = $2 WHERE id = $1")
        .bind(id.to_string())
        .bind(Some(json).filter(|_| !tags.is_empty()))
        .run(tx)?;
    Ok(())
}

/// A view's own condition and order, held to a tag ($5) and to what `$4` may read, unless `$6` says that this is all.
macro_rules! tagged {
    ($view:literal, $order:literal) => {
        select!(
            "WHERE EXISTS (SELECT 1 FROM conversation_tag g WHERE g.tag_id = $5 AND g.conversation_id = c.id) \
             AND ($6 = 1 OR ",
            readable!("$4"),
            ") AND ",
            $view,
            " ORDER BY ",
            $order,
            " LIMIT $3"
        )
    };
}

pub fn list_with_tag(
    tx: &mut Tx<'_>,
    view: View,
    tag: TagId,
    (me, sees_all): (AgentId, bool),
    after: After,
    limit: i64,
) -> Result<Vec<Conversation>> {
    let (rank, at, id) = begin(view, after);
    let query = match view {
        View::All => tagged!("c.is_open = 1 AND (c.activity_at, c.id) < ($1, $2)", "c.activity_at DESC, c.id DESC"),
        View::Mine => tagged!(
            "c.is_open = 1 AND c.owner_id = $4 AND (c.activity_at, c.id) < ($1, $2)",
            "c.activity_at DESC, c.id DESC"
        ),
        View::Active => tagged!(
            "c.is_open = 1 AND c.state = 'active' AND (c.activity_at, c.id) < ($1, $2)",
            "c.activity_at DESC, c.id DESC"
        ),
        View::Waiting => tagged!(
            "c.waiting_since IS NOT NULL AND (c.priority, c.waiting_since, c.id) > ($7, $1, $2)",
            "c.priority, c.waiting_since, c.id"
        ),
        View::Resolved => {
            tagged!("c.resolved_at IS NOT NULL AND (c.resolved_at, c.id) < ($1, $2)", "c.resolved_at DESC, c.id DESC")
        }
        View::Ringing => {
            tagged!("c.ringing_until IS NOT NULL AND (c.ringing_until, c.id) > ($1, $2)", "c.ringing_until, c.id")
        }
        View::Missed => {
            tagged!("c.missed_at IS NOT NULL AND (c.missed_at, c.id) < ($1, $2)", "c.missed_at DESC, c.id DESC")
        }
        View::Snoozed => tagged!(
            "c.owner_id = $4 AND c.snoozed_until IS NOT NULL AND (c.snoozed_until, c.id) > ($1, $2)",
            "c.snoozed_until, c.id"
        ),
    };
    let query =
        query.bind(at).bind(id).bind(limit).bind(me.to_string()).bind(tag.to_string()).bind(i64::from(sees_all));
    Ok(if view == View::Waiting { query.bind(rank).all(tx)? } else { query.all(tx)? })
}
