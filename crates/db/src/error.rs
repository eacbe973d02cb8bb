//! What can go wrong at the SQL seam, in words the callers act on, and how far
//! inside the seam a fault reaches. No engine's error type leaves this crate.

/// Why a read or a write did not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// `one` found no row.
    #[error("no such row")]
    NoRow,
    /// The database cannot be reached, is contended beyond the retries, the
    /// queue stayed full for 5 s, or the database was closed. After this error
    /// the outcome of a write is unknown: repeat it under its idempotency key.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The disk is full. Nothing of the write was kept; reads still work.
    #[error("the disk of the database is full")]
    Full,
    /// A unique or primary key already exists.
    #[error("a row with this key already exists")]
    Conflict,
    /// The closure panicked; its changes were rolled back.
    #[error("the work on the database panicked")]
    Panicked,
    /// The statement itself is wrong or broke a constraint other than a key.
    #[error("statement refused: {0}")]
    Statement(String),
    /// A column could not be read as the asked type.
    #[error("column {index}: {problem}")]
    Column { index: usize, problem: String },
    /// The database must not be used as it is configured.
    #[error("{0}")]
    Unfit(String),
    /// A migration failed or the recorded history differs from the known one.
    #[error("migration failed: {0}")]
    Migration(String),
}

/// How far a fault reaches inside a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Only the closure that met it.
    Closure,
    /// The whole batch; the connection stays.
    Batch,
    /// The whole batch and the connection.
    Connection,
    /// Nobody's fault: run the closures again, one per transaction.
    Again,
}

#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub error: DbError,
    pub scope: Scope,
}

impl Fault {
    pub fn closure(error: DbError) -> Self {
        Self { error, scope: Scope::Closure }
    }

    pub fn statement(text: impl Into<String>) -> Self {
        Self::closure(DbError::Statement(text.into()))
    }

    pub fn batch(error: DbError) -> Self {
        Self { error, scope: Scope::Batch }
    }

    pub fn lost(text: impl Into<String>) -> Self {
        Self { error: DbError::Unavailable(text.into()), scope: Scope::Connection }
    }

    pub fn again(text: impl Into<String>) -> Self {
        Self { error: DbError::Unavailable(text.into()), scope: Scope::Again }
    }
}
