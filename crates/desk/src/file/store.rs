//! SQL of the files.

use base::{ConversationId, FileId, MessageId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::model::{File, Found, Kind, Piece, read_pieces, write_piece};
use crate::error::Result;

impl FromRow for File {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let unreadable = |what: &str| DbError::Statement(format!("file: unreadable {what}"));
        let kind: Option<String> = row.get(6)?;
        let kind = kind.map(|text| Kind::parse(&text).ok_or_else(|| unreadable("kind"))).transpose()?;
        let (width, height): (Option<i64>, Option<i64>) = (row.get(7)?, row.get(8)?);
        let thumbnail: Option<String> = row.get(9)?;
        let conversation: Option<String> = row.get(11)?;
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?,
            storage_key: row.get(1)?,
            pieces: read_pieces(&row.get::<String>(2)?).ok_or_else(|| unreadable("pieces"))?,
            received: row.get(3)?,
            size: row.get(4)?,
            name: row.get(5)?,
            kind,
            pixels: width.zip(height),
            thumbnail: thumbnail.as_deref().and_then(Kind::parse),
            owner: row.get(10)?,
            conversation: conversation
                .as_deref()
                .map(str::parse)
                .transpose()
                .map_err(|_| unreadable("conversation"))?,
            is_sent: row.get::<Option<String>>(12)?.is_some(),
            note: row.get(13)?,
            expires_at: row.get::<Option<i64>>(14)?.map(Time),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        sql(concat!(
            "SELECT id, storage_key, pieces, received, size, name, kind, width, height, thumbnail, owner, conversation_id, \
             message_id, note, expires_at FROM file ",
            $rest
        ))
    };
}

pub fn get(tx: &mut Tx<'_>, id: FileId) -> Result<Option<File>> {
    Ok(select!("WHERE id = $1").bind(id.to_string()).maybe(tx)?)
}

pub fn insert(tx: &mut Tx<'_>, file: &File, now: Time) -> Result<()> {
    sql("INSERT INTO file (id, storage_key, pieces, received, size, name, scan, owner, conversation_id, note, created_at, expires_at) \
         VALUES ($1, $2, '', 0, $3, $4, 'none', $5, $6, 0, $7, $8)")
        .bind(file.id.to_string())
        .bind(&file.storage_key)
        .bind(file.size)
        .bind(&file.name)
        .bind(&file.owner)
        .bind(file.conversation.map(|id| id.to_string()))
        .bind(now.millis())
        .bind(file.expires_at.map(Time::millis))
        .run(tx)?;
    Ok(())
}

/// How many files of an owner no message carries.
pub fn unsent_of(tx: &mut Tx<'_>, owner: &str) -> Result<i64> {
    Ok(sql("SELECT count(*) FROM file WHERE owner = $1 AND expires_at IS NOT NULL").bind(owner).one::<(i64,)>(tx)?.0)
}

/// Adds a piece that begins at `offset`; false when that is not where the file ends.
pub fn append(tx: &mut Tx<'_>, id: FileId, offset: i64, piece: &Piece) -> Result<bool> {
    let added =
        sql("UPDATE file SET pieces = pieces || $3, received = received + $4 WHERE id = $1 AND received = $2 AND kind IS NULL")
            .bind(id.to_string())
            .bind(offset)
            .bind(write_piece(piece))
            .bind(piece.size)
            .run(tx)?;
    Ok(added == 1)
}

/// Says what a complete file is; false when that was said before.
pub fn finish(tx: &mut Tx<'_>, id: FileId, found: &Found, expires_at: Time) -> Result<bool> {
    let done = sql("UPDATE file SET kind = $2, width = $3, height = $4, thumbnail = $5, scan = $6, expires_at = $7 \
                    WHERE id = $1 AND received = size AND kind IS NULL")
    .bind(id.to_string())
    .bind(found.kind.as_str())
    .bind(found.pixels.map(|(width, _)| i64::from(width)))
    .bind(found.pixels.map(|(_, height)| i64::from(height)))
    .bind(found.thumbnail.map(Kind::as_str))
    .bind(found.scan.as_str())
    .bind(expires_at.millis())
    .run(tx)?;
    Ok(done == 1)
}

/// Gives a complete file to a message: once, and only into the conversation it was made for.
pub fn attach(
    tx: &mut Tx<'_>,
    id: FileId,
    owner: &str,
    conversation: ConversationId,
    message: MessageId,
    note: bool,
) -> Result<bool> {
    let attached = sql("UPDATE file SET conversation_id = $3, message_id = $4, note = $5, expires_at = NULL \
                        WHERE id = $1 AND owner = $2 AND kind IS NOT NULL AND message_id IS NULL \
                        AND (conversation_id IS NULL OR conversation_id = $3)")
    .bind(id.to_string())
    .bind(owner)
    .bind(conversation.to_string())
    .bind(message.to_string())
    .bind(i64::from(note))
    .run(tx)?;
    Ok(attached == 1)
}

/// Deletes a file that no message carries.
pub fn delete_unsent(tx: &mut Tx<'_>, id: FileId) -> Result<bool> {
    Ok(sql("DELETE FROM file WHERE id = $1 AND message_id IS NULL").bind(id.to_string()).run(tx)? == 1)
}

/// Files whose time is over, oldest first.
pub fn expired(tx: &mut Tx<'_>, now: Time, most: i64) -> Result<Vec<File>> {
    Ok(select!("WHERE expires_at IS NOT NULL AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2")
        .bind(now.millis())
        .bind(most)
        .all(tx)?)
}

/// The files of a conversation's messages, newest first, at most 100; with or without those of notes.
pub fn of_conversation(tx: &mut Tx<'_>, conversation: ConversationId, notes: bool) -> Result<Vec<File>> {
    Ok(select!("WHERE conversation_id = $1 AND message_id IS NOT NULL AND note <= $2 ORDER BY created_at DESC, id DESC LIMIT 100")
        .bind(conversation.to_string())
        .bind(i64::from(notes))
        .all(tx)?)
}
