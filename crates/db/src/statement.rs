//! The way SQL is written in the product: `sql("… $1 …").bind(x).one(tx)?`, and
//! how rows become values. The text is static, so no statement can be built
//! from input, and each connection prepares it once.

use crate::value::{Cell, Column, Value, column_error};
use crate::{DbError, Tx};

/// Starts a statement. Placeholders are `$1`, `$2`, … on both engines.
#[inline]
pub fn sql(text: &'static str) -> Statement<'static> {
    Statement { text, values: Vec::new() }
}

/// A statement with the parameters bound so far.
#[must_use = "a statement does nothing until it is run"]
pub struct Statement<'a> {
    text: &'static str,
    values: Vec<Value<'a>>,
}

impl<'a> Statement<'a> {
    /// Binds the next placeholder.
    #[inline]
    pub fn bind<'b>(self, value: impl Into<Value<'b>>) -> Statement<'b>
    where
        'a: 'b,
    {
        let mut values: Vec<Value<'b>> = self.values;
        if values.capacity() == 0 {
            values.reserve_exact(8);
        }
        values.push(value.into());
        Statement { text: self.text, values }
    }

    /// The first row. [`DbError::NoRow`] when there is none.
    pub fn one<R: FromRow>(self, tx: &mut Tx<'_>) -> Result<R, DbError> {
        self.maybe(tx)?.ok_or(DbError::NoRow)
    }

    /// The first row, if there is one.
    pub fn maybe<R: FromRow>(self, tx: &mut Tx<'_>) -> Result<Option<R>, DbError> {
        let mut found = None;
        tx.query(self.text, &self.values, &mut |row| {
            found = Some(R::from_row(row));
            false
        })?;
        found.transpose()
    }

    /// Every row. The statement must carry its own LIMIT.
    pub fn all<R: FromRow>(self, tx: &mut Tx<'_>) -> Result<Vec<R>, DbError> {
        let mut rows = Vec::new();
        let mut problem = None;
        tx.query(self.text, &self.values, &mut |row| match R::from_row(row) {
            Ok(value) => {
                rows.push(value);
                true
            }
            Err(error) => {
                problem = Some(error);
                false
            }
        })?;
        problem.map_or(Ok(rows), Err)
    }

    /// Like [`Statement::maybe`], for a statement that need not see what [`Statement::insert`] put off in this transaction.
    pub fn maybe_beside<R: FromRow>(self, tx: &mut Tx<'_>) -> Result<Option<R>, DbError> {
        let mut found = None;
        tx.query_beside(self.text, &self.values, &mut |row| {
            found = Some(R::from_row(row));
            false
        })?;
        found.transpose()
    }

    /// Runs an `INSERT INTO table (…) VALUES ($1, $2, …)` that nobody waits for. PostgreSQL gets the rows of a whole group of
    /// transactions in one statement: one trip instead of one each. Every later statement but
    /// [`Statement::maybe_beside`] finds the row; a row that breaks a constraint is noticed at the latest by the commit,
    /// which then runs each of the group's closures again by itself.
    pub fn insert(self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        tx.insert(self.text, &self.values)
    }

    /// Runs it and says how many rows it inserted, changed or deleted.
    pub fn run(self, tx: &mut Tx<'_>) -> Result<u64, DbError> {
        tx.query(self.text, &self.values, &mut |_| false)
    }
}

/// One row, valid while it is being read.
pub struct Row<'r>(pub(crate) Source<'r>);

pub(crate) enum Source<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl Row<'_> {
    /// The column at `index`, counted from 0.
    #[inline]
    pub fn get<T: Column>(&self, index: usize) -> Result<T, DbError> {
        T::from_cell(self.cell(index)?).map_err(|problem| column_error(index, problem))
    }

    #[inline]
    fn cell(&self, index: usize) -> Result<Cell<'_>, DbError> {
        match self.0 {
            Source::Sqlite(row) => crate::sqlite::cell(row, index),
            Source::Postgres(row) => crate::pg_value::cell(row, index),
        }
    }
}

/// A type that can be read from a row, column by column.
pub trait FromRow: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError>;
}

macro_rules! scalar_rows {
    ($($type:ty),+) => {$(
        impl FromRow for $type {
            #[inline]
            fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
                row.get(0)
            }
        }
    )+};
}
scalar_rows!(i64, bool, f64, String);

impl<T: Column> FromRow for Option<T> {
    #[inline]
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        row.get(0)
    }
}

macro_rules! tuple_rows {
    ($(($($name:ident $index:tt),+))+) => {$(
        impl<$($name: Column),+> FromRow for ($($name,)+) {
            #[inline]
            fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
                Ok(($(row.get::<$name>($index)?,)+))
            }
        }
    )+};
}
tuple_rows! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15, Q 16)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15, Q 16, R 17)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15, Q 16, R 17, S 18)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15, Q 16, R 17, S 18, T 19)
}
