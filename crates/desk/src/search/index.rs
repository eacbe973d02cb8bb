//! Keeping the index: what changed is read and folded outside of the writer's time, then written down together with how far the log
//! has been read, so that no event is taken twice or left out. When the rules change, everything is read anew.

use db::{Committed, Tx};
use serde::Deserialize;

use super::model::{Kind, indexed};
use super::store;
use crate::error::Result;
use crate::{contact, conversation};

/// Grows whenever the same text would be indexed in another way.
const VERSION: i64 = 1;
/// Rows per transaction: the hot path shares its thread on SQLite and waits for at most so many.
pub const BATCH: i64 = 100;
/// Events read at once.
const EVENTS: i64 = 500;

/// What one row of the index says.
pub(super) struct Doc {
    pub kind: Kind,
    pub entity_id: String,
    pub conversation_id: Option<String>,
    pub words: Vec<String>,
}

/// What is to be written next.
pub struct Prepared {
    before: store::State,
    after: store::State,
    docs: Vec<Doc>,
    /// What is no longer there.
    gone: Vec<String>,
    /// Whether more is waiting already.
    pub more: bool,
}

/// Reads what comes after the place the index has reached; none when it has seen everything.
pub fn prepare(tx: &mut Tx<'_>) -> Result<Option<Prepared>> {
    let before = store::state(tx)?;
    if before.version != VERSION {
        // the log is followed from here; what is older is read from the tables
        let after = store::State { seq: tx.head()?, version: VERSION, backfill: Some(String::new()) };
        return Ok(Some(Prepared { before, after, docs: Vec::new(), gone: Vec::new(), more: true }));
    }
    match before.backfill.clone() {
        Some(done) => backfill(tx, before, &done).map(Some),
        None => follow(tx, before),
    }
}

/// The next older rows: contacts first, then messages in the order of their ids, which is that of time.
fn backfill(tx: &mut Tx<'_>, before: store::State, done: &str) -> Result<Prepared> {
    let mut docs = Vec::new();
    if !done.starts_with("message") {
        for known in contact::known_after(tx, done, BATCH)? {
            docs.push(Doc::of_contact(known));
        }
    }
    let mut last = docs.last().map(|doc| doc.entity_id.clone());
    if last.is_none() {
        let after = if done.starts_with("message") { done } else { "message" };
        docs.extend(conversation::written_after(tx, after, BATCH)?.into_iter().map(Doc::of_message));
        last = docs.last().map(|doc| doc.entity_id.clone());
    }
    let after = store::State { backfill: last, ..before.clone() };
    Ok(Prepared { before, after, docs, gone: Vec::new(), more: true })
}

/// What the events after the cursor speak of.
fn follow(tx: &mut Tx<'_>, before: store::State) -> Result<Option<Prepared>> {
    let events = tx.events_after(before.seq, EVENTS)?;
    let mut seq = before.seq;
    let (mut docs, mut gone) = (Vec::<Doc>::new(), Vec::new());
    for event in &events {
        if docs.len() >= usize::try_from(BATCH).unwrap_or(1) {
            break;
        }
        seq = event.seq;
        let Some(id) = subject(event) else { continue };
        if docs.iter().any(|doc| doc.entity_id == id) {
            continue;
        }
        let doc = if id.starts_with("message_") {
            conversation::written(tx, &id)?.map(Doc::of_message)
        } else {
            contact::known(tx, &id)?.map(Doc::of_contact)
        };
        match doc {
            Some(doc) => docs.push(doc),
            None => gone.push(id),
        }
    }
    let more = seq < events.last().map_or(seq, |event| event.seq) || events.len() as i64 == EVENTS;
    // marks and drafts alone are not worth a transaction: they are passed over with the next message
    if docs.is_empty() && gone.is_empty() && !more {
        return Ok(None);
    }
    let after = store::State { seq, ..before.clone() };
    Ok(Some(Prepared { before, after, docs, gone, more }))
}

#[derive(Deserialize)]
struct Body {
    message: Option<Named>,
    contact: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

/// Which message or contact an event is about.
fn subject(event: &Committed) -> Option<String> {
    let (noun, _) = event.kind.split_once('.')?;
    if noun != "message" && noun != "contact" {
        return None;
    }
    let body: Body = serde_json::from_str(&event.body).ok()?;
    if noun == "message" { body.message.map(|it| it.id) } else { body.contact.map(|it| it.id) }
}

/// Writes it down. False when another node did so first.
pub fn apply(tx: &mut Tx<'_>, prepared: &Prepared) -> Result<bool> {
    if !store::advance(tx, &prepared.before, &prepared.after)? {
        return Ok(false);
    }
    if prepared.before.version != prepared.after.version {
        store::clear(tx)?;
    }
    for id in &prepared.gone {
        store::remove(tx, id)?;
    }
    let mut next = store::newest(tx)? + 1;
    for doc in &prepared.docs {
        let number = store::place(tx, doc, next)?;
        store::put(tx, number, &doc.words)?;
        next = next.max(number + 1);
    }
    Ok(true)
}

/// How many events the index has not seen.
pub fn lag(tx: &mut Tx<'_>) -> Result<i64> {
    let state = store::state(tx)?;
    Ok(tx.head()? - if state.version == VERSION { state.seq } else { 0 })
}

/// Forgets the index; it is made anew from the tables, and what is made already can be found meanwhile.
pub fn rebuild(tx: &mut Tx<'_>) -> Result<()> {
    let before = store::state(tx)?;
    store::advance(tx, &before, &store::State { version: 0, backfill: None, ..before.clone() })?;
    Ok(())
}

impl Doc {
    fn of_message(it: conversation::Written) -> Self {
        let kind = if it.note { Kind::Note } else { Kind::Message };
        let words = indexed(kind, &it.author, &it.text);
        Self { kind, entity_id: it.id, conversation_id: Some(it.conversation_id), words }
    }

    fn of_contact(it: contact::Known) -> Self {
        let text = format!("{} {} {}", it.name, it.email.unwrap_or_default(), it.phone.unwrap_or_default());
        let words = indexed(Kind::Contact, "", &text);
        Self { kind: Kind::Contact, entity_id: it.id, conversation_id: None, words }
    }
}
