//! Stories about roles: nobody hands out more than they have.

use super::{New, Update, create, delete, update};
use crate::actor::{Permission, Permissions, Role};
use crate::agent::{self, create_invite};
use crate::error::Rejection;
use crate::tests::{Place, refusal};
use crate::{Actor, AgentActor};

on_both![
    a_role_gives_what_it_says_from_the_next_moment_on,
    nobody_hands_out_or_gets_at_more_than_they_have,
    a_role_in_use_stays,
];

impl Place {
    pub async fn role(&self, name: &str, permissions: &[Permission]) -> super::Custom {
        let ada = Actor::Agent(self.ada.clone());
        let new = New { name: name.to_owned(), permissions: permissions.iter().copied().collect() };
        self.write("role", move |tx, cx| create(tx, cx, &ada, &new)).await.unwrap()
    }

    async fn gets(&self, who: &AgentActor, role: Role) -> AgentActor {
        let (ada, id) = (Actor::Agent(self.ada.clone()), who.id);
        let wanted = agent::Update { role: Some(role), ..Default::default() };
        self.write(id, move |tx, cx| agent::update(tx, cx, &ada, id, &wanted)).await.unwrap();
        self.now(who).await
    }
}

async fn a_role_gives_what_it_says_from_the_next_moment_on(place: Place) {
    let head = place.head().await;
    let auditor = place.role("Auditor", &[Permission::ConversationReadAll]).await;
    let maya = place.agent("Maya").await;
    assert_eq!(maya.rights.permissions, Permissions::of_agents());
    let maya = place.gets(&maya, Role::Custom(auditor.id)).await;
    assert!(maya.rights.has(Permission::ConversationReadAll) && !maya.rights.has(Permission::ConversationTransfer));
    let (ada, id) = (Actor::Agent(place.ada.clone()), auditor.id);
    let wanted = Update { permissions: Some(Permissions::NONE), ..Update::default() };
    place.write("role", move |tx, cx| update(tx, cx, &ada, id, &wanted)).await.unwrap();
    assert!(!place.now(&maya).await.rights.has(Permission::ConversationReadAll));
    let kinds = place.kinds_after(head).await;
    let told: Vec<_> = kinds.iter().filter(|kind| kind.starts_with("role.")).collect();
    assert_eq!(told, ["role.created", "role.updated"]);
}

async fn nobody_hands_out_or_gets_at_more_than_they_have(place: Place) {
    let lead = place.role("Lead", &[Permission::PeopleManage, Permission::RoleManage]).await;
    let tom = place.agent("Tom").await;
    let maya = place.gets(&tom, Role::Custom(lead.id)).await;
    let me = Actor::Agent(maya.clone());
    let (actor, ada) = (me.clone(), place.ada.id);
    let wanted = agent::Update { active: Some(false), ..Default::default() };
    let off = place.write(ada, move |tx, cx| agent::update(tx, cx, &actor, ada, &wanted)).await;
    assert_eq!(refusal(off), Rejection::Forbidden);
    let actor = me.clone();
    let reset = place.write(ada, move |tx, cx| agent::create_reset(tx, cx, &actor, ada)).await;
    assert_eq!(refusal(reset.map(drop)), Rejection::Forbidden);
    let actor = me.clone();
    let invited = place.write("invite", move |tx, cx| create_invite(tx, cx, &actor, Role::Administrator)).await;
    assert_eq!(refusal(invited.map(drop)), Rejection::Forbidden);
    let actor = me.clone();
    let new = New { name: "More".to_owned(), permissions: Permissions::all() };
    assert_eq!(refusal(place.write("role", move |tx, cx| create(tx, cx, &actor, &new)).await), Rejection::Forbidden);
    let (actor, id) = (me.clone(), lead.id);
    let wanted = Update { permissions: Some(Permissions::all()), ..Update::default() };
    let more = place.write("role", move |tx, cx| update(tx, cx, &actor, id, &wanted)).await;
    assert_eq!(refusal(more), Rejection::Forbidden);
    let (actor, id) = (me.clone(), maya.id);
    let wanted = agent::Update { role: Some(Role::Administrator), ..Default::default() };
    let risen = place.write(id, move |tx, cx| agent::update(tx, cx, &actor, id, &wanted)).await;
    assert_eq!(refusal(risen), Rejection::Forbidden);
    let new = New { name: "Less".to_owned(), permissions: [Permission::PeopleManage].into_iter().collect() };
    place.write("role", move |tx, cx| create(tx, cx, &me, &new)).await.unwrap();
}

async fn a_role_in_use_stays(place: Place) {
    let lead = place.role("Lead", &[]).await;
    let maya = place.gets(&place.agent("Maya").await, Role::Custom(lead.id)).await;
    let (ada, id) = (Actor::Agent(place.ada.clone()), lead.id);
    let actor = ada.clone();
    let gone = place.write("role", move |tx, cx| delete(tx, cx, &actor, id)).await;
    assert_eq!(refusal(gone), Rejection::RoleInUse { holders: 1 });
    place.gets(&maya, Role::Agent).await;
    place.write("role", move |tx, cx| delete(tx, cx, &ada, id)).await.unwrap();
    assert_eq!(place.kinds_after(0).await.last().map(String::as_str), Some("role.deleted"));
}
