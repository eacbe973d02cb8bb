//! Prints durable closures per second and CPU per closure for each database
//! URL given: `cargo run --release -p db --example throughput -- sqlite:/tmp/t.db`.
//! A closure takes a number, inserts a message and emits an event.

use std::time::{Duration, Instant};

use db::{Db, DbError, Entry, Migration, Options, Tx, sql};

const SCHEMA: Migration = Migration {
    version: 1,
    name: "throughput",
    sql: "
        CREATE TABLE event (
            seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT NULL, conversation_id TEXT,
            actor TEXT NOT NULL, audience TEXT NOT NULL, body TEXT NOT NULL, cause TEXT
        );
        CREATE TABLE event_head (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL);
        INSERT INTO event_head (id, seq) VALUES (1, 0);
        CREATE TABLE conversation (id TEXT PRIMARY KEY, next_seq BIGINT NOT NULL);
        CREATE TABLE message (
            conversation_id TEXT NOT NULL, seq BIGINT NOT NULL, content TEXT NOT NULL,
            PRIMARY KEY (conversation_id, seq)
        );
    ",
};

const CONVERSATIONS: usize = 512;
const ROUND: Duration = Duration::from_secs(4);

fn send(tx: &mut Tx<'_>, conversation: &str) -> Result<i64, DbError> {
    let seq: i64 = sql("UPDATE conversation SET next_seq = next_seq + 1 WHERE id = $1 RETURNING next_seq")
        .bind(conversation)
        .one(tx)?;
    sql("INSERT INTO message (conversation_id, seq, content) VALUES ($1, $2, $3)")
        .bind(conversation)
        .bind(seq)
        .bind("Where is my refund? I ordered it three weeks ago.")
        .run(tx)?;
    tx.emit(Entry {
        at: 1_700_000_000_000,
        kind: "message.created",
        conversation_id: Some(conversation.to_owned()),
        actor: r#"{"kind":"contact","id":"0198"}"#.to_owned(),
        audience: "conversation".to_owned(),
        body: format!(r#"{{"seq":{seq},"content":"Where is my refund?"}}"#),
        cause: None,
    });
    Ok(seq)
}

/// Processor time of this process so far.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
    Duration::from_millis((ticks(11).unwrap_or(0) + ticks(12).unwrap_or(0)) * 10)
}

async fn round(db: &Db, tasks: usize, write: bool) -> Result<(), DbError> {
    let (before, used, started) = (db.stats(), cpu(), Instant::now());
    let running: Vec<_> = (0..tasks)
        .map(|task| {
            let db = db.clone();
            let conversation = format!("conversation-{:04}", task % CONVERSATIONS);
            tokio::spawn(async move {
                let mut slowest = Duration::ZERO;
                let mut count = 0_u64;
                while started.elapsed() < ROUND {
                    let begun = Instant::now();
                    let id = conversation.clone();
                    if write {
                        db.write(task as u64, move |tx| send(tx, &id)).await?;
                    } else {
                        db.read(move |tx| {
                            sql("SELECT next_seq FROM conversation WHERE id = $1").bind(id).one::<i64>(tx)
                        })
                        .await?;
                    }
                    slowest = slowest.max(begun.elapsed());
                    count += 1;
                }
                Ok::<_, DbError>((count, slowest))
            })
        })
        .collect();
    let (mut count, mut slowest) = (0, Duration::ZERO);
    for task in running {
        let (own, worst) = task.await.map_err(|_| DbError::Panicked)??;
        count += own;
        slowest = slowest.max(worst);
    }
    let took = started.elapsed().as_secs_f64();
    let after = db.stats();
    let commits = (after.commits - before.commits).max(1);
    println!(
        "{:>5} {tasks:>4} tasks: {:>8.0}/s, {:>6.1} per commit, {:>6.1} µs CPU each, slowest {slowest:?}",
        if write { "write" } else { "read" },
        count as f64 / took,
        (after.closures - before.closures) as f64 / commits as f64,
        (cpu() - used).as_secs_f64() * 1e6 / count.max(1) as f64,
    );
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), DbError> {
    for url in std::env::args().skip(1) {
        let db = Db::open(&Options::new(url))?;
        println!("{:?}", db.engine());
        db.migrate(&[SCHEMA])?;
        db.write(0, |tx| {
            for number in 0..CONVERSATIONS {
                sql("INSERT INTO conversation (id, next_seq) VALUES ($1, 0) ON CONFLICT DO NOTHING")
                    .bind(format!("conversation-{number:04}"))
                    .run(tx)?;
            }
            Ok::<_, DbError>(())
        })
        .await?;
        for tasks in [1, 32, 256] {
            round(&db, tasks, true).await?;
        }
        for tasks in [1, 32] {
            round(&db, tasks, false).await?;
        }
        db.close().await;
    }
    Ok(())
}
