//! SQL of the departments and their members.

use std::collections::HashMap;

use base::{AgentId, DepartmentId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::Department;
use crate::error::Result;

/// The reading rule as a condition on a conversation called `c`, for the agent whose id is the placeholder `$me`. It is for
/// those who may not read everything, and must say the same as `AgentActor::reads`. It is never
/// NULL, so that its opposite is what may not be read.
macro_rules! readable {
    ($me:literal) => {
        concat!(
            "(c.department_id IS NULL OR (c.owner_id IS NOT NULL AND c.owner_id = ",
            $me,
            ") OR c.department_id IN (SELECT m.department_id FROM department_member m WHERE m.agent_id = ",
            $me,
            "))"
        )
    };
}
pub(crate) use readable;

fn unreadable(what: &str) -> DbError {
    DbError::Statement(format!("department: unreadable {what}"))
}

impl FromRow for Department {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let hours: Option<String> = row.get(2)?;
        let fallback: Option<String> = row.get(3)?;
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?,
            name: row.get(1)?,
            hours: hours.as_deref().map(serde_json::from_str).transpose().map_err(|_| unreadable("hours"))?,
            fallback_id: fallback.as_deref().map(str::parse).transpose().map_err(|_| unreadable("fallback"))?,
            archived: row.get(4)?,
            members: Vec::new(),
            created_at: Time(row.get(5)?),
        })
    }
}

struct Member(DepartmentId, AgentId);

impl FromRow for Member {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let department = row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?;
        Ok(Self(department, row.get::<String>(1)?.parse().map_err(|_| unreadable("member"))?))
    }
}

pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Department>> {
    let mut departments: Vec<Department> = sql(
        "SELECT id, name, hours, fallback_id, archived, created_at FROM department ORDER BY lower(name), id LIMIT 1000",
    )
    .all(tx)?;
    let members: Vec<Member> =
        sql("SELECT department_id, agent_id FROM department_member ORDER BY agent_id LIMIT 100000").all(tx)?;
    let mut by_department: HashMap<DepartmentId, Vec<AgentId>> = HashMap::new();
    for Member(department, agent) in members {
        by_department.entry(department).or_default().push(agent);
    }
    for department in &mut departments {
        department.members = by_department.remove(&department.id).unwrap_or_default();
    }
    Ok(departments)
}

fn with_members(tx: &mut Tx<'_>, found: Option<Department>) -> Result<Option<Department>> {
    let Some(mut department) = found else { return Ok(None) };
    let members: Vec<Member> = sql("SELECT department_id, agent_id FROM department_member WHERE department_id = $1 \
                                    ORDER BY agent_id LIMIT 10000")
    .bind(department.id.to_string())
    .all(tx)?;
    department.members = members.into_iter().map(|member| member.1).collect();
    Ok(Some(department))
}

pub fn by_id(tx: &mut Tx<'_>, id: DepartmentId) -> Result<Option<Department>> {
    let found = sql("SELECT id, name, hours, fallback_id, archived, created_at FROM department WHERE id = $1")
        .bind(id.to_string())
        .maybe(tx)?;
    with_members(tx, found)
}

/// The department, with its row held until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: DepartmentId) -> Result<Option<Department>> {
    let found = sql("UPDATE department SET archived = archived WHERE id = $1 \
                     RETURNING id, name, hours, fallback_id, archived, created_at")
    .bind(id.to_string())
    .maybe(tx)?;
    with_members(tx, found)
}

pub fn of_agent(tx: &mut Tx<'_>, agent: AgentId) -> Result<Vec<DepartmentId>> {
    let rows: Vec<(String,)> =
        sql("SELECT department_id FROM department_member WHERE agent_id = $1 ORDER BY department_id LIMIT 1000")
            .bind(agent.to_string())
            .all(tx)?;
    rows.into_iter().map(|(id,)| id.parse().map_err(|_| unreadable("id").into())).collect()
}

pub fn insert(tx: &mut Tx<'_>, department: &Department) -> Result<()> {
    sql("INSERT INTO department (id, name, archived, created_at) VALUES ($1, $2, 0, $3)")
        .bind(department.id.to_string())
        .bind(&department.name)
        .bind(department.created_at.millis())
        .run(tx)?;
    Ok(())
}

pub fn save(tx: &mut Tx<'_>, department: &Department) -> Result<()> {
    let hours = department.hours.as_ref().map(serde_json::to_string).transpose();
    sql("UPDATE department SET name = $2, hours = $3, fallback_id = $4, archived = $5 WHERE id = $1")
        .bind(department.id.to_string())
        .bind(&department.name)
        .bind(hours.map_err(|error| DbError::Statement(error.to_string()))?)
        .bind(department.fallback_id.map(|id| id.to_string()))
        .bind(i64::from(department.archived))
        .run(tx)?;
    Ok(())
}

/// False when they were in it already.
pub fn insert_member(tx: &mut Tx<'_>, id: DepartmentId, agent: AgentId) -> Result<bool> {
    let inserted =
        sql("INSERT INTO department_member (department_id, agent_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(id.to_string())
            .bind(agent.to_string())
            .run(tx)?;
    Ok(inserted == 1)
}

pub fn delete_member(tx: &mut Tx<'_>, id: DepartmentId, agent: AgentId) -> Result<bool> {
    let deleted = sql("DELETE FROM department_member WHERE department_id = $1 AND agent_id = $2")
        .bind(id.to_string())
        .bind(agent.to_string())
        .run(tx)?;
    Ok(deleted == 1)
}
