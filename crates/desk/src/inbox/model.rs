//! What an inbox is, and what its look may be.

use base::{InboxId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{FieldError, Rejection};
use crate::file::MAX_LIMIT;

/// 16 MiB, in bytes; the same stands in the schema.
const DEFAULT_FILE_LIMIT: i64 = 16 * 1024 * 1024;

/// One configured channel account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Inbox {
    #[schema(value_type = String)]
    pub id: InboxId,
    /// Public key for the snippet, `pk_…`.
    pub key: String,
    pub name: String,
    pub greeting: String,
    pub look: Look,
    /// The largest file that may be sent, in bytes; 0 for none at all.
    pub file_limit: i64,
    pub seen: Option<Seen>,
}

/// The site that loaded the widget last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Seen {
    pub host: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
}

/// How the widget looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// `#rrggbb`, the launcher and the customer's bubbles.
    pub colour: String,
    /// `#rrggbb` on it; at least 4.5 : 1.
    pub text_colour: String,
    pub position: Position,
    /// Words beside the launcher's icon; may be empty.
    pub label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    Right,
    Left,
}

/// What to change; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InboxUpdate)]
pub struct Update {
    pub name: Option<String>,
    pub greeting: Option<String>,
    pub look: Option<Look>,
    /// Bytes, up to 100 MiB; 0 switches files off.
    pub file_limit: Option<i64>,
}

impl Inbox {
    pub(super) fn new(id: InboxId, random: &[u8; 12], name: &str) -> Self {
        use base64::Engine as _;
        let key = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random);
        let look = Look {
            colour: "#0560dc".into(),
            text_colour: "#ffffff".into(),
            position: Position::Right,
            label: String::new(),
        };
        let greeting = "Hi 👋 How can we help?".to_owned();
        Self {
            id,
            key: format!("pk_{key}"),
            name: name.to_owned(),
            greeting,
            look,
            file_limit: DEFAULT_FILE_LIMIT,
            seen: None,
        }
    }

    /// This inbox with the changes, if they keep the bounds.
    pub(super) fn with(mut self, update: &Update) -> Result<Self, Rejection> {
        let mut errors = Vec::new();
        if let Some(name) = &update.name {
            check(&mut errors, "name", name.trim(), 1, 80);
            self.name = name.trim().to_owned();
        }
        if let Some(greeting) = &update.greeting {
            check(&mut errors, "greeting", greeting, 0, 500);
            greeting.clone_into(&mut self.greeting);
        }
        if let Some(look) = &update.look {
            look.check(&mut errors);
            self.look = look.clone();
        }
        if let Some(limit) = update.file_limit {
            if !(0..=MAX_LIMIT).contains(&limit) {
                let message = "Say a number of bytes up to 104857600, or 0 for no files.".to_owned();
                errors.push(FieldError { field: "file_limit".to_owned(), message });
            }
            self.file_limit = limit;
        }
        if errors.is_empty() { Ok(self) } else { Err(Rejection::Invalid(errors)) }
    }
}

fn check(errors: &mut Vec<FieldError>, field: &str, text: &str, least: usize, most: usize) {
    let length = text.chars().count();
    let wrong = if length < least {
        Some("Write something here.".to_owned())
    } else if length > most {
        Some(format!("Keep it under {most} characters."))
    } else if text.chars().any(|c| c == '\0') {
        Some("It holds a NUL character, which can't be stored.".to_owned())
    } else {
        None
    };
    errors.extend(wrong.map(|message| FieldError { field: field.to_owned(), message }));
}

impl Look {
    fn check(&self, errors: &mut Vec<FieldError>) {
        check(errors, "look.label", &self.label, 0, 40);
        let mut colour = |field: &str, text: &str| {
            let read = rgb(text);
            if read.is_none() {
                errors.push(FieldError { field: field.to_owned(), message: "Write it like #0560dc.".to_owned() });
            }
            read
        };
        let pair = (colour("look.colour", &self.colour), colour("look.text_colour", &self.text_colour));
        if let (Some(back), Some(front)) = pair
            && contrast(back, front) < 4.5
        {
            let message =
                "The text is hard to read on this colour (under 4.5 : 1). Pick a darker or lighter one.".to_owned();
            errors.push(FieldError { field: "look.colour".to_owned(), message });
        }
    }
}

fn rgb(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// Contrast ratio after WCAG 2.2, 1 … 21.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let luminance = |colour: [u8; 3]| {
        let [r, g, b] = colour.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbox() -> Inbox {
        Inbox::new(InboxId::new(&base::Rng::default(), Time(1)), &[7; 12], "Acme")
    }

    fn with_colour(colour: &str) -> Result<Inbox, Rejection> {
        let look = Look { colour: colour.into(), ..inbox().look };
        inbox().with(&Update { look: Some(look), ..Update::default() })
    }

    #[test]
    fn a_colour_must_let_its_text_be_read() {
        assert!(with_colour("#0560dc").is_ok());
        assert!(matches!(with_colour("#FFE08A"), Err(Rejection::Invalid(errors)) if errors[0].field == "look.colour"));
        for bad in ["", "red", "#12345", "#12345g", "#é2345"] {
            assert!(with_colour(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_new_look_passes_its_own_check() {
        let look = inbox().look;
        assert!(inbox().with(&Update { look: Some(look), ..Update::default() }).is_ok());
    }

    #[test]
    fn a_name_is_never_empty() {
        assert!(inbox().with(&Update { name: Some("  ".into()), ..Update::default() }).is_err());
        assert_eq!(inbox().with(&Update { name: Some(" Shop ".into()), ..Update::default() }).unwrap().name, "Shop");
    }
}
