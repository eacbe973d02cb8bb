//! What the group commit needs from a connection. One implementation per
//! engine; everything above it is written once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::error::Fault;
use crate::statement::Row;
use crate::tx::Entry;
use crate::value::Value;
use crate::{DbError, Engine};

/// What a statement did.
pub(crate) struct Done {
    pub affected: u64,
    /// Whether it may have changed anything.
    pub wrote: bool,
}

pub(crate) trait Session {
    fn engine(&self) -> Engine;

    /// Opens the transaction, connecting first where that is needed.
    fn begin(&mut self) -> Result<(), Fault>;
    fn commit(&mut self) -> Result<(), Fault>;
    /// Never fails: a connection that cannot roll back is given up.
    fn rollback(&mut self);

    fn savepoint(&mut self) -> Result<(), Fault>;
    fn release(&mut self) -> Result<(), Fault>;
    fn rollback_to(&mut self) -> Result<(), Fault>;

    /// Runs one statement and lends its rows to `each` until that says `false`.
    fn query(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<Done, Fault>;

    /// Inserts a row whose outcome nobody waits for. It may be put off until something could see that it is not there yet:
    /// another statement of [`Session::query`], the end of a savepoint, or [`Session::catch_up`].
    fn insert(&mut self, text: &'static str, values: &[Value<'_>]) -> Result<Done, Fault> {
        self.query(text, values, &mut |_| false)
    }

    /// Like [`Session::query`], for a statement that need not see the rows that were put off.
    fn query_beside(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<Done, Fault> {
        self.query(text, values, each)
    }

    /// Inserts what was put off.
    fn catch_up(&mut self) -> Result<(), Fault> {
        Ok(())
    }

    /// Takes numbers for the events, inserts them and answers the first number.
    /// The counter row is locked here, at the very end, so that it is held only
    /// for the insert and the commit.
    fn write_events(&mut self, entries: &[Entry]) -> Result<i64, Fault>;

    /// Housekeeping after the callers of a batch have their answers.
    fn rest(&mut self) {}
}

/// The database was not migrated, or its counter row is gone.
pub(crate) fn no_counter() -> Fault {
    Fault::batch(DbError::Unfit("event_head has no row to count with".into()))
}

/// Prepared statements by the address and length of their static text, which
/// costs a tenth of hashing the text. The same text at two addresses is
/// prepared twice, nothing worse.
pub(crate) struct Prepared<S> {
    known: HashMap<(usize, usize), S, BuildHasherDefault<AddressHasher>>,
}

/// Far above the statements the product has; only a bound.
const MOST_STATEMENTS: usize = 2048;

impl<S> Prepared<S> {
    pub fn new() -> Self {
        Self { known: HashMap::default() }
    }

    #[inline]
    pub fn get_or<E>(&mut self, text: &'static str, prepare: impl FnOnce() -> Result<S, E>) -> Result<&mut S, E> {
        use std::collections::hash_map::Entry;
        if self.known.len() >= MOST_STATEMENTS {
            self.known.clear();
        }
        match self.known.entry((text.as_ptr() as usize, text.len())) {
            Entry::Occupied(found) => Ok(found.into_mut()),
            Entry::Vacant(empty) => Ok(empty.insert(prepare()?)),
        }
    }

    pub fn clear(&mut self) {
        self.known.clear();
    }
}

#[derive(Default)]
pub(crate) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    #[inline]
    fn write_usize(&mut self, value: usize) {
        self.0 = (self.0.rotate_left(29) ^ value as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
