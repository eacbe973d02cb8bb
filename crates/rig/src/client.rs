//! A tiny client of the public API: an administrator or agent with a session, a customer with a visitor token. It says what
//! the server answered and decides nothing; sockets stand in `socket`.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::desk::PASSWORD;

/// An answer of the server, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// `null` when the body is empty or no JSON.
    pub body: Value,
    /// The `name=value` part of the first cookie set.
    pub cookie: Option<String>,
}

impl Answer {
    /// The problem's stable code, or an empty text.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The answer itself when it has this status, else an error that shows it.
    pub fn expect(self, status: u16) -> Result<Answer> {
        ensure!(self.status == status, "expected {status}, got {}: {}", self.status, self.body);
        Ok(self)
    }
}

/// Who is calling.
#[derive(Debug, Clone)]
pub enum Auth {
    None,
    /// A visitor token.
    Visitor(String),
    /// A session cookie, `name=value`.
    Session(String),
}

/// The HTTP API of one server.
#[derive(Debug, Clone)]
pub struct Api {
    http: reqwest::Client,
    base: String,
}

impl Api {
    /// `base` is `http://host:port`.
    #[must_use]
    pub fn new(base: &str) -> Api {
        // built together with the server, the client can speak TLS and wants to know whose
        let _only_the_first_counts = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).tcp_nodelay(true);
        Api { http: http.build().unwrap_or_default(), base: base.trim_end_matches('/').to_owned() }
    }

    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// One call. An error means that no whole answer came back, so that its outcome is unknown.
    pub async fn call(&self, method: &str, path: &str, auth: &Auth, body: Option<&Value>) -> Result<Answer> {
        let mut request = self.http.request(method.parse()?, format!("{}{path}", self.base));
        request = request.header("origin", &self.base);
        request = match auth {
            Auth::None => request,
            Auth::Visitor(token) => request.bearer_auth(token),
            Auth::Session(cookie) => request.header("cookie", cookie),
        };
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.with_context(|| format!("{method} {path}"))?;
        let status = response.status().as_u16();
        let cookie = response.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|text| text.split(';').next()).map(str::to_owned);
        let bytes = response.bytes().await.with_context(|| format!("{method} {path}"))?;
        Ok(Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null), cookie })
    }
}

/// An agent's session.
#[derive(Debug, Clone)]
pub struct Agent {
    pub api: Api,
    pub auth: Auth,
    pub id: String,
    pub name: String,
}

impl Agent {
    /// From the answer of a call that started a session; `session` is the Session object in it.
    pub fn from_session(api: Api, answer: &Answer, session: &Value) -> Result<Agent> {
        let text = |field: &str| session["agent"][field].as_str().map(str::to_owned);
        let (Some(id), Some(name), Some(cookie)) = (text("id"), text("name"), answer.cookie.clone()) else {
            bail!("no session in {} (cookie: {})", answer.body, answer.cookie.is_some());
        };
        Ok(Agent { api, auth: Auth::Session(cookie), id, name })
    }

    /// Signs in with e-mail address and password.
    pub async fn sign_in(api: Api, email: &str, password: &str) -> Result<Agent> {
        let body = json!({"email": email, "password": password});
        let answer = api.call("POST", "/api/v1/session", &Auth::None, Some(&body)).await?.expect(201)?;
        let session = answer.body.clone();
        Agent::from_session(api, &answer, &session)
    }

    /// The same session at another address, such as a proxy's or another node's.
    #[must_use]
    pub fn at(&self, api: Api) -> Agent {
        Agent { api, ..self.clone() }
    }

    /// Invites a new agent and accepts for them (administrators only).
    pub async fn invite(&self, name: &str) -> Result<Agent> {
        let invite = self.post("/api/v1/invites", &json!({"role": "agent"})).await?.expect(201)?;
        let url = invite.body["url"].as_str().unwrap_or_default();
        let token = url.split_once('#').map(|(_, token)| token).context("the invite has no token")?;
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let body = json!({"token": token, "name": name, "email": email, "password": PASSWORD});
        let answer = self.api.call("POST", "/api/v1/invites/accept", &Auth::None, Some(&body)).await?.expect(201)?;
        let session = answer.body.clone();
        Agent::from_session(self.api.clone(), &answer, &session)
    }

    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.api.call("GET", path, &self.auth, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.api.call("POST", path, &self.auth, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        self.api.call("PUT", path, &self.auth, Some(body)).await
    }

    pub async fn delete(&self, path: &str, body: Option<&Value>) -> Result<Answer> {
        self.api.call("DELETE", path, &self.auth, body).await
    }

    pub async fn claim(&self, conversation: &str) -> Result<Answer> {
        self.put(&format!("/api/v1/conversations/{conversation}/claim"), &json!({})).await
    }

    pub async fn release(&self, conversation: &str, epoch: i64) -> Result<Answer> {
        self.delete(&format!("/api/v1/conversations/{conversation}/claim"), Some(&json!({"epoch": epoch}))).await
    }

    pub async fn conversation(&self, id: &str) -> Result<Answer> {
        self.get(&format!("/api/v1/conversations/{id}")).await
    }

    pub async fn reply(&self, conversation: &str, epoch: i64, client_id: &str, text: &str) -> Result<Answer> {
        let body = json!({"client_id": client_id, "epoch": epoch, "content": {"type": "text", "text": text}});
        self.post(&format!("/api/v1/conversations/{conversation}/messages"), &body).await
    }

    /// Every message of a conversation after a number, oldest first, notes left out.
    pub async fn messages(&self, conversation: &str, mut after: i64) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        loop {
            let path = format!("/api/v1/conversations/{conversation}/messages?after_seq={after}&limit=100");
            let answer = self.get(&path).await?.expect(200)?;
            let page = answer.body["messages"].as_array().context("no messages in the answer")?;
            let head = answer.body["head_seq"].as_i64().context("no head_seq in the answer")?;
            let last = page.iter().filter_map(|message| message["seq"].as_i64()).max();
            all.extend(page.iter().filter(|message| message["note"] != json!(true)).cloned());
            match last {
                Some(last) if last > after => after = last,
                _ if after < head => bail!("{conversation}: nothing after {after}, though the head is {head}"),
                _ => return Ok(all),
            }
            if after >= head {
                return Ok(all);
            }
        }
    }
}

/// A customer with a visitor token.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub api: Api,
    pub auth: Auth,
    pub token: String,
    pub inbox: String,
}

impl Visitor {
    /// A new customer at an inbox, named by its public key.
    pub async fn arrive(api: Api, inbox: &str) -> Result<Visitor> {
        let body = json!({"inbox": inbox});
        let answer = api.call("POST", "/api/chat/initialize", &Auth::None, Some(&body)).await?.expect(200)?;
        let token = answer.body["token"].as_str().context("the server gave no visitor token")?.to_owned();
        Ok(Visitor { api, auth: Auth::Visitor(token.clone()), token, inbox: inbox.to_owned() })
    }

    /// The same customer at another address.
    #[must_use]
    pub fn at(&self, api: Api) -> Visitor {
        Visitor { api, ..self.clone() }
    }

    /// Sends a message into a conversation, or into the open or a new one.
    pub async fn send(&self, conversation: Option<&str>, client_id: &str, text: &str) -> Result<Answer> {
        let body = json!({
            "inbox": self.inbox, "conversation_id": conversation, "client_id": client_id,
            "content": {"type": "text", "text": text},
        });
        self.api.call("POST", "/api/chat/message", &self.auth, Some(&body)).await
    }

    /// Opens a conversation with a first message; answers its id.
    pub async fn open(&self, text: &str) -> Result<String> {
        let answer = self.send(None, &crate::client_id(), text).await?.expect(201)?;
        let id = answer.body["message"]["conversation_id"].as_str();
        id.map(str::to_owned).context("the message names no conversation")
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        self.api.call(method, path, &self.auth, body).await
    }
}
