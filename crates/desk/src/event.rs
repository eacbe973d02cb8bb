//! The kinds of events and how a verb writes one down. docs/events.md says what each carries.

use base::ConversationId;
use db::{Entry, Tx};
use serde::Serialize;

use crate::actor::Actor;
pub use crate::audience::Audience;
use crate::context::Context;

/// Everything that can happen. Past tense; the names are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    AgentJoined,
    AgentStatusChanged,
    AgentUpdated,
    ContactCreated,
    ContactNoteDeleted,
    ContactNoted,
    ContactUpdated,
    ConversationClaimed,
    ConversationCreated,
    ConversationHidden,
    ConversationMarked,
    ConversationReleased,
    ConversationReopened,
    ConversationResolved,
    ConversationTransferred,
    DepartmentCreated,
    DepartmentUpdated,
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
    ResetCreated,
    ResetUsed,
    RoleCreated,
    RoleDeleted,
    RoleUpdated,
    SessionEnded,
    SessionStarted,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AgentJoined => "agent.joined",
            Self::AgentStatusChanged => "agent.status_changed",
            Self::AgentUpdated => "agent.updated",
            Self::ContactCreated => "contact.created",
            Self::ContactNoteDeleted => "contact.note_deleted",
            Self::ContactNoted => "contact.noted",
            Self::ContactUpdated => "contact.updated",
            Self::ConversationClaimed => "conversation.claimed",
            Self::ConversationCreated => "conversation.created",
            Self::ConversationHidden => "conversation.hidden",
            Self::ConversationMarked => "conversation.marked",
            Self::ConversationReleased => "conversation.released",
            Self::ConversationReopened => "conversation.reopened",
            Self::ConversationResolved => "conversation.resolved",
            Self::ConversationTransferred => "conversation.transferred",
            Self::DepartmentCreated => "department.created",
            Self::DepartmentUpdated => "department.updated",
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
            Self::ResetCreated => "reset.created",
            Self::ResetUsed => "reset.used",
            Self::RoleCreated => "role.created",
            Self::RoleDeleted => "role.deleted",
            Self::RoleUpdated => "role.updated",
            Self::SessionEnded => "session.ended",
            Self::SessionStarted => "session.started",
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
