//! Drafts: kept for their author and nobody else.

use serde_json::{Value, json};

use crate::kit::{Agent, Place};

on_both![
    a_draft_is_kept_changed_listed_and_thrown_away,
    a_draft_is_its_authors_alone,
    a_draft_that_does_not_fit_is_refused_and_the_old_one_kept,
];

fn of(chat: &str, mode: &str) -> String {
    format!("/api/v1/conversations/{chat}/draft?mode={mode}")
}

async fn keeps(agent: &Agent, chat: &str, mode: &str, text: &str) {
    agent.put(&of(chat, mode), &json!({"text": text})).await.is(204);
}

async fn a_draft_is_kept_changed_listed_and_thrown_away(place: Place) {
    let desk = place.desk().await;
    let (maya, lena, otto) = (desk.agent("Maya").await, desk.customer("Lena").await, desk.customer("Otto").await);
    let (chat, other) = (lena.says("Hello?").await.conversation, otto.says("Hello?").await.conversation);
    maya.get(&of(&chat, "reply")).await.refused(404, "not_found");
    let mut ear = maya.listens().await;
    keeps(&maya, &chat, "reply", "Dear Lena").await;
    keeps(&maya, &chat, "note", "Check the bank").await;
    keeps(&maya, &other, "reply", "Dear Otto").await;
    keeps(&maya, &chat, "reply", "Dear Lena,").await;
    keeps(&maya, &chat, "reply", "Dear Lena,").await;
    let draft = maya.get(&of(&chat, "reply")).await.is(200);
    let expected =
        json!({"conversation_id": chat, "mode": "reply", "text": "Dear Lena,", "updated_at": draft["updated_at"]});
    assert_eq!(draft.body, expected);
    let list = maya.get("/api/v1/drafts").await.is(200)["items"].clone();
    let mut texts: Vec<&str> = list.as_array().unwrap().iter().map(|draft| draft["text"].as_str().unwrap()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["Check the bank", "Dear Lena,", "Dear Otto"]);
    maya.delete(&of(&chat, "reply")).await.is(204);
    maya.delete(&of(&chat, "reply")).await.is(204);
    keeps(&maya, &chat, "note", "").await;
    keeps(&maya, &chat, "note", "").await;
    maya.get(&of(&chat, "note")).await.refused(404, "not_found");
    assert_eq!(maya.get("/api/v1/drafts").await.is(200)["items"].as_array().unwrap().len(), 1);
    ear.everything().await;
    let told: Vec<Value> = ear
        .heard
        .iter()
        .filter(|frame| frame["type"] == "event")
        .map(|frame| json!([frame["kind"], frame["data"]["mode"], frame["data"]["text"]]))
        .collect();
    let expected = [
        json!(["draft.saved", "reply", "Dear Lena"]),
        json!(["draft.saved", "note", "Check the bank"]),
        json!(["draft.saved", "reply", "Dear Otto"]),
        json!(["draft.saved", "reply", "Dear Lena,"]),
        json!(["draft.deleted", "reply", null]),
        json!(["draft.deleted", "note", null]),
    ];
    assert_eq!(told, expected, "what changes nothing is no event");
}

async fn a_draft_is_its_authors_alone(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, tom, lena) =
        (desk.ada(), desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let (mut toms, mut adas, mut lenas) = (tom.listens().await, ada.listens().await, lena.listens().await);
    let phone = maya.signs_in_again().await;
    let mut phones = phone.listens().await;
    let from = ada.head().await;
    keeps(&maya, &chat, "reply", "what nobody else may read").await;
    assert_eq!(
        phones.event("draft.saved").await["data"]["text"],
        "what nobody else may read",
        "one's other browser shows it"
    );
    for other in [&tom, &ada] {
        other.get(&of(&chat, "reply")).await.refused(404, "not_found");
        assert_eq!(other.get("/api/v1/drafts").await.is(200)["items"], json!([]));
        other.delete(&of(&chat, "reply")).await.is(204);
        keeps(other, &chat, "reply", "my own").await;
        assert_eq!(other.get(&of(&chat, "reply")).await.is(200)["text"], "my own");
        let told = format!("{:?}", other.events_after(from).await);
        assert!(told.contains("my own") && !told.contains("nobody else"), "{told}");
    }
    for ear in [&mut toms, &mut adas, &mut lenas] {
        let heard = format!("{:?}", ear.everything().await);
        assert!(!heard.contains("nobody else"), "{heard}");
    }
    assert_eq!(maya.get(&of(&chat, "reply")).await.is(200)["text"], "what nobody else may read");
    let history = format!("{:?} {:?}", lena.history().await, lena.sees().await);
    assert!(!history.contains("nobody else"), "{history}");
}

async fn a_draft_that_does_not_fit_is_refused_and_the_old_one_kept(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    keeps(&maya, &chat, "reply", "Dear Lena").await;
    let before = desk.rows().await;
    for text in [json!("x".repeat(48 * 1024 + 1)), json!("a\0b"), json!(null), json!(7)] {
        let refused = maya.put(&of(&chat, "reply"), &json!({"text": text})).await.refused(422, "invalid_body");
        assert_eq!(refused["errors"][0]["field"], "text");
    }
    for query in ["", "?mode=", "?mode=sms", "?mode=reply&mode=note", "?mode=reply&to=x", "?Mode=reply"] {
        let path = format!("/api/v1/conversations/{chat}/draft{query}");
        maya.put(&path, &json!({"text": "x"})).await.refused(422, "invalid_query");
        maya.get(&path).await.refused(422, "invalid_query");
    }
    for id in ["conversation_00000000000000000000000000", "x", maya.id.as_str()] {
        maya.put(&of(id, "reply"), &json!({"text": "x"})).await.refused(404, "not_found");
        maya.get(&of(id, "reply")).await.refused(404, "not_found");
    }
    desk.is_unchanged_since(&before).await;
    let longest = "é".repeat(24 * 1024);
    keeps(&maya, &chat, "reply", &longest).await;
    assert_eq!(
        maya.get(&of(&chat, "reply")).await.is(200)["text"],
        longest,
        "longer than a message, so that it can be shortened"
    );
}
