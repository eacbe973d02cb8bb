//! Asking a colleague for their conversation: the question, the answer, and what is open.

use axum::extract::State;
use base::{AskId, ConversationId};
use desk::ask::{self, Ask, Asks};
use desk::conversation::Conversation;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Path, Problem};

/// What the caller was asked and has asked, still open.
#[utoipa::path(get, path = "/api/v1/asks", operation_id = "ask_list", tag = "desk",
    responses((status = 200, body = Asks), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Asks>, Problem> {
    Ok(axum::Json(app.desk.read(move |tx, cx| ask::list(tx, cx, &me.0)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAsk {
    /// The epoch that the caller saw.
    epoch: i64,
}

/// Ask the owner of a conversation for it. Without an answer or a word of theirs within 60 s it is the caller's.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/ask", operation_id = "ask_create", tag = "desk", params(("id" = String, Path)),
    request_body = NewAsk,
    responses((status = 200, body = Ask), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<NewAsk>,
) -> Result<axum::Json<Ask>, Problem> {
    let epoch = wanted.epoch;
    Ok(axum::Json(app.desk.write(id, move |tx, cx| ask::ask(tx, cx, &me.0, id, epoch)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Which question.
    #[schema(value_type = String)]
    id: AskId,
    /// True: it goes to who asked.
    yes: bool,
}

/// Answer as the owner.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/ask", operation_id = "ask_answer", tag = "desk", params(("id" = String, Path)),
    request_body = Answer,
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn answer(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Answer>,
) -> Result<axum::Json<Conversation>, Problem> {
    let Answer { id: question, yes } = wanted;
    let answered = app.desk.write(id, move |tx, cx| ask::answer(tx, cx, &me.0, id, question, yes)).await?;
    Ok(axum::Json(answered))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Which question.
    #[schema(value_type = String)]
    id: AskId,
}

/// Do not want it any more.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/ask", operation_id = "ask_withdraw", tag = "desk", params(("id" = String, Path)),
    request_body = Withdrawal,
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn withdraw(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Withdrawal>,
) -> Result<StatusCode, Problem> {
    app.desk.write(id, move |tx, cx| ask::withdraw(tx, cx, &me.0, id, wanted.id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
