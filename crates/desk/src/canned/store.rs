//! SQL of the canned replies.

use base::{AgentId, CannedId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::model::{Canned, Scope};
use crate::error::Result;

fn unreadable(what: &str) -> DbError {
    DbError::Statement(format!("canned: unreadable {what}"))
}

impl FromRow for Canned {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let scope = Scope::parse(&row.get::<String>(1)?).ok_or_else(|| unreadable("scope"))?;
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?,
            agent_id: if let Scope::Agent(id) = scope { Some(id) } else { None },
            department_id: if let Scope::Department(id) = scope { Some(id) } else { None },
            name: row.get(2)?,
            body: row.get(3)?,
            tags: serde_json::from_str(&row.get::<String>(4)?).map_err(|_| unreadable("tags"))?,
            updated_at: Time(row.get(5)?),
            times: row.get::<Option<i64>>(6)?.unwrap_or(0),
        })
    }
}

/// What an agent may use: the same rule as `reads`.
pub fn list(tx: &mut Tx<'_>, me: AgentId, sees_all: bool) -> Result<Vec<Canned>> {
    Ok(sql("SELECT c.id, c.scope, c.name, c.body, c.tags, c.updated_at, u.times FROM canned c \
         LEFT JOIN canned_use u ON u.canned_id = c.id AND u.agent_id = $1 WHERE c.scope = $1 OR c.scope = 'all' \
         OR c.scope IN (SELECT m.department_id FROM department_member m WHERE m.agent_id = $1) \
         OR ($2 = 1 AND c.scope IN (SELECT d.id FROM department d)) ORDER BY lower(c.name), c.id LIMIT 2000")
    .bind(me.to_string())
    .bind(i64::from(sees_all))
    .all(tx)?)
}

pub fn by_id(tx: &mut Tx<'_>, id: CannedId, me: AgentId) -> Result<Option<Canned>> {
    Ok(sql("SELECT c.id, c.scope, c.name, c.body, c.tags, c.updated_at, u.times FROM canned c \
            LEFT JOIN canned_use u ON u.canned_id = c.id AND u.agent_id = $2 WHERE c.id = $1")
    .bind(id.to_string())
    .bind(me.to_string())
    .maybe(tx)?)
}

pub fn count(tx: &mut Tx<'_>, scope: Scope) -> Result<i64> {
    Ok(sql("SELECT count(*) FROM canned WHERE scope = $1").bind(scope.text()).one::<(i64,)>(tx)?.0)
}

fn json(tags: &[String]) -> Result<String> {
    Ok(serde_json::to_string(tags).map_err(|error| DbError::Statement(error.to_string()))?)
}

pub fn insert(tx: &mut Tx<'_>, it: &Canned) -> Result<()> {
    sql("INSERT INTO canned (id, scope, name, body, tags, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)")
        .bind(it.id.to_string())
        .bind(it.scope().text())
        .bind(&it.name)
        .bind(&it.body)
        .bind(json(&it.tags)?)
        .bind(it.updated_at.millis())
        .run(tx)?;
    Ok(())
}

pub fn save(tx: &mut Tx<'_>, it: &Canned) -> Result<()> {
    sql("UPDATE canned SET name = $2, body = $3, tags = $4, updated_at = $5 WHERE id = $1")
        .bind(it.id.to_string())
        .bind(&it.name)
        .bind(&it.body)
        .bind(json(&it.tags)?)
        .bind(it.updated_at.millis())
        .run(tx)?;
    Ok(())
}

pub fn delete(tx: &mut Tx<'_>, id: CannedId) -> Result<()> {
    sql("DELETE FROM canned WHERE id = $1").bind(id.to_string()).run(tx)?;
    Ok(())
}

pub fn count_use(tx: &mut Tx<'_>, me: AgentId, id: CannedId) -> Result<i64> {
    let row = sql("INSERT INTO canned_use (agent_id, canned_id, times) VALUES ($1, $2, 1) \
                   ON CONFLICT (agent_id, canned_id) DO UPDATE SET times = canned_use.times + 1 RETURNING times")
    .bind(me.to_string())
    .bind(id.to_string())
    .one::<(i64,)>(tx)?;
    Ok(row.0)
}
