//! Stories about being asked how it was.

use base::ConversationId;
use channel::Content;

use super::{Rating, answer, skip};
use crate::conversation::{self, Reply};
use crate::error::Rejection;
use crate::inbox;
use crate::tests::{DAY, Place, inbound, refusal};
use crate::token::Visitor;
use crate::{Actor, ContactActor, Result};

on_both![
    a_customer_is_asked_once_when_an_answered_chat_ends,
    a_chat_that_nobody_answered_asks_nothing,
    who_was_asked_is_left_in_peace_for_a_week,
    a_switched_off_ending_asks_nothing,
    what_was_said_can_be_said_better_and_is_told_once,
    a_skipped_survey_stays_closed_and_a_stranger_answers_none,
];

/// A chat that Ada took and answered.
async fn answered(place: &Place, visitor: &Visitor) -> ConversationId {
    let id = place.says(visitor, "Where is it?").await;
    let ada = place.ada.clone();
    let reply = move |tx: &mut db::Tx<'_>, cx: &crate::Context| {
        let epoch = conversation::claim(tx, cx, &ada, id, None)?.epoch;
        let said = inbound("On its way.");
        let reply = Reply {
            client_id: said.client_id,
            content: Content::text("On its way."),
            attachments: Vec::new(),
            reply_to: None,
            epoch,
        };
        conversation::reply(tx, cx, &ada, id, &reply)
    };
    place.write(id, reply).await.unwrap();
    id
}

async fn resolved(place: &Place, id: ConversationId) {
    let (ada, epoch) = (Actor::Agent(place.ada.clone()), place.sees(id).await.epoch);
    place.write(id, move |tx, cx| conversation::resolve(tx, cx, &ada, id, epoch)).await.unwrap();
}

async fn contact(place: &Place, visitor: &Visitor) -> ContactActor {
    (*place.contact(visitor).await.unwrap().unwrap()).clone()
}

async fn ended(place: &Place, visitor: &Visitor, id: ConversationId) {
    let me = contact(place, visitor).await;
    place.write(id, move |tx, cx| conversation::end(tx, cx, &me, id)).await.unwrap();
}

async fn is_asked(place: &Place, visitor: &Visitor) -> bool {
    let me = contact(place, visitor).await;
    place.read(move |tx, _| conversation::latest_of_contact(tx, &me)).await.unwrap().unwrap().survey
}

async fn rates(place: &Place, visitor: &Visitor, id: ConversationId, stars: i64, comment: &str) -> Result<()> {
    let (me, rating) = (contact(place, visitor).await, Rating::new(stars, comment).unwrap());
    place.write(id, move |tx, cx| answer(tx, cx, &me, id, &rating)).await
}

async fn skips(place: &Place, visitor: &Visitor, id: ConversationId) {
    let me = contact(place, visitor).await;
    place.write(id, move |tx, cx| skip(tx, cx, &me, id)).await.unwrap();
}

async fn a_customer_is_asked_once_when_an_answered_chat_ends(place: Place) {
    let lena = place.visitor();
    let chat = answered(&place, &lena).await;
    assert!(!is_asked(&place, &lena).await, "not while it goes on");
    let before = place.head().await;
    resolved(&place, chat).await;
    assert_eq!(place.kinds_after(before).await, ["conversation.resolved", "survey.asked"]);
    assert!(is_asked(&place, &lena).await);
    place.receives(&lena, Some(chat), inbound("One more thing")).await.unwrap();
    assert!(!is_asked(&place, &lena).await, "it goes on");
    resolved(&place, chat).await;
    assert!(is_asked(&place, &lena).await, "the same survey, still without an answer");
    rates(&place, &lena, chat, 4, "Quick").await.unwrap();
    place.receives(&lena, Some(chat), inbound("And another")).await.unwrap();
    resolved(&place, chat).await;
    assert!(!is_asked(&place, &lena).await, "one conversation, one survey");
    assert_eq!(place.count("SELECT count(*) FROM survey WHERE stars = 4 AND comment = 'Quick'").await, 1);
}

async fn a_chat_that_nobody_answered_asks_nothing(place: Place) {
    let (lena, omar) = (place.visitor(), place.visitor());
    let chat = place.says(&lena, "Hello?").await;
    ended(&place, &lena, chat).await;
    let spam = place.says(&omar, "Buy gold").await;
    resolved(&place, spam).await;
    assert_eq!(place.count("SELECT count(*) FROM survey").await, 0);
}

async fn who_was_asked_is_left_in_peace_for_a_week(place: Place) {
    let lena = place.visitor();
    let first = answered(&place, &lena).await;
    resolved(&place, first).await;
    skips(&place, &lena, first).await;
    place.clock.advance(6 * DAY);
    let second = answered(&place, &lena).await;
    resolved(&place, second).await;
    assert!(second != first && !is_asked(&place, &lena).await, "skipping is respected");
    place.clock.advance(2 * DAY);
    let third = answered(&place, &lena).await;
    resolved(&place, third).await;
    assert!(is_asked(&place, &lena).await);
}

async fn a_switched_off_ending_asks_nothing(place: Place) {
    let (ada, id) = (Actor::Agent(place.ada.clone()), place.inbox.id);
    let mut widget = place.inbox.widget.clone();
    widget.survey.after_customer = false;
    let update = inbox::Update { widget: Some(widget), ..inbox::Update::default() };
    place.write("inbox", move |tx, cx| inbox::update(tx, cx, &ada, id, &update)).await.unwrap();
    let (lena, omar) = (place.visitor(), place.visitor());
    let chat = answered(&place, &lena).await;
    ended(&place, &lena, chat).await;
    assert!(!is_asked(&place, &lena).await);
    let chat = answered(&place, &omar).await;
    resolved(&place, chat).await;
    assert!(is_asked(&place, &omar).await);
}

async fn what_was_said_can_be_said_better_and_is_told_once(place: Place) {
    let lena = place.visitor();
    let chat = answered(&place, &lena).await;
    ended(&place, &lena, chat).await;
    let before = place.head().await;
    rates(&place, &lena, chat, 2, "").await.unwrap();
    rates(&place, &lena, chat, 2, "").await.unwrap();
    rates(&place, &lena, chat, 3, " On second thought ").await.unwrap();
    skips(&place, &lena, chat).await;
    let told = place.events_after(before).await;
    let bodies: Vec<&str> = told.iter().map(|event| event.body.as_ref()).collect();
    assert_eq!(told.iter().map(|event| event.kind.as_ref()).collect::<Vec<_>>(), ["survey.answered"; 2]);
    assert!(bodies[1].contains(r#""stars":3,"comment":"On second thought""#), "{bodies:?}");
    assert!(!is_asked(&place, &lena).await);
}

async fn a_skipped_survey_stays_closed_and_a_stranger_answers_none(place: Place) {
    let (lena, omar) = (place.visitor(), place.visitor());
    let chat = answered(&place, &lena).await;
    let other = place.says(&omar, "Hi").await;
    assert_eq!(refusal(rates(&place, &lena, chat, 5, "").await), Rejection::NotFound, "nobody asked yet");
    resolved(&place, chat).await;
    assert_eq!(refusal(rates(&place, &omar, chat, 1, "").await), Rejection::NotFound);
    assert_eq!(refusal(rates(&place, &omar, other, 1, "").await), Rejection::NotFound);
    let before = place.head().await;
    skips(&place, &lena, chat).await;
    skips(&place, &lena, chat).await;
    assert_eq!(place.kinds_after(before).await, ["survey.skipped"]);
    assert!(!is_asked(&place, &lena).await);
    rates(&place, &lena, chat, 5, "After all").await.unwrap();
    assert_eq!(place.count("SELECT count(*) FROM survey WHERE stars = 5").await, 1, "a changed mind is welcome");
}
