//! The server under load: started here on a temporary folder, or one that runs already; and the people who load it, made
//! over the public API.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use rig::client::{Agent, Api, Auth, Visitor};
use rig::daemon::Postgres;
use rig::desk::{Desk, Options, set_up};
use rig::world::Engine;

use crate::process::Watched;

/// Set-up calls under way at once.
const PARALLEL: usize = 16;

/// Which server to load. All of it stays on this machine.
#[derive(Debug, Clone, clap::Args)]
pub struct TargetArguments {
    /// The binary to start on a temporary folder; the default is CHATDESK_BIN, else the one beside this program.
    #[arg(long, conflicts_with = "url")]
    pub server: Option<PathBuf>,
    /// The database of the server started here.
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    pub database: Engine,
    /// A server that runs already, started with `--rate-limits off`. Loopback only.
    #[arg(long)]
    pub url: Option<String>,
    /// The data folder of that server, for its one-time set-up code.
    #[arg(long, requires = "url")]
    pub data: Option<PathBuf>,
    /// An administrator of that server, once it is set up; the password is read from BENCH_PASSWORD.
    #[arg(long, requires = "url")]
    pub email: Option<String>,
    /// A process to watch besides, as name=PID. Repeatable.
    #[arg(long, value_parser = watched)]
    pub watch: Vec<Watched>,
}

fn watched(text: &str) -> Result<Watched, String> {
    let parsed = text.split_once('=').and_then(|(name, pid)| Some((name.to_owned(), pid.parse().ok()?)));
    parsed.ok_or_else(|| "write it as name=PID".to_owned())
}

/// A server that is set up and ready to be loaded.
#[derive(Debug)]
pub struct Target {
    pub address: SocketAddr,
    pub watch: Vec<Watched>,
    /// When it was started here.
    pub desk: Option<Desk>,
    pub database: Engine,
    pub administrator: Agent,
    pub inbox_key: String,
    pub api: Api,
}

/// The people of a run. Customer `i`'s conversation belongs to agent `i % agents`.
#[derive(Debug, Clone)]
pub struct People {
    pub customers: Vec<Customer>,
    pub agents: Vec<Agent>,
}

#[derive(Debug, Clone)]
pub struct Customer {
    pub visitor: Visitor,
    pub conversation: String,
}

impl Target {
    pub async fn open(arguments: &TargetArguments) -> Result<Target> {
        match &arguments.url {
            Some(url) => Target::attach(url, arguments).await,
            None => Target::start(arguments).await,
        }
    }

    async fn start(arguments: &TargetArguments) -> Result<Target> {
        let database = arguments.database.database()?;
        let desk = Desk::start_with(Options { database, binary: arguments.server.clone(), ..Options::default() })?;
        let set_up = desk.set_up().await?.clone();
        let mut watch = arguments.watch.clone();
        watch.extend(desk.pid().map(|pid| ("server".to_owned(), pid)));
        if arguments.database == Engine::Postgres {
            watch.extend(Postgres::shared()?.pid().map(|pid| ("database".to_owned(), pid)));
        }
        Ok(Target {
            address: SocketAddr::from(([127, 0, 0, 1], desk.port())),
            watch,
            database: arguments.database,
            administrator: set_up.administrator,
            inbox_key: set_up.inbox_key,
            api: desk.api(),
            desk: Some(desk),
        })
    }

    async fn attach(url: &str, arguments: &TargetArguments) -> Result<Target> {
        let address = loopback(url)?;
        let api = Api::new(url);
        let (administrator, inbox_key) = if let Some(email) = &arguments.email {
            let password =
                std::env::var("BENCH_PASSWORD").context("set BENCH_PASSWORD to the administrator's password")?;
            let administrator = Agent::sign_in(api.clone(), email, &password).await?;
            let inboxes = administrator.get("/api/v1/inboxes").await?.expect(200)?.body;
            let key = inboxes["items"][0]["key"].as_str().context("the server has no inbox")?.to_owned();
            (administrator, key)
        } else {
            let data =
                arguments.data.as_ref().context("name --data for the set-up code, or --email of an administrator")?;
            let code = std::fs::read_to_string(data.join("setup-code")).context("read the set-up code")?;
            let made = set_up(&api, code.trim()).await?;
            (made.administrator, made.inbox_key)
        };
        let (watch, database) = (arguments.watch.clone(), arguments.database);
        Ok(Target { address, watch, desk: None, database, administrator, inbox_key, api })
    }

    /// Makes agents by invites, and customers with a conversation each, claimed by the agents in turn.
    pub async fn people(&self, customers: usize, agents: usize) -> Result<People> {
        ensure!(customers > 0 && agents > 0, "at least one customer and one agent are needed");
        let found = self.agents(agents).await?;
        let make = |index: usize| {
            let owner = found[index % agents].clone();
            async move {
                let visitor = Visitor::arrive(self.api.clone(), &self.inbox_key).await?;
                let conversation = visitor.open("Hello, I have a question about my order.").await?;
                owner.claim(&conversation).await?.expect(200)?;
                anyhow::Ok(Customer { visitor, conversation })
            }
        };
        let made: Vec<Customer> = stream::iter((0..customers).map(make)).buffered(PARALLEL).try_collect().await?;
        Ok(People { customers: made, agents: found })
    }

    /// Agents who came by invites.
    pub async fn agents(&self, count: usize) -> Result<Vec<Agent>> {
        let mut found = Vec::with_capacity(count);
        for index in 0..count {
            let name = format!("Agent {index} {:08x}", rand::random::<u32>());
            found.push(self.administrator.invite(&name).await.context("invite an agent")?);
        }
        Ok(found)
    }

    /// The header lines of every request by this person.
    #[must_use]
    pub fn headers(&self, auth: &Auth) -> String {
        let who = match auth {
            Auth::None => String::new(),
            Auth::Visitor(token) => format!("Authorization: Bearer {token}\r\n"),
            Auth::Session(cookie) => format!("Cookie: {cookie}\r\n"),
        };
        format!("Host: {0}\r\nOrigin: http://{0}\r\n{who}", self.address)
    }
}

/// The address of a loopback URL; load for any other machine is refused.
fn loopback(url: &str) -> Result<SocketAddr> {
    let authority = url.strip_prefix("http://").context("only http:// is spoken here")?.trim_end_matches('/');
    let authority = authority.replace("localhost", "127.0.0.1");
    let Ok(address) = authority.parse::<SocketAddr>() else { bail!("write the address as http://127.0.0.1:PORT") };
    let loopback = matches!(address.ip(), IpAddr::V4(ip) if ip.is_loopback());
    ensure!(loopback, "{url} is not on this machine; the load generator speaks to 127.0.0.0/8 only");
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loaded() {
        assert!(loopback("http://127.0.0.1:8080").is_ok());
        assert!(loopback("http://localhost:8080/").is_ok());
        for url in [
            "http://10.0.0.1:80",
            "http://example.com",
            "https://127.0.0.1:1",
            "http://127.0.0.1.example.com:80",
            "http://0.0.0.0:1",
        ] {
            assert!(loopback(url).is_err(), "{url}");
        }
    }

    #[test]
    fn watched_processes_are_read() {
        assert_eq!(watched("database=42"), Ok(("database".to_owned(), 42)));
        assert!(watched("42").is_err());
        assert!(watched("database=x").is_err());
    }
}
