//! What an inbox was set to before, and the way back. The newest fifty versions are kept.

use base::{InboxId, Time};
use db::Tx;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Inbox, Settings};
use super::{by_id, store, update};
use crate::actor::{Action, Actor, Resource, authorize};
use crate::context::Context;
use crate::error::{Rejection, Result};
use crate::permission::Permission;

const KEPT: i64 = 50;

/// The settings after one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = InboxVersion)]
pub struct Version {
    /// 1, 2, 3 …
    pub version: i64,
    pub settings: Settings,
    /// Who changed it.
    pub by: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

/// Writes down what `before` became. The very first change writes down what was there before it, too.
pub(super) fn keep(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, before: &Inbox, after: &Inbox) -> Result<()> {
    let by = actor.agent().map(|agent| agent.name.clone()).unwrap_or_default();
    let mut newest = store::newest_version(tx, after.id)?;
    if newest == 0 {
        newest += 1;
        store::insert_version(tx, after.id, newest, &before.settings(), "", cx.now())?;
    }
    if before.settings() != after.settings() {
        newest += 1;
        store::insert_version(tx, after.id, newest, &after.settings(), &by, cx.now())?;
        store::delete_versions_up_to(tx, after.id, newest - KEPT)?;
    }
    Ok(())
}

/// The versions of an inbox, newest first.
pub fn versions(tx: &mut Tx<'_>, actor: &Actor, id: InboxId) -> Result<Vec<Version>> {
    authorize(actor, Action::May(Permission::InboxManage), Resource::Deployment)?;
    by_id(tx, id)?;
    store::versions(tx, id)
}

/// Sets an inbox to what it was. That is a change like any other, and can be undone in the same way.
pub fn restore(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: InboxId, version: i64) -> Result<Inbox> {
    authorize(actor, Action::May(Permission::InboxManage), Resource::Deployment)?;
    let wanted = store::version(tx, id, version)?.ok_or(Rejection::NotFound)?;
    update(tx, cx, actor, id, &wanted.settings.into())
}
