//! The threads that own the connections, their queues and their end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use parking_lot::Mutex;
use tokio::sync::watch;

use crate::feed::{Feed, FeedSender, feed};
use crate::pg::{self, PgSession};
use crate::pg_connect::Connector;
use crate::queue::{Queue, Served};
use crate::reader::{Asked, serve};
use crate::sqlite::{Mode, SqliteSession, checkpoint};
use crate::stats::{Counters, Stats};
use crate::writer::{Waiting, Writer};
use crate::{DbError, Engine, Migration, Options, migration, sqlite};

enum Target {
    Sqlite(PathBuf),
    Postgres(Box<Connector>),
}

impl Target {
    fn parse(url: &str) -> Result<Self, DbError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.starts_with(":memory:") {
                return Err(DbError::Unfit("sqlite: needs the path of a file".into()));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(Connector::new(url)?)));
        }
        Err(DbError::Unfit("the database URL must start with sqlite: or postgres://".into()))
    }
}

pub(crate) struct Threads {
    target: Target,
    writes: Vec<Arc<Queue<Waiting>>>,
    reads: Arc<Queue<Asked>>,
    counters: Arc<Counters>,
    feed: Mutex<Option<Feed>>,
    /// Every thread holds a receiver, so it is closed when all have ended.
    alive: watch::Sender<()>,
}

impl Threads {
    pub fn start(options: &Options) -> Result<Self, DbError> {
        let target = Target::parse(&options.url)?;
        let writers = match target {
            Target::Sqlite(_) => 1,
            Target::Postgres(_) => options.writers.max(1),
        };
        let (sender, receiver) = feed();
        let threads = Self {
            target,
            writes: (0..writers).map(|_| Arc::new(Queue::new(options.queue))).collect(),
            reads: Arc::new(Queue::new(options.queue)),
            counters: Arc::default(),
            feed: Mutex::new(Some(receiver)),
            alive: watch::Sender::new(()),
        };
        match &threads.target {
            Target::Sqlite(path) => threads.start_sqlite(path, options, &sender)?,
            Target::Postgres(connector) => threads.start_postgres(connector, options, &sender)?,
        }
        Ok(threads)
    }

    fn start_sqlite(&self, path: &Path, options: &Options, sender: &FeedSender) -> Result<(), DbError> {
        let batch = options.batch.max(1);
        for queue in &self.writes {
            let connection = sqlite::open(path, Mode::Write)?;
            let (queue, feed) = (Served(Arc::clone(queue)), sender.clone());
            let counters = Arc::clone(&self.counters);
            self.spawn("db-write", move || {
                let mut session = SqliteSession::new(&connection, Mode::Write);
                Writer::new(&mut session, feed, counters).serve(&queue.0, batch);
                checkpoint(&connection, "TRUNCATE");
            })?;
        }
        for _ in 0..options.readers.max(1) {
            let connection = sqlite::open(path, Mode::Read)?;
            let queue = Served(Arc::clone(&self.reads));
            self.spawn("db-read", move || {
                serve(&mut SqliteSession::new(&connection, Mode::Read), &queue.0);
            })?;
        }
        Ok(())
    }

    fn start_postgres(&self, connector: &Connector, options: &Options, sender: &FeedSender) -> Result<(), DbError> {
        let batch = options.batch.max(1);
        // One connection now, so that a wrong URL or an unfit server is found here.
        let mut first = Some(aside(|| connector.connect())?);
        for queue in &self.writes {
            let client = first.take();
            let (connector, queue) = (connector.clone(), Served(Arc::clone(queue)));
            let (feed, counters) = (sender.clone(), Arc::clone(&self.counters));
            self.spawn("db-write", move || {
                let mut session = PgSession::new(connector, pg::Mode::Write, client);
                Writer::new(&mut session, feed, counters).serve(&queue.0, batch);
            })?;
        }
        for _ in 0..options.readers.max(1) {
            let (connector, queue) = (connector.clone(), Served(Arc::clone(&self.reads)));
            self.spawn("db-read", move || {
                serve(&mut PgSession::new(connector, pg::Mode::Read, None), &queue.0);
            })?;
        }
        Ok(())
    }

    fn spawn(&self, name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), DbError> {
        let alive = self.alive.subscribe();
        thread::Builder::new()
            .name(name.into())
            .spawn(move || {
                body();
                drop(alive);
            })
            .map(drop)
            .map_err(|error| DbError::Unavailable(format!("cannot start a thread: {error}")))
    }

    pub fn migrate(&self, migrations: &[Migration]) -> Result<(), DbError> {
        match &self.target {
            Target::Sqlite(path) => {
                let mut connection = sqlite::open(path, Mode::Write)?;
                migration::sqlite(&mut connection, migrations)
            }
            Target::Postgres(connector) => aside(|| migration::postgres(&mut connector.plain()?, migrations)),
        }
    }

    pub fn engine(&self) -> Engine {
        match self.target {
            Target::Sqlite(_) => Engine::Sqlite,
            Target::Postgres(_) => Engine::Postgres,
        }
    }

    pub fn writes(&self, lane: u64) -> &Queue<Waiting> {
        &self.writes[(lane % self.writes.len() as u64) as usize]
    }

    pub fn reads(&self) -> &Queue<Asked> {
        &self.reads
    }

    pub fn take_feed(&self) -> Option<Feed> {
        let feed = self.feed.lock().take()?;
        feed.mark_taken();
        Some(feed)
    }

    pub fn stats(&self) -> Stats {
        self.counters.read(self.writes.iter().map(|queue| queue.depth()).sum())
    }

    pub fn close(&self) {
        self.reads.close();
        self.writes.iter().for_each(|queue| queue.close());
    }

    pub async fn ended(&self) {
        self.alive.closed().await;
    }
}

/// Runs `body` on a thread of its own: the PostgreSQL client may not be used on
/// a thread that drives async tasks, and start-up code usually runs on one.
fn aside<T: Send>(body: impl FnOnce() -> Result<T, DbError> + Send) -> Result<T, DbError> {
    thread::scope(|scope| scope.spawn(body).join().unwrap_or_else(|_| Err(DbError::Panicked)))
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.close();
    }
}
