//! Starts real processes (PostgreSQL, NATS, the chatdesk binary), injects faults into them and checks what clients saw.
//! No product logic lives here and nothing here is part of the shipped binary.
#![allow(
    clippy::disallowed_methods,
    reason = "the rig starts programs, and draws its own randomness from a printed seed"
)]

pub mod client;
pub mod daemon;
pub mod desk;
pub mod follower;
pub mod generate;
pub mod history;
pub mod process;
pub mod proxy;
pub mod scenario;
pub mod screen;
pub mod smtp;
pub mod socket;
pub mod world;
pub mod writer;

/// A fresh key for one message.
#[must_use]
pub fn client_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
