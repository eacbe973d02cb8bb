//! Contacts for agents: who somebody is, what the team wrote down about them, and their conversations.

use axum::extract::State;
use base::{ContactId, ContactNoteId, page};
use desk::contact::{self, Change, Contact, ContactNote, Profile};
use desk::conversation::{self, Conversation};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Json, Nothing, Path, Problem, Query};

/// A contact with identities and notes.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", operation_id = "contact_show", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, body = Profile), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn show(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ContactId>,
) -> Result<axum::Json<Profile>, Problem> {
    Ok(axum::Json(app.desk.read(move |tx, _| contact::profile(tx, &me.0, id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateContact {
    /// Empty: the contact is called by a number again.
    name: Option<String>,
    /// Empty: none is known, as with the others.
    email: Option<String>,
    phone: Option<String>,
    /// BCP 47.
    locale: Option<String>,
}

/// Change what is known of a contact; what is left out stays.
#[utoipa::path(patch, path = "/api/v1/contacts/{id}", operation_id = "contact_update", tag = "desk", params(("id" = String, Path)),
    request_body = UpdateContact,
    responses((status = 200, body = Contact), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ContactId>,
    Json(wanted): Json<UpdateContact>,
) -> Result<axum::Json<Contact>, Problem> {
    let UpdateContact { name, email, phone, locale } = wanted;
    let change = Change { name, email, phone, locale };
    let updated = app.desk.write(id, move |tx, cx| contact::update(tx, cx, &me.0, id, &change)).await?;
    app.desk.forget_contacts();
    Ok(axum::Json(updated))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Where the last page ended.
    cursor: Option<String>,
    /// 1 … 100, 50 when nothing is said.
    limit: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct ContactConversations {
    items: Vec<Conversation>,
    next: Option<String>,
    /// Number of the last event that is in this page.
    head: i64,
}

/// A contact's conversations that the caller may read, newest first.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/conversations", operation_id = "contact_conversations", tag = "desk",
    params(("id" = String, Path), ListQuery),
    responses((status = 200, body = ContactConversations), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn conversations(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ContactId>,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<ContactConversations>, Problem> {
    let limit = page::limit(query.limit);
    let read = app.desk.read(move |tx, _| {
        contact::profile(tx, &me.0, id)?;
        conversation::list_with_contact(tx, &me.0, id, query.cursor.as_deref(), limit)
    });
    let read = read.await?;
    Ok(axum::Json(ContactConversations { items: read.value.items, next: read.value.next, head: read.head }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// 1 to 10,000 characters.
    text: String,
}

/// Write a note about a contact down.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/notes", operation_id = "contact_note_add", tag = "desk", params(("id" = String, Path)),
    request_body = AddNote,
    responses((status = 201, body = ContactNote), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn add_note(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ContactId>,
    Json(wanted): Json<AddNote>,
) -> Result<(StatusCode, axum::Json<ContactNote>), Problem> {
    let note = app.desk.write(id, move |tx, cx| contact::add_note(tx, cx, &me.0, id, &wanted.text)).await?;
    Ok((StatusCode::CREATED, axum::Json(note)))
}

/// Take a note away: one's own, or as an administrator.
#[utoipa::path(delete, path = "/api/v1/contacts/{id}/notes/{note_id}", operation_id = "contact_note_delete", tag = "desk",
    params(("id" = String, Path), ("note_id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn delete_note(
    State(app): State<App>,
    me: SignedIn,
    Path((id, note_id)): Path<(ContactId, ContactNoteId)>,
    _: Nothing,
) -> Result<StatusCode, Problem> {
    app.desk.write(id, move |tx, cx| contact::delete_note(tx, cx, &me.0, id, note_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
