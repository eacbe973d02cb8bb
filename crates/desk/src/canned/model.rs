//! What a canned reply is, and the bounds its fields keep.

use base::{AgentId, CannedId, DepartmentId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Rejection;

/// For whom it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Agent(AgentId),
    Department(DepartmentId),
    All,
}

impl Scope {
    /// As it is stored.
    pub fn text(self) -> String {
        match self {
            Self::Agent(id) => id.to_string(),
            Self::Department(id) => id.to_string(),
            Self::All => "all".to_owned(),
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let agent = text.parse().ok().map(Self::Agent);
        let department = || text.parse().ok().map(Self::Department);
        agent.or_else(department).or((text == "all").then_some(Self::All))
    }
}

/// Text to be used again. `{{customer.first_name}}` and the like stand for what is known where it is used;
/// `{{customer.first_name|there}}` says what to write when it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Canned {
    #[schema(value_type = String)]
    pub id: CannedId,
    /// Whose own it is; with `department_id` null too: everybody's.
    #[schema(value_type = Option<String>)]
    pub agent_id: Option<AgentId>,
    #[schema(value_type = Option<String>)]
    pub department_id: Option<DepartmentId>,
    pub name: String,
    pub body: String,
    /// Words by which it is found.
    pub tags: Vec<String>,
    /// How often the caller used it; 0 in events.
    pub times: i64,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

impl Canned {
    pub fn scope(&self) -> Scope {
        match (self.agent_id, self.department_id) {
            (Some(id), _) => Scope::Agent(id),
            (None, Some(id)) => Scope::Department(id),
            (None, None) => Scope::All,
        }
    }
}

/// What a canned reply is made of; without `shared` and `department_id` it is the caller's own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCanned)]
pub struct New {
    /// 1 to 80 characters.
    pub name: String,
    /// 1 to 10,000 characters.
    pub body: String,
    /// At most 20, each of 1 to 40 characters.
    #[serde(default)]
    pub tags: Vec<String>,
    /// For everybody.
    #[serde(default)]
    pub shared: bool,
    /// For one department.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub department_id: Option<DepartmentId>,
}

/// What to change; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CannedUpdate)]
pub struct Update {
    pub name: Option<String>,
    pub body: Option<String>,
    pub tags: Option<Vec<String>>,
}

fn fits(text: &str, most: usize) -> bool {
    !text.is_empty() && text.chars().count() <= most && !text.contains('\0')
}

pub fn name(text: &str) -> Result<String, Rejection> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if fits(&name, 80) { Ok(name) } else { Err(Rejection::invalid("name", "Write a name of 1 to 80 characters.")) }
}

pub fn body(text: &str) -> Result<String, Rejection> {
    let body = text.trim();
    if fits(body, 10_000) {
        Ok(body.to_owned())
    } else {
        Err(Rejection::invalid("body", "Write a text of 1 to 10,000 characters."))
    }
}

pub fn tags(words: &[String]) -> Result<Vec<String>, Rejection> {
    let mut tags: Vec<String> = Vec::new();
    for word in words.iter().map(|word| word.trim()) {
        if !fits(word, 40) {
            return Err(Rejection::invalid("tags", "A tag has 1 to 40 characters."));
        }
        if !tags.iter().any(|tag| tag.to_lowercase() == word.to_lowercase()) {
            tags.push(word.to_owned());
        }
    }
    if tags.len() <= 20 { Ok(tags) } else { Err(Rejection::invalid("tags", "At most 20 tags.")) }
}

#[cfg(test)]
mod rules {
    use base::Rng;

    use super::*;

    #[test]
    fn a_scope_survives_being_stored() {
        let (rng, now) = (Rng::default(), Time(1));
        for scope in
            [Scope::Agent(AgentId::new(&rng, now)), Scope::Department(DepartmentId::new(&rng, now)), Scope::All]
        {
            assert_eq!(Scope::parse(&scope.text()), Some(scope));
        }
        assert_eq!(Scope::parse("everybody"), None);
    }

    #[test]
    fn fields_are_held_to_their_bounds() {
        assert_eq!(name("  Refund   sent ").unwrap(), "Refund sent");
        assert!(name("").is_err() && name(&"x".repeat(81)).is_err() && name("a\0").is_err());
        assert_eq!(body(" Hi\n\nthere \n").unwrap(), "Hi\n\nthere");
        assert!(body(" \n").is_err() && body(&"x".repeat(10_001)).is_err());
        let words = |words: &[&str]| tags(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(words(&[" Refund", "refund", "money"]).unwrap(), ["Refund", "money"]);
        assert!(words(&[""]).is_err() && words(&["x".repeat(41).as_str()]).is_err());
        let many: Vec<String> = (0..21).map(|number| number.to_string()).collect();
        assert!(tags(&many).is_err());
    }
}
