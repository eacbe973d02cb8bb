//! The one template of all letters: typed blocks, rendered as plain text and as HTML with every word escaped. Nobody's HTML
//! goes in, so nobody's HTML comes out.

use std::fmt::Write as _;

/// The longest subject, in characters.
const MAX_SUBJECT: usize = 120;

/// What a letter says.
#[derive(Clone, Debug)]
pub struct Letter {
    subject: String,
    /// Who writes: the company.
    from: String,
    blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
enum Block {
    Text(String),
    Link { label: String, url: String },
    Line { who: String, at: String, text: String, ours: bool },
    Small(String),
}

impl Letter {
    /// An empty letter of a company. Line breaks and other controls have no place in a subject.
    pub fn new(from: &str, subject: &str) -> Self {
        Self { subject: one_line(subject, MAX_SUBJECT), from: one_line(from, 80), blocks: Vec::new() }
    }

    /// A paragraph.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Text(text.into()));
        self
    }

    /// A button; `url` is one of our own addresses. Without a button it can be copied from the text.
    pub fn link(mut self, label: &str, url: &str) -> Self {
        self.blocks.push(Block::Link { label: label.to_owned(), url: url.to_owned() });
        self
    }

    /// A message of a conversation.
    pub fn line(mut self, who: &str, at: &str, text: &str, ours: bool) -> Self {
        let (who, at, text) = (one_line(who, 80), at.to_owned(), text.to_owned());
        self.blocks.push(Block::Line { who, at, text, ours });
        self
    }

    /// What stands below in small letters.
    pub fn small(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Small(text.into()));
        self
    }

    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The letter for readers without HTML.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            let _writing_to_memory = match block {
                Block::Text(text) | Block::Small(text) => write!(out, "{}\n\n", readable(text)),
                Block::Link { label, url } => write!(out, "{label}:\n{url}\n\n"),
                Block::Line { who, at, text, .. } => {
                    write!(out, "{who} ({at}):\n{}\n\n", readable(text).replace('\n', "\n    "))
                }
            };
        }
        let _writing_to_memory = writeln!(out, "{}", self.from);
        out
    }

    /// The letter as HTML: no script, no picture, nothing loaded, styles on the elements because mail readers drop the rest.
    pub fn html(&self) -> String {
        let mut body = String::new();
        for block in &self.blocks {
            let _writing_to_memory = match block {
                Block::Text(text) => write!(body, "<p style=\"margin:0 0 16px\">{}</p>", lines(text)),
                Block::Link { label, url } => write!(
                    body,
                    "<p style=\"margin:0 0 16px\"><a href=\"{0}\" style=\"background:#0560dc;border-radius:6px;color:#ffffff;\
                     display:inline-block;font-weight:600;padding:10px 16px;text-decoration:none\">{1}</a></p>\
                     <p style=\"color:#5b6472;font-size:13px;margin:0 0 16px;word-break:break-all\">{0}</p>",
                    escape(url),
                    escape(label)
                ),
                Block::Line { who, at, text, ours } => write!(
                    body,
                    "<div style=\"border-inline-start:3px solid {};margin:0 0 16px;padding:0 0 0 12px\">\
                     <div style=\"color:#5b6472;font-size:13px\"><b><bdi>{}</bdi></b> · {}</div><div dir=\"auto\">{}</div></div>",
                    if *ours { "#0560dc" } else { "#c9ced6" },
                    escape(who),
                    escape(at),
                    lines(text)
                ),
                Block::Small(text) => {
                    write!(body, "<p style=\"color:#5b6472;font-size:13px;margin:0 0 8px\">{}</p>", lines(text))
                }
            };
        }
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>{}</title></head><body style=\"background:#f5f6f8;color:#171b21;font:15px/1.5 system-ui,sans-serif;margin:0;\
             padding:24px\"><div style=\"background:#ffffff;border:1px solid #e1e4e9;border-radius:8px;margin:0 auto;max-width:560px;\
             padding:24px\"><p style=\"font-weight:600;margin:0 0 16px\">{}</p>{body}</div></body></html>",
            escape(&self.subject),
            escape(&self.from)
        )
    }
}

fn one_line(text: &str, most: usize) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    flat.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
}

/// Controls other than line breaks and tabs mean nothing in a letter.
fn readable(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn lines(text: &str) -> String {
    escape(&readable(text)).replace('\n', "<br>")
}

/// Text as it may stand between tags and in quoted attributes.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, character| {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
        safe
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn all_over(text: &str) -> Letter {
        Letter::new(text, text).text(text).link(text, text).line(text, text, text, true).small(text)
    }

    /// The tags of a page, with their quoted attributes.
    fn tags(html: &str) -> Vec<&str> {
        html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag).collect()
    }

    #[test]
    fn a_letter_reads_as_text_and_as_html() {
        let letter =
            Letter::new("Acme", "Hello").text("One\nTwo").link("Join", "https://desk.acme.com/join#x").small("Bye");
        insta::assert_snapshot!(letter.plain(), @r"
        One
        Two

        Join:
        https://desk.acme.com/join#x

        Bye

        Acme
        ");
        assert!(letter.html().contains("One<br>Two"));
        assert!(letter.html().contains("<a href=\"https://desk.acme.com/join#x\""));
    }

    #[test]
    fn a_subject_has_one_line() {
        assert_eq!(Letter::new("Acme", "Hi\r\nBcc: eve@evil.example\0").subject(), "Hi Bcc: eve@evil.example");
        assert_eq!(Letter::new("Acme", &"é".repeat(500)).subject().chars().count(), MAX_SUBJECT);
    }

    proptest! {
        #[test]
        fn no_text_adds_a_tag_or_leaves_its_attribute(text in ".{0,80}") {
            let (plain, hostile) = (all_over("x").html(), all_over(&text).html());
            let names = |html: &str| tags(html).iter().filter(|tag| **tag != "br")
                .map(|tag| tag.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>();
            prop_assert_eq!(names(&hostile), names(&plain));
            prop_assert_eq!(hostile.matches('"').count(), plain.matches('"').count());
        }

        #[test]
        fn hostile_markup_stays_text(name in "[a-z]{1,8}", value in "[a-z:()=\"' ]{0,12}") {
            let html = all_over(&format!("\"><{name} onload={value}><script>{value}</script>")).html();
            let script = "<script";
            prop_assert!(!html.contains(script));
            let opened = format!("<{name} onload");
            prop_assert!(!html.contains(opened.as_str()));
        }
    }
}
