//! A desk with years in it: filled over the public API, then asked for what people look at all day.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use rig::client::{Agent, Visitor};
use serde_json::{Value, json};

use crate::reads;
use crate::step::StepArguments;
use crate::target::Target;

/// How much is stored.
#[derive(Debug, Clone, clap::Args)]
pub struct StockArguments {
    /// Conversations to make.
    #[arg(long, default_value_t = 10_000)]
    pub conversations: usize,
    /// Messages in all of them together.
    #[arg(long, default_value_t = 100_000)]
    pub messages: usize,
}

/// Conversations that are made at once, so that they share commits.
const PARALLEL: usize = 192;
/// One conversation of so many stays open.
const STILL_OPEN: usize = 50;
/// Agents who have them.
const AGENTS: usize = 20;
/// The newest conversations whose histories are read.
const LATEST: usize = 2_000;

const SYLLABLES: [&str; 32] = [
    "ra", "len", "mo", "ti", "ska", "vor", "pel", "nu", "dri", "ost", "gam", "sel", "qui", "bra", "fen", "lo", "zer",
    "hin", "cu", "mat", "ve", "dol", "pri", "sun", "ker", "al", "tem", "ju", "bis", "wor", "xa", "nim",
];
const COMMON: [&str; 24] = [
    "order", "refund", "delivery", "where", "please", "thanks", "invoice", "address", "when", "the", "my", "not",
    "parcel", "return", "account", "password", "broken", "email", "late", "size", "price", "cancel", "change", "hello",
];

/// Fills the desk; an agent has every conversation, and most of them are resolved.
pub async fn fill(target: &Target, size: &StockArguments) -> Result<Value> {
    ensure!(size.messages >= size.conversations, "every conversation begins with a message");
    let agents = target.agents(AGENTS).await?;
    let (began, done) = (Instant::now(), AtomicUsize::new(0));
    let make = |index: usize| {
        let (agent, done) = (&agents[index % agents.len()], &done);
        let share = size.messages / size.conversations + usize::from(index < size.messages % size.conversations);
        async move {
            one(target, agent, index, share).await.with_context(|| format!("conversation {index}"))?;
            let made = done.fetch_add(1, Relaxed) + 1;
            if made.is_multiple_of(10_000) {
                println!("fill      {made} conversations after {:.0} s", began.elapsed().as_secs_f64());
            }
            anyhow::Ok(())
        }
    };
    stream::iter((0..size.conversations).map(make)).buffer_unordered(PARALLEL).try_collect::<Vec<()>>().await?;
    let took = began.elapsed().as_secs_f64();
    println!("fill      {} messages in {} conversations, {took:.0} s", size.messages, size.conversations);
    Ok(json!({"conversations": size.conversations, "messages": size.messages, "seconds": took.round()}))
}

async fn one(target: &Target, agent: &Agent, index: usize, messages: usize) -> Result<()> {
    let visitor = Visitor::arrive(target.api.clone(), &target.inbox_key).await?;
    let id = visitor.open(&sentence(index, 0)).await?;
    let claimed = agent.claim(&id).await?.expect(200)?;
    for turn in 1..messages {
        visitor.send(Some(&id), &rig::client_id(), &sentence(index, turn)).await?.expect(201)?;
    }
    if !index.is_multiple_of(STILL_OPEN) {
        let epoch = claimed.body["conversation"]["epoch"].as_i64().context("a claim names the epoch")?;
        agent.put(&format!("/api/v1/conversations/{id}/resolve"), &json!({"epoch": epoch})).await?.expect(200)?;
    }
    Ok(())
}

/// Words as people use them: a few are in every other message, most are rare.
fn sentence(conversation: usize, turn: usize) -> String {
    let mut state = (conversation as u64) << 20 | turn as u64 | 1 << 50;
    let mut next = || {
        // splitmix64
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33) as usize
    };
    let mut words = Vec::new();
    for _ in 0..8 + next() % 14 {
        words.push(if next() % 3 == 0 { COMMON[next() % COMMON.len()].to_owned() } else { rare(next()) });
    }
    words.join(" ")
}

fn rare(number: usize) -> String {
    [number % 32, number / 32 % 32, number / 1_024 % 32].map(|at| SYLLABLES[at]).concat()
}

/// The lists, a search and the histories of a desk that is filled, each at `rate` a second.
pub async fn look(target: &Target, rate: f64, size: &StepArguments) -> Result<Value> {
    let me = &target.administrator;
    let headers = target.headers(&me.auth);
    let paths = |paths: Vec<String>| paths.iter().map(|path| reads::request(path, &headers)).collect::<Vec<_>>();
    let lists =
        ["all", "mine", "waiting", "resolved"].map(|view| format!("/api/v1/conversations?view={view}&limit=50"));
    let mut figures = vec![reads::at_rate(target, "lists", paths(lists.to_vec()), 8, rate, size).await?];
    let listed = me.get("/api/v1/conversations?view=resolved&limit=100").await?.expect(200)?.body;
    let mut histories: Vec<String> = Vec::new();
    let mut page = listed;
    loop {
        let ids = page["items"].as_array().into_iter().flatten().filter_map(|it| it["id"].as_str());
        histories.extend(ids.map(|id| format!("/api/v1/conversations/{id}/messages?limit=50")));
        let Some(next) = page["next"].as_str().filter(|_| histories.len() < LATEST) else { break };
        page = me.get(&format!("/api/v1/conversations?view=resolved&limit=100&cursor={next}")).await?.expect(200)?.body;
    }
    figures.push(reads::at_rate(target, "history", paths(histories), 8, rate, size).await?);
    let words = |index: usize| match index % 4 {
        0 => rare(index * 7_919),
        1 => format!("{} {}", COMMON[index % COMMON.len()], rare(index * 104_729)),
        2 => COMMON[index % COMMON.len()].to_owned(),
        _ => rare(index * 31)[..4].to_owned(),
    };
    let searches = (0..400).map(|index| format!("/api/v1/search?q={}", words(index).replace(' ', "%20"))).collect();
    figures.push(reads::at_rate(target, "search", paths(searches), 8, rate.min(20.0), size).await?);
    Ok(json!(figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_repeat_and_sentences_do_not() {
        assert_eq!(sentence(7, 3), sentence(7, 3));
        assert_ne!(sentence(7, 3), sentence(7, 4));
        assert_ne!(sentence(7, 3), sentence(8, 3));
        let all: String = (0..200).map(|index| sentence(index, 0)).collect::<Vec<_>>().join(" ");
        assert!(COMMON.iter().all(|word| all.contains(word)));
    }
}
