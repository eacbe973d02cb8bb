//! Stories about how fast people answer.

use super::first_reply;
use crate::conversation::{self, Reply};
use crate::tests::{DAY, MINUTE, Place, SECOND};

on_both![a_time_is_told_only_when_enough_chats_tell_it, who_was_never_answered_counts_as_slow];

/// A chat that is answered after a while, or ended without an answer.
async fn chat(place: &Place, wait: Option<i64>) {
    let visitor = place.visitor();
    let id = place.says(&visitor, "Hello?").await;
    if let Some(wait) = wait {
        place.clock.advance(wait);
        let ada = place.ada.clone();
        place
            .write(id, move |tx, cx| {
                let epoch = conversation::claim(tx, cx, &ada, id, None)?.epoch;
                let content = channel::Content::text("Hi");
                let reply =
                    Reply { client_id: format!("{id}"), content, attachments: Vec::new(), reply_to: None, epoch };
                conversation::reply(tx, cx, &ada, id, &reply)
            })
            .await
            .unwrap();
    }
    let contact = (*place.contact(&visitor).await.unwrap().unwrap()).clone();
    place.write(id, move |tx, cx| conversation::end(tx, cx, &contact, id)).await.unwrap();
}

async fn told(place: &Place) -> Option<i64> {
    let inbox = place.inbox.id;
    place.read(move |tx, cx| first_reply(tx, cx, inbox)).await.unwrap()
}

async fn a_time_is_told_only_when_enough_chats_tell_it(place: Place) {
    for _ in 0..9 {
        chat(&place, Some(90 * SECOND)).await;
    }
    assert_eq!(told(&place).await, None);
    chat(&place, Some(30 * MINUTE)).await;
    assert_eq!(told(&place).await, Some(90), "one slow answer does not change what is usual");
    place.clock.advance(8 * DAY);
    assert_eq!(told(&place).await, None, "what was last week says nothing about now");
}

async fn who_was_never_answered_counts_as_slow(place: Place) {
    for _ in 0..4 {
        chat(&place, Some(SECOND)).await;
    }
    for _ in 0..8 {
        chat(&place, None).await;
    }
    assert_eq!(told(&place).await, None);
}
