//! How fast people answer: what a customer may be told before they write. Measured, or not said at all.

mod store;
#[cfg(test)]
mod tests;

use base::InboxId;
use db::Tx;

use crate::context::Context;
use crate::error::Result;

/// How far back it is looked, in ms.
const LATELY: i64 = 7 * 24 * 3600 * 1000;
/// Fewer than this say nothing.
const ENOUGH: usize = 10;

/// The median time to the first reply, in seconds, over what was resolved in the last seven days; none when fewer than ten
/// chats tell. A chat that nobody answered counts as the slowest.
pub fn first_reply(tx: &mut Tx<'_>, cx: &Context, inbox: InboxId) -> Result<Option<i64>> {
    let mut waits = store::first_replies(tx, inbox, cx.now().plus_millis(-LATELY))?;
    waits.sort_unstable_by_key(|wait| wait.unwrap_or(i64::MAX));
    let middle = waits.get(waits.len() / 2).copied().flatten();
    Ok(middle.filter(|_| waits.len() >= ENOUGH).map(|wait| (wait / 1000).max(1)))
}
