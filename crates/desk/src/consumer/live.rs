//! The live consumer: every node's own reader of the event log, in order and without holes, feeding the hub. Its own
//! commits reach it directly, other nodes' by a hint on the bus, and what both lose by looking again every while.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bus::{ALIVE_EVERY, Signal};
use db::{Committed, DbError, Feed, FeedItem, Tx};
use serde::Deserialize;

use super::replay::changes_rights;
use crate::agent;
use crate::error::{Error, Result};
use crate::write::Desk;

/// How often the log is looked at when all is well, and when hints may be missing.
const LOOK: Duration = Duration::from_secs(5);
const LOOK_UNHEALTHY: Duration = Duration::from_millis(500);
/// Events read at once.
const PAGE: i64 = 500;

/// Follows the log from where the hub was started, until the database is closed.
pub async fn run(desk: Desk, mut feed: Feed) -> Result<()> {
    let mut signals = desk.bus().subscribe();
    let hub = desk.hub().clone();
    let mut reader = Reader { cursor: desk.hub().head(), ahead: BTreeMap::new(), desk };
    let mut alive = tokio::time::interval(ALIVE_EVERY);
    loop {
        let pause = if reader.desk.bus().healthy() { LOOK } else { LOOK_UNHEALTHY };
        let outcome = tokio::select! {
            item = feed.recv() => match item {
                None => return Ok(()),
                Some(FeedItem::Batch(batch)) => reader.take(batch).await,
                Some(FeedItem::Overflow) => reader.read().await,
            },
            signal = signals.recv() => match signal {
                Signal::Head { seq } if seq > reader.cursor => reader.read().await,
                Signal::Head { .. } => Ok(()),
                signal => {
                    if matches!(signal, Signal::Presence { online: true, .. }) {
                        reader.desk.floor().poke();
                    }
                    reader.desk.hub().hear(&signal);
                    Ok(())
                }
            },
            () = tokio::time::sleep(pause) => reader.read().await,
            () = hub.nudged() => reader.read().await,
            _ = alive.tick() => {
                reader.desk.hub().announce();
                Ok(())
            }
        };
        if let Err(error) = outcome {
            // nothing is lost: the next look starts from the same cursor
            tracing::warn!(%error, "live events have to wait for the database");
            tokio::time::sleep(LOOK_UNHEALTHY).await;
        }
    }
}

/// Starts the hub at the end of the log; before any socket joins.
pub async fn start(desk: &Desk) -> Result<()> {
    let head = desk.read(|tx, _| Ok(tx.head()?)).await?;
    desk.hub().start_at(head);
    Ok(())
}

struct Reader {
    desk: Desk,
    /// The last event that was delivered.
    cursor: i64,
    /// This node's own events that came before one that is still missing.
    ahead: BTreeMap<i64, Arc<Committed>>,
}

impl Reader {
    /// Delivers a commit of this node, in its turn.
    async fn take(&mut self, batch: Vec<Arc<Committed>>) -> Result<()> {
        let last = batch.last().map_or(0, |event| event.seq);
        for event in batch {
            if event.seq == self.cursor + 1 && self.ahead.is_empty() {
                self.deliver(&event).await?;
            } else if event.seq > self.cursor {
                self.ahead.insert(event.seq, event);
            }
        }
        self.catch_up().await?;
        if !self.ahead.is_empty() {
            // another node or another writer committed in between
            self.read().await?;
        }
        self.desk.bus().publish(&Signal::Head { seq: last });
        Ok(())
    }

    async fn catch_up(&mut self) -> Result<()> {
        while let Some(event) = self.ahead.get(&(self.cursor + 1)).cloned() {
            self.deliver(&event).await?;
        }
        self.ahead = self.ahead.split_off(&(self.cursor + 1));
        Ok(())
    }

    /// Reads what the log has after the cursor and delivers it.
    async fn read(&mut self) -> Result<()> {
        loop {
            let after = self.cursor;
            let page = self.desk.read(move |tx: &mut Tx<'_>, _| Ok(tx.events_after(after, PAGE)?)).await?;
            let full = i64::try_from(page.len()).unwrap_or(PAGE) == PAGE;
            for event in page {
                if event.seq != self.cursor + 1 {
                    return Err(Error::Db(DbError::Statement(format!(
                        "the event log has a hole after {}",
                        self.cursor
                    ))));
                }
                self.deliver(&event).await?;
            }
            if !full {
                return self.catch_up().await;
            }
        }
    }

    async fn deliver(&mut self, event: &Committed) -> Result<()> {
        self.react(event).await?;
        self.desk.hub().deliver(event);
        self.cursor = event.seq;
        Ok(())
    }

    /// What the node itself must know: whose sessions ended, who changed, who may do or read something else from here on.
    async fn react(&self, event: &Committed) -> Result<()> {
        match event.kind.as_ref() {
            "session.ended" => {
                self.desk.forget_sessions();
                if let Ok(ended) = serde_json::from_str::<Ended>(&event.body) {
                    self.desk.hub().end_session(ended.session_id);
                }
            }
            "agent.updated" => {
                if let Ok(Updated { agent }) = serde_json::from_str(&event.body)
                    && !agent.active
                {
                    self.desk.hub().dismiss(agent.id);
                }
            }
            "contact.updated" | "contact.signed_out" => self.desk.forget_contacts(),
            _ => {}
        }
        if changes_rights(&event.kind) {
            self.desk.forget_sessions();
            self.renew().await?;
        }
        self.desk.floor().hear(&event.kind);
        Ok(())
    }

    /// Asks anew what everybody with a socket here may do.
    async fn renew(&self) -> Result<()> {
        let sessions = self.desk.hub().sessions();
        if sessions.is_empty() {
            return Ok(());
        }
        let actors = self.desk.read(move |tx, _| agent::renew(tx, &sessions)).await?;
        self.desk.hub().renew(&actors);
        Ok(())
    }
}

#[derive(Deserialize)]
struct Ended {
    session_id: base::SessionId,
}

#[derive(Deserialize)]
struct Updated {
    agent: UpdatedAgent,
}

#[derive(Deserialize)]
struct UpdatedAgent {
    id: base::AgentId,
    active: bool,
}
