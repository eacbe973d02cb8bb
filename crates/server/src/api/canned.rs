//! Canned replies.

use axum::extract::State;
use base::CannedId;
use desk::canned::{self, Canned, CannedReplies, New, Update};
use http::StatusCode;

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Nothing, Path, Problem};

/// Every canned reply that the caller may use, by name.
#[utoipa::path(get, path = "/api/v1/canned", operation_id = "canned_list", tag = "desk",
    responses((status = 200, body = CannedReplies), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, me: SignedIn) -> Result<axum::Json<CannedReplies>, Problem> {
    Ok(axum::Json(app.desk.read(move |tx, _| canned::list(tx, &me.0)).await?))
}

/// Make a canned reply: one's own, or shared.
#[utoipa::path(post, path = "/api/v1/canned", operation_id = "canned_create", tag = "desk", request_body = New,
    responses((status = 201, body = Canned), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Json(wanted): Json<New>,
) -> Result<(StatusCode, axum::Json<Canned>), Problem> {
    let made = app.desk.write("canned", move |tx, cx| canned::create(tx, cx, &me.0, &wanted)).await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// Change a canned reply.
#[utoipa::path(patch, path = "/api/v1/canned/{id}", operation_id = "canned_update", tag = "desk", params(("id" = String, Path)), request_body = Update,
    responses((status = 200, body = Canned), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<CannedId>,
    Json(wanted): Json<Update>,
) -> Result<axum::Json<Canned>, Problem> {
    Ok(axum::Json(app.desk.write("canned", move |tx, cx| canned::update(tx, cx, &me.0, id, &wanted)).await?))
}

/// Delete a canned reply.
#[utoipa::path(delete, path = "/api/v1/canned/{id}", operation_id = "canned_delete", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn delete(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<CannedId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    app.desk.write("canned", move |tx, cx| canned::delete(tx, cx, &me.0, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Count that the caller used one.
#[utoipa::path(post, path = "/api/v1/canned/{id}/uses", operation_id = "canned_use", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn count_use(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<CannedId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    app.desk.write(me.0.id, move |tx, cx| canned::count_use(tx, cx, &me.0, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
