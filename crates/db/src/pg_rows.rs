//! Many rows in one PostgreSQL statement: the text made from the text for one row, and each column of the rows as an array.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use crate::value::Value;

/// One column of the rows, bound as an array.
#[derive(Debug)]
pub(crate) struct Values<'r> {
    pub rows: &'r [Vec<Value<'static>>],
    pub column: usize,
}

/// `INSERT INTO t (a, b) VALUES ($1, $2)` for many rows; none when the text is not of that form.
pub(crate) fn many(text: &str, types: &[Type]) -> Option<String> {
    let (head, values) = text.split_once("VALUES")?;
    let wanted: Vec<String> = (1..=types.len()).map(|number| format!("${number}")).collect();
    let given = values.trim().strip_prefix('(')?.strip_suffix(')')?;
    if !given.split(',').map(str::trim).eq(wanted.iter().map(String::as_str)) {
        return None;
    }
    let arrays: Vec<String> = wanted.iter().zip(types).map(|(number, kind)| format!("{number}::{kind}[]")).collect();
    Some(format!("{head}SELECT * FROM unnest({})", arrays.join(", ")))
}

impl ToSql for Values<'_> {
    /// The binary form of an array of one dimension.
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let Kind::Array(member) = wanted.kind() else {
            return Err(format!("an array was bound where {wanted} is wanted").into());
        };
        let any_null = self.rows.iter().any(|row| row[self.column] == Value::Null);
        out.put_i32(1);
        out.put_i32(i32::from(any_null));
        out.put_u32(member.oid());
        out.put_i32(i32::try_from(self.rows.len())?);
        out.put_i32(1);
        for row in self.rows {
            let at = out.len();
            out.put_i32(-1);
            if let IsNull::No = row[self.column].to_sql(member, out)? {
                let size = i32::try_from(out.len() - at - 4)?;
                out[at..at + 4].copy_from_slice(&size.to_be_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_for_one_row_becomes_the_text_for_many() {
        let types = [Type::TEXT, Type::INT8];
        let text = many("INSERT INTO t (a, b) VALUES ($1, $2)", &types);
        assert_eq!(text.as_deref(), Some("INSERT INTO t (a, b) SELECT * FROM unnest($1::text[], $2::int8[])"));
        assert_eq!(many("INSERT INTO t (a, b) VALUES ($2, $1)", &types), None);
        assert_eq!(many("INSERT INTO t (a, b) VALUES ($1, lower($2))", &types), None);
        assert_eq!(many("INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT DO NOTHING", &types), None);
        assert_eq!(many("UPDATE t SET a = $1", &types), None);
    }
}
