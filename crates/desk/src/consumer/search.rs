//! The search consumer: reads the log behind everybody else and keeps the index. It takes at most half of the writer's time, so a
//! burst of messages is stored at full speed and found a little later; how far behind it is can be asked (`search::lag`).

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Result;
use crate::search;
use crate::write::Desk;

/// How soon after it was stored a message can be found, when there is no backlog.
const PAUSE: Duration = Duration::from_millis(500);
/// After a failure of the database.
const PAUSE_FAILED: Duration = Duration::from_secs(2);

/// Keeps the index until the task is dropped.
pub async fn run(desk: Desk) {
    let mut seen = -1;
    loop {
        let head = desk.hub().head();
        if head == seen {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        match catch_up(&desk).await {
            Ok(()) => {
                seen = head;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                // nothing is lost: the next try starts from the same place
                tracing::warn!(%error, "search has to wait for the database");
                tokio::time::sleep(PAUSE_FAILED).await;
            }
        }
    }
}

/// Reads the log to its end.
pub async fn catch_up(desk: &Desk) -> Result<()> {
    while let Some(prepared) = desk.read(|tx, _| search::prepare(tx)).await? {
        let (began, more) = (Instant::now(), prepared.more);
        // when another node was faster, what it left is next
        let done = desk.write("search", move |tx, _| search::apply(tx, &prepared)).await?;
        if done && !more {
            return Ok(());
        }
        tokio::time::sleep(began.elapsed()).await;
    }
    Ok(())
}
