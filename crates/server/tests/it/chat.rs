//! The customer's side: opening the chat, writing, reading back, receipts, typing, ending.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::kit::{Customer, Message, Place, client_id};

on_both![
    opening_the_chat_stores_nothing,
    the_first_message_makes_the_contact_and_the_conversation,
    a_whole_conversation,
    both_sides_hear_everything_in_order,
    receipts_climb_on_both_sides_and_never_fall,
    typing_is_seen_by_the_other_side_alone,
    a_resolved_conversation_reopens_for_whoever_had_it,
    it_reopens_for_the_queue_when_they_are_gone,
    the_same_message_again_is_the_same_message,
    a_first_message_sent_sixteen_times_at_once_is_one_message_in_one_conversation,
    a_message_that_takes_two_ways_at_once_is_one_message,
    eight_who_wake_a_resolved_conversation_wake_it_once,
    one_id_may_be_used_by_two_people_and_in_two_conversations,
    a_message_answers_one_of_its_own_conversation,
    a_history_is_read_in_pages,
    a_visitor_keeps_the_chat_by_token_and_by_cookie,
    two_visitors_see_nothing_of_each_other,
    a_token_that_is_not_ours_opens_nothing,
    a_token_of_another_inbox_opens_nothing_here,
    the_hint_of_page_and_locale_is_kept_without_what_names_a_person,
];

async fn opening_the_chat_stores_nothing(place: Place) {
    let desk = place.desk().await;
    let before = desk.rows().await;
    let lena = desk.customer("Lena").await;
    let opened = lena.comes_back().await;
    assert_eq!(opened["token"], lena.token, "a token that is still good is kept");
    assert_eq!(opened["conversation"], Value::Null);
    let inbox = json!({"id": desk.inbox().id.to_string(), "key": desk.key(), "name": "Acme", "greeting": "Hi 👋 How can we help?", "menu": [],
        "look": {"colour": "#0560dc", "text_colour": "#ffffff", "position": "right", "label": "", "font": "system", "icon": "chat",
            "corner": 16, "space_side": 20, "space_bottom": 20, "z_index": 1000},
        "file_limit": 16 * 1024 * 1024, "mail": false, "reply_seconds": null, "now": opened["inbox"]["now"],
        "widget": opened["inbox"]["widget"]});
    assert_eq!(opened["inbox"], inbox);
    assert!(opened["inbox"]["now"].is_string() && opened["inbox"]["widget"]["texts"].is_object());
    assert_eq!(lena.ask("GET", "/api/chat/conversations").await.is(200)["items"], json!([]));
    desk.is_unchanged_since(&before).await;
    assert_eq!(desk.count("contact").await, 0);
}

async fn the_first_message_makes_the_contact_and_the_conversation(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    let id = client_id();
    let answer = lena.write(None, &id, "Where is my refund?").await.is(201);
    let message = Message::of(&answer);
    let conversation = desk.ada().sees(&message.conversation).await;
    let contact = conversation["contact"]["id"].clone();
    let expected = json!({"id": message.id, "conversation_id": message.conversation, "seq": 1, "client_id": id,
        "author": {"type": "user", "id": contact, "name": "Visitor 1"}, "content": {"type": "text", "text": "Where is my refund?"},
        "note": false, "reply_to": null, "attachments": [], "status": "sent", "created_at": message.whole["created_at"]});
    assert_eq!(answer["message"], expected);
    let (at, since) = (&message.whole["created_at"], &conversation["created_at"]);
    let nothing = json!({"delivered_seq": 0, "read_seq": 0});
    let expected = json!({"id": message.conversation, "number": 1, "inbox": {"id": desk.inbox().id.to_string(), "name": "Acme"},
        "contact": {"id": contact, "name": "Visitor 1"}, "state": "waiting", "owner": null, "epoch": 0, "head_seq": 1,
        "preview": "Where is my refund?", "preview_author": "user", "created_at": since, "last_message_at": at, "waiting_since": since,
        "department_id": null, "resolved_at": null, "ringing_until": null, "missed_at": null, "snoozed_until": null, "priority": "normal", "tags": [], "contact_marks": nothing, "agent_marks": nothing, "locale": null, "page": null});
    assert_eq!(conversation, expected);
    let stored = [desk.count("contact").await, desk.count("contact_identity").await, desk.count("conversation").await];
    assert_eq!((stored, desk.count("message").await), ([1, 1, 1], 1));
    let seen = lena.sees().await;
    assert_eq!(
        (&seen["id"], &seen["state"], &seen["owner"]),
        (&json!(message.conversation), &json!("waiting"), &Value::Null)
    );
}

async fn a_whole_conversation(place: Place) {
    let desk = place.desk().await;
    let (lena, maya, tom) = (desk.customer("Lena").await, desk.agent("Maya").await, desk.agent("Tom").await);
    let chat = lena.says("Where is my refund?").await.conversation;
    let claimed = maya.claims(&chat).await;
    assert_eq!(
        (&claimed["state"], &claimed["owner"]["name"], &claimed["epoch"]),
        (&json!("active"), &json!("Maya"), &json!(1))
    );
    assert_eq!(claimed["waiting_since"], Value::Null);
    assert_eq!(maya.replies(&chat, "I am looking into it.").await.seq, 2);
    maya.notes(&chat, "Paid twice, see the bank.").await;
    let handed = maya.transfers(&chat, &tom).await;
    assert_eq!(
        (&handed["owner"]["name"], &handed["epoch"], &handed["state"]),
        (&json!("Tom"), &json!(2), &json!("active"))
    );
    tom.sees(&chat).await;
    tom.replies(&chat, "Your refund is on its way.").await;
    let resolved = tom.resolves(&chat).await;
    assert_eq!(
        (&resolved["state"], &resolved["owner"]["name"], &resolved["epoch"]),
        (&json!("resolved"), &json!("Tom"), &json!(3))
    );
    assert_eq!(lena.says("It is not there yet.").await.seq, 4);
    let reopened = tom.sees(&chat).await;
    assert_eq!(
        (&reopened["state"], &reopened["owner"]["name"], &reopened["epoch"]),
        (&json!("active"), &json!("Tom"), &json!(4))
    );
    assert_eq!(reopened["resolved_at"], Value::Null);
    let released = tom.releases(&chat).await;
    assert_eq!(
        (&released["state"], &released["owner"], &released["epoch"]),
        (&json!("waiting"), &Value::Null, &json!(5))
    );
    assert!(released["waiting_since"].is_string());
    lena.ends().await;
    lena.ends().await;
    let ended = maya.sees(&chat).await;
    assert_eq!(
        (&ended["state"], &ended["epoch"], &ended["waiting_since"]),
        (&json!("resolved"), &json!(6), &Value::Null)
    );
    let texts: Vec<Value> = lena.history().await.iter().map(|message| message["content"]["text"].clone()).collect();
    assert_eq!(
        texts,
        ["Where is my refund?", "I am looking into it.", "Your refund is on its way.", "It is not there yet."]
    );
}

async fn both_sides_hear_everything_in_order(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let mut desk_ear = maya.listens().await;
    let first = lena.says("Hello?").await;
    let chat = first.conversation.clone();
    let mut ear = lena.listens().await;
    maya.claims(&chat).await;
    maya.replies(&chat, "Hello!").await;
    maya.notes(&chat, "A new one.").await;
    lena.says("I have a question.").await;
    maya.resolves(&chat).await;
    lena.says("Wait!").await;
    maya.sees(&chat).await;
    maya.releases(&chat).await;
    ear.everything().await;
    desk_ear.everything().await;
    let public = [
        "conversation.claimed",
        "message.created",
        "message.created",
        "conversation.resolved",
        "survey.asked",
        "conversation.reopened",
        "message.created",
        "conversation.released",
    ];
    assert_eq!(ear.kinds(), public);
    let seqs: Vec<i64> =
        ear.heard.iter().filter(|frame| frame["type"] == "event").map(|frame| frame["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, [1, 2, 3, 3, 3, 4, 4, 4], "a customer's events carry message numbers");
    let all = [
        "contact.created",
        "conversation.created",
        "message.created",
        "conversation.claimed",
        "message.created",
        "message.created",
        "message.created",
        "conversation.resolved",
        "survey.asked",
        "conversation.reopened",
        "message.created",
        "conversation.released",
    ];
    assert_eq!(desk_ear.kinds(), all);
    let seqs: Vec<i64> = desk_ear.heard.iter().filter_map(|frame| frame["seq"].as_i64()).collect();
    assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seqs:?}");
    let claimed = ear.heard.iter().find(|frame| frame["kind"] == "conversation.claimed").unwrap();
    assert_eq!(
        claimed["data"],
        json!({"state": "active", "owner": {"name": "Maya"}}),
        "a customer learns a name, no id"
    );
}

fn statuses(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["status"].as_str().unwrap()).collect()
}

async fn receipts_climb_on_both_sides_and_never_fall(place: Place) {
    let desk = place.desk().await;
    let (lena, maya, tom) = (desk.customer("Lena").await, desk.agent("Maya").await, desk.agent("Tom").await);
    let first = lena.says("One").await;
    let chat = first.conversation.clone();
    lena.says("Two").await;
    maya.claims(&chat).await;
    let third = maya.replies(&chat, "Three").await;
    let fourth = maya.replies(&chat, "Four").await;
    let (mut ear, mut desk_ear) = (lena.listens().await, maya.listens().await);
    maya.receives(&chat, 2).await;
    assert_eq!(statuses(&lena.history().await), ["delivered", "delivered", "sent", "sent"]);
    maya.reads(&chat, 1).await;
    assert_eq!(statuses(&lena.history().await), ["read", "delivered", "sent", "sent"]);
    tom.reads(&chat, 2).await;
    assert_eq!(statuses(&lena.history().await)[1], "delivered", "a colleague who looks reads nothing for the owner");
    lena.receives(&fourth).await;
    lena.reads(&third).await;
    assert_eq!(statuses(&maya.thread(&chat).await), ["read", "delivered", "read", "delivered"]);
    lena.receives(&third).await;
    maya.receives(&chat, 0).await;
    maya.reads(&chat, -7).await;
    assert_eq!(
        statuses(&maya.thread(&chat).await),
        ["read", "delivered", "read", "delivered"],
        "late receipts change nothing"
    );
    maya.reads(&chat, i64::MAX).await;
    lena.reads(&fourth).await;
    assert_eq!(statuses(&lena.history().await), ["read"; 4]);
    let seen = lena.sees().await;
    let all = json!({"delivered_seq": 4, "read_seq": 4});
    assert_eq!((&seen["agent_marks"], &seen["contact_marks"]), (&all, &all), "nothing is read that does not exist");
    lena.mark(&fourth.id, "sent").await.refused(422, "invalid_body");
    for heard in [ear.everything().await, desk_ear.everything().await] {
        let marks: Vec<[i64; 4]> = heard
            .iter()
            .filter(|frame| frame["kind"] == "conversation.marked")
            .map(|frame| {
                let (contact, agent) = (&frame["data"]["contact_marks"], &frame["data"]["agent_marks"]);
                [&contact["delivered_seq"], &contact["read_seq"], &agent["delivered_seq"], &agent["read_seq"]]
                    .map(|mark| mark.as_i64().unwrap())
            })
            .collect();
        assert_eq!(marks, [[0, 0, 2, 0], [0, 0, 2, 1], [4, 0, 2, 1], [4, 3, 2, 1], [4, 3, 4, 4], [4, 4, 4, 4]]);
    }
}

async fn typing_is_seen_by_the_other_side_alone(place: Place) {
    let desk = place.desk().await;
    let (lena, maya, tom) = (desk.customer("Lena").await, desk.agent("Maya").await, desk.agent("Tom").await);
    let eve = desk.customer("Eve").await;
    let chat = lena.says("Hello?").await.conversation;
    eve.says("Me too").await;
    let (mut lenas, mut eves) = (lena.listens().await, eve.listens().await);
    let (mut mayas, mut toms) = (maya.listens().await, tom.listens().await);
    mayas.says(&json!({"type": "typing", "conversation_id": chat})).await;
    let author = json!({"type": "agent", "name": "Maya"});
    assert_eq!(lenas.hears("typing").await, json!({"type": "typing", "conversation_id": chat, "author": author}));
    let author = json!({"type": "agent", "id": maya.id, "name": "Maya"});
    assert_eq!(toms.hears("typing").await, json!({"type": "typing", "conversation_id": chat, "author": author}));
    lena.types().await;
    let by_post = mayas.hears("typing").await;
    assert_eq!((&by_post["author"]["type"], &by_post["author"]["name"]), (&json!("user"), &json!("Visitor 1")));
    lenas.says(&json!({"type": "typing", "conversation_id": chat})).await;
    assert_eq!(mayas.hears("typing").await, by_post, "the socket says the same as the call");
    eves.says(&json!({"type": "typing", "conversation_id": chat})).await;
    for heard in [eves.everything().await, lenas.everything().await, mayas.everything().await] {
        assert_eq!(heard.iter().filter(|frame| frame["type"] == "typing").count(), 0, "{heard:?}");
    }
    let typed = toms.everything().await.iter().filter(|frame| frame["type"] == "typing").count();
    assert_eq!(typed, 2, "nobody types in another's conversation");
}

async fn a_resolved_conversation_reopens_for_whoever_had_it(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    maya.resolves(&chat).await;
    let mut ear = lena.listens().await;
    let again = Message::of(&lena.write(None, &client_id(), "A new question").await.is(201));
    assert_ne!(again.conversation, chat, "without a conversation named, what is resolved stays resolved");
    assert_eq!(lena.says("The old one again").await.conversation, chat);
    let reopened = ear.event("conversation.reopened").await;
    assert_eq!(reopened["data"], json!({"state": "active", "owner": {"name": "Maya"}}));
    assert_eq!(maya.sees(&chat).await["owner"]["id"], maya.id);
    lena.ends().await;
    let ended = lena.ask("POST", &format!("/api/chat/end/{}", again.conversation)).await;
    ended.is(204);
}

async fn it_reopens_for_the_queue_when_they_are_gone(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    maya.resolves(&chat).await;
    desk.ada().patch(&format!("/api/v1/agents/{}", maya.id), &json!({"active": false})).await.is(200);
    lena.says("Still there?").await;
    let reopened = desk.ada().sees(&chat).await;
    assert_eq!((&reopened["state"], &reopened["owner"]), (&json!("waiting"), &Value::Null));
    assert!(reopened["waiting_since"].is_string());
}

async fn the_same_message_again_is_the_same_message(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let first = lena.says("Hello?").await;
    let chat = first.conversation.clone();
    let before = desk.rows().await;
    for conversation in [None, Some(chat.as_str())] {
        let again = lena.write(conversation, &first.client_id, "Hello?").await.is(200);
        assert_eq!(again["message"], first.whole);
        lena.write(conversation, &first.client_id, "Hello!").await.refused(422, "client_id_reused");
    }
    let upper = lena.write(Some(&chat), &first.client_id.to_uppercase(), "Hello?").await.is(200);
    assert_eq!(upper["message"], first.whole, "one id, however it is spelt");
    desk.is_unchanged_since(&before).await;
    maya.claims(&chat).await;
    let content = json!({"type": "text", "text": "Hi."});
    for note in [false, true] {
        let body = json!({"client_id": client_id(), "epoch": 1, "content": content, "note": note});
        let reply = maya.write(&chat, &body).await.is(201);
        let before = desk.rows().await;
        assert_eq!(maya.write(&chat, &body).await.is(200)["message"], reply["message"]);
        for (field, other) in
            [("content", json!({"type": "text", "text": "Ho."})), ("note", json!(!note)), ("reply_to", json!(first.id))]
        {
            let mut changed = body.clone();
            changed[field] = other;
            maya.write(&chat, &changed).await.refused(422, "client_id_reused");
        }
        desk.is_unchanged_since(&before).await;
    }
    lena.ends().await;
    let again = lena.write(None, &first.client_id, "Hello?").await.is(200);
    assert_eq!(again["message"], first.whole, "also after the end");
    assert_eq!(maya.sees(&chat).await["state"], "resolved", "and what was said before reopens nothing");
}

async fn a_first_message_sent_sixteen_times_at_once_is_one_message_in_one_conversation(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    let id = client_id();
    let answers = join_all((0..16).map(|_| lena.write(None, &id, "Hello?"))).await;
    let fresh = answers.iter().filter(|answer| answer.status == 201).count();
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["message"]["id"]).collect();
    assert_eq!(fresh, 1, "{answers:?}");
    assert!(ids.iter().all(|id| *id == ids[0] && id.is_string()), "{answers:?}");
    assert_eq!((desk.count("contact").await, desk.count("conversation").await, desk.count("message").await), (1, 1, 1));
    let tom = desk.customer("Tom").await;
    let texts: Vec<String> = (0..16).map(|number| format!("Message {number}")).collect();
    let answers = join_all(texts.iter().map(|text| async { tom.write(None, &client_id(), text).await })).await;
    let mut seqs: Vec<i64> = answers.into_iter().map(|answer| Message::of(&answer.is(201)).seq).collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=16).collect::<Vec<_>>(), "sixteen first messages are one conversation too");
    assert_eq!(desk.count("conversation").await, 2);
}

async fn a_message_that_takes_two_ways_at_once_is_one_message(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    let chat = lena.says("Hello?").await.conversation;
    for round in 0..4 {
        let id = client_id();
        let ways = [None, Some(chat.as_str())].repeat(4);
        let answers = join_all(ways.iter().map(|way| lena.write(*way, &id, "Once is enough"))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "round {round}: {answers:?}");
        assert!(answers.iter().all(|answer| answer["message"]["id"] == answers[0]["message"]["id"]), "{answers:?}");
    }
    assert_eq!(lena.history().await.len(), 5);
}

async fn eight_who_wake_a_resolved_conversation_wake_it_once(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    maya.resolves(&chat).await;
    let texts: Vec<String> = (0..8).map(|number| format!("Message {number}")).collect();
    let answers = join_all(texts.iter().map(|text| async { lena.write(Some(&chat), &client_id(), text).await })).await;
    let mut seqs: Vec<i64> = answers.into_iter().map(|answer| Message::of(&answer.is(201)).seq).collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (2..=9).collect::<Vec<_>>());
    let reopened = desk.rows_of("event").await.iter().filter(|row| row.contains("conversation.reopened")).count();
    assert_eq!((reopened, maya.sees(&chat).await["epoch"].clone()), (1, json!(3)));
}

async fn one_id_may_be_used_by_two_people_and_in_two_conversations(place: Place) {
    let desk = place.desk().await;
    let (lena, eve, maya) = (desk.customer("Lena").await, desk.customer("Eve").await, desk.agent("Maya").await);
    let lenas = lena.says("Hello?").await;
    let eves = Message::of(&eve.write(None, &lenas.client_id, "Something else").await.is(201));
    assert_ne!(eves.conversation, lenas.conversation);
    let body = json!({"client_id": lenas.client_id, "epoch": 1, "content": {"type": "text", "text": "An answer"}});
    for chat in [&lenas.conversation, &eves.conversation] {
        maya.claims(chat).await;
        maya.write(chat, &body).await.is(201);
    }
    assert_eq!(desk.count("message").await, 4);
}

async fn a_message_answers_one_of_its_own_conversation(place: Place) {
    let desk = place.desk().await;
    let (lena, eve, maya) = (desk.customer("Lena").await, desk.customer("Eve").await, desk.agent("Maya").await);
    let (first, foreign) = (lena.says("Hello?").await, eve.says("Hello!").await);
    let chat = first.conversation.clone();
    maya.claims(&chat).await;
    let note = maya.notes(&chat, "Be kind.").await;
    let answering = |id: &str| {
        json!({"inbox": lena.key, "conversation_id": chat, "client_id": client_id(), "reply_to": id,
        "content": {"type": "text", "text": "About that"}})
    };
    let sent = lena.ask("POST", "/api/chat/message").json(&answering(&first.id)).await.is(201);
    assert_eq!(sent["message"]["reply_to"], first.id);
    for id in [foreign.id.as_str(), note.id.as_str(), "message_00000000000000000000000000", "x", ""] {
        let refused = lena.ask("POST", "/api/chat/message").json(&answering(id)).await.refused(422, "invalid_body");
        assert_eq!(refused["errors"][0]["field"], "reply_to");
    }
    let answering = |id: &str, note: bool| {
        json!({"client_id": client_id(), "epoch": 1, "note": note, "reply_to": id,
        "content": {"type": "text", "text": "About that"}})
    };
    maya.write(&chat, &answering(&note.id, true)).await.is(201);
    maya.write(&chat, &answering(&first.id, false)).await.is(201);
    maya.write(&chat, &answering(&foreign.id, false)).await.refused(422, "invalid_body");
    maya.write(&chat, &answering(&note.id, false)).await.refused(422, "invalid_body");
    let told = serde_json::to_string(&lena.history().await).unwrap();
    assert!(!told.contains(&note.id), "a public reply must not point at a note");
}

async fn a_history_is_read_in_pages(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    for number in 1..=7 {
        lena.says(&format!("Message {number}")).await;
    }
    let chat = lena.conversation();
    maya.notes(&chat, "A note").await;
    let read = async |query: &str| {
        let answer = lena.ask("GET", &format!("/api/chat/history/{chat}{query}")).await.is(200);
        assert_eq!(answer["head_seq"], 7);
        answer["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["seq"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(read("").await, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(read("?limit=3").await, [5, 6, 7], "without a bound, the newest");
    assert_eq!(read("?before_seq=5&limit=3").await, [2, 3, 4]);
    assert_eq!(read("?after_seq=2&limit=3").await, [3, 4, 5]);
    assert_eq!(read("?after_seq=2&before_seq=4").await, [3]);
    assert_eq!(read("?after_seq=0&limit=1000").await, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(read("?after_seq=-1000&limit=0").await, [1], "a bound below everything is the beginning");
    assert_eq!(read("?after_seq=7").await, [0; 0]);
    assert_eq!(read(&format!("?after_seq={}&before_seq={}", i64::MAX, i64::MIN)).await, [0; 0]);
}

async fn a_visitor_keeps_the_chat_by_token_and_by_cookie(place: Place) {
    let desk = place.desk().await;
    let key = desk.key();
    let widget = |ask: crate::kit::Ask| ask.header("x-chatdesk-widget", "1");
    let opened = widget(desk.post("/api/chat/initialize", &json!({"inbox": key}))).issues_secret().await.is(200);
    let token = opened["token"].as_str().unwrap();
    let body = json!({"inbox": key, "client_id": client_id(), "content": {"type": "text", "text": "Hello?"}});
    let sent = widget(desk.post("/api/chat/message", &body)).bearer(token).issues_secret().await.is(201);
    let cookie = sent.header("set-cookie").to_owned();
    assert!(cookie.ends_with("; Path=/; HttpOnly; Max-Age=2592000; Secure; SameSite=None; Partitioned"), "{cookie}");
    let pair = sent.cookie().unwrap();
    let again =
        widget(desk.post("/api/chat/initialize", &json!({"inbox": key}))).header("cookie", pair.clone()).await.is(200);
    assert_eq!(again["token"], Value::Null, "whoever has the cookie gets no token to keep");
    assert_eq!(again["conversation"]["id"], sent["message"]["conversation_id"]);
    let history = format!("/api/chat/history/{}", sent["message"]["conversation_id"].as_str().unwrap());
    widget(desk.get(&history)).header("cookie", pair.clone()).await.is(200);
    desk.get(&history).header("cookie", pair.clone()).await.refused(401, "unauthenticated");
    let body = json!({"inbox": key, "client_id": client_id(), "content": {"type": "text", "text": "From elsewhere"}});
    for origin in ["", "https://evil.example", "null"] {
        let forged =
            widget(desk.post("/api/chat/message", &body)).header("cookie", pair.clone()).header("origin", origin);
        forged.await.refused(401, "unauthenticated");
    }
    widget(desk.post("/api/chat/message", &body)).header("cookie", pair).issues_secret().await.is(201);
    assert_eq!(desk.count("message").await, 2);
}

async fn two_visitors_see_nothing_of_each_other(place: Place) {
    let desk = place.desk().await;
    let (lena, eve, maya) = (desk.customer("Lena").await, desk.customer("Eve").await, desk.agent("Maya").await);
    let stranger = desk.customer("Nobody yet").await;
    let first = lena.says("My card number is 4711").await;
    eve.says("Hello").await;
    maya.claims(&first.conversation).await;
    let reply = maya.replies(&first.conversation, "Never tell us that.").await;
    let before = desk.rows().await;
    for other in [&eve, &stranger] {
        let chat = &first.conversation;
        other.ask("GET", &format!("/api/chat/history/{chat}")).await.refused(404, "not_found");
        other.ask("POST", &format!("/api/chat/typing/{chat}")).await.refused(404, "not_found");
        other.ask("POST", &format!("/api/chat/end/{chat}")).await.refused(404, "not_found");
        for message in [&first.id, &reply.id] {
            other.mark(message, "read").await.refused(404, "not_found");
        }
        other.write(Some(chat), &client_id(), "Let me in").await.refused(404, "not_found");
        other.write(Some(chat), &first.client_id, "My card number is 4711").await.refused(404, "not_found");
        let theirs = other.ask("GET", "/api/chat/conversations").await.is(200);
        assert!(!theirs.text.contains(chat.as_str()) && !theirs.text.contains("4711"), "{theirs:?}");
    }
    desk.is_unchanged_since(&before).await;
    let mut ear = eve.connects().await;
    ear.says(&json!({"type": "hello", "conversations": {first.conversation.clone(): 0, eve.conversation(): 0}})).await;
    ear.hears("conversation").await;
    lena.says("And my PIN is 1234").await;
    let heard = format!("{:?} {:?}", ear.everything().await, ear.heard);
    assert!(!heard.contains(&first.conversation) && !heard.contains("1234"), "{heard}");
}

async fn a_token_that_is_not_ours_opens_nothing(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    let message = lena.says("Hello?").await;
    let chat = &message.conversation;
    let before = desk.rows().await;
    let body = crate::kit::message_body(&desk.key(), None, &client_id(), "Let me in");
    let (cut, longer) = (lena.token[..lena.token.len() - 1].to_owned(), format!("{}A", lena.token));
    let flipped = lena.token.chars().rev().collect::<String>();
    let hash = desk::token::hash(&lena.token);
    let bearer = ["", "Bearer", "Bearer ", "Bearer null", "Bearer undefined", "Bearer []", "Bearer {}", "Basic x"]
        .map(str::to_owned);
    let bearer = bearer
        .into_iter()
        .chain([&cut, &longer, &flipped, &hash].map(|token| format!("Bearer {token}")))
        .chain([lena.token.clone()]);
    for authorization in bearer {
        let ask = |method: &str, path: &str| desk.ask(method, path).header("authorization", authorization.clone());
        ask("POST", "/api/chat/message").json(&body).await.refused(401, "unauthenticated");
        ask("GET", &format!("/api/chat/history/{chat}")).await.refused(401, "unauthenticated");
        ask("GET", "/api/chat/conversations").await.refused(401, "unauthenticated");
        let status = ask("PUT", &format!("/api/chat/status/{}", message.id)).json(&json!({"status": "read"}));
        status.await.refused(401, "unauthenticated");
        ask("POST", &format!("/api/chat/typing/{chat}")).await.refused(401, "unauthenticated");
        ask("POST", &format!("/api/chat/end/{chat}")).await.refused(401, "unauthenticated");
        ask("GET", "/api/chat/socket").handshake().await.refused(401, "unauthenticated");
    }
    for token in [json!(null), json!(""), json!("null"), json!(cut), json!(hash)] {
        let opened = desk.post("/api/chat/initialize", &json!({"inbox": desk.key(), "token": token})).await.is(200);
        assert!(opened["token"].as_str().is_some_and(|fresh| json!(fresh) != token), "{opened:?}");
        assert_eq!(opened["conversation"], Value::Null, "a token that is not ours opens a chat of its own");
    }
    for token in [json!([]), json!({}), json!(7), json!([lena.token])] {
        let opened =
            desk.post("/api/chat/initialize", &json!({"inbox": desk.key(), "token": token})).issues_secret().await;
        opened.refused(422, "invalid_body");
    }
    desk.is_unchanged_since(&before).await;
}

async fn a_token_of_another_inbox_opens_nothing_here(place: Place) {
    let desk = place.desk().await;
    desk.rewrites(
        "INSERT INTO inbox (id, key, name, greeting, look, created_at) \
         SELECT 'inbox_01h455vb4pex5vsknk084sn02q', 'pk_other', 'Other brand', greeting, look, created_at FROM inbox",
    )
    .await;
    let (lena, otto) = (desk.customer("Lena").await, Customer::opens(&desk, "Otto", "pk_other").await);
    let chat = lena.says("Hello?").await.conversation;
    let before = desk.rows().await;
    for conversation in [None, Some(chat.as_str())] {
        let body = crate::kit::message_body(&desk.key(), conversation, &client_id(), "Let me in");
        otto.ask("POST", "/api/chat/message").json(&body).await.refused(404, "not_found");
    }
    otto.ask("GET", &format!("/api/chat/history/{chat}")).await.refused(404, "not_found");
    let opened = desk.post("/api/chat/initialize", &json!({"inbox": desk.key(), "token": otto.token})).await.is(200);
    assert_eq!(opened["conversation"], Value::Null);
    let body = crate::kit::message_body("pk_other", None, &client_id(), "Let me in");
    desk.customer("Eve").await.ask("POST", "/api/chat/message").json(&body).await.refused(404, "not_found");
    desk.is_unchanged_since(&before).await;
    let ottos = otto.says("Here is my place").await.conversation;
    assert_ne!(ottos, chat);
    assert_eq!(desk.ada().sees(&ottos).await["inbox"]["name"], "Other brand");
    for key in ["", "pk_nothing", "%", "pk_%"] {
        desk.post("/api/chat/initialize", &json!({"inbox": key})).await.refused(404, "not_found");
    }
}

async fn the_hint_of_page_and_locale_is_kept_without_what_names_a_person(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    let page = "https://lena:secret@shop.example/cart?email=lena@example.com#token";
    let body = json!({"inbox": lena.key, "token": lena.token, "locale": "pt-BR", "page": page});
    desk.post("/api/chat/initialize", &body).issues_secret().await.is(200);
    let chat = lena.says("Hello?").await.conversation;
    let seen = desk.ada().sees(&chat).await;
    assert_eq!((&seen["locale"], &seen["page"]), (&json!("pt-BR"), &json!("https://shop.example/cart")));
    let eve = desk.customer("Eve").await;
    let body = json!({"inbox": eve.key, "token": eve.token, "locale": "<b>", "page": "javascript:alert(1)"});
    desk.post("/api/chat/initialize", &body).issues_secret().await.is(200);
    let seen = desk.ada().sees(&eve.says("Hello?").await.conversation).await;
    assert_eq!((&seen["locale"], &seen["page"]), (&Value::Null, &Value::Null));
}
