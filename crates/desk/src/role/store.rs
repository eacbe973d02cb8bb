//! SQL of the roles.

use base::{RoleId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::Custom;
use crate::error::Result;
use crate::permission::Permissions;

impl FromRow for Custom {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| DbError::Statement("role: unreadable id".to_owned()))?,
            name: row.get(1)?,
            permissions: Permissions::from_json(&row.get::<String>(2)?),
            created_at: Time(row.get(3)?),
        })
    }
}

fn json(permissions: Permissions) -> Result<String> {
    Ok(serde_json::to_string(&permissions).map_err(|error| DbError::Statement(error.to_string()))?)
}

pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Custom>> {
    Ok(sql("SELECT id, name, permissions, created_at FROM role ORDER BY lower(name), id LIMIT 1000").all(tx)?)
}

pub fn by_id(tx: &mut Tx<'_>, id: RoleId) -> Result<Option<Custom>> {
    Ok(sql("SELECT id, name, permissions, created_at FROM role WHERE id = $1").bind(id.to_string()).maybe(tx)?)
}

pub fn insert(tx: &mut Tx<'_>, role: &Custom) -> Result<()> {
    sql("INSERT INTO role (id, name, permissions, created_at) VALUES ($1, $2, $3, $4)")
        .bind(role.id.to_string())
        .bind(&role.name)
        .bind(json(role.permissions)?)
        .bind(role.created_at.millis())
        .run(tx)?;
    Ok(())
}

pub fn save(tx: &mut Tx<'_>, role: &Custom) -> Result<()> {
    sql("UPDATE role SET name = $2, permissions = $3 WHERE id = $1")
        .bind(role.id.to_string())
        .bind(&role.name)
        .bind(json(role.permissions)?)
        .run(tx)?;
    Ok(())
}

/// How many people have the role, or are invited to it.
pub fn holders(tx: &mut Tx<'_>, id: RoleId) -> Result<i64> {
    let people = sql("SELECT count(*) FROM agent WHERE role = $1").bind(id.to_string()).one::<(i64,)>(tx)?.0;
    let invited = sql("SELECT count(*) FROM invite WHERE role = $1").bind(id.to_string()).one::<(i64,)>(tx)?.0;
    Ok(people + invited)
}

pub fn delete(tx: &mut Tx<'_>, id: RoleId) -> Result<()> {
    sql("DELETE FROM role WHERE id = $1").bind(id.to_string()).run(tx)?;
    Ok(())
}
