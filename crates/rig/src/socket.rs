//! The two WebSockets of the public API, as a client sees them: frames in, frames out, as JSON. Reconnecting and keeping a
//! position is the caller's business.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::client::{Agent, Api, Auth, Visitor};

const CONNECT_LIMIT: Duration = Duration::from_secs(15);

/// An open socket.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
}

/// What came out of a socket.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    Json(Value),
    /// Closed by the server with this code.
    Closed(u16),
    /// The connection broke.
    Broken,
}

impl Socket {
    /// An agent's socket that said hello; `after` is the event number to go on from, `None` for from now.
    pub async fn agent(agent: &Agent, after: Option<i64>) -> Result<Socket> {
        let mut socket = Socket::open(&agent.api, "/api/v1/socket", &agent.auth).await?;
        socket.send(&json!({"type": "hello", "after": after})).await?;
        Ok(socket)
    }

    /// A customer's socket that said hello with the last message number it has of each conversation.
    pub async fn visitor(visitor: &Visitor, conversations: &[(String, i64)]) -> Result<Socket> {
        let mut socket = Socket::open(&visitor.api, "/api/chat/socket", &visitor.auth).await?;
        let conversations: serde_json::Map<String, Value> =
            conversations.iter().map(|(id, after)| (id.clone(), json!(after))).collect();
        socket.send(&json!({"type": "hello", "conversations": conversations})).await?;
        Ok(socket)
    }

    /// A socket that has said nothing yet.
    pub async fn open(api: &Api, path: &str, auth: &Auth) -> Result<Socket> {
        tokio::time::timeout(CONNECT_LIMIT, Socket::connect(api, path, auth)).await.context("connect in time")?
    }

    async fn connect(api: &Api, path: &str, auth: &Auth) -> Result<Socket> {
        let authority = api.base().trim_start_matches("http://");
        let mut request = format!("ws://{authority}{path}").into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("origin", api.base().parse()?);
        match auth {
            Auth::None => {}
            Auth::Visitor(token) => drop(headers.insert("authorization", format!("Bearer {token}").parse()?)),
            Auth::Session(cookie) => drop(headers.insert("cookie", cookie.parse()?)),
        }
        let tcp = TcpStream::connect(authority).await.context("connect")?;
        tcp.set_nodelay(true)?;
        let config = WebSocketConfig::default().read_buffer_size(4_096).write_buffer_size(0);
        let (stream, _) = tokio_tungstenite::client_async_with_config(request, tcp, Some(config)).await?;
        Ok(Socket { stream })
    }

    pub async fn send(&mut self, frame: &Value) -> Result<()> {
        self.send_raw(Message::text(frame.to_string())).await
    }

    /// Sends any frame, well-formed for the protocol or not.
    pub async fn send_raw(&mut self, message: Message) -> Result<()> {
        self.stream.send(message).await.context("send a frame")
    }

    /// The next frame. Waits for ever on a silent socket; safe to drop while waiting.
    pub async fn next(&mut self) -> Frame {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                    Ok(value) => return Frame::Json(value),
                    Err(_) => return Frame::Broken,
                },
                Some(Ok(Message::Close(frame))) => return Frame::Closed(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Frame::Broken,
            }
        }
    }

    /// The next frame of a type, others dropped. Error when the socket ends or `limit` passes first.
    pub async fn expect(&mut self, kind: &str, limit: Duration) -> Result<Value> {
        let found = async {
            loop {
                match self.next().await {
                    Frame::Json(value) if value["type"] == kind => return Ok(value),
                    Frame::Json(_) => {}
                    ended => bail!("waiting for {kind}: {ended:?}"),
                }
            }
        };
        tokio::time::timeout(limit, found).await.with_context(|| format!("no {kind} frame within {limit:?}"))?
    }
}
