//! Contacts: the people on the customer's side, anonymous until they say more, and who they are on each inbox.

mod profile;
mod store;
#[cfg(test)]
mod tests;
mod vouch;

use base::{ContactId, InboxId};
use db::Tx;
use serde::Serialize;

use crate::actor::{Actor, ContactActor};
use crate::context::Context;
use crate::error::Result;
use crate::event::{Audience, Kind, emit};
use crate::token::{VISITOR_LIFE, Visitor};

use store::Found;
pub(crate) use vouch::{Vouched, can_be, vouch};
pub use vouch::{introduce_as, sign_out};

pub use profile::{Change, Contact, ContactNote, Identity, Profile, add_note, delete_note, profile, update};

/// The contact behind a visitor's token; none before their first message, or when the token rested too long.
pub fn find(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor) -> Result<Option<ContactActor>> {
    Ok(find_with_age(tx, cx, visitor)?.map(|(contact, _)| contact))
}

/// How coarse "came back" is, in ms: a visitor who is here every day is written down once a day.
const KEEP_EVERY: i64 = 24 * 3600 * 1000;

/// The same, and whether it should be written down again that the contact came back, see [`keep_identity`].
pub(crate) fn find_with_age(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor) -> Result<Option<(ContactActor, bool)>> {
    let now = cx.now();
    let Some(found) = store::find(tx, visitor.inbox, &visitor.hash, now)? else { return Ok(None) };
    let contact = ContactActor { id: found.id, name: name(found.name, found.number), inbox: visitor.inbox };
    Ok(Some((contact, found.expires_at.since(now) <= VISITOR_LIFE - KEEP_EVERY)))
}

/// The same for somebody who writes: they came back.
pub(crate) fn recognise(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor) -> Result<Option<ContactActor>> {
    let Some((contact, is_old)) = find_with_age(tx, cx, visitor)? else { return Ok(None) };
    if is_old {
        keep_identity(tx, cx, visitor)?;
    }
    Ok(Some(contact))
}

pub(crate) use store::{Known, known, known_after};

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
