//! What conversations and messages are, and the rules they keep, as pure functions.

use base::{AgentId, ContactId, ConversationId, DepartmentId, InboxId, MessageId, TagId, Time};
use channel::Content;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::Access;
use crate::audience::Audience;
use crate::error::{Rejection, Who};
use crate::file::Attachment;

/// Where a conversation stands. Shown as: With AI, Ringing, Waiting, In progress, Waiting for customer, Snoozed, Resolved,
/// Archived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Bot,
    PendingAcceptance,
    Waiting,
    Active,
    Pending,
    Snoozed,
    Resolved,
    Archived,
}

impl State {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::PendingAcceptance => "pending_acceptance",
            Self::Waiting => "waiting",
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
            Self::Archived => "archived",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let all = [
            Self::Bot,
            Self::PendingAcceptance,
            Self::Waiting,
            Self::Active,
            Self::Pending,
            Self::Snoozed,
            Self::Resolved,
            Self::Archived,
        ];
        all.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether somebody still has to do something.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Resolved | Self::Archived)
    }
}

/// How far one side has received and seen the other side's messages. Marks only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Marks {
    pub delivered_seq: i64,
    pub read_seq: i64,
}

impl Marks {
    /// The higher of both; what is read was delivered; nothing beyond `head` exists yet.
    pub fn raised(self, delivered: i64, read: i64, head: i64) -> Self {
        let read_seq = self.read_seq.max(read.min(head));
        Self { delivered_seq: self.delivered_seq.max(delivered.min(head)).max(read_seq), read_seq }
    }
}

/// How urgent a conversation is; who waits is served by it, then by age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Urgent,
    High,
    #[default]
    Normal,
    Low,
}

impl Priority {
    /// Its place in the queue: the smallest is served first.
    pub const fn rank(self) -> i64 {
        self as i64
    }

    pub const fn of_rank(rank: i64) -> Self {
        match rank {
            0 => Self::Urgent,
            1 => Self::High,
            3 => Self::Low,
            _ => Self::Normal,
        }
    }
}

/// A name with an id: an inbox or a contact, as a conversation shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Party {
    pub id: String,
    pub name: String,
}

/// A conversation as agents see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Conversation {
    #[schema(value_type = String)]
    pub id: ConversationId,
    pub number: i64,
    pub inbox: Party,
    pub contact: Party,
    pub state: State,
    pub priority: Priority,
    /// What it is sorted by. A deleted tag may still stand here; it is shown nowhere.
    #[schema(value_type = Vec<String>)]
    pub tags: Vec<TagId>,
    /// Whose it is; nobody's while it waits.
    pub owner: Option<Who>,
    /// Which department's it is; none: everybody's.
    #[schema(value_type = Option<String>)]
    pub department_id: Option<DepartmentId>,
    /// Grows with every change of owner or state; replies carry it.
    pub epoch: i64,
    /// The newest public message's seq.
    pub head_seq: i64,
    /// The newest public message in one line.
    pub preview: String,
    pub preview_author: Option<AuthorType>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub last_message_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub waiting_since: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resolved_at: Option<Time>,
    /// Until when it rings; none when it does not.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ringing_until: Option<Time>,
    /// When it stopped ringing with nobody taking it; none once somebody has it, or it rings again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub missed_at: Option<Time>,
    /// Until when it sleeps; none when it does not, and when it sleeps until the customer writes: then `state` says so.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snoozed_until: Option<Time>,
    /// What the customer's side has received and seen.
    pub contact_marks: Marks,
    /// What the agents' side has received and seen.
    pub agent_marks: Marks,
    pub locale: Option<String>,
    pub page: Option<String>,
    #[serde(skip)]
    #[schema(ignore)]
    pub contact_id: ContactId,
    #[serde(skip)]
    #[schema(ignore)]
    pub inbox_id: InboxId,
    #[serde(skip)]
    #[schema(ignore)]
    pub owner_id: Option<AgentId>,
    /// The owner's name as customers see it.
    #[serde(skip)]
    #[schema(ignore)]
    pub owner_shown: Option<String>,
    /// `last_message_at`, at most a minute old: the order of lists.
    #[serde(skip)]
    #[schema(ignore)]
    pub activity_at: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthorType {
    /// The customer.
    User,
    Agent,
    Assistant,
    System,
}

impl AuthorType {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
            Self::Assistant => "assistant",
            Self::System => "system",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Agent, Self::Assistant, Self::System].into_iter().find(|kind| kind.as_str() == text)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Author {
    pub r#type: AuthorType,
    pub id: Option<String>,
    pub name: String,
}

/// How far a message has come. Never moves back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Sent,
    Delivered,
    Read,
}

/// One message or note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Message {
    #[schema(value_type = String)]
    pub id: MessageId,
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// 1, 2, 3 … for public messages; a note carries the seq of the public message it follows.
    pub seq: i64,
    pub client_id: Option<String>,
    pub author: Author,
    #[schema(value_type = MessageContent)]
    pub content: Content,
    /// Files, as they were when it was sent.
    pub attachments: Vec<Attachment>,
    /// For the team only.
    pub note: bool,
    #[schema(value_type = Option<String>)]
    pub reply_to: Option<MessageId>,
    pub status: Status,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// The documented form of a message's content.
#[derive(ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(dead_code, reason = "only its schema is used")]
pub enum MessageContent {
    /// 1 to 10,000 characters; none are needed beside files.
    Text { text: String },
}

impl Message {
    /// The status that the other side's marks give it.
    pub fn status_by(author: AuthorType, seq: i64, contact: Marks, agent: Marks) -> Status {
        let other = if author == AuthorType::User { agent } else { contact };
        if seq <= other.read_seq {
            Status::Read
        } else if seq <= other.delivered_seq {
            Status::Delivered
        } else {
            Status::Sent
        }
    }
}

/// The lists that agents look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    Mine,
    Waiting,
    All,
    Resolved,
    /// Being offered right now.
    Ringing,
    /// In progress, whoever has it.
    Active,
    /// Nobody took it while it rang.
    Missed,
    /// Mine that sleep, those that wake first on top.
    Snoozed,
}

impl Conversation {
    /// All that decides who may read it.
    pub const fn access(&self) -> Access {
        Access { contact: self.contact_id, owner: self.owner_id, department: self.department_id }
    }

    /// Whoever may read it, and its customer.
    pub const fn audience(&self) -> Audience {
        Audience::Conversation(self.access())
    }

    /// The agents who may read it.
    pub const fn team(&self) -> Audience {
        Audience::Team(self.access())
    }

    /// Why `me` may not reply now, when the conditional update found no row.
    pub fn why_not_reply(&self, me: AgentId, epoch: i64) -> Rejection {
        if self.owner_id != Some(me) {
            return Rejection::NotOwner { owner: self.owner.clone(), epoch: self.epoch };
        }
        self.why_not_change(epoch)
    }

    /// Why a change that carried `epoch` found no row.
    pub fn why_not_change(&self, epoch: i64) -> Rejection {
        if self.epoch != epoch || self.state.is_open() {
            Rejection::StaleEpoch { owner: self.owner.clone(), epoch: self.epoch }
        } else {
            Rejection::Resolved { epoch: self.epoch }
        }
    }
}

#[cfg(test)]
mod rules {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn marks_never_fall_and_never_pass_the_head(steps in prop::collection::vec((0i64..50, 0i64..50), 0..40), head in 0i64..40) {
            let mut marks = Marks::default();
            for (delivered, read) in steps {
                let raised = marks.raised(delivered, read, head);
                prop_assert!(raised.delivered_seq >= marks.delivered_seq && raised.read_seq >= marks.read_seq);
                prop_assert!(raised.read_seq <= raised.delivered_seq && raised.delivered_seq <= head);
                marks = raised;
            }
        }

        #[test]
        fn a_status_only_climbs_as_marks_grow(seq in 1i64..20, a in (0i64..20, 0i64..20), b in (0i64..20, 0i64..20)) {
            let before = Marks::default().raised(a.0, a.1, 20);
            let after = before.raised(b.0, b.1, 20);
            let status = |marks| Message::status_by(AuthorType::Agent, seq, marks, Marks::default());
            prop_assert!(status(before) <= status(after));
        }
    }

    #[test]
    fn priorities_survive_their_ranks_and_the_urgent_come_first() {
        use Priority::{High, Low, Normal, Urgent};
        for priority in [Urgent, High, Normal, Low] {
            assert_eq!(Priority::of_rank(priority.rank()), priority);
        }
        assert!(Urgent < High && High < Normal && Normal < Low);
        assert_eq!(Priority::of_rank(9), Normal);
    }

    #[test]
    fn states_survive_their_names() {
        for name in ["bot", "pending_acceptance", "waiting", "active", "pending", "snoozed", "resolved", "archived"] {
            assert_eq!(State::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(State::parse("open"), None);
    }
}
