//! Files for customers: the same way up as the agents', by the visitor's token, and back by token or by a short-lived link.

use axum::extract::{Request, State};
use axum::response::Response;
use base::{ConversationId, FileId, Time};
use desk::Rejection;
use desk::file::{self, LINK_LIFE, Link, NewFile, Sender, Upload};
use desk::inbox;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::auth::FromVisitor;
use super::error::ProblemDocument;
use super::file::{
    DownloadQuery, PieceQuery, append_upload, begin_upload, complete_upload, discard_upload, give, show_upload,
};
use crate::limit::Scope;
use crate::problem::{Json, Nothing, Path, Problem, Query};
use crate::request_id::Call;

impl FromVisitor {
    fn sender(&self) -> Sender {
        Sender::Visitor(self.visitor.clone())
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginAttachment {
    /// The inbox's public key, `pk_…`.
    inbox: String,
    /// Where it will be sent; null for the open conversation or a new one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    conversation_id: Option<ConversationId>,
    /// As the sender calls it; what cannot be shown is taken out.
    name: String,
    /// Bytes.
    size: i64,
}

/// Announce a file. Its bytes follow in pieces.
#[utoipa::path(post, path = "/api/chat/attachment", operation_id = "attachment_begin", tag = "chat", request_body = BeginAttachment,
    responses((status = 201, body = Upload), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn begin(
    State(app): State<App>,
    call: Call,
    from: FromVisitor,
    Json(wanted): Json<BeginAttachment>,
) -> Result<Response, Problem> {
    app.process.limiter.check_address(Scope::ChatFileAddress, call.address())?;
    app.process.limiter.check(Scope::ChatFileSession, from.visitor.hash.as_bytes())?;
    let key = wanted.inbox;
    let inbox = app.desk.read(move |tx, _| inbox::by_key(tx, &key)).await?;
    if inbox.id != from.visitor.inbox {
        return Err(Problem::not_found());
    }
    let new = NewFile { name: wanted.name, size: wanted.size, conversation: wanted.conversation_id };
    begin_upload(&app, from.sender(), new).await
}

/// Where an upload stands. HEAD says it in the header Upload-Offset.
#[utoipa::path(get, path = "/api/chat/attachment/{id}", operation_id = "attachment_show", tag = "chat", params(("id" = String, Path)),
    responses((status = 200, body = Upload), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn show(State(app): State<App>, from: FromVisitor, Path(id): Path<FileId>) -> Result<Response, Problem> {
    show_upload(&app, from.sender(), id).await
}

/// Add a piece of 64 KiB to 1 MiB, the last one of any size.
#[utoipa::path(put, path = "/api/chat/attachment/{id}", operation_id = "attachment_append", tag = "chat", params(("id" = String, Path), PieceQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Upload), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn append(
    State(app): State<App>,
    from: FromVisitor,
    Path(id): Path<FileId>,
    Query(query): Query<PieceQuery>,
    request: Request,
) -> Result<Response, Problem> {
    append_upload(&app, from.sender(), id, query.offset, request).await
}

/// Say that all bytes are there: the file is looked at and can then be sent. Again changes nothing.
#[utoipa::path(post, path = "/api/chat/attachment/{id}/complete", operation_id = "attachment_complete", tag = "chat", params(("id" = String, Path)),
    responses((status = 200, body = Upload), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn complete(
    State(app): State<App>,
    from: FromVisitor,
    Path(id): Path<FileId>,
    _: Nothing,
) -> Result<axum::Json<Upload>, Problem> {
    complete_upload(&app, from.sender(), id).await
}

/// Forget a file that was not sent.
#[utoipa::path(delete, path = "/api/chat/attachment/{id}", operation_id = "attachment_discard", tag = "chat", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn discard(
    State(app): State<App>,
    from: FromVisitor,
    Path(id): Path<FileId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    discard_upload(&app, from.sender(), id).await
}

/// A file's bytes. Only pictures are shown in place.
#[utoipa::path(get, path = "/api/chat/files/{id}", operation_id = "attachment_download", tag = "chat", params(("id" = String, Path), DownloadQuery),
    responses((status = 200, content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"),
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/gif"), (Vec<u8> = "image/webp"))),
        (status = "4XX", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn download(
    State(app): State<App>,
    from: FromVisitor,
    Path(id): Path<FileId>,
    Query(query): Query<DownloadQuery>,
) -> Result<Response, Problem> {
    let sender = from.sender();
    let file = app.desk.read(move |tx, cx| file::open(tx, cx, &sender, id)).await?;
    give(&app, &file, query.is_small()).await
}

#[derive(Serialize, ToSchema)]
pub struct FileLink {
    /// Opens this file for this customer.
    url: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Time,
}

/// A link to a file, good for five minutes, for what cannot send a token.
#[utoipa::path(get, path = "/api/chat/files/{id}/link", operation_id = "attachment_link", tag = "chat", params(("id" = String, Path)),
    responses((status = 200, body = FileLink), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn link(
    State(app): State<App>,
    from: FromVisitor,
    Path(id): Path<FileId>,
) -> Result<axum::Json<FileLink>, Problem> {
    let contact = from.contact(&app).await?.id;
    let file = app.desk.read(move |tx, _| file::open_by_link(tx, contact, id)).await?;
    if file.kind.is_none() {
        return Err(Rejection::NotFound.into());
    }
    let cx = app.desk.cx();
    let link = Link { file: id, contact, until: cx.now().plus_millis(LINK_LIFE) };
    let seal = link.sealed(&cx.deployment.visitor_key);
    let url = format!("{}/files/{id}?for={contact}&until={}&seal={seal}", app.process.public_url, link.until.millis());
    Ok(axum::Json(FileLink { url, expires_at: link.until }))
}
