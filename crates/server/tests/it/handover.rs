//! Whose a conversation becomes: handed on to somebody who may be away, and taken over by those who may, with a reason.

use serde_json::{Value, json};

use crate::kit::Place;

on_both![
    who_can_be_chosen_shows_status_and_load,
    taking_over_needs_the_right_and_a_reason_and_both_read_it,
    a_take_over_stops_the_former_owners_reply,
    an_owner_is_asked_and_says_yes_or_no,
];

async fn who_can_be_chosen_shows_status_and_load(place: Place) {
    let desk = place.desk().await;
    let (maya, tom) = (desk.agent("Maya").await, desk.agent("Tom").await);
    let support = desk.ada().post("/api/v1/departments", &json!({"name": "Support"})).await.is(201)["id"].clone();
    let member = format!("/api/v1/departments/{}/members/{}", support.as_str().unwrap(), tom.id);
    desk.ada().put(&member, &json!({})).await;
    let status = format!("/api/v1/agents/{}/status", tom.id);
    let until = "2999-01-01T00:00:00.000Z";
    tom.put(&status, &json!({"status": "break", "until": until})).await.refused(422, "invalid_body");
    tom.put(&status, &json!({"status": "break"})).await.is(200);
    let chat = desk.customer("Lena").await.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    let targets = maya.get("/api/v1/targets").await.is(200);
    let agent = |name: &str| targets["agents"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap();
    assert_eq!((&agent("Maya")["chats"], &agent("Maya")["status"]), (&json!(1), &json!("available")));
    assert_eq!((&agent("Tom")["chats"], &agent("Tom")["status"]), (&json!(0), &json!("break")));
    assert_eq!(agent("Tom")["limit"], 4);
    let department = &targets["departments"][0];
    assert_eq!((&department["id"], &department["available"], &department["waiting"]), (&support, &json!(0), &json!(0)));
    let path = format!("/api/v1/conversations/{chat}/transfer");
    let body = json!({"department_id": support, "epoch": 1});
    maya.put(&path, &body).await.refused(409, "target_not_available");
    tom.put(&status, &json!({"status": "available"})).await.is(200);
    assert_eq!(maya.put(&path, &body).await.is(200)["owner"], Value::Null);
    assert_eq!(tom.get("/api/v1/targets").await.is(200)["departments"][0]["waiting"], 1);
}

async fn taking_over_needs_the_right_and_a_reason_and_both_read_it(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, tom, lena) =
        (desk.ada(), desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    let path = format!("/api/v1/conversations/{chat}/takeover");
    let before = desk.rows().await;
    tom.put(&path, &json!({"epoch": 1, "reason": "I know them"})).await.refused(403, "forbidden");
    for reason in [String::new(), "  \n ".to_owned(), "x".repeat(301)] {
        let refused = ada.put(&path, &json!({"epoch": 1, "reason": reason})).await.refused(422, "invalid_body");
        assert_eq!(refused["errors"][0]["field"], "reason");
    }
    ada.put(&path, &json!({"epoch": 0, "reason": "x"})).await.refused(409, "stale_epoch");
    let transfer = format!("/api/v1/conversations/{chat}/transfer");
    ada.put(&transfer, &json!({"agent_id": ada.id, "epoch": 1})).await.refused(422, "invalid_body");
    desk.is_unchanged_since(&before).await;
    let (mut mayas, mut lenas) = (maya.listens().await, lena.listens().await);
    let taken = ada.put(&path, &json!({"epoch": 1, "reason": " Maya is in a meeting "})).await.is(200);
    assert_eq!((&taken["owner"]["name"], &taken["epoch"]), (&json!(ada.name), &json!(2)));
    let told = mayas.until("conversation.transferred").await;
    assert_eq!((&told["actor"]["name"], &told["data"]["reason"]), (&json!(ada.name), &json!("Maya is in a meeting")));
    let heard = lenas.until("conversation.claimed").await;
    assert!(!heard.to_string().contains("meeting"), "{heard}");
    assert_eq!(ada.put(&path, &json!({"epoch": 1, "reason": "Again"})).await.is(200).body, taken.body, "sent again");
    ada.sees(&chat).await;
    ada.replies(&chat, "Hello Lena").await;
}

async fn a_take_over_stops_the_former_owners_reply(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, lena) = (desk.ada(), desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let path = format!("/api/v1/conversations/{chat}/takeover");
    ada.put(&path, &json!({"epoch": 0, "reason": "x"})).await.refused(409, "stale_epoch");
    maya.claims(&chat).await;
    ada.put(&path, &json!({"epoch": 1, "reason": "x"})).await.is(200);
    assert_eq!(maya.reply(&chat, "Hi").await.refused(409, "not_owner")["owner"]["name"], json!(ada.name));
    maya.notes(&chat, "I had asked for the order number").await;
    ada.sees(&chat).await;
    ada.resolves(&chat).await;
    ada.put(&path, &json!({"epoch": 3, "reason": "x"})).await.refused(409, "conversation_resolved");
}

async fn an_owner_is_asked_and_says_yes_or_no(place: Place) {
    let desk = place.desk().await;
    let (maya, tom, lena) = (desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    let (mut mayas, mut toms, mut lenas) = (maya.listens().await, tom.listens().await, lena.listens().await);
    let path = format!("/api/v1/conversations/{chat}/ask");
    let asked = tom.post(&path, &json!({"epoch": 1})).await.is(200);
    let told = mayas.until("conversation.asked").await;
    assert_eq!(told["data"]["ask"], asked.body);
    assert_eq!(maya.get("/api/v1/asks").await.is(200)["items"], json!([asked.body]));
    maya.put(&path, &json!({"id": asked["id"], "yes": false})).await.is(200);
    let kept = toms.until("conversation.kept").await;
    assert_eq!((&kept["data"]["why"], &kept["data"]["owner"]["name"]), (&json!("refused"), &json!("Maya")));
    let again = tom.post(&path, &json!({"epoch": 1})).await.is(200);
    let given = maya.put(&path, &json!({"id": again["id"], "yes": true})).await.is(200);
    assert_eq!((&given["owner"]["name"], &given["epoch"]), (&json!("Tom"), &json!(2)));
    assert_eq!(toms.until("conversation.transferred").await["data"]["owner"]["name"], "Tom");
    let heard = lenas.until("conversation.claimed").await;
    assert_eq!(heard["data"]["owner"]["name"], "Tom");
    let kinds: Vec<&str> = lenas.heard.iter().filter_map(|frame| frame["kind"].as_str()).collect();
    assert!(!kinds.iter().any(|kind| kind.contains("asked") || kind.contains("kept")), "{kinds:?}");
    maya.put(&path, &json!({"id": again["id"], "yes": true})).await.refused(409, "ask_over");
}
