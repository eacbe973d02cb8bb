//! Stories about how long a visitor is known.

use super::{forget_expired, keep_identity};
use crate::tests::{DAY, Place};

on_both![a_resting_token_is_forgotten_and_the_conversation_stays];

async fn a_resting_token_is_forgotten_and_the_conversation_stays(place: Place) {
    let (resting, returning) = (place.visitor(), place.visitor());
    let chat = place.says(&resting, "Hello?").await;
    place.says(&returning, "Hello?").await;
    place.clock.advance(20 * DAY);
    let again = returning.clone();
    place.write("contact", move |tx, cx| keep_identity(tx, cx, &again)).await.unwrap();
    place.clock.advance(10 * DAY);
    assert_eq!(place.write("job", forget_expired).await.unwrap(), 1);
    assert!(place.contact(&resting).await.unwrap().is_none());
    assert!(place.contact(&returning).await.unwrap().is_some());
    assert_eq!(place.sees(chat).await.head_seq, 1, "what was said is the company's to keep");
    assert_eq!(place.count("SELECT count(*) FROM contact_identity").await, 1);
}
