//! The five statuses of an agent and the rules they keep, as pure functions.

use base::{AgentId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Who;

/// What an agent is doing. Only `available` is offered or assigned work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AgentStatus)]
pub enum Status {
    Available,
    Break,
    Training,
    FloorSupport,
    NotAvailable,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Break => "break",
            Self::Training => "training",
            Self::FloorSupport => "floor_support",
            Self::NotAvailable => "not_available",
        }
    }

    /// An unknown name is offered nothing.
    pub fn parse(text: &str) -> Self {
        let all = [Self::Available, Self::Break, Self::Training, Self::FloorSupport];
        all.into_iter().find(|it| it.as_str() == text).unwrap_or(Self::NotAvailable)
    }

    /// In words, for a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Break => "on a break",
            Self::Training => "in training",
            Self::FloorSupport => "on floor support",
            Self::NotAvailable => "not available",
        }
    }
}

/// An agent's present status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AgentStatusNow)]
pub struct Now {
    pub status: Status,
    /// When it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
    pub reason: Option<String>,
    /// Who chose it; nobody when it came by itself: the first sign-in, the end of a timed one, 90 s without a sign of life.
    pub set_by: Option<Who>,
    #[schema(value_type = String, format = DateTime)]
    pub since: Time,
}

/// A stretch of time in one status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AgentStatusSpan)]
pub struct Span {
    pub status: Status,
    #[schema(value_type = String, format = DateTime)]
    pub from: Time,
    /// None: it lasts.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Time>,
    pub set_by: Option<Who>,
    pub reason: Option<String>,
}

/// The status that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WantedStatus)]
pub struct Wanted {
    pub status: Status,
    /// When it should end by itself: later than now, within a week. Not for `available`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Time>,
    /// Needed for a colleague's. Up to 200 characters.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Somebody who may be given work now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Free {
    pub agent: AgentId,
    pub name: String,
    /// Open conversations they have.
    pub load: i64,
    /// How many they should have at most.
    pub limit: i64,
    pub languages: Vec<String>,
    /// Since when they are available.
    pub since: Time,
}

/// The longest timed status, in ms: a week.
const LONGEST: i64 = 7 * 24 * 3600 * 1000;

impl Wanted {
    /// What does not fit, if anything.
    pub fn problem(&self, now: Time) -> Option<(&'static str, &'static str)> {
        if self.reason.as_ref().is_some_and(|it| it.chars().count() > 200 || it.contains('\0')) {
            return Some(("reason", "Write at most 200 characters."));
        }
        let until = self.until?;
        if self.status == Status::Available {
            return Some(("until", "Being available does not end by itself."));
        }
        let ahead = until.since(now);
        (ahead <= 0 || ahead > LONGEST).then_some(("until", "Choose a time from now to a week ahead."))
    }
}

#[cfg(test)]
mod rules {
    use super::*;

    #[test]
    fn statuses_survive_their_names_and_an_unknown_one_gets_no_work() {
        for name in ["available", "break", "training", "floor_support", "not_available"] {
            assert_eq!(Status::parse(name).as_str(), name);
        }
        assert_eq!(Status::parse("ready"), Status::NotAvailable);
    }

    #[test]
    fn a_timed_status_ends_within_a_week() {
        let wanted = |status, until: Option<i64>, reason: Option<&str>| Wanted {
            status,
            until: until.map(Time),
            reason: reason.map(str::to_owned),
        };
        let fits = |it: Wanted| it.problem(Time(1_000)).is_none();
        assert!(fits(wanted(Status::Break, Some(1_001), Some("Tea"))) && fits(wanted(Status::Available, None, None)));
        assert!(fits(wanted(Status::Break, Some(1_000 + LONGEST), None)));
        for until in [0, 1_000, 1_001 + LONGEST] {
            assert!(!fits(wanted(Status::Break, Some(until), None)), "{until}");
        }
        assert!(!fits(wanted(Status::Available, Some(2_000), None)));
        assert!(!fits(wanted(Status::Break, None, Some(&"x".repeat(201)))));
    }
}
