//! SQLite: settings that make an answer durable, and a disk that fills up.

use db::{Db, DbError, Options, sql};

use crate::place::{Place, log, note, notes};

async fn pragma(db: &Db, text: &'static str, write: bool) -> i64 {
    if write {
        db.write(0, move |tx| sql(text).one::<i64>(tx)).await.unwrap()
    } else {
        db.read(move |tx| sql(text).one::<i64>(tx)).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_commit_reaches_the_disk() {
    let place = Place::sqlite();
    assert_eq!(pragma(&place.db, "PRAGMA synchronous", true).await, 2, "FULL");
    assert_eq!(pragma(&place.db, "PRAGMA foreign_keys", true).await, 1);
    assert_eq!(pragma(&place.db, "PRAGMA query_only", true).await, 0);
    assert_eq!(pragma(&place.db, "PRAGMA query_only", false).await, 1);
    let mode = place.db.read(|tx| sql("PRAGMA journal_mode").one::<String>(tx)).await;
    assert_eq!(mode, Ok("wal".into()));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::sqlite();
    note(&place.db, 0, 1).await.unwrap();
    for extension in ["db", "db-wal"] {
        let mode = place.file().with_extension(extension).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{extension}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_and_heals() {
    let place = Place::sqlite();
    let db = &place.db;
    let pages = pragma(db, "PRAGMA page_count", true).await;
    assert!(pages < 40);
    pragma(db, "PRAGMA max_page_count = 40", true).await;

    let mut kept = Vec::new();
    let mut refused = 0;
    let tasks: Vec<_> = (0..8_i64)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut outcomes = Vec::new();
                for round in 0..50 {
                    let id = task * 1000 + round;
                    let text = "x".repeat(900);
                    let outcome = db
                        .write(0, move |tx| {
                            sql("INSERT INTO note (id, text) VALUES ($1, $2)").bind(id).bind(text.as_str()).run(tx)?;
                            tx.emit(crate::place::entry(id));
                            Ok::<_, DbError>(id)
                        })
                        .await;
                    outcomes.push(outcome);
                }
                outcomes
            })
        })
        .collect();
    for task in tasks {
        for outcome in task.await.unwrap() {
            match outcome {
                Ok(id) => kept.push(id),
                Err(DbError::Full) => refused += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    kept.sort_unstable();
    assert!(!kept.is_empty() && refused > 0, "{} kept, {refused} refused", kept.len());
    assert_eq!(notes(db).await, kept, "reads work while it is full, and hold what was answered");
    assert_eq!(log(db).await.len(), kept.len());

    pragma(db, "PRAGMA max_page_count = 100000", true).await;
    assert_eq!(note(db, 0, 77_777).await, Ok(77_777));
    let sound = db.read(|tx| sql("PRAGMA integrity_check").one::<String>(tx)).await;
    assert_eq!(sound, Ok("ok".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wal_does_not_grow_for_ever() {
    let place = Place::sqlite();
    for id in 0..120 {
        let text = "x".repeat(1_000_000);
        place
            .db
            .write(0, move |tx| sql("INSERT INTO note (id, text) VALUES ($1, $2)").bind(id).bind(text.as_str()).run(tx))
            .await
            .unwrap();
    }
    let wal = place.file().with_extension("db-wal").metadata().unwrap().len();
    assert!(wal < 60_000_000, "120 MB were written, the WAL holds {wal} bytes");
}

#[tokio::test]
async fn nonsense_is_refused_at_the_door() {
    for url in ["sqlite:", "sqlite::memory:", "mysql://h/d", "sqlite:/nowhere/at/all/desk.db"] {
        let outcome = Db::open(&Options::new(url)).map(drop);
        assert!(matches!(outcome, Err(DbError::Unfit(_))), "{url}: {outcome:?}");
    }
}

/// What would be found after the power went now: the files as they are, opened elsewhere.
async fn found_elsewhere(place: &Place) -> Vec<i64> {
    let copy = Place::sqlite();
    copy.db.close().await;
    for extension in ["db", "db-wal"] {
        std::fs::copy(place.file().with_extension(extension), copy.file().with_extension(extension)).unwrap();
    }
    let reopened = copy.open(|_| {});
    notes(&reopened).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_in_the_files() {
    let place = Place::sqlite();
    for id in 1..=5 {
        note(&place.db, 0, id).await.unwrap();
        assert_eq!(found_elsewhere(&place).await, (1..=id).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_larger_than_what_is_held_back_is_whole() {
    let place = Place::sqlite();
    let rows = 1..=3_000_i64;
    let all = rows.clone();
    let outcome = place.db.write(0, move |tx| {
        for id in all.clone() {
            sql("INSERT INTO note (id, text) VALUES ($1, $2)").bind(id).bind("x".repeat(9_000)).run(tx)?;
        }
        Ok::<_, DbError>(())
    });
    outcome.await.unwrap();
    assert_eq!(found_elsewhere(&place).await, rows.clone().collect::<Vec<_>>());
    let undone = place.db.write(0, |tx| {
        sql("UPDATE note SET text = $1").bind("y".repeat(9_000)).run(tx)?;
        sql("INSERT INTO note (id, text) VALUES (1, 'again')").run(tx)
    });
    assert_eq!(undone.await, Err(DbError::Conflict));
    note(&place.db, 0, 3_001).await.unwrap();
    let kept = place.db.read(|tx| sql("SELECT count(*) FROM note WHERE text LIKE 'x%'").one::<i64>(tx)).await;
    assert_eq!(kept, Ok(3_000), "the undone half was written to the log and is not believed");
    assert_eq!(found_elsewhere(&place).await.len(), 3_001);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_grows_ahead_of_what_is_written() {
    let place = Place::sqlite();
    note(&place.db, 0, 1).await.unwrap();
    let length = || place.file().with_extension("db-wal").metadata().map_or(0, |log| log.len());
    let reserved = length();
    for id in 2..=5 {
        note(&place.db, 0, id).await.unwrap();
    }
    assert_eq!(length(), reserved, "a few small commits need no new length");
    place.db.close().await;
    assert_eq!(length(), 0, "nothing of it stays");
}
