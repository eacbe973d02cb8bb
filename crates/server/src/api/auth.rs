//! Who is asking: the one way in for agents (session cookie) and for customers (visitor token or the widget's cookie).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use desk::token::{self, Visitor};
use desk::{Actor, AgentActor, ContactActor, Rejection};
use http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::App;
use crate::config::PublicUrl;
use crate::header::{is_loopback, is_own_origin};
use crate::problem::Problem;
use crate::request_id::Call;

/// The agents' cookie; with the `__Host-` prefix and `Secure` when the public URL is https.
pub const SESSION_COOKIE: &str = "session";
/// The widget's cookie. Browsers take it with `Secure` on a loopback address too, so only its name depends on the URL.
const VISITOR_COOKIE: &str = "s";
/// Set by the widget's own pages: with the cookie it proves that no other site sent the request.
pub const WIDGET: HeaderName = HeaderName::from_static("x-chatdesk-widget");

fn cookie_name(url: &PublicUrl, name: &str) -> String {
    if url.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
}

/// The cookie that keeps an agent signed in, for `seconds`; 0 takes it away.
pub fn session_cookie(url: &PublicUrl, token: &str, seconds: i64) -> Result<HeaderValue, Problem> {
    let secure = if url.is_https() { "; Secure" } else { "" };
    let name = cookie_name(url, SESSION_COOKIE);
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).map_err(Problem::internal)
}

/// The cookie that keeps a visitor's chat, apart for every site that embeds the widget.
pub fn visitor_cookie(url: &PublicUrl, token: &str) -> Result<HeaderValue, Problem> {
    visitor_cookie_for(url, token, token::VISITOR_LIFE / 1000)
}

/// Takes that cookie away.
pub fn visitor_end(url: &PublicUrl) -> Result<HeaderValue, Problem> {
    visitor_cookie_for(url, "", 0)
}

fn visitor_cookie_for(url: &PublicUrl, token: &str, seconds: i64) -> Result<HeaderValue, Problem> {
    let name = cookie_name(url, VISITOR_COOKIE);
    let attributes = if url.is_https() || is_loopback(url.host()) {
        "; Secure; SameSite=None; Partitioned"
    } else {
        "; SameSite=Lax"
    };
    let text = format!("{name}={token}; Path=/; HttpOnly; Max-Age={seconds}{attributes}");
    HeaderValue::from_str(&text).map_err(Problem::internal)
}

/// 403: a page of another site sent this.
pub fn foreign_origin() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "This came from another site.")
        .detail("Nothing was changed. Browsers must send it from the desk's own pages; programs send the desk's address as Origin.")
}

/// For calls without a session: refuses what a browser says is from another site.
pub fn refuse_foreign(app: &App, parts: &Parts) -> Result<(), Problem> {
    let cross = parts.headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    let foreign = parts.headers.contains_key(ORIGIN) && !is_own_origin(&app.process.public_url, parts);
    if cross || foreign { Err(foreign_origin()) } else { Ok(()) }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A signed-in agent. Unsafe methods need the desk's own origin.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Arc<AgentActor>, base::Secret<String>);

impl SignedIn {
    pub fn actor(&self) -> Actor {
        Actor::Agent((*self.0).clone())
    }

    /// The session's token, for a socket that must look again whether the session still stands.
    pub fn token(&self) -> &base::Secret<String> {
        &self.1
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let url = &app.process.public_url;
        let token = cookie(&parts.headers, &cookie_name(url, SESSION_COOKIE)).ok_or(Rejection::Unauthenticated)?;
        let agent = app.desk.agent(token).await?.ok_or(Rejection::Unauthenticated)?;
        if !is_safe(&parts.method) && !is_own_origin(url, parts) {
            return Err(foreign_origin());
        }
        if let Some(call) = parts.extensions.get::<Call>() {
            call.set_principal(agent.id.to_string());
        }
        let token = base::Secret::new(token.to_owned());
        Ok(Self(agent, token))
    }
}

/// Somebody with a visitor's token of ours, met or not.
#[derive(Clone, Debug)]
pub struct FromVisitor {
    pub visitor: Visitor,
    /// The token itself, to be handed on as a cookie.
    pub token: base::Secret<String>,
    pub by_cookie: bool,
    /// The widget's own pages sent it.
    pub by_widget: bool,
}

impl FromVisitor {
    /// Reads the token from `Authorization`, or from the cookie when `own_pages` says that our pages sent the request.
    pub fn find(app: &App, headers: &HeaderMap, own_pages: bool) -> Option<Self> {
        let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim);
        let by_widget = headers.get(WIDGET).is_some_and(|value| value == "1");
        let (token, by_cookie) = match bearer {
            Some(token) => (token, false),
            None if own_pages => (cookie(headers, &cookie_name(&app.process.public_url, VISITOR_COOKIE))?, true),
            None => return None,
        };
        let visitor = token::read_visitor(&app.desk.cx().deployment.visitor_key, token)?;
        Some(Self { visitor, token: base::Secret::new(token.to_owned()), by_cookie, by_widget })
    }

    /// The contact behind the token; 404 before their first message, as for everything that is not theirs.
    pub async fn contact(&self, app: &App) -> Result<Arc<ContactActor>, Problem> {
        Ok(app.desk.contact(&self.visitor).await?.ok_or(Rejection::NotFound)?)
    }
}

/// Whether the widget's cookie is there, good or not.
pub fn has_visitor_cookie(app: &App, headers: &HeaderMap) -> bool {
    cookie(headers, &cookie_name(&app.process.public_url, VISITOR_COOKIE)).is_some()
}

/// Whether our own pages sent a request that carries the widget's cookie: its header, which no other site can add without
/// our leave, and for unsafe methods our origin.
pub fn from_own_pages(app: &App, parts: &Parts) -> bool {
    let marked = parts.headers.get(WIDGET).is_some_and(|value| value == "1");
    marked && (is_safe(&parts.method) || is_own_origin(&app.process.public_url, parts))
}

impl FromRequestParts<App> for FromVisitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let own_pages = from_own_pages(app, parts);
        Self::find(app, &parts.headers, own_pages).ok_or_else(no_token)
    }
}

/// 401 for a customer.
pub fn no_token() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "This chat needs its token.")
        .detail("Nothing was changed. Open the chat again to get a token.")
}
