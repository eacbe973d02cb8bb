//! Stories about conversations that need a clock, a fault or many rows; the others are told over HTTP.

use base::{AgentId, ConversationId};
use channel::{Content, Inbound};

use super::model::{State, View};
use super::{
    Conversation, Reply, claim, list, release, release_all, release_present, reopen, reply, resolve, snooze, sweep,
    wake,
};
use crate::error::Rejection;
use crate::job::{self, Errands};
use crate::tests::{DAY, HOUR, MINUTE, Place, SECOND, inbound, refusal};
use crate::{Actor, AgentActor};

on_both![
    who_waits_longest_is_first_whatever_they_write_meanwhile,
    a_list_is_in_order_to_the_minute_and_its_pages_hold_each_row_once,
    a_refused_first_message_leaves_nothing_behind,
    a_message_of_a_resting_token_opens_nothing,
    a_customer_who_keeps_writing_is_known_for_ever,
    what_nobody_would_act_on_is_put_back_into_the_queue,
    an_owner_who_was_switched_off_unnoticed_is_an_orphans_too,
    every_change_of_hands_moves_the_epoch_by_one,
    what_is_snoozed_leaves_the_list_and_wakes_at_its_time,
    a_customer_who_writes_wakes_it_at_once,
    an_alarm_of_an_earlier_sleep_wakes_nothing,
    what_sleeps_stays_with_an_owner_who_left_but_not_with_one_who_was_switched_off,
    only_a_time_to_come_and_only_ones_own_can_be_snoozed,
];

async fn ids(place: &Place, view: View, me: &AgentActor) -> Vec<ConversationId> {
    let me = me.clone();
    let page = place.read(move |tx, _| list(tx, &me, view, None, 100)).await.unwrap();
    page.value.items.iter().map(|it| it.id).collect()
}

async fn claims(place: &Place, me: &AgentActor, id: ConversationId) -> Conversation {
    let me = me.clone();
    place.write(id, move |tx, cx| claim(tx, cx, &me, id, None)).await.unwrap()
}

async fn who_waits_longest_is_first_whatever_they_write_meanwhile(place: Place) {
    let visitors = [place.visitor(), place.visitor(), place.visitor()];
    let mut chats = Vec::new();
    for visitor in &visitors {
        chats.push(place.says(visitor, "Hello?").await);
        place.clock.advance(MINUTE);
    }
    assert_eq!(place.says(&visitors[0], "Are you there?").await, chats[0]);
    assert_eq!(ids(&place, View::Waiting, &place.ada).await, chats, "the queue is by time of waiting");
    assert_eq!(ids(&place, View::All, &place.ada).await, [chats[0], chats[2], chats[1]], "the list by last activity");
    let mine = claims(&place, &place.ada, chats[0]).await;
    place.clock.advance(MINUTE);
    let (ada, chat) = (Actor::Agent(place.ada.clone()), chats[0]);
    place.write(chat, move |tx, cx| release(tx, cx, &ada, chat, mine.epoch)).await.unwrap();
    assert_eq!(
        ids(&place, View::Waiting, &place.ada).await,
        [chats[1], chats[2], chats[0]],
        "given back is last in line"
    );
    assert_eq!(place.sees(chat).await.waiting_since, Some(place.clock.now()));
}

async fn a_list_is_in_order_to_the_minute_and_its_pages_hold_each_row_once(place: Place) {
    let mut visitors = Vec::new();
    for _ in 0..9 {
        let visitor = place.visitor();
        place.says(&visitor, "Hello?").await;
        place.clock.advance(7 * SECOND);
        visitors.push(visitor);
    }
    for (number, visitor) in visitors.iter().enumerate().filter(|(number, _)| number % 2 == 0) {
        place.says(visitor, &format!("Again {number}")).await;
        place.clock.advance(11 * SECOND);
    }
    for limit in 1..=10 {
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let (me, from) = (place.ada.clone(), cursor.clone());
            let page = place.read(move |tx, _| list(tx, &me, View::All, from.as_deref(), limit)).await.unwrap().value;
            let times: Vec<_> = page.items.iter().map(|it| it.last_message_at).collect();
            assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "a page is in exact order: {times:?}");
            seen.extend(page.items.iter().map(|it| (it.last_message_at, it.id)));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let distinct: std::collections::BTreeSet<_> = seen.iter().map(|(_, id)| *id).collect();
        assert_eq!((seen.len(), distinct.len()), (9, 9), "pages of {limit}");
        let late = seen.windows(2).map(|pair| pair[1].0.since(pair[0].0)).max().unwrap();
        assert!(late < MINUTE, "pages of {limit}: {late} ms out of order");
    }
}

async fn a_refused_first_message_leaves_nothing_behind(place: Place) {
    let visitor = place.visitor();
    let head = place.head().await;
    let answers_nothing =
        Inbound { reply_to: Some("message_00000000000000000000000000".to_owned()), ..inbound("Hello?") };
    for bad in [answers_nothing, Inbound { content: Content::text(" "), ..inbound("") }] {
        assert!(matches!(refusal(place.receives(&visitor, None, bad).await), Rejection::Invalid(_)));
    }
    let everything =
        "SELECT (SELECT count(*) FROM contact) + (SELECT count(*) FROM conversation) + (SELECT count(*) FROM message)";
    assert_eq!((place.count(everything).await, place.head().await), (0, head));
    let first = place.says(&visitor, "Hello?").await;
    let number = place.sees(first).await.number;
    let second = place.says(&place.visitor(), "Hello?").await;
    assert_eq!((number, place.sees(second).await.number), (1, 2), "nor a number missing");
}

async fn a_message_of_a_resting_token_opens_nothing(place: Place) {
    let (visitor, late) = (place.visitor(), place.visitor());
    place.clock.advance(30 * DAY);
    let chat = place.says(&visitor, "Just in time").await;
    place.clock.advance(1);
    assert_eq!(refusal(place.receives(&late, None, inbound("Too late")).await), Rejection::Unauthenticated);
    place.clock.advance(30 * DAY);
    assert_eq!(refusal(place.receives(&visitor, Some(chat), inbound("Hello?")).await), Rejection::NotFound);
    assert_eq!(refusal(place.receives(&visitor, None, inbound("Hello?")).await), Rejection::Unauthenticated);
    assert_eq!(place.count("SELECT count(*) FROM message").await, 1);
}

async fn a_customer_who_keeps_writing_is_known_for_ever(place: Place) {
    let visitor = place.visitor();
    let chat = place.says(&visitor, "Day 0").await;
    for day in 1..=70 {
        place.clock.advance(DAY);
        assert_eq!(place.says(&visitor, &format!("Day {day}")).await, chat);
    }
    place.clock.advance(28 * DAY);
    assert!(place.contact(&visitor).await.unwrap().is_some());
    let returning = place.visitor();
    let chat = place.says(&returning, "I only read from now on").await;
    place.clock.advance(20 * DAY);
    assert!(place.contact(&returning).await.unwrap().is_some(), "who comes back stays known, without a word");
    place.clock.advance(20 * DAY);
    assert_eq!(place.receives(&returning, Some(chat), inbound("And now?")).await.unwrap().message.seq, 2);
}

async fn what_nobody_would_act_on_is_put_back_into_the_queue(place: Place) {
    let (sound, orphan) = (place.says(&place.visitor(), "Hello?").await, place.says(&place.visitor(), "Hello?").await);
    claims(&place, &place.ada, sound).await;
    place.rewrites("UPDATE conversation SET waiting_since = NULL, state = 'active' WHERE owner_id IS NULL").await;
    let head = place.head().await;
    place.clock.advance(MINUTE);
    assert_eq!(place.write("job", sweep).await.unwrap(), 1);
    let repaired = place.sees(orphan).await;
    assert_eq!((repaired.state, repaired.owner_id, repaired.epoch), (State::Waiting, None, 1));
    assert_eq!(repaired.waiting_since, Some(place.clock.now()));
    let events = place.events_after(head).await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].kind.as_ref(), events[0].conversation_id.clone()),
        ("conversation.released", Some(orphan.to_string()))
    );
    assert!(events[0].actor.contains("\"type\":\"system\""), "{}", events[0].actor);
    assert_eq!(place.write("job", sweep).await.unwrap(), 0, "and that is all");
    assert_eq!(place.sees(sound).await.epoch, 1);
}

async fn an_owner_who_was_switched_off_unnoticed_is_an_orphans_too(place: Place) {
    let maya = place.agent("Maya").await;
    let chat = place.says(&place.visitor(), "Hello?").await;
    claims(&place, &maya, chat).await;
    place.rewrites("UPDATE agent SET active = 0 WHERE name = 'Maya'").await;
    assert_eq!(place.write("job", sweep).await.unwrap(), 1);
    let now = place.sees(chat).await;
    assert_eq!((now.state, now.owner_id, now.epoch), (State::Waiting, None, 2));
}

async fn every_change_of_hands_moves_the_epoch_by_one(place: Place) {
    let visitor = place.visitor();
    let chat = place.says(&visitor, "Hello?").await;
    let (ada, me): (Actor, AgentId) = (Actor::Agent(place.ada.clone()), place.ada.id);
    let mut epochs = vec![claims(&place, &place.ada, chat).await.epoch];
    let (actor, agent) = (ada.clone(), place.ada.clone());
    let text = Reply {
        client_id: inbound("").client_id,
        content: Content::text("Hi."),
        reply_to: None,
        attachments: Vec::new(),
        epoch: 1,
    };
    place.write(chat, move |tx, cx| reply(tx, cx, &agent, chat, &text)).await.unwrap();
    assert_eq!(place.sees(chat).await.epoch, 1, "a message moves nothing");
    epochs.push(place.write(chat, move |tx, cx| resolve(tx, cx, &actor, chat, 1)).await.unwrap().epoch);
    place.says(&visitor, "A new matter").await;
    place.receives(&visitor, Some(chat), inbound("The old one")).await.unwrap();
    epochs.push(place.sees(chat).await.epoch);
    let actor = ada.clone();
    epochs.push(place.write(chat, move |tx, cx| release(tx, cx, &actor, chat, 3)).await.unwrap().epoch);
    let actor = ada.clone();
    let wrong = place.write(chat, move |tx, cx| reopen(tx, cx, &actor, chat, 4, Some(me))).await;
    assert!(matches!(refusal(wrong), Rejection::StaleEpoch { epoch: 4, .. }), "what is open cannot be reopened");
    assert_eq!(epochs, [1, 2, 3, 4]);
}

async fn sleeps(place: &Place, me: &AgentActor, id: ConversationId, epoch: i64, millis: Option<i64>) -> Conversation {
    let until = millis.map(|millis| place.clock.now().plus_millis(millis));
    let me = me.clone();
    place.write(id, move |tx, cx| snooze(tx, cx, &me, id, epoch, until)).await.unwrap()
}

async fn time_passes(place: &Place, millis: i64) {
    place.clock.advance(millis);
    while job::once(place, "worker", &Errands::default()).await.unwrap() {}
}

async fn what_is_snoozed_leaves_the_list_and_wakes_at_its_time(place: Place) {
    let maya = place.agent("Maya").await;
    let chat = place.says(&place.visitor(), "Call me tomorrow").await;
    let before = place.head().await;
    let asleep = sleeps(&place, &maya, chat, 0, Some(DAY)).await;
    assert_eq!(place.kinds_after(before).await, ["conversation.claimed", "conversation.snoozed"]);
    assert_eq!((asleep.state, asleep.owner_id, asleep.epoch), (State::Snoozed, Some(maya.id), 2), "it is hers now");
    assert_eq!(asleep.snoozed_until, Some(place.clock.now().plus_millis(DAY)));
    assert!(ids(&place, View::Mine, &maya).await.is_empty());
    assert_eq!(ids(&place, View::Snoozed, &maya).await, [chat]);
    assert!(ids(&place, View::Snoozed, &place.ada).await.is_empty(), "each has their own");
    assert_eq!(ids(&place, View::All, &place.ada).await, [chat]);
    time_passes(&place, DAY - SECOND).await;
    assert_eq!(place.sees(chat).await.state, State::Snoozed, "not a second early");
    time_passes(&place, SECOND).await;
    let awake = place.sees(chat).await;
    assert_eq!((awake.state, awake.owner_id, awake.epoch), (State::Active, Some(maya.id), 3));
    assert_eq!(awake.snoozed_until, None);
    assert_eq!(ids(&place, View::Mine, &maya).await, [chat]);
    assert!(ids(&place, View::Snoozed, &maya).await.is_empty());
}

async fn a_customer_who_writes_wakes_it_at_once(place: Place) {
    let visitor = place.visitor();
    let chat = place.says(&visitor, "Hello?").await;
    let asleep = sleeps(&place, &place.ada, chat, 0, None).await;
    assert_eq!((asleep.state, asleep.snoozed_until), (State::Snoozed, None), "until they write");
    time_passes(&place, 20 * DAY).await;
    assert_eq!(place.sees(chat).await.state, State::Snoozed, "no time ends it");
    let before = place.head().await;
    place.receives(&visitor, Some(chat), inbound("One more thing")).await.unwrap();
    let events = place.events_after(before).await;
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_ref()).collect();
    assert_eq!(kinds, ["conversation.woke", "message.created"]);
    assert!(events[0].audience.starts_with("agents"), "nothing for the customer: {}", events[0].audience);
    assert_eq!(place.sees(chat).await.state, State::Active);
}

async fn an_alarm_of_an_earlier_sleep_wakes_nothing(place: Place) {
    let chat = place.says(&place.visitor(), "Hello?").await;
    let first = sleeps(&place, &place.ada, chat, 0, Some(HOUR)).await;
    let (ada, epoch) = (Actor::Agent(place.ada.clone()), first.epoch);
    let awake = place.write(chat, move |tx, cx| wake(tx, cx, &ada, chat, epoch)).await.unwrap();
    assert_eq!(awake.state, State::Active);
    sleeps(&place, &place.ada, chat, awake.epoch, Some(3 * HOUR)).await;
    time_passes(&place, HOUR).await;
    assert_eq!(place.sees(chat).await.state, State::Snoozed);
    time_passes(&place, 2 * HOUR).await;
    assert_eq!(place.sees(chat).await.state, State::Active);
}

async fn what_sleeps_stays_with_an_owner_who_left_but_not_with_one_who_was_switched_off(place: Place) {
    let maya = place.agent("Maya").await;
    let chats = [place.says(&place.visitor(), "One").await, place.says(&place.visitor(), "Two").await];
    claims(&place, &maya, chats[0]).await;
    sleeps(&place, &maya, chats[1], 0, Some(DAY)).await;
    place.write("away", move |tx, cx| release_present(tx, cx, &Actor::System, maya.id)).await.unwrap();
    assert_eq!(place.sees(chats[0]).await.state, State::Waiting);
    assert_eq!(place.sees(chats[1]).await.state, State::Snoozed);
    place.write("off", move |tx, cx| release_all(tx, cx, &Actor::System, maya.id)).await.unwrap();
    let now = place.sees(chats[1]).await;
    assert_eq!((now.state, now.owner_id, now.snoozed_until), (State::Waiting, None, None));
}

async fn only_a_time_to_come_and_only_ones_own_can_be_snoozed(place: Place) {
    let (maya, rui) = (place.agent("Maya").await, place.agent("Rui").await);
    let chat = place.says(&place.visitor(), "Hello?").await;
    let mine = claims(&place, &maya, chat).await;
    for millis in [-SECOND, 0, 367 * DAY] {
        let (me, until) = (maya.clone(), Some(place.clock.now().plus_millis(millis)));
        let wrong = place.write(chat, move |tx, cx| snooze(tx, cx, &me, chat, mine.epoch, until)).await;
        assert!(matches!(refusal(wrong), Rejection::Invalid(_)), "{millis}");
    }
    let late = place.write(chat, move |tx, cx| snooze(tx, cx, &rui, chat, 1, None)).await;
    assert!(matches!(refusal(late), Rejection::NotOwner { .. }));
    let stale = place.write(chat, move |tx, cx| snooze(tx, cx, &maya, chat, 0, None)).await;
    assert!(matches!(refusal(stale), Rejection::StaleEpoch { .. }));
}
