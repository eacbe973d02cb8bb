//! Reading conversations: lists, histories and the customer's view of where things stand.

use std::collections::HashSet;

use base::{ContactId, ConversationId, Page};
use db::Tx;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Conversation, Marks, Message, State, View};
use super::thread::show_status;
use super::{page, store};
use crate::actor::{Access, Action, Actor, AgentActor, ContactActor, Permission, Resource, authorize};
use crate::error::{Rejection, Result};
use crate::survey;

/// Something read together with the number of the last event that is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot<T> {
    pub value: T,
    pub head: i64,
}

/// One conversation, for whoever may read it.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: ConversationId) -> Result<Snapshot<Conversation>> {
    let value = find(tx, actor, id)?;
    Ok(Snapshot { value, head: tx.head()? })
}

pub(super) fn find(tx: &mut Tx<'_>, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    let conversation = store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    authorize(actor, Action::Read, Resource::Conversation(conversation.access()))?;
    Ok(conversation)
}

/// Checks that an agent may work on a conversation, for what hangs on it elsewhere (drafts).
pub fn find_agents_conversation(tx: &mut Tx<'_>, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    let conversation = store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    authorize(actor, Action::Work, Resource::Conversation(conversation.access()))?;
    Ok(conversation)
}

/// Who may read a conversation; none when it is not there.
pub fn access(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Access>> {
    store::access(tx, id)
}

/// The ids of conversations that events in `from < seq <= to` are about and that somebody may not read now.
pub(crate) fn hidden_between(tx: &mut Tx<'_>, me: &AgentActor, from: i64, to: i64) -> Result<HashSet<String>> {
    if me.rights.has(Permission::ConversationReadAll) {
        return Ok(HashSet::new());
    }
    Ok(page::hidden_between(tx, me.id, from, to)?.into_iter().map(|(id,)| id).collect())
}

/// A page of a view.
pub type Listed = Snapshot<Page<Conversation>>;

/// One page of a view: newest activity first; what waits, most urgent and then longest first.
pub fn list(tx: &mut Tx<'_>, me: &AgentActor, view: View, cursor: Option<&str>, limit: i64) -> Result<Listed> {
    let items = readable(tx, me, view, after(cursor)?, limit + 1)?;
    let (items, next) = page_of(view, items, limit);
    Ok(Snapshot { value: Page { items, next }, head: tx.head()? })
}

/// Where the page begins that a cursor names.
pub(super) fn after(cursor: Option<&str>) -> Result<page::After> {
    let Some(text) = cursor else { return Ok(None) };
    let place = read_cursor(text).ok_or_else(|| Rejection::invalid("cursor", "That is not a cursor of this list."))?;
    Ok(Some(place))
}

/// The page and the next one's cursor, of what was read with one row too many.
pub(super) fn page_of(view: View, mut items: Vec<Conversation>, limit: i64) -> (Vec<Conversation>, Option<String>) {
    let more = items.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        items.pop();
    }
    let next = items.last().filter(|_| more).map(|last| write_cursor(view, last));
    if matches!(view, View::Mine | View::All | View::Active) {
        // to the minute they are in order already
        items.sort_by_key(|item| std::cmp::Reverse(item.last_message_at));
    }
    (items, next)
}

/// One page of the conversations with a contact that the agent may read, newest first.
pub fn list_with_contact(
    tx: &mut Tx<'_>,
    me: &AgentActor,
    contact: ContactId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Listed> {
    let before = cursor.map_or(Ok(i64::MAX), str::parse);
    let before = before.map_err(|_| Rejection::invalid("cursor", "That is not a cursor of this list."))?;
    let mut items = page::of_contact(tx, contact, before, limit + 1)?;
    let more = items.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        items.pop();
    }
    let next = items.last().filter(|_| more).map(|last| last.number.to_string());
    let actor = Actor::Agent(me.clone());
    items.retain(|it| authorize(&actor, Action::Read, Resource::Conversation(it.access())).is_ok());
    Ok(Snapshot { value: Page { items, next }, head: tx.head()? })
}

/// A page of what somebody may read: for those who may not read everything, the first of each of their departments, of none,
/// and of their own. Each is one walk along an index, however much belongs to others.
fn readable(tx: &mut Tx<'_>, me: &AgentActor, view: View, after: page::After, limit: i64) -> Result<Vec<Conversation>> {
    if matches!(view, View::Mine | View::Snoozed) || me.rights.has(Permission::ConversationReadAll) {
        return page::list(tx, view, me.id, after, limit);
    }
    if matches!(view, View::Ringing | View::Active | View::Missed) {
        return page::list_of_floor(tx, view, me.id, after, limit);
    }
    let mut found = page::list_of_owner(tx, view, me.id, after.clone(), limit)?;
    let departments = me.rights.departments.iter().copied().map(Some);
    for department in departments.chain([None]) {
        found.extend(page::list_of_department(tx, view, department, after.clone(), limit)?);
    }
    found.sort_by_key(|it| place(view, it));
    if view != View::Waiting {
        found.reverse();
    }
    found.dedup_by_key(|it| it.id);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// What a view is ordered by.
fn place(view: View, it: &Conversation) -> (i64, base::Time, String) {
    let at = match view {
        View::Waiting => it.waiting_since,
        View::Resolved => it.resolved_at,
        View::Ringing => it.ringing_until,
        View::Missed => it.missed_at,
        View::Snoozed => it.snoozed_until.or(Some(store::UNTIL_A_REPLY)),
        View::Mine | View::All | View::Active => Some(it.activity_at),
    };
    let rank = if view == View::Waiting { it.priority.rank() } else { 0 };
    (rank, at.unwrap_or_default(), it.id.to_string())
}

fn write_cursor(view: View, last: &Conversation) -> String {
    let (rank, at, id) = place(view, last);
    format!("{rank}.{}.{id}", at.millis())
}

fn read_cursor(text: &str) -> Option<(i64, i64, String)> {
    let (rank, rest) = text.split_once('.')?;
    let (at, id) = rest.split_once('.')?;
    let id: ConversationId = id.parse().ok()?;
    Some((rank.parse().ok()?, at.parse().ok()?, id.to_string()))
}

/// How many open conversations there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    pub mine: i64,
    pub waiting: i64,
    pub all: i64,
    /// Number of the last event that is in these.
    pub head: i64,
}

pub fn counts(tx: &mut Tx<'_>, me: &AgentActor) -> Result<Counts> {
    let all = me.rights.has(Permission::ConversationReadAll);
    let (mine, waiting, all) = if all { page::counts(tx, me.id)? } else { page::counts_of_readable(tx, me.id)? };
    Ok(Counts { mine, waiting, all, head: tx.head()? })
}

/// Which part of a history is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// Only what has a greater seq, oldest first from there.
    pub after: Option<i64>,
    /// Only what has a smaller seq, the newest of it.
    pub before: Option<i64>,
    /// 1 … 200 public messages.
    pub limit: i64,
}

impl Range {
    /// The lowest and highest seq to read. Seqs have no holes, so a page is simple arithmetic.
    fn bounds(self, head: i64) -> (i64, i64) {
        let limit = self.limit.clamp(1, 200);
        let top = self.before.map_or(head, |before| head.min(before.saturating_sub(1)));
        // what lies below every seq is the beginning
        match self.after.map(|after| after.max(-1)) {
            Some(after) => (after.saturating_add(1), top.min(after.max(0).saturating_add(limit))),
            // the notes before the first public message carry seq 0
            None if top <= limit => (0, top),
            None => (top - limit + 1, top),
        }
    }
}

/// A part of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct History {
    /// Oldest first.
    pub messages: Vec<Message>,
    pub head_seq: i64,
}

/// The messages in a range; notes only for agents. Each carries the status that the other side's marks give it.
pub fn history(tx: &mut Tx<'_>, actor: &Actor, id: ConversationId, range: Range) -> Result<Snapshot<History>> {
    let conversation = find(tx, actor, id)?;
    let (from, to) = range.bounds(conversation.head_seq);
    let mut messages = if from > to { Vec::new() } else { store::messages(tx, id, from, to, actor.agent().is_ok())? };
    show_status(&conversation, &mut messages);
    Ok(Snapshot { value: History { messages, head_seq: conversation.head_seq }, head: tx.head()? })
}

/// A conversation as its customer may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Presentation {
    pub id: String,
    pub state: State,
    pub head_seq: i64,
    pub contact_marks: Marks,
    pub agent_marks: Marks,
    /// Who has it, by name only.
    pub owner: Option<OwnerName>,
    /// The customer is asked how it was. Lists do not say it.
    pub survey: bool,
    pub preview: String,
    #[schema(value_type = String, format = DateTime)]
    pub last_message_at: base::Time,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnerName {
    pub name: String,
}

impl From<Conversation> for Presentation {
    fn from(it: Conversation) -> Self {
        Self {
            id: it.id.to_string(),
            // that it sleeps is nothing for the customer
            state: if it.state == State::Snoozed { State::Active } else { it.state },
            head_seq: it.head_seq,
            contact_marks: it.contact_marks,
            agent_marks: it.agent_marks,
            owner: it.owner.and(it.owner_shown).map(|name| OwnerName { name }),
            survey: false,
            preview: it.preview,
            last_message_at: it.last_message_at,
        }
    }
}

/// Where one of the customer's conversations stands.
pub fn presentation(tx: &mut Tx<'_>, contact: &ContactActor, id: ConversationId) -> Result<Presentation> {
    let found = find(tx, &Actor::Contact(contact.clone()), id)?.into();
    with_survey(tx, id, found)
}

fn with_survey(tx: &mut Tx<'_>, id: ConversationId, it: Presentation) -> Result<Presentation> {
    let survey = it.state == State::Resolved && survey::is_open(tx, id)?;
    Ok(Presentation { survey, ..it })
}

/// The customer's conversations on this inbox, newest first, at most 50.
pub fn list_of_contact(tx: &mut Tx<'_>, contact: &ContactActor) -> Result<Vec<Presentation>> {
    let all = store::list_of_contact(tx, contact.id, 50)?;
    Ok(all.into_iter().filter(|it| it.inbox_id == contact.inbox).map(Presentation::from).collect())
}

/// The conversation that the widget opens with: the newest.
pub fn latest_of_contact(tx: &mut Tx<'_>, contact: &ContactActor) -> Result<Option<Presentation>> {
    let all = store::list_of_contact(tx, contact.id, 50)?;
    let Some(newest) = all.into_iter().find(|it| it.inbox_id == contact.inbox) else { return Ok(None) };
    with_survey(tx, newest.id, newest.into()).map(Some)
}

#[cfg(test)]
mod bounds {
    use super::Range;

    #[test]
    fn a_page_is_arithmetic_on_dense_numbers() {
        let range = |after, before, limit| Range { after, before, limit }.bounds(120);
        assert_eq!(range(None, None, 50), (71, 120));
        assert_eq!(range(None, Some(71), 50), (21, 70));
        assert_eq!(range(None, Some(21), 50), (0, 20));
        assert_eq!(range(Some(100), None, 50), (101, 120));
        assert_eq!(range(Some(0), None, 50), (1, 50));
        assert_eq!(range(Some(120), None, 50), (121, 120));
        assert_eq!(range(Some(10), Some(15), 50), (11, 14));
        assert_eq!(range(Some(-1_000), None, 50), (0, 50));
        assert_eq!(range(None, None, 5_000), (0, 120));
        assert_eq!(range(Some(i64::MAX), Some(i64::MIN), 50).0, i64::MAX);
    }
}
