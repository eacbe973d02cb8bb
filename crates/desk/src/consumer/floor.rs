//! The floor's watch: hands out conversations whenever something changed that could matter, and looks again every second in
//! case a hint was lost. Asleep while every inbox is manual.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::error::Result;
use crate::routing;
use crate::write::Desk;

/// How often it looks without being asked.
const LOOK: Duration = Duration::from_secs(1);
/// How often the node says that it is there.
const BEAT: Duration = Duration::from_secs(30);

/// What the watch is told by others.
#[derive(Debug)]
pub struct Floor {
    /// Some inbox or department is not manual.
    routes: AtomicBool,
    /// The rules changed since they were read.
    stale: AtomicBool,
    news: Notify,
}

impl Default for Floor {
    fn default() -> Self {
        Self { routes: AtomicBool::new(false), stale: AtomicBool::new(true), news: Notify::new() }
    }
}

impl Floor {
    /// Somebody came. Nothing to do while everything is manual.
    pub fn poke(&self) {
        if self.routes.load(Ordering::Relaxed) {
            self.news.notify_one();
        }
    }

    /// An event happened. Costs next to nothing while everything is manual.
    pub(super) fn hear(&self, kind: &str) {
        if kind == "assignment.updated" {
            self.stale.store(true, Ordering::Release);
        } else if !self.routes.load(Ordering::Relaxed) || !matters(kind) {
            return;
        }
        self.news.notify_one();
    }
}

/// Whether an event can change who is given what.
fn matters(kind: &str) -> bool {
    match kind.split_once('.') {
        Some(("conversation", what)) => !matches!(what, "marked" | "offered" | "rang"),
        Some(("agent" | "department", _)) => true,
        Some(("offer", what)) => what == "passed",
        _ => false,
    }
}

/// Watches until the task is dropped.
pub async fn run(desk: Desk) {
    let mut beat = Instant::now() + BEAT;
    loop {
        let wake = Instant::now() + LOOK;
        tokio::select! {
            () = desk.floor().news.notified() => {}
            () = sleep_until(wake.min(beat)) => {}
        }
        if Instant::now() >= beat {
            beat = Instant::now() + BEAT;
            report(desk.is_here().await, "the node could not say that it is here");
        }
        report(look(&desk).await, "conversations have to wait to be handed out");
    }
}

fn report(outcome: Result<()>, what: &str) {
    if let Err(error) = outcome {
        // the next look finds the same
        tracing::warn!(%error, "{what}");
    }
}

/// Looks once, if anything is to be handed out by itself.
pub async fn look(desk: &Desk) -> Result<()> {
    let floor = desk.floor();
    if floor.stale.swap(false, Ordering::AcqRel) {
        let rules = desk.read(|tx, _| routing::rules(tx)).await.inspect_err(|_| {
            floor.stale.store(true, Ordering::Release);
        })?;
        floor.routes.store(rules.iter().any(|rule| rule.mode != routing::Mode::Manual), Ordering::Release);
    }
    if !floor.routes.load(Ordering::Acquire) || !desk.read(|tx, _| routing::has_work(tx)).await? {
        return Ok(());
    }
    let node = desk.hub().node().to_owned();
    let passed = desk.write("routing", move |tx, cx| routing::pass(tx, cx, &node)).await?;
    if passed != routing::Passed::default() {
        tracing::debug!(?passed, "handed out");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::matters;

    #[test]
    fn words_and_marks_wake_nobody() {
        for kind in ["message.created", "conversation.marked", "draft.saved", "session.ended", "conversation.offered"] {
            assert!(!matters(kind), "{kind}");
        }
        for kind in ["conversation.created", "conversation.claimed", "agent.left", "offer.passed"] {
            assert!(matters(kind), "{kind}");
        }
    }
}
