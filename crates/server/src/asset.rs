//! The web pages inside the binary: the dashboard, the widget and their files, in the encoding the browser prefers.
//! What a page shows is not decided here.

use std::borrow::Cow;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::header::Page;
use crate::problem::Problem;
use crate::request_id::Call;

#[derive(RustEmbed)]
#[folder = "../../web/dashboard/dist"]
struct Dashboard;

#[derive(RustEmbed)]
#[folder = "../../web/widget/dist"]
struct Widget;

/// Which of the two front ends a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    Dashboard,
    Widget,
}

impl Site {
    fn get(self, path: &str) -> Option<EmbeddedFile> {
        match self {
            Self::Dashboard => Dashboard::get(path),
            Self::Widget => Widget::get(path),
        }
    }
}

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "no-cache";
const SHORT: &str = "public, max-age=300";

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Chatdesk</title>\n\
    <h1>The web pages are not in this build</h1>\n<p>The server works, but it was compiled without its pages. \
    Run <code>make build</code> and start it again.</p>\n</html>\n";

/// The text of an embedded file, for handlers that fill something in. `None` when this build does not have it.
pub fn text(site: Site, path: &str) -> Option<Cow<'static, str>> {
    match site.get(path)?.data {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    }
}

/// An embedded file as an answer: encoding, `ETag`, 304 and caching included. `None` when there is no such file.
pub fn respond(site: Site, path: &str, page: Page, request: &HeaderMap) -> Option<Response> {
    // The compressed twins are variants of their file, not files of their own.
    if path.ends_with(".br") || path.ends_with(".gz") {
        return None;
    }
    let plain = site.get(path)?;
    let accepted = request.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let variants = [("br", "br"), ("gzip", "gz")];
    let twin = variants
        .into_iter()
        .filter(|(name, _)| accepts(accepted, name))
        .find_map(|(name, suffix)| site.get(&format!("{path}.{suffix}")).map(|file| (name, file)));
    let (encoding, file) = twin.map_or((None, plain), |(name, file)| (Some(name), file));
    let tag = etag(&file, encoding);
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching(path)));
    let unchanged = request.get_all(IF_NONE_MATCH).iter().any(|value| matches(value, &tag));
    headers.insert(ETAG, tag);
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        *response.body_mut() = Body::from(match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        });
    }
    response.extensions_mut().insert(page);
    Some(response)
}

/// Whether whoever asks can read gzip.
pub fn accepts_gzip(request: &HeaderMap) -> bool {
    accepts(request.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or(""), "gzip")
}

/// Serves what no route matched: embedded files, and the dashboard's page for the addresses it draws itself.
pub(crate) async fn fallback(call: Call, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::not_found().into_response();
    }
    let found = find(uri.path(), &headers);
    if found.is_some() {
        call.set_route("asset");
    }
    found.unwrap_or_else(|| Problem::not_found().into_response())
}

fn find(path: &str, headers: &HeaderMap) -> Option<Response> {
    let path = path.strip_prefix('/')?;
    let first = path.split('/').next().unwrap_or("");
    match first {
        // The last two are the admin listener's; a page in their place would mislead.
        "api" | "hooks" | "metrics" | "healthz" => None,
        "w.js" => respond(Site::Widget, path, Page::Public, headers),
        "widget" => {
            let inside = path.strip_prefix("widget/").filter(|inside| !inside.ends_with(".html"))?;
            respond(Site::Widget, inside, Page::Public, headers)
        }
        _ => {
            let is_page = !path.rsplit('/').next().unwrap_or("").contains('.') && first != "assets";
            if is_page || path == "index.html" {
                return Some(dashboard(headers));
            }
            respond(Site::Dashboard, path, Page::Asset, headers)
        }
    }
}

/// The dashboard's one document.
pub fn dashboard(headers: &HeaderMap) -> Response {
    respond(Site::Dashboard, "index.html", Page::Dashboard, headers).unwrap_or_else(|| {
        let mut response = Response::new(Body::from(PLACEHOLDER));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type("index.html")));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(REVALIDATE));
        response.extensions_mut().insert(Page::Dashboard);
        response
    })
}

/// Files under `assets/` carry a hash of their content in their name.
fn caching(path: &str) -> &'static str {
    if path.starts_with("assets/") {
        IMMUTABLE
    } else if path.ends_with(".html") || path.ends_with("sw.js") {
        REVALIDATE
    } else {
        SHORT
    }
}

fn etag(file: &EmbeddedFile, encoding: Option<&str>) -> HeaderValue {
    let hash: String = file.metadata.sha256_hash()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("\"{hash}{}\"", encoding.map(|name| format!("-{name}")).unwrap_or_default());
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

fn matches(sent: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(sent), Ok(tag)) = (sent.to_str(), tag.to_str()) else { return false };
    sent.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = words.any(|word| word.strip_prefix("q=").is_some_and(|q| q.parse::<f32>() == Ok(0.0)));
        named && !refused
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "ts" => "text/plain; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(http::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn an_encoding_is_used_only_when_it_is_accepted() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("BR;q=0.5", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("brotli", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn a_tag_matches_itself_also_weak_and_in_a_list() {
        let tag = HeaderValue::from_static("\"abc-br\"");
        for sent in ["\"abc-br\"", "W/\"abc-br\"", "\"x\", \"abc-br\"", "*"] {
            assert!(matches(&sent.parse().unwrap(), &tag), "{sent}");
        }
        assert!(!matches(&"\"abc\"".parse().unwrap(), &tag));
    }

    #[test]
    fn a_page_the_browser_has_is_answered_with_304() {
        let Some(first) = respond(Site::Dashboard, "index.html", Page::Dashboard, &HeaderMap::new()) else {
            // Built without the pages: the placeholder stands in for every page.
            let page = dashboard(&HeaderMap::new());
            assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
            return;
        };
        assert_eq!(first.headers()[CACHE_CONTROL], REVALIDATE);
        let tag = first.headers()[ETAG].to_str().unwrap();
        let again = respond(Site::Dashboard, "index.html", Page::Dashboard, &headers(&[(IF_NONE_MATCH, tag)])).unwrap();
        assert_eq!(again.status(), 304);
        let packed = headers(&[(ACCEPT_ENCODING, "br, gzip")]);
        let packed = respond(Site::Dashboard, "index.html", Page::Dashboard, &packed).unwrap();
        if let Some(encoding) = packed.headers().get(CONTENT_ENCODING) {
            assert_eq!(encoding, "br");
            assert_ne!(packed.headers()[ETAG], first.headers()[ETAG]);
        }
    }

    #[test]
    fn the_dashboard_draws_its_own_addresses_and_nothing_else() {
        let status = |path: &str| find(path, &HeaderMap::new()).map(|response| response.status().as_u16());
        for page in ["/", "/inbox", "/inbox/conversation_01h", "/settings/people", "/sign-in", "/join"] {
            assert_eq!(status(page), Some(200), "{page}");
        }
        for missing in [
            "/metrics",
            "/api",
            "/api/v1/nothing",
            "/hooks/x",
            "/widget",
            "/widget/frame",
            "/assets/none-123.js",
            "/nothing.js",
            "/../Cargo.toml",
            "/index.html.br",
        ] {
            assert_eq!(status(missing), None, "{missing}");
        }
    }

    #[test]
    fn names_with_a_hash_are_kept_for_ever_and_documents_are_asked_for_again() {
        assert_eq!(caching("assets/index-1a2b.js"), IMMUTABLE);
        assert_eq!(caching("index.html"), REVALIDATE);
        assert_eq!(caching("w.js"), SHORT);
        assert_eq!(media_type("assets/a.woff2"), "font/woff2");
        assert_eq!(media_type("evil"), "application/octet-stream");
    }
}
