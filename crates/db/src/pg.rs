//! A PostgreSQL connection as a session: statements, the set-based insert of
//! events, the meaning of its error codes, and reconnecting.

use std::collections::HashMap;
use std::error::Error;

use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, Statement};

use crate::error::{Fault, Scope};
use crate::pg_connect::Connector;
use crate::pg_rows as rows;
use crate::session::{Done, Prepared, Session, no_counter};
use crate::statement::{Row, Source};
use crate::tx::Entry;
use crate::value::Value;
use crate::{DbError, Engine};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Read,
}

struct Known {
    statement: Statement,
    reads: bool,
}

/// Rows that one INSERT will take together.
struct Later {
    text: &'static str,
    rows: Vec<Vec<Value<'static>>>,
}

pub(crate) struct PgSession {
    connector: Connector,
    mode: Mode,
    client: Option<Client>,
    prepared: Prepared<Known>,
    /// Whether a transaction is open on the server.
    open: bool,
    later: Vec<Later>,
    /// The statements that take many rows, by the text for one.
    grouped: HashMap<&'static str, Statement>,
}

impl PgSession {
    /// Connects at the first transaction unless `client` is given.
    pub fn new(connector: Connector, mode: Mode, client: Option<Client>) -> Self {
        Self {
            connector,
            mode,
            client,
            prepared: Prepared::new(),
            open: false,
            later: Vec::new(),
            grouped: HashMap::new(),
        }
    }

    fn give_up(&mut self) {
        self.client = None;
        self.prepared.clear();
        self.grouped.clear();
        self.later.clear();
        self.open = false;
    }

    /// Notes what the fault means for the connection.
    fn met(&mut self, error: &postgres::Error) -> Fault {
        let closed = self.client.as_ref().is_none_or(Client::is_closed);
        let fault = fault(error, closed);
        match fault.scope {
            Scope::Connection => {
                tracing::warn!(error = %fault.error, "the connection to PostgreSQL is lost");
                self.give_up();
            }
            // A plan may have been made for a schema that has changed since.
            Scope::Again => {
                self.prepared.clear();
                self.grouped.clear();
            }
            Scope::Closure | Scope::Batch => {}
        }
        fault
    }

    fn plain(&mut self, text: &str) -> Result<(), Fault> {
        let outcome = live(&mut self.client)?.batch_execute(text);
        outcome.map_err(|error| self.met(&error))
    }

    fn try_query(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<Result<Done, Fault>, postgres::Error> {
        let client = match live(&mut self.client) {
            Ok(client) => client,
            Err(fault) => return Ok(Err(fault)),
        };
        let known = self
            .prepared
            .get_or(text, || client.prepare(text).map(|statement| Known { statement, reads: reads(text) }))?;
        let wanted = known.statement.params().len();
        if wanted != values.len() {
            let text = format!("{} values bound, {wanted} wanted", values.len());
            return Ok(Err(Fault::statement(text)));
        }
        let bound: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        let wrote = !known.reads;
        if known.statement.columns().is_empty() {
            let affected = client.execute(&known.statement, &bound)?;
            return Ok(Ok(Done { affected, wrote }));
        }
        let rows = client.query(&known.statement, &bound)?;
        for row in &rows {
            if !each(&Row(Source::Postgres(row))) {
                break;
            }
        }
        let affected = if wrote { rows.len() as u64 } else { 0 };
        Ok(Ok(Done { affected, wrote }))
    }

    /// Inserts many rows with one statement, made from the text for one.
    fn try_rows(&mut self, later: &Later) -> Result<Result<(), Fault>, postgres::Error> {
        let client = match live(&mut self.client) {
            Ok(client) => client,
            Err(fault) => return Ok(Err(fault)),
        };
        let one = self
            .prepared
            .get_or(later.text, || client.prepare(later.text).map(|statement| Known { statement, reads: false }))?;
        let types = one.statement.params().to_vec();
        let Some(many) = rows::many(later.text, &types) else {
            return Ok(Err(Fault::statement("an INSERT of one row of plain values is wanted")));
        };
        if later.rows.iter().any(|row| row.len() != types.len()) {
            return Ok(Err(Fault::statement(format!("{} values wanted", types.len()))));
        }
        if !self.grouped.contains_key(later.text) {
            let statement = client.prepare(&many)?;
            self.grouped.insert(later.text, statement);
        }
        let Some(statement) = self.grouped.get(later.text) else { return Ok(Ok(())) };
        let columns: Vec<rows::Values<'_>> =
            (0..types.len()).map(|column| rows::Values { rows: &later.rows, column }).collect();
        let bound: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
        client.execute(statement, &bound).map(|_| Ok(()))
    }

    /// One statement, so that the counter row is held for one round trip less.
    fn try_events(&mut self, entries: &[Entry]) -> Result<Option<i64>, postgres::Error> {
        let Some(client) = self.client.as_mut() else { return Ok(None) };
        let text = "WITH head AS (
                UPDATE event_head SET seq = seq + $1 WHERE id = 1 RETURNING seq - $1 AS base
            ), added AS (
                INSERT INTO event (seq, at, kind, conversation_id, actor, audience, body, cause)
                SELECT head.base + item.place, item.at, item.kind, item.conversation_id,
                       item.actor, item.audience, item.body, item.cause
                FROM head, unnest(
                    $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]
                ) WITH ORDINALITY
                  AS item(at, kind, conversation_id, actor, audience, body, cause, place)
                RETURNING seq
            ) SELECT MIN(seq) FROM added";
        let known =
            self.prepared.get_or(text, || client.prepare(text).map(|statement| Known { statement, reads: false }))?;
        let count = entries.len() as i64;
        let ats: Vec<i64> = entries.iter().map(|entry| entry.at).collect();
        let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind).collect();
        let conversations: Vec<Option<&str>> = entries.iter().map(|entry| entry.conversation_id.as_deref()).collect();
        let actors: Vec<&str> = entries.iter().map(|entry| entry.actor.as_str()).collect();
        let audiences: Vec<&str> = entries.iter().map(|entry| entry.audience.as_str()).collect();
        let bodies: Vec<&str> = entries.iter().map(|entry| entry.body.as_str()).collect();
        let causes: Vec<Option<&str>> = entries.iter().map(|entry| entry.cause.as_deref()).collect();
        client
            .query_one(
                &known.statement,
                &[&count, &ats, &kinds, &conversations, &actors, &audiences, &bodies, &causes],
            )?
            .try_get(0)
    }
}

fn live(client: &mut Option<Client>) -> Result<&mut Client, Fault> {
    client.as_mut().ok_or_else(|| Fault::lost("not connected"))
}

/// Whether a statement surely changes nothing. A WITH may hide a write, so only
/// a plain SELECT counts.
fn reads(text: &str) -> bool {
    text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"))
}

impl Session for PgSession {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn begin(&mut self) -> Result<(), Fault> {
        let text = match self.mode {
            Mode::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        if self.client.is_some() {
            match self.plain(text) {
                // It died while idle; nothing was asked of it yet.
                Err(fault) if fault.scope == Scope::Connection => {}
                other => {
                    self.open = other.is_ok();
                    return other;
                }
            }
        }
        let client = self.connector.connect().map_err(|error| match error {
            DbError::Unavailable(text) => Fault::lost(text),
            other => {
                tracing::error!(error = %other, "PostgreSQL came back unfit");
                Fault::batch(DbError::Unavailable(other.to_string()))
            }
        })?;
        self.client = Some(client);
        self.plain(text)?;
        self.open = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.plain("COMMIT")?;
        self.open = false;
        Ok(())
    }

    fn rollback(&mut self) {
        self.later.clear();
        if self.open && self.plain("ROLLBACK").is_err() {
            self.give_up();
        }
        self.open = false;
    }

    fn savepoint(&mut self) -> Result<(), Fault> {
        self.catch_up()?;
        self.plain("SAVEPOINT closure")
    }

    fn release(&mut self) -> Result<(), Fault> {
        self.plain("RELEASE SAVEPOINT closure")
    }

    fn rollback_to(&mut self) -> Result<(), Fault> {
        self.later.clear();
        self.plain("ROLLBACK TO SAVEPOINT closure; RELEASE SAVEPOINT closure")
    }

    fn query(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<Done, Fault> {
        self.catch_up()?;
        self.query_beside(text, values, each)
    }

    fn insert(&mut self, text: &'static str, values: &[Value<'_>]) -> Result<Done, Fault> {
        let row = values.iter().map(Value::own).collect();
        match self.later.iter_mut().find(|later| later.text == text) {
            Some(later) => later.rows.push(row),
            None => self.later.push(Later { text, rows: vec![row] }),
        }
        Ok(Done { affected: 1, wrote: true })
    }

    fn query_beside(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<Done, Fault> {
        match self.try_query(text, values, each) {
            Ok(outcome) => outcome,
            Err(error) => Err(self.met(&error)),
        }
    }

    fn catch_up(&mut self) -> Result<(), Fault> {
        for later in std::mem::take(&mut self.later) {
            if let [row] = later.rows.as_slice() {
                self.query_beside(later.text, row, &mut |_| false)?;
                continue;
            }
            match self.try_rows(&later) {
                Ok(outcome) => outcome?,
                Err(error) => return Err(self.met(&error)),
            }
        }
        Ok(())
    }

    fn write_events(&mut self, entries: &[Entry]) -> Result<i64, Fault> {
        live(&mut self.client)?;
        self.try_events(entries).map_err(|error| self.met(&error))?.ok_or_else(no_counter)
    }
}

/// What an error of PostgreSQL means for the batch.
fn fault(error: &postgres::Error, closed: bool) -> Fault {
    let Some(known) = error.as_db_error() else {
        let text = match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        };
        let broken = closed || error.is_closed() || error.source().is_some_and(|source| source.is::<std::io::Error>());
        return if broken { Fault::lost(text) } else { Fault::statement(text) };
    };
    let text = known.message();
    let code = known.code();
    if *code == SqlState::UNIQUE_VIOLATION {
        return Fault::closure(DbError::Conflict);
    }
    if *code == SqlState::DISK_FULL {
        return Fault::batch(DbError::Full);
    }
    if *code == SqlState::QUERY_CANCELED {
        return Fault::closure(DbError::Unavailable(text.into()));
    }
    let stale_plan = *code == SqlState::FEATURE_NOT_SUPPORTED && text.starts_with("cached plan must not change");
    if stale_plan
        || *code == SqlState::T_R_SERIALIZATION_FAILURE
        || *code == SqlState::T_R_DEADLOCK_DETECTED
        || *code == SqlState::LOCK_NOT_AVAILABLE
    {
        return Fault::again(text);
    }
    let class = code.code().get(..2).unwrap_or_default();
    match class {
        // Connection exceptions, operator intervention, timeouts that end the session.
        "08" | "57" => Fault::lost(text),
        "25" if closed || code.code() == "25P03" || code.code() == "25P04" => Fault::lost(text),
        "25" if code.code() == "25006" => Fault::statement(text),
        // Out of memory, connections or other means of the server; damage; internal errors.
        "53" | "58" | "XX" => Fault::batch(DbError::Unavailable(text.into())),
        _ => Fault::statement(text),
    }
}
