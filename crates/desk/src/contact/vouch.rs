//! Contacts whom the company's own site vouches for: one person, however many devices.

use base::{ContactId, InboxId, Time};
use db::Tx;
use serde::Serialize;

use super::profile::{Contact, Updated};
use super::{Found, find, find_or_create, name, store};
use crate::actor::{Actor, ContactActor};
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};
use crate::token::{VISITOR_LIFE, Visitor};

/// What the company's server says of somebody.
pub(crate) struct Vouched<'a> {
    /// The company's own id of them.
    pub id: &'a str,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    /// Name and email are under the signature: they replace what was there.
    pub signed: bool,
}

/// The last moment of the year 9999.
const FOREVER: Time = Time(253_402_300_799_000);

/// Where somebody is found by the company's id. The prefix keeps it apart from the hashes of tokens.
fn external(id: &str) -> String {
    format!("user:{id}")
}

fn known(tx: &mut Tx<'_>, cx: &Context, inbox: InboxId, id: &str) -> Result<Option<ContactActor>> {
    let found = store::find(tx, inbox, &external(id), cx.now())?;
    Ok(found.map(|Found { id, name: own, number, .. }| ContactActor { id, name: name(own, number), inbox }))
}

/// Whether a visitor's token can stand for the person with this id: it is nobody's yet, theirs, or that of somebody unknown
/// while the person is new here too.
pub(crate) fn can_be(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor, id: &str) -> Result<bool> {
    let Some(here) = find(tx, cx, visitor)? else { return Ok(true) };
    match known(tx, cx, visitor.inbox, id)? {
        Some(person) => Ok(person.id == here.id),
        None => Ok(!store::get(tx, here.id)?.is_some_and(|contact| contact.verified)),
    }
}

/// Makes the token that of the person, whom it creates if need be, and writes down what is new of them.
pub(crate) fn vouch(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor, it: &Vouched<'_>) -> Result<ContactActor> {
    let person = match known(tx, cx, visitor.inbox, it.id)? {
        Some(person) => {
            if find(tx, cx, visitor)?.is_none() {
                let until = cx.now().plus_millis(VISITOR_LIFE);
                store::delete_identity(tx, visitor.inbox, &visitor.hash)?;
                store::insert_identity(tx, visitor.inbox, &visitor.hash, person.id, until)?;
            }
            person
        }
        None => {
            let person = find_or_create(tx, cx, visitor)?;
            // known for as long as the contact is: the company's id does not rest
            store::insert_identity(tx, visitor.inbox, &external(it.id), person.id, FOREVER)?;
            person
        }
    };
    let before = store::get(tx, person.id)?.ok_or(Rejection::NotFound)?;
    let after = told(&before, it);
    if after != before {
        store::update(tx, &after, cx.now())?;
        let actor = Actor::Contact(person.clone());
        emit(tx, cx, &actor, Kind::ContactUpdated, None, Audience::Agents, &Updated { contact: &after });
    }
    Ok(ContactActor { name: after.name, ..person })
}

/// What is known of a contact once the company has spoken. What does not fit a field is left out.
fn told(before: &Contact, it: &Vouched<'_>) -> Contact {
    let mut after = Contact { verified: true, user_id: Some(it.id.to_owned()), ..before.clone() };
    if let Some(name) = it.name.map(str::trim).filter(is_line).filter(|_| it.signed || !before.named) {
        (after.name, after.named) = (name.to_owned(), true);
    }
    if let Some(email) = it.email.map(str::trim).filter(is_line).filter(|text| super::profile::is_address(text)) {
        after.email = Some(email.to_owned());
    }
    after
}

#[derive(Serialize)]
struct SignedOut {
    contact_id: ContactId,
}

/// The visitor leaves on purpose: their token opens nothing any more.
pub fn sign_out(tx: &mut Tx<'_>, cx: &Context, visitor: &Visitor) -> Result<()> {
    let Some(contact) = find(tx, cx, visitor)? else { return Ok(()) };
    store::delete_identity(tx, visitor.inbox, &visitor.hash)?;
    let data = SignedOut { contact_id: contact.id };
    emit(tx, cx, &Actor::Contact(contact), Kind::ContactSignedOut, None, Audience::System, &data);
    Ok(())
}

/// Somebody says what they are called, and nobody vouches for it: it fills an empty place and no more.
pub fn introduce_as(tx: &mut Tx<'_>, cx: &Context, me: &ContactActor, name: &str) -> Result<()> {
    let before = store::get(tx, me.id)?.ok_or(Rejection::NotFound)?;
    let name = name.trim();
    if before.named || !is_line(&name) {
        return Ok(());
    }
    let after = Contact { name: name.to_owned(), named: true, ..before };
    store::update(tx, &after, cx.now())?;
    let actor = Actor::Contact(me.clone());
    emit(tx, cx, &actor, Kind::ContactUpdated, None, Audience::Agents, &Updated { contact: &after });
    Ok(())
}

fn is_line(text: &&str) -> bool {
    !text.is_empty() && text.chars().count() <= 254 && !text.chars().any(char::is_control)
}
