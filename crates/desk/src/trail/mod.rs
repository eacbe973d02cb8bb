//! What happened to a conversation, read back from the event log for whoever may read the conversation. Messages, marks and
//! drafts have their own places and are left out.

mod store;
#[cfg(test)]
mod tests;

use base::ConversationId;
use db::{Committed, Tx};

use crate::actor::{Actor, AgentActor};
use crate::audience::Heard;
use crate::conversation;
use crate::error::Result;

/// One page of a conversation's events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// Newest first; those for others are left out.
    pub events: Vec<Committed>,
    /// Where the next page begins; none at the end.
    pub next: Option<i64>,
    /// Number of the last event that is in this.
    pub head: i64,
}

/// The newest `limit` events of a conversation before number `before`. A page may hold fewer, because some are for others.
pub fn read(tx: &mut Tx<'_>, me: &AgentActor, id: ConversationId, before: Option<i64>, limit: i64) -> Result<Trail> {
    conversation::get(tx, &Actor::Agent(me.clone()), id)?;
    let mut events = store::before(tx, id, before.unwrap_or(i64::MAX), limit + 1)?;
    let more = events.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        events.pop();
    }
    let next = events.last().filter(|_| more).map(|event| event.seq);
    events.retain(|event| Heard::read(&event.audience).is_part_of_the_story(me));
    Ok(Trail { events, next, head: tx.head()? })
}
