//! What the kernel says of processes and of the machine: CPU time, memory, who else is busy. Reads /proc only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

/// The kernel counts CPU time in ticks of 1/100 s.
const TICK_US: u64 = 10_000;

/// CPU time and memory of a process and all its descendants.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    pub cpu_us: u64,
    pub rss_kb: u64,
    /// Each shared page counted by its share.
    pub pss_kb: u64,
    pub processes: usize,
}

/// A process to watch, by the name it gets in reports.
pub type Watched = (String, u32);

struct Stat {
    parent: u32,
    own_ticks: u64,
    reaped_ticks: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may contain anything.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
    let parent = u32::try_from(number(1)?).ok()?;
    Some(Stat { parent, own_ticks: number(11)? + number(12)?, reaped_ticks: number(13)? + number(14)? })
}

/// The process and its descendants.
#[must_use]
pub fn tree(root: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        if let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok())
            && let Some(stat) = stat(pid)
        {
            children.entry(stat.parent).or_default().push(pid);
        }
    }
    let (mut found, mut next) = (BTreeSet::new(), vec![root]);
    while let Some(pid) = next.pop() {
        if found.insert(pid) {
            next.extend(children.get(&pid).into_iter().flatten());
        }
    }
    found.into_iter().collect()
}

/// CPU time since the start, without memory: cheap enough around a measurement.
#[must_use]
pub fn cpu_us(root: u32) -> u64 {
    let ticks =
        |pid: &u32| stat(*pid).map_or(0, |stat| stat.own_ticks + if *pid == root { stat.reaped_ticks } else { 0 });
    tree(root).iter().map(ticks).sum::<u64>() * TICK_US
}

#[must_use]
pub fn usage(root: u32) -> Usage {
    let mut usage = Usage { cpu_us: cpu_us(root), ..Usage::default() };
    for pid in tree(root) {
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let field = |name: &str| {
            let line = rollup.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0)
        };
        usage.rss_kb += field("Rss:");
        usage.pss_kb += field("Pss:");
        usage.processes += 1;
    }
    usage
}

/// Ticks of all CPUs together since boot.
#[derive(Debug, Clone, Copy)]
pub struct Machine {
    busy: u64,
    total: u64,
}

#[must_use]
pub fn machine() -> Machine {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line.split_whitespace().skip(1).take(8).filter_map(|word| word.parse().ok()).collect();
    let total = ticks.iter().sum();
    // Idle, waiting for a disk, in interrupts or stolen by another machine: no process here can help it.
    let apart: u64 = [3, 4, 5, 6, 7].iter().filter_map(|index| ticks.get(*index)).sum();
    Machine { busy: total - apart, total }
}

/// The CPU of everyone but us (`ours_us` between the two moments), in percent of the whole machine.
#[must_use]
pub fn others_percent(before: Machine, after: Machine, ours_us: u64) -> f64 {
    let busy_us = (after.busy.saturating_sub(before.busy)) * TICK_US;
    let total_us = (after.total.saturating_sub(before.total)).max(1) * TICK_US;
    busy_us.saturating_sub(ours_us) as f64 / total_us as f64 * 100.0
}

/// Processor, cores, memory, kernel.
#[must_use]
pub fn description() -> Value {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map(|rest| rest.trim_start_matches([':', ' ', '\t']).to_owned());
    let cores = cpus.lines().filter(|line| line.starts_with("processor")).count();
    let memory = read("/proc/meminfo");
    let memory_kb =
        memory.lines().next().and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0);
    let load: f64 = read("/proc/loadavg").split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0.0);
    json!({
        "cpu": model, "cores": cores, "memory_gb": (memory_kb as f64 / 1e6).round(),
        "kernel": read("/proc/sys/kernel/osrelease").trim(), "load_at_start": load,
    })
}

/// The soft limit on open files of this process.
#[must_use]
pub fn open_files_limit() -> u64 {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap_or_default();
    line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_process_and_its_child_are_seen() {
        let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let own = std::process::id();
        assert!(tree(own).contains(&child.id()));
        assert!(!tree(child.id()).contains(&own));
        let usage = usage(own);
        assert!(usage.processes >= 2 && usage.rss_kb > 500 && usage.pss_kb > 0);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn the_others_are_what_is_busy_and_not_ours() {
        let (before, after) = (Machine { busy: 100, total: 1_000 }, Machine { busy: 200, total: 1_200 });
        assert!((others_percent(before, after, 100 * TICK_US)).abs() < 1e-9);
        assert!((others_percent(before, after, 40 * TICK_US) - 30.0).abs() < 1e-9);
        assert!((others_percent(before, after, 900 * TICK_US)).abs() < 1e-9);
    }
}
