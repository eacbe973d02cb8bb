//! SQL of rules, offers, presence and follow-ups.

use base::{AgentId, ConversationId, FollowUpId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::model::{Answer, Mode, Rule, Seat, language_of};
use super::monitor::AgentLoad;
use super::target::{AgentTarget, DepartmentTarget};
use crate::conversation::Priority;
use crate::error::Result;
use crate::status::Status;

fn unreadable(what: &str) -> DbError {
    DbError::Statement(format!("routing: unreadable {what}"))
}

impl FromRow for Rule {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self { scope: row.get(0)?, mode: Mode::parse(&row.get::<String>(1)?), chat_limit: row.get(2)? })
    }
}

pub fn rules(tx: &mut Tx<'_>) -> Result<Vec<Rule>> {
    Ok(sql("SELECT scope, mode, chat_limit FROM assignment ORDER BY scope LIMIT 1000").all(tx)?)
}

pub fn save_rule(tx: &mut Tx<'_>, rule: &Rule, now: Time) -> Result<()> {
    sql("INSERT INTO assignment (scope, mode, chat_limit, updated_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (scope) DO UPDATE SET mode = excluded.mode, chat_limit = excluded.chat_limit, updated_at = excluded.updated_at")
        .bind(&rule.scope)
        .bind(rule.mode.as_str())
        .bind(rule.chat_limit)
        .bind(now.millis())
        .run(tx)?;
    Ok(())
}

/// Takes or keeps a lease until `until`; false while another holder has it.
pub fn lease(tx: &mut Tx<'_>, name: &str, holder: &str, now: Time, until: Time) -> Result<bool> {
    let held = sql("INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE \
                    SET holder = excluded.holder, until = excluded.until WHERE lease.holder = excluded.holder OR lease.until <= $4")
        .bind(name)
        .bind(holder)
        .bind(until.millis())
        .bind(now.millis())
        .run(tx)?;
    Ok(held == 1)
}

struct SeatRow(Seat);

impl FromRow for SeatRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self(Seat {
            agent: row.get::<String>(0)?.parse().map_err(|_| unreadable("agent"))?,
            connected: row.get::<i64>(1)? > 0,
            present: true,
            chats: row.get(2)?,
            last_turn: row.get::<Option<i64>>(3)?.map(Time),
            available: Status::parse(&row.get::<String>(4)?) == Status::Available,
            limit: Some(row.get(5)?),
            languages: languages(&row.get::<String>(6)?),
            departments: Vec::new(),
        }))
    }
}

/// The languages of tags such as `pt-BR`.
fn languages(json: &str) -> Vec<String> {
    let tags: Vec<String> = serde_json::from_str(json).unwrap_or_default();
    tags.iter().filter_map(|tag| language_of(Some(tag))).collect()
}

/// Everybody who was heard of after `alive`, at most 1,000.
pub fn seats(tx: &mut Tx<'_>, alive: Time) -> Result<Vec<Seat>> {
    let rows = sql("SELECT a.id, \
         (SELECT count(*) FROM presence p JOIN server_node n ON n.id = p.node WHERE p.agent_id = a.id AND p.left_at IS NULL AND n.seen_at > $1), \
         (SELECT count(*) FROM conversation c WHERE c.owner_id = a.id AND c.is_open = 1 AND c.state = 'active'), \
         (SELECT t.at FROM routing_turn t WHERE t.agent_id = a.id), s.status, a.chat_limit, a.languages \
         FROM agent a JOIN agent_status s ON s.agent_id = a.id WHERE a.active = 1 AND EXISTS (SELECT 1 FROM presence p JOIN server_node n ON n.id = p.node \
         WHERE p.agent_id = a.id AND ((p.left_at IS NULL AND n.seen_at > $1) OR p.left_at > $1)) ORDER BY a.id LIMIT 1000")
        .bind(alive.millis())
        .all::<SeatRow>(tx)?;
    let mut seats: Vec<Seat> = rows.into_iter().map(|row| row.0).collect();
    let members: Vec<(String, String)> =
        sql("SELECT agent_id, department_id FROM department_member ORDER BY agent_id LIMIT 10000").all(tx)?;
    for (agent, department) in members {
        if let Some(seat) = seats.iter_mut().find(|seat| seat.agent.to_string() == agent) {
            seat.departments.push(department);
        }
    }
    Ok(seats)
}

/// A conversation that waits to be handed out, or rings.
pub struct Waiting {
    pub id: ConversationId,
    pub epoch: i64,
    pub inbox: String,
    pub department: Option<String>,
    pub locale: Option<String>,
    /// Since when it waits; until when it rings.
    pub at: Time,
    pub priority: Priority,
}

impl FromRow for Waiting {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("conversation"))?,
            epoch: row.get(1)?,
            inbox: row.get(2)?,
            department: row.get(5)?,
            locale: row.get(3)?,
            at: Time(row.get(4)?),
            priority: Priority::of_rank(row.get(6)?),
        })
    }
}

pub fn ringing(tx: &mut Tx<'_>) -> Result<Vec<Waiting>> {
    Ok(sql("SELECT id, epoch, inbox_id, locale, ringing_until, department_id, priority FROM conversation WHERE ringing_until IS NOT NULL \
            ORDER BY ringing_until, id LIMIT 1000")
    .all(tx)?)
}

/// What waits in a department, or in an inbox and no department with a rule of its own; most urgent first, then longest.
pub fn queue(tx: &mut Tx<'_>, scope: &str, most: i64) -> Result<Vec<Waiting>> {
    Ok(sql("SELECT id, epoch, inbox_id, locale, waiting_since, department_id, priority FROM conversation \
            WHERE waiting_since IS NOT NULL AND ringing_until IS NULL AND owner_id IS NULL AND (department_id = $1 OR (inbox_id = $1 \
            AND (department_id IS NULL OR department_id NOT IN (SELECT scope FROM assignment)))) ORDER BY priority, waiting_since, id LIMIT $2")
    .bind(scope)
    .bind(most)
    .all(tx)?)
}

/// Whether anything waits to be handed out, or rings.
pub fn has_work(tx: &mut Tx<'_>) -> Result<bool> {
    let rings = sql("SELECT epoch FROM conversation WHERE ringing_until IS NOT NULL LIMIT 1").maybe::<(i64,)>(tx)?;
    if rings.is_some() {
        return Ok(true);
    }
    let waits = sql("SELECT c.epoch FROM conversation c JOIN assignment r ON r.mode <> 'manual' \
                     AND (r.scope = c.inbox_id OR r.scope = c.department_id) \
                     WHERE c.waiting_since IS NOT NULL LIMIT 1")
    .maybe::<(i64,)>(tx)?;
    Ok(waits.is_some())
}

pub fn offers(tx: &mut Tx<'_>, id: ConversationId, round: i64) -> Result<Vec<(AgentId, Option<Answer>)>> {
    let rows: Vec<(String, Option<String>)> = sql(
        "SELECT agent_id, answer FROM offer WHERE conversation_id = $1 AND round = $2 ORDER BY agent_id LIMIT 1000",
    )
    .bind(id.to_string())
    .bind(round)
    .all(tx)?;
    rows.into_iter()
        .map(|(agent, answer)| {
            let agent = agent.parse().map_err(|_| unreadable("agent"))?;
            Ok((agent, answer.as_deref().and_then(Answer::parse)))
        })
        .collect()
}

/// Offers a round to an agent; again, when it was only taken back before.
pub fn offer(tx: &mut Tx<'_>, id: ConversationId, round: i64, agent: AgentId, now: Time) -> Result<bool> {
    let offered = sql("INSERT INTO offer (conversation_id, round, agent_id, offered_at) VALUES ($1, $2, $3, $4) \
                       ON CONFLICT (conversation_id, round, agent_id) DO UPDATE SET answer = NULL, answered_at = NULL \
                       WHERE offer.answer = 'withdrawn'")
    .bind(id.to_string())
    .bind(round)
    .bind(agent.to_string())
    .bind(now.millis())
    .run(tx)?;
    Ok(offered == 1)
}

/// Writes an agent's answer down, if there was none.
pub fn answer(
    tx: &mut Tx<'_>,
    id: ConversationId,
    round: i64,
    agent: AgentId,
    answer: Answer,
    now: Time,
) -> Result<bool> {
    let answered = sql("UPDATE offer SET answer = $4, answered_at = $5 \
                        WHERE conversation_id = $1 AND round = $2 AND agent_id = $3 AND answer IS NULL")
    .bind(id.to_string())
    .bind(round)
    .bind(agent.to_string())
    .bind(answer.as_str())
    .bind(now.millis())
    .run(tx)?;
    Ok(answered == 1)
}

/// Ends all open offers of a round the same way.
pub fn end_offers(tx: &mut Tx<'_>, id: ConversationId, round: i64, answer: Answer, now: Time) -> Result<()> {
    sql("UPDATE offer SET answer = $3, answered_at = $4 WHERE conversation_id = $1 AND round = $2 AND answer IS NULL")
        .bind(id.to_string())
        .bind(round)
        .bind(answer.as_str())
        .bind(now.millis())
        .run(tx)?;
    Ok(())
}

/// Rings whose end nobody wrote down or did: there should be none.
pub fn overdue(tx: &mut Tx<'_>, before: Time) -> Result<Vec<(ConversationId, i64)>> {
    let rows: Vec<(String, i64)> =
        sql("SELECT id, epoch FROM conversation WHERE ringing_until < $1 ORDER BY ringing_until LIMIT 1000")
            .bind(before.millis())
            .all(tx)?;
    rows.into_iter().map(|(id, epoch)| Ok((id.parse().map_err(|_| unreadable("conversation"))?, epoch))).collect()
}

/// What rings for an agent now.
pub fn offered_to(tx: &mut Tx<'_>, agent: AgentId, now: Time) -> Result<Vec<(ConversationId, i64)>> {
    let rows: Vec<(String, i64)> =
        sql("SELECT o.conversation_id, o.offered_at FROM offer o JOIN conversation c ON c.id = o.conversation_id \
             AND c.epoch = o.round AND c.ringing_until > $2 WHERE o.agent_id = $1 AND o.answer IS NULL \
             ORDER BY c.ringing_until, o.conversation_id LIMIT 100")
        .bind(agent.to_string())
        .bind(now.millis())
        .all(tx)?;
    rows.into_iter().map(|(id, at)| Ok((id.parse().map_err(|_| unreadable("conversation"))?, at))).collect()
}

pub fn forget_offers(tx: &mut Tx<'_>, before: Time) -> Result<()> {
    sql("DELETE FROM offer WHERE offered_at < $1").bind(before.millis()).run(tx)?;
    Ok(())
}

pub fn take_turn(tx: &mut Tx<'_>, agent: AgentId, now: Time) -> Result<()> {
    sql(
        "INSERT INTO routing_turn (agent_id, at) VALUES ($1, $2) ON CONFLICT (agent_id) DO UPDATE SET at = excluded.at",
    )
    .bind(agent.to_string())
    .bind(now.millis())
    .run(tx)?;
    Ok(())
}

pub fn beat(tx: &mut Tx<'_>, node: &str, now: Time) -> Result<()> {
    sql("INSERT INTO server_node (id, seen_at) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at")
        .bind(node)
        .bind(now.millis())
        .run(tx)?;
    Ok(())
}

pub fn node_seen(tx: &mut Tx<'_>, node: &str) -> Result<Option<Time>> {
    let row = sql("SELECT seen_at FROM server_node WHERE id = $1").bind(node).maybe::<(i64,)>(tx)?;
    Ok(row.map(|(at,)| Time(at)))
}

/// Who is said to have a socket on a node.
pub fn here(tx: &mut Tx<'_>, node: &str) -> Result<Vec<AgentId>> {
    let rows: Vec<(String,)> =
        sql("SELECT agent_id FROM presence WHERE node = $1 AND left_at IS NULL ORDER BY agent_id LIMIT 10000")
            .bind(node)
            .all(tx)?;
    rows.into_iter().map(|(id,)| id.parse().map_err(|_| unreadable("agent").into())).collect()
}

pub fn forget_node(tx: &mut Tx<'_>, node: &str) -> Result<()> {
    sql("DELETE FROM server_node WHERE id = $1").bind(node).run(tx)?;
    Ok(())
}

pub fn agents_of_node(tx: &mut Tx<'_>, node: &str) -> Result<Vec<AgentId>> {
    let rows: Vec<(String,)> =
        sql("SELECT agent_id FROM presence WHERE node = $1 ORDER BY agent_id LIMIT 10000").bind(node).all(tx)?;
    rows.into_iter().map(|(id,)| id.parse().map_err(|_| unreadable("agent").into())).collect()
}

pub fn arrive(tx: &mut Tx<'_>, agent: AgentId, node: &str, now: Time) -> Result<()> {
    sql("INSERT INTO presence (agent_id, node, since) VALUES ($1, $2, $3) ON CONFLICT (agent_id, node) DO UPDATE SET left_at = NULL")
        .bind(agent.to_string())
        .bind(node)
        .bind(now.millis())
        .run(tx)?;
    Ok(())
}

pub fn leave(tx: &mut Tx<'_>, agent: AgentId, node: &str, now: Time) -> Result<bool> {
    let left = sql("UPDATE presence SET left_at = $3 WHERE agent_id = $1 AND node = $2 AND left_at IS NULL")
        .bind(agent.to_string())
        .bind(node)
        .bind(now.millis())
        .run(tx)?;
    Ok(left == 1)
}

/// When an agent was last heard of: now while a living node holds a socket of theirs. None: not at all.
pub fn last_heard(tx: &mut Tx<'_>, agent: AgentId, alive: Time, now: Time) -> Result<Option<Time>> {
    let row = sql(
        "SELECT max(CASE WHEN p.left_at IS NOT NULL THEN p.left_at WHEN n.seen_at > $2 THEN $3 ELSE n.seen_at END) \
                   FROM presence p JOIN server_node n ON n.id = p.node WHERE p.agent_id = $1",
    )
    .bind(agent.to_string())
    .bind(alive.millis())
    .bind(now.millis())
    .one::<(Option<i64>,)>(tx)?;
    Ok(row.0.map(Time))
}

pub fn forget_presence(tx: &mut Tx<'_>, agent: AgentId) -> Result<bool> {
    Ok(sql("DELETE FROM presence WHERE agent_id = $1").bind(agent.to_string()).run(tx)? > 0)
}

/// Keeps something to be done about a conversation; false when it is kept already.
pub fn insert_follow_up(
    tx: &mut Tx<'_>,
    id: FollowUpId,
    conversation: ConversationId,
    reason: &str,
    now: Time,
) -> Result<bool> {
    let inserted = sql("INSERT INTO follow_up (id, conversation_id, reason, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind(id.to_string())
        .bind(conversation.to_string())
        .bind(reason)
        .bind(now.millis())
        .run(tx)?;
    Ok(inserted == 1)
}

/// Open follow-ups of open conversations, oldest first, after the one with this time and id.
pub fn follow_ups(tx: &mut Tx<'_>, after: (i64, &str), limit: i64) -> Result<Vec<(String, String, String, i64)>> {
    Ok(sql("SELECT f.id, f.conversation_id, f.reason, f.created_at FROM follow_up f JOIN conversation c ON c.id = f.conversation_id \
            WHERE f.done_at IS NULL AND c.is_open = 1 AND (f.created_at, f.id) > ($1, $2) ORDER BY f.created_at, f.id LIMIT $3")
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .all(tx)?)
}

/// The conversation of an open follow-up that is done now.
pub fn end_follow_up(tx: &mut Tx<'_>, id: FollowUpId, by: AgentId, now: Time) -> Result<Option<ConversationId>> {
    let row = sql(
        "UPDATE follow_up SET done_at = $2, done_by = $3 WHERE id = $1 AND done_at IS NULL RETURNING conversation_id",
    )
    .bind(id.to_string())
    .bind(now.millis())
    .bind(by.to_string())
    .maybe::<(String,)>(tx)?;
    row.map(|(id,)| id.parse().map_err(|_| unreadable("conversation").into())).transpose()
}

pub fn has_follow_up(tx: &mut Tx<'_>, id: FollowUpId) -> Result<bool> {
    let row = sql("SELECT id FROM follow_up WHERE id = $1").bind(id.to_string()).maybe::<(String,)>(tx)?;
    Ok(row.is_some())
}

/// How many there are, over the whole floor.
#[derive(Default)]
pub struct Floor {
    pub waiting: i64,
    pub waiting_since: Option<Time>,
    pub ringing: i64,
    pub active: i64,
    pub missed: i64,
}

pub fn floor(tx: &mut Tx<'_>) -> Result<Floor> {
    let (waiting, since) = sql("SELECT count(*), min(waiting_since) FROM conversation WHERE waiting_since IS NOT NULL")
        .one::<(i64, Option<i64>)>(tx)?;
    let ringing = sql("SELECT count(*) FROM conversation WHERE ringing_until IS NOT NULL").one::<(i64,)>(tx)?.0;
    let missed =
        sql("SELECT count(*) FROM conversation WHERE missed_at IS NOT NULL AND is_open = 1").one::<(i64,)>(tx)?.0;
    let active = sql("SELECT count(*) FROM conversation WHERE is_open = 1 AND state = 'active'").one::<(i64,)>(tx)?.0;
    Ok(Floor { waiting, waiting_since: since.map(Time), ringing, active, missed })
}

pub fn mine(tx: &mut Tx<'_>, me: AgentId) -> Result<i64> {
    let mine = sql("SELECT count(*) FROM conversation WHERE is_open = 1 AND owner_id = $1");
    Ok(mine.bind(me.to_string()).one::<(i64,)>(tx)?.0)
}

pub fn resolved_since(tx: &mut Tx<'_>, since: Time) -> Result<i64> {
    let resolved = sql("SELECT count(*) FROM conversation WHERE resolved_at IS NOT NULL AND resolved_at >= $1");
    Ok(resolved.bind(since.millis()).one::<(i64,)>(tx)?.0)
}

struct LoadRow(AgentLoad);

impl FromRow for LoadRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self(AgentLoad {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("agent"))?,
            name: row.get(1)?,
            online: row.get::<i64>(2)? > 0,
            chats: row.get(3)?,
            limit: row.get(8)?,
            status: Status::parse(&row.get::<String>(6)?),
            status_since: Time(row.get(7)?),
            handling_since: row.get::<Option<i64>>(4)?.map(Time),
            unanswered_since: row.get::<Option<i64>>(5)?.map(Time),
        }))
    }
}

/// How everybody whose account is on is doing, by name, at most 1,000; nobody's limit is above `limit`. When somebody got a chat is read from the log.
pub fn loads(tx: &mut Tx<'_>, alive: Time, limit: i64) -> Result<Vec<AgentLoad>> {
    let rows = sql("SELECT a.id, a.name, (SELECT count(*) FROM presence p JOIN server_node n ON n.id = p.node \
         WHERE p.agent_id = a.id AND p.left_at IS NULL AND n.seen_at > $1), count(c.id), min((SELECT max(e.at) FROM event e \
         WHERE e.conversation_id = c.id AND e.conversation_id IS NOT NULL AND e.kind <> 'message.created' \
         AND e.kind <> 'conversation.marked' AND e.kind <> 'draft.saved' AND e.kind <> 'draft.deleted' \
         AND e.kind IN ('conversation.claimed', 'conversation.transferred', 'conversation.reopened'))), \
         min(CASE WHEN c.preview_author = 'user' THEN c.last_message_at END), s.status, s.since, a.chat_limit \
         FROM agent a JOIN agent_status s ON s.agent_id = a.id LEFT JOIN conversation c ON c.owner_id = a.id AND c.is_open = 1 AND c.state = 'active' \
         WHERE a.active = 1 GROUP BY a.id, a.name, s.status, s.since, a.chat_limit ORDER BY lower(a.name), a.id LIMIT 1000")
        .bind(alive.millis())
        .all::<LoadRow>(tx)?;
    Ok(rows.into_iter().map(|row| AgentLoad { limit: row.0.limit.min(limit), ..row.0 }).collect())
}

impl FromRow for AgentTarget {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("agent"))?,
            name: row.get(1)?,
            online: row.get::<i64>(2)? > 0,
            status: Status::parse(&row.get::<String>(3)?),
            until: row.get::<Option<i64>>(4)?.map(Time),
            chats: row.get(5)?,
            limit: row.get(6)?,
        })
    }
}

pub fn agent_targets(tx: &mut Tx<'_>, alive: Time) -> Result<Vec<AgentTarget>> {
    Ok(sql("SELECT a.id, a.name, (SELECT count(*) FROM presence p JOIN server_node n ON n.id = p.node \
            WHERE p.agent_id = a.id AND p.left_at IS NULL AND n.seen_at > $1), s.status, s.until, \
            (SELECT count(*) FROM conversation c WHERE c.owner_id = a.id AND c.is_open = 1 AND c.state = 'active'), a.chat_limit \
            FROM agent a JOIN agent_status s ON s.agent_id = a.id WHERE a.active = 1 ORDER BY lower(a.name), a.id LIMIT 1000")
    .bind(alive.millis())
    .all(tx)?)
}

impl FromRow for DepartmentTarget {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let id = row.get::<String>(0)?.parse().map_err(|_| unreadable("department"))?;
        Ok(Self { id, name: row.get(1)?, available: row.get(2)?, waiting: row.get(3)? })
    }
}

pub fn department_targets(tx: &mut Tx<'_>) -> Result<Vec<DepartmentTarget>> {
    Ok(sql("SELECT d.id, d.name, (SELECT count(*) FROM department_member m JOIN agent a ON a.id = m.agent_id \
            JOIN agent_status s ON s.agent_id = a.id WHERE m.department_id = d.id AND a.active = 1 AND s.status = 'available'), \
            (SELECT count(*) FROM conversation c WHERE c.department_id = d.id AND c.waiting_since IS NOT NULL) \
            FROM department d WHERE d.archived = 0 ORDER BY lower(d.name), d.id LIMIT 1000")
    .all(tx)?)
}
