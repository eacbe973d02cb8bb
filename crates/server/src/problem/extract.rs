//! Extractors whose refusals are problems: JSON bodies, empty bodies, queries and path parameters.

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::Problem;
use crate::accept::BodyRefusal;

/// JSON nested deeper than this is refused before any of it is interpreted.
const MAX_DEPTH: usize = 128;

/// A JSON body of at most 64 KiB that fits `T`.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body must be JSON.",
            )
            .detail("Send it with Content-Type: application/json."));
        }
        parse(&read(request).await?).map(Self)
    }
}

/// Bytes, said to be nothing more; the edge bounds how many.
#[derive(Clone, Debug)]
pub struct Piece(pub Bytes);

impl<S: Sync> FromRequest<S> for Piece {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_a(request.headers(), "application/octet-stream") {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body must be bytes.",
            )
            .detail("Send it with Content-Type: application/octet-stream."));
        }
        read(request).await.map(Self)
    }
}

/// No body, or the body `{}`.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl<S: Sync> FromRequest<S> for Nothing {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let body = read(request).await?;
        if body.is_empty() {
            return Ok(Self);
        }
        if !is_json(&headers) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body must be empty or {}.",
            )
            .detail("Send nothing, or {} with Content-Type: application/json."));
        }
        parse::<Empty>(&body).map(|_| Self)
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

/// Query parameters that fit `T`.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(query) => Ok(Self(query.0)),
            Err(refusal) => Err(invalid_query(&refusal)),
        }
    }
}

fn invalid_query(refusal: &QueryRejection) -> Problem {
    let text = std::error::Error::source(refusal).map_or_else(|| refusal.body_text(), ToString::to_string);
    let (field, message) = match text.split_once(": ") {
        Some((field, message)) if !field.contains(' ') => (field, message),
        _ => ("", text.as_str()),
    };
    let field = quoted(message).filter(|_| field.is_empty()).unwrap_or(field);
    Problem::invalid("invalid_query", field, message)
}

/// Path parameters that fit `T`; anything else names nothing that exists.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(path) => Ok(Self(path.0)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    is_a(headers, "application/json")
}

fn is_a(headers: &HeaderMap, kind: &str) -> bool {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    text.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case(kind)
}

async fn read(request: Request) -> Result<Bytes, Problem> {
    match request.into_body().collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(fault) => match fault.into_inner().downcast_ref::<BodyRefusal>() {
            Some(BodyRefusal::TooLarge) => Err(Problem::too_large()),
            Some(BodyRefusal::TooSlow) => Err(Problem::of_status(StatusCode::REQUEST_TIMEOUT)),
            Some(BodyRefusal::Broken) | None => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "bad_body",
                "The request ended before its body was complete.",
            )
            .detail("Nothing was changed. Send it again.")),
        },
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if too_deep(body) {
        return Err(bad_json("it is nested too deeply"));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|fault| refusal(&fault, body))?;
    json.end().map_err(|fault| bad_json(&fault.to_string()))?;
    Ok(value)
}

fn bad_json(why: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_json", "The body is not valid JSON.")
        .detail(format!("Nothing was changed. The parser says: {why}."))
}

fn refusal(fault: &serde_path_to_error::Error<serde_json::Error>, body: &[u8]) -> Problem {
    let text = fault.inner().to_string();
    let fits_not = fault.inner().classify() == Category::Data;
    if !fits_not && serde_json::from_slice::<serde_json::Value>(body).is_err() {
        return bad_json(&text);
    }
    let message = text.rfind(" at line ").map_or(text.as_str(), |at| &text[..at]);
    // where a word of a closed list belongs, other JSON is a fault of syntax to the parser
    let message = if fits_not { message } else { "It is none of the values it may have." };
    let path = match fault.path().to_string() {
        path if path == "." => String::new(),
        path => path,
    };
    // For these the path names the object around the field; the message names the field.
    let field = match quoted(message) {
        Some(name) if message.starts_with("missing field") || message.starts_with("duplicate field") => {
            let around = path.strip_suffix(name).map_or(path.as_str(), |p| p.trim_end_matches('.'));
            if around.is_empty() { name.to_owned() } else { format!("{around}.{name}") }
        }
        Some(name) if path.is_empty() && message.starts_with("unknown field") => name.to_owned(),
        _ => path,
    };
    let plain = match message {
        m if m.starts_with("missing field") => "It is required.",
        m if m.starts_with("unknown field") => "There is no such field.",
        m if m.starts_with("duplicate field") => "It is given twice.",
        m => m,
    };
    Problem::invalid("invalid_body", &field, plain)
}

/// The first word in backquotes.
fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

/// Whether brackets outside of strings nest deeper than [`MAX_DEPTH`]. Says nothing about valid JSON.
fn too_deep(body: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}
