//! A customer's copy of their conversation.

use base::{ConversationId, Time};
use channel::Content;
use db::Tx;

use super::{Letter, Purpose, send};
use crate::actor::{Actor, ContactActor};
use crate::context::Context;
use crate::conversation::{self, AuthorType, Message, Range};
use crate::error::{Rejection, Result};
use crate::setting;

/// The most messages in a copy: the newest.
const MESSAGES: i64 = 200;
/// The most text in a copy, in bytes.
const MAX_TEXT: usize = 256 * 1024;

/// Writes the customer's own conversation to an address that they name. Until somebody of the company has answered there is
/// nothing to send: nobody can make the desk carry their words alone to a stranger.
///
/// # Errors
/// [`Rejection::NotFound`] for what is not theirs, [`Rejection::NothingToSend`], and those of [`send`].
pub fn send_transcript(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &ContactActor,
    id: ConversationId,
    email: &str,
) -> Result<()> {
    let range = Range { limit: MESSAGES, ..Range::default() };
    let messages = conversation::history(tx, &Actor::Contact(me.clone()), id, range)?.value.messages;
    if !messages.iter().any(|message| message.author.r#type == AuthorType::Agent) {
        return Err(Rejection::NothingToSend.into());
    }
    let company = setting::company(tx)?;
    send(tx, cx, Purpose::Transcript, email, &write(&company, &messages))?;
    Ok(())
}

fn text(message: &Message) -> &str {
    let Content::Text { text } = &message.content;
    text
}

fn write(company: &str, messages: &[Message]) -> Letter {
    let mut room = MAX_TEXT;
    let fits = |message: &&Message| {
        let left = room.checked_sub(text(message).len());
        room = left.unwrap_or(0);
        left.is_some()
    };
    let mut kept: Vec<&Message> = messages.iter().rev().take_while(fits).collect();
    kept.reverse();
    let mut letter = Letter::new(company, &format!("Your conversation with {company}"))
        .text("You asked for a copy of your conversation. Here it is.");
    if kept.first().is_none_or(|first| first.seq > 1) {
        letter = letter.small("Earlier messages are left out because the conversation is long.");
    }
    for message in kept {
        let ours = message.author.r#type != AuthorType::User;
        letter = letter.line(&message.author.name, &moment(message.created_at), text(message), ours);
    }
    letter.small("Somebody typed your address into the chat to get this copy. If that was not you, ignore it.")
}

/// `2026-05-03 09:31 UTC`.
fn moment(time: Time) -> String {
    let text = time.to_string();
    let (day, clock) = text.split_once('T').unwrap_or((text.as_str(), ""));
    format!("{day} {} UTC", clock.get(..5).unwrap_or_default())
}
