//! One SQL text means the same on both engines.

use db::{DbError, FromRow, Row, sql};

use crate::place::Place;

crate::on_both!(
    values_come_back_as_they_were_bound,
    placeholders_may_come_in_any_order,
    rows_become_structs,
    mistakes_are_named,
    counts_of_changed_rows_agree,
);

async fn values_come_back_as_they_were_bound(place: Place) {
    let rows = place
        .db
        .write(0, |tx| {
            sql("CREATE TABLE IF NOT EXISTS thing (id BIGINT PRIMARY KEY, flag BOOLEAN, \
                 ratio DOUBLE PRECISION, words TEXT, empty TEXT)")
            .run(tx)?;
            sql("INSERT INTO thing (id, flag, ratio, words, empty) VALUES ($1, $2, $3, $4, $5)")
                .bind(i64::MIN)
                .bind(true)
                .bind(0.1)
                .bind("Grüße 🚀 'quoted' $1")
                .bind(None::<String>)
                .run(tx)?;
            let words = Some(String::new());
            sql("INSERT INTO thing (id, flag, ratio, words, empty) VALUES ($1, $2, $3, $4, $5)")
                .bind(7_i32)
                .bind(false)
                .bind(None::<f64>)
                .bind(&words)
                .bind(String::from("owned"))
                .run(tx)?;
            sql("SELECT id, flag, ratio, words, empty FROM thing WHERE flag = $1 OR id = $2 ORDER BY id")
                .bind(true)
                .bind(7)
                .all::<(i64, bool, Option<f64>, String, Option<String>)>(tx)
        })
        .await
        .unwrap();
    assert_eq!(
        rows,
        [
            (i64::MIN, true, Some(0.1), "Grüße 🚀 'quoted' $1".into(), None),
            (7, false, None, String::new(), Some("owned".into())),
        ]
    );
    let sums = place
        .db
        .read(|tx| {
            sql("SELECT CAST(SUM(id) AS BIGINT), COUNT(*), MAX(words), SUM(id), lower($1) FROM thing \
                 WHERE id > 0 LIMIT $2")
            .bind("ABC")
            .bind(5)
            .one::<(i64, i64, String, i64, String)>(tx)
        })
        .await;
    assert_eq!(sums, Ok((7, 1, String::new(), 7, "abc".into())));
}

async fn placeholders_may_come_in_any_order(place: Place) {
    let row = place
        .db
        .read(|tx| {
            sql("SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT), '$3'").bind("one").bind("two").one::<(
                String,
                String,
                String,
                String,
            )>(
                tx
            )
        })
        .await;
    assert_eq!(row, Ok(("two".into(), "one".into(), "two".into(), "$3".into())));
}

#[derive(Debug, PartialEq)]
struct Note {
    id: i64,
    text: String,
}

impl FromRow for Note {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self { id: row.get(0)?, text: row.get(1)? })
    }
}

async fn rows_become_structs(place: Place) {
    crate::place::note(&place.db, 0, 4).await.unwrap();
    let found = place.db.read(|tx| sql("SELECT id, text FROM note WHERE id = $1").bind(4).maybe::<Note>(tx)).await;
    assert_eq!(found, Ok(Some(Note { id: 4, text: "a note".into() })));
}

async fn mistakes_are_named(place: Place) {
    let db = &place.db;
    let none = db.read(|tx| sql("SELECT id FROM note").one::<i64>(tx)).await;
    assert_eq!(none, Err(DbError::NoRow));
    let none = db.read(|tx| sql("SELECT id FROM note").maybe::<i64>(tx)).await;
    assert_eq!(none, Ok(None));
    for bound in [0_usize, 2] {
        let outcome = db
            .read(move |tx| {
                let mut statement = sql("SELECT id FROM note WHERE id = $1");
                for value in 0..bound {
                    statement = statement.bind(value as i64);
                }
                statement.all::<i64>(tx)
            })
            .await;
        assert!(matches!(outcome, Err(DbError::Statement(_))), "{bound} bound: {outcome:?}");
    }
    crate::place::note(db, 0, 1).await.unwrap();
    let outcome = db.read(|tx| sql("SELECT text FROM note").one::<i64>(tx)).await;
    assert!(matches!(outcome, Err(DbError::Column { index: 0, .. })), "{outcome:?}");
    let outcome = db.read(|tx| sql("SELECT id FROM note").one::<(i64, i64)>(tx)).await;
    assert!(matches!(outcome, Err(DbError::Column { index: 1, .. })), "{outcome:?}");
    let survived = db
        .read(|tx| {
            assert!(sql("SELECT text FROM note").one::<i64>(tx).is_err());
            sql("SELECT id FROM note").one::<i64>(tx)
        })
        .await;
    assert_eq!(survived, Ok(1), "a column read wrongly spoils nothing");
}

async fn counts_of_changed_rows_agree(place: Place) {
    let counts = place
        .db
        .write(0, |tx| {
            for id in 0..4 {
                crate::place::write_note(tx, id)?;
            }
            let same = sql("UPDATE note SET text = text WHERE id < $1").bind(3).run(tx)?;
            let none = sql("DELETE FROM note WHERE id = $1").bind(99).run(tx)?;
            let kept =
                sql("INSERT INTO note (id, text) VALUES ($1, $2) ON CONFLICT DO NOTHING").bind(0).bind("x").run(tx)?;
            let back = sql("UPDATE note SET text = $1 WHERE id > $2 RETURNING id").bind("y").bind(1).all::<i64>(tx)?;
            let gone = sql("DELETE FROM note RETURNING id").run(tx)?;
            Ok::<_, DbError>((same, none, kept, back.len(), gone))
        })
        .await;
    assert_eq!(counts, Ok((3, 0, 0, 2, 4)));
}
