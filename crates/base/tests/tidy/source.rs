//! The tree as text, and Rust source as code without its comments and strings. No rule lives here.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

/// Folders that hold no source of ours.
const NOT_OURS: &[&str] =
    &["target", "node_modules", "dist", ".git", "test-results", "playwright-report", "bench-results"];
/// What is read; everything else (images, the lock files' siblings) has no rules.
const READ: &[&str] = &["rs", "ts", "tsx", "mjs", "js", "css", "html", "json", "md", "toml", "sql", "sh", "yml"];
/// Generated or not ours to word.
const SKIPPED: &[&str] = &["Cargo.lock", "package-lock.json", "openapi.json", "schema.ts"];

/// One file of the repository; `path` is relative to its root, with `/`.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    #[cfg(test)]
    pub fn planted(path: &str, text: &str) -> Vec<File> {
        vec![File { path: path.to_owned(), text: text.to_owned() }]
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub fn is_typescript(&self) -> bool {
        self.path.ends_with(".ts") || self.path.ends_with(".tsx")
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Test code by its place: integration tests, a feature's `tests.rs`, browser tests.
    pub fn is_test(&self) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        parts.iter().any(|part| matches!(*part, "tests" | "test" | "e2e" | "benches"))
            || matches!(self.name(), "tests.rs" | "test.rs")
            || [".test.ts", ".test.tsx", ".spec.ts"].iter().any(|end| self.path.ends_with(end))
    }
}

/// Every file of ours, in path order.
pub fn read_tree() -> io::Result<Vec<File>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let mut files = Vec::new();
    read_folder(&root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) && path != "data" {
                read_folder(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if kind.is_file() && is_read(&name) {
            // A file may vanish between the listing and the reading, as build outputs do.
            if let Ok(text) = fs::read_to_string(entry.path()) {
                files.push(File { path, text });
            }
        }
    }
    Ok(())
}

fn is_read(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    (READ.contains(&ending) || name == "Makefile") && !SKIPPED.contains(&name) && !name.ends_with(".gen.ts")
}

/// A string literal of Rust source and the line it starts on.
pub struct Literal {
    pub line: usize,
    pub text: String,
}

/// Rust source without words that are not code: `code` has the same lines, with comments and the insides of strings and
/// characters blanked. Quotes stay.
pub struct Rust {
    pub code: String,
    pub literals: Vec<Literal>,
    tests: Vec<Range<usize>>,
    whole_file_is_test: bool,
}

impl Rust {
    pub fn read(file: &File) -> Rust {
        let mut reader = Reader { bytes: file.text.as_bytes(), at: 0, code: String::new(), literals: Vec::new() };
        reader.run();
        let (code, literals) = (reader.code, reader.literals);
        let tests = test_items(&code);
        Rust { code, literals, tests, whole_file_is_test: file.is_test() }
    }

    /// Whether the line (from 1) belongs to a test: by the file's place or by `#[cfg(test)]`.
    pub fn is_test(&self, line: usize) -> bool {
        self.whole_file_is_test || self.tests.iter().any(|range| range.contains(&line))
    }

    /// Every line of code with its number, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Every function that has a body: its name, and its first and last line.
    pub fn functions(&self) -> Vec<(String, usize, usize)> {
        let bytes = self.code.as_bytes();
        let mut found = Vec::new();
        for at in words(&self.code, "fn") {
            let name: String = self.code[at + 2..].trim_start().chars().take_while(|c| is_word(*c)).collect();
            // `fn(…)` without a name is a type
            if name.is_empty() {
                continue;
            }
            if let Some(open) = body_of(bytes, at) {
                found.push((name, line_of(bytes, at), line_of(bytes, matching_brace(bytes, open))));
            }
        }
        found
    }
}

/// Where the word stands in the code, as a whole word.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = code[..*at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The line (from 1) that holds the byte.
pub fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at.min(bytes.len())].iter().filter(|b| **b == b'\n').count() + 1
}

/// The `{` that opens the body of the item at `at`; none when a `;` ends the item first.
pub fn body_of(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (index, byte) in bytes.iter().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(index),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The `}` that closes the `{` at `open`; the end of the text when there is none.
pub fn matching_brace(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0_i32;
    for (index, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index;
        }
    }
    bytes.len()
}

/// The lines of every item under `#[cfg(test)]`.
fn test_items(code: &str) -> Vec<Range<usize>> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    for (at, attribute) in code.match_indices("#[cfg(test)]") {
        let item = at + attribute.len();
        let end = match body_of(bytes, item) {
            Some(open) => matching_brace(bytes, open),
            None => item + code[item..].find(';').unwrap_or(0),
        };
        found.push(line_of(bytes, at)..line_of(bytes, end) + 1);
    }
    found
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    code: String,
    literals: Vec<Literal>,
}

impl Reader<'_> {
    fn run(&mut self) {
        while self.at < self.bytes.len() {
            match (self.bytes[self.at], self.peek(1)) {
                (b'/', b'/') => self.blank_to(self.find_from(self.at, b"\n")),
                (b'/', b'*') => self.block_comment(),
                (b'"', _) => self.string(),
                (b'r', b'"' | b'#') if self.starts_raw() => self.raw_string(),
                (b'\'', _) => self.quote(),
                _ => self.keep(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn keep(&mut self) {
        let byte = self.bytes[self.at];
        self.code.push(if byte.is_ascii() { char::from(byte) } else { ' ' });
        self.at += 1;
    }

    fn blank_to(&mut self, end: usize) {
        while self.at < end.min(self.bytes.len()) {
            self.code.push(if self.bytes[self.at] == b'\n' { '\n' } else { ' ' });
            self.at += 1;
        }
    }

    fn find_from(&self, start: usize, needle: &[u8]) -> usize {
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        rest.windows(needle.len()).position(|w| w == needle).map_or(self.bytes.len(), |found| start + found)
    }

    fn block_comment(&mut self) {
        let (mut depth, mut end) = (0_i32, self.at);
        while end < self.bytes.len() {
            match self.bytes.get(end..end + 2) {
                Some(b"/*") => (depth, end) = (depth + 1, end + 2),
                Some(b"*/") => (depth, end) = (depth - 1, end + 2),
                _ => end += 1,
            }
            if depth == 0 {
                break;
            }
        }
        self.blank_to(end);
    }

    fn string(&mut self) {
        let start = self.at + 1;
        let mut end = start;
        while end < self.bytes.len() && self.bytes[end] != b'"' {
            end += if self.bytes[end] == b'\\' { 2 } else { 1 };
        }
        self.literal(start, end);
        self.keep_if_any();
    }

    /// Keeps the opening quote, blanks the inside and notes it.
    fn literal(&mut self, start: usize, end: usize) {
        let end = end.min(self.bytes.len());
        let text = String::from_utf8_lossy(&self.bytes[start..end]).into_owned();
        self.literals.push(Literal { line: line_of(self.bytes, self.at), text });
        while self.at < start {
            self.keep();
        }
        self.blank_to(end);
    }

    fn keep_if_any(&mut self) {
        if self.at < self.bytes.len() {
            self.keep();
        }
    }

    /// `r"`, `r#"`, and not the raw identifier `r#type` or the end of a word such as `var"`.
    fn starts_raw(&self) -> bool {
        let before = self.code.as_bytes();
        let mut start = before.len();
        while start > 0 && is_word(char::from(before[start - 1])) {
            start -= 1;
        }
        let hashes = self.bytes[self.at + 1..].iter().take_while(|b| **b == b'#').count();
        matches!(&self.code[start..], "" | "b" | "c") && self.peek(1 + hashes) == b'"'
    }

    fn raw_string(&mut self) {
        let hashes = self.bytes[self.at + 1..].iter().take_while(|b| **b == b'#').count();
        let mut close = vec![b'"'];
        close.resize(1 + hashes, b'#');
        let start = self.at + 2 + hashes;
        let end = self.find_from(start, &close);
        self.literal(start, end);
        for _ in 0..=hashes {
            self.keep_if_any();
        }
    }

    /// A character, or the mark of a lifetime or label.
    fn quote(&mut self) {
        let rest = String::from_utf8_lossy(self.bytes.get(self.at + 1..self.at + 6).unwrap_or(&[])).into_owned();
        let width = rest.chars().next().map_or(1, char::len_utf8);
        let is_char = self.peek(1) == b'\\' || self.peek(1 + width) == b'\'';
        if !is_char {
            return self.keep();
        }
        let skip = if self.peek(1) == b'\\' { 3 } else { 1 + width };
        let end = self.find_from(self.at + skip, b"'");
        self.keep();
        self.blank_to(end);
        self.keep_if_any();
    }
}

#[cfg(test)]
mod planted {
    use super::*;

    fn code(text: &str) -> String {
        Rust::read(&File { path: "crates/x/src/a.rs".into(), text: text.into() }).code
    }

    #[test]
    fn strings_and_comments_are_no_code() {
        assert_eq!(code("a(\"todo\"); // todo\nb"), "a(\"    \");        \nb");
        assert_eq!(code("/* a /* b */ c */d"), "                 d");
        assert_eq!(code("r#\"a \" b\"# + r\"c\""), "r#\"     \"# + r\" \"");
        assert_eq!(code(r#"f("\"x\\", '"', '\'', 'ü')"#).matches('"').count(), 2);
        assert_eq!(code("fn a<'x>(y: &'x str) {}"), "fn a<'x>(y: &'x str) {}");
    }

    #[test]
    fn literals_know_their_line() {
        let file = File { path: "a.rs".into(), text: "a\nb(\"one\")\nr#\"two\"#".into() };
        let found: Vec<_> = Rust::read(&file).literals.into_iter().map(|l| (l.line, l.text)).collect();
        assert_eq!(found, [(2, "one".to_owned()), (3, "two".to_owned())]);
    }

    #[test]
    fn items_under_cfg_test_are_tests() {
        let file = File {
            path: "crates/x/src/a.rs".into(),
            text: "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod t;\nfn d() {}"
                .into(),
        };
        let rust = Rust::read(&file);
        let tests: Vec<usize> = (1..=9).filter(|line| rust.is_test(*line)).collect();
        assert_eq!(tests, [2, 3, 4, 5, 7, 8]);
    }

    #[test]
    fn functions_are_found_with_their_lines() {
        let file = File {
            path: "a.rs".into(),
            text: "trait T {\n fn no(&self, x: [u8; 2]);\n fn yes(\n  x: [u8; 2],\n ) {\n if a { b }\n }\n}\ntype F = fn(u8);".into(),
        };
        assert_eq!(Rust::read(&file).functions(), [("yes".to_owned(), 3, 7)]);
    }
}
