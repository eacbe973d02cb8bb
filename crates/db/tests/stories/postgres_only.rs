//! PostgreSQL: an unfit server, lost connections, deadlocks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use db::{Db, DbError, Options, sql};
use rig::daemon::Postgres;
use tokio::sync::Barrier;

use crate::place::{Place, SCHEMA, log, note, notes};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_acknowledges_before_its_disk_is_refused() {
    let server = Postgres::start_with(&["fsync=off"]).unwrap();
    let outcome = Db::open(&Options::new(server.url("postgres"))).map(drop);
    let Err(DbError::Unfit(text)) = outcome else { panic!("{outcome:?}") };
    assert!(text.contains("fsync=off"), "{text}");

    let shared = Postgres::shared().unwrap();
    let url = shared.create_database().unwrap();
    let name = url.rsplit('/').next().unwrap();
    shared.sql("postgres", &format!("ALTER DATABASE {name} SET synchronous_commit = off")).unwrap();
    let outcome = Db::open(&Options::new(url)).map(drop);
    let Err(DbError::Unfit(text)) = outcome else { panic!("{outcome:?}") };
    assert!(text.contains("synchronous_commit=off"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_connections_lose_nothing_that_was_acknowledged() {
    let place = Place::postgres();
    let acknowledged = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let stop = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = (0..16_i64)
        .map(|task| {
            let (db, stop) = (place.db.clone(), Arc::clone(&stop));
            let acknowledged = Arc::clone(&acknowledged);
            tokio::spawn(async move {
                let mut lost = 0;
                for id in (task * 1_000_000).. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    match note(&db, task as u64, id).await {
                        Ok(id) => acknowledged.lock().push(id),
                        Err(DbError::Unavailable(_)) => lost += 1,
                        Err(other) => panic!("{other:?}"),
                    }
                }
                lost
            })
        })
        .collect();
    let url = place.options.url.clone();
    let (counted, kill) = (Arc::clone(&acknowledged), Arc::clone(&stop));
    tokio::task::spawn_blocking(move || {
        for _ in 0..5 {
            let before = counted.lock().len();
            while counted.lock().len() < before + 200 {
                std::thread::yield_now();
            }
            Postgres::shared().unwrap().kill_backends(&url).unwrap();
        }
        let before = counted.lock().len();
        while counted.lock().len() < before + 200 {
            std::thread::yield_now();
        }
        kill.store(true, Ordering::Relaxed);
    })
    .await
    .unwrap();
    let mut lost = 0;
    for task in tasks {
        lost += task.await.unwrap();
    }
    assert!(lost > 0, "no batch was hit");
    let (stored, logged) = (notes(&place.db).await, log(&place.db).await);
    for id in acknowledged.lock().iter() {
        assert!(stored.binary_search(id).is_ok(), "{id} was acknowledged and is gone");
    }
    assert_eq!(stored.len(), logged.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_wait_for_a_server_that_restarts_but_not_for_ever() {
    let server = Arc::new(Postgres::start().unwrap());
    let db = Db::open(&Options::new(server.create_database().unwrap())).unwrap();
    db.migrate(&[SCHEMA]).unwrap();
    note(&db, 0, 1).await.unwrap();

    server.stop().unwrap();
    let started = Instant::now();
    let (written, read) = tokio::join!(note(&db, 0, 2), db.read(|tx| tx.head()));
    assert!(matches!(written, Err(DbError::Unavailable(_))), "{written:?}");
    assert!(matches!(read, Err(DbError::Unavailable(_))), "{read:?}");
    let waited = started.elapsed();
    assert!((5..8).contains(&waited.as_secs()), "{waited:?}");

    let waiting = {
        let db = db.clone();
        tokio::spawn(async move { tokio::join!(note(&db, 0, 3), db.read(|tx| tx.head())) })
    };
    let restarting = Arc::clone(&server);
    tokio::task::spawn_blocking(move || restarting.restart()).await.unwrap().unwrap();
    let (written, read) = waiting.await.unwrap();
    assert_eq!(written, Ok(3));
    assert!(matches!(read, Ok(1 | 2)), "{read:?}");
    assert_eq!(log(&db).await, [1, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closures_that_deadlock_run_again() {
    let place = Place::postgres();
    note(&place.db, 0, 1).await.unwrap();
    note(&place.db, 0, 2).await.unwrap();
    let met = Arc::new(std::sync::Barrier::new(2));
    let swap = |lane: u64, first: i64, second: i64| {
        let (db, met) = (place.db.clone(), Arc::clone(&met));
        let mut ran = false;
        tokio::spawn(async move {
            db.write(lane, move |tx| {
                let add = "UPDATE note SET text = text || $1 WHERE id = $2";
                sql(add).bind("+").bind(first).run(tx)?;
                if !std::mem::replace(&mut ran, true) {
                    met.wait();
                }
                sql(add).bind("+").bind(second).run(tx)?;
                tx.emit(crate::place::entry(first));
                Ok::<_, DbError>(())
            })
            .await
        })
    };
    let (one, other) = (swap(0, 1, 2), swap(1, 2, 1));
    assert_eq!((one.await.unwrap(), other.await.unwrap()), (Ok(()), Ok(())));
    let texts = place.db.read(|tx| sql("SELECT text FROM note").all::<String>(tx)).await;
    assert_eq!(texts, Ok(vec!["a note++".into(), "a note++".into()]));
    assert_eq!(log(&place.db).await.len(), 4);
    assert!(place.db.stats().batches_rerun > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_one_numbering() {
    let place = Place::postgres();
    let nodes = [place.db.clone(), place.open(|_| ())];
    let gate = Arc::new(Barrier::new(16));
    let tasks: Vec<_> = (0..16_i64)
        .map(|task| {
            let (db, gate) = (nodes[task as usize % 2].clone(), Arc::clone(&gate));
            tokio::spawn(async move {
                gate.wait().await;
                for round in 0..20 {
                    note(&db, task as u64, task * 20 + round).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut logged = log(&place.db).await;
    logged.sort_unstable();
    assert_eq!(logged, (0..320).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_made_before_a_migration_is_made_anew() {
    let place = Place::postgres();
    let db = &place.open(|options| options.writers = 1);
    note(db, 0, 1).await.unwrap();
    let all = "SELECT * FROM note WHERE id = 1";
    let look = move || db.write(0, move |tx| sql(all).one::<(i64, String)>(tx));
    assert!(look().await.is_ok());
    Postgres::shared().unwrap().sql(&place.options.url, "ALTER TABLE note ADD COLUMN more TEXT").unwrap();
    let started = Instant::now();
    assert!(look().await.is_ok());
    assert!(started.elapsed() < Duration::from_secs(5));
}
