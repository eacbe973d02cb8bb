//! Asking a colleague for their conversation: they have 60 s for a yes or no, and who neither answers nor writes gives it
//! away. The time is the server's, as a job of the transaction that asks, so that it outlives a restart.

mod store;
#[cfg(test)]
mod tests;

use base::{AskId, ConversationId, Time};
use db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::{Action, Actor, AgentActor, Resource, authorize};
use crate::context::Context;
use crate::conversation::{self, Conversation, Party};
use crate::error::{Rejection, Result, Who};
use crate::event::{Kind, emit};
use crate::{agent, draft, job};
use store::Asked;

/// How long an owner has for an answer, in ms.
pub const ANSWER_WITHIN: i64 = 60_000;

/// The job that ends a question.
const END: &str = "ask.end";

/// One agent asks another for a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ask {
    #[schema(value_type = String)]
    pub id: AskId,
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    pub number: i64,
    pub contact: Party,
    /// Who asks.
    pub agent: Who,
    /// Who is asked.
    pub owner: Who,
    /// The conversation's epoch: with another one the question is over.
    pub epoch: i64,
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub deadline: Time,
}

/// What somebody was asked and has asked, and the server's time, by which deadlines are to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Asks {
    pub items: Vec<Ask>,
    #[schema(value_type = String, format = DateTime)]
    pub now: Time,
    /// Number of the last event that is in this.
    pub head: i64,
}

/// Why an owner keeps a conversation that they were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Refused,
    /// They did not answer, and were writing.
    Busy,
    Withdrawn,
}

#[derive(Serialize)]
struct AskData<'a> {
    ask: &'a Ask,
}

#[derive(Serialize)]
struct KeptData<'a> {
    id: AskId,
    agent: &'a Who,
    owner: &'a Who,
    why: Kept,
}

/// A question to be ended: the body of the job.
#[derive(Deserialize, Serialize)]
struct End {
    conversation: ConversationId,
    ask: AskId,
}

/// A question together with its conversation; none when the conversation changed since.
fn with_conversation(tx: &mut Tx<'_>, asked: &Asked) -> Result<Option<(Ask, Conversation)>> {
    let it = conversation::get(tx, &Actor::System, asked.conversation_id)?.value;
    let Some(owner) = it.owner.clone().filter(|_| it.epoch == asked.epoch) else { return Ok(None) };
    let asker = agent::get(tx, &Actor::System, asked.agent)?;
    let ask = Ask {
        id: asked.id,
        conversation_id: it.id,
        number: it.number,
        contact: it.contact.clone(),
        agent: Who { id: asker.id.to_string(), name: asker.name },
        owner,
        epoch: asked.epoch,
        asked_at: asked.asked_at,
        deadline: asked.deadline,
    };
    Ok(Some((ask, it)))
}

/// Asks the owner for their conversation. Asking again while it is open is the same question.
pub fn ask(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, id: ConversationId, epoch: i64) -> Result<Ask> {
    let actor = Actor::Agent(me.clone());
    let it = conversation::get(tx, &actor, id)?.value;
    authorize(&actor, Action::Own, Resource::Conversation(it.access()))?;
    let Some(owner) = it.owner_id.filter(|owner| *owner != me.id && it.epoch == epoch && it.state.is_open()) else {
        return Err(it.why_not_change(epoch).into());
    };
    let now = cx.now();
    let fresh = Asked {
        id: AskId::new(&cx.rng, now),
        conversation_id: id,
        agent: me.id,
        owner,
        epoch,
        head_seq: it.head_seq,
        asked_at: now,
        deadline: now.plus_millis(ANSWER_WITHIN),
    };
    let is_new = store::insert(tx, &fresh)?;
    let stands = store::of_conversation(tx, id)?.ok_or(Rejection::AskOver)?;
    let (ask, it) = with_conversation(tx, &stands)?.ok_or_else(|| it.why_not_change(epoch))?;
    if stands.agent != me.id {
        return Err(Rejection::AskedAlready { agent: ask.agent }.into());
    }
    if is_new {
        emit(tx, cx, &actor, Kind::ConversationAsked, Some(id), it.team(), &AskData { ask: &ask });
        let body = serde_json::to_string(&End { conversation: id, ask: ask.id }).unwrap_or_default();
        job::enqueue(tx, cx, END, &body, Some(&format!("{END} {}", ask.id)), ask.deadline)?;
    }
    Ok(ask)
}

/// The open question that somebody means, if it still stands.
fn open(tx: &mut Tx<'_>, actor: &Actor, id: ConversationId, ask: AskId) -> Result<(Asked, Ask, Conversation)> {
    let it = conversation::get(tx, actor, id)?.value;
    authorize(actor, Action::Own, Resource::Conversation(it.access()))?;
    let asked = store::of_conversation(tx, id)?.filter(|asked| asked.id == ask).ok_or(Rejection::AskOver)?;
    let (ask, it) = with_conversation(tx, &asked)?.ok_or(Rejection::AskOver)?;
    Ok((asked, ask, it))
}

/// The owner's yes or no.
pub fn answer(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &AgentActor,
    id: ConversationId,
    ask: AskId,
    yes: bool,
) -> Result<Conversation> {
    let actor = Actor::Agent(me.clone());
    let (asked, ask, it) = open(tx, &actor, id, ask)?;
    if asked.owner != me.id || !store::delete(tx, id, ask.id)? {
        return Err(Rejection::AskOver.into());
    }
    if !yes {
        keep(tx, cx, &actor, &ask, &it, Kept::Refused);
        return Ok(it);
    }
    let given = conversation::give(tx, cx, &actor, (id, asked.epoch), asked.agent, false)?;
    given.ok_or_else(|| Rejection::AgentInactive.into())
}

/// Who asked does not want it any more. Saying so twice is no error.
pub fn withdraw(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, id: ConversationId, ask: AskId) -> Result<()> {
    let actor = Actor::Agent(me.clone());
    match open(tx, &actor, id, ask) {
        Ok((asked, ask, it)) if asked.agent == me.id => {
            if store::delete(tx, id, ask.id)? {
                keep(tx, cx, &actor, &ask, &it, Kept::Withdrawn);
            }
            Ok(())
        }
        Ok(_) => Err(Rejection::AskOver.into()),
        Err(crate::Error::Rejected(why)) if *why == Rejection::AskOver => Ok(()),
        Err(error) => Err(error),
    }
}

fn keep(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, ask: &Ask, it: &Conversation, why: Kept) {
    let data = KeptData { id: ask.id, agent: &ask.agent, owner: &ask.owner, why };
    emit(tx, cx, actor, Kind::ConversationKept, Some(it.id), it.team(), &data);
}

/// What I was asked and have asked; what is over is left out.
pub fn list(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor) -> Result<Asks> {
    let actor = Actor::Agent(me.clone());
    let mut items = Vec::new();
    for asked in store::of_agent(tx, me.id)? {
        if let Some((ask, it)) = with_conversation(tx, &asked)?
            && authorize(&actor, Action::Read, Resource::Conversation(it.access())).is_ok()
        {
            items.push(ask);
        }
    }
    Ok(Asks { items, now: cx.now(), head: tx.head()? })
}

/// Does a job of this feature; false when the job is not one.
pub(crate) fn perform(tx: &mut Tx<'_>, cx: &Context, kind: &str, body: &str) -> Result<bool> {
    if kind != END {
        return Ok(false);
    }
    if let Ok(end) = serde_json::from_str(body) {
        time_is_over(tx, cx, &end)?;
    }
    Ok(true)
}

/// Nobody answered in time: it goes to who asked, unless its owner has written since or it changed hands.
fn time_is_over(tx: &mut Tx<'_>, cx: &Context, end: &End) -> Result<()> {
    let id = end.conversation;
    let Some(asked) = store::of_conversation(tx, id)?.filter(|asked| asked.id == end.ask) else { return Ok(()) };
    store::delete(tx, id, asked.id)?;
    let Some((ask, it)) = with_conversation(tx, &asked)? else { return Ok(()) };
    let Asked { owner, head_seq, asked_at, .. } = asked;
    let is_busy =
        conversation::wrote_since(tx, id, owner, head_seq, asked_at)? || draft::typed_since(tx, owner, id, asked_at)?;
    if is_busy {
        keep(tx, cx, &Actor::System, &ask, &it, Kept::Busy);
        return Ok(());
    }
    conversation::give(tx, cx, &Actor::System, (id, asked.epoch), asked.agent, true).map(drop)
}
