//! What agents are doing: five statuses, chosen by themselves or by somebody with the right to, some for a time only. Whoever
//! gives no sign of life for 90 seconds is not available until they are back.

pub mod keep;
mod model;
mod store;
#[cfg(test)]
mod tests;

use base::{AgentId, DepartmentId, SpanId, Time};
use db::{DbError, Row, Tx};
use serde::Serialize;

use crate::actor::{Action, Actor, Permission, Resource, authorize};
use crate::context::Context;
use crate::error::{Rejection, Result, Who};
use crate::event::{Audience, Kind, emit};
use store::Stored;

pub use model::{Free, Now, Span, Status, Wanted};

/// Without a sign of life for this long an agent is not available, in ms.
pub const SILENCE: i64 = 90_000;

#[derive(Serialize)]
struct Changed {
    agent_id: AgentId,
    status: Now,
}

/// Reads the six columns status, until, reason, set_by, its name, since; an account without them was never there.
pub(crate) fn read_now(row: &Row<'_>, at: usize) -> Result<Now, DbError> {
    let (id, name): (Option<String>, Option<String>) = (row.get(at + 3)?, row.get(at + 4)?);
    Ok(Now {
        status: row.get::<Option<String>>(at)?.as_deref().map_or(Status::NotAvailable, Status::parse),
        until: row.get::<Option<i64>>(at + 1)?.map(Time),
        reason: row.get(at + 2)?,
        set_by: id.zip(name).map(|(id, name)| Who { id, name }),
        since: Time(row.get::<Option<i64>>(at + 5)?.unwrap_or_default()),
    })
}

/// A new account is available from the start.
pub(crate) fn begin(tx: &mut Tx<'_>, cx: &Context, agent: AgentId) -> Result<()> {
    if store::insert(tx, agent, Status::Available, cx.now())? {
        let it = Stored {
            status: Status::Available,
            until: None,
            back_to: None,
            former: None,
            reason: None,
            set_by: None,
            since: cx.now(),
        };
        store::turn(tx, SpanId::new(&cx.rng, cx.now()), agent, &it)?;
    }
    Ok(())
}

/// Writes a status down and tells everybody when it shows.
fn put(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, agent: AgentId, before: &Stored, mut it: Stored) -> Result<Now> {
    let turns = before.status != it.status || before.set_by != it.set_by || before.reason != it.reason;
    it.since = if before.status == it.status { before.since } else { cx.now() };
    store::save(tx, agent, &it)?;
    if turns {
        let span = Stored { since: cx.now(), ..it.clone() };
        store::turn(tx, SpanId::new(&cx.rng, cx.now()), agent, &span)?;
    }
    let now = store::now(tx, agent)?.ok_or(Rejection::NotFound)?;
    if turns || before.until != it.until {
        let data = Changed { agent_id: agent, status: now.clone() };
        emit(tx, cx, actor, Kind::AgentStatusChanged, None, Audience::Agents, &data);
    }
    Ok(now)
}

/// Sets one's own status, or with the right to it and a reason a colleague's.
pub fn set(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, agent: AgentId, wanted: &Wanted) -> Result<Now> {
    let me = actor.agent()?;
    if let Some((field, message)) = wanted.problem(cx.now()) {
        return Err(Rejection::invalid(field, message).into());
    }
    let reason = wanted.reason.as_deref().map(str::trim).filter(|it| !it.is_empty());
    if me.id != agent {
        authorize(actor, Action::May(Permission::PeopleStatus), Resource::Deployment)?;
    }
    let before = store::lock(tx, agent)?.ok_or(Rejection::NotFound)?;
    if me.id != agent && reason.is_none() {
        return Err(Rejection::invalid("reason", "Say why, so that your colleague knows.").into());
    }
    let timed = wanted.until.is_some();
    let after = Stored {
        status: wanted.status,
        until: wanted.until,
        // a timed status in a timed status ends where the first would have
        back_to: timed.then(|| before.back_to.filter(|_| before.until.is_some()).unwrap_or(before.status)),
        former: None,
        reason: reason.map(str::to_owned),
        set_by: Some(me.id),
        since: cx.now(),
    };
    let after =
        Stored { back_to: after.back_to.map(|it| if it == wanted.status { Status::Available } else { it }), ..after };
    put(tx, cx, actor, agent, &before, after)
}

/// An agent's socket opened: they are back, with the status they had unless they chose another meanwhile.
pub fn arrive(tx: &mut Tx<'_>, cx: &Context, agent: AgentId) -> Result<()> {
    let Some(before) = store::lock(tx, agent)? else { return Ok(()) };
    store::touch(tx, agent, cx.now())?;
    if let (Some(former), None, Status::NotAvailable) = (before.former, before.set_by, before.status) {
        let after = Stored { status: former, former: None, ..before.clone() };
        put(tx, cx, &Actor::System, agent, &before, after)?;
    }
    Ok(())
}

/// These gave a sign of life.
fn seen(tx: &mut Tx<'_>, agents: &[(AgentId, Time)]) -> Result<()> {
    agents.iter().try_for_each(|(agent, at)| store::touch(tx, *agent, *at))
}

/// Ends timed statuses, and marks those absent who fell silent. Says whom it marked.
pub fn watch(tx: &mut Tx<'_>, cx: &Context) -> Result<Vec<AgentId>> {
    for agent in store::over(tx, cx.now())? {
        let Some(before) = store::lock(tx, agent)? else { continue };
        let next = before.back_to.unwrap_or(Status::Available);
        let calm = Stored { until: None, back_to: None, reason: None, ..before.clone() };
        let after = match before.former {
            // absent: the end of the break is waiting for them
            Some(_) => Stored { former: Some(next), ..calm },
            None => Stored { status: next, set_by: None, ..calm },
        };
        put(tx, cx, &Actor::System, agent, &before, after)?;
    }
    let silent = store::silent(tx, cx.now().plus_millis(-SILENCE))?;
    for agent in &silent {
        let Some(before) = store::lock(tx, *agent)? else { continue };
        let after = Stored {
            status: Status::NotAvailable,
            former: Some(before.status),
            set_by: None,
            reason: None,
            ..before.clone()
        };
        put(tx, cx, &Actor::System, *agent, &before, after)?;
    }
    Ok(silent)
}

/// The present status of somebody.
pub fn get(tx: &mut Tx<'_>, agent: AgentId) -> Result<Now> {
    store::now(tx, agent)?.ok_or_else(|| Rejection::NotFound.into())
}

/// When each agent gave the last sign of life, to half a minute.
pub fn last_seen(tx: &mut Tx<'_>) -> Result<Vec<(AgentId, Time)>> {
    let rows = store::seen(tx)?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id.parse().ok()?, Time(at)))).collect())
}

/// One's own spans, or with the right to monitor a colleague's: newest first, at most `limit`, begun before `before`.
pub fn history(tx: &mut Tx<'_>, actor: &Actor, agent: AgentId, before: Time, limit: i64) -> Result<Vec<Span>> {
    if actor.agent()?.id != agent {
        authorize(actor, Action::May(Permission::MonitoringRead), Resource::Deployment)?;
    }
    store::spans(tx, agent, before, limit)
}

/// Who may be given work now, in a department or at all: the least loaded first, then who has been available longest. Whether
/// their limit leaves room is for the caller to say.
pub fn available(tx: &mut Tx<'_>, department: Option<DepartmentId>) -> Result<Vec<Free>> {
    store::available(tx, department)
}
