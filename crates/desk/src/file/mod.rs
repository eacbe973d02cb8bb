//! Files: sent up in pieces, found out about when complete, put into one message once, and read by whoever may read that
//! message. Their bytes live in the file store, which this module names keys of and never touches.

mod link;
mod model;
mod store;
#[cfg(test)]
mod tests;

use base::{ContactId, ConversationId, FileId, MessageId};
use db::Tx;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::{Actor, AgentActor, ContactActor};
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::token::Visitor;
use crate::{contact, conversation, inbox, job};

pub use link::{LINK_LIFE, Link};
pub use model::{
    Attachment, File, Found, Kind, MAX_ATTACHMENTS, MAX_LIMIT, MAX_PIECE, Piece, Scan, Upload, clean_name,
};

/// The job that forgets bytes nobody needs any more; its body is [`Erased`].
pub const ERASE: &str = "file.erase";
/// How many files whose time is over are forgotten at once.
const FORGOTTEN_AT_ONCE: i64 = 200;

/// Bytes to be forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    pub keys: Vec<String>,
}

/// Who sends a file.
#[derive(Clone, Debug)]
pub enum Sender {
    Agent(AgentActor),
    Visitor(Visitor),
}

impl Sender {
    fn owner(&self) -> String {
        match self {
            Self::Agent(agent) => format!("agent:{}", agent.id),
            Self::Visitor(visitor) => visitor_owner(&visitor.hash),
        }
    }

    /// As whom they read conversations; a visitor who never wrote reads none.
    fn reads_as(&self, tx: &mut Tx<'_>, cx: &Context) -> Result<Option<Actor>> {
        match self {
            Self::Agent(agent) => Ok(Some(Actor::Agent(agent.clone()))),
            Self::Visitor(visitor) => Ok(contact::recognise(tx, cx, visitor)?.map(Actor::Contact)),
        }
    }
}

fn visitor_owner(hash: &str) -> String {
    format!("visitor:{hash}")
}

/// What is announced before a file's bytes come.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// As the sender calls it.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Where it will go; a visitor who has not written yet knows none.
    pub conversation: Option<ConversationId>,
}

/// Makes room for a file. Refused when it is larger than its inbox allows, or when too many of theirs wait.
pub fn begin(tx: &mut Tx<'_>, cx: &Context, sender: &Sender, new: &NewFile) -> Result<Upload> {
    let through = match (sender, new.conversation) {
        (_, Some(id)) => {
            let actor = sender.reads_as(tx, cx)?.ok_or(Rejection::NotFound)?;
            conversation::get(tx, &actor, id)?.value.inbox_id
        }
        (Sender::Visitor(visitor), None) => visitor.inbox,
        (Sender::Agent(_), None) => return Err(Rejection::NotFound.into()),
    };
    if let Sender::Visitor(visitor) = sender
        && visitor.inbox != through
    {
        return Err(Rejection::NotFound.into());
    }
    let limit = inbox::by_id(tx, through)?.file_limit;
    if new.size > limit {
        return Err(Rejection::FileTooLarge { limit }.into());
    }
    if new.size < 1 {
        return Err(Rejection::invalid("size", "The file is empty.").into());
    }
    let owner = sender.owner();
    if store::unsent_of(tx, &owner)? >= model::MAX_UNSENT {
        return Err(Rejection::TooManyFiles.into());
    }
    let file = File {
        id: FileId::from_uuid(Uuid::from_bytes(cx.rng.bytes::<16>())),
        storage_key: storage_key(cx),
        pieces: Vec::new(),
        received: 0,
        size: new.size,
        name: clean_name(&new.name),
        kind: None,
        pixels: None,
        thumbnail: None,
        owner,
        conversation: new.conversation,
        is_sent: false,
        note: false,
        expires_at: Some(cx.now().plus_millis(model::UNSENT_LIFE)),
    };
    store::insert(tx, &file, cx.now())?;
    Ok(file.upload())
}

/// `ab/cdef…`: 128 random bits, in folders that stay small.
fn storage_key(cx: &Context) -> String {
    let text: String = cx.rng.bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}/{}", &text[..2], &text[2..])
}

/// The sender's own file that no message carries yet.
pub fn unsent(tx: &mut Tx<'_>, sender: &Sender, id: FileId) -> Result<File> {
    let file = store::get(tx, id)?.filter(|file| file.owner == sender.owner() && !file.is_sent);
    file.ok_or_else(|| Rejection::NotFound.into())
}

/// The file to which a piece of `size` bytes may be added at `offset`, and what to call the piece.
pub fn next_piece(
    tx: &mut Tx<'_>,
    cx: &Context,
    sender: &Sender,
    id: FileId,
    offset: i64,
    size: i64,
) -> Result<(File, Piece)> {
    let file = unsent(tx, sender, id)?;
    if file.received != offset {
        return Err(Rejection::WrongOffset { offset: file.received }.into());
    }
    if !file.fits(size) {
        let why = "A piece has from 64 KiB to 1 MiB, the last one what is left.";
        return Err(Rejection::invalid("body", why).into());
    }
    let nonce: String = cx.rng.bytes::<4>().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((file, Piece { name: format!("{offset}-{nonce}"), size }))
}

/// Writes down that a piece is kept. Of two that came for the same place one counts.
pub fn append(tx: &mut Tx<'_>, sender: &Sender, id: FileId, offset: i64, piece: &Piece) -> Result<Upload> {
    unsent(tx, sender, id)?;
    let added = store::append(tx, id, offset, piece)?;
    let file = unsent(tx, sender, id)?;
    if added { Ok(file.upload()) } else { Err(Rejection::WrongOffset { offset: file.received }.into()) }
}

/// A complete file whose bytes can be looked at. Refused while some are missing.
pub fn complete(tx: &mut Tx<'_>, sender: &Sender, id: FileId) -> Result<File> {
    let file = unsent(tx, sender, id)?;
    if file.received < file.size {
        return Err(Rejection::WrongOffset { offset: file.received }.into());
    }
    Ok(file)
}

/// Writes down what a complete file is. Said once; later ones are told what was said.
pub fn finish(tx: &mut Tx<'_>, cx: &Context, sender: &Sender, id: FileId, found: &Found) -> Result<Upload> {
    complete(tx, sender, id)?;
    store::finish(tx, id, found, cx.now().plus_millis(model::UNSENT_LIFE))?;
    Ok(unsent(tx, sender, id)?.upload())
}

/// The sender does not want it after all, or it must not be kept.
pub fn discard(tx: &mut Tx<'_>, cx: &Context, sender: &Sender, id: FileId) -> Result<()> {
    let file = unsent(tx, sender, id)?;
    forget(tx, cx, &file)
}

fn forget(tx: &mut Tx<'_>, cx: &Context, file: &File) -> Result<()> {
    if store::delete_unsent(tx, file.id)? {
        let body = serde_json::to_string(&Erased { keys: file.keys() }).unwrap_or_default();
        job::enqueue(tx, cx, ERASE, &body, None, cx.now())?;
    }
    Ok(())
}

/// Forgets files that were never finished, or never put into a message.
pub(crate) fn forget_expired(tx: &mut Tx<'_>, cx: &Context) -> Result<()> {
    for file in store::expired(tx, cx.now(), FORGOTTEN_AT_ONCE)? {
        forget(tx, cx, &file)?;
    }
    Ok(())
}

/// The files that a message is to carry, in its order. Whoever did not send one is told that there is none.
pub(crate) fn to_attach(tx: &mut Tx<'_>, sender: &Sender, ids: &[FileId]) -> Result<Vec<Attachment>> {
    let twice = ids.iter().enumerate().any(|(index, id)| ids[..index].contains(id));
    if ids.len() > MAX_ATTACHMENTS || twice {
        return Err(Rejection::invalid("attachments", "A message carries up to 10 files, each once.").into());
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let owner = sender.owner();
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let file = store::get(tx, *id)?.filter(|file| file.owner == owner).ok_or(Rejection::NotFound)?;
        found.push(file.attachment().ok_or(Rejection::WrongOffset { offset: file.received })?);
    }
    Ok(found)
}

/// Gives files to a message: each once, and only into the conversation it was sent for.
pub(crate) fn attach(
    tx: &mut Tx<'_>,
    sender: &Sender,
    files: &[Attachment],
    conversation: ConversationId,
    message: MessageId,
    note: bool,
) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let owner = sender.owner();
    for file in files {
        if !store::attach(tx, file.id, &owner, conversation, message, note)? {
            return Err(Rejection::FileUsed.into());
        }
    }
    Ok(())
}

/// A file that may be read: by its sender until it is sent, then by whoever may read its message.
pub fn open(tx: &mut Tx<'_>, cx: &Context, sender: &Sender, id: FileId) -> Result<File> {
    let file = store::get(tx, id)?.ok_or(Rejection::NotFound)?;
    if !file.is_sent {
        let own = file.owner == sender.owner() && file.kind.is_some();
        return if own { Ok(file) } else { Err(Rejection::NotFound.into()) };
    }
    let actor = sender.reads_as(tx, cx)?.ok_or(Rejection::NotFound)?;
    may_read(tx, &actor, file)
}

fn may_read(tx: &mut Tx<'_>, actor: &Actor, file: File) -> Result<File> {
    let conversation = file.conversation.ok_or(Rejection::NotFound)?;
    let conversation = conversation::get(tx, actor, conversation)?.value;
    if let Actor::Contact(contact) = actor
        && (file.note || contact.inbox != conversation.inbox_id)
    {
        return Err(Rejection::NotFound.into());
    }
    Ok(file)
}

/// A file that a customer opens by a link, as the link's contact.
pub fn open_by_link(tx: &mut Tx<'_>, contact: ContactId, id: FileId) -> Result<File> {
    let file = store::get(tx, id)?.filter(|file| file.is_sent).ok_or(Rejection::NotFound)?;
    let conversation = file.conversation.ok_or(Rejection::NotFound)?;
    let inbox = conversation::get(tx, &Actor::System, conversation)?.value.inbox_id;
    let actor = Actor::Contact(ContactActor { id: contact, name: String::new(), inbox });
    may_read(tx, &actor, file)
}

/// The files of a conversation, newest first, at most 100.
pub fn list(tx: &mut Tx<'_>, actor: &Actor, conversation: ConversationId) -> Result<Vec<Attachment>> {
    conversation::get(tx, actor, conversation)?;
    let files = store::of_conversation(tx, conversation, actor.agent().is_ok())?;
    Ok(files.iter().filter_map(File::attachment).collect())
}
