//! Jobs: work that must happen later or elsewhere, written down in the transaction that wants it and done under a lease.
//! A job may be done twice (its worker died after the work, before saying so): what it does must bear that.

mod errand;
mod store;
#[cfg(test)]
mod tests;
mod work;

use base::{JobId, Time};
use db::Tx;

use crate::context::Context;
use crate::error::Result;

pub use errand::Errands;
#[cfg(test)]
pub(crate) use work::once;
pub use work::{run, schedule};

/// A job under lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub id: String,
    pub kind: String,
    pub body: String,
    /// How often it was tried before.
    pub attempts: i64,
}

/// How long a worker may take before another may try, in ms.
const LEASE: i64 = 60_000;
/// After this many failures a job is dead: it stays, visible, until somebody looks.
const MAX_ATTEMPTS: i64 = 20;

/// Writes a job down. With a `unique_key` that already waits, nothing is added and the earlier time counts.
pub fn enqueue(
    tx: &mut Tx<'_>,
    cx: &Context,
    kind: &str,
    body: &str,
    unique_key: Option<&str>,
    run_at: Time,
) -> Result<()> {
    store::insert(tx, &JobId::new(&cx.rng, cx.now()).to_string(), kind, body, unique_key, run_at, cx.now())
}

/// Takes up to `most` jobs that are due, each for [`LEASE`]; nobody else gets them in that time.
pub fn claim(tx: &mut Tx<'_>, cx: &Context, worker: &str, most: i64) -> Result<Vec<Job>> {
    let now = cx.now();
    let mut mine = Vec::new();
    for job in store::due(tx, now, most)? {
        if store::lease(tx, &job.id, worker, now, now.plus_millis(LEASE))? {
            mine.push(job);
        }
    }
    Ok(mine)
}

/// The job is done, if `worker` still holds it.
pub fn complete(tx: &mut Tx<'_>, job: &Job, worker: &str) -> Result<bool> {
    store::delete(tx, &job.id, worker)
}

/// The job failed: it waits longer each time (1 s, 2 s, 4 s … at most 1 h, half of it by chance), then it is dead.
pub fn fail(tx: &mut Tx<'_>, cx: &Context, job: &Job, worker: &str, error: &str) -> Result<bool> {
    let attempts = job.attempts + 1;
    let dead = attempts >= MAX_ATTEMPTS;
    let chance = u64::from_le_bytes(cx.rng.bytes::<8>());
    store::retry(tx, &job.id, worker, attempts, dead, error, cx.now().plus_millis(backoff(attempts, chance)))
}

/// The wait before attempt number `attempts` + 1, in ms: between half of the full wait and the whole.
fn backoff(attempts: i64, chance: u64) -> i64 {
    let full =
        1_000_i64.checked_shl(u32::try_from(attempts - 1).unwrap_or(0).min(12)).unwrap_or(i64::MAX).min(3_600_000);
    full / 2 + i64::try_from(chance % (full as u64 / 2 + 1)).unwrap_or(0)
}

/// How many jobs wait, and how many are dead.
pub fn depth(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    store::depth(tx)
}
