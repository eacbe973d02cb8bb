//! Conversations for agents: who gets one, who may change it, what notes are, and the lists.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::kit::{Agent, Message, Place, client_id};

on_both![
    of_sixteen_who_claim_at_once_one_wins_and_the_others_are_told_who,
    taking_what_is_mine_already_changes_nothing,
    a_reply_needs_ownership_and_the_present_epoch,
    only_the_owner_or_an_administrator_changes_an_owned_conversation,
    what_nobody_owns_can_be_settled_or_handed_on_by_anybody,
    a_change_of_hands_stops_replies_at_once,
    a_message_that_meets_a_resolve_is_never_left_in_the_dark,
    notes_never_reach_a_customer_and_take_no_number,
    the_lists_show_what_they_say_page_by_page,
    nobody_transfers_to_somebody_who_is_not_there,
];

async fn of_sixteen_who_claim_at_once_one_wins_and_the_others_are_told_who(place: Place) {
    let desk = place.desk().await;
    let mut agents = Vec::new();
    for number in 0..16 {
        agents.push(desk.agent(&format!("Agent {number}")).await);
    }
    for round in 0..3 {
        let chat = desk.customer("Lena").await.says("Who takes me?").await.conversation;
        let answers = join_all(agents.iter().map(|agent| agent.claim(&chat))).await;
        let winners: Vec<&Agent> =
            agents.iter().zip(&answers).filter(|(_, answer)| answer.status == 200).map(|(agent, _)| agent).collect();
        assert_eq!(winners.len(), 1, "round {round}: {answers:?}");
        let winner = json!({"id": winners[0].id, "name": winners[0].name});
        for answer in answers {
            if answer.status == 200 {
                assert_eq!((&answer["owner"], &answer["epoch"]), (&winner, &json!(1)));
            } else {
                let refused = answer.refused(409, "already_claimed");
                assert_eq!(refused["owner"], winner);
                assert!(refused["detail"].as_str().unwrap().contains(&winners[0].name));
            }
        }
        let claims = desk
            .rows_of("event")
            .await
            .iter()
            .filter(|row| row.contains("conversation.claimed") && row.contains(&chat))
            .count();
        assert_eq!(claims, 1);
    }
}

async fn taking_what_is_mine_already_changes_nothing(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let path = format!("/api/v1/conversations/{chat}/claim");
    maya.put(&path, &json!({"epoch": 7})).await.refused(409, "stale_epoch");
    let mine = maya.put(&path, &json!({"epoch": 0})).await.is(200);
    let before = desk.rows().await;
    assert_eq!(maya.claims(&chat).await, mine.body);
    assert_eq!(
        maya.put(&path, &json!({"epoch": 0})).await.is(200).body,
        mine.body,
        "the answer got lost and the click is repeated"
    );
    desk.is_unchanged_since(&before).await;
    maya.resolves(&chat).await;
    maya.claim(&chat).await.refused(409, "conversation_resolved");
    desk.agent("Tom").await.claim(&chat).await.refused(409, "conversation_resolved");
}

async fn a_reply_needs_ownership_and_the_present_epoch(place: Place) {
    let desk = place.desk().await;
    let (maya, tom, lena) = (desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let before = desk.rows().await;
    let nobodys = maya.reply(&chat, "Hi.").await.refused(409, "not_owner");
    assert_eq!((&nobodys["owner"], &nobodys["epoch"]), (&Value::Null, &json!(0)));
    desk.is_unchanged_since(&before).await;
    maya.claims(&chat).await;
    tom.sees(&chat).await;
    let before = desk.rows().await;
    for other in [&tom, &desk.ada()] {
        let refused = other.reply(&chat, "Hi.").await.refused(409, "not_owner");
        assert_eq!((&refused["owner"]["name"], &refused["epoch"]), (&json!("Maya"), &json!(1)));
    }
    for epoch in [0, 2, -1, i64::MAX] {
        let body = json!({"client_id": client_id(), "epoch": epoch, "content": {"type": "text", "text": "Hi."}});
        let refused = maya.write(&chat, &body).await.refused(409, "stale_epoch");
        assert_eq!((&refused["owner"]["name"], &refused["epoch"]), (&json!("Maya"), &json!(1)));
    }
    let body = json!({"client_id": client_id(), "content": {"type": "text", "text": "Hi."}});
    assert_eq!(maya.write(&chat, &body).await.refused(422, "invalid_body")["errors"][0]["field"], "epoch");
    desk.is_unchanged_since(&before).await;
    maya.resolves(&chat).await;
    assert_eq!(maya.reply(&chat, "One more thing.").await.refused(409, "conversation_resolved")["epoch"], 2);
    maya.reopens(&chat).await;
    maya.replies(&chat, "One more thing.").await;
    maya.releases(&chat).await;
    maya.reply(&chat, "And another.").await.refused(409, "not_owner");
    maya.claims(&chat).await;
    let body =
        json!({"client_id": client_id(), "epoch": 1, "content": {"type": "text", "text": "Written before lunch"}});
    maya.write(&chat, &body).await.refused(409, "stale_epoch");
    maya.replies(&chat, "Written now").await;
}

async fn only_the_owner_or_an_administrator_changes_an_owned_conversation(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, tom, lena) =
        (desk.ada(), desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    tom.sees(&chat).await;
    let before = desk.rows().await;
    for refused in [
        tom.release(&chat).await,
        tom.set_state(&chat, "resolved").await,
        tom.set_state(&chat, "waiting").await,
        tom.transfer(&chat, &tom).await,
    ] {
        assert_eq!(refused.refused(409, "not_owner")["owner"]["name"], "Maya");
    }
    let stale = json!({"epoch": 0});
    let path = format!("/api/v1/conversations/{chat}");
    maya.ask("DELETE", &format!("{path}/claim")).json(&stale).await.refused(409, "stale_epoch");
    maya.put(&format!("{path}/state"), &json!({"state": "resolved", "epoch": 0})).await.refused(409, "stale_epoch");
    maya.put(&format!("{path}/transfer"), &json!({"agent_id": tom.id, "epoch": 2})).await.refused(409, "stale_epoch");
    maya.put(&format!("{path}/state"), &json!({"state": "active", "epoch": 1})).await.refused(409, "stale_epoch");
    desk.is_unchanged_since(&before).await;
    ada.sees(&chat).await;
    assert_eq!(ada.transfers(&chat, &tom).await["owner"]["name"], "Tom");
    assert_eq!(ada.releases(&chat).await["owner"], Value::Null);
    tom.claims(&chat).await;
    ada.sees(&chat).await;
    let resolved = ada.resolves(&chat).await;
    assert_eq!(
        (&resolved["state"], &resolved["owner"]["name"]),
        (&json!("resolved"), &json!("Tom")),
        "it stays named after its owner"
    );
    ada.set_state(&chat, "resolved").await.refused(409, "conversation_resolved");
    maya.sees(&chat).await;
    assert_eq!(maya.reopens(&chat).await["owner"]["name"], "Maya", "whoever reopens it has it");
    maya.resolves(&chat).await;
    let queued = maya.reopens_for_the_queue(&chat).await;
    assert_eq!((&queued["state"], &queued["owner"]), (&json!("waiting"), &Value::Null));
    for state in ["archived", "bot", "snoozed", "", "RESOLVED"] {
        maya.set_state(&chat, state).await.refused(422, "invalid_body");
    }
}

async fn what_nobody_owns_can_be_settled_or_handed_on_by_anybody(place: Place) {
    let desk = place.desk().await;
    let (maya, tom) = (desk.agent("Maya").await, desk.agent("Tom").await);
    let spam = desk.customer("Spam").await.says("Buy now").await.conversation;
    assert_eq!(maya.resolves(&spam).await["owner"]["name"], "Maya");
    let other = desk.customer("Lena").await.says("Hello?").await.conversation;
    assert_eq!(maya.transfers(&other, &tom).await["owner"]["name"], "Tom");
    let third = desk.customer("Otto").await.says("Hello?").await.conversation;
    maya.release(&third).await.refused(409, "stale_epoch");
}

async fn a_change_of_hands_stops_replies_at_once(place: Place) {
    let desk = place.desk().await;
    let (maya, tom, lena) = (desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    let replies = async {
        join_all((0..16).map(|number| {
            let text = format!("Reply {number}");
            let (maya, chat) = (maya.clone(), chat.clone());
            async move { maya.reply(&chat, &text).await }
        }))
        .await
    };
    let (handed, replies) = futures_util::future::join(maya.transfer(&chat, &tom), replies).await;
    handed.is(200);
    let written = replies.iter().filter(|answer| answer.status == 201).count();
    for refused in replies.into_iter().filter(|answer| answer.status != 201) {
        refused.refused(409, "not_owner");
    }
    let events = tom.events_after(0).await;
    let at = events.iter().position(|event| event["kind"] == "conversation.transferred").unwrap();
    assert!(
        events[at..].iter().all(|event| event["kind"] != "message.created"),
        "a reply came after the change of hands"
    );
    assert_eq!(lena.history().await.len(), written + 1);
}

async fn a_message_that_meets_a_resolve_is_never_left_in_the_dark(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    for round in 0..8 {
        let text = format!("And another thing, {round}");
        let (resolved, message) = futures_util::future::join(maya.set_state(&chat, "resolved"), lena.says(&text)).await;
        resolved.is(200);
        let now = maya.sees(&chat).await;
        let events = maya.events_after(0).await;
        let of = |kind: &str| events.iter().rposition(|event| event["kind"] == kind).unwrap();
        let written_last = of("message.created") > of("conversation.resolved");
        assert_eq!(now["state"] == "active", written_last, "round {round}: {now}");
        assert_eq!(now["head_seq"], message.seq);
        if now["state"] == "resolved" {
            maya.reopens(&chat).await;
        }
    }
}

async fn notes_never_reach_a_customer_and_take_no_number(place: Place) {
    let desk = place.desk().await;
    let (maya, tom, lena) = (desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let chat = lena.says("Hello?").await.conversation;
    let mut ear = lena.listens().await;
    let mut toms = tom.listens().await;
    let before = lena.sees().await;
    let first = tom.notes(&chat, "secret: a difficult one").await;
    assert_eq!((first.seq, &first.whole["note"]), (1, &json!(true)), "a note follows the message with its number");
    assert_eq!(lena.sees().await, before, "nothing of it shows on the conversation");
    assert_eq!(toms.message().await, "secret: a difficult one");
    maya.claims(&chat).await;
    assert_eq!(maya.replies(&chat, "Hello!").await.seq, 2);
    let second = tom.notes(&chat, "secret: well done").await;
    let third = maya.notes(&chat, "secret: thank you").await;
    assert_eq!(lena.says("Thanks").await.seq, 3, "no number is missing");
    let order: Vec<Value> =
        tom.thread(&chat).await.iter().map(|message| json!([message["seq"], message["note"]])).collect();
    assert_eq!(
        order,
        [json!([1, false]), json!([1, true]), json!([2, false]), json!([2, true]), json!([2, true]), json!([3, false])]
    );
    for note in [&first, &second, &third] {
        lena.mark(&note.id, "read").await.refused(404, "not_found");
    }
    ear.everything().await;
    let conversations = lena.ask("GET", "/api/chat/conversations").await.is(200);
    let caught_up = lena.listens_after(0).await;
    let told = format!(
        "{:?} {:?} {:?} {} {:?}",
        lena.history().await,
        ear.heard,
        caught_up.heard,
        conversations.text,
        lena.sees().await
    );
    assert!(!told.contains("secret") && told.contains("Thanks"), "{told}");
    for note in [first, second, third] {
        assert!(!told.contains(&note.id) && !told.contains(&note.client_id), "{told}");
    }
    maya.resolves(&chat).await;
    tom.notes(&chat, "secret: also when it is resolved").await;
    assert_eq!(tom.sees(&chat).await["state"], "resolved");
}

async fn ids(agent: &Agent, query: &str) -> (Vec<String>, Option<String>) {
    let answer = agent.get(&format!("/api/v1/conversations?{query}")).await.is(200);
    let ids = answer["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
    (ids, answer["next"].as_str().map(str::to_owned))
}

async fn pages(agent: &Agent, view: &str) -> Vec<String> {
    let (mut all, mut next) = ids(agent, &format!("view={view}&limit=2")).await;
    while let Some(cursor) = next {
        let (page, after) = ids(agent, &format!("view={view}&limit=2&cursor={cursor}")).await;
        assert!(!page.is_empty(), "a cursor leads to something");
        all.extend(page);
        next = after;
    }
    all
}

async fn the_lists_show_what_they_say_page_by_page(place: Place) {
    let desk = place.desk().await;
    let (maya, tom) = (desk.agent("Maya").await, desk.agent("Tom").await);
    let mut chats = Vec::new();
    for number in 0..7 {
        let customer = desk.customer(&format!("Customer {number}")).await;
        chats.push(customer.says("Hello?").await.conversation);
    }
    desk.rewrites("UPDATE conversation SET last_message_at = 1000 * number, activity_at = 1000 * number, waiting_since = 1000 * number").await;
    maya.claims(&chats[0]).await;
    maya.claims(&chats[5]).await;
    tom.claims(&chats[1]).await;
    tom.resolves(&chats[1]).await;
    maya.claims(&chats[3]).await;
    maya.resolves(&chats[3]).await;
    let of = |numbers: &[usize]| numbers.iter().map(|number| chats[*number].clone()).collect::<Vec<_>>();
    assert_eq!(pages(&maya, "all").await, of(&[6, 5, 4, 2, 0]), "newest activity first");
    assert_eq!(pages(&maya, "waiting").await, of(&[2, 4, 6]), "longest waiting first");
    assert_eq!(pages(&maya, "mine").await, of(&[5, 0]));
    assert_eq!(pages(&tom, "mine").await, of(&[]));
    assert_eq!(pages(&maya, "resolved").await, of(&[3, 1]), "settled last first");
    assert_eq!(ids(&maya, "").await.0.len(), 5, "without a view, every open one");
    for agent in [&maya, &tom] {
        let counts = agent.get("/api/v1/conversations/counts").await.is(200);
        assert_eq!((&counts["waiting"], &counts["all"]), (&json!(3), &json!(5)));
        assert_eq!(counts["mine"], if agent.name == "Maya" { 2 } else { 0 });
        assert_eq!(counts["head"], agent.get("/api/v1/conversations").await.is(200)["head"]);
    }
    assert_eq!(ids(&maya, "limit=0").await.0.len(), 1);
    assert_eq!(ids(&maya, "limit=1000000").await.0.len(), 5);
    for cursor in
        ["x", "1", "1.2", ".", "1.conversation_", "99999999999999999999.conversation_00000000000000000000000000"]
    {
        maya.get(&format!("/api/v1/conversations?cursor={cursor}")).await.refused(422, "invalid_body");
    }
    for query in ["view=others", "view=", "limit=x", "limit=1.5", "limit=", "page=2", "view=all&view=mine"] {
        maya.get(&format!("/api/v1/conversations?{query}")).await.refused(422, "invalid_query");
    }
}

async fn nobody_transfers_to_somebody_who_is_not_there(place: Place) {
    let desk = place.desk().await;
    let (maya, tom, lena) = (desk.agent("Maya").await, desk.agent("Tom").await, desk.customer("Lena").await);
    let message: Message = lena.says("Hello?").await;
    let chat = message.conversation;
    maya.claims(&chat).await;
    desk.ada().patch(&format!("/api/v1/agents/{}", tom.id), &json!({"active": false})).await.is(200);
    let before = desk.rows().await;
    maya.transfer(&chat, &tom).await.refused(409, "agent_inactive");
    let path = format!("/api/v1/conversations/{chat}/transfer");
    maya.put(&path, &json!({"agent_id": "agent_00000000000000000000000000", "epoch": 1}))
        .await
        .refused(404, "not_found");
    for wrong in [json!("x"), json!(null), json!(7), json!(chat), json!("")] {
        maya.put(&path, &json!({"agent_id": wrong, "epoch": 1})).await.refused(422, "invalid_body");
    }
    desk.is_unchanged_since(&before).await;
    assert_eq!(maya.transfers(&chat, &maya).await["owner"]["name"], "Maya");
}
