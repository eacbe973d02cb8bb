//! One open socket: frames out in order and within time, frames in within bounds, and the close codes of the contract.

use std::time::Duration;

use bytes::Bytes;
use desk::consumer::frame::Frame;
use desk::consumer::hub::Pulse;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::error::CapacityError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use crate::websocket::Socket;

/// Between two heartbeats.
pub const HEARTBEAT: Duration = Duration::from_secs(20);
/// How long a first hello may take.
pub const HELLO: Duration = Duration::from_secs(30);
/// How long one write may take before the reader counts as too slow.
const WRITE: Duration = Duration::from_secs(10);
/// Frames a client may send at once, and how many come back per second.
const BURST: f64 = 60.0;
const PER_SECOND: f64 = 20.0;

/// Why a socket is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goodbye {
    /// The other side went, or the connection broke: nobody to say it to.
    Gone,
    TooBig,
    Restart,
    Ended,
    BadFrame,
    Slow,
    /// Something of ours failed; the client comes back.
    Fault,
}

impl Goodbye {
    fn frame(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Gone => None,
            Self::TooBig => Some((1009, "frame over 64 KiB")),
            Self::Restart | Self::Fault => Some((1012, "come back")),
            Self::Ended => Some((4001, "sign in again")),
            Self::BadFrame => Some((4002, "not the protocol")),
            Self::Slow => Some((4008, "resume")),
        }
    }

    /// What the hub's close code means.
    pub fn of_code(code: u16) -> Self {
        if code == 4001 { Self::Ended } else { Self::Slow }
    }
}

/// A socket with its bounds.
pub struct Line {
    socket: Socket,
    pulse: Pulse,
    budget: f64,
    refilled: Instant,
}

impl Line {
    pub fn new(socket: Socket) -> Self {
        Self { socket, pulse: Pulse::default(), budget: BURST, refilled: Instant::now() }
    }

    /// Puts a frame into the socket's buffer; [`Line::flush`] sends it.
    pub async fn feed(&mut self, text: Bytes) -> Result<(), Goodbye> {
        let text = Utf8Bytes::try_from(text).map_err(|_| Goodbye::Fault)?;
        write(self.socket.feed(Message::Text(text))).await
    }

    pub async fn flush(&mut self) -> Result<(), Goodbye> {
        write(self.socket.flush()).await
    }

    /// Sends one frame now.
    pub async fn send(&mut self, frame: Frame) -> Result<(), Goodbye> {
        self.feed(frame.text).await?;
        self.flush().await
    }

    pub async fn send_text(&mut self, text: impl Into<String>) -> Result<(), Goodbye> {
        self.send(Frame::new(text)).await
    }

    /// When the client was last heard.
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Asks the client's end for a sign of life, which browsers give by themselves. A line that gave none for three times as
    /// long as this is asked is broken, whatever the network says.
    pub async fn probe(&mut self) -> Result<(), Goodbye> {
        if self.pulse.silent_for() > HEARTBEAT * 3 {
            return Err(Goodbye::Gone);
        }
        write(self.socket.feed(Message::Ping(Bytes::new()))).await
    }

    /// The next text frame of the client. Safe to drop while waiting.
    pub async fn next(&mut self) -> Result<Utf8Bytes, Goodbye> {
        loop {
            let frame = self.socket.next().await;
            if matches!(frame, Some(Ok(_))) {
                self.pulse.beat();
            }
            match frame {
                Some(Ok(Message::Text(text))) => {
                    self.spend()?;
                    return Ok(text);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => self.spend()?,
                Some(Ok(Message::Binary(_))) => return Err(Goodbye::BadFrame),
                Some(Ok(Message::Close(_) | Message::Frame(_))) | None => return Err(Goodbye::Gone),
                Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))) => return Err(Goodbye::TooBig),
                Some(Err(Error::Utf8(_) | Error::Protocol(_))) => return Err(Goodbye::BadFrame),
                Some(Err(_)) => return Err(Goodbye::Gone),
            }
        }
    }

    /// Counts a frame of the client; a flood is no protocol.
    fn spend(&mut self) -> Result<(), Goodbye> {
        let now = Instant::now();
        let back = now.duration_since(self.refilled).as_secs_f64() * PER_SECOND;
        self.refilled = now;
        self.budget = (self.budget + back).min(BURST) - 1.0;
        if self.budget < 0.0 { Err(Goodbye::BadFrame) } else { Ok(()) }
    }

    /// Says why and closes.
    pub async fn close(mut self, goodbye: Goodbye) {
        if goodbye == Goodbye::Slow {
            metrics::counter!("app_ws_slow_consumer_closed_total").increment(1);
        }
        let Some((code, reason)) = goodbye.frame() else { return };
        let frame = CloseFrame { code: CloseCode::from(code), reason: Utf8Bytes::from_static(reason) };
        let _the_other_side_may_be_gone = timeout(WRITE, self.socket.close(Some(frame))).await;
        // reads what is still coming, so that the close frame is not lost to a reset
        let drained = async { while let Some(Ok(_)) = self.socket.next().await {} };
        let _bounded = timeout(Duration::from_secs(2), drained).await;
    }
}

async fn write(sending: impl Future<Output = Result<(), Error>>) -> Result<(), Goodbye> {
    match timeout(WRITE, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Error::WriteBufferFull(_))) | Err(_) => Err(Goodbye::Slow),
        Ok(Err(_)) => Err(Goodbye::Gone),
    }
}
