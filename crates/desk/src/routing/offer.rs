//! Offers: a conversation that rings is offered to several agents at once, with one deadline from the server's clock.

use base::{AgentId, ConversationId, Time};
use db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::follow_up;
use super::model::Answer;
use super::store;
use crate::actor::{Action, Actor, AgentActor, Permission, Resource, authorize};
use crate::context::Context;
use crate::conversation::{self, Conversation, Party};
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit, emit_to};
use crate::job;

/// The job that ends a ring.
pub const RING_END: &str = "ring.end";

/// What an agent sees of a conversation that rings for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Offer {
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    pub number: i64,
    /// The conversation's epoch while it rings: accept with it.
    pub round: i64,
    #[schema(value_type = String, format = DateTime)]
    pub deadline: Time,
    pub contact: Party,
    pub inbox: Party,
    pub page: Option<String>,
    pub locale: Option<String>,
    /// The customer's newest words, in one line.
    pub preview: String,
    #[schema(value_type = String, format = DateTime)]
    pub waiting_since: Time,
}

/// What rings for an agent, and the server's time, by which deadlines are to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Offers {
    pub items: Vec<Offer>,
    #[schema(value_type = String, format = DateTime)]
    pub now: Time,
    /// Number of the last event that is in this.
    pub head: i64,
}

#[derive(Serialize)]
struct OfferData<'a> {
    offer: &'a Offer,
}

#[derive(Serialize)]
struct RoundData {
    round: i64,
}

/// A ring to be ended: the body of the job.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct End {
    pub conversation: ConversationId,
    pub round: i64,
}

impl Offer {
    fn of(it: &Conversation) -> Option<Self> {
        Some(Self {
            conversation_id: it.id,
            number: it.number,
            round: it.epoch,
            deadline: it.ringing_until?,
            contact: it.contact.clone(),
            inbox: it.inbox.clone(),
            page: it.page.clone(),
            locale: it.locale.clone(),
            preview: it.preview.clone(),
            waiting_since: it.waiting_since.unwrap_or(it.created_at),
        })
    }
}

/// Offers a ringing conversation to `agents` and tells exactly them.
pub(super) fn make(tx: &mut Tx<'_>, cx: &Context, it: &Conversation, agents: &[AgentId]) -> Result<()> {
    let Some(offer) = Offer::of(it) else { return Ok(()) };
    let mut told = Vec::new();
    for agent in agents {
        if store::offer(tx, it.id, it.epoch, *agent, cx.now())? {
            told.push(*agent);
        }
    }
    if !told.is_empty() {
        emit_to(tx, cx, Kind::ConversationOffered, Some(it.id), &told, &OfferData { offer: &offer });
    }
    Ok(())
}

/// Writes down when a ring ends; in the transaction that begins it.
pub(super) fn schedule_end(tx: &mut Tx<'_>, cx: &Context, it: &Conversation) -> Result<()> {
    let Some(until) = it.ringing_until else { return Ok(()) };
    let end = End { conversation: it.id, round: it.epoch };
    let body = serde_json::to_string(&end).unwrap_or_default();
    job::enqueue(tx, cx, RING_END, &body, Some(&format!("{RING_END} {} {}", it.id, it.epoch)), until)
}

/// Takes an offer back from agents who can no longer accept it.
pub(super) fn withdraw(
    tx: &mut Tx<'_>,
    cx: &Context,
    id: ConversationId,
    round: i64,
    agents: &[AgentId],
) -> Result<()> {
    let mut told = Vec::new();
    for agent in agents {
        if store::answer(tx, id, round, *agent, Answer::Withdrawn, cx.now())? {
            told.push(*agent);
        }
    }
    if !told.is_empty() {
        emit_to(tx, cx, Kind::OfferWithdrawn, Some(id), &told, &RoundData { round });
    }
    Ok(())
}

/// What rings for `me` now.
pub fn offers(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor) -> Result<Offers> {
    let mut items = Vec::new();
    for (id, _) in store::offered_to(tx, me.id, cx.now())? {
        items.extend(Offer::of(&conversation::get(tx, &Actor::System, id)?.value));
    }
    Ok(Offers { items, now: cx.now(), head: tx.head()? })
}

/// `me` lets others have it. When everybody did, it ends before its time. Passing what no longer rings is no error.
pub fn decline(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, id: ConversationId, round: i64) -> Result<()> {
    let it = conversation::get(tx, &Actor::Agent(me.clone()), id)?.value;
    let rings = it.ringing_until.is_some() && it.epoch == round;
    if !rings || !store::answer(tx, id, round, me.id, Answer::Passed, cx.now())? {
        return Ok(());
    }
    let actor = Actor::Agent(me.clone());
    emit(tx, cx, &actor, Kind::OfferPassed, Some(id), Audience::Agent(me.id), &RoundData { round });
    let open = store::offers(tx, id, round)?.iter().any(|(_, answer)| answer.is_none());
    if open { Ok(()) } else { end(tx, cx, End { conversation: id, round }) }
}

/// The time is over, or everybody passed: unless somebody has it, the conversation is missed and a follow-up is kept.
pub fn end(tx: &mut Tx<'_>, cx: &Context, end: End) -> Result<()> {
    if conversation::miss(tx, cx, end.conversation, end.round)? {
        store::end_offers(tx, end.conversation, end.round, Answer::Missed, cx.now())?;
        follow_up::keep(tx, cx, end.conversation, "missed")?;
    }
    Ok(())
}

/// A ring went another way: every offer of it that is still open is lost, but for the winner's.
pub fn settle(tx: &mut Tx<'_>, cx: &Context, id: ConversationId, round: i64, winner: Option<AgentId>) -> Result<()> {
    if let Some(winner) = winner {
        store::answer(tx, id, round, winner, Answer::Accepted, cx.now())?;
        store::take_turn(tx, winner, cx.now())?;
    }
    store::end_offers(tx, id, round, Answer::Lost, cx.now())
}

/// Puts a missed conversation back into the queue, where it rings again as soon as somebody can be offered it.
pub fn ring_again(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: ConversationId,
    epoch: i64,
) -> Result<Conversation> {
    let it = conversation::get(tx, actor, id)?.value;
    authorize(actor, Action::May(Permission::MonitoringRead), Resource::Conversation(it.access()))?;
    if it.missed_at.is_none() {
        return Err(Rejection::StaleEpoch { owner: it.owner, epoch: it.epoch }.into());
    }
    conversation::release(tx, cx, actor, id, epoch)
}
