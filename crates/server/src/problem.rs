//! Every error a client sees: RFC 9457 `application/problem+json` with a stable code, and the extractors that turn a bad
//! body, query or path into one. Which rule was broken is decided elsewhere.

mod extract;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

pub use extract::{Json, Nothing, Path, Piece, Query};

/// The media type of every error.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An answer that says what happened, what is safe and what to do.
#[derive(Clone, Debug)]
pub struct Problem(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Cow<'static, str>,
    extra: Map<String, Value>,
    fault: Option<String>,
}

impl Problem {
    /// `code` is part of the contract and never changes; `title` is one plain sentence for people.
    pub fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self(Box::new(Inner { status, code, title, detail: Cow::Borrowed(""), extra: Map::new(), fault: None }))
    }

    /// What to do, in plain English.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// One more member of the document, such as `owner` or `epoch`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.extra.insert(name.to_owned(), value.into());
        self
    }

    /// When to come back, in seconds: the member `retry_after` and the header `Retry-After`.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.with("retry_after", seconds)
    }

    /// What went wrong inside, for the log alone: it is written once, with the request id, and never sent.
    #[must_use]
    pub fn fault(mut self, fault: impl fmt::Display) -> Self {
        self.0.fault = Some(fault.to_string());
        self
    }

    /// 500: a fault of ours. `fault` goes to the log alone.
    pub fn internal(fault: impl fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something failed on our side.")
            .detail("Nothing was lost that had been confirmed. Try again; if it happens again, tell the operator the request id.")
            .fault(fault)
    }

    /// 404.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
            .detail("It does not exist, or you may not see it.")
    }

    /// 422 with one line per field.
    pub fn invalid(code: &'static str, field: &str, message: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, "The request does not fit.")
            .detail("Nothing was changed. Correct the fields listed in errors and send it again.")
            .with("errors", json!([{ "field": field, "message": message }]))
    }

    /// What stands for an error that has only a status, such as one made by the HTTP library.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, "method_not_allowed", "This address does not support that method.")
                    .detail("The Allow header lists the methods it supports.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            StatusCode::REQUEST_TIMEOUT => Self::new(status, "too_slow", "The request took too long to arrive.")
                .detail("Nothing was changed. Send it again."),
            StatusCode::INTERNAL_SERVER_ERROR => Self::internal("an error without a cause was answered"),
            other if other.is_server_error() => {
                Self::new(other, "unavailable", "The server cannot answer this now.").detail("Try again in a moment.")
            }
            other => Self::new(other, "bad_request", "The request could not be understood.")
                .detail("Nothing was changed. Compare it with the API description at /api/openapi.json."),
        }
    }

    /// 413.
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The request is too large.")
            .detail("Nothing was changed. A body may have at most 64 KiB.")
    }

    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The fault for the log, if there is one.
    pub fn logged_fault(&self) -> Option<&str> {
        self.0.fault.as_deref()
    }

    /// The document; with the request id once it is known.
    fn document(&self, request_id: Option<&str>) -> Vec<u8> {
        let mut document = Map::new();
        document.insert("type".to_owned(), "about:blank".into());
        document.insert("title".to_owned(), self.0.title.into());
        document.insert("status".to_owned(), self.0.status.as_u16().into());
        document.insert("detail".to_owned(), self.0.detail.as_ref().into());
        document.insert("code".to_owned(), self.0.code.into());
        if let Some(id) = request_id {
            document.insert("request_id".to_owned(), id.into());
        }
        for (name, value) in &self.0.extra {
            document.insert(name.clone(), value.clone());
        }
        serde_json::to_vec(&document).unwrap_or_default()
    }

    /// Writes this problem into an answer that carries it, keeping the answer's other headers.
    pub(crate) fn write(&self, response: &mut Response, request_id: Option<&str>) {
        let document = self.document(request_id);
        let headers = response.headers_mut();
        headers.remove(http::header::CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.0.extra.get("retry_after").and_then(Value::as_u64) {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        *response.status_mut() = self.0.status;
        *response.body_mut() = Body::from(document);
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.0.status.as_u16(), self.0.code, self.0.title)
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        self.write(&mut response, None);
        // The request id is known at the edge, which writes the document again with it.
        response.extensions_mut().insert(self);
        response
    }
}
