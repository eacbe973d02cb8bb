//! What sorts conversations: how urgent each is, and its tags. Whoever may read one may change them, whoever owns it.

mod store;

use base::{ConversationId, Page, TagId};
use db::Tx;
use serde::Serialize;

use super::model::{Conversation, Priority, View};
use super::read::{self, Listed, Snapshot};
use crate::actor::{Action, Actor, AgentActor, Permission, Resource, authorize};
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Kind, emit};
use crate::tag;

/// The most tags that one conversation may carry.
const MOST: usize = 50;

#[derive(Serialize)]
struct Prioritised {
    priority: Priority,
}

#[derive(Serialize)]
struct Tagged<'a> {
    tags: &'a [TagId],
    added: Option<TagId>,
    removed: Option<TagId>,
}

/// The conversation, held until the transaction ends: two who change it at once come one after the other.
fn hold(tx: &mut Tx<'_>, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    store::hold(tx, id)?;
    let found = super::store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    authorize(actor, Action::Work, Resource::Conversation(found.access()))?;
    Ok(found)
}

/// Says how urgent a conversation is. The same again changes nothing.
pub fn set_priority(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: ConversationId,
    priority: Priority,
) -> Result<Conversation> {
    let before = hold(tx, actor, id)?;
    if before.priority == priority {
        return Ok(before);
    }
    store::save_priority(tx, id, priority)?;
    emit(tx, cx, actor, Kind::ConversationPrioritised, Some(id), before.team(), &Prioritised { priority });
    Ok(Conversation { priority, ..before })
}

/// Puts a tag on a conversation. One that it carries already changes nothing.
pub fn add_tag(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId, tag: TagId) -> Result<Conversation> {
    let before = hold(tx, actor, id)?;
    tag::get(tx, tag)?;
    if before.tags.contains(&tag) {
        return Ok(before);
    }
    if store::tags(tx, id)?.len() >= MOST {
        return Err(Rejection::invalid("tag_id", "This conversation has 50 tags. Take one off first.").into());
    }
    store::insert_tag(tx, id, tag)?;
    retagged(tx, cx, actor, before, Some(tag), None)
}

/// Takes a tag off a conversation. One that it does not carry is no error.
pub fn remove_tag(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: ConversationId,
    tag: TagId,
) -> Result<Conversation> {
    let before = hold(tx, actor, id)?;
    if !before.tags.contains(&tag) {
        return Ok(before);
    }
    store::delete_tag(tx, id, tag)?;
    retagged(tx, cx, actor, before, None, Some(tag))
}

fn retagged(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    before: Conversation,
    added: Option<TagId>,
    removed: Option<TagId>,
) -> Result<Conversation> {
    let tags = store::tags(tx, before.id)?;
    store::save_tags(tx, before.id, &tags)?;
    let data = Tagged { tags: &tags, added, removed };
    emit(tx, cx, actor, Kind::ConversationTagged, Some(before.id), before.team(), &data);
    Ok(Conversation { tags, ..before })
}

/// One page of what a view shows of the conversations with a tag, in the view's own order.
pub fn list_with_tag(
    tx: &mut Tx<'_>,
    me: &AgentActor,
    view: View,
    tag: TagId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Listed> {
    let after = read::after(cursor)?;
    let sees_all = me.rights.has(Permission::ConversationReadAll);
    let items = store::list_with_tag(tx, view, tag, (me.id, sees_all), after, limit + 1)?;
    let (items, next) = read::page_of(view, items, limit);
    Ok(Snapshot { value: Page { items, next }, head: tx.head()? })
}
