//! Departments and who belongs to them.

use axum::extract::State;
use base::{AgentId, DepartmentId};
use desk::department::{self, Department, New, Update};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Nothing, Path, Problem};

#[derive(Serialize, ToSchema)]
pub struct Departments {
    items: Vec<Department>,
}

/// All departments, by name.
#[utoipa::path(get, path = "/api/v1/departments", operation_id = "department_list", tag = "desk",
    responses((status = 200, body = Departments), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Departments>, Problem> {
    let actor = me.actor();
    let items = app.desk.read(move |tx, _| department::list(tx, &actor)).await?;
    Ok(axum::Json(Departments { items }))
}

/// Make a department.
#[utoipa::path(post, path = "/api/v1/departments", operation_id = "department_create", tag = "desk", request_body = New,
    responses((status = 201, body = Department), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Json(wanted): Json<New>,
) -> Result<(StatusCode, axum::Json<Department>), Problem> {
    let actor = me.actor();
    let made = app.desk.write("department", move |tx, cx| department::create(tx, cx, &actor, &wanted)).await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// Change a department's name, hours or fall-back, archive it or bring it back.
#[utoipa::path(patch, path = "/api/v1/departments/{id}", operation_id = "department_update", tag = "desk", params(("id" = String, Path)), request_body = Update,
    responses((status = 200, body = Department), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<DepartmentId>,
    Json(wanted): Json<Update>,
) -> Result<axum::Json<Department>, Problem> {
    let actor = me.actor();
    let changed = app.desk.write("department", move |tx, cx| department::update(tx, cx, &actor, id, &wanted)).await?;
    Ok(axum::Json(changed))
}

/// Put somebody into a department.
#[utoipa::path(put, path = "/api/v1/departments/{id}/members/{agent_id}", operation_id = "department_add_member", tag = "desk",
    params(("id" = String, Path), ("agent_id" = String, Path)),
    responses((status = 200, body = Department), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn add_member(
    State(app): State<App>,
    me: SignedIn,
    Path((id, agent)): Path<(DepartmentId, AgentId)>,
    _: Nothing,
) -> Result<axum::Json<Department>, Problem> {
    let actor = me.actor();
    let changed = app.desk.write("department", move |tx, cx| department::add_member(tx, cx, &actor, id, agent)).await?;
    app.desk.forget_sessions();
    Ok(axum::Json(changed))
}

/// Take somebody out of a department.
#[utoipa::path(delete, path = "/api/v1/departments/{id}/members/{agent_id}", operation_id = "department_remove_member", tag = "desk",
    params(("id" = String, Path), ("agent_id" = String, Path)),
    responses((status = 200, body = Department), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn remove_member(
    State(app): State<App>,
    me: SignedIn,
    Path((id, agent)): Path<(DepartmentId, AgentId)>,
    _: Nothing,
) -> Result<axum::Json<Department>, Problem> {
    let actor = me.actor();
    let changed =
        app.desk.write("department", move |tx, cx| department::remove_member(tx, cx, &actor, id, agent)).await?;
    app.desk.forget_sessions();
    Ok(axum::Json(changed))
}
