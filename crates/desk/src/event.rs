//! The kinds of events and how a verb writes one down. docs/events.md says what each carries.

use base::{AgentId, ConversationId};
use db::{Entry, Tx};
use serde::Serialize;

use crate::actor::Actor;
use crate::context::Context;

/// Everything that can happen. Past tense; the names are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    AgentJoined,
    AgentUpdated,
    ContactCreated,
    ContactNoteDeleted,
    ContactNoted,
    ContactUpdated,
    ConversationClaimed,
    ConversationCreated,
    ConversationMarked,
    ConversationReleased,
    ConversationReopened,
    ConversationResolved,
    ConversationTransferred,
    DraftDeleted,
    DraftSaved,
    InboxCreated,
    InboxSeen,
    InboxUpdated,
    InviteAccepted,
    InviteCreated,
    InviteDeleted,
    MailDied,
    MailDiscarded,
    MailReplayed,
    MessageCreated,
    SessionEnded,
    SessionStarted,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AgentJoined => "agent.joined",
            Self::AgentUpdated => "agent.updated",
            Self::ContactCreated => "contact.created",
            Self::ContactNoteDeleted => "contact.note_deleted",
            Self::ContactNoted => "contact.noted",
            Self::ContactUpdated => "contact.updated",
            Self::ConversationClaimed => "conversation.claimed",
            Self::ConversationCreated => "conversation.created",
            Self::ConversationMarked => "conversation.marked",
            Self::ConversationReleased => "conversation.released",
            Self::ConversationReopened => "conversation.reopened",
            Self::ConversationResolved => "conversation.resolved",
            Self::ConversationTransferred => "conversation.transferred",
            Self::DraftDeleted => "draft.deleted",
            Self::DraftSaved => "draft.saved",
            Self::InboxCreated => "inbox.created",
            Self::InboxSeen => "inbox.seen",
            Self::InboxUpdated => "inbox.updated",
            Self::InviteAccepted => "invite.accepted",
            Self::InviteCreated => "invite.created",
            Self::InviteDeleted => "invite.deleted",
            Self::MailDied => "mail.died",
            Self::MailDiscarded => "mail.discarded",
            Self::MailReplayed => "mail.replayed",
            Self::MessageCreated => "message.created",
            Self::SessionEnded => "session.ended",
            Self::SessionStarted => "session.started",
        }
    }
}

/// Who may see an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Agents and the conversation's customer.
    All,
    Agents,
    Administrators,
    Agent(AgentId),
    /// No client: for the nodes themselves and for the audit.
    System,
}

impl Audience {
    pub fn text(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Agents => "agents".to_owned(),
            Self::Administrators => "administrators".to_owned(),
            Self::Agent(id) => format!("agent:{id}"),
            Self::System => "system".to_owned(),
        }
    }
}

/// Writes one event down, in the transaction that makes the change.
pub fn emit<T: Serialize>(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    kind: Kind,
    about: Option<ConversationId>,
    audience: Audience,
    data: &T,
) {
    tx.emit(Entry {
        at: cx.now().millis(),
        kind: kind.as_str(),
        conversation_id: about.map(|id| id.to_string()),
        actor: actor.to_json(),
        audience: audience.text(),
        // our own types always serialise; a map key that is no string would be the only way to fail
        body: serde_json::to_string(data).unwrap_or_else(|_| "{}".to_owned()),
        cause: None,
    });
}
