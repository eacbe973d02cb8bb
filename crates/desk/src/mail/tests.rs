//! Stories about letters: written once, delivered under a lease, tried for three days, and never more of them than fair.

use base::MailId;
use db::Tx;

use super::model::{PER_HOUR, PER_RECIPIENT};
use super::{
    Failure, Letter, Mail, Purpose, claim, dead, delivered, discard, failed, forget_expired, outbox, replay, send,
};
use crate::actor::{Actor, Role};
use crate::error::{Rejection, Result};
use crate::tests::{DAY, HOUR, MINUTE, Place, SECOND, refusal};
use crate::{Context, mail};

on_both![
    a_letter_is_delivered_once_and_then_wiped,
    a_letter_whose_carrier_died_is_the_same_letter_again,
    a_letter_is_tried_for_three_days_and_then_waits_for_a_decision,
    a_refusal_for_good_is_not_tried_again,
    a_letter_that_was_given_up_can_be_replayed_or_thrown_away,
    three_letters_an_hour_reach_one_address_however_many_ask_at_once,
    visitors_together_have_a_budget_and_colleagues_are_not_held_up,
    a_letter_needs_an_address_and_no_header_can_be_smuggled_in,
    an_invitation_that_may_not_be_made_writes_no_letter,
    a_copy_is_sent_to_its_customer_once_somebody_answered,
    what_is_over_is_forgotten,
];

fn letter() -> Letter {
    Letter::new("Acme", "Hello").text("The words of the letter")
}

async fn writes_to(place: &Place, purpose: Purpose, to: &'static str) -> Result<MailId> {
    place.write("mail", move |tx, cx| send(tx, cx, purpose, to, &letter())).await
}

async fn claims(place: &Place, worker: &'static str) -> Vec<Mail> {
    place.write(worker, move |tx, cx| claim(tx, cx, worker, 16)).await.unwrap()
}

async fn fails(place: &Place, mail: Mail, worker: &'static str, permanent: bool) {
    let failure = Failure { permanent, reason: "450 try later".to_owned() };
    place.write(worker, move |tx, cx| failed(tx, cx, &mail, worker, &failure)).await.unwrap();
}

async fn is_delivered(place: &Place, id: MailId, worker: &'static str) -> bool {
    place.write(worker, move |tx, cx| delivered(tx, cx, id, worker)).await.unwrap()
}

async fn as_ada<T: Send + 'static>(
    place: &Place,
    work: impl Fn(&mut Tx<'_>, &Context, &Actor) -> Result<T> + Send + 'static,
) -> Result<T> {
    let ada = Actor::Agent(place.ada.clone());
    place.write("mail", move |tx, cx| work(tx, cx, &ada)).await
}

async fn a_letter_is_delivered_once_and_then_wiped(place: Place) {
    let id = writes_to(&place, Purpose::Invitation, " Maya@Acme.COM ").await.unwrap();
    let (one, two) = tokio::join!(claims(&place, "one"), claims(&place, "two"));
    assert_eq!(one.len() + two.len(), 1, "one carrier gets it");
    let (mail, worker) = if one.is_empty() { (&two[0], "two") } else { (&one[0], "one") };
    assert_eq!((mail.id, mail.recipient.reveal().as_str(), mail.ambiguous), (id, "maya@acme.com", false));
    assert!(mail.html.reveal().contains("The words of the letter") && mail.text.reveal().contains("The words of"));
    assert!(!format!("{mail:?}").contains("words"), "what it says is not printed");
    assert!(is_delivered(&place, id, worker).await);
    assert!(!is_delivered(&place, id, worker).await, "it is said once");
    assert_eq!(place.count("SELECT count(*) FROM mail WHERE state = 'sent' AND recipient = '' AND text = '' AND html = '' AND subject = ''").await, 1);
    place.clock.advance(DAY);
    assert!(claims(&place, "one").await.is_empty());
    let state = as_ada(&place, |tx, _, ada| outbox(tx, ada)).await.unwrap();
    assert_eq!((state.waiting, state.dead), (0, 0));
    assert!(state.last_sent_at.is_some());
}

async fn a_letter_whose_carrier_died_is_the_same_letter_again(place: Place) {
    writes_to(&place, Purpose::Invitation, "maya@acme.com").await.unwrap();
    let first = claims(&place, "one").await.remove(0);
    place.clock.advance(5 * MINUTE - 1);
    assert!(claims(&place, "two").await.is_empty());
    place.clock.advance(1);
    let again = claims(&place, "two").await.remove(0);
    assert_eq!((again.id, again.created_at, again.attempts), (first.id, first.created_at, 0));
    assert_eq!(again.html.reveal(), first.html.reveal());
    assert!(again.ambiguous && !first.ambiguous);
    assert!(!is_delivered(&place, first.id, "one").await, "whoever lost the lease has nothing to say any more");
    fails(&place, first, "one", true).await;
    assert!(is_delivered(&place, again.id, "two").await);
}

async fn a_letter_is_tried_for_three_days_and_then_waits_for_a_decision(place: Place) {
    writes_to(&place, Purpose::Invitation, "maya@acme.com").await.unwrap();
    let start = place.clock.now();
    let mut last = start;
    loop {
        let Some(mail) = claims(&place, "one").await.pop() else {
            if as_ada(&place, |tx, _, ada| outbox(tx, ada)).await.unwrap().dead == 1 {
                break;
            }
            let next = as_ada(&place, |tx, _, ada| outbox(tx, ada)).await.unwrap().next_try_at.unwrap();
            let wait = next.since(place.clock.now());
            assert!((1..=HOUR).contains(&wait), "{wait}");
            place.clock.advance(wait);
            continue;
        };
        last = place.clock.now();
        fails(&place, mail, "one", false).await;
    }
    assert!(last.since(start) >= 71 * HOUR, "the last attempt came after {} h", last.since(start) / HOUR);
    let dead = as_ada(&place, |tx, _, ada| dead(tx, ada)).await.unwrap();
    assert_eq!((dead[0].reason.as_str(), dead[0].recipient.as_str()), ("450 try later", "maya@acme.com"));
    assert!(dead[0].attempts > 72, "{dead:?}");
}

async fn a_refusal_for_good_is_not_tried_again(place: Place) {
    writes_to(&place, Purpose::Invitation, "nobody@acme.com").await.unwrap();
    let head = place.head().await;
    let mail = claims(&place, "one").await.remove(0);
    fails(&place, mail, "one", true).await;
    place.clock.advance(DAY);
    assert!(claims(&place, "one").await.is_empty());
    assert_eq!(place.kinds_after(head).await, ["mail.died"]);
}

async fn a_letter_that_was_given_up_can_be_replayed_or_thrown_away(place: Place) {
    let tom = Actor::Agent(place.agent("Tom").await);
    let (one, two) = (
        writes_to(&place, Purpose::Invitation, "a@acme.com").await.unwrap(),
        writes_to(&place, Purpose::Invitation, "b@acme.com").await.unwrap(),
    );
    assert_eq!(refusal(as_ada(&place, move |tx, cx, ada| replay(tx, cx, ada, one)).await), Rejection::NotFound);
    for mail in claims(&place, "one").await {
        fails(&place, mail, "one", true).await;
    }
    let head = place.head().await;
    let refused = place.write("mail", move |tx, cx| replay(tx, cx, &tom, one)).await;
    assert_eq!(refusal(refused), Rejection::Forbidden);
    place.clock.advance(4 * DAY);
    as_ada(&place, move |tx, cx, ada| replay(tx, cx, ada, one)).await.unwrap();
    as_ada(&place, move |tx, cx, ada| discard(tx, cx, ada, two)).await.unwrap();
    assert_eq!(refusal(as_ada(&place, move |tx, cx, ada| discard(tx, cx, ada, two)).await), Rejection::NotFound);
    assert_eq!(place.kinds_after(head).await, ["mail.replayed", "mail.discarded"]);
    let again = claims(&place, "one").await;
    assert_eq!(again.iter().map(|mail| mail.id).collect::<Vec<_>>(), [one], "under its old id");
    fails(&place, again[0].clone(), "one", false).await;
    assert_eq!(as_ada(&place, |tx, _, ada| outbox(tx, ada)).await.unwrap().waiting, 1, "with three days before it");
}

async fn three_letters_an_hour_reach_one_address_however_many_ask_at_once(place: Place) {
    let asked = (0..20).map(|number| {
        let to = if number % 2 == 0 { "victim@example.org" } else { "VICTIM@example.org " };
        writes_to(&place, Purpose::Transcript, to)
    });
    let mut written = 0;
    for result in futures_util::future::join_all(asked).await {
        match result {
            Ok(_) => written += 1,
            Err(error) => assert!(
                matches!(refusal::<()>(Err(error)), Rejection::MailLimit { retry_after } if (3_590..=3_601).contains(&retry_after))
            ),
        }
    }
    assert_eq!(written, PER_RECIPIENT);
    writes_to(&place, Purpose::Transcript, "somebody.else@example.org").await.unwrap();
    for mail in claims(&place, "one").await {
        assert!(is_delivered(&place, mail.id, "one").await);
    }
    refusal(writes_to(&place, Purpose::Transcript, "victim@example.org").await);
    place.clock.advance(HOUR);
    writes_to(&place, Purpose::Transcript, "victim@example.org").await.unwrap();
}

async fn visitors_together_have_a_budget_and_colleagues_are_not_held_up(place: Place) {
    place
        .write("mail", |tx, cx| {
            for number in 0..PER_HOUR {
                send(tx, cx, Purpose::Transcript, &format!("a{number}@example.org"), &letter())?;
            }
            Ok(())
        })
        .await
        .unwrap();
    assert!(matches!(
        refusal(writes_to(&place, Purpose::Transcript, "b@example.org").await),
        Rejection::MailLimit { .. }
    ));
    for _ in 0..5 {
        writes_to(&place, Purpose::Invitation, "maya@acme.com").await.unwrap();
    }
}

async fn a_letter_needs_an_address_and_no_header_can_be_smuggled_in(place: Place) {
    for to in ["", "maya", "a@b.de\r\nBcc: eve@evil.example", "a@b.de, eve@evil.example", "a@b.de\0", "<a@b.de>\n"] {
        let to = to.to_owned();
        let result = place.write("mail", move |tx, cx| send(tx, cx, Purpose::Invitation, &to, &letter())).await;
        assert!(matches!(refusal(result), Rejection::Invalid(errors) if errors[0].field == "email"));
    }
    assert_eq!(place.count("SELECT count(*) FROM mail").await, 0);
}

async fn an_invitation_that_may_not_be_made_writes_no_letter(place: Place) {
    let tom = Actor::Agent(place.agent("Tom").await);
    let made = place
        .write("invite", move |tx, cx| {
            mail::invite(tx, cx, &tom, Role::Agent, "maya@acme.com", "https://desk.acme.com")
        })
        .await;
    assert_eq!(refusal(made.map(|_| ())), Rejection::Forbidden);
    let bad =
        as_ada(&place, |tx, cx, ada| mail::invite(tx, cx, ada, Role::Agent, "no address", "https://desk.acme.com"))
            .await;
    assert!(matches!(refusal(bad.map(|_| ())), Rejection::Invalid(_)));
    assert_eq!(place.count("SELECT (SELECT count(*) FROM mail) + (SELECT count(*) FROM invite)").await, 0);
    let (_, token) =
        as_ada(&place, |tx, cx, ada| mail::invite(tx, cx, ada, Role::Agent, "maya@acme.com", "https://desk.acme.com"))
            .await
            .unwrap();
    let mail = claims(&place, "one").await.remove(0);
    assert!(mail.text.reveal().contains(&format!("https://desk.acme.com/join#{}\n", token.reveal())));
    assert_eq!(mail.subject.reveal(), "Ada invites you to Acme");
}

async fn a_copy_is_sent_to_its_customer_once_somebody_answered(place: Place) {
    let (lena, eve) = (place.visitor(), place.visitor());
    let chat = place.says(&lena, "Where is <b>my</b> refund?").await;
    place.says(&eve, "Something else").await;
    let copy = async |visitor: &crate::token::Visitor, to: &'static str| {
        let me = (*place.contact(visitor).await.unwrap().unwrap()).clone();
        place.write("mail", move |tx, cx| mail::send_transcript(tx, cx, &me, chat, to)).await
    };
    assert_eq!(refusal(copy(&lena, "lena@example.org").await), Rejection::NothingToSend);
    let ada = place.ada.clone();
    place
        .write(chat, move |tx, cx| {
            let claimed = crate::conversation::claim(tx, cx, &ada, chat, None)?;
            let content = channel::Content::text("It is on its way & comes tomorrow");
            let (client_id, epoch) = ("01890a5d-ac96-774b-bcce-b302099a8057".to_owned(), claimed.epoch);
            crate::conversation::add_note(
                tx,
                cx,
                &ada,
                chat,
                &crate::conversation::Note {
                    client_id: "01890a5d-ac96-774b-bcce-b302099a8058".to_owned(),
                    content: channel::Content::text("Secret note"),
                    reply_to: None,
                    attachments: Vec::new(),
                },
            )?;
            crate::conversation::reply(
                tx,
                cx,
                &ada,
                chat,
                &crate::conversation::Reply { client_id, content, reply_to: None, attachments: Vec::new(), epoch },
            )
        })
        .await
        .unwrap();
    assert_eq!(refusal(copy(&eve, "eve@example.org").await), Rejection::NotFound);
    copy(&lena, "lena@example.org").await.unwrap();
    let mail = claims(&place, "one").await.remove(0);
    let (text, html) = (mail.text.reveal(), mail.html.reveal());
    assert!(text.contains("Visitor 1 (2026-05-03 09:31 UTC):\nWhere is <b>my</b> refund?"), "{text}");
    assert!(text.find("refund").unwrap() < text.find("on its way & comes").unwrap(), "oldest first");
    assert!(html.contains("&lt;b&gt;my&lt;/b&gt; refund") && html.contains("way &amp; comes"), "{html}");
    assert!(!text.contains("Secret note") && !html.contains("Secret note"));
    assert_eq!(mail.subject.reveal(), "Your conversation with Acme");
    place.clock.advance(SECOND);
}

async fn what_is_over_is_forgotten(place: Place) {
    writes_to(&place, Purpose::Invitation, "a@acme.com").await.unwrap();
    writes_to(&place, Purpose::Invitation, "b@acme.com").await.unwrap();
    let mut mine = claims(&place, "one").await;
    assert!(is_delivered(&place, mine.remove(0).id, "one").await);
    fails(&place, mine.remove(0), "one", true).await;
    let forget = async || place.write("mail", forget_expired).await.unwrap();
    let rows = async || place.count("SELECT count(*) FROM mail").await;
    place.clock.advance(DAY - 1);
    forget().await;
    assert_eq!(rows().await, 2);
    place.clock.advance(1);
    forget().await;
    assert_eq!(rows().await, 1);
    place.clock.advance(29 * DAY);
    forget().await;
    assert_eq!(rows().await, 0);
}
