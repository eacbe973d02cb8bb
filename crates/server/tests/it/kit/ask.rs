//! One call over HTTP and its answer. Every answer is checked for what all answers promise: a request id, the protecting
//! headers, the document of an error, and the schema that the API description gives it.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::ops::Index;
use std::pin::Pin;

use http::HeaderMap;
use serde_json::Value;

use super::{Desk, PATIENCE, schema};

/// A call being put together; awaiting it makes it.
#[must_use = "a call does nothing until it is awaited"]
pub struct Ask {
    desk: Desk,
    method: String,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
    issues_secret: bool,
}

impl Ask {
    pub fn new(desk: &Desk, method: &str, path: &str) -> Self {
        let headers = vec![("origin".to_owned(), desk.url().into_bytes())];
        let (method, path) = (method.to_owned(), path.to_owned());
        Self { desk: desk.clone(), method, path, headers, body: None, issues_secret: false }
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("content-type", kind)
    }

    /// Sets a header; an empty value leaves it out.
    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        let value = value.into();
        self.headers.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.headers.push((name.to_owned(), value));
        }
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// The handshake of a WebSocket.
    pub fn handshake(self) -> Self {
        self.header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
    }

    /// The one answer in which a secret is given away.
    pub fn issues_secret(mut self) -> Self {
        self.issues_secret = true;
        self
    }

    async fn make(self) -> Answer {
        let method: reqwest::Method = self.method.parse().unwrap();
        let mut request = self.desk.http().request(method, format!("{}{}", self.desk.url(), self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value.as_slice());
        }
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let call = format!("{} {}", self.method, self.path);
        let response = tokio::time::timeout(PATIENCE, request.send()).await;
        let response = response
            .unwrap_or_else(|_| panic!("{call}: no answer"))
            .unwrap_or_else(|fault| panic!("{call}: {fault:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // what follows a 101 is no HTTP
        let bytes = if status == 101 { Vec::new() } else { response.bytes().await.unwrap().to_vec() };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        let answer = Answer { call, status, headers, bytes, text, body };
        answer.keeps_its_promises();
        if status != 101 {
            let faults = schema::faults(&self.method, &self.path, &answer);
            assert!(faults.is_empty(), "{answer:?} is not what the API description says: {faults:#?}");
        }
        if !self.issues_secret {
            self.desk.witness().saw(&answer.call, &answer.text);
        }
        answer
    }
}

impl IntoFuture for Ask {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.make())
    }
}

/// What came back.
#[derive(Clone)]
pub struct Answer {
    pub call: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub text: String,
    /// Null when the answer is empty or no JSON.
    pub body: Value,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {} {}", self.call, self.status, self.text)
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.body[field]
    }
}

impl Answer {
    /// This answer, which must have this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// This answer, which must be this refusal.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{self:?}");
        self
    }

    /// The problem's code, or an empty text.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The `name=value` of the cookie it sets.
    pub fn cookie(&self) -> Option<String> {
        self.headers.get("set-cookie")?.to_str().unwrap().split(';').next().map(str::to_owned)
    }

    /// The document without what differs from call to call.
    pub fn without_request_id(&self) -> Value {
        let mut body = self.body.clone();
        body.as_object_mut().unwrap().remove("request_id").unwrap();
        body
    }

    fn keeps_its_promises(&self) {
        let id = self.header("x-request-id");
        assert!(uuid::Uuid::try_parse(id).is_ok(), "{self:?}: request id {id:?}");
        if self.status == 101 {
            return;
        }
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{self:?}");
        assert_eq!(self.header("referrer-policy"), "no-referrer", "{self:?}");
        assert!(self.header("content-security-policy").contains("default-src 'none'"), "{self:?}");
        if self.call.contains(" /api/") {
            assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
            assert!(self.header("content-security-policy").contains("frame-ancestors 'none'"), "{self:?}");
            assert_eq!(self.header("access-control-allow-origin"), "", "{self:?}");
        }
        if self.status >= 400 {
            self.is_a_problem(id);
        }
        assert_ne!(self.status, 500, "{self:?}");
    }

    fn is_a_problem(&self, id: &str) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let text = |field: &str| self.body[field].as_str().unwrap_or_default();
        assert_eq!(self.body["status"], self.status, "{self:?}");
        assert_eq!(text("request_id"), id, "{self:?}");
        assert_eq!(text("type"), "about:blank", "{self:?}");
        let is_code = |code: &str| !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(is_code(text("code")), "{self:?}");
        assert!(text("title").ends_with('.'), "a title is a sentence: {self:?}");
        assert!(!text("detail").is_empty(), "it must say what to do: {self:?}");
        let fields = self.body["errors"].as_array().map_or(&[][..], Vec::as_slice);
        assert!(fields.iter().all(|it| it["field"].is_string() && it["message"].is_string()), "{self:?}");
        assert_eq!(self.status == 422 && text("code") != "client_id_reused", !fields.is_empty(), "{self:?}");
    }
}
