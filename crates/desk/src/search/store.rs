//! SQL of the index that both engines share; how words are kept and matched is in the engines' own files.

use base::Time;
use channel::Content;
use db::{DbError, Engine, FromRow, Row, Tx, sql};

use super::index::Doc;
use super::model::{Found, KIND_MARK, Kind, Place, Question, Said};
use super::{postgres, sqlite};
use crate::actor::Access;
use crate::contact;
use crate::conversation::{Author, AuthorType, Party, State as Standing};
use crate::error::Result;

/// How far the index has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub seq: i64,
    pub version: i64,
    /// The last older row that was read; none when there are none left.
    pub backfill: Option<String>,
}

impl FromRow for State {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self { seq: row.get(0)?, version: row.get(1)?, backfill: row.get(2)? })
    }
}

pub fn state(tx: &mut Tx<'_>) -> Result<State> {
    Ok(sql("SELECT seq, version, backfill FROM search_state WHERE id = 1").one(tx)?)
}

/// Moves from one state to the next, unless somebody else has done so.
pub fn advance(tx: &mut Tx<'_>, from: &State, to: &State) -> Result<bool> {
    let moved = sql("UPDATE search_state SET seq = $4, version = $5, backfill = $6 \
                     WHERE id = 1 AND seq = $1 AND version = $2 AND COALESCE(backfill, '-') = $3")
    .bind(from.seq)
    .bind(from.version)
    .bind(from.backfill.as_deref().unwrap_or("-"))
    .bind(to.seq)
    .bind(to.version)
    .bind(to.backfill.as_deref())
    .run(tx)?;
    Ok(moved == 1)
}

pub fn clear(tx: &mut Tx<'_>) -> Result<()> {
    if tx.engine() == Engine::Sqlite {
        sqlite::clear(tx)?;
    }
    sql("DELETE FROM search_doc").run(tx)?;
    Ok(())
}

pub fn newest(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(sql("SELECT COALESCE(max(doc), 0) FROM search_doc").one(tx)?)
}

/// The number under which the words of a doc are kept: the one it has, or `next`.
pub fn place(tx: &mut Tx<'_>, doc: &Doc, next: i64) -> Result<i64> {
    let fresh = sql("INSERT INTO search_doc (doc, kind, entity_id, conversation_id) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (entity_id) DO NOTHING")
    .bind(next)
    .bind(doc.kind.as_str())
    .bind(doc.entity_id.as_str())
    .bind(doc.conversation_id.as_deref())
    .run(tx)?;
    if fresh == 1 {
        return Ok(next);
    }
    let known: i64 = sql("SELECT doc FROM search_doc WHERE entity_id = $1").bind(doc.entity_id.as_str()).one(tx)?;
    if tx.engine() == Engine::Sqlite {
        sqlite::remove(tx, known)?;
    }
    Ok(known)
}

pub fn remove(tx: &mut Tx<'_>, entity_id: &str) -> Result<()> {
    let doc = sql("DELETE FROM search_doc WHERE entity_id = $1 RETURNING doc").bind(entity_id).maybe::<i64>(tx)?;
    match doc {
        Some(doc) if tx.engine() == Engine::Sqlite => sqlite::remove(tx, doc),
        _ => Ok(()),
    }
}

pub fn put(tx: &mut Tx<'_>, doc: i64, words: &[String]) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => sqlite::put(tx, doc, words),
        Engine::Postgres => postgres::put(tx, doc, words),
    }
}

/// What is shown of the docs that `$matching` names, newest first.
macro_rules! shown {
    ($matching:literal) => {
        concat!(
            "SELECT d.doc, d.kind, t.id, t.name, t.number, c.id, c.number, c.state, c.inbox_id, i.name, m.id, m.seq, m.author_type, \
             m.author_id, m.author_name, m.created_at, m.content, t.email, t.phone, c.owner_id, c.department_id FROM (SELECT doc, kind, entity_id, conversation_id ",
            $matching,
            ") d LEFT JOIN message m ON m.id = d.entity_id LEFT JOIN conversation c ON c.id = COALESCE(d.conversation_id, \
             (SELECT n.id FROM conversation n WHERE n.contact_id = d.entity_id ORDER BY n.last_message_at DESC, n.id DESC LIMIT 1)) \
             JOIN contact t ON t.id = COALESCE(c.contact_id, d.entity_id) LEFT JOIN inbox i ON i.id = c.inbox_id ORDER BY d.doc DESC"
        )
    };
}
pub(super) use shown;

fn unreadable(what: &str) -> DbError {
    DbError::Statement(format!("search: unreadable {what}"))
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let contact_id: String = row.get(2)?;
        let name = contact::name(row.get(3)?, row.get(4)?);
        let content: Option<String> = row.get(16)?;
        let text = match content.as_deref().map(serde_json::from_str::<Content>) {
            Some(Ok(Content::Text { text })) => text,
            Some(Err(_)) => return Err(unreadable("content")),
            None => {
                let known = [Some(name.clone()), row.get(17)?, row.get(18)?];
                known.into_iter().flatten().collect::<Vec<String>>().join(" · ")
            }
        };
        Ok(Self {
            doc: row.get(0)?,
            kind: Kind::parse(&row.get::<String>(1)?).ok_or_else(|| unreadable("kind"))?,
            access: access_of(row, &contact_id, 19)?,
            contact: Party { id: contact_id, name },
            conversation: place_of(row)?,
            message: said(row)?,
            text,
        })
    }
}

fn access_of(row: &Row<'_>, contact: &str, at: usize) -> Result<Access, DbError> {
    let (owner, department): (Option<String>, Option<String>) = (row.get(at)?, row.get(at + 1)?);
    Ok(Access {
        contact: contact.parse().map_err(|_| unreadable("contact"))?,
        owner: owner.as_deref().map(str::parse).transpose().map_err(|_| unreadable("owner"))?,
        department: department.as_deref().map(str::parse).transpose().map_err(|_| unreadable("department"))?,
    })
}

fn place_of(row: &Row<'_>) -> Result<Option<Place>, DbError> {
    let Some(id) = row.get::<Option<String>>(5)? else { return Ok(None) };
    Ok(Some(Place {
        id: id.parse().map_err(|_| unreadable("conversation"))?,
        number: row.get(6)?,
        state: Standing::parse(&row.get::<String>(7)?).ok_or_else(|| unreadable("state"))?,
        inbox: Party { id: row.get(8)?, name: row.get(9)? },
    }))
}

fn said(row: &Row<'_>) -> Result<Option<Said>, DbError> {
    let Some(id) = row.get::<Option<String>>(10)? else { return Ok(None) };
    let r#type = AuthorType::parse(&row.get::<String>(12)?).ok_or_else(|| unreadable("author"))?;
    Ok(Some(Said {
        id,
        seq: row.get(11)?,
        author: Author { r#type, id: row.get(13)?, name: row.get(14)? },
        created_at: Time(row.get(15)?),
    }))
}

/// The docs below `before` that fit, newest first, at most `limit`.
pub fn find(tx: &mut Tx<'_>, question: &Question, kind: Option<Kind>, before: i64, limit: i64) -> Result<Vec<Found>> {
    let mark = kind.filter(|kind| *kind != Kind::Message).map(|kind| format!("{KIND_MARK}{}", kind.as_str()));
    let only_public = kind == Some(Kind::Message);
    match tx.engine() {
        Engine::Sqlite => sqlite::find(tx, question, mark.as_deref(), only_public, before, limit),
        Engine::Postgres => postgres::find(tx, question, mark.as_deref(), only_public, before, limit),
    }
}

/// The conversation with this number, as a find.
pub fn numbered(tx: &mut Tx<'_>, number: i64) -> Result<Option<Found>> {
    struct Numbered(Found);
    impl FromRow for Numbered {
        fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
            let contact_id: String = row.get(2)?;
            Ok(Self(Found {
                doc: 0,
                kind: Kind::Conversation,
                access: access_of(row, &contact_id, 11)?,
                contact: Party { id: contact_id, name: contact::name(row.get(3)?, row.get(4)?) },
                conversation: place_of(row)?,
                message: None,
                text: row.get(10)?,
            }))
        }
    }
    let found: Option<Numbered> = sql("SELECT 0, 'conversation', t.id, t.name, t.number, c.id, c.number, c.state, c.inbox_id, i.name, c.preview, c.owner_id, c.department_id \
                                       FROM conversation c JOIN contact t ON t.id = c.contact_id JOIN inbox i ON i.id = c.inbox_id \
                                       WHERE c.number = $1 LIMIT 1")
        .bind(number)
        .maybe(tx)?;
    Ok(found.map(|found| found.0))
}
