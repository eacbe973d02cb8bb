//! Durable before acknowledged, proved by counting: the kernel keeps written pages when a process is killed, so only the
//! number of syncs tells a durable commit from a hopeful one. Cycles: messages written one after another, so that no two
//! can share a commit: each acknowledgement needs a sync of its own.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::Size;
use crate::desk::{Desk, Options};
use crate::process::{Scratch, find_program, poll};
use crate::world::{invite_agents, open_lines};

pub async fn run(size: &Size) -> Result<String> {
    let strace = find_program("strace", &[]).context("strace is missing: install the package `strace`")?;
    let scratch = Scratch::new("fsync", "KILL")?;
    let summary = scratch.path().join("syncs");
    let wrapper = [
        strace.display().to_string(),
        "-f".to_owned(),
        "-c".to_owned(),
        "-e".to_owned(),
        "trace=fsync,fdatasync".to_owned(),
        "-o".to_owned(),
        summary.display().to_string(),
    ];
    let desk = Desk::start_with(Options { wrapper: wrapper.to_vec(), ..Options::default() })?;
    let set_up = desk.set_up().await?.clone();
    let agents = invite_agents(&desk, 1).await?;
    let lines = open_lines(&desk.api(), &set_up.inbox_key, &agents, 1).await?;
    for number in 0..size.cycles {
        let text = format!("Message {number}");
        lines[0].visitor.send(Some(&lines[0].conversation), &crate::client_id(), &text).await?.expect(201)?;
    }
    desk.stop()?;
    poll(Duration::from_secs(10), "the summary of syncs", || Ok(summary.metadata().is_ok_and(|data| data.len() > 0)))?;
    let text = std::fs::read_to_string(&summary).context("read the summary of syncs")?;
    let syncs = count_calls(&text);
    ensure!(syncs >= size.cycles, "{} acknowledged one by one, but only {syncs} syncs: not durable", size.cycles);
    Ok(format!("{} messages acknowledged one by one, {syncs} syncs", size.cycles))
}

/// The calls in strace's table: `% time  seconds  usecs/call  calls  [errors]  syscall`.
fn count_calls(table: &str) -> u64 {
    let rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let sync_rows = rows.filter(|row| matches!(row.last(), Some(&("fsync" | "fdatasync"))));
    sync_rows.filter_map(|row| row.get(3)?.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_calls_of_both_rows_are_summed_with_and_without_errors() {
        let table = "% time     seconds  usecs/call     calls    errors syscall\n\
                     ------ ----------- ----------- --------- --------- ----------------\n\
                      90.00    0.090000          12       667           fdatasync\n\
                      10.00    0.010000          10         3         1 fsync\n\
                     ------ ----------- ----------- --------- --------- ----------------\n\
                     100.00    0.100000          11       670         1 total\n";
        assert_eq!(super::count_calls(table), 670);
        assert_eq!(super::count_calls(""), 0);
    }
}
