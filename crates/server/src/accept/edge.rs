//! What happens to every request, whatever its route: an id, the refusals that need no route, the route itself with a
//! panic contained, and on the way out the error document, the security headers, the numbers and the log line.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use base::{Clock, Rng};
use futures_util::FutureExt as _;
use http::header::{ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode};
use hyper::body::{Body as _, Incoming};
use ipnet::IpNet;
use tokio::time::Instant;
use tower::ServiceExt as _;

use super::Limits;
use super::body::Bounded;
use crate::config::PublicUrl;
use crate::header::{Page, SecurityHeaders, is_own_host};
use crate::limit::ClientAddress;
use crate::log;
use crate::ops::RequestMetrics;
use crate::problem::{MEDIA_TYPE, Problem};
use crate::request_id::{self, Call};

/// The gate in front of one router.
#[derive(Debug)]
pub struct Edge {
    router: Router,
    public_url: PublicUrl,
    headers: SecurityHeaders,
    /// Whether `Host` must name this deployment; the admin listener is reached by any name.
    checks_host: bool,
    trusted_proxies: Vec<IpNet>,
    limits: Limits,
    metrics: RequestMetrics,
    clock: Clock,
    rng: Rng,
}

impl Edge {
    /// For the public listener.
    pub fn public(router: Router, public_url: PublicUrl, trusted_proxies: Vec<IpNet>, limits: Limits) -> Self {
        Self { checks_host: true, trusted_proxies, ..Self::admin(router, public_url, limits) }
    }

    /// For the admin listener: any `Host`, no proxies.
    pub fn admin(router: Router, public_url: PublicUrl, limits: Limits) -> Self {
        let headers = SecurityHeaders::new(&public_url);
        Self {
            router,
            public_url,
            headers,
            checks_host: false,
            trusted_proxies: Vec::new(),
            limits,
            metrics: RequestMetrics::new(),
            clock: Clock::System,
            rng: Rng::default(),
        }
    }

    /// Answers one request; never fails and never panics.
    pub(super) async fn handle(&self, request: Request<Incoming>, peer: IpAddr) -> Response {
        let started = Instant::now();
        let method = request.method().clone();
        let address = ClientAddress::find(peer, request.headers(), &self.trusted_proxies);
        let call = Call::new(request.headers(), address, &self.clock, &self.rng);
        let mut response = match self.refusal(&request) {
            Some(refusal) => refusal,
            None => self.route(request, call.clone(), started).await,
        };
        let problem = self.finish(&mut response, &call);
        let (status, latency) = (response.status(), started.elapsed());
        self.metrics.observe(call.route(), log::method_index(&method), status.as_u16(), latency);
        log::request(&call, &method, status, latency, problem.as_ref().and_then(Problem::logged_fault));
        response
    }

    fn refusal(&self, request: &Request<Incoming>) -> Option<Response> {
        if request.method() == Method::TRACE || request.method() == Method::CONNECT {
            let mut response = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED).into_response();
            let allowed = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
            response.headers_mut().insert(ALLOW, allowed);
            return Some(response);
        }
        let path = request.uri().path();
        // Load balancers ask by address.
        let is_probe = path == "/livez" || path == "/readyz";
        if self.checks_host && !is_probe && !is_own_host(&self.public_url, request.uri(), request.headers()) {
            let refusal =
                Problem::new(StatusCode::MISDIRECTED_REQUEST, "unknown_host", "This server has another name.")
                    .detail("Use the address the operator has set as the public URL.");
            return Some(refusal.into_response());
        }
        let announced =
            request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let (most, _) = self.limits.body_of(request.method(), path);
        (announced.unwrap_or(0) > most).then(|| Problem::too_large().into_response())
    }

    async fn route(&self, request: Request<Incoming>, call: Call, started: Instant) -> Response {
        let (parts, body) = request.into_parts();
        let (most, time) = self.limits.body_of(&parts.method, parts.uri.path());
        let body =
            if body.is_end_stream() { Body::empty() } else { Body::new(Bounded::new(body, most, started + time)) };
        let mut request = Request::from_parts(parts, body);
        request.extensions_mut().insert(call);
        // Nothing of the handler's is looked at after a panic.
        match AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_panic) => Problem::internal("a handler panicked").into_response(),
        }
    }

    /// Completes the answer and returns the problem it carries, if it does.
    fn finish(&self, response: &mut Response, call: &Call) -> Option<Problem> {
        let id = call.header();
        let problem = response.extensions_mut().remove::<Problem>().or_else(|| bare_error(response));
        if let Some(problem) = &problem {
            problem.write(response, id.to_str().ok());
        }
        let status = response.status();
        if status != StatusCode::SWITCHING_PROTOCOLS {
            let page = response.extensions_mut().remove::<Page>().unwrap_or_default();
            self.headers.apply(&page, response.headers_mut());
        }
        if status == StatusCode::PAYLOAD_TOO_LARGE || status == StatusCode::REQUEST_TIMEOUT {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response.headers_mut().insert(request_id::HEADER, id);
        problem
    }
}

/// The problem for an error of the HTTP library, which has no document or a plain sentence.
fn bare_error(response: &Response) -> Option<Problem> {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_error = status.is_client_error() || status.is_server_error();
    let is_bare = kind.is_empty() || kind.starts_with("text/plain");
    (is_error && is_bare && kind != MEDIA_TYPE).then(|| Problem::of_status(status))
}
