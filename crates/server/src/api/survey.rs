//! How satisfied customers were: the customer's answer.

use axum::extract::State;
use base::ConversationId;
use desk::survey::{self, Rating};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::auth::FromVisitor;
use super::error::ProblemDocument;
use crate::limit::Scope;
use crate::problem::{Json, Path, Problem};
use crate::request_id::Call;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    stars: i64,
    /// At most 1,000 characters.
    #[serde(default)]
    comment: String,
}

/// Say how it was. Said again, the latest counts.
#[utoipa::path(put, path = "/api/chat/survey/{conversation_id}", operation_id = "chat_survey_answer", tag = "chat",
    params(("conversation_id" = String, Path)), request_body = Answer,
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn answer(
    State(app): State<App>,
    call: Call,
    from: FromVisitor,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Answer>,
) -> Result<StatusCode, Problem> {
    app.process.limiter.check_address(Scope::ChatMessageAddress, call.address())?;
    app.process.limiter.check(Scope::ChatMessageSession, from.visitor.hash.as_bytes())?;
    let (contact, rating) = (from.contact(&app).await?, Rating::new(wanted.stars, &wanted.comment)?);
    app.desk.write(id, move |tx, cx| survey::answer(tx, cx, &contact, id, &rating)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Do not say how it was.
#[utoipa::path(delete, path = "/api/chat/survey/{conversation_id}", operation_id = "chat_survey_skip", tag = "chat",
    params(("conversation_id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn skip(
    State(app): State<App>,
    call: Call,
    from: FromVisitor,
    Path(id): Path<ConversationId>,
) -> Result<StatusCode, Problem> {
    app.process.limiter.check_address(Scope::ChatMessageAddress, call.address())?;
    let contact = from.contact(&app).await?;
    app.desk.write(id, move |tx, cx| survey::skip(tx, cx, &contact, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
