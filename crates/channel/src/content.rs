//! What a message says, and the bounds it must keep.

use serde::{Deserialize, Serialize};

/// The longest text of one message, in characters.
pub const MAX_TEXT: usize = 10_000;

/// What a message carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    Text { text: String },
}

/// Why a content is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    #[error("Write something first.")]
    Empty,
    #[error("That is longer than 10,000 characters. Send it in parts.")]
    TooLong,
    #[error("The text holds a NUL character, which can't be stored.")]
    Nul,
}

impl Content {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// Whether the bounds are kept. What was written is never changed. With files beside it the text may be empty.
    pub fn check(&self, has_files: bool) -> Result<(), ContentError> {
        let Self::Text { text } = self;
        if !has_files && text.trim().is_empty() {
            return Err(ContentError::Empty);
        }
        if text.len() > MAX_TEXT && text.chars().count() > MAX_TEXT {
            return Err(ContentError::TooLong);
        }
        if text.contains('\0') {
            return Err(ContentError::Nul);
        }
        Ok(())
    }

    /// The first `most` characters on one line, for lists and notices.
    pub fn preview(&self, most: usize) -> String {
        let Self::Text { text } = self;
        let mut line = String::with_capacity(most.min(text.len()));
        let mut taken = 0;
        for word in text.split_whitespace() {
            if taken > 0 {
                line.push(' ');
                taken += 1;
            }
            for character in word.chars() {
                if taken >= most {
                    line.push('…');
                    return line;
                }
                line.push(character);
                taken += 1;
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_counted_in_characters() {
        assert_eq!(Content::text("é".repeat(MAX_TEXT)).check(false), Ok(()));
        assert_eq!(Content::text("é".repeat(MAX_TEXT + 1)).check(false), Err(ContentError::TooLong));
        assert_eq!(Content::text(" \n\t").check(false), Err(ContentError::Empty));
        assert_eq!(Content::text("").check(true), Ok(()), "a picture says enough");
        assert_eq!(Content::text("a\0b").check(false), Err(ContentError::Nul));
    }

    #[test]
    fn a_preview_is_one_line_and_says_when_it_stops() {
        assert_eq!(Content::text("  Where\n is  it? ").preview(80), "Where is it?");
        assert_eq!(Content::text("ééééé").preview(3), "ééé…");
        assert_eq!(Content::text("ab cd").preview(3), "ab …");
    }

    #[test]
    fn json_is_tagged_and_strict() {
        let content: Content = serde_json::from_str(r#"{"type":"text","text":"hi"}"#).unwrap();
        assert_eq!(content, Content::text("hi"));
        assert!(serde_json::from_str::<Content>(r#"{"type":"text","text":"hi","html":"<b>"}"#).is_err());
        assert!(serde_json::from_str::<Content>(r#"{"type":"video"}"#).is_err());
    }
}
