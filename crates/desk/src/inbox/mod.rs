//! Inboxes: one configured channel account each; today the website widget. Conversations come in through one.

mod check;
mod model;
mod store;
mod version;
mod widget;

use base::{InboxId, Time};
use db::Tx;
use serde::Serialize;

use crate::actor::{Action, Actor, Permission, Resource, authorize};
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::event::{Audience, Kind, emit};

pub use model::{Font, Icon, Inbox, Look, Position, Seen, Settings, Update};
pub use version::{Version, restore, versions};
pub use widget::{Field, FieldKind, MenuItem, Survey, Texts, Widget};

#[derive(Serialize)]
struct InboxData<'a> {
    inbox: &'a Inbox,
}

/// The most inboxes of a deployment.
const MOST: usize = 100;

/// Another web inbox, for another brand or site.
pub fn add(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, name: &str) -> Result<Inbox> {
    authorize(actor, Action::May(Permission::InboxManage), Resource::Deployment)?;
    if store::list(tx)?.len() >= MOST {
        return Err(Rejection::invalid("name", "There are 100 inboxes already. Use one of them again.").into());
    }
    Inbox::named(name)?;
    create(tx, cx, actor, name.trim())
}

/// The first web inbox of a company.
pub(crate) fn create(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, name: &str) -> Result<Inbox> {
    let inbox = Inbox::new(InboxId::new(&cx.rng, cx.now()), &cx.rng.bytes::<12>(), name);
    store::insert(tx, &inbox, cx.now())?;
    emit(tx, cx, actor, Kind::InboxCreated, None, Audience::Agents, &InboxData { inbox: &inbox });
    Ok(inbox)
}

/// All inboxes, oldest first.
pub fn list(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Inbox>> {
    authorize(actor, Action::Read, Resource::Deployment)?;
    store::list(tx)
}

/// The inbox behind a public key (`pk_…`), for anyone. One that is archived is not there.
pub fn by_key(tx: &mut Tx<'_>, key: &str) -> Result<Inbox> {
    // PostgreSQL takes no NUL, not even to look for one
    let found = if key.contains('\0') { None } else { store::by_key(tx, key)? };
    found.filter(|inbox| !inbox.archived).ok_or_else(|| Rejection::NotFound.into())
}

/// The inbox that a conversation came in through, for anyone who holds its id.
pub(crate) fn by_id(tx: &mut Tx<'_>, id: InboxId) -> Result<Inbox> {
    store::by_id(tx, id)?.ok_or_else(|| Rejection::NotFound.into())
}

/// Changes what is named of an inbox, and keeps what it was.
pub fn update(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: InboxId, update: &Update) -> Result<Inbox> {
    authorize(actor, Action::May(Permission::InboxManage), Resource::Deployment)?;
    let before = by_id(tx, id)?;
    let inbox = before.clone().with(update)?;
    if inbox.archived && !before.archived && store::count_in_use(tx)? <= 1 {
        let message = "This is the last inbox in use. Make another one first.";
        return Err(Rejection::invalid("archived", message).into());
    }
    store::save(tx, &inbox)?;
    version::keep(tx, cx, actor, &before, &inbox)?;
    emit(tx, cx, actor, Kind::InboxUpdated, None, Audience::Agents, &InboxData { inbox: &inbox });
    Ok(inbox)
}

/// How often at most one site is written down as seen, in ms.
const SEEN_EVERY: i64 = 60_000;

/// A page of `host` loaded the widget. Says nothing about who looked at it.
pub fn seen(tx: &mut Tx<'_>, cx: &Context, key: &str, host: &str) -> Result<()> {
    let Some(inbox) = store::by_key(tx, key)? else { return Ok(()) };
    let now = cx.now();
    let news = inbox.seen.as_ref().is_none_or(|seen| seen.host != host || now.since(seen.at) > SEEN_EVERY);
    if news {
        #[derive(Serialize)]
        struct Data<'a> {
            inbox_id: InboxId,
            host: &'a str,
            at: Time,
        }
        store::save_seen(tx, inbox.id, host, now)?;
        let data = Data { inbox_id: inbox.id, host, at: now };
        emit(tx, cx, &Actor::System, Kind::InboxSeen, None, Audience::Allowed(Permission::InboxManage), &data);
    }
    Ok(())
}
