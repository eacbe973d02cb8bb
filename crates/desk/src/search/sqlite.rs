//! The words in SQLite: an FTS5 table that keeps only the index. The words come folded, so its tokenizer has only to split at spaces.

use db::{Tx, sql};

use super::model::{AUTHOR_MARK, Found, Question};
use super::store::shown;
use crate::error::Result;

pub fn clear(tx: &mut Tx<'_>) -> Result<()> {
    sql("INSERT INTO search_words (search_words) VALUES ('delete-all')").run(tx)?;
    Ok(())
}

pub fn remove(tx: &mut Tx<'_>, doc: i64) -> Result<()> {
    sql("DELETE FROM search_words WHERE rowid = $1").bind(doc).run(tx)?;
    Ok(())
}

pub fn put(tx: &mut Tx<'_>, doc: i64, words: &[String]) -> Result<()> {
    sql("INSERT INTO search_words (rowid, words) VALUES ($1, $2)").bind(doc).bind(words.join(" ")).run(tx)?;
    Ok(())
}

/// `"two words" AND "begin" *`; words hold no quote, so nothing in them is read as syntax.
fn expression(question: &Question, mark: Option<&str>) -> String {
    let mut parts = Vec::new();
    for term in &question.terms {
        let words: Vec<String> = term
            .words
            .iter()
            .map(|word| if term.author { format!("{AUTHOR_MARK}{word}") } else { word.clone() })
            .collect();
        parts.push(format!("\"{}\"{}", words.join(" "), if term.prefix { " *" } else { "" }));
    }
    parts.extend(mark.map(|mark| format!("\"{mark}\"")));
    parts.join(" AND ")
}

pub fn find(
    tx: &mut Tx<'_>,
    question: &Question,
    mark: Option<&str>,
    only_public: bool,
    before: i64,
    limit: i64,
) -> Result<Vec<Found>> {
    Ok(sql(shown!(
        "FROM search_words w CROSS JOIN search_doc ON doc = w.rowid WHERE search_words MATCH $1 AND w.rowid < $2 \
         AND (NOT $3 OR kind = 'message') ORDER BY w.rowid DESC LIMIT $4"
    ))
    .bind(expression(question, mark))
    .bind(before)
    .bind(only_public)
    .bind(limit)
    .all(tx)?)
}
