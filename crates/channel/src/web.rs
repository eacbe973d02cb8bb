//! The website widget's side of a message: the page it was written on, without what could name a person.

/// The longest page address that is kept, in bytes.
const MAX_PAGE: usize = 500;

/// `http(s)` address without credentials, query and fragment (they may carry personal data or tokens); anything else is none.
pub fn page(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host = host.rsplit('@').next()?;
    if host.is_empty() || rest.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return None;
    }
    let page = format!("{scheme}://{host}{path}");
    (page.len() <= MAX_PAGE).then_some(page)
}

/// A BCP 47 tag as far as its letters go (`pt-BR`); anything else is none.
pub fn locale(tag: &str) -> Option<String> {
    let fits = (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then(|| tag.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_neither_query_nor_fragment_nor_credentials() {
        assert_eq!(page("https://a:b@shop.example/cart?email=x#y").as_deref(), Some("https://shop.example/cart"));
        assert_eq!(page("http://shop.example").as_deref(), Some("http://shop.example"));
        for bad in ["javascript:alert(1)", "file:///etc/passwd", "https://", "https://a b/", "", "https:/x"] {
            assert_eq!(page(bad), None, "{bad}");
        }
        assert_eq!(page(&format!("https://a/{}", "x".repeat(600))), None);
    }

    #[test]
    fn a_locale_is_letters_digits_and_dashes() {
        assert_eq!(locale("pt-BR").as_deref(), Some("pt-BR"));
        assert_eq!(locale("<b>"), None);
        assert_eq!(locale("x"), None);
    }
}
