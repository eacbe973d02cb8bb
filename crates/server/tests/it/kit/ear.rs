//! An open socket as a person's screen holds it: what it hears, in order, and what it says.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use super::{Desk, PATIENCE};

/// One socket.
pub struct Ear {
    desk: Desk,
    stream: WebSocketStream<TcpStream>,
    /// Every frame heard so far.
    pub heard: Vec<Value>,
}

impl Ear {
    /// Opens a socket that has said nothing yet. `buffer` is how many bytes its side of the connection takes unread.
    pub async fn open(desk: &Desk, path: &str, headers: &[(&str, String)], buffer: Option<u32>) -> Self {
        let mut request = format!("ws://{}{path}", desk.address()).into_client_request().unwrap();
        request.headers_mut().insert("origin", desk.url().parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().insert(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        let tcp = connect(desk.address(), buffer).await;
        let shaken = timeout(PATIENCE, tokio_tungstenite::client_async(request, tcp)).await.expect("no handshake");
        Self { desk: desk.clone(), stream: shaken.unwrap().0, heard: Vec::new() }
    }

    pub async fn says(&mut self, frame: &Value) {
        self.sends(Message::text(frame.to_string())).await;
    }

    /// Sends any frame, of the protocol or not.
    pub async fn sends(&mut self, frame: Message) {
        self.stream.send(frame).await.unwrap();
    }

    /// Sends though the other side may have closed.
    pub async fn tries(&mut self, frame: Message) {
        let _closed = self.stream.send(frame).await;
    }

    /// The next frame, or the code it was closed with.
    async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    self.desk.witness().saw("a frame", &text);
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    self.heard.push(frame.clone());
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(fault)) => panic!("the connection broke: {fault}"),
                None => return Err(1006),
            }
        }
    }

    /// The next frame of this type; others are passed over.
    pub async fn hears(&mut self, kind: &str) -> Value {
        let start = self.heard.len();
        let heard = async {
            loop {
                match self.next().await {
                    Ok(frame) if frame["type"] == kind => return frame,
                    Ok(_) => {}
                    Err(code) => panic!("closed with {code} before {kind}"),
                }
            }
        };
        // heartbeats come in any case, so the whole wait is bounded
        let heard = timeout(PATIENCE, heard).await;
        heard.unwrap_or_else(|_| panic!("no {kind} is heard, only {:#?}", &self.heard[start..]))
    }

    /// The next event, which must be of this kind; what is no event is passed over.
    pub async fn event(&mut self, kind: &str) -> Value {
        let event = self.hears("event").await;
        assert_eq!(event["kind"], kind, "{event:#}");
        event
    }

    /// The next event of this kind; other events are passed over.
    pub async fn until(&mut self, kind: &str) -> Value {
        loop {
            let event = self.hears("event").await;
            if event["kind"] == kind {
                return event;
            }
        }
    }

    /// The text of the next event, which must be a message.
    pub async fn message(&mut self) -> String {
        let event = self.event("message.created").await;
        event["data"]["message"]["content"]["text"].as_str().unwrap().to_owned()
    }

    /// The code it is closed with; frames before it are kept in `heard`.
    pub async fn closed(&mut self) -> u16 {
        let start = self.heard.len();
        let closed = async {
            loop {
                if let Err(code) = self.next().await {
                    return code;
                }
            }
        };
        timeout(PATIENCE, closed).await.unwrap_or_else(|_| panic!("it stays open: {:#?}", &self.heard[start..]))
    }

    /// Whatever is heard until now: everything that was committed before this call is in it, or never comes.
    pub async fn everything(&mut self) -> Vec<Value> {
        self.desk.delivered().await;
        let before = self.heard.len();
        self.says(&json!({"type": "ping"})).await;
        self.hears("pong").await;
        self.heard[before..self.heard.len() - 1].to_vec()
    }

    /// The kinds of the events heard so far.
    pub fn kinds(&self) -> Vec<&str> {
        self.heard.iter().filter_map(|frame| frame["kind"].as_str()).collect()
    }

    pub async fn leaves(mut self) {
        let _gone_already = self.stream.close(None).await;
    }
}

async fn connect(address: SocketAddr, buffer: Option<u32>) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    if let Some(bytes) = buffer {
        socket.set_recv_buffer_size(bytes).unwrap();
    }
    let stream = timeout(PATIENCE, socket.connect(address)).await.expect("no connection").unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}
