//! The WebSocket handshake, and the raw connection handed over to the socket so that nothing of HTTP stays in memory.
//! What is said on a socket is not decided here.

use std::future::Future;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::accept::Guarded;
use crate::drain::Drain;
use crate::problem::Problem;

/// An open socket on the bare connection.
pub type Socket = WebSocketStream<TcpStream>;

/// Larger frames and messages close the socket with 1009.
pub const MAX_MESSAGE: usize = 64 * 1024;
/// A socket that has this much waiting to be sent is too slow.
pub const MAX_BACKLOG: usize = 1024 * 1024;
/// Clients send a few dozen bytes now and then; this is allocated for every open socket.
const READ_BUFFER: usize = 1024;
/// Frames are gathered up to this size before they are written; allocated only while there is something to send.
const WRITE_BUFFER: usize = 4 * 1024;
/// From the answer 101 to the connection being ours.
const HANDOVER: Duration = Duration::from_secs(10);

/// Answers the handshake with 101 and runs `on` with the open socket; a stop of the process waits for it. `kind` is its
/// label in `app_ws_connections`. Refused: whatever is not a WebSocket handshake of version 13 (400, 405 or 426).
pub fn upgrade<F>(
    request: &mut Request,
    drain: &Drain,
    kind: &'static str,
    on: impl FnOnce(Socket) -> F + Send + 'static,
) -> Result<Response, Problem>
where
    F: Future<Output = ()> + Send + 'static,
{
    let accept = accept_key(request)?;
    let Some(upgrade) = request.extensions_mut().remove::<OnUpgrade>() else {
        return Err(not_a_handshake("This connection cannot be turned into a WebSocket."));
    };
    let tracker = drain.clone();
    drain.track_socket(async move {
        if let Some((socket, seat)) = hand_over(upgrade).await {
            let open = Open::new(kind, seat);
            // A task of its own: this one's memory, with all of the handover in it, is freed.
            tracker.track_socket(async move {
                on(socket).await;
                drop(open);
            });
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    Ok(response)
}

async fn hand_over(upgrade: OnUpgrade) -> Option<(Socket, Option<OwnedSemaphorePermit>)> {
    let upgraded = timeout(HANDOVER, upgrade).await.ok()?.ok()?;
    let parts = upgraded.downcast::<TokioIo<Guarded<TcpStream>>>().ok()?;
    let (stream, seat) = parts.io.into_inner().into_parts();
    let config = Some(config());
    let socket = if parts.read_buf.is_empty() {
        Socket::from_raw_socket(stream, Role::Server, config).await
    } else {
        Socket::from_partially_read(stream, parts.read_buf.to_vec(), Role::Server, config).await
    };
    Some((socket, seat))
}

fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(MAX_BACKLOG)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
}

fn accept_key(request: &Request) -> Result<HeaderValue, Problem> {
    let headers = request.headers();
    if request.method() != Method::GET {
        return Err(Problem::of_status(StatusCode::METHOD_NOT_ALLOWED));
    }
    if request.version() != Version::HTTP_11
        || !has(headers, &CONNECTION, "upgrade")
        || !has(headers, &UPGRADE, "websocket")
    {
        return Err(not_a_handshake("This address is a WebSocket; connect to it as one."));
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(not_a_handshake("Only version 13 of the WebSocket protocol is spoken here."));
    }
    let mut keys = headers.get_all(SEC_WEBSOCKET_KEY).iter();
    let (Some(key), None) = (keys.next(), keys.next()) else {
        return Err(bad_key());
    };
    // A key is 16 bytes in Base64.
    let decoded = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, key.as_bytes());
    if decoded.is_ok_and(|bytes| bytes.len() == 16) {
        HeaderValue::try_from(derive_accept_key(key.as_bytes())).map_err(Problem::internal)
    } else {
        Err(bad_key())
    }
}

fn not_a_handshake(detail: &'static str) -> Problem {
    Problem::new(StatusCode::UPGRADE_REQUIRED, "not_a_websocket", "This is not a WebSocket handshake.").detail(detail)
}

fn bad_key() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_websocket_key", "The WebSocket handshake has no valid key.")
        .detail("Send one Sec-WebSocket-Key of 16 bytes in Base64, as WebSocket libraries do.")
}

/// Whether a list header has the word, in any case.
fn has(headers: &HeaderMap, name: &http::HeaderName, word: &str) -> bool {
    let lines = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|one| one.trim().eq_ignore_ascii_case(word))
}

/// Counts an open socket for as long as it lives, and keeps its seat among the connections taken.
struct Open {
    gauge: metrics::Gauge,
    _seat: Option<OwnedSemaphorePermit>,
}

impl Open {
    fn new(kind: &'static str, seat: Option<OwnedSemaphorePermit>) -> Self {
        let gauge = metrics::gauge!("app_ws_connections", "kind" => kind);
        gauge.increment(1.0);
        Self { gauge, _seat: seat }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.gauge.decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

    fn handshake(change: &[(&str, Option<&str>)]) -> Request {
        let mut headers = vec![
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", KEY),
        ];
        for (name, value) in change {
            headers.retain(|(kept, _)| kept != name);
            headers.extend(value.map(|value| (*name, value)));
        }
        let mut request = Request::builder().uri("/socket");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.body(Body::empty()).unwrap()
    }

    #[test]
    fn the_key_is_answered_as_in_the_rfc() {
        assert_eq!(accept_key(&handshake(&[])).unwrap(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn what_is_not_a_handshake_is_refused() {
        let cases: [(&str, Option<&str>, u16); 9] = [
            ("connection", None, 426),
            ("connection", Some("close"), 426),
            ("upgrade", None, 426),
            ("upgrade", Some("h2c"), 426),
            ("sec-websocket-version", None, 426),
            ("sec-websocket-version", Some("8"), 426),
            ("sec-websocket-key", None, 400),
            ("sec-websocket-key", Some("c2hvcnQ="), 400),
            ("sec-websocket-key", Some("not base64 at all!!!!!!!"), 400),
        ];
        for (name, value, status) in cases {
            let refused = accept_key(&handshake(&[(name, value)])).unwrap_err();
            assert_eq!(refused.status(), status, "{name}: {value:?}");
        }
        let mut post = handshake(&[]);
        *post.method_mut() = Method::POST;
        assert_eq!(accept_key(&post).unwrap_err().status(), 405);
        let mut old = handshake(&[]);
        *old.version_mut() = Version::HTTP_10;
        assert_eq!(accept_key(&old).unwrap_err().status(), 426);
        let mut twice = handshake(&[]);
        twice.headers_mut().append("sec-websocket-key", HeaderValue::from_static(KEY));
        assert_eq!(accept_key(&twice).unwrap_err().status(), 400);
    }

    #[tokio::test]
    async fn without_a_connection_to_take_over_it_is_refused() {
        let refused = upgrade(&mut handshake(&[]), &Drain::new(), "test", |_| async {}).unwrap_err();
        assert_eq!(refused.code(), "not_a_websocket");
    }
}
