//! Who does something, and the one place that says whether they may.

use base::{AgentId, ContactId, InboxId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Rejection, Who};

/// What an agent may do in general; finer roles come with departments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Administrator,
    Agent,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Agent => "agent",
        }
    }

    pub fn parse(text: &str) -> Self {
        // an unknown role must never gain rights
        if text == "administrator" { Self::Administrator } else { Self::Agent }
    }
}

/// A signed-in agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentActor {
    pub id: AgentId,
    pub name: String,
    pub role: Role,
    pub session: SessionId,
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
    /// Accounts, invitations, inboxes, settings.
    Administer,
}

/// What it is wanted of.
#[derive(Clone, Copy, Debug)]
pub enum Resource<'a> {
    /// A conversation, by whose it is on the customer's side.
    Conversation {
        contact: &'a ContactId,
    },
    Deployment,
}

/// Whether `actor` may do `action` with `resource`. Customers get [`Rejection::NotFound`] for what is not theirs, so that
/// nobody learns what exists.
pub fn authorize(actor: &Actor, action: Action, resource: Resource<'_>) -> Result<(), Rejection> {
    match (actor, action, resource) {
        (Actor::System, ..) => Ok(()),
        (Actor::Agent(agent), Action::Administer | Action::Override, _) => match agent.role {
            Role::Administrator => Ok(()),
            Role::Agent => Err(Rejection::Forbidden),
        },
        (Actor::Agent(_), ..) => Ok(()),
        (Actor::Contact(me), Action::Read | Action::Write, Resource::Conversation { contact }) if me.id == *contact => {
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
    pub fn who(&self) -> Who {
        Who { id: self.id.to_string(), name: self.name.clone() }
    }
}

#[cfg(test)]
mod tests {
    use base::{Rng, Time};

    use super::*;

    fn agent(role: Role) -> Actor {
        let (rng, now) = (Rng::default(), Time(1));
        let (id, session) = (AgentId::new(&rng, now), SessionId::new(&rng, now));
        Actor::Agent(AgentActor { id, name: "Maya".into(), role, session })
    }

    #[test]
    fn the_whole_table_of_rights() {
        use Action::{Administer, Override, Own, Read, Work, Write};
        let (rng, now) = (Rng::default(), Time(1));
        let (mine, foreign) = (ContactId::new(&rng, now), ContactId::new(&rng, now));
        let contact = Actor::Contact(ContactActor { id: mine, name: "Lena".into(), inbox: InboxId::new(&rng, now) });
        for action in [Read, Write, Work, Own, Override, Administer] {
            let own = authorize(&contact, action, Resource::Conversation { contact: &mine });
            assert_eq!(own.is_ok(), matches!(action, Read | Write), "customer, own: {action:?}");
            let other = authorize(&contact, action, Resource::Conversation { contact: &foreign });
            assert_eq!(other, Err(Rejection::NotFound), "customer, foreign: {action:?}");
            assert_eq!(authorize(&contact, action, Resource::Deployment), Err(Rejection::NotFound));
            assert_eq!(authorize(&agent(Role::Administrator), action, Resource::Deployment), Ok(()));
            let colleague = authorize(&agent(Role::Agent), action, Resource::Conversation { contact: &foreign });
            assert_eq!(colleague.is_ok(), !matches!(action, Override | Administer), "agent: {action:?}");
        }
    }

    #[test]
    fn an_unknown_role_gains_nothing() {
        assert_eq!(Role::parse("owner"), Role::Agent);
        assert_eq!(Role::parse("administrator"), Role::Administrator);
    }
}
