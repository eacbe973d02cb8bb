//! A conversation that sleeps: it keeps its owner, leaves their list, and wakes at a time, when the customer writes, or when
//! somebody wakes it. The customer is told nothing of it.

use base::{ConversationId, Time};
use db::Tx;
use serde::{Deserialize, Serialize};

use super::lifecycle::{active, change, claim, find, tell};
use super::model::{Conversation, State};
use super::store::{self, Standing};
use crate::actor::{Actor, AgentActor};
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::Kind;
use crate::job;

/// The job that wakes a conversation at its time.
pub(crate) const WAKE: &str = "conversation.wake";
/// How far off the time may lie, in ms: a year and a day.
const LONGEST: i64 = 366 * 86_400_000;

/// Which sleep a job is to end: another change of the conversation moves the epoch on, and the job finds nothing to do.
#[derive(Serialize, Deserialize)]
struct Sleep {
    conversation: ConversationId,
    epoch: i64,
}

/// Puts a conversation to sleep until a time, or, with none, until the customer writes. Whoever does so to one that nobody
/// has owns it.
pub fn snooze(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &AgentActor,
    id: ConversationId,
    epoch: i64,
    until: Option<Time>,
) -> Result<Conversation> {
    if until.is_some_and(|until| until <= cx.now() || until.since(cx.now()) > LONGEST) {
        return Err(Rejection::invalid("until", "Choose a time from now on, within a year.").into());
    }
    let actor = Actor::Agent(me.clone());
    let before = find(tx, id)?;
    let free = before.state.is_open() && before.owner_id.is_none();
    let epoch = if free { claim(tx, cx, me, id, Some(epoch))?.epoch } else { epoch };
    let asleep = change(tx, cx, &actor, id, epoch, Kind::ConversationSnoozed, |_, before| {
        if !before.state.is_open() {
            return Err(before.why_not_change(epoch).into());
        }
        let snoozed_until = Some(until.unwrap_or(store::UNTIL_A_REPLY));
        let (owner, department) = (before.owner_id, before.department_id);
        Ok(Standing { state: State::Snoozed, owner, department, waiting_since: None, resolved_at: None, snoozed_until })
    })?;
    if let Some(until) = until {
        let sleep = Sleep { conversation: id, epoch: asleep.epoch };
        let body = serde_json::to_string(&sleep).unwrap_or_default();
        job::enqueue(tx, cx, WAKE, &body, Some(&format!("{WAKE} {id} {}", asleep.epoch)), until)?;
    }
    Ok(asleep)
}

/// Wakes a conversation before its time, for its owner.
pub fn wake(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId, epoch: i64) -> Result<Conversation> {
    change(tx, cx, actor, id, epoch, Kind::ConversationWoke, |_, before| match before.owner_id {
        Some(owner) if before.state == State::Snoozed => Ok(active(before.department_id, owner)),
        _ => Err(before.why_not_change(epoch).into()),
    })
}

/// Its time has come, or the customer wrote: it is with its owner again. What does not sleep is left alone.
pub(super) fn rouse(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: ConversationId) -> Result<()> {
    let before = find(tx, id)?;
    let Some(owner) = before.owner_id.filter(|_| before.state == State::Snoozed) else { return Ok(()) };
    if store::stand(tx, id, before.epoch, &active(before.department_id, owner))? {
        let after = find(tx, id)?;
        tell(tx, cx, actor, Kind::ConversationWoke, before.access(), &after);
    }
    Ok(())
}

/// Does the job [`WAKE`].
pub(crate) fn perform_wake(tx: &mut Tx<'_>, cx: &Context, body: &str) -> Result<()> {
    let Ok(sleep) = serde_json::from_str::<Sleep>(body) else { return Ok(()) };
    match store::get(tx, sleep.conversation)? {
        Some(now) if now.epoch == sleep.epoch => rouse(tx, cx, &Actor::System, sleep.conversation),
        _ => Ok(()),
    }
}
