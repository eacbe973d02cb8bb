//! The house rules that a compiler cannot check (STYLE.md §3, rules 1 to 3), each with planted violations that prove it
//! bites. Reads text only: no file is compiled, changed or executed. Rule 4, the crate edges, is `scripts/edges.sh`.

mod catalogue;
mod layers;
mod shape;
mod source;
mod words;

use source::{File, read_tree};

/// Fails with one line per violation: `path:line: what is wrong`.
fn assert_clean(rule: fn(&[File]) -> Vec<String>) {
    let files = match read_tree() {
        Ok(files) => files,
        Err(error) => panic!("cannot read the tree: {error}"),
    };
    assert!(files.len() > 20, "only {} files found: this looks at the wrong folder", files.len());
    let violations = rule(&files);
    assert!(violations.is_empty(), "{} violations:\n{}\n", violations.len(), violations.join("\n"));
}

#[test]
fn models_are_pure() {
    assert_clean(layers::models_are_pure);
}

#[test]
fn sql_stands_in_stores_only() {
    assert_clean(layers::sql_in_stores);
}

#[test]
fn stores_are_private_to_their_feature() {
    assert_clean(layers::stores_are_private);
}

#[test]
fn files_are_short() {
    assert_clean(shape::files_are_short);
}

#[test]
fn long_functions_say_why() {
    assert_clean(shape::functions_are_short);
}

#[test]
fn modules_say_what_lives_in_them() {
    assert_clean(shape::modules_are_introduced);
}

#[test]
fn names_say_what_a_thing_is() {
    assert_clean(words::names_are_honest);
}

#[test]
fn nothing_unwraps_outside_tests_and_start_up() {
    assert_clean(words::no_unwrapping);
}

#[test]
fn nothing_is_left_undone_or_skipped() {
    assert_clean(words::no_leftovers);
}

#[test]
fn the_front_end_builds_no_html_from_text() {
    assert_clean(words::no_raw_html);
}

#[test]
fn no_text_names_a_machine() {
    assert_clean(words::no_machine_paths);
}

#[test]
fn event_kinds_are_documented_and_written() {
    assert_clean(catalogue::event_kinds_match);
}

#[test]
fn rejection_codes_are_documented_and_tested() {
    assert_clean(catalogue::rejection_codes_match);
}
