//! Errands: jobs that reach outside of the database (a file store, a push service). They run beside the worker's loop, so
//! that a slow stranger delays no timer, and are told done or failed like every other job.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::{Job, complete, fail, store};
use crate::write::Desk;

/// How many errands of one node are out at once.
const MOST_AT_ONCE: usize = 32;
/// How long one may take: less than a lease, so that nobody else runs the same one meanwhile.
const LONGEST: Duration = Duration::from_secs(45);
/// How long an errand waits when all runners are out, in ms.
const NO_RUNNER: i64 = 1_000;

type Running = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
type Run = Arc<dyn Fn(Job) -> Running + Send + Sync>;

/// How each kind of errand is run. What fails says why in a sentence without secrets, which is kept with the job.
#[derive(Clone)]
pub struct Errands {
    kinds: HashMap<&'static str, Run>,
    runners: Arc<Semaphore>,
}

impl Default for Errands {
    fn default() -> Self {
        Self { kinds: HashMap::new(), runners: Arc::new(Semaphore::new(MOST_AT_ONCE)) }
    }
}

impl Errands {
    /// Adds a kind of job. The same job may be run twice.
    pub fn add<F>(&mut self, kind: &'static str, run: impl Fn(Job) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.kinds.insert(kind, Arc::new(move |job| Box::pin(run(job))));
    }

    /// Sends a runner if the job is an errand; gives it back otherwise.
    pub(super) async fn send(&self, desk: &Desk, worker: &str, job: Job) -> Option<Job> {
        let Some(run) = self.kinds.get(job.kind.as_str()).cloned() else { return Some(job) };
        let Ok(runner) = self.runners.clone().try_acquire_owned() else {
            let name = worker.to_owned();
            let put_off =
                desk.write("job", move |tx, cx| store::put_off(tx, &job.id, &name, cx.now().plus_millis(NO_RUNNER)));
            if let Err(error) = put_off.await {
                // the lease ends by itself
                tracing::warn!(%error, "an errand could not be put off");
            }
            return None;
        };
        let (desk, worker) = (desk.clone(), worker.to_owned());
        tokio::spawn(async move {
            let ran = tokio::time::timeout(LONGEST, run(job.clone())).await;
            let result = ran.unwrap_or_else(|_| Err("it took too long".to_owned()));
            tell(&desk, worker, job, result).await;
            drop(runner);
        });
        None
    }
}

async fn tell(desk: &Desk, worker: String, job: Job, result: Result<(), String>) {
    if let Err(why) = &result {
        tracing::warn!(kind = %job.kind, attempts = job.attempts, %why, "an errand failed and will be tried again");
    }
    let told = desk.write("job", move |tx, cx| match &result {
        Ok(()) => complete(tx, &job, &worker),
        Err(why) => fail(tx, cx, &job, &worker, why),
    });
    if let Err(error) = told.await {
        // the lease ends by itself and the errand is run again
        tracing::warn!(%error, "what became of an errand could not be written down");
    }
}
