//! Signed identities: the secrets that a company's server signs with, and what a proof of theirs opens. Who is known by
//! which token is the contacts' business.

mod model;
mod store;
#[cfg(test)]
mod tests;

use base::{IdentitySecretId, InboxId, Secret, Time};
use db::Tx;
use serde::Serialize;
use utoipa::ToSchema;

use crate::actor::{Action, Actor, ContactActor, Resource, authorize};
use crate::contact;
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};
use crate::inbox::{self, Inbox};
use crate::permission::Permission;
use crate::token::{self, Visitor};

pub use model::{Doubt, Person, Proof};

/// How long the secrets before a new one stay good, in ms: a day to put the new one on the company's server.
pub const OVERLAP: i64 = 24 * 3_600 * 1_000;
/// The most secrets of an inbox that are good at once.
const MOST: usize = 5;

/// A secret as it may be shown: without what is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = IdentitySecret)]
pub struct SecretInfo {
    /// What a token may name as its `kid`.
    #[schema(value_type = String)]
    pub id: IdentitySecretId,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// Null: until there is a newer one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Time>,
}

#[derive(Serialize)]
struct Made<'a> {
    inbox_id: InboxId,
    secret: &'a SecretInfo,
}

#[derive(Serialize)]
struct Ended {
    inbox_id: InboxId,
    id: IdentitySecretId,
}

fn may(tx: &mut Tx<'_>, actor: &Actor, inbox: InboxId) -> Result<()> {
    authorize(actor, Action::May(Permission::InboxManage), Resource::Deployment)?;
    inbox::by_id(tx, inbox)?;
    Ok(())
}

/// The secrets of an inbox that are good now, newest first. What is secret of them is never read back.
pub fn secrets(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, inbox: InboxId) -> Result<Vec<SecretInfo>> {
    may(tx, actor, inbox)?;
    store::secrets(tx, inbox, cx.now())
}

/// A new secret, to be shown this once; those before it end a day from now.
pub fn make_secret(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    inbox: InboxId,
) -> Result<(SecretInfo, Secret<String>)> {
    may(tx, actor, inbox)?;
    if store::secrets(tx, inbox, cx.now())?.len() >= MOST {
        return Err(Rejection::invalid("inbox", "There are five secrets already. End one first.").into());
    }
    let (secret, now) = (token::new(&cx.rng), cx.now());
    let info = SecretInfo { id: IdentitySecretId::new(&cx.rng, now), created_at: now, ends_at: None };
    store::end_all(tx, inbox, now.plus_millis(OVERLAP))?;
    store::insert(tx, inbox, &info, &secret)?;
    let data = Made { inbox_id: inbox, secret: &info };
    emit(tx, cx, actor, Kind::IdentitySecretMade, None, Audience::Allowed(Permission::InboxManage), &data);
    Ok((info, secret))
}

/// Ends a secret at once. What is gone already is no error.
pub fn end_secret(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, inbox: InboxId, id: IdentitySecretId) -> Result<()> {
    may(tx, actor, inbox)?;
    if store::delete(tx, inbox, id)? {
        let data = Ended { inbox_id: inbox, id };
        emit(tx, cx, actor, Kind::IdentitySecretEnded, None, Audience::Allowed(Permission::InboxManage), &data);
    }
    Ok(())
}

/// Whom a proof shows. Writes nothing: a forged one costs a look.
pub fn check(tx: &mut Tx<'_>, cx: &Context, inbox: &Inbox, proof: &Proof) -> Result<Result<Person, Doubt>> {
    let keys = store::keys(tx, inbox.id, cx.now())?;
    Ok(model::check(proof, &keys, &inbox.key, cx.now()))
}

/// What became of a visitor with a good proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// From now on the visitor's token opens this contact's chats.
    As(ContactActor),
    /// The token belongs to somebody else already; a fresh one has to be used.
    Elsewhere,
    /// The token was shown by another visitor before.
    Replayed,
}

/// Joins a visitor with the person that the company vouches for: their chats from any device are theirs here too.
pub fn meet(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor, person: &Person) -> Result<Met> {
    if !contact::can_be(tx, cx, visitor, &person.id)? {
        return Ok(Met::Elsewhere);
    }
    if let Some(once) = &person.once {
        let first = store::first_shown_by(tx, visitor.inbox, once, &visitor.hash, person.ends)?;
        if first != visitor.hash {
            return Ok(Met::Replayed);
        }
    }
    let vouched = contact::Vouched {
        id: &person.id,
        name: person.name.as_deref(),
        email: person.email.as_deref(),
        signed: person.once.is_some(),
    };
    Ok(Met::As(contact::vouch(tx, cx, visitor, &vouched)?))
}

/// Forgets what no longer proves anything.
pub(crate) fn forget_expired(tx: &mut Tx<'_>, cx: &Context) -> Result<()> {
    store::delete_expired(tx, cx.now())
}
