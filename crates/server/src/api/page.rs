//! The widget's pages: the launcher with an inbox's look baked in, the chat in its frame or as a page, and a page to try
//! the snippet on. Their files are built elsewhere; here they are only found and filled in.

use std::io::Write as _;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use desk::inbox::{self, Inbox};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, ORIGIN, REFERER, VARY};
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::json;

use super::App;
use crate::asset::{self, Site};
use crate::header::Page;
use crate::problem::{Path, Problem, Query};

#[derive(Deserialize)]
pub struct KeyQuery {
    key: String,
    /// The language of the launcher's words, BCP 47.
    lang: Option<String>,
    /// Anything more (a cache breaker, `preview=1`) is the page's own business.
    #[serde(flatten)]
    _rest: std::collections::HashMap<String, String>,
}

async fn inbox(app: &App, key: &str) -> Result<Inbox, Problem> {
    let key = key.to_owned();
    Ok(app.desk.read(move |tx, _| inbox::by_key(tx, &key)).await?)
}

fn answer(media_type: &'static str, caching: &'static str, page: Page, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    response.extensions_mut().insert(page);
    response
}

/// Where the launcher is filled in.
const LOOK: &str = "\"__CHATDESK_LOOK__\"";

/// The launcher of one inbox. Loading it shows that the snippet is on a site; a site that may not show the chat gets none.
pub async fn launcher(
    State(app): State<App>,
    headers: HeaderMap,
    Query(query): Query<KeyQuery>,
) -> Result<Response, Problem> {
    let inbox = inbox(&app, &query.key).await?;
    let script = asset::text(Site::Widget, "launcher.js").ok_or_else(Problem::not_found)?;
    let site = site_of(&headers);
    let is_ours = site.as_deref().is_some_and(|site| app.process.public_url.authority().eq_ignore_ascii_case(site));
    if site.as_deref().is_some_and(|site| !is_ours && !inbox.allows(site)) {
        return Err(Problem::not_found());
    }
    note_site(&app, &query.key, site);
    let filled = json!({ "key": inbox.key, "name": inbox.name, "look": inbox.look, "hide_on": inbox.widget.hide_on,
        "greetings": inbox.widget.greetings, "labels": labels(&inbox), "words": words(query.lang.as_deref()) });
    let script = script.replacen(LOOK, &filled.to_string(), 1);
    let tag = format!("\"{}\"", &desk::token::hash(&script)[..22]);
    let mut response = answer("text/javascript; charset=utf-8", FRESH, Page::Public, Body::empty());
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding, origin"));
    response.headers_mut().insert(ETAG, HeaderValue::try_from(&tag).map_err(Problem::internal)?);
    if headers.get(IF_NONE_MATCH).is_some_and(|held| held.as_bytes() == tag.as_bytes()) {
        *response.status_mut() = http::StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    *response.body_mut() = if asset::accepts_gzip(&headers) {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        Body::from(gzip(script.as_bytes())?)
    } else {
        Body::from(script)
    };
    Ok(response)
}

/// How long a browser may use a launcher unasked: a change must be seen within five seconds.
const FRESH: &str = "public, max-age=3";

/// The launcher's own words, in a language or, where there are none in it, in English.
fn words(language: Option<&str>) -> serde_json::Value {
    let text = asset::text(Site::Widget, "launcher-words.json").unwrap_or_default();
    let mut all: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap_or_default();
    let wanted = language.unwrap_or_default().split('-').next().unwrap_or_default().to_ascii_lowercase();
    all.remove(&wanted).or_else(|| all.remove("en")).unwrap_or_default()
}

/// What the launcher is called in other languages.
fn labels(inbox: &Inbox) -> serde_json::Map<String, serde_json::Value> {
    let named = inbox.widget.languages.iter().filter(|(_, texts)| !texts.label.is_empty());
    named.map(|(language, texts)| (language.clone(), texts.label.clone().into())).collect()
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::new(8));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(Problem::internal)
}

/// The site that asks, by its host and port.
fn site_of(headers: &HeaderMap) -> Option<String> {
    let from = [ORIGIN, REFERER].into_iter().find_map(|name| headers.get(name)?.to_str().ok()?.split_once("://"));
    let host = from?.1.split(['/', '?', '#']).next().unwrap_or_default();
    let sound =
        !host.is_empty() && host.len() <= 253 && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    sound.then(|| host.to_ascii_lowercase())
}

/// Writes down that a site has the snippet. What it costs is bounded: one write per inbox and minute.
fn note_site(app: &App, key: &str, site: Option<String>) {
    let Some(host) = site else { return };
    let (desk, key) = (app.desk.clone(), key.to_owned());
    tokio::spawn(async move {
        let noted = desk.write("inbox", move |tx, cx| inbox::seen(tx, cx, &key, &host)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "could not note that a site loaded the widget");
        }
    });
}

fn file(name: &str, page: Page, headers: &HeaderMap) -> Result<Response, Problem> {
    asset::respond(Site::Widget, name, page, headers).ok_or_else(Problem::not_found)
}

/// The chat inside a site's page.
pub async fn frame(
    State(app): State<App>,
    headers: HeaderMap,
    Query(query): Query<KeyQuery>,
) -> Result<Response, Problem> {
    let ancestors = inbox(&app, &query.key).await?.domains;
    file("frame.html", Page::Widget { ancestors }, &headers)
}

/// The widget on an empty page, for the dashboard to try a look on. It knows no inbox and asks the server for nothing.
pub async fn preview(headers: HeaderMap) -> Result<Response, Problem> {
    file("preview.html", Page::Preview, &headers)
}

/// The chat of that page.
pub async fn preview_frame(headers: HeaderMap) -> Result<Response, Problem> {
    file("frame.html", Page::Preview, &headers)
}

/// The chat as a page of its own.
pub async fn chat(State(app): State<App>, headers: HeaderMap, Path(key): Path<String>) -> Result<Response, Problem> {
    inbox(&app, &key).await?;
    file("frame.html", Page::Hosted, &headers)
}

/// A page with the snippet, as a customer's site would have it.
pub async fn test(State(app): State<App>, Path(key): Path<String>, request: Request) -> Result<Response, Problem> {
    let inbox = inbox(&app, &key).await?;
    let host = request.headers().get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let mut own = HeaderMap::new();
    own.extend(HeaderValue::from_str(&format!("http://{host}")).ok().map(|value| (ORIGIN, value)));
    note_site(&app, &key, site_of(&own));
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Test page</title>\n\
         <link rel=\"stylesheet\" href=\"/widget/test.css\">\n<script async src=\"/w.js\" data-key=\"{}\"></script>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n\
         <p>This page stands for your website. Open the chat in the corner and say hello: it arrives in your inbox.</p>\n\
         </main>\n</body>\n</html>\n",
        escape(&inbox.key),
        escape(&inbox.name),
    );
    Ok(answer("text/html; charset=utf-8", "no-cache", Page::Hosted, html))
}

/// Browsers ask for this by themselves on pages that name no icon; an empty answer keeps their console clean.
pub async fn favicon() -> Response {
    let mut response = answer("image/x-icon", "public, max-age=86400", Page::Asset, Body::empty());
    *response.status_mut() = http::StatusCode::NO_CONTENT;
    response
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, character| {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
        safe
    })
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_name_cannot_leave_its_place() {
        assert_eq!(escape("<script>\"'&é"), "&lt;script&gt;&quot;&#39;&amp;é");
    }
}
