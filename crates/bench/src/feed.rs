//! A WebSocket of the server, read as cheaply as it goes: text frames are handed on as bytes in place, pings are answered.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpStream as StdStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::net::{TcpSocket, TcpStream};

use crate::pool::write_all;
use crate::wire::{self, Answer, Frame};

const OPEN_LIMIT: Duration = Duration::from_secs(20);

/// An open socket that has said hello.
#[derive(Debug)]
pub struct Feed {
    stream: TcpStream,
    writer: Arc<StdStream>,
    buffer: Vec<u8>,
}

impl Feed {
    /// `source` is the loopback address to come from; one address has ports for some 28,000 sockets.
    pub async fn open(address: SocketAddr, source: Ipv4Addr, path: &str, headers: &str, hello: &str) -> Result<Feed> {
        tokio::time::timeout(OPEN_LIMIT, Feed::connect(address, source, path, headers, hello))
            .await
            .context("connect in time")?
    }

    async fn connect(address: SocketAddr, source: Ipv4Addr, path: &str, headers: &str, hello: &str) -> Result<Feed> {
        let socket = TcpSocket::new_v4()?;
        if source != Ipv4Addr::LOCALHOST {
            socket.bind(SocketAddr::from((source, 0)))?;
        }
        let stream = socket.connect(address).await.context("connect")?;
        stream.set_nodelay(true)?;
        let stream = stream.into_std()?;
        let writer = Arc::new(stream.try_clone()?);
        let mut feed = Feed { stream: TcpStream::from_std(stream)?, writer, buffer: Vec::with_capacity(512) };
        let mut request = Vec::new();
        wire::upgrade(&mut request, path, headers);
        write_all(&feed.writer, &request)?;
        let length = loop {
            feed.fill().await?;
            match wire::answer(&feed.buffer) {
                Answer::Part => {}
                Answer::Whole { status: 101, length } => break length,
                other => bail!("the server does not open the socket: {other:?}"),
            }
        };
        feed.buffer.drain(..length);
        feed.write(wire::TEXT, hello.as_bytes())?;
        Ok(feed)
    }

    /// A handle for sending frames from any thread.
    #[must_use]
    pub fn writer(&self) -> Arc<StdStream> {
        self.writer.clone()
    }

    fn write(&self, opcode: u8, payload: &[u8]) -> Result<()> {
        let mut out = Vec::with_capacity(payload.len() + 8);
        wire::send_frame(&mut out, opcode, payload);
        write_all(&self.writer, &out)
    }

    /// Waits for bytes and takes what there is.
    async fn fill(&mut self) -> Result<()> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read_buf(&mut self.buffer) {
                Ok(0) => bail!("the server closed the connection"),
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Hands on every text frame until the socket ends; the error says how.
    pub async fn read(mut self, mut on_text: impl FnMut(&[u8])) -> Result<()> {
        loop {
            let mut done = 0;
            while let Some(Frame { opcode, start, end }) = wire::frame(&self.buffer[done..]) {
                let payload = &self.buffer[done + start..done + end];
                match opcode {
                    wire::TEXT => on_text(payload),
                    wire::PING => self.write(wire::PONG, payload)?,
                    wire::CLOSE => {
                        let code = payload.get(..2).map_or(1005, |code| u16::from_be_bytes([code[0], code[1]]));
                        bail!("closed with {code}");
                    }
                    _ => {}
                }
                done += end;
            }
            self.buffer.drain(..done);
            if self.buffer.capacity() - self.buffer.len() < 256 {
                self.buffer.reserve(self.buffer.capacity().max(1_024));
            }
            self.fill().await?;
        }
    }
}
