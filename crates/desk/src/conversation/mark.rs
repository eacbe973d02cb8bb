//! Delivery and read marks: two numbers per side that only grow. See docs/decisions/0007.

use base::{ConversationId, MessageId};
use db::Tx;
use serde::Serialize;

use super::model::{Conversation, Marks, Status};
use super::store;
use crate::actor::{Action, Actor, AgentActor, ContactActor, Resource, authorize};
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Kind, emit};

#[derive(Serialize)]
struct Marked {
    contact_marks: Marks,
    agent_marks: Marks,
    head_seq: i64,
}

/// The customer's side has received or seen everything up to one message.
pub fn mark_by_contact(
    tx: &mut Tx<'_>,
    cx: &Context,
    contact: &ContactActor,
    message: MessageId,
    status: Status,
) -> Result<()> {
    let (id, seq) = store::place(tx, message)?.ok_or(Rejection::NotFound)?;
    let before = store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    let actor = Actor::Contact(contact.clone());
    authorize(&actor, Action::Write, Resource::Conversation(before.access()))?;
    let read = match status {
        Status::Read => seq,
        Status::Delivered => 0,
        Status::Sent => return Err(Rejection::invalid("status", "Say delivered or read.").into()),
    };
    let contact_marks = before.contact_marks.raised(seq, read, before.head_seq);
    raise(tx, cx, &actor, &before, contact_marks, before.agent_marks)
}

/// The agents' side has received or seen everything up to a seq. Looking counts as reading for the owner, and for anybody
/// while nobody owns the conversation; a colleague who peeks reads nothing for the owner.
pub fn mark_by_agents(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &AgentActor,
    id: ConversationId,
    delivered: Option<i64>,
    read: Option<i64>,
) -> Result<()> {
    let before = store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    let actor = Actor::Agent(me.clone());
    authorize(&actor, Action::Work, Resource::Conversation(before.access()))?;
    let (delivered, read) = (delivered.unwrap_or(0), read.unwrap_or(0));
    let counts = before.owner_id.is_none_or(|owner| owner == me.id);
    let agent_marks = before.agent_marks.raised(delivered.max(read), if counts { read } else { 0 }, before.head_seq);
    raise(tx, cx, &actor, &before, before.contact_marks, agent_marks)
}

fn raise(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    before: &Conversation,
    contact: Marks,
    agent: Marks,
) -> Result<()> {
    if contact == before.contact_marks && agent == before.agent_marks {
        return Ok(());
    }
    if store::raise(tx, before.id, contact, agent)? {
        let after = store::get(tx, before.id)?.ok_or(Rejection::NotFound)?;
        let data =
            Marked { contact_marks: after.contact_marks, agent_marks: after.agent_marks, head_seq: after.head_seq };
        emit(tx, cx, actor, Kind::ConversationMarked, Some(before.id), after.audience(), &data);
    }
    Ok(())
}
