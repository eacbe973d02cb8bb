//! Who gets which conversation: what rings for the caller, how inboxes hand conversations out, and what is still owed.

use axum::extract::State;
use base::{ConversationId, DepartmentId, FollowUpId, InboxId, Time};
use desk::conversation::Conversation;
use desk::routing::{self, Assignment, FollowUp, Home, Monitoring, Offers, Rule, RuleUpdate, Targets};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Nothing, Path, Problem, Query};

/// To whom a conversation can be handed: colleagues and departments, and what they are doing now.
#[utoipa::path(get, path = "/api/v1/targets", operation_id = "target_list", tag = "desk",
    responses((status = 200, body = Targets), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn targets(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Targets>, Problem> {
    let actor = me.actor();
    Ok(axum::Json(app.desk.read(move |tx, cx| routing::targets(tx, cx, &actor)).await?))
}

/// What rings for the caller now.
#[utoipa::path(get, path = "/api/v1/offers", operation_id = "offer_list", tag = "desk",
    responses((status = 200, body = Offers), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn offers(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Offers>, Problem> {
    Ok(axum::Json(app.desk.read(move |tx, cx| routing::offers(tx, cx, &me.0)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decline {
    /// The round that the offer named.
    round: i64,
}

/// Let others have what rings.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/pass", operation_id = "conversation_pass", tag = "desk", params(("id" = String, Path)),
    request_body = Decline,
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn decline(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Decline>,
) -> Result<StatusCode, Problem> {
    app.desk.write(id, move |tx, cx| routing::decline(tx, cx, &me.0, id, wanted.round)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ring {
    /// The epoch that the caller saw.
    epoch: i64,
}

/// Let a missed conversation ring again.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/ring", operation_id = "conversation_ring", tag = "desk", params(("id" = String, Path)),
    request_body = Ring,
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn ring(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Ring>,
) -> Result<axum::Json<Conversation>, Problem> {
    let actor = me.actor();
    let put = app.desk.write(id, move |tx, cx| routing::ring_again(tx, cx, &actor, id, wanted.epoch)).await?;
    Ok(axum::Json(put))
}

/// How inboxes and departments hand conversations out.
#[utoipa::path(get, path = "/api/v1/assignment", operation_id = "assignment_show", tag = "desk",
    responses((status = 200, body = Assignment), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn assignment(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Assignment>, Problem> {
    let actor = me.actor();
    Ok(axum::Json(app.desk.read(move |tx, _| routing::assignment(tx, &actor)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentChange {
    /// 0 … 1,440; 0: the chats of somebody who is away stay theirs.
    return_after_minutes: i64,
}

/// Set when the open chats of somebody who is away go back to the queue.
#[utoipa::path(patch, path = "/api/v1/assignment", operation_id = "assignment_update", tag = "desk", request_body = AssignmentChange,
    responses((status = 200, body = Assignment), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn set_assignment(
    State(app): State<App>,
    me: SignedIn,
    Json(wanted): Json<AssignmentChange>,
) -> Result<axum::Json<Assignment>, Problem> {
    let (actor, minutes) = (me.actor(), wanted.return_after_minutes);
    let set = app.desk.write("assignment", move |tx, cx| routing::set_return_after(tx, cx, &actor, minutes)).await?;
    Ok(axum::Json(set))
}

/// Set how an inbox hands its conversations out.
#[utoipa::path(put, path = "/api/v1/inboxes/{id}/assignment", operation_id = "inbox_assign", tag = "desk", params(("id" = String, Path)),
    request_body = RuleUpdate,
    responses((status = 200, body = Rule), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn set_inbox_rule(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<InboxId>,
    Json(wanted): Json<RuleUpdate>,
) -> Result<axum::Json<Rule>, Problem> {
    let actor = me.actor();
    let rule = app.desk.write("assignment", move |tx, cx| routing::set_inbox_rule(tx, cx, &actor, id, wanted)).await?;
    Ok(axum::Json(rule))
}

#[derive(Serialize, ToSchema)]
pub struct FollowUps {
    items: Vec<FollowUp>,
}

/// Set how a department hands its conversations out, whatever their inbox says.
#[utoipa::path(put, path = "/api/v1/departments/{id}/assignment", operation_id = "department_assign", tag = "desk", params(("id" = String, Path)),
    request_body = RuleUpdate,
    responses((status = 200, body = Rule), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn set_department_rule(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<DepartmentId>,
    Json(wanted): Json<RuleUpdate>,
) -> Result<axum::Json<Rule>, Problem> {
    let actor = me.actor();
    let set = move |tx: &mut db::Tx<'_>, cx: &desk::Context| routing::set_department_rule(tx, cx, &actor, id, wanted);
    Ok(axum::Json(app.desk.write("assignment", set).await?))
}

/// What is still owed to customers whom nobody took in time, oldest first.
#[utoipa::path(get, path = "/api/v1/follow-ups", operation_id = "follow_up_list", tag = "desk",
    responses((status = 200, body = FollowUps), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn follow_ups(State(app): State<App>, me: SignedIn) -> Result<axum::Json<FollowUps>, Problem> {
    let actor = me.actor();
    let items = app.desk.read(move |tx, _| routing::follow_ups(tx, &actor)).await?;
    Ok(axum::Json(FollowUps { items }))
}

/// It is done.
#[utoipa::path(put, path = "/api/v1/follow-ups/{id}/done", operation_id = "follow_up_finish", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn finish(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<FollowUpId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    let actor = me.actor();
    app.desk.write(id, move |tx, cx| routing::finish(tx, cx, &actor, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The floor now: what waits, rings and is in progress, and how each agent is doing.
#[utoipa::path(get, path = "/api/v1/monitoring", operation_id = "monitoring_show", tag = "desk",
    responses((status = 200, body = Monitoring), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn monitoring(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Monitoring>, Problem> {
    let actor = me.actor();
    Ok(axum::Json(app.desk.read(move |tx, cx| routing::monitoring(tx, cx, &actor)).await?))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HomeQuery {
    /// When the caller's day began.
    #[param(value_type = String, format = DateTime)]
    since: Time,
}

/// The day in numbers.
#[utoipa::path(get, path = "/api/v1/home", operation_id = "home_show", tag = "desk", params(HomeQuery),
    responses((status = 200, body = Home), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn home(
    State(app): State<App>,
    me: SignedIn,
    Query(query): Query<HomeQuery>,
) -> Result<axum::Json<Home>, Problem> {
    Ok(axum::Json(app.desk.read(move |tx, _| routing::home(tx, &me.0, query.since)).await?))
}
