//! One request as the log, the metrics and error documents name it: its id, its route, who made it and from where.
//! Carries no body and no header.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, MatchedPath};
use base::{Clock, Rng};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::limit::ClientAddress;
use crate::problem::Problem;

/// Where the id travels, in both directions.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The request being served. Cheap to clone; an extractor for handlers.
#[derive(Clone, Debug)]
pub struct Call(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: Uuid,
    address: ClientAddress,
    route: OnceLock<Route>,
    principal: OnceLock<String>,
}

#[derive(Debug)]
enum Route {
    Matched(MatchedPath),
    Fixed(&'static str),
}

impl Call {
    /// Takes the id the caller sent if it is a UUID, else makes one.
    pub fn new(headers: &HeaderMap, address: ClientAddress, clock: &Clock, rng: &Rng) -> Self {
        let sent = headers.get(HEADER).and_then(|value| Uuid::try_parse_ascii(value.as_bytes()).ok());
        let id = sent.unwrap_or_else(|| rng.uuid_v7(clock.now()));
        Self(Arc::new(Inner { id, address, route: OnceLock::new(), principal: OnceLock::new() }))
    }

    pub fn id(&self) -> Uuid {
        self.0.id
    }

    pub fn address(&self) -> ClientAddress {
        self.0.address
    }

    pub(crate) fn header(&self) -> HeaderValue {
        let mut buffer = Uuid::encode_buffer();
        let text = self.0.id.hyphenated().encode_lower(&mut buffer);
        HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// The route's pattern (`/api/v1/conversations/{id}`), never the address itself.
    pub fn route(&self) -> &str {
        match self.0.route.get() {
            Some(Route::Matched(path)) => path.as_str(),
            Some(Route::Fixed(name)) => name,
            None => "other",
        }
    }

    pub(crate) fn set_matched(&self, path: MatchedPath) {
        let _first_wins = self.0.route.set(Route::Matched(path));
    }

    /// Names what served the request when no route did, such as `asset`.
    pub(crate) fn set_route(&self, name: &'static str) {
        let _first_wins = self.0.route.set(Route::Fixed(name));
    }

    /// The id of who makes the request, for the log; called once by authentication. Never a name or a token.
    pub fn set_principal(&self, id: impl Into<String>) {
        let _first_wins = self.0.principal.set(id.into());
    }

    pub fn principal(&self) -> &str {
        self.0.principal.get().map_or("", String::as_str)
    }
}

impl<S: Sync> FromRequestParts<S> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::internal("the request did not come by the edge"))
    }
}

/// Notes the matched route of a request on its [`Call`]; adds nothing to the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoteRoute;

impl<S> tower::Layer<S> for NoteRoute {
    type Service = NotingRoute<S>;

    fn layer(&self, inner: S) -> NotingRoute<S> {
        NotingRoute(inner)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct NotingRoute<S>(S);

impl<S> tower::Service<axum::extract::Request> for NotingRoute<S>
where
    S: tower::Service<axum::extract::Request, Error = Infallible>,
{
    type Response = S::Response;
    type Error = Infallible;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: axum::extract::Request) -> S::Future {
        let extensions = request.extensions();
        if let (Some(call), Some(path)) = (extensions.get::<Call>(), extensions.get::<MatchedPath>()) {
            call.set_matched(path.clone());
        }
        self.0.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(sent: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, sent.parse().unwrap());
        Call::new(&headers, ClientAddress::unknown(), &Clock::fixed(1_777_800_664_120), &Rng::default())
            .id()
            .to_string()
    }

    #[test]
    fn only_a_uuid_is_taken_over() {
        let sent = "018f3a5e-8a3b-7c11-8000-0123456789ab";
        assert_eq!(id_for(sent), sent);
        for refused in ["1", "", "018f3a5e-8a3b-7c11-8000-0123456789ab evil", "{\"a\":1}"] {
            let made = id_for(refused);
            assert_ne!(made, refused);
            assert_eq!(Uuid::try_parse(&made).unwrap().get_version_num(), 7);
        }
    }
}
