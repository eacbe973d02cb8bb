//! How conversations find their agent: the modes, who may be offered one, and who gets it, as pure functions.

use base::{AgentId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{FieldError, Rejection};

/// How long a conversation rings, in ms.
pub const RING: i64 = 30_000;
/// With less than this left, in ms, a ring is offered to nobody new.
pub const RING_LATE: i64 = 5_000;
/// Nobody is here who was not heard of for this long, in ms.
pub const AWAY_AFTER: i64 = 90_000;
/// How long offers are kept to be looked at, in ms.
pub const OFFER_LIFE: i64 = 30 * 24 * 3600 * 1000;
/// Chats per agent where nothing else is set.
pub const CHAT_LIMIT: i64 = 4;
/// Minutes after which the open chats of somebody who is away go back to the queue, where nothing else is set.
pub const RETURN_AFTER: i64 = 10;

/// How conversations of an inbox or a department are handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AssignmentMode)]
pub enum Mode {
    /// Agents take what they like from the queue.
    #[default]
    Manual,
    /// The least loaded agent gets the next one.
    Automatic,
    /// Everybody who is available is offered it for 30 s; the first to accept has it.
    Ring,
}

impl Mode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Automatic => "automatic",
            Self::Ring => "ring",
        }
    }

    /// An unknown mode hands out nothing by itself.
    pub fn parse(text: &str) -> Self {
        [Self::Automatic, Self::Ring].into_iter().find(|mode| mode.as_str() == text).unwrap_or_default()
    }
}

/// How one inbox or department hands its conversations out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AssignmentRule)]
pub struct Rule {
    /// Id of the inbox or the department.
    pub scope: String,
    pub mode: Mode,
    /// At how many open chats an agent gets no more, 1 … 100. An agent's own limit counts when it is lower.
    pub chat_limit: i64,
}

/// What to set a rule to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AssignmentUpdate)]
pub struct RuleUpdate {
    pub mode: Mode,
    /// 1 … 100; what it was, or 4, when nothing is said.
    pub chat_limit: Option<i64>,
}

/// Says what is wrong with a number that must lie between two others, if anything.
pub fn check_between(field: &str, value: i64, least: i64, most: i64) -> Result<(), Rejection> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let message = format!("Choose a number from {least} to {most}.");
    Err(Rejection::Invalid(vec![FieldError { field: field.to_owned(), message }]))
}

/// An agent as the routing sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    pub agent: AgentId,
    /// Has the dashboard open now.
    pub connected: bool,
    /// Has it open, or had it within the last 90 s.
    pub present: bool,
    /// Takes new conversations: the account is on and the status says so.
    pub available: bool,
    /// Conversations in progress.
    pub chats: i64,
    /// The agent's own limit; none: the rule's counts.
    pub limit: Option<i64>,
    /// Two-letter codes, `en`.
    pub languages: Vec<String>,
    /// Departments that the agent belongs to.
    pub departments: Vec<String>,
    /// When the agent was last given a conversation.
    pub last_turn: Option<Time>,
}

impl Seat {
    fn limit(&self, rule: &Rule) -> i64 {
        self.limit.map_or(rule.chat_limit, |own| own.min(rule.chat_limit))
    }

    /// How many more chats fit.
    pub fn free(&self, rule: &Rule) -> i64 {
        (self.limit(rule) - self.chats).max(0)
    }

    fn serves(&self, department: Option<&str>) -> bool {
        department.is_none_or(|wanted| self.departments.iter().any(|mine| mine == wanted))
    }

    /// Whether a conversation may be given to the agent now.
    pub fn takes(&self, rule: &Rule, department: Option<&str>) -> bool {
        self.connected && self.available && self.free(rule) > 0 && self.serves(department)
    }

    /// Whether what was offered before may go on ringing: a tab that just closed may come back.
    pub fn keeps(&self, rule: &Rule, department: Option<&str>) -> bool {
        self.present && self.available && self.free(rule) > 0 && self.serves(department)
    }

    fn speaks(&self, language: Option<&str>) -> bool {
        language.is_some_and(|wanted| self.languages.iter().any(|mine| mine == wanted))
    }
}

/// The two-letter language of a locale: `pt` of `pt-BR`.
pub fn language_of(locale: Option<&str>) -> Option<String> {
    let first = locale?.split(['-', '_']).next()?.to_ascii_lowercase();
    (2..=3).contains(&first.len()).then_some(first)
}

/// Who gets a conversation: whoever speaks its language before others, then the least loaded, then who waited longest for
/// a turn. None when nobody can take it.
pub fn choose<'a>(
    seats: &'a [Seat],
    rule: &Rule,
    department: Option<&str>,
    language: Option<&str>,
) -> Option<&'a Seat> {
    let order = |seat: &&Seat| (!seat.speaks(language), seat.chats, seat.last_turn, seat.agent);
    seats.iter().filter(|seat| seat.takes(rule, department)).min_by_key(order)
}

/// Which rule a conversation follows: its department's, else its inbox's.
pub fn rule_of<'a>(rules: &'a [Rule], inbox: &str, department: Option<&str>) -> Option<&'a Rule> {
    let of = |scope: &str| rules.iter().find(|rule| rule.scope == scope);
    department.and_then(of).or_else(|| of(inbox)).filter(|rule| rule.mode != Mode::Manual)
}

/// What somebody said to an offer, or what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Accepted,
    Passed,
    /// Taken back: the agent went away, or is no longer available.
    Withdrawn,
    /// Somebody else was faster, or the conversation went another way.
    Lost,
    /// The time was over.
    Missed,
}

impl Answer {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Passed => "passed",
            Self::Withdrawn => "withdrawn",
            Self::Lost => "lost",
            Self::Missed => "missed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Accepted, Self::Passed, Self::Withdrawn, Self::Lost, Self::Missed];
        all.into_iter().find(|answer| answer.as_str() == text)
    }
}

/// What must happen to a conversation that rings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Take it back from some, offer it to others; either list may be empty.
    Change { withdraw: Vec<AgentId>, offer: Vec<AgentId> },
    /// Everybody said no.
    Miss,
    /// Nobody is left to say anything: back into the queue until there is.
    Queue,
}

/// Looks at one ring: `offers` are this round's, `left` the ms until its end.
pub fn look_at(
    seats: &[Seat],
    rule: Option<&Rule>,
    department: Option<&str>,
    offers: &[(AgentId, Option<Answer>)],
    left: i64,
) -> Turn {
    let Some(rule) = rule.filter(|rule| rule.mode == Mode::Ring) else { return Turn::Queue };
    let seat_of = |agent: AgentId| seats.iter().find(|seat| seat.agent == agent);
    let answer_of = |agent: AgentId| offers.iter().find(|(theirs, _)| *theirs == agent).map(|(_, answer)| *answer);
    let ringing: Vec<AgentId> = offers.iter().filter(|(_, answer)| answer.is_none()).map(|(agent, _)| *agent).collect();
    let keeps = |agent: &AgentId| seat_of(*agent).is_some_and(|seat| seat.keeps(rule, department));
    let (kept, withdraw): (Vec<_>, Vec<_>) = ringing.into_iter().partition(keeps);
    let fresh = |seat: &&Seat| matches!(answer_of(seat.agent), None | Some(Some(Answer::Withdrawn)));
    let offer: Vec<AgentId> = if left > RING_LATE {
        let takers = seats.iter().filter(|seat| seat.takes(rule, department)).filter(fresh);
        takers.map(|seat| seat.agent).collect()
    } else {
        Vec::new()
    };
    if !kept.is_empty() || !offer.is_empty() {
        return Turn::Change { withdraw, offer };
    }
    if offers.iter().any(|(_, answer)| *answer == Some(Answer::Passed)) { Turn::Miss } else { Turn::Queue }
}

#[cfg(test)]
mod rules {
    use base::Rng;
    use proptest::prelude::*;

    use super::*;

    fn seat(rng: &Rng, chats: i64) -> Seat {
        Seat {
            agent: AgentId::new(rng, Time(1)),
            connected: true,
            present: true,
            available: true,
            chats,
            limit: None,
            languages: Vec::new(),
            departments: Vec::new(),
            last_turn: None,
        }
    }

    fn rule(mode: Mode, chat_limit: i64) -> Rule {
        Rule { scope: "inbox_1".to_owned(), mode, chat_limit }
    }

    #[test]
    fn the_least_loaded_gets_it_and_ties_go_to_who_waited_longest_for_a_turn() {
        let rng = Rng::default();
        let (mut busy, mut just, mut long) = (seat(&rng, 2), seat(&rng, 1), seat(&rng, 1));
        (busy.last_turn, just.last_turn, long.last_turn) = (None, Some(Time(900)), Some(Time(100)));
        let rule = rule(Mode::Automatic, 4);
        let seats = [busy.clone(), just.clone(), long.clone()];
        assert_eq!(choose(&seats, &rule, None, None), Some(&long));
        let mut speaks = busy;
        speaks.languages = vec!["pt".to_owned()];
        let seats = [speaks.clone(), just, long];
        assert_eq!(choose(&seats, &rule, None, Some("pt")), Some(&speaks), "the language comes before the load");
        assert_ne!(choose(&seats, &rule, None, Some("fi")), Some(&speaks));
    }

    #[test]
    fn nobody_over_a_limit_away_or_of_another_department_is_chosen() {
        let rng = Rng::default();
        let rule = rule(Mode::Automatic, 3);
        let full = seat(&rng, 3);
        let own = Seat { limit: Some(1), chats: 1, ..seat(&rng, 0) };
        let high = Seat { limit: Some(50), chats: 3, ..seat(&rng, 0) };
        let gone = Seat { connected: false, ..seat(&rng, 0) };
        let pause = Seat { available: false, ..seat(&rng, 0) };
        let sales = Seat { departments: vec!["department_sales".to_owned()], ..seat(&rng, 2) };
        let seats = [full, own, high, gone, pause, sales.clone()];
        assert_eq!(choose(&seats, &rule, Some("department_sales"), None), Some(&sales));
        assert_eq!(choose(&seats[..5], &rule, None, None), None);
    }

    #[test]
    fn a_departments_rule_comes_before_its_inboxs_and_manual_hands_out_nothing() {
        let mine = Rule { scope: "department_1".to_owned(), ..rule(Mode::Ring, 2) };
        let rules = [rule(Mode::Automatic, 4), mine.clone()];
        assert_eq!(rule_of(&rules, "inbox_1", Some("department_1")), Some(&mine));
        assert_eq!(rule_of(&rules, "inbox_1", Some("department_2")), Some(&rules[0]));
        assert_eq!(rule_of(&rules, "inbox_2", None), None);
        let off = [rule(Mode::Automatic, 4), Rule { mode: Mode::Manual, ..mine }];
        assert_eq!(rule_of(&off, "inbox_1", Some("department_1")), None, "a department may opt out");
    }

    #[test]
    fn a_ring_follows_who_comes_and_goes() {
        let rng = Rng::default();
        let rule = rule(Mode::Ring, 2);
        let (maya, rui, late) = (seat(&rng, 0), seat(&rng, 0), seat(&rng, 0));
        let seats = [maya.clone(), rui.clone(), late.clone()];
        let offers = [(maya.agent, None), (rui.agent, Some(Answer::Passed))];
        let look = |seats: &[Seat], offers: &[(AgentId, Option<Answer>)], left| {
            look_at(seats, Some(&rule), None, offers, left)
        };
        let both = Turn::Change { withdraw: vec![], offer: vec![late.agent] };
        assert_eq!(look(&seats, &offers, 20_000), both, "who passed is not asked again, who came is");
        assert_eq!(look(&seats, &offers, 4_000), Turn::Change { withdraw: vec![], offer: vec![] });
        let away = [Seat { present: false, connected: false, ..maya.clone() }, rui.clone()];
        assert_eq!(look(&away, &offers, 20_000), Turn::Miss, "one passed, one left: nobody wants it");
        let only = [(maya.agent, None)];
        assert_eq!(look(&away[..1], &only, 20_000), Turn::Queue, "nobody said no: it waits for somebody");
        let full = [Seat { chats: 2, ..maya.clone() }, late.clone()];
        let moved = Turn::Change { withdraw: vec![maya.agent], offer: vec![late.agent] };
        assert_eq!(look(&full, &only, 20_000), moved);
        let back = [(maya.agent, Some(Answer::Withdrawn)), (rui.agent, None)];
        let again = Turn::Change { withdraw: vec![], offer: vec![maya.agent] };
        assert_eq!(look(&seats[..2], &back, 20_000), again, "who came back is offered it again");
        assert_eq!(look_at(&seats, None, None, &only, 20_000), Turn::Queue, "ringing was switched off meanwhile");
    }

    #[test]
    fn a_locale_has_one_language() {
        assert_eq!(language_of(Some("pt-BR")).as_deref(), Some("pt"));
        assert_eq!(language_of(Some("EN_gb")).as_deref(), Some("en"));
        assert_eq!((language_of(Some("")), language_of(Some("portuguese")), language_of(None)), (None, None, None));
    }

    #[test]
    fn modes_and_answers_survive_their_names() {
        for mode in [Mode::Manual, Mode::Automatic, Mode::Ring] {
            assert_eq!(Mode::parse(mode.as_str()), mode);
        }
        assert_eq!(Mode::parse("robots"), Mode::Manual);
        for answer in [Answer::Accepted, Answer::Passed, Answer::Withdrawn, Answer::Lost, Answer::Missed] {
            assert_eq!(Answer::parse(answer.as_str()), Some(answer));
        }
        assert_eq!(Answer::parse("perhaps"), None);
    }

    proptest! {
        #[test]
        fn nobody_is_ever_given_more_than_their_limit(loads in prop::collection::vec(0i64..6, 1..20), limit in 1i64..5, rounds in 0usize..60) {
            let rng = Rng::default();
            let rule = rule(Mode::Automatic, limit);
            let mut seats: Vec<Seat> = loads.iter().map(|chats| seat(&rng, *chats)).collect();
            for round in 0..rounds {
                let Some(agent) = choose(&seats, &rule, None, None).map(|seat| seat.agent) else {
                    prop_assert!(seats.iter().all(|seat| seat.chats >= limit));
                    break;
                };
                let least = seats.iter().filter(|seat| seat.chats < limit).map(|seat| seat.chats).min();
                let seat = seats.iter_mut().find(|seat| seat.agent == agent).unwrap();
                prop_assert_eq!(Some(seat.chats), least);
                prop_assert!(seat.chats < limit);
                seat.chats += 1;
                seat.last_turn = Some(Time(round as i64));
            }
        }
    }
}
