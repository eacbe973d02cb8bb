//! The ground everything stands on: identifiers, time, randomness, secrets and list pages.
//! No I/O and no feature of the product lives here.

pub mod clock;
pub mod id;
pub mod page;
pub mod rng;
pub mod secret;

pub use clock::{Clock, Time};
pub use id::{
    AgentId, AskId, CannedId, ContactId, ContactNoteId, ConversationId, DepartmentId, FileId, FollowUpId,
    IdentitySecretId, InboxId, InviteId, JobId, MailId, MessageId, ResetId, RoleId, SessionId, SpanId, TagId,
};
pub use page::Page;
pub use rng::Rng;
pub use secret::Secret;
