//! A new password by a link: made for a colleague, used by whoever holds it.

use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use base::{AgentId, Secret};
use desk::Rejection;
use desk::agent::{self, Reset, password};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::auth::{SignedIn, refuse_foreign};
use super::error::ProblemDocument;
use super::session::begun;
use crate::limit::Scope;
use crate::problem::{Json, Nothing, Path, Problem};
use crate::request_id::Call;

#[derive(Serialize, ToSchema)]
pub struct CreatedReset {
    #[serde(flatten)]
    reset: Reset,
    /// The link to pass on; it is shown only now.
    url: String,
}

/// Make a link with which a colleague sets a new password. It works once, for 30 minutes; an older one stops working.
#[utoipa::path(post, path = "/api/v1/agents/{id}/reset", operation_id = "reset_create", tag = "desk", params(("id" = String, Path)),
    responses((status = 201, body = CreatedReset), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<AgentId>,
    _: Nothing,
) -> Result<(StatusCode, axum::Json<CreatedReset>), Problem> {
    let actor = me.actor();
    let (reset, token) = app.desk.write(id, move |tx, cx| agent::create_reset(tx, cx, &actor, id)).await?;
    // behind the #, so that it reaches no server's log
    let url = format!("{}/reset#{}", app.process.public_url, token.reveal());
    Ok((StatusCode::CREATED, axum::Json(CreatedReset { reset, url })))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UseReset {
    /// What stands behind the # of the link.
    #[schema(value_type = String)]
    token: Secret<String>,
    /// 12 to 128 characters.
    #[schema(value_type = String)]
    password: Secret<String>,
}

/// Set a new password with a link. Every session of the person ends, and a new one begins here.
#[utoipa::path(post, path = "/api/v1/password/reset", operation_id = "reset_use", tag = "desk", request_body = UseReset,
    responses((status = 201, body = super::session::Session), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn accept(State(app): State<App>, call: Call, request: Request) -> Result<Response, Problem> {
    app.process.limiter.check_address(Scope::ResetAddress, call.address())?;
    let (parts, body) = request.into_parts();
    refuse_foreign(&app, &parts)?;
    let Json(wanted) = Json::<UseReset>::from_request(Request::from_parts(parts, body), &app).await?;
    let token = wanted.token.clone();
    let account = app.desk.read(move |tx, cx| agent::find_reset(tx, cx, &token)).await?;
    let mut errors = Vec::new();
    password::check(&mut errors, &wanted.password, &[&account.name, &account.email]);
    if !errors.is_empty() {
        return Err(Rejection::Invalid(errors).into());
    }
    let hash = app.hash(wanted.password).await?;
    let started = app.desk.write(account.id, move |tx, cx| agent::use_reset(tx, cx, &wanted.token, &hash)).await?;
    app.desk.forget_sessions();
    begun(&app, &started).await
}
