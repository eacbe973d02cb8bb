//! Signing in and out, and one's own password.

use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use base::{DepartmentId, Secret, Time};
use desk::agent::{self, Agent, Started, password};
use desk::{AgentActor, Permissions, Rejection, Rights, setting};
use http::StatusCode;
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::agent::Colleague;
use super::auth::{SignedIn, refuse_foreign, session_cookie};
use super::error::ProblemDocument;
use crate::limit::Scope;
use crate::problem::{Json, Nothing, Problem};
use crate::request_id::Call;

/// Who is signed in, and where.
#[derive(Serialize, ToSchema)]
pub struct Session {
    agent: Colleague,
    /// What the caller's role allows.
    #[schema(value_type = Vec<desk::Permission>)]
    permissions: Permissions,
    /// The departments that the caller belongs to.
    #[schema(value_type = Vec<String>)]
    departments: Vec<DepartmentId>,
    company: String,
    public_url: String,
    /// When the session ends at the latest.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Time>,
}

impl Session {
    pub async fn of(app: &App, started: &Started) -> Result<Self, Problem> {
        Self::make(app, started.agent.clone(), &started.actor, Some(started.session.expires_at)).await
    }

    async fn make(app: &App, agent: Agent, actor: &AgentActor, expires_at: Option<Time>) -> Result<Self, Problem> {
        let company = app.desk.read(|tx, _| setting::company(tx)).await?;
        let public_url = app.process.public_url.to_string();
        let Rights { permissions, departments } = actor.rights.clone();
        let (agent, departments) = (Colleague::of(&app.desk, agent), departments.to_vec());
        Ok(Self { agent, permissions, departments, company, public_url, expires_at })
    }
}

/// How long a new session's cookie is kept, in seconds.
pub fn lifetime(app: &App, started: &Started) -> i64 {
    started.session.expires_at.since(app.desk.cx().now()) / 1000
}

/// A fresh session as an answer, with its cookie.
pub async fn begun(app: &App, started: &Started) -> Result<Response, Problem> {
    let cookie = session_cookie(&app.process.public_url, started.token.reveal(), lifetime(app, started))?;
    let body = Session::of(app, started).await?;
    Ok((StatusCode::CREATED, [(SET_COOKIE, cookie)], axum::Json(body)).into_response())
}

/// Who am I?
#[utoipa::path(get, path = "/api/v1/session", operation_id = "session_show", tag = "desk",
    responses((status = 200, body = Session), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn show(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Session>, Problem> {
    let (actor, id) = (me.actor(), me.0.id);
    let agent = app.desk.read(move |tx, _| agent::get(tx, &actor, id)).await?;
    Ok(axum::Json(Session::make(&app, agent, &me.0, None).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    email: String,
    #[schema(value_type = String)]
    password: Secret<String>,
}

/// Sign in. Wrong, locked, switched off and unknown get one and the same answer.
#[utoipa::path(post, path = "/api/v1/session", operation_id = "session_start", tag = "desk", request_body = SignIn,
    responses((status = 201, body = Session), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn start(State(app): State<App>, call: Call, request: Request) -> Result<Response, Problem> {
    app.process.limiter.check_address(Scope::SignInAddress, call.address())?;
    let (parts, body) = request.into_parts();
    refuse_foreign(&app, &parts)?;
    let Json(wanted) = Json::<SignIn>::from_request(Request::from_parts(parts, body), &app).await?;
    let email = wanted.email.clone();
    let allowed = app.process.limiter.check(Scope::SignInAccount, email.trim().to_lowercase().as_bytes()).is_ok();
    let found = app.desk.read(move |tx, _| agent::find_account(tx, &email)).await?;
    let stored = found.as_ref().map(|(_, stored)| stored.clone());
    // the same work whether or not there is such an account, it is switched off, or too many tried
    let right = app.slow(move || password::verify(&wanted.password, stored.as_deref())).await?;
    let agent = found.filter(|(agent, _)| right && allowed && agent.active).map(|(agent, _)| agent);
    let Some(agent) = agent else {
        metrics::counter!("app_auth_failures_total", "reason" => "sign_in").increment(1);
        return Err(Rejection::SignInFailed.into());
    };
    let started = app.desk.write(agent.id, move |tx, cx| agent::start_session(tx, cx, &agent)).await?;
    begun(&app, &started).await
}

/// Sign out here.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "session_end", tag = "desk",
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn end(State(app): State<App>, me: SignedIn, _: Nothing) -> Result<Response, Problem> {
    let actor = me.0.clone();
    app.desk.write(me.0.id, move |tx, cx| agent::end_session(tx, cx, &actor)).await?;
    app.desk.forget_sessions();
    let cookie = session_cookie(&app.process.public_url, "", 0)?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    #[schema(value_type = String)]
    current: Secret<String>,
    /// 12 to 128 characters.
    #[schema(value_type = String)]
    password: Secret<String>,
}

/// Set a new password. One's other sessions end.
#[utoipa::path(put, path = "/api/v1/password", operation_id = "session_change_password", tag = "desk", request_body = ChangePassword,
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn change_password(
    State(app): State<App>,
    me: SignedIn,
    Json(wanted): Json<ChangePassword>,
) -> Result<StatusCode, Problem> {
    let who = me.0.clone();
    app.process.limiter.check(Scope::SignInAccount, who.id.to_string().as_bytes())?;
    let (actor, asked) = (me.actor(), me.0.clone());
    let (stored, account) = app
        .desk
        .read(move |tx, _| Ok((agent::stored_password(tx, &asked)?, agent::get(tx, &actor, asked.id)?)))
        .await?;
    if !app.slow(move || password::verify(&wanted.current, stored.as_deref())).await? {
        return Err(Rejection::invalid("current", "This is not your password now.").into());
    }
    let mut errors = Vec::new();
    password::check(&mut errors, &wanted.password, &[&account.name, &account.email]);
    if !errors.is_empty() {
        return Err(Rejection::Invalid(errors).into());
    }
    let hash = app.hash(wanted.password).await?;
    app.desk.write(who.id, move |tx, cx| agent::change_password(tx, cx, &who, &hash)).await?;
    app.desk.forget_sessions();
    Ok(StatusCode::NO_CONTENT)
}
