//! The people of the stories. In the third person (`maya.claims(…)`) a thing is done and must work; in the imperative
//! (`maya.claim(…)`) it is tried and the answer is the story's to judge.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use base::Secret;
use desk::agent::Started;
use desk::{AgentActor, token};
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::{Answer, Ask, Desk, Ear, client_id};

/// A message as its sender got it back.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: String,
    pub conversation: String,
    pub seq: i64,
    pub client_id: String,
    pub text: String,
    pub whole: Value,
}

impl Message {
    #[track_caller]
    pub fn of(answer: &Answer) -> Self {
        Self::read(&answer["message"])
    }

    #[track_caller]
    pub fn read(it: &Value) -> Self {
        let text = |field: &str| it[field].as_str().unwrap_or_else(|| panic!("no {field}: {it}")).to_owned();
        Self {
            id: text("id"),
            conversation: text("conversation_id"),
            seq: it["seq"].as_i64().unwrap(),
            client_id: text("client_id"),
            text: it["content"]["text"].as_str().unwrap().to_owned(),
            whole: it.clone(),
        }
    }
}

/// The body of a customer's message.
pub fn message_body(inbox: &str, conversation: Option<&str>, client_id: &str, text: &str) -> Value {
    json!({"inbox": inbox, "conversation_id": conversation, "client_id": client_id, "content": {"type": "text", "text": text}})
}

/// A visitor with a token. Cheap to clone; clones are the same person in another tab.
#[derive(Clone)]
pub struct Customer {
    pub desk: Desk,
    name: String,
    pub key: String,
    pub token: String,
    conversation: Arc<Mutex<Option<String>>>,
}

impl Customer {
    pub async fn opens(desk: &Desk, name: &str, key: &str) -> Self {
        let answer = desk.post("/api/chat/initialize", &json!({"inbox": key})).issues_secret().await.is(200);
        let token = answer["token"].as_str().unwrap().to_owned();
        desk.witness().keeps("a visitor's token", &token);
        Self { desk: desk.clone(), name: name.to_owned(), key: key.to_owned(), token, conversation: Arc::default() }
    }

    pub fn ask(&self, method: &str, path: &str) -> Ask {
        self.desk.ask(method, path).header("user-agent", format!("{}'s browser", self.name)).bearer(&self.token)
    }

    /// The same person at another desk over the same database.
    pub fn at(&self, desk: &Desk) -> Self {
        Self { desk: desk.clone(), ..self.clone() }
    }

    /// Opens the chat again with the same token.
    pub async fn comes_back(&self) -> Answer {
        let body = json!({"inbox": self.key, "token": self.token});
        self.desk.post("/api/chat/initialize", &body).issues_secret().await.is(200)
    }

    /// The conversation that was opened by what they said.
    #[track_caller]
    pub fn conversation(&self) -> String {
        self.conversation.lock().clone().expect("nothing was said yet")
    }

    pub async fn write(&self, conversation: Option<&str>, client_id: &str, text: &str) -> Answer {
        let body = message_body(&self.key, conversation, client_id, text);
        self.ask("POST", "/api/chat/message").json(&body).await
    }

    pub async fn says(&self, text: &str) -> Message {
        let known = self.conversation.lock().clone();
        let answer = self.write(known.as_deref(), &client_id(), text).await.is(201);
        let message = Message::of(&answer);
        *self.conversation.lock() = Some(message.conversation.clone());
        message
    }

    /// Everything they can read of their conversation.
    pub async fn history(&self) -> Vec<Value> {
        let path = format!("/api/chat/history/{}?limit=200", self.conversation());
        let answer = self.ask("GET", &path).await.is(200);
        answer["messages"].as_array().unwrap().clone()
    }

    /// Sends a file up, ready for a message, and gives the file.
    pub async fn uploads(&self, name: &str, bytes: &[u8]) -> Value {
        let begun = self.begins_file(name, bytes.len()).await.is(201);
        let path = format!("/api/chat/attachment/{}", begun["id"].as_str().unwrap());
        finish(bytes, &path, |method, path| self.ask(method, path)).await
    }

    pub async fn begins_file(&self, name: &str, size: usize) -> Answer {
        let conversation = self.conversation.lock().clone();
        let body = json!({"inbox": self.key, "conversation_id": conversation, "name": name, "size": size});
        self.ask("POST", "/api/chat/attachment").json(&body).await
    }

    pub async fn write_with(&self, text: &str, files: &[&Value]) -> Answer {
        let known = self.conversation.lock().clone();
        let mut body = message_body(&self.key, known.as_deref(), &client_id(), text);
        body["attachments"] = files.iter().map(|file| file["id"].clone()).collect();
        self.ask("POST", "/api/chat/message").json(&body).await
    }

    pub async fn says_with(&self, text: &str, files: &[&Value]) -> Message {
        let message = Message::of(&self.write_with(text, files).await.is(201));
        *self.conversation.lock() = Some(message.conversation.clone());
        message
    }

    pub async fn mark(&self, message: &str, status: &str) -> Answer {
        self.ask("PUT", &format!("/api/chat/status/{message}")).json(&json!({"status": status})).await
    }

    pub async fn receives(&self, message: &Message) {
        self.mark(&message.id, "delivered").await.is(204);
    }

    pub async fn reads(&self, message: &Message) {
        self.mark(&message.id, "read").await.is(204);
    }

    pub async fn ends(&self) {
        self.ask("POST", &format!("/api/chat/end/{}", self.conversation())).await.is(204);
    }

    pub async fn types(&self) {
        self.ask("POST", &format!("/api/chat/typing/{}", self.conversation())).json(&json!({})).await.is(204);
    }

    /// Where their conversation stands, as they see it.
    pub async fn sees(&self) -> Value {
        self.comes_back().await["conversation"].clone()
    }

    /// A socket that has said nothing yet.
    pub async fn connects(&self) -> Ear {
        let headers = [("authorization", format!("Bearer {}", self.token))];
        Ear::open(&self.desk, "/api/chat/socket", &headers, None).await
    }

    /// A socket that watches their conversation and has heard everything after `seq`.
    pub async fn listens_after(&self, seq: i64) -> Ear {
        let mut ear = self.connects().await;
        ear.says(&json!({"type": "hello", "conversations": {self.conversation(): seq}})).await;
        ear.hears("conversation").await;
        ear
    }

    /// A socket that hears what happens from now on.
    pub async fn listens(&self) -> Ear {
        self.listens_after(self.sees().await["head_seq"].as_i64().unwrap()).await
    }
}

/// Sends all bytes of an announced file and says that they are there.
async fn finish(bytes: &[u8], path: &str, ask: impl Fn(&str, &str) -> Ask) -> Value {
    const PIECE: usize = 1024 * 1024;
    for (number, piece) in bytes.chunks(PIECE).enumerate() {
        let path = format!("{path}?offset={}", number * PIECE);
        ask("PUT", &path).body("application/octet-stream", piece).await.is(200);
    }
    ask("POST", &format!("{path}/complete")).await.is(200)["file"].clone()
}

/// A signed-in colleague. Cheap to clone; clones are the same browser.
#[derive(Clone)]
pub struct Agent {
    pub desk: Desk,
    pub id: String,
    pub name: String,
    pub email: String,
    pub cookie: String,
    /// The epoch of each conversation as this screen last saw it.
    epochs: Arc<Mutex<HashMap<String, i64>>>,
}

impl Agent {
    pub fn of(desk: &Desk, started: &Started) -> Self {
        let cookie = format!("session={}", started.token.reveal());
        let who = &started.agent;
        Self::with(desk, who.id.to_string(), &who.name, &who.email, cookie)
    }

    pub fn with(desk: &Desk, id: String, name: &str, email: &str, cookie: String) -> Self {
        desk.witness().keeps("a session's token", cookie.split_once('=').unwrap().1);
        let (name, email) = (name.to_owned(), email.to_owned());
        Self { desk: desk.clone(), id, name, email, cookie, epochs: Arc::default() }
    }

    /// The same person signs in with another browser.
    pub async fn signs_in_again(&self) -> Self {
        let body = json!({"email": self.email, "password": super::PASSWORD});
        let answer = self.desk.post("/api/v1/session", &body).await.is(201);
        Self::with(&self.desk, self.id.clone(), &self.name, &self.email, answer.cookie().unwrap())
    }

    /// Who the domain takes this session for.
    pub async fn actor(&self) -> AgentActor {
        let token = Secret::new(self.cookie.split_once('=').unwrap().1.to_owned());
        self.desk.core().agent(token.reveal()).await.unwrap().unwrap().deref().clone()
    }

    pub fn token_hash(&self) -> String {
        token::hash(self.cookie.split_once('=').unwrap().1)
    }

    pub fn ask(&self, method: &str, path: &str) -> Ask {
        self.desk.ask(method, path).header("cookie", self.cookie.clone())
    }

    pub fn get(&self, path: &str) -> Ask {
        self.ask("GET", path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Ask {
        self.ask("POST", path).json(body)
    }

    pub fn put(&self, path: &str, body: &Value) -> Ask {
        self.ask("PUT", path).json(body)
    }

    pub fn patch(&self, path: &str, body: &Value) -> Ask {
        self.ask("PATCH", path).json(body)
    }

    pub fn delete(&self, path: &str) -> Ask {
        self.ask("DELETE", path)
    }

    fn saw(&self, conversation: &Value) {
        let id = conversation["id"].as_str().unwrap().to_owned();
        self.epochs.lock().insert(id, conversation["epoch"].as_i64().unwrap());
    }

    /// Looks at a conversation.
    pub async fn sees(&self, conversation: &str) -> Value {
        let answer = self.get(&format!("/api/v1/conversations/{conversation}")).await.is(200);
        self.saw(&answer["conversation"]);
        answer["conversation"].clone()
    }

    /// The epoch this screen shows; 0 when it never looked.
    pub fn epoch(&self, conversation: &str) -> i64 {
        self.epochs.lock().get(conversation).copied().unwrap_or(0)
    }

    fn changed(&self, answer: Answer) -> Value {
        let answer = answer.is(200);
        self.saw(&answer.body);
        answer.body
    }

    pub async fn claim(&self, conversation: &str) -> Answer {
        self.put(&format!("/api/v1/conversations/{conversation}/claim"), &json!({})).await
    }

    pub async fn claims(&self, conversation: &str) -> Value {
        self.changed(self.claim(conversation).await)
    }

    pub async fn release(&self, conversation: &str) -> Answer {
        let body = json!({"epoch": self.epoch(conversation)});
        self.ask("DELETE", &format!("/api/v1/conversations/{conversation}/claim")).json(&body).await
    }

    pub async fn releases(&self, conversation: &str) -> Value {
        self.changed(self.release(conversation).await)
    }

    pub async fn set_state(&self, conversation: &str, state: &str) -> Answer {
        let body = json!({"state": state, "epoch": self.epoch(conversation)});
        self.put(&format!("/api/v1/conversations/{conversation}/state"), &body).await
    }

    pub async fn resolves(&self, conversation: &str) -> Value {
        self.changed(self.set_state(conversation, "resolved").await)
    }

    pub async fn reopens(&self, conversation: &str) -> Value {
        self.changed(self.set_state(conversation, "active").await)
    }

    pub async fn reopens_for_the_queue(&self, conversation: &str) -> Value {
        self.changed(self.set_state(conversation, "waiting").await)
    }

    pub async fn transfer(&self, conversation: &str, to: &Agent) -> Answer {
        // colleagues in stories often have no dashboard open, and are away after 90 s
        let body = json!({"agent_id": to.id, "epoch": self.epoch(conversation), "anyway": true});
        self.put(&format!("/api/v1/conversations/{conversation}/transfer"), &body).await
    }

    pub async fn transfers(&self, conversation: &str, to: &Agent) -> Value {
        self.changed(self.transfer(conversation, to).await)
    }

    pub async fn write(&self, conversation: &str, body: &Value) -> Answer {
        self.post(&format!("/api/v1/conversations/{conversation}/messages"), body).await
    }

    pub async fn reply(&self, conversation: &str, text: &str) -> Answer {
        let content = json!({"type": "text", "text": text});
        let body = json!({"client_id": client_id(), "epoch": self.epoch(conversation), "content": content});
        self.write(conversation, &body).await
    }

    pub async fn replies(&self, conversation: &str, text: &str) -> Message {
        Message::of(&self.reply(conversation, text).await.is(201))
    }

    pub async fn notes(&self, conversation: &str, text: &str) -> Message {
        let body = json!({"client_id": client_id(), "note": true, "content": {"type": "text", "text": text}});
        Message::of(&self.write(conversation, &body).await.is(201))
    }

    /// Sends a file up, ready for a message, and gives the file.
    pub async fn uploads(&self, conversation: &str, name: &str, bytes: &[u8]) -> Value {
        let body = json!({"conversation_id": conversation, "name": name, "size": bytes.len()});
        let begun = self.post("/api/v1/files", &body).await.is(201);
        let path = format!("/api/v1/files/{}", begun["id"].as_str().unwrap());
        finish(bytes, &path, |method, path| self.ask(method, path)).await
    }

    pub async fn mark(&self, conversation: &str, marks: &Value) -> Answer {
        self.put(&format!("/api/v1/conversations/{conversation}/marks"), marks).await
    }

    pub async fn reads(&self, conversation: &str, seq: i64) {
        self.mark(conversation, &json!({"read_seq": seq})).await.is(204);
    }

    pub async fn receives(&self, conversation: &str, seq: i64) {
        self.mark(conversation, &json!({"delivered_seq": seq})).await.is(204);
    }

    /// Messages and notes of a conversation.
    pub async fn thread(&self, conversation: &str) -> Vec<Value> {
        let path = format!("/api/v1/conversations/{conversation}/messages?limit=200");
        let mut page = self.get(&path).await.is(200);
        let mut messages = page["messages"].as_array().unwrap().clone();
        while let Some(older) = page["older"].as_str().map(str::to_owned) {
            page = self.get(&format!("{path}&before={older}")).await.is(200);
            messages.splice(0..0, page["messages"].as_array().unwrap().clone());
        }
        messages
    }

    /// Every event they may see after a number.
    pub async fn events_after(&self, seq: i64) -> Vec<Value> {
        let answer = self.get(&format!("/api/v1/events?after={seq}&limit=500")).await.is(200);
        answer["events"].as_array().unwrap().clone()
    }

    /// The number of the newest event.
    pub async fn head(&self) -> i64 {
        self.get("/api/v1/conversations/counts").await.is(200)["head"].as_i64().unwrap()
    }

    pub async fn connects_with(&self, buffer: Option<u32>) -> Ear {
        Ear::open(&self.desk, "/api/v1/socket", &[("cookie", self.cookie.clone())], buffer).await
    }

    pub async fn connects(&self) -> Ear {
        self.connects_with(None).await
    }

    /// A socket that goes on after an event.
    pub async fn listens_after(&self, seq: Option<i64>) -> Ear {
        let mut ear = self.connects().await;
        ear.says(&json!({"type": "hello", "after": seq})).await;
        ear.hears("ready").await;
        ear
    }

    /// A socket that hears what happens from now on.
    pub async fn listens(&self) -> Ear {
        self.desk.delivered().await;
        self.listens_after(None).await
    }
}
