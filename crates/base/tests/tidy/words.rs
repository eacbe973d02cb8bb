//! Rule 2, the words: names that say nothing, calls that give up, work left undone, and texts that name a machine.

use super::source::{File, Rust, is_word, words};

/// Words that name no thing; each is refused as a part of a declared name or a file's name.
const EMPTY_WORDS: &[&str] = &["manager", "service", "util", "utils", "common", "helper", "helpers"];
const RUST_DECLARATIONS: &[&str] = &["struct", "enum", "trait", "type", "mod", "fn", "union"];
const TYPESCRIPT_DECLARATIONS: &[&str] = &["class", "interface", "type", "function", "enum"];

/// Names that a foreign trait asks for.
const IMPOSED: &[&str] = &["Service"];

/// No `Manager`, `Service`, `Util`, `Common` or `Helper` among the names of files and of what they declare.
pub fn names_are_honest(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() || file.is_typescript()) {
        for part in file.path.split('/') {
            if let Some(word) = empty_word(part.split('.').next().unwrap_or(part)) {
                found.push(format!("{}:1: the path says `{word}`: name the thing", file.path));
            }
        }
        let (code, keywords) = if file.is_rust() {
            (Rust::read(file).code, RUST_DECLARATIONS)
        } else {
            (file.text.clone(), TYPESCRIPT_DECLARATIONS)
        };
        for (index, line) in code.lines().enumerate() {
            for name in keywords.iter().flat_map(|keyword| declared(line, keyword)) {
                let imposed = line.trim_start().starts_with("type ") && IMPOSED.contains(&name.as_str());
                if let Some(word) = empty_word(&name).filter(|_| !imposed) {
                    found.push(format!("{}:{}: `{name}` says `{word}`: name the thing", file.path, index + 1));
                }
            }
        }
    }
    found
}

fn declared(line: &str, keyword: &str) -> Vec<String> {
    let after = |at: usize| line[at + keyword.len()..].strip_prefix(' ').unwrap_or("");
    words(line, keyword).map(|at| after(at).chars().take_while(|c| is_word(*c)).collect()).collect()
}

/// The first part of the name (`FileManager`, `file_manager`, `file-manager`) that says nothing.
fn empty_word(name: &str) -> Option<String> {
    let mut parts = vec![String::new()];
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() {
            parts.push(String::new());
        }
        if let Some(last) = parts.last_mut().filter(|_| c.is_alphanumeric()) {
            last.extend(c.to_lowercase());
        }
    }
    parts.into_iter().find(|part| EMPTY_WORDS.contains(&part.as_str()))
}

/// Where production code may give up, and why.
const MAY_UNWRAP: &[(&str, &str)] = &[
    ("crates/server/src/main.rs", "start-up: there is nobody to answer yet"),
    ("crates/server/build.rs", "a failing build is its answer"),
];

/// No `unwrap` and no `expect` outside tests and start-up.
pub fn no_unwrapping(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() && file.path.starts_with("crates/")) {
        if MAY_UNWRAP.iter().any(|(path, _)| file.path == *path) {
            continue;
        }
        let rust = Rust::read(file);
        for (number, line) in rust.lines().filter(|(number, _)| !rust.is_test(*number)) {
            for call in [".unwrap()", ".expect(\"", ".unwrap_err()", ".expect_err(\"", ".unwrap_unchecked()"] {
                if line.contains(call) {
                    found.push(format!("{}:{number}: no `{call}` outside tests and start-up", file.path));
                }
            }
        }
    }
    found
}

/// Nothing undone in Rust, nothing skipped, singled out or asleep in the tests of either language.
pub fn no_leftovers(files: &[File]) -> Vec<String> {
    const RUST: &[&str] = &["todo!", "unimplemented!", "#[ignore", "dbg!"];
    const TYPESCRIPT: &[&str] = &[
        ".only(",
        "test.skip",
        "it.skip",
        "describe.skip",
        "test.fixme",
        "test.todo",
        "it.todo",
        "xit(",
        "@ts-ignore",
        "@ts-nocheck",
        "waitForTimeout(",
        "debugger;",
    ];
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() || file.is_typescript()) {
        let rust = file.is_rust();
        let code = if rust { Rust::read(file).code } else { file.text.clone() };
        for (index, line) in code.lines().enumerate() {
            for leftover in (if rust { RUST } else { TYPESCRIPT }).iter().filter(|word| line.contains(**word)) {
                found.push(format!("{}:{}: `{leftover}` must not stay", file.path, index + 1));
            }
        }
    }
    found
}

/// No text becomes markup on the customer's or the agent's page.
pub fn no_raw_html(files: &[File]) -> Vec<String> {
    const REFUSED: &[&str] =
        &["dangerouslySetInnerHTML", ".innerHTML", ".outerHTML", "insertAdjacentHTML", "document.write("];
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_typescript() && file.path.starts_with("web/") && !file.is_test()) {
        for (index, line) in file.text.lines().enumerate() {
            for call in REFUSED.iter().filter(|call| line.contains(**call)) {
                found.push(format!("{}:{}: `{call}`: text stays text", file.path, index + 1));
            }
        }
    }
    found
}

/// No file names a folder of somebody's machine.
pub fn no_machine_paths(files: &[File]) -> Vec<String> {
    const STARTS: &[&str] = &["/work/", "/root/", "/home/", "/Users/", "C:\\Users"];
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.path != "crates/base/tests/tidy/words.rs") {
        for (index, line) in file.text.lines().enumerate() {
            for start in STARTS.iter().filter(|start| names_a_folder(line, start)) {
                found.push(format!("{}:{}: `{start}…` is one machine's path", file.path, index + 1));
            }
        }
    }
    found
}

/// The path stands at the start of a word, as in `/home/x` and not as in `example.com/home/x`.
fn names_a_folder(line: &str, start: &str) -> bool {
    line.match_indices(start)
        .any(|(at, _)| !line[..at].ends_with(|c: char| is_word(c) || matches!(c, '.' | '/' | '-' | '}')))
}

#[cfg(test)]
mod planted {
    use super::*;

    fn bites(rule: fn(&[File]) -> Vec<String>, path: &str, text: &str) -> usize {
        rule(&File::planted(path, text)).len()
    }

    #[test]
    fn an_empty_name_is_found() {
        let path = "crates/desk/src/contact/mod.rs";
        assert_eq!(bites(names_are_honest, path, "pub struct ContactManager;"), 1);
        assert_eq!(bites(names_are_honest, path, "mod common;\nfn parse_helper() {}"), 2);
        assert_eq!(
            bites(names_are_honest, path, "use tower::Service; // a Manager\nfn utility() {}\n    type Service = A;"),
            0
        );
        assert_eq!(bites(names_are_honest, "crates/desk/src/utils/mod.rs", ""), 1);
        assert_eq!(bites(names_are_honest, "web/widget/src/dom-helpers.ts", ""), 1);
        assert_eq!(bites(names_are_honest, "web/widget/src/dom.ts", "export class SocketService {}"), 1);
        assert_eq!(bites(names_are_honest, "web/widget/src/dom.ts", "export class LiveSocket {}"), 0);
    }

    #[test]
    fn giving_up_is_found() {
        let path = "crates/desk/src/contact/mod.rs";
        assert_eq!(bites(no_unwrapping, path, "a.unwrap();\nb.expect(\"c\");"), 2);
        assert_eq!(bites(no_unwrapping, path, "a.unwrap_or(1); a.expect(b'{'); // .unwrap()"), 0);
        assert_eq!(bites(no_unwrapping, path, "#[cfg(test)]\nmod tests {\n  fn a() { b.unwrap(); }\n}\n"), 0);
        assert_eq!(bites(no_unwrapping, "crates/server/tests/it/main.rs", "a.unwrap();"), 0);
        assert_eq!(bites(no_unwrapping, "crates/server/src/main.rs", "a.unwrap();"), 0);
    }

    #[test]
    fn leftovers_are_found() {
        let rust = "crates/desk/src/contact/tests.rs";
        assert_eq!(
            bites(no_leftovers, rust, "fn a() { todo!() }\n#[ignore = \"slow\"]\nfn b() { unimplemented!() }"),
            3
        );
        assert_eq!(bites(no_leftovers, rust, "// todo!\nlet a = \"#[ignore]\";"), 0);
        let spec = "e2e/chat.spec.ts";
        assert_eq!(bites(no_leftovers, spec, "test.only('a');\ntest.skip('b');\nawait page.waitForTimeout(9);"), 3);
        assert_eq!(bites(no_leftovers, spec, "test('only this', async () => {});"), 0);
    }

    #[test]
    fn markup_from_text_is_found() {
        assert_eq!(bites(no_raw_html, "web/widget/src/app.tsx", "<p dangerouslySetInnerHTML={a} />"), 1);
        assert_eq!(bites(no_raw_html, "web/widget/src/app.tsx", "node.innerHTML = a"), 1);
        assert_eq!(bites(no_raw_html, "web/widget/src/app.tsx", "node.textContent = a"), 0);
    }

    #[test]
    fn a_machines_path_is_found() {
        assert_eq!(bites(no_machine_paths, "README.md", "see /home/ana/chatdesk"), 1);
        assert_eq!(bites(no_machine_paths, "scripts/test.sh", "cd \"/root/src\""), 1);
        assert_eq!(bites(no_machine_paths, "README.md", "https://example.com/home/page, web/work/x and $HOME/x"), 0);
    }
}
