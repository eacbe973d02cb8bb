//! Inboxes: their name, greeting and look, and which site has them. With the pages that customers get.

use serde_json::{Value, json};

use crate::kit::Place;

on_both![
    a_changed_inbox_is_what_customers_see_next,
    a_change_that_does_not_fit_is_refused_whole,
    a_site_that_loads_the_widget_is_noted_once_a_minute,
    a_page_for_a_customer_is_framed_and_filled_in_safely,
];

async fn a_changed_inbox_is_what_customers_see_next(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, lena) = (desk.ada(), desk.agent("Maya").await, desk.customer("Lena").await);
    let path = format!("/api/v1/inboxes/{}", desk.inbox().id);
    let mut ear = maya.listens().await;
    let look = json!({"colour": "#8a1c7c", "text_colour": "#FFFFFF", "position": "left", "label": "Ask us"});
    let changed = ada
        .patch(&path, &json!({"name": " Acme Shop ", "greeting": "Olá!\nHow can we help?", "look": look}))
        .await
        .is(200);
    let expected = json!({"id": desk.inbox().id.to_string(), "key": desk.key(), "name": "Acme Shop", "greeting": "Olá!\nHow can we help?",
        "look": look, "seen": null});
    assert_eq!(changed.body, expected);
    assert_eq!(ear.event("inbox.updated").await["data"]["inbox"], expected);
    assert_eq!(maya.get("/api/v1/inboxes").await.is(200)["items"], json!([expected]));
    let seen = lena.comes_back().await["inbox"].clone();
    assert_eq!(
        (&seen["name"], &seen["greeting"], &seen["look"]),
        (&json!("Acme Shop"), &json!("Olá!\nHow can we help?"), &look)
    );
    let one = ada.patch(&path, &json!({"greeting": ""})).await.is(200);
    assert_eq!((&one["greeting"], &one["name"]), (&json!(""), &json!("Acme Shop")), "what is not named stays");
    let chat = lena.says("Hello?").await.conversation;
    assert_eq!(maya.sees(&chat).await["inbox"]["name"], "Acme Shop");
}

async fn a_change_that_does_not_fit_is_refused_whole(place: Place) {
    let desk = place.desk().await;
    let (ada, maya) = (desk.ada(), desk.agent("Maya").await);
    let path = format!("/api/v1/inboxes/{}", desk.inbox().id);
    let before = desk.rows().await;
    let look = |field: &str, value: &str| {
        let mut look = json!({"colour": "#0560dc", "text_colour": "#ffffff", "position": "right", "label": ""});
        look[field] = json!(value);
        json!({"name": "Other", "look": look})
    };
    for (body, field) in [
        (json!({"name": " "}), "name"),
        (json!({"name": "x".repeat(81)}), "name"),
        (json!({"name": "A\0"}), "name"),
        (json!({"name": "Other", "greeting": "x".repeat(501)}), "greeting"),
        (json!({"greeting": "\0"}), "greeting"),
        (look("colour", "red"), "look.colour"),
        (look("colour", "#ffe08a"), "look.colour"),
        (look("text_colour", "#0560dc"), "look.colour"),
        (look("position", "middle"), "look.position"),
        (look("label", &"x".repeat(41)), "look.label"),
        (look("html", "<b>"), "look.html"),
        (json!({"key": "pk_mine"}), "key"),
        (json!({"id": "x"}), "id"),
        (json!({"seen": null}), "seen"),
    ] {
        let refused = ada.patch(&path, &body).await.refused(422, "invalid_body");
        assert_eq!(refused["errors"][0]["field"], field, "{refused:?}");
    }
    maya.patch(&path, &json!({"name": "Mine"})).await.refused(403, "forbidden");
    ada.patch("/api/v1/inboxes/inbox_00000000000000000000000000", &json!({"name": "X"}))
        .await
        .refused(404, "not_found");
    ada.patch("/api/v1/inboxes/x", &json!({"name": "X"})).await.refused(404, "not_found");
    desk.is_unchanged_since(&before).await;
}

async fn a_site_that_loads_the_widget_is_noted_once_a_minute(place: Place) {
    let desk = place.desk().await;
    let (ada, maya) = (desk.ada(), desk.agent("Maya").await);
    let (mut adas, mut mayas) = (ada.listens().await, maya.listens().await);
    let path = format!("/test/{}", desk.key());
    for _ in 0..3 {
        desk.get(&path).await.is(200);
    }
    let event = adas.event("inbox.seen").await;
    let host = desk.address().to_string();
    assert_eq!(
        (&event["data"]["host"], &event["data"]["inbox_id"]),
        (&json!(host), &json!(desk.inbox().id.to_string()))
    );
    let seen = ada.get("/api/v1/inboxes").await.is(200)["items"][0]["seen"].clone();
    assert_eq!(seen, json!({"host": host, "at": event["data"]["at"]}));
    desk.rewrites("UPDATE inbox SET seen_at = seen_at - 60001").await;
    desk.get(&path).await.is(200);
    adas.event("inbox.seen").await;
    mayas.everything().await;
    assert_eq!(mayas.kinds(), [""; 0], "agents need not know");
    let noted = desk.rows_of("event").await.iter().filter(|row| row.contains("inbox.seen")).count();
    assert_eq!(noted, 2);
}

async fn a_page_for_a_customer_is_framed_and_filled_in_safely(place: Place) {
    let desk = place.desk().await;
    let name = "</title><script>alert(1)</script>\"'&";
    desk.ada().patch(&format!("/api/v1/inboxes/{}", desk.inbox().id), &json!({"name": name})).await.is(200);
    let page = desk.get(&format!("/test/{}", desk.key())).await.is(200);
    assert!(
        !page.text.contains("<script>alert")
            && page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"),
        "{page:?}"
    );
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"), "{:?}", page.headers);
    for path in [
        "/test/pk_nothing",
        "/chat/pk_nothing",
        "/widget/frame?key=pk_nothing",
        "/widget/launcher.js?key=",
        "/test/pk_%00",
        "/chat/%ff",
    ] {
        desk.get(path).await.refused(404, "not_found");
    }
    desk.get("/widget/frame").await.refused(422, "invalid_query");
    for path in ["/api/nothing", "/api/v1", "/api/v1/conversations/", "/metrics", "/hooks/web/x", "/healthz"] {
        desk.get(path).await.refused(404, "not_found");
        desk.post(path, &Value::Null).await.refused(404, "not_found");
    }
    desk.get("/livez").await.is(200);
    desk.get("/readyz").await.is(200);
}
