//! Reads: each closure gets one snapshot on one of a few reader threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::DbError;
use crate::error::Scope;
use crate::queue::{PATIENCE, Queue};
use crate::session::Session;
use crate::tx::{Entry, Tx};

/// A read with its caller's type hidden. Running it answers it.
pub(crate) trait Look: Send {
    fn run(self: Box<Self>, tx: &mut Tx<'_>);
    fn fail(self: Box<Self>, error: DbError);
    /// Whether the caller has gone, so that nobody would see the answer.
    fn abandoned(&self) -> bool;
}

pub(crate) struct Asked {
    look: Box<dyn Look>,
    since: Instant,
}

impl Asked {
    pub fn new(look: Box<dyn Look>) -> Self {
        Self { look, since: Instant::now() }
    }
}

pub(crate) struct Read<T, E, F> {
    work: F,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Read<T, E, F> {
    pub fn new(work: F, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self { work, reply }
    }
}

impl<T, E, F> Look for Read<T, E, F>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn run(self: Box<Self>, tx: &mut Tx<'_>) {
        let Self { work, reply } = *self;
        let mut result =
            catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(|_| Err(E::from(DbError::Panicked)));
        if result.is_ok() {
            if let Some(error) = tx.failed() {
                result = Err(E::from(error));
            } else if tx.emitted() {
                result = Err(E::from(DbError::Statement("a read cannot emit events".into())));
            }
        }
        let _ = reply.send(result);
    }

    fn fail(self: Box<Self>, error: DbError) {
        let _ = self.reply.send(Err(E::from(error)));
    }

    fn abandoned(&self) -> bool {
        self.reply.is_closed()
    }
}

/// Serves the queue until it is closed and empty.
pub(crate) fn serve(session: &mut dyn Session, queue: &Queue<Asked>) {
    let mut taken = Vec::with_capacity(1);
    let mut entries: Vec<Entry> = Vec::new();
    while queue.take(1, &mut taken) {
        let Some(asked) = taken.pop() else { continue };
        if asked.look.abandoned() {
            continue;
        }
        if let Some(look) = begin(session, asked) {
            entries.clear();
            look.run(&mut Tx::new(session, &mut entries));
            session.rollback();
        }
    }
}

/// Opens the snapshot; while the database is away the caller waits its
/// [`PATIENCE`] out.
fn begin(session: &mut dyn Session, asked: Asked) -> Option<Box<dyn Look>> {
    let mut pause = Duration::from_millis(20);
    loop {
        let Err(fault) = session.begin() else { return Some(asked.look) };
        let left = PATIENCE.saturating_sub(asked.since.elapsed());
        if fault.scope != Scope::Connection || left.is_zero() {
            asked.look.fail(fault.error);
            return None;
        }
        std::thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}
