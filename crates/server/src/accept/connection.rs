//! One connection from its first byte to its last: HTTP/1.1, closed when its phase lasts too long or when the process
//! stops.

use std::convert::Infallible;
use std::future::{Future as _, poll_fn};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Request;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::guarded::Guarded;
use super::phase::Phase;
use super::{Edge, Limits};

/// Serves until the peer, a limit or the end of the process ends it. `seat` is given back when the connection closes,
/// also when a WebSocket took it over.
pub(super) async fn serve<S>(
    stream: S,
    seat: Option<OwnedSemaphorePermit>,
    peer: IpAddr,
    edge: Arc<Edge>,
    limits: Limits,
    stop: CancellationToken,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let phase = Arc::new(Phase::new(limits));
    let io = TokioIo::new(Guarded::new(stream, seat, phase.clone(), limits));
    let service = service_fn({
        let phase = phase.clone();
        move |request: Request<Incoming>| {
            phase.begin_request();
            let has_body = !request.body().is_end_stream();
            let (edge, phase) = (edge.clone(), phase.clone());
            async move {
                let response = edge.handle(request, peer).await;
                let status = response.status();
                phase.end_request(has_body && (status.is_client_error() || status.is_server_error()));
                Ok::<_, Infallible>(response)
            }
        }
    });
    let connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.head_bytes.max(8 * 1024))
        .serve_connection(io, service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut stopping = pin!(stop.cancelled());
    let mut asked_to_stop = false;
    let mut timer = pin!(sleep_until(Instant::now() + limits.head));
    poll_fn(|cx| {
        if !asked_to_stop && stopping.as_mut().poll(cx).is_ready() {
            asked_to_stop = true;
            connection.as_mut().graceful_shutdown();
        }
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        expired(&phase, timer.as_mut(), cx)
    })
    .await;
}

/// Ready when the phase has lasted too long. The timer is moved only when it must ring earlier, or has rung.
fn expired(phase: &Phase, mut timer: std::pin::Pin<&mut Sleep>, cx: &mut Context<'_>) -> Poll<()> {
    loop {
        let Some(deadline) = phase.deadline() else { return Poll::Pending };
        if deadline <= Instant::now() {
            return Poll::Ready(());
        }
        if deadline < timer.deadline() || timer.is_elapsed() {
            timer.as_mut().reset(deadline);
        }
        if timer.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
    }
}
