//! A conversation's messages and notes for agents, page by page: a page counts both, so that no number of notes after one
//! message is too many.

use base::ConversationId;
use db::Tx;

use super::model::{Conversation, Message};
use super::read::{Snapshot, find};
use super::store::{self, Place};
use crate::actor::{Actor, AgentActor};
use crate::error::{Rejection, Result};

/// Which part of a thread is wanted: the newest when nothing is said, the oldest of it when a lower bound is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadRange {
    /// Only what has a greater seq.
    pub after_seq: Option<i64>,
    /// Only what has a smaller seq.
    pub before_seq: Option<i64>,
    /// Only what stands after the page that gave this cursor.
    pub after: Option<String>,
    /// Only what stands before the page that gave this cursor.
    pub before: Option<String>,
    /// 1 … 200 messages and notes.
    pub limit: i64,
}

/// A part of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Oldest first.
    pub messages: Vec<Message>,
    pub head_seq: i64,
    /// The cursor of what stands before, when the page was read backwards and there is more.
    pub older: Option<String>,
    /// The cursor of what stands after, when the page was read forwards and there is more.
    pub newer: Option<String>,
}

fn write_cursor(message: &Message) -> String {
    format!("{}.{}.{}", message.seq, i64::from(message.note), message.id)
}

fn read_cursor(field: &str, text: &str) -> Result<Place, Rejection> {
    let read = || {
        let mut parts = text.splitn(3, '.');
        let (seq, note, id) = (parts.next()?, parts.next()?, parts.next()?);
        let id: base::MessageId = id.parse().ok()?;
        Some((seq.parse().ok()?, note.parse().ok()?, id.to_string()))
    };
    read().ok_or_else(|| Rejection::invalid(field, "That is not a cursor of this conversation."))
}

impl ThreadRange {
    fn bounds(&self) -> Result<(Place, Place), Rejection> {
        let by_seq = self.after_seq.map_or((-1, 0, String::new()), |seq| (seq, 2, String::new()));
        let low = self.after.as_deref().map_or(Ok(by_seq), |text| read_cursor("after", text))?;
        let by_seq = self.before_seq.map_or((i64::MAX, 2, String::new()), |seq| (seq, -1, String::new()));
        let high = self.before.as_deref().map_or(Ok(by_seq), |text| read_cursor("before", text))?;
        Ok((low, high))
    }

    const fn forwards(&self) -> bool {
        self.after_seq.is_some() || self.after.is_some()
    }
}

/// The messages and notes in a range, each with the status that the other side's marks give it.
pub fn thread(tx: &mut Tx<'_>, me: &AgentActor, id: ConversationId, range: &ThreadRange) -> Result<Snapshot<Thread>> {
    let conversation = find(tx, &Actor::Agent(me.clone()), id)?;
    let limit = range.limit.clamp(1, 200);
    let mut messages = store::between(tx, id, range.bounds()?, !range.forwards(), limit + 1)?;
    let more = messages.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        messages.pop();
    }
    let last = messages.last().filter(|_| more).map(write_cursor);
    let (older, newer) = if range.forwards() {
        (None, last)
    } else {
        messages.reverse();
        (last, None)
    };
    show_status(&conversation, &mut messages);
    let value = Thread { messages, head_seq: conversation.head_seq, older, newer };
    Ok(Snapshot { value, head: tx.head()? })
}

/// Gives each message the status that the other side's marks say; a note was sent to nobody who could mark it.
pub(super) fn show_status(conversation: &Conversation, messages: &mut [Message]) {
    for message in messages.iter_mut().filter(|message| !message.note) {
        let (contact, agent) = (conversation.contact_marks, conversation.agent_marks);
        message.status = Message::status_by(message.author.r#type, message.seq, contact, agent);
    }
}
