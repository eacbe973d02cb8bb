//! What an account, a session and an invitation are, and the bounds their fields keep.

use base::{AgentId, InviteId, SessionId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use crate::actor::Role;
use crate::error::{FieldError, Rejection};

/// A person on the company's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Agent {
    #[schema(value_type = String)]
    pub id: AgentId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// A switched-off account cannot sign in and owns nothing.
    pub active: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// A signed-in browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub agent: AgentId,
    pub last_used_at: Time,
    pub expires_at: Time,
}

/// An invitation that waits to be accepted; its token is shown once and only its hash is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Invite {
    #[schema(value_type = String)]
    pub id: InviteId,
    pub role: Role,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Time,
}

/// What to change of an account; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgentUpdate)]
pub struct Update {
    pub name: Option<String>,
    pub role: Option<Role>,
    pub active: Option<bool>,
}

/// Sessions end this long after they were last used: 12 h in ms.
pub const SESSION_IDLE: i64 = 12 * 3600 * 1000;
/// Sessions end this long after they began, used or not: 7 days in ms.
pub const SESSION_LIFE: i64 = 7 * 24 * 3600 * 1000;
/// An unused invitation ends after 72 h, in ms.
pub const INVITE_LIFE: i64 = 72 * 3600 * 1000;

/// The one spelling under which an email address is stored and looked up.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Says what is wrong with a name, if anything.
pub fn check_name(errors: &mut Vec<FieldError>, field: &str, name: &str) {
    let length = name.trim().chars().count();
    if length == 0 || length > 80 || name.contains('\0') {
        errors.push(FieldError { field: field.to_owned(), message: "Write a name of 1 to 80 characters.".to_owned() });
    }
}

/// Says what is wrong with an email address, if anything. The address is proven by use, not by its form.
pub fn check_email(errors: &mut Vec<FieldError>, email: &str) {
    let email = normal_email(email);
    let form = email
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && (host.contains('.') || host == "localhost"));
    if !form
        || email.len() > 254
        || email.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"".contains(c))
        || email.matches('@').count() != 1
    {
        errors.push(FieldError {
            field: "email".to_owned(),
            message: "Write an email address like maya@acme.com.".to_owned(),
        });
    }
}

/// An email address in its one spelling.
pub(crate) fn valid_email(email: &str) -> Result<String, Rejection> {
    let mut errors = Vec::new();
    check_email(&mut errors, email);
    if errors.is_empty() { Ok(normal_email(email)) } else { Err(Rejection::Invalid(errors)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email_is_fine(email: &str) -> bool {
        let mut errors = Vec::new();
        check_email(&mut errors, email);
        errors.is_empty()
    }

    #[test]
    fn email_addresses_need_two_sides() {
        for good in ["maya@acme.com", " Maya@Acme.COM ", "ü@ex-ample.org", "a@localhost"] {
            assert!(email_is_fine(good), "{good}");
        }
        for bad in [
            "",
            "maya",
            "@acme.com",
            "@localhost",
            "a@b@c.de",
            "a b@c.de",
            "<a@b.de>",
            "a,b@c.de",
            "a@b\n.de",
            "a@b",
            &format!("{}@a.de", "x".repeat(260)),
        ] {
            assert!(!email_is_fine(bad), "{bad}");
        }
        assert_eq!(normal_email(" Maya@Acme.COM "), "maya@acme.com");
    }
}
