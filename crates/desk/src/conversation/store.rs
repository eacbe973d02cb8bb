//! SQL of conversations and messages.

use base::{AgentId, ContactId, ConversationId, DepartmentId, InboxId, MessageId, Time};
use channel::Content;
use db::{DbError, FromRow, Row, Tx, sql};

use super::model::{Author, AuthorType, Conversation, Marks, Message, Party, Priority, State};
use crate::actor::{Access, ContactActor};
use crate::contact;
use crate::error::{Result, Who};

/// Stands for a sleep without an end of its own: the first of January 9999.
pub const UNTIL_A_REPLY: Time = Time(253_370_764_800_000);

fn unreadable(what: &str) -> DbError {
    DbError::Statement(format!("conversation: unreadable {what}"))
}

/// The columns of a whole conversation, then whatever says which.
macro_rules! select {
    ($($rest:tt)+) => {
        sql(concat!(
            "SELECT c.id, c.number, c.inbox_id, i.name, c.contact_id, t.name, t.number, c.state, c.owner_id, a.name, c.epoch, \
             c.head_seq, c.preview, c.preview_author, c.created_at, c.last_message_at, c.waiting_since, c.resolved_at, \
             c.contact_delivered_seq, c.contact_read_seq, c.agent_delivered_seq, c.agent_read_seq, c.locale, c.page, c.activity_at, c.department_id, a.display_name, \
             c.ringing_until, c.missed_at, c.priority, c.tags, c.snoozed_until \
             FROM conversation c JOIN inbox i ON i.id = c.inbox_id JOIN contact t ON t.id = c.contact_id \
             LEFT JOIN agent a ON a.id = c.owner_id ",
            $($rest)+
        ))
    };
}

pub(super) use select;

impl FromRow for Conversation {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let inbox: String = row.get(2)?;
        let contact: String = row.get(4)?;
        let owner: Option<String> = row.get(8)?;
        let owner_name: Option<String> = row.get(9)?;
        let display_name: Option<String> = row.get(26)?;
        let author: Option<String> = row.get(13)?;
        let tags: Option<String> = row.get(30)?;
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?,
            number: row.get(1)?,
            inbox_id: inbox.parse().map_err(|_| unreadable("inbox"))?,
            inbox: Party { id: inbox, name: row.get(3)? },
            contact_id: contact.parse().map_err(|_| unreadable("contact"))?,
            contact: Party { id: contact, name: contact::name(row.get(5)?, row.get(6)?) },
            state: State::parse(&row.get::<String>(7)?).ok_or_else(|| unreadable("state"))?,
            priority: Priority::of_rank(row.get(29)?),
            tags: tags.as_deref().map_or(Ok(Vec::new()), serde_json::from_str).map_err(|_| unreadable("tags"))?,
            owner_id: owner.as_deref().map(str::parse).transpose().map_err(|_| unreadable("owner"))?,
            owner_shown: display_name.or_else(|| owner_name.clone()),
            department_id: parsed(row, 25, "department")?,
            owner: owner.zip(owner_name).map(|(id, name)| Who { id, name }),
            epoch: row.get(10)?,
            head_seq: row.get(11)?,
            preview: row.get(12)?,
            preview_author: author.as_deref().and_then(AuthorType::parse),
            created_at: Time(row.get(14)?),
            last_message_at: Time(row.get(15)?),
            waiting_since: row.get::<Option<i64>>(16)?.map(Time),
            resolved_at: row.get::<Option<i64>>(17)?.map(Time),
            contact_marks: Marks { delivered_seq: row.get(18)?, read_seq: row.get(19)? },
            agent_marks: Marks { delivered_seq: row.get(20)?, read_seq: row.get(21)? },
            locale: row.get(22)?,
            page: row.get(23)?,
            activity_at: Time(row.get(24)?),
            ringing_until: row.get::<Option<i64>>(27)?.map(Time),
            missed_at: row.get::<Option<i64>>(28)?.map(Time),
            snoozed_until: row.get::<Option<i64>>(31)?.map(Time).filter(|until| *until != UNTIL_A_REPLY),
        })
    }
}

pub fn get(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Conversation>> {
    Ok(select!("WHERE c.id = $1").bind(id.to_string()).maybe(tx)?)
}

pub fn list_of_contact(tx: &mut Tx<'_>, contact: ContactId, limit: i64) -> Result<Vec<Conversation>> {
    Ok(select!("WHERE c.contact_id = $1 ORDER BY c.last_message_at DESC, c.id DESC LIMIT $2")
        .bind(contact.to_string())
        .bind(limit)
        .all(tx)?)
}

pub fn open_of_contact(tx: &mut Tx<'_>, contact: ContactId, inbox: InboxId) -> Result<Option<ConversationId>> {
    let row = sql("SELECT id FROM conversation WHERE contact_id = $1 AND inbox_id = $2 AND is_open = 1 \
                   ORDER BY last_message_at DESC, id DESC LIMIT 1")
    .bind(contact.to_string())
    .bind(inbox.to_string())
    .maybe::<(String,)>(tx)?;
    row.map(|(id,)| id.parse().map_err(|_| unreadable("id").into())).transpose()
}

pub fn next_number(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(sql("UPDATE counter SET value = value + 1 WHERE name = 'conversation' RETURNING value").one::<(i64,)>(tx)?.0)
}

/// What a new conversation starts with.
pub struct NewConversation<'a> {
    pub id: ConversationId,
    pub number: i64,
    pub inbox: InboxId,
    pub contact: ContactId,
    pub locale: Option<&'a str>,
    pub page: Option<&'a str>,
    pub now: Time,
}

pub fn insert(tx: &mut Tx<'_>, new: &NewConversation<'_>) -> Result<()> {
    sql("INSERT INTO conversation (id, number, inbox_id, contact_id, state, is_open, epoch, head_seq, preview, locale, page, \
         created_at, last_message_at, activity_at, waiting_since, contact_delivered_seq, contact_read_seq, agent_delivered_seq, agent_read_seq) \
         VALUES ($1, $2, $3, $4, 'waiting', 1, 0, 0, '', $5, $6, $7, $7, $7, $7, 0, 0, 0, 0)")
        .bind(new.id.to_string())
        .bind(new.number)
        .bind(new.inbox.to_string())
        .bind(new.contact.to_string())
        .bind(new.locale)
        .bind(new.page)
        .bind(new.now.millis())
        .run(tx)?;
    Ok(())
}

fn parsed<T: std::str::FromStr>(row: &Row<'_>, at: usize, what: &str) -> Result<Option<T>, DbError> {
    row.get::<Option<String>>(at)?.as_deref().map(str::parse).transpose().map_err(|_| unreadable(what))
}

/// Whose conversation it is, and the message that this author already sent under this client id.
pub struct Target {
    pub access: Access,
    pub inbox: InboxId,
    pub sent: Option<MessageId>,
}

impl FromRow for Target {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let sent: Option<String> = row.get(2)?;
        Ok(Self {
            access: Access {
                contact: row.get::<String>(0)?.parse().map_err(|_| unreadable("contact"))?,
                owner: parsed(row, 3, "owner")?,
                department: parsed(row, 4, "department")?,
            },
            inbox: row.get::<String>(1)?.parse().map_err(|_| unreadable("inbox"))?,
            sent: sent.as_deref().map(str::parse).transpose().map_err(|_| unreadable("message id"))?,
        })
    }
}

pub fn target(tx: &mut Tx<'_>, id: ConversationId, author: &str, client_id: &str) -> Result<Option<Target>> {
    Ok(sql(
        "SELECT c.contact_id, c.inbox_id, m.id, c.owner_id, c.department_id FROM conversation c LEFT JOIN message m \
            ON m.author_id = $2 AND m.client_id = $3 AND m.conversation_id = c.id WHERE c.id = $1",
    )
    .bind(id.to_string())
    .bind(author)
    .bind(client_id)
    .maybe(tx)?)
}

/// The conversation in which this author already used this client id.
pub fn sent_anywhere(tx: &mut Tx<'_>, author: &str, client_id: &str) -> Result<Option<ConversationId>> {
    let row = sql("SELECT conversation_id FROM message WHERE author_id = $1 AND client_id = $2 LIMIT 1")
        .bind(author)
        .bind(client_id)
        .maybe::<(String,)>(tx)?;
    row.map(|(id,)| id.parse().map_err(|_| unreadable("id").into())).transpose()
}

/// What the newest message leaves on its conversation.
pub struct Newest<'a> {
    pub preview: &'a str,
    pub author: AuthorType,
    pub at: Time,
}

/// The seq that a message got, how its conversation stands, and who may read it.
pub struct Advanced {
    pub seq: i64,
    pub state: State,
    pub access: Access,
}

struct AdvancedRow {
    seq: i64,
    state: State,
    activity: Time,
    owner: Option<AgentId>,
    department: Option<DepartmentId>,
}

impl FromRow for AdvancedRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            seq: row.get(0)?,
            state: State::parse(&row.get::<String>(1)?).ok_or_else(|| unreadable("state"))?,
            activity: Time(row.get(2)?),
            owner: parsed(row, 3, "owner")?,
            department: parsed(row, 4, "department")?,
        })
    }
}

/// Takes the next seq for a message from the customer, if the conversation is theirs and they have not sent this before:
/// one statement for what would be three, on the busiest path there is. The same
/// message twice in one group is found by the unique index, and each is then run by itself.
pub fn advance(
    tx: &mut Tx<'_>,
    id: ConversationId,
    contact: &ContactActor,
    client_id: &str,
    newest: &Newest<'_>,
) -> Result<Option<Advanced>> {
    let row = sql("UPDATE conversation SET head_seq = head_seq + 1, preview = $2, preview_author = $3, last_message_at = $4 \
            WHERE id = $1 AND contact_id = $5 AND inbox_id = $6 AND NOT EXISTS (SELECT 1 FROM message m \
            WHERE m.author_id = $5 AND m.client_id = $7 AND m.conversation_id = $1) RETURNING head_seq, state, activity_at, owner_id, department_id")
        .bind(id.to_string())
        .bind(newest.preview)
        .bind(newest.author.as_str())
        .bind(newest.at.millis())
        .bind(contact.id.to_string())
        .bind(contact.inbox.to_string())
        .bind(client_id)
        .maybe_beside::<AdvancedRow>(tx)?;
    let Some(AdvancedRow { seq, state, activity, owner, department }) = row else { return Ok(None) };
    keep_in_order(tx, id, activity, newest.at)?;
    Ok(Some(Advanced { seq, state, access: Access { contact: contact.id, owner, department } }))
}

/// How old the time may be that lists are ordered by, in ms.
const ORDER_AGE: i64 = 60_000;

/// Moves a conversation up in the lists, if it has not been for a minute: moving it costs two index entries each time.
fn keep_in_order(tx: &mut Tx<'_>, id: ConversationId, activity: Time, now: Time) -> Result<()> {
    if now.since(activity) >= ORDER_AGE {
        sql("UPDATE conversation SET activity_at = $2 WHERE id = $1")
            .bind(id.to_string())
            .bind(now.millis())
            .run(tx)?;
    }
    Ok(())
}

struct RepliedRow {
    seq: i64,
    activity: Time,
    contact: ContactId,
    department: Option<DepartmentId>,
}

impl FromRow for RepliedRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            seq: row.get(0)?,
            activity: Time(row.get(1)?),
            contact: row.get::<String>(2)?.parse().map_err(|_| unreadable("contact"))?,
            department: parsed(row, 3, "department")?,
        })
    }
}

/// Takes the next seq for a reply, if `owner` still owns the open conversation under this epoch and has not sent it before.
pub fn advance_as_owner(
    tx: &mut Tx<'_>,
    id: ConversationId,
    owner: AgentId,
    epoch: i64,
    client_id: &str,
    newest: &Newest<'_>,
) -> Result<Option<(i64, Access)>> {
    let row = sql("UPDATE conversation SET head_seq = head_seq + 1, preview = $2, preview_author = $3, last_message_at = $4 \
                   WHERE id = $1 AND owner_id = $5 AND epoch = $6 AND is_open = 1 AND NOT EXISTS (SELECT 1 FROM message m \
                   WHERE m.author_id = $5 AND m.client_id = $7 AND m.conversation_id = $1) RETURNING head_seq, activity_at, contact_id, department_id")
        .bind(id.to_string())
        .bind(newest.preview)
        .bind(newest.author.as_str())
        .bind(newest.at.millis())
        .bind(owner.to_string())
        .bind(epoch)
        .bind(client_id)
        .maybe_beside::<RepliedRow>(tx)?;
    let Some(RepliedRow { seq, activity, contact, department }) = row else { return Ok(None) };
    keep_in_order(tx, id, activity, newest.at)?;
    Ok(Some((seq, Access { contact, owner: Some(owner), department })))
}

pub fn insert_message(tx: &mut Tx<'_>, message: &Message) -> Result<()> {
    let content = serde_json::to_string(&message.content).map_err(|error| DbError::Statement(error.to_string()))?;
    sql("INSERT INTO message (id, conversation_id, seq, note, client_id, author_type, author_id, author_name, content, reply_to, \
         created_at, attachments) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
        .bind(message.id.to_string())
        .bind(message.conversation_id.to_string())
        .bind(message.seq)
        .bind(i64::from(message.note))
        .bind(message.client_id.as_deref())
        .bind(message.author.r#type.as_str())
        .bind(message.author.id.as_deref())
        .bind(&message.author.name)
        .bind(content)
        .bind(message.reply_to.map(|id| id.to_string()))
        .bind(message.created_at.millis())
        .bind(attachments(message)?)
        .insert(tx)?;
    Ok(())
}

/// Nothing is written for the many messages without files.
fn attachments(message: &Message) -> Result<Option<String>, DbError> {
    if message.attachments.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(&message.attachments).map(Some).map_err(|error| DbError::Statement(error.to_string()))
}

struct MessageRow(Message);

impl FromRow for MessageRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let reply_to: Option<String> = row.get(9)?;
        let content: String = row.get(8)?;
        let content: Content = serde_json::from_str(&content).map_err(|_| unreadable("content"))?;
        let attachments = match row.get::<Option<String>>(11)? {
            Some(text) => serde_json::from_str(&text).map_err(|_| unreadable("attachments"))?,
            None => Vec::new(),
        };
        Ok(Self(Message {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("message id"))?,
            conversation_id: row.get::<String>(1)?.parse().map_err(|_| unreadable("id"))?,
            seq: row.get(2)?,
            note: row.get(3)?,
            client_id: row.get(4)?,
            author: Author {
                r#type: AuthorType::parse(&row.get::<String>(5)?).ok_or_else(|| unreadable("author"))?,
                id: row.get(6)?,
                name: row.get(7)?,
            },
            content,
            attachments,
            reply_to: reply_to.as_deref().map(str::parse).transpose().map_err(|_| unreadable("reply_to"))?,
            status: super::model::Status::Sent,
            created_at: Time(row.get(10)?),
        }))
    }
}

/// A message by its id and its conversation's; a child is never looked up alone.
pub fn message(tx: &mut Tx<'_>, conversation: ConversationId, id: MessageId) -> Result<Option<Message>> {
    let row = sql("SELECT id, conversation_id, seq, note, client_id, author_type, author_id, author_name, content, reply_to, created_at, attachments \
                   FROM message WHERE id = $1 AND conversation_id = $2")
        .bind(id.to_string())
        .bind(conversation.to_string())
        .maybe::<MessageRow>(tx)?;
    Ok(row.map(|row| row.0))
}

/// The conversation and seq of a public message.
pub fn place(tx: &mut Tx<'_>, id: MessageId) -> Result<Option<(ConversationId, i64)>> {
    let row = sql("SELECT conversation_id, seq FROM message WHERE id = $1 AND note = 0")
        .bind(id.to_string())
        .maybe::<(String, i64)>(tx)?;
    row.map(|(conversation, seq)| Ok((conversation.parse().map_err(|_| unreadable("id"))?, seq))).transpose()
}

/// Messages with `from ≤ seq ≤ to`, oldest first, at most 1,000; with or without notes.
pub fn messages(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    from: i64,
    to: i64,
    notes: bool,
) -> Result<Vec<Message>> {
    let rows = sql("SELECT id, conversation_id, seq, note, client_id, author_type, author_id, author_name, content, reply_to, created_at, attachments \
                    FROM message WHERE conversation_id = $1 AND seq >= $2 AND seq <= $3 AND note <= $4 ORDER BY seq, note, id LIMIT 1000")
        .bind(conversation.to_string())
        .bind(from)
        .bind(to)
        .bind(i64::from(notes))
        .all::<MessageRow>(tx)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Where a message stands in its conversation: seq, note, id.
pub type Place = (i64, i64, String);

/// Messages and notes strictly between two places, in order: the first `limit` of them, or, `from_end`, the last, backwards.
pub fn between(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    (low, high): (Place, Place),
    from_end: bool,
    limit: i64,
) -> Result<Vec<Message>> {
    let query = if from_end {
        sql(
            "SELECT id, conversation_id, seq, note, client_id, author_type, author_id, author_name, content, reply_to, created_at, attachments \
             FROM message WHERE conversation_id = $1 AND (seq, note, id) > ($2, $3, $4) AND (seq, note, id) < ($5, $6, $7) \
             ORDER BY seq DESC, note DESC, id DESC LIMIT $8",
        )
    } else {
        sql(
            "SELECT id, conversation_id, seq, note, client_id, author_type, author_id, author_name, content, reply_to, created_at, attachments \
             FROM message WHERE conversation_id = $1 AND (seq, note, id) > ($2, $3, $4) AND (seq, note, id) < ($5, $6, $7) \
             ORDER BY seq, note, id LIMIT $8",
        )
    };
    let query = query.bind(conversation.to_string()).bind(low.0).bind(low.1).bind(low.2);
    let rows = query.bind(high.0).bind(high.1).bind(high.2).bind(limit).all::<MessageRow>(tx)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Looks from message `head_seq` on; a note stands beside the message before it.
pub fn wrote_since(tx: &mut Tx<'_>, id: ConversationId, agent: AgentId, head_seq: i64, since: Time) -> Result<bool> {
    let found = sql("SELECT seq FROM message WHERE conversation_id = $1 AND seq >= $2 AND author_id = $3 AND created_at > $4 LIMIT 1")
        .bind(id.to_string())
        .bind(head_seq)
        .bind(agent.to_string())
        .bind(since.millis())
        .maybe::<(i64,)>(tx)?;
    Ok(found.is_some())
}

/// First wins: gives a waiting conversation to `owner`, if nobody has it and nothing changed since `epoch`.
pub fn claim(tx: &mut Tx<'_>, id: ConversationId, owner: AgentId, epoch: Option<i64>) -> Result<bool> {
    let claimed =
        sql("UPDATE conversation SET owner_id = $2, state = 'active', epoch = epoch + 1, waiting_since = NULL, missed_at = NULL \
                       WHERE id = $1 AND owner_id IS NULL AND is_open = 1 AND ringing_until IS NULL AND epoch = COALESCE($3, epoch)")
        .bind(id.to_string())
        .bind(owner.to_string())
        .bind(epoch)
        .run(tx)?;
    Ok(claimed == 1)
}

/// The same for one that rings: only for whom it was offered, and only in time.
pub fn accept(tx: &mut Tx<'_>, id: ConversationId, owner: AgentId, epoch: Option<i64>, now: Time) -> Result<bool> {
    let accepted =
        sql("UPDATE conversation SET owner_id = $2, state = 'active', epoch = epoch + 1, waiting_since = NULL, ringing_until = NULL \
             WHERE id = $1 AND owner_id IS NULL AND state = 'pending_acceptance' AND ringing_until > $4 \
             AND epoch = COALESCE($3, epoch) AND EXISTS (SELECT 1 FROM offer o WHERE o.conversation_id = $1 \
             AND o.round = conversation.epoch AND o.agent_id = $2 AND o.answer IS NULL)")
        .bind(id.to_string())
        .bind(owner.to_string())
        .bind(epoch)
        .bind(now.millis())
        .run(tx)?;
    Ok(accepted == 1)
}

/// Lets a waiting conversation ring, if nobody has it and nothing changed since `epoch`.
pub fn ring(tx: &mut Tx<'_>, id: ConversationId, epoch: i64, until: Time) -> Result<bool> {
    let rings = sql("UPDATE conversation SET state = 'pending_acceptance', ringing_until = $3, epoch = epoch + 1 \
                     WHERE id = $1 AND epoch = $2 AND owner_id IS NULL AND state = 'waiting' AND waiting_since IS NOT NULL")
    .bind(id.to_string())
    .bind(epoch)
    .bind(until.millis())
    .run(tx)?;
    Ok(rings == 1)
}

/// Ends a ring that nobody accepted, if it is still the one of this epoch.
pub fn miss(tx: &mut Tx<'_>, id: ConversationId, epoch: i64, now: Time) -> Result<bool> {
    let missed =
        sql("UPDATE conversation SET state = 'waiting', ringing_until = NULL, waiting_since = NULL, missed_at = $3, \
             epoch = epoch + 1 WHERE id = $1 AND epoch = $2 AND owner_id IS NULL AND state = 'pending_acceptance'")
        .bind(id.to_string())
        .bind(epoch)
        .bind(now.millis())
        .run(tx)?;
    Ok(missed == 1)
}

/// How a conversation stands after a change of state or owner.
pub struct Standing {
    pub state: State,
    pub owner: Option<AgentId>,
    pub department: Option<DepartmentId>,
    pub waiting_since: Option<Time>,
    pub resolved_at: Option<Time>,
    pub snoozed_until: Option<Time>,
}

/// Puts a conversation into `standing`, if its epoch is still `epoch`.
pub fn stand(tx: &mut Tx<'_>, id: ConversationId, epoch: i64, standing: &Standing) -> Result<bool> {
    let changed =
        sql("UPDATE conversation SET state = $3, is_open = $4, owner_id = $5, waiting_since = $6, resolved_at = $7, \
                       department_id = $8, snoozed_until = $9, \
                       ringing_until = NULL, missed_at = NULL, epoch = epoch + 1 WHERE id = $1 AND epoch = $2")
        .bind(id.to_string())
        .bind(epoch)
        .bind(standing.state.as_str())
        .bind(i64::from(standing.state.is_open()))
        .bind(standing.owner.map(|id| id.to_string()))
        .bind(standing.waiting_since.map(Time::millis))
        .bind(standing.resolved_at.map(Time::millis))
        .bind(standing.department.map(|id| id.to_string()))
        .bind(standing.snoozed_until.map(Time::millis))
        .run(tx)?;
    Ok(changed == 1)
}

/// Raises the customer's or the agents' marks; false when they were as high already.
pub fn raise(tx: &mut Tx<'_>, id: ConversationId, contact: Marks, agent: Marks) -> Result<bool> {
    let raised = sql("UPDATE conversation SET \
         contact_delivered_seq = CASE WHEN $2 > contact_delivered_seq THEN $2 ELSE contact_delivered_seq END, \
         contact_read_seq = CASE WHEN $3 > contact_read_seq THEN $3 ELSE contact_read_seq END, \
         agent_delivered_seq = CASE WHEN $4 > agent_delivered_seq THEN $4 ELSE agent_delivered_seq END, \
         agent_read_seq = CASE WHEN $5 > agent_read_seq THEN $5 ELSE agent_read_seq END \
         WHERE id = $1 AND ($2 > contact_delivered_seq OR $3 > contact_read_seq OR $4 > agent_delivered_seq OR $5 > agent_read_seq)")
    .bind(id.to_string())
    .bind(contact.delivered_seq)
    .bind(contact.read_seq)
    .bind(agent.delivered_seq)
    .bind(agent.read_seq)
    .run(tx)?;
    Ok(raised == 1)
}

/// What somebody has open; with or without what sleeps.
pub fn open_of_owner(tx: &mut Tx<'_>, owner: AgentId, asleep: bool) -> Result<Vec<ConversationId>> {
    let query = "SELECT id FROM conversation WHERE owner_id = $1 AND is_open = 1 \
                 AND ($2 = 1 OR snoozed_until IS NULL) LIMIT 10000";
    let rows: Vec<(String,)> = sql(query).bind(owner.to_string()).bind(i64::from(asleep)).all(tx)?;
    rows.into_iter().map(|(id,)| id.parse().map_err(|_| unreadable("id").into())).collect()
}

/// Open conversations that nobody would act on: no owner and not waiting, or an owner who is switched off.
pub fn orphans(tx: &mut Tx<'_>) -> Result<Vec<ConversationId>> {
    let rows: Vec<(String,)> =
        sql("SELECT c.id FROM conversation c LEFT JOIN agent a ON a.id = c.owner_id WHERE c.is_open = 1 \
         AND ((c.owner_id IS NULL AND c.waiting_since IS NULL AND c.missed_at IS NULL) OR a.active = 0) LIMIT 1000")
        .all(tx)?;
    rows.into_iter().map(|(id,)| id.parse().map_err(|_| unreadable("id").into())).collect()
}

/// A message or note as its words can be found.
pub struct Written {
    pub id: String,
    pub conversation_id: String,
    pub note: bool,
    pub author: String,
    pub text: String,
}

impl FromRow for Written {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let content = serde_json::from_str(&row.get::<String>(4)?).map_err(|_| unreadable("content"))?;
        let Content::Text { text } = content;
        Ok(Self { id: row.get(0)?, conversation_id: row.get(1)?, note: row.get(2)?, author: row.get(3)?, text })
    }
}

pub fn written(tx: &mut Tx<'_>, id: &str) -> Result<Option<Written>> {
    Ok(sql("SELECT id, conversation_id, note, author_name, content FROM message WHERE id = $1").bind(id).maybe(tx)?)
}

/// Everything ever written whose id comes after `after`, in the order of ids, which is that of time.
pub fn written_after(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Written>> {
    Ok(sql("SELECT id, conversation_id, note, author_name, content FROM message WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(after)
        .bind(limit)
        .all(tx)?)
}

/// All that decides who may read a conversation.
pub fn access(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Access>> {
    struct Found(Access);
    impl FromRow for Found {
        fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
            let contact = row.get::<String>(0)?.parse().map_err(|_| unreadable("contact"))?;
            Ok(Self(Access { contact, owner: parsed(row, 1, "owner")?, department: parsed(row, 2, "department")? }))
        }
    }
    let row = sql("SELECT contact_id, owner_id, department_id FROM conversation WHERE id = $1")
        .bind(id.to_string())
        .maybe::<Found>(tx)?;
    Ok(row.map(|row| row.0))
}
