//! Migrations run once, in order, by one node, and their history is binding.

use db::{Db, DbError, Migration, sql};

use crate::place::{Place, SCHEMA};

crate::on_both!(
    migrations_run_once_and_go_on,
    a_changed_history_is_refused,
    a_failed_migration_leaves_nothing,
    many_nodes_start_at_once,
);

const SECOND: Migration = Migration { version: 2, name: "colour", sql: "ALTER TABLE note ADD COLUMN colour TEXT;" };

async fn migrations_run_once_and_go_on(place: Place) {
    place.db.migrate(&[SCHEMA]).unwrap();
    place.db.migrate(&[SCHEMA, SECOND]).unwrap();
    place.db.migrate(&[SCHEMA, SECOND]).unwrap();
    let colours = place.db.read(|tx| sql("SELECT colour FROM note").all::<String>(tx)).await;
    assert_eq!(colours, Ok(Vec::new()));
}

async fn a_changed_history_is_refused(place: Place) {
    let changed = Migration { sql: "CREATE TABLE other (id BIGINT)", ..SCHEMA };
    let outcome = place.db.migrate(&[changed]);
    assert!(matches!(outcome, Err(DbError::Migration(_))), "{outcome:?}");
    place.db.migrate(&[SCHEMA, SECOND]).unwrap();
    let outcome = place.db.migrate(&[SCHEMA]);
    assert!(matches!(outcome, Err(DbError::Migration(_))), "a newer schema than this release knows");
}

async fn a_failed_migration_leaves_nothing(place: Place) {
    let broken = Migration { version: 3, name: "broken", sql: "CREATE TABLE half (id BIGINT); nonsense;" };
    let outcome = place.db.migrate(&[SCHEMA, SECOND, broken]);
    assert!(matches!(outcome, Err(DbError::Migration(_))), "{outcome:?}");
    let half = place.db.read(|tx| sql("SELECT id FROM half").all::<i64>(tx)).await;
    assert!(matches!(half, Err(DbError::Statement(_))));
    place.db.migrate(&[SCHEMA, SECOND]).unwrap();
}

async fn many_nodes_start_at_once(place: Place) {
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let options = place.options.clone();
            std::thread::spawn(move || Db::open(&options)?.migrate(&[SCHEMA, SECOND]))
        })
        .collect();
    for node in nodes {
        assert_eq!(node.join().unwrap(), Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keys_are_the_rowid() {
    let place = Place::sqlite();
    let text =
        place.db.read(|tx| sql("SELECT sql FROM sqlite_master WHERE name = 'event'").one::<String>(tx)).await.unwrap();
    assert!(text.contains("seq INTEGER PRIMARY KEY"), "{text}");
}
