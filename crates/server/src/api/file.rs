//! Files for agents: sent up in pieces, listed by conversation, and read back, by customers' links as well.

use axum::extract::{FromRequestParts as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use base::{ContactId, ConversationId, FileId, Time};
use desk::file::{self, Attachment, File, Kind, Link, NewFile, Sender, Upload};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::file as bytes_of;
use crate::header::Page;
use crate::problem::{Json, Nothing, Path, Piece, Problem, Query};

/// Where the next piece begins; also in the answer to HEAD.
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

impl SignedIn {
    fn sender(&self) -> Sender {
        Sender::Agent((*self.0).clone())
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginFile {
    /// Where it will be sent.
    #[schema(value_type = String)]
    conversation_id: ConversationId,
    /// As the sender calls it; what cannot be shown is taken out.
    name: String,
    /// Bytes.
    size: i64,
}

/// Announce a file. Its bytes follow in pieces.
#[utoipa::path(post, path = "/api/v1/files", operation_id = "file_begin", tag = "desk", request_body = BeginFile,
    responses((status = 201, body = Upload), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn begin(State(app): State<App>, me: SignedIn, Json(wanted): Json<BeginFile>) -> Result<Response, Problem> {
    let new = NewFile { name: wanted.name, size: wanted.size, conversation: Some(wanted.conversation_id) };
    begin_upload(&app, me.sender(), new).await
}

/// Where an upload stands. HEAD says it in the header Upload-Offset.
#[utoipa::path(get, path = "/api/v1/files/{id}", operation_id = "file_show", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, body = Upload), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn show(State(app): State<App>, me: SignedIn, Path(id): Path<FileId>) -> Result<Response, Problem> {
    show_upload(&app, me.sender(), id).await
}

#[derive(Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PieceQuery {
    /// Where this piece begins: how many bytes are there already.
    pub offset: i64,
}

/// Add a piece of 64 KiB to 1 MiB, the last one of any size.
#[utoipa::path(put, path = "/api/v1/files/{id}", operation_id = "file_append", tag = "desk", params(("id" = String, Path), PieceQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Upload), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn append(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<FileId>,
    Query(query): Query<PieceQuery>,
    request: Request,
) -> Result<Response, Problem> {
    append_upload(&app, me.sender(), id, query.offset, request).await
}

/// Say that all bytes are there: the file is looked at and can then be sent. Again changes nothing.
#[utoipa::path(post, path = "/api/v1/files/{id}/complete", operation_id = "file_complete", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, body = Upload), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn complete(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<FileId>,
    _: Nothing,
) -> Result<axum::Json<Upload>, Problem> {
    complete_upload(&app, me.sender(), id).await
}

/// Forget a file that was not sent.
#[utoipa::path(delete, path = "/api/v1/files/{id}", operation_id = "file_discard", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn discard(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<FileId>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    discard_upload(&app, me.sender(), id).await
}

#[derive(Serialize, ToSchema)]
pub struct Attachments {
    items: Vec<Attachment>,
}

/// The files of a conversation, newest first, at most 100.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/files", operation_id = "file_list", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, body = Attachments), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<Attachments>, Problem> {
    let actor = me.actor();
    let items = app.desk.read(move |tx, _| file::list(tx, &actor, id)).await?;
    Ok(axum::Json(Attachments { items }))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FileSize)]
pub enum Size {
    /// As it was sent.
    Whole,
    /// The small picture.
    Small,
}

#[derive(Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DownloadQuery {
    /// `whole`, or `small` for the small picture.
    size: Option<Size>,
    /// Of a customer's link: for whom it was made.
    #[serde(rename = "for")]
    #[param(value_type = Option<String>)]
    contact: Option<ContactId>,
    /// Of a customer's link: when it ends, in milliseconds since 1970.
    until: Option<i64>,
    /// Of a customer's link: what makes it ours.
    seal: Option<String>,
}

impl DownloadQuery {
    pub fn is_small(&self) -> bool {
        self.size == Some(Size::Small)
    }
}

/// A file's bytes, for a signed-in agent or by a customer's link. Only pictures are shown in place.
#[utoipa::path(get, path = "/files/{id}", operation_id = "file_download", tag = "desk", params(("id" = String, Path), DownloadQuery),
    responses((status = 200, content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"),
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/gif"), (Vec<u8> = "image/webp"))),
        (status = "4XX", body = ProblemDocument, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn download(
    State(app): State<App>,
    Path(id): Path<FileId>,
    Query(query): Query<DownloadQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let small = query.is_small();
    let file = match (query.contact, query.until, query.seal) {
        (Some(contact), Some(until), Some(seal)) => {
            let link = Link { file: id, contact, until: Time(until) };
            if !link.is_good(&app.desk.cx().deployment.visitor_key, &seal, app.desk.cx().now()) {
                return Err(Problem::new(StatusCode::FORBIDDEN, "link_over", "This link does not work any more.")
                    .detail("It is good for five minutes. Open the file from the chat again."));
            }
            app.desk.read(move |tx, _| file::open_by_link(tx, contact, id)).await?
        }
        _ => {
            let (mut parts, _) = request.into_parts();
            let sender = SignedIn::from_request_parts(&mut parts, &app).await?.sender();
            app.desk.read(move |tx, cx| file::open(tx, cx, &sender, id)).await?
        }
    };
    let mut answer = give(&app, &file, small).await?;
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=300"));
    Ok(answer)
}

/// A file as an answer: its type is what its bytes are, and only a picture is shown in place.
pub async fn give(app: &App, file: &File, small: bool) -> Result<Response, Problem> {
    let small = small && file.thumbnail.is_some();
    let kind = if small { file.thumbnail } else { file.kind }.unwrap_or(Kind::Other);
    let body = app.files.body(file, small).await?;
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    headers.insert(CONTENT_DISPOSITION, disposition(&file.name, kind.is_picture()));
    if !small {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(file.size));
    }
    answer.extensions_mut().insert(Page::File);
    Ok(answer)
}

/// RFC 6266: a plain name for old clients, the real one in UTF-8 for all others.
fn disposition(name: &str, in_place: bool) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' })
        .collect();
    let mut real = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            real.push(char::from(byte));
        } else {
            real.push_str(&format!("%{byte:02X}"));
        }
    }
    let how = if in_place { "inline" } else { "attachment" };
    let text = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{real}");
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

pub async fn begin_upload(app: &App, sender: Sender, new: NewFile) -> Result<Response, Problem> {
    if !app.files.store().has_room() {
        return Err(bytes_of::problem(blob::StoreError::Full));
    }
    let lane = FileId::from_uuid(uuid::Uuid::nil());
    let upload = app.desk.write(lane, move |tx, cx| file::begin(tx, cx, &sender, &new)).await?;
    Ok((StatusCode::CREATED, axum::Json(upload)).into_response())
}

pub async fn show_upload(app: &App, sender: Sender, id: FileId) -> Result<Response, Problem> {
    let upload = app.desk.read(move |tx, _| Ok(file::unsent(tx, &sender, id)?.upload())).await?;
    let offset = HeaderValue::from(upload.offset);
    let mut answer = axum::Json(upload).into_response();
    answer.headers_mut().insert(UPLOAD_OFFSET, offset);
    Ok(answer)
}

pub async fn append_upload(
    app: &App,
    sender: Sender,
    id: FileId,
    offset: i64,
    request: Request,
) -> Result<Response, Problem> {
    // a stranger's bytes are not read
    let asked = sender.clone();
    app.desk.read(move |tx, _| file::unsent(tx, &asked, id)).await?;
    let _place = app.files.room().await?;
    let Piece(bytes) = <Piece as axum::extract::FromRequest<App>>::from_request(request, app).await?;
    let (asked, size) = (sender.clone(), i64::try_from(bytes.len()).unwrap_or(i64::MAX));
    let (file, piece) = app.desk.read(move |tx, cx| file::next_piece(tx, cx, &asked, id, offset, size)).await?;
    let key = file.key(&piece.name);
    app.files.keep(&key, bytes).await?;
    let added = app.desk.write(id, move |tx, _| file::append(tx, &sender, id, offset, &piece)).await;
    match added {
        Ok(upload) => Ok(axum::Json(upload).into_response()),
        Err(error) => {
            if bytes_of::is_race(&error) {
                app.files.drop_piece(&key).await;
            }
            Err(error.into())
        }
    }
}

pub async fn complete_upload(app: &App, sender: Sender, id: FileId) -> Result<axum::Json<Upload>, Problem> {
    let asked = sender.clone();
    let file = app.desk.read(move |tx, _| file::complete(tx, &asked, id)).await?;
    if file.kind.is_some() {
        return Ok(axum::Json(file.upload()));
    }
    let found = match app.files.examine(&file).await {
        Ok(found) => found,
        Err(problem) => {
            if bytes_of::must_go(&problem) {
                app.desk.write(id, move |tx, cx| file::discard(tx, cx, &sender, id)).await?;
            }
            return Err(problem);
        }
    };
    Ok(axum::Json(app.desk.write(id, move |tx, cx| file::finish(tx, cx, &sender, id, &found)).await?))
}

pub async fn discard_upload(app: &App, sender: Sender, id: FileId) -> Result<StatusCode, Problem> {
    app.desk.write(id, move |tx, cx| file::discard(tx, cx, &sender, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_travels_whole_and_cannot_break_out_of_its_header() {
        let text = |name: &str, in_place| disposition(name, in_place).to_str().unwrap().to_owned();
        assert_eq!(text("bill.pdf", false), "attachment; filename=\"bill.pdf\"; filename*=UTF-8''bill.pdf");
        assert_eq!(
            text("Grüße \"x\";.png", true),
            "inline; filename=\"Gr__e _x_;.png\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%22x%22%3B.png"
        );
        assert_eq!(text("a\r\nSet-Cookie: x=1", false).matches('\n').count(), 0);
    }
}
