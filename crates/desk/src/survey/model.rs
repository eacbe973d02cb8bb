//! What a survey is and which answers it takes.

use base::{AgentId, ContactId, ConversationId, DepartmentId, InboxId, Time};

use crate::error::Rejection;
use crate::inbox;

/// A customer is asked at most once in this time, in ms: seven days.
pub const QUIET: i64 = 7 * 24 * 3600 * 1000;
/// The longest comment, in characters.
const MAX_COMMENT: usize = 1_000;

/// Who ended the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Agent,
    Customer,
}

impl Cause {
    /// Whether an inbox asks after such an ending.
    pub const fn is_asked_by(self, settings: inbox::Survey) -> bool {
        match self {
            Self::Agent => settings.after_agent,
            Self::Customer => settings.after_customer,
        }
    }
}

/// A survey that is about to be asked.
#[derive(Clone, Debug)]
pub struct NewSurvey {
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub inbox: InboxId,
    pub department: Option<DepartmentId>,
    pub agent: AgentId,
    pub asked_at: Time,
}

/// How it was: 1 to 5 stars, and in words what the customer likes to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    stars: i64,
    comment: String,
}

impl Rating {
    pub fn new(stars: i64, comment: &str) -> Result<Self, Rejection> {
        let comment = comment.trim();
        if !(1..=5).contains(&stars) {
            return Err(Rejection::invalid("stars", "Give one to five stars."));
        }
        if comment.chars().count() > MAX_COMMENT {
            return Err(Rejection::invalid("comment", format!("Keep it under {MAX_COMMENT} characters.")));
        }
        if comment.contains('\0') {
            return Err(Rejection::invalid("comment", "It holds a NUL character, which can't be stored."));
        }
        Ok(Self { stars, comment: comment.to_owned() })
    }

    pub const fn stars(&self) -> i64 {
        self.stars
    }

    pub fn comment(&self) -> &str {
        &self.comment
    }
}

#[cfg(test)]
mod rules {
    use super::*;

    #[test]
    fn one_to_five_stars_and_a_bounded_comment_are_taken() {
        assert_eq!(Rating::new(5, "  Quick!\n").unwrap().comment(), "Quick!");
        assert!(Rating::new(1, &"é".repeat(MAX_COMMENT)).is_ok());
        for (stars, comment) in [(0, ""), (6, ""), (-1, ""), (3, "a\0b"), (3, &*"é".repeat(MAX_COMMENT + 1))] {
            assert!(matches!(Rating::new(stars, comment), Err(Rejection::Invalid(_))), "{stars}");
        }
    }

    #[test]
    fn each_ending_has_its_switch() {
        let only_agents = inbox::Survey { after_agent: true, after_customer: false };
        assert!(Cause::Agent.is_asked_by(only_agents) && !Cause::Customer.is_asked_by(only_agents));
    }
}
