//! A bounded queue from tasks to threads: tasks wait for room without blocking
//! their runtime, threads park until work comes and take it in groups.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use tokio::sync::{Semaphore, TryAcquireError};

use crate::DbError;

/// How long a request waits for the database before it is told to come back.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct Queue<J> {
    state: Mutex<State<J>>,
    ready: Condvar,
    room: Semaphore,
}

struct State<J> {
    jobs: VecDeque<J>,
    open: bool,
    parked: usize,
}

impl<J> Queue<J> {
    pub fn new(bound: usize) -> Self {
        Self {
            state: Mutex::new(State { jobs: VecDeque::new(), open: true, parked: 0 }),
            ready: Condvar::new(),
            room: Semaphore::new(bound.clamp(1, Semaphore::MAX_PERMITS)),
        }
    }

    /// Waits at most [`PATIENCE`] for room.
    pub async fn push(&self, job: J) -> Result<(), DbError> {
        match self.room.try_acquire() {
            Ok(permit) => permit.forget(),
            Err(TryAcquireError::Closed) => return Err(closed()),
            Err(TryAcquireError::NoPermits) => match tokio::time::timeout(PATIENCE, self.room.acquire()).await {
                Ok(Ok(permit)) => permit.forget(),
                Ok(Err(_)) => return Err(closed()),
                Err(_) => return Err(DbError::Unavailable("the queue is full".into())),
            },
        }
        let mut state = self.state.lock();
        if !state.open {
            return Err(closed());
        }
        state.jobs.push_back(job);
        let wake = state.parked > 0;
        drop(state);
        if wake {
            self.ready.notify_one();
        }
        Ok(())
    }

    /// Parks until there is work, then moves at most `most` jobs into `taken`.
    /// `false` once the queue is closed and empty.
    pub fn take(&self, most: usize, taken: &mut Vec<J>) -> bool {
        let mut state = self.state.lock();
        while state.jobs.is_empty() {
            if !state.open {
                return false;
            }
            state.parked += 1;
            self.ready.wait(&mut state);
            state.parked -= 1;
        }
        let count = most.max(1).min(state.jobs.len());
        taken.extend(state.jobs.drain(..count));
        drop(state);
        self.room.add_permits(count);
        true
    }

    /// No more pushes; what waits is still served.
    pub fn close(&self) {
        self.room.close();
        self.state.lock().open = false;
        self.ready.notify_all();
    }

    /// Drops what waits, so that its callers learn that nobody will serve it.
    fn abandon(&self) {
        self.close();
        let waiting = std::mem::take(&mut self.state.lock().jobs);
        drop(waiting);
    }

    pub fn depth(&self) -> usize {
        self.state.lock().jobs.len()
    }
}

/// Held by a thread that serves the queue. If the thread dies by a fault of its
/// own, nobody may go on waiting for it.
pub(crate) struct Served<J>(pub Arc<Queue<J>>);

impl<J> Drop for Served<J> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("a database thread died; the database is closed");
            self.0.abandon();
        }
    }
}

fn closed() -> DbError {
    DbError::Unavailable("the database is closed".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_dead_thread_leaves_nobody_waiting() {
        let queue = Arc::new(Queue::new(8));
        let (reply, answer) = tokio::sync::oneshot::channel::<()>();
        queue.push(reply).await.unwrap();
        let served = Served(Arc::clone(&queue));
        let died = std::thread::spawn(move || {
            let _served = served;
            panic!("a fault of the thread itself");
        });
        assert!(died.join().is_err());
        assert!(answer.await.is_err());
        let (reply, _answer) = tokio::sync::oneshot::channel();
        assert_eq!(queue.push(reply).await, Err(closed()));
    }

    #[test]
    fn work_is_taken_in_groups_and_in_order() {
        let queue = Queue::new(10);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for job in 0..5 {
            runtime.block_on(queue.push(job)).unwrap();
        }
        queue.close();
        let mut taken = Vec::new();
        assert!(queue.take(3, &mut taken));
        assert_eq!(taken, [0, 1, 2]);
        assert!(queue.take(3, &mut taken));
        assert_eq!(taken, [0, 1, 2, 3, 4]);
        assert!(!queue.take(3, &mut taken));
    }
}
