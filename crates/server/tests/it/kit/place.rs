//! Where a story happens: an empty database of one engine and an empty data folder, and the desks opened on them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use base::{Rng, Secret};
use db::Engine;
use desk::agent::{self, NewAccount, password};
use parking_lot::Mutex;
use rig::daemon::Postgres;
use rig::process::Scratch;
use server::Server;
use server::config::{Config, Sources};

use super::people::Agent;
use super::{Desk, PATIENCE, witness};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// The stored form of everybody's password, made once: hashing is slow on purpose.
pub fn password_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| password::hash(&Rng::default(), &Secret::new(PASSWORD.to_owned())).unwrap()).clone()
}

/// How a desk is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// With limits on rates, as it is shipped.
    Limited,
    Unlimited,
}

/// The desks of one story.
#[derive(Clone, Default)]
pub struct Desks(Arc<Mutex<Vec<Desk>>>);

impl Desks {
    pub fn take(&self) -> Vec<Desk> {
        std::mem::take(&mut self.0.lock())
    }
}

pub struct Place {
    engine: Engine,
    database: String,
    scratch: Arc<Scratch>,
    desks: Desks,
}

impl Place {
    pub fn new(engine: Engine) -> Self {
        let scratch = Scratch::new("it", "KILL").unwrap();
        let database = match engine {
            Engine::Sqlite => format!("sqlite:{}", scratch.path().join("chatdesk.db").display()),
            Engine::Postgres => Postgres::shared().unwrap().create_database().unwrap(),
        };
        Self { engine, database, scratch: Arc::new(scratch), desks: Desks::default() }
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    pub fn desks(&self) -> Desks {
        self.desks.clone()
    }

    /// A desk that is set up, with Ada as its administrator.
    pub async fn desk(&self) -> Desk {
        self.desk_with(Conduct::Unlimited, &[]).await
    }

    /// The same with every limit on rates.
    pub async fn limited_desk(&self) -> Desk {
        self.desk_with(Conduct::Limited, &[]).await
    }

    pub async fn desk_with(&self, conduct: Conduct, flags: &[(&str, &str)]) -> Desk {
        let desk = self.new_desk(conduct, flags).await;
        let code = Secret::new(desk.setup_code());
        let account = account("Ada", "ada@acme.com");
        let done =
            desk.core().write("setup", move |tx, cx| agent::set_up(tx, cx, &code, &account, "Acme")).await.unwrap();
        let ada = Agent::of(&desk, &done.started);
        desk.is_set_up_by(ada, done.inbox);
        desk
    }

    /// Ends a desk in order and starts one in its place.
    pub async fn restart(&self, desk: &Desk) -> Desk {
        self.restart_with(desk, &[]).await
    }

    /// The same with other settings; whoever was signed in still is.
    pub async fn restart_with(&self, desk: &Desk, flags: &[(&str, &str)]) -> Desk {
        witness::at_the_end(desk).await;
        desk.stop(PATIENCE).await;
        desk.close().await;
        self.desks.0.lock().retain(|known| known.address() != desk.address());
        self.new_desk(Conduct::Unlimited, flags).await
    }

    /// A desk that nobody has set up.
    pub async fn new_desk(&self, conduct: Conduct, flags: &[(&str, &str)]) -> Desk {
        witness::listens_to_the_log();
        let limits = if conduct == Conduct::Limited { "on" } else { "off" };
        let data = self.scratch.path().join("data").display().to_string();
        let own = [
            ("listen", "127.0.0.1:0"),
            ("admin-listen", "127.0.0.1:0"),
            ("rate-limits", limits),
            ("database", &self.database),
            ("data", &data),
        ];
        let flags: BTreeMap<String, Vec<String>> =
            own.iter().chain(flags).map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect();
        let config = Config::load(&Sources::gather(flags, std::iter::empty(), None).unwrap()).unwrap();
        let mut opened = None;
        let server = Server::start(config, async |process| {
            let (core, router) = server::start::product(process).await?;
            opened = Some(core);
            Ok(router)
        });
        let server = server.await.unwrap();
        let desk = Desk::new(server, opened.unwrap(), PathBuf::from(data), self.scratch.clone());
        self.desks.0.lock().push(desk.clone());
        desk
    }
}

pub fn account(name: &str, email: &str) -> NewAccount {
    NewAccount { name: name.to_owned(), email: email.to_owned(), password_hash: password_hash() }
}
