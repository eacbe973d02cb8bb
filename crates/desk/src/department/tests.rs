//! Stories about departments: who reads what, and what a move shows to whom.

use base::{AgentId, ConversationId, DepartmentId};
use db::Committed;

use super::{Department, New, Update, add_member, create, list, remove_member, update};
use crate::audience::Heard;
use crate::consumer::replay::replay;
use crate::conversation::{self, Target, View};
use crate::error::Rejection;
use crate::tests::{Place, refusal};
use crate::{Actor, AgentActor, draft};

on_both![
    lists_counts_and_drafts_show_what_may_be_read,
    a_move_is_told_to_both_sides_and_to_nobody_else,
    an_owner_from_elsewhere_reads_until_they_give_it_back,
    falling_back_ends_somewhere,
    only_those_with_the_right_change_departments,
];

impl Place {
    /// A department with these members.
    pub async fn department(&self, name: &str, members: &[&AgentActor]) -> DepartmentId {
        let ada = Actor::Agent(self.ada.clone());
        let new = New { name: name.to_owned() };
        let id = self.write("department", move |tx, cx| create(tx, cx, &ada, &new)).await.unwrap().id;
        for member in members {
            self.joins_department(id, member.id).await;
        }
        id
    }

    pub async fn joins_department(&self, id: DepartmentId, agent: AgentId) -> Department {
        let ada = Actor::Agent(self.ada.clone());
        self.write("department", move |tx, cx| add_member(tx, cx, &ada, id, agent)).await.unwrap()
    }

    /// The same person with what they may now.
    pub async fn now(&self, agent: &AgentActor) -> AgentActor {
        let session = agent.session;
        self.read(move |tx, _| crate::agent::renew(tx, &[session])).await.unwrap().remove(0)
    }

    pub async fn moves(&self, id: ConversationId, to: Target) -> conversation::Conversation {
        let (ada, epoch) = (Actor::Agent(self.ada.clone()), self.sees(id).await.epoch);
        self.write(id, move |tx, cx| conversation::transfer(tx, cx, &ada, id, epoch, to, true)).await.unwrap()
    }

    async fn lists(&self, me: &AgentActor, view: View) -> Vec<ConversationId> {
        let mut ids = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let (me, after) = (me.clone(), cursor.clone());
            let page = self.read(move |tx, _| conversation::list(tx, &me, view, after.as_deref(), 2)).await.unwrap();
            ids.extend(page.value.items.iter().map(|it| it.id));
            match page.value.next {
                Some(next) => cursor = Some(next),
                None => return ids,
            }
        }
    }

    async fn hears(&self, me: &AgentActor, after: i64) -> Vec<Committed> {
        let me = me.clone();
        self.read(move |tx, _| Ok(replay(tx, &me, after, 500)?.events)).await.unwrap()
    }
}

async fn lists_counts_and_drafts_show_what_may_be_read(place: Place) {
    let (maya, tom) = (place.agent("Maya").await, place.agent("Tom").await);
    let sales = place.department("Sales", &[&maya]).await;
    let support = place.department("Support", &[&maya, &tom]).await;
    let (maya, tom) = (place.now(&maya).await, place.now(&tom).await);
    let mut chats = Vec::new();
    for _ in 0..6 {
        place.clock.advance(61_000);
        chats.push(place.says(&place.visitor(), "Hello?").await);
    }
    for id in [chats[0], chats[2]] {
        place.moves(id, Target::Department(sales)).await;
    }
    place.moves(chats[4], Target::Department(support)).await;
    let down = |ids: &[usize]| ids.iter().rev().map(|index| chats[*index]).collect::<Vec<_>>();
    assert_eq!(place.lists(&place.ada, View::All).await, down(&[0, 1, 2, 3, 4, 5]));
    assert_eq!(place.lists(&maya, View::All).await, down(&[0, 1, 2, 3, 4, 5]));
    assert_eq!(place.lists(&tom, View::All).await, down(&[1, 3, 4, 5]));
    let mut waiting = place.lists(&tom, View::Waiting).await;
    waiting.sort();
    assert_eq!(waiting, [chats[1], chats[3], chats[4], chats[5]]);
    let counted = |me: AgentActor| place.read(move |tx, _| conversation::counts(tx, &me));
    assert_eq!(counted(tom.clone()).await.unwrap().all, 4);
    assert_eq!(counted(tom.clone()).await.unwrap().waiting, 4);
    assert_eq!(counted(place.ada.clone()).await.unwrap().all, 6);
    let (me, id) = (tom.clone(), chats[0]);
    let kept = place.write(id, move |tx, cx| draft::save(tx, cx, &me, id, draft::Mode::Note, "?")).await;
    assert_eq!(refusal(kept), Rejection::NotFound);
    let (me, open) = (tom.clone(), chats[1]);
    place.write(open, move |tx, cx| draft::save(tx, cx, &me, open, draft::Mode::Note, "mine")).await.unwrap();
    place.moves(open, Target::Department(sales)).await;
    let me = tom.clone();
    assert!(
        place.read(move |tx, _| draft::list(tx, &me)).await.unwrap().is_empty(),
        "out of sight with its conversation"
    );
    for (me, id) in [(tom.clone(), chats[0]), (tom.clone(), open)] {
        let actor = Actor::Agent(me.clone());
        assert_eq!(refusal(place.read(move |tx, _| conversation::get(tx, &actor, id)).await), Rejection::NotFound);
        let taken = place.write(id, move |tx, cx| conversation::claim(tx, cx, &me, id, None)).await;
        assert_eq!(refusal(taken), Rejection::NotFound);
    }
}

async fn a_move_is_told_to_both_sides_and_to_nobody_else(place: Place) {
    let (maya, tom, noor) = (place.agent("Maya").await, place.agent("Tom").await, place.agent("Noor").await);
    let sales = place.department("Sales", &[&maya]).await;
    let support = place.department("Support", &[&tom]).await;
    let (maya, tom, noor) = (place.now(&maya).await, place.now(&tom).await, place.now(&noor).await);
    let visitor = place.visitor();
    let chat = place.says(&visitor, "Hello?").await;
    let kinds = async |me: &AgentActor, after| {
        let heard = place.hears(me, after).await;
        heard.into_iter().map(|event| event.kind.to_string()).collect::<Vec<_>>()
    };
    let head = place.head().await;
    place.moves(chat, Target::Department(sales)).await;
    assert_eq!(kinds(&maya, head).await, ["conversation.transferred"]);
    assert_eq!(kinds(&noor, head).await, ["conversation.hidden"]);
    let head = place.head().await;
    place.says(&visitor, "Is anybody there?").await;
    place.moves(chat, Target::Department(support)).await;
    assert_eq!(kinds(&maya, head).await, ["conversation.hidden"], "nor what was said before, once it is gone");
    assert!(kinds(&noor, head).await.is_empty());
    let gained = place.hears(&tom, head).await;
    let moved = gained.iter().find(|event| event.kind == "conversation.transferred").unwrap();
    let body: serde_json::Value = serde_json::from_str(&moved.body).unwrap();
    assert_eq!(body["conversation"]["preview"], "Is anybody there?", "who gains sight gets all of it");
    assert_eq!(body["department_id"], support.to_string());
    for event in place.events_after(0).await.iter().filter(|event| event.conversation_id.is_some()) {
        let heard = Heard::read(&event.audience);
        assert!(heard.is_farewell() || heard.has(&place.ada), "who may read everything hears everything");
    }
}

async fn an_owner_from_elsewhere_reads_until_they_give_it_back(place: Place) {
    let (maya, tom) = (place.agent("Maya").await, place.agent("Tom").await);
    let sales = place.department("Sales", &[&maya]).await;
    let (maya, tom) = (place.now(&maya).await, place.now(&tom).await);
    let chat = place.says(&place.visitor(), "Hello?").await;
    place.moves(chat, Target::Department(sales)).await;
    let owned = place.moves(chat, Target::Agent(tom.id)).await;
    assert_eq!((owned.owner_id, owned.department_id), (Some(tom.id), Some(sales)));
    assert_eq!(place.lists(&tom, View::All).await, [chat]);
    assert_eq!(place.lists(&tom, View::Mine).await, [chat]);
    let head = place.head().await;
    let (actor, epoch) = (Actor::Agent(tom.clone()), owned.epoch);
    place.write(chat, move |tx, cx| conversation::release(tx, cx, &actor, chat, epoch)).await.unwrap();
    let farewell: Vec<_> = place.hears(&tom, head).await.iter().map(|event| event.kind.to_string()).collect();
    assert_eq!(farewell, ["conversation.hidden"]);
    let released: Vec<_> = place.hears(&maya, head).await.iter().map(|event| event.kind.to_string()).collect();
    assert_eq!(released, ["conversation.released"]);
    assert!(place.lists(&tom, View::All).await.is_empty());
}

async fn falling_back_ends_somewhere(place: Place) {
    let sales = place.department("Sales", &[]).await;
    let support = place.department("Support", &[]).await;
    let falls_back = async |id: DepartmentId, to: Option<DepartmentId>| {
        let (ada, wanted) = (Actor::Agent(place.ada.clone()), Update { fallback_id: Some(to), ..Update::default() });
        place.write("department", move |tx, cx| update(tx, cx, &ada, id, &wanted)).await
    };
    assert!(matches!(refusal(falls_back(sales, Some(sales)).await), Rejection::Invalid(_)));
    falls_back(sales, Some(support)).await.unwrap();
    assert!(matches!(refusal(falls_back(support, Some(sales)).await), Rejection::Invalid(_)));
    falls_back(sales, None).await.unwrap();
    falls_back(support, Some(sales)).await.unwrap();
}

async fn only_those_with_the_right_change_departments(place: Place) {
    let maya = place.agent("Maya").await;
    let sales = place.department("Sales", &[&maya]).await;
    let head = place.head().await;
    let me = Actor::Agent(maya.clone());
    let actor = me.clone();
    let joined = place.write("department", move |tx, cx| add_member(tx, cx, &actor, sales, maya.id)).await;
    assert_eq!(refusal(joined), Rejection::Forbidden);
    let (ada, mayas) = (Actor::Agent(place.ada.clone()), maya.id);
    let named = New { name: " sales ".to_owned() };
    let twice = place.write("department", move |tx, cx| create(tx, cx, &ada, &named)).await;
    assert!(matches!(refusal(twice), Rejection::Invalid(_)));
    assert!(place.kinds_after(head).await.is_empty());
    let again = place.joins_department(sales, mayas).await;
    assert_eq!(again.members, [mayas]);
    assert!(place.kinds_after(head).await.is_empty(), "who is in it already joins nothing");
    let ada = Actor::Agent(place.ada.clone());
    place.write("department", move |tx, cx| remove_member(tx, cx, &ada, sales, mayas)).await.unwrap();
    assert_eq!(place.kinds_after(head).await, ["department.updated"]);
    assert!(place.read(move |tx, _| list(tx, &me)).await.unwrap()[0].members.is_empty());
    assert_eq!(place.kinds_after(0).await.iter().filter(|kind| *kind == "department.created").count(), 1);
}
