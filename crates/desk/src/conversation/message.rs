//! Messages: one door in for customers, one for replies, one for notes. Each is stored once, whatever is sent again.

use base::{ConversationId, FileId, MessageId};
use channel::{Content, Inbound};
use db::Tx;
use serde::Serialize;

use super::model::{Author, AuthorType, Conversation, Message, State, Status};
use super::{lifecycle, snooze, store};
use crate::actor::{Access, Action, Actor, AgentActor, ContactActor, Resource, authorize};
use crate::contact;
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};
use crate::file::{self, Attachment, Sender};
use crate::token::{VISITOR_LIFE, Visitor};

/// How long a list's one-line view of a message is, in characters.
const PREVIEW: usize = 120;

/// A message that is stored, now or before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub message: Message,
    pub contact: ContactActor,
    /// False when the same message was sent before.
    pub fresh: bool,
}

/// What an agent writes in public.
#[derive(Clone, Debug)]
pub struct Reply {
    pub client_id: String,
    pub content: Content,
    pub reply_to: Option<MessageId>,
    /// Files that this agent sent for this conversation, in order.
    pub attachments: Vec<FileId>,
    /// The epoch of the conversation that the agent was looking at.
    pub epoch: i64,
}

/// What an agent writes for the team.
#[derive(Clone, Debug)]
pub struct Note {
    pub client_id: String,
    pub content: Content,
    pub reply_to: Option<MessageId>,
    /// Files that this agent sent for this conversation, in order.
    pub attachments: Vec<FileId>,
}

#[derive(Serialize)]
struct MessageData<'a> {
    message: &'a Message,
}

#[derive(Serialize)]
struct ConversationData<'a> {
    conversation: &'a Conversation,
}

/// Stores a customer's message: into `conversation`, or, when none is named, into their open one or a new one. The same
/// client id again is the same message; a resolved conversation opens again.
pub fn receive(
    tx: &mut Tx<'_>,
    cx: &Context,
    visitor: &Visitor,
    known: Option<&ContactActor>,
    conversation: Option<ConversationId>,
    inbound: &Inbound,
) -> Result<Received> {
    check(&inbound.content, &inbound.attachments)?;
    let sender = Sender::Visitor(visitor.clone());
    let files = file::to_attach(tx, &sender, &inbound.attachments)?;
    let contact = match (known, conversation) {
        (Some(contact), _) => contact.clone(),
        (None, Some(_)) => contact::recognise(tx, cx, visitor)?.ok_or(Rejection::NotFound)?,
        (None, None) => introduce(tx, cx, visitor)?,
    };
    let (id, is_new) = match conversation {
        Some(id) => (id, false),
        None => place(tx, cx, &contact, inbound)?,
    };
    let actor = Actor::Contact(contact.clone());
    let reply_to = answered(tx, &actor, id, inbound.reply_to.as_deref(), false)?;
    let (preview, now) = (preview(&inbound.content, &files), cx.now());
    let newest = store::Newest { preview: &preview, author: AuthorType::User, at: now };
    let Some(store::Advanced { seq, state, access }) = store::advance(tx, id, &contact, &inbound.client_id, &newest)?
    else {
        let message = sent_before(tx, &actor, id, &contact.id.to_string(), &inbound.client_id)?;
        let message = message.ok_or(Rejection::NotFound)?;
        return Ok(Received {
            message: same(message, &inbound.content, &files, reply_to, false)?,
            contact,
            fresh: false,
        });
    };
    if is_new || !state.is_open() {
        contact::keep_identity(tx, cx, visitor)?;
    }
    match state {
        State::Snoozed => snooze::rouse(tx, cx, &actor, id)?,
        State::Resolved | State::Archived => lifecycle::reopen_by_contact(tx, cx, &actor, id)?,
        _ => {}
    }
    let message = Message {
        id: MessageId::new(&cx.rng, now),
        conversation_id: id,
        seq,
        client_id: Some(inbound.client_id.clone()),
        author: Author { r#type: AuthorType::User, id: Some(contact.id.to_string()), name: contact.name.clone() },
        content: inbound.content.clone(),
        attachments: files,
        note: false,
        reply_to,
        status: Status::Sent,
        created_at: now,
    };
    keep(tx, cx, &actor, &sender, &message, access)?;
    Ok(Received { message, contact, fresh: true })
}

/// The contact of a first message. A token that rested for 30 days introduces nobody any more.
fn introduce(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor) -> Result<ContactActor> {
    if let Some(known) = contact::recognise(tx, cx, visitor)? {
        return Ok(known);
    }
    if cx.now().since(visitor.issued_at) > VISITOR_LIFE {
        return Err(Rejection::Unauthenticated.into());
    }
    contact::find_or_create(tx, cx, visitor)
}

/// Where a message goes that names no conversation: where it already went, the open one, or a new one.
fn place(tx: &mut Tx<'_>, cx: &Context, contact: &ContactActor, inbound: &Inbound) -> Result<(ConversationId, bool)> {
    contact::hold(tx, cx, contact.id)?;
    if let Some(id) = store::sent_anywhere(tx, &contact.id.to_string(), &inbound.client_id)? {
        return Ok((id, false));
    }
    if let Some(id) = store::open_of_contact(tx, contact.id, contact.inbox)? {
        return Ok((id, false));
    }
    let new = store::NewConversation {
        id: ConversationId::new(&cx.rng, cx.now()),
        number: store::next_number(tx)?,
        inbox: contact.inbox,
        contact: contact.id,
        locale: inbound.locale.as_deref(),
        page: inbound.page.as_deref(),
        now: cx.now(),
    };
    store::insert(tx, &new)?;
    let conversation = store::get(tx, new.id)?.ok_or(Rejection::NotFound)?;
    let data = ConversationData { conversation: &conversation };
    emit(tx, cx, &Actor::Contact(contact.clone()), Kind::ConversationCreated, Some(new.id), conversation.team(), &data);
    Ok((new.id, true))
}

/// The message that the actor already sent into a conversation under this client id. Refused when the conversation is not
/// there for them.
fn sent_before(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ConversationId,
    author: &str,
    client_id: &str,
) -> Result<Option<Message>> {
    let target = store::target(tx, id, author, client_id)?.ok_or(Rejection::NotFound)?;
    authorize(actor, Action::Write, Resource::Conversation(target.access))?;
    if let Actor::Contact(contact) = actor
        && !contact::belongs(contact, target.inbox)
    {
        return Err(Rejection::NotFound.into());
    }
    match target.sent {
        None => Ok(None),
        Some(message) => store::message(tx, id, message),
    }
}

/// The message that a new one answers: in the same conversation, and a note only in a note, since customers see the rest.
fn answered(
    tx: &mut Tx<'_>,
    actor: &Actor,
    conversation: ConversationId,
    id: Option<&str>,
    note: bool,
) -> Result<Option<MessageId>> {
    let Some(text) = id else { return Ok(None) };
    let missing = || Rejection::invalid("reply_to", "The message you answer is not in this conversation.");
    let id: MessageId = text.parse().map_err(|_| missing())?;
    let message = store::message(tx, conversation, id)?.ok_or_else(missing)?;
    if message.note && !note {
        return Err(missing().into());
    }
    if actor.agent().is_err() {
        let owner = store::get(tx, conversation)?.ok_or_else(missing)?;
        authorize(actor, Action::Write, Resource::Conversation(owner.access())).map_err(|_| missing())?;
    }
    Ok(Some(id))
}

/// A message sent again is the one that was stored, if it says the same.
fn same(
    stored: Message,
    content: &Content,
    files: &[Attachment],
    reply_to: Option<MessageId>,
    note: bool,
) -> Result<Message> {
    let says_the_same = stored.content == *content && stored.attachments == files;
    if says_the_same && stored.reply_to == reply_to && stored.note == note {
        Ok(stored)
    } else {
        Err(Rejection::ClientIdReused.into())
    }
}

fn check(content: &Content, files: &[FileId]) -> Result<(), Rejection> {
    content.check(!files.is_empty()).map_err(|error| Rejection::invalid("content.text", error.to_string()))
}

/// A message in one line: its words, or the names of its files.
fn preview(content: &Content, files: &[Attachment]) -> String {
    let words = content.preview(PREVIEW);
    if !words.is_empty() || files.is_empty() {
        return words;
    }
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    Content::text(names.join(", ")).preview(PREVIEW)
}

/// Stores the message and says so.
fn keep(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    sender: &Sender,
    message: &Message,
    access: Access,
) -> Result<()> {
    file::attach(tx, sender, &message.attachments, message.conversation_id, message.id, message.note)?;
    store::insert_message(tx, message)?;
    let audience = if message.note { Audience::Team(access) } else { Audience::Conversation(access) };
    emit(tx, cx, actor, Kind::MessageCreated, Some(message.conversation_id), audience, &MessageData { message });
    Ok(())
}

/// Stores the owner's reply. Anybody else, or an owner who looked at an older state, is refused and keeps their text.
pub fn reply(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &AgentActor,
    id: ConversationId,
    reply: &Reply,
) -> Result<(Message, bool)> {
    check(&reply.content, &reply.attachments)?;
    let (actor, sender) = (Actor::Agent(me.clone()), Sender::Agent(me.clone()));
    let files = file::to_attach(tx, &sender, &reply.attachments)?;
    let reply_to = answered(tx, &actor, id, reply.reply_to.map(|id| id.to_string()).as_deref(), false)?;
    let (preview, now) = (preview(&reply.content, &files), cx.now());
    let newest = store::Newest { preview: &preview, author: AuthorType::Agent, at: now };
    let Some((seq, access)) = store::advance_as_owner(tx, id, me.id, reply.epoch, &reply.client_id, &newest)? else {
        if let Some(message) = sent_before(tx, &actor, id, &me.id.to_string(), &reply.client_id)? {
            return Ok((same(message, &reply.content, &files, reply_to, false)?, false));
        }
        let now = store::get(tx, id)?.ok_or(Rejection::NotFound)?;
        return Err(now.why_not_reply(me.id, reply.epoch).into());
    };
    let message = Message {
        id: MessageId::new(&cx.rng, now),
        conversation_id: id,
        seq,
        client_id: Some(reply.client_id.clone()),
        author: Author { r#type: AuthorType::Agent, id: Some(me.id.to_string()), name: me.shown_name.clone() },
        content: reply.content.clone(),
        attachments: files,
        note: false,
        reply_to,
        status: Status::Sent,
        created_at: now,
    };
    keep(tx, cx, &actor, &sender, &message, access)?;
    Ok((message, true))
}

/// Stores a note for the team: anybody on it may, whoever owns the conversation.
pub fn add_note(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &AgentActor,
    id: ConversationId,
    note: &Note,
) -> Result<(Message, bool)> {
    check(&note.content, &note.attachments)?;
    let (actor, sender) = (Actor::Agent(me.clone()), Sender::Agent(me.clone()));
    let files = file::to_attach(tx, &sender, &note.attachments)?;
    let reply_to = answered(tx, &actor, id, note.reply_to.map(|id| id.to_string()).as_deref(), true)?;
    if let Some(message) = sent_before(tx, &actor, id, &me.id.to_string(), &note.client_id)? {
        return Ok((same(message, &note.content, &files, reply_to, true)?, false));
    }
    let now = cx.now();
    let conversation = store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    let message = Message {
        id: MessageId::new(&cx.rng, now),
        conversation_id: id,
        seq: conversation.head_seq,
        client_id: Some(note.client_id.clone()),
        author: Author { r#type: AuthorType::Agent, id: Some(me.id.to_string()), name: me.name.clone() },
        content: note.content.clone(),
        attachments: files,
        note: true,
        reply_to,
        status: Status::Sent,
        created_at: now,
    };
    keep(tx, cx, &actor, &sender, &message, conversation.access())?;
    Ok((message, true))
}
