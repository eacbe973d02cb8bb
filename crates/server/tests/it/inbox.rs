//! Inboxes: their name, greeting and look, and which site has them. With the pages that customers get.

use serde_json::{Value, json};

use crate::kit::Place;

on_both![
    a_changed_inbox_is_what_customers_see_next,
    a_change_that_does_not_fit_is_refused_whole,
    a_site_that_loads_the_widget_is_noted_once_a_minute,
    a_page_for_a_customer_is_framed_and_filled_in_safely,
    a_change_is_live_at_once_and_open_chats_are_told,
    what_an_inbox_was_can_be_seen_and_brought_back,
    brands_have_inboxes_of_their_own_and_one_always_stays,
    only_the_sites_that_were_named_may_show_the_chat,
    settings_of_the_chat_that_do_not_fit_are_refused_by_their_field,
];

/// A look as it is stored: what is not named stands where it always stood.
fn look(colour: &str, position: &str, label: &str) -> Value {
    json!({"colour": colour, "text_colour": "#FFFFFF", "position": position, "label": label, "font": "system",
        "space_side": 20, "space_bottom": 20, "corner": 16, "icon": "chat", "z_index": 1000})
}

async fn a_changed_inbox_is_what_customers_see_next(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, lena) = (desk.ada(), desk.agent("Maya").await, desk.customer("Lena").await);
    let path = format!("/api/v1/inboxes/{}", desk.inbox().id);
    let mut ear = maya.listens().await;
    let short = json!({"colour": "#8a1c7c", "text_colour": "#FFFFFF", "position": "left", "label": "Ask us"});
    let look = look("#8a1c7c", "left", "Ask us");
    let changed = ada
        .patch(&path, &json!({"name": " Acme Shop ", "greeting": "Olá!\nHow can we help?", "look": short}))
        .await
        .is(200);
    let expected = json!({"id": desk.inbox().id.to_string(), "key": desk.key(), "name": "Acme Shop", "greeting": "Olá!\nHow can we help?",
        "look": look, "widget": desk.inbox().widget, "domains": [], "file_limit": 16_777_216, "archived": false, "seen": null});
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

async fn a_change_is_live_at_once_and_open_chats_are_told(place: Place) {
    let desk = place.desk().await;
    let (ada, lena) = (desk.ada(), desk.customer("Lena").await);
    let path = format!("/api/v1/inboxes/{}", desk.inbox().id);
    let launcher = format!("/widget/launcher.js?key={}", desk.key());
    let first = desk.get(&launcher).await.is(200);
    let tag = first.header("etag");
    assert_eq!(first.header("cache-control"), "public, max-age=3");
    desk.get(&launcher).header("if-none-match", tag).await.is(304);
    lena.says("Hello?").await;
    let mut ear = lena.listens().await;
    ada.patch(&path, &json!({"look": look("#8a1c7c", "left", "Ask us"), "widget": {"hide_on": ["/checkout*"]}}))
        .await
        .is(200);
    ear.hears("inbox_changed").await;
    let changed = desk.get(&launcher).header("if-none-match", tag).await.is(200);
    assert!(changed.text.contains("#8a1c7c") && changed.text.contains("/checkout*"), "{}", changed.text);
    let told = lena.comes_back().await["inbox"].clone();
    assert_eq!(told["look"]["colour"], "#8a1c7c");
    assert_eq!(told["widget"]["hide_on"], json!([]), "where it is hidden is not the chat's business");
    assert_eq!(told["reply_seconds"], Value::Null, "nothing is promised without figures");
}

async fn what_an_inbox_was_can_be_seen_and_brought_back(place: Place) {
    let desk = place.desk().await;
    let (ada, maya) = (desk.ada(), desk.agent("Maya").await);
    let path = format!("/api/v1/inboxes/{}", desk.inbox().id);
    let versions = async || ada.get(&format!("{path}/versions")).await.is(200)["items"].clone();
    assert_eq!(versions().await, json!([]));
    ada.patch(&path, &json!({"greeting": "One"})).await.is(200);
    ada.patch(&path, &json!({"greeting": "Two", "domains": ["shop.example"]})).await.is(200);
    ada.patch(&path, &json!({"greeting": "Two"})).await.is(200);
    let known = versions().await;
    let greetings: Vec<_> = known.as_array().unwrap().iter().map(|it| it["settings"]["greeting"].clone()).collect();
    assert_eq!(greetings, ["Two", "One", &desk.inbox().greeting], "what was there before the first change counts too");
    assert_eq!((&known[0]["version"], &known[0]["by"], &known[2]["by"]), (&json!(3), &json!("Ada"), &json!("")));
    maya.get(&format!("{path}/versions")).await.refused(403, "forbidden");
    maya.put(&format!("{path}/versions/1/restored"), &json!({})).await.refused(403, "forbidden");
    ada.put(&format!("{path}/versions/9/restored"), &json!({})).await.refused(404, "not_found");
    let back = ada.put(&format!("{path}/versions/1/restored"), &json!({})).await.is(200);
    assert_eq!((&back["greeting"], &back["domains"]), (&json!(desk.inbox().greeting), &json!([])));
    assert_eq!(versions().await[0]["version"], 4, "going back can be undone, too");
    for at in 0..60 {
        ada.patch(&path, &json!({"greeting": format!("Number {at}")})).await.is(200);
    }
    let kept = versions().await;
    assert_eq!((kept.as_array().unwrap().len(), &kept[0]["version"]), (50, &json!(64)));
}

async fn brands_have_inboxes_of_their_own_and_one_always_stays(place: Place) {
    let desk = place.desk().await;
    let (ada, maya) = (desk.ada(), desk.agent("Maya").await);
    let mut ear = maya.listens().await;
    let first = format!("/api/v1/inboxes/{}", desk.inbox().id);
    ada.patch(&first, &json!({"archived": true})).await.refused(422, "invalid_body");
    maya.post("/api/v1/inboxes", &json!({"name": "Mine"})).await.refused(403, "forbidden");
    ada.post("/api/v1/inboxes", &json!({"name": " "})).await.refused(422, "invalid_body");
    let made = ada.post("/api/v1/inboxes", &json!({"name": " Second brand "})).await.is(201);
    assert_eq!((&made["name"], &made["archived"]), (&json!("Second brand"), &json!(false)));
    assert_eq!(ear.event("inbox.created").await["data"]["inbox"], made.body);
    let key = made["key"].as_str().unwrap().to_owned();
    let tom = crate::kit::Customer::opens(&desk, "Tom", &key).await;
    let chat = tom.says("Hello, second brand").await.conversation;
    assert_eq!(maya.sees(&chat).await["inbox"]["name"], "Second brand");
    let mut ear = maya.listens().await;
    ada.patch(&first, &json!({"archived": true})).await.is(200);
    assert_eq!(ear.event("inbox.updated").await["data"]["inbox"]["archived"], true);
    for page in ["/chat/", "/test/", "/widget/frame?key=", "/widget/launcher.js?key="] {
        desk.get(&format!("{page}{}", desk.key())).await.refused(404, "not_found");
        desk.get(&format!("{page}{key}")).await.is(200);
    }
    ada.patch(&first, &json!({"archived": false})).await.is(200);
    desk.get(&format!("/chat/{}", desk.key())).await.is(200);
}

async fn only_the_sites_that_were_named_may_show_the_chat(place: Place) {
    let desk = place.desk().await;
    let path = format!("/api/v1/inboxes/{}", desk.inbox().id);
    let frame = format!("/widget/frame?key={}", desk.key());
    let launcher = format!("/widget/launcher.js?key={}", desk.key());
    let ancestors = |answer: &crate::kit::Answer| {
        answer.header("content-security-policy").split_once("frame-ancestors ").unwrap().1.to_owned()
    };
    assert_eq!(ancestors(&desk.get(&frame).await.is(200)), "*", "a new inbox does not know its sites");
    desk.ada().patch(&path, &json!({"domains": ["Shop.example", " *.acme.com "]})).await.is(200);
    assert_eq!(ancestors(&desk.get(&frame).await.is(200)), "shop.example *.acme.com 'self'");
    for (site, status) in [
        ("https://shop.example", 200),
        ("https://docs.acme.com", 200),
        ("https://evil.example", 404),
        (&desk.url(), 200),
    ] {
        let answer = desk.ask("GET", &launcher).header("origin", site.to_owned()).await;
        assert_eq!(answer.status, status, "{site}");
    }
    for page in ["/widget/preview", "/widget/preview/frame"] {
        assert_eq!(ancestors(&desk.get(page).await.is(200)), "'self'", "only our own pages show what is being tried");
    }
    for bad in ["https://shop.example", "*", "a b", "shop.example; script-src *"] {
        let refused = desk.ada().patch(&path, &json!({"domains": [bad]})).await.refused(422, "invalid_body");
        assert_eq!(refused["errors"][0]["field"], "domains", "{bad}");
    }
}

async fn settings_of_the_chat_that_do_not_fit_are_refused_by_their_field(place: Place) {
    let desk = place.desk().await;
    let ada = desk.ada();
    let path = format!("/api/v1/inboxes/{}", desk.inbox().id);
    let before = desk.rows().await;
    let greeting = |change: (&str, Value)| {
        let mut one = json!({"id": "a", "text": "Hi"});
        one[change.0] = change.1;
        json!({"greetings": [one]})
    };
    for (widget, field) in [
        (json!({"hide_on": ["checkout"]}), "widget.hide_on"),
        (json!({"hide_on": vec!["/a"; 51]}), "widget.hide_on"),
        (greeting(("text", json!(" "))), "widget.greetings.0.text"),
        (greeting(("after_seconds", json!(3601))), "widget.greetings.0.after_seconds"),
        (greeting(("id", json!("a b"))), "widget.greetings"),
        (greeting(("pages", json!(["x"]))), "widget.greetings.0.pages"),
        (json!({"menu": [{"label": "", "action": {"type": "send", "text": "x"}}]}), "widget.menu.0.label"),
        (
            json!({"menu": [{"label": "x", "action": {"type": "link", "url": "javascript:alert(1)"}}]}),
            "widget.menu.0.action.url",
        ),
        (json!({"form": {"fields": [{"key": "a", "label": "", "kind": "text"}]}}), "widget.form.fields.0.label"),
        (json!({"form": {"fields": [{"key": "a", "label": "A", "kind": "choice"}]}}), "widget.form.fields.0.options"),
        (json!({"hours": {"enabled": true}}), "widget.hours.time_zone"),
        (json!({"hours": {"open": [{"day": 1, "from": 900, "to": 900}]}}), "widget.hours.open"),
        (json!({"texts": {"person": "x".repeat(61)}}), "widget.texts.person"),
        (json!({"languages": {"a b": {}}}), "widget.languages"),
    ] {
        let refused = ada.patch(&path, &json!({"name": "Other", "widget": widget})).await.refused(422, "invalid_body");
        assert_eq!(refused["errors"][0]["field"], field, "{refused:?}");
    }
    desk.is_unchanged_since(&before).await;
    let widget = json!({"greetings": [{"id": "a", "text": "Need a hand?", "pages": ["/prices*"], "after_seconds": 20, "to": "returning"}],
        "menu": [{"label": "Prices", "action": {"type": "link", "url": "https://acme.com/prices"}}],
        "form": {"enabled": true, "fields": [{"key": "name", "label": "Your name", "kind": "text", "required": true, "options": []}]},
        "hours": {"enabled": true, "time_zone": "Europe/Berlin", "open": [{"day": 1, "from": 540, "to": 1020}]}});
    let stored = ada.patch(&path, &json!({"widget": widget})).await.is(200)["widget"].clone();
    for part in ["greetings", "menu", "form", "hours"] {
        assert_eq!(stored[part], widget[part]);
    }
}
