//! The numbers of the process and of its requests. A request costs two look-ups and no allocation.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use metrics::{Counter, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use parking_lot::RwLock;

use crate::log::METHODS;

/// Patterns of routes are few; should one ever be made from data, further ones are counted as `other`.
const MAX_ROUTES: usize = 500;

/// Counters per route, method and status, kept ready.
#[derive(Debug, Default)]
pub(crate) struct RequestMetrics {
    routes: RwLock<HashMap<Box<str>, Arc<RouteMetrics>>>,
}

struct RouteMetrics {
    route: Box<str>,
    duration: Histogram,
    counters: RwLock<HashMap<(usize, u16), Counter>>,
}

impl std::fmt::Debug for RouteMetrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.route)
    }
}

impl RequestMetrics {
    /// The recorder must be installed before.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Counts one answer. `route` is the pattern; `method` an index into the list of methods.
    pub(crate) fn observe(&self, route: &str, method: usize, status: u16, latency: Duration) {
        let known = self.routes.read().get(route).cloned();
        let metrics = known.unwrap_or_else(|| self.add(route));
        metrics.duration.record(latency.as_secs_f64());
        let counter = metrics.counters.read().get(&(method, status)).cloned();
        counter.unwrap_or_else(|| metrics.add(method, status)).increment(1);
    }

    fn add(&self, route: &str) -> Arc<RouteMetrics> {
        let mut routes = self.routes.write();
        let route = if routes.len() < MAX_ROUTES { route } else { "other" };
        let make = || {
            Arc::new(RouteMetrics {
                route: route.into(),
                duration: histogram!("app_http_request_duration_seconds", "route" => route.to_owned()),
                counters: RwLock::default(),
            })
        };
        routes.entry(route.into()).or_insert_with(make).clone()
    }
}

impl RouteMetrics {
    fn add(&self, method: usize, status: u16) -> Counter {
        let labels = [
            ("route", self.route.to_string()),
            ("method", METHODS[method.min(METHODS.len() - 1)].to_owned()),
            ("status", status.to_string()),
        ];
        let counter = counter!("app_http_requests_total", &labels);
        self.counters.write().entry((method, status)).or_insert(counter).clone()
    }
}

pub(super) fn describe() {
    describe_counter!("app_http_requests_total", "Requests answered.");
    describe_histogram!("app_http_request_duration_seconds", "Time from a request's head to its answer's head.");
    describe_gauge!("app_ws_connections", "Open WebSockets.");
    describe_counter!("app_panics_total", "Panics anywhere in the process.");
    describe_counter!("app_rate_limited_total", "Requests refused because there were too many.");
    describe_gauge!("app_connections", "Open connections that speak HTTP.");
    describe_gauge!("app_build_info", "Always 1; the version is in the label.");
    counter!("app_panics_total").absolute(0);
    gauge!("app_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Reads memory and open files of this process.
pub(super) fn observe_process() {
    if let Some(bytes) = resident_memory() {
        gauge!("process_resident_memory_bytes").set(bytes);
    }
    if let Ok(entries) = std::fs::read_dir("/proc/self/fd") {
        let count = u32::try_from(entries.count()).unwrap_or(u32::MAX);
        gauge!("process_open_fds").set(f64::from(count));
    }
}

fn resident_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u32 = line.split_whitespace().next()?.parse().ok()?;
    Some(f64::from(kilobytes) * 1024.0)
}
