//! Search: one question over messages, notes and contacts.

use axum::extract::State;
use base::page;
use desk::search::{self, Hit, Kind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::SignedIn;
use super::error::ProblemDocument;
use crate::problem::{Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// What to look for, at most 200 characters: words that must all be there, the last one perhaps unfinished, `"words together"`,
    /// `begin*`, `from:name`, `#number`.
    q: String,
    /// Only this kind; everything when nothing is said.
    kind: Option<Kind>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// 1 … 100, 50 when nothing is said.
    limit: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct Hits {
    items: Vec<Hit>,
    next: Option<String>,
}

/// What fits a question, newest first, among what the asker may read.
#[utoipa::path(get, path = "/api/v1/search", operation_id = "search", tag = "desk", params(SearchQuery),
    responses((status = 200, body = Hits), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn find(
    State(app): State<App>,
    me: SignedIn,
    Query(query): Query<SearchQuery>,
) -> Result<axum::Json<Hits>, Problem> {
    let limit = page::limit(query.limit);
    let found = app
        .desk
        .read(move |tx, _| search::find(tx, &me.0, &query.q, query.kind, query.cursor.as_deref(), limit))
        .await?;
    Ok(axum::Json(Hits { items: found.items, next: found.next }))
}
