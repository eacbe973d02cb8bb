//! The few types that mean the same on both engines: what may be bound
//! ([`Value`]), what a column holds ([`Cell`]) and what it is read as
//! ([`Column`]). Dates, arrays and engine types do not belong here.

use crate::DbError;

/// A bound parameter. Text is borrowed wherever the caller can lend it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(&'a str),
    Owned(String),
}

impl Value<'_> {
    /// The same value without a borrow.
    pub(crate) fn own(&self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Int(value) => Value::Int(*value),
            Value::Float(value) => Value::Float(*value),
            Value::Bool(value) => Value::Bool(*value),
            Value::Text(text) => Value::Owned((*text).to_owned()),
            Value::Owned(text) => Value::Owned(text.clone()),
        }
    }
}

macro_rules! value_from {
    ($($from:ty => $make:expr),+ $(,)?) => {$(
        impl<'a> From<$from> for Value<'a> {
            #[inline]
            fn from(value: $from) -> Self {
                #[allow(clippy::redundant_closure_call)]
                ($make)(value)
            }
        }
    )+};
}

value_from! {
    i64 => Value::Int,
    i32 => |v| Value::Int(i64::from(v)),
    u32 => |v| Value::Int(i64::from(v)),
    u16 => |v| Value::Int(i64::from(v)),
    u8 => |v| Value::Int(i64::from(v)),
    bool => Value::Bool,
    f64 => Value::Float,
    &'a str => Value::Text,
    &'a String => |v: &'a String| Value::Text(v.as_str()),
    String => Value::Owned,
    &'a i64 => |v: &'a i64| Value::Int(*v),
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    #[inline]
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl<'a, T> From<&'a Option<T>> for Value<'a>
where
    &'a T: Into<Value<'a>>,
{
    #[inline]
    fn from(value: &'a Option<T>) -> Self {
        value.as_ref().map_or(Value::Null, Into::into)
    }
}

/// What one column of one row holds, borrowed from the row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(&'a str),
}

/// A type a column can be read as. The error is the problem in words; the
/// column's index is added by [`crate::Row::get`].
pub trait Column: Sized {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String>;
}

fn unfit<T>(wanted: &str, cell: Cell<'_>) -> Result<T, String> {
    let found = match cell {
        Cell::Null => "NULL",
        Cell::Int(_) => "an integer",
        Cell::Float(_) => "a float",
        Cell::Bool(_) => "a boolean",
        Cell::Text(_) => "text",
    };
    Err(format!("expected {wanted}, found {found}"))
}

impl Column for i64 {
    #[inline]
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Int(value) => Ok(value),
            Cell::Bool(value) => Ok(i64::from(value)),
            other => unfit("an integer", other),
        }
    }
}

impl Column for bool {
    #[inline]
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Bool(value) => Ok(value),
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            other => unfit("a boolean", other),
        }
    }
}

impl Column for f64 {
    #[inline]
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Float(value) => Ok(value),
            Cell::Int(value) => Ok(value as f64),
            other => unfit("a number", other),
        }
    }
}

impl Column for String {
    #[inline]
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Text(value) => Ok(value.to_owned()),
            other => unfit("text", other),
        }
    }
}

impl<T: Column> Column for Option<T> {
    #[inline]
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Null => Ok(None),
            other => T::from_cell(other).map(Some),
        }
    }
}

pub(crate) fn column_error(index: usize, problem: impl Into<String>) -> DbError {
    DbError::Column { index, problem: problem.into() }
}
