//! Files: up in pieces, once into one message, and back to those who may read it and to nobody else.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::kit::{Agent, Ask, Conduct, Customer, Desk, Place};

on_both![
    a_customers_picture_reaches_the_agent_and_an_agents_the_customer,
    an_upload_goes_on_where_it_was_cut_also_after_the_server_died,
    only_the_sender_may_send_a_file_and_only_once,
    a_foreign_file_is_nowhere,
    what_is_given_out_is_what_the_bytes_are,
    a_note_keeps_its_files_from_the_customer,
    a_link_opens_a_file_for_five_minutes,
    what_is_too_large_or_too_much_is_refused,
    a_full_disk_stops_files_and_nothing_else,
    what_was_never_sent_is_forgotten,
];

/// A picture of so many pixels.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::DynamicImage::new_rgb8(width, height);
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

fn id(file: &Value) -> String {
    file["id"].as_str().unwrap_or_else(|| panic!("no file: {file}")).to_owned()
}

async fn both(place: &Place) -> (Desk, Agent, Customer, String) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    (desk, maya, lena, chat)
}

async fn reply_with(maya: &Agent, chat: &str, text: &str, files: &[&Value]) -> crate::kit::Answer {
    let files: Vec<Value> = files.iter().map(|file| file["id"].clone()).collect();
    let content = json!({"type": "text", "text": text});
    let body = json!({"client_id": crate::kit::client_id(), "epoch": maya.epoch(chat), "content": content, "attachments": files});
    maya.write(chat, &body).await
}

async fn a_customers_picture_reaches_the_agent_and_an_agents_the_customer(place: Place) {
    let (_desk, maya, lena, chat) = both(&place).await;
    let (mut mayas, mut lenas) = (maya.listens().await, lena.listens().await);
    let bytes = png(900, 300);
    let file = lena.uploads("../My  photo.png", &bytes).await;
    let expected = json!({"id": file["id"], "name": "My  photo.png", "size": bytes.len(), "kind": "png", "width": 900, "height": 300, "thumbnail": true});
    assert_eq!(file, expected);
    let message = lena.says_with("", &[&file]).await;
    assert_eq!(message.whole["attachments"], json!([file]));
    let heard = mayas.event("message.created").await;
    assert_eq!(heard["data"]["message"]["attachments"], json!([file]), "the event carries it");
    assert_eq!(maya.thread(&chat).await[1]["attachments"], json!([file]), "and so does the history");
    assert_eq!(maya.sees(&chat).await["preview"], "My photo.png");
    let path = format!("/files/{}", id(&file));
    let whole = maya.get(&path).await.is(200);
    assert_eq!(
        (whole.header("content-type"), whole.header("content-length")),
        ("image/png", bytes.len().to_string().as_str())
    );
    let small = maya.get(&format!("{path}?size=small")).await.is(200);
    assert_eq!(small.header("content-type"), "image/jpeg");
    let files = maya.get(&format!("/api/v1/conversations/{chat}/files")).await.is(200);
    assert_eq!(files["items"], json!([file]));
    let one = maya.uploads(&chat, "a.gif", b"GIF89a\x01\0\x01\0\0\0\0;").await;
    let two = maya.uploads(&chat, "b.pdf", b"%PDF-1.4\n%%EOF").await;
    let sent = reply_with(&maya, &chat, "Here are both.", &[&two, &one]).await.is(201);
    assert_eq!(sent["message"]["attachments"], json!([two, one]), "in the order of the sender");
    lenas.hears("event").await;
    let heard = lenas.event("message.created").await;
    assert_eq!(heard["data"]["message"]["attachments"], json!([two, one]));
    assert_eq!(lena.history().await[2]["attachments"], json!([two, one]));
    let got = lena.ask("GET", &format!("/api/chat/files/{}", id(&two))).await.is(200);
    assert_eq!((got.text.as_str(), got.header("content-type")), ("%PDF-1.4\n%%EOF", "application/pdf"));
}

/// Says again where an upload stands, without and with a body.
async fn stands_at(lena: &Customer, path: &str, offset: usize) {
    let head = lena.ask("HEAD", path).await.is(200);
    assert_eq!(head.header("upload-offset"), offset.to_string());
    assert_eq!(lena.ask("GET", path).await.is(200)["offset"], offset);
}

async fn an_upload_goes_on_where_it_was_cut_also_after_the_server_died(place: Place) {
    let (desk, _maya, lena, _chat) = both(&place).await;
    let bytes: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
    let begun = lena.begins_file("big.bin", bytes.len()).await.is(201);
    let path = format!("/api/chat/attachment/{}", begun["id"].as_str().unwrap());
    let put = |lena: &Customer, from: usize, to: usize| -> Ask {
        lena.ask("PUT", &format!("{path}?offset={from}")).body("application/octet-stream", &bytes[from..to])
    };
    stands_at(&lena, &path, 0).await;
    assert_eq!(put(&lena, 0, 100_000).await.is(200)["offset"], 100_000);
    assert_eq!(put(&lena, 0, 100_000).await.refused(409, "wrong_offset")["offset"], 100_000, "not twice");
    assert_eq!(put(&lena, 200_000, 300_000).await.refused(409, "wrong_offset")["offset"], 100_000, "no hole");
    lena.ask("POST", &format!("{path}/complete")).await.refused(409, "wrong_offset");
    put(&lena, 100_000, 100_010).await.refused(422, "invalid_body");
    // a piece whose end never comes counts for nothing
    let half = format!(
        "PUT {path}?offset=100000 HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/octet-stream\r\n\
         content-length: 100000\r\n\r\nonly this much",
        desk.address(),
        lena.token
    );
    cut_off(&desk, half.as_bytes()).await;
    stands_at(&lena, &path, 100_000).await;
    let desk = place.restart(&desk).await;
    let lena = lena.at(&desk);
    stands_at(&lena, &path, 100_000).await;
    put(&lena, 100_000, 200_000).await.is(200);
    put(&lena, 200_000, 300_000).await.is(200);
    let file = lena.ask("POST", &format!("{path}/complete")).await.is(200)["file"].clone();
    assert_eq!(lena.ask("POST", &format!("{path}/complete")).await.is(200)["file"], file, "again changes nothing");
    put(&lena, 300_000, 300_000).await.refused(422, "invalid_body");
    lena.says_with("All of it", &[&file]).await;
    let back = lena.ask("GET", &format!("/api/chat/files/{}", id(&file))).await.is(200);
    assert_eq!(back.header("content-length"), "300000");
    assert_eq!(back.bytes, bytes);
}

async fn cut_off(desk: &Desk, bytes: &[u8]) {
    use tokio::io::AsyncWriteExt as _;
    let mut stream = tokio::net::TcpStream::connect(desk.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
}

async fn only_the_sender_may_send_a_file_and_only_once(place: Place) {
    let (desk, maya, lena, chat) = both(&place).await;
    let otto = desk.customer("Otto").await;
    let others = otto.says("Hi").await.conversation;
    let tom = desk.agent("Tom").await;
    let lenas = lena.uploads("a.txt", b"mine").await;
    let mayas = maya.uploads(&chat, "b.txt", b"ours").await;
    otto.write_with("look", &[&lenas]).await.refused(404, "not_found");
    reply_with(&maya, &chat, "look", &[&lenas]).await.refused(404, "not_found");
    lena.write_with("look", &[&mayas]).await.refused(404, "not_found");
    let note = json!({"client_id": crate::kit::client_id(), "note": true, "content": {"type": "text", "text": "x"}, "attachments": [mayas["id"]]});
    tom.write(&chat, &note).await.refused(404, "not_found");
    maya.claims(&others).await;
    reply_with(&maya, &others, "elsewhere", &[&mayas]).await.refused(409, "file_used");
    reply_with(&maya, &chat, "twice", &[&mayas, &mayas]).await.refused(422, "invalid_body");
    assert_eq!(maya.thread(&chat).await.len(), 1, "nothing of all this was stored");
    let key = crate::kit::client_id();
    let body = json!({"client_id": key, "epoch": maya.epoch(&chat), "content": {"type": "text", "text": ""}, "attachments": [mayas["id"]]});
    let first = maya.write(&chat, &body).await.is(201);
    assert_eq!(
        maya.write(&chat, &body).await.is(200)["message"]["id"],
        first["message"]["id"],
        "sent again is the same"
    );
    let mut other = body.clone();
    other["attachments"] = json!([]);
    other["content"]["text"] = json!("x");
    maya.write(&chat, &other).await.refused(422, "client_id_reused");
    reply_with(&maya, &chat, "again", &[&mayas]).await.refused(409, "file_used");
    let empty = json!({"client_id": crate::kit::client_id(), "epoch": maya.epoch(&chat), "content": {"type": "text", "text": " "}});
    maya.write(&chat, &empty).await.refused(422, "invalid_body");
    // a file on its way cannot be sent
    let begun = lena.begins_file("c.txt", 10).await.is(201);
    lena.write_with("soon", &[&begun.body]).await.refused(409, "wrong_offset");
    // what was not sent can be taken back, what was sent cannot
    let path = format!("/api/chat/attachment/{}", id(&lenas));
    otto.ask("DELETE", &path).await.refused(404, "not_found");
    lena.ask("DELETE", &path).await.is(204);
    lena.write_with("gone", &[&lenas]).await.refused(404, "not_found");
    maya.delete(&format!("/api/v1/files/{}", id(&mayas))).await.refused(404, "not_found");
}

async fn a_foreign_file_is_nowhere(place: Place) {
    let (desk, maya, lena, chat) = both(&place).await;
    let otto = desk.customer("Otto").await;
    otto.says("Hi").await;
    let kept = lena.uploads("kept.txt", b"not sent").await;
    let sent = lena.uploads("sent.txt", b"sent").await;
    lena.says_with("", &[&sent]).await;
    let mayas = maya.uploads(&chat, "mine.txt", b"not sent").await;
    let before = desk.rows().await;
    let made_up = json!({"id": "file_00000000000000000000000000"});
    for file in [&kept, &sent, &mayas, &made_up] {
        let file = id(file);
        for (method, path) in [
            ("GET", format!("/api/chat/files/{file}")),
            ("GET", format!("/api/chat/files/{file}/link")),
            ("GET", format!("/api/chat/attachment/{file}")),
            ("PUT", format!("/api/chat/attachment/{file}?offset=0")),
            ("POST", format!("/api/chat/attachment/{file}/complete")),
            ("DELETE", format!("/api/chat/attachment/{file}")),
        ] {
            let ask = otto.ask(method, &path);
            let ask = if method == "PUT" { ask.body("application/octet-stream", "x") } else { ask };
            ask.await.refused(404, "not_found");
        }
    }
    let tom = desk.agent("Tom").await;
    for file in [&kept, &mayas, &made_up] {
        tom.get(&format!("/files/{}", id(file))).await.refused(404, "not_found");
        tom.get(&format!("/api/v1/files/{}", id(file))).await.refused(404, "not_found");
    }
    tom.get(&format!("/files/{}", id(&sent))).await.is(200);
    desk.ask("GET", &format!("/files/{}", id(&sent))).await.refused(401, "unauthenticated");
    drop(before);
    let ids: BTreeSet<String> = [&kept, &sent, &mayas].map(id).into();
    let tails: BTreeSet<&str> = ids.iter().map(|id| &id["file_".len().."file_".len() + 10]).collect();
    assert_eq!(tails.len(), 3, "no id begins like another: none is made from the time");
}

/// Beginnings of files, with whether a browser may show them in place.
fn beginnings() -> Vec<(&'static [u8], Option<&'static str>)> {
    vec![
        (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", Some("image/png")),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", Some("image/jpeg")),
        (b"GIF89a\x01\0\x01\0", Some("image/gif")),
        (b"RIFF\x1a\0\0\0WEBPVP8 ", Some("image/webp")),
        (b"%PDF-1.7\n", None),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x()</script></svg>", None),
        (b"<!doctype html><script>x()</script>", None),
        (b"<?xml version=\"1.0\"?><x/>", None),
        (b"MZ\x90\0\x03\0\0\0\x04", None),
        (b"alert(1)", None),
    ]
}

async fn what_is_given_out_is_what_the_bytes_are(place: Place) {
    let (desk, maya, lena, _chat) = both(&place).await;
    let declared = ["image/png", "image/svg+xml; x", "text/html", "application/pdf", "image/jpeg\r\nx: y"];
    let endings = ["png", "svg", "html", "exe", "pdf", "jpg"];
    let mut triples = 0;
    for (head, in_place) in beginnings() {
        for ending in endings {
            let file = lena.uploads(&format!("a.{ending}"), head).await;
            lena.says_with("", &[&file]).await;
            for said in declared {
                triples += 1;
                let path = format!("/files/{}", id(&file));
                let said: String = said.chars().filter(|c| !c.is_control()).collect();
                let answer = maya.get(&path).header("accept", said.clone()).header("content-type", said).await.is(200);
                let kind = answer.header("content-type").to_owned();
                let how = answer.header("content-disposition").to_owned();
                match in_place {
                    Some(expected) => assert!(kind == expected && how.starts_with("inline; "), "{kind} {how}"),
                    None => {
                        assert!(["application/octet-stream", "application/pdf"].contains(&kind.as_str()), "{kind}");
                        assert!(how.starts_with("attachment; "), "{how}");
                    }
                }
                assert_eq!(
                    answer.header("content-security-policy"),
                    "sandbox; default-src 'none'; frame-ancestors 'none'"
                );
                assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
                assert_eq!(answer.header("x-content-type-options"), "nosniff");
            }
        }
    }
    assert_eq!(triples, 300);
    drop(desk);
}

async fn a_note_keeps_its_files_from_the_customer(place: Place) {
    let (_desk, maya, lena, chat) = both(&place).await;
    let file = maya.uploads(&chat, "for us.txt", b"the team's").await;
    let body = json!({"client_id": crate::kit::client_id(), "note": true, "content": {"type": "text", "text": "see"}, "attachments": [file["id"]]});
    maya.write(&chat, &body).await.is(201);
    maya.get(&format!("/files/{}", id(&file))).await.is(200);
    lena.ask("GET", &format!("/api/chat/files/{}", id(&file))).await.refused(404, "not_found");
    lena.ask("GET", &format!("/api/chat/files/{}/link", id(&file))).await.refused(404, "not_found");
    assert!(lena.history().await.iter().all(|message| message["attachments"] == json!([])));
}

async fn a_link_opens_a_file_for_five_minutes(place: Place) {
    let (desk, _maya, lena, _chat) = both(&place).await;
    let otto = desk.customer("Otto").await;
    otto.says("Hi").await;
    let file = lena.uploads("a.png", &png(4, 4)).await;
    lena.says_with("", &[&file]).await;
    let link = lena.ask("GET", &format!("/api/chat/files/{}/link", id(&file))).await.is(200);
    let url = link["url"].as_str().unwrap().strip_prefix(&desk.url()).unwrap().to_owned();
    let opened = desk.get(&url).await.is(200);
    assert_eq!(opened.header("content-type"), "image/png");
    let other = otto.uploads("b.png", &png(4, 4)).await;
    otto.says_with("", &[&other]).await;
    let others = otto.ask("GET", &format!("/api/chat/files/{}/link", id(&other))).await.is(200);
    let others = others["url"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
    let altered = [
        url.replace(&id(&file), &id(&other)),
        format!("/files/{}?{others}", id(&file)),
        url.replace("until=1", "until=2"),
        format!("{url}A"),
        url.replace("seal=", "seal=A"),
    ];
    for bad in altered {
        desk.get(&bad).await.refused(403, "link_over");
    }
}

async fn what_is_too_large_or_too_much_is_refused(place: Place) {
    let (desk, maya, lena, chat) = both(&place).await;
    let limit = 16 * 1024 * 1024;
    let refused = lena.begins_file("a.bin", limit + 1).await.refused(413, "file_too_large");
    assert_eq!(refused["limit"], limit);
    lena.begins_file("a.bin", 0).await.refused(422, "invalid_body");
    let inbox = format!("/api/v1/inboxes/{}", desk.inbox().id);
    desk.ada().patch(&inbox, &json!({"file_limit": 104_857_601})).await.refused(422, "invalid_body");
    assert_eq!(desk.ada().patch(&inbox, &json!({"file_limit": 1000})).await.is(200)["file_limit"], 1000);
    assert_eq!(lena.comes_back().await["inbox"]["file_limit"], 1000, "the widget is told before anything is sent");
    lena.begins_file("a.bin", 1001).await.refused(413, "file_too_large");
    let body = json!({"conversation_id": chat, "name": "x", "size": 1001});
    maya.post("/api/v1/files", &body).await.refused(413, "file_too_large");
    desk.ada().patch(&inbox, &json!({"file_limit": 0})).await.is(200);
    lena.begins_file("a.bin", 1).await.refused(413, "file_too_large");
    desk.ada().patch(&inbox, &json!({"file_limit": 16_777_216})).await.is(200);
    // a piece is bounded, a JSON body still more so
    let begun = lena.begins_file("a.bin", 3 * 1024 * 1024).await.is(201);
    let path = format!("/api/chat/attachment/{}?offset=0", begun["id"].as_str().unwrap());
    let large = vec![1; 1024 * 1024 + 1];
    lena.ask("PUT", &path).body("application/octet-stream", large.clone()).await.refused(413, "too_large");
    lena.ask("PUT", &path).body("image/png", "x").await.refused(415, "unsupported_media_type");
    let picture = png(8_000, 5_001);
    let begun = lena.begins_file("bomb.png", picture.len()).await.is(201);
    let path = format!("/api/chat/attachment/{}", begun["id"].as_str().unwrap());
    lena.ask("PUT", &format!("{path}?offset=0")).body("application/octet-stream", picture).await.is(200);
    lena.ask("POST", &format!("{path}/complete")).await.refused(409, "picture_too_large");
    lena.ask("GET", &path).await.refused(404, "not_found");
    for _ in 0..19 {
        lena.begins_file("a.bin", 1).await.is(201);
    }
    lena.begins_file("a.bin", 1).await.refused(409, "too_many_files");
}

async fn a_full_disk_stops_files_and_nothing_else(place: Place) {
    let desk = place.desk_with(Conduct::Unlimited, &[("files-reserve", "9000000GiB")]).await;
    let lena = desk.customer("Lena").await;
    lena.says("Hello?").await;
    let refused = lena.begins_file("a.bin", 10).await.refused(507, "disk_full");
    assert_eq!(refused["retry_after"], 60);
    lena.says("I can still write.").await;
}

async fn what_was_never_sent_is_forgotten(place: Place) {
    let (desk, _maya, lena, _chat) = both(&place).await;
    let sent = lena.uploads("sent.txt", b"sent").await;
    lena.says_with("", &[&sent]).await;
    lena.uploads("kept.png", &png(20, 20)).await;
    lena.begins_file("begun.txt", 100_000).await.is(201);
    assert_eq!(desk.count("file").await, 3);
    let stored = || desk.files_on_disk();
    assert_eq!(stored(), 3, "a file, a picture and its small one");
    desk.rewrites("UPDATE file SET expires_at = 1 WHERE expires_at IS NOT NULL").await;
    desk.rewrites("UPDATE job SET run_at = 1 WHERE kind = 'expired.forget'").await;
    desk.until("what nobody sent is gone", || stored() == 1).await;
    assert_eq!(desk.count("file").await, 1);
    lena.ask("GET", &format!("/api/chat/files/{}", id(&sent))).await.is(200);
}
