//! The table of errors in docs/errors.md against the source: every code with its status, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use desk::Rejection;
use desk::error::Who;
use server::problem::Problem;

/// Code → statuses, as the page's table says: `| code | status | meaning | what to do |`.
fn documented() -> BTreeMap<String, BTreeSet<u16>> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md")).unwrap();
    let mut found = BTreeMap::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 4, "four columns: {row}");
        assert!(cells[2].len() > 10 && cells[3].len() > 10, "say what it means and what to do: {row}");
        let statuses = cells[1].split(", ").map(|status| status.parse().unwrap()).collect();
        assert!(found.insert(cells[0].trim_matches('`').to_owned(), statuses).is_none(), "twice in the table: {row}");
    }
    found
}

/// Every rejection of the domain. The compiler asks for a new one here by `code`, and the page by the test.
fn rejections() -> Vec<Rejection> {
    let who = Who { id: "agent_x".to_owned(), name: "Maya".to_owned() };
    vec![
        Rejection::NotFound,
        Rejection::Forbidden,
        Rejection::Unauthenticated,
        Rejection::AlreadyClaimed { owner: who.clone() },
        Rejection::NotOwner { owner: Some(who.clone()), epoch: 1 },
        Rejection::StaleEpoch { owner: None, epoch: 1 },
        Rejection::Resolved { epoch: 1 },
        Rejection::NotOffered,
        Rejection::OfferOver,
        Rejection::AskedAlready { agent: who },
        Rejection::AskOver,
        Rejection::TargetNotAvailable { name: "Maya".to_owned(), status: None },
        Rejection::RoleInUse { holders: 2 },
        Rejection::ResetNotFound,
        Rejection::ClientIdReused,
        Rejection::invalid("name", "Write a name."),
        Rejection::SignInFailed,
        Rejection::BadSetupCode,
        Rejection::AlreadySetUp,
        Rejection::InviteNotFound,
        Rejection::EmailTaken,
        Rejection::LastAdministrator,
        Rejection::AgentInactive,
        Rejection::FileTooLarge { limit: 1 },
        Rejection::WrongOffset { offset: 1 },
        Rejection::FileUsed,
        Rejection::FileInfected,
        Rejection::PictureTooLarge,
        Rejection::TooManyFiles,
        Rejection::MailOff,
        Rejection::MailLimit { retry_after: 1 },
        Rejection::NothingToSend,
    ]
}

/// The codes of problems made in the server's own source, by the text of it: `Problem::new(StatusCode::…, "code"`.
fn made_by_the_server() -> BTreeMap<String, BTreeSet<u16>> {
    let mut found: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
                read(&std::fs::read_to_string(&path).unwrap(), &mut found);
            }
        }
    }
    found
}

fn read(source: &str, found: &mut BTreeMap<String, BTreeSet<u16>>) {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    for call in ["Problem::new(", "Self::new(", "Problem::invalid("] {
        for arguments in source.split(call).skip(1) {
            let (first, rest) = first_argument(arguments);
            let (text, statuses) =
                if call.ends_with("invalid(") { (first, vec![422]) } else { (rest, statuses_of(first)) };
            let code = text.trim_start().strip_prefix('"').and_then(|text| text.split('"').next());
            if let Some(code) = code.filter(|code| is_code(code)) {
                found.entry(code.to_owned()).or_default().extend(statuses);
            }
        }
    }
}

/// The first argument of a call, and what stands behind its comma.
fn first_argument(arguments: &str) -> (&str, &str) {
    let mut depth = 0;
    for (at, character) in arguments.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => return (&arguments[..at], ""),
            ')' => depth -= 1,
            ',' if depth == 0 => return (&arguments[..at], &arguments[at + 1..]),
            _ => {}
        }
    }
    (arguments, "")
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// What a first argument stands for: a constant by its name, or the status that a match arm was entered with.
fn statuses_of(argument: &str) -> Vec<u16> {
    let Some((_, name)) = argument.split_once("StatusCode::") else {
        return Vec::new();
    };
    let name: String = name.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
    let all = (400..600).filter_map(|status| http::StatusCode::from_u16(status).ok());
    let named = all.filter(|status| status.canonical_reason().is_some_and(|reason| screaming(reason) == name));
    named.map(|status| status.as_u16()).collect()
}

fn screaming(reason: &str) -> String {
    reason.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

#[test]
fn the_table_of_errors_is_the_one_in_the_source() {
    let mut made = made_by_the_server();
    assert!(made.len() > 10, "the source is not read: {made:?}");
    for rejection in rejections() {
        let problem = Problem::from(rejection.clone());
        assert_eq!(problem.code(), rejection.code());
        made.entry(problem.code().to_owned()).or_default().insert(problem.status().as_u16());
    }
    for status in [400, 404, 405, 408, 413, 500, 503] {
        let problem = Problem::of_status(http::StatusCode::from_u16(status).unwrap());
        made.entry(problem.code().to_owned()).or_default().insert(status);
    }
    let page = documented();
    for (code, statuses) in &made {
        assert_eq!(page.get(code), Some(statuses), "docs/errors.md, `{code}`");
    }
    for code in page.keys() {
        assert!(made.contains_key(code), "docs/errors.md: nothing answers `{code}`");
    }
}

#[test]
fn every_rejection_of_the_domain_is_looked_at() {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../desk/src/error.rs")).unwrap();
    let body = source.split("pub const fn code").nth(1).unwrap();
    let codes: BTreeSet<&str> = body.split('"').skip(1).step_by(2).filter(|code| is_code(code)).collect();
    let looked_at: BTreeSet<&str> = rejections().iter().map(Rejection::code).collect();
    assert_eq!(codes, looked_at);
    for rejection in rejections() {
        assert!(rejection.to_string().ends_with('.'), "{rejection}");
    }
}
