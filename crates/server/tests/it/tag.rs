//! Tags and priorities over HTTP and sockets.

use serde_json::{Value, json};

use crate::kit::{Agent, Desk, Place};

on_both![
    a_tag_is_made_renamed_and_deleted_by_those_who_may,
    a_tagged_conversation_tells_its_team_and_is_found_by_its_tag,
    what_is_urgent_is_first_in_the_queue,
    a_departments_labels_stay_in_the_department,
];

async fn tag(desk: &Desk, name: &str) -> String {
    desk.ada().post("/api/v1/tags", &json!({"name": name})).await.is(201)["id"].as_str().unwrap().to_owned()
}

async fn puts(agent: &Agent, chat: &str, tag: &str) -> Value {
    agent.ask("PUT", &format!("/api/v1/conversations/{chat}/tags/{tag}")).await.is(200).body
}

async fn ids(agent: &Agent, query: &str) -> Vec<String> {
    let page = agent.get(&format!("/api/v1/conversations?{query}")).await.is(200);
    page["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

async fn a_tag_is_made_renamed_and_deleted_by_those_who_may(place: Place) {
    let desk = place.desk().await;
    let (ada, maya) = (desk.ada(), desk.agent("Maya").await);
    maya.post("/api/v1/tags", &json!({"name": "Refund"})).await.refused(403, "forbidden");
    let mut mayas = maya.listens().await;
    let made = ada.post("/api/v1/tags", &json!({"name": "  Refund  due ", "colour": "red"})).await.is(201);
    assert_eq!((&made["name"], &made["colour"]), (&json!("Refund due"), &json!("red")));
    assert_eq!(mayas.event("tag.created").await["data"]["tag"]["name"], "Refund due");
    for wrong in [
        json!({"name": "REFUND DUE"}),
        json!({"name": " "}),
        json!({"name": "x".repeat(81)}),
        json!({"name": "New", "colour": "#ff0000"}),
    ] {
        ada.post("/api/v1/tags", &wrong).await.refused(422, "invalid_body");
    }
    let path = format!("/api/v1/tags/{}", made["id"].as_str().unwrap());
    ada.patch(&path, &json!({"name": "refund Due"})).await.is(200);
    assert_eq!(mayas.event("tag.updated").await["data"]["tag"]["name"], "refund Due");
    let lena = desk.customer("Lena").await;
    let chat = lena.says("Hello?").await.conversation;
    let id = made["id"].as_str().unwrap();
    puts(&maya, &chat, id).await;
    ada.delete(&path).await.is(204);
    assert_eq!(mayas.until("tag.deleted").await["data"]["id"], id);
    ada.delete(&path).await.refused(404, "not_found");
    maya.ask("PUT", &format!("/api/v1/conversations/{chat}/tags/{id}")).await.refused(404, "not_found");
    let again = tag(&desk, "REFUND due").await;
    assert_eq!(puts(&maya, &chat, &again).await["tags"], json!([again]), "a deleted tag is dropped by the next change");
    assert_eq!(maya.get("/api/v1/tags").await.is(200)["items"].as_array().unwrap().len(), 1);
}

async fn a_tagged_conversation_tells_its_team_and_is_found_by_its_tag(place: Place) {
    let desk = place.desk().await;
    let (maya, lena, otto) = (desk.agent("Maya").await, desk.customer("Lena").await, desk.customer("Otto").await);
    let (vip, late) = (tag(&desk, "VIP").await, tag(&desk, "Late").await);
    let chat = lena.says("Hello?").await.conversation;
    let other = otto.says("Hi").await.conversation;
    let (mut mayas, mut lenas) = (maya.listens().await, lena.listens().await);
    puts(&maya, &chat, &vip).await;
    let told = mayas.event("conversation.tagged").await;
    assert_eq!((&told["data"]["tags"], &told["data"]["added"]), (&json!([vip]), &json!(vip)));
    let seen = desk.core().read(|tx, _| Ok(tx.head()?)).await.unwrap();
    puts(&maya, &chat, &vip).await;
    assert_eq!(desk.core().read(|tx, _| Ok(tx.head()?)).await.unwrap(), seen, "the same again says nothing");
    puts(&maya, &chat, &late).await;
    puts(&maya, &other, &late).await;
    assert_eq!(ids(&maya, &format!("view=all&tag={vip}")).await, [chat.as_str()]);
    assert_eq!(ids(&maya, &format!("view=waiting&tag={late}")).await, [chat.clone(), other.clone()]);
    assert!(ids(&maya, &format!("view=resolved&tag={late}")).await.is_empty());
    let first = maya.get(&format!("/api/v1/conversations?view=waiting&tag={late}&limit=1")).await.is(200);
    let next = first["next"].as_str().unwrap();
    assert_eq!(ids(&maya, &format!("view=waiting&tag={late}&limit=1&cursor={next}")).await, [other.as_str()]);
    maya.delete(&format!("/api/v1/conversations/{chat}/tags/{vip}")).await.is(200);
    assert_eq!(maya.sees(&chat).await["tags"], json!([late]));
    for view in ["mine", "active", "ringing", "missed"] {
        assert!(ids(&maya, &format!("view={view}&tag={late}")).await.is_empty(), "{view}");
    }
    maya.claims(&chat).await;
    for view in ["mine", "active"] {
        assert_eq!(ids(&maya, &format!("view={view}&tag={late}")).await, [chat.as_str()], "{view}");
    }
    let frames = lenas.everything().await;
    assert!(frames.iter().all(|frame| !frame.to_string().contains("tag")), "labels are for the team: {frames:#?}");
}

async fn what_is_urgent_is_first_in_the_queue(place: Place) {
    let desk = place.desk().await;
    let maya = desk.agent("Maya").await;
    let mut chats = Vec::new();
    for name in ["Lena", "Otto", "Ines", "Ugo"] {
        chats.push(desk.customer(name).await.says("Hello?").await.conversation);
    }
    let mut mayas = maya.listens().await;
    for (at, priority) in [(1, "low"), (2, "high"), (3, "urgent")] {
        let path = format!("/api/v1/conversations/{}/priority", chats[at]);
        assert_eq!(maya.put(&path, &json!({"priority": priority})).await.is(200)["priority"], priority);
        assert_eq!(mayas.event("conversation.prioritised").await["data"]["priority"], priority);
    }
    let wanted = [3, 2, 0, 1].map(|at| chats[at].clone());
    for agent in [&maya, &desk.ada()] {
        assert_eq!(ids(agent, "view=waiting").await, wanted);
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = agent.get(&format!("/api/v1/conversations?view=waiting&limit=1{cursor}")).await.is(200);
            seen.push(page["items"][0]["id"].as_str().unwrap().to_owned());
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, wanted, "page by page too");
    }
    let path = format!("/api/v1/conversations/{}/priority", chats[0]);
    maya.put(&path, &json!({"priority": "whenever"})).await.refused(422, "invalid_body");
}

async fn a_departments_labels_stay_in_the_department(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, tom) = (desk.ada(), desk.agent("Maya").await, desk.agent("Tom").await);
    let sales = ada.post("/api/v1/departments", &json!({"name": "Sales"})).await.is(201)["id"].clone();
    ada.ask("PUT", &format!("/api/v1/departments/{}/members/{}", sales.as_str().unwrap(), maya.id)).await.is(200);
    let chat = desk.customer("Lena").await.says("Hello?").await.conversation;
    let body = json!({"department_id": sales, "epoch": ada.sees(&chat).await["epoch"], "anyway": true});
    ada.put(&format!("/api/v1/conversations/{chat}/transfer"), &body).await.is(200);
    let vip = tag(&desk, "VIP").await;
    let mut toms = tom.listens().await;
    puts(&maya, &chat, &vip).await;
    maya.put(&format!("/api/v1/conversations/{chat}/priority"), &json!({"priority": "high"})).await.is(200);
    assert!(toms.everything().await.iter().all(|frame| frame["type"] != "event"), "not his department");
    assert!(ids(&tom, &format!("view=all&tag={vip}")).await.is_empty());
    assert_eq!(ids(&maya, &format!("view=all&tag={vip}")).await, [chat.as_str()]);
    tom.ask("PUT", &format!("/api/v1/conversations/{chat}/tags/{vip}")).await.refused(404, "not_found");
    let path = format!("/api/v1/conversations/{chat}/priority");
    tom.put(&path, &json!({"priority": "low"})).await.refused(404, "not_found");
}
