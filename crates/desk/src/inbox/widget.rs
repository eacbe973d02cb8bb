//! What the chat of an inbox says and asks: greetings, menu, form, hours, survey and its words by language. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check::{Errors, is_link, is_page};

/// Everything about a widget that is no look. What is missing stands at its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Widget {
    /// Pages without the launcher, `/checkout*`; at most 50.
    pub hide_on: Vec<String>,
    /// Said beside the launcher, each once per visitor; at most 10.
    pub greetings: Vec<Greeting>,
    /// Buttons of an empty chat, at most 8. "Talk to a person" always stands below them.
    pub menu: Vec<MenuItem>,
    pub form: Form,
    pub hours: Hours,
    pub survey: Survey,
    /// Whether the chat tells how fast people lately answered.
    pub hide_reply_time: bool,
    /// Words in place of the built-in ones.
    pub texts: Texts,
    /// The same by language, `de`; at most 30.
    pub languages: BTreeMap<String, Texts>,
}

/// A short line that appears by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WidgetGreeting)]
pub struct Greeting {
    /// The same id is the same greeting: who saw it does not see it again.
    pub id: String,
    pub text: String,
    /// Pages on which it appears; none: on all.
    #[serde(default)]
    pub pages: Vec<String>,
    /// Seconds on the page before it appears, 0 to 3600.
    #[serde(default)]
    pub after_seconds: u16,
    #[serde(default)]
    pub to: GreetingTo,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GreetingTo {
    #[default]
    Everyone,
    /// On a visitor's first day on the site.
    New,
    /// On any later day.
    Returning,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WidgetMenuItem)]
pub struct MenuItem {
    pub label: String,
    pub action: MenuAction,
}

/// What a menu button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum MenuAction {
    /// The customer says this.
    Send { text: String },
    /// A page opens beside the chat.
    Link { url: String },
}

/// What is asked before the first message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = WidgetForm)]
pub struct Form {
    pub enabled: bool,
    /// At most 10.
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WidgetField)]
pub struct Field {
    /// Names the answer. `name` becomes the contact's name.
    pub key: String,
    pub label: String,
    pub kind: FieldKind,
    #[serde(default)]
    pub required: bool,
    /// Of a choice, 1 to 20.
    #[serde(default)]
    pub options: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Email,
    Phone,
    Number,
    Choice,
    Checkbox,
}

impl FieldKind {
    /// What is wrong with an answer that is not empty.
    pub fn refuses(self, value: &str, options: &[String]) -> Option<&'static str> {
        let digits = value.chars().filter(char::is_ascii_digit).count();
        let sound = match self {
            Self::Text => true,
            Self::Email => value.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && host.contains('.') && !value.contains(char::is_whitespace)
            }),
            Self::Phone => digits >= 5 && value.chars().all(|c| c.is_ascii_digit() || " +-()/.".contains(c)),
            Self::Number => value.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Choice => options.iter().any(|option| option == value),
            Self::Checkbox => value == "yes" || value == "no",
        };
        if sound {
            return None;
        }
        Some(match self {
            Self::Text => "Write it in words.",
            Self::Email => "Write an email address like lena@example.com.",
            Self::Phone => "Write a phone number like +49 30 1234567.",
            Self::Number => "Write a number.",
            Self::Choice => "Pick one of the choices.",
            Self::Checkbox => "Say yes or no.",
        })
    }
}

/// When people answer. The browser compares it with the server's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = WidgetHours)]
pub struct Hours {
    pub enabled: bool,
    /// IANA name, `Europe/Berlin`.
    pub time_zone: String,
    /// At most 28.
    pub open: Vec<Open>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WidgetOpen)]
pub struct Open {
    /// 1 is Monday, 7 is Sunday.
    pub day: u8,
    /// Minutes after midnight, 0 to 1439.
    pub from: u16,
    /// Minutes after midnight, up to 1440.
    pub to: u16,
}

/// After which endings a customer is asked how it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = WidgetSurvey)]
pub struct Survey {
    pub after_agent: bool,
    pub after_customer: bool,
}

impl Default for Survey {
    fn default() -> Self {
        Self { after_agent: true, after_customer: true }
    }
}

/// Words of the chat. What is empty is said in the built-in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = WidgetTexts)]
pub struct Texts {
    pub greeting: String,
    pub label: String,
    /// Outside the hours.
    pub away: String,
    /// "Talk to a person".
    pub person: String,
    /// "How did we do?"
    pub question: String,
    pub thanks: String,
}

impl Texts {
    fn check(&self, errors: &mut Errors, path: &str) {
        let bounds = [
            ("greeting", &self.greeting, 500),
            ("label", &self.label, 40),
            ("away", &self.away, 500),
            ("person", &self.person, 60),
            ("question", &self.question, 200),
            ("thanks", &self.thanks, 200),
        ];
        for (name, text, most) in bounds {
            errors.text(&format!("{path}.{name}"), text, 0, most);
        }
    }
}

/// The name of a thing in the settings: what a form's answer or a greeting is called.
fn is_key(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn distinct<'a>(keys: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = BTreeSet::new();
    keys.into_iter().all(|key| is_key(key) && seen.insert(key))
}

impl Widget {
    pub(super) fn check(&self, errors: &mut Errors) {
        errors.count("widget.hide_on", self.hide_on.len(), 50);
        if !self.hide_on.iter().all(|page| is_page(page)) {
            errors.add("widget.hide_on", "Start each page with a slash, like /checkout*.");
        }
        self.check_greetings(errors);
        errors.count("widget.menu", self.menu.len(), 8);
        for (at, item) in self.menu.iter().enumerate() {
            let path = format!("widget.menu.{at}");
            errors.text(&format!("{path}.label"), item.label.trim(), 1, 60);
            match &item.action {
                MenuAction::Send { text } => errors.text(&format!("{path}.action.text"), text.trim(), 1, 500),
                MenuAction::Link { url } if !is_link(url) => {
                    errors
                        .add(&format!("{path}.action.url"), "Write a whole address, like https://example.com/prices.");
                }
                MenuAction::Link { .. } => {}
            }
        }
        self.check_form(errors);
        self.hours.check(errors);
        self.texts.check(errors, "widget.texts");
        errors.count("widget.languages", self.languages.len(), 30);
        for (language, texts) in &self.languages {
            if !is_key(language) || language.len() > 12 {
                errors.add("widget.languages", "Name each language by its code, like de or pt-BR.");
            }
            texts.check(errors, &format!("widget.languages.{language}"));
        }
    }

    fn check_greetings(&self, errors: &mut Errors) {
        errors.count("widget.greetings", self.greetings.len(), 10);
        if !distinct(self.greetings.iter().map(|greeting| greeting.id.as_str())) {
            errors.add("widget.greetings", "Each greeting needs an id of its own.");
        }
        for (at, greeting) in self.greetings.iter().enumerate() {
            let path = format!("widget.greetings.{at}");
            errors.text(&format!("{path}.text"), greeting.text.trim(), 1, 300);
            errors.range(&format!("{path}.after_seconds"), greeting.after_seconds.into(), 3_600);
            errors.count(&format!("{path}.pages"), greeting.pages.len(), 20);
            if !greeting.pages.iter().all(|page| is_page(page)) {
                errors.add(&format!("{path}.pages"), "Start each page with a slash, like /prices*.");
            }
        }
    }

    fn check_form(&self, errors: &mut Errors) {
        let fields = &self.form.fields;
        errors.count("widget.form.fields", fields.len(), 10);
        if !distinct(fields.iter().map(|field| field.key.as_str())) {
            errors.add("widget.form.fields", "Each field needs a name of its own, in letters and digits.");
        }
        for (at, field) in fields.iter().enumerate() {
            let path = format!("widget.form.fields.{at}");
            errors.text(&format!("{path}.label"), field.label.trim(), 1, 120);
            errors.count(&format!("{path}.options"), field.options.len(), 20);
            for option in &field.options {
                errors.text(&format!("{path}.options"), option.trim(), 1, 80);
            }
            if field.kind == FieldKind::Choice && field.options.is_empty() {
                errors.add(&format!("{path}.options"), "Give at least one choice.");
            }
        }
    }
}

impl Hours {
    fn check(&self, errors: &mut Errors) {
        let sound = |c: char| c.is_ascii_alphanumeric() || "_/+-".contains(c);
        if self.time_zone.len() > 64 || !self.time_zone.chars().all(sound) || self.enabled && self.time_zone.is_empty()
        {
            errors.add("widget.hours.time_zone", "Pick a time zone, like Europe/Berlin.");
        }
        errors.count("widget.hours.open", self.open.len(), 28);
        let wrong = |it: &Open| !(1..=7).contains(&it.day) || it.from >= it.to || it.to > 1_440;
        if self.open.iter().any(wrong) {
            errors.add("widget.hours.open", "Each opening ends after it begins, on the same day.");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_fits_its_kind() {
        let options = ["Sales".to_owned()];
        let refuses = |kind: FieldKind, value: &str| kind.refuses(value, &options).is_some();
        for (kind, good, bad) in [
            (FieldKind::Email, "a@b.co", "a@b"),
            (FieldKind::Phone, "+49 (30) 123-456", "call me"),
            (FieldKind::Number, "-1.5", "many"),
            (FieldKind::Choice, "Sales", "sales"),
            (FieldKind::Checkbox, "yes", "true"),
        ] {
            assert!(!refuses(kind, good), "{kind:?} {good}");
            assert!(refuses(kind, bad), "{kind:?} {bad}");
        }
        assert!(refuses(FieldKind::Number, "inf") && !refuses(FieldKind::Text, "<b>"));
    }

    #[test]
    fn nothing_said_is_the_default_and_asks_for_ratings() {
        let widget: Widget = serde_json::from_str("{}").unwrap();
        assert_eq!(widget, Widget::default());
        assert!(widget.survey.after_agent && widget.survey.after_customer && !widget.form.enabled);
    }
}
