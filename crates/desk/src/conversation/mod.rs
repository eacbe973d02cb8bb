//! Conversations: every message of every channel comes in through [`receive`]; exactly one agent owns one at a time.

mod label;
mod lifecycle;
mod mark;
mod message;
mod model;
#[path = "page/store.rs"]
mod page;
mod read;
mod ring;
mod snooze;
mod store;
mod takeover;
#[cfg(test)]
mod tests;
mod thread;

pub use label::{add_tag, list_with_tag, remove_tag, set_priority};
pub use lifecycle::{Target, claim, end, release, release_all, release_present, reopen, resolve, sweep, transfer};
pub use mark::{mark_by_agents, mark_by_contact};
pub use message::{Note, Received, Reply, add_note, receive, reply};
pub use model::{
    Author, AuthorType, Conversation, Marks, Message, MessageContent, Party, Priority, State, Status, View,
};
pub(crate) use read::hidden_between;
pub use read::{
    Counts, History, Listed, Presentation, Range, Snapshot, access, counts, find_agents_conversation, get, history,
    latest_of_contact, list, list_of_contact, list_with_contact, presentation,
};
pub use ring::{assign, miss, ring, unring};
pub(crate) use snooze::{WAKE, perform_wake};
pub use snooze::{snooze, wake};
pub(crate) use store::{Written, written, written_after};
pub use takeover::{give, take_over, wrote_since};
pub use thread::{Thread, ThreadRange, thread};
