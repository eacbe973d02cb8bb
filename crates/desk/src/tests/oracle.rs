//! Who may read what, told twice: by the product's lists, and by an oracle that keeps its own books and knows nothing of
//! `authorize` or of SQL. A few thousand random questions to a company that keeps changing must get the same answer from both.

use std::collections::{BTreeMap, BTreeSet};

use base::{AgentId, ConversationId, DepartmentId};

use super::Place;
use crate::actor::{Permission, Permissions, Role};
use crate::consumer::replay::replay;
use crate::conversation::{self, Target, ThreadRange, View};
use crate::{Actor, AgentActor, agent, department, draft, role, search, trail};

on_both![every_list_is_what_the_oracle_says];

const AGENTS: usize = 8;
const DEPARTMENTS: usize = 4;
const CONVERSATIONS: usize = 60;
const ROUNDS: usize = 50;
/// Questions of one round.
const QUESTIONS: usize = 50;
/// So many lists are compared at least, on each engine.
const LISTS: usize = 2_500;

/// What the story itself knows of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    department: Option<usize>,
    owner: Option<usize>,
    open: bool,
}

/// The oracle's books.
struct Books {
    conversations: BTreeMap<ConversationId, Known>,
    members: BTreeSet<(usize, usize)>,
    reads_all: [bool; AGENTS],
}

impl Books {
    /// The rule in the words of docs/api-design.md.
    fn may_read(&self, agent: usize, it: Known) -> bool {
        self.reads_all[agent]
            || it.owner == Some(agent)
            || it.department.is_none_or(|department| self.members.contains(&(agent, department)))
    }

    fn readable(&self, agent: usize, fits: impl Fn(Known) -> bool) -> BTreeSet<ConversationId> {
        let found = self.conversations.iter().filter(|(_, it)| self.may_read(agent, **it) && fits(**it));
        found.map(|(id, _)| *id).collect()
    }
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

struct World {
    place: Place,
    books: Books,
    ids: Vec<AgentId>,
    actors: Vec<AgentActor>,
    departments: Vec<DepartmentId>,
}

impl World {
    async fn new(place: Place) -> Self {
        let ada = Actor::Agent(place.ada.clone());
        let mut departments = Vec::new();
        for index in 0..DEPARTMENTS {
            let (ada, new) = (ada.clone(), department::New { name: format!("Department {index}") });
            departments.push(
                place.write("world", move |tx, cx| Ok(department::create(tx, cx, &ada, &new)?.id)).await.unwrap(),
            );
        }
        let mut actors = Vec::new();
        for index in 0..AGENTS {
            actors.push(place.agent(&format!("Agent{index}")).await);
        }
        let mut reads_all = [false; AGENTS];
        // one who reads everything, and two with roles that allow a lot but not that
        let roles: [(usize, Permissions); 3] = [
            (0, [Permission::ConversationReadAll].into_iter().collect()),
            (1, Permission::ALL.iter().copied().filter(|it| *it != Permission::ConversationReadAll).collect()),
            (2, Permissions::NONE),
        ];
        for (index, permissions) in roles {
            reads_all[index] = permissions.has(Permission::ConversationReadAll);
            let (ada, id) = (ada.clone(), actors[index].id);
            let new = role::New { name: format!("Role {index}"), permissions };
            let change = move |tx: &mut db::Tx<'_>, cx: &crate::Context| {
                let role = Role::Custom(role::create(tx, cx, &ada, &new)?.id);
                let update = agent::Update { role: Some(role), ..agent::Update::default() };
                agent::update(tx, cx, &ada, id, &update)
            };
            place.write("world", change).await.unwrap();
        }
        let mut conversations = BTreeMap::new();
        for index in 0..CONVERSATIONS {
            let visitor = place.visitor();
            let id = place.says(&visitor, &format!("lamp number {index}")).await;
            conversations.insert(id, Known { department: None, owner: None, open: true });
        }
        let ids = actors.iter().map(|it| it.id).collect();
        let books = Books { conversations, members: BTreeSet::new(), reads_all };
        Self { place, books, ids, actors, departments }
    }

    /// Something changes in the company, and in the books.
    async fn turns(&mut self, dice: &mut Dice) {
        let ada = Actor::Agent(self.place.ada.clone());
        let keys: Vec<ConversationId> = self.books.conversations.keys().copied().collect();
        let id = keys[dice.roll(keys.len())];
        let known = self.books.conversations[&id];
        let (agent, department) = (dice.roll(AGENTS), dice.roll(DEPARTMENTS));
        let epoch = self.place.sees(id).await.epoch;
        let (to_agent, to_department) = (self.ids[agent], self.departments[department]);
        let after = match dice.roll(6) {
            0 | 1 if known.open => {
                let to = Target::Department(to_department);
                let moved = move |tx: &mut db::Tx<'_>, cx: &crate::Context| {
                    conversation::transfer(tx, cx, &ada, id, epoch, to, true).map(drop)
                };
                self.place.write(id, moved).await.unwrap();
                Known { department: Some(department), owner: None, ..known }
            }
            2 if known.open => {
                let moved = move |tx: &mut db::Tx<'_>, cx: &crate::Context| {
                    conversation::transfer(tx, cx, &ada, id, epoch, Target::Agent(to_agent), true).map(drop)
                };
                self.place.write(id, moved).await.unwrap();
                Known { owner: Some(agent), ..known }
            }
            // what nobody had would stay with whoever resolves it
            3 if known.open && known.owner.is_some() => {
                self.place
                    .write(id, move |tx, cx| conversation::resolve(tx, cx, &ada, id, epoch).map(drop))
                    .await
                    .unwrap();
                Known { open: false, ..known }
            }
            3 if !known.open => {
                let open = move |tx: &mut db::Tx<'_>, cx: &crate::Context| {
                    conversation::reopen(tx, cx, &ada, id, epoch, None).map(drop)
                };
                self.place.write(id, open).await.unwrap();
                Known { open: true, owner: None, ..known }
            }
            4 => {
                let add = move |tx: &mut db::Tx<'_>, cx: &crate::Context| {
                    department::add_member(tx, cx, &ada, to_department, to_agent).map(drop)
                };
                self.place.write("world", add).await.unwrap();
                self.books.members.insert((agent, department));
                known
            }
            5 => {
                let remove = move |tx: &mut db::Tx<'_>, cx: &crate::Context| {
                    department::remove_member(tx, cx, &ada, to_department, to_agent).map(drop)
                };
                self.place.write("world", remove).await.unwrap();
                self.books.members.remove(&(agent, department));
                known
            }
            _ => known,
        };
        self.books.conversations.insert(id, after);
    }

    /// Everybody's rights as they are now.
    async fn looks_up(&mut self) {
        let sessions: Vec<_> = self.actors.iter().map(|it| it.session).collect();
        self.actors = self.place.read(move |tx, _| agent::renew(tx, &sessions)).await.unwrap();
    }

    /// One list for one agent, from the product and from the books.
    async fn asks(&self, dice: &mut Dice) {
        let agent = dice.roll(AGENTS);
        let (me, books) = (self.actors[agent].clone(), &self.books);
        let all = books.readable(agent, |_| true);
        match dice.roll(8) {
            0 => assert_eq!(self.list(&me, View::All).await, books.readable(agent, |it| it.open), "all of {agent}"),
            1 => {
                let waiting = books.readable(agent, |it| it.open && it.owner.is_none());
                assert_eq!(self.list(&me, View::Waiting).await, waiting, "waiting for {agent}");
            }
            2 => {
                let mine = books.readable(agent, |it| it.open && it.owner == Some(agent));
                assert_eq!(self.list(&me, View::Mine).await, mine, "{agent}'s own");
            }
            3 => assert_eq!(
                self.list(&me, View::Resolved).await,
                books.readable(agent, |it| !it.open),
                "resolved for {agent}"
            ),
            4 => {
                let counts = self.place.read(move |tx, _| conversation::counts(tx, &me)).await.unwrap();
                assert_eq!(counts.all as usize, books.readable(agent, |it| it.open).len(), "how many {agent} sees");
                assert_eq!(counts.waiting as usize, books.readable(agent, |it| it.open && it.owner.is_none()).len());
            }
            5 => {
                let found = self.place.read(move |tx, _| search::find(tx, &me, "lamp", None, None, 100)).await.unwrap();
                let found = found.items.iter().filter_map(|hit| hit.conversation.as_ref()?.id.to_string().parse().ok());
                let found: BTreeSet<ConversationId> = found.collect();
                assert_eq!(found, all, "found by {agent}");
            }
            6 => {
                let log = self.place.read(move |tx, _| replay(tx, &me, 0, 10_000)).await.unwrap();
                let kept = log.events.iter().filter(|event| &*event.kind != "conversation.hidden");
                let heard = kept.filter_map(|event| event.conversation_id.as_ref()?.parse().ok());
                assert_eq!(heard.collect::<BTreeSet<ConversationId>>(), all, "the log for {agent}");
            }
            _ => self.opens(agent, &me, dice).await,
        }
    }

    /// Every way to one conversation says the same.
    async fn opens(&self, agent: usize, me: &AgentActor, dice: &mut Dice) {
        let keys: Vec<ConversationId> = self.books.conversations.keys().copied().collect();
        let id = keys[dice.roll(keys.len())];
        let expected = self.books.may_read(agent, self.books.conversations[&id]);
        let actor = Actor::Agent(me.clone());
        let who = me.clone();
        let ways = self.place.read(move |tx, _| {
            let range = ThreadRange { after_seq: None, before_seq: None, after: None, before: None, limit: 10 };
            Ok([
                conversation::get(tx, &actor, id).is_ok(),
                conversation::thread(tx, &who, id, &range).is_ok(),
                conversation::history(tx, &actor, id, conversation::Range { limit: 10, ..Default::default() }).is_ok(),
                trail::read(tx, &who, id, None, 10).is_ok(),
                crate::file::list(tx, &actor, id).is_ok(),
            ])
        });
        assert_eq!(ways.await.unwrap(), [expected; 5], "the ways of {agent} to {id}");
        let who = me.clone();
        let draft =
            self.place.write(id, move |tx, cx| draft::save(tx, cx, &who, id, draft::Mode::Note, "so far")).await;
        assert_eq!(draft.is_ok(), expected, "a draft of {agent}");
    }

    /// A whole view, page by page.
    async fn list(&self, me: &AgentActor, view: View) -> BTreeSet<ConversationId> {
        let (mut found, mut cursor) = (BTreeSet::new(), None::<String>);
        loop {
            let (me, from) = (me.clone(), cursor.clone());
            let page =
                self.place.read(move |tx, _| conversation::list(tx, &me, view, from.as_deref(), 7)).await.unwrap();
            for it in page.value.items {
                assert!(found.insert(it.id), "{} stands twice in {view:?}", it.id);
            }
            cursor = page.value.next;
            if cursor.is_none() {
                return found;
            }
        }
    }
}

async fn every_list_is_what_the_oracle_says(place: Place) {
    let mut world = World::new(place).await;
    crate::consumer::search::catch_up(&world.place.desk).await.unwrap();
    let (mut dice, mut asked) = (Dice(20_261_121), 0);
    for _ in 0..ROUNDS {
        for _ in 0..8 {
            world.turns(&mut dice).await;
        }
        world.looks_up().await;
        for _ in 0..QUESTIONS {
            world.asks(&mut dice).await;
            asked += 1;
        }
    }
    assert_eq!(asked, LISTS);
    let split = (0..AGENTS).map(|agent| world.books.readable(agent, |_| true).len()).collect::<BTreeSet<_>>();
    assert!(split.len() > 3, "the agents see different things: {split:?}");
}
