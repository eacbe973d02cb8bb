//! The worker: takes jobs that are due and does them. Every node runs one; the lease keeps them apart.

use std::time::Duration;

use base::Time;
use db::Tx;

use super::{Errands, Job, claim, complete, enqueue, fail};
use crate::context::Context;
use crate::error::Result;
use crate::write::Desk;
use crate::{agent, ask, contact, conversation, file, identity, mail, routing, setting, status};

/// Ends timed statuses, marks agents absent who fell silent, and repairs conversations that nobody would act on.
const SWEEP: &str = "conversation.sweep";
/// Forgets sessions, invitations and visitors' tokens whose time is over.
const FORGET: &str = "expired.forget";

const fn every(kind: &str) -> Option<i64> {
    match kind.as_bytes() {
        b"conversation.sweep" => Some(5_000),
        b"expired.forget" => Some(600_000),
        _ => None,
    }
}

/// Makes sure that the recurring jobs are there.
pub async fn schedule(desk: &Desk) -> Result<()> {
    desk.write("job", |tx, cx| {
        for kind in [SWEEP, FORGET] {
            enqueue(tx, cx, kind, "{}", Some(kind), cx.now())?;
        }
        Ok(())
    })
    .await
}

/// Does jobs until the task is dropped, and sends runners for errands. Looks every `pause`, at once again while there was something to do.
pub async fn run(desk: Desk, worker: String, pause: Duration, errands: Errands) {
    loop {
        match once(&desk, &worker, &errands).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(pause).await,
            Err(error) => {
                tracing::warn!(%error, "jobs have to wait for the database");
                tokio::time::sleep(pause * 4).await;
            }
        }
    }
}

/// Does some of the jobs that are due; false when there are none.
pub(crate) async fn once(desk: &Desk, worker: &str, errands: &Errands) -> Result<bool> {
    if !desk.read(|tx, cx| Ok(!super::store::due(tx, cx.now(), 1)?.is_empty())).await? {
        return Ok(false);
    }
    let name = worker.to_owned();
    let jobs = desk.write("job", move |tx, cx| claim(tx, cx, &name, 16)).await?;
    let some = !jobs.is_empty();
    for job in jobs {
        let Some(job) = errands.send(desk, worker, job).await else { continue };
        perform(desk, worker, job).await;
    }
    Ok(some)
}

async fn perform(desk: &Desk, worker: &str, job: Job) {
    let (name, again) = (worker.to_owned(), job.clone());
    let done = desk.write("job", move |tx, cx| perform_in(tx, cx, &again, &name)).await;
    if let Err(error) = done {
        tracing::warn!(kind = %job.kind, attempts = job.attempts, %error, "a job failed and will be tried again");
        let name = worker.to_owned();
        let text = error.to_string();
        let failed = desk.write("job", move |tx, cx| fail(tx, cx, &job, &name, &text)).await;
        if let Err(error) = failed {
            // the lease ends by itself and the job is tried again
            tracing::warn!(%error, "a job's failure could not be written down");
        }
    }
}

/// Does the job and says so in one transaction; a recurring one is written down again.
fn perform_in(tx: &mut Tx<'_>, cx: &Context, job: &Job, worker: &str) -> Result<()> {
    if !complete(tx, job, worker)? {
        return Ok(());
    }
    match job.kind.as_str() {
        SWEEP => {
            status::watch(tx, cx)?;
            let orphans = conversation::sweep(tx, cx)? + routing::sweep(tx, cx)?;
            if orphans > 0 {
                setting::count_orphans(tx, orphans)?;
                tracing::warn!(orphans, "put conversations back into the queue that nobody would have acted on");
            }
        }
        FORGET => {
            agent::forget_expired(tx, cx)?;
            contact::forget_expired(tx, cx)?;
            identity::forget_expired(tx, cx)?;
            mail::forget_expired(tx, cx)?;
            file::forget_expired(tx, cx)?;
            routing::forget_expired(tx, cx)?;
        }
        conversation::WAKE => conversation::perform_wake(tx, cx, &job.body)?,
        other if routing::perform(tx, cx, other, &job.body)? => {}
        other if routing::perform(tx, cx, other, &job.body)? || ask::perform(tx, cx, other, &job.body)? => {}
        other => tracing::warn!(kind = other, "dropped a job of a kind that this version does not know"),
    }
    if let Some(pause) = every(&job.kind) {
        let next: Time = cx.now().plus_millis(pause);
        enqueue(tx, cx, &job.kind, "{}", Some(&job.kind), next)?;
    }
    Ok(())
}
