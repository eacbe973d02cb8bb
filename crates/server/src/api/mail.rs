//! Letters: whether they leave, which did not arrive, and a try.

use axum::extract::State;
use base::MailId;
use desk::mail::{self, Dead, Outbox};
use desk::{Rejection, agent, setting};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::limit::Scope;
use crate::problem::{Nothing, Path, Problem};

#[derive(Serialize, ToSchema)]
pub struct MailState {
    /// The mail server's host and port; null when none is set, and then nothing is mailed.
    server: Option<String>,
    /// Who letters are from.
    from: Option<String>,
    outbox: Outbox,
}

/// How mailing stands.
#[utoipa::path(get, path = "/api/v1/mail", operation_id = "mail_show", tag = "desk",
    responses((status = 200, body = MailState), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn show(State(app): State<App>, me: SignedIn) -> Result<axum::Json<MailState>, Problem> {
    let actor = me.actor();
    let outbox = app.desk.read(move |tx, _| mail::outbox(tx, &actor)).await?;
    let carrier = app.carrier.as_ref();
    let server = carrier.map(|carrier| carrier.server().to_owned());
    Ok(axum::Json(MailState { server, from: carrier.map(crate::post::Carrier::from), outbox }))
}

/// Send a letter to oneself, now. The answer says what the mail server said.
#[utoipa::path(post, path = "/api/v1/mail/test", operation_id = "mail_test", tag = "desk",
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 502, body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn test(State(app): State<App>, me: SignedIn, _: Nothing) -> Result<StatusCode, Problem> {
    let (actor, asked, id) = (me.actor(), me.actor(), me.0.id);
    app.desk.read(move |tx, _| mail::outbox(tx, &actor)).await?;
    app.process.limiter.check(Scope::MailTest, id.to_string().as_bytes())?;
    let carrier = app.carrier.as_ref().ok_or(Rejection::MailOff)?;
    let (to, company) =
        app.desk.read(move |tx, _| Ok((agent::get(tx, &asked, id)?.email, setting::company(tx)?))).await?;
    let cx = app.desk.cx();
    match carrier.try_out(&cx.rng, cx.now(), &to, &company).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(failure) => {
            Err(Problem::new(StatusCode::BAD_GATEWAY, "mail_refused", "The mail server did not take the letter.")
                .detail(format!("It said: {} Check --smtp and --mail-from.", ended(&failure.reason()))))
        }
    }
}

/// Somebody else's words as a sentence.
fn ended(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[derive(Serialize, ToSchema)]
pub struct DeadMails {
    /// Newest first, at most 100.
    items: Vec<Dead>,
}

/// Letters that could not be delivered.
#[utoipa::path(get, path = "/api/v1/mail/dead", operation_id = "mail_dead", tag = "desk",
    responses((status = 200, body = DeadMails), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn dead(State(app): State<App>, me: SignedIn) -> Result<axum::Json<DeadMails>, Problem> {
    let actor = me.actor();
    let items = app.desk.read(move |tx, _| mail::dead(tx, &actor)).await?;
    Ok(axum::Json(DeadMails { items }))
}

/// Try a letter again that could not be delivered.
#[utoipa::path(post, path = "/api/v1/mail/dead/{id}/replay", operation_id = "mail_replay", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn replay(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<MailId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    let actor = me.actor();
    app.desk.write("mail", move |tx, cx| mail::replay(tx, cx, &actor, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Throw a letter away that could not be delivered.
#[utoipa::path(delete, path = "/api/v1/mail/dead/{id}", operation_id = "mail_discard", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn discard(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<MailId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    let actor = me.actor();
    app.desk.write("mail", move |tx, cx| mail::discard(tx, cx, &actor, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
