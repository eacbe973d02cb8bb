//! A throw-away mail server on a free port of 127.0.0.1, and the letters it took. It is a Node package, started as a process
//! of its own; `e2e/kit/smtp.mjs` says which addresses are refused or put off.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::process::{Scratch, find_program, poll, tail};

const START_LIMIT: Duration = Duration::from_secs(60);

/// A letter as the mail server took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body as they came.
    pub data: String,
}

impl Letter {
    /// A header's value; empty when there is none. Folded lines are not unfolded.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let head = self.data.split("\r\n\r\n").next().unwrap_or_default();
        let value = |line: &'_ str| line.split_once(':').filter(|(key, _)| key.eq_ignore_ascii_case(name)).is_some();
        head.lines()
            .find(|line| value(line))
            .and_then(|line| line.split_once(':'))
            .map_or("", |(_, value)| value.trim())
    }

    /// The body with soft line breaks and encoded ASCII undone, as far as tests look for words in it.
    #[must_use]
    pub fn words(&self) -> String {
        self.data.replace("=\r\n", "").replace("=3D", "=").replace("=3C", "<").replace("\r\n", "\n")
    }
}

/// A mail server of its own, ended when this value is dropped or the process ends in any way.
#[derive(Debug)]
pub struct Smtp {
    child: Option<Child>,
    port: u16,
    flags: Vec<String>,
    scratch: Scratch,
}

impl Smtp {
    /// Starts a server that takes letters from anyone, without TLS.
    pub fn start() -> Result<Smtp> {
        Smtp::start_with(&[])
    }

    /// Starts a server with `--tls` (and a certificate nobody trusts) or `--login USER:PASSWORD`.
    pub fn start_with(flags: &[&str]) -> Result<Smtp> {
        let scratch = Scratch::new("smtp", "KILL")?;
        let flags = flags.iter().map(|&flag| flag.to_owned()).collect();
        let mut server = Smtp { child: None, port: 0, flags, scratch };
        server.launch()?;
        Ok(server)
    }

    fn launch(&mut self) -> Result<()> {
        let node = find_program("node", &[]).context("node is missing: see scripts/need.sh")?;
        let script: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e/kit/smtp.mjs");
        let folder = self.scratch.path().to_owned();
        let (log, port) = (folder.join("log"), folder.join("port"));
        let _none_before_the_first_start = fs::remove_file(&port);
        let errors = fs::File::options().create(true).append(true).open(&log).context("open the mail server's log")?;
        let mut command = Command::new(node);
        command.arg(script).arg(&folder).args(&self.flags).env("SMTP_PORT", self.port.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors).process_group(0);
        let child = self.child.insert(command.spawn().context("start the mail server")?);
        self.scratch.guard(Some(child.id()))?;
        poll(START_LIMIT, "the mail server to listen", || {
            if let Some(status) = child.try_wait()? {
                bail!("the mail server ended with {status}: {}", tail(&log, 800));
            }
            Ok(port.exists())
        })?;
        self.port = fs::read_to_string(&port)?.trim().parse().context("read the mail server's port")?;
        Ok(())
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it listens, as the server's setting says it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Ends the server at once; its port is free then.
    pub fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        child.kill().context("end the mail server")?;
        child.wait().context("wait for the mail server")?;
        self.scratch.guard(None)
    }

    /// Starts a stopped server again on the same port.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.launch()
    }

    /// Every letter it took, oldest first.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        let text = fs::read_to_string(self.scratch.path().join("letters")).unwrap_or_default();
        // a last line without its end is still being written
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().filter_map(|line| serde_json::from_str(line).ok()).map(|letter: Value| read(&letter)).collect()
    }
}

fn read(letter: &Value) -> Letter {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let to = letter["to"].as_array().map(Vec::as_slice).unwrap_or_default();
    Letter { from: text(&letter["from"]), to: to.iter().map(text).collect(), data: text(&letter["data"]) }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}
