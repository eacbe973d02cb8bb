//! The customer's side: open the chat, write, read back, mark, end.

use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Response};
use base::{ConversationId, FileId, InboxId, MessageId, Time};
use channel::{ClientId, Content, Inbound, web};
use desk::conversation::{self, Message, Presentation, Range, Status};
use desk::inbox::{self, Inbox, Look, MenuItem, Widget};
use desk::{Rejection, mail, token};
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::{FromVisitor, from_own_pages, has_visitor_cookie, visitor_cookie};
use super::error::ProblemDocument;
use super::identity::{self, Claim, Identified, Known};
use crate::limit::Scope;
use crate::problem::{Json, Nothing, Path, Problem, Query};
use crate::request_id::Call;

/// What is known of a visitor before they write.
#[derive(Clone, Debug, Default)]
pub struct Hint {
    locale: Option<String>,
    page: Option<String>,
    /// What they are called, as the site says without proof.
    name: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Initialize {
    /// The inbox's public key, `pk_…`.
    inbox: String,
    /// A token from before, to find the chat again.
    token: Option<String>,
    /// BCP 47.
    locale: Option<String>,
    /// The page the visitor is on; query and fragment are cut off.
    page: Option<String>,
    /// Who the site says the visitor is.
    identity: Option<Claim>,
}

#[derive(Serialize, ToSchema)]
pub struct Initialized {
    /// Null when the widget's cookie was sent: then it is the token.
    token: Option<String>,
    inbox: ChatInbox,
    /// The newest conversation, if there is one.
    conversation: Option<Presentation>,
    /// What was made of `identity`; null where none was sent.
    identity: Option<Identified>,
}

/// An inbox as its customers may know it.
#[derive(Serialize, ToSchema)]
pub struct ChatInbox {
    id: String,
    key: String,
    name: String,
    greeting: String,
    menu: Vec<MenuItem>,
    look: Look,
    /// Whether copies of conversations can be mailed.
    mail: bool,
    /// The largest file that may be sent, in bytes; 0 for none at all.
    file_limit: i64,
    widget: Widget,
    /// The median of recent first replies in seconds; null where too few are known to say.
    reply_seconds: Option<i64>,
    /// What time it is, since a customer's clock may be wrong.
    #[schema(value_type = String, format = DateTime)]
    now: Time,
}

impl ChatInbox {
    async fn of(app: &App, it: Inbox) -> Result<Self, Problem> {
        let Inbox { id, key, name, greeting, look, mut widget, file_limit, .. } = it;
        let reply_seconds = if widget.hide_reply_time { None } else { pace(app, id).await? };
        // those are the launcher's business
        widget.hide_on.clear();
        widget.greetings.clear();
        let mail = app.carrier.is_some();
        let (menu, now) = (std::mem::take(&mut widget.menu), app.desk.cx().now());
        Ok(Self { id: id.to_string(), key, name, greeting, menu, look, mail, file_limit, widget, reply_seconds, now })
    }
}

async fn pace(app: &App, id: InboxId) -> Result<Option<i64>, Problem> {
    if let Some(known) = app.paces.get(&id) {
        return Ok(known);
    }
    let found = app.desk.read(move |tx, cx| desk::pace::first_reply(tx, cx, id)).await?;
    app.paces.insert(id, found);
    Ok(found)
}

/// Open the chat. Stores nothing, unless the company vouches for who it is.
#[utoipa::path(post, path = "/api/chat/initialize", operation_id = "chat_initialize", tag = "chat", request_body = Initialize,
    responses((status = 200, body = Initialized), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn initialize(State(app): State<App>, call: Call, request: Request) -> Result<Response, Problem> {
    app.process.limiter.check_address(Scope::ChatInitializeAddress, call.address())?;
    let (parts, body) = request.into_parts();
    let own_pages = from_own_pages(&app, &parts);
    let request = Request::from_parts(parts, body);
    let headers = request.headers().clone();
    let Json(wanted) = <Json<Initialize> as axum::extract::FromRequest<App>>::from_request(request, &app).await?;
    let key = wanted.inbox;
    let inbox = app.desk.read(move |tx, _| inbox::by_key(tx, &key)).await?;
    let cx = app.desk.cx();
    let sent = wanted.token.as_deref().and_then(|text| token::read_visitor(&cx.deployment.visitor_key, text));
    let sent = sent.filter(|visitor| visitor.inbox == inbox.id);
    let by_header = FromVisitor::find(&app, &headers, own_pages).filter(|found| found.visitor.inbox == inbox.id);
    let (visitor, token) = match (sent, by_header) {
        (Some(visitor), _) => (visitor, wanted.token),
        (None, Some(found)) => (found.visitor, (!found.by_cookie).then(|| found.token.reveal().clone())),
        (None, None) => {
            let token = token::issue_visitor(&cx.deployment.visitor_key, &cx.rng, inbox.id, cx.now());
            let visitor =
                token::read_visitor(&cx.deployment.visitor_key, token.reveal()).ok_or_else(Problem::not_found)?;
            (visitor, Some(token.reveal().clone()))
        }
    };
    let (visitor, token, identity, name) = match wanted.identity {
        None => (visitor, token, None, None),
        Some(claim) => {
            let name = claim.name().map(ToOwned::to_owned);
            let Known { visitor, token: fresh, answer } = identity::meet(&app, &inbox, visitor, claim).await?;
            (visitor, fresh.or(token), Some(answer), name)
        }
    };
    let conversation = match app.desk.contact(&visitor).await? {
        Some(contact) => app.desk.read(move |tx, _| conversation::latest_of_contact(tx, &contact)).await?,
        None => None,
    };
    let hint = Hint {
        locale: wanted.locale.as_deref().and_then(web::locale),
        page: wanted.page.as_deref().and_then(web::page),
        name: name.filter(|_| matches!(identity, Some(Identified::Claimed))),
    };
    app.hints.insert(visitor.hash, hint);
    let inbox = ChatInbox::of(&app, inbox).await?;
    // whoever is vouched for has a chat to come back to; for everybody else the first message brings the cookie
    let keep = token.as_deref().filter(|_| own_pages && matches!(identity, Some(Identified::Verified)));
    let cookie = keep.map(|token| visitor_cookie(&app.process.public_url, token)).transpose()?;
    let mut response = axum::Json(Initialized { token, inbox, conversation, identity }).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Send {
    /// The inbox's public key, `pk_…`.
    inbox: String,
    /// Null: into the open conversation, or a new one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    conversation_id: Option<String>,
    /// The sender's own id for this message; the same id is the same message.
    #[schema(value_type = String, format = "uuid")]
    client_id: ClientId,
    #[schema(value_type = desk::conversation::MessageContent)]
    content: Content,
    /// A message of the same conversation.
    #[serde(default)]
    reply_to: Option<String>,
    /// Files sent before, in order; beside them the text may be empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 10)]
    attachments: Vec<FileId>,
}

#[derive(Serialize, ToSchema)]
pub struct Sent {
    pub message: Message,
}

/// Write a message. The answer means that it is stored for good.
#[utoipa::path(post, path = "/api/chat/message", operation_id = "chat_send", tag = "chat", request_body = Send,
    responses((status = 201, body = Sent), (status = 200, description = "Sent before: the same message", body = Sent),
        (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn send(
    State(app): State<App>,
    call: Call,
    from: FromVisitor,
    Json(wanted): Json<Send>,
) -> Result<Response, Problem> {
    app.process.limiter.check_address(Scope::ChatMessageAddress, call.address())?;
    app.process.limiter.check(Scope::ChatMessageSession, from.visitor.hash.as_bytes())?;
    let conversation = wanted.conversation_id.as_deref().map(str::parse::<ConversationId>).transpose();
    let conversation = conversation.map_err(|_| Problem::not_found())?;
    let known = app.desk.known_contact(&from.visitor);
    if known.is_none() || conversation.is_none() {
        // a key that is wrong is found out once; later messages of the same token need no look
        let key = wanted.inbox;
        let inbox = app.desk.read(move |tx, _| inbox::by_key(tx, &key)).await?;
        if inbox.id != from.visitor.inbox {
            return Err(Problem::not_found());
        }
    }
    let hint =
        if conversation.is_none() { app.hints.get(&from.visitor.hash).unwrap_or_default() } else { Hint::default() };
    let called = hint.name;
    let inbound = Inbound {
        client_id: wanted.client_id.to_string(),
        content: wanted.content,
        attachments: wanted.attachments,
        reply_to: wanted.reply_to,
        locale: hint.locale,
        page: hint.page,
    };
    let visitor = from.visitor.clone();
    let (new, was_known) = (conversation.is_none(), known.is_some());
    let write = move |tx: &mut db::Tx<'_>, cx: &desk::Context| {
        conversation::receive(tx, cx, &visitor, known.as_deref(), conversation, &inbound)
    };
    let received = match conversation {
        Some(id) => app.desk.write(id, write).await?,
        None => app.desk.write(&from.visitor.hash, write).await?,
    };
    if let Some(name) = called {
        let me = received.contact.clone();
        app.desk.write(me.id, move |tx, cx| desk::contact::introduce_as(tx, cx, &me, &name)).await?;
    } else if !was_known {
        app.desk.remember_contact(&from.visitor, received.contact);
    }
    let status = if received.fresh { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = (status, axum::Json(Sent { message: received.message })).into_response();
    if from.by_widget && (new || !from.by_cookie) {
        let cookie = visitor_cookie(&app.process.public_url, from.token.reveal())?;
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

#[derive(Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Only messages with a greater seq.
    pub after_seq: Option<i64>,
    /// Only messages with a smaller seq.
    pub before_seq: Option<i64>,
    /// 1 … 200, 50 when nothing is said.
    pub limit: Option<i64>,
}

impl From<HistoryQuery> for Range {
    fn from(it: HistoryQuery) -> Self {
        Self { after: it.after_seq, before: it.before_seq, limit: it.limit.unwrap_or(50) }
    }
}

/// Read messages back, oldest first.
#[utoipa::path(get, path = "/api/chat/history/{conversation_id}", operation_id = "chat_history", tag = "chat",
    params(("conversation_id" = String, Path), HistoryQuery),
    responses((status = 200, body = conversation::History), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn history(
    State(app): State<App>,
    from: FromVisitor,
    Path(id): Path<ConversationId>,
    Query(query): Query<HistoryQuery>,
) -> Result<axum::Json<conversation::History>, Problem> {
    let contact = desk::Actor::Contact((*from.contact(&app).await?).clone());
    let read = app.desk.read(move |tx, _| conversation::history(tx, &contact, id, query.into())).await?;
    Ok(axum::Json(read.value))
}

#[derive(Serialize, ToSchema)]
pub struct Presentations {
    items: Vec<Presentation>,
}

/// The visitor's conversations, newest first.
#[utoipa::path(get, path = "/api/chat/conversations", operation_id = "chat_conversations", tag = "chat",
    responses((status = 200, body = Presentations), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn conversations(State(app): State<App>, from: FromVisitor) -> Result<axum::Json<Presentations>, Problem> {
    let items = match app.desk.contact(&from.visitor).await? {
        Some(contact) => app.desk.read(move |tx, _| conversation::list_of_contact(tx, &contact)).await?,
        None => Vec::new(),
    };
    Ok(axum::Json(Presentations { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetStatus {
    /// `delivered` or `read`.
    status: Status,
}

/// Say that everything up to a message was received or seen.
#[utoipa::path(put, path = "/api/chat/status/{message_id}", operation_id = "chat_status", tag = "chat", params(("message_id" = String, Path)),
    request_body = SetStatus,
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn status(
    State(app): State<App>,
    from: FromVisitor,
    Path(message): Path<MessageId>,
    Json(wanted): Json<SetStatus>,
) -> Result<StatusCode, Problem> {
    let contact = from.contact(&app).await?;
    let lane = contact.id;
    app.desk.write(lane, move |tx, cx| conversation::mark_by_contact(tx, cx, &contact, message, wanted.status)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say that the customer is writing.
#[utoipa::path(post, path = "/api/chat/typing/{conversation_id}", operation_id = "chat_typing", tag = "chat", params(("conversation_id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn typing(
    State(app): State<App>,
    call: Call,
    from: FromVisitor,
    Path(id): Path<ConversationId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    app.process.limiter.check_address(Scope::ChatMessageAddress, call.address())?;
    let contact = from.contact(&app).await?;
    let actor = contact.clone();
    app.desk.read(move |tx, _| conversation::presentation(tx, &actor, id)).await?;
    if let Some(audience) = app.desk.audience(id).await? {
        app.desk.hub().typing(id, crate::socket::customer_author(&contact), &audience);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// End the chat.
#[utoipa::path(post, path = "/api/chat/end/{conversation_id}", operation_id = "chat_end", tag = "chat", params(("conversation_id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn end(
    State(app): State<App>,
    from: FromVisitor,
    Path(id): Path<ConversationId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    let contact = from.contact(&app).await?;
    app.desk.write(id, move |tx, cx| conversation::end(tx, cx, &contact, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// Where the copy goes.
    email: String,
}

/// Mail a copy of the conversation. At most three letters an hour go to one address.
#[utoipa::path(post, path = "/api/chat/transcript/{conversation_id}", operation_id = "chat_transcript", tag = "chat", params(("conversation_id" = String, Path)),
    request_body = Transcript,
    responses((status = 202, description = "It is on its way"), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn transcript(
    State(app): State<App>,
    call: Call,
    from: FromVisitor,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Transcript>,
) -> Result<StatusCode, Problem> {
    app.process.limiter.check_address(Scope::ChatMessageAddress, call.address())?;
    app.process.limiter.check(Scope::TranscriptSession, from.visitor.hash.as_bytes())?;
    let contact = from.contact(&app).await?;
    if app.carrier.is_none() {
        return Err(Rejection::MailOff.into());
    }
    app.desk.write(id, move |tx, cx| mail::send_transcript(tx, cx, &contact, id, &wanted.email)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The visitor of a socket's handshake, by token or, from our own pages, by cookie.
pub async fn of_handshake(app: &App, request: Request) -> Result<(FromVisitor, Request), Problem> {
    let (mut parts, body) = request.into_parts();
    let call = Call::from_request_parts(&mut parts, app).await?;
    app.process.limiter.check_address(Scope::ChatSocketAddress, call.address())?;
    let own_pages = crate::header::is_own_origin(&app.process.public_url, &parts);
    let has_origin = parts.headers.contains_key(http::header::ORIGIN);
    // a cookie counts only with our own origin beside it: whoever sends one without was not refused for the cookie
    let only_cookie =
        FromVisitor::find(app, &parts.headers, false).is_none() && has_visitor_cookie(app, &parts.headers);
    if !own_pages && (has_origin || only_cookie) {
        return Err(super::foreign_origin());
    }
    let headers: HeaderMap = parts.headers.clone();
    let from = FromVisitor::find(app, &headers, own_pages).ok_or_else(super::auth::no_token)?;
    Ok((from, Request::from_parts(parts, body)))
}
