//! Rule 3: every event kind and every rejection code is used, tested and documented. Knows where the lists stand, not
//! what is in them.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{File, Rust, body_of, line_of, matching_brace, words};

const KINDS: &str = "crates/desk/src/event.rs";
const KINDS_PAGE: &str = "docs/events.md";
const CODES: &str = "crates/desk/src/error.rs";
const CODES_PAGE: &str = "docs/errors.md";

fn text_of<'a>(files: &'a [File], path: &str) -> Option<&'a File> {
    files.iter().find(|file| file.path == path)
}

/// What docs/events.md lists and what desk's code can write are the same kinds, and each kind stands in a test.
pub fn event_kinds_match(files: &[File]) -> Vec<String> {
    let (Some(page), Some(code)) = (text_of(files, KINDS_PAGE), text_of(files, KINDS)) else {
        return vec![format!("{KINDS_PAGE} and {KINDS} must both exist")];
    };
    let documented = documented_kinds(&page.text);
    let written = production_literals(code, is_kind);
    let mut found = Vec::new();
    if documented.is_empty() || written.is_empty() {
        found.push(format!("no kinds found: {} documented, {} written", documented.len(), written.len()));
    }
    found
        .extend(documented.difference(&written).map(|kind| format!("{KINDS}: nothing writes the documented `{kind}`")));
    found.extend(written.difference(&documented).map(|kind| format!("{KINDS_PAGE}: `{kind}` is not described")));
    let tested = tested_words(files);
    let untested = |kind: &&String| !tested.contains(kind.as_str()) && !tested.contains(&variant_of(kind));
    found.extend(written.iter().filter(untested).map(|kind| format!("no test names the event `{kind}`")));
    found
}

/// Every code that a rejection can have is described in docs/errors.md and stands in a test.
pub fn rejection_codes_match(files: &[File]) -> Vec<String> {
    let Some(code) = text_of(files, CODES) else { return Vec::new() };
    let codes = rejection_codes(code);
    if codes.is_empty() {
        return vec![format!("{CODES}: no codes found in `fn code`")];
    }
    let page = text_of(files, CODES_PAGE).map_or("", |file| file.text.as_str());
    let tested = tested_words(files);
    let mut found = Vec::new();
    for (code, variant) in &codes {
        if !page.contains(&format!("`{code}`")) {
            found.push(format!("{CODES_PAGE}: `{code}` is not described"));
        }
        if !tested.contains(code.as_str()) && !tested.contains(variant.as_str()) {
            found.push(format!("no test names the rejection `{code}` ({variant})"));
        }
    }
    found
}

/// The backticked kinds in the first column of the page's table.
fn documented_kinds(page: &str) -> BTreeSet<String> {
    let rows = page.lines().filter_map(|line| line.trim().strip_prefix('|')?.split('|').next());
    rows.flat_map(|cell| cell.split('`').skip(1).step_by(2)).filter(|word| is_kind(word)).map(str::to_owned).collect()
}

/// `noun.done`: lower case, one dot.
fn is_kind(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    text.split_once('.').is_some_and(|(noun, verb)| is_part(noun) && is_part(verb))
}

/// `ConversationClaimed` for `conversation.claimed`.
fn variant_of(kind: &str) -> String {
    let capital = |word: &str| word.chars().next().map(|c| c.to_ascii_uppercase().to_string() + &word[1..]);
    kind.split(['.', '_']).filter_map(capital).collect()
}

fn production_literals(file: &File, wanted: fn(&str) -> bool) -> BTreeSet<String> {
    let rust = Rust::read(file);
    let literals = rust.literals.iter().filter(|literal| !rust.is_test(literal.line) && wanted(&literal.text));
    literals.map(|literal| literal.text.clone()).collect()
}

/// Each code with the variant on its line, from the body of `fn code`.
fn rejection_codes(file: &File) -> BTreeMap<String, String> {
    let rust = Rust::read(file);
    let bytes = rust.code.as_bytes();
    let lines: Vec<&str> = rust.code.lines().collect();
    let mut found = BTreeMap::new();
    for at in words(&rust.code, "fn").filter(|at| rust.code[at + 2..].trim_start().starts_with("code(")) {
        let Some(open) = body_of(bytes, at) else { continue };
        let body = line_of(bytes, open)..=line_of(bytes, matching_brace(bytes, open));
        for literal in rust.literals.iter().filter(|literal| body.contains(&literal.line)) {
            let arm = lines.get(literal.line - 1).and_then(|line| line.split_once("::")).map_or("", |(_, rest)| rest);
            let variant: String = arm.chars().take_while(char::is_ascii_alphanumeric).collect();
            found.insert(literal.text.clone(), variant);
        }
    }
    found
}

/// Every word and every quoted text that stands in test code, of either language. The rig is nothing but test code.
fn tested_words(files: &[File]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    // This test's own plants prove nothing about the product.
    for file in files.iter().filter(|file| !file.path.starts_with("crates/base/tests/tidy/")) {
        if file.is_rust() {
            let rust = Rust::read(file);
            let in_rig = file.path.starts_with("crates/rig/");
            let literals = rust.literals.iter().filter(|literal| in_rig || rust.is_test(literal.line));
            // JSON bodies are literals that hold further quotes
            found.extend(literals.flat_map(|literal| literal.text.split(['"', '\\', ' ']).map(str::to_owned)));
            let lines = rust.lines().filter(|(number, _)| in_rig || rust.is_test(*number));
            found.extend(lines.flat_map(|(_, line)| line.split(|c: char| !c.is_alphanumeric()).map(str::to_owned)));
        } else if file.is_typescript() && file.is_test() {
            found.extend(file.text.split(['"', '\'', '`']).map(str::to_owned));
        }
    }
    found
}

#[cfg(test)]
mod planted {
    use super::*;

    fn tree(parts: &[(&str, &str)]) -> Vec<File> {
        parts.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect()
    }

    const PAGE: &str = "| kind | audience |\n|---|---|\n| `draft.saved` · `draft.deleted` | agents `x.y` |\n";
    const WRITES: &str = "match self { Self::DraftSaved => \"draft.saved\", Self::DraftDeleted => \"draft.deleted\" }";
    const TESTS: &str = "assert_eq!(kinds, [\"draft.saved\"]); assert!(log.holds(Kind::DraftDeleted));";
    const TESTS_AT: &str = "crates/desk/src/draft/tests.rs";

    #[test]
    fn kinds_that_match_pass() {
        assert_eq!(event_kinds_match(&tree(&[(KINDS_PAGE, PAGE), (KINDS, WRITES), (TESTS_AT, TESTS)])), [""; 0]);
    }

    #[test]
    fn an_undocumented_an_unwritten_and_an_untested_kind_are_found() {
        let renamed = WRITES.replace("draft.deleted", "draft.dropped");
        let found = event_kinds_match(&tree(&[(KINDS_PAGE, PAGE), (KINDS, &renamed), (TESTS_AT, "\"draft.saved\"")]));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("nothing writes the documented `draft.deleted`"), "{found:?}");
        assert!(found[1].contains("`draft.dropped` is not described"), "{found:?}");
        assert!(found[2].contains("no test names the event `draft.dropped`"), "{found:?}");
    }

    #[test]
    fn lists_that_moved_away_are_found() {
        assert_eq!(event_kinds_match(&tree(&[(KINDS_PAGE, PAGE)])).len(), 1);
        assert_eq!(event_kinds_match(&tree(&[(KINDS_PAGE, ""), (KINDS, "")])).len(), 1);
        assert_eq!(rejection_codes_match(&tree(&[(CODES, "fn name() {}")])).len(), 1);
    }

    const REJECTIONS: &str = "const fn code(&self) -> &'static str {\n match self {\n  Self::NotFound => \"not_found\",\n  \
        Self::StaleEpoch { .. } => \"stale_epoch\",\n }\n}\nfn other() { \"x\" }";

    #[test]
    fn an_undocumented_or_untested_code_is_found() {
        let found = rejection_codes_match(&tree(&[
            (CODES, REJECTIONS),
            (CODES_PAGE, "| `not_found` | … |"),
            (TESTS_AT, "assert!(matches!(e, Rejection::StaleEpoch { .. }))"),
        ]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("no test names the rejection `not_found` (NotFound)"), "{found:?}");
        assert!(found[1].contains("`stale_epoch` is not described"), "{found:?}");
    }

    #[test]
    fn codes_described_and_tested_pass() {
        let body = "let body = \"{\\\"code\\\":\\\"not_found\\\"}\"; assert_eq!(e.code(), \"stale_epoch\");";
        let pages = [(CODES, REJECTIONS), (CODES_PAGE, "`not_found` `stale_epoch`"), (TESTS_AT, body)];
        assert_eq!(rejection_codes_match(&tree(&pages)), [""; 0]);
    }
}
