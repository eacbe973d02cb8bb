//! The feed: before the answer, in order, bounded.

use std::task::{Context, Poll, Waker};

use db::{Feed, FeedItem};

use crate::place::{Place, hold, log, note, start};

crate::on_both!(
    a_batch_is_fed_before_its_callers_are_answered,
    batches_come_in_order_and_equal_the_log,
    a_reader_that_falls_behind_is_told,
    the_feed_ends_with_the_database,
);

/// What the feed holds right now.
fn now(feed: &mut Feed) -> Option<FeedItem> {
    let mut context = Context::from_waker(Waker::noop());
    match std::pin::pin!(feed.recv()).poll(&mut context) {
        Poll::Ready(item) => item,
        Poll::Pending => None,
    }
}

async fn a_batch_is_fed_before_its_callers_are_answered(place: Place) {
    let db = &place.db;
    note(db, 0, 1).await.unwrap();
    let mut feed = db.feed().unwrap();
    assert!(db.feed().is_none(), "it has one reader");
    assert!(now(&mut feed).is_none(), "what came before is not in it");
    note(db, 0, 2).await.unwrap();
    let Some(FeedItem::Batch(batch)) = now(&mut feed) else { panic!("answered before fed") };
    let [event] = batch.as_slice() else { panic!("{batch:?}") };
    assert_eq!((event.seq, event.body.as_str()), (2, "2"));
    let stored = db.read(|tx| tx.events_after(1, 10)).await.unwrap();
    assert_eq!(stored, [(**event).clone()], "the feed and the table say the same");
}

async fn batches_come_in_order_and_equal_the_log(place: Place) {
    let db = place.open(|options| options.writers = 1);
    let mut feed = db.feed().unwrap();
    let tasks: Vec<_> = (0..8_i64)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                for round in 0..25 {
                    note(&db, 0, task * 25 + round).await.unwrap();
                }
            })
        })
        .collect();
    let mut fed = Vec::new();
    while fed.len() < 200 {
        match feed.recv().await {
            Some(FeedItem::Batch(batch)) => fed.extend(batch),
            other => panic!("{other:?}"),
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(fed.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=200).collect::<Vec<_>>());
    let bodies: Vec<i64> = fed.iter().map(|event| event.body.parse().unwrap()).collect();
    assert_eq!(bodies, log(&db).await);
}

async fn a_reader_that_falls_behind_is_told(place: Place) {
    let db = &place.open(|options| options.batch = 1);
    let mut feed = db.feed().unwrap();
    let release = hold(db, 0).await;
    let waiting: Vec<_> = (0..1100).map(|id| start(note(db, 0, id))).collect();
    drop(release);
    for one in waiting {
        one.await.unwrap();
    }
    assert!(matches!(now(&mut feed), Some(FeedItem::Overflow)));
    assert!(now(&mut feed).is_none(), "what was queued is covered by reading the table");
    note(db, 0, 5000).await.unwrap();
    let Some(FeedItem::Batch(batch)) = now(&mut feed) else { panic!("the feed did not go on") };
    assert_eq!(batch[0].seq, 1101);
}

async fn the_feed_ends_with_the_database(place: Place) {
    let mut feed = place.db.feed().unwrap();
    note(&place.db, 0, 1).await.unwrap();
    place.db.close().await;
    assert!(matches!(feed.recv().await, Some(FeedItem::Batch(_))));
    assert!(feed.recv().await.is_none());
}
