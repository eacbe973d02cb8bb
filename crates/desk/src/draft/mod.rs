//! Drafts: what an agent has typed and not sent, one per conversation and mode, kept by the server and theirs alone.

mod store;
#[cfg(test)]
mod tests;

use base::{AgentId, ConversationId, Time};
use db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::{Actor, AgentActor, Permission};
use crate::context::Context;
use crate::conversation;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};

/// The longest draft, in bytes: more than a message may have, so that nothing is lost while it is shortened.
const MAX_TEXT: usize = 48 * 1024;

/// Which of the two composers a draft is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Reply,
    Note,
}

impl Mode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Draft {
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    pub mode: Mode,
    pub text: String,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

#[derive(Serialize)]
struct Saved<'a> {
    mode: Mode,
    text: &'a str,
    updated_at: Time,
}

#[derive(Serialize)]
struct Deleted {
    mode: Mode,
}

/// Keeps what is typed. The same text again changes nothing.
pub fn save(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, id: ConversationId, mode: Mode, text: &str) -> Result<()> {
    if text.len() > MAX_TEXT || text.contains('\0') {
        return Err(Rejection::invalid("text", "This draft is too long to keep. Send it in parts.").into());
    }
    let actor = Actor::Agent(me.clone());
    conversation::find_agents_conversation(tx, &actor, id)?;
    if text.is_empty() {
        return delete(tx, cx, me, id, mode);
    }
    let updated_at = cx.now();
    if store::save(tx, me.id, id, mode.as_str(), text, updated_at)? {
        let data = Saved { mode, text, updated_at };
        emit(tx, cx, &actor, Kind::DraftSaved, Some(id), Audience::Agent(me.id), &data);
    }
    Ok(())
}

/// Throws a draft away: it was sent, or its author said so.
pub fn delete(tx: &mut Tx<'_>, cx: &Context, me: &AgentActor, id: ConversationId, mode: Mode) -> Result<()> {
    if store::delete(tx, me.id, id, mode.as_str())? {
        let actor = Actor::Agent(me.clone());
        emit(tx, cx, &actor, Kind::DraftDeleted, Some(id), Audience::Agent(me.id), &Deleted { mode });
    }
    Ok(())
}

/// The author's own draft.
pub fn get(tx: &mut Tx<'_>, me: &AgentActor, id: ConversationId, mode: Mode) -> Result<Draft> {
    conversation::find_agents_conversation(tx, &Actor::Agent(me.clone()), id)?;
    store::one(tx, me.id, id, mode.as_str())?.ok_or_else(|| Rejection::NotFound.into())
}

/// All drafts of one author, newest first, at most 500.
pub fn list(tx: &mut Tx<'_>, me: &AgentActor) -> Result<Vec<Draft>> {
    if me.rights.has(Permission::ConversationReadAll) {
        return store::list(tx, me.id);
    }
    store::list_of_readable(tx, me.id)
}

/// Whether somebody's words for a conversation changed after `since` and are not sent yet.
pub fn typed_since(tx: &mut Tx<'_>, agent: AgentId, id: ConversationId, since: Time) -> Result<bool> {
    Ok(store::newest_of(tx, agent, id)?.is_some_and(|at| at > since))
}
