//! Roles that the company makes itself.

use axum::extract::State;
use base::RoleId;
use desk::role::{self, Custom, New, Update};
use desk::{Permission, Permissions};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Nothing, Path, Problem};

#[derive(Serialize, ToSchema)]
pub struct Roles {
    /// Custom roles, by name.
    items: Vec<Custom>,
    /// What the built-in role Administrator may: everything there is.
    #[schema(value_type = Vec<Permission>)]
    administrator: Permissions,
    /// What the built-in role Agent may.
    #[schema(value_type = Vec<Permission>)]
    agent: Permissions,
}

/// Every role and what it allows.
#[utoipa::path(get, path = "/api/v1/roles", operation_id = "role_list", tag = "desk",
    responses((status = 200, body = Roles), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Roles>, Problem> {
    let actor = me.actor();
    let items = app.desk.read(move |tx, _| role::list(tx, &actor)).await?;
    Ok(axum::Json(Roles { items, administrator: Permissions::all(), agent: Permissions::of_agents() }))
}

/// Make a role.
#[utoipa::path(post, path = "/api/v1/roles", operation_id = "role_create", tag = "desk", request_body = New,
    responses((status = 201, body = Custom), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Json(wanted): Json<New>,
) -> Result<(StatusCode, axum::Json<Custom>), Problem> {
    let actor = me.actor();
    let made = app.desk.write("role", move |tx, cx| role::create(tx, cx, &actor, &wanted)).await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// Change a role for everybody who has it.
#[utoipa::path(patch, path = "/api/v1/roles/{id}", operation_id = "role_update", tag = "desk", params(("id" = String, Path)), request_body = Update,
    responses((status = 200, body = Custom), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<RoleId>,
    Json(wanted): Json<Update>,
) -> Result<axum::Json<Custom>, Problem> {
    let actor = me.actor();
    let changed = app.desk.write("role", move |tx, cx| role::update(tx, cx, &actor, id, &wanted)).await?;
    app.desk.forget_sessions();
    Ok(axum::Json(changed))
}

/// Delete a role that nobody has.
#[utoipa::path(delete, path = "/api/v1/roles/{id}", operation_id = "role_delete", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn delete(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<RoleId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    let actor = me.actor();
    app.desk.write("role", move |tx, cx| role::delete(tx, cx, &actor, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
