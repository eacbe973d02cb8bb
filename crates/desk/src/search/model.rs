//! What is asked and what is found, as pure functions: reading a question, and showing where its words stand.

use base::{ConversationId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::{Word, words};
use crate::actor::Access;
use crate::conversation::{Author, Party, State};

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Message,
    Note,
    Contact,
    /// By its number.
    Conversation,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Note => "note",
            Self::Contact => "contact",
            Self::Conversation => "conversation",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Message, Self::Note, Self::Contact, Self::Conversation].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The longest question, in characters, and the most parts of it that count.
pub const LONGEST_QUESTION: usize = 200;
const MOST_TERMS: usize = 8;
/// A shorter beginning of a word fits too much to say anything.
const SHORTEST_PREFIX: usize = 2;

/// Words that must stand next to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub words: Vec<String>,
    /// The last word may go on.
    pub prefix: bool,
    /// Sought in who wrote it, not in what was written.
    pub author: bool,
}

/// A question as it was understood: every term must be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    pub terms: Vec<Term>,
    /// A conversation's number, when the question could be one.
    pub number: Option<i64>,
    /// The question is a number and nothing else: `number:8812`.
    pub only_number: bool,
}

impl Question {
    /// Reads `refund "two words" from:lena beginn`. The last word may be unfinished; a `*` says so of any.
    pub fn read(text: &str) -> Self {
        let mut question = Self::default();
        let bare = text.trim().trim_start_matches('#');
        if !bare.is_empty() && bare.len() <= 12 && bare.bytes().all(|b| b.is_ascii_digit()) {
            question.number = bare.parse().ok();
        }
        if let Some(number) = text.trim().strip_prefix("number:") {
            question.number = number.trim().trim_start_matches('#').parse().ok();
            question.only_number = true;
            return question;
        }
        let parts = parts(text);
        let last = parts.len();
        for (index, part) in parts.into_iter().enumerate() {
            if question.terms.len() >= MOST_TERMS {
                break;
            }
            let unfinished = index + 1 == last && part.open;
            question.terms.extend(part.term(unfinished));
        }
        question
    }

    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.number.is_none()
    }
}

struct Part<'a> {
    text: &'a str,
    quoted: bool,
    /// Nothing follows it, not even a space.
    open: bool,
}

/// Splits at spaces, but not within quotes. A quote that is never closed reaches to the end.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return found;
        }
        if let Some(inside) = rest.strip_prefix(['"', '“', '”', '„']) {
            let end = inside.find(['"', '“', '”']).unwrap_or(inside.len());
            let after = inside[end..].chars().next().map_or(0, char::len_utf8);
            found.push(Part { text: &inside[..end], quoted: true, open: false });
            rest = &inside[end + after..];
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            found.push(Part { text: &rest[..end], quoted: false, open: end == rest.len() });
            rest = &rest[end..];
        }
    }
}

impl Part<'_> {
    fn term(&self, unfinished: bool) -> Option<Term> {
        let (text, author) = match self.text.strip_prefix("from:") {
            Some(name) if !self.quoted => (name, true),
            _ => (self.text, false),
        };
        let words: Vec<String> = words(text).into_iter().map(|word| word.text).collect();
        let last = words.last()?;
        let asked = !self.quoted && (unfinished || author || text.ends_with('*'));
        let prefix = asked && last.chars().count() >= SHORTEST_PREFIX;
        Some(Term { words, prefix, author })
    }
}

/// Marks a word as the name of who wrote it; [`words`] never gives this character.
pub const AUTHOR_MARK: char = '@';
/// Marks a word as the kind of what was found.
pub const KIND_MARK: char = '=';

/// What the index holds of a text: its words, its author's, and its kind.
pub fn indexed(kind: Kind, author: &str, text: &str) -> Vec<String> {
    let mut all: Vec<String> = words(text).into_iter().map(|word| word.text).collect();
    all.extend(words(author).into_iter().map(|word| format!("{AUTHOR_MARK}{}", word.text)));
    if kind != Kind::Message {
        all.push(format!("{KIND_MARK}{}", kind.as_str()));
    }
    all
}

/// A piece of text around what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Snippet {
    /// On one line; `…` where something was left out.
    pub text: String,
    /// Where the words stand: from, to (exclusive), counted in UTF-16 units as JavaScript does.
    pub highlights: Vec<[usize; 2]>,
}

/// In characters.
const SNIPPET: usize = 160;
const BEFORE_FIRST: usize = 40;
const MOST_HIGHLIGHTS: usize = 20;

impl Snippet {
    /// The part of `text` around the first word that was asked for.
    pub fn of(text: &str, question: &Question) -> Self {
        let all = words(text);
        let mut hits = hits(&all, question);
        hits.sort_unstable();
        hits.dedup();
        let first = hits.first().map_or(0, |hit| hit.0);
        let start = text[..first].char_indices().rev().take(BEFORE_FIRST).last().map_or(first, |(at, _)| at);
        // not within a word
        let start = all.iter().find(|word| word.end > start).map_or(start, |word| word.start.min(first).max(start));
        let end = text[start..].char_indices().nth(SNIPPET).map_or(text.len(), |(at, _)| start + at);
        let mut shown = Self::default();
        if start > 0 && !text[..start].trim().is_empty() {
            shown.text.push('…');
        }
        let mut units = shown.text.encode_utf16().count();
        let mut from = start;
        for (hit_start, hit_end) in hits.into_iter().filter(|hit| hit.0 >= start && hit.1 <= end).take(MOST_HIGHLIGHTS)
        {
            if hit_start < from {
                continue;
            }
            units += shown.push(&text[from..hit_start]);
            let length = shown.push(&text[hit_start..hit_end]);
            shown.highlights.push([units, units + length]);
            units += length;
            from = hit_end;
        }
        shown.push(&text[from..end]);
        if end < text.len() {
            shown.text.push('…');
        }
        shown
    }

    /// Adds a piece, each line break or tab as a space, and says how many units it has.
    fn push(&mut self, piece: &str) -> usize {
        let mut units = 0;
        for character in piece.chars() {
            let shown = if character.is_whitespace() || character.is_control() { ' ' } else { character };
            self.text.push(shown);
            units += shown.len_utf16();
        }
        units
    }
}

/// Where the terms stand in the words of a text, in bytes.
fn hits(all: &[Word], question: &Question) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for term in question.terms.iter().filter(|term| !term.author) {
        let last = term.words.len() - 1;
        for run in all.windows(term.words.len()) {
            let fits = run.iter().zip(&term.words).enumerate().all(|(index, (word, wanted))| {
                word.text == *wanted || (index == last && term.prefix && word.text.starts_with(wanted.as_str()))
            });
            if fits {
                found.extend(run.iter().map(|word| (word.start, word.end)));
            }
        }
    }
    found
}

/// Where a find lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Place {
    #[schema(value_type = String)]
    pub id: ConversationId,
    pub number: i64,
    pub state: State,
    pub inbox: Party,
}

/// The message that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Said {
    pub id: String,
    pub seq: i64,
    pub author: Author,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// One find.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Hit {
    pub kind: Kind,
    /// The customer it is about.
    pub contact: Party,
    /// Where it lies; of a contact, the newest conversation, if there is one.
    pub conversation: Option<Place>,
    pub message: Option<Said>,
    pub snippet: Snippet,
}

/// A find as the store gives it.
#[derive(Clone, Debug)]
pub struct Found {
    pub doc: i64,
    pub kind: Kind,
    /// Who may read the conversation it lies in.
    pub access: Access,
    pub contact: Party,
    pub conversation: Option<Place>,
    pub message: Option<Said>,
    pub text: String,
}

impl Found {
    pub fn into_hit(self, question: &Question) -> Hit {
        let snippet = Snippet::of(&self.text, question);
        Hit { kind: self.kind, contact: self.contact, conversation: self.conversation, message: self.message, snippet }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn term(words: &[&str], prefix: bool) -> Term {
        Term { words: words.iter().map(|word| (*word).to_owned()).collect(), prefix, author: false }
    }

    #[test]
    fn a_question_is_read_as_it_was_meant() {
        let read = |text| Question::read(text).terms;
        assert_eq!(read("Café ref"), [term(&["cafe"], false), term(&["ref"], true)]);
        assert_eq!(read("refund "), [term(&["refund"], false)]);
        assert_eq!(read("\"two words\" x"), [term(&["two", "words"], false), term(&["x"], false)]);
        assert_eq!(read("\"never closed"), [term(&["never", "closed"], false)]);
        assert_eq!(read("lena@acme.com"), [term(&["lena", "acme", "com"], true)]);
        assert_eq!(read("ref* order "), [term(&["ref"], true), term(&["order"], false)]);
        assert_eq!(read("from:Len"), [Term { author: true, ..term(&["len"], true) }]);
        assert_eq!(read("\"from:x\""), [term(&["from", "x"], false)]);
        assert_eq!(read("· — …"), []);
        assert_eq!(read(&"a b ".repeat(50)).len(), 8);
    }

    #[test]
    fn a_number_may_be_a_conversation() {
        assert_eq!(Question::read("#8812").number, Some(8812));
        assert_eq!(Question::read(" 8812 ").number, Some(8812));
        assert_eq!(Question::read("number:12").number, Some(12));
        assert!(Question::read("number:x").is_empty());
        assert_eq!(Question::read("8812x").number, None);
        assert_eq!(Question::read("9999999999999").number, None);
        assert!(Question::read("  ").is_empty());
    }

    fn marked(text: &str, question: &str) -> Vec<String> {
        let shown = Snippet::of(text, &Question::read(question));
        let units: Vec<u16> = shown.text.encode_utf16().collect();
        shown.highlights.iter().map(|[from, to]| String::from_utf16(&units[*from..*to]).unwrap()).collect()
    }

    #[test]
    fn a_snippet_shows_what_was_asked_for_as_it_was_written() {
        assert_eq!(marked("My 🧡 Café\nrefund", "cafe REF"), ["Café", "refund"]);
        assert_eq!(marked("two words, words two", "\"two words\""), ["two", "words"]);
        assert_eq!(marked("nothing here", "else"), Vec::<String>::new());
        let long = format!("{} the needle {}", "hay ".repeat(200), "straw ".repeat(200));
        let shown = Snippet::of(&long, &Question::read("needle "));
        assert!(shown.text.starts_with('…') && shown.text.ends_with('…'), "{}", shown.text);
        assert!(shown.text.chars().count() <= SNIPPET + 2);
        assert_eq!(marked(&long, "needle "), ["needle"]);
    }

    proptest! {
        #[test]
        fn any_text_and_question_give_highlights_that_lie_in_the_snippet(text in "\\PC{0,300}", question in "\\PC{0,20}") {
            let shown = Snippet::of(&text, &Question::read(&question));
            let units = shown.text.encode_utf16().count();
            let mut last = 0;
            for [from, to] in shown.highlights {
                prop_assert!(from >= last && to > from && to <= units);
                last = to;
            }
        }
    }
}
