//! Takes the secrets out of a URL so that it can be shown. When in doubt it hides too much.

const STARS: &str = "***";
const SECRET_PARAMETERS: [&str; 5] = ["pass", "secret", "token", "key", "credential"];

/// The URL with passwords, lone tokens before an `@`, and secret query parameters replaced by `***`.
pub(super) fn url(text: &str) -> String {
    let (head, query) = match text.split_once('?') {
        Some((head, query)) => (head, Some(query)),
        None => (text, None),
    };
    // A password may itself hold `?` or `@`: an `@` after the `?` means the split above cut one in two.
    if query.is_some_and(|query| query.contains('@')) {
        return user_info(text);
    }
    let mut shown = user_info(head);
    if let Some(query) = query {
        let shown_query: Vec<String> = query.split('&').map(parameter).collect();
        shown.push('?');
        shown.push_str(&shown_query.join("&"));
    }
    shown
}

fn user_info(text: &str) -> String {
    let Some(start) = text.find("://").map(|at| at + 3) else {
        return text.to_owned();
    };
    let Some(end) = text.rfind('@').filter(|end| *end >= start) else {
        return text.to_owned();
    };
    let user = text[start..end].split_once(':').map_or("", |(user, _)| user);
    let colon = if user.is_empty() { "" } else { ":" };
    format!("{}{user}{colon}{STARS}{}", &text[..start], &text[end..])
}

fn parameter(pair: &str) -> String {
    let Some((name, _)) = pair.split_once('=') else {
        return pair.to_owned();
    };
    let lower = name.to_ascii_lowercase();
    if SECRET_PARAMETERS.iter().any(|word| lower.contains(word)) { format!("{name}={STARS}") } else { pair.to_owned() }
}
