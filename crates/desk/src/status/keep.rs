//! Writes down, while a node has agents' sockets, that they are alive: any node can tell from it who fell silent everywhere.

use std::collections::HashMap;
use std::time::Duration;

use base::{AgentId, Time};

use crate::error::Result;
use crate::write::Desk;

/// How often the sockets are looked at.
const LOOK: Duration = Duration::from_secs(10);
/// How often one agent is written down while nothing changes, in ms.
const EVERY: i64 = 30_000;

/// Keeps on until the task is dropped.
pub async fn run(desk: Desk) {
    let mut written = HashMap::new();
    loop {
        tokio::time::sleep(LOOK).await;
        if let Err(error) = look(&desk, &mut written).await {
            tracing::warn!(%error, "who is here could not be written down");
        }
    }
}

/// Writes down whoever was heard since they were last written down, at most every 30 s each unless their socket closed.
pub async fn look(desk: &Desk, written: &mut HashMap<AgentId, Time>) -> Result<()> {
    let now = desk.cx().now();
    let mut news = Vec::new();
    for (agent, silent) in desk.hub().pulses() {
        let heard = now.plus_millis(-i64::try_from(silent.as_millis()).unwrap_or(i64::MAX));
        let is_old = written.get(&agent).is_none_or(|before| heard.since(*before) >= EVERY);
        if is_old || !desk.hub().is_online(agent) {
            written.insert(agent, heard);
            news.push((agent, heard));
        }
    }
    written.retain(|_, at| now.since(*at) < super::SILENCE);
    if news.is_empty() {
        return Ok(());
    }
    desk.write("status", move |tx, _| super::seen(tx, &news)).await
}
