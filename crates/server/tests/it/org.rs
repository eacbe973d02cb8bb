//! Departments, roles, statuses and password links over HTTP and sockets.

use serde_json::{Value, json};

use crate::kit::{Agent, Desk, PASSWORD, Place};

on_both![
    a_move_changes_both_screens_and_leaves_nothing_behind,
    new_rights_reach_open_sockets,
    what_others_type_and_look_at_stays_in_the_department,
    a_link_sets_a_password_once,
    a_status_is_chosen_shown_and_warned_of,
    a_profile_is_ones_own,
    a_widgets_cookie_without_an_origin_opens_no_socket,
];

async fn department(desk: &Desk, name: &str, members: &[&Agent]) -> String {
    let made = desk.ada().post("/api/v1/departments", &json!({"name": name})).await.is(201);
    let id = made["id"].as_str().unwrap().to_owned();
    for member in members {
        join(desk, &id, member).await;
    }
    id
}

async fn join(desk: &Desk, department: &str, who: &Agent) {
    desk.ada().ask("PUT", &format!("/api/v1/departments/{department}/members/{}", who.id)).await.is(200);
}

async fn leave(desk: &Desk, department: &str, who: &Agent) {
    desk.ada().ask("DELETE", &format!("/api/v1/departments/{department}/members/{}", who.id)).await.is(200);
}

async fn hand_over(desk: &Desk, chat: &str, target: Value) -> Value {
    let mut body = target;
    body["epoch"] = desk.ada().sees(chat).await["epoch"].clone();
    body["anyway"] = json!(true);
    desk.ada().put(&format!("/api/v1/conversations/{chat}/transfer"), &body).await.is(200).body
}

async fn a_move_changes_both_screens_and_leaves_nothing_behind(place: Place) {
    let desk = place.desk().await;
    let (maya, tom) = (desk.agent("Maya").await, desk.agent("Tom").await);
    let sales = department(&desk, "Sales", &[&maya]).await;
    let support = department(&desk, "Support", &[&tom]).await;
    let lena = desk.customer("Lena").await;
    let chat = lena.says("Hello?").await.conversation;
    hand_over(&desk, &chat, json!({"department_id": sales})).await;
    let (mut mayas, mut toms, mut adas) = (maya.listens().await, tom.listens().await, desk.ada().listens().await);
    let moved = hand_over(&desk, &chat, json!({"department_id": support})).await;
    assert_eq!((&moved["department_id"], &moved["state"]), (&json!(support), &json!("waiting")));
    mayas.event("conversation.hidden").await;
    let gained = toms.event("conversation.transferred").await;
    assert_eq!(gained["data"]["conversation"]["id"], chat);
    assert_eq!(gained["data"]["conversation"]["preview"], "Hello?");
    adas.event("conversation.transferred").await;
    lena.says("Anybody?").await;
    tom.notes(&chat, "A regular").await;
    assert!(mayas.everything().await.iter().all(|frame| frame["type"] != "event"), "nothing after the farewell");
    assert_eq!(toms.everything().await.iter().filter(|frame| frame["kind"] == "message.created").count(), 2);
    for path in ["", "/messages", "/draft?mode=reply", "/events"] {
        maya.get(&format!("/api/v1/conversations/{chat}{path}")).await.refused(404, "not_found");
    }
    maya.claim(&chat).await.refused(404, "not_found");
    let counts = maya.get("/api/v1/conversations/counts").await.is(200);
    assert_eq!((&counts["all"], &counts["waiting"]), (&json!(0), &json!(0)));
    let story = tom.get(&format!("/api/v1/conversations/{chat}/events")).await.is(200);
    assert!(story["events"].as_array().unwrap().len() >= 3, "the whole story comes along: {story:?}");
    hand_over(&desk, &chat, json!({"agent_id": maya.id})).await;
    assert_eq!(mayas.event("conversation.transferred").await["data"]["conversation"]["preview"], "Anybody?");
    assert_eq!(maya.thread(&chat).await.len(), 3);
}

async fn new_rights_reach_open_sockets(place: Place) {
    let desk = place.desk().await;
    let maya = desk.agent("Maya").await;
    let sales = department(&desk, "Sales", &[]).await;
    let lena = desk.customer("Lena").await;
    let chat = lena.says("Hello?").await.conversation;
    hand_over(&desk, &chat, json!({"department_id": sales})).await;
    let mut mayas = maya.listens().await;
    lena.says("One").await;
    assert!(mayas.everything().await.iter().all(|frame| frame["type"] != "event"));
    join(&desk, &sales, &maya).await;
    mayas.hears("snapshot_required").await;
    lena.says("Two").await;
    assert!(mayas.everything().await.iter().any(|frame| frame["kind"] == "message.created"));
    assert_eq!(maya.sees(&chat).await["preview"], "Two");
    leave(&desk, &sales, &maya).await;
    mayas.hears("snapshot_required").await;
    lena.says("Three").await;
    assert!(mayas.everything().await.iter().all(|frame| frame["kind"] != "message.created"));
    let all = json!({"name": "Auditor", "permissions": ["conversation.read_all"]});
    let role = desk.ada().post("/api/v1/roles", &all).await.is(201)["id"].clone();
    desk.ada().patch(&format!("/api/v1/agents/{}", maya.id), &json!({"role": role})).await.is(200);
    mayas.hears("snapshot_required").await;
    assert_eq!(maya.get("/api/v1/session").await.is(200)["permissions"], json!(["conversation.read_all"]));
    lena.says("Four").await;
    assert!(mayas.everything().await.iter().any(|frame| frame["kind"] == "message.created"));
    let path = format!("/api/v1/roles/{}", role.as_str().unwrap());
    desk.ada().patch(&path, &json!({"permissions": []})).await.is(200);
    mayas.hears("snapshot_required").await;
    maya.get(&format!("/api/v1/conversations/{chat}")).await.refused(404, "not_found");
    desk.ada().delete(&path).await.refused(409, "role_in_use");
    let head = maya.head().await;
    let mut late = maya.connects().await;
    late.says(&json!({"type": "hello", "after": head - 2})).await;
    late.hears("snapshot_required").await;
    late.hears("ready").await;
}

async fn what_others_type_and_look_at_stays_in_the_department(place: Place) {
    let desk = place.desk().await;
    let (maya, tom) = (desk.agent("Maya").await, desk.agent("Tom").await);
    let sales = department(&desk, "Sales", &[&maya]).await;
    let lena = desk.customer("Lena").await;
    let chat = lena.says("Hello?").await.conversation;
    hand_over(&desk, &chat, json!({"department_id": sales})).await;
    let (mut mayas, mut toms, mut adas) = (maya.listens().await, tom.listens().await, desk.ada().listens().await);
    let mut lenas = lena.listens().await;
    toms.says(&json!({"type": "viewing", "conversation_id": chat})).await;
    toms.says(&json!({"type": "typing", "conversation_id": chat})).await;
    toms.everything().await;
    mayas.says(&json!({"type": "viewing", "conversation_id": chat})).await;
    let seen = adas.hears("viewing").await;
    assert_eq!(seen["agents"].as_array().unwrap().len(), 1, "who may not read it is not seen looking: {seen}");
    mayas.says(&json!({"type": "typing", "conversation_id": chat})).await;
    assert_eq!(adas.hears("typing").await["author"]["name"], "Maya");
    assert_eq!(lenas.hears("typing").await["author"]["name"], "Maya");
    lena.types().await;
    assert_eq!(mayas.hears("typing").await["author"]["type"], "user");
    let frames = toms.everything().await;
    assert!(!frames.iter().any(|frame| frame["conversation_id"] == json!(chat)), "{frames:#?}");
    assert!(toms.heard.iter().all(|frame| frame["conversation_id"] != json!(chat)), "{:#?}", toms.heard);
}

async fn a_link_sets_a_password_once(place: Place) {
    let desk = place.desk().await;
    let maya = desk.agent("Maya").await;
    let link = async || {
        let path = format!("/api/v1/agents/{}/reset", maya.id);
        let made = desk.ada().ask("POST", &path).issues_secret().await.is(201);
        let token = made["url"].as_str().unwrap().strip_prefix(&format!("{}/reset#", desk.url())).unwrap().to_owned();
        desk.witness().keeps("a reset's token", &token);
        token
    };
    let (older, token) = (link().await, link().await);
    assert!(token.len() >= 43, "256 bits");
    let uses = |token: &str, password: &str| {
        desk.post("/api/v1/password/reset", &json!({"token": token, "password": password}))
    };
    let new = "four unrelated words indeed";
    uses(&older, new).await.refused(404, "reset_not_found");
    uses(&token, "short").await.refused(422, "invalid_body");
    let mut ear = maya.listens().await;
    let signed_in = uses(&token, new).await.is(201);
    assert_eq!(signed_in["agent"]["id"], maya.id);
    assert_eq!(ear.closed().await, 4001, "every other session ends");
    maya.get("/api/v1/session").await.refused(401, "unauthenticated");
    uses(&token, new).await.refused(404, "reset_not_found");
    let sign_in = |password: &str| desk.post("/api/v1/session", &json!({"email": maya.email, "password": password}));
    sign_in(PASSWORD).await.refused(401, "sign_in_failed");
    sign_in(new).await.is(201);
    let log = desk.core().read(|tx, _| Ok(tx.events_after(0, 500)?)).await.unwrap();
    let told = |kind: &str| log.iter().filter(|event| event.kind == kind).count();
    assert_eq!((told("reset.created"), told("reset.used")), (2, 1), "for the audit");
    let old = link().await;
    desk.rewrites("UPDATE password_reset SET expires_at = expires_at - 1800001").await;
    uses(&old, new).await.refused(404, "reset_not_found");
}

async fn a_status_is_chosen_shown_and_warned_of(place: Place) {
    let desk = place.desk().await;
    let (maya, tom) = (desk.agent("Maya").await, desk.agent("Tom").await);
    let mut toms = tom.listens().await;
    let path = format!("/api/v1/agents/{}/status", maya.id);
    maya.put(&path, &json!({"status": "break", "until": "2999-01-01T00:00:00Z"})).await.refused(422, "invalid_body");
    maya.put(&path, &json!({"status": "lunch"})).await.refused(422, "invalid_body");
    let now = maya.put(&path, &json!({"status": "break"})).await.is(200);
    assert_eq!((&now["status"], &now["set_by"]["name"]), (&json!("break"), &json!("Maya")));
    assert_eq!(toms.event("agent.status_changed").await["data"]["status"]["status"], "break");
    tom.put(&path, &json!({"status": "available", "reason": "Now"})).await.refused(403, "forbidden");
    desk.ada().put(&path, &json!({"status": "training"})).await.refused(422, "invalid_body");
    let lena = desk.customer("Lena").await;
    let chat = lena.says("Hello?").await.conversation;
    tom.claims(&chat).await;
    let body = json!({"agent_id": maya.id, "epoch": tom.epoch(&chat)});
    let transfer = format!("/api/v1/conversations/{chat}/transfer");
    let warned = tom.put(&transfer, &body).await.refused(409, "target_not_available");
    assert_eq!(warned["agent_status"], "break");
    let mut body = body;
    body["anyway"] = json!(true);
    tom.put(&transfer, &body).await.is(200);
    let spans = maya.get(&path).await.is(200)["items"].clone();
    assert_eq!((&spans[0]["status"], &spans[0]["to"]), (&json!("break"), &Value::Null));
    assert_eq!(spans[1]["status"], "available");
}

async fn a_profile_is_ones_own(place: Place) {
    let desk = place.desk().await;
    let maya = desk.agent("Maya Alves").await;
    let path = format!("/api/v1/agents/{}", maya.id);
    let profile = json!({"display_name": "Maya", "signature": "Bye\nMaya", "languages": ["pt-BR", "en"]});
    let changed = maya.patch(&path, &profile).await.is(200);
    assert_eq!((&changed["display_name"], &changed["languages"]), (&json!("Maya"), &json!(["pt-BR", "en"])));
    let lena = desk.customer("Lena").await;
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    maya.replies(&chat, "Hi").await;
    assert_eq!(lena.sees().await["owner"]["name"], "Maya", "customers see the name that is for them");
    let thread = maya.thread(&chat).await;
    assert_eq!(thread[1]["author"]["name"], "Maya");
    assert_eq!(maya.sees(&chat).await["owner"]["name"], "Maya Alves", "colleagues see the other");
    for wrong in [json!({"languages": ["p t"]}), json!({"display_name": ""}), json!({"signature": "x".repeat(2_001)})] {
        maya.patch(&path, &wrong).await.refused(422, "invalid_body");
    }
    maya.patch(&path, &json!({"chat_limit": 9})).await.refused(403, "forbidden");
    assert_eq!(desk.ada().patch(&path, &json!({"chat_limit": 9})).await.is(200)["chat_limit"], 9);
    desk.ada().patch(&path, &json!({"role": "owner"})).await.refused(422, "invalid_body");
    assert_eq!(maya.patch(&path, &json!({"display_name": null})).await.is(200)["display_name"], Value::Null);
}

async fn a_widgets_cookie_without_an_origin_opens_no_socket(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    lena.says("Hello?").await;
    // who may come in is decided before how they come
    let raw = |headers: &str| {
        format!("GET /api/chat/socket HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}\r\n", desk.address())
    };
    let cookie = format!("cookie: s={}\r\n", lena.token);
    let answer = desk.raw(raw(&cookie).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("foreign_origin"), "{answer}");
    let answer = desk.raw(raw("").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}
