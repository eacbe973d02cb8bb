//! Rule 1: models are pure, SQL stands in stores, and a store belongs to its feature. Nothing here knows a feature's name.

use super::source::{File, Rust, is_word, words};

const DESK: &str = "crates/desk/src/";

fn desk_files(files: &[File]) -> impl Iterator<Item = (&File, Rust)> {
    files.iter().filter(|file| file.is_rust() && file.path.starts_with(DESK)).map(|file| (file, Rust::read(file)))
}

/// `model.rs` mentions no transaction, nothing asynchronous and reads no clock.
pub fn models_are_pure(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for (file, rust) in desk_files(files).filter(|(file, _)| file.name() == "model.rs") {
        for (number, line) in rust.lines().filter(|(number, _)| !rust.is_test(*number)) {
            for word in ["Tx", "async", "await"] {
                if words(line, word).next().is_some() {
                    found.push(format!("{}:{number}: a model is pure: no `{word}`", file.path));
                }
            }
            if words(line, "now").any(|at| line[at + 3..].trim_start().starts_with('(')) {
                found.push(format!("{}:{number}: a model is told the time: no `now(`", file.path));
            }
        }
    }
    found
}

/// SQL text stands only in a feature's `store.rs` and under `search/`; the server has none at all.
pub fn sql_in_stores(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    let watched = |file: &&File| {
        file.is_rust() && [DESK, "crates/server/src/"].iter().any(|folder| file.path.starts_with(folder))
    };
    for file in files.iter().filter(watched) {
        let is_store = file.path.starts_with(DESK) && (file.name() == "store.rs" || file.path.contains("/search/"));
        if is_store {
            continue;
        }
        let rust = Rust::read(file);
        for (number, line) in rust.lines().filter(|(number, _)| !rust.is_test(*number)) {
            if words(line, "sql").any(|at| line[at + 3..].trim_start().starts_with('(')) {
                found.push(format!("{}:{number}: SQL belongs into a feature's store.rs", file.path));
            }
        }
    }
    found
}

/// Nobody names the store of another feature, and no feature offers its own.
pub fn stores_are_private(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for (file, rust) in desk_files(files) {
        let feature = file.path[DESK.len()..].split('/').next().unwrap_or("");
        for (number, line) in rust.lines() {
            for at in words(line, "store") {
                let before = line[..at].trim_end();
                let offered = before.ends_with("mod") && before.trim_start().starts_with("pub");
                if offered {
                    found.push(format!("{}:{number}: a store is private: `mod store;`", file.path));
                }
                if let Some(owner) = path_before(before).filter(|owner| !matches!(*owner, "self" | "super" | "crate"))
                    && owner != feature
                {
                    found.push(format!("{}:{number}: call a verb of `{owner}`, not its store", file.path));
                }
            }
        }
    }
    found
}

/// The word before a `::` at the end of the text.
fn path_before(text: &str) -> Option<&str> {
    let path = text.strip_suffix("::")?;
    let start = path.rfind(|c| !is_word(c)).map_or(0, |at| at + 1);
    Some(&path[start..]).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod planted {
    use super::*;

    fn bites(rule: fn(&[File]) -> Vec<String>, path: &str, text: &str) -> usize {
        rule(&File::planted(path, text)).len()
    }

    #[test]
    fn an_impure_model_is_found() {
        let path = "crates/desk/src/conversation/model.rs";
        assert_eq!(bites(models_are_pure, path, "fn a(tx: &mut Tx) {}"), 1);
        assert_eq!(bites(models_are_pure, path, "async fn a() { b.await }"), 2);
        assert_eq!(bites(models_are_pure, path, "let at = cx.now();"), 1);
        assert_eq!(bites(models_are_pure, path, "// now() and Tx are fine here\nfn a(now: Time) -> Text {}"), 0);
        assert_eq!(bites(models_are_pure, "crates/desk/src/conversation/mod.rs", "fn a(tx: &mut Tx) {}"), 0);
    }

    #[test]
    fn sql_outside_a_store_is_found() {
        let text = "fn a(tx: &mut Tx) { sql(\"SELECT 1\").run(tx) }";
        assert_eq!(bites(sql_in_stores, "crates/desk/src/conversation/mod.rs", text), 1);
        assert_eq!(bites(sql_in_stores, "crates/server/src/api/conversation.rs", text), 1);
        assert_eq!(bites(sql_in_stores, "crates/server/src/store.rs", text), 1);
        assert_eq!(bites(sql_in_stores, "crates/desk/src/conversation/store.rs", text), 0);
        assert_eq!(bites(sql_in_stores, "crates/desk/src/search/sqlite.rs", text), 0);
        assert_eq!(bites(sql_in_stores, "crates/desk/src/conversation/tests.rs", text), 0);
        assert_eq!(bites(sql_in_stores, "crates/desk/src/job/mod.rs", "use db::sql; // sql(\"x\")"), 0);
    }

    #[test]
    fn a_foreign_store_is_found() {
        let path = "crates/desk/src/draft/mod.rs";
        assert_eq!(bites(stores_are_private, path, "use crate::conversation::store;"), 1);
        assert_eq!(bites(stores_are_private, path, "let a = contact::store::get(tx, id)?;"), 1);
        assert_eq!(bites(stores_are_private, path, "pub(crate) mod store;"), 1);
        assert_eq!(bites(stores_are_private, path, "mod store;\nuse super::store;\nlet a = draft::store::get(tx);"), 0);
        assert_eq!(bites(stores_are_private, path, "let store = store::get(tx)?; self.store = store;"), 0);
    }
}
