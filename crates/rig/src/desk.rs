//! The real chatdesk binary as a child process on free ports with a temporary data folder: start, set-up, and the ways to
//! end it. What is said to it over HTTP stands in `client` and `socket`.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde_json::json;

use crate::client::{Agent, Api, Auth};
use crate::process::{Scratch, free_port, poll_within, signal, tail, wait_for_exit};

const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(40);

/// The administrator every desk of the rig has.
pub const ADMINISTRATOR: (&str, &str) = ("ada@example.com", "correct horse battery staple");
/// The password of every invited agent.
pub const PASSWORD: &str = "one more good passphrase";

/// How a desk is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A `--database` URL; `None`: SQLite in the data folder.
    pub database: Option<String>,
    /// A `--bus` URL; `None`: in-process.
    pub bus: Option<String>,
    /// `None`: see [`binary`].
    pub binary: Option<PathBuf>,
    /// Keeps the rate limits on. They are off by default, since load is the point.
    pub rate_limits: bool,
    /// Further arguments of `serve`.
    pub arguments: Vec<String>,
    /// A program and its arguments that run the binary, such as a tracer. It must end when the binary ends.
    pub wrapper: Vec<String>,
}

/// A running chatdesk, killed and removed when this value is dropped or the process ends in any way.
#[derive(Debug)]
pub struct Desk {
    options: Options,
    binary: PathBuf,
    port: u16,
    admin_port: u16,
    running: Mutex<Running>,
    set_up: OnceLock<SetUp>,
}

#[derive(Debug)]
struct Running {
    child: Option<Child>,
    /// Of chatdesk itself, which a wrapper starts as its child.
    pid: u32,
    scratch: Scratch,
}

/// What the set-up made.
#[derive(Debug, Clone)]
pub struct SetUp {
    pub administrator: Agent,
    pub inbox_id: String,
    /// The inbox's public key, `pk_…`.
    pub inbox_key: String,
}

/// The binary to test: `CHATDESK_BIN`, else `chatdesk` beside the running program or in a folder above it.
pub fn binary() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHATDESK_BIN") {
        let path = PathBuf::from(path);
        ensure!(path.is_file(), "CHATDESK_BIN names no file: {}", path.display());
        return Ok(path);
    }
    let own = std::env::current_exe().context("find the own program")?;
    let beside = own.ancestors().skip(1).take(3).map(|folder| folder.join("chatdesk")).find(|path| path.is_file());
    beside.context("no chatdesk binary: build it with `cargo build -p server` or name it in CHATDESK_BIN")
}

impl Desk {
    /// A desk on SQLite with the local bus.
    pub fn start() -> Result<Desk> {
        Desk::start_with(Options::default())
    }

    pub fn start_with(options: Options) -> Result<Desk> {
        let binary = options.binary.clone().map_or_else(binary, Ok)?;
        let mut failure = anyhow!("the desk was never started");
        // A port found free can be taken by a neighbour before the server binds it.
        for _ in 0..3 {
            let desk = Desk {
                options: options.clone(),
                binary: binary.clone(),
                port: free_port()?,
                admin_port: free_port()?,
                running: Mutex::new(Running { child: None, pid: 0, scratch: Scratch::new("desk", "KILL")? }),
                set_up: OnceLock::new(),
            };
            match desk.launch() {
                Ok(_) => return Ok(desk),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// Starts the process and waits until it is ready. Answers how long that took.
    pub fn launch(&self) -> Result<Duration> {
        let mut running = self.lock();
        ensure!(running.child.is_none(), "the desk runs already");
        let log_path = running.scratch.path().join("desk.log");
        let log = File::options().create(true).append(true).open(&log_path).context("open the desk's log")?;
        let mut words = self.options.wrapper.iter().map(AsRef::as_ref).chain([self.binary.as_os_str()]);
        let mut command = Command::new(words.next().context("no program")?);
        command
            .args(words)
            .args(self.arguments(running.scratch.path()))
            .current_dir(running.scratch.path())
            .process_group(0);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let start = Instant::now();
        let child = command.spawn().with_context(|| format!("start {}", self.binary.display()))?;
        running.pid = child.id();
        running.scratch.guard(Some(child.id()))?;
        let child = running.child.insert(child);
        let waited = poll_within(START_LIMIT, Duration::from_millis(1), "the desk to be ready", || {
            if let Some(status) = child.try_wait()? {
                bail!("the desk ended with {status}: {}", tail(&log_path, 1_500));
            }
            Ok(get(self.port, "/readyz").is_ok_and(|(status, _)| status == 200))
        });
        if let Err(error) = waited {
            let _ = child.kill();
            let _ = child.wait();
            running.child = None;
            return Err(error);
        }
        let took = start.elapsed();
        if !self.options.wrapper.is_empty() {
            running.pid = child_of(running.pid)?;
            let pid = running.pid;
            running.scratch.guard(Some(pid))?;
        }
        Ok(took)
    }

    fn arguments(&self, scratch: &Path) -> Vec<String> {
        let address = format!("127.0.0.1:{}", self.port);
        let mut arguments = vec!["serve".to_owned()];
        let mut set = |name: &str, value: String| arguments.extend([format!("--{name}"), value]);
        set("listen", address.clone());
        set("admin-listen", format!("127.0.0.1:{}", self.admin_port));
        set("data", scratch.join("data").display().to_string());
        set("public-url", format!("http://{address}"));
        if let Some(database) = &self.options.database {
            set("database", database.clone());
        }
        if let Some(bus) = &self.options.bus {
            set("bus", bus.clone());
        }
        if !self.options.rate_limits {
            set("rate-limits", "off".to_owned());
        }
        arguments.extend(self.options.arguments.iter().cloned());
        arguments
    }

    /// The first administrator and the first inbox, made with the one-time code. Made once; asked again it answers the same.
    pub async fn set_up(&self) -> Result<&SetUp> {
        if let Some(done) = self.set_up.get() {
            return Ok(done);
        }
        let path = self.data().join("setup-code");
        let code = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        let made = set_up(&self.api(), code.trim()).await?;
        Ok(self.set_up.get_or_init(|| made))
    }

    /// An agent (not an administrator) who came by an invite.
    pub async fn agent(&self, name: &str) -> Result<Agent> {
        let set_up = self.set_up().await?;
        set_up.administrator.at(self.api()).invite(name).await
    }

    /// The way in over HTTP.
    #[must_use]
    pub fn api(&self) -> Api {
        Api::new(&self.url())
    }

    /// `http://127.0.0.1:PORT`, the same over restarts.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The data folder of the process.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.lock().scratch.path().join("data")
    }

    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        let running = self.lock();
        running.child.as_ref().map(|_| running.pid)
    }

    /// A metric's value by its full name with labels; several series with that name and any labels are summed.
    /// Zero when it was never counted.
    pub fn metric(&self, name: &str) -> Result<f64> {
        let (status, text) = get(self.admin_port, "/metrics")?;
        ensure!(status == 200, "/metrics answered {status}");
        Ok(sum_of(&text, name))
    }

    /// What the process wrote, at most the last `bytes`.
    #[must_use]
    pub fn log(&self, bytes: usize) -> String {
        tail(&self.lock().scratch.path().join("desk.log"), bytes)
    }

    /// Ends the process as a power failure of the process would: kill -9.
    pub fn kill9(&self) -> Result<()> {
        let mut running = self.lock();
        let mut child = running.child.take().context("the desk does not run")?;
        child.kill().context("kill the desk")?;
        let status = child.wait().context("wait for the desk")?;
        running.scratch.guard(None)?;
        ensure!(status.signal() == Some(9), "the desk had ended by itself before it was killed: {status}");
        Ok(())
    }

    /// Ends the process in order (SIGTERM). Error when it takes more than 40 s or does not end with 0.
    pub fn stop(&self) -> Result<()> {
        let mut running = self.lock();
        let mut child = running.child.take().context("the desk does not run")?;
        signal(running.pid, "TERM")?;
        let ended = wait_for_exit(&mut child, STOP_LIMIT);
        if ended.is_err() {
            let _ = child.kill();
            let _ = child.wait();
        }
        running.scratch.guard(None)?;
        let status = ended?;
        ensure!(
            status.success(),
            "the desk ended with {status}: {}",
            tail(&running.scratch.path().join("desk.log"), 800)
        );
        Ok(())
    }

    /// Stops it in order and starts it again on the same data and port.
    pub fn restart(&self) -> Result<Duration> {
        self.stop()?;
        self.launch()
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let mut running = self.lock();
        if let Some(mut child) = running.child.take() {
            let _ = signal(running.pid, "KILL");
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Makes the first administrator and inbox of an empty desk.
pub async fn set_up(api: &Api, code: &str) -> Result<SetUp> {
    let (email, password) = ADMINISTRATOR;
    let body = json!({"code": code, "name": "Ada", "email": email, "password": password, "company": "Acme"});
    let answer = api.call("POST", "/api/v1/setup", &Auth::None, Some(&body)).await?.expect(201)?;
    let administrator = Agent::from_session(api.clone(), &answer, &answer.body["session"])?;
    let text = |field: &str| answer.body["inbox"][field].as_str().map(str::to_owned);
    let (Some(inbox_id), Some(inbox_key)) = (text("id"), text("key")) else {
        bail!("the set-up names no inbox: {}", answer.body);
    };
    Ok(SetUp { administrator, inbox_id, inbox_key })
}

fn child_of(parent: u32) -> Result<u32> {
    let children =
        fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).context("read the wrapper's children")?;
    let first = children.split_whitespace().next().context("the wrapper has no child")?;
    first.parse().context("the child's process id")
}

fn sum_of(metrics: &str, name: &str) -> f64 {
    let values = metrics.lines().filter_map(|line| {
        let (series, value) = line.rsplit_once(' ')?;
        let labels = series.strip_prefix(name)?;
        (labels.is_empty() || labels.starts_with('{')).then(|| value.parse::<f64>().ok())?
    });
    values.sum()
}

/// One blocking GET on 127.0.0.1: status and body.
pub fn get(port: u16, path: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).context("connect")?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text).context("read the answer")?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").context("no HTTP answer")?;
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).context("no status")?;
    Ok((status, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_found_with_and_without_labels_but_not_by_a_longer_name() {
        let text = "# HELP app_x X\napp_x{a=\"1\"} 2\napp_x{a=\"2\"} 3.5\napp_xy 100\napp_z 7\n";
        assert!((sum_of(text, "app_x") - 5.5).abs() < 1e-9);
        assert!((sum_of(text, "app_z") - 7.0).abs() < 1e-9);
        assert!(sum_of(text, "app_none").abs() < 1e-9);
    }
}
