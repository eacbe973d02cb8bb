//! SQL of the agents' statuses.

use base::{AgentId, DepartmentId, SpanId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::model::{Free, Now, Span, Status};
use crate::error::{Result, Who};

fn unreadable() -> DbError {
    DbError::Statement("status: unreadable id".to_owned())
}

/// A status with what nobody is shown.
#[derive(Clone, Debug)]
pub struct Stored {
    pub status: Status,
    pub until: Option<Time>,
    /// What comes after a timed one.
    pub back_to: Option<Status>,
    /// What comes back when an absent agent returns.
    pub former: Option<Status>,
    pub reason: Option<String>,
    pub set_by: Option<AgentId>,
    pub since: Time,
}

impl FromRow for Stored {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let set_by: Option<String> = row.get(5)?;
        Ok(Self {
            status: Status::parse(&row.get::<String>(0)?),
            until: row.get::<Option<i64>>(1)?.map(Time),
            back_to: row.get::<Option<String>>(2)?.as_deref().map(Status::parse),
            former: row.get::<Option<String>>(3)?.as_deref().map(Status::parse),
            reason: row.get(4)?,
            set_by: set_by.as_deref().map(str::parse).transpose().map_err(|_| unreadable())?,
            since: Time(row.get(6)?),
        })
    }
}

/// The status, with its row held until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, agent: AgentId) -> Result<Option<Stored>> {
    Ok(sql("UPDATE agent_status SET since = since WHERE agent_id = $1 \
            RETURNING status, until, back_to, former, reason, set_by, since")
    .bind(agent.to_string())
    .maybe(tx)?)
}

/// False when there is one.
pub fn insert(tx: &mut Tx<'_>, agent: AgentId, status: Status, now: Time) -> Result<bool> {
    let inserted = sql("INSERT INTO agent_status (agent_id, status, since, seen_at) VALUES ($1, $2, $3, $3) \
                        ON CONFLICT DO NOTHING")
    .bind(agent.to_string())
    .bind(status.as_str())
    .bind(now.millis())
    .run(tx)?;
    Ok(inserted == 1)
}

pub fn save(tx: &mut Tx<'_>, agent: AgentId, it: &Stored) -> Result<()> {
    sql("UPDATE agent_status SET status = $2, until = $3, back_to = $4, former = $5, reason = $6, set_by = $7, since = $8 \
         WHERE agent_id = $1")
        .bind(agent.to_string())
        .bind(it.status.as_str())
        .bind(it.until.map(Time::millis))
        .bind(it.back_to.map(Status::as_str))
        .bind(it.former.map(Status::as_str))
        .bind(it.reason.as_deref())
        .bind(it.set_by.map(|id| id.to_string()))
        .bind(it.since.millis())
        .run(tx)?;
    Ok(())
}

/// Ends the present span and begins another.
pub fn turn(tx: &mut Tx<'_>, id: SpanId, agent: AgentId, it: &Stored) -> Result<()> {
    sql("UPDATE agent_status_span SET ended_at = $2 WHERE agent_id = $1 AND ended_at IS NULL")
        .bind(agent.to_string())
        .bind(it.since.millis())
        .run(tx)?;
    sql("INSERT INTO agent_status_span (id, agent_id, status, begun_at, set_by, reason) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(id.to_string())
        .bind(agent.to_string())
        .bind(it.status.as_str())
        .bind(it.since.millis())
        .bind(it.set_by.map(|id| id.to_string()))
        .bind(it.reason.as_deref())
        .run(tx)?;
    Ok(())
}

pub fn touch(tx: &mut Tx<'_>, agent: AgentId, now: Time) -> Result<()> {
    sql("UPDATE agent_status SET seen_at = $2 WHERE agent_id = $1 AND seen_at < $2")
        .bind(agent.to_string())
        .bind(now.millis())
        .run(tx)?;
    Ok(())
}

pub struct NowRow(pub Now);

impl FromRow for NowRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self(super::read_now(row, 0)?))
    }
}

pub fn now(tx: &mut Tx<'_>, agent: AgentId) -> Result<Option<Now>> {
    let row = sql("SELECT s.status, s.until, s.reason, s.set_by, b.name, s.since \
                   FROM agent_status s LEFT JOIN agent b ON b.id = s.set_by WHERE s.agent_id = $1")
    .bind(agent.to_string())
    .maybe::<NowRow>(tx)?;
    Ok(row.map(|row| row.0))
}

/// When each was last seen.
pub fn seen(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>> {
    Ok(sql("SELECT agent_id, seen_at FROM agent_status LIMIT 1000").all(tx)?)
}

impl FromRow for Span {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let (id, name): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
        Ok(Self {
            status: Status::parse(&row.get::<String>(0)?),
            from: Time(row.get(1)?),
            to: row.get::<Option<i64>>(2)?.map(Time),
            set_by: id.zip(name).map(|(id, name)| Who { id, name }),
            reason: row.get(5)?,
        })
    }
}

/// The newest spans that began before `before`, newest first.
pub fn spans(tx: &mut Tx<'_>, agent: AgentId, before: Time, limit: i64) -> Result<Vec<Span>> {
    Ok(sql("SELECT p.status, p.begun_at, p.ended_at, p.set_by, b.name, p.reason \
            FROM agent_status_span p LEFT JOIN agent b ON b.id = p.set_by \
            WHERE p.agent_id = $1 AND p.begun_at < $2 ORDER BY p.begun_at DESC, p.id DESC LIMIT $3")
    .bind(agent.to_string())
    .bind(before.millis())
    .bind(limit)
    .all(tx)?)
}

fn ids(rows: Vec<(String,)>) -> Result<Vec<AgentId>> {
    rows.into_iter().map(|(id,)| id.parse().map_err(|_| unreadable().into())).collect()
}

/// Whose timed status is over.
pub fn over(tx: &mut Tx<'_>, now: Time) -> Result<Vec<AgentId>> {
    ids(sql("SELECT agent_id FROM agent_status WHERE until IS NOT NULL AND until <= $1 LIMIT 1000")
        .bind(now.millis())
        .all(tx)?)
}

/// Who gave no sign of life since, and is not known to be away.
pub fn silent(tx: &mut Tx<'_>, since: Time) -> Result<Vec<AgentId>> {
    ids(sql("SELECT agent_id FROM agent_status WHERE status <> 'not_available' AND seen_at < $1 LIMIT 1000")
        .bind(since.millis())
        .all(tx)?)
}

impl FromRow for Free {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            agent: row.get::<String>(0)?.parse().map_err(|_| unreadable())?,
            name: row.get(1)?,
            load: row.get(2)?,
            limit: row.get(3)?,
            languages: serde_json::from_str(&row.get::<String>(4)?).unwrap_or_default(),
            since: Time(row.get(5)?),
        })
    }
}

pub fn available(tx: &mut Tx<'_>, department: Option<DepartmentId>) -> Result<Vec<Free>> {
    Ok(sql("SELECT a.id, a.name, (SELECT count(*) FROM conversation c WHERE c.owner_id = a.id AND c.is_open = 1), \
            a.chat_limit, a.languages, s.since FROM agent a JOIN agent_status s ON s.agent_id = a.id \
            WHERE a.active = 1 AND s.status = 'available' AND (CAST($1 AS TEXT) IS NULL OR EXISTS \
            (SELECT 1 FROM department_member m WHERE m.department_id = $1 AND m.agent_id = a.id)) \
            ORDER BY 3, s.since, a.id LIMIT 1000")
    .bind(department.map(|id| id.to_string()))
    .all(tx)?)
}
