//! Being asked how it was, over HTTP and sockets.

use serde_json::{Value, json};

use crate::kit::{Customer, Desk, Place};

on_both![
    a_rating_reaches_the_team_and_the_customers_other_tabs,
    a_rating_is_checked_and_belongs_to_its_chat,
    a_rating_stays_in_its_department,
];

/// An answered chat that Maya resolved.
async fn resolved(desk: &Desk, lena: &Customer) -> String {
    let maya = desk.agent("Maya").await;
    let chat = lena.says("Where is it?").await.conversation;
    maya.claims(&chat).await;
    maya.replies(&chat, "On its way.").await;
    maya.resolves(&chat).await;
    chat
}

async fn rate(lena: &Customer, chat: &str, body: &Value) -> crate::kit::Answer {
    lena.ask("PUT", &format!("/api/chat/survey/{chat}")).json(body).await
}

async fn a_rating_reaches_the_team_and_the_customers_other_tabs(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    let chat = resolved(&desk, &lena).await;
    assert_eq!(lena.sees().await["survey"], true);
    let (mut tab, mut ada) = (lena.listens().await, desk.ada().listens().await);
    rate(&lena, &chat, &json!({"stars": 4, "comment": "Quick, thanks"})).await.is(204);
    let told = ada.event("survey.answered").await;
    assert_eq!((&told["data"]["stars"], &told["data"]["comment"]), (&json!(4), &json!("Quick, thanks")));
    assert_eq!(tab.event("survey.answered").await["data"], json!({}));
    assert_eq!(lena.sees().await["survey"], false);
    let trail = desk.ada().get(&format!("/api/v1/conversations/{chat}/events")).await.is(200);
    let kinds: Vec<&str> = trail["events"].as_array().unwrap().iter().filter_map(|it| it["kind"].as_str()).collect();
    assert_eq!(kinds[..3], ["survey.answered", "survey.asked", "conversation.resolved"]);
}

async fn a_rating_is_checked_and_belongs_to_its_chat(place: Place) {
    let desk = place.desk().await;
    let (lena, omar) = (desk.customer("Lena").await, desk.customer("Omar").await);
    let chat = resolved(&desk, &lena).await;
    omar.says("Hello?").await;
    for body in [
        json!({"stars": 0}),
        json!({"stars": 6}),
        json!({"stars": "5"}),
        json!({"stars": 5, "comment": "x".repeat(1_001)}),
    ] {
        rate(&lena, &chat, &body).await.refused(422, "invalid_body");
    }
    rate(&omar, &chat, &json!({"stars": 1})).await.refused(404, "not_found");
    omar.ask("DELETE", &format!("/api/chat/survey/{chat}")).await.refused(404, "not_found");
    assert_eq!(lena.sees().await["survey"], true);
    let mut ada = desk.ada().listens().await;
    lena.ask("DELETE", &format!("/api/chat/survey/{chat}")).await.is(204);
    ada.event("survey.skipped").await;
    assert_eq!(lena.sees().await["survey"], false);
}

async fn a_rating_stays_in_its_department(place: Place) {
    let desk = place.desk().await;
    let ada = desk.ada();
    let (maya, tom) = (desk.agent("Maya").await, desk.agent("Tom").await);
    let sales = ada.post("/api/v1/departments", &json!({"name": "Sales"})).await.is(201)["id"].clone();
    let sales = sales.as_str().unwrap();
    ada.ask("PUT", &format!("/api/v1/departments/{sales}/members/{}", maya.id)).await.is(200);
    let lena = desk.customer("Lena").await;
    let chat = lena.says("A quote, please").await.conversation;
    let epoch = ada.sees(&chat).await["epoch"].clone();
    let body = json!({"department_id": sales, "epoch": epoch, "anyway": true});
    ada.put(&format!("/api/v1/conversations/{chat}/transfer"), &body).await.is(200);
    maya.claims(&chat).await;
    maya.replies(&chat, "Here it is.").await;
    let before = tom.head().await;
    maya.resolves(&chat).await;
    rate(&lena, &chat, &json!({"stars": 1, "comment": "secret words"})).await.is(204);
    let heard = |events: Vec<Value>| events.iter().any(|event| event.to_string().contains("secret words"));
    assert!(heard(maya.events_after(before).await));
    assert!(!heard(tom.events_after(before).await));
}
