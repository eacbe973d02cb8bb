//! What a file is called, what kind it is, and the bounds it keeps: pure functions. What it is comes from its bytes alone.

use base::{ConversationId, FileId, Time};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use utoipa::ToSchema;

/// The longest name, in bytes of UTF-8.
pub const MAX_NAME: usize = 150;
/// The largest piece of an upload, in bytes.
pub const MAX_PIECE: i64 = 1024 * 1024;
/// The smallest piece that is not the last, in bytes: it bounds how many there are.
pub const MIN_PIECE: i64 = 64 * 1024;
/// No inbox may allow more than this, in bytes.
pub const MAX_LIMIT: i64 = 100 * 1024 * 1024;
/// How many files one message may carry.
pub const MAX_ATTACHMENTS: usize = 10;
/// How many files somebody may have sent without having put them into a message.
pub const MAX_UNSENT: i64 = 20;
/// How long a file may wait to be finished, and then to be put into a message, in ms.
pub const UNSENT_LIFE: i64 = 24 * 3600 * 1000;

/// What a file is, as its first bytes say. What its sender says, and what its name ends with, counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FileKind)]
pub enum Kind {
    Png,
    Jpeg,
    Gif,
    Webp,
    Pdf,
    Text,
    Document,
    Archive,
    Audio,
    Video,
    Other,
}

const KINDS: [Kind; 11] = [
    Kind::Png,
    Kind::Jpeg,
    Kind::Gif,
    Kind::Webp,
    Kind::Pdf,
    Kind::Text,
    Kind::Document,
    Kind::Archive,
    Kind::Audio,
    Kind::Video,
    Kind::Other,
];

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Pdf => "pdf",
            Self::Text => "text",
            Self::Document => "document",
            Self::Archive => "archive",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        KINDS.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether a browser may show it in place; everything else is only ever downloaded.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::Webp)
    }

    /// The media type under which it is given out: never what the sender said.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            _ => "application/octet-stream",
        }
    }

    /// The kind of a file that begins with these bytes.
    pub fn of(head: &[u8]) -> Self {
        let Some(found) = infer::get(head) else {
            return if is_text(head) { Self::Text } else { Self::Other };
        };
        match (found.mime_type(), found.matcher_type()) {
            ("image/png", _) => Self::Png,
            ("image/jpeg", _) => Self::Jpeg,
            ("image/gif", _) => Self::Gif,
            ("image/webp", _) => Self::Webp,
            ("application/pdf", _) => Self::Pdf,
            (_, infer::MatcherType::Doc) => Self::Document,
            (_, infer::MatcherType::Archive) => Self::Archive,
            (_, infer::MatcherType::Audio) => Self::Audio,
            (_, infer::MatcherType::Video) => Self::Video,
            (_, infer::MatcherType::Text) => Self::Text,
            _ => Self::Other,
        }
    }
}

/// Text in UTF-8 without control characters; the last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(fault) if fault.error_len().is_none() => {
            std::str::from_utf8(&head[..fault.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !whole.is_empty() && whole.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}'))
}

/// A name that can be shown and saved anywhere: in NFC, without what cannot be seen (controls, bidi marks, zero-width
/// characters) or would mean a folder, at most [`MAX_NAME`] bytes with its ending kept. Doing it again changes nothing.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let seen: String = last.nfc().filter(|c| !is_unseen(*c)).map(|c| if is_reserved(c) { '_' } else { c }).collect();
    let composed: String = seen.nfc().collect();
    let trimmed = composed.trim_matches(is_edge);
    let cut = shortened(trimmed);
    let cut = cut.trim_matches(is_edge);
    if cut.is_empty() { "file".to_owned() } else { cut.to_owned() }
}

fn is_edge(c: char) -> bool {
    c.is_whitespace() || c == '.'
}

fn is_reserved(c: char) -> bool {
    matches!(c, '/' | '\\' | '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

/// Controls, marks of direction, and everything without a width.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}' | '\u{e0000}'..='\u{e0fff}')
}

/// At most [`MAX_NAME`] bytes, cut before the ending.
fn shortened(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |at| &name[at..]);
    let ending = if ending.len() <= 20 { ending } else { "" };
    let mut room = MAX_NAME - ending.len();
    while !name.is_char_boundary(room) {
        room -= 1;
    }
    format!("{}{ending}", &name[..room])
}

/// A file as a message carries it. It stays as it was when it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    #[schema(value_type = String)]
    pub id: FileId,
    pub name: String,
    /// Bytes.
    pub size: i64,
    pub kind: Kind,
    /// Pixels, for a picture that could be read.
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// Whether there is a small picture of it.
    pub thumbnail: bool,
}

/// A file on its way up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Upload {
    #[schema(value_type = String)]
    pub id: FileId,
    /// As it will be shown.
    pub name: String,
    /// Bytes, as announced.
    pub size: i64,
    /// How many of them are here: where the next piece begins.
    pub offset: i64,
    /// The most bytes that one piece may have.
    pub chunk: i64,
    /// When it is forgotten, unless a message carries it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Time>,
    /// What it turned out to be, once it is complete.
    pub file: Option<Attachment>,
}

/// One piece of a file's bytes: its key in the store, after the file's own, and its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub name: String,
    pub size: i64,
}

/// What is known of a file's safety.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// No scanner is set up.
    None,
    Clean,
    /// The scanner did not answer, and the operator lets files pass then.
    Skipped,
}

impl Scan {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Clean => "clean",
            Self::Skipped => "skipped",
        }
    }
}

/// What was found out about a file when its last byte was here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub kind: Kind,
    /// Width and height in pixels.
    pub pixels: Option<(u32, u32)>,
    /// The kind of its small picture, kept beside its pieces.
    pub thumbnail: Option<Kind>,
    pub scan: Scan,
}

/// A file as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub id: FileId,
    pub storage_key: String,
    pub pieces: Vec<Piece>,
    pub received: i64,
    pub size: i64,
    pub name: String,
    pub kind: Option<Kind>,
    pub pixels: Option<(i64, i64)>,
    pub thumbnail: Option<Kind>,
    pub owner: String,
    pub conversation: Option<ConversationId>,
    /// Whether a message carries it.
    pub is_sent: bool,
    /// Whether that message is for the team only.
    pub note: bool,
    pub expires_at: Option<Time>,
}

impl File {
    /// The key of one of its pieces in the store.
    pub fn key(&self, piece: &str) -> String {
        format!("{}/{piece}", self.storage_key)
    }

    /// The key of its small picture.
    pub fn thumbnail_key(&self) -> String {
        self.key(THUMBNAIL)
    }

    /// Where its bytes are, in order.
    pub fn keys_of_pieces(&self) -> Vec<String> {
        self.pieces.iter().map(|piece| self.key(&piece.name)).collect()
    }

    /// Every key under which something of it is kept.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = self.keys_of_pieces();
        keys.push(self.thumbnail_key());
        keys
    }

    /// How a message shows it, once it is complete.
    pub fn attachment(&self) -> Option<Attachment> {
        let (width, height) = self.pixels.unzip();
        Some(Attachment {
            id: self.id,
            name: self.name.clone(),
            size: self.size,
            kind: self.kind?,
            width,
            height,
            thumbnail: self.thumbnail.is_some(),
        })
    }

    pub fn upload(&self) -> Upload {
        let file = self.attachment();
        let (id, name, size, expires_at) = (self.id, self.name.clone(), self.size, self.expires_at);
        Upload { id, name, size, offset: self.received, chunk: MAX_PIECE, expires_at, file }
    }

    /// Whether a piece of so many bytes may come next.
    pub fn fits(&self, size: i64) -> bool {
        let left = self.size - self.received;
        (1..=MAX_PIECE.min(left)).contains(&size) && (size >= MIN_PIECE || size == left)
    }
}

const THUMBNAIL: &str = "thumbnail";

/// Pieces as one text: `0-1a2b:65536 65536-3c4d:900`.
pub fn write_piece(piece: &Piece) -> String {
    format!("{}:{} ", piece.name, piece.size)
}

pub fn read_pieces(text: &str) -> Option<Vec<Piece>> {
    let piece = |word: &str| {
        let (name, size) = word.split_once(':')?;
        Some(Piece { name: name.to_owned(), size: size.parse().ok()? })
    };
    text.split_whitespace().map(piece).collect()
}

#[cfg(test)]
mod rules {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_clean_name_is_short_seen_and_stays_as_it_is(name in r"\PC{0,80}|[\x00-\u{2100}]{0,200}|(\.|é|e\u{301}|/|\\| |<|a|\u{200b}|\u{202e}|\u{338}){0,120}") {
            let clean = clean_name(&name);
            prop_assert!(!clean.is_empty() && clean.len() <= MAX_NAME, "{clean:?}");
            prop_assert!(!clean.chars().any(|c| is_unseen(c) || is_reserved(c)), "{clean:?}");
            prop_assert!(!clean.starts_with(is_edge) && !clean.ends_with(is_edge), "{clean:?}");
            prop_assert_eq!(clean_name(&clean), clean.clone());
            prop_assert_eq!(clean.nfc().collect::<String>(), clean);
        }

        #[test]
        fn no_bytes_make_the_sniffer_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Kind::of(&bytes);
        }
    }

    #[test]
    fn what_a_name_hides_or_pretends_is_taken_away() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\Users\\x\\bill.pdf"), "bill.pdf");
        assert_eq!(clean_name("photo\u{202e}gnp.exe"), "photognp.exe");
        assert_eq!(clean_name("\u{200b}.htaccess"), "htaccess");
        assert_eq!(clean_name("a\0b\r\n\"c\".txt"), "ab_c_.txt");
        assert_eq!(clean_name("e\u{301}.png"), "é.png");
        assert_eq!(clean_name(" \u{2066}…"), "…");
        assert_eq!(clean_name("../.."), "file");
        let long = clean_name(&format!("{}.pdf", "é".repeat(200)));
        assert!(long.ends_with(".pdf") && long.len() >= MAX_NAME - 1, "{long}");
    }

    #[test]
    fn kinds_survive_their_names_and_pieces_their_text() {
        for kind in KINDS {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("svg"), None);
        let pieces = [("0-ab", 70_000), ("70000-cd", 3)];
        let pieces: Vec<Piece> = pieces.map(|(name, size)| Piece { name: name.to_owned(), size }).into();
        let text: String = pieces.iter().map(write_piece).collect();
        assert_eq!(read_pieces(&text), Some(pieces));
        assert_eq!(read_pieces("x"), None);
    }

    #[test]
    fn the_bytes_decide() {
        assert_eq!(Kind::of(b"\x89PNG\r\n\x1a\n...."), Kind::Png);
        assert_eq!(Kind::of(b"%PDF-1.7\n"), Kind::Pdf);
        assert_eq!(Kind::of(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"), Kind::Text);
        assert_eq!(Kind::of(b"<!DOCTYPE html><script>"), Kind::Text);
        assert_eq!(Kind::of(b"MZ\x90\0\x03"), Kind::Other);
        assert_eq!(Kind::of("Grüße".as_bytes()), Kind::Text);
        assert_eq!(Kind::of(&"Grüße".as_bytes()[..3]), Kind::Text, "cut in the middle of a character");
        assert_eq!(Kind::of(b"\0\x01"), Kind::Other);
        assert_eq!(Kind::of(b""), Kind::Other);
    }
}
