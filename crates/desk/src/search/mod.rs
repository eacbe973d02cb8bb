//! Search over messages, notes and contacts: one index on both engines, kept by a reader of the log (`consumer::search`), so that
//! writing a message costs nothing here. Whoever asks finds only what they may read.

mod index;
mod model;
mod postgres;
mod sqlite;
mod store;
#[cfg(test)]
mod tests;
mod words;

use base::Page;
use db::Tx;

pub use index::{BATCH, Prepared, apply, lag, prepare, rebuild};
pub use model::{Hit, Kind, LONGEST_QUESTION, Place, Question, Said, Snippet};

use crate::actor::{Action, Actor, AgentActor, Resource, authorize};
use crate::error::{Rejection, Result};

/// How often a page is filled up after finds were left out that the asker may not read.
const ROUNDS: usize = 8;

/// One page of what fits `text`, newest first; a conversation with that number comes before all.
pub fn find(
    tx: &mut Tx<'_>,
    me: &AgentActor,
    text: &str,
    kind: Option<Kind>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<Hit>> {
    if text.chars().count() > LONGEST_QUESTION {
        return Err(Rejection::invalid("q", format!("Search for at most {LONGEST_QUESTION} characters.")).into());
    }
    let question = Question::read(text);
    let mut before = match cursor {
        None => i64::MAX,
        Some(cursor) => {
            cursor.parse().map_err(|_| Rejection::invalid("cursor", "That is not a cursor of this search."))?
        }
    };
    let actor = Actor::Agent(me.clone());
    let mut items = Vec::new();
    if cursor.is_none() && kind.is_none_or(|kind| kind == Kind::Conversation) {
        items.extend(numbered(tx, &actor, &question)?);
    }
    let wanted = usize::try_from(limit).unwrap_or(1);
    let mut next = None;
    let sought = !question.terms.is_empty() && !question.only_number && kind != Some(Kind::Conversation);
    for _ in 0..if sought { ROUNDS } else { 0 } {
        let found = store::find(tx, &question, kind, before, limit)?;
        let (full, last) = (found.len() >= wanted, found.last().map(|found| found.doc));
        for found in found {
            if items.len() >= wanted {
                break;
            }
            before = found.doc;
            if let Some(found) = readable(&actor, found) {
                items.push(found.into_hit(&question));
            }
        }
        next = (full || last.is_some_and(|last| last < before)).then(|| before.to_string());
        if items.len() >= wanted || next.is_none() {
            break;
        }
    }
    Ok(Page { items, next })
}

/// What the agent may see of a find: nothing of a conversation they may not read, and of a contact only who it is.
fn readable(actor: &Actor, mut found: model::Found) -> Option<model::Found> {
    let gone = found.message.is_none() && matches!(found.kind, Kind::Message | Kind::Note);
    let reads = authorize(actor, Action::Read, Resource::Conversation(found.access)).is_ok();
    if found.kind == Kind::Contact && !reads {
        found.conversation = None;
    }
    (!gone && (reads || found.kind == Kind::Contact)).then_some(found)
}

fn numbered(tx: &mut Tx<'_>, actor: &Actor, question: &Question) -> Result<Option<Hit>> {
    let Some(number) = question.number else { return Ok(None) };
    let found = store::numbered(tx, number)?.and_then(|found| readable(actor, found));
    Ok(found.map(|found| found.into_hit(question)))
}
