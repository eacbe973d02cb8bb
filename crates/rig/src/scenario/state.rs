//! A screen is a snapshot and the events after it. Cycles: runs. Each run takes a snapshot, lets random people do random
//! things, folds the events and compares with a fresh snapshot.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use super::Size;
use crate::client::{Agent, Visitor};
use crate::screen::Screen;
use crate::world::{check_health, invite_agents};

const AGENTS: usize = 3;
const VISITORS: usize = 5;
/// Things done between the two snapshots of a run.
const STEPS: usize = 6;
/// Every so many runs the messages of all conversations are read afresh.
const FULL_EVERY: u64 = 25;

pub async fn run(size: &Size) -> Result<String> {
    let desk = size.engine.desk()?;
    let set_up = desk.set_up().await?.clone();
    let agents = invite_agents(&desk, AGENTS).await?;
    let mut crowd =
        Crowd { agents, visitors: Vec::new(), rng: SmallRng::seed_from_u64(size.seed), done: BTreeMap::new() };
    for _ in 0..VISITORS {
        crowd.visitors.push((Visitor::arrive(desk.api(), &set_up.inbox_key).await?, None));
    }
    let (mut screen, mut head) = snapshot(&crowd.agents[0], None).await?;
    let mut folded = 0;
    for run in 0..size.cycles {
        for _ in 0..STEPS {
            crowd.step().await.with_context(|| format!("run {run}"))?;
        }
        let (events, reached) = events_after(&crowd.agents[0], head).await?;
        folded += events.len();
        events.iter().for_each(|event| screen.apply(event));
        // Reading every message each time is slow: mostly only those of the conversations something happened in.
        let touched: Vec<&str> = events.iter().filter_map(|event| event["conversation_id"].as_str()).collect();
        let known = (run % FULL_EVERY != 0 && run + 1 != size.cycles).then_some((&screen, touched));
        let (fresh, fresh_head) = snapshot(&crowd.agents[0], known).await?;
        let differences = screen.differences(&fresh);
        if !differences.is_empty() || fresh_head != reached {
            let events: Vec<_> = events.iter().map(Value::to_string).collect();
            let (differences, events) = (differences.join("\n  "), events.join("\n  "));
            bail!("run {run}: heads {reached} and {fresh_head}; folded against fresh:\n  {differences}\n  {events}");
        }
        (screen, head) = (fresh, fresh_head);
    }
    check_health(&desk)?;
    Ok(format!("{} runs, {folded} events folded, every screen equal; {}", size.cycles, crowd.summary()))
}

/// Everything an agent can see, and the event number it is the state of. Nobody may act meanwhile. With `known`, messages
/// are read only for the conversations named and taken from that screen for the others.
async fn snapshot(agent: &Agent, known: Option<(&Screen, Vec<&str>)>) -> Result<(Screen, i64)> {
    let mut screen = Screen::default();
    let mut head = 0;
    for view in ["all", "resolved"] {
        let mut cursor = String::new();
        loop {
            let path = format!("/api/v1/conversations?view={view}&limit=100{cursor}");
            let page = agent.get(&path).await?.expect(200)?.body;
            head = page["head"].as_i64().context("no head")?;
            for item in page["items"].as_array().context("no items")? {
                screen.conversations.insert(item["id"].as_str().context("no id")?.to_owned(), item.clone());
            }
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
    }
    for id in screen.conversations.keys() {
        let carried = known.as_ref().filter(|(_, touched)| !touched.contains(&id.as_str()));
        if let Some(messages) = carried.and_then(|(known, _)| known.messages.get(id)) {
            screen.messages.insert(id.clone(), messages.clone());
            continue;
        }
        let path = format!("/api/v1/conversations/{id}/messages?limit=100&after_seq=");
        let mut after = 0;
        let messages = screen.messages.entry(id.clone()).or_default();
        loop {
            let page = agent.get(&format!("{path}{after}")).await?.expect(200)?.body;
            let found = page["messages"].as_array().context("no messages")?;
            messages.extend(found.iter().filter(|message| !messages.contains(message)).cloned().collect::<Vec<_>>());
            let last = found.iter().filter_map(|message| message["seq"].as_i64()).max().unwrap_or(after);
            if found.len() < 100 || last <= after {
                break;
            }
            after = last - 1;
        }
    }
    Ok((screen, head))
}

/// The events an agent may see after a number, and how far the log goes.
async fn events_after(agent: &Agent, mut after: i64) -> Result<(Vec<Value>, i64)> {
    let mut events = Vec::new();
    loop {
        let page = agent.get(&format!("/api/v1/events?after={after}&limit=500")).await?.expect(200)?.body;
        let found = page["events"].as_array().context("no events")?;
        let head = page["head"].as_i64().context("no head")?;
        events.extend(found.iter().cloned());
        match found.last().and_then(|event| event["seq"].as_i64()) {
            Some(last) if found.len() == 500 => after = last,
            _ => return Ok((events, head)),
        }
    }
}

/// People who do random things, some of them not allowed.
struct Crowd {
    agents: Vec<Agent>,
    visitors: Vec<(Visitor, Option<String>)>,
    rng: SmallRng,
    /// What was done, and how often the server said yes.
    done: BTreeMap<&'static str, u32>,
}

impl Crowd {
    async fn step(&mut self) -> Result<()> {
        let name = *[
            "say", "say", "say", "claim", "reply", "reply", "note", "release", "resolve", "reopen", "queue",
            "transfer", "read", "seen", "end", "draft",
        ]
        .choose(&mut self.rng)
        .context("no verbs")?;
        let status = match name {
            "say" | "end" | "seen" => self.visitor_step(name).await?,
            _ => self.agent_step(name).await?,
        };
        match status {
            200..=299 => *self.done.entry(name).or_default() += 1,
            0 | 400..=499 => {}
            status => bail!("{name} answered {status}"),
        }
        Ok(())
    }

    /// Status 0: there was nothing to do it with.
    async fn visitor_step(&mut self, name: &str) -> Result<u16> {
        let index = self.rng.random_range(0..self.visitors.len());
        let (visitor, conversation) = &mut self.visitors[index];
        if name == "say" {
            let text = format!("I say {}", self.rng.random_range(0..1000));
            let answer = visitor.send(conversation.as_deref(), &crate::client_id(), &text).await?;
            let id = answer.body["message"]["conversation_id"].as_str();
            *conversation = id.map(str::to_owned).or(conversation.take());
            return Ok(answer.status);
        }
        let Some(id) = conversation else { return Ok(0) };
        if name == "end" {
            return Ok(visitor.call("POST", &format!("/api/chat/end/{id}"), Some(&json!({}))).await?.status);
        }
        let history = visitor.call("GET", &format!("/api/chat/history/{id}"), None).await?.expect(200)?;
        let messages = history.body["messages"].as_array().context("no messages")?;
        let Some(message) = messages.choose(&mut self.rng).and_then(|message| message["id"].as_str()) else {
            return Ok(0);
        };
        let status = if self.rng.random_bool(0.5) { "read" } else { "delivered" };
        Ok(visitor.call("PUT", &format!("/api/chat/status/{message}"), Some(&json!({"status": status}))).await?.status)
    }

    async fn agent_step(&mut self, name: &str) -> Result<u16> {
        let known: Vec<&String> = self.visitors.iter().filter_map(|(_, id)| id.as_ref()).collect();
        let Some(&id) = known.choose(&mut self.rng) else { return Ok(0) };
        let agent = self.agents.choose(&mut self.rng).context("no agents")?;
        let other = self.agents.choose(&mut self.rng).context("no agents")?;
        let shown = agent.conversation(id).await?.expect(200)?.body["conversation"].clone();
        let epoch = shown["epoch"].as_i64().context("no epoch")?;
        let head = shown["head_seq"].as_i64().context("no head_seq")?;
        let path = format!("/api/v1/conversations/{id}");
        // Most verbs are the owner's: let the owner do them more often than not.
        let owner = self.agents.iter().find(|agent| shown["owner"]["id"] == json!(agent.id));
        let agent = owner.filter(|_| self.rng.random_bool(0.8)).unwrap_or(agent);
        let text = format!("{name} {}", self.rng.random_range(0..1000));
        let answer = match name {
            "claim" => agent.claim(id).await?,
            "reply" => agent.reply(id, epoch, &crate::client_id(), &text).await?,
            "note" => {
                let content = json!({"type": "text", "text": text});
                let body = json!({"client_id": crate::client_id(), "epoch": epoch, "content": content, "note": true});
                agent.post(&format!("{path}/messages"), &body).await?
            }
            "release" => agent.release(id, epoch).await?,
            "resolve" => agent.put(&format!("{path}/state"), &json!({"state": "resolved", "epoch": epoch})).await?,
            "reopen" => agent.put(&format!("{path}/state"), &json!({"state": "active", "epoch": epoch})).await?,
            "queue" => agent.put(&format!("{path}/state"), &json!({"state": "waiting", "epoch": epoch})).await?,
            "transfer" => {
                agent.put(&format!("{path}/transfer"), &json!({"agent_id": other.id, "epoch": epoch})).await?
            }
            "read" => {
                let read = self.rng.random_range(0..=head);
                agent.put(&format!("{path}/marks"), &json!({"delivered_seq": head, "read_seq": read})).await?
            }
            _ => agent.put(&format!("{path}/draft?mode=reply"), &json!({"text": text})).await?,
        };
        Ok(answer.status)
    }

    fn summary(&self) -> String {
        let done: Vec<_> = self.done.iter().map(|(name, count)| format!("{name} {count}")).collect();
        done.join(", ")
    }
}
