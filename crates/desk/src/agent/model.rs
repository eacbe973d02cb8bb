//! What an account, a session and an invitation are, and the bounds their fields keep.

use base::{AgentId, InviteId, ResetId, SessionId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use crate::actor::Role;
use crate::department::given;
use crate::error::{FieldError, Rejection};
use crate::status;

/// A person on the company's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Agent {
    #[schema(value_type = String)]
    pub id: AgentId,
    pub name: String,
    pub email: String,
    /// `administrator`, `agent`, or a custom role's id.
    #[schema(value_type = String)]
    pub role: Role,
    /// A switched-off account cannot sign in and owns nothing.
    pub active: bool,
    /// The name that customers see; none: the same.
    pub display_name: Option<String>,
    /// What stands below their letters.
    pub signature: String,
    /// Languages they can write, as tags such as `pt` or `pt-BR`.
    pub languages: Vec<String>,
    /// How many open conversations they are given at most.
    pub chat_limit: i64,
    pub status: status::Now,
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
    /// `administrator`, `agent`, or a custom role's id.
    #[schema(value_type = String)]
    pub role: Role,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Time,
}

/// A link that sets somebody's password, once; its token is shown once and only its hash is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PasswordReset)]
pub struct Reset {
    #[schema(value_type = String)]
    pub id: ResetId,
    #[schema(value_type = String)]
    pub agent_id: AgentId,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Time,
}

/// What to change of an account; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AgentUpdate)]
pub struct Update {
    pub name: Option<String>,
    /// `administrator`, `agent`, or a custom role's id.
    #[schema(value_type = Option<String>)]
    pub role: Option<Role>,
    pub active: Option<bool>,
    /// `null`: customers see the name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub display_name: Option<Option<String>>,
    /// Up to 2,000 characters.
    pub signature: Option<String>,
    /// Up to 20 tags such as `pt` or `pt-BR`.
    pub languages: Option<Vec<String>>,
    /// 0 … 100.
    pub chat_limit: Option<i64>,
}

impl Agent {
    /// The name that customers see.
    pub fn shown_name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.name)
    }

    /// This account with the profile's part of a change; the role and whether it is on are for the caller.
    pub fn with_profile(&self, update: &Update) -> Result<Self, Vec<FieldError>> {
        let (mut after, mut errors) = (self.clone(), Vec::new());
        if let Some(name) = &update.name {
            check_name(&mut errors, "name", name);
            name.trim().clone_into(&mut after.name);
        }
        if let Some(shown) = &update.display_name {
            shown.iter().for_each(|name| check_name(&mut errors, "display_name", name));
            after.display_name = shown.as_ref().map(|name| name.trim().to_owned());
        }
        let mut refuse = |field: &str, message: &str| {
            errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
        };
        if let Some(signature) = &update.signature {
            if signature.chars().count() > 2_000 || signature.contains('\0') {
                refuse("signature", "Write at most 2,000 characters.");
            }
            signature.trim().clone_into(&mut after.signature);
        }
        if let Some(languages) = &update.languages {
            if languages.len() > 20 || !languages.iter().all(|tag| is_language(tag)) {
                refuse("languages", "Name up to 20 languages by tags such as pt or pt-BR.");
            }
            after.languages.clone_from(languages);
        }
        if let Some(limit) = update.chat_limit {
            if !(0..=100).contains(&limit) {
                refuse("chat_limit", "Choose a limit from 0 to 100.");
            }
            after.chat_limit = limit;
        }
        if errors.is_empty() { Ok(after) } else { Err(errors) }
    }
}

fn is_language(tag: &str) -> bool {
    let part = |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    tag.len() <= 35 && tag.split('-').all(part)
}

/// Sessions end this long after they were last used: 12 h in ms.
pub const SESSION_IDLE: i64 = 12 * 3600 * 1000;
/// Sessions end this long after they began, used or not: 7 days in ms.
pub const SESSION_LIFE: i64 = 7 * 24 * 3600 * 1000;
/// An unused link for a new password ends after 30 minutes, in ms.
pub const RESET_LIFE: i64 = 30 * 60 * 1000;
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
