//! The SQL seam: one SQL text for SQLite and PostgreSQL, group commit, events
//! numbered with the transaction that emits them, and the migration runner.
//!
//! The domain is synchronous. A verb is a plain function over [`Tx`]; it is
//! handed to a thread that owns its connection, and the caller awaits the
//! answer:
//!
//! ```no_run
//! # use db::{Db, DbError, Options, sql};
//! # async fn example() -> Result<(), DbError> {
//! let db = Db::open(&Options::new("sqlite:desk.db"))?;
//! let changed = db
//!     .write(0, |tx| sql("UPDATE inbox SET open = $1 WHERE id = $2").bind(true).bind("a").run(tx))
//!     .await?;
//! # let _: u64 = changed;
//! # Ok(())
//! # }
//! ```
//!
//! **What a caller may rely on.** `write` answers `Ok` only when the commit is
//! on the disk (`synchronous=FULL`; `fsync=on`). A closure that returns an
//! error or panics is undone alone, together with its events; the others of its
//! group stay. Work that reached the queue is finished even if the caller stops
//! waiting. `seq` of the events is dense over the whole deployment. A read sees
//! one snapshot that holds every write answered before it was asked.
//!
//! **What a closure must be.** It may run more than once, so it must not change
//! anything but the transaction; only the last run counts. It must be short: on
//! SQLite all writes share one thread. After a statement has failed the closure
//! can only fail, on both engines alike, so "insert unless there" is written
//! with `ON CONFLICT DO NOTHING`. On PostgreSQL, closures that change the same
//! rows should share a lane, else they may deadlock and run again. Writes there
//! are READ COMMITTED: what a SELECT saw may have changed by the next statement,
//! so a decision is made by one conditional UPDATE and its count of rows.
//!
//! **SQL that means the same on both engines.** Placeholders `$1`; TEXT,
//! BIGINT, BOOLEAN and DOUBLE PRECISION only; no arrays, no `now()`, no JSON
//! operators; `CAST(SUM(x) AS BIGINT)`, because a sum is otherwise NUMERIC in
//! PostgreSQL.
//!
//! **A build that must fail the fsync proof** is made with
//! `RUSTFLAGS="--cfg break_fsync"`: it runs SQLite at `synchronous=NORMAL` and
//! accepts any PostgreSQL. No setting at run time can do that.
//!
//! No product table is known here but `event` and `event_head`, and no SQL of a
//! feature belongs here.

mod error;
mod feed;
mod migration;
mod options;
mod pg;
mod pg_connect;
mod pg_rows;
mod pg_value;
mod queue;
mod reader;
mod session;
mod sqlite;
mod statement;
mod stats;
mod threads;
mod tx;
mod value;
mod wal_file;
mod writer;

use std::sync::Arc;

use tokio::sync::oneshot;

pub use error::DbError;
pub use feed::{Feed, FeedItem};
pub use migration::Migration;
pub use options::{Engine, Options};
pub use statement::{FromRow, Row, Statement, sql};
pub use stats::Stats;
pub use tx::{Committed, Entry, Tx};
pub use value::{Cell, Column, Value};

use crate::reader::{Asked, Read};
use crate::threads::Threads;
use crate::writer::{Waiting, Write};

/// The open database. Clones share it; it closes when the last one is dropped
/// or [`Db::close`] is called.
#[derive(Clone)]
pub struct Db {
    threads: Arc<Threads>,
}

impl Db {
    /// Opens the connections and starts their threads. Blocks.
    ///
    /// Refuses ([`DbError::Unfit`]) a SQLite library that can corrupt its file
    /// and a PostgreSQL server that acknowledges before its disk has.
    pub fn open(options: &Options) -> Result<Self, DbError> {
        Ok(Self { threads: Arc::new(Threads::start(options)?) })
    }

    /// Brings the schema up to date on a connection of its own. Blocks. Several
    /// nodes may start at once.
    pub fn migrate(&self, migrations: &[Migration]) -> Result<(), DbError> {
        self.threads.migrate(migrations)
    }

    pub fn engine(&self) -> Engine {
        self.threads.engine()
    }

    /// Runs `work` in a transaction and answers once it is durable. On
    /// PostgreSQL equal lanes are served in order by one connection.
    ///
    /// [`DbError::Unavailable`] after at most 5 s of waiting for a place in the
    /// queue, and 5 s more for a database that is away.
    pub async fn write<T, E, F>(&self, lane: u64, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting::new(Box::new(Write::new(work, reply)));
        self.threads.writes(lane).push(waiting).await?;
        answer.await.unwrap_or_else(|_| Err(gone().into()))
    }

    /// Runs `work` on one snapshot; several statements in it agree with each
    /// other. It can neither write nor emit.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let asked = Asked::new(Box::new(Read::new(work, reply)));
        self.threads.reads().push(asked).await?;
        answer.await.unwrap_or_else(|_| Err(gone().into()))
    }

    /// The live feed, for its one reader; `None` the second time. Take it
    /// before reading the head, then nothing falls between the two.
    pub fn feed(&self) -> Option<Feed> {
        self.threads.take_feed()
    }

    pub fn stats(&self) -> Stats {
        self.threads.stats()
    }

    /// Finishes what is queued, refuses what comes after, folds the WAL into
    /// the database file and ends the threads.
    pub async fn close(&self) {
        self.threads.close();
        self.threads.ended().await;
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("engine", &self.engine()).finish_non_exhaustive()
    }
}

fn gone() -> DbError {
    DbError::Unavailable("the database thread is gone".into())
}
