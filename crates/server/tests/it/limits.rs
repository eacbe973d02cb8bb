//! Limits on rates: what is too much at once is refused with words and a time, and no header talks a way around them.

use std::time::Duration;

use serde_json::json;

use crate::kit::{Answer, Conduct, Customer, Desk, PASSWORD, Place, client_id, was_logged};

on_both![addresses_are_neither_stored_nor_logged];

on_both_in_still_time![
    the_eleventh_message_at_once_is_refused_and_nothing_of_it_stored,
    time_gives_messages_back,
    each_thing_that_strangers_may_do_has_its_limit,
    no_header_makes_another_address_of_a_stranger,
    behind_a_trusted_proxy_each_visitor_has_an_own_limit,
];

/// A refusal for being too quick.
#[track_caller]
fn slow_down(answer: Answer) -> u64 {
    let refused = answer.refused(429, "slow_down");
    let seconds = refused["retry_after"].as_u64().unwrap();
    assert_eq!(refused.header("retry-after"), seconds.to_string());
    assert!((1..=60).contains(&seconds), "{refused:?}");
    seconds
}

async fn the_eleventh_message_at_once_is_refused_and_nothing_of_it_stored(place: Place) {
    let desk = place.limited_desk().await;
    let (lena, eve) = (desk.customer("Lena").await, desk.customer("Eve").await);
    let first = lena.says("Message 1").await;
    for number in 2..=10 {
        lena.says(&format!("Message {number}")).await;
    }
    let before = desk.rows().await;
    slow_down(lena.write(Some(&first.conversation), &client_id(), "Message 11").await);
    slow_down(lena.write(Some(&first.conversation), &first.client_id, "Message 1").await);
    desk.is_unchanged_since(&before).await;
    assert_eq!(lena.history().await.len(), 10, "reading goes on");
    eve.says("I am somebody else").await;
    assert!(desk.metrics().await.contains("app_rate_limited_total{scope=\"chat_message_session\"}"));
}

async fn time_gives_messages_back(place: Place) {
    let desk = place.limited_desk().await;
    let lena = desk.customer("Lena").await;
    let id = client_id();
    for number in 1..=10 {
        lena.says(&format!("Message {number}")).await;
    }
    let seconds = slow_down(lena.write(Some(&lena.conversation()), &id, "Message 11").await);
    assert_eq!(seconds, 2, "30 a minute come back");
    tokio::time::advance(Duration::from_secs(seconds)).await;
    lena.write(Some(&lena.conversation()), &id, "Message 11").await.is(201);
    slow_down(lena.write(Some(&lena.conversation()), &client_id(), "Message 12").await);
}

/// How often a call is answered before it is refused.
async fn allowed(what: impl AsyncFn(usize) -> Answer) -> usize {
    for number in 0..200 {
        let answer = what(number).await;
        if answer.status == 429 {
            slow_down(answer);
            return number;
        }
    }
    panic!("there is no limit");
}

async fn each_thing_that_strangers_may_do_has_its_limit(place: Place) {
    let desk = place.limited_desk().await;
    let lena = desk.customer("Lena").await;
    lena.says("Hello?").await;
    let path = format!("/api/chat/typing/{}", lena.conversation());
    assert_eq!(allowed(async |_| lena.ask("POST", &path).await).await, 59, "an address: messages and typing");
    let opening = json!({"inbox": desk.key()});
    assert_eq!(
        allowed(async |_| desk.post("/api/chat/initialize", &opening).issues_secret().await).await,
        29,
        "one was Lena's"
    );
    assert_eq!(allowed(async |_| lena.ask("GET", "/api/chat/socket").await).await, 60);
    let sign_in = async |number| {
        let body = json!({"email": format!("nobody{number}@acme.com"), "password": PASSWORD});
        desk.post("/api/v1/session", &body).await
    };
    assert_eq!(allowed(sign_in).await, 20);
    let setup = json!({"code": "x", "name": "x", "email": "x@acme.com", "password": PASSWORD, "company": "x"});
    assert_eq!(allowed(async |_| desk.post("/api/v1/setup", &setup).await).await, 10);
    let accept = json!({"token": "x", "name": "x", "email": "x@acme.com", "password": PASSWORD});
    assert_eq!(allowed(async |_| desk.post("/api/v1/invites/accept", &accept).await).await, 10);
    desk.ada().get("/api/v1/session").await.is(200);
    assert_eq!(
        desk.ada().get("/api/v1/conversations").await.is(200)["items"].as_array().unwrap().len(),
        1,
        "agents work on"
    );
    let change = json!({"current": "wrong", "password": "four unrelated words indeed"});
    assert_eq!(allowed(async |_| desk.ada().put("/api/v1/password", &change).await).await, 5, "guessing from inside");
}

/// Opens the chat as the address that these headers name.
async fn opens(desk: &Desk, headers: &[(&str, String)]) -> Answer {
    let mut ask = desk.post("/api/chat/initialize", &json!({"inbox": desk.key()})).issues_secret();
    for (name, value) in headers {
        ask = ask.header(name, value.clone());
    }
    ask.await
}

async fn no_header_makes_another_address_of_a_stranger(place: Place) {
    let desk = place.limited_desk().await;
    let names = ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip", "x-client-ip"];
    let count = allowed(async |number| {
        let headers: Vec<(&str, String)> = names.iter().map(|name| (*name, format!("203.0.113.{number}"))).collect();
        opens(&desk, &headers).await
    });
    assert_eq!(count.await, 30);
}

async fn behind_a_trusted_proxy_each_visitor_has_an_own_limit(place: Place) {
    let desk = place.desk_with(Conduct::Limited, &[("trusted-proxy", "127.0.0.0/8")]).await;
    let from = |hops: &str| [("x-forwarded-for", hops.to_owned())];
    assert_eq!(allowed(async |_| opens(&desk, &from("203.0.113.7")).await).await, 30);
    opens(&desk, &from("203.0.113.8")).await.is(200);
    slow_down(opens(&desk, &from("6.6.6.6, 203.0.113.7")).await);
    slow_down(opens(&desk, &from("203.0.113.8, 203.0.113.7, 127.0.0.9")).await);
    let household = allowed(async |number| opens(&desk, &from(&format!("2001:db8:0:1::{number:x}"))).await);
    assert_eq!(household.await, 30, "an IPv6 household is one");
}

async fn addresses_are_neither_stored_nor_logged(place: Place) {
    let desk = place.desk_with(Conduct::Limited, &[("trusted-proxy", "127.0.0.0/8")]).await;
    let address = "198.51.100.213";
    let ask = |ask: crate::kit::Ask| ask.header("x-forwarded-for", address).header("user-agent", "Lynx/2.8 (canary)");
    let lena: Customer = desk.customer("Lena").await;
    let body = json!({"inbox": lena.key, "client_id": client_id(), "content": {"type": "text", "text": "Words of a customer 7731"}});
    ask(lena.ask("POST", "/api/chat/message").json(&body)).await.is(201);
    ask(desk.post("/api/v1/session", &json!({"email": "ada@acme.com", "password": PASSWORD}))).await.is(201);
    ask(desk.post("/api/v1/session", &json!({"email": "canary.7731@acme.com", "password": "wrong"}))).await.is(401);
    ask(lena.ask("POST", "/api/chat/message").body("application/json", "{\"Words of a customer 7731"))
        .await
        .refused(400, "bad_json");
    let stored = format!("{:?} {:?}", desk.rows().await, desk.rows_of("setting").await);
    for canary in [address, "127.0.0.1", "Lynx", "canary"] {
        assert!(!stored.contains(canary), "{canary} is stored");
    }
    let failed =
        lena.ask("POST", "/api/chat/message").body("text/plain", "x").await.refused(415, "unsupported_media_type");
    assert!(was_logged(failed.header("x-request-id")), "the log is read");
    for canary in [address, "Lynx", "Words of a customer 7731", "canary.7731@acme.com"] {
        assert!(!was_logged(canary), "{canary} is in the log");
    }
}
