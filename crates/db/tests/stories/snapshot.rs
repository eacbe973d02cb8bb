//! Reads: one snapshot, the newest one, and nothing else.

use db::{DbError, sql};

use crate::place::{Place, entry, note, notes, write_note};

crate::on_both!(
    a_read_sees_one_snapshot,
    a_read_sees_every_answered_write,
    a_read_can_neither_write_nor_emit,
    a_read_that_panics_or_fails_harms_nobody,
    the_log_is_read_in_pages,
);

async fn a_read_sees_one_snapshot(place: Place) {
    let (opened, is_open) = tokio::sync::oneshot::channel();
    let (go_on, wait) = std::sync::mpsc::channel();
    note(&place.db, 0, 1).await.unwrap();
    let reader = place.db.clone();
    let reading = tokio::spawn(async move {
        reader
            .read(move |tx| {
                let before = sql("SELECT COUNT(*) FROM note").one::<i64>(tx)?;
                opened.send(()).unwrap();
                wait.recv().unwrap();
                let after = sql("SELECT COUNT(*) FROM note").one::<i64>(tx)?;
                Ok::<_, DbError>((before, after, tx.head()?))
            })
            .await
    });
    is_open.await.unwrap();
    note(&place.db, 0, 2).await.unwrap();
    go_on.send(()).unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), (1, 1, 1));
    assert_eq!(notes(&place.db).await, [1, 2]);
}

async fn a_read_sees_every_answered_write(place: Place) {
    for id in 0..50 {
        note(&place.db, id as u64, id).await.unwrap();
        assert_eq!(notes(&place.db).await.len() as i64, id + 1);
    }
}

async fn a_read_can_neither_write_nor_emit(place: Place) {
    let written = place.db.read(|tx| write_note(tx, 1)).await;
    assert!(matches!(written, Err(DbError::Statement(_))), "{written:?}");
    let emitted = place
        .db
        .read(|tx| {
            tx.emit(entry(1));
            Ok::<_, DbError>(())
        })
        .await;
    assert!(matches!(emitted, Err(DbError::Statement(_))), "{emitted:?}");
    assert!(notes(&place.db).await.is_empty());
}

async fn a_read_that_panics_or_fails_harms_nobody(place: Place) {
    let db = &place.open(|options| options.readers = 1);
    let panicked = db.read(|_| -> Result<(), DbError> { panic!("a read that panics") }).await;
    assert_eq!(panicked, Err(DbError::Panicked));
    let failed = db.read(|tx| sql("SELECT nothing FROM nowhere").all::<i64>(tx)).await;
    assert!(matches!(failed, Err(DbError::Statement(_))));
    assert!(notes(db).await.is_empty());
}

async fn the_log_is_read_in_pages(place: Place) {
    assert_eq!(place.db.read(|tx| tx.head()).await, Ok(0));
    for id in 1..=5 {
        note(&place.db, 0, id).await.unwrap();
    }
    let page = place.db.read(|tx| tx.events_after(1, 2)).await.unwrap();
    assert_eq!(page.iter().map(|event| event.seq).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(page[0].kind, "note.created");
    assert_eq!(page[0].conversation_id.as_deref(), Some("conversation-2"));
    assert_eq!(page[1].conversation_id, None);
    assert_eq!(page[1].at, 1_700_000_000_003);
    assert_eq!(place.db.read(|tx| tx.head()).await, Ok(5));
    assert!(place.db.read(|tx| tx.events_after(5, 2)).await.unwrap().is_empty());
}
