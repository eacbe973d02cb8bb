//! Keep-alive HTTP connections shared by one sender thread and the reading tasks. A request is written to the connection that
//! was used last (warm caches, few sockets in use); when all are busy it waits here, and its latency grows, as it should.

use std::collections::VecDeque;
use std::io::{ErrorKind, Write as _};
use std::net::{SocketAddr, TcpStream as StdStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

use crate::wire::{Answer, answer};

const RECONNECT: Duration = Duration::from_millis(10);

/// Told the key of a request and the status of its answer; 0 when there was none.
pub type OnAnswer = Arc<dyn Fn(u64, u16) + Send + Sync>;

#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
    readers: Arc<Vec<AbortHandle>>,
}

struct Shared {
    address: SocketAddr,
    state: Mutex<State>,
    on_answer: OnAnswer,
}

#[derive(Default)]
struct State {
    free: Vec<usize>,
    lines: Vec<Line>,
    waiting: VecDeque<(u64, Vec<u8>)>,
}

#[derive(Default)]
struct Line {
    stream: Option<Arc<StdStream>>,
    current: Option<u64>,
}

impl Pool {
    /// Opens `size` connections; must run inside the runtime that is to read them.
    pub async fn open(address: SocketAddr, size: usize, on_answer: OnAnswer) -> Result<Pool> {
        let lines = std::iter::repeat_with(Line::default).take(size).collect();
        let state = Mutex::new(State { lines, ..State::default() });
        let shared = Arc::new(Shared { address, state, on_answer });
        let mut readers = Vec::with_capacity(size);
        for index in 0..size {
            let stream = shared.connect(index).await.context("open the connections")?;
            readers.push(tokio::spawn(shared.clone().keep(index, stream)).abort_handle());
        }
        Ok(Pool { shared, readers: Arc::new(readers) })
    }

    /// Writes a whole request. Called from one thread, which may block.
    pub fn send(&self, key: u64, request: &[u8]) {
        let chosen = {
            let mut state = self.shared.lock();
            match state.free.pop() {
                Some(index) => {
                    state.lines[index].current = Some(key);
                    state.lines[index].stream.clone()
                }
                None => {
                    state.waiting.push_back((key, request.to_vec()));
                    None
                }
            }
        };
        if let Some(stream) = chosen {
            // A connection the server closed is found by its reader, which reports the request as failed.
            let _ = write_all(&stream, request);
        }
    }
}

impl Pool {
    /// Forgets what still waits for a connection and lets the answers under way come, for at most `limit`: a new step must
    /// not pay for the overload of the one before.
    pub async fn settle(&self, limit: Duration) {
        let start = Instant::now();
        self.shared.lock().waiting.clear();
        while start.elapsed() < limit {
            {
                let state = self.shared.lock();
                if state.free.len() == state.lines.len() {
                    return;
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if Arc::strong_count(&self.readers) == 1 {
            self.readers.iter().for_each(AbortHandle::abort);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A fresh connection, free for the next request.
    async fn connect(&self, index: usize) -> Result<TcpStream> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let stream = stream.into_std()?;
        let writer = Arc::new(stream.try_clone()?);
        let reader = TcpStream::from_std(stream)?;
        self.lock().lines[index].stream = Some(writer);
        self.next(index);
        Ok(reader)
    }

    /// Gives a connection that has nothing to do the request that waits longest, or sets it free.
    fn next(&self, index: usize) {
        let (stream, request) = {
            let mut state = self.lock();
            let Some((key, request)) = state.waiting.pop_front() else {
                state.lines[index].current = None;
                state.free.push(index);
                return;
            };
            state.lines[index].current = Some(key);
            (state.lines[index].stream.clone(), request)
        };
        if let Some(stream) = stream {
            let _ = write_all(&stream, &request);
        }
    }

    /// Reads answers, and connects again whenever the server closes.
    async fn keep(self: Arc<Shared>, index: usize, mut stream: TcpStream) {
        loop {
            self.read(index, &stream).await;
            let failed = {
                let mut state = self.lock();
                state.free.retain(|free| *free != index);
                state.lines[index].stream = None;
                state.lines[index].current.take()
            };
            if let Some(key) = failed {
                (self.on_answer)(key, 0);
            }
            stream = loop {
                match self.connect(index).await {
                    Ok(stream) => break stream,
                    Err(_) => tokio::time::sleep(RECONNECT).await,
                }
            };
        }
    }

    async fn read(&self, index: usize, stream: &TcpStream) {
        let mut buffer = vec![0; 4_096];
        let mut filled = 0;
        loop {
            if stream.readable().await.is_err() {
                return;
            }
            if filled == buffer.len() {
                buffer.resize(buffer.len() * 2, 0);
            }
            match stream.try_read(&mut buffer[filled..]) {
                Ok(0) => return,
                Ok(length) => filled += length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                Err(_) => return,
            }
            match answer(&buffer[..filled]) {
                Answer::Part => {}
                Answer::Bad => return,
                Answer::Whole { status, length } => {
                    buffer.copy_within(length..filled, 0);
                    filled -= length;
                    let key = self.lock().lines[index].current.take();
                    if let Some(key) = key {
                        (self.on_answer)(key, status);
                    }
                    self.next(index);
                }
            }
        }
    }
}

/// Writes everything to a non-blocking stream. The buffers of a loopback connection are far larger than what is sent, so
/// that waiting is the exception.
pub fn write_all(mut stream: &StdStream, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(length) => bytes = &bytes[length..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(Duration::from_micros(50)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    use super::*;

    /// Answers every four bytes with a 200; closes after the third answer of a connection.
    async fn server(accepted: Arc<AtomicUsize>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut request = [0; 4];
                    for _ in 0..3 {
                        if stream.read_exact(&mut request).await.is_err() {
                            return;
                        }
                        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
                    }
                });
            }
        });
        address
    }

    #[tokio::test]
    async fn every_request_is_answered_or_failed_though_the_server_closes_and_all_are_busy() {
        let accepted = Arc::new(AtomicUsize::new(0));
        let address = server(accepted.clone()).await;
        let (sender, mut answers) = mpsc::unbounded_channel();
        let pool =
            Pool::open(address, 2, Arc::new(move |key, status| sender.send((key, status)).unwrap())).await.unwrap();
        for key in 0..20 {
            pool.send(key, b"ping");
        }
        assert!(pool.shared.lock().waiting.len() >= 18);
        let mut seen = Vec::new();
        while seen.len() < 20 {
            seen.push(answers.recv().await.unwrap());
        }
        seen.sort_unstable();
        assert_eq!(seen.iter().map(|(key, _)| *key).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
        assert!(seen.iter().filter(|(_, status)| *status == 200).count() >= 14);
        assert!(accepted.load(Ordering::SeqCst) > 2);
    }
}
