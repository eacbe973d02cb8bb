//! A TCP proxy in this process that breaks connections on demand: at once, or in the middle of what the server was sending.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result};
use rand::RngExt as _;
use rand::rngs::SmallRng;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// How a connection is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Both sides are closed at once.
    Now,
    /// Half of the next bytes from the server pass, then both sides are closed.
    MidFrame,
}

/// Listens on a free port of 127.0.0.1 and passes connections on to the target.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    connections: Connections,
    acceptor: AbortHandle,
}

type Connections = Arc<Mutex<BTreeMap<u64, oneshot::Sender<Cut>>>>;

impl Proxy {
    pub async fn start(target_port: u16) -> Result<Proxy> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("bind the proxy")?;
        let address = listener.local_addr()?;
        let connections = Connections::default();
        let acceptor = tokio::spawn(accept(listener, target_port, connections.clone())).abort_handle();
        Ok(Proxy { address, connections, acceptor })
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Connections that pass through at this moment.
    #[must_use]
    pub fn open(&self) -> usize {
        lock(&self.connections).len()
    }

    /// Breaks one open connection chosen by `rng`. False when there is none.
    pub fn cut_one(&self, rng: &mut SmallRng, how: Cut) -> bool {
        let mut connections = lock(&self.connections);
        let count = connections.len();
        if count == 0 {
            return false;
        }
        let chosen = connections.keys().copied().nth(rng.random_range(0..count));
        let Some(cut) = chosen.and_then(|id| connections.remove(&id)) else { return false };
        cut.send(how).is_ok()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.acceptor.abort();
        lock(&self.connections).clear();
    }
}

fn lock(connections: &Connections) -> MutexGuard<'_, BTreeMap<u64, oneshot::Sender<Cut>>> {
    connections.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, target_port: u16, connections: Connections) {
    let mut next = 0;
    while let Ok((client, _)) = listener.accept().await {
        next += 1;
        let (id, (cut, cuts)) = (next, oneshot::channel());
        lock(&connections).insert(id, cut);
        let connections = connections.clone();
        tokio::spawn(async move {
            // A connection that fails is a connection that ends: there is nobody to tell.
            let _ = pass(client, target_port, cuts).await;
            lock(&connections).remove(&id);
        });
    }
}

async fn pass(mut client: TcpStream, target_port: u16, mut cuts: oneshot::Receiver<Cut>) -> Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", target_port)).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut up, mut down) = (vec![0; 8_192], vec![0; 8_192]);
    let mut cut_is_due = false;
    loop {
        tokio::select! {
            read = client.read(&mut up) => match read? {
                0 => return Ok(()),
                length => server.write_all(&up[..length]).await?,
            },
            read = server.read(&mut down) => match read? {
                0 => return Ok(()),
                length if cut_is_due => return Ok(client.write_all(&down[..length / 2]).await?),
                length => client.write_all(&down[..length]).await?,
            },
            cut = &mut cuts, if !cut_is_due => match cut {
                Ok(Cut::MidFrame) => cut_is_due = true,
                Ok(Cut::Now) | Err(_) => return Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    /// A server that answers every byte with ten.
    async fn echo() -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    while let Ok(byte) = stream.read_u8().await {
                        stream.write_all(&[byte; 10]).await.unwrap();
                    }
                });
            }
        });
        port
    }

    #[tokio::test]
    async fn bytes_pass_until_the_cut_and_half_an_answer_comes_with_a_cut_in_the_middle() {
        let proxy = Proxy::start(echo().await).await.unwrap();
        let mut rng = SmallRng::seed_from_u64(1);
        assert!(!proxy.cut_one(&mut rng, Cut::Now), "nothing to cut yet");
        for (how, expected) in [(Cut::Now, 0), (Cut::MidFrame, 5)] {
            let mut client = TcpStream::connect(proxy.address).await.unwrap();
            client.write_all(b"a").await.unwrap();
            let mut answer = [0; 10];
            client.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"aaaaaaaaaa");
            assert!(proxy.cut_one(&mut rng, how));
            tokio::task::yield_now().await;
            let _ = client.write_all(b"b").await;
            let mut rest = Vec::new();
            let _ = client.read_to_end(&mut rest).await;
            assert_eq!(rest.len(), expected, "{how:?}");
        }
    }
}
