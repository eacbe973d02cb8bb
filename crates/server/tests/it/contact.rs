//! Contacts for agents: what is known of them, notes, their conversations, and what happened in one.

use serde_json::{Value, json};

use crate::kit::{Agent, Customer, Place};

on_both![
    a_contact_is_named_and_everybody_sees_it,
    fields_that_do_not_fit_are_refused_and_change_nothing,
    notes_about_a_contact_are_the_teams_and_their_authors,
    a_contacts_conversations_come_in_pages_newest_first,
    what_happened_is_read_back_and_only_by_those_it_is_for,
    any_number_of_notes_after_one_message_can_be_read,
];

async fn contact_of(agent: &Agent, customer: &Customer) -> String {
    agent.sees(&customer.conversation()).await["contact"]["id"].as_str().unwrap().to_owned()
}

async fn a_contact_is_named_and_everybody_sees_it(place: Place) {
    let desk = place.desk().await;
    let (maya, tom, lena) = (desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    lena.says("Hello?").await;
    let chat = lena.conversation();
    let path = format!("/api/v1/contacts/{}", contact_of(&maya, &lena).await);
    let before = maya.get(&path).await.is(200);
    let nameless =
        json!({"name": "Visitor 1", "named": false, "email": null, "phone": null, "locale": null, "verified": false});
    for (field, value) in nameless.as_object().unwrap() {
        assert_eq!(before["contact"][field], *value, "{field}");
    }
    assert_eq!(before["identities"][0]["inbox"]["id"], desk.inbox().id.to_string());
    assert_eq!((&before["identities"][0]["channel"], &before["notes"]), (&json!("web"), &json!([])));
    let mut ear = tom.listens().await;
    let wanted =
        json!({"name": " Lena Kovac ", "email": "lena@example.com", "phone": "+351 21 000 00 00", "locale": "pt-PT"});
    let after = maya.patch(&path, &wanted).await.is(200);
    assert_eq!((&after["name"], &after["named"]), (&json!("Lena Kovac"), &json!(true)));
    assert_eq!(ear.event("contact.updated").await["data"]["contact"], after.body);
    maya.patch(&path, &wanted).await.is(200);
    maya.patch(&path, &json!({})).await.is(200);
    let kinds: Vec<Value> = maya.events_after(before["head"].as_i64().unwrap()).await;
    assert_eq!(kinds.len(), 1, "the same again is no event: {kinds:?}");
    assert_eq!(tom.sees(&chat).await["contact"]["name"], "Lena Kovac");
    assert_eq!(lena.says("And now?").await.whole["author"]["name"], "Lena Kovac", "no old name is remembered");
    let cleared = maya.patch(&path, &json!({"name": "", "email": ""})).await.is(200);
    assert_eq!((&cleared["name"], &cleared["email"]), (&json!("Visitor 1"), &Value::Null));
    assert_eq!(cleared["phone"], "+351 21 000 00 00", "what is left out stays");
}

async fn fields_that_do_not_fit_are_refused_and_change_nothing(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    lena.says("Hello?").await;
    let path = format!("/api/v1/contacts/{}", contact_of(&maya, &lena).await);
    let before = desk.rows().await;
    let long = "x".repeat(255);
    for (field, value) in [
        ("name", json!(long)),
        ("name", json!("two\nlines")),
        ("email", json!("lena")),
        ("email", json!("lena @example.com")),
        ("phone", json!("call me")),
        ("locale", json!("not a language at all")),
        ("name", json!(7)),
    ] {
        let refused = maya.patch(&path, &json!({field: value})).await.refused(422, "invalid_body");
        assert_eq!(refused["errors"][0]["field"], field, "{refused:?}");
    }
    let both = maya.patch(&path, &json!({"email": "x", "phone": "y"})).await.refused(422, "invalid_body");
    assert_eq!(both["errors"].as_array().unwrap().len(), 2);
    maya.patch(&path, &json!({"verified": true})).await.refused(422, "invalid_body");
    for id in ["contact_00000000000000000000000000", "x", maya.id.as_str()] {
        let path = format!("/api/v1/contacts/{id}");
        maya.get(&path).await.refused(404, "not_found");
        maya.patch(&path, &json!({"name": "x"})).await.refused(404, "not_found");
        maya.get(&format!("{path}/conversations")).await.refused(404, "not_found");
        maya.post(&format!("{path}/notes"), &json!({"text": "x"})).await.refused(404, "not_found");
    }
    for text in ["", "  ", &"x".repeat(10_001), "a\0b"] {
        maya.post(&format!("{path}/notes"), &json!({"text": text})).await.refused(422, "invalid_body");
    }
    desk.is_unchanged_since(&before).await;
}

async fn notes_about_a_contact_are_the_teams_and_their_authors(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, tom, lena) =
        (desk.ada(), desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    lena.says("Hello?").await;
    let path = format!("/api/v1/contacts/{}", contact_of(&maya, &lena).await);
    let (mut ear, mut lenas) = (tom.listens().await, lena.listens().await);
    let mut ids = Vec::new();
    for text in ["Pays late", "Prefers the phone"] {
        let note = maya.post(&format!("{path}/notes"), &json!({"text": text})).await.is(201);
        assert_eq!((&note["text"], &note["author"]["name"]), (&json!(text), &json!("Maya")));
        let told = ear.event("contact.noted").await;
        assert_eq!(told["data"]["note"], note.body);
        ids.push(note["id"].as_str().unwrap().to_owned());
    }
    let shown = tom.get(&path).await.is(200);
    assert_eq!(
        (&shown["notes"][0]["text"], &shown["notes"][1]["text"]),
        (&json!("Prefers the phone"), &json!("Pays late"))
    );
    tom.delete(&format!("{path}/notes/{}", ids[0])).await.refused(403, "forbidden");
    maya.delete(&format!("{path}/notes/{}", ids[0])).await.is(204);
    maya.delete(&format!("{path}/notes/{}", ids[0])).await.is(204);
    assert_eq!(ear.event("contact.note_deleted").await["data"]["note_id"], ids[0]);
    ada.delete(&format!("{path}/notes/{}", ids[1])).await.is(204);
    assert_eq!(tom.get(&path).await.is(200)["notes"], json!([]));
    let heard = format!("{:?} {:?} {:?}", lenas.everything().await, lena.history().await, lena.sees().await);
    assert!(!heard.contains("Pays late") && !heard.contains("contact_note"), "{heard}");
}

async fn a_contacts_conversations_come_in_pages_newest_first(place: Place) {
    let desk = place.desk().await;
    let (maya, lena, otto) = (desk.agent("Maya").await, desk.customer("Lena").await, desk.customer("Otto").await);
    let mut chats = Vec::new();
    for number in 0..5 {
        let said = lena.write(None, &crate::kit::client_id(), &format!("Matter {number}")).await.is(201);
        let chat = said["message"]["conversation_id"].as_str().unwrap().to_owned();
        maya.claims(&chat).await;
        maya.resolves(&chat).await;
        chats.insert(0, chat);
    }
    otto.says("Not hers").await;
    let contact = maya.sees(&chats[0]).await["contact"]["id"].as_str().unwrap().to_owned();
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = maya.get(&format!("/api/v1/contacts/{contact}/conversations?limit=2{cursor}")).await.is(200);
        found.extend(page["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, chats);
    let path = format!("/api/v1/contacts/{contact}/conversations?cursor=x");
    maya.get(&path).await.refused(422, "invalid_body");
}

async fn what_happened_is_read_back_and_only_by_those_it_is_for(place: Place) {
    let desk = place.desk().await;
    let (maya, tom, lena) = (desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    maya.replies(&chat, "Yes?").await;
    maya.notes(&chat, "secret").await;
    let draft = format!("/api/v1/conversations/{chat}/draft?mode=reply");
    maya.put(&draft, &json!({"text": "mine alone"})).await.is(204);
    maya.transfers(&chat, &tom).await;
    let path = format!("/api/v1/conversations/{chat}/events");
    let trail = tom.get(&format!("{path}?limit=2")).await.is(200);
    let kinds = |page: &Value| -> Vec<String> {
        page["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&trail.body), ["conversation.transferred", "conversation.claimed"]);
    let transfer = &trail["events"][0];
    assert_eq!((&transfer["actor"]["name"], &transfer["data"]["owner"]["name"]), (&json!("Maya"), &json!("Tom")));
    let live = tom.events_after(0).await;
    let same = live.iter().find(|event| event["seq"] == transfer["seq"]).unwrap();
    assert_eq!(same, transfer, "a line from history is the event that was sent");
    let rest = tom.get(&format!("{path}?before={}", trail["next"])).await.is(200);
    assert_eq!((kinds(&rest.body), &rest["next"]), (vec!["conversation.created".to_owned()], &Value::Null));
    maya.get("/api/v1/conversations/conversation_00000000000000000000000000/events").await.refused(404, "not_found");
    maya.get(&format!("{path}?before=x")).await.refused(422, "invalid_query");
}

async fn any_number_of_notes_after_one_message_can_be_read(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let (actor, id) = (maya.actor().await, chat.parse().unwrap());
    // more than any page, and more than the thousand that one answer used to end at
    let written = desk.core().write(id, move |tx, cx| {
        for number in 0..1_050 {
            let content = channel::Content::text(format!("Note {number}"));
            let client_id = format!("01890a5d-ac96-774b-bcce-{number:012x}");
            let note = desk::conversation::Note { client_id, content, reply_to: None, attachments: Vec::new() };
            desk::conversation::add_note(tx, cx, &actor, id, &note)?;
        }
        Ok(())
    });
    written.await.unwrap();
    lena.says("Are you there?").await;
    for (first, follow, back) in [("limit=200", "older", true), ("limit=200&after_seq=-1", "newer", false)] {
        let (mut texts, mut query) = (Vec::new(), first.to_owned());
        loop {
            let page = maya.get(&format!("/api/v1/conversations/{chat}/messages?{query}")).await.is(200);
            let mut found: Vec<String> = page["messages"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["content"]["text"].as_str().unwrap().to_owned())
                .collect();
            assert!(found.len() <= 200);
            if back {
                found.append(&mut texts);
                texts = found;
            } else {
                texts.append(&mut found);
            }
            let Some(cursor) = page[follow].as_str() else { break };
            query = format!("limit=200&{}={cursor}", if back { "before" } else { "after" });
        }
        let notes = (0..1_050).map(|number| format!("Note {number}"));
        let expected: Vec<String> =
            std::iter::once("Hello?".to_owned()).chain(notes).chain(["Are you there?".to_owned()]).collect();
        assert_eq!(texts, expected, "{follow}");
    }
    for bad in ["before=x", "after=1.2", "before=1.0.conversation_1", "after=..", "before=1.0.message_x"] {
        maya.get(&format!("/api/v1/conversations/{chat}/messages?{bad}")).await.refused(422, "invalid_body");
    }
}
