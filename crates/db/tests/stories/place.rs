//! An empty database of either engine with a small table to play with.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use db::{Db, DbError, Entry, Migration, Options, Tx, sql};
use rig::daemon::Postgres;

pub const SCHEMA: Migration = Migration {
    version: 1,
    name: "start",
    sql: "
        CREATE TABLE event (
            seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, kind TEXT NOT NULL, conversation_id TEXT,
            actor TEXT NOT NULL, audience TEXT NOT NULL, body TEXT NOT NULL, cause TEXT
        );
        CREATE TABLE event_head (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL);
        INSERT INTO event_head (id, seq) VALUES (1, 0);
        CREATE TABLE note (id BIGINT PRIMARY KEY, text TEXT NOT NULL);
    ",
};

/// What a verb answers when it refuses, beside what the database answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    No(i64),
    Db(DbError),
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // The threads may be ending now and remove files under our hands.
        for _ in 0..100 {
            if std::fs::remove_dir_all(&self.0).is_ok() || !self.0.exists() {
                break;
            }
        }
    }
}

pub struct Place {
    pub options: Options,
    pub db: Db,
    folder: Option<Folder>,
}

impl Place {
    pub fn sqlite() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("db-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        let url = format!("sqlite:{}", folder.join("desk.db").display());
        Self::at(url, Some(Folder(folder)))
    }

    pub fn postgres() -> Self {
        Self::at(Postgres::shared().unwrap().create_database().unwrap(), None)
    }

    fn at(url: String, folder: Option<Folder>) -> Self {
        let options = Options::new(url);
        let db = Db::open(&options).unwrap();
        db.migrate(&[SCHEMA]).unwrap();
        Self { options, db, folder }
    }

    /// The file of a SQLite place.
    pub fn file(&self) -> PathBuf {
        self.folder.as_ref().unwrap().0.join("desk.db")
    }

    /// Another way into the same database.
    pub fn open(&self, change: impl FnOnce(&mut Options)) -> Db {
        let mut options = self.options.clone();
        change(&mut options);
        Db::open(&options).unwrap()
    }
}

pub fn entry(body: i64) -> Entry {
    Entry {
        at: 1_700_000_000_000 + body,
        kind: "note.created",
        conversation_id: (body % 2 == 0).then(|| format!("conversation-{body}")),
        actor: "{\"kind\":\"system\"}".into(),
        audience: "agents".into(),
        body: body.to_string(),
        cause: None,
    }
}

/// Inserts a note and emits its event.
pub fn write_note(tx: &mut Tx<'_>, id: i64) -> Result<i64, DbError> {
    sql("INSERT INTO note (id, text) VALUES ($1, $2)").bind(id).bind("a note").run(tx)?;
    tx.emit(entry(id));
    Ok(id)
}

pub async fn note(db: &Db, lane: u64, id: i64) -> Result<i64, DbError> {
    db.write(lane, move |tx| write_note(tx, id)).await
}

pub async fn notes(db: &Db) -> Vec<i64> {
    db.read(|tx| sql("SELECT id FROM note ORDER BY id").all::<i64>(tx)).await.unwrap()
}

/// The log as (seq, body), which must be dense from 1.
pub async fn log(db: &Db) -> Vec<i64> {
    let (events, head) = db.read(|tx| Ok::<_, DbError>((tx.events_after(0, 100_000)?, tx.head()?))).await.unwrap();
    let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=head).collect::<Vec<_>>(), "dense and complete");
    events.iter().map(|event| event.body.parse().unwrap()).collect()
}

/// Holds the writer of `lane` inside a closure, so that what is written next
/// waits and forms one group. Dropping the sender lets it go on.
pub async fn hold(db: &Db, lane: u64) -> mpsc::Sender<()> {
    let (release, wait) = mpsc::channel::<()>();
    let (entered, inside) = tokio::sync::oneshot::channel();
    let mut entered = Some(entered);
    let db = db.clone();
    tokio::spawn(async move {
        db.write(lane, move |_| {
            if let Some(entered) = entered.take() {
                entered.send(()).unwrap();
            }
            let _ = wait.recv();
            Ok::<_, DbError>(())
        })
        .await
    });
    inside.await.unwrap();
    release
}

/// Polls a future once, so that its work is queued, and hands it back.
pub fn start<F: Future>(future: F) -> std::pin::Pin<Box<F>> {
    let mut future = Box::pin(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    future
}
