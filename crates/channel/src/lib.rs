//! Bytes ⇄ messages: each channel turns what its provider sends into an [`Inbound`]. Pure: no database, no network,
//! no clock.

pub mod client_id;
pub mod content;
pub mod web;

use base::FileId;

pub use client_id::{ClientId, InvalidClientId};
pub use content::{Content, ContentError};

/// One message from a customer, whatever way it came. Every channel's door leads to the same `receive`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// The sender's own id for this message; the same id is the same message for ever.
    pub client_id: String,
    pub content: Content,
    /// Files that the sender sent before, in order.
    pub attachments: Vec<FileId>,
    /// Id of the message that this one answers.
    pub reply_to: Option<String>,
    /// BCP 47 tag, as far as the channel knows it.
    pub locale: Option<String>,
    /// Where the customer is writing from, without query or fragment.
    pub page: Option<String>,
}
