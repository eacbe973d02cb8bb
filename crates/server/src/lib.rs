//! The process around the product: settings, listeners, the edge every request passes, operations and stopping. The
//! product's own routes are handed in as a router; how a conversation works is not known here.

pub mod accept;
pub mod api;
pub mod asset;
pub mod cli;
pub mod config;
pub mod demo;
pub mod drain;
pub mod file;
pub mod header;
pub mod limit;
pub mod log;
pub mod ops;
pub mod post;
pub mod problem;
pub mod request_id;
mod socket;
pub mod start;
pub mod websocket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use base::Rng;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use accept::{Edge, Limits};
use config::{Config, PublicUrl};
use drain::{Drain, StopSignals};
use limit::Limiter;
use ops::Checks;

/// What the product's routes get from the process they run in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Process {
    pub config: Arc<Config>,
    /// The address people use: the one that was set, or the one that is listened on.
    pub public_url: Arc<PublicUrl>,
    pub drain: Drain,
    pub limiter: Limiter,
    pub checks: Checks,
}

/// A server that accepts requests.
#[derive(Debug)]
pub struct Server {
    pub process: Process,
    pub address: SocketAddr,
    pub admin_address: Option<SocketAddr>,
    accepting: JoinHandle<()>,
    started: std::time::Instant,
}

/// The whole router: the product's routes, the probes, and the embedded pages for everything else.
pub fn app(process: &Process, product: Router) -> Router {
    product.merge(ops::probes(&process.drain, &process.checks)).fallback(asset::fallback).layer(request_id::NoteRoute)
}

/// Serves until a signal, then stops in order: not ready, nobody new, sockets closed over five seconds, requests finished,
/// all within the configured time. A second signal ends the process at once. `product` makes the routes; it is given the
/// process after the listeners are bound and before anything is accepted, so a failure in it is a failure to start.
pub async fn run(config: Config, product: impl AsyncFnOnce(&Process) -> anyhow::Result<Router>) -> anyhow::Result<()> {
    let mut signals = StopSignals::listen().context("listen for signals")?;
    let limit = config.shutdown_timeout;
    let server = Server::start(config, product).await?;
    let signal = signals.next().await;
    tracing::info!(signal, "stopping");
    tokio::select! {
        () = server.stop(limit) => Ok(()),
        signal = signals.next() => {
            tracing::warn!(signal, "stopped at once by a second signal");
            std::process::exit(130);
        }
    }
}

impl Server {
    /// Binds, makes the routes and accepts. Does not listen for signals.
    pub async fn start(
        config: Config,
        product: impl AsyncFnOnce(&Process) -> anyhow::Result<Router>,
    ) -> anyhow::Result<Self> {
        let metrics = ops::recorder()?;
        log::count_panics();
        let room = accept::room_for_connections();
        let connections = config.max_connections.unwrap_or(room);
        let limits = Limits { connections, is_large: api::takes_pieces, ..Limits::default() };
        let listener = bind(config.listen, "listen").await?;
        let address = listener.local_addr().context("read the listener's address")?;
        let admin = match config.admin_listen {
            Some(wanted) => Some(bind(wanted, "admin-listen").await?),
            None => None,
        };
        let admin_address =
            admin.as_ref().map(TcpListener::local_addr).transpose().context("read the admin address")?;
        let process = Process::new(config, address);
        let router = app(&process, product(&process).await?);
        let url = (*process.public_url).clone();
        let edge = Edge::public(router, url.clone(), process.config.trusted_proxies.clone(), limits);
        let accepting = tokio::spawn(accept::serve(listener, Arc::new(edge), limits, process.drain.clone()));
        if let Some(admin) = admin {
            let router = ops::admin(&process.drain, &process.checks, metrics.clone()).layer(request_id::NoteRoute);
            let edge = Edge::admin(router, url, limits);
            // A drain of its own that never begins: numbers and readiness are answered until the very end.
            tokio::spawn(accept::serve(admin, Arc::new(edge), limits, Drain::new()));
        }
        tokio::spawn(ops::upkeep(metrics));
        let server = Self { process, address, admin_address, accepting, started: std::time::Instant::now() };
        server.announce(limits);
        Ok(server)
    }

    fn announce(&self, limits: Limits) {
        let config = &self.process.config;
        for remark in &config.warnings {
            tracing::warn!("{remark}");
        }
        if !config.rate_limits {
            tracing::warn!("rate limits are off: anyone may guess passwords and flood conversations");
        }
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            listen = %self.address,
            admin_listen = self.admin_address.map(tracing::field::display),
            public_url = %self.process.public_url,
            max_connections = limits.connections,
            "serving"
        );
    }

    /// Stops in order within `limit`; says in the log whether something had to be cut off.
    pub async fn stop(self, limit: Duration) {
        self.process.drain.begin();
        let _only_a_panic_ends_it_otherwise = self.accepting.await;
        let in_time = self.process.drain.finish(limit).await;
        let served_seconds = self.started.elapsed().as_secs();
        if in_time {
            tracing::info!(served_seconds, "stopped");
        } else {
            tracing::warn!(served_seconds, "stopped; connections that did not end in time were cut off");
        }
    }
}

impl Process {
    fn new(config: Config, address: SocketAddr) -> Self {
        let public_url = config.public_url.clone().unwrap_or_else(|| PublicUrl::of_address(address));
        let limiter = if config.rate_limits { Limiter::new(Rng::default()) } else { Limiter::off() };
        Self {
            config: Arc::new(config),
            public_url: Arc::new(public_url),
            drain: Drain::new(),
            limiter,
            checks: Checks::new(),
        }
    }
}

async fn bind(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} ({setting})"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    async fn get(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_server_serves_the_product_and_its_numbers_on_two_listeners_and_stops() {
        let flags = [("listen", "127.0.0.1:0"), ("admin-listen", "127.0.0.1:0")];
        let flags: BTreeMap<_, _> = flags.iter().map(|(k, v)| ((*k).to_owned(), vec![(*v).to_owned()])).collect();
        let sources = config::Sources::gather(flags, std::iter::empty(), None).unwrap();
        let product = async |process: &Process| {
            let url = process.public_url.to_string();
            Ok(Router::new().route("/api/{thing}", axum::routing::get(async move || url)))
        };
        let server = Server::start(Config::load(&sources).unwrap(), product).await.unwrap();
        let (public, admin) = (server.address, server.admin_address.unwrap());
        assert!(get(public, "/api/x").await.ends_with(&format!("http://{public}")));
        assert!(get(public, "/metrics").await.starts_with("HTTP/1.1 404"));
        assert!(get(admin, "/metrics").await.contains("app_http_requests_total{route=\"/api/{thing}\",method=\"GET\""));
        let drain = server.process.drain.clone();
        server.stop(Duration::from_secs(20)).await;
        assert!(drain.is_draining());
        assert!(TcpStream::connect(public).await.is_err(), "still accepting");
        assert!(get(admin, "/readyz").await.contains("draining"));
    }

    #[tokio::test]
    async fn a_product_that_cannot_start_stops_the_start() {
        let flags = [("listen", "127.0.0.1:0"), ("admin-listen", "off")];
        let flags: BTreeMap<_, _> = flags.iter().map(|(k, v)| ((*k).to_owned(), vec![(*v).to_owned()])).collect();
        let sources = config::Sources::gather(flags, std::iter::empty(), None).unwrap();
        let failing = async |_: &Process| anyhow::bail!("the database is too old");
        let fault = Server::start(Config::load(&sources).unwrap(), failing).await.unwrap_err();
        assert_eq!(fault.to_string(), "the database is too old");
    }
}
