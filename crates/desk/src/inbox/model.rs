//! What an inbox is, and what its look may be.

use base::{InboxId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check::{Errors, is_domain};
use super::widget::Widget;
use crate::error::Rejection;
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
    /// What the chat says and asks.
    pub widget: Widget,
    /// Sites that may show the chat, `shop.example` or `*.shop.example`; none: every site.
    pub domains: Vec<String>,
    /// The largest file that may be sent, in bytes; 0 for none at all.
    pub file_limit: i64,
    /// No longer in use: customers find nothing under its key.
    pub archived: bool,
    pub seen: Option<Seen>,
}

/// What a version of an inbox remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = InboxSettings)]
pub struct Settings {
    pub name: String,
    pub greeting: String,
    pub look: Look,
    pub widget: Widget,
    pub domains: Vec<String>,
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
    /// The site's own typeface, where the browser has it, or the system's.
    #[serde(default)]
    pub font: Font,
    /// Pixels between the launcher and the side of the window, 0 to 200.
    #[serde(default = "space")]
    pub space_side: u16,
    /// Pixels between the launcher and the bottom of the window, 0 to 200.
    #[serde(default = "space")]
    pub space_bottom: u16,
    /// Radius of the panel's corners in pixels, 0 to 32.
    #[serde(default = "corner")]
    pub corner: u16,
    #[serde(default)]
    pub icon: Icon,
    /// Where the widget stands among the layers of the page, 0 to 2147483647.
    #[serde(default = "layer")]
    pub z_index: u32,
}

const fn space() -> u16 {
    20
}

const fn corner() -> u16 {
    16
}

const fn layer() -> u32 {
    1000
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Font {
    #[default]
    System,
    Site,
}

/// What the launcher shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Icon {
    #[default]
    Chat,
    Question,
    Wave,
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
    pub widget: Option<Widget>,
    pub domains: Option<Vec<String>>,
    /// Bytes, up to 100 MiB; 0 switches files off.
    pub file_limit: Option<i64>,
    pub archived: Option<bool>,
}

impl From<Settings> for Update {
    fn from(it: Settings) -> Self {
        Self {
            name: Some(it.name),
            greeting: Some(it.greeting),
            look: Some(it.look),
            widget: Some(it.widget),
            domains: Some(it.domains),
            file_limit: None,
            archived: None,
        }
    }
}

/// The most sites of one inbox.
const MOST_DOMAINS: usize = 50;

impl Inbox {
    pub(super) fn new(id: InboxId, random: &[u8; 12], name: &str) -> Self {
        use base64::Engine as _;
        let key = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random);
        let look = Look {
            colour: "#0560dc".into(),
            text_colour: "#ffffff".into(),
            position: Position::Right,
            label: String::new(),
            font: Font::System,
            space_side: space(),
            space_bottom: space(),
            corner: corner(),
            icon: Icon::Chat,
            z_index: layer(),
        };
        Self {
            id,
            key: format!("pk_{key}"),
            name: name.to_owned(),
            greeting: "Hi 👋 How can we help?".to_owned(),
            look,
            widget: Widget::default(),
            domains: Vec::new(),
            file_limit: DEFAULT_FILE_LIMIT,
            archived: false,
            seen: None,
        }
    }

    /// Whether an inbox may be called this.
    pub(super) fn named(name: &str) -> Result<(), Rejection> {
        let mut errors = Errors::default();
        errors.text("name", name.trim(), 1, 80);
        errors.done()
    }

    /// All of it that a version remembers.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            name: self.name.clone(),
            greeting: self.greeting.clone(),
            look: self.look.clone(),
            widget: self.widget.clone(),
            domains: self.domains.clone(),
        }
    }

    /// Whether a page of `host` (with its port, where that is not the scheme's own) may show the chat.
    pub fn allows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let bare = host.split(':').next().unwrap_or_default();
        self.domains.is_empty()
            || self.domains.iter().any(|domain| match domain.strip_prefix("*.") {
                Some(parent) => bare.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.')),
                None => *domain == host,
            })
    }

    /// This inbox with the changes, if they keep the bounds.
    pub(super) fn with(mut self, update: &Update) -> Result<Self, Rejection> {
        let mut errors = Errors::default();
        if let Some(name) = &update.name {
            errors.text("name", name.trim(), 1, 80);
            self.name = name.trim().to_owned();
        }
        if let Some(greeting) = &update.greeting {
            errors.text("greeting", greeting, 0, 500);
            greeting.clone_into(&mut self.greeting);
        }
        if let Some(look) = &update.look {
            look.check(&mut errors);
            self.look = look.clone();
        }
        if let Some(widget) = &update.widget {
            widget.check(&mut errors);
            self.widget = widget.clone();
        }
        if let Some(domains) = &update.domains {
            errors.count("domains", domains.len(), MOST_DOMAINS);
            self.domains = domains.iter().map(|domain| domain.trim().to_ascii_lowercase()).collect();
            if !self.domains.iter().all(|domain| is_domain(domain)) {
                errors.add("domains", "Write each site like shop.example or *.shop.example.");
            }
        }
        if let Some(limit) = update.file_limit {
            if !(0..=MAX_LIMIT).contains(&limit) {
                errors.add("file_limit", "Say a number of bytes up to 104857600, or 0 for no files.");
            }
            self.file_limit = limit;
        }
        if let Some(archived) = update.archived {
            self.archived = archived;
        }
        errors.done().map(|()| self)
    }
}

impl Look {
    fn check(&self, errors: &mut Errors) {
        errors.text("look.label", &self.label, 0, 40);
        errors.range("look.space_side", self.space_side.into(), 200);
        errors.range("look.space_bottom", self.space_bottom.into(), 200);
        errors.range("look.corner", self.corner.into(), 32);
        errors.range("look.z_index", self.z_index.into(), 2_147_483_647);
        let mut colour = |field: &str, text: &str| {
            let read = rgb(text);
            if read.is_none() {
                errors.add(field, "Write it like #0560dc.");
            }
            read
        };
        let pair = (colour("look.colour", &self.colour), colour("look.text_colour", &self.text_colour));
        if let (Some(back), Some(front)) = pair
            && contrast(back, front) < 4.5
        {
            errors.add(
                "look.colour",
                "The text is hard to read on this colour (under 4.5 : 1). Pick a darker or lighter one.",
            );
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
    fn a_site_is_let_in_by_its_name_and_no_other_by_a_similar_one() {
        let of = |domains: &[&str]| Inbox { domains: domains.iter().map(|&it| it.to_owned()).collect(), ..inbox() };
        assert!(of(&[]).allows("any.example"));
        let shop = of(&["shop.example", "*.acme.com", "localhost:3000"]);
        for host in ["shop.example", "SHOP.example", "docs.acme.com", "a.b.acme.com:8443", "localhost:3000"] {
            assert!(shop.allows(host), "{host}");
        }
        for host in
            ["", "evil.example", "notshop.example", "shop.example.evil", "acme.com", "evilacme.com", "localhost"]
        {
            assert!(!shop.allows(host), "{host}");
        }
    }

    #[test]
    fn a_look_from_before_gets_what_was_fixed_then() {
        let old = r##"{"colour":"#0560dc","text_colour":"#ffffff","position":"right","label":""}"##;
        assert_eq!(serde_json::from_str::<Look>(old).unwrap(), inbox().look);
    }

    #[test]
    fn a_name_is_never_empty() {
        assert!(inbox().with(&Update { name: Some("  ".into()), ..Update::default() }).is_err());
        assert_eq!(inbox().with(&Update { name: Some(" Shop ".into()), ..Update::default() }).unwrap().name, "Shop");
    }
}
