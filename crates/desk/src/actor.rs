//! Who does something, and the one place that says whether they may.

use std::sync::Arc;

use base::{AgentId, ContactId, DepartmentId, InboxId, RoleId, SessionId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Rejection, Who};
pub use crate::permission::{Permission, Permissions};

/// What an agent may do in general: one of two built-in roles, or one that the company made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Administrator,
    Agent,
    Custom(RoleId),
}

impl Role {
    /// `administrator`, `agent`, or the id of a custom role.
    pub fn name(self) -> String {
        match self {
            Self::Administrator => "administrator".to_owned(),
            Self::Agent => "agent".to_owned(),
            Self::Custom(id) => id.to_string(),
        }
    }

    pub fn parse(text: &str) -> Self {
        // an unknown role must never gain rights
        Self::read(text).unwrap_or(Self::Agent)
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "administrator" => Some(Self::Administrator),
            "agent" => Some(Self::Agent),
            id => id.parse().ok().map(Self::Custom),
        }
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| serde::de::Error::custom("a role is administrator, agent or a role's id"))
    }
}

/// What somebody's role and departments give them. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    pub permissions: Permissions,
    /// The departments they belong to.
    pub departments: Arc<[DepartmentId]>,
}

impl Rights {
    pub const fn has(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }
}

/// A signed-in agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentActor {
    pub id: AgentId,
    pub name: String,
    /// The name that customers see.
    pub shown_name: String,
    pub role: Role,
    pub session: SessionId,
    pub rights: Rights,
}

/// A customer, known by their visitor token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactActor {
    pub id: ContactId,
    pub name: String,
    pub inbox: InboxId,
}

/// Who acts. The assistant and automation act under their own name, with no power that an agent lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Agent(AgentActor),
    Contact(ContactActor),
    /// Timers and repairs.
    System,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Read a conversation and all that hangs on it.
    Read,
    /// Write into a conversation in public.
    Write,
    /// Write a note, keep a draft, mark as seen.
    Work,
    /// Claim, release, resolve, reopen, transfer one's own.
    Own,
    /// The same for a colleague's conversation.
    Override,
    /// Whatever needs a permission by name.
    May(Permission),
}

/// Whose a conversation is: all that decides who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    pub contact: ContactId,
    pub owner: Option<AgentId>,
    /// None: every agent may read it.
    pub department: Option<DepartmentId>,
}

/// What it is wanted of.
#[derive(Clone, Copy, Debug)]
pub enum Resource {
    Conversation(Access),
    Deployment,
}

/// Whether `actor` may do `action` with `resource`. What somebody may not read is [`Rejection::NotFound`] to them, so that
/// nobody learns what exists.
pub fn authorize(actor: &Actor, action: Action, resource: Resource) -> Result<(), Rejection> {
    match (actor, action, resource) {
        (Actor::System, ..) => Ok(()),
        (Actor::Agent(agent), _, Resource::Conversation(access)) if !agent.reads(access) => Err(Rejection::NotFound),
        (Actor::Agent(agent), Action::Override, _) => agent.needs(Permission::ConversationTakeOver),
        (Actor::Agent(agent), Action::May(permission), _) => agent.needs(permission),
        (Actor::Agent(_), ..) => Ok(()),
        (Actor::Contact(me), Action::Read | Action::Write, Resource::Conversation(access))
            if me.id == access.contact =>
        {
            Ok(())
        }
        (Actor::Contact(_), ..) => Err(Rejection::NotFound),
    }
}

impl Actor {
    /// The agent behind this actor; everybody else has no business here.
    pub fn agent(&self) -> Result<&AgentActor, Rejection> {
        match self {
            Self::Agent(agent) => Ok(agent),
            _ => Err(Rejection::NotFound),
        }
    }

    /// How events name the actor: `{"type":…,"id":…,"name":…}`.
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Json<'a> {
            r#type: &'a str,
            id: Option<String>,
            name: &'a str,
        }
        let json = match self {
            Self::Agent(agent) => Json { r#type: "agent", id: Some(agent.id.to_string()), name: &agent.name },
            Self::Contact(contact) => Json { r#type: "user", id: Some(contact.id.to_string()), name: &contact.name },
            Self::System => Json { r#type: "system", id: None, name: "Chatdesk" },
        };
        serde_json::to_string(&json).unwrap_or_else(|_| "null".to_owned())
    }
}

impl AgentActor {
    /// The reading rule: a conversation without a department, of one's own department, one's own, or any with the permission.
    pub fn reads(&self, access: Access) -> bool {
        self.rights.has(Permission::ConversationReadAll)
            || access.owner == Some(self.id)
            || access.department.is_none_or(|department| self.rights.departments.contains(&department))
    }

    fn needs(&self, permission: Permission) -> Result<(), Rejection> {
        if self.rights.has(permission) { Ok(()) } else { Err(Rejection::Forbidden) }
    }

    /// Whether this agent may give or take away `permissions`, and change the account of somebody who has them: nobody
    /// hands out, or gets at, more than they have.
    pub fn outranks(&self, role: Role, permissions: Permissions) -> bool {
        self.role == Role::Administrator
            || (role != Role::Administrator && self.rights.permissions.includes(permissions))
    }

    pub fn who(&self) -> Who {
        Who { id: self.id.to_string(), name: self.name.clone() }
    }
}

#[cfg(test)]
mod tests {
    use base::{Rng, Time};

    use super::*;

    fn agent(permissions: Permissions, departments: &[DepartmentId]) -> AgentActor {
        let (rng, now) = (Rng::default(), Time(1));
        let (id, session) = (AgentId::new(&rng, now), SessionId::new(&rng, now));
        let rights = Rights { permissions, departments: departments.into() };
        AgentActor { id, name: "Maya".into(), shown_name: "Maya".into(), role: Role::Agent, session, rights }
    }

    #[test]
    fn the_whole_table_of_rights() {
        use Action::{May, Override, Own, Read, Work, Write};
        let (rng, now) = (Rng::default(), Time(1));
        let (mine, foreign) = (ContactId::new(&rng, now), ContactId::new(&rng, now));
        let contact = Actor::Contact(ContactActor { id: mine, name: "Lena".into(), inbox: InboxId::new(&rng, now) });
        let all = Actor::Agent(agent(Permissions::all(), &[]));
        let plain = Actor::Agent(agent(Permissions::of_agents(), &[]));
        let open = |contact| Resource::Conversation(Access { contact, owner: None, department: None });
        for action in [Read, Write, Work, Own, Override, May(Permission::AuditRead)] {
            let own = authorize(&contact, action, open(mine));
            assert_eq!(own.is_ok(), matches!(action, Read | Write), "customer, own: {action:?}");
            assert_eq!(authorize(&contact, action, open(foreign)), Err(Rejection::NotFound), "customer: {action:?}");
            assert_eq!(authorize(&contact, action, Resource::Deployment), Err(Rejection::NotFound));
            assert_eq!(authorize(&all, action, Resource::Deployment), Ok(()));
            let colleague = authorize(&plain, action, open(foreign));
            assert_eq!(colleague.is_ok(), !matches!(action, Override | May(_)), "agent: {action:?}");
        }
        for permission in Permission::ALL {
            let alone = Actor::Agent(agent(std::iter::once(*permission).collect(), &[]));
            for other in Permission::ALL {
                let answer = authorize(&alone, May(*other), Resource::Deployment);
                assert_eq!(answer.is_ok(), permission == other, "{permission:?} allows {other:?}");
            }
        }
    }

    #[test]
    fn a_department_limits_who_reads() {
        let (rng, now) = (Rng::default(), Time(1));
        let (sales, support) = (DepartmentId::new(&rng, now), DepartmentId::new(&rng, now));
        let inside = agent(Permissions::of_agents(), &[sales, support]);
        let outside = agent(Permissions::of_agents(), &[support]);
        let auditor = agent(std::iter::once(Permission::ConversationReadAll).collect(), &[]);
        let at = |owner, department| Access { contact: ContactId::new(&rng, now), owner, department };
        for (access, expected) in [
            (at(None, None), [true, true, true]),
            (at(None, Some(sales)), [true, false, true]),
            (at(Some(outside.id), Some(sales)), [true, true, true]),
            (at(Some(inside.id), Some(support)), [true, true, true]),
            (at(Some(inside.id), Some(sales)), [true, false, true]),
        ] {
            let seen = [&inside, &outside, &auditor].map(|agent| agent.reads(access));
            assert_eq!(seen, expected, "{access:?}");
            let heard = crate::audience::Heard::read(&crate::event::Audience::Team(access).text());
            assert_eq!([&inside, &outside, &auditor].map(|agent| heard.has(agent)), expected, "the log says the same");
        }
    }

    #[test]
    fn whoever_loses_sight_is_told_and_nobody_else() {
        let (rng, now) = (Rng::default(), Time(1));
        let (sales, support) = (DepartmentId::new(&rng, now), DepartmentId::new(&rng, now));
        let both = agent(Permissions::of_agents(), &[sales, support]);
        let [old, new] = [sales, support].map(|it| agent(Permissions::of_agents(), &[it]));
        let (nobody, auditor) = (agent(Permissions::NONE, &[]), agent(Permissions::all(), &[]));
        let owner = agent(Permissions::of_agents(), &[]);
        let at = |owner, department| Access { contact: ContactId::from_uuid(Default::default()), owner, department };
        let told = |before, after| {
            let heard = crate::audience::Heard::read(&crate::event::Audience::Lost { before, after }.text());
            [&both, &old, &new, &nobody, &auditor, &owner].map(|agent| heard.has(agent))
        };
        let moved = told(at(Some(owner.id), Some(sales)), at(None, Some(support)));
        assert_eq!(moved, [false, true, false, false, false, true]);
        let limited = told(at(None, None), at(None, Some(support)));
        assert_eq!(limited, [false, true, false, true, false, true]);
        let released = told(at(Some(owner.id), Some(sales)), at(None, Some(sales)));
        assert_eq!(released, [false, false, false, false, false, true]);
    }

    #[test]
    fn nobody_hands_out_more_than_they_have() {
        let plain = agent(Permissions::of_agents(), &[]);
        assert!(plain.outranks(Role::Agent, Permissions::of_agents()));
        assert!(
            !plain.outranks(Role::Agent, Permissions::all()) && !plain.outranks(Role::Administrator, Permissions::NONE)
        );
        let ada = AgentActor { role: Role::Administrator, ..agent(Permissions::all(), &[]) };
        assert!(ada.outranks(Role::Administrator, Permissions::all()));
    }

    #[test]
    fn an_unknown_role_gains_nothing() {
        assert_eq!(Role::parse("owner"), Role::Agent);
        assert_eq!(Role::parse("administrator"), Role::Administrator);
        assert!(serde_json::from_str::<Role>("\"owner\"").is_err());
        let custom = Role::Custom(RoleId::new(&Rng::default(), Time(1)));
        assert_eq!(Role::parse(&custom.name()), custom);
    }
}
