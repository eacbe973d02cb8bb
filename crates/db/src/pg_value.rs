//! How the seam's few types travel in PostgreSQL's binary format. The server
//! decides each parameter's type, so an integer is sent as wide as it asks.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::DbError;
use crate::value::{Cell, Value, column_error};

type Problem = Box<dyn Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Problem> {
        match self {
            Value::Null => return Ok(IsNull::Yes),
            Value::Int(value) => put_integer(*value, wanted, out)?,
            Value::Float(value) if *wanted == Type::FLOAT8 => out.put_f64(*value),
            Value::Float(value) if *wanted == Type::FLOAT4 => out.put_f32(*value as f32),
            Value::Bool(value) if *wanted == Type::BOOL => out.put_u8(u8::from(*value)),
            Value::Bool(value) => put_integer(i64::from(*value), wanted, out)?,
            Value::Text(value) if is_text(wanted) => out.put_slice(value.as_bytes()),
            Value::Owned(value) if is_text(wanted) => out.put_slice(value.as_bytes()),
            Value::Float(_) => return Err(mismatch("a float", wanted)),
            Value::Text(_) | Value::Owned(_) => return Err(mismatch("text", wanted)),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn put_integer(value: i64, wanted: &Type, out: &mut BytesMut) -> Result<(), Problem> {
    match *wanted {
        Type::INT8 => out.put_i64(value),
        Type::INT4 => out.put_i32(value.try_into()?),
        Type::INT2 => out.put_i16(value.try_into()?),
        Type::FLOAT8 => out.put_f64(value as f64),
        Type::BOOL if value == 0 || value == 1 => out.put_u8(value as u8),
        _ => return Err(mismatch("an integer", wanted)),
    }
    Ok(())
}

fn is_text(wanted: &Type) -> bool {
    [Type::TEXT, Type::VARCHAR, Type::BPCHAR, Type::NAME, Type::UNKNOWN].contains(wanted)
}

fn mismatch(bound: &str, wanted: &Type) -> Problem {
    format!("{bound} was bound where the server wants {wanted}; add a CAST").into()
}

/// A column of any type the seam knows.
struct Decoded<'a>(Cell<'a>);

impl<'a> FromSql<'a> for Decoded<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Problem> {
        Ok(Self(match *kind {
            Type::INT8 => Cell::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Cell::Int(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT2 => Cell::Int(i16::from_be_bytes(raw.try_into()?).into()),
            Type::FLOAT8 => Cell::Float(f64::from_be_bytes(raw.try_into()?)),
            Type::FLOAT4 => Cell::Float(f32::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => Cell::Bool(raw != [0]),
            Type::NUMERIC => numeric(raw)?,
            ref other if is_text(other) => Cell::Text(std::str::from_utf8(raw)?),
            ref other => return Err(format!("{other} is not supported").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Problem> {
        Ok(Self(Cell::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Sums and averages come as NUMERIC: four 16-bit fields (digit count, weight,
/// sign, scale), then digits of base 10000.
fn numeric(raw: &[u8]) -> Result<Cell<'static>, Problem> {
    let words: Vec<u16> = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let [_, weight, sign, _, digits @ ..] = words.as_slice() else {
        return Err("NUMERIC is cut short".into());
    };
    let weight = i32::from(*weight as i16);
    let negative = match *sign {
        0 => false,
        0x4000 => true,
        _ => return Ok(Cell::Float(f64::NAN)),
    };
    let whole = digits.len() as i32 <= weight + 1;
    if whole && weight < 4 {
        let mut value = 0_i64;
        for place in 0..=weight {
            let digit = digits.get(place as usize).copied().unwrap_or(0);
            value = value * 10_000 + i64::from(digit);
        }
        return Ok(Cell::Int(if negative { -value } else { value }));
    }
    let value: f64 =
        (0_i32..).zip(digits).map(|(place, digit)| f64::from(*digit) * 10_000_f64.powi(weight - place)).sum();
    Ok(Cell::Float(if negative { -value } else { value }))
}

pub(crate) fn cell(row: &postgres::Row, index: usize) -> Result<Cell<'_>, DbError> {
    row.try_get::<_, Decoded<'_>>(index).map(|decoded| decoded.0).map_err(|error| {
        let problem = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        column_error(index, problem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(fields: [i16; 4], digits: &[i16]) -> Vec<u8> {
        fields.iter().chain(digits).flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn numerics_become_integers_or_floats() {
        assert_eq!(numeric(&encoded([0, 0, 0, 0], &[])).unwrap(), Cell::Int(0));
        assert_eq!(numeric(&encoded([2, 1, 0, 0], &[12, 345])).unwrap(), Cell::Int(120_345));
        assert_eq!(numeric(&encoded([1, 2, 0x4000, 0], &[7])).unwrap(), Cell::Int(-700_000_000));
        assert_eq!(numeric(&encoded([2, 0, 0, 1], &[2, 5000])).unwrap(), Cell::Float(2.5));
        assert!(numeric(&[0, 1]).is_err());
    }
}
