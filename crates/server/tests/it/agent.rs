//! Agents: roles, names, switching off, and who is here.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::kit::{Agent, PASSWORD, Place};

on_both![
    everybody_sees_who_is_there,
    one_changes_ones_own_name_and_nothing_else,
    a_role_counts_from_the_next_call_on,
    the_last_administrator_stays,
    two_administrators_cannot_dismiss_each_other_at_once,
    switching_somebody_off_gives_their_work_back_and_signs_them_out,
];

fn of(agent: &Agent) -> String {
    format!("/api/v1/agents/{}", agent.id)
}

async fn names(agent: &Agent) -> Vec<(String, bool)> {
    let items = agent.get("/api/v1/agents").await.is(200)["items"].clone();
    items.as_array().unwrap().iter().map(|it| (it["name"].as_str().unwrap().to_owned(), it["online"] == true)).collect()
}

async fn everybody_sees_who_is_there(place: Place) {
    let desk = place.desk().await;
    let (maya, tom) = (desk.agent("Maya").await, desk.agent("anton").await);
    let pair = |name: &str, online: bool| (name.to_owned(), online);
    assert_eq!(names(&maya).await, [pair("Ada", false), pair("anton", false), pair("Maya", false)]);
    let mut ear = maya.listens().await;
    ear.everything().await;
    let (first_tab, second_tab) = (tom.listens().await, tom.listens().await);
    assert_eq!(ear.hears("presence").await, json!({"type": "presence", "agent_id": tom.id, "online": true}));
    assert_eq!(names(&maya).await, [pair("Ada", false), pair("anton", true), pair("Maya", true)]);
    first_tab.leaves().await;
    ear.everything().await;
    second_tab.leaves().await;
    assert_eq!(
        ear.hears("presence").await,
        json!({"type": "presence", "agent_id": tom.id, "online": false}),
        "with the last tab"
    );
    assert_eq!(names(&maya).await[1], pair("anton", false));
    let whole = maya.get("/api/v1/agents").await.is(200)["items"][2].clone();
    let expected = json!({"id": maya.id, "name": "Maya", "email": "maya@acme.com", "role": "agent", "active": true, "online": true,
        "created_at": whole["created_at"], "display_name": null, "signature": "", "languages": [], "chat_limit": 4,
        "status": whole["status"], "seen_at": whole["seen_at"]});
    assert_eq!(whole, expected);
    assert_eq!((&whole["status"]["status"], whole["seen_at"].is_string()), (&json!("available"), true));
}

async fn one_changes_ones_own_name_and_nothing_else(place: Place) {
    let desk = place.desk().await;
    let (maya, tom, lena) = (desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    maya.replies(&chat, "Hi.").await;
    let mut ear = tom.listens().await;
    let changed = maya.patch(&of(&maya), &json!({"name": "  Maya Alves "})).await.is(200);
    assert_eq!(changed["name"], "Maya Alves");
    let event = ear.event("agent.updated").await;
    assert_eq!(event["data"]["agent"]["name"], "Maya Alves");
    assert_eq!(event["actor"], json!({"type": "agent", "id": maya.id, "name": "Maya"}));
    maya.replies(&chat, "Hi again.").await;
    let authors: Vec<Value> =
        maya.thread(&chat).await.iter().map(|message| message["author"]["name"].clone()).collect();
    assert_eq!(authors[1..], [json!("Maya"), json!("Maya Alves")], "what was signed stays signed");
    assert_eq!(maya.sees(&chat).await["owner"]["name"], "Maya Alves");
    let before = desk.rows().await;
    maya.patch(&of(&maya), &json!({"name": "Maya Alves"})).await.is(200);
    maya.patch(&of(&maya), &json!({})).await.is(200);
    for (who, body) in [
        (&tom, json!({"name": "Thomas"})),
        (&tom, json!({"role": "administrator"})),
        (&tom, json!({})),
        (&maya, json!({"role": "administrator"})),
        (&maya, json!({"role": "agent"})),
        (&maya, json!({"active": true})),
        (&maya, json!({"name": "M", "active": false})),
    ] {
        maya.patch(&of(who), &body).await.refused(403, "forbidden");
    }
    for (field, value) in [
        ("email", json!("eve@acme.com")),
        ("id", json!(tom.id)),
        ("password_hash", json!("x")),
        ("created_at", json!(0)),
    ] {
        maya.patch(&of(&maya), &json!({field: value})).await.refused(422, "invalid_body");
    }
    for name in ["", " ", "M\0", &"x".repeat(81)] {
        maya.patch(&of(&maya), &json!({"name": name})).await.refused(422, "invalid_body");
    }
    desk.ada()
        .patch("/api/v1/agents/agent_00000000000000000000000000", &json!({"name": "X"}))
        .await
        .refused(404, "not_found");
    desk.is_unchanged_since(&before).await;
}

async fn a_role_counts_from_the_next_call_on(place: Place) {
    let desk = place.desk().await;
    let (ada, maya) = (desk.ada(), desk.agent("Maya").await);
    let mut ear = maya.listens().await;
    for _ in 0..5 {
        maya.get("/api/v1/invites").await.refused(403, "forbidden");
        ada.patch(&of(&maya), &json!({"role": "administrator"})).await.is(200);
        maya.get("/api/v1/invites").await.is(200);
        let invite = ada.post("/api/v1/invites", &json!({"role": "agent"})).issues_secret().await.is(201);
        ada.patch(&of(&maya), &json!({"role": "agent"})).await.is(200);
        maya.get("/api/v1/invites").await.refused(403, "forbidden");
        ada.delete(&format!("/api/v1/invites/{}", invite["id"].as_str().unwrap())).await.is(204);
    }
    ear.everything().await;
    let heard: Vec<&str> = ear.kinds();
    assert_eq!(
        heard,
        ["agent.updated", "invite.created", "agent.updated"].repeat(5),
        "the socket follows the role at once"
    );
}

async fn the_last_administrator_stays(place: Place) {
    let desk = place.desk().await;
    let (ada, maya) = (desk.ada(), desk.administrator("Maya").await);
    ada.patch(&of(&maya), &json!({"active": false})).await.is(200);
    let before = desk.rows().await;
    for body in
        [json!({"role": "agent"}), json!({"active": false}), json!({"role": "agent", "active": false, "name": "A"})]
    {
        ada.patch(&of(&ada), &body).await.refused(409, "last_administrator");
    }
    desk.is_unchanged_since(&before).await;
    ada.get("/api/v1/invites").await.is(200);
    ada.patch(&of(&maya), &json!({"active": true})).await.is(200);
    ada.patch(&of(&ada), &json!({"role": "agent"})).await.is(200);
    ada.get("/api/v1/invites").await.refused(403, "forbidden");
}

async fn two_administrators_cannot_dismiss_each_other_at_once(place: Place) {
    let desk = place.desk().await;
    let (maya, tom) = (desk.administrator("Maya").await, desk.administrator("Tom").await);
    maya.patch(&of(&desk.ada()), &json!({"active": false})).await.is(200);
    for round in 0..8 {
        desk.rewrites("UPDATE agent SET active = 1, role = 'administrator' WHERE name <> 'Ada'").await;
        let (maya, tom) = (maya.signs_in_again().await, tom.signs_in_again().await);
        let body = if round % 2 == 0 { json!({"active": false}) } else { json!({"role": "agent"}) };
        let answers =
            join_all([(&maya, &tom), (&tom, &maya)].map(|(by, whom)| by.patch(&of(whom), &body).into_future())).await;
        let left = desk.core().read(|tx, _| {
            Ok(db::sql("SELECT count(*) FROM agent WHERE role = 'administrator' AND active = 1").one::<i64>(tx)?)
        });
        assert_eq!(left.await.unwrap(), 1, "round {round}: {answers:?}");
    }
}

async fn switching_somebody_off_gives_their_work_back_and_signs_them_out(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, tom) = (desk.ada(), desk.agent("Maya").await, desk.agent("Tom").await);
    let mut chats = Vec::new();
    for name in ["Lena", "Otto", "Ines"] {
        let chat = desk.customer(name).await.says("Hello?").await.conversation;
        maya.claims(&chat).await;
        chats.push(chat);
    }
    maya.resolves(&chats[2]).await;
    let phone = maya.signs_in_again().await;
    let (mut one, mut two, mut toms) = (maya.listens().await, phone.listens().await, tom.listens().await);
    let start = Instant::now();
    ada.patch(&of(&maya), &json!({"active": false})).await.is(200);
    assert_eq!((one.closed().await, two.closed().await), (4001, 4001));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    for browser in [&maya, &phone] {
        browser.get("/api/v1/session").await.refused(401, "unauthenticated");
        browser.get("/api/v1/socket").handshake().await.refused(401, "unauthenticated");
    }
    for chat in &chats[..2] {
        let now = tom.sees(chat).await;
        assert_eq!((&now["state"], &now["owner"], &now["epoch"]), (&json!("waiting"), &Value::Null, &json!(2)));
    }
    assert_eq!(tom.sees(&chats[2]).await["owner"]["name"], "Maya", "what is settled keeps its name");
    toms.everything().await;
    assert_eq!(toms.kinds(), ["agent.updated", "conversation.released", "conversation.released"]);
    tom.claims(&chats[0]).await;
    tom.transfer(&chats[0], &maya).await.refused(409, "agent_inactive");
    let again = desk.post("/api/v1/session", &json!({"email": maya.email, "password": PASSWORD})).await;
    again.refused(401, "sign_in_failed");
    ada.patch(&of(&maya), &json!({"active": true})).await.is(200);
    maya.get("/api/v1/session").await.refused(401, "unauthenticated");
    maya.signs_in_again().await.claims(&chats[1]).await;
}
