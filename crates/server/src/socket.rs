//! The sockets: what is said on them. They only receive; everything that must not be lost is sent by POST.

mod agent;
mod customer;
mod line;
mod pace;

pub use agent::agent;
pub use customer::{customer, customer_author};
