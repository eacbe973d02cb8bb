//! One look at the whole floor: who rings for whom, what waits, who could take it. It goes by what is, not by what happened,
//! so that a lost hint costs time and nothing else; one node looks at a time.

use db::Tx;

use super::model::{Mode, RING, Rule, Seat, Turn, choose, language_of, look_at, rule_of};
use super::offer::{self, End};
use super::store::{self, Waiting};
use super::{AWAY_AFTER, model};
use crate::context::Context;
use crate::conversation;
use crate::error::Result;

/// How long one node may be the one that looks, in ms, without saying so again.
const LEASE: i64 = 5_000;
/// The most conversations handed out in one look.
const MOST: i64 = 200;

/// What a look did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    pub rang: usize,
    pub assigned: usize,
    /// Rings that were ended early or put back.
    pub ended: usize,
}

/// Whether there is anything to look at: a question that writes nothing.
pub fn has_work(tx: &mut Tx<'_>) -> Result<bool> {
    store::has_work(tx)
}

/// Looks once, if no other node does so now: changes the rings, then hands out what waits, oldest first.
pub fn pass(tx: &mut Tx<'_>, cx: &Context, node: &str) -> Result<Passed> {
    let now = cx.now();
    let mut passed = Passed::default();
    if !store::lease(tx, "routing", node, now, now.plus_millis(LEASE))? {
        return Ok(passed);
    }
    let rules = store::rules(tx)?;
    let mut seats = store::seats(tx, now.plus_millis(-AWAY_AFTER))?;
    let ringing = store::ringing(tx)?;
    for it in &ringing {
        passed.ended += usize::from(!keep_ringing(tx, cx, &rules, &seats, it)?);
    }
    let mut waiting = Vec::new();
    for rule in rules.iter().filter(|rule| rule.mode != Mode::Manual) {
        let rings = ringing.iter().filter(|it| follows(&rules, it).is_some_and(|its| its.scope == rule.scope)).count();
        let places = places(&seats, rule) - if rule.mode == Mode::Ring { count(rings) } else { 0 };
        waiting.extend(store::queue(tx, &rule.scope, places.clamp(0, MOST))?);
    }
    waiting.sort_by_key(|it| (it.priority, it.at, it.id));
    for it in &waiting {
        match follows(&rules, it) {
            Some(rule) if rule.mode == Mode::Ring => passed.rang += usize::from(ring(tx, cx, rule, &seats, it)?),
            Some(rule) => passed.assigned += usize::from(assign(tx, cx, rule, &mut seats, it)?),
            None => {}
        }
    }
    Ok(passed)
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

fn follows<'a>(rules: &'a [Rule], it: &Waiting) -> Option<&'a Rule> {
    rule_of(rules, &it.inbox, it.department.as_deref())
}

/// How many conversations the agents of a rule could take now: more than that need not ring.
fn places(seats: &[Seat], rule: &Rule) -> i64 {
    seats.iter().filter(|seat| seat.takes(rule, None)).map(|seat| seat.free(rule)).sum()
}

/// False when the ring came to its end.
fn keep_ringing(tx: &mut Tx<'_>, cx: &Context, rules: &[Rule], seats: &[Seat], it: &Waiting) -> Result<bool> {
    let offers = store::offers(tx, it.id, it.epoch)?;
    let left = it.at.since(cx.now());
    match look_at(seats, follows(rules, it), it.department.as_deref(), &offers, left) {
        Turn::Change { withdraw, offer } => {
            offer::withdraw(tx, cx, it.id, it.epoch, &withdraw)?;
            if !offer.is_empty() {
                let conversation = conversation::get(tx, &crate::Actor::System, it.id)?.value;
                offer::make(tx, cx, &conversation, &offer)?;
            }
            Ok(true)
        }
        Turn::Miss => {
            offer::end(tx, cx, End { conversation: it.id, round: it.epoch })?;
            Ok(false)
        }
        Turn::Queue => {
            let ringing: Vec<_> =
                offers.iter().filter(|(_, answer)| answer.is_none()).map(|(agent, _)| *agent).collect();
            offer::withdraw(tx, cx, it.id, it.epoch, &ringing)?;
            conversation::unring(tx, cx, it.id, it.epoch)?;
            Ok(false)
        }
    }
}

fn ring(tx: &mut Tx<'_>, cx: &Context, rule: &Rule, seats: &[Seat], it: &Waiting) -> Result<bool> {
    let takers = seats.iter().filter(|seat| seat.takes(rule, it.department.as_deref()));
    let agents: Vec<_> = takers.map(|seat| seat.agent).collect();
    if agents.is_empty() {
        return Ok(false);
    }
    let Some(rings) = conversation::ring(tx, cx, it.id, it.epoch, cx.now().plus_millis(RING))? else {
        return Ok(false);
    };
    offer::make(tx, cx, &rings, &agents)?;
    offer::schedule_end(tx, cx, &rings)?;
    Ok(true)
}

fn assign(tx: &mut Tx<'_>, cx: &Context, rule: &Rule, seats: &mut [Seat], it: &Waiting) -> Result<bool> {
    let language = language_of(it.locale.as_deref());
    let chosen = choose(seats, rule, it.department.as_deref(), language.as_deref()).map(|seat| seat.agent);
    let Some(agent) = chosen else { return Ok(false) };
    if !conversation::assign(tx, cx, it.id, it.epoch, agent)? {
        return Ok(false);
    }
    store::take_turn(tx, agent, cx.now())?;
    let now = cx.now();
    if let Some(seat) = seats.iter_mut().find(|seat: &&mut model::Seat| seat.agent == agent) {
        seat.chats += 1;
        seat.last_turn = Some(now);
    }
    Ok(true)
}
