//! How the settings of an inbox are checked: what is wrong is gathered by field, in words for people.

use crate::error::{FieldError, Rejection};

/// What was found wrong so far.
#[derive(Debug, Default)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// A text of `least` to `most` characters.
    pub fn text(&mut self, field: &str, text: &str, least: usize, most: usize) {
        let length = text.chars().count();
        if length < least {
            self.add(field, "Write something here.");
        } else if length > most {
            self.add(field, format!("Keep it under {most} characters."));
        } else if text.contains('\0') {
            self.add(field, "It holds a NUL character, which can't be stored.");
        }
    }

    pub fn count(&mut self, field: &str, count: usize, most: usize) {
        if count > most {
            self.add(field, format!("Keep to {most} of these."));
        }
    }

    pub fn range(&mut self, field: &str, value: u64, most: u64) {
        if value > most {
            self.add(field, format!("Pick a number from 0 to {most}."));
        }
    }

    pub fn done(self) -> Result<(), Rejection> {
        if self.0.is_empty() { Ok(()) } else { Err(Rejection::Invalid(self.0)) }
    }
}

/// A host as a policy may list it: `shop.example`, `*.shop.example`, `localhost:3000`.
pub fn is_domain(text: &str) -> bool {
    let host = text.strip_prefix("*.").unwrap_or(text);
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= 253 && name.split('.').all(is_label) && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// A part of an address, `/checkout*`: everything after the host, `*` standing for anything.
pub fn is_page(text: &str) -> bool {
    (1..=200).contains(&text.chars().count())
        && text.starts_with(['/', '*'])
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// A link that a customer may be sent to.
pub fn is_link(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let has_host = rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['));
    let is_other = ["mailto:", "tel:"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
    text.len() <= 2_048 && (has_host || is_other) && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_stand_in_a_policy_or_a_link() {
        for good in ["shop.example", "*.shop.example", "localhost:3000", "xn--bcher-kva.example"] {
            assert!(is_domain(good), "{good}");
        }
        for bad in ["", "*", "*.", "https://shop.example", "a b", "a;b", "'self'", "shop.example/x", "a:99999", "-a.b"]
        {
            assert!(!is_domain(bad), "{bad}");
        }
        for good in ["https://a.example/x?y=1", "mailto:a@b.c", "tel:+49"] {
            assert!(is_link(good), "{good}");
        }
        for bad in ["", "javascript:alert(1)", "https://", "data:text/html,x", "//a.example", "https:// a", "mailto:"] {
            assert!(!is_link(bad), "{bad}");
        }
        assert!(is_page("/checkout*") && is_page("*") && !is_page("checkout") && !is_page("/a b"));
    }
}
