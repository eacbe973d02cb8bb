//! Taking a colleague's conversation over, a right of its own and never without saying why; and giving it to who asked.

use base::{AgentId, ConversationId, Time};
use db::Tx;

use super::lifecycle::{Why, active, find, tell_why};
use super::model::Conversation;
use super::store;
use crate::actor::{Action, Actor, AgentActor, Resource, authorize};
use crate::agent;
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::Kind;

/// How long a reason may be, in characters.
const LONGEST_REASON: usize = 300;

/// Makes a colleague's open conversation one's own. The reason stands in the event, where its former owner reads it.
pub fn take_over(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &AgentActor,
    id: ConversationId,
    epoch: i64,
    reason: &str,
) -> Result<Conversation> {
    let actor = Actor::Agent(me.clone());
    let before = find(tx, id)?;
    authorize(&actor, Action::Override, Resource::Conversation(before.access()))?;
    let reason = check_reason(reason)?;
    // an account that is being switched off gives everything back: what it takes meanwhile would stay with it
    if !agent::hold(tx, me.id)?.is_some_and(|it| it.active) {
        return Err(Rejection::AgentInactive.into());
    }
    if before.owner_id == Some(me.id) && before.state.is_open() {
        return Ok(before);
    }
    let is_owned = before.owner_id.is_some() && before.state.is_open();
    if before.epoch != epoch || !is_owned {
        return Err(before.why_not_change(epoch).into());
    }
    if !store::stand(tx, id, epoch, &active(before.department_id, me.id))? {
        return Err(find(tx, id)?.why_not_change(epoch).into());
    }
    let after = find(tx, id)?;
    tell_why(tx, cx, &actor, (Kind::ConversationTransferred, Why::Reason(reason)), before.access(), &after);
    Ok(after)
}

/// Gives an owned conversation to somebody who asked for it, by its owner's word or, `unanswered`, without. None when it
/// changed hands or state since `epoch`, or when who asked can take nothing any more.
pub fn give(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    (id, epoch): (ConversationId, i64),
    to: AgentId,
    unanswered: bool,
) -> Result<Option<Conversation>> {
    let before = find(tx, id)?;
    let is_owned = before.owner_id.is_some() && before.state.is_open();
    if before.epoch != epoch || !is_owned || !agent::hold(tx, to)?.is_some_and(|it| it.active) {
        return Ok(None);
    }
    if !store::stand(tx, id, epoch, &active(before.department_id, to))? {
        return Ok(None);
    }
    let after = find(tx, id)?;
    let why = if unanswered { Why::Unanswered } else { Why::Unsaid };
    tell_why(tx, cx, actor, (Kind::ConversationTransferred, why), before.access(), &after);
    Ok(Some(after))
}

/// Whether an agent wrote a message or a note after `since`, when `head_seq` was the newest message.
pub fn wrote_since(tx: &mut Tx<'_>, id: ConversationId, agent: AgentId, head_seq: i64, since: Time) -> Result<bool> {
    store::wrote_since(tx, id, agent, head_seq, since)
}

fn check_reason(reason: &str) -> Result<&str, Rejection> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(Rejection::invalid("reason", "Say why in a few words: its owner will read it.")),
        1..=LONGEST_REASON => Ok(reason),
        _ => Err(Rejection::invalid("reason", "A reason has at most 300 characters.")),
    }
}
