//! Throw-away PostgreSQL and NATS servers on free ports of 127.0.0.1, for tests and load runs. Blocking; no async runtime
//! needed. Nothing here knows the product's tables or subjects.

use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};

use crate::process::{Scratch, find_program, free_port, poll, signal, tail, wait_for_exit};

const OLDEST_POSTGRES: u32 = 15;
const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(60);
const SUPERUSER: &str = "chatdesk";

/// Small and quiet, but as durable as a production server: losing an acknowledged write must stay impossible.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "max_connections=300",
    "shared_buffers=128MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=1GB",
    "jit=off",
    "log_min_messages=warning",
];

/// A PostgreSQL server of its own, ended and removed when this value is dropped or the process ends in any way.
#[derive(Debug)]
pub struct Postgres {
    bin: PathBuf,
    port: u16,
    account: Option<Account>,
    settings: Vec<String>,
    running: Mutex<Running>,
}

#[derive(Debug)]
struct Running {
    child: Option<Child>,
    scratch: Scratch,
}

#[derive(Debug, Clone, Copy)]
struct Account {
    uid: u32,
    gid: u32,
}

impl Postgres {
    /// Starts a server with the default settings.
    pub fn start() -> Result<Postgres> {
        Postgres::start_with(&[])
    }

    /// Starts a server with further `name=value` settings; they win over the defaults.
    pub fn start_with(settings: &[&str]) -> Result<Postgres> {
        let mut failure = anyhow!("PostgreSQL was never started");
        // A port found free can be taken by a neighbour before the server binds it.
        for _ in 0..3 {
            match Postgres::try_start(settings) {
                Ok(server) => return Ok(server),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// The one server all tests of this process share. Each test takes a database of its own from it.
    pub fn shared() -> Result<&'static Postgres> {
        static SHARED: OnceLock<Result<Postgres, String>> = OnceLock::new();
        let server = SHARED.get_or_init(|| Postgres::start().map_err(|error| format!("{error:#}")));
        server.as_ref().map_err(|message| anyhow!("{message}"))
    }

    fn try_start(settings: &[&str]) -> Result<Postgres> {
        let bin = find_postgres()?;
        let account = unprivileged_account()?;
        let scratch = Scratch::new("postgres", "QUIT")?;
        if let Some(account) = account {
            chown(scratch.path(), Some(account.uid), Some(account.gid))
                .context("hand the folder to the database's user")?;
        }
        let server = Postgres {
            bin,
            port: free_port()?,
            account,
            settings: SETTINGS.iter().chain(settings).map(|&setting| setting.to_owned()).collect(),
            running: Mutex::new(Running { child: None, scratch }),
        };
        server.initdb()?;
        server.launch(&mut server.lock())?;
        Ok(server)
    }

    fn initdb(&self) -> Result<()> {
        let data = self.lock().scratch.path().join("data");
        let mut command = self.program("initdb");
        command.arg("-D").arg(&data).args([
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ]);
        run(command, "initdb").map(drop)
    }

    fn launch(&self, running: &mut Running) -> Result<()> {
        let folder = running.scratch.path().to_owned();
        let log_path = folder.join("postgres.log");
        let log = File::options().create(true).append(true).open(&log_path).context("open the database's log")?;
        let mut command = self.program("postgres");
        command.arg("-D").arg(folder.join("data")).arg("-p").arg(self.port.to_string());
        for setting in &self.settings {
            command.arg("-c").arg(setting);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).process_group(0);
        let child = running.child.insert(command.spawn().context("start postgres")?);
        running.scratch.guard(Some(child.id()))?;
        poll(START_LIMIT, "PostgreSQL to accept connections", || {
            if let Some(status) = child.try_wait()? {
                bail!("postgres ended with {status}: {}", tail(&log_path, 800));
            }
            Ok(self.accepts_connections())
        })
    }

    fn accepts_connections(&self) -> bool {
        let mut command = self.program("pg_isready");
        command.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", SUPERUSER, "-d", "postgres"]);
        command.status().is_ok_and(|status| status.success())
    }

    /// A new, empty database; the answer is its URL.
    pub fn create_database(&self) -> Result<String> {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let name = format!("desk_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(self.url(&name))
    }

    /// The URL of a database by name, whether it exists or not.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{SUPERUSER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs SQL in a database (name or URL) and answers the rows as lines, columns parted by `|`.
    pub fn sql(&self, database: &str, text: &str) -> Result<String> {
        let url = if database.contains("://") { database.to_owned() } else { self.url(database) };
        let mut command = self.program("psql");
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", &url, "-c", text]);
        run(command, "psql")
    }

    /// Ends every connection to a database (name or URL), as a failing server or an administrator would. Answers how many.
    pub fn kill_backends(&self, database: &str) -> Result<usize> {
        let name = database.rsplit('/').next().unwrap_or(database).split('?').next().unwrap_or(database);
        let text = format!(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()",
            name.replace('\'', "''")
        );
        self.sql("postgres", &text)?.trim().parse().context("count of ended connections")
    }

    /// Process id of the server, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.lock().child.as_ref().map(Child::id)
    }

    /// Ends the server in order (open transactions are rolled back). Its data stays for `restart`.
    pub fn stop(&self) -> Result<()> {
        self.end("INT")
    }

    /// Ends the server as a crash would: nothing is flushed beyond what was durable already.
    pub fn crash(&self) -> Result<()> {
        self.end("QUIT")
    }

    /// Stops the server if it runs and starts it again with the same port and data.
    pub fn restart(&self) -> Result<()> {
        self.stop()?;
        self.launch(&mut self.lock())
    }

    fn end(&self, name: &str) -> Result<()> {
        let mut running = self.lock();
        let Some(mut child) = running.child.take() else { return Ok(()) };
        signal(child.id(), name)?;
        wait_for_exit(&mut child, STOP_LIMIT)?;
        running.scratch.guard(None)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.env_clear().env("LC_ALL", "C").env("TZ", "UTC").current_dir("/");
        if let Some(account) = self.account {
            command.uid(account.uid).gid(account.gid);
        }
        command
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.end("QUIT");
    }
}

/// The newest PostgreSQL of at least version 15 on this machine.
fn find_postgres() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for (parent, prefix) in [("/usr/lib/postgresql", ""), ("/usr", "pgsql-"), ("/usr/local", "pgsql-")] {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(version) = name.strip_prefix(prefix).and_then(|rest| rest.parse().ok()) else { continue };
            found.push((version, entry.path().join("bin")));
        }
    }
    if let Some(folder) = find_program("postgres", &[]).as_deref().and_then(Path::parent) {
        found.extend(version_of(&folder.join("postgres")).map(|version| (version, folder.to_owned())));
    }
    found.retain(|(version, bin)| {
        *version >= OLDEST_POSTGRES && ["postgres", "initdb", "psql"].iter().all(|name| bin.join(name).is_file())
    });
    let newest = found.into_iter().max_by_key(|(version, _)| *version);
    newest.map(|(_, bin)| bin).context("PostgreSQL 15 or newer is missing: install the package `postgresql`")
}

/// The major version, from an answer such as `postgres (PostgreSQL) 17.2 (Debian 17.2-1)`.
fn version_of(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// PostgreSQL refuses to run as root: then it gets the account `postgres`, or `nobody` where there is none.
fn unprivileged_account() -> Result<Option<Account>> {
    let status = fs::read_to_string("/proc/self/status").context("read the own user id")?;
    let ids = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap_or_default();
    if ids.split_whitespace().nth(1) != Some("0") {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd").context("read /etc/passwd")?;
    let lookup = |name: &str| {
        let mut fields = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let fields = fields.find(|fields| fields.len() > 3 && fields[0] == name)?;
        Some(Account { uid: fields[2].parse().ok()?, gid: fields[3].parse().ok()? })
    };
    let account = lookup("postgres").or_else(|| lookup("nobody"));
    account.map(Some).context("PostgreSQL does not run as root and there is no account `postgres` or `nobody`")
}

fn run(mut command: Command, what: &str) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("run {what}"))?;
    if !output.status.success() {
        bail!("{what} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A NATS server of its own, ended when this value is dropped or the process ends in any way.
#[derive(Debug)]
pub struct Nats {
    program: PathBuf,
    port: u16,
    running: Mutex<Running>,
}

impl Nats {
    /// Starts a server on a free port.
    pub fn start() -> Result<Nats> {
        let program = find_program("nats-server", &["/usr/sbin", "/usr/local/bin"])
            .context("nats-server is missing: install the package `nats-server`")?;
        let mut failure = anyhow!("NATS was never started");
        for _ in 0..3 {
            let running = Mutex::new(Running { child: None, scratch: Scratch::new("nats", "KILL")? });
            let server = Nats { program: program.clone(), port: free_port()?, running };
            let launched = server.launch();
            match launched {
                Ok(()) => return Ok(server),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Process id of the server, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.lock().child.as_ref().map(Child::id)
    }

    /// Ends the server at once; clients lose their connections.
    pub fn stop(&self) -> Result<()> {
        let mut running = self.lock();
        let Some(mut child) = running.child.take() else { return Ok(()) };
        child.kill().context("end nats-server")?;
        child.wait().context("wait for nats-server")?;
        running.scratch.guard(None)
    }

    /// Stops the server if it runs and starts it again on the same port.
    pub fn restart(&self) -> Result<()> {
        self.stop()?;
        self.launch()
    }

    fn launch(&self) -> Result<()> {
        let mut running = self.lock();
        let log = running.scratch.path().join("nats.log");
        let mut command = Command::new(&self.program);
        command.args(["-a", "127.0.0.1", "-p", &self.port.to_string(), "-l"]).arg(&log);
        command.current_dir(running.scratch.path()).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().context("start nats-server")?;
        running.scratch.guard(Some(child.id()))?;
        let child = running.child.insert(child);
        poll(START_LIMIT, "NATS to accept connections", || {
            if let Some(status) = child.try_wait()? {
                bail!("nats-server ended with {status}: {}", tail(&log, 800));
            }
            Ok(std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok())
        })
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_survives_stop_crash_and_restart() {
        let server = Postgres::start_with(&["work_mem=9MB"]).unwrap();
        let url = server.create_database().unwrap();
        assert_ne!(url, server.create_database().unwrap());
        server.sql(&url, "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('kept')").unwrap();
        assert_eq!(server.sql(&url, "SHOW fsync").unwrap().trim(), "on");
        assert_eq!(server.sql(&url, "SHOW synchronous_commit").unwrap().trim(), "on");
        assert_eq!(server.sql(&url, "SHOW work_mem").unwrap().trim(), "9MB");
        server.restart().unwrap();
        server.crash().unwrap();
        assert!(server.sql(&url, "SELECT 1").is_err());
        server.restart().unwrap();
        assert_eq!(server.sql(&url, "SELECT text FROM note").unwrap().trim(), "kept");
        assert_eq!(server.kill_backends(&url).unwrap(), 0);
    }

    #[test]
    fn a_dropped_server_is_gone_with_its_folder() {
        let server = Postgres::start().unwrap();
        let (pid, folder) = (server.pid().unwrap(), server.lock().scratch.path().to_owned());
        drop(server);
        assert!(!folder.exists());
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
    }

    #[test]
    fn nats_comes_back_on_the_same_port() {
        let server = Nats::start().unwrap();
        let url = server.url();
        server.stop().unwrap();
        assert!(std::net::TcpStream::connect(("127.0.0.1", server.port)).is_err());
        server.restart().unwrap();
        assert_eq!(server.url(), url);
        assert!(std::net::TcpStream::connect(("127.0.0.1", server.port)).is_ok());
    }
}
