//! Letters: written down in the transaction that wants them, delivered by a worker under a lease, tried again for 72 h, and
//! kept for an administrator when they cannot be delivered. How a letter is carried is not known here.

mod invitation;
mod letter;
mod model;
mod store;
#[cfg(test)]
mod tests;
mod transcript;

use base::{MailId, Time};
use db::Tx;
use serde::Serialize;

use crate::actor::{Action, Actor, Permission, Resource, authorize};
use crate::agent;
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};
use crate::token;

pub use invitation::invite;
pub use letter::Letter;
pub use model::{Dead, Failure, Mail, Outbox, Purpose};
pub use transcript::send_transcript;

use model::{PER_HOUR, PER_RECIPIENT, PERSISTENCE, WINDOW, wait};

/// How long an attempt may take before another worker may try, in ms. Longer than any attempt lasts.
const LEASE: i64 = 5 * 60 * 1000;
/// A delivered letter's row is kept this long, without address and text, in ms: 24 h.
const KEEP_SENT: i64 = 24 * 3600 * 1000;
/// A letter that was given up is kept this long, in ms: 30 days.
const KEEP_DEAD: i64 = 30 * 24 * 3600 * 1000;

/// Writes a letter down to be delivered. What a visitor causes is bounded: so many to one address and so many in all.
///
/// # Errors
/// [`Rejection::Invalid`] for what is no address, [`Rejection::MailLimit`] when visitors caused too many.
pub fn send(tx: &mut Tx<'_>, cx: &Context, purpose: Purpose, to: &str, letter: &Letter) -> Result<MailId> {
    let to = agent::valid_email(to)?;
    let recipient_hash = token::keyed_hash(&cx.deployment.visitor_key, "mail", &to);
    if purpose.by_visitor() {
        allow(tx, cx, &recipient_hash)?;
    }
    let now = cx.now();
    let id = MailId::new(&cx.rng, now);
    let new = store::NewMail {
        id,
        purpose,
        recipient: &to,
        recipient_hash: &recipient_hash,
        subject: letter.subject(),
        text: &letter.plain(),
        html: &letter.html(),
        now,
        give_up_at: now.plus_millis(PERSISTENCE),
    };
    store::insert(tx, &new)?;
    Ok(id)
}

fn allow(tx: &mut Tx<'_>, cx: &Context, recipient_hash: &str) -> Result<()> {
    store::hold_gate(tx)?;
    let since = cx.now().plus_millis(-WINDOW);
    for (who, most) in [(Some(recipient_hash), PER_RECIPIENT), (None, PER_HOUR)] {
        let (count, first) = store::caused_since(tx, since, who)?;
        if count >= most {
            let wait = Time(first.unwrap_or_default()).plus_millis(WINDOW).since(cx.now());
            return Err(Rejection::MailLimit { retry_after: u64::try_from(wait).unwrap_or(0) / 1000 + 1 }.into());
        }
    }
    Ok(())
}

/// Whether a worker would find something to do.
pub fn is_any_due(tx: &mut Tx<'_>, cx: &Context) -> Result<bool> {
    store::is_any_due(tx, cx.now())
}

/// Takes up to `most` letters that are due, each for [`LEASE`]; nobody else gets them in that time.
pub fn claim(tx: &mut Tx<'_>, cx: &Context, worker: &str, most: i64) -> Result<Vec<Mail>> {
    let now = cx.now();
    let mut mine = Vec::new();
    for mail in store::due(tx, now, most)? {
        if store::lease(tx, mail.id, worker, now, now.plus_millis(LEASE))? {
            mine.push(mail);
        }
    }
    Ok(mine)
}

/// The letter was taken by the mail server. False when `worker` no longer held it.
pub fn delivered(tx: &mut Tx<'_>, cx: &Context, id: MailId, worker: &str) -> Result<bool> {
    store::finish(tx, id, worker, cx.now())
}

/// The letter was not taken. It waits and is tried again, or is given up: at once when the refusal is for good, and
/// otherwise when it is three days old.
pub fn failed(tx: &mut Tx<'_>, cx: &Context, mail: &Mail, worker: &str, failure: &Failure) -> Result<()> {
    let chance = u64::from_le_bytes(cx.rng.bytes::<8>());
    let again = cx.now().plus_millis(wait(mail.attempts + 1, chance));
    let reason = failure.reason();
    if !failure.permanent && store::retry(tx, mail.id, worker, &reason, again)? {
        return Ok(());
    }
    if store::give_up(tx, mail.id, worker, &reason, cx.now())? {
        tell(tx, cx, &Actor::System, Kind::MailDied, mail.id);
    }
    Ok(())
}

#[derive(Serialize)]
struct MailData {
    id: MailId,
}

fn tell(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, kind: Kind, id: MailId) {
    emit(tx, cx, actor, kind, None, Audience::Allowed(Permission::SettingManage), &MailData { id });
}

/// How the outbox stands.
pub fn outbox(tx: &mut Tx<'_>, actor: &Actor) -> Result<Outbox> {
    authorize(actor, Action::May(Permission::SettingManage), Resource::Deployment)?;
    store::outbox(tx)
}

/// The letters that were given up, newest first, at most 100.
pub fn dead(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Dead>> {
    authorize(actor, Action::May(Permission::SettingManage), Resource::Deployment)?;
    store::dead(tx)
}

/// Tries a letter that was given up again, for another 72 h. It stays the same letter.
pub fn replay(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: MailId) -> Result<()> {
    authorize(actor, Action::May(Permission::SettingManage), Resource::Deployment)?;
    let now = cx.now();
    if !store::revive(tx, id, now, now.plus_millis(PERSISTENCE))? {
        return Err(Rejection::NotFound.into());
    }
    tell(tx, cx, actor, Kind::MailReplayed, id);
    Ok(())
}

/// Throws a letter that was given up away.
pub fn discard(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: MailId) -> Result<()> {
    authorize(actor, Action::May(Permission::SettingManage), Resource::Deployment)?;
    if !store::delete_dead(tx, id)? {
        return Err(Rejection::NotFound.into());
    }
    tell(tx, cx, actor, Kind::MailDiscarded, id);
    Ok(())
}

/// Forgets what was delivered a day ago, and what was given up 30 days ago.
pub(crate) fn forget_expired(tx: &mut Tx<'_>, cx: &Context) -> Result<()> {
    let now = cx.now();
    store::delete_done(tx, now.plus_millis(-KEEP_SENT), now.plus_millis(-KEEP_DEAD))
}
