//! Contacts: the people on the customer's side, anonymous until they say more, and who they are on each inbox.

mod store;

use base::{ContactId, InboxId};
use db::Tx;
use serde::Serialize;

use crate::actor::{Actor, ContactActor};
use crate::context::Context;
use crate::error::Result;
use crate::event::{Audience, Kind, emit};
use crate::token::{VISITOR_LIFE, Visitor};

/// The contact behind a visitor's token; none before their first message, or when the token rested too long.
pub fn find(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor) -> Result<Option<ContactActor>> {
    let Some(found) = store::find(tx, visitor.inbox, &visitor.hash, cx.now())? else { return Ok(None) };
    Ok(Some(ContactActor { id: found.id, name: name(found.name, found.number), inbox: visitor.inbox }))
}

/// What a contact is called: their own name, or a number that says nothing about them.
pub(crate) fn name(name: Option<String>, number: i64) -> String {
    name.unwrap_or_else(|| format!("Visitor {number}"))
}

/// The contact behind a visitor's token, made now if this is their first message.
pub(crate) fn find_or_create(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor) -> Result<ContactActor> {
    if let Some(known) = find(tx, cx, visitor)? {
        return Ok(known);
    }
    let number = store::next_number(tx)?;
    let actor = ContactActor { id: ContactId::new(&cx.rng, cx.now()), name: name(None, number), inbox: visitor.inbox };
    store::insert(tx, actor.id, number, cx.now())?;
    store::insert_identity(tx, visitor.inbox, &visitor.hash, actor.id, cx.now().plus_millis(VISITOR_LIFE))?;
    emit(tx, cx, &Actor::Contact(actor.clone()), Kind::ContactCreated, None, Audience::Agents, &Created::of(&actor));
    Ok(actor)
}

#[derive(Serialize)]
struct Created<'a> {
    contact: Named<'a>,
}

#[derive(Serialize)]
struct Named<'a> {
    id: ContactId,
    name: &'a str,
}

impl<'a> Created<'a> {
    fn of(actor: &'a ContactActor) -> Self {
        Self { contact: Named { id: actor.id, name: &actor.name } }
    }
}

/// Two first messages of one contact at the same moment must not open two conversations: the second waits here.
pub(crate) fn hold(tx: &mut Tx<'_>, cx: &Context, id: ContactId) -> Result<()> {
    store::touch(tx, id, cx.now())
}

/// The contact came back: the token stays good for another 30 days from now.
pub(crate) fn keep_identity(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor) -> Result<()> {
    store::extend_identity(tx, visitor.inbox, &visitor.hash, cx.now().plus_millis(VISITOR_LIFE))
}

/// Forgets tokens that rested for more than 30 days; the conversations stay.
pub(crate) fn forget_expired(tx: &mut Tx<'_>, cx: &Context) -> Result<u64> {
    store::delete_expired_identities(tx, cx.now())
}

/// The contact of an inbox that a conversation belongs to.
pub(crate) fn belongs(actor: &ContactActor, inbox: InboxId) -> bool {
    actor.inbox == inbox
}
