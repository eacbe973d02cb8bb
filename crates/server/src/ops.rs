//! What operators and load balancers ask: is it alive, is it ready, what are the numbers. Names of metrics that belong to
//! a feature stay with the feature.

mod check;
mod gauge;

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

pub use check::{Checks, Health};
pub(crate) use gauge::RequestMetrics;

use crate::drain::Drain;

/// Upper bounds of the request histogram, in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 5.0];
/// Histograms gather samples until they are folded into buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// Installs the recorder of metrics; the same one however often it is called. Call it before anything counts.
pub fn recorder() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .context("set the histogram's buckets")?
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_ok() {
        let _first = HANDLE.set(handle.clone());
        gauge::describe();
    }
    Ok(HANDLE.get().cloned().unwrap_or(handle))
}

/// Keeps histograms small until the process ends.
pub(crate) async fn upkeep(handle: PrometheusHandle) {
    let mut tick = tokio::time::interval(UPKEEP);
    loop {
        tick.tick().await;
        handle.run_upkeep();
    }
}

#[derive(Clone, Debug)]
struct Ops {
    drain: Drain,
    checks: Checks,
    metrics: Option<PrometheusHandle>,
}

/// `/livez` and `/readyz`, for every listener.
pub fn probes(drain: &Drain, checks: &Checks) -> Router {
    let state = Ops { drain: drain.clone(), checks: checks.clone(), metrics: None };
    Router::new().route("/livez", get(live)).route("/readyz", get(ready)).with_state(state)
}

/// The admin listener: the probes, `/healthz` with reasons, and `/metrics`.
pub fn admin(drain: &Drain, checks: &Checks, metrics: PrometheusHandle) -> Router {
    let state = Ops { drain: drain.clone(), checks: checks.clone(), metrics: Some(metrics) };
    let own = Router::new().route("/healthz", get(verbose)).route("/metrics", get(numbers)).with_state(state);
    probes(drain, checks).merge(own)
}

/// The process runs. Asks nothing else, so that a slow database does not get it killed.
async fn live() -> Response {
    axum::Json(serde_json::json!({ "status": "ok" })).into_response()
}

async fn ready(State(ops): State<Ops>) -> Response {
    readiness(&ops, false).await
}

async fn verbose(State(ops): State<Ops>) -> Response {
    readiness(&ops, true).await
}

async fn readiness(ops: &Ops, with_reasons: bool) -> Response {
    let report = ops.checks.report().await;
    let (status, word) =
        if ops.drain.is_draining() { (StatusCode::SERVICE_UNAVAILABLE, "draining") } else { report.verdict() };
    let body = serde_json::json!({ "status": word, "checks": report.document(with_reasons) });
    (status, axum::Json(body)).into_response()
}

async fn numbers(State(ops): State<Ops>) -> Response {
    let Some(handle) = &ops.metrics else { return StatusCode::NOT_FOUND.into_response() };
    gauge::observe_process();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}

#[cfg(test)]
mod tests {
    use http::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    async fn get(router: &Router, path: &str) -> (u16, String) {
        let request = Request::builder().uri(path).body(axum::body::Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn readiness_follows_the_checks_and_the_drain_while_liveness_does_not() {
        let (drain, checks) = (Drain::new(), Checks::new());
        let router = admin(&drain, &checks, recorder().unwrap());
        assert_eq!(get(&router, "/readyz").await, (200, "{\"checks\":{},\"status\":\"ok\"}".to_owned()));
        checks.add("bus", || async { Health::Degraded("no answer from 10.0.0.5".to_owned()) });
        tokio::time::advance(Duration::from_secs(2)).await;
        let (status, text) = get(&router, "/readyz").await;
        assert_eq!(
            (status, text.as_str()),
            (200, "{\"checks\":{\"bus\":{\"status\":\"degraded\"}},\"status\":\"degraded\"}")
        );
        assert!(get(&router, "/healthz").await.1.contains("no answer from 10.0.0.5"));
        checks.add("database", || async { Health::Failing("disk full".to_owned()) });
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(get(&router, "/readyz").await.0, 503);
        assert_eq!(get(&router, "/livez").await, (200, "{\"status\":\"ok\"}".to_owned()));
        drain.begin();
        assert!(get(&router, "/readyz").await.1.contains("draining"));
        assert_eq!(get(&router, "/livez").await.0, 200);
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_hangs_counts_as_failing_and_is_not_asked_more_than_once_a_second() {
        let checks = Checks::new();
        let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
        let counter = asked.clone();
        checks.add("database", move || {
            counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            std::future::pending()
        });
        let router = probes(&Drain::new(), &checks);
        assert_eq!(get(&router, "/readyz").await.0, 503);
        assert_eq!(get(&router, "/readyz").await.0, 503);
        assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(get(&router, "/readyz").await.0, 503);
        assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn the_numbers_are_on_the_admin_listener_alone() {
        let (drain, checks) = (Drain::new(), Checks::new());
        let handle = recorder().unwrap();
        let numbers = RequestMetrics::new();
        for _ in 0..3 {
            numbers.observe("/api/v1/things/{id}", 0, 200, Duration::from_millis(7));
        }
        let (status, text) = get(&admin(&drain, &checks, handle), "/metrics").await;
        assert_eq!(status, 200);
        let line = "app_http_requests_total{route=\"/api/v1/things/{id}\",method=\"GET\",status=\"200\"} 3";
        assert!(text.contains(line), "{text}");
        assert!(
            text.contains("app_http_request_duration_seconds_bucket{route=\"/api/v1/things/{id}\",le=\"0.01\"} 3"),
            "{text}"
        );
        for name in
            ["app_build_info{version=", "process_resident_memory_bytes ", "process_open_fds ", "app_panics_total "]
        {
            assert!(text.contains(name), "{name} is missing in {text}");
        }
        assert_eq!(get(&probes(&drain, &checks), "/metrics").await.0, 404);
    }
}
