//! Who may see an event: as text in the log, so that every reader of the log decides alike, at the moment of delivery.

use base::{AgentId, DepartmentId};

use crate::actor::{Access, AgentActor};
use crate::permission::Permission;

/// Who may see an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The agents who may read the conversation, and its customer.
    Conversation(Access),
    /// The agents who may read the conversation.
    Team(Access),
    /// The agents who could read the conversation as it was `before`, and cannot as it is `after`.
    Lost {
        before: Access,
        after: Access,
    },
    Agents,
    /// Whoever's role allows this.
    Allowed(Permission),
    Agent(AgentId),
    /// The members of a department, and whoever reads every department.
    Department(DepartmentId),
    /// No client: for the nodes themselves and for the audit.
    System,
}

impl Audience {
    /// As the log keeps it: `all` and `agents` with `|departments and owner` when a department limits them, and with
    /// `!departments and owner` for those who are left out.
    pub fn text(self) -> String {
        match self {
            Self::Conversation(access) => format!("all{}", scope('|', access)),
            Self::Team(access) => format!("agents{}", scope('|', access)),
            Self::Lost { before, after } => format!("agents{}{}", scope('|', before), scope('!', after)),
            Self::Agents => "agents".to_owned(),
            Self::Allowed(permission) => format!("permission:{}", permission.as_str()),
            Self::Agent(id) => format!("agent:{id}"),
            Self::Department(id) => format!("agents|{id}"),
            Self::System => "system".to_owned(),
        }
    }
}

fn scope(sign: char, access: Access) -> String {
    match (access.department, access.owner) {
        (None, _) => String::new(),
        (Some(department), None) => format!("{sign}{department}"),
        (Some(department), Some(owner)) => format!("{sign}{department},{owner}"),
    }
}

/// An audience as read from the log, for many readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    text: String,
    kind: HeardKind,
    only: Option<Scope>,
    except: Option<Scope>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum HeardKind {
    All,
    Agents,
    Allowed(Permission),
    Agent(AgentId),
    These(Vec<AgentId>),
    Nobody,
}

/// Departments and people to whom something is limited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Scope {
    departments: Vec<DepartmentId>,
    agents: Vec<AgentId>,
}

impl Scope {
    fn read(text: &str) -> Self {
        let mut scope = Self::default();
        for id in text.split(',') {
            if let Ok(department) = id.parse() {
                scope.departments.push(department);
            } else if let Ok(agent) = id.parse() {
                scope.agents.push(agent);
            }
        }
        scope
    }

    fn holds(&self, agent: &AgentActor) -> bool {
        self.agents.contains(&agent.id) || self.departments.iter().any(|it| agent.rights.departments.contains(it))
    }
}

impl Heard {
    /// What cannot be read is for nobody.
    pub fn read(text: &str) -> Self {
        let (rest, except) = match text.split_once('!') {
            Some((rest, except)) => (rest, Some(Scope::read(except))),
            None => (text, None),
        };
        let (who, only) = match rest.split_once('|') {
            Some((who, only)) => (who, Some(Scope::read(only))),
            None => (rest, None),
        };
        let kind = match who {
            "all" => HeardKind::All,
            "agents" => HeardKind::Agents,
            // as the first version wrote it
            "administrators" => HeardKind::Allowed(Permission::PeopleManage),
            _ => {
                let permission = who.strip_prefix("permission:").and_then(Permission::parse).map(HeardKind::Allowed);
                let agent = || who.strip_prefix("agent:").and_then(|id| id.parse().ok()).map(HeardKind::Agent);
                let these = || who.strip_prefix("these:").map(|ids| HeardKind::These(Scope::read(ids).agents));
                permission.or_else(agent).or_else(these).unwrap_or(HeardKind::Nobody)
            }
        };
        Self { text: text.to_owned(), kind, only, except }
    }

    /// As the log keeps it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the conversation's customer is in it.
    pub fn has_customer(&self) -> bool {
        self.kind == HeardKind::All
    }

    /// Whether any agent can be in it.
    pub fn has_agents(&self) -> bool {
        self.kind != HeardKind::Nobody
    }

    /// Whether it tells those who lose sight of a conversation.
    pub fn is_farewell(&self) -> bool {
        self.except.is_some()
    }

    /// Whether an agent who may read the conversation now may look back at this, wherever it belonged at the time.
    pub fn is_part_of_the_story(&self, agent: &AgentActor) -> bool {
        match &self.kind {
            HeardKind::All | HeardKind::Agents => !self.is_farewell(),
            _ => self.has(agent),
        }
    }

    pub fn has(&self, agent: &AgentActor) -> bool {
        match &self.kind {
            HeardKind::Nobody => false,
            HeardKind::Agent(id) => *id == agent.id,
            HeardKind::These(ids) => ids.contains(&agent.id),
            HeardKind::Allowed(permission) => agent.rights.has(*permission),
            HeardKind::All | HeardKind::Agents => {
                let sees_all = agent.rights.has(Permission::ConversationReadAll);
                if let Some(except) = &self.except {
                    // whoever sees everything loses nothing
                    return !sees_all
                        && !except.holds(agent)
                        && self.only.as_ref().is_none_or(|only| only.holds(agent));
                }
                sees_all || self.only.as_ref().is_none_or(|only| only.holds(agent))
            }
        }
    }
}
