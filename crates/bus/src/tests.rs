//! The bus against a real nats-server.

use std::time::Duration;

use rig::daemon::Nats as Server;
use rig::process::{poll, signal as send_signal};

use crate::{Bus, BusError, Signal, TypingAuthor, TypingAuthorKind};

const LIMIT: Duration = Duration::from_secs(20);

fn head(seq: i64) -> Signal {
    Signal::Head { seq }
}

fn typing(name: &str) -> Signal {
    let author = TypingAuthor { kind: TypingAuthorKind::Agent, id: Some("agent_1".into()), name: name.into() };
    Signal::Typing { conversation_id: "conversation_1".into(), author, audience: "all".into() }
}

async fn connected(server: &Server, deployment: &str) -> Bus {
    let bus = Bus::open(&server.url(), deployment).await.unwrap();
    settle(&bus).await;
    bus
}

async fn settle(bus: &Bus) {
    let bus = bus.clone();
    tokio::task::spawn_blocking(move || poll(LIMIT, "a healthy bus", || Ok(bus.healthy()))).await.unwrap().unwrap();
}

async fn until(what: &'static str, ready: impl Fn() -> bool + Send + 'static) {
    tokio::task::spawn_blocking(move || poll(LIMIT, what, || Ok(ready()))).await.unwrap().unwrap();
}

async fn next(signals: &mut crate::Signals) -> Signal {
    tokio::time::timeout(LIMIT, signals.recv()).await.expect("a signal in time")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_hear_each_other_and_not_themselves() {
    let server = Server::start().unwrap();
    let (one, two) = tokio::join!(connected(&server, "acme"), connected(&server, "acme"));
    let stranger = connected(&server, "other").await;
    let (mut at_one, mut at_two, mut at_stranger) = (one.subscribe(), two.subscribe(), stranger.subscribe());
    one.publish(&head(1));
    one.publish(&typing("Lena"));
    assert_eq!(next(&mut at_two).await, head(1));
    assert_eq!(next(&mut at_two).await, typing("Lena"));
    // Each node's first signal is the other's: its own came before and was left out.
    stranger.publish(&head(9));
    two.publish(&head(2));
    assert_eq!(next(&mut at_one).await, head(2));
    let silence = tokio::time::timeout(Duration::from_millis(50), at_stranger.recv()).await;
    assert!(silence.is_err(), "another deployment's signal: {silence:?}");
    assert_eq!(two.counts().received, 2);
    assert_eq!(one.counts().received, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_server_is_found_again() {
    let server = Server::start().unwrap();
    let (one, two) = tokio::join!(connected(&server, "acme"), connected(&server, "acme"));
    let mut at_two = two.subscribe();
    one.publish(&head(1));
    assert_eq!(next(&mut at_two).await, head(1));
    server.stop().unwrap();
    let watched = (one.clone(), two.clone());
    until("both to notice", move || !watched.0.healthy() && !watched.1.healthy()).await;
    one.publish(&head(2));
    server.restart().unwrap();
    tokio::join!(settle(&one), settle(&two));
    assert!(one.counts().reconnects >= 1);
    one.publish(&head(3));
    let mut heard = next(&mut at_two).await;
    if heard == head(2) {
        heard = next(&mut at_two).await;
    }
    assert_eq!(heard, head(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_starts_while_the_server_is_down() {
    let server = Server::start().unwrap();
    server.stop().unwrap();
    let late = Bus::open(&server.url(), "acme").await.unwrap();
    assert!(!late.healthy());
    let mut signals = late.subscribe();
    server.restart().unwrap();
    let other = connected(&server, "acme").await;
    settle(&late).await;
    other.publish(&head(5));
    assert_eq!(next(&mut signals).await, head(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_signal_is_counted_and_ignored() {
    let server = Server::start().unwrap();
    let bus = connected(&server, "acme").await;
    let mut signals = bus.subscribe();
    let raw = async_nats::connect(server.url()).await.unwrap();
    let long = format!(r#"{{"from":"x","signal":{{"type":"head","seq":1}},"more":"{}"}}"#, "x".repeat(9_000));
    let payloads = ["", "{", "null", r#"{"from":"x"}"#, r#"{"from":"x","signal":{"type":"bomb"}}"#, &long];
    for payload in payloads {
        raw.publish("chatdesk.acme.signal", payload.to_owned().into()).await.unwrap();
    }
    raw.publish("chatdesk.acme.signal", r#"{"from":"x","signal":{"type":"head","seq":7}}"#.into()).await.unwrap();
    assert_eq!(next(&mut signals).await, head(7));
    assert_eq!(bus.counts().malformed, payloads.len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_into_the_void_drops_instead_of_waiting() {
    let server = Server::start().unwrap();
    let bus = connected(&server, "acme").await;
    let watched = bus.clone();
    server.stop().unwrap();
    until("the loss to be noticed", move || !watched.healthy()).await;
    let before = bus.counts();
    for seq in 0..10_000 {
        bus.publish(&head(seq));
    }
    assert!(bus.counts().dropped - before.dropped >= 10_000 - crate::nats::OUTGOING as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_server_fills_a_bounded_queue_only() {
    let server = Server::start().unwrap();
    let bus = connected(&server, "acme").await;
    let pid = server.pid().unwrap();
    send_signal(pid, "STOP").unwrap();
    let wide = typing(&"x".repeat(4_000));
    for _ in 0..40_000 {
        bus.publish(&wide);
    }
    send_signal(pid, "CONT").unwrap();
    let counts = bus.counts();
    assert!(counts.dropped > 0, "160 MB went somewhere: {counts:?}");
    assert!(counts.published + counts.dropped <= 40_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_far_behind_still_learns_the_newest_head() {
    let server = Server::start().unwrap();
    let (one, two) = tokio::join!(connected(&server, "acme"), connected(&server, "acme"));
    let mut behind = two.subscribe();
    one.publish(&head(77));
    let mut sent = 0;
    while two.counts().received < 5_000 {
        one.publish(&typing("Lena"));
        sent += 1;
        if sent % 500 == 0 {
            let watched = (one.clone(), two.clone());
            until("the queue to drain", move || watched.1.counts().received >= watched.0.counts().published).await;
        }
    }
    assert_eq!(next(&mut behind).await, head(77));
    assert_eq!(next(&mut behind).await, typing("Lena"));
}

#[tokio::test]
async fn a_local_bus_is_silent_and_well() {
    let bus = Bus::open("local:", "acme").await.unwrap();
    let mut signals = bus.subscribe();
    bus.publish(&head(1));
    assert!(bus.healthy());
    assert!(tokio::time::timeout(Duration::from_millis(20), signals.recv()).await.is_err());
}

#[tokio::test]
async fn bad_addresses_and_names_are_refused_without_repeating_secrets() {
    for url in ["", "local", "http://127.0.0.1:4222", "nats:", "redis://user:hunter2@host", "nats://ok:1,ws://host"] {
        let error = Bus::open(url, "acme").await.unwrap_err();
        assert!(matches!(error, BusError::Address), "{url}: {error}");
        assert!(!error.to_string().contains("hunter2"));
    }
    for name in ["", "a.b", "a b", ">", "*", &"x".repeat(65)] {
        let error = Bus::open("nats://127.0.0.1:1", name).await.unwrap_err();
        assert!(matches!(error, BusError::Deployment), "{name}: {error}");
    }
}

#[test]
fn the_wire_form_is_stable() {
    let text = serde_json::to_string(&typing("Lena")).unwrap();
    assert_eq!(
        text,
        r#"{"type":"typing","conversation_id":"conversation_1","author":{"kind":"agent","id":"agent_1","name":"Lena"},"audience":"all"}"#
    );
    assert_eq!(serde_json::to_string(&head(3)).unwrap(), r#"{"type":"head","seq":3}"#);
}
