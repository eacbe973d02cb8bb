//! The rules: how each inbox or department hands conversations out, and when those of an absent agent go back.

use base::{DepartmentId, InboxId};
use db::Tx;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{CHAT_LIMIT, RETURN_AFTER, Rule, RuleUpdate, check_between};
use super::store;
use crate::actor::{Action, Actor, Permission, Resource, authorize};
use crate::context::Context;
use crate::error::Result;
use crate::event::{Audience, Kind, emit};
use crate::{department, inbox, setting};

/// The setting under which the minutes of [`Assignment::return_after_minutes`] are kept.
const RETURN_SETTING: &str = "return_after_minutes";

/// Everything that decides how conversations are handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Assignment {
    /// Inboxes and departments that are not listed are manual.
    pub items: Vec<Rule>,
    /// How long somebody may be away, in minutes, before their open chats go back to the queue; 0: they stay.
    pub return_after_minutes: i64,
}

#[derive(Serialize)]
struct RuleData<'a> {
    rule: &'a Rule,
}

#[derive(Serialize)]
struct ReturnData {
    return_after_minutes: i64,
}

/// All rules that were ever set.
pub fn rules(tx: &mut Tx<'_>) -> Result<Vec<Rule>> {
    store::rules(tx)
}

/// How conversations are handed out, for whoever is on the team.
pub fn assignment(tx: &mut Tx<'_>, actor: &Actor) -> Result<Assignment> {
    authorize(actor, Action::Read, Resource::Deployment)?;
    Ok(Assignment { items: store::rules(tx)?, return_after_minutes: return_after(tx)? })
}

pub(super) fn return_after(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(setting::number(tx, RETURN_SETTING)?.unwrap_or(RETURN_AFTER))
}

/// Sets how a department hands its conversations out, whatever their inbox says.
pub fn set_department_rule(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    id: DepartmentId,
    update: RuleUpdate,
) -> Result<Rule> {
    authorize(actor, Action::May(Permission::DepartmentManage), Resource::Deployment)?;
    department::get(tx, id)?;
    set_rule(tx, cx, actor, &id.to_string(), update)
}

/// Sets how an inbox hands its conversations out.
pub fn set_inbox_rule(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, id: InboxId, update: RuleUpdate) -> Result<Rule> {
    authorize(actor, Action::May(Permission::InboxManage), Resource::Deployment)?;
    inbox::by_id(tx, id)?;
    set_rule(tx, cx, actor, &id.to_string(), update)
}

fn set_rule(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, scope: &str, update: RuleUpdate) -> Result<Rule> {
    let before = store::rules(tx)?.into_iter().find(|rule| rule.scope == scope);
    let chat_limit = update.chat_limit.or(before.as_ref().map(|rule| rule.chat_limit)).unwrap_or(CHAT_LIMIT);
    check_between("chat_limit", chat_limit, 1, 100)?;
    let rule = Rule { scope: scope.to_owned(), mode: update.mode, chat_limit };
    if before.as_ref() != Some(&rule) {
        store::save_rule(tx, &rule, cx.now())?;
        emit(tx, cx, actor, Kind::AssignmentUpdated, None, Audience::Agents, &RuleData { rule: &rule });
    }
    Ok(rule)
}

/// Sets how long somebody may be away before their open chats go back to the queue, 0 … 1,440 minutes; 0: they stay.
pub fn set_return_after(tx: &mut Tx<'_>, cx: &Context, actor: &Actor, minutes: i64) -> Result<Assignment> {
    authorize(actor, Action::May(Permission::SettingManage), Resource::Deployment)?;
    check_between("return_after_minutes", minutes, 0, 1_440)?;
    setting::set_number(tx, RETURN_SETTING, minutes)?;
    let data = ReturnData { return_after_minutes: minutes };
    emit(tx, cx, actor, Kind::AssignmentUpdated, None, Audience::Agents, &data);
    assignment(tx, actor)
}
