//! A desk with agents and open conversations, the clients that load it, and the final check of what all of them saw.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::client::{Agent, Api, Visitor};
use crate::daemon::Postgres;
use crate::desk::{Desk, Options};
use crate::follower::Follower;
use crate::history::{Outcome, Sent, Stored, check_log, check_reader};
use crate::writer::{Voice, Writer};

const SETTLE_LIMIT: Duration = Duration::from_secs(30);
/// Violations shown of one run; the rest is counted.
const SHOWN: usize = 8;

/// Which database a run is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// A `--database` URL of a new, empty database; `None` for SQLite in the data folder.
    pub fn database(self) -> Result<Option<String>> {
        match self {
            Engine::Sqlite => Ok(None),
            Engine::Postgres => Postgres::shared()?.create_database().map(Some),
        }
    }

    /// A desk on a new, empty database of this engine.
    pub fn desk(self) -> Result<Desk> {
        Desk::start_with(Options { database: self.database()?, ..Options::default() })
    }
}

/// One customer's open conversation, owned by an agent.
#[derive(Debug, Clone)]
pub struct Line {
    pub visitor: Visitor,
    pub owner: Agent,
    pub conversation: String,
    /// Of the owner's claim.
    pub epoch: i64,
    /// The message that opened it.
    pub first: Sent,
}

/// Opens `count` conversations and lets the agents claim them in turn.
pub async fn open_lines(api: &Api, inbox_key: &str, agents: &[Agent], count: usize) -> Result<Vec<Line>> {
    let mut lines = Vec::with_capacity(count);
    for (index, owner) in agents.iter().cycle().take(count).enumerate() {
        let visitor = Visitor::arrive(api.clone(), inbox_key).await?;
        let (client_id, text) = (crate::client_id(), format!("Customer {index} has a question"));
        let answer = visitor.send(None, &client_id, &text).await?.expect(201)?;
        let message = Stored::from_message(&answer.body["message"]);
        let conversation = answer.body["message"]["conversation_id"].as_str().context("no conversation")?.to_owned();
        let claimed = owner.claim(&conversation).await?.expect(200)?;
        let epoch = claimed.body["epoch"].as_i64().context("no epoch")?;
        let outcome = Outcome::Acked { id: message.id, seq: message.seq };
        let first = Sent { writer: usize::MAX - index, order: 0, client_id, text, outcome };
        lines.push(Line { visitor, owner: owner.clone(), conversation, epoch, first });
    }
    Ok(lines)
}

/// Invites `count` agents.
pub async fn invite_agents(desk: &Desk, count: usize) -> Result<Vec<Agent>> {
    let mut agents = Vec::with_capacity(count);
    for index in 0..count {
        agents.push(desk.agent(&format!("Agent {index}")).await?);
    }
    Ok(agents)
}

/// Writers and followers at work, each in its own task.
#[derive(Debug)]
pub struct Load {
    stop: watch::Sender<bool>,
    writers: Vec<JoinHandle<Writer>>,
    followers: Vec<JoinHandle<Follower>>,
}

impl Load {
    #[must_use]
    pub fn start(writers: Vec<Writer>, followers: Vec<Follower>, pace: Duration) -> Load {
        let (stop, stopped) = watch::channel(false);
        let follow = |mut follower: Follower| {
            let stopped = stopped.clone();
            tokio::spawn(async move {
                follower.follow(stopped).await;
                follower
            })
        };
        let followers = followers.into_iter().map(follow).collect();
        let write = |mut writer: Writer| {
            let stopped = stopped.clone();
            tokio::spawn(async move {
                writer.write(stopped, pace).await;
                writer
            })
        };
        let writers = writers.into_iter().map(write).collect();
        Load { stop, writers, followers }
    }

    /// Ends the load, lets every writer learn the outcome of its last message and every follower catch up, and compares
    /// all of it with the log as `judge` reads it. The error lists what was violated.
    pub async fn finish(self, lines: &[Line], judge: &Agent) -> Result<Verdict> {
        self.stop.send_replace(true);
        let mut writers = Vec::with_capacity(self.writers.len());
        for task in self.writers {
            let mut writer = task.await.context("a writer panicked")?;
            writer.settle(SETTLE_LIMIT).await?;
            writers.push(writer);
        }
        let logs = read_logs(lines, judge).await?;
        let heads = logs.iter().map(|(id, log)| (id.clone(), log.last().map_or(0, |last| last.seq))).collect();
        let mut faults = Vec::new();
        let mut followers = Vec::with_capacity(self.followers.len());
        for task in self.followers {
            let mut follower = task.await.context("a follower panicked")?;
            if let Err(error) = follower.catch_up(&heads, SETTLE_LIMIT).await {
                faults.push(error.to_string());
            }
            followers.push(follower);
        }
        faults.extend(judge_all(lines, &logs, &writers, &followers));
        verdict(&faults)?;
        Ok(Verdict { writers, followers })
    }
}

/// What is left after a run without a violation.
#[derive(Debug)]
pub struct Verdict {
    pub writers: Vec<Writer>,
    pub followers: Vec<Follower>,
}

impl Verdict {
    /// Messages acknowledged.
    #[must_use]
    pub fn acked(&self) -> usize {
        self.writers.iter().map(Writer::acked).sum()
    }

    /// Connections the followers made.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.followers.iter().map(|follower| follower.connections).sum()
    }

    /// Times from a message's first sending to its first arrival at each follower that heard it, rising.
    #[must_use]
    pub fn delays(&self) -> Vec<Duration> {
        let departures: BTreeMap<_, _> = self.writers.iter().flat_map(|writer| &writer.departures).collect();
        let arrivals = self.followers.iter().flat_map(|follower| &follower.arrivals);
        let delay = |(id, arrived): (&String, &std::time::Instant)| {
            departures.get(id).map(|left| arrived.duration_since(**left))
        };
        let mut delays: Vec<_> = arrivals.filter_map(delay).collect();
        delays.sort_unstable();
        delays
    }
}

type Logs = BTreeMap<String, Vec<Stored>>;

async fn read_logs(lines: &[Line], judge: &Agent) -> Result<Logs> {
    let mut logs = Logs::new();
    for line in lines {
        let messages = judge.messages(&line.conversation, 0).await?;
        logs.insert(line.conversation.clone(), messages.iter().map(Stored::from_message).collect());
    }
    Ok(logs)
}

fn judge_all(lines: &[Line], logs: &Logs, writers: &[Writer], followers: &[Follower]) -> Vec<String> {
    let mut faults: Vec<String> = Vec::new();
    faults.extend(writers.iter().flat_map(|writer| &writer.faults).cloned());
    for follower in followers {
        faults.extend(follower.faults.iter().map(|fault| format!("{}: {fault}", follower.name)));
    }
    for line in lines {
        let log = &logs[&line.conversation];
        let mut sent = vec![line.first.clone()];
        let own = writers.iter().filter(|writer| writer.conversation() == line.conversation);
        sent.extend(own.flat_map(|writer| writer.sent.iter().cloned()));
        faults.extend(check_log(&sent, log).iter().map(|violation| format!("{}: {violation}", line.conversation)));
        for follower in followers.iter().filter(|follower| follower.concerns(&line.conversation)) {
            let violations = check_reader(log, follower.heard(&line.conversation));
            faults.extend(
                violations.iter().map(|violation| format!("{}: {}: {violation}", follower.name, line.conversation)),
            );
        }
    }
    faults
}

/// An error that lists the faults, when there are any.
pub fn verdict(faults: &[String]) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let shown: Vec<_> = faults.iter().take(SHOWN).map(|fault| fault.chars().take(300).collect::<String>()).collect();
    bail!("{} violations:\n  {}", faults.len(), shown.join("\n  "));
}

/// The desk lives, has not panicked and answers.
pub fn check_health(desk: &Desk) -> Result<()> {
    let panics = desk.metric("app_panics_total")?;
    ensure!(panics == 0.0, "{panics} panics: {}", desk.log(2_000));
    let (status, body) = crate::desk::get(desk.port(), "/readyz")?;
    ensure!(status == 200, "/readyz answers {status}: {body}");
    Ok(())
}

/// One customer's and one owner's writer for each line.
#[must_use]
pub fn writers_for(lines: &[Line], addresses: &[Api], seed: u64) -> Vec<Writer> {
    let voices = lines.iter().flat_map(|line| {
        let customer = Voice::Customer(line.visitor.clone(), line.conversation.clone());
        [customer, Voice::Agent(line.owner.clone(), line.conversation.clone(), line.epoch)]
    });
    voices.enumerate().map(|(index, voice)| Writer::new(index, voice, addresses.to_vec(), seed)).collect()
}
