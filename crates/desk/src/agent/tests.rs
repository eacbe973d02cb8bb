//! Stories about accounts, sessions and invitations that need a clock.

use super::session::is_stale;
use super::{accept_invite, get};
use super::{create_invite, end_all_sessions, find_session, forget_expired, list, list_invites, start_session};
use crate::actor::Role;
use crate::error::Rejection;
use crate::tests::{DAY, HOUR, MINUTE, Place, account, refusal};
use crate::token;
use crate::{Actor, AgentActor};

on_both![
    a_session_ends_after_twelve_hours_of_rest,
    a_session_ends_after_seven_days_used_or_not,
    a_busy_session_is_written_down_once_in_ten_minutes,
    what_is_over_is_forgotten_and_said,
    an_invitation_is_good_for_72_hours,
    nobody_is_signed_in_who_is_switched_off,
];

/// A new session of somebody: its token's hash.
async fn signs_in(place: &Place, who: &AgentActor) -> String {
    let (actor, id) = (Actor::Agent(place.ada.clone()), who.id);
    let started = place.write(id, move |tx, cx| {
        let agent = get(tx, &actor, id)?;
        start_session(tx, cx, &agent)
    });
    token::hash(started.await.unwrap().token.reveal())
}

async fn is_good(place: &Place, hash: &str) -> bool {
    let hash = hash.to_owned();
    place.read(move |tx, cx| find_session(tx, cx, &hash)).await.unwrap().is_some()
}

async fn a_session_ends_after_twelve_hours_of_rest(place: Place) {
    let hash = signs_in(&place, &place.ada).await;
    place.clock.advance(12 * HOUR - 1);
    assert!(is_good(&place, &hash).await);
    place.clock.advance(1);
    assert!(!is_good(&place, &hash).await);
    assert!(!is_good(&place, "").await && !is_good(&place, &token::hash("")).await);
}

async fn a_session_ends_after_seven_days_used_or_not(place: Place) {
    let token = place.write("session", |tx, cx| {
        let agent = list(tx, &Actor::System)?.remove(0);
        Ok(start_session(tx, cx, &agent)?.token)
    });
    let token = token.await.unwrap();
    for _ in 0..41 {
        place.clock.advance(4 * HOUR);
        place.forget_sessions();
        assert!(place.desk.agent(token.reveal()).await.unwrap().is_some(), "use keeps it alive");
    }
    place.clock.advance(4 * HOUR);
    place.forget_sessions();
    assert!(place.desk.agent(token.reveal()).await.unwrap().is_none(), "but not for ever");
}

async fn a_busy_session_is_written_down_once_in_ten_minutes(place: Place) {
    let hash = signs_in(&place, &place.ada).await;
    let stale = async || {
        let hash = hash.clone();
        let (_, session) = place.read(move |tx, cx| find_session(tx, cx, &hash)).await.unwrap().unwrap();
        is_stale(place.cx(), &session)
    };
    place.clock.advance(10 * MINUTE);
    assert!(!stale().await);
    place.clock.advance(1);
    assert!(stale().await);
}

async fn what_is_over_is_forgotten_and_said(place: Place) {
    let maya = place.agent("Maya").await;
    let resting = signs_in(&place, &maya).await;
    let ada = Actor::Agent(place.ada.clone());
    place.write("invite", move |tx, cx| create_invite(tx, cx, &ada, Role::Agent)).await.unwrap();
    place.clock.advance(12 * HOUR);
    let fresh = signs_in(&place, &place.ada).await;
    let head = place.head().await;
    place.write("job", forget_expired).await.unwrap();
    assert!(is_good(&place, &fresh).await && !is_good(&place, &resting).await);
    assert_eq!(place.count("SELECT count(*) FROM session").await, 1);
    assert_eq!(place.kinds_after(head).await, ["session.ended"; 3], "each that ended, so that its sockets close");
    assert_eq!(place.count("SELECT count(*) FROM invite").await, 1, "an invitation lives longer");
    place.clock.advance(3 * DAY);
    place.write("job", forget_expired).await.unwrap();
    assert_eq!(place.count("SELECT count(*) FROM invite").await, 0);
    let (ada, id) = (Actor::Agent(place.ada.clone()), maya.id);
    place.write(id, move |tx, cx| end_all_sessions(tx, cx, &ada, id)).await.unwrap();
}

async fn an_invitation_is_good_for_72_hours(place: Place) {
    let ada = Actor::Agent(place.ada.clone());
    let made = place.write("invite", {
        let ada = ada.clone();
        move |tx, cx| Ok([create_invite(tx, cx, &ada, Role::Agent)?.1, create_invite(tx, cx, &ada, Role::Agent)?.1])
    });
    let [first, second] = made.await.unwrap();
    place.clock.advance(72 * HOUR - 1);
    let (token, form) = (first.clone(), account("Maya"));
    place.write("invite", move |tx, cx| accept_invite(tx, cx, &token, &form)).await.unwrap();
    assert_eq!(place.read(move |tx, cx| list_invites(tx, cx, &ada)).await.unwrap().len(), 1);
    place.clock.advance(1);
    for token in [first, second] {
        let form = account("Tom");
        let late = place.write("invite", move |tx, cx| accept_invite(tx, cx, &token, &form)).await;
        assert_eq!(refusal(late), Rejection::InviteNotFound);
    }
    assert_eq!(place.count("SELECT count(*) FROM agent").await, 2);
}

async fn nobody_is_signed_in_who_is_switched_off(place: Place) {
    let maya = place.agent("Maya").await;
    let hash = signs_in(&place, &maya).await;
    place.rewrites("UPDATE agent SET active = 0 WHERE name = 'Maya'").await;
    assert!(!is_good(&place, &hash).await);
    let (actor, id) = (Actor::Agent(place.ada.clone()), maya.id);
    let refused = place.write(id, move |tx, cx| {
        let agent = get(tx, &actor, id)?;
        start_session(tx, cx, &agent)
    });
    assert_eq!(refusal(refused.await), Rejection::SignInFailed);
}
