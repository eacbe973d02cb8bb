//! Follow-ups: what is still owed to a customer whom nobody took in time. Kept until somebody says that it is done.

use base::{ConversationId, FollowUpId, Time};
use db::Tx;
use serde::Serialize;
use utoipa::ToSchema;

use super::store;
use crate::actor::{Action, Actor, Resource, authorize};
use crate::context::Context;
use crate::conversation::{self, Party, Snapshot};
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};

/// The most that one list holds.
const MOST: i64 = 200;
/// How many times as many are looked through for those that somebody may read.
const ROUNDS: usize = 20;

/// Something that is still owed to a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FollowUp {
    #[schema(value_type = String)]
    pub id: FollowUpId,
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    pub number: i64,
    pub contact: Party,
    pub inbox: Party,
    pub preview: String,
    /// `missed`: nobody took it while it rang.
    pub reason: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

#[derive(Serialize)]
struct Kept<'a> {
    id: FollowUpId,
    reason: &'a str,
}

#[derive(Serialize)]
struct Done {
    id: FollowUpId,
}

/// Keeps a follow-up of a conversation, unless one is kept already.
pub(super) fn keep(tx: &mut Tx<'_>, cx: &Context, conversation: ConversationId, reason: &str) -> Result<()> {
    let id = FollowUpId::new(&cx.rng, cx.now());
    if store::insert_follow_up(tx, id, conversation, reason, cx.now())? {
        let data = Kept { id, reason };
        let audience = Audience::Team(conversation::get(tx, &Actor::System, conversation)?.value.access());
        emit(tx, cx, &Actor::System, Kind::FollowUpCreated, Some(conversation), audience, &data);
    }
    Ok(())
}

/// What is owed, oldest first, at most 200; of 4,000, when most of it is owed by other departments.
pub fn list(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<FollowUp>> {
    authorize(actor, Action::Read, Resource::Deployment)?;
    let (mut items, mut last) = (Vec::new(), (i64::MIN, String::new()));
    for _ in 0..ROUNDS {
        let page = store::follow_ups(tx, (last.0, &last.1), MOST)?;
        let Some(end) = page.last() else { break };
        last = (end.3, end.0.clone());
        for (id, conversation, reason, created_at) in page {
            let (Ok(id), Ok(conversation_id)) = (id.parse(), conversation.parse()) else { continue };
            // what belongs to another department is owed by others
            let Ok(Snapshot { value: it, .. }) = conversation::get(tx, actor, conversation_id) else { continue };
            let (contact, inbox, preview) = (it.contact, it.inbox, it.preview);
            let created_at = Time(created_at);
            items.push(FollowUp {
                id,
                conversation_id,
                number: it.number,
                contact,
                inbox,
                preview,
                reason,
                created_at,
            });
        }
        if items.len() >= usize::try_from(MOST).unwrap_or(usize::MAX) {
            items.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
            break;
        }
    }
    Ok(items)
}

/// It is done. Saying so twice is no error.
pub fn finish(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: FollowUpId) -> Result<()> {
    let me = actor.agent()?;
    authorize(actor, Action::Work, Resource::Deployment)?;
    match store::end_follow_up(tx, id, me.id, cx.now())? {
        Some(conversation) => {
            let access = conversation::get(tx, actor, conversation)?.value.access();
            emit(tx, cx, actor, Kind::FollowUpDone, Some(conversation), Audience::Team(access), &Done { id });
            Ok(())
        }
        None if store::has_follow_up(tx, id)? => Ok(()),
        None => Err(Rejection::NotFound.into()),
    }
}
