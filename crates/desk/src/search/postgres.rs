//! The words in PostgreSQL: a `tsvector` that we write ourselves, word by word with its place, so that no dictionary of the server
//! takes part. A GIN index finds rare words; frequent ones are found faster by looking at the newest docs in turn.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use db::{Tx, sql};

use super::model::{AUTHOR_MARK, Found, Question};
use super::store::{newest, shown};
use crate::error::Result;

/// So many of the newest docs are looked at one by one before the index is asked: a word that fills no page from these is so rare
/// that the index gives few docs to sort.
const LOOK_BACK: i64 = 8_000;
/// What a `tsvector` can hold of places, for one word and at all.
const MOST_PLACES: usize = 255;
const LAST_PLACE: usize = 16_383;

pub fn put(tx: &mut Tx<'_>, doc: i64, words: &[String]) -> Result<()> {
    sql("UPDATE search_doc SET words = CAST(CAST($2 AS TEXT) AS TSVECTOR) WHERE doc = $1")
        .bind(doc)
        .bind(vector(words))
        .run(tx)?;
    Ok(())
}

/// `'cafe':1,5 'refund':2`; words hold no quote and no backslash.
fn vector(words: &[String]) -> String {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, word) in words.iter().enumerate() {
        let places = places.entry(word).or_default();
        if places.len() < MOST_PLACES && index < LAST_PLACE {
            places.push(index + 1);
        }
    }
    let mut text = String::with_capacity(words.len() * 12);
    for (word, places) in places {
        let _ = write!(text, "'{word}'");
        for (index, place) in places.iter().enumerate() {
            let _ = write!(text, "{}{place}", if index == 0 { ':' } else { ',' });
        }
        text.push(' ');
    }
    text
}

/// `'two' <-> 'words' & 'begin':*`.
fn expression(question: &Question, mark: Option<&str>) -> String {
    let mut parts = Vec::new();
    for term in &question.terms {
        let at = if term.author { AUTHOR_MARK.to_string() } else { String::new() };
        let words: Vec<String> = term.words.iter().map(|word| format!("'{at}{word}'")).collect();
        parts.push(format!("({}{})", words.join(" <-> "), if term.prefix { ":*" } else { "" }));
    }
    parts.extend(mark.map(|mark| format!("'{mark}'")));
    parts.join(" & ")
}

pub fn find(
    tx: &mut Tx<'_>,
    question: &Question,
    mark: Option<&str>,
    only_public: bool,
    before: i64,
    limit: i64,
) -> Result<Vec<Found>> {
    let wanted = expression(question, mark);
    let top = before.min(newest(tx)?.saturating_add(1));
    // COALESCE keeps the planner from the index here
    let near: Vec<Found> = sql(shown!(
        "FROM search_doc WHERE doc < $2 AND doc >= $5 AND COALESCE(words, '') @@ CAST(CAST($1 AS TEXT) AS TSQUERY) \
         AND (NOT $3 OR kind = 'message') ORDER BY doc DESC LIMIT $4"
    ))
    .bind(wanted.as_str())
    .bind(top)
    .bind(only_public)
    .bind(limit)
    .bind(top.saturating_sub(LOOK_BACK))
    .all(tx)?;
    if near.len() as i64 >= limit || top <= LOOK_BACK {
        return Ok(near);
    }
    Ok(sql(shown!(
        "FROM (WITH fits AS MATERIALIZED (SELECT doc, kind, entity_id, conversation_id FROM search_doc \
         WHERE words @@ CAST(CAST($1 AS TEXT) AS TSQUERY)) SELECT * FROM fits WHERE doc < $2 \
         AND (NOT $3 OR kind = 'message') ORDER BY doc DESC LIMIT $4) f"
    ))
    .bind(wanted.as_str())
    .bind(top)
    .bind(only_public)
    .bind(limit)
    .all(tx)?)
}
