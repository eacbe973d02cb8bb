//! Rule 2, the measurable part, and rule 5's first line: lengths of files and functions, and each module's introduction.

use super::source::{File, Rust};

const LONGEST_FILE: usize = 600;
const LONGEST_FUNCTION: usize = 60;
/// What a comment above a longer function starts with, followed by the reason.
const EXCUSE: &str = "// long: ";

/// No source file over 600 lines.
pub fn files_are_short(files: &[File]) -> Vec<String> {
    let is_source = |file: &&File| file.is_rust() || file.is_typescript();
    let too_long = |file: &File| {
        let lines = file.text.lines().count();
        (lines > LONGEST_FILE).then(|| format!("{}:{lines}: over {LONGEST_FILE} lines: cut it in two", file.path))
    };
    files.iter().filter(is_source).filter_map(too_long).collect()
}

/// No function over 60 lines without a reason above it.
pub fn functions_are_short(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let functions = match file {
            file if file.is_rust() => Rust::read(file).functions(),
            file if file.is_typescript() => typescript_functions(&file.text),
            _ => continue,
        };
        let lines: Vec<&str> = file.text.lines().collect();
        for (name, first, last) in functions {
            let length = last + 1 - first;
            if length > LONGEST_FUNCTION && !is_excused(&lines, first) {
                found.push(format!("{}:{first}: `{name}` has {length} lines: cut it, or say `{EXCUSE}why`", file.path));
            }
        }
    }
    found
}

/// Whether the comments and attributes directly above the line (from 1) hold an excuse with a reason.
fn is_excused(lines: &[&str], first: usize) -> bool {
    let above = lines[..first - 1].iter().rev().map(|line| line.trim());
    let mut attached =
        above.take_while(|line| ["//", "#[", "@", "*", "/*"].iter().any(|start| line.starts_with(start)));
    attached.any(|line| line.strip_prefix(EXCUSE).is_some_and(|reason| reason.trim().len() > 8))
}

/// Named functions of formatted TypeScript: from `function x(` or `const x = (…) => {` to the brace that closes at the same
/// depth. Callbacks, such as those of `describe`, are not counted.
fn typescript_functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line.trim_start()) else { continue };
        let indent = line.len() - line.trim_start().len();
        let at_same_depth = |other: &str| other.len() > indent && other.trim_start().len() == other.len() - indent;
        // A signature over several lines closes with `) {`, `}: Props) {` or `) => {`.
        let opens_here = line.ends_with('{') && !line.ends_with("({");
        let signature =
            if opens_here { Some(0) } else { lines[index + 1..].iter().position(|o| at_same_depth(o)).map(|n| n + 1) };
        let Some(body) = signature.map(|lines_on| index + lines_on).filter(|at| lines[*at].ends_with('{')) else {
            continue;
        };
        let closes = |other: &&str| at_same_depth(other) && matches!(other.trim(), "}" | "};");
        if let Some(end) = lines[body + 1..].iter().position(closes) {
            found.push((name, index + 1, body + end + 2));
        }
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let mut line = line;
    for word in ["export ", "default ", "async "] {
        line = line.strip_prefix(word).unwrap_or(line);
    }
    let is_name = |c: &char| c.is_alphanumeric() || *c == '_' || *c == '$';
    if let Some(rest) = line.strip_prefix("function ").or_else(|| line.strip_prefix("function* ")) {
        return Some(rest.chars().take_while(is_name).collect());
    }
    let rest = line.strip_prefix("const ")?;
    let value = rest.split_once(" = ")?.1.trim_start_matches("async ");
    let opens = ["=> {", "({", "("].iter().any(|end| value.ends_with(end));
    (value.starts_with('(') && opens).then(|| rest.chars().take_while(is_name).collect())
}

/// Every Rust module starts with what lives here and what must not.
pub fn modules_are_introduced(files: &[File]) -> Vec<String> {
    let is_module = |file: &&File| file.is_rust() && file.path.starts_with("crates/");
    let missing = |file: &File| {
        let first = file.text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
        let introduced = first.strip_prefix("//!").is_some_and(|words| words.trim().len() > 10);
        (!introduced)
            .then(|| format!("{}:1: start with one `//!` paragraph: what lives here and what must not", file.path))
    };
    files.iter().filter(is_module).filter_map(missing).collect()
}

#[cfg(test)]
mod planted {
    use super::*;

    fn bites(rule: fn(&[File]) -> Vec<String>, path: &str, text: &str) -> usize {
        rule(&File::planted(path, text)).len()
    }

    fn rust_function(lines: usize) -> String {
        format!("fn a() {{\n{}}}\n", "    b();\n".repeat(lines - 2))
    }

    #[test]
    fn a_long_file_is_found() {
        assert_eq!(bites(files_are_short, "web/widget/src/app.tsx", &"a\n".repeat(601)), 1);
        assert_eq!(bites(files_are_short, "crates/db/src/tx.rs", &"a\n".repeat(600)), 0);
        assert_eq!(bites(files_are_short, "docs/api-design.md", &"a\n".repeat(900)), 0);
    }

    #[test]
    fn a_long_function_needs_a_reason() {
        let path = "crates/db/src/tx.rs";
        assert_eq!(bites(functions_are_short, path, &rust_function(60)), 0);
        assert_eq!(bites(functions_are_short, path, &rust_function(61)), 1);
        let excused = format!("// long: one arm for each frame of the protocol\n#[inline]\n{}", rust_function(61));
        assert_eq!(bites(functions_are_short, path, &excused), 0);
        assert_eq!(bites(functions_are_short, path, &format!("// long: \n{}", rust_function(61))), 1);
        let detached = format!("// long: one arm for each frame of the protocol\n\n{}", rust_function(61));
        assert_eq!(bites(functions_are_short, path, &detached), 1);
    }

    #[test]
    fn a_long_function_of_the_front_end_is_found() {
        let path = "web/widget/src/app.tsx";
        let body = "  b();\n".repeat(59);
        assert_eq!(bites(functions_are_short, path, &format!("export function App() {{\n{body}}}\n")), 1);
        assert_eq!(bites(functions_are_short, path, &format!("const App = (a: B) => {{\n{body}}};\n")), 1);
        assert_eq!(
            bites(functions_are_short, path, &format!("export function App({{\n  a,\n}}: P) {{\n{body}}}\n")),
            1
        );
        assert_eq!(
            bites(functions_are_short, path, &format!("  const App = (\n    a: B,\n  ) => {{\n{body}  }};\n")),
            1
        );
        assert_eq!(bites(functions_are_short, path, &format!("const a = (\n  b\n);\n{body}}}\n")), 0);
        assert_eq!(bites(functions_are_short, path, &format!("describe('a', () => {{\n{body}}});\n")), 0);
        assert_eq!(bites(functions_are_short, path, "function a() {\n  b();\n}\n"), 0);
    }

    #[test]
    fn a_silent_module_is_found() {
        assert_eq!(bites(modules_are_introduced, "crates/db/src/tx.rs", "use std::fs;\n"), 1);
        assert_eq!(bites(modules_are_introduced, "crates/db/src/tx.rs", "//! x\nuse std::fs;\n"), 1);
        assert_eq!(bites(modules_are_introduced, "crates/db/src/tx.rs", "//! What a transaction may do.\n"), 0);
    }
}
