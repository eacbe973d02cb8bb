//! Agents: accounts, invitations and sessions, from the first administrator to the last sign-out.

mod account;
mod invite;
mod model;
pub mod password;
mod session;
mod store;
#[cfg(test)]
mod tests;

pub use account::{NewAccount, SetUp, change_password, get, is_set_up, list, set_up, stored_password, update};
pub use invite::{accept_invite, create_invite, delete_invite, list_invites};
pub(crate) use model::valid_email;
pub use model::{Agent, Invite, Session, Update};
pub use session::{Started, end_all_sessions, end_session, find_account, find_session, forget_expired, start_session};
pub(crate) use session::{is_stale, touch};
