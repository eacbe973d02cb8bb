//! What the team knows of a contact: name, how to reach them, who they are on each inbox, and notes. All of it may be empty.

use base::{ContactId, ContactNoteId, Time};
use db::Tx;
use serde::Serialize;
use utoipa::ToSchema;

use super::{name, store};
use crate::actor::{Action, Actor, AgentActor, Resource, authorize};
use crate::context::Context;
use crate::error::{FieldError, Rejection, Result, Who};
use crate::event::{Audience, Kind, emit};

/// The longest name, email address or phone number, in characters.
const MAX_FIELD: usize = 254;
/// The longest note, in characters.
const MAX_NOTE: usize = 10_000;
/// Notes that are shown of one contact, the newest; older ones stay stored.
const MOST_NOTES: i64 = 200;
/// Notes that may be kept of one contact.
const MAX_NOTES: i64 = 1_000;

/// A contact as agents see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Contact {
    #[schema(value_type = String)]
    pub id: ContactId,
    pub number: i64,
    /// What the contact is called: their name, or a number that says nothing about them.
    pub name: String,
    /// Whether `name` is a real one.
    pub named: bool,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// Whether the company's own site vouched for who this is.
    pub verified: bool,
    /// The company's own id of them; null where it did not vouch.
    pub user_id: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// Who a contact is on one inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Identity {
    pub inbox: Who,
    pub channel: &'static str,
    /// Until when the contact is known there without coming back.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Time,
}

/// What somebody of the team wrote down about a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactNote {
    #[schema(value_type = String)]
    pub id: ContactNoteId,
    pub author: Who,
    pub text: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// A contact with all that hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Profile {
    pub contact: Contact,
    pub identities: Vec<Identity>,
    /// Newest first, at most 200.
    pub notes: Vec<ContactNote>,
    /// Number of the last event that is in this.
    pub head: i64,
}

/// What is to be changed of a contact; an empty text takes a field away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub locale: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Updated<'a> {
    pub contact: &'a Contact,
}

#[derive(Serialize)]
struct Noted<'a> {
    contact_id: ContactId,
    note: &'a ContactNote,
}

#[derive(Serialize)]
struct NoteDeleted {
    contact_id: ContactId,
    note_id: ContactNoteId,
}

fn may(me: &AgentActor) -> Result<Actor> {
    let actor = Actor::Agent(me.clone());
    authorize(&actor, Action::Work, Resource::Deployment)?;
    Ok(actor)
}

/// One contact with identities and notes.
pub fn profile(tx: &mut Tx<'_>, me: &AgentActor, id: ContactId) -> Result<Profile> {
    may(me)?;
    let contact = store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    let (identities, notes) = (store::identities(tx, id)?, store::notes(tx, id, MOST_NOTES)?);
    Ok(Profile { contact, identities, notes, head: tx.head()? })
}

/// Changes what is known of a contact. The same again changes nothing.
pub fn update(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, id: ContactId, change: &Change) -> Result<Contact> {
    let actor = may(me)?;
    let before = store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    let after = changed(&before, change)?;
    if after == before {
        return Ok(before);
    }
    store::update(tx, &after, cx.now())?;
    emit(tx, cx, &actor, Kind::ContactUpdated, None, Audience::Agents, &Updated { contact: &after });
    Ok(after)
}

fn changed(before: &Contact, change: &Change) -> Result<Contact, Rejection> {
    let mut wrong = Vec::new();
    let mut field =
        |what: &str, wanted: &Option<String>, now: Option<String>, fits: fn(&str) -> Option<&'static str>| {
            let Some(text) = wanted.as_deref().map(str::trim) else { return now };
            if text.is_empty() {
                return None;
            }
            let too_long = (text.chars().count() > MAX_FIELD).then_some("At most 254 characters.");
            let controls = text.chars().any(char::is_control).then_some("One line of text, please.");
            if let Some(message) = too_long.or(controls).or_else(|| fits(text)) {
                wrong.push(FieldError { field: what.to_owned(), message: message.to_owned() });
            }
            Some(text.to_owned())
        };
    let own_name = before.named.then(|| before.name.clone());
    let own_name = field("name", &change.name, own_name, |_| None);
    let email = field("email", &change.email, before.email.clone(), |text| {
        (!is_address(text)).then_some("An email address looks like lena@example.com.")
    });
    let phone = field("phone", &change.phone, before.phone.clone(), |text| {
        (!is_phone(text)).then_some("A phone number has digits, and perhaps +, spaces and dashes.")
    });
    let locale = field("locale", &change.locale, before.locale.clone(), |text| {
        channel::web::locale(text).is_none().then_some("A language is written like en or pt-BR.")
    });
    if !wrong.is_empty() {
        return Err(Rejection::Invalid(wrong));
    }
    let named = own_name.is_some();
    Ok(Contact { name: name(own_name, before.number), named, email, phone, locale, ..before.clone() })
}

pub(super) fn is_address(text: &str) -> bool {
    let sound = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace) && !part.contains('@');
    text.rsplit_once('@').is_some_and(|(local, host)| sound(local) && sound(host))
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (3..=20).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || "+ -()./".contains(c))
}

/// Writes a note about a contact down.
pub fn add_note(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, id: ContactId, text: &str) -> Result<ContactNote> {
    let actor = may(me)?;
    store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_NOTE || text.contains('\0') {
        return Err(Rejection::invalid("text", "A note has 1 to 10,000 characters.").into());
    }
    if store::count_notes(tx, id)? >= MAX_NOTES {
        return Err(Rejection::invalid("text", "There are 1,000 notes about this contact. Delete one first.").into());
    }
    let note = ContactNote {
        id: ContactNoteId::new(&cx.rng, cx.now()),
        author: me.who(),
        text: text.to_owned(),
        created_at: cx.now(),
    };
    store::insert_note(tx, id, &note)?;
    emit(tx, cx, &actor, Kind::ContactNoted, None, Audience::Agents, &Noted { contact_id: id, note: &note });
    Ok(note)
}

/// Takes a note away: its author may, and who may override. What is gone already is no error.
pub fn delete_note(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &AgentActor,
    id: ContactId,
    note_id: ContactNoteId,
) -> Result<()> {
    let actor = may(me)?;
    store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    let Some(note) = store::note(tx, id, note_id)? else { return Ok(()) };
    if note.author.id != me.id.to_string() {
        authorize(&actor, Action::Override, Resource::Deployment)?;
    }
    store::delete_note(tx, note_id)?;
    emit(tx, cx, &actor, Kind::ContactNoteDeleted, None, Audience::Agents, &NoteDeleted { contact_id: id, note_id });
    Ok(())
}

#[cfg(test)]
mod rules {
    use super::{is_address, is_phone};

    #[test]
    fn addresses_and_numbers_are_checked_for_shape_alone() {
        for good in ["lena@example.com", "l@x", "lena+orders@shop.example.co"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["lena", "@x", "lena@", "a b@x", "a@b@c", "lena@x y"] {
            assert!(!is_address(bad), "{bad}");
        }
        for good in ["+351 21 000-00 00", "112", "(030) 12.34/56"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in ["12", "call me", "1234567890123456789012", "+"] {
            assert!(!is_phone(bad), "{bad}");
        }
    }
}
