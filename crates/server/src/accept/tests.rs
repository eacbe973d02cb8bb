//! What the edge refuses, and that one bad request leaves the next alone.

use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::routing::{get, post};
use futures_util::{SinkExt as _, StreamExt as _};
use http::StatusCode;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::config::PublicUrl;
use crate::ops::Checks;
use crate::problem::{Json, Problem};
use crate::websocket::{self, Socket};

fn routes(drain: &Drain) -> Router {
    let sockets = drain.clone();
    Router::new()
        .route("/hello/{name}", get(async || "hello"))
        .route("/echo", post(async |Json(body): Json<Value>| axum::Json(body)))
        .route("/panic", get(async || -> &'static str { panic!("a secret") }))
        .route("/large", get(async || vec![b'x'; 8 * 1024 * 1024]))
        .route(
            "/late",
            get(async || {
                tokio::time::sleep(Duration::from_secs(5)).await;
                "late"
            }),
        )
        .route("/fault", get(async || -> Result<(), Problem> { Err(Problem::internal("a secret")) }))
        .route(
            "/socket",
            get(async move |mut request: Request| websocket::upgrade(&mut request, &sockets, "test", echo)),
        )
}

async fn echo(mut socket: Socket) {
    while let Some(Ok(message)) = socket.next().await {
        if message.is_text() && socket.send(message).await.is_err() {
            return;
        }
    }
}

fn edge(drain: &Drain) -> Arc<Edge> {
    let url = PublicUrl::of_address("127.0.0.1:8080".parse().unwrap());
    let router = routes(drain)
        .merge(crate::ops::probes(drain, &Checks::new()))
        .fallback(crate::asset::fallback)
        .layer(crate::request_id::NoteRoute);
    Arc::new(Edge::public(router, url, Vec::new(), Limits::default()))
}

/// A connection in memory, so that time can be paused.
struct Line {
    stream: DuplexStream,
    stop: CancellationToken,
    opened: Instant,
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().filter_map(|line| line.split_once(": ")).find_map(|(n, v)| (n == name).then_some(v))
    }
}

impl Line {
    fn open() -> Self {
        let (stream, theirs) = duplex(16 * 1024);
        let stop = CancellationToken::new();
        let edge = edge(&Drain::new());
        let peer = Ipv4Addr::LOCALHOST.into();
        tokio::spawn(connection::serve(theirs, None, peer, edge, Limits::default(), stop.clone()));
        Self { stream, stop, opened: Instant::now() }
    }

    async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    async fn answer(&mut self) -> Answer {
        read_answer(&mut self.stream).await
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")).await;
        self.answer().await
    }

    /// Seconds after the opening at which the other side closed.
    async fn closed_after(&mut self) -> u64 {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).await.unwrap();
        self.opened.elapsed().as_secs()
    }
}

async fn read_answer(stream: &mut (impl AsyncRead + Unpin)) -> Answer {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("the connection closed before an answer"));
    }
    let head = String::from_utf8(head).unwrap();
    let status = head[9..12].parse().unwrap();
    let mut answer = Answer { status, head, body: Vec::new() };
    let length: usize = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
    answer.body = vec![0; length];
    stream.read_exact(&mut answer.body).await.unwrap();
    answer
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_come_ends_the_connection_after_ten_seconds() {
    assert_eq!(Line::open().closed_after().await, 10);
    let mut slow = Line::open();
    slow.send("GET / HTTP/1.1\r\nhost: ").await;
    tokio::time::sleep(Duration::from_secs(9)).await;
    slow.send("loc").await;
    assert_eq!(slow.closed_after().await, 10);
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_between_requests_but_not_for_ever() {
    let mut line = Line::open();
    assert_eq!(line.get("/hello/ada").await.status, 200);
    tokio::time::sleep(Duration::from_secs(70)).await;
    assert_eq!(line.get("/hello/ada").await.body, b"hello");
    assert_eq!(line.closed_after().await, 70 + 75);
    let mut slow = Line::open();
    slow.get("/hello/ada").await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    slow.send("GET").await;
    assert_eq!(slow.closed_after().await, 30 + 10);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_answered_with_431() {
    let mut line = Line::open();
    line.send(&format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "y".repeat(15 * 1024))).await;
    assert_eq!(line.answer().await.status, 200);
    let mut line = Line::open();
    let (mut reading, mut writing) = tokio::io::split(line.stream);
    let head = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "y".repeat(64 * 1024));
    let sending = tokio::spawn(async move { writing.write_all(head.as_bytes()).await });
    assert_eq!(read_answer(&mut reading).await.status, 431);
    drop(reading);
    let _cut_off = sending.await.unwrap();
    line = Line::open();
    let many: String = (0..101).map(|number| format!("x-{number}: y\r\n")).collect();
    line.send(&format!("GET / HTTP/1.1\r\nhost: localhost\r\n{many}\r\n")).await;
    assert_eq!(line.answer().await.status, 431);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let mut line = Line::open();
    line.send(
        "POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 65537\r\n\r\n\"",
    )
    .await;
    let answer = line.answer().await;
    assert_eq!((answer.status, &answer.json()["code"]), (413, &Value::from("too_large")));
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let mut taken = 0;
    while line.stream.write_all(&[b' '; 4096]).await.is_ok() {
        taken += 4096;
    }
    assert!(taken < 512 * 1024, "{taken} bytes of a refused body were taken");
    assert_eq!(line.opened.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_chunked_body_that_grows_too_large_is_refused() {
    let mut line = Line::open();
    line.send("POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n").await;
    let chunk = format!("1000\r\n{}\r\n", "[".repeat(0x1000));
    for _ in 0..17 {
        line.send(&chunk).await;
    }
    let answer = line.answer().await;
    assert_eq!((answer.status, &answer.json()["code"]), (413, &Value::from("too_large")));
    let mut fits = Line::open();
    fits.send("POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n").await;
    fits.send("3\r\n[1]\r\n0\r\n\r\n").await;
    assert_eq!(fits.answer().await.body, b"[1]");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_trickles_is_given_fifteen_seconds() {
    let mut line = Line::open();
    line.send(
        "POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n[",
    )
    .await;
    tokio::time::sleep(Duration::from_secs(14)).await;
    line.send("1").await;
    let answer = line.answer().await;
    assert_eq!((answer.status, line.opened.elapsed().as_secs()), (408, 15));
    assert_eq!(answer.json()["code"], "too_slow");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_read_is_given_up() {
    let mut line = Line::open();
    line.send("GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    tokio::time::sleep(Duration::from_secs(40)).await;
    let mut rest = Vec::new();
    line.stream.read_to_end(&mut rest).await.unwrap();
    assert!(rest.len() < 64 * 1024, "{} bytes arrived", rest.len());
    assert_eq!(line.opened.elapsed().as_secs(), 40);
}

#[tokio::test]
async fn a_panic_is_one_error_and_nobody_else_notices() {
    let metrics = crate::ops::recorder().unwrap();
    crate::log::count_panics();
    let panics = || {
        let text = metrics.render();
        let line = text.lines().find_map(|line| line.strip_prefix("app_panics_total ")).unwrap();
        line.parse::<u64>().unwrap()
    };
    let before = panics();
    let mut line = Line::open();
    let answer = line.get("/panic").await;
    assert_eq!((answer.status, &answer.json()["code"]), (500, &Value::from("internal")));
    assert!(!String::from_utf8(answer.body).unwrap().contains("secret"));
    assert_eq!(panics(), before + 1);
    assert_eq!(line.get("/hello/ada").await.status, 200);
    assert_eq!(Line::open().get("/hello/ada").await.status, 200);
}

#[tokio::test]
async fn every_error_is_a_document_with_the_request_id() {
    let mut line = Line::open();
    let id = "018f3a5e-8a3b-7c11-8000-0123456789ab";
    for (request, status, code) in [
        ("GET /api/nothing", 404, "not_found"),
        ("POST /nothing", 404, "not_found"),
        ("DELETE /echo", 405, "method_not_allowed"),
        ("TRACE /echo", 405, "method_not_allowed"),
        ("GET /fault", 500, "internal"),
        ("POST /echo", 415, "unsupported_media_type"),
        ("GET /socket", 426, "not_a_websocket"),
    ] {
        line.send(&format!("{request} HTTP/1.1\r\nhost: localhost\r\nx-request-id: {id}\r\n\r\n")).await;
        let answer = line.answer().await;
        assert_eq!(answer.status, status, "{request}");
        let document = answer.json();
        assert_eq!((&document["code"], &document["request_id"]), (&Value::from(code), &Value::from(id)), "{request}");
        assert_eq!(answer.header("x-request-id"), Some(id), "{request}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{request}");
        assert_eq!(
            answer.header("content-security-policy"),
            Some("default-src 'none'; frame-ancestors 'none'"),
            "{request}"
        );
        assert_eq!(answer.header("allow").is_some(), status == 405, "{request}: {}", answer.head);
        assert_eq!(answer.header("server"), None, "{request}");
        assert!(!document.to_string().contains("secret"), "{request}");
    }
}

#[tokio::test]
async fn a_host_that_is_not_ours_is_served_probes_alone() {
    let mut line = Line::open();
    for (path, status) in [("/hello/ada", 421), ("/livez", 200), ("/readyz", 200), ("/", 421)] {
        line.send(&format!("GET {path} HTTP/1.1\r\nhost: evil.example\r\n\r\n")).await;
        assert_eq!(line.answer().await.status, status, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn stopping_lets_a_request_finish_and_closes_what_is_idle() {
    let mut idle = Line::open();
    idle.get("/hello/ada").await;
    let mut busy = Line::open();
    busy.send("GET /late HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    idle.stop.cancel();
    busy.stop.cancel();
    assert_eq!(idle.closed_after().await, 1);
    let answer = busy.answer().await;
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"late".as_slice()));
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(busy.closed_after().await, 5);
}

async fn listen(limits: Limits) -> (std::net::SocketAddr, Drain) {
    let drain = Drain::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, edge(&drain), limits, drain.clone()));
    (address, drain)
}

#[tokio::test]
async fn a_websocket_carries_frames_both_ways_and_refuses_large_ones() {
    let (address, drain) = listen(Limits::default()).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let request = format!("ws://{address}/socket").into_client_request().unwrap();
    let (mut socket, answer) = client_async(request, stream).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SWITCHING_PROTOCOLS);
    let exactly = "x".repeat(websocket::MAX_MESSAGE);
    socket.send(Message::text(exactly.clone())).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap().into_text().unwrap(), exactly.as_str());
    let _cut_off = socket.send(Message::text(format!("{exactly}x"))).await;
    let end = socket.next().await;
    assert!(!matches!(end, Some(Ok(Message::Text(_)))), "{end:?}");
    assert!(drain.finish(Duration::from_secs(20)).await);
}

#[tokio::test]
async fn frames_sent_together_with_the_handshake_are_not_lost() {
    let (address, _drain) = listen(Limits::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut bytes = b"GET /socket HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        .to_vec();
    bytes.extend([0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
    stream.write_all(&bytes).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.status, 101);
    let mut frame = [0; 4];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame, [0x81, 2, b'h', b'i']);
}

#[tokio::test]
async fn a_socket_keeps_its_seat_and_gives_it_back() {
    let (address, _drain) = listen(Limits { connections: 1, ..Limits::default() }).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let (socket, _) = client_async(format!("ws://{address}/socket"), stream).await.unwrap();
    let mut waiting = TcpStream::connect(address).await.unwrap();
    waiting.write_all(b"GET /hello/ada HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(100), waiting.read(&mut byte)).await;
    assert!(early.is_err(), "served beyond the limit");
    drop(socket);
    assert_eq!(read_answer(&mut waiting).await.status, 200);
}

#[tokio::test]
async fn a_client_that_keeps_sending_a_refused_body_still_reads_the_answer() {
    let (address, _drain) = listen(Limits::default()).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let head = format!(
        "POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        50_000_000
    );
    let sending = tokio::spawn(async move {
        writing.write_all(head.as_bytes()).await?;
        writing.write_all(&vec![b' '; 50_000_000]).await
    });
    assert_eq!(read_answer(&mut reading).await.status, 413);
    assert!(sending.await.unwrap().is_err(), "50 MB were read");
}
