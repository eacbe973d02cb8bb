//! Stories about a conversation's trail.

use base::ConversationId;

use super::{Trail, read};
use crate::conversation::{claim, release, resolve};
use crate::error::Rejection;
use crate::tests::{Place, refusal};
use crate::{Actor, AgentActor};

on_both![a_trail_is_read_back_in_pages_newest_first, messages_are_no_part_of_a_trail];

async fn page(place: &Place, me: &AgentActor, id: ConversationId, before: Option<i64>, limit: i64) -> Trail {
    let me = me.clone();
    place.read(move |tx, _| read(tx, &me, id, before, limit)).await.unwrap()
}

async fn a_trail_is_read_back_in_pages_newest_first(place: Place) {
    let chat = place.says(&place.visitor(), "Hello?").await;
    place.says(&place.visitor(), "Another matter").await;
    for _ in 0..3 {
        let (me, ada) = (place.ada.clone(), Actor::Agent(place.ada.clone()));
        let mine = place.write(chat, move |tx, cx| claim(tx, cx, &me, chat, None)).await.unwrap();
        place.write(chat, move |tx, cx| release(tx, cx, &ada, chat, mine.epoch)).await.unwrap();
    }
    let ada = Actor::Agent(place.ada.clone());
    place.write(chat, move |tx, cx| resolve(tx, cx, &ada, chat, 6)).await.unwrap();
    let (mut kinds, mut before) = (Vec::new(), None);
    loop {
        let trail = page(&place, &place.ada, chat, before, 3).await;
        assert_eq!(trail.head, place.head().await);
        assert!(trail.events.iter().all(|event| event.conversation_id == Some(chat.to_string())));
        kinds.extend(trail.events.iter().map(|event| event.kind.to_string()));
        before = trail.next;
        if before.is_none() {
            break;
        }
    }
    let (claimed, released) = ("conversation.claimed", "conversation.released");
    let expected =
        ["conversation.resolved", released, claimed, released, claimed, released, claimed, "conversation.created"];
    assert_eq!(kinds, expected);
    let (me, nothing) = (place.ada.clone(), "conversation_00000000000000000000000000".parse().unwrap());
    let refused = place.read(move |tx, _| read(tx, &me, nothing, None, 10)).await;
    assert_eq!(refusal(refused), Rejection::NotFound);
}

async fn messages_are_no_part_of_a_trail(place: Place) {
    let visitor = place.visitor();
    let chat = place.says(&visitor, "Hello?").await;
    for number in 0..20 {
        place.says(&visitor, &format!("Message {number}")).await;
    }
    let trail = page(&place, &place.ada, chat, None, 50).await;
    let kinds: Vec<_> = trail.events.iter().map(|event| event.kind.as_ref()).collect();
    assert_eq!((kinds, trail.next), (vec!["conversation.created"], None));
}
