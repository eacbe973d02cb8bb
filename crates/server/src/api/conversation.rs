//! Conversations for agents: lists, threads, replies and notes, and whose they are.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base::{AgentId, ConversationId, DepartmentId, FileId, MessageId, TagId, page};
use channel::{ClientId, Content};
use desk::conversation::{
    self, Conversation, Counts, Message, Note, Reply, State as Standing, Target, Thread, ThreadRange, View,
};
use desk::{Actor, Rejection};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::SignedIn;
use super::chat::Sent;
use super::error::ProblemDocument;
use crate::problem::{Json, Path, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// `mine`, `waiting`, `all` (every open one) or `resolved`.
    view: Option<View>,
    /// Only what carries this tag.
    #[param(value_type = Option<String>)]
    tag: Option<TagId>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// 1 … 100, 50 when nothing is said.
    limit: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct Conversations {
    items: Vec<Conversation>,
    next: Option<String>,
    /// Number of the last event that is in this page.
    head: i64,
}

/// A view, newest activity first; what waits, most urgent and then longest first.
#[utoipa::path(get, path = "/api/v1/conversations", operation_id = "conversation_list", tag = "desk", params(ListQuery),
    responses((status = 200, body = Conversations), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    me: SignedIn,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<Conversations>, Problem> {
    let (view, limit) = (query.view.unwrap_or(View::All), page::limit(query.limit));
    let read = app.desk.read(move |tx, _| match query.tag {
        None => conversation::list(tx, &me.0, view, query.cursor.as_deref(), limit),
        Some(tag) => conversation::list_with_tag(tx, &me.0, view, tag, query.cursor.as_deref(), limit),
    });
    let read = read.await?;
    Ok(axum::Json(Conversations { items: read.value.items, next: read.value.next, head: read.head }))
}

/// How many open conversations there are.
#[utoipa::path(get, path = "/api/v1/conversations/counts", operation_id = "conversation_counts", tag = "desk",
    responses((status = 200, body = Counts), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn counts(State(app): State<App>, me: SignedIn) -> Result<axum::Json<Counts>, Problem> {
    Ok(axum::Json(app.desk.read(move |tx, _| conversation::counts(tx, &me.0)).await?))
}

#[derive(Serialize, ToSchema)]
pub struct Shown {
    conversation: Conversation,
    /// Number of the last event that is in this.
    head: i64,
}

/// One conversation.
#[utoipa::path(get, path = "/api/v1/conversations/{id}", operation_id = "conversation_show", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, body = Shown), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn show(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<Shown>, Problem> {
    let actor = me.actor();
    let read = app.desk.read(move |tx, _| conversation::get(tx, &actor, id)).await?;
    Ok(axum::Json(Shown { conversation: read.value, head: read.head }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ThreadQuery {
    /// Only messages and notes with a greater seq.
    after_seq: Option<i64>,
    /// Only messages and notes with a smaller seq.
    before_seq: Option<i64>,
    /// Only what stands after a page: its `newer`.
    after: Option<String>,
    /// Only what stands before a page: its `older`.
    before: Option<String>,
    /// 1 … 200 messages and notes, 50 when nothing is said.
    limit: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct Messages {
    /// Oldest first.
    messages: Vec<Message>,
    head_seq: i64,
    /// `before` of the page that stands before this one; null when there is none, or when this was read with a lower bound.
    older: Option<String>,
    /// `after` of the page that stands after this one; null when there is none, or when this was read without a lower bound.
    newer: Option<String>,
    /// Number of the last event that is in this.
    head: i64,
}

/// Messages and notes, oldest first: the newest, or, with a lower bound, the first after it.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/messages", operation_id = "conversation_messages", tag = "desk", params(("id" = String, Path), ThreadQuery),
    responses((status = 200, body = Messages), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn messages(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Query(query): Query<ThreadQuery>,
) -> Result<axum::Json<Messages>, Problem> {
    let ThreadQuery { after_seq, before_seq, after, before, limit } = query;
    let range = ThreadRange { after_seq, before_seq, after, before, limit: limit.unwrap_or(50) };
    let read = app.desk.read(move |tx, _| conversation::thread(tx, &me.0, id, &range)).await?;
    let Thread { messages, head_seq, older, newer } = read.value;
    Ok(axum::Json(Messages { messages, head_seq, older, newer, head: read.head }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Write {
    /// The sender's own id for this message; the same id is the same message.
    #[schema(value_type = String, format = "uuid")]
    client_id: ClientId,
    /// The conversation's epoch as the agent saw it. A note needs none.
    epoch: Option<i64>,
    #[schema(value_type = desk::conversation::MessageContent)]
    content: Content,
    /// For the team only.
    #[serde(default)]
    note: bool,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    reply_to: Option<String>,
    /// Files sent before for this conversation, in order; beside them the text may be empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 10)]
    attachments: Vec<FileId>,
}

/// Reply as the owner, or add a note.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages", operation_id = "conversation_write", tag = "desk", params(("id" = String, Path)),
    request_body = Write,
    responses((status = 201, body = Sent), (status = 200, description = "Sent before: the same message", body = Sent),
        (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn write(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Write>,
) -> Result<Response, Problem> {
    let reply_to = wanted.reply_to.as_deref().map(str::parse::<MessageId>).transpose();
    let reply_to =
        reply_to.map_err(|_| Rejection::invalid("reply_to", "The message you answer is not in this conversation."))?;
    let client_id = wanted.client_id.to_string();
    let (message, fresh): (Message, bool) = if wanted.note {
        let note = Note { client_id, content: wanted.content, reply_to, attachments: wanted.attachments };
        app.desk.write(id, move |tx, cx| conversation::add_note(tx, cx, &me.0, id, &note)).await?
    } else {
        let epoch = wanted.epoch.ok_or_else(|| Rejection::invalid("epoch", "Say which epoch you were looking at."))?;
        let reply = Reply { client_id, content: wanted.content, reply_to, attachments: wanted.attachments, epoch };
        app.desk.write(id, move |tx, cx| conversation::reply(tx, cx, &me.0, id, &reply)).await?
    };
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(Sent { message })).into_response())
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Only if nothing changed since.
    epoch: Option<i64>,
}

/// Take a conversation: the first wins.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/claim", operation_id = "conversation_claim", tag = "desk", params(("id" = String, Path)),
    request_body = Claim,
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn claim(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Claim>,
) -> Result<axum::Json<Conversation>, Problem> {
    let claimed = app.desk.write(id, move |tx, cx| conversation::claim(tx, cx, &me.0, id, wanted.epoch)).await;
    let result = if claimed.is_ok() { "won" } else { "lost" };
    metrics::counter!("app_accept_total", "result" => result).increment(1);
    Ok(axum::Json(claimed?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AtEpoch {
    /// The epoch that the caller saw.
    pub epoch: i64,
}

/// Give a conversation back to the queue.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/claim", operation_id = "conversation_release", tag = "desk", params(("id" = String, Path)),
    request_body = AtEpoch,
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn release(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<AtEpoch>,
) -> Result<axum::Json<Conversation>, Problem> {
    let actor = me.actor();
    let released = app.desk.write(id, move |tx, cx| conversation::release(tx, cx, &actor, id, wanted.epoch)).await?;
    Ok(axum::Json(released))
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WantedState {
    Resolved,
    /// Open again, for the caller.
    Active,
    /// Open again, for the queue.
    Waiting,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetState {
    state: WantedState,
    epoch: i64,
}

/// Resolve a conversation, or open it again.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/state", operation_id = "conversation_set_state", tag = "desk", params(("id" = String, Path)),
    request_body = SetState,
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn set_state(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<SetState>,
) -> Result<axum::Json<Conversation>, Problem> {
    let (actor, epoch, my_id) = (me.actor(), wanted.epoch, me.0.id);
    let changed = app
        .desk
        .write(id, move |tx, cx| match wanted.state {
            WantedState::Resolved => conversation::resolve(tx, cx, &actor, id, epoch),
            WantedState::Active => conversation::reopen(tx, cx, &actor, id, epoch, Some(my_id)),
            WantedState::Waiting => reopen_or_release(tx, cx, &actor, id, epoch),
        })
        .await?;
    Ok(axum::Json(changed))
}

fn reopen_or_release(
    tx: &mut db::Tx<'_>,
    cx: &desk::Context,
    actor: &Actor,
    id: ConversationId,
    epoch: i64,
) -> desk::Result<Conversation> {
    let now: Standing = conversation::get(tx, actor, id)?.value.state;
    if now.is_open() {
        conversation::release(tx, cx, actor, id, epoch)
    } else {
        conversation::reopen(tx, cx, actor, id, epoch, None)
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// A colleague, or else a department.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    agent_id: Option<AgentId>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    department_id: Option<DepartmentId>,
    epoch: i64,
    /// Also when nobody there is available now.
    #[serde(default)]
    anyway: bool,
}

impl Transfer {
    fn target(&self) -> Result<Target, Rejection> {
        match (self.agent_id, self.department_id) {
            (Some(agent), None) => Ok(Target::Agent(agent)),
            (None, Some(department)) => Ok(Target::Department(department)),
            _ => Err(Rejection::invalid("agent_id", "Name a colleague or a department, not both.")),
        }
    }
}

/// Hand a conversation to a colleague or a department.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/transfer", operation_id = "conversation_transfer", tag = "desk", params(("id" = String, Path)),
    request_body = Transfer,
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn transfer(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Transfer>,
) -> Result<axum::Json<Conversation>, Problem> {
    let (actor, target) = (me.actor(), wanted.target()?);
    let (epoch, anyway) = (wanted.epoch, wanted.anyway);
    let handed =
        app.desk.write(id, move |tx, cx| conversation::transfer(tx, cx, &actor, id, epoch, target, anyway)).await?;
    Ok(axum::Json(handed))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeOver {
    epoch: i64,
    /// 1 to 300 characters; the former owner reads them.
    reason: String,
}

/// Take a colleague's conversation over, and say why.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/takeover", operation_id = "conversation_take_over", tag = "desk", params(("id" = String, Path)),
    request_body = TakeOver,
    responses((status = 200, body = Conversation), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn take_over(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<TakeOver>,
) -> Result<axum::Json<Conversation>, Problem> {
    let TakeOver { epoch, reason } = wanted;
    let taken = app.desk.write(id, move |tx, cx| conversation::take_over(tx, cx, &me.0, id, epoch, &reason)).await?;
    Ok(axum::Json(taken))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    delivered_seq: Option<i64>,
    read_seq: Option<i64>,
}

/// Say how far the agents' side has received and seen the customer's messages.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/marks", operation_id = "conversation_mark", tag = "desk", params(("id" = String, Path)),
    request_body = Mark,
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn mark(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Mark>,
) -> Result<StatusCode, Problem> {
    let (delivered, read) = (wanted.delivered_seq, wanted.read_seq);
    app.desk.write(id, move |tx, cx| conversation::mark_by_agents(tx, cx, &me.0, id, delivered, read)).await?;
    Ok(StatusCode::NO_CONTENT)
}
