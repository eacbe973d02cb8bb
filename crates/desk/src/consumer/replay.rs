//! The log for one agent: what they may see of a stretch of it, judged by what they may read now.

use db::{Committed, Tx};

use crate::actor::AgentActor;
use crate::audience::Heard;
use crate::conversation;
use crate::error::Result;

/// A stretch of the log as one agent may see it.
#[derive(Debug)]
pub struct Replay {
    pub events: Vec<Committed>,
    /// The last number that was read; none when there was nothing to read.
    pub last: Option<i64>,
    /// Somebody's rights changed in it, perhaps the reader's: what they held before may be too much or too little now.
    pub rights_changed: bool,
}

/// Up to `limit` events after a number. What belongs to a conversation that the agent can no longer read is left out, but not
/// the word that it is gone.
pub fn replay(tx: &mut Tx<'_>, me: &AgentActor, after: i64, limit: i64) -> Result<Replay> {
    let mut events = tx.events_after(after, limit)?;
    let last = events.last().map(|event| event.seq);
    let rights_changed = events.iter().any(|event| changes_rights(&event.kind));
    let hidden = match last {
        Some(last) => conversation::hidden_between(tx, me, after, last)?,
        None => Default::default(),
    };
    events.retain(|event| {
        let heard = Heard::read(&event.audience);
        let is_hidden = event.conversation_id.as_ref().is_some_and(|id| hidden.contains(&**id));
        heard.has(me) && (!is_hidden || heard.is_farewell())
    });
    Ok(Replay { events, last, rights_changed })
}

/// Whether an event of this kind can change what somebody may do or read beside the conversation it is about.
pub(super) fn changes_rights(kind: &str) -> bool {
    matches!(kind, "agent.updated" | "department.updated" | "role.updated")
}
