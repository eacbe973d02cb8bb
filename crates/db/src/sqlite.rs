//! A SQLite connection as a session: pragmas, statements, checkpoints and the
//! meaning of its error codes.

use std::cell::Cell as Slot;
use std::path::Path;
use std::time::Duration;

use rusqlite::ffi;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement};

use crate::error::Fault;
use crate::session::{Done, Prepared, Session, no_counter};
use crate::statement::{Row, Source};
use crate::tx::Entry;
use crate::value::{Cell, Value, column_error};
use crate::{DbError, Engine, wal_file};

/// Below this, two connections can corrupt a WAL database.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Withdrawn by its authors.
const WITHDRAWN_SQLITE: i32 = 3_052_000;

#[cfg(not(break_fsync))]
const SYNCHRONOUS: &str = "FULL";
/// The build that shows the fsync proof can fail.
#[cfg(break_fsync)]
const SYNCHRONOUS: &str = "NORMAL";

/// WAL pages (4 KiB) after which the writer copies them back, behind the
/// answers rather than in front of them as SQLite's own checkpoint would. Busy
/// pages are in the WAL many times and copied once: more is less work.
const CHECKPOINT_PAGES: i32 = 12_000;
/// WAL pages after which the writer waits for the readers, so that the WAL
/// cannot grow for ever under a constant load of reads.
const RESTART_PAGES: i32 = 64_000;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Read,
}

pub(crate) fn open(path: &Path, mode: Mode) -> Result<Connection, DbError> {
    let version = rusqlite::version_number();
    if version < OLDEST_SQLITE || version == WITHDRAWN_SQLITE {
        return Err(DbError::Unfit(format!(
            "SQLite {} can corrupt a database; 3.51.3 or newer is needed (not 3.52.0)",
            rusqlite::version()
        )));
    }
    create_private(path)?;
    connect(path, mode).map_err(|error| match fault(&error).error {
        DbError::Statement(text) => DbError::Unfit(format!("cannot open the database: {text}")),
        other => other,
    })
}

fn connect(path: &Path, mode: Mode) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_PRIVATE_CACHE;
    let connection = if mode == Mode::Write && wal_file::register() {
        Connection::open_with_flags_and_vfs(path, flags, wal_file::NAME)?
    } else {
        Connection::open_with_flags(path, flags)?
    };
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = {SYNCHRONOUS};
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;
         PRAGMA journal_size_limit = 67108864;"
    ))?;
    match mode {
        Mode::Write => {
            connection.execute_batch("PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 0;")?;
            connection.wal_hook(Some(|_, pages| {
                WAL_PAGES.set(pages);
                Ok(())
            }));
        }
        Mode::Read => {
            connection.execute_batch("PRAGMA cache_size = -2048; PRAGMA query_only = ON;")?;
        }
    }
    Ok(connection)
}

/// Customers' words are in the file: only its owner may read it. SQLite gives
/// the WAL the same mode.
fn create_private(path: &Path) -> Result<(), DbError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(DbError::Unfit(format!("cannot create {}: {error}", path.display()))),
    }
}

thread_local! {
    /// Set by the WAL hook, which runs on the committing thread.
    static WAL_PAGES: Slot<i32> = const { Slot::new(0) };
}

struct Known<'c> {
    statement: Statement<'c>,
    /// For each parameter of SQLite, which bound value it takes: SQLite numbers
    /// `$2 … $1` by first appearance.
    order: Vec<usize>,
    values: usize,
    reads: bool,
}

pub(crate) struct SqliteSession<'c> {
    connection: &'c Connection,
    mode: Mode,
    prepared: Prepared<Known<'c>>,
}

impl<'c> SqliteSession<'c> {
    pub fn new(connection: &'c Connection, mode: Mode) -> Self {
        Self { connection, mode, prepared: Prepared::new() }
    }

    fn known(&mut self, text: &'static str) -> Result<&mut Known<'c>, Fault> {
        let connection = self.connection;
        self.prepared.get_or(text, || prepare(connection, text))
    }

    fn plain(&mut self, text: &'static str) -> Result<(), Fault> {
        let known = self.known(text)?;
        known.statement.raw_execute().map(drop).map_err(|error| fault(&error))
    }
}

fn prepare<'c>(connection: &'c Connection, text: &str) -> Result<Known<'c>, Fault> {
    let statement = connection.prepare(text).map_err(|error| fault(&error))?;
    let mut order = Vec::with_capacity(statement.parameter_count());
    for parameter in 1..=statement.parameter_count() {
        let number = statement
            .parameter_name(parameter)
            .and_then(|name| name.strip_prefix('$'))
            .and_then(|digits| digits.parse::<usize>().ok())
            .and_then(|number| number.checked_sub(1))
            .ok_or_else(|| Fault::statement("placeholders are written $1, $2, …"))?;
        order.push(number);
    }
    let values = order.iter().map(|number| number + 1).max().unwrap_or(0);
    let reads = statement.readonly();
    Ok(Known { statement, order, values, reads })
}

impl Session for SqliteSession<'_> {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn begin(&mut self) -> Result<(), Fault> {
        self.plain(match self.mode {
            Mode::Write => "BEGIN IMMEDIATE",
            Mode::Read => "BEGIN DEFERRED",
        })
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.plain("COMMIT")
    }

    fn rollback(&mut self) {
        // SQLite rolls back by itself on a full disk, for example.
        if !self.connection.is_autocommit()
            && let Err(fault) = self.plain("ROLLBACK")
        {
            tracing::error!(error = %fault.error, "rollback failed");
        }
    }

    fn savepoint(&mut self) -> Result<(), Fault> {
        self.plain("SAVEPOINT closure")
    }

    fn release(&mut self) -> Result<(), Fault> {
        self.plain("RELEASE closure")
    }

    fn rollback_to(&mut self) -> Result<(), Fault> {
        self.plain("ROLLBACK TO closure")?;
        self.plain("RELEASE closure")
    }

    fn query(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<Done, Fault> {
        let connection = self.connection;
        let known = self.known(text)?;
        if known.values != values.len() {
            return Err(Fault::statement(format!("{} values bound, {} wanted", values.len(), known.values)));
        }
        for (parameter, number) in known.order.iter().enumerate() {
            known.statement.raw_bind_parameter(parameter + 1, &values[*number]).map_err(|error| fault(&error))?;
        }
        let mut rows = known.statement.raw_query();
        let mut wanted = true;
        while let Some(row) = rows.next().map_err(|error| fault(&error))? {
            wanted = wanted && each(&Row(Source::Sqlite(row)));
            // A statement that writes is always run to its end.
            if !wanted && known.reads {
                break;
            }
        }
        drop(rows);
        let affected = if known.reads { 0 } else { connection.changes() };
        Ok(Done { affected, wrote: !known.reads })
    }

    fn write_events(&mut self, entries: &[Entry]) -> Result<i64, Fault> {
        let count = entries.len() as i64;
        let mut first = None;
        self.query(
            "UPDATE event_head SET seq = seq + $1 WHERE id = 1 RETURNING seq - $1 + 1",
            &[Value::Int(count)],
            &mut |row| {
                first = row.get::<i64>(0).ok();
                false
            },
        )?;
        let first = first.ok_or_else(no_counter)?;
        let known = self.known(
            "INSERT INTO event (seq, at, kind, conversation_id, actor, audience, body, cause) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )?;
        for (seq, entry) in (first..).zip(entries) {
            insert_event(&mut known.statement, seq, entry).map_err(|error| fault(&error))?;
        }
        Ok(first)
    }

    fn rest(&mut self) {
        let pages = WAL_PAGES.get();
        if pages < CHECKPOINT_PAGES {
            return;
        }
        WAL_PAGES.set(0);
        checkpoint(self.connection, if pages < RESTART_PAGES { "PASSIVE" } else { "TRUNCATE" });
    }
}

fn insert_event(statement: &mut Statement<'_>, seq: i64, entry: &Entry) -> rusqlite::Result<()> {
    statement.raw_bind_parameter(1, seq)?;
    statement.raw_bind_parameter(2, entry.at)?;
    statement.raw_bind_parameter(3, entry.kind)?;
    statement.raw_bind_parameter(4, entry.conversation_id.as_deref())?;
    statement.raw_bind_parameter(5, entry.actor.as_str())?;
    statement.raw_bind_parameter(6, entry.audience.as_str())?;
    statement.raw_bind_parameter(7, entry.body.as_str())?;
    statement.raw_bind_parameter(8, entry.cause.as_deref())?;
    statement.raw_execute().map(drop)
}

/// Copies the WAL back into the database. What cannot be copied now is copied
/// the next time.
pub(crate) fn checkpoint(connection: &Connection, kind: &str) {
    let outcome =
        connection.query_row(&format!("PRAGMA wal_checkpoint({kind})"), [], |_| Ok(())).map_err(|error| fault(&error));
    if let Err(fault) = outcome {
        tracing::warn!(error = %fault.error, "checkpoint failed");
    }
}

impl ToSql for Value<'_> {
    #[inline]
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Float(value) => ValueRef::Real(*value),
            Value::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Owned(value) => ValueRef::Text(value.as_bytes()),
        }))
    }
}

#[inline]
pub(crate) fn cell<'r>(row: &'r rusqlite::Row<'_>, index: usize) -> Result<Cell<'r>, DbError> {
    match row.get_ref(index) {
        Ok(ValueRef::Null) => Ok(Cell::Null),
        Ok(ValueRef::Integer(value)) => Ok(Cell::Int(value)),
        Ok(ValueRef::Real(value)) => Ok(Cell::Float(value)),
        Ok(ValueRef::Text(bytes)) => {
            std::str::from_utf8(bytes).map(Cell::Text).map_err(|_| column_error(index, "the text is not UTF-8"))
        }
        Ok(ValueRef::Blob(_)) => Err(column_error(index, "blobs are not supported")),
        Err(error) => Err(column_error(index, error.to_string())),
    }
}

/// What an error of SQLite means for the batch. A failed fsync ends the
/// process: the kernel may have dropped the pages, and a second fsync that
/// succeeds would prove nothing.
pub(crate) fn fault(error: &rusqlite::Error) -> Fault {
    let rusqlite::Error::SqliteFailure(code, text) = error else {
        return Fault::statement(error.to_string());
    };
    let text = text.clone().unwrap_or_else(|| code.to_string());
    match code.extended_code {
        ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC => {
            tracing::error!(%text, "fsync failed: what was written may not be on the disk; stopping");
            std::process::abort();
        }
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            return Fault::closure(DbError::Conflict);
        }
        _ => {}
    }
    match code.extended_code & 0xff {
        ffi::SQLITE_FULL => Fault::batch(DbError::Full),
        ffi::SQLITE_BUSY
        | ffi::SQLITE_LOCKED
        | ffi::SQLITE_IOERR
        | ffi::SQLITE_NOMEM
        | ffi::SQLITE_CANTOPEN
        | ffi::SQLITE_PROTOCOL => {
            tracing::warn!(%text, "the database cannot be used now");
            Fault::batch(DbError::Unavailable(text))
        }
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => {
            tracing::error!(%text, "the database file is damaged");
            Fault::batch(DbError::Unavailable(text))
        }
        _ => Fault::statement(text),
    }
}
