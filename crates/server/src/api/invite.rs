//! Invitations: made and withdrawn by administrators, accepted by whoever has the link.

use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use base::{InviteId, Secret};
use desk::Rejection;
use desk::actor::Role;
use desk::agent::{self, Invite, NewAccount, password};
use desk::mail;
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
pub struct Invites {
    items: Vec<Invite>,
    /// Whether invitations can be mailed.
    mail: bool,
}

/// Invitations that wait to be accepted.
#[utoipa::path(get, path = "/api/v1/invites", operation_id = "invite_list", tag = "desk",
    responses((status = 200, body = Invites), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Invites>, Problem> {
    let actor = me.actor();
    let items = app.desk.read(move |tx, cx| agent::list_invites(tx, cx, &actor)).await?;
    Ok(axum::Json(Invites { items, mail: app.carrier.is_some() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvite {
    /// `administrator`, `agent`, or a custom role's id.
    #[schema(value_type = String)]
    role: Role,
    /// Where to mail the link; nothing is mailed without it.
    #[serde(default)]
    email: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct CreatedInvite {
    #[serde(flatten)]
    invite: Invite,
    /// The link to pass on; it is shown only now.
    url: String,
}

/// Make an invitation.
#[utoipa::path(post, path = "/api/v1/invites", operation_id = "invite_create", tag = "desk", request_body = NewInvite,
    responses((status = 201, body = CreatedInvite), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Json(wanted): Json<NewInvite>,
) -> Result<(StatusCode, axum::Json<CreatedInvite>), Problem> {
    let actor = me.actor();
    if wanted.email.is_some() && app.carrier.is_none() {
        return Err(Rejection::MailOff.into());
    }
    let public_url = app.process.public_url.to_string();
    let make = move |tx: &mut db::Tx<'_>, cx: &desk::Context| match &wanted.email {
        Some(email) => mail::invite(tx, cx, &actor, wanted.role, email, &public_url),
        None => agent::create_invite(tx, cx, &actor, wanted.role),
    };
    let (invite, token) = app.desk.write("invite", make).await?;
    // behind the #, so that it reaches no server's log
    let url = format!("{}/join#{}", app.process.public_url, token.reveal());
    Ok((StatusCode::CREATED, axum::Json(CreatedInvite { invite, url })))
}

/// Withdraw an invitation.
#[utoipa::path(delete, path = "/api/v1/invites/{id}", operation_id = "invite_delete", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn delete(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<InviteId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    let actor = me.actor();
    app.desk.write("invite", move |tx, cx| agent::delete_invite(tx, cx, &actor, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// What stands behind the # of the link.
    #[schema(value_type = String)]
    token: Secret<String>,
    name: String,
    email: String,
    /// 12 to 128 characters.
    #[schema(value_type = String)]
    password: Secret<String>,
}

/// Accept an invitation: makes the account and signs it in.
#[utoipa::path(post, path = "/api/v1/invites/accept", operation_id = "invite_accept", tag = "desk", request_body = Accept,
    responses((status = 201, body = super::session::Session), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn accept(State(app): State<App>, call: Call, request: Request) -> Result<Response, Problem> {
    app.process.limiter.check_address(Scope::InviteAddress, call.address())?;
    let (parts, body) = request.into_parts();
    refuse_foreign(&app, &parts)?;
    let Json(wanted) = Json::<Accept>::from_request(Request::from_parts(parts, body), &app).await?;
    let mut errors = Vec::new();
    password::check(&mut errors, &wanted.password, &[&wanted.name, &wanted.email]);
    if !errors.is_empty() {
        return Err(Rejection::Invalid(errors).into());
    }
    let account =
        NewAccount { name: wanted.name, email: wanted.email, password_hash: app.hash(wanted.password).await? };
    let token = wanted.token;
    let started = app.desk.write("invite", move |tx, cx| agent::accept_invite(tx, cx, &token, &account)).await?;
    begun(&app, &started).await
}
