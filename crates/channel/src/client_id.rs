//! The sender's own id for a message: the same id is the same message, for ever.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// A UUID in its usual form, in lower case. Senders that count in the last group may let it grow from 12 to 20 digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientId(String);

/// What is wrong with a text that should be a client id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a UUID")]
pub struct InvalidClientId;

impl ClientId {
    pub fn parse(text: &str) -> Result<Self, InvalidClientId> {
        let mut groups = text.split('-');
        let mut fits = |least: usize, most: usize| {
            let group = groups.next().unwrap_or_default();
            (least..=most).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let whole = fits(8, 8) && fits(4, 4) && fits(4, 4) && fits(4, 4) && fits(12, 20);
        if whole && groups.next().is_none() { Ok(Self(text.to_ascii_lowercase())) } else { Err(InvalidClientId) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ClientId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_one_id_in_either_case() {
        let id = ClientId::parse("01890A5D-AC96-774B-BCCE-B302099A8057").unwrap();
        assert_eq!(id.as_str(), "01890a5d-ac96-774b-bcce-b302099a8057");
        assert!(ClientId::parse("00000000-0000-4000-8000-3e8f0a1b2c3d4e").is_ok());
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "1",
            "01890a5dac96774bbcceb302099a8057",
            "01890a5d-ac96-774b-bcce-b302099a805",
            "01890a5d-ac96-774b-bcce-b302099a8057-1",
            "01890a5d-ac96-774b-bcce-b302099a80571234567890",
            "01890a5d-ac96-774b-bcce-b302099a805g",
            "{01890a5d-ac96-774b-bcce-b302099a8057}",
        ] {
            assert_eq!(ClientId::parse(text), Err(InvalidClientId), "{text}");
        }
    }
}
