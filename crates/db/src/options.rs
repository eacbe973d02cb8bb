//! How a database is named and sized.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}

#[derive(Clone)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://user:password@host/database`.
    pub url: String,
    /// Threads that read, each with a connection.
    pub readers: usize,
    /// Threads that write, each with a connection. PostgreSQL only; SQLite has one.
    pub writers: usize,
    /// Most closures per commit.
    pub batch: usize,
    /// Most writes, and most reads, that wait.
    pub queue: usize,
}

impl Options {
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), readers: 4, writers: 4, batch: 256, queue: 4096 }
    }
}

impl fmt::Debug for Options {
    /// Leaves the URL out: it holds the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("readers", &self.readers)
            .field("writers", &self.writers)
            .field("batch", &self.batch)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
