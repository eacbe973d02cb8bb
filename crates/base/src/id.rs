//! Identifiers: a prefix that says what is meant, and a UUIDv7 in 26 characters of Crockford's base 32
//! (`conversation_01h455vb4pex5vsknk084sn02q`), after the TypeID specification 0.3.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::{Rng, Time};

/// What is wrong with a text that should be an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct InvalidId;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX: usize = 26;

fn encode(uuid: Uuid) -> [u8; SUFFIX] {
    let mut rest = uuid.as_u128();
    let mut text = [b'0'; SUFFIX];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    text
}

fn decode(text: &str) -> Result<Uuid, InvalidId> {
    let bytes = text.as_bytes();
    // 26 × 5 = 130 bits: the first character may hold only three
    if bytes.len() != SUFFIX || bytes[0] > b'7' {
        return Err(InvalidId);
    }
    let mut value: u128 = 0;
    for byte in bytes {
        let digit = ALPHABET.iter().position(|a| a == byte).ok_or(InvalidId)?;
        value = (value << 5) | digit as u128;
    }
    Ok(Uuid::from_u128(value))
}

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The word before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier; those made later sort later.
            pub fn new(rng: &Rng, now: Time) -> Self {
                Self(rng.uuid_v7(now))
            }

            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let suffix = encode(self.0);
                f.write_str(concat!($prefix, "_"))?;
                f.write_str(std::str::from_utf8(&suffix).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let suffix = text.strip_prefix(concat!($prefix, "_")).ok_or(InvalidId)?;
                decode(suffix).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

typed_id! {
    /// A person on the company's side.
    AgentId = "agent",
    /// A person on the customer's side.
    /// Text to be used again.
    CannedId = "canned",
    ContactId = "contact",
    /// What the team wrote down about a contact.
    ContactNoteId = "contact_note",
    ConversationId = "conversation",
    /// A group of agents with its own queue and hours.
    DepartmentId = "department",
    /// Made from 128 random bits, since knowing one is half of reading it.
    FileId = "file",
    /// Something that is still owed to a customer.
    AskId = "ask",
    FollowUpId = "followup",
    /// What a company's server signs its visitors' identities with.
    IdentitySecretId = "secret",
    /// One configured channel account.
    InboxId = "inbox",
    InviteId = "invite",
    JobId = "job",
    /// A letter in the outbox.
    MailId = "mail",
    MessageId = "message",
    /// A link that sets a new password, once.
    ResetId = "reset",
    /// A set of permissions made by the company itself.
    RoleId = "role",
    /// A signed-in browser of an agent.
    SessionId = "session",
    /// A stretch of time that an agent spent in one status.
    SpanId = "span",
    TagId = "tag",
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn matches_the_specifications_vectors() {
        let uuid: Uuid = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        assert_eq!(MessageId::from_uuid(uuid).to_string(), "message_01h455vb4pex5vsknk084sn02q");
        let all = MessageId::from_uuid(Uuid::from_u128(u128::MAX)).to_string();
        assert_eq!(all, "message_7zzzzzzzzzzzzzzzzzzzzzzzzz");
    }

    #[test]
    fn refuses_what_is_not_exactly_an_id() {
        for text in [
            "",
            "message_",
            "conversation_01h455vb4pex5vsknk084sn02q",
            "message_01h455vb4pex5vsknk084sn02",
            "message_01h455vb4pex5vsknk084sn02qq",
            "message_81h455vb4pex5vsknk084sn02q",
            "message_01H455VB4PEX5VSKNK084SN02Q",
            "message_01h455vb4pex5vsknk084sn02é",
            "message_01h455vb4pex5vsknk084sn02u",
        ] {
            assert_eq!(text.parse::<MessageId>(), Err(InvalidId), "{text}");
        }
    }

    #[test]
    fn later_ids_sort_later_also_within_one_millisecond() {
        let rng = Rng::default();
        let ids: Vec<String> = (0..5_000).map(|_| MessageId::new(&rng, Time(1_777_800_664_120)).to_string()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }

    proptest! {
        #[test]
        fn every_uuid_survives_the_round_trip(value: u128) {
            let id = MessageId::from_uuid(Uuid::from_u128(value));
            prop_assert_eq!(id.to_string().parse::<MessageId>(), Ok(id));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,64}") {
            let _ = text.parse::<MessageId>();
            let _ = format!("message_{text}").parse::<MessageId>();
        }
    }
}
