//! Stories about people whom the company's server vouches for.

use base::Time;

use super::{Met, Person, end_secret, make_secret, meet, secrets};
use crate::error::Rejection;
use crate::tests::{DAY, HOUR, Place, refusal};
use crate::token::Visitor;
use crate::{Actor, contact};

on_both![
    who_is_vouched_for_finds_their_chat_on_another_device,
    an_unknown_visitor_becomes_the_person_and_keeps_the_chat,
    somebody_elses_token_is_never_taken_over,
    a_token_is_good_for_the_visitor_who_showed_it_first,
    who_signs_out_is_nobody_here_and_stays_known_elsewhere,
    a_new_secret_gives_the_old_one_a_day,
    secrets_are_for_those_who_manage_inboxes,
];

fn person(id: &str, once: &str) -> Person {
    let ends = Time(i64::MAX / 2);
    Person {
        id: id.to_owned(),
        name: Some("Lena".to_owned()),
        email: Some("lena@example.com".to_owned()),
        once: Some(once.to_owned()),
        ends,
    }
}

async fn met(place: &Place, visitor: &Visitor, person: &Person) -> Met {
    let (visitor, person) = (visitor.clone(), person.clone());
    place.write(visitor.hash.clone(), move |tx, cx| meet(tx, cx, &visitor, &person)).await.unwrap()
}

async fn who(place: &Place, visitor: &Visitor) -> Option<contact::Contact> {
    let (visitor, ada) = (visitor.clone(), place.ada.clone());
    let look = move |tx: &mut db::Tx<'_>, cx: &crate::Context| {
        let Some(found) = contact::find(tx, cx, &visitor)? else { return Ok(None) };
        Ok(Some(contact::profile(tx, &ada, found.id)?.contact))
    };
    place.read(look).await.unwrap()
}

async fn who_is_vouched_for_finds_their_chat_on_another_device(place: Place) {
    let (phone, laptop) = (place.visitor(), place.visitor());
    assert!(matches!(met(&place, &phone, &person("42", "1")).await, Met::As(_)));
    let chat = place.says(&phone, "Hello?").await;
    assert!(matches!(met(&place, &laptop, &person("42", "2")).await, Met::As(_)));
    assert_eq!(place.says(&laptop, "From here, too").await, chat);
    let seen = who(&place, &laptop).await.unwrap();
    assert_eq!((seen.verified, seen.user_id.as_deref(), seen.name.as_str()), (true, Some("42"), "Lena"));
    assert_eq!(seen.email.as_deref(), Some("lena@example.com"));
    let other = place.visitor();
    assert!(matches!(met(&place, &other, &person("4", "3")).await, Met::As(_)));
    assert_ne!(place.says(&other, "Hello?").await, chat);
    let before = place.head().await;
    met(&place, &laptop, &person("42", "2")).await;
    assert_eq!(place.head().await, before, "nothing new is no event");
}

async fn an_unknown_visitor_becomes_the_person_and_keeps_the_chat(place: Place) {
    let visitor = place.visitor();
    let chat = place.says(&visitor, "Hello?").await;
    assert!(!who(&place, &visitor).await.unwrap().verified);
    let before = place.head().await;
    assert!(matches!(met(&place, &visitor, &person("42", "1")).await, Met::As(_)));
    assert_eq!(place.kinds_after(before).await, ["contact.updated"]);
    assert_eq!(place.says(&visitor, "Still me").await, chat);
    assert!(who(&place, &visitor).await.unwrap().verified);
}

async fn somebody_elses_token_is_never_taken_over(place: Place) {
    let (lena, stranger) = (place.visitor(), place.visitor());
    met(&place, &lena, &person("42", "1")).await;
    let chat = place.says(&lena, "Hello?").await;
    let strangers = place.says(&stranger, "Hi").await;
    assert_eq!(met(&place, &lena, &person("43", "2")).await, Met::Elsewhere, "a known person does not become another");
    assert_eq!(met(&place, &stranger, &person("42", "3")).await, Met::Elsewhere, "a chat of one's own is not dropped");
    let spent = place.count("SELECT count(*) FROM identity_use").await;
    assert_eq!(spent, 1, "a token that changed nothing can be shown again");
    assert_eq!(place.says(&lena, "Me again").await, chat);
    assert_eq!(place.says(&stranger, "Me too").await, strangers);
}

async fn a_token_is_good_for_the_visitor_who_showed_it_first(place: Place) {
    let (lena, thief) = (place.visitor(), place.visitor());
    met(&place, &lena, &person("42", "1")).await;
    let before = place.head().await;
    assert_eq!(met(&place, &thief, &person("42", "1")).await, Met::Replayed);
    assert_eq!((place.head().await, who(&place, &thief).await), (before, None));
    assert!(
        matches!(met(&place, &lena, &person("42", "1")).await, Met::As(_)),
        "a page that is loaded anew shows it again"
    );
}

async fn who_signs_out_is_nobody_here_and_stays_known_elsewhere(place: Place) {
    let (phone, laptop) = (place.visitor(), place.visitor());
    met(&place, &phone, &person("42", "1")).await;
    met(&place, &laptop, &person("42", "2")).await;
    let before = place.head().await;
    for _ in 0..2 {
        let gone = laptop.clone();
        place.write("x", move |tx, cx| contact::sign_out(tx, cx, &gone)).await.unwrap();
    }
    assert_eq!(place.kinds_after(before).await, ["contact.signed_out"]);
    assert_eq!(who(&place, &laptop).await, None);
    assert_eq!(who(&place, &phone).await.unwrap().user_id.as_deref(), Some("42"));
    place.clock.advance(400 * DAY);
    place.write("job", contact::forget_expired).await.unwrap();
    let new = place.visitor();
    met(&place, &new, &person("42", "3")).await;
    assert_eq!(place.count("SELECT count(*) FROM contact").await, 1, "after a year it is the same person");
}

async fn a_new_secret_gives_the_old_one_a_day(place: Place) {
    let (ada, inbox) = (Actor::Agent(place.ada.clone()), place.inbox.id);
    let make = async || {
        let ada = ada.clone();
        place.write("secret", move |tx, cx| make_secret(tx, cx, &ada, inbox)).await
    };
    let good = async || {
        let ada = ada.clone();
        place.read(move |tx, cx| secrets(tx, cx, &ada, inbox)).await.unwrap()
    };
    let before = place.head().await;
    let (first, secret) = make().await.unwrap();
    assert_eq!(format!("{secret:?}"), "***");
    let (second, other) = make().await.unwrap();
    assert_ne!(secret.reveal(), other.reveal());
    assert_eq!(place.kinds_after(before).await, ["identity_secret.made"; 2]);
    for event in place.events_after(before).await {
        let body = event.body.to_string();
        assert!(!body.contains(secret.reveal()) && !body.contains(other.reveal()), "{body}");
    }
    assert_eq!(good().await.iter().map(|it| it.id).collect::<Vec<_>>(), [second.id, first.id]);
    place.clock.advance(24 * HOUR);
    assert_eq!(good().await, std::slice::from_ref(&second));
    let (id, ada) = (second.id, ada.clone());
    let before = place.head().await;
    for _ in 0..2 {
        let ada = ada.clone();
        place.write("secret", move |tx, cx| end_secret(tx, cx, &ada, inbox, id)).await.unwrap();
    }
    assert_eq!(place.kinds_after(before).await, ["identity_secret.ended"]);
    place.write("job", super::forget_expired).await.unwrap();
    assert_eq!(place.count("SELECT count(*) FROM identity_secret").await, 0);
    for _ in 0..5 {
        make().await.unwrap();
    }
    assert!(matches!(refusal(make().await), Rejection::Invalid(_)), "six at once");
}

async fn secrets_are_for_those_who_manage_inboxes(place: Place) {
    let (maya, inbox) = (Actor::Agent(place.agent("Maya").await), place.inbox.id);
    let actor = maya.clone();
    let made = place.write("secret", move |tx, cx| make_secret(tx, cx, &actor, inbox)).await;
    assert_eq!(refusal(made.map(|_| ())), Rejection::Forbidden);
    assert_eq!(refusal(place.read(move |tx, cx| secrets(tx, cx, &maya, inbox)).await), Rejection::Forbidden);
}
