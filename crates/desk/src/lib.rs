//! The product: one folder per feature, verbs over a transaction. No HTTP type lives here, and no SQL outside `store.rs`.

#[cfg(test)]
#[macro_use]
mod tests;

pub mod actor;
pub mod agent;
pub mod consumer;
pub mod contact;
pub mod context;
pub mod conversation;
pub mod draft;
pub mod error;
pub mod event;
pub mod file;
pub mod inbox;
pub mod job;
pub mod mail;
pub mod search;
pub mod setting;
pub mod token;
pub mod trail;
pub mod write;

pub use actor::{Action, Actor, AgentActor, ContactActor, Resource, authorize};
pub use context::Context;
pub use error::{Error, Rejection, Result};
pub use write::Desk;
