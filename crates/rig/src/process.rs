//! Temporary folders and child processes that never outlive the test process, not even when it is killed.
//! Knows nothing of what runs in them.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Reads the process id to guard from its standard input, one per line (empty: none). At the end of input, which comes
/// with the death of the writer at the latest, it signals the last one, waits up to five seconds and removes the folder.
const WATCHDOG: &str = r#"
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
  kill -s "$2" "$pid" 2>/dev/null
  n=0
  while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.05; n=$((n+1)); done
  kill -s KILL "$pid" 2>/dev/null
fi
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
"#;

/// A temporary folder (mode 0700) with a watchdog process that removes it, and ends the process guarded in it, when this
/// value is dropped or when the whole test process ends in any way.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    watchdog: Child,
}

impl Scratch {
    /// `label` becomes part of the folder's name; `last_signal` is what the guarded process gets at the end, such as `KILL`.
    pub fn new(label: &str, last_signal: &str) -> Result<Scratch> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("chatdesk-{label}-{}-{number}-{:08x}", std::process::id(), rand::random::<u32>());
        let path = std::env::temp_dir().join(name);
        fs::DirBuilder::new().mode(0o700).create(&path).with_context(|| format!("create {}", path.display()))?;
        let watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(&path)
            .arg(last_signal)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("start the watchdog shell")?;
        Ok(Scratch { path, watchdog })
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The process to end together with this folder; `None` when it ended already. Replaces the one named before.
    pub fn guard(&mut self, pid: Option<u32>) -> Result<()> {
        let line = pid.map_or_else(|| "\n".to_owned(), |pid| format!("{pid}\n"));
        let pipe = self.watchdog.stdin.as_mut().context("the watchdog's pipe is closed")?;
        pipe.write_all(line.as_bytes()).context("tell the watchdog")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// Sends a signal by name (`TERM`, `STOP`, …). Not an error when the process is gone.
pub fn signal(pid: u32, name: &str) -> Result<()> {
    let status = Command::new("sh")
        .args(["-c", r#"kill -s "$1" "$2""#, "signal", name, &pid.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("run kill")?;
    let _gone_already = status;
    Ok(())
}

/// Waits for a child to end. Error when it still runs after `limit`; it is not killed then.
pub fn wait_for_exit(child: &mut Child, limit: Duration) -> Result<ExitStatus> {
    let mut ended = None;
    poll(limit, "the process to end", || {
        ended = child.try_wait()?;
        Ok(ended.is_some())
    })?;
    ended.context("no exit status")
}

/// Asks `ready` every few milliseconds until it says yes. Error when `limit` passes, naming `what` was awaited.
pub fn poll(limit: Duration, what: &str, ready: impl FnMut() -> Result<bool>) -> Result<()> {
    poll_within(limit, Duration::from_millis(40), what, ready)
}

/// The same with pauses that grow from one millisecond to `longest` only.
pub fn poll_within(
    limit: Duration,
    longest: Duration,
    what: &str,
    mut ready: impl FnMut() -> Result<bool>,
) -> Result<()> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if ready()? {
            return Ok(());
        }
        if start.elapsed() > limit {
            bail!("waited {limit:?} for {what}");
        }
        thread::sleep(pause);
        pause = (pause * 2).min(longest);
    }
}

/// A port on 127.0.0.1 that was free a moment ago. Another process may still take it: callers start again on failure.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("find a free port")?;
    Ok(listener.local_addr()?.port())
}

/// The first executable called `name` in `folders` or on PATH.
#[must_use]
pub fn find_program(name: &str, folders: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.iter().map(PathBuf::from).chain(on_path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The end of a log file, at most `bytes` long, for error messages.
#[must_use]
pub fn tail(file: &Path, bytes: usize) -> String {
    let text = fs::read(file).unwrap_or_default();
    let start = text.len().saturating_sub(bytes);
    String::from_utf8_lossy(&text[start..]).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};

    use super::*;

    #[test]
    fn a_dropped_folder_ends_its_process_and_is_gone() {
        let mut scratch = Scratch::new("drop", "TERM").unwrap();
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        scratch.guard(Some(child.id())).unwrap();
        fs::write(scratch.path().join("file"), "text").unwrap();
        let path = scratch.path().to_owned();
        // Reaped beside the drop: the watchdog sees an unreaped child as still alive.
        let reaper = thread::spawn(move || child.wait());
        drop(scratch);
        assert!(!path.exists());
        assert!(!reaper.join().unwrap().unwrap().success());
    }

    /// Not a test of its own: the next one runs this binary with only this function as the process to be killed.
    #[test]
    fn owner() {
        if std::env::var_os("RIG_OWNER").is_none() {
            return;
        }
        let mut scratch = Scratch::new("owner", "KILL").unwrap();
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        scratch.guard(Some(child.id())).unwrap();
        println!("\nowned {} {}", child.id(), scratch.path().display());
        child.wait().unwrap();
    }

    #[test]
    fn a_killed_owner_leaves_nothing_behind() {
        let mut owner = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "process::tests::owner", "--nocapture"])
            .env("RIG_OWNER", "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
        let line = lines.map(Result::unwrap).find(|line| line.starts_with("owned ")).unwrap();
        let mut words = line.split(' ').skip(1);
        let (pid, folder) = (words.next().unwrap(), Path::new(words.next().unwrap()));
        assert!(folder.exists());
        owner.kill().unwrap();
        owner.wait().unwrap();
        poll(Duration::from_secs(20), "the folder to go", || Ok(!folder.exists())).unwrap();
        // The orphan is dead; whether something has reaped it already is not ours to say.
        let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z "), "still alive: {state}");
    }

    #[test]
    fn polling_gives_up_and_names_what_it_waited_for() {
        let error = poll(Duration::from_millis(5), "the moon", || Ok(false)).unwrap_err();
        assert!(error.to_string().contains("the moon"));
    }
}
