//! Who gets which conversation, over HTTP and sockets: rings, passes, automatic assignment. What needs a clock is told in the
//! domain's own stories.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::kit::{Agent, Desk, Ear, Place};

on_both![
    a_new_chat_rings_for_those_who_are_here_and_the_first_has_it,
    what_everybody_passes_is_missed_and_rings_again_when_told,
    the_next_chat_goes_to_whoever_has_the_fewest,
    a_place_that_becomes_free_is_filled_at_once,
    of_sixteen_it_rings_for_one_wins_while_it_is_given_away,
    the_floor_and_the_day_are_counted,
    rules_that_do_not_fit_are_refused_and_the_old_one_stays,
];

async fn hands_out(desk: &Desk, mode: &str, chat_limit: i64) {
    let path = format!("/api/v1/inboxes/{}/assignment", desk.inbox().id);
    let rule = desk.ada().put(&path, &json!({"mode": mode, "chat_limit": chat_limit})).await.is(200);
    assert_eq!(rule.body, json!({"scope": desk.inbox().id.to_string(), "mode": mode, "chat_limit": chat_limit}));
}

async fn pass(agent: &Agent, chat: &str, round: &Value) {
    agent.post(&format!("/api/v1/conversations/{chat}/pass"), &json!({"round": round})).await.is(204);
}

async fn offers(agent: &Agent) -> Vec<Value> {
    agent.get("/api/v1/offers").await.is(200)["items"].as_array().unwrap().clone()
}

/// The event by which an agent learns that something rings for them.
async fn rings(ear: &mut Ear) -> Value {
    ear.until("conversation.offered").await["data"]["offer"].clone()
}

async fn a_new_chat_rings_for_those_who_are_here_and_the_first_has_it(place: Place) {
    let desk = place.desk().await;
    let (maya, rui, tom, lena) =
        (desk.agent("Maya").await, desk.agent("Rui").await, desk.agent("Tom").await, desk.customer("Lena").await);
    hands_out(&desk, "ring", 4).await;
    let (mut mayas, mut ruis) = (maya.listens().await, rui.listens().await);
    let chat = lena.says("How much is it for 40 seats?").await.conversation;
    let offer = rings(&mut mayas).await;
    assert_eq!((&offer["conversation_id"], &offer["preview"]), (&json!(chat), &json!("How much is it for 40 seats?")));
    assert_eq!(rings(&mut ruis).await, offer, "with one deadline");
    assert_eq!(offers(&maya).await, std::slice::from_ref(&offer));
    assert!(offers(&tom).await.is_empty() && !has(&tom, "conversation.offered").await, "Tom is not here");
    let shown = tom.sees(&chat).await;
    assert_eq!((&shown["state"], &shown["ringing_until"]), (&json!("pending_acceptance"), &offer["deadline"]));
    tom.claim(&chat).await.refused(409, "not_offered");
    let path = format!("/api/v1/conversations/{chat}/claim");
    let taken = rui.put(&path, &json!({"epoch": offer["round"]})).await.is(200);
    assert_eq!((&taken["owner"]["name"], &taken["ringing_until"]), (&json!("Rui"), &Value::Null));
    let lost = maya.put(&path, &json!({"epoch": offer["round"]})).await.refused(409, "already_claimed");
    assert_eq!(lost["owner"]["name"], "Rui");
    let told = mayas.until("conversation.claimed").await;
    assert_eq!(told["data"]["owner"]["name"], "Rui", "the card can say who took it");
    assert_eq!(lena.sees().await["owner"]["name"], "Rui");
}

async fn has(agent: &Agent, kind: &str) -> bool {
    agent.events_after(0).await.iter().any(|event| event["kind"] == kind)
}

async fn what_everybody_passes_is_missed_and_rings_again_when_told(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, lena) = (desk.ada(), desk.agent("Maya").await, desk.customer("Lena").await);
    hands_out(&desk, "ring", 4).await;
    let mut mayas = maya.listens().await;
    let chat = lena.says("Hello?").await.conversation;
    let offer = rings(&mut mayas).await;
    pass(&maya, &chat, &offer["round"]).await;
    mayas.until("offer.passed").await;
    mayas.until("conversation.missed").await;
    mayas.until("follow_up.created").await;
    let list = async |view: &str| {
        let page = maya.get(&format!("/api/v1/conversations?view={view}")).await.is(200);
        page["items"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (list("missed").await, list("waiting").await, list("ringing").await),
        (vec![json!(chat)], vec![], vec![])
    );
    let path = format!("/api/v1/conversations/{chat}");
    maya.put(&format!("{path}/claim"), &json!({"epoch": offer["round"]})).await.refused(409, "offer_over");
    let missed = ada.sees(&chat).await;
    maya.post(&format!("{path}/ring"), &json!({"epoch": missed["epoch"]})).await.refused(403, "forbidden");
    ada.post(&format!("{path}/ring"), &json!({"epoch": missed["epoch"]})).await.is(200);
    let again = rings(&mut mayas).await;
    assert_eq!(list("ringing").await, [json!(chat)]);
    let won = maya.put(&format!("{path}/claim"), &json!({"epoch": again["round"]})).await.is(200);
    assert_eq!((&won["state"], &won["missed_at"]), (&json!("active"), &Value::Null));
    assert_eq!(list("active").await, [json!(chat)]);
    let kept = maya.get("/api/v1/follow-ups").await.is(200)["items"].clone();
    assert_eq!((&kept[0]["conversation_id"], &kept[0]["reason"]), (&json!(chat), &json!("missed")));
    let done = format!("/api/v1/follow-ups/{}/done", kept[0]["id"].as_str().unwrap());
    maya.put(&done, &json!({})).await.is(204);
    maya.put(&done, &json!({})).await.is(204);
    mayas.until("follow_up.done").await;
    assert_eq!(maya.get("/api/v1/follow-ups").await.is(200)["items"], json!([]));
}

async fn the_next_chat_goes_to_whoever_has_the_fewest(place: Place) {
    let desk = place.desk().await;
    let (maya, rui) = (desk.agent("Maya").await, desk.agent("Rui").await);
    hands_out(&desk, "automatic", 2).await;
    let (mut mayas, _ruis) = (maya.listens().await, rui.listens().await);
    let mut owners = Vec::new();
    for name in ["Lena", "Otto", "Ana", "Ben"] {
        desk.customer(name).await.says("Hello?").await;
        let claimed = mayas.until("conversation.claimed").await;
        assert_eq!(claimed["actor"]["type"], "system");
        owners.push(claimed["data"]["owner"]["name"].as_str().unwrap().to_owned());
    }
    assert_ne!(owners[0], owners[1]);
    owners.sort();
    assert_eq!(owners, ["Maya", "Maya", "Rui", "Rui"]);
}

async fn a_place_that_becomes_free_is_filled_at_once(place: Place) {
    let desk = place.desk().await;
    let (maya, rui) = (desk.agent("Maya").await, desk.agent("Rui").await);
    hands_out(&desk, "automatic", 1).await;
    let mut mayas = maya.listens().await;
    let first = desk.customer("Lena").await.says("Hello?").await.conversation;
    mayas.until("conversation.claimed").await;
    let second = desk.customer("Otto").await.says("Hello?").await.conversation;
    let third = desk.customer("Ana").await.says("Hello?").await.conversation;
    let _ruis = rui.listens().await;
    let hers = mayas.until("conversation.claimed").await;
    assert_eq!((&hers["conversation_id"], &hers["data"]["owner"]["name"]), (&json!(second), &json!("Rui")));
    maya.sees(&first).await;
    maya.resolves(&first).await;
    let next = mayas.until("conversation.claimed").await;
    assert_eq!((&next["conversation_id"], &next["data"]["owner"]["name"]), (&json!(third), &json!("Maya")));
}

async fn of_sixteen_it_rings_for_one_wins_while_it_is_given_away(place: Place) {
    let desk = place.desk().await;
    let (ada, other) = (desk.ada(), desk.agent("Other").await);
    let (mut agents, mut ears) = (Vec::new(), Vec::new());
    for number in 0..16 {
        let agent = desk.agent(&format!("Agent {number}")).await;
        ears.push(agent.listens().await);
        agents.push(agent);
    }
    hands_out(&desk, "ring", 50).await;
    for round in 0..3 {
        let chat = desk.customer("Lena").await.says("Who takes me?").await.conversation;
        let offer = rings(&mut ears[0]).await;
        let path = format!("/api/v1/conversations/{chat}");
        let body = json!({"epoch": offer["round"]});
        let claims = join_all(agents.iter().map(|agent| {
            let ask = agent.put(&format!("{path}/claim"), &body);
            async move { ask.await }
        }));
        let give = async {
            let to = json!({"agent_id": other.id, "epoch": offer["round"]});
            if round > 0 { Some(ada.put(&format!("{path}/transfer"), &to).await) } else { None }
        };
        let (claims, given) = tokio::join!(claims, give);
        let won = claims.iter().chain(&given).filter(|answer| answer.status == 200).count();
        assert_eq!(won, 1, "round {round}: {claims:?} {given:?}");
        let lost = claims.iter().filter(|answer| answer.status != 200);
        lost.for_each(|answer| assert_eq!(answer["code"], "already_claimed", "{answer:?}"));
        let owner = ada.sees(&chat).await["owner"]["id"].clone();
        let loser = agents.iter().find(|agent| json!(agent.id) != owner).unwrap();
        loser.sees(&chat).await;
        loser.reply(&chat, "Mine!").await.refused(409, "not_owner");
    }
    assert_eq!(desk.rows_of("offer").await.iter().filter(|row| row.contains("accepted")).count().min(1), 1);
}

async fn the_floor_and_the_day_are_counted(place: Place) {
    let desk = place.desk().await;
    let (ada, maya) = (desk.ada(), desk.agent("Maya").await);
    let _here = maya.listens().await;
    let chats = [desk.customer("Lena").await, desk.customer("Otto").await, desk.customer("Ana").await];
    let mut ids = Vec::new();
    for who in &chats {
        ids.push(who.says("Hello?").await.conversation);
    }
    maya.claims(&ids[0]).await;
    maya.claims(&ids[1]).await;
    maya.replies(&ids[0], "Hi.").await;
    let floor = ada.get("/api/v1/monitoring").await.is(200);
    let numbers = ["waiting", "ringing", "active", "free_places", "missed"].map(|name| floor[name].as_i64().unwrap());
    assert_eq!(numbers, [1, 0, 2, 2, 0], "Maya has two of four; Ada is not here");
    assert_eq!(floor["waiting_since"], ada.sees(&ids[2]).await["waiting_since"]);
    let hers = floor["agents"].as_array().unwrap().iter().find(|agent| agent["name"] == "Maya").unwrap().clone();
    assert_eq!((&hers["chats"], &hers["limit"], &hers["online"]), (&json!(2), &json!(4), &json!(true)));
    assert_eq!(hers["unanswered_since"], ada.sees(&ids[1]).await["last_message_at"], "the other one was answered");
    let claims: Vec<Value> =
        ada.events_after(0).await.into_iter().filter(|event| event["kind"] == "conversation.claimed").collect();
    assert_eq!(hers["handling_since"], claims[0]["at"]);
    maya.resolves(&ids[0]).await;
    let day = maya.get("/api/v1/home?since=2000-01-01T00:00:00.000Z").await.is(200);
    let numbers = ["mine", "waiting", "active", "missed", "resolved"].map(|name| day[name].as_i64().unwrap());
    assert_eq!(numbers, [1, 1, 1, 0, 1]);
    assert_eq!(maya.get("/api/v1/home?since=2999-01-01T00:00:00.000Z").await.is(200)["resolved"], 0);
    maya.get("/api/v1/home").await.refused(422, "invalid_query");
}

async fn rules_that_do_not_fit_are_refused_and_the_old_one_stays(place: Place) {
    let desk = place.desk().await;
    let ada = desk.ada();
    hands_out(&desk, "automatic", 3).await;
    let path = format!("/api/v1/inboxes/{}/assignment", desk.inbox().id);
    for wrong in [
        json!({"mode": "robots"}),
        json!({"mode": "ring", "chat_limit": 0}),
        json!({"chat_limit": 2}),
        json!({"mode": "ring", "x": 1}),
    ] {
        ada.put(&path, &wrong).await.refused(422, "invalid_body");
    }
    ada.put("/api/v1/inboxes/inbox_00000000000000000000000000/assignment", &json!({"mode": "ring"}))
        .await
        .refused(404, "not_found");
    ada.patch("/api/v1/assignment", &json!({"return_after_minutes": 1441})).await.refused(422, "invalid_body");
    ada.patch("/api/v1/assignment", &json!({"return_after_minutes": 0})).await.is(200);
    let mut ear = ada.listens().await;
    ada.put(&path, &json!({"mode": "ring"})).await.is(200);
    assert_eq!(ear.until("assignment.updated").await["data"]["rule"]["mode"], "ring");
    let rule = json!({"scope": desk.inbox().id.to_string(), "mode": "ring", "chat_limit": 3});
    assert_eq!(ada.get("/api/v1/assignment").await.is(200).body, json!({"items": [rule], "return_after_minutes": 0}));
}
