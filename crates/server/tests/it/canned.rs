//! Canned replies over HTTP and sockets.

use serde_json::{Value, json};

use crate::kit::{Agent, Place};

on_both![
    a_canned_reply_is_seen_by_those_it_is_for,
    a_canned_reply_is_changed_counted_and_deleted,
    a_canned_reply_keeps_its_bounds,
];

async fn names(agent: &Agent) -> Vec<String> {
    let list = agent.get("/api/v1/canned").await.is(200);
    list["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

async fn makes(agent: &Agent, name: &str, more: &Value) -> String {
    let mut body = json!({"name": name, "body": "Hi {{customer.first_name|there}}"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    agent.post("/api/v1/canned", &body).await.is(201)["id"].as_str().unwrap().to_owned()
}

async fn a_canned_reply_is_seen_by_those_it_is_for(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, tom) = (desk.ada(), desk.agent("Maya").await, desk.agent("Tom").await);
    let sales = ada.post("/api/v1/departments", &json!({"name": "Sales"})).await.is(201)["id"].clone();
    ada.ask("PUT", &format!("/api/v1/departments/{}/members/{}", sales.as_str().unwrap(), maya.id)).await.is(200);
    let (mut mayas, mut toms) = (maya.listens().await, tom.listens().await);
    let own = makes(&maya, "Own", &json!({})).await;
    assert_eq!(mayas.event("canned.created").await["data"]["canned"]["agent_id"], maya.id);
    let team = makes(&ada, "Team", &json!({"department_id": sales})).await;
    assert_eq!(mayas.event("canned.created").await["data"]["canned"]["department_id"], sales);
    assert!(toms.everything().await.iter().all(|frame| frame["type"] != "event"), "neither is for him");
    makes(&ada, "All", &json!({"shared": true})).await;
    assert_eq!(toms.event("canned.created").await["data"]["canned"]["name"], "All");
    assert_eq!(names(&maya).await, ["All", "Own", "Team"]);
    assert_eq!(names(&tom).await, ["All"]);
    assert_eq!(names(&ada).await, ["All", "Team"], "who reads every department still reads nobody's own");
    for id in [&own, &team] {
        let path = format!("/api/v1/canned/{id}");
        tom.patch(&path, &json!({"name": "Mine now"})).await.refused(404, "not_found");
        tom.delete(&path).await.refused(404, "not_found");
        tom.ask("POST", &format!("{path}/uses")).await.refused(404, "not_found");
    }
    maya.patch(&format!("/api/v1/canned/{team}"), &json!({"name": "Ours"})).await.refused(403, "forbidden");
    let body = json!({"name": "For all", "body": "Hi", "shared": true});
    maya.post("/api/v1/canned", &body).await.refused(403, "forbidden");
    let body = json!({"name": "For Sales", "body": "Hi", "department_id": sales});
    tom.post("/api/v1/canned", &body).await.refused(404, "not_found");
}

async fn a_canned_reply_is_changed_counted_and_deleted(place: Place) {
    let desk = place.desk().await;
    let (ada, maya) = (desk.ada(), desk.agent("Maya").await);
    let id = makes(&ada, "Refund", &json!({"shared": true, "tags": ["money"]})).await;
    let path = format!("/api/v1/canned/{id}");
    let (mut mayas, mut adas) = (maya.listens().await, ada.listens().await);
    for times in 1..=2 {
        maya.ask("POST", &format!("{path}/uses")).await.is(204);
        assert_eq!(mayas.event("canned.used").await["data"], json!({"id": id, "times": times}));
    }
    assert_eq!(maya.get("/api/v1/canned").await.is(200)["items"][0]["times"], 2);
    assert_eq!(ada.get("/api/v1/canned").await.is(200)["items"][0]["times"], 0, "each counts for oneself");
    let changed = ada.patch(&path, &json!({"body": "New words", "tags": []})).await.is(200);
    assert_eq!(
        (&changed["name"], &changed["body"], &changed["tags"]),
        (&json!("Refund"), &json!("New words"), &json!([]))
    );
    assert_eq!(mayas.event("canned.updated").await["data"]["canned"]["body"], "New words");
    ada.delete(&path).await.is(204);
    assert_eq!(mayas.event("canned.deleted").await["data"]["id"], id);
    assert!(names(&maya).await.is_empty());
    ada.delete(&path).await.refused(404, "not_found");
    assert!(adas.everything().await.iter().all(|frame| frame["kind"] != "canned.used"), "what she uses is her matter");
}

async fn a_canned_reply_keeps_its_bounds(place: Place) {
    let desk = place.desk().await;
    let maya = desk.agent("Maya").await;
    for wrong in [
        json!({"name": "", "body": "Hi"}),
        json!({"name": "Hi", "body": " "}),
        json!({"name": "Hi", "body": "x".repeat(10_001)}),
        json!({"name": "Hi", "body": "Hi", "tags": [""]}),
        json!({"name": "Hi", "body": "Hi", "colour": "red"}),
    ] {
        maya.post("/api/v1/canned", &wrong).await.refused(422, "invalid_body");
    }
    let core = desk.core().clone();
    let actor = maya.actor().await;
    let new = desk::canned::New {
        name: "One".to_owned(),
        body: "Hi".to_owned(),
        tags: Vec::new(),
        shared: false,
        department_id: None,
    };
    let fill = core.write("canned", move |tx, cx| {
        for _ in 0..500 {
            desk::canned::create(tx, cx, &actor, &new)?;
        }
        Ok(())
    });
    fill.await.unwrap();
    maya.post("/api/v1/canned", &json!({"name": "One more", "body": "Hi"})).await.refused(422, "invalid_body");
}
