//! Tags, and which conversation carries which; how urgent a conversation is.

use axum::extract::State;
use base::{ConversationId, TagId};
use desk::conversation::{self, Conversation, Priority};
use desk::tag::{self, New, Tag, Tags, Update};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Nothing, Path, Problem};

/// Every tag, by name.
#[utoipa::path(get, path = "/api/v1/tags", operation_id = "tag_list", tag = "desk",
    responses((status = 200, body = Tags), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Tags>, Problem> {
    let actor = me.actor();
    Ok(axum::Json(app.desk.read(move |tx, _| tag::list(tx, &actor)).await?))
}

/// Make a tag.
#[utoipa::path(post, path = "/api/v1/tags", operation_id = "tag_create", tag = "desk", request_body = New,
    responses((status = 201, body = Tag), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Json(wanted): Json<New>,
) -> Result<(StatusCode, axum::Json<Tag>), Problem> {
    let actor = me.actor();
    let made = app.desk.write("tag", move |tx, cx| tag::create(tx, cx, &actor, &wanted)).await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// Give a tag another name or colour.
#[utoipa::path(patch, path = "/api/v1/tags/{id}", operation_id = "tag_update", tag = "desk", params(("id" = String, Path)), request_body = Update,
    responses((status = 200, body = Tag), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<TagId>,
    Json(wanted): Json<Update>,
) -> Result<axum::Json<Tag>, Problem> {
    let actor = me.actor();
    Ok(axum::Json(app.desk.write("tag", move |tx, cx| tag::update(tx, cx, &actor, id, &wanted)).await?))
}

/// Delete a tag; no conversation shows it any more.
#[utoipa::path(delete, path = "/api/v1/tags/{id}", operation_id = "tag_delete", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn delete(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<TagId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    let actor = me.actor();
    app.desk.write("tag", move |tx, cx| tag::delete(tx, cx, &actor, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Put a tag on a conversation.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/tags/{tag_id}", operation_id = "conversation_tag_add", tag = "desk",
    params(("id" = String, Path), ("tag_id" = String, Path)),
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn add(
    State(app): State<App>,
    me: SignedIn,
    Path((id, tag)): Path<(ConversationId, TagId)>,
    _: Nothing,
) -> Result<axum::Json<Conversation>, Problem> {
    let actor = me.actor();
    Ok(axum::Json(app.desk.write(id, move |tx, cx| conversation::add_tag(tx, cx, &actor, id, tag)).await?))
}

/// Take a tag off a conversation.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/tags/{tag_id}", operation_id = "conversation_tag_remove", tag = "desk",
    params(("id" = String, Path), ("tag_id" = String, Path)),
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn remove(
    State(app): State<App>,
    me: SignedIn,
    Path((id, tag)): Path<(ConversationId, TagId)>,
    _: Nothing,
) -> Result<axum::Json<Conversation>, Problem> {
    let actor = me.actor();
    Ok(axum::Json(app.desk.write(id, move |tx, cx| conversation::remove_tag(tx, cx, &actor, id, tag)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPriority {
    priority: Priority,
}

/// Say how urgent a conversation is.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/priority", operation_id = "conversation_set_priority", tag = "desk", params(("id" = String, Path)),
    request_body = SetPriority,
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn set_priority(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<SetPriority>,
) -> Result<axum::Json<Conversation>, Problem> {
    let (actor, priority) = (me.actor(), wanted.priority);
    Ok(axum::Json(app.desk.write(id, move |tx, cx| conversation::set_priority(tx, cx, &actor, id, priority)).await?))
}
