//! CSAT: whether a customer is asked how it was, and what they say. A conversation is surveyed once, a customer not more
//! often than every seven days, and nobody about a conversation in which nobody answered.

mod model;
mod store;
#[cfg(test)]
mod tests;

use base::ConversationId;
use db::Tx;
use serde::Serialize;

use crate::actor::{Action, Actor, ContactActor, Resource, authorize};
use crate::context::Context;
use crate::conversation::{self, Conversation};
use crate::error::{Rejection, Result, Who};
use crate::event::{Kind, emit};
use crate::inbox;

pub use model::{Cause, Rating};

use model::{NewSurvey, QUIET};
use store::Standing;

#[derive(Serialize)]
struct Asked<'a> {
    agent: &'a Who,
    head_seq: i64,
}

#[derive(Serialize)]
struct Answered<'a> {
    stars: i64,
    comment: &'a str,
    head_seq: i64,
}

#[derive(Serialize)]
struct Skipped {
    head_seq: i64,
}

/// A conversation has ended: asks its customer how it was, if there is a reason to and none against it.
pub(crate) fn ask(tx: &mut Tx<'_>, cx: &Context, ended: &Conversation, cause: Cause) -> Result<()> {
    let (Some(agent), Some(owner)) = (ended.owner_id, &ended.owner) else { return Ok(()) };
    if !cause.is_asked_by(inbox::by_id(tx, ended.inbox_id)?.widget.survey) {
        return Ok(());
    }
    match store::standing(tx, ended.id)? {
        Some(Standing::Open) => {}
        Some(Standing::Skipped | Standing::Answered) => return Ok(()),
        None => {
            let quiet_since = cx.now().plus_millis(-QUIET);
            if !store::was_answered(tx, ended.id)? || store::was_asked(tx, ended.contact_id, quiet_since)? {
                return Ok(());
            }
            let new = NewSurvey {
                conversation: ended.id,
                contact: ended.contact_id,
                inbox: ended.inbox_id,
                department: ended.department_id,
                agent,
                asked_at: cx.now(),
            };
            store::insert(tx, &new)?;
        }
    }
    let data = Asked { agent: owner, head_seq: ended.head_seq };
    emit(tx, cx, &Actor::System, Kind::SurveyAsked, Some(ended.id), ended.audience(), &data);
    Ok(())
}

/// Whether the customer of a conversation was asked and has not said anything yet.
pub(crate) fn is_open(tx: &mut Tx<'_>, id: ConversationId) -> Result<bool> {
    Ok(store::standing(tx, id)? == Some(Standing::Open))
}

/// The customer says how it was. Whoever changes their mind says it again: the latest counts.
///
/// # Errors
/// [`Rejection::NotFound`] for what is not theirs, and where nobody asked.
pub fn answer(tx: &mut Tx<'_>, cx: &Context, me: &ContactActor, id: ConversationId, rating: &Rating) -> Result<()> {
    let about = of_contact(tx, me, id)?;
    if store::standing(tx, id)?.is_none() {
        return Err(Rejection::NotFound.into());
    }
    if store::answer(tx, id, rating, cx.now())? {
        let data = Answered { stars: rating.stars(), comment: rating.comment(), head_seq: about.head_seq };
        let actor = Actor::Contact(me.clone());
        emit(tx, cx, &actor, Kind::SurveyAnswered, Some(id), about.audience(), &data);
    }
    Ok(())
}

/// The customer does not want to say. Asking is over then, and so it is when they did say already.
pub fn skip(tx: &mut Tx<'_>, cx: &Context, me: &ContactActor, id: ConversationId) -> Result<()> {
    let about = of_contact(tx, me, id)?;
    if store::skip(tx, id, cx.now())? {
        let (actor, data) = (Actor::Contact(me.clone()), Skipped { head_seq: about.head_seq });
        emit(tx, cx, &actor, Kind::SurveySkipped, Some(id), about.audience(), &data);
    }
    Ok(())
}

fn of_contact(tx: &mut Tx<'_>, me: &ContactActor, id: ConversationId) -> Result<Conversation> {
    let actor = Actor::Contact(me.clone());
    let found = conversation::get(tx, &actor, id)?.value;
    authorize(&actor, Action::Write, Resource::Conversation(found.access()))?;
    if found.inbox_id != me.inbox {
        return Err(Rejection::NotFound.into());
    }
    Ok(found)
}
