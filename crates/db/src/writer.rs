//! Group commit: one writer thread takes everything that waits, runs it in one
//! transaction, commits once and answers everybody. How a closure that fails is
//! undone without its neighbours is decided here and nowhere else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::DbError;
use crate::error::{Fault, Scope};
use crate::feed::FeedSender;
use crate::queue::{PATIENCE, Queue};
use crate::session::Session;
use crate::stats::Counters;
use crate::tx::{Committed, Entry, Traces, Tx};

/// How often a single closure is repeated after deadlocks.
const MOST_REPEATS: u32 = 10;

/// How a closure ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Done,
    Refused,
}

/// A group as large as this says that the desk is busy.
const BUSY: usize = 8;
/// How long after a commit of a busy desk began the next one begins at the earliest.
const GATHER: Duration = Duration::from_millis(3);

/// A closure with its caller's type hidden.
pub(crate) trait Work: Send {
    /// Runs the closure and keeps its result; an earlier result is dropped.
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict;
    /// Replaces the result.
    fn fail(&mut self, error: DbError);
    /// Hands the result to the caller, if it still waits.
    fn answer(self: Box<Self>);
}

pub(crate) struct Waiting {
    work: Box<dyn Work>,
    since: Instant,
}

impl Waiting {
    pub fn new(work: Box<dyn Work>) -> Self {
        Self { work, since: Instant::now() }
    }
}

pub(crate) struct Write<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Write<T, E, F> {
    pub fn new(work: F, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self { work, result: None, reply }
    }
}

impl<T, E, F> Work for Write<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict {
        let result =
            catch_unwind(AssertUnwindSafe(|| (self.work)(tx))).unwrap_or_else(|_| Err(E::from(DbError::Panicked)));
        let verdict = if result.is_ok() { Verdict::Done } else { Verdict::Refused };
        self.result = Some(result);
        verdict
    }

    fn fail(&mut self, error: DbError) {
        self.result = Some(Err(E::from(error)));
    }

    fn answer(self: Box<Self>) {
        let result = self.result.unwrap_or_else(|| Err(E::from(DbError::Unavailable("the write was given up".into()))));
        // The caller may have gone; its work is done all the same.
        let _ = self.reply.send(result);
    }
}

/// Why an attempt did not commit.
enum Trouble {
    /// A closure failed after it had written: again, with savepoints.
    Dirty,
    /// Again, one closure per transaction.
    Alone(Fault),
    /// Everybody gets this error.
    Failed(DbError),
    /// The connection is gone; everybody gets this error.
    Lost(DbError),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        match fault.scope {
            Scope::Connection => Self::Lost(fault.error),
            Scope::Batch => Self::Failed(fault.error),
            // The server ended a statement that waited too long.
            Scope::Closure if matches!(fault.error, DbError::Unavailable(_)) => Self::Failed(fault.error),
            Scope::Closure | Scope::Again => Self::Alone(fault),
        }
    }
}

pub(crate) struct Writer<'s> {
    session: &'s mut dyn Session,
    feed: FeedSender,
    counters: Arc<Counters>,
    entries: Vec<Entry>,
}

impl<'s> Writer<'s> {
    pub fn new(session: &'s mut dyn Session, feed: FeedSender, counters: Arc<Counters>) -> Self {
        Self { session, feed, counters, entries: Vec::new() }
    }

    /// Serves the queue until it is closed and empty.
    pub fn serve(&mut self, queue: &Queue<Waiting>, most: usize) {
        let mut batch = Vec::new();
        while queue.take(most, &mut batch) {
            let (started, size) = (Instant::now(), batch.len());
            self.settle(&mut batch);
            for waiting in batch.drain(..) {
                waiting.work.answer();
            }
            self.session.rest();
            self.counters.busy(started.elapsed());
            gather(size, started);
        }
    }

    /// Runs the batch until each closure in it has a result.
    fn settle(&mut self, batch: &mut Vec<Waiting>) {
        if !self.begin(batch) {
            return;
        }
        self.counters.closures.fetch_add(batch.len() as u64, Ordering::Relaxed);
        let mut outcome = self.attempt(batch, false);
        if matches!(outcome, Err(Trouble::Dirty)) {
            outcome = self.again(batch);
        }
        match outcome {
            Ok(()) => {}
            Err(Trouble::Dirty) => fail_all(batch, &DbError::Unavailable("run again".into())),
            Err(Trouble::Alone(fault)) => self.one_by_one(batch, fault),
            Err(Trouble::Failed(error) | Trouble::Lost(error)) => fail_all(batch, &error),
        }
    }

    fn again(&mut self, batch: &mut [Waiting]) -> Result<(), Trouble> {
        self.counters.reruns.fetch_add(1, Ordering::Relaxed);
        self.session.begin()?;
        self.attempt(batch, true)
    }

    fn one_by_one(&mut self, batch: &mut [Waiting], first: Fault) {
        tracing::debug!(error = %first.error, closures = batch.len(), "running a batch one by one");
        for index in 0..batch.len() {
            if let Err(error) = self.alone(&mut batch[index..=index]) {
                fail_all(&mut batch[index..], &error);
                return;
            }
        }
    }

    /// One closure in a transaction of its own. An error means the connection
    /// is gone and nothing more can be tried.
    fn alone(&mut self, one: &mut [Waiting]) -> Result<(), DbError> {
        for repeat in 0..MOST_REPEATS {
            match self.again(one) {
                Ok(()) => return Ok(()),
                Err(Trouble::Lost(error)) => return Err(error),
                Err(Trouble::Failed(error)) => {
                    fail_all(one, &error);
                    return Ok(());
                }
                Err(Trouble::Alone(fault)) if fault.scope == Scope::Closure => {
                    fail_all(one, &fault.error);
                    return Ok(());
                }
                Err(Trouble::Alone(_) | Trouble::Dirty) => {
                    std::thread::sleep(Duration::from_millis(1 << repeat.min(6)));
                }
            }
        }
        fail_all(one, &DbError::Unavailable("contention did not end".into()));
        Ok(())
    }

    /// Opens the transaction. While the database is away, each closure waits its
    /// [`PATIENCE`] out; `false` when nobody is left.
    fn begin(&mut self, batch: &mut Vec<Waiting>) -> bool {
        let mut pause = Duration::from_millis(20);
        loop {
            let Err(fault) = self.session.begin() else { return true };
            if fault.scope != Scope::Connection {
                fail_all(batch, &fault.error);
                return false;
            }
            let now = Instant::now();
            batch.extract_if(.., |waiting| now.duration_since(waiting.since) >= PATIENCE).for_each(|mut late| {
                late.work.fail(fault.error.clone());
                late.work.answer();
            });
            let Some(left) =
                batch.iter().map(|waiting| PATIENCE.saturating_sub(now.duration_since(waiting.since))).min()
            else {
                return false;
            };
            std::thread::sleep(pause.min(left));
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }

    /// Runs every closure in the open transaction and commits.
    fn attempt(&mut self, batch: &mut [Waiting], savepoints: bool) -> Result<(), Trouble> {
        self.entries.clear();
        let outcome = self.run(batch, savepoints).and_then(|()| self.session.catch_up().map_err(Trouble::from));
        if let Err(trouble) = &outcome {
            if !matches!(trouble, Trouble::Lost(_)) {
                self.session.rollback();
            }
            return outcome;
        }
        let first = if self.entries.is_empty() {
            0
        } else {
            let numbered = self.session.write_events(&self.entries);
            numbered.inspect_err(|_| self.session.rollback())?
        };
        if let Err(fault) = self.session.commit() {
            if fault.scope == Scope::Connection {
                // It may have been committed after all.
                self.feed.doubt();
            } else {
                self.session.rollback();
            }
            return Err(fault.into());
        }
        self.counters.commits.fetch_add(1, Ordering::Relaxed);
        self.publish(first);
        Ok(())
    }

    fn run(&mut self, batch: &mut [Waiting], savepoints: bool) -> Result<(), Trouble> {
        let single = batch.len() == 1;
        for waiting in batch {
            let start = self.entries.len();
            if savepoints && !single {
                self.session.savepoint()?;
            }
            let mut tx = Tx::new(self.session, &mut self.entries);
            let verdict = waiting.work.run(&mut tx);
            let Traces { wrote, failure } = tx.traces();
            let failure = match failure {
                Some(fault) if fault.scope != Scope::Closure => return Err(fault.into()),
                other => other,
            };
            if let (Verdict::Done, Some(fault)) = (verdict, &failure) {
                waiting.work.fail(fault.error.clone());
            }
            let kept = verdict == Verdict::Done && failure.is_none();
            if !kept {
                self.entries.truncate(start);
            }
            let dirty = !kept && (wrote || failure.is_some());
            match (dirty, single, savepoints) {
                // Alone in its transaction: undoing all of it undoes only this one.
                (true, true, _) => {
                    self.session.rollback();
                    self.session.begin()?;
                }
                (true, false, true) => self.session.rollback_to()?,
                (true, false, false) => return Err(Trouble::Dirty),
                (false, false, true) => {
                    self.session.catch_up()?;
                    self.session.release()?;
                }
                (false, _, _) => {}
            }
        }
        Ok(())
    }

    fn publish(&mut self, first: i64) {
        if self.entries.is_empty() || !self.feed.wanted() {
            return;
        }
        let batch =
            (first..).zip(self.entries.drain(..)).map(|(seq, entry)| Arc::new(Committed::number(seq, entry))).collect();
        self.feed.send(batch);
    }
}

/// Under load, lets more come before the next commit: each costs an fsync and a round of pages, however many share it. A
/// desk that is not busy never waits.
fn gather(size: usize, started: Instant) {
    if size >= BUSY {
        std::thread::sleep(GATHER.saturating_sub(started.elapsed()));
    }
}

fn fail_all(batch: &mut [Waiting], error: &DbError) {
    for waiting in batch {
        waiting.work.fail(error.clone());
    }
}
