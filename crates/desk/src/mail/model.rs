//! What a letter in the outbox is, how long it waits between attempts, and how many letters visitors may cause.

use base::{MailId, Secret, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// Attempts go on this long, in ms: 72 h.
pub const PERSISTENCE: i64 = 72 * 3600 * 1000;
/// The longest wait between two attempts, in ms.
const LONGEST_WAIT: i64 = 3600 * 1000;
/// The longest reason that is kept, in bytes.
const MAX_REASON: usize = 300;

/// How many letters visitors may cause to one address within an hour.
pub const PER_RECIPIENT: i64 = 3;
/// How many letters visitors may cause in all within an hour.
pub const PER_HOUR: i64 = 200;
/// The hour, in ms.
pub const WINDOW: i64 = 3600 * 1000;

/// Why a letter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailPurpose)]
pub enum Purpose {
    Invitation,
    Transcript,
}

impl Purpose {
    pub const ALL: [Self; 2] = [Self::Invitation, Self::Transcript];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Transcript => "transcript",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }

    /// Whether a stranger decides that it is written, and to whom.
    pub const fn by_visitor(self) -> bool {
        matches!(self, Self::Transcript)
    }
}

/// A letter under lease, with everything that is frozen when it is written: sent again it is the same to the byte.
#[derive(Clone, Debug)]
pub struct Mail {
    pub id: MailId,
    pub purpose: Purpose,
    pub recipient: Secret<String>,
    pub subject: Secret<String>,
    pub text: Secret<String>,
    pub html: Secret<String>,
    pub created_at: Time,
    /// How often it was tried before.
    pub attempts: i64,
    /// An earlier attempt never said how it ended: the letter may be delivered a second time.
    pub ambiguous: bool,
}

/// A letter that could not be delivered and waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DeadMail)]
pub struct Dead {
    #[schema(value_type = String)]
    pub id: MailId,
    pub purpose: Purpose,
    pub recipient: String,
    pub attempts: i64,
    /// What the mail server said last.
    pub reason: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub died_at: Time,
}

/// How the outbox stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MailOutbox)]
pub struct Outbox {
    /// Letters on their way.
    pub waiting: i64,
    /// Letters that were given up.
    pub dead: i64,
    /// Null: none in the last day.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_sent_at: Option<Time>,
    /// When the next letter that failed is tried again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_try_at: Option<Time>,
    /// What the mail server said to the letter that waits longest.
    pub last_error: Option<String>,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The other side will not take this letter, however often it is sent.
    pub permanent: bool,
    /// In the mail server's words; shown to administrators.
    pub reason: String,
}

impl Failure {
    /// The reason on one line and bounded: it comes from another machine.
    pub fn reason(&self) -> String {
        let line: String = self.reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut end = line.len().min(MAX_REASON);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        line[..end].trim().to_owned()
    }
}

/// The wait after `attempts` failures, in ms: anything from 1 s up to a bound that doubles from 2 s to an hour.
pub fn wait(attempts: i64, chance: u64) -> i64 {
    let doublings = u32::try_from(attempts).unwrap_or(0).min(12);
    let most = (1_000_i64 << doublings).min(LONGEST_WAIT);
    1_000 + i64::try_from(chance % (most as u64 - 999)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_spread_over_all_of_a_bound_that_doubles_to_an_hour() {
        assert_eq!((wait(1, 0), wait(1, 1_000)), (1_000, 2_000));
        assert_eq!((wait(2, 0), wait(2, 3_000)), (1_000, 4_000));
        assert_eq!((wait(40, 0), wait(40, 3_599_000)), (1_000, 3_600_000));
        for attempts in 0..100 {
            for chance in [0, 12_345, u64::MAX] {
                assert!((1_000..=3_600_000).contains(&wait(attempts, chance)));
            }
        }
    }

    #[test]
    fn what_another_machine_says_is_one_short_line() {
        let said = Failure { permanent: true, reason: format!("550 no\r\nsuch\0user {}", "é".repeat(400)) };
        assert!(said.reason().starts_with("550 no  such user é") && said.reason().len() <= MAX_REASON);
    }

    #[test]
    fn each_purpose_is_read_back() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
        }
        assert_eq!(Purpose::parse("newsletter"), None);
    }
}
