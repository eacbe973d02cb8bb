//! SQL of the tags.

use base::{TagId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::{Colour, Tag};
use crate::error::Result;

impl FromRow for Tag {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| DbError::Statement("tag: unreadable id".to_owned()))?,
            name: row.get(1)?,
            colour: Colour::parse(&row.get::<String>(2)?),
            created_at: Time(row.get(3)?),
        })
    }
}

pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Tag>> {
    Ok(sql("SELECT id, name, colour, created_at FROM tag WHERE deleted = 0 ORDER BY name_key, id LIMIT 1000")
        .all(tx)?)
}

pub fn count(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(sql("SELECT count(*) FROM tag WHERE deleted = 0").one::<(i64,)>(tx)?.0)
}

pub fn by_id(tx: &mut Tx<'_>, id: TagId) -> Result<Option<Tag>> {
    Ok(sql("SELECT id, name, colour, created_at FROM tag WHERE id = $1 AND deleted = 0")
        .bind(id.to_string())
        .maybe(tx)?)
}

pub fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<Tag>> {
    Ok(sql("SELECT id, name, colour, created_at FROM tag WHERE name_key = $1").bind(key).maybe(tx)?)
}

pub fn insert(tx: &mut Tx<'_>, tag: &Tag, key: &str) -> Result<()> {
    sql("INSERT INTO tag (id, name, name_key, colour, deleted, created_at) VALUES ($1, $2, $3, $4, 0, $5)")
        .bind(tag.id.to_string())
        .bind(&tag.name)
        .bind(key)
        .bind(tag.colour.as_str())
        .bind(tag.created_at.millis())
        .run(tx)?;
    Ok(())
}

pub fn save(tx: &mut Tx<'_>, tag: &Tag, key: &str) -> Result<()> {
    sql("UPDATE tag SET name = $2, name_key = $3, colour = $4 WHERE id = $1")
        .bind(tag.id.to_string())
        .bind(&tag.name)
        .bind(key)
        .bind(tag.colour.as_str())
        .run(tx)?;
    Ok(())
}

pub fn delete(tx: &mut Tx<'_>, id: TagId) -> Result<()> {
    sql("UPDATE tag SET deleted = 1, name_key = id WHERE id = $1").bind(id.to_string()).run(tx)?;
    Ok(())
}
