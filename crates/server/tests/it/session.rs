//! Signing in and out, and one's own password.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Answer, Conduct, Desk, PASSWORD, Place};

on_both![
    signing_in_and_out,
    wrong_unknown_and_switched_off_are_one_answer,
    signing_out_ends_this_browser_alone,
    signing_out_everywhere,
    a_new_password_ends_the_other_browsers,
    a_session_rests_for_twelve_hours_and_lives_for_seven_days,
    a_cookie_is_never_taken_from_the_visitor,
    behind_https_the_cookie_belongs_to_this_host_alone,
    what_is_stored_opens_nothing,
];

on_both_in_still_time![an_account_with_too_many_tries_is_the_same_answer_too, a_tried_account_opens_again_by_itself];

async fn sign_in(desk: &Desk, email: &str, password: &str) -> Answer {
    desk.post("/api/v1/session", &json!({"email": email, "password": password})).await
}

async fn signing_in_and_out(place: Place) {
    let desk = place.desk().await;
    let maya = desk.agent("Maya").await;
    let first = sign_in(&desk, "maya@acme.com", PASSWORD).await.is(201);
    let second = sign_in(&desk, " MAYA@acme.com", PASSWORD).await.is(201);
    assert_ne!(first.cookie(), second.cookie(), "each session has a token of its own");
    let agent = json!({"id": maya.id, "name": "Maya", "email": "maya@acme.com", "role": "agent", "active": true, "online": false,
        "created_at": first["agent"]["created_at"], "display_name": null, "signature": "", "languages": [], "chat_limit": 4,
        "status": first["agent"]["status"], "seen_at": null});
    assert_eq!(first["agent"], agent);
    let cookie = first.cookie().unwrap();
    let me = desk.get("/api/v1/session").header("cookie", cookie.clone()).await.is(200);
    assert_eq!((&me["agent"], &me["company"]), (&agent, &json!("Acme")));
    let out = desk.ask("DELETE", "/api/v1/session").header("cookie", cookie.clone()).await.is(204);
    assert_eq!(out.header("set-cookie"), "session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    desk.get("/api/v1/session").header("cookie", cookie.clone()).await.refused(401, "unauthenticated");
    desk.ask("DELETE", "/api/v1/session").header("cookie", cookie).await.refused(401, "unauthenticated");
    desk.get("/api/v1/session").header("cookie", second.cookie().unwrap()).await.is(200);
    let kinds: Vec<String> = desk.rows_of("event").await;
    assert!(
        kinds.iter().any(|row| row.contains("session.ended"))
            && kinds.iter().any(|row| row.contains("session.started"))
    );
}

/// What a stranger learns: status, headers but the request id, and the document.
fn lesson(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let headers = answer.headers.iter().filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date"));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (answer.status, headers, answer.without_request_id())
}

async fn wrong_unknown_and_switched_off_are_one_answer(place: Place) {
    let desk = place.desk().await;
    let (_maya, tom) = (desk.agent("Maya").await, desk.agent("Tom").await);
    desk.ada().patch(&format!("/api/v1/agents/{}", tom.id), &json!({"active": false})).await.is(200);
    let before = desk.rows().await;
    let wrong = sign_in(&desk, "maya@acme.com", "wrong horse battery staple").await.refused(401, "sign_in_failed");
    for (email, password) in [
        ("nobody@acme.com", PASSWORD),
        ("tom@acme.com", PASSWORD),
        ("tom@acme.com", "wrong horse battery staple"),
        ("maya@acme.com", ""),
        ("maya@acme.com", &PASSWORD.to_uppercase()),
        ("", ""),
        ("maya@acme.com\0", PASSWORD),
        ("maya", PASSWORD),
        ("%", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
    ] {
        let refused = sign_in(&desk, email, password).await;
        assert_eq!(lesson(&refused), lesson(&wrong), "{email:?} {password:?}");
    }
    desk.is_unchanged_since(&before).await;
}

async fn an_account_with_too_many_tries_is_the_same_answer_too(place: Place) {
    let desk = place.limited_desk().await;
    desk.agent("Maya").await;
    let wrong = sign_in(&desk, "maya@acme.com", "wrong horse battery staple").await.refused(401, "sign_in_failed");
    for _ in 0..4 {
        sign_in(&desk, "Maya@ACME.com ", "wrong horse battery staple").await.refused(401, "sign_in_failed");
    }
    let right = sign_in(&desk, "maya@acme.com", PASSWORD).await;
    assert_eq!(lesson(&right), lesson(&wrong), "also the right password, for a while");
    sign_in(&desk, "ada@acme.com", PASSWORD).await.is(201);
}

async fn a_tried_account_opens_again_by_itself(place: Place) {
    let desk = place.limited_desk().await;
    desk.agent("Maya").await;
    for _ in 0..5 {
        sign_in(&desk, "maya@acme.com", "wrong horse battery staple").await.refused(401, "sign_in_failed");
    }
    sign_in(&desk, "maya@acme.com", PASSWORD).await.refused(401, "sign_in_failed");
    tokio::time::advance(Duration::from_secs(12)).await;
    sign_in(&desk, "maya@acme.com", PASSWORD).await.is(201);
}

async fn signing_out_ends_this_browser_alone(place: Place) {
    let desk = place.desk().await;
    let maya = desk.agent("Maya").await;
    let phone = maya.signs_in_again().await;
    let (mut here, mut there) = (maya.listens().await, phone.listens().await);
    let mut second_tab = maya.listens().await;
    maya.delete("/api/v1/session").await.is(204);
    maya.get("/api/v1/session").await.refused(401, "unauthenticated");
    maya.get("/api/v1/socket").handshake().await.refused(401, "unauthenticated");
    assert_eq!((here.closed().await, second_tab.closed().await), (4001, 4001));
    phone.get("/api/v1/session").await.is(200);
    there.everything().await;
    desk.customer("Lena").await.says("Hello?").await;
    there.event("contact.created").await;
}

async fn signing_out_everywhere(place: Place) {
    let desk = place.desk().await;
    let (maya, tom) = (desk.agent("Maya").await, desk.agent("Tom").await);
    let phone = maya.signs_in_again().await;
    let everywhere = format!("/api/v1/agents/{}/sessions", maya.id);
    tom.delete(&everywhere).await.refused(403, "forbidden");
    maya.get("/api/v1/session").await.is(200);
    let (mut one, mut two) = (maya.listens().await, phone.listens().await);
    phone.delete(&everywhere).await.is(204);
    for browser in [&maya, &phone] {
        browser.get("/api/v1/session").await.refused(401, "unauthenticated");
    }
    assert_eq!((one.closed().await, two.closed().await), (4001, 4001));
    let back = maya.signs_in_again().await;
    desk.ada().delete(&everywhere).await.is(204);
    back.get("/api/v1/session").await.refused(401, "unauthenticated");
    desk.ada().delete("/api/v1/agents/agent_00000000000000000000000000/sessions").await.refused(404, "not_found");
    tom.get("/api/v1/session").await.is(200);
}

async fn a_new_password_ends_the_other_browsers(place: Place) {
    let desk = place.desk().await;
    let maya = desk.agent("Maya").await;
    let phone = maya.signs_in_again().await;
    let (mut here, mut there) = (maya.listens().await, phone.listens().await);
    let change = |current: &str, new: &str| maya.put("/api/v1/password", &json!({"current": current, "password": new}));
    let before = desk.rows().await;
    let fresh = "four unrelated words indeed";
    assert_eq!(change("wrong", fresh).await.refused(422, "invalid_body")["errors"][0]["field"], "current");
    for weak in ["short", "maya@acme.com", "aaaaaaaaaaaaaaa"] {
        assert_eq!(change(PASSWORD, weak).await.refused(422, "invalid_body")["errors"][0]["field"], "password");
    }
    desk.is_unchanged_since(&before).await;
    change(PASSWORD, fresh).await.is(204);
    phone.get("/api/v1/session").await.refused(401, "unauthenticated");
    assert_eq!(there.closed().await, 4001);
    maya.get("/api/v1/session").await.is(200);
    here.everything().await;
    sign_in(&desk, "maya@acme.com", PASSWORD).await.refused(401, "sign_in_failed");
    sign_in(&desk, "maya@acme.com", fresh).await.is(201);
    assert!(!crate::kit::was_logged(fresh), "a password is in the log");
}

async fn a_session_rests_for_twelve_hours_and_lives_for_seven_days(place: Place) {
    let desk = place.desk().await;
    let (resting, old) = (desk.agent("Maya").await, desk.agent("Tom").await);
    desk.rewrites("UPDATE session SET last_used_at = last_used_at - 43200001 WHERE agent_id IN (SELECT id FROM agent WHERE name = 'Maya')")
        .await;
    desk.rewrites("UPDATE session SET expires_at = expires_at - 604800001 WHERE agent_id IN (SELECT id FROM agent WHERE name = 'Tom')").await;
    for browser in [&resting, &old] {
        browser.get("/api/v1/session").await.refused(401, "unauthenticated");
        browser.get("/api/v1/socket").handshake().await.refused(401, "unauthenticated");
    }
    let noor = desk.agent("Noor").await;
    desk.rewrites("UPDATE session SET last_used_at = last_used_at - 43100000 WHERE agent_id IN (SELECT id FROM agent WHERE name = 'Noor')")
        .await;
    noor.get("/api/v1/session").await.is(200);
    let session = desk.rows_of("session").await.into_iter().find(|row| row.contains(&noor.id)).unwrap();
    let times: Vec<i64> = session.split(" | ").filter_map(|cell| cell.parse().ok()).collect();
    assert!(times[1] >= times[0], "its use is written down: {times:?}");
}

async fn a_cookie_is_never_taken_from_the_visitor(place: Place) {
    let desk = place.desk().await;
    let maya = desk.agent("Maya").await;
    let planted = "session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let body = json!({"email": "maya@acme.com", "password": PASSWORD});
    let signed_in = desk.post("/api/v1/session", &body).header("cookie", planted).await.is(201);
    assert_ne!(signed_in.cookie().unwrap(), planted);
    desk.get("/api/v1/session").header("cookie", planted).await.refused(401, "unauthenticated");
    let token = maya.cookie.split_once('=').unwrap().1;
    for cookie in [
        "session=",
        "session",
        "",
        "session=null",
        "session=undefined",
        &format!("Session={token}"),
        &format!("__Host-session={token}"),
    ] {
        desk.get("/api/v1/session").header("cookie", cookie).await.refused(401, "unauthenticated");
    }
    desk.get("/api/v1/session").header("cookie", "").bearer(token).await.refused(401, "unauthenticated");
    desk.get("/api/v1/session")
        .header("cookie", "")
        .header("x-remote-user", "ada@acme.com")
        .await
        .refused(401, "unauthenticated");
    desk.get("/api/v1/session").header("cookie", format!("a=b; {}; c=d", maya.cookie)).await.is(200);
}

async fn behind_https_the_cookie_belongs_to_this_host_alone(place: Place) {
    let desk = place.desk_with(Conduct::Unlimited, &[("public-url", "https://desk.example.com")]).await;
    let body = json!({"email": "ada@acme.com", "password": PASSWORD});
    let ask =
        |ask: crate::kit::Ask| ask.header("host", "desk.example.com").header("origin", "https://desk.example.com");
    let signed_in = ask(desk.post("/api/v1/session", &body)).await.is(201);
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    assert!(
        cookie.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age=604") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    ask(desk.get("/api/v1/session")).header("cookie", signed_in.cookie().unwrap()).await.is(200);
    ask(desk.get("/api/v1/session")).header("cookie", desk.ada().cookie).await.refused(401, "unauthenticated");
    let opened = ask(desk.post("/api/chat/initialize", &json!({"inbox": desk.key()}))).issues_secret().await.is(200);
    let body = json!({"inbox": desk.key(), "client_id": crate::kit::client_id(), "content": {"type": "text", "text": "Hello?"}});
    let sent = ask(desk.post("/api/chat/message", &body))
        .header("x-chatdesk-widget", "1")
        .bearer(opened["token"].as_str().unwrap());
    let cookie = sent.issues_secret().await.is(201).header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("__Host-s=")
            && cookie.ends_with("; Path=/; HttpOnly; Max-Age=2592000; Secure; SameSite=None; Partitioned")
    );
}

async fn what_is_stored_opens_nothing(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let words: Vec<String> =
        desk.rows_of("session").await.into_iter().chain(desk.rows_of("contact_identity").await).collect();
    let words = words.iter().flat_map(|row| row.split(" | "));
    assert!(!words.clone().any(|word| word == lena.token || maya.cookie.ends_with(word)), "a token is stored");
    let settings = desk.rows_of("setting").await;
    let settings = settings.iter().flat_map(|row| row.split([' ', '|']));
    for word in
        words.chain(settings).chain([maya.token_hash().as_str()]).filter(|word| word.is_ascii() && !word.is_empty())
    {
        desk.get("/api/v1/session").header("cookie", format!("session={word}")).await.refused(401, "unauthenticated");
        desk.get(&format!("/api/chat/history/{chat}")).bearer(word).await.refused(401, "unauthenticated");
    }
}
