//! Bad input: sizes, forms, wrong types and naughty strings. What is refused changes nothing and says why; what is taken
//! comes back byte for byte.

use serde_json::{Value, json};

use crate::kit::{Agent, Answer, Customer, Desk, Place, client_id, message_body};
use crate::naughty;

on_both![
    a_body_that_is_too_large_is_refused_however_it_is_sent,
    a_body_that_is_no_json_is_refused,
    a_body_of_another_kind_is_refused,
    a_field_that_does_not_fit_is_named,
    no_column_can_be_set_by_adding_it_to_a_body,
    an_address_that_names_nothing_is_404_and_a_method_that_is_not_there_405,
    a_text_has_at_most_ten_thousand_characters,
    naughty_strings_come_back_as_they_were_sent,
    a_page_of_another_site_changes_nothing,
];

/// A customer's message with this as its body.
async fn sends(lena: &Customer, body: impl Into<Vec<u8>>) -> Answer {
    lena.ask("POST", "/api/chat/message").body("application/json", body).await
}

/// A JSON body of exactly so many bytes that is a good message but for its length.
fn body_of(size: usize, key: &str) -> String {
    let body = message_body(key, None, &client_id(), "Hello?").to_string();
    format!("{}{}", body, " ".repeat(size - body.len()))
}

async fn a_body_that_is_too_large_is_refused_however_it_is_sent(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    sends(&lena, body_of(64 * 1024, &lena.key)).await.is(201);
    let before = desk.rows().await;
    sends(&lena, body_of(64 * 1024 + 1, &lena.key)).await.refused(413, "too_large");
    sends(&lena, vec![b'x'; 10 * 1024 * 1024]).await.refused(413, "too_large");
    let host = desk.address();
    let head = format!(
        "POST /api/chat/message HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n",
        lena.token
    );
    let announced = desk.raw(format!("{head}content-length: 1000000000000\r\n\r\n{{").as_bytes()).await;
    assert!(announced.starts_with("HTTP/1.1 413") && announced.contains("\"too_large\""), "{announced}");
    let mut chunked = format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..17 {
        chunked.extend_from_slice(format!("1000\r\n{}\r\n", " ".repeat(0x1000)).as_bytes());
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let answer = desk.raw(&chunked).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("\"too_large\""), "{answer}");
    let both = desk
        .raw(
            format!("{head}content-length: 5\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n")
                .as_bytes(),
        )
        .await;
    assert!(both.starts_with("HTTP/1.1 4"), "two lengths are none: {both}");
    desk.is_unchanged_since(&before).await;
}

async fn a_body_that_is_no_json_is_refused(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    let before = desk.rows().await;
    let good = message_body(&lena.key, None, &client_id(), "Hello?").to_string();
    let deep = |depth: usize| format!("{{\"inbox\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let mut bodies: Vec<Vec<u8>> =
        ["", " ", "{", "}", "nonsense", "{'inbox':1}", "{\"inbox\":}", "{\"inbox\":NaN}", "{\"inbox\":01}", "// x\n{}"]
            .iter()
            .map(|text| text.as_bytes().to_vec())
            .collect();
    bodies.push(good.as_bytes()[..good.len() - 1].to_vec());
    bodies.push(format!("{good}{good}").into_bytes());
    bodies.push(format!("\u{feff}{good}").into_bytes());
    bodies.push(good.encode_utf16().flat_map(u16::to_le_bytes).collect());
    bodies.push(good.replace("Hello?", "\\ud800").into_bytes());
    bodies.push(good.replace("Hello?", "line\nbreak").into_bytes());
    for broken in [&b"\xff"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"a\x80"] {
        let (start, end) = good.split_at(good.find("Hello?").unwrap());
        bodies.push([start.as_bytes(), broken, end.as_bytes()].concat());
    }
    bodies.extend([200, 30_000].map(|depth| deep(depth).into_bytes()));
    for body in bodies {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let refused = sends(&lena, body).await;
        assert_eq!((refused.status, refused.code()), (400, "bad_json"), "{shown:.200} {refused:?}");
    }
    sends(&lena, deep(100)).await.refused(422, "invalid_body");
    for (body, field) in [("null", ""), ("[]", ""), ("7", ""), ("\"x\"", "")] {
        assert_eq!(sends(&lena, body).await.refused(422, "invalid_body")["errors"][0]["field"], field, "{body}");
    }
    desk.is_unchanged_since(&before).await;
}

async fn a_body_of_another_kind_is_refused(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    let before = desk.rows().await;
    let body = message_body(&lena.key, None, &client_id(), "Hello?").to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "application/json5",
        "application/ld+json",
        "json",
        "*/*",
        "application/json, text/plain",
    ] {
        lena.ask("POST", "/api/chat/message").body(kind, body.clone()).await.refused(415, "unsupported_media_type");
    }
    lena.ask("POST", "/api/chat/message")
        .body("x", body.clone())
        .header("content-type", "")
        .await
        .refused(415, "unsupported_media_type");
    desk.is_unchanged_since(&before).await;
    lena.ask("POST", "/api/chat/message").body("application/json; charset=UTF-8", body).await.is(201);
    let path = format!("/api/chat/typing/{}", desk.rows_of("conversation").await[0].split(' ').next().unwrap());
    lena.ask("POST", &path).body("text/plain", "{}").await.refused(415, "unsupported_media_type");
    lena.ask("POST", &path).json(&json!({"x": 1})).await.refused(422, "invalid_body");
    lena.ask("POST", &path).json(&json!({})).await.is(204);
    lena.ask("POST", &path).await.is(204);
}

/// Fields of a customer's message, each as it may not be.
fn wrong_fields() -> Vec<(&'static str, Value)> {
    vec![
        ("inbox", json!(null)),
        ("inbox", json!(7)),
        ("client_id", json!("")),
        ("client_id", json!("7")),
        ("client_id", json!(null)),
        ("client_id", json!("1".repeat(60_000))),
        ("client_id", json!({"$ne": null})),
        ("content", json!("Hello?")),
        ("content", json!(null)),
        ("content", json!({"type": "text"})),
        ("content", json!({"text": "Hello?"})),
        ("content", json!({"type": "video", "text": "Hello?"})),
        ("content", json!({"type": "text", "text": null})),
        ("content", json!({"type": "text", "text": ["Hello?"]})),
        ("content", json!({"type": "text", "text": "Hello?", "html": "<b>"})),
        ("content", json!({"type": "text", "text": ""})),
        ("content", json!({"type": "text", "text": " \n\t\u{a0}\u{2003}"})),
        ("content", json!({"type": "text", "text": "a\u{0}b"})),
        ("conversation_id", json!(7)),
        ("reply_to", json!({})),
        ("attachments", json!([{"id": "x"}])),
        ("author", json!({"type": "agent"})),
    ]
}

// long: a table of fields and what is wrong with each
async fn a_field_that_does_not_fit_is_named(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    let good = message_body(&lena.key, None, &client_id(), "Hello?");
    let long = "1".repeat(60_000);
    for (field, wrong) in wrong_fields() {
        let mut body = good.clone();
        body[field] = wrong.clone();
        let refused = sends(&lena, body.to_string()).await;
        assert_eq!((refused.status, refused.code()), (422, "invalid_body"), "{field}: {wrong:.80} {refused:?}");
        let named = refused["errors"][0]["field"].as_str().unwrap();
        assert!(named.split(['.', '[']).next() == Some(field), "{field}: {wrong:.80} {refused:?}");
        assert!(refused.text.len() < 2_000, "a refusal does not repeat what was sent");
    }
    for id in
        ["", "x", "conversation_", "agent_01h455vb4pex5vsknk084sn02q", "conversation_00000000000000000000000000", &long]
    {
        lena.write(Some(id), &client_id(), "Hello?").await.refused(404, "not_found");
    }
    let mut body = good.clone();
    body["attachments"] = json!([]);
    body["reply_to"] = Value::Null;
    body["client_id"] = json!(client_id());
    sends(&lena, body.to_string()).await.is(201);
    let doubled = good.to_string().replacen("{\"", "{\"inbox\":\"pk_x\",\"", 1);
    assert_eq!(sends(&lena, doubled).await.refused(422, "invalid_body")["errors"][0]["field"], "inbox");
    for query in [
        "after_seq=x",
        "after_seq=1.0",
        "after_seq=",
        "after_seq=1&after_seq=2",
        "limit=9223372036854775808",
        "offset=1",
        "after_seq=%ff",
        "a%00=1",
    ] {
        lena.ask("GET", &format!("/api/chat/history/{chat}?{query}")).await.refused(422, "invalid_query");
        maya.get(&format!("/api/v1/conversations/{chat}/messages?{query}")).await.refused(422, "invalid_query");
    }
    for (path, body) in [
        ("claim", json!({"epoch": "1"})),
        ("claim", json!({"epoch": 1.5})),
        ("state", json!({"state": "resolved"})),
        ("state", json!({"state": null, "epoch": 1})),
        ("state", json!({"state": ["resolved"], "epoch": 1})),
        ("state", json!({"state": 1, "epoch": 1})),
        ("marks", json!({"read_seq": "1"})),
        ("marks", json!({"seen_seq": 1})),
        ("marks", json!([])),
    ] {
        let refused = maya.put(&format!("{}/{path}", path_of(&chat)), &body).await;
        assert_eq!((refused.status, refused.code()), (422, "invalid_body"), "{path}: {body} {refused:?}");
    }
    maya.ask("PUT", &format!("{}/marks", path_of(&chat)))
        .body("application/json", "{\"read_seq\":99999999999999999999}")
        .await
        .refused(422, "invalid_body");
    assert_eq!(desk.count("message").await, 2);
}

fn path_of(chat: &str) -> String {
    format!("/api/v1/conversations/{chat}")
}

/// Calls that would be taken as they are.
fn good_calls(desk: &Desk, maya: &Agent, lena: &Customer) -> Vec<(&'static str, String, Value)> {
    let chat = lena.conversation();
    vec![
        ("POST", "/api/chat/message".to_owned(), message_body(&lena.key, Some(&chat), &client_id(), "Hi")),
        ("POST", "/api/chat/initialize".to_owned(), json!({"inbox": lena.key})),
        (
            "POST",
            format!("{}/messages", path_of(&chat)),
            json!({"client_id": client_id(), "epoch": 1, "content": {"type": "text", "text": "Hi"}}),
        ),
        ("PUT", format!("{}/claim", path_of(&chat)), json!({"epoch": 1})),
        ("PUT", format!("{}/state", path_of(&chat)), json!({"state": "resolved", "epoch": 1})),
        ("PUT", format!("{}/transfer", path_of(&chat)), json!({"agent_id": maya.id, "epoch": 1})),
        ("PUT", format!("{}/marks", path_of(&chat)), json!({"read_seq": 1})),
        ("PUT", format!("{}/draft?mode=note", path_of(&chat)), json!({"text": "x"})),
        ("PATCH", format!("/api/v1/agents/{}", maya.id), json!({"name": "M"})),
        ("PATCH", format!("/api/v1/inboxes/{}", desk.inbox().id), json!({"name": "M"})),
        ("POST", "/api/v1/invites".to_owned(), json!({"role": "agent"})),
        ("PUT", "/api/v1/password".to_owned(), json!({"current": "x", "password": "y"})),
    ]
}

async fn no_column_can_be_set_by_adding_it_to_a_body(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, lena) = (desk.ada(), desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    let columns = [
        "id",
        "number",
        "inbox_id",
        "contact_id",
        "owner_id",
        "owner",
        "is_open",
        "head_seq",
        "preview",
        "created_at",
        "seq",
        "author",
        "author_id",
        "author_type",
        "password_hash",
        "token_hash",
        "key",
        "look_json",
        "seen_host",
        "account_id",
        "admin",
        "audience",
        "contact_read_seq",
        "updated_at",
        "__proto__",
        "constructor",
    ];
    let before = desk.rows().await;
    for column in columns {
        for (method, path, mut body) in good_calls(&desk, &maya, &lena) {
            body[column] = json!(1);
            let who: &Agent = if path.contains("/inboxes") || path.contains("/invites") { &ada } else { &maya };
            let ask = if path.starts_with("/api/chat") { lena.ask(method, &path) } else { who.ask(method, &path) };
            let refused = ask.json(&body).await.refused(422, "invalid_body");
            assert_eq!(refused["errors"][0]["field"], column, "{refused:?}");
        }
    }
    desk.is_unchanged_since(&before).await;
}

async fn an_address_that_names_nothing_is_404_and_a_method_that_is_not_there_405(place: Place) {
    let desk = place.desk().await;
    let (ada, lena) = (desk.ada(), desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let ids = [
        "x",
        "%00",
        "%ff",
        "..",
        "%2e%2e%2f",
        "conversation_00000000000000000000000000",
        "conversation_81h455vb4pex5vsknk084sn02q",
        &chat.to_uppercase(),
        &chat.replace("conversation_", "contact_"),
        &format!("{chat}%20"),
        &"9".repeat(5_000),
    ]
    .map(str::to_owned);
    for id in ids {
        for tail in ["", "/messages", "/draft?mode=note"] {
            ada.get(&format!("/api/v1/conversations/{id}{tail}")).await.refused(404, "not_found");
        }
        for (tail, body) in [
            ("claim", json!({})),
            ("state", json!({"state": "resolved", "epoch": 0})),
            ("marks", json!({})),
            ("transfer", json!({"agent_id": ada.id, "epoch": 0})),
            ("draft?mode=note", json!({"text": "x"})),
        ] {
            ada.put(&format!("/api/v1/conversations/{id}/{tail}"), &body).await.refused(404, "not_found");
        }
        lena.ask("GET", &format!("/api/chat/history/{id}")).await.refused(404, "not_found");
        lena.mark(&id, "read").await.refused(404, "not_found");
    }
    for (method, path, allowed) in [
        ("DELETE", "/api/chat/message", "POST"),
        ("GET", "/api/chat/initialize", "POST"),
        ("PUT", "/api/v1/session", "DELETE,GET,HEAD,POST"),
        ("POST", "/api/v1/conversations/counts", "GET,HEAD"),
        ("PATCH", "/api/v1/conversations", "GET,HEAD"),
    ] {
        let refused = ada.ask(method, path).await.refused(405, "method_not_allowed");
        let mut methods: Vec<&str> = refused.header("allow").split(',').map(str::trim).collect();
        methods.sort_unstable();
        assert_eq!(methods.join(","), allowed, "{refused:?}");
    }
    for method in ["TRACE", "CONNECT"] {
        let answer = desk
            .raw(
                format!("{method} /api/v1/session HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", desk.address())
                    .as_bytes(),
            )
            .await;
        assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
    }
}

async fn a_text_has_at_most_ten_thousand_characters(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    for character in ["x", "é", "漢", "😀"] {
        let longest = character.repeat(10_000);
        assert_eq!(lena.says(&longest).await.text, longest);
        assert_eq!(maya.replies(&chat, &longest).await.text, longest);
        let longer = character.repeat(10_001);
        let refused = [lena.write(Some(&chat), &client_id(), &longer).await, maya.reply(&chat, &longer).await];
        for refused in refused {
            assert_eq!(refused.refused(422, "invalid_body")["errors"][0]["field"], "content.text");
        }
        let preview = lena.sees().await["preview"].as_str().unwrap().to_owned();
        assert_eq!(preview, format!("{}…", character.repeat(120)));
    }
}

async fn naughty_strings_come_back_as_they_were_sent(place: Place) {
    let desk: Desk = place.desk().await;
    let (ada, maya, lena) = (desk.ada(), desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    let (mut lenas, mut mayas) = (lena.listens().await, maya.listens().await);
    let (me, inbox) = (format!("/api/v1/agents/{}", maya.id), format!("/api/v1/inboxes/{}", desk.inbox().id));
    let draft = format!("{}/draft?mode=reply", path_of(&chat));
    for text in naughty::strings() {
        let sent = lena.says(&text).await;
        assert_eq!(sent.text, text);
        assert_eq!(mayas.message().await, text);
        assert_eq!(lenas.message().await, text);
        assert_eq!(maya.replies(&chat, &text).await.text, text);
        assert_eq!(lenas.message().await, text);
        assert_eq!(maya.notes(&chat, &text).await.text, text);
        maya.put(&draft, &json!({"text": text})).await.is(204);
        assert_eq!(maya.get(&draft).await.is(200)["text"], text);
        let one = &lena
            .ask("GET", &format!("/api/chat/history/{chat}?after_seq={}&limit=2", sent.seq - 1))
            .await
            .is(200)["messages"];
        assert_eq!((&one[0]["content"]["text"], &one[1]["content"]["text"]), (&json!(text), &json!(text)));
        let again = lena.write(Some(&chat), &sent.client_id, &text).await.is(200);
        assert_eq!(again["message"]["id"], sent.id, "the same text is found to be the same");
        let short: String = text.chars().take(80).collect();
        if !short.trim().is_empty() {
            let name = maya.patch(&me, &json!({"name": short})).await.is(200);
            assert_eq!(name["name"], short.trim());
            let changed = ada.patch(&inbox, &json!({"name": short, "greeting": short})).await.is(200);
            assert_eq!((&changed["name"], &changed["greeting"]), (&json!(short.trim()), &json!(short)));
            assert_eq!(lena.comes_back().await["inbox"]["greeting"], short);
        }
        mayas.everything().await;
    }
    let notes = maya.thread(&chat).await.iter().filter(|message| message["note"] == true).count();
    assert_eq!(notes, naughty::strings().len(), "each note is there");
    let authors = maya.thread(&chat).await.iter().filter(|message| message["author"]["type"] == "agent").count();
    assert!(authors > naughty::strings().len());
}

async fn a_page_of_another_site_changes_nothing(place: Place) {
    let desk = place.desk().await;
    let (ada, lena) = (desk.ada(), desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let port = desk.address().port();
    let own = desk.url();
    let before = desk.rows().await;
    let origins = [
        "",
        "null",
        "https://evil.example",
        "http://127.0.0.1",
        &format!("http://127.0.0.1:{}", port.wrapping_add(1)),
        &format!("https://127.0.0.1:{port}"),
        &format!("{own}.evil.example"),
        &format!("http://localhost:{port}"),
        &format!("{own}/"),
        &format!("{own} http://evil.example"),
        "file://",
        "chrome-extension://abc",
    ]
    .map(str::to_owned);
    for origin in origins {
        let claim = ada.put(&format!("{}/claim", path_of(&chat)), &json!({})).header("origin", origin.clone());
        claim.await.refused(403, "foreign_origin");
        ada.delete("/api/v1/session").header("origin", origin.clone()).await.refused(403, "foreign_origin");
        ada.post("/api/v1/invites", &json!({"role": "agent"}))
            .header("origin", origin.clone())
            .await
            .refused(403, "foreign_origin");
        if !origin.is_empty() {
            let body = json!({"email": "ada@acme.com", "password": crate::kit::PASSWORD});
            desk.post("/api/v1/session", &body).header("origin", origin.clone()).await.refused(403, "foreign_origin");
        }
        // reading is harmless: no other site sees the answer
        ada.get("/api/v1/session").header("origin", origin).await.is(200);
    }
    let body = json!({"email": "ada@acme.com", "password": crate::kit::PASSWORD});
    desk.post("/api/v1/session", &body)
        .header("origin", "")
        .header("sec-fetch-site", "cross-site")
        .await
        .refused(403, "foreign_origin");
    let form =
        desk.ask("POST", "/api/v1/session").body("application/x-www-form-urlencoded", "email=ada@acme.com&password=x");
    form.await.refused(415, "unsupported_media_type");
    desk.is_unchanged_since(&before).await;
    let preflight = desk
        .ask("OPTIONS", "/api/chat/message")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST");
    preflight.await.refused(405, "method_not_allowed");
}
