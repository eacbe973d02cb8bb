//! Ending: what was queued is done, what comes later is refused, nobody waits
//! for ever.

use std::time::Duration;

use db::DbError;

use crate::place::{Place, hold, log, note, notes, start};

crate::on_both!(work_is_done_even_if_nobody_waits_for_it, closing_finishes_what_is_queued,);

async fn work_is_done_even_if_nobody_waits_for_it(place: Place) {
    let db = &place.db;
    let release = hold(db, 0).await;
    for id in 0..20 {
        drop(start(note(db, 0, id)));
    }
    drop(release);
    note(db, 0, 20).await.unwrap();
    let all: Vec<i64> = (0..=20).collect();
    assert_eq!(notes(db).await, all);
    assert_eq!(log(db).await, all);
}

async fn closing_finishes_what_is_queued(place: Place) {
    let db = &place.db;
    let release = hold(db, 0).await;
    let queued: Vec<_> = (0..20).map(|id| start(note(db, 0, id))).collect();
    let closing = start(db.close());
    let late = note(db, 0, 99).await;
    assert!(matches!(late, Err(DbError::Unavailable(_))), "{late:?}");
    drop(release);
    closing.await;
    for (id, one) in (0..).zip(queued) {
        assert_eq!(one.await, Ok(id));
    }
    let late = db.read(|tx| tx.head()).await;
    assert!(matches!(late, Err(DbError::Unavailable(_))), "{late:?}");
    db.close().await;
    assert_eq!(notes(&place.open(|_| ())).await, (0..20).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wal_is_folded_into_the_file() {
    let place = Place::sqlite();
    note(&place.db, 0, 1).await.unwrap();
    let wal = place.file().with_extension("db-wal");
    assert!(wal.metadata().unwrap().len() > 0);
    place.db.close().await;
    assert_eq!(wal.metadata().map_or(0, |found| found.len()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_last_clone_finishes_what_is_queued() {
    let place = Place::sqlite();
    let db = place.open(|_| ());
    let mut feed = db.feed().unwrap();
    let release = hold(&db, 0).await;
    drop(start(note(&db, 0, 1)));
    drop(db);
    drop(release);
    assert!(feed.recv().await.is_some());
    assert!(feed.recv().await.is_none(), "the writer has ended");
    assert_eq!(notes(&place.db).await, [1]);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_is_unavailable_after_five_seconds() {
    let place = Place::sqlite();
    let db = &place.open(|options| options.queue = 2);
    let release = hold(db, 0).await;
    let (first, second) = (start(note(db, 0, 1)), start(note(db, 0, 2)));
    assert_eq!(db.stats().queue_depth, 2);
    let started = tokio::time::Instant::now();
    let third = note(db, 0, 3).await;
    assert_eq!(third, Err(DbError::Unavailable("the queue is full".into())));
    assert_eq!(started.elapsed().as_secs(), Duration::from_secs(5).as_secs());
    drop(release);
    assert_eq!((first.await, second.await), (Ok(1), Ok(2)));
    assert_eq!(note(db, 0, 4).await, Ok(4));
}
