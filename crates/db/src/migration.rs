//! Runs the product's numbered migrations and refuses a database whose history
//! differs. What a migration says is not decided here.

use postgres::Client;
use refinery::{Migration as Step, Runner};
use rusqlite::{Connection, TransactionBehavior};

use crate::DbError;

/// One step of the schema. `name` is lower case words joined by `_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    pub version: i32,
    pub name: &'static str,
    pub sql: &'static str,
}

/// Any number, the same in every release.
const MIGRATION_LOCK: i64 = 0x6368_6174_6465_736b;

/// All steps that are missing run in one transaction: a crash in between leaves
/// nothing half applied.
fn runner(migrations: &[Migration], text: fn(&str) -> String) -> Result<Runner, DbError> {
    let steps = migrations
        .iter()
        .map(|step| Step::unapplied(&format!("V{}__{}", step.version, step.name), &text(step.sql)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    Ok(Runner::new(&steps).set_grouped(true))
}

pub(crate) fn sqlite(connection: &mut Connection, migrations: &[Migration]) -> Result<(), DbError> {
    let runner = runner(migrations, |text| {
        // So that the key is the rowid itself rather than a second index.
        for_engine(text, "sqlite").replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY")
    })?;
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    // Whoever loses the race to migrate finds, the second time, nothing to do.
    runner.run(connection).or_else(|_| runner.run(connection)).map(drop).map_err(failed)
}

/// One node migrates, the others wait for it and then find nothing to do.
pub(crate) fn postgres(client: &mut Client, migrations: &[Migration]) -> Result<(), DbError> {
    let runner = runner(migrations, |text| for_engine(text, "postgres"))?;
    let lock = |client: &mut Client, text: &str| {
        client
            .execute(text, &[&MIGRATION_LOCK])
            .map(drop)
            .map_err(|error| DbError::Migration(format!("cannot take turns: {error}")))
    };
    lock(client, "SELECT pg_advisory_lock($1)")?;
    let outcome = runner.run(client).map(drop).map_err(failed);
    // Ending the connection would unlock as well, a little later.
    let unlocked = lock(client, "SELECT pg_advisory_unlock($1)");
    outcome.and(unlocked)
}

/// Leaves out what stands after a line `-- only <other engine>:`, up to the next line of that kind or `-- both:`. For full-text
/// search alone; everything else is one text.
fn for_engine(text: &str, engine: &str) -> String {
    if !text.contains("\n-- only ") {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut wanted = true;
    for line in text.lines() {
        if let Some(named) = line.strip_prefix("-- only ") {
            wanted = named.trim_end_matches(':') == engine;
        } else if line == "-- both:" {
            wanted = true;
        } else if wanted {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn failed(error: refinery::Error) -> DbError {
    use std::error::Error;
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    DbError::Migration(text)
}
