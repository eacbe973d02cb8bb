//! Agents: accounts, invitations and sessions, from the first administrator to the last sign-out.

mod account;
mod invite;
mod model;
pub mod password;
mod reset;
mod session;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use account::hold;
pub use account::{NewAccount, SetUp, change_password, get, is_set_up, list, set_up, stored_password, update};
pub use invite::{accept_invite, create_invite, delete_invite, list_invites};
pub use model::{Agent, Invite, Reset, Session, Update};
pub(crate) use model::{check_name, valid_email};
pub use reset::{create_reset, find_reset, use_reset};
pub use session::{Started, end_all_sessions, end_session, find_account, find_session, forget_expired, start_session};
pub(crate) use session::{is_stale, renew, touch};

pub use crate::status::available;
