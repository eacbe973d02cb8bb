//! Seeded generator of malformed and odd input for the public API: bodies, paths, headers, bytes that are no HTTP, and
//! WebSocket frames. Pure: the same seed makes the same inputs.

use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

/// What really exists on the server, so that inputs get past the first check often enough.
#[derive(Debug, Clone)]
pub struct Known {
    /// `127.0.0.1:PORT`.
    pub authority: String,
    pub visitor_token: String,
    /// Session cookie, `name=value`, of an agent who is no administrator.
    pub cookie: String,
    pub inbox_key: String,
    pub inbox_id: String,
    pub conversation: String,
    pub message: String,
    pub agent: String,
}

/// One thing to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Bytes for an HTTP connection. `whole`: a complete request, so that an answer must come.
    Http { bytes: Vec<u8>, whole: bool },
    /// A good upgrade request and then these raw frames.
    Socket { upgrade: Vec<u8>, frames: Vec<u8> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Visitor,
    Agent,
    Nobody,
}

type Route = (&'static str, &'static str, Who);

const ROUTES: [Route; 34] = [
    ("POST", "/api/chat/initialize", Who::Nobody),
    ("POST", "/api/chat/message", Who::Visitor),
    ("GET", "/api/chat/history/{c}", Who::Visitor),
    ("GET", "/api/chat/conversations", Who::Visitor),
    ("PUT", "/api/chat/status/{m}", Who::Visitor),
    ("POST", "/api/chat/typing/{c}", Who::Visitor),
    ("POST", "/api/chat/end/{c}", Who::Visitor),
    ("GET", "/api/v1/setup", Who::Nobody),
    ("POST", "/api/v1/setup", Who::Nobody),
    ("GET", "/api/v1/session", Who::Agent),
    ("GET", "/api/v1/agents", Who::Agent),
    ("PATCH", "/api/v1/agents/{a}", Who::Agent),
    ("POST", "/api/v1/invites", Who::Agent),
    ("GET", "/api/v1/invites", Who::Agent),
    ("POST", "/api/v1/invites/accept", Who::Nobody),
    ("GET", "/api/v1/inboxes", Who::Agent),
    ("PATCH", "/api/v1/inboxes/{i}", Who::Agent),
    ("GET", "/api/v1/conversations", Who::Agent),
    ("GET", "/api/v1/conversations/counts", Who::Agent),
    ("GET", "/api/v1/conversations/{c}", Who::Agent),
    ("GET", "/api/v1/conversations/{c}/messages", Who::Agent),
    ("POST", "/api/v1/conversations/{c}/messages", Who::Agent),
    ("PUT", "/api/v1/conversations/{c}/claim", Who::Agent),
    ("DELETE", "/api/v1/conversations/{c}/claim", Who::Agent),
    ("PUT", "/api/v1/conversations/{c}/state", Who::Agent),
    ("PUT", "/api/v1/conversations/{c}/transfer", Who::Agent),
    ("PUT", "/api/v1/conversations/{c}/marks", Who::Agent),
    ("PUT", "/api/v1/conversations/{c}/draft", Who::Agent),
    ("GET", "/api/v1/conversations/{c}/draft", Who::Agent),
    ("GET", "/api/v1/drafts", Who::Agent),
    ("GET", "/api/v1/events", Who::Agent),
    ("GET", "/widget/launcher.js", Who::Nobody),
    ("GET", "/chat/{k}", Who::Nobody),
    ("GET", "/w.js", Who::Nobody),
];

const ODD_JSON: [&str; 22] = [
    "null",
    "true",
    "-1",
    "0",
    "1e308",
    "1e999",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "0.5",
    "\"\"",
    "\" \"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\udfff\\ud800\"",
    "\"\u{202e}\u{200b}\u{feff}\"",
    "[]",
    "{}",
    "[null]",
    "{\"type\":\"text\"}",
    "{\"type\":\"text\",\"text\":\"\"}",
    "\"' OR 1=1; --\"",
];

const ODD_WORDS: [&str; 20] = [
    "",
    "%00",
    "%ff%fe",
    "..",
    "../../etc/passwd",
    "%2e%2e%2f",
    "conversation_",
    "conversation_01h",
    "message_ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
    "conversation_8zzzzzzzzzzzzzzzzzzzzzzzzz",
    "null",
    "-1",
    "9223372036854775808",
    "18446744073709551616",
    "%F0%9F%92%A9",
    "a%20b",
    "*",
    "%",
    "%2",
    "'%3B--",
];

const QUERY_KEYS: [&str; 9] = ["after", "after_seq", "before_seq", "limit", "cursor", "view", "mode", "key", "unknown"];

#[derive(Debug)]
pub struct Generator {
    rng: SmallRng,
    known: Known,
}

impl Generator {
    #[must_use]
    pub fn new(seed: u64, known: Known) -> Generator {
        Generator { rng: SmallRng::seed_from_u64(seed), known }
    }

    pub fn next_input(&mut self) -> Input {
        match self.rng.random_range(0..100) {
            0..45 => self.bad_body(),
            45..65 => self.bad_path(),
            65..80 => self.bad_headers(),
            80..88 => self.no_http(),
            _ => self.socket(),
        }
    }

    fn route(&mut self) -> Route {
        *ROUTES.choose(&mut self.rng).unwrap_or(&ROUTES[0])
    }

    fn path(&self, template: &str) -> String {
        let known = &self.known;
        let path = template.replace("{c}", &known.conversation).replace("{m}", &known.message);
        path.replace("{a}", &known.agent).replace("{i}", &known.inbox_id).replace("{k}", &known.inbox_key)
    }

    fn headers(&self, who: Who) -> String {
        let authority = &self.known.authority;
        let mut headers = format!("Host: {authority}\r\nOrigin: http://{authority}\r\n");
        match who {
            Who::Visitor => headers.push_str(&format!("Authorization: Bearer {}\r\n", self.known.visitor_token)),
            Who::Agent => headers.push_str(&format!("Cookie: {}\r\n", self.known.cookie)),
            Who::Nobody => {}
        }
        headers
    }

    fn bad_body(&mut self) -> Input {
        let writes: Vec<Route> = ROUTES.into_iter().filter(|(method, ..)| *method != "GET").collect();
        let (method, template, who) = *writes.choose(&mut self.rng).unwrap_or(&ROUTES[1]);
        let body = self.mutated(template);
        // Longer than any body that is taken: the server may answer and close before it has read all.
        let whole = body.len() < 60_000;
        let mut bytes = format!("{method} {} HTTP/1.1\r\n{}", self.path(template), self.headers(who)).into_bytes();
        bytes.extend(format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len()).bytes());
        bytes.extend(body);
        Input::Http { bytes, whole }
    }

    fn good_body(&self, template: &str) -> Value {
        let known = &self.known;
        let content = json!({"type": "text", "text": "Hello"});
        match template.rsplit('/').next().unwrap_or_default() {
            "initialize" => {
                json!({"inbox": known.inbox_key, "token": known.visitor_token, "locale": "de", "page": "https://example.com/"})
            }
            "message" => {
                json!({"inbox": known.inbox_key, "conversation_id": known.conversation, "client_id": crate::client_id(),
                "content": content, "reply_to": known.message, "attachments": []})
            }
            "{m}" => json!({"status": "read"}),
            "setup" => {
                json!({"code": "x", "name": "A", "email": "a@b.example", "password": "some long password", "company": "C"})
            }
            "accept" => json!({"token": "x", "name": "A", "email": "a@b.example", "password": "some long password"}),
            "{a}" => json!({"name": "New name"}),
            "invites" => json!({"role": "agent"}),
            "{i}" => json!({"name": "N", "greeting": "Hi", "look": {"colour": "#123456"}}),
            "messages" => {
                json!({"client_id": crate::client_id(), "epoch": 1, "content": content, "note": true, "reply_to": known.message})
            }
            "claim" => json!({"epoch": 1}),
            "state" => json!({"state": "resolved", "epoch": 1}),
            "transfer" => json!({"agent_id": known.agent, "epoch": 1}),
            "marks" => json!({"delivered_seq": 1, "read_seq": 1}),
            "draft" => json!({"text": "Draft"}),
            _ => json!({}),
        }
    }

    fn mutated(&mut self, template: &str) -> Vec<u8> {
        let good = self.good_body(template);
        let mut fields: Vec<(String, String)> =
            good.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.to_string())).collect();
        let some = if fields.is_empty() { 0 } else { self.rng.random_range(0..fields.len()) };
        match self.rng.random_range(0..12) {
            0 if !fields.is_empty() => drop(fields.remove(some)),
            1 => fields.push(("__proto__".to_owned(), self.odd_json())),
            2..5 if !fields.is_empty() => fields[some].1 = self.odd_json(),
            5 if !fields.is_empty() => fields.push(fields[some].clone()),
            6 => return self.damaged(join(&fields)),
            7 => return self.odd_json().into_bytes(),
            8 => return self.deep(),
            9 => {
                let length = *[1_000, 9_999, 10_001, 65_000, 66_000, 200_000].choose(&mut self.rng).unwrap_or(&1_000);
                let long = format!("\"{}\"", "x".repeat(length));
                if !fields.is_empty() {
                    fields[some].1 = long;
                }
            }
            _ => {}
        }
        join(&fields)
    }

    fn odd_json(&mut self) -> String {
        ODD_JSON.choose(&mut self.rng).copied().unwrap_or_default().to_owned()
    }

    fn damaged(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        for _ in 0..self.rng.random_range(1..4) {
            let at = self.rng.random_range(0..bytes.len());
            bytes[at] = self.rng.random();
        }
        if self.rng.random_bool(0.5) {
            bytes.truncate(self.rng.random_range(0..=bytes.len()));
        }
        bytes
    }

    fn deep(&mut self) -> Vec<u8> {
        let depth = self.rng.random_range(50..20_000);
        let open = if self.rng.random_bool(0.5) { "[" } else { "{\"a\":" };
        open.repeat(depth).into_bytes()
    }

    fn bad_path(&mut self) -> Input {
        let (method, template, who) = self.route();
        let word = self.odd_word();
        let replaced = ["{c}", "{m}", "{a}", "{i}", "{k}"]
            .iter()
            .fold(template.to_owned(), |path, hole| path.replace(hole, &word));
        let mut path = if replaced == template { format!("{template}/{word}") } else { replaced };
        for index in 0..self.rng.random_range(0..4) {
            let key = QUERY_KEYS.choose(&mut self.rng).copied().unwrap_or_default();
            path.push_str(&format!("{}{key}={}", if index == 0 { "?" } else { "&" }, self.odd_word()));
        }
        let method = if self.rng.random_bool(0.1) {
            *["OPTIONS", "HEAD", "TRACE", "PATCH", "FOO"].choose(&mut self.rng).unwrap_or(&"FOO")
        } else {
            method
        };
        let body = if method == "GET" { "" } else { "{}" };
        let head = format!("{method} {path} HTTP/1.1\r\n{}", self.headers(who));
        let rest = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        // The answer to HEAD has a length and no body.
        Input::Http { bytes: (head + &rest).into_bytes(), whole: path.len() < 4_000 && method != "HEAD" }
    }

    fn odd_word(&mut self) -> String {
        match self.rng.random_range(0..6) {
            0 => "x".repeat(*[100, 3_000, 9_000].choose(&mut self.rng).unwrap_or(&100)),
            1 => self.rng.random::<i64>().to_string(),
            2 => self.known.conversation.clone(),
            _ => ODD_WORDS.choose(&mut self.rng).copied().unwrap_or_default().to_owned(),
        }
    }

    fn bad_headers(&mut self) -> Input {
        let (method, template, who) = self.route();
        let long = "y".repeat(self.rng.random_range(1..40_000));
        let good = self.headers(who);
        let (headers, whole) = match self.rng.random_range(0..14) {
            0 => (format!("{good}Content-Type: text/plain\r\n"), true),
            1 => (format!("{good}Content-Type: application/json; charset=\u{fffd}\r\n"), false),
            2 => (format!("Host: {}\r\nAuthorization: Bearer {long}\r\n", self.known.authority), false),
            3 => (format!("Host: {}\r\nCookie: {long}\r\n", self.known.authority), false),
            4 => (format!("{good}X-Forwarded-For: {long}\r\n"), false),
            5 => (good.replace("Origin: http://", "Origin: https://evil."), true),
            6 => (good.replace("Host: ", "Host: @@/"), true),
            7 => (format!("{good}Content-Length: 4\r\nContent-Length: 5\r\n"), false),
            8 => (format!("{good}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"), false),
            9 => (format!("{good}Transfer-Encoding: gzip, chunked\r\n"), false),
            10 => (format!("{good}{}", "X-A: b\r\n".repeat(self.rng.random_range(50..300))), false),
            11 => (format!("{good}Expect: 100-continue\r\n"), false),
            12 => (format!("{good}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n"), false),
            _ => (format!("{good}Bad Header\x01: \u{7f}\r\n"), false),
        };
        let length = if headers.contains("Content-Length") || headers.contains("Transfer") {
            ""
        } else {
            "Content-Length: 2\r\n"
        };
        Input::Http {
            bytes: format!("{method} {} HTTP/1.1\r\n{headers}{length}\r\n{{}}", self.path(template)).into_bytes(),
            whole,
        }
    }

    fn no_http(&mut self) -> Input {
        let (method, template, who) = self.route();
        let mut bytes = format!("{method} {} HTTP/1.1\r\n{}\r\n", self.path(template), self.headers(who)).into_bytes();
        bytes = match self.rng.random_range(0..4) {
            0 => (0..self.rng.random_range(1..2_000)).map(|_| self.rng.random()).collect(),
            1 => b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec(),
            2 => b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03".to_vec(),
            _ => self.damaged(bytes),
        };
        Input::Http { bytes, whole: false }
    }

    fn socket(&mut self) -> Input {
        let (path, who) =
            if self.rng.random_bool(0.5) { ("/api/v1/socket", Who::Agent) } else { ("/api/chat/socket", Who::Visitor) };
        let upgrade = format!(
            "GET {path} HTTP/1.1\r\n{}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            self.headers(who)
        );
        let mut frames = Vec::new();
        for _ in 0..self.rng.random_range(1..5) {
            self.frame(&mut frames);
        }
        Input::Socket { upgrade: upgrade.into_bytes(), frames }
    }

    fn frame(&mut self, out: &mut Vec<u8>) {
        let text = self.frame_text();
        match self.rng.random_range(0..10) {
            0 => out.extend((0..self.rng.random_range(1..60)).map(|_| self.rng.random::<u8>())),
            1 => masked(out, self.rng.random(), text.as_bytes()),
            2 => masked(out, 0x81, &[0xff, 0xc0, 0x80]),
            3 => masked(out, 0x82, text.as_bytes()),
            4 => masked(out, 0x01, text.as_bytes()),
            5 => masked(out, 0x81, "z".repeat(self.rng.random_range(60_000..90_000)).as_bytes()),
            6 => out.extend([0x81, text.len().min(125) as u8]),
            _ => masked(out, 0x81, text.as_bytes()),
        }
    }

    fn frame_text(&mut self) -> String {
        let id = if self.rng.random_bool(0.5) { self.known.conversation.clone() } else { self.odd_word() };
        let odd = self.odd_json();
        match self.rng.random_range(0..12) {
            0 => format!(r#"{{"type":"hello","after":{odd}}}"#),
            1 => format!(r#"{{"type":"hello","conversations":{odd}}}"#),
            2 => format!(r#"{{"type":"hello","conversations":{{"{id}":{odd}}}}}"#),
            3 => format!(r#"{{"type":"hello","conversations":{{"{id}":0}}}}"#),
            4 => format!(r#"{{"type":"typing","conversation_id":"{id}"}}"#),
            5 => format!(r#"{{"type":"viewing","conversation_id":{odd}}}"#),
            6 => r#"{"type":"ping"}"#.to_owned(),
            7 => r#"{"type":"hello","after":0}"#.to_owned(),
            8 => format!(r#"{{"type":{odd}}}"#),
            9 => "[".repeat(self.rng.random_range(1..30_000)),
            10 => {
                let ids: Vec<_> = (0..30).map(|index| format!("\"conversation_{index}\":{index}")).collect();
                format!(r#"{{"type":"hello","conversations":{{{}}}}}"#, ids.join(","))
            }
            _ => odd,
        }
    }
}

fn join(fields: &[(String, String)]) -> Vec<u8> {
    let fields: Vec<_> = fields.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", fields.join(",")).into_bytes()
}

/// Appends a client's frame with this first byte. The mask is zero, which the protocol allows.
fn masked(out: &mut Vec<u8>, first: u8, payload: &[u8]) {
    out.push(first);
    match payload.len() {
        length @ 0..126 => out.push(0x80 | length as u8),
        length @ 126..65_536 => {
            out.push(0x80 | 126);
            out.extend((length as u16).to_be_bytes());
        }
        length => {
            out.push(0x80 | 127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    out.extend([0; 4]);
    out.extend(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let text = |text: &str| text.to_owned();
        Known {
            authority: text("127.0.0.1:1"),
            visitor_token: text("token"),
            cookie: text("a=b"),
            inbox_key: text("pk_1"),
            inbox_id: text("inbox_1"),
            conversation: text("conversation_1"),
            message: text("message_1"),
            agent: text("agent_1"),
        }
    }

    #[test]
    fn a_seed_makes_the_same_inputs_but_for_fresh_keys() {
        let make = |seed| {
            let mut generator = Generator::new(seed, known());
            (0..500).map(|_| generator.next_input()).collect::<Vec<_>>()
        };
        let lengths = |inputs: &[Input]| inputs.iter().map(|input| format!("{input:?}").len() / 64).collect::<Vec<_>>();
        assert_eq!(make(7).len(), 500);
        assert_ne!(lengths(&make(7)), lengths(&make(8)));
        let same = make(7).iter().zip(&make(7)).filter(|(left, right)| left == right).count();
        assert!(same > 400, "only inputs with a message key may differ: {same}");
    }

    #[test]
    fn every_route_and_every_kind_is_reached() {
        let mut generator = Generator::new(1, known());
        let inputs: Vec<_> = (0..6_000).map(|_| generator.next_input()).collect();
        let sockets = inputs.iter().filter(|input| matches!(input, Input::Socket { .. })).count();
        assert!(sockets > 400);
        for (method, template, _) in ROUTES {
            let line = format!("{method} {} HTTP/1.1", generator.path(template)).into_bytes();
            let hit = inputs.iter().any(|input| matches!(input, Input::Http { bytes, .. } if bytes.starts_with(&line)));
            assert!(hit, "{method} {template}");
        }
    }

    #[test]
    fn frame_lengths_follow_the_protocol() {
        for (length, header) in [(5, 6), (126, 8), (70_000, 14)] {
            let mut out = Vec::new();
            masked(&mut out, 0x81, &vec![b'x'; length]);
            assert_eq!(out.len(), length + header);
        }
    }
}
