//! The kinds of events and how a verb writes one down. docs/events.md says what each carries.

use base::{AgentId, ConversationId};
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
    AgentLeft,
    AgentUpdated,
    AssignmentUpdated,
    CannedCreated,
    CannedDeleted,
    CannedUpdated,
    CannedUsed,
    ContactCreated,
    ContactNoteDeleted,
    ContactNoted,
    ContactSignedOut,
    ContactUpdated,
    ConversationAsked,
    ConversationClaimed,
    ConversationCreated,
    ConversationHidden,
    ConversationKept,
    ConversationMarked,
    ConversationMissed,
    ConversationOffered,
    ConversationPrioritised,
    ConversationRang,
    ConversationReleased,
    ConversationReopened,
    ConversationResolved,
    ConversationTagged,
    ConversationSnoozed,
    ConversationTransferred,
    ConversationWoke,
    DepartmentCreated,
    DepartmentUpdated,
    DraftDeleted,
    DraftSaved,
    FollowUpCreated,
    FollowUpDone,
    IdentitySecretEnded,
    IdentitySecretMade,
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
    OfferPassed,
    OfferWithdrawn,
    SessionEnded,
    SessionStarted,
    SurveyAnswered,
    SurveyAsked,
    SurveySkipped,
    TagCreated,
    TagDeleted,
    TagUpdated,
}

impl Kind {
    // long: one name for each kind, and nothing else
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AgentJoined => "agent.joined",
            Self::AgentStatusChanged => "agent.status_changed",
            Self::AgentLeft => "agent.left",
            Self::AgentUpdated => "agent.updated",
            Self::AssignmentUpdated => "assignment.updated",
            Self::CannedCreated => "canned.created",
            Self::CannedDeleted => "canned.deleted",
            Self::CannedUpdated => "canned.updated",
            Self::CannedUsed => "canned.used",
            Self::ContactCreated => "contact.created",
            Self::ContactNoteDeleted => "contact.note_deleted",
            Self::ContactNoted => "contact.noted",
            Self::ContactSignedOut => "contact.signed_out",
            Self::ContactUpdated => "contact.updated",
            Self::ConversationAsked => "conversation.asked",
            Self::ConversationClaimed => "conversation.claimed",
            Self::ConversationCreated => "conversation.created",
            Self::ConversationHidden => "conversation.hidden",
            Self::ConversationKept => "conversation.kept",
            Self::ConversationMarked => "conversation.marked",
            Self::ConversationMissed => "conversation.missed",
            Self::ConversationOffered => "conversation.offered",
            Self::ConversationPrioritised => "conversation.prioritised",
            Self::ConversationRang => "conversation.rang",
            Self::ConversationReleased => "conversation.released",
            Self::ConversationReopened => "conversation.reopened",
            Self::ConversationResolved => "conversation.resolved",
            Self::ConversationTagged => "conversation.tagged",
            Self::ConversationSnoozed => "conversation.snoozed",
            Self::ConversationTransferred => "conversation.transferred",
            Self::ConversationWoke => "conversation.woke",
            Self::DepartmentCreated => "department.created",
            Self::DepartmentUpdated => "department.updated",
            Self::DraftDeleted => "draft.deleted",
            Self::DraftSaved => "draft.saved",
            Self::FollowUpCreated => "follow_up.created",
            Self::FollowUpDone => "follow_up.done",
            Self::IdentitySecretEnded => "identity_secret.ended",
            Self::IdentitySecretMade => "identity_secret.made",
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
            Self::OfferPassed => "offer.passed",
            Self::OfferWithdrawn => "offer.withdrawn",
            Self::SessionEnded => "session.ended",
            Self::SessionStarted => "session.started",
            Self::SurveyAnswered => "survey.answered",
            Self::SurveyAsked => "survey.asked",
            Self::SurveySkipped => "survey.skipped",
            Self::TagCreated => "tag.created",
            Self::TagDeleted => "tag.deleted",
            Self::TagUpdated => "tag.updated",
        }
    }
}

/// Writes one event down that exactly these agents may see.
pub fn emit_to<T: Serialize>(
    tx: &mut Tx<'_>,
    cx: &Context,
    kind: Kind,
    about: Option<ConversationId>,
    agents: &[AgentId],
    data: &T,
) {
    let named: Vec<String> = agents.iter().map(ToString::to_string).collect();
    write(tx, cx, &Actor::System, kind, about, format!("these:{}", named.join(",")), data);
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
    write(tx, cx, actor, kind, about, audience.text(), data);
}

fn write<T: Serialize>(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    kind: Kind,
    about: Option<ConversationId>,
    audience: String,
    data: &T,
) {
    tx.emit(Entry {
        at: cx.now().millis(),
        kind: kind.as_str(),
        conversation_id: about.map(|id| id.to_string()),
        actor: actor.to_json(),
        audience,
        // our own types always serialise; a map key that is no string would be the only way to fail
        body: serde_json::to_string(data).unwrap_or_else(|_| "{}".to_owned()),
        cause: None,
    });
}
