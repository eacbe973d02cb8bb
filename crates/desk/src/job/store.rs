//! SQL of the jobs.

use base::Time;
use db::{DbError, FromRow, Row, Tx, sql};

use super::Job;
use crate::error::Result;

impl FromRow for Job {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self { id: row.get(0)?, kind: row.get(1)?, body: row.get(2)?, attempts: row.get(3)? })
    }
}

pub fn insert(
    tx: &mut Tx<'_>,
    id: &str,
    kind: &str,
    body: &str,
    unique_key: Option<&str>,
    run_at: Time,
    now: Time,
) -> Result<()> {
    sql("INSERT INTO job (id, kind, body, unique_key, run_at, attempts, lease_until, dead, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6) ON CONFLICT (unique_key) DO UPDATE SET run_at = \
         CASE WHEN excluded.run_at < job.run_at THEN excluded.run_at ELSE job.run_at END")
    .bind(id)
    .bind(kind)
    .bind(body)
    .bind(unique_key)
    .bind(run_at.millis())
    .bind(now.millis())
    .run(tx)?;
    Ok(())
}

pub fn due(tx: &mut Tx<'_>, now: Time, most: i64) -> Result<Vec<Job>> {
    Ok(sql("SELECT id, kind, body, attempts FROM job WHERE dead = 0 AND run_at <= $1 AND lease_until <= $1 ORDER BY run_at, id LIMIT $2")
        .bind(now.millis())
        .bind(most)
        .all(tx)?)
}

pub fn lease(tx: &mut Tx<'_>, id: &str, worker: &str, now: Time, until: Time) -> Result<bool> {
    let leased = sql(
        "UPDATE job SET lease = $2, lease_until = $4 WHERE id = $1 AND dead = 0 AND run_at <= $3 AND lease_until <= $3",
    )
    .bind(id)
    .bind(worker)
    .bind(now.millis())
    .bind(until.millis())
    .run(tx)?;
    Ok(leased == 1)
}

pub fn delete(tx: &mut Tx<'_>, id: &str, worker: &str) -> Result<bool> {
    Ok(sql("DELETE FROM job WHERE id = $1 AND lease = $2").bind(id).bind(worker).run(tx)? == 1)
}

pub fn retry(
    tx: &mut Tx<'_>,
    id: &str,
    worker: &str,
    attempts: i64,
    dead: bool,
    error: &str,
    run_at: Time,
) -> Result<bool> {
    let changed =
        sql("UPDATE job SET attempts = $3, dead = $4, last_error = $5, run_at = $6, lease = NULL, lease_until = 0 \
                       WHERE id = $1 AND lease = $2")
        .bind(id)
        .bind(worker)
        .bind(attempts)
        .bind(i64::from(dead))
        .bind(error)
        .bind(run_at.millis())
        .run(tx)?;
    Ok(changed == 1)
}

/// Gives a job back untried, to be looked at again later.
pub fn put_off(tx: &mut Tx<'_>, id: &str, worker: &str, run_at: Time) -> Result<()> {
    sql("UPDATE job SET run_at = $3, lease = NULL, lease_until = 0 WHERE id = $1 AND lease = $2")
        .bind(id)
        .bind(worker)
        .bind(run_at.millis())
        .run(tx)?;
    Ok(())
}

pub fn depth(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    Ok(sql("SELECT count(*), COALESCE(sum(dead), 0) FROM job").one::<(i64, i64)>(tx)?)
}
