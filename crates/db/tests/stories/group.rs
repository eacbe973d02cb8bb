//! Group commit: what fails is undone alone, what succeeds is numbered densely.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use db::{DbError, Tx, sql};

use crate::place::{Place, Refusal, hold, log, note, notes, start, write_note};

crate::on_both!(
    each_closure_of_a_group_has_its_own_fate,
    refusals_before_any_write_cost_no_second_run,
    a_refusal_alone_is_undone,
    a_failed_statement_spoils_only_its_closure,
    many_tasks_get_dense_numbers,
    a_poisonous_event_fails_alone,
    rows_put_off_are_seen_by_whoever_looks,
    a_row_put_off_that_breaks_a_rule_fails_alone,
);

async fn each_closure_of_a_group_has_its_own_fate(place: Place) {
    let db = &place.db;
    let release = hold(db, 0).await;
    let before = db.stats();
    let runs = Arc::new(AtomicU32::new(0));
    let group: Vec<_> = (0..40_i64)
        .map(|id| {
            let runs = Arc::clone(&runs);
            start(db.write(0, move |tx| {
                runs.fetch_add(1, Ordering::Relaxed);
                if id % 4 == 3 {
                    return Err(Refusal::No(id));
                }
                write_note(tx, id)?;
                match id % 4 {
                    0 => Ok(id),
                    1 => Err(Refusal::No(id)),
                    _ => panic!("a closure that panics after writing"),
                }
            }))
        })
        .collect();
    drop(release);
    for (id, outcome) in (0..).zip(group) {
        let expected = match id % 4 {
            0 => Ok(id),
            2 => Err(Refusal::Db(DbError::Panicked)),
            _ => Err(Refusal::No(id)),
        };
        assert_eq!(outcome.await, expected);
    }
    let kept: Vec<i64> = (0..40).step_by(4).collect();
    assert_eq!(notes(db).await, kept);
    assert_eq!(log(db).await, kept);
    let after = db.stats();
    assert_eq!(after.commits - before.commits, 2, "the held closure, then the group");
    assert_eq!(after.batches_rerun - before.batches_rerun, 1);
    assert_eq!(after.closures - before.closures, 40);
    assert!(runs.load(Ordering::Relaxed) < 80, "the first pass stops at the first undo");
}

async fn refusals_before_any_write_cost_no_second_run(place: Place) {
    let db = &place.db;
    let release = hold(db, 0).await;
    let before = db.stats();
    let group: Vec<_> = (0..10_i64)
        .map(|id| {
            start(db.write(0, move |tx| {
                let there = sql("SELECT id FROM note WHERE id = $1").bind(id).maybe::<i64>(tx)?;
                assert_eq!(there, None);
                if id % 2 == 0 { Ok(write_note(tx, id)?) } else { Err(Refusal::No(id)) }
            }))
        })
        .collect();
    drop(release);
    for (id, outcome) in (0..).zip(group) {
        assert_eq!(outcome.await.is_ok(), id % 2 == 0);
    }
    assert_eq!(db.stats().batches_rerun, before.batches_rerun);
    assert_eq!(log(db).await, [0, 2, 4, 6, 8]);
}

async fn a_refusal_alone_is_undone(place: Place) {
    let db = &place.db;
    assert_eq!(note(db, 0, 1).await, Ok(1));
    let refused = db
        .write(0, |tx| {
            write_note(tx, 2)?;
            sql("UPDATE note SET text = $1 WHERE id = $2").bind("lost").bind(1).run(tx)?;
            Err::<(), _>(Refusal::No(2))
        })
        .await;
    assert_eq!(refused, Err(Refusal::No(2)));
    assert_eq!(note(db, 0, 3).await, Ok(3));
    let texts = db.read(|tx| sql("SELECT text FROM note").all::<String>(tx)).await.unwrap();
    assert_eq!(texts, ["a note", "a note"]);
    assert_eq!(log(db).await, [1, 3]);
    assert_eq!(db.stats().batches_rerun, 0, "nobody else was in the transaction");
}

async fn a_failed_statement_spoils_only_its_closure(place: Place) {
    let db = &place.db;
    let release = hold(db, 0).await;
    let first = start(note(db, 0, 1));
    let again = start(note(db, 0, 1));
    let swallowed = start(db.write(0, |tx| {
        write_note(tx, 2)?;
        let taken = write_note(tx, 1);
        assert_eq!(taken, Err(DbError::Conflict));
        let later = sql("SELECT COUNT(*) FROM note").one::<i64>(tx);
        assert_eq!(later, Err(DbError::Conflict), "the same on both engines");
        Ok::<_, DbError>(())
    }));
    let polite = start(db.write(0, |tx| {
        sql("INSERT INTO note (id, text) VALUES ($1, $2) ON CONFLICT DO NOTHING").bind(1).bind("second").run(tx)
    }));
    let wrong = start(db.write(0, |tx| sql("SELECT nothing FROM nowhere").one::<i64>(tx)));
    let last = start(note(db, 0, 3));
    drop(release);
    assert_eq!(first.await, Ok(1));
    assert_eq!(again.await, Err(DbError::Conflict));
    assert_eq!(swallowed.await, Err(DbError::Conflict));
    assert_eq!(polite.await, Ok::<_, DbError>(0));
    assert!(matches!(wrong.await, Err(DbError::Statement(_))));
    assert_eq!(last.await, Ok(3));
    assert_eq!(notes(db).await, [1, 3]);
    assert_eq!(log(db).await, [1, 3]);
}

async fn many_tasks_get_dense_numbers(place: Place) {
    let tasks: Vec<_> = (0..32_i64)
        .map(|task| {
            let db = place.db.clone();
            tokio::spawn(async move {
                for round in 0..25 {
                    let id = task * 100 + round;
                    let outcome = db
                        .write(task as u64, move |tx| {
                            write_note(tx, id)?;
                            if round % 5 == 4 { Err(Refusal::No(id)) } else { Ok(id) }
                        })
                        .await;
                    assert_eq!(outcome.is_ok(), round % 5 != 4, "{outcome:?}");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut logged = log(&place.db).await;
    assert_eq!(logged.len(), 32 * 20);
    for task in 0..32 {
        let own: Vec<i64> = logged.iter().copied().filter(|id| id / 100 == task).collect();
        assert!(own.is_sorted(), "one lane is numbered in the order it was served");
    }
    logged.sort_unstable();
    assert_eq!(logged, notes(&place.db).await);
}

async fn a_poisonous_event_fails_alone(place: Place) {
    let db = &place.db;
    let release = hold(db, 0).await;
    let before = start(note(db, 0, 1));
    let poison = start(db.write(0, |tx| {
        write_note(tx, 2)?;
        let mut entry = crate::place::entry(2);
        // PostgreSQL's TEXT cannot hold it, and only the insert finds out.
        entry.cause = Some("\0".into());
        tx.emit(entry);
        Ok::<_, DbError>(())
    }));
    let after = start(note(db, 0, 3));
    drop(release);
    assert_eq!(before.await, Ok(1));
    assert_eq!(after.await, Ok(3));
    match (poison.await, db.engine()) {
        (Err(DbError::Statement(_)), db::Engine::Postgres) => {
            assert_eq!(log(db).await, [1, 3]);
            assert_eq!(notes(db).await, [1, 3]);
        }
        (Ok(()), db::Engine::Sqlite) => assert_eq!(log(db).await, [1, 2, 2, 3]),
        (other, engine) => panic!("{other:?} on {engine:?}"),
    }
}

fn put_off(tx: &mut Tx<'_>, id: i64, text: &str) -> Result<(), DbError> {
    sql("INSERT INTO note (id, text) VALUES ($1, $2)").bind(id).bind(text).insert(tx)
}

async fn rows_put_off_are_seen_by_whoever_looks(place: Place) {
    let count = "SELECT count(*) FROM note";
    let seen = place.db.write(0, move |tx| {
        put_off(tx, 1, "one")?;
        put_off(tx, 2, "")?;
        sql(count).one::<i64>(tx)
    });
    assert_eq!(seen.await, Ok(2));
    let release = hold(&place.db, 0).await;
    let group: Vec<_> = (10..50_i64).map(|id| start(place.db.write(0, move |tx| put_off(tx, id, "many")))).collect();
    drop(release);
    for outcome in group {
        assert_eq!(outcome.await, Ok(()));
    }
    assert_eq!(notes(&place.db).await, [1, 2].into_iter().chain(10..50).collect::<Vec<_>>());
}

async fn a_row_put_off_that_breaks_a_rule_fails_alone(place: Place) {
    note(&place.db, 0, 7).await.unwrap();
    let release = hold(&place.db, 0).await;
    let group: Vec<_> = (0..20_i64)
        .map(|task| {
            let id = if task == 3 { 7 } else { 100 + task };
            start(place.db.write(0, move |tx| {
                put_off(tx, id, "late")?;
                tx.emit(crate::place::entry(id));
                Ok::<_, DbError>(())
            }))
        })
        .collect();
    drop(release);
    for (task, outcome) in (0..).zip(group) {
        let expected = if task == 3 { Err(DbError::Conflict) } else { Ok(()) };
        assert_eq!(outcome.await, expected, "{task}");
    }
    let kept: Vec<i64> = std::iter::once(7).chain((100..120).filter(|id| *id != 103)).collect();
    assert_eq!(notes(&place.db).await, kept);
    assert_eq!(log(&place.db).await, kept);
}
