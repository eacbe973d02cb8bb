//! The transaction a closure sees: statements, events, nothing else. It cannot
//! commit, wait or reach the network.

use std::borrow::Cow;

use crate::error::{Fault, Scope};
use crate::session::{Done, Session};
use crate::statement::{FromRow, Row, sql};
use crate::value::Value;
use crate::{DbError, Engine};

/// An event to be numbered and written with the transaction that emits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Unix milliseconds.
    pub at: i64,
    pub kind: &'static str,
    pub conversation_id: Option<String>,
    /// JSON.
    pub actor: String,
    pub audience: String,
    /// JSON.
    pub body: String,
    pub cause: Option<String>,
}

/// An event as the log holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// 1, 2, 3, … without gaps over the whole deployment, in commit order.
    pub seq: i64,
    /// Unix milliseconds.
    pub at: i64,
    pub kind: Cow<'static, str>,
    pub conversation_id: Option<String>,
    pub actor: String,
    pub audience: String,
    pub body: String,
    pub cause: Option<String>,
}

impl Committed {
    pub(crate) fn number(seq: i64, entry: Entry) -> Self {
        Self {
            seq,
            at: entry.at,
            kind: Cow::Borrowed(entry.kind),
            conversation_id: entry.conversation_id,
            actor: entry.actor,
            audience: entry.audience,
            body: entry.body,
            cause: entry.cause,
        }
    }
}

impl FromRow for Committed {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            seq: row.get(0)?,
            at: row.get(1)?,
            kind: Cow::Owned(row.get(2)?),
            conversation_id: row.get(3)?,
            actor: row.get(4)?,
            audience: row.get(5)?,
            body: row.get(6)?,
            cause: row.get(7)?,
        })
    }
}

/// The open transaction, lent to one closure.
///
/// A statement that fails spoils the transaction on both engines alike: every
/// later statement of the closure returns the same error, and the closure's
/// changes are rolled back even if it then returns `Ok`.
pub struct Tx<'t> {
    session: &'t mut (dyn Session + 't),
    entries: &'t mut Vec<Entry>,
    wrote: bool,
    failure: Option<Fault>,
}

/// What a closure left behind in the transaction.
pub(crate) struct Traces {
    pub wrote: bool,
    pub failure: Option<Fault>,
}

impl<'t> Tx<'t> {
    pub(crate) fn new(session: &'t mut (dyn Session + 't), entries: &'t mut Vec<Entry>) -> Self {
        Self { session, entries, wrote: false, failure: None }
    }

    pub(crate) fn traces(self) -> Traces {
        Traces { wrote: self.wrote, failure: self.failure }
    }

    pub(crate) fn failed(&self) -> Option<DbError> {
        self.failure.as_ref().map(|fault| fault.error.clone())
    }

    pub(crate) fn emitted(&self) -> bool {
        !self.entries.is_empty()
    }

    /// Adds an event. It is numbered and written as the last act of the
    /// transaction, and dropped if the closure fails.
    pub fn emit(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    pub fn engine(&self) -> Engine {
        self.session.engine()
    }

    /// The events after `seq`, oldest first, at most `limit`.
    pub fn events_after(&mut self, seq: i64, limit: i64) -> Result<Vec<Committed>, DbError> {
        sql("SELECT seq, at, kind, conversation_id, actor, audience, body, cause \
             FROM event WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(seq)
        .bind(limit)
        .all(self)
    }

    /// The number of the newest event this transaction can see, 0 before the first.
    pub fn head(&mut self) -> Result<i64, DbError> {
        sql("SELECT seq FROM event_head WHERE id = 1").one(self)
    }

    pub(crate) fn query(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<u64, DbError> {
        self.noting(|session| session.query(text, values, each))
    }

    pub(crate) fn query_beside(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<u64, DbError> {
        self.noting(|session| session.query_beside(text, values, each))
    }

    pub(crate) fn insert(&mut self, text: &'static str, values: &[Value<'_>]) -> Result<(), DbError> {
        self.noting(|session| session.insert(text, values)).map(drop)
    }

    /// Runs a statement unless an earlier one failed, and remembers how it ended.
    fn noting(&mut self, run: impl FnOnce(&mut dyn Session) -> Result<Done, Fault>) -> Result<u64, DbError> {
        if let Some(fault) = &self.failure {
            return Err(fault.error.clone());
        }
        match run(self.session) {
            Ok(done) => {
                self.wrote |= done.wrote;
                Ok(done.affected)
            }
            Err(fault) => {
                let error = fault.error.clone();
                if fault.scope != Scope::Closure {
                    tracing::debug!(%error, "a statement met a fault that reaches beyond its closure");
                }
                self.failure = Some(fault);
                Err(error)
            }
        }
    }
}
