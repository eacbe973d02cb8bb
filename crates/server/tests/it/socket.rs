//! The sockets: resuming without a gap and without a double, who is let in, and how each misuse is answered.

use std::time::Duration;

use desk::event::{Audience, Kind};
use desk::{Actor, conversation};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::kit::{Agent, Customer, Desk, Ear, Place, client_id, message_body};

on_both![
    a_customer_who_comes_back_hears_what_was_missed_once,
    joining_in_the_middle_of_traffic_brings_each_message_once,
    a_socket_opened_before_the_first_message_is_told_of_the_conversation_later,
    an_agent_who_comes_back_hears_what_was_missed_once,
    whoever_is_too_far_behind_is_told_to_look_afresh,
    numbers_beyond_reason_are_answered_like_any_other,
    a_socket_watches_at_most_twenty_conversations_and_only_ones_own,
    only_our_own_pages_open_a_socket,
    what_is_not_the_protocol_ends_the_socket,
    a_socket_begins_with_hello,
    a_frame_that_is_too_large_ends_the_socket,
    a_reader_that_is_too_slow_is_told_and_misses_nothing,
    who_looks_at_a_conversation_is_shown_to_colleagues,
    agents_see_whether_the_customer_is_there,
];

on_both_in_still_time![
    a_heartbeat_says_how_far_everything_is,
    a_socket_that_never_says_hello_is_closed,
    a_stop_tells_every_socket_to_come_back,
];

async fn texts(ear: &mut Ear) -> Vec<String> {
    ear.everything().await;
    let events = ear.heard.iter().filter(|frame| frame["kind"] == "message.created");
    events.map(|frame| frame["data"]["message"]["content"]["text"].as_str().unwrap().to_owned()).collect()
}

async fn a_customer_who_comes_back_hears_what_was_missed_once(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let chat = lena.says("One").await.conversation;
    let ear = lena.listens().await;
    ear.leaves().await;
    maya.claims(&chat).await;
    for text in ["Two", "Three", "Four"] {
        maya.replies(&chat, text).await;
    }
    let mut ear = lena.connects().await;
    ear.says(&json!({"type": "hello", "conversations": {chat.clone(): 2}})).await;
    let standing = ear.hears("conversation").await;
    let expected = json!({"type": "conversation", "conversation_id": chat, "id": chat, "state": "active", "head_seq": 4,
        "contact_marks": {"delivered_seq": 0, "read_seq": 0}, "agent_marks": {"delivered_seq": 0, "read_seq": 0}, "owner": {"name": "Maya"},
        "preview": "Four", "survey": false, "last_message_at": standing["last_message_at"]});
    assert_eq!(standing, expected);
    assert_eq!(ear.heard[0]["type"], "ready");
    ear.says(&json!({"type": "hello", "conversations": {chat.clone(): 0}})).await;
    maya.replies(&chat, "Five").await;
    assert_eq!(texts(&mut ear).await, ["Three", "Four", "Five"], "what was missed, what is new, and nothing twice");
    let mut all = lena.connects().await;
    all.says(&json!({"type": "hello", "conversations": {chat.clone(): 0}})).await;
    assert_eq!(all.hears("conversation").await["head_seq"], 5);
    assert_eq!(texts(&mut all).await, ["One", "Two", "Three", "Four", "Five"]);
    let missed = &all.heard[1];
    let live = ear.heard.iter().find(|frame| frame["seq"] == 5).unwrap();
    assert_eq!(
        missed["data"]["message"],
        lena.history().await[0],
        "what is sent late is the message as the history has it"
    );
    assert_eq!(live["data"]["message"]["id"], all.heard[5]["data"]["message"]["id"]);
}

async fn joining_in_the_middle_of_traffic_brings_each_message_once(place: Place) {
    let desk = place.desk().await;
    let lena = desk.customer("Lena").await;
    let chat = lena.says("Message 1").await.conversation;
    for round in 0..6 {
        let last = 1 + 8 * (round + 1);
        let texts: Vec<String> = (0..8).map(|number| format!("Message {round} {number}")).collect();
        let writing = futures_util::future::join_all(texts.iter().map(|text| lena.says(text)));
        let ears = (0..8).map(|_| async {
            let mut ear = lena.connects().await;
            ear.says(&json!({"type": "hello", "conversations": {chat.clone(): 0}})).await;
            ear.hears("conversation").await;
            ear
        });
        let (_, ears) = tokio::join!(writing, futures_util::future::join_all(ears));
        for mut ear in ears {
            ear.everything().await;
            let seqs: Vec<i64> =
                ear.heard.iter().filter(|it| it["type"] == "event").map(|it| it["seq"].as_i64().unwrap()).collect();
            assert_eq!(seqs, (1..=last).collect::<Vec<_>>(), "round {round}");
        }
    }
}

async fn a_socket_opened_before_the_first_message_is_told_of_the_conversation_later(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let mut ear = lena.connects().await;
    ear.says(&json!({"type": "hello", "conversations": {}})).await;
    ear.hears("ready").await;
    let first = lena.says("Hello?").await;
    let chat = first.conversation.clone();
    ear.says(&json!({"type": "hello", "conversations": {chat.clone(): first.seq}})).await;
    ear.hears("conversation").await;
    maya.claims(&chat).await;
    maya.replies(&chat, "Hello!").await;
    assert_eq!(texts(&mut ear).await, ["Hello!"]);
}

async fn an_agent_who_comes_back_hears_what_was_missed_once(place: Place) {
    let desk = place.desk().await;
    let (lena, maya, tom) = (desk.customer("Lena").await, desk.agent("Maya").await, desk.agent("Tom").await);
    let chat = lena.says("One").await.conversation;
    let mut whole = tom.listens_after(Some(0)).await;
    let head = tom.head().await;
    maya.claims(&chat).await;
    for number in 0..5 {
        maya.replies(&chat, &format!("Reply {number}")).await;
        maya.notes(&chat, &format!("Note {number}")).await;
    }
    whole.everything().await;
    let of = |ear: &Ear| {
        ear.heard.iter().filter(|it| it["type"] == "event").map(|it| it["seq"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let all = of(&whole);
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "{all:?}");
    for after in head..=head + 11 {
        let ear = tom.listens_after(Some(after)).await;
        let expected: Vec<i64> = (after + 1..=head + 11).collect();
        assert_eq!(of(&ear), expected, "after {after}");
        assert_eq!(ear.heard.last().unwrap(), &json!({"type": "ready", "head": head + 11}));
    }
    let mut ear = tom.connects().await;
    ear.says(&json!({"type": "hello", "after": head})).await;
    ear.says(&json!({"type": "hello", "after": 0})).await;
    maya.replies(&chat, "Last").await;
    ear.everything().await;
    assert_eq!(of(&ear), (head + 1..=head + 12).collect::<Vec<_>>(), "a second hello repeats nothing");
    let mut writers = Vec::new();
    for number in 0..8 {
        let (maya, chat, tom) = (maya.clone(), chat.clone(), tom.clone());
        writers.push(async move {
            maya.replies(&chat, &format!("Busy {number}")).await;
            let mut ear = tom.listens_after(Some(head + 12)).await;
            maya.replies(&chat, &format!("Busier {number}")).await;
            ear.everything().await;
            of(&ear)
        });
    }
    for seqs in futures_util::future::join_all(writers).await {
        let expected: Vec<i64> = (head + 13..head + 13 + i64::try_from(seqs.len()).unwrap()).collect();
        assert_eq!(seqs, expected, "joining in the middle of traffic leaves no gap and no double");
    }
}

/// Many events at once, as a busy day leaves them.
async fn happens(desk: &Desk, count: i64) {
    let written = desk.core().write("story", move |tx, cx| {
        for number in 0..count {
            desk::event::emit(
                tx,
                cx,
                &Actor::System,
                Kind::InboxSeen,
                None,
                Audience::Agents,
                &json!({"number": number}),
            );
        }
        Ok(())
    });
    written.await.unwrap();
}

async fn says_much(customer: &Customer, count: i64) {
    let desk = &customer.desk;
    let visitor = desk::token::read_visitor(&desk.core().cx().deployment.visitor_key, &customer.token).unwrap();
    let id = customer.conversation().parse().unwrap();
    let written = desk.core().write("story", move |tx, cx| {
        for number in 0..count {
            let inbound = channel::Inbound {
                client_id: client_id(),
                content: channel::Content::text(format!("Message {number}")),
                attachments: Vec::new(),
                reply_to: None,
                locale: None,
                page: None,
            };
            conversation::receive(tx, cx, &visitor, None, Some(id), &inbound)?;
        }
        Ok(())
    });
    written.await.unwrap();
}

async fn whoever_is_too_far_behind_is_told_to_look_afresh(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let chat = lena.says("One").await.conversation;
    let head = maya.head().await;
    happens(&desk, 2_001).await;
    desk.delivered().await;
    let just = maya.listens_after(Some(head + 1)).await;
    assert_eq!(just.heard.len(), 2_001, "2,000 events and ready");
    let mut late = maya.listens_after(Some(head)).await;
    assert_eq!(late.heard, [json!({"type": "snapshot_required"}), json!({"type": "ready", "head": head + 2_001})]);
    maya.claims(&chat).await;
    late.event("conversation.claimed").await;
    let mut ahead = maya.listens_after(Some(head + 1_000_000)).await;
    assert_eq!(ahead.heard[0], json!({"type": "snapshot_required"}), "a number that never was: a restored backup");
    maya.replies(&chat, "Two").await;
    ahead.message().await;
    says_much(&lena, 2_000).await;
    desk.delivered().await;
    let just = lena.listens_after(2).await;
    assert_eq!(just.heard.len(), 2_002, "ready, 2,000 messages and where it stands");
    let mut late = lena.connects().await;
    late.says(&json!({"type": "hello", "conversations": {chat.clone(): 1}})).await;
    assert_eq!(late.hears("conversation").await["head_seq"], 2_002);
    assert_eq!(late.heard[1], json!({"type": "snapshot_required"}));
    maya.replies(&chat, "Go on").await;
    assert_eq!(late.message().await, "Go on");
}

async fn numbers_beyond_reason_are_answered_like_any_other(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let chat = lena.says("One").await.conversation;
    let head = maya.head().await;
    let seen = maya.events_after(0).await.len();
    for after in [-1, -2_000_000, i64::MIN] {
        let ear = maya.listens_after(Some(after)).await;
        assert_eq!(
            (ear.heard.len(), &ear.heard[seen]["head"]),
            (seen + 1, &json!(head)),
            "after {after}: everything there is"
        );
    }
    let ear = maya.listens_after(Some(i64::MAX)).await;
    assert_eq!(ear.heard[0]["type"], "snapshot_required");
    for (after, messages) in [(-1, 1), (i64::MIN, 1), (i64::MAX, 0), (7, 0)] {
        let mut ear = lena.connects().await;
        ear.says(&json!({"type": "hello", "conversations": {chat.clone(): after}})).await;
        ear.hears("conversation").await;
        assert_eq!(ear.kinds().len(), messages, "after {after}");
    }
}

async fn a_socket_watches_at_most_twenty_conversations_and_only_ones_own(place: Place) {
    let desk = place.desk().await;
    let (lena, eve) = (desk.customer("Lena").await, desk.customer("Eve").await);
    let chat = lena.says("My secret").await.conversation;
    eve.says("Hello").await;
    let mut ear = eve.connects().await;
    for batch in 0..10 {
        let mut ids: serde_json::Map<String, Value> = (0..19)
            .map(|number| (format!("conversation_0000000000000000000000{batch:02}{number:02}"), json!(0)))
            .collect();
        ids.insert(chat.clone(), json!(0));
        ear.says(&json!({"type": "hello", "conversations": ids})).await;
    }
    ear.says(&json!({"type": "typing", "conversation_id": chat})).await;
    lena.says("Another secret").await;
    lena.types().await;
    let heard = ear.everything().await;
    assert!(heard.iter().all(|frame| frame["type"] == "ready"), "{heard:?}");
    ear.says(&json!({"type": "hello", "conversations": {eve.conversation(): 0}})).await;
    ear.hears("conversation").await;
    let ids: serde_json::Map<String, Value> =
        (0..21).map(|number| (format!("conversation_000000000000000000000000{number:02}"), json!(0))).collect();
    ear.says(&json!({"type": "hello", "conversations": ids})).await;
    assert_eq!(ear.closed().await, 4002, "twenty-one are more than may be watched");
    for id in ["*", "%", "conversation_%", "conversation_*", "", &chat.to_uppercase(), &format!("{chat} ")] {
        let mut ear = eve.connects().await;
        ear.says(&json!({"type": "hello", "conversations": {id: 0}})).await;
        assert_eq!(ear.closed().await, 4002, "{id:?} is no id");
    }
}

async fn only_our_own_pages_open_a_socket(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    lena.says("Hello?").await;
    let port = desk.address().port();
    let foreign = [
        "null",
        "https://evil.example",
        "http://127.0.0.1",
        &format!("http://127.0.0.1.evil.example:{port}"),
        &format!("https://127.0.0.1:{port}"),
        &format!("http://localhost:{port}"),
        "file://",
        &format!("http://evil@127.0.0.1:{port}"),
    ]
    .map(str::to_owned);
    for origin in &foreign {
        maya.get("/api/v1/socket").handshake().header("origin", origin.clone()).await.refused(403, "foreign_origin");
        lena.ask("GET", "/api/chat/socket")
            .handshake()
            .header("origin", origin.clone())
            .await
            .refused(403, "foreign_origin");
    }
    maya.get("/api/v1/socket").handshake().header("origin", "").await.refused(403, "foreign_origin");
    desk.get("/api/v1/socket").handshake().await.refused(401, "unauthenticated");
    desk.get("/api/chat/socket").handshake().await.refused(401, "unauthenticated");
    let cookie = format!("s={}", lena.token);
    desk.get("/api/chat/socket")
        .handshake()
        .header("origin", "")
        .header("cookie", cookie.clone())
        .await
        .refused(403, "foreign_origin");
    desk.get("/api/chat/socket")
        .handshake()
        .header("origin", "null")
        .header("cookie", cookie.clone())
        .await
        .refused(403, "foreign_origin");
    desk.get("/api/chat/socket").handshake().header("cookie", cookie).await.is(101);
    // a program holds its token in its hand: no browser sends it along for another site
    lena.ask("GET", "/api/chat/socket").handshake().header("origin", "").await.is(101);
    maya.get("/api/v1/socket").handshake().await.is(101);
    for (path, who) in
        [("/api/v1/socket", maya.get("/api/v1/socket")), ("/api/chat/socket", lena.ask("GET", "/api/chat/socket"))]
    {
        who.await.refused(426, "not_a_websocket");
        desk.post(path, &json!({})).await.refused(405, "method_not_allowed");
    }
    maya.get("/api/v1/socket").handshake().header("sec-websocket-version", "8").await.refused(426, "not_a_websocket");
    maya.get("/api/v1/socket").handshake().header("sec-websocket-key", "short").await.refused(400, "bad_websocket_key");
}

/// A greeted socket of either side.
async fn both_sides(lena: &Customer, maya: &Agent) -> [Ear; 2] {
    [lena.listens().await, maya.listens().await]
}

async fn what_is_not_the_protocol_ends_the_socket(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let chat = lena.says("Hello?").await.conversation;
    let bad = [
        "",
        "{",
        "null",
        "[]",
        "7",
        "\"ping\"",
        "{}",
        r#"{"type":"Ping"}"#,
        r#"{"type":"ping","x":1}"#,
        r#"{"type":"event"}"#,
        r#"{"type":"typing"}"#,
        r#"{"type":"typing","conversation_id":null}"#,
        r#"{"type":"typing","conversation_id":"x"}"#,
        r#"{"type":"hello"} {"type":"ping"}"#,
        r#"{"type":["ping"]}"#,
        &"[".repeat(10_000),
    ];
    for text in bad {
        for mut ear in both_sides(&lena, &maya).await {
            ear.sends(Message::text(text)).await;
            assert_eq!(ear.closed().await, 4002, "{text:.80}");
        }
    }
    for mut ear in both_sides(&lena, &maya).await {
        ear.sends(Message::binary(br#"{"type":"ping"}"#.to_vec())).await;
        assert_eq!(ear.closed().await, 4002, "only text is spoken");
    }
    for mut ear in both_sides(&lena, &maya).await {
        for _ in 0..90 {
            ear.tries(Message::text(r#"{"type":"ping"}"#)).await;
        }
        assert_eq!(ear.closed().await, 4002, "a flood is no protocol");
    }
    let [mut ear, _] = both_sides(&lena, &maya).await;
    ear.says(&json!({"type": "viewing", "conversation_id": chat})).await;
    assert_eq!(ear.closed().await, 4002, "customers do not look into the desk");
}

async fn a_socket_begins_with_hello(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    let chat = lena.says("Hello?").await.conversation;
    for first in [
        json!({"type": "ping"}),
        json!({"type": "typing", "conversation_id": chat}),
        json!({"type": "hello"}),
        json!({"type": "hello", "after": "x"}),
        json!({"type": "hello", "conversations": []}),
        json!({"type": "hello", "conversations": {chat.clone(): "x"}}),
    ] {
        for (mut ear, fits) in
            [(lena.connects().await, false), (maya.connects().await, first == json!({"type": "hello"}))]
        {
            ear.says(&first).await;
            if fits {
                ear.hears("ready").await;
            } else {
                assert_eq!(ear.closed().await, 4002, "a socket begins with hello: {first}");
            }
        }
    }
}

async fn a_frame_that_is_too_large_ends_the_socket(place: Place) {
    let desk = place.desk().await;
    let (lena, maya) = (desk.customer("Lena").await, desk.agent("Maya").await);
    lena.says("Hello?").await;
    for mut ear in both_sides(&lena, &maya).await {
        ear.tries(Message::text(format!("{{\"type\":\"ping\"{}}}", " ".repeat(64 * 1024)))).await;
        assert_eq!(ear.closed().await, 1009);
    }
    for mut ear in both_sides(&lena, &maya).await {
        ear.sends(Message::text(format!("{{\"type\":\"ping\"{}}}", " ".repeat(64 * 1024 - 16)))).await;
        ear.hears("pong").await;
    }
    let before = desk.rows().await;
    let body = message_body(&lena.key, None, &client_id(), "Still there");
    lena.ask("POST", "/api/chat/message").json(&body).await.is(201);
    assert_ne!(format!("{before:?}"), format!("{:?}", desk.rows().await), "everything else goes on");
}

async fn a_reader_that_is_too_slow_is_told_and_misses_nothing(place: Place) {
    let desk = place.desk().await;
    let (lena, maya, tom) = (desk.customer("Lena").await, desk.agent("Maya").await, desk.agent("Tom").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    let head = tom.head().await;
    let mut slow = tom.connects_with(Some(4 * 1024)).await;
    slow.says(&json!({"type": "hello", "after": head})).await;
    slow.hears("ready").await;
    let mut quick = tom.listens().await;
    let long = "😀".repeat(10_000);
    let mut written = 0;
    while desk.core().hub().connected().slow == 0 {
        assert!(written < 600, "nobody was ever too slow");
        maya.replies(&chat, &long).await;
        quick.event("message.created").await;
        written += 1;
    }
    maya.replies(&chat, "The last").await;
    assert_eq!(slow.closed().await, 4008);
    let heard = slow.heard.iter().filter_map(|frame| frame["seq"].as_i64()).max().unwrap_or(head);
    assert!(heard < tom.head().await, "it was cut before the end");
    let seqs: Vec<i64> = slow.heard.iter().filter_map(|frame| frame["seq"].as_i64()).collect();
    assert_eq!(seqs, (head + 1..=heard).collect::<Vec<_>>(), "what came before is whole");
    let mut resumed = tom.listens_after(Some(heard)).await;
    resumed.everything().await;
    let seqs: Vec<i64> = resumed
        .heard
        .iter()
        .filter(|frame| frame["type"] == "event")
        .filter_map(|frame| frame["seq"].as_i64())
        .collect();
    assert_eq!(seqs, (heard + 1..=tom.head().await).collect::<Vec<_>>(), "and what comes after a resume too");
    assert_eq!(quick.message().await, "The last", "who reads is not slowed down by who does not");
}

async fn who_looks_at_a_conversation_is_shown_to_colleagues(place: Place) {
    let desk = place.desk().await;
    let (maya, tom, lena) = (desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let (chat, other) =
        (lena.says("Hello?").await.conversation, desk.customer("Otto").await.says("Hello?").await.conversation);
    let (mut mayas, mut toms, mut lenas) = (maya.listens().await, tom.listens().await, lena.listens().await);
    let who = |agents: &[&Agent]| {
        json!(agents.iter().map(|agent| json!({"id": agent.id, "name": agent.name})).collect::<Vec<_>>())
    };
    let shown =
        |chat: &str, agents: &[&Agent]| json!({"type": "viewing", "conversation_id": chat, "agents": who(agents)});
    mayas.says(&json!({"type": "viewing", "conversation_id": chat})).await;
    assert_eq!(toms.hears("viewing").await, shown(&chat, &[&maya]));
    toms.says(&json!({"type": "viewing", "conversation_id": chat})).await;
    assert_eq!(toms.hears("viewing").await, shown(&chat, &[&maya, &tom]));
    mayas.says(&json!({"type": "viewing", "conversation_id": other})).await;
    let mut moved = [toms.hears("viewing").await, toms.hears("viewing").await];
    moved.sort_by_key(|frame| frame["conversation_id"] != json!(chat));
    assert_eq!(moved, [shown(&chat, &[&tom]), shown(&other, &[&maya])]);
    mayas.leaves().await;
    assert_eq!(toms.hears("viewing").await, shown(&other, &[]), "a closed window looks at nothing");
    let heard = lenas.everything().await;
    assert!(heard.is_empty(), "customers are not told who looks: {heard:?}");
}

async fn agents_see_whether_the_customer_is_there(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let mut ear = maya.listens().await;
    ear.says(&json!({"type": "viewing", "conversation_id": chat})).await;
    let present = |online: bool| json!({"type": "contact_presence", "conversation_id": chat, "online": online});
    assert_eq!(ear.hears("contact_presence").await, present(false));
    let (first, second) = (lena.listens().await, lena.listens().await);
    assert_eq!(ear.hears("contact_presence").await, present(true));
    first.leaves().await;
    second.leaves().await;
    assert_eq!(ear.hears("contact_presence").await, present(false), "with the last window");
    assert_eq!(ear.heard.iter().filter(|frame| frame["type"] == "contact_presence").count(), 3);
}

async fn a_heartbeat_says_how_far_everything_is(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let (mut mayas, mut lenas) = (maya.listens().await, lena.listens().await);
    maya.claims(&chat).await;
    maya.replies(&chat, "Hi.").await;
    desk.delivered().await;
    let head = maya.head().await;
    for _ in 0..3 {
        // timers ring in whole milliseconds
        tokio::time::advance(Duration::from_millis(20_010)).await;
        assert_eq!(mayas.hears("heartbeat").await, json!({"type": "heartbeat", "head": head}));
        let beat = lenas.hears("heartbeat").await;
        assert_eq!(beat["conversations"], json!({chat.clone(): 2}));
    }
    assert_eq!(mayas.kinds(), ["conversation.claimed", "message.created"], "events up to the head came before it");
    assert_eq!(lenas.kinds(), ["conversation.claimed", "message.created"]);
    assert_eq!(mayas.heard.iter().filter(|frame| frame["type"] == "heartbeat").count(), 3);
}

async fn a_socket_that_never_says_hello_is_closed(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let (mut mayas, mut lenas) = (maya.connects().await, lena.connects().await);
    // both sockets are waiting once a later call is answered
    desk.get("/livez").await.is(200);
    tokio::time::advance(Duration::from_secs(29)).await;
    desk.get("/livez").await.is(200);
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!((mayas.closed().await, lenas.closed().await), (4002, 4002));
    assert!(mayas.heard.is_empty() && lenas.heard.is_empty());
}

async fn a_stop_tells_every_socket_to_come_back(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    lena.says("Hello?").await;
    let (mut mayas, mut lenas) = (maya.listens().await, lena.listens().await);
    let stopping = tokio::spawn({
        let desk = desk.clone();
        async move { desk.stop(Duration::from_secs(20)).await }
    });
    while !stopping.is_finished() {
        tokio::time::advance(Duration::from_millis(500)).await;
        tokio::task::yield_now().await;
    }
    assert_eq!((mayas.closed().await, lenas.closed().await), (1012, 1012));
}
