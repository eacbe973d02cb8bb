//! A running desk: the server on a free port, the domain behind it for a look at what is stored, and the way to its people.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use desk::actor::Role;
use desk::agent;
use desk::inbox::Inbox;
use parking_lot::Mutex;
use rig::process::Scratch;
use serde_json::Value;
use server::Server;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::place::account;
use super::witness::Witness;
use super::{Agent, Ask, Customer, PATIENCE};

/// Cheap to clone.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    server: Mutex<Option<Server>>,
    address: SocketAddr,
    admin_address: SocketAddr,
    core: desk::Desk,
    data: PathBuf,
    /// The data folder lives as long as the desk.
    _scratch: Arc<Scratch>,
    http: reqwest::Client,
    witness: Witness,
    set_up: OnceLock<(Agent, Inbox)>,
}

impl Desk {
    pub fn new(server: Server, core: desk::Desk, data: PathBuf, scratch: Arc<Scratch>) -> Self {
        let _only_the_first_counts = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self(Arc::new(Inner {
            address: server.address,
            admin_address: server.admin_address.unwrap(),
            server: Mutex::new(Some(server)),
            core,
            data,
            _scratch: scratch,
            http,
            witness: Witness::default(),
            set_up: OnceLock::new(),
        }))
    }

    pub(super) fn is_set_up_by(&self, ada: Agent, inbox: Inbox) {
        assert!(self.0.set_up.set((ada, inbox)).is_ok());
    }

    /// Ends the server in order.
    pub async fn stop(&self, limit: Duration) {
        let server = self.0.server.lock().take();
        if let Some(server) = server {
            server.stop(limit).await;
        }
    }

    pub async fn close(&self) {
        self.0.core.db().close().await;
    }

    /// The domain itself.
    pub fn core(&self) -> &desk::Desk {
        &self.0.core
    }

    pub fn witness(&self) -> &Witness {
        &self.0.witness
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Where it is reached, which is its own origin too.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    pub fn setup_code(&self) -> String {
        let code = std::fs::read_to_string(self.0.data.join("setup-code")).unwrap();
        self.0.witness.keeps("the set-up code", &code);
        code
    }

    /// How many files of bytes lie in the file store.
    pub fn files_on_disk(&self) -> usize {
        let (mut folders, mut found) = (vec![self.0.data.join("files")], 0);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() { folders.push(entry.path()) } else { found += 1 }
            }
        }
        found
    }

    pub fn has_setup_code(&self) -> bool {
        self.0.data.join("setup-code").exists()
    }

    /// The first administrator.
    pub fn ada(&self) -> Agent {
        self.0.set_up.get().expect("nobody has set this desk up").0.clone()
    }

    pub fn inbox(&self) -> &Inbox {
        &self.0.set_up.get().expect("nobody has set this desk up").1
    }

    /// The public key of the first inbox.
    pub fn key(&self) -> String {
        self.inbox().key.clone()
    }

    /// A new colleague, signed in.
    pub async fn agent(&self, name: &str) -> Agent {
        self.joins(name, Role::Agent).await
    }

    pub async fn administrator(&self, name: &str) -> Agent {
        self.joins(name, Role::Administrator).await
    }

    async fn joins(&self, name: &str, role: Role) -> Agent {
        let ada = self.ada().actor().await;
        let email = format!("{}@acme.com", name.to_lowercase().replace(' ', "."));
        let account = account(name, &email);
        let joined = self.core().write("invite", move |tx, cx| {
            let (_, token) = agent::create_invite(tx, cx, &desk::Actor::Agent(ada.clone()), role)?;
            agent::accept_invite(tx, cx, &token, &account)
        });
        Agent::of(self, &joined.await.unwrap())
    }

    /// A new visitor with the chat open.
    pub async fn customer(&self, name: &str) -> Customer {
        Customer::opens(self, name, &self.key()).await
    }

    /// A call of nobody in particular, from the desk's own pages.
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        Ask::new(self, method, path)
    }

    pub fn get(&self, path: &str) -> Ask {
        self.ask("GET", path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Ask {
        self.ask("POST", path).json(body)
    }

    /// What a client on the bare connection gets for these bytes, until the server closes.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.0.address).await.unwrap();
        // the server may refuse before everything is written
        let _refused_early = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        let _reset = read.expect("the server keeps the connection open");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The text of the metrics.
    pub async fn metrics(&self) -> String {
        let url = format!("http://{}/metrics", self.0.admin_address);
        self.0.http.get(url).send().await.unwrap().text().await.unwrap()
    }

    /// Waits until the sockets of this desk have been handed every event there is.
    pub async fn delivered(&self) {
        let head = self.core().read(|tx, _| Ok(tx.head()?)).await.unwrap();
        self.until("every event is handed on", || self.core().hub().head() >= head).await;
    }

    /// Waits until something in this process is so.
    pub async fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < PATIENCE, "waited for ever: {what}");
            tokio::task::yield_now().await;
        }
    }
}
