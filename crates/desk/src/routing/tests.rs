//! Stories about who gets which conversation, told with a clock that stands still until it is moved.

use base::{AgentId, ConversationId};

use super::model::{Mode, RING, RuleUpdate};
use super::{Passed, arrive, decline, follow_ups, leave, offers, pass, ring_again, set_inbox_rule, set_return_after};
use crate::conversation::{self, State, Target, claim, sweep, transfer};
use crate::error::Rejection;
use crate::tests::{MINUTE, Place, SECOND, refusal};
use crate::{Actor, AgentActor, agent, job};

on_both![
    the_first_to_accept_has_it_and_the_others_are_told_who,
    a_ring_that_nobody_takes_is_missed_and_kept_as_a_follow_up,
    when_everybody_passes_it_ends_before_its_time,
    who_comes_later_is_offered_it_and_who_is_gone_is_not,
    what_rang_for_somebody_who_was_switched_off_goes_on_to_others,
    no_more_ring_than_could_be_taken,
    only_those_it_rings_for_may_take_it,
    the_least_loaded_gets_the_next_one_up_to_the_limit,
    a_free_place_is_filled_with_who_waits_longest,
    the_chats_of_somebody_who_stays_away_go_back,
    a_node_that_dies_takes_its_people_with_it,
    sixteen_race_for_one_while_it_is_given_away_and_times_out,
    a_manual_inbox_hands_out_nothing,
    a_lost_timer_is_found_and_counted,
];

const NODE: &str = "node-1";

async fn hands_out(place: &Place, mode: Mode, chat_limit: i64) {
    let (ada, inbox) = (Actor::Agent(place.ada.clone()), place.inbox.id);
    let update = RuleUpdate { mode, chat_limit: Some(chat_limit) };
    place.write("rule", move |tx, cx| set_inbox_rule(tx, cx, &ada, inbox, update)).await.unwrap();
}

async fn comes(place: &Place, who: &AgentActor) {
    let id = who.id;
    place.write("presence", move |tx, cx| arrive(tx, cx, id, NODE)).await.unwrap();
}

async fn goes(place: &Place, who: &AgentActor) {
    let id = who.id;
    place.write("presence", move |tx, cx| leave(tx, cx, id, NODE)).await.unwrap();
}

async fn looks(place: &Place) -> Passed {
    place.write("routing", |tx, cx| pass(tx, cx, NODE)).await.unwrap()
}

async fn timers_ring(place: &Place) {
    while job::once(&place.desk, "story", &job::Errands::default()).await.unwrap() {}
}

/// Time passes while the node says every ten seconds that it is there, and who.
async fn lasts(place: &Place, millis: i64, here: &[AgentId]) {
    let mut left = millis;
    while left > 0 {
        let here = here.to_vec();
        place.write("presence", move |tx, cx| super::is_here(tx, cx, NODE, &here)).await.unwrap();
        place.clock.advance(left.min(10 * SECOND));
        left -= 10 * SECOND;
        timers_ring(place).await;
    }
}

async fn rings_for(place: &Place, who: &AgentActor) -> Vec<ConversationId> {
    let me = who.clone();
    let offered = place.read(move |tx, cx| offers(tx, cx, &me)).await.unwrap();
    offered.items.iter().map(|offer| offer.conversation_id).collect()
}

async fn takes(place: &Place, who: &AgentActor, id: ConversationId, round: Option<i64>) -> crate::Result<i64> {
    let me = who.clone();
    Ok(place.write(id, move |tx, cx| claim(tx, cx, &me, id, round)).await?.epoch)
}

async fn passes(place: &Place, who: &AgentActor, id: ConversationId, round: i64) {
    let me = who.clone();
    place.write(id, move |tx, cx| decline(tx, cx, &me, id, round)).await.unwrap();
}

/// Two colleagues who are here, an inbox that rings, and one chat that rings for both.
async fn ringing(place: &Place) -> (AgentActor, AgentActor, ConversationId) {
    let (maya, rui) = (place.agent("Maya").await, place.agent("Rui").await);
    hands_out(place, Mode::Ring, 4).await;
    comes(place, &maya).await;
    comes(place, &rui).await;
    let chat = place.says(&place.visitor(), "How much is it for 40 seats?").await;
    assert_eq!(looks(place).await, Passed { rang: 1, ..Passed::default() });
    (maya, rui, chat)
}

async fn the_first_to_accept_has_it_and_the_others_are_told_who(place: Place) {
    let (maya, rui, chat) = ringing(&place).await;
    let it = place.sees(chat).await;
    assert_eq!((it.state, it.epoch), (State::PendingAcceptance, 1));
    assert_eq!(it.ringing_until, Some(place.clock.now().plus_millis(RING)));
    let me = maya.clone();
    let offered = place.read(move |tx, cx| offers(tx, cx, &me)).await.unwrap();
    let offer = &offered.items[0];
    assert_eq!((offer.round, offer.preview.as_str()), (1, "How much is it for 40 seats?"));
    assert_eq!((offer.deadline, offered.now), (it.ringing_until.unwrap(), place.clock.now()));
    let events = place.events_after(0).await;
    let told = events.iter().find(|event| event.kind == "conversation.offered").unwrap();
    let (mut both, mut ids) = (told.audience.clone(), [maya.id.to_string(), rui.id.to_string()]);
    ids.sort();
    both = both.trim_start_matches("these:").to_owned();
    assert_eq!(both, ids.join(","), "exactly those two are told");
    assert_eq!(takes(&place, &rui, chat, Some(1)).await.unwrap(), 2);
    let late = refusal(takes(&place, &maya, chat, Some(1)).await);
    assert_eq!(late, Rejection::AlreadyClaimed { owner: rui.who() });
    assert!(rings_for(&place, &maya).await.is_empty());
    place.clock.advance(RING);
    timers_ring(&place).await;
    let it = place.sees(chat).await;
    assert_eq!((it.owner_id, it.missed_at, it.ringing_until), (Some(rui.id), None, None), "the timer finds it taken");
    assert_eq!(place.count("SELECT count(*) FROM offer WHERE answer = 'accepted'").await, 1);
    assert_eq!(place.count("SELECT count(*) FROM offer WHERE answer = 'lost'").await, 1);
}

async fn a_ring_that_nobody_takes_is_missed_and_kept_as_a_follow_up(place: Place) {
    let (maya, _, chat) = ringing(&place).await;
    place.clock.advance(RING - 1);
    timers_ring(&place).await;
    assert_eq!(place.sees(chat).await.state, State::PendingAcceptance, "not a moment early");
    place.clock.advance(1);
    assert_eq!(refusal(takes(&place, &maya, chat, Some(1)).await), Rejection::OfferOver, "nor accepted late");
    timers_ring(&place).await;
    let it = place.sees(chat).await;
    assert_eq!((it.state, it.waiting_since, it.missed_at), (State::Waiting, None, Some(place.clock.now())));
    assert_eq!(refusal(takes(&place, &maya, chat, Some(1)).await), Rejection::OfferOver);
    let kinds = place.kinds_after(0).await;
    assert!(kinds.iter().any(|kind| kind == "conversation.rang"));
    assert!(kinds.ends_with(&["conversation.missed".to_owned(), "follow_up.created".to_owned()]), "{kinds:?}");
    assert_eq!(looks(&place).await, Passed::default(), "what was missed does not ring by itself");
    assert_eq!(place.write("job", sweep).await.unwrap(), 0, "nor is it an orphan");
    let ada = Actor::Agent(place.ada.clone());
    let kept = place.read(move |tx, _| follow_ups(tx, &ada)).await.unwrap();
    assert_eq!((kept.len(), kept[0].conversation_id, kept[0].reason.as_str()), (1, chat, "missed"));
    let (me, ada) = (Actor::Agent(maya.clone()), Actor::Agent(place.ada.clone()));
    let refused = place.write(chat, move |tx, cx| ring_again(tx, cx, &me, chat, 2)).await;
    assert_eq!(refusal(refused), Rejection::Forbidden);
    let again = place.write(chat, move |tx, cx| ring_again(tx, cx, &ada, chat, 2)).await.unwrap();
    assert_eq!((again.state, again.missed_at, again.epoch), (State::Waiting, None, 3));
    assert_eq!(looks(&place).await.rang, 1);
    assert_eq!(takes(&place, &maya, chat, Some(4)).await.unwrap(), 5);
}

async fn when_everybody_passes_it_ends_before_its_time(place: Place) {
    let (maya, rui, chat) = ringing(&place).await;
    passes(&place, &maya, chat, 1).await;
    assert_eq!((rings_for(&place, &maya).await.len(), rings_for(&place, &rui).await), (0, vec![chat]));
    looks(&place).await;
    assert!(rings_for(&place, &maya).await.is_empty(), "who passed is not asked again");
    passes(&place, &maya, chat, 1).await;
    assert_eq!(place.sees(chat).await.state, State::PendingAcceptance, "passing twice is one pass");
    passes(&place, &rui, chat, 1).await;
    assert_eq!(place.sees(chat).await.missed_at, Some(place.clock.now()));
    passes(&place, &rui, chat, 1).await;
    assert_eq!(place.sees(chat).await.epoch, 2);
    let kinds = place.kinds_after(0).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "offer.passed").count(), 2);
}

async fn who_comes_later_is_offered_it_and_who_is_gone_is_not(place: Place) {
    let (maya, rui, chat) = ringing(&place).await;
    let late = place.agent("Zoe").await;
    comes(&place, &late).await;
    place.clock.advance(10 * SECOND);
    looks(&place).await;
    assert_eq!(rings_for(&place, &late).await, [chat], "with the same deadline");
    for who in [&maya, &rui] {
        goes(&place, who).await;
    }
    looks(&place).await;
    assert_eq!(rings_for(&place, &maya).await, [chat], "a tab that closed may come back");
    takes(&place, &late, chat, Some(1)).await.unwrap();
    let next = place.says(&place.visitor(), "Hello?").await;
    looks(&place).await;
    assert_eq!((rings_for(&place, &late).await.len(), rings_for(&place, &maya).await.len()), (1, 0));
    goes(&place, &late).await;
    place.clock.advance(20 * SECOND);
    comes(&place, &maya).await;
    looks(&place).await;
    assert_eq!(rings_for(&place, &maya).await, [next]);
}

async fn what_rang_for_somebody_who_was_switched_off_goes_on_to_others(place: Place) {
    let (maya, rui, chat) = ringing(&place).await;
    let head = place.head().await;
    for who in [&maya, &rui] {
        let (ada, id) = (Actor::Agent(place.ada.clone()), who.id);
        let off = agent::Update { active: Some(false), ..agent::Update::default() };
        place.write(id, move |tx, cx| agent::update(tx, cx, &ada, id, &off)).await.unwrap();
        looks(&place).await;
    }
    let it = place.sees(chat).await;
    assert_eq!((it.state, it.missed_at), (State::Waiting, None), "nobody said no: it waits");
    assert_eq!(it.waiting_since, Some(it.created_at), "and keeps its place");
    let kinds = place.kinds_after(head).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "offer.withdrawn").count(), 2);
    assert!(rings_for(&place, &maya).await.is_empty());
    comes(&place, &place.ada).await;
    assert_eq!(looks(&place).await.rang, 1);
    assert_eq!(rings_for(&place, &place.ada).await, [chat]);
}

async fn no_more_ring_than_could_be_taken(place: Place) {
    let maya = place.agent("Maya").await;
    hands_out(&place, Mode::Ring, 2).await;
    comes(&place, &maya).await;
    let mut chats = Vec::new();
    for _ in 0..4 {
        chats.push(place.says(&place.visitor(), "Hello?").await);
        place.clock.advance(SECOND);
    }
    assert_eq!(looks(&place).await.rang, 2);
    let offered = rings_for(&place, &maya).await;
    assert_eq!(offered, chats[..2], "the oldest first");
    for chat in &chats[..2] {
        takes(&place, &maya, *chat, Some(1)).await.unwrap();
    }
    assert_eq!(looks(&place).await, Passed::default(), "at the limit nothing rings");
    place.clock.advance(RING);
    timers_ring(&place).await;
    assert_eq!(place.count("SELECT count(*) FROM conversation WHERE missed_at IS NOT NULL").await, 0);
}

async fn only_those_it_rings_for_may_take_it(place: Place) {
    let (maya, _, chat) = ringing(&place).await;
    let tom = place.agent("Tom").await;
    assert_eq!(refusal(takes(&place, &tom, chat, None).await), Rejection::NotOffered);
    let (me, to) = (Actor::Agent(tom.clone()), tom.id);
    let sly = place.write(chat, move |tx, cx| transfer(tx, cx, &me, chat, 1, Target::Agent(to), true)).await;
    assert_eq!(refusal(sly), Rejection::NotOffered);
    let me = Actor::Agent(tom.clone());
    let sly = place.write(chat, move |tx, cx| conversation::resolve(tx, cx, &me, chat, 1)).await;
    assert_eq!(refusal(sly), Rejection::NotOffered);
    let (ada, to) = (Actor::Agent(place.ada.clone()), tom.id);
    place.write(chat, move |tx, cx| transfer(tx, cx, &ada, chat, 1, Target::Agent(to), true)).await.unwrap();
    assert_eq!(refusal(takes(&place, &maya, chat, Some(1)).await), Rejection::AlreadyClaimed { owner: tom.who() });
    assert_eq!(place.count("SELECT count(*) FROM offer WHERE answer IS NULL").await, 0);
}

async fn the_least_loaded_gets_the_next_one_up_to_the_limit(place: Place) {
    let (maya, rui) = (place.agent("Maya").await, place.agent("Rui").await);
    hands_out(&place, Mode::Automatic, 2).await;
    comes(&place, &maya).await;
    let first = place.says(&place.visitor(), "Hello?").await;
    assert_eq!(looks(&place).await, Passed { assigned: 1, ..Passed::default() });
    assert_eq!(place.sees(first).await.owner_id, Some(maya.id));
    comes(&place, &rui).await;
    for _ in 0..4 {
        place.clock.advance(SECOND);
        place.says(&place.visitor(), "Hello?").await;
        looks(&place).await;
    }
    let theirs = "SELECT count(*) FROM conversation WHERE owner_id IS NOT NULL GROUP BY owner_id ORDER BY 1 LIMIT 1";
    assert_eq!(place.count(theirs).await, 2, "both have their two");
    assert_eq!(place.count("SELECT count(*) FROM conversation WHERE waiting_since IS NOT NULL").await, 1);
}

async fn a_free_place_is_filled_with_who_waits_longest(place: Place) {
    let maya = place.agent("Maya").await;
    hands_out(&place, Mode::Automatic, 1).await;
    let mut chats = Vec::new();
    for _ in 0..3 {
        chats.push(place.says(&place.visitor(), "Hello?").await);
        place.clock.advance(SECOND);
    }
    assert_eq!(looks(&place).await, Passed::default(), "nobody is here");
    comes(&place, &maya).await;
    for chat in chats {
        assert_eq!(looks(&place).await.assigned, 1);
        let it = place.sees(chat).await;
        assert_eq!(it.owner_id, Some(maya.id));
        let me = Actor::Agent(maya.clone());
        place.write(chat, move |tx, cx| conversation::resolve(tx, cx, &me, chat, it.epoch)).await.unwrap();
    }
}

async fn the_chats_of_somebody_who_stays_away_go_back(place: Place) {
    let (maya, rui) = (place.agent("Maya").await, place.agent("Rui").await);
    hands_out(&place, Mode::Manual, 4).await;
    for who in [&maya, &rui] {
        comes(&place, who).await;
    }
    let (hers, his) = (place.says(&place.visitor(), "One").await, place.says(&place.visitor(), "Two").await);
    takes(&place, &maya, hers, None).await.unwrap();
    takes(&place, &rui, his, None).await.unwrap();
    for who in [&maya, &rui] {
        goes(&place, who).await;
    }
    lasts(&place, 80 * SECOND, &[]).await;
    lasts(&place, 10 * SECOND, &[rui.id]).await;
    let kinds = place.kinds_after(0).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "agent.left").count(), 1, "Rui came back in time");
    lasts(&place, 8 * MINUTE + 29 * SECOND, &[rui.id]).await;
    assert_eq!(place.sees(hers).await.owner_id, Some(maya.id), "not before ten minutes are over");
    lasts(&place, SECOND, &[rui.id]).await;
    let it = place.sees(hers).await;
    assert_eq!((it.owner_id, it.state, it.waiting_since), (None, State::Waiting, Some(place.clock.now())));
    assert_eq!(place.sees(his).await.owner_id, Some(rui.id));
    let ada = Actor::Agent(place.ada.clone());
    let wrong = place.write("rule", move |tx, cx| set_return_after(tx, cx, &ada, 5_000)).await;
    assert!(matches!(refusal(wrong), Rejection::Invalid(_)));
}

async fn a_node_that_dies_takes_its_people_with_it(place: Place) {
    let (maya, _, chat) = ringing(&place).await;
    place.clock.advance(RING);
    timers_ring(&place).await;
    assert!(place.sees(chat).await.missed_at.is_some());
    place.clock.advance(59 * SECOND);
    timers_ring(&place).await;
    place.clock.advance(SECOND);
    timers_ring(&place).await;
    let kinds = place.kinds_after(0).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "agent.left").count(), 2, "the node said nothing for 90 s");
    let next = place.says(&place.visitor(), "Hello?").await;
    assert_eq!(looks(&place).await, Passed::default());
    let id = maya.id;
    place.write("presence", move |tx, cx| super::is_here(tx, cx, "node-2", &[id])).await.unwrap();
    assert_eq!(looks(&place).await.rang, 1);
    assert_eq!(rings_for(&place, &maya).await, [next]);
}

/// Sixteen accept at the same moment while an administrator gives it away and its time runs out.
async fn sixteen_race_for_one_while_it_is_given_away_and_times_out(place: Place) {
    hands_out(&place, Mode::Ring, 50).await;
    let mut agents = Vec::new();
    for number in 0..16 {
        let who = place.agent(&format!("Agent{number}")).await;
        comes(&place, &who).await;
        agents.push(who);
    }
    let other = place.agent("Other").await;
    let here: Vec<AgentId> = agents.iter().map(|who| who.id).collect();
    for round in 0..12 {
        let agents_here = here.clone();
        place.write("presence", move |tx, cx| super::is_here(tx, cx, NODE, &agents_here)).await.unwrap();
        let chat = place.says(&place.visitor(), "Hello?").await;
        assert_eq!(looks(&place).await.rang, 1);
        let mut racing = tokio::task::JoinSet::new();
        for who in agents.clone() {
            let desk = place.desk.clone();
            racing.spawn(async move {
                let claimed = desk.write(who.id, move |tx, cx| claim(tx, cx, &who, chat, Some(1))).await;
                claimed.map(|it| it.owner.unwrap().id).map_err(|error| refusal::<()>(Err(error)))
            });
        }
        if round % 3 == 0 {
            let (desk, ada, to) = (place.desk.clone(), Actor::Agent(place.ada.clone()), other.id);
            racing.spawn(async move {
                let given =
                    desk.write("ada", move |tx, cx| transfer(tx, cx, &ada, chat, 1, Target::Agent(to), true)).await;
                given.map(|it| it.owner.unwrap().id).map_err(|error| refusal::<()>(Err(error)))
            });
        }
        if round % 2 == 0 {
            place.clock.advance(RING);
            timers_ring(&place).await;
        }
        let mut winners = Vec::new();
        while let Some(done) = racing.join_next().await {
            match done.unwrap() {
                Ok(winner) => winners.push(winner),
                Err(Rejection::AlreadyClaimed { .. } | Rejection::OfferOver | Rejection::StaleEpoch { .. }) => {}
                Err(other) => panic!("a loser was told {other:?}"),
            }
        }
        let it = place.sees(chat).await;
        assert!(winners.len() <= 1, "{winners:?} all won");
        assert_eq!(winners.first().cloned(), it.owner.map(|owner| owner.id), "who was told so has it");
        assert_eq!(it.missed_at.is_some(), winners.is_empty());
        assert_eq!((it.epoch, it.ringing_until), (2, None), "one thing happened");
        let ada = Actor::Agent(place.ada.clone());
        place.write(chat, move |tx, cx| conversation::resolve(tx, cx, &ada, chat, 2)).await.unwrap();
    }
    assert_eq!(place.write("job", sweep).await.unwrap(), 0);
    assert_eq!(place.count("SELECT count(*) FROM offer WHERE answer IS NULL").await, 0);
}

async fn a_manual_inbox_hands_out_nothing(place: Place) {
    comes(&place, &place.ada).await;
    let chat = place.says(&place.visitor(), "Hello?").await;
    assert!(!place.read(|tx, _| super::has_work(tx)).await.unwrap());
    assert_eq!(looks(&place).await, Passed::default());
    assert_eq!(place.sees(chat).await.epoch, 0);
    hands_out(&place, Mode::Ring, 4).await;
    assert!(place.read(|tx, _| super::has_work(tx)).await.unwrap());
    looks(&place).await;
    hands_out(&place, Mode::Manual, 4).await;
    assert_eq!(looks(&place).await.ended, 1, "what rang goes back to the queue when ringing is switched off");
    assert_eq!(place.sees(chat).await.state, State::Waiting);
}

async fn a_lost_timer_is_found_and_counted(place: Place) {
    let (_, _, chat) = ringing(&place).await;
    place.rewrites("DELETE FROM job WHERE kind = 'ring.end'").await;
    place.clock.advance(RING + 5 * SECOND);
    assert_eq!(place.write("job", super::sweep).await.unwrap(), 0);
    place.clock.advance(SECOND);
    assert_eq!(place.write("job", super::sweep).await.unwrap(), 1);
    assert!(place.sees(chat).await.missed_at.is_some());
}
