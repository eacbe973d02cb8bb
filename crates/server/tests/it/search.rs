//! Search over HTTP: what agents find, page by page, and what nobody else does.

use desk::consumer::search::catch_up;
use serde_json::{Value, json};

use crate::kit::Place;

on_both![
    an_agent_finds_messages_notes_and_people_and_sees_where_the_words_stand,
    a_search_is_paged_without_gaps,
    a_customer_finds_nothing_and_a_bad_question_is_refused_in_words,
    a_message_can_be_found_without_anybody_asking_for_the_index,
];

fn kinds(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|hit| hit["kind"].as_str().unwrap()).collect()
}

async fn an_agent_finds_messages_notes_and_people_and_sees_where_the_words_stand(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let said = lena.says("My 🧡 Café order is late").await;
    maya.notes(&said.conversation, "The café knows").await;
    catch_up(desk.core()).await.unwrap();
    let found = maya.get("/api/v1/search?q=cafe").await.is(200);
    assert_eq!(kinds(&found["items"]), ["note", "message"]);
    let hit = &found["items"][1];
    assert_eq!(hit["snippet"], json!({"text": "My 🧡 Café order is late", "highlights": [[6, 10]]}));
    assert_eq!(hit["message"]["id"], said.id);
    assert_eq!(hit["conversation"]["id"], said.conversation);
    assert_eq!(hit["conversation"]["state"], "waiting");
    assert_eq!(found["next"], Value::Null);
    let number = hit["conversation"]["number"].to_string();
    let by_number = maya.get(&format!("/api/v1/search?q=%23{number}&kind=conversation")).await.is(200);
    assert_eq!(kinds(&by_number["items"]), ["conversation"]);
    let people = maya.get("/api/v1/search?q=visitor&kind=contact").await.is(200);
    assert_eq!(kinds(&people["items"]), ["contact"]);
    assert_eq!(maya.get("/api/v1/search?q=").await.is(200)["items"], json!([]));
}

async fn a_search_is_paged_without_gaps(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    for number in 0..7 {
        lena.says(&format!("the same {number}")).await;
    }
    catch_up(desk.core()).await.unwrap();
    let (mut path, mut seen) = ("/api/v1/search?q=same&limit=3".to_owned(), Vec::new());
    loop {
        let page = maya.get(&path).await.is(200);
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|hit| hit["snippet"]["text"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/search?q=same&limit=3&cursor={next}");
    }
    let expected: Vec<String> = (0..7).rev().map(|number| format!("the same {number}")).collect();
    assert_eq!(seen, expected);
}

async fn a_customer_finds_nothing_and_a_bad_question_is_refused_in_words(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    lena.says("Hello?").await;
    catch_up(desk.core()).await.unwrap();
    desk.get("/api/v1/search?q=hello").await.refused(401, "unauthenticated");
    maya.get("/api/v1/search").await.refused(422, "invalid_query");
    maya.get(&format!("/api/v1/search?q={}", "x".repeat(201))).await.refused(422, "invalid_body");
    maya.get("/api/v1/search?q=x&cursor=x").await.refused(422, "invalid_body");
    maya.get("/api/v1/search?q=x&kind=file").await.refused(422, "invalid_query");
}

async fn a_message_can_be_found_without_anybody_asking_for_the_index(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    lena.says("unheardof").await;
    let began = std::time::Instant::now();
    while kinds(&maya.get("/api/v1/search?q=unheardof").await.is(200)["items"]).is_empty() {
        assert!(began.elapsed() < crate::kit::PATIENCE, "the index stands still");
        tokio::task::yield_now().await;
    }
}
