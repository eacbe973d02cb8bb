//! The way in: accepting connections, HTTP/1.1 on each with every timeout and size bounded, and the edge through which
//! every request passes. What a route does is not known here.

mod body;
mod connection;
mod edge;
mod guarded;
mod phase;

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub use body::BodyRefusal;
pub use edge::Edge;
pub(crate) use guarded::Guarded;

use crate::drain::Drain;

/// Most connections held by default, when the limit on open files allows.
const MAX_CONNECTIONS: usize = 20_000;
/// Files kept free for the database, the bus, outgoing connections and accepting itself.
const RESERVED_FILES: u64 = 256;
/// Pause after the system refused to accept, for example because too many files are open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
const COMPLAIN_EVERY: Duration = Duration::from_secs(60);

/// How long and how much a connection may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a request's head (on a new connection: from its start) to the head's end.
    pub head: Duration,
    /// Between requests.
    pub idle: Duration,
    /// For a whole body to arrive.
    pub body: Duration,
    /// In which an answer must get on by at least 4 KiB.
    pub write: Duration,
    /// For a client whose body was refused to read the answer before the connection is cut.
    pub linger: Duration,
    /// Bytes of a request's head; more is answered with 431.
    pub head_bytes: usize,
    /// Bytes of a request's body; more is answered with 413.
    pub body_bytes: u64,
    /// Which requests may carry more, as the routes say.
    pub is_large: fn(&Method, &str) -> bool,
    /// Bytes of the body of such a request.
    pub large_bytes: u64,
    /// For the whole body of such a request to arrive.
    pub large_body: Duration,
    /// Connections at once, WebSockets among them; further ones wait to be accepted.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            body: Duration::from_secs(15),
            write: Duration::from_secs(15),
            linger: Duration::from_secs(1),
            head_bytes: 16 * 1024,
            body_bytes: 64 * 1024,
            is_large: |_, _| false,
            large_bytes: 1024 * 1024,
            large_body: Duration::from_secs(60),
            connections: MAX_CONNECTIONS,
        }
    }
}

impl Limits {
    /// How many bytes a request's body may have, and how long it may take to arrive.
    fn body_of(&self, method: &Method, path: &str) -> (u64, Duration) {
        if (self.is_large)(method, path) { (self.large_bytes, self.large_body) } else { (self.body_bytes, self.body) }
    }
}

/// Raises the soft limit on open files to the hard one and says how many connections fit under it.
pub fn room_for_connections() -> usize {
    let now = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: now.maximum, maximum: now.maximum };
    let files = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => now.maximum,
        Err(_) => now.current,
    };
    let room = files.unwrap_or(u64::MAX).saturating_sub(RESERVED_FILES).max(64);
    usize::try_from(room).unwrap_or(usize::MAX).min(MAX_CONNECTIONS)
}

/// Accepts until stopping begins. Each connection runs as a task that a stop waits for.
pub async fn serve(listener: TcpListener, edge: Arc<Edge>, limits: Limits, drain: Drain) {
    let seats = Arc::new(Semaphore::new(limits.connections));
    let token = drain.token();
    let mut complained: Option<Instant> = None;
    loop {
        let next = async {
            let seat = seats.clone().acquire_owned().await.map_err(io::Error::other)?;
            listener.accept().await.map(|(stream, peer)| (stream, peer, seat))
        };
        let accepted = tokio::select! {
            () = token.cancelled() => return,
            accepted = next => accepted,
        };
        match accepted {
            Ok((stream, peer, seat)) => {
                let _only_a_delay_if_refused = TcpStream::set_nodelay(&stream, true);
                let connection = connection::serve(stream, Some(seat), peer.ip(), edge.clone(), limits, token.clone());
                drain.track_connection(connection);
            }
            Err(fault) if is_about_one_connection(&fault) => {}
            Err(fault) => {
                if complained.is_none_or(|at| at.elapsed() > COMPLAIN_EVERY) {
                    complained = Some(Instant::now());
                    tracing::warn!(%fault, "cannot accept connections, trying again");
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn is_about_one_connection(fault: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(fault.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
