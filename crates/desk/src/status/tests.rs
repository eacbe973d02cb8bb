//! Stories about statuses, with a clock that the story moves.

use base::{AgentId, Time};

use super::{Now, SILENCE, Status, Wanted, arrive, available, get, history, seen, set, watch};
use crate::actor::Permission;
use crate::conversation::{self, Target};
use crate::error::Rejection;
use crate::tests::{MINUTE, Place, SECOND, refusal};
use crate::{Actor, AgentActor, agent};

on_both![
    a_break_ends_by_itself_and_leads_back,
    whoever_falls_silent_is_away_until_they_are_back,
    a_colleagues_status_needs_the_right_and_a_reason,
    only_available_people_are_offered_work,
    a_transfer_warns_of_who_is_not_there,
    whoever_is_switched_off_keeps_nothing,
];

impl Place {
    async fn is(&self, who: AgentId) -> Now {
        self.read(move |tx, _| get(tx, who)).await.unwrap()
    }

    async fn chooses(&self, me: &AgentActor, status: Status, until: Option<i64>) -> Now {
        let (actor, id) = (Actor::Agent(me.clone()), me.id);
        let wanted = Wanted { status, until: until.map(|ahead| self.cx().now().plus_millis(ahead)), reason: None };
        self.write(id, move |tx, cx| set(tx, cx, &actor, id, &wanted)).await.unwrap()
    }

    async fn watches(&self) -> Vec<AgentId> {
        self.write("status", watch).await.unwrap()
    }

    async fn is_alive(&self, who: AgentId) {
        let at = self.cx().now();
        self.write("status", move |tx, _| seen(tx, &[(who, at)])).await.unwrap();
    }

    async fn spans(&self, who: AgentId) -> Vec<(Status, Option<i64>)> {
        let ada = Actor::Agent(self.ada.clone());
        let spans = self.read(move |tx, _| history(tx, &ada, who, Time(i64::MAX), 100)).await.unwrap();
        spans.into_iter().rev().map(|span| (span.status, span.to.map(|to| to.since(span.from)))).collect()
    }
}

async fn a_break_ends_by_itself_and_leads_back(place: Place) {
    let maya = place.agent("Maya").await;
    assert_eq!(place.is(maya.id).await.status, Status::Available, "from the first sign-in");
    place.chooses(&maya, Status::Training, None).await;
    place.clock.advance(MINUTE);
    let on_break = place.chooses(&maya, Status::Break, Some(MINUTE)).await;
    assert_eq!(on_break.until, Some(place.cx().now().plus_millis(MINUTE)));
    place.clock.advance(MINUTE - 1);
    place.is_alive(maya.id).await;
    place.watches().await;
    assert_eq!(place.is(maya.id).await.status, Status::Break);
    place.clock.advance(1);
    let head = place.head().await;
    place.watches().await;
    let back = place.is(maya.id).await;
    assert_eq!((back.status, back.until, back.set_by), (Status::Training, None, None));
    assert_eq!(place.kinds_after(head).await, ["agent.status_changed"]);
    let spans = [(Status::Available, Some(0)), (Status::Training, Some(MINUTE)), (Status::Break, Some(MINUTE))];
    assert_eq!(place.spans(maya.id).await[..3], spans);
}

async fn whoever_falls_silent_is_away_until_they_are_back(place: Place) {
    let (maya, tom) = (place.agent("Maya").await, place.agent("Tom").await);
    place.clock.advance(SILENCE);
    place.is_alive(place.ada.id).await;
    assert!(place.watches().await.is_empty(), "90 s are not over yet");
    place.clock.advance(1);
    let mut gone = place.watches().await;
    gone.sort();
    let mut both = [maya.id, tom.id];
    both.sort();
    assert_eq!(gone, both);
    let away = place.is(maya.id).await;
    assert_eq!((away.status, away.set_by), (Status::NotAvailable, None));
    assert!(place.watches().await.is_empty(), "once");
    place.clock.advance(MINUTE);
    for who in [maya.id, tom.id] {
        if who == tom.id {
            place.chooses(&tom, Status::NotAvailable, None).await;
        }
        place.write(who, move |tx, cx| arrive(tx, cx, who)).await.unwrap();
    }
    assert_eq!(place.is(maya.id).await.status, Status::Available, "as before");
    assert_eq!(place.is(tom.id).await.status, Status::NotAvailable, "he chose so");
    let spans =
        [(Status::Available, Some(SILENCE + 1)), (Status::NotAvailable, Some(MINUTE)), (Status::Available, None)];
    assert_eq!(place.spans(maya.id).await, spans);
}

async fn a_colleagues_status_needs_the_right_and_a_reason(place: Place) {
    let (maya, tom) = (place.agent("Maya").await, place.agent("Tom").await);
    let sets = async |me: &AgentActor, reason: Option<&str>| {
        let (actor, id) = (Actor::Agent(me.clone()), tom.id);
        let wanted = Wanted { status: Status::Training, until: None, reason: reason.map(str::to_owned) };
        place.write(id, move |tx, cx| set(tx, cx, &actor, id, &wanted)).await
    };
    assert_eq!(refusal(sets(&maya, Some("You should")).await), Rejection::Forbidden);
    assert!(matches!(refusal(sets(&place.ada, Some(" ")).await), Rejection::Invalid(_)));
    let now = sets(&place.ada, Some("New product")).await.unwrap();
    assert_eq!((now.reason.as_deref(), now.set_by.map(|who| who.name)), (Some("New product"), Some("Ada".to_owned())));
    let me = Actor::Agent(maya.clone());
    let asked = place.read(move |tx, _| history(tx, &me, tom.id, Time(i64::MAX), 10)).await;
    assert_eq!(refusal(asked), Rejection::Forbidden);
    let role = place.role("Floor lead", &[Permission::MonitoringRead]).await;
    assert!(!role.permissions.has(Permission::PeopleStatus));
}

async fn only_available_people_are_offered_work(place: Place) {
    let (maya, tom) = (place.agent("Maya").await, place.agent("Tom").await);
    let sales = place.department("Sales", &[&maya, &tom]).await;
    let free = async |department| {
        let free = place.read(move |tx, _| available(tx, department)).await.unwrap();
        free.into_iter().map(|it| (it.agent, it.load, it.limit)).collect::<Vec<_>>()
    };
    let chat = place.says(&place.visitor(), "Hello?").await;
    let me = maya.clone();
    place.write(chat, move |tx, cx| conversation::claim(tx, cx, &me, chat, None)).await.unwrap();
    assert_eq!(free(Some(sales)).await, [(tom.id, 0, 4), (maya.id, 1, 4)], "the least loaded first");
    assert_eq!(free(None).await.len(), 3);
    for status in [Status::Break, Status::Training, Status::FloorSupport, Status::NotAvailable] {
        place.chooses(&tom, status, None).await;
        assert_eq!(free(Some(sales)).await, [(maya.id, 1, 4)], "{status:?}");
    }
}

async fn a_transfer_warns_of_who_is_not_there(place: Place) {
    let maya = place.agent("Maya").await;
    let (sales, empty) = (place.department("Sales", &[&maya]).await, place.department("Empty", &[]).await);
    place.chooses(&maya, Status::Break, None).await;
    let chat = place.says(&place.visitor(), "Hello?").await;
    let hands = async |to, anyway| {
        let (ada, epoch) = (Actor::Agent(place.ada.clone()), place.sees(chat).await.epoch);
        place.write(chat, move |tx, cx| conversation::transfer(tx, cx, &ada, chat, epoch, to, anyway)).await
    };
    let warned = refusal(hands(Target::Agent(maya.id), false).await);
    assert_eq!(warned, Rejection::TargetNotAvailable { name: "Maya".to_owned(), status: Some(Status::Break) });
    for department in [sales, empty] {
        let warned = refusal(hands(Target::Department(department), false).await);
        assert!(matches!(warned, Rejection::TargetNotAvailable { status: None, .. }));
    }
    assert_eq!(place.sees(chat).await.epoch, 0, "a warning changes nothing");
    assert_eq!(hands(Target::Department(empty), true).await.unwrap().department_id, Some(empty));
    assert_eq!(hands(Target::Agent(maya.id), true).await.unwrap().owner_id, Some(maya.id));
    place.chooses(&maya, Status::Available, None).await;
    assert_eq!(hands(Target::Department(sales), false).await.unwrap().owner, None);
}

async fn whoever_is_switched_off_keeps_nothing(place: Place) {
    for round in 0..8 {
        let maya = place.agent(&format!("Maya{round}")).await;
        let chat = place.says(&place.visitor(), "Hello?").await;
        let (me, id) = (maya.clone(), maya.id);
        let ada = Actor::Agent(place.ada.clone());
        let off = agent::Update { active: Some(false), ..Default::default() };
        let (claimed, dismissed) = tokio::join!(
            place.write(("claim", round), move |tx, cx| conversation::claim(tx, cx, &me, chat, None)),
            place.write(("off", round), move |tx, cx| agent::update(tx, cx, &ada, id, &off)),
        );
        dismissed.unwrap();
        if let Err(error) = claimed {
            assert_eq!(refusal::<()>(Err(error)), Rejection::AgentInactive);
        }
        let left = place.sees(chat).await;
        assert_eq!((left.owner_id, left.waiting_since.is_some()), (None, true), "round {round}");
    }
    place.clock.advance(SECOND);
    assert_eq!(place.write("sweep", conversation::sweep).await.unwrap(), 0, "nothing is left to repair");
}
