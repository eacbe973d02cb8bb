//! Set-up: the first administrator and the first inbox, for whoever holds the one-time code.

use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use base::Secret;
use desk::agent::{self, NewAccount, password};
use desk::{Rejection, setting};
use http::StatusCode;
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::auth::{refuse_foreign, session_cookie};
use super::error::ProblemDocument;
use super::session::{Session, lifetime};
use crate::limit::Scope;
use crate::problem::{Json, Problem};
use crate::request_id::Call;

#[derive(Serialize, ToSchema)]
pub struct SetupState {
    /// Whether nobody has set this deployment up yet.
    needed: bool,
}

/// Whether set-up is still to be done.
#[utoipa::path(get, path = "/api/v1/setup", operation_id = "setup_show", tag = "desk", 
    responses((status = 200, body = SetupState), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn show(State(app): State<App>) -> Result<axum::Json<SetupState>, Problem> {
    let done = app.desk.read(|tx, _| agent::is_set_up(tx)).await?;
    Ok(axum::Json(SetupState { needed: !done }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The one-time code that the server printed.
    #[schema(value_type = String)]
    code: Secret<String>,
    name: String,
    email: String,
    /// 12 to 128 characters.
    #[schema(value_type = String)]
    password: Secret<String>,
    company: String,
}

#[derive(Serialize, ToSchema)]
pub struct SetupDone {
    session: Session,
    inbox: InboxKey,
}

#[derive(Serialize, ToSchema)]
pub struct InboxKey {
    id: String,
    /// For the snippet, `pk_…`.
    key: String,
}

/// Make the first administrator and the first inbox.
#[utoipa::path(post, path = "/api/v1/setup", operation_id = "setup_run", tag = "desk", request_body = Setup,
    responses((status = 201, body = SetupDone), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn run(State(app): State<App>, call: Call, request: Request) -> Result<Response, Problem> {
    app.process.limiter.check_address(Scope::SetupAddress, call.address())?;
    let (parts, body) = request.into_parts();
    refuse_foreign(&app, &parts)?;
    let Json(wanted) = Json::<Setup>::from_request(Request::from_parts(parts, body), &app).await?;
    let code = wanted.code.clone();
    // the cheap checks first, so that nobody without the code can make the server hash
    app.desk
        .read(move |tx, cx| {
            if agent::is_set_up(tx)? {
                return Err(Rejection::AlreadySetUp.into());
            }
            if setting::is_setup_code(tx, cx, &code)? { Ok(()) } else { Err(Rejection::BadSetupCode.into()) }
        })
        .await?;
    let mut errors = Vec::new();
    password::check(&mut errors, &wanted.password, &[&wanted.name, &wanted.email, &wanted.company]);
    if !errors.is_empty() {
        return Err(Rejection::Invalid(errors).into());
    }
    let account =
        NewAccount { name: wanted.name, email: wanted.email, password_hash: app.hash(wanted.password).await? };
    let (code, company) = (wanted.code, wanted.company);
    let done = app.desk.write("setup", move |tx, cx| agent::set_up(tx, cx, &code, &account, &company)).await?;
    let seconds = lifetime(&app, &done.started);
    let cookie = session_cookie(&app.process.public_url, done.started.token.reveal(), seconds)?;
    let inbox = InboxKey { id: done.inbox.id.to_string(), key: done.inbox.key };
    let body = SetupDone { session: Session::of(&app, &done.started).await?, inbox };
    Ok((StatusCode::CREATED, [(SET_COOKIE, cookie)], axum::Json(body)).into_response())
}
