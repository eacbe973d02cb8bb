//! The product: one folder per feature, verbs over a transaction. No HTTP type lives here, and no SQL outside `store.rs`.

#[cfg(test)]
#[macro_use]
mod tests;

pub mod actor;
pub mod agent;
pub mod ask;
pub mod audience;
pub mod canned;
pub mod consumer;
pub mod contact;
pub mod context;
pub mod conversation;
pub mod department;
pub mod draft;
pub mod error;
pub mod event;
pub mod file;
pub mod identity;
pub mod inbox;
pub mod job;
pub mod mail;
pub mod migration;
pub mod pace;
pub mod permission;
pub mod role;
pub mod routing;
pub mod search;
pub mod setting;
pub mod status;
pub mod survey;
pub mod tag;
pub mod token;
pub mod trail;
pub mod write;

pub use actor::{
    Access, Action, Actor, AgentActor, ContactActor, Permission, Permissions, Resource, Rights, Role, authorize,
};
pub use context::Context;
pub use error::{Error, Rejection, Result};
pub use migration::MIGRATIONS;
pub use write::Desk;
