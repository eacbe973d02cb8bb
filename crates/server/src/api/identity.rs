//! Signed identities: the secrets of an inbox, and visitors whom the company's server vouches for.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base::{IdentitySecretId, InboxId};
use desk::identity::{self, Met, Person, Proof, SecretInfo};
use desk::inbox::Inbox;
use desk::token::{self, Visitor};
use http::StatusCode;
use http::header::SET_COOKIE;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::auth::{FromVisitor, SignedIn, from_own_pages, visitor_end};
use super::error::ProblemDocument;
use crate::limit::Scope;
use crate::problem::{Nothing, Path, Problem};
use crate::request_id::Call;

#[derive(Serialize, ToSchema)]
pub struct IdentitySecrets {
    /// Newest first.
    items: Vec<SecretInfo>,
}

/// The secrets that sign for an inbox, without what is secret of them.
#[utoipa::path(get, path = "/api/v1/inboxes/{id}/identity-secrets", operation_id = "identity_secret_list", tag = "desk",
    params(("id" = String, Path)),
    responses((status = 200, body = IdentitySecrets), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<InboxId>,
) -> Result<axum::Json<IdentitySecrets>, Problem> {
    let actor = me.actor();
    let items = app.desk.read(move |tx, cx| identity::secrets(tx, cx, &actor, id)).await?;
    Ok(axum::Json(IdentitySecrets { items }))
}

#[derive(Serialize, ToSchema)]
pub struct MadeSecret {
    secret: SecretInfo,
    /// The secret itself. It cannot be read again.
    value: String,
}

/// Make a new secret for an inbox; those before it end after a day.
#[utoipa::path(post, path = "/api/v1/inboxes/{id}/identity-secrets", operation_id = "identity_secret_create", tag = "desk",
    params(("id" = String, Path)),
    responses((status = 201, body = MadeSecret), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<InboxId>,
    _: Nothing,
) -> Result<(StatusCode, axum::Json<MadeSecret>), Problem> {
    let actor = me.actor();
    let (secret, value) = app.desk.write(id, move |tx, cx| identity::make_secret(tx, cx, &actor, id)).await?;
    Ok((StatusCode::CREATED, axum::Json(MadeSecret { secret, value: value.reveal().clone() })))
}

/// End a secret at once: what was signed with it is not believed any more.
#[utoipa::path(delete, path = "/api/v1/inboxes/{id}/identity-secrets/{secret}", operation_id = "identity_secret_delete", tag = "desk",
    params(("id" = String, Path), ("secret" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn delete(
    State(app): State<App>,
    me: SignedIn,
    Path((id, secret)): Path<(InboxId, IdentitySecretId)>,
) -> Result<StatusCode, Problem> {
    let actor = me.actor();
    app.desk.write(id, move |tx, cx| identity::end_secret(tx, cx, &actor, id, secret)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who the site says the visitor is. With `token`, or with `id`, `exp` and `hash`, it is vouched for; otherwise only `name` counts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatIdentity)]
pub struct Claim {
    /// A JSON Web Token (HS256) with `sub`, `aud` (the inbox's public key), `exp` (at most an hour ahead) and `jti`; `name` and `email`
    /// if you like.
    token: Option<String>,
    /// Your own id of them.
    id: Option<String>,
    /// Unix seconds, at most a day ahead.
    exp: Option<i64>,
    /// HMAC-SHA256 over `id`, a line feed and `exp`, in hexadecimal.
    hash: Option<String>,
    name: Option<String>,
}

impl Claim {
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    fn proof(self) -> Option<Proof> {
        match self {
            Self { token: Some(token), .. } => Some(Proof::Token(token)),
            Self { hash: Some(hash), id, exp, name, .. } => {
                Some(Proof::Hash { id: id.unwrap_or_default(), ends: exp.unwrap_or_default(), hash, name })
            }
            _ => None,
        }
    }
}

/// What was made of a claim.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
#[schema(as = ChatIdentified)]
pub enum Identified {
    /// The company vouches for them: chats from other devices are open here.
    Verified,
    /// Nothing vouches for it.
    Claimed,
    /// The proof was not believed: `malformed`, `signature`, `audience`, `expired` or `replayed`.
    Refused { reason: &'static str },
}

/// A visitor after a claim, and the fresh token if their own belongs to somebody else.
pub struct Known {
    pub visitor: Visitor,
    pub token: Option<String>,
    pub answer: Identified,
}

/// Believes a claim or not. A forged one costs a look at the secrets and no write.
pub async fn meet(app: &App, inbox: &Inbox, visitor: Visitor, claim: Claim) -> Result<Known, Problem> {
    let Some(proof) = claim.proof() else {
        return Ok(Known { visitor, token: None, answer: Identified::Claimed });
    };
    let wanted = inbox.clone();
    let person = match app.desk.read(move |tx, cx| identity::check(tx, cx, &wanted, &proof)).await? {
        Ok(person) => person,
        Err(doubt) => {
            let answer = Identified::Refused { reason: doubt.as_str() };
            return Ok(Known { visitor, token: None, answer });
        }
    };
    let met = join(app, &visitor, &person).await?;
    if met != Met::Elsewhere {
        return Ok(known(app, visitor, None, met));
    }
    let cx = app.desk.cx();
    let fresh = token::issue_visitor(&cx.deployment.visitor_key, &cx.rng, inbox.id, cx.now());
    let other = token::read_visitor(&cx.deployment.visitor_key, fresh.reveal()).ok_or_else(Problem::not_found)?;
    let met = join(app, &other, &person).await?;
    Ok(known(app, other, Some(fresh.reveal().clone()), met))
}

async fn join(app: &App, visitor: &Visitor, person: &Person) -> Result<Met, Problem> {
    let (visitor, person) = (visitor.clone(), person.clone());
    Ok(app.desk.write(visitor.hash.clone(), move |tx, cx| identity::meet(tx, cx, &visitor, &person)).await?)
}

fn known(app: &App, visitor: Visitor, token: Option<String>, met: Met) -> Known {
    match met {
        Met::As(contact) => {
            app.desk.remember_contact(&visitor, contact);
            Known { visitor, token, answer: Identified::Verified }
        }
        Met::Replayed | Met::Elsewhere => {
            Known { visitor, token, answer: Identified::Refused { reason: identity::Doubt::Replayed.as_str() } }
        }
    }
}

/// Leave the chat on this device: the visitor's token opens nothing any more.
#[utoipa::path(post, path = "/api/chat/logout", operation_id = "chat_logout", tag = "chat",
    responses((status = 204), (status = "4XX", body = ProblemDocument, content_type = "application/problem+json")))]
pub async fn logout(State(app): State<App>, call: Call, request: Request) -> Result<Response, Problem> {
    app.process.limiter.check_address(Scope::ChatInitializeAddress, call.address())?;
    let (parts, _) = request.into_parts();
    let own_pages = from_own_pages(&app, &parts);
    let from = FromVisitor::find(&app, &parts.headers, own_pages).ok_or_else(super::auth::no_token)?;
    if app.desk.contact(&from.visitor).await?.is_some() {
        let visitor = from.visitor.clone();
        let gone = move |tx: &mut db::Tx<'_>, cx: &desk::Context| desk::contact::sign_out(tx, cx, &visitor);
        app.desk.write(&from.visitor.hash, gone).await?;
        app.desk.forget_contacts();
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(SET_COOKIE, visitor_end(&app.process.public_url)?);
    Ok(response)
}
