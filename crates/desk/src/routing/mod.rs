//! Who gets which conversation: rules per inbox and department, the ring with its offers, presence, and what is kept when
//! nobody took one. Conversations themselves change only through the verbs of `conversation`.

mod follow_up;
mod model;
mod monitor;
mod offer;
mod pass;
mod presence;
mod rule;
mod store;
mod target;
#[cfg(test)]
mod tests;

pub use follow_up::{FollowUp, finish, list as follow_ups};
pub use model::{AWAY_AFTER, Mode, RING, Rule, RuleUpdate};
pub use monitor::{AgentLoad, Home, Monitoring, home, monitoring};
pub use offer::{Offer, Offers, decline, offers, ring_again, settle};
pub use pass::{Passed, has_work, pass};
pub use presence::{arrive, is_here, leave};
pub use rule::{Assignment, assignment, rules, set_department_rule, set_inbox_rule, set_return_after};
pub use target::{AgentTarget, DepartmentTarget, Targets, targets};

use db::Tx;

use crate::context::Context;
use crate::error::Result;

/// How late the end of a ring may come, in ms, before the sweeper steps in.
const OVERDUE: i64 = 5_000;

/// Does a job of this feature; false when the job is not one.
pub(crate) fn perform(tx: &mut Tx<'_>, cx: &Context, kind: &str, body: &str) -> Result<bool> {
    let agent = || body.parse().ok();
    match kind {
        offer::RING_END => {
            if let Ok(end) = serde_json::from_str(body) {
                offer::end(tx, cx, end)?;
            }
        }
        presence::AGENT_GONE => agent().map_or(Ok(()), |agent| presence::check_agent(tx, cx, agent))?,
        presence::NODE_GONE => presence::check_node(tx, cx, body)?,
        presence::CHATS_RETURN => agent().map_or(Ok(()), |agent| presence::return_chats(tx, cx, agent))?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// Ends rings that should have ended and says how many there were. There should be none.
pub(crate) fn sweep(tx: &mut Tx<'_>, cx: &Context) -> Result<usize> {
    let overdue = store::overdue(tx, cx.now().plus_millis(-OVERDUE))?;
    for (conversation, round) in &overdue {
        offer::end(tx, cx, offer::End { conversation: *conversation, round: *round })?;
    }
    Ok(overdue.len())
}

/// Forgets offers that nobody will look at any more.
pub fn forget_expired(tx: &mut Tx<'_>, cx: &Context) -> Result<()> {
    store::forget_offers(tx, cx.now().plus_millis(-model::OFFER_LIFE))
}
