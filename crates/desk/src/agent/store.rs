//! SQL of accounts, sessions and invitations.

use base::{AgentId, InviteId, SessionId, Time};
use db::{DbError, FromRow, Row, Tx, sql};

use super::model::{Agent, Invite, Reset, Role, Session};
use crate::error::Result;
use crate::status;

/// The columns of a whole account, then more of them and whatever says which.
macro_rules! select {
    ($more:literal, $rest:literal) => {
        sql(concat!(
            "SELECT a.id, a.name, a.email, a.role, a.active, a.created_at, a.display_name, a.signature, a.languages, a.chat_limit, \
             p.status, p.until, p.reason, p.set_by, b.name, p.since",
            $more,
            " FROM agent a LEFT JOIN agent_status p ON p.agent_id = a.id LEFT JOIN agent b ON b.id = p.set_by ",
            $rest
        ))
    };
}

fn unreadable(what: &str) -> DbError {
    DbError::Statement(format!("agent: unreadable {what}"))
}

impl FromRow for Agent {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("id"))?,
            name: row.get(1)?,
            email: row.get(2)?,
            role: Role::parse(&row.get::<String>(3)?),
            active: row.get(4)?,
            created_at: Time(row.get(5)?),
            display_name: row.get(6)?,
            signature: row.get(7)?,
            languages: serde_json::from_str(&row.get::<String>(8)?).map_err(|_| unreadable("languages"))?,
            chat_limit: row.get(9)?,
            status: status::read_now(row, 10)?,
        })
    }
}

struct WithPassword(Agent, String);

impl FromRow for WithPassword {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self(Agent::from_row(row)?, row.get(16)?))
    }
}

struct WithSession(Session, Agent);

impl FromRow for WithSession {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let agent = Agent::from_row(row)?;
        let session = Session {
            id: row.get::<String>(16)?.parse().map_err(|_| unreadable("session id"))?,
            agent: agent.id,
            last_used_at: Time(row.get(17)?),
            expires_at: Time(row.get(18)?),
        };
        Ok(Self(session, agent))
    }
}

impl FromRow for Invite {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("invite id"))?,
            role: Role::parse(&row.get::<String>(1)?),
            created_at: Time(row.get(2)?),
            expires_at: Time(row.get(3)?),
        })
    }
}

pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(sql("SELECT id FROM agent LIMIT 1").maybe::<(String,)>(tx)?.is_some())
}

/// What a new account starts with.
pub struct New<'a> {
    pub id: AgentId,
    pub name: &'a str,
    pub email: &'a str,
    pub role: Role,
    pub created_at: Time,
}

/// False when the email address is taken.
pub fn insert(tx: &mut Tx<'_>, agent: &New<'_>, password_hash: &str) -> Result<bool> {
    let inserted = sql("INSERT INTO agent (id, name, email, role, active, created_at, password_hash) \
                        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING")
    .bind(agent.id.to_string())
    .bind(agent.name)
    .bind(agent.email)
    .bind(agent.role.name())
    .bind(1_i64)
    .bind(agent.created_at.millis())
    .bind(password_hash)
    .run(tx)?;
    Ok(inserted == 1)
}

pub fn save(tx: &mut Tx<'_>, agent: &Agent) -> Result<()> {
    let languages = serde_json::to_string(&agent.languages).map_err(|error| DbError::Statement(error.to_string()))?;
    sql("UPDATE agent SET name = $2, role = $3, active = $4, display_name = $5, signature = $6, languages = $7, \
         chat_limit = $8 WHERE id = $1")
    .bind(agent.id.to_string())
    .bind(&agent.name)
    .bind(agent.role.name())
    .bind(i64::from(agent.active))
    .bind(agent.display_name.as_deref())
    .bind(&agent.signature)
    .bind(languages)
    .bind(agent.chat_limit)
    .run(tx)?;
    Ok(())
}

pub fn save_password(tx: &mut Tx<'_>, id: AgentId, password_hash: &str) -> Result<()> {
    sql("UPDATE agent SET password_hash = $2 WHERE id = $1").bind(id.to_string()).bind(password_hash).run(tx)?;
    Ok(())
}

pub fn password(tx: &mut Tx<'_>, id: AgentId) -> Result<Option<String>> {
    let row = sql("SELECT password_hash FROM agent WHERE id = $1").bind(id.to_string()).maybe::<(String,)>(tx)?;
    Ok(row.map(|(hash,)| hash))
}

pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Agent>> {
    Ok(select!("", "ORDER BY lower(a.name), a.id LIMIT 1000").all(tx)?)
}

pub fn by_id(tx: &mut Tx<'_>, id: AgentId) -> Result<Option<Agent>> {
    Ok(select!("", "WHERE a.id = $1").bind(id.to_string()).maybe(tx)?)
}

/// The account, with its row held until the transaction ends (an update that changes nothing holds it on both engines).
pub fn lock(tx: &mut Tx<'_>, id: AgentId) -> Result<Option<Agent>> {
    sql("UPDATE agent SET active = active WHERE id = $1").bind(id.to_string()).run(tx)?;
    by_id(tx, id)
}

/// Holds all administrators' rows until the transaction ends, so that two of them cannot dismiss each other at once.
pub fn hold_administrators(tx: &mut Tx<'_>) -> Result<()> {
    sql("UPDATE agent SET active = active WHERE role = 'administrator'").run(tx)?;
    Ok(())
}

pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<(Agent, String)>> {
    let row = select!(", a.password_hash", "WHERE a.email = $1").bind(email).maybe::<WithPassword>(tx)?;
    Ok(row.map(|row| (row.0, row.1)))
}

pub fn active_administrators(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(sql("SELECT count(*) FROM agent WHERE role = 'administrator' AND active = 1").one::<(i64,)>(tx)?.0)
}

pub fn insert_session(tx: &mut Tx<'_>, session: &Session, token_hash: &str, now: Time) -> Result<()> {
    sql("INSERT INTO session (id, token_hash, agent_id, created_at, last_used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(session.id.to_string())
        .bind(token_hash)
        .bind(session.agent.to_string())
        .bind(now.millis())
        .bind(session.last_used_at.millis())
        .bind(session.expires_at.millis())
        .run(tx)?;
    Ok(())
}

pub fn session(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<(Session, Agent)>> {
    let row =
        select!(", s.id, s.last_used_at, s.expires_at", "JOIN session s ON s.agent_id = a.id WHERE s.token_hash = $1")
            .bind(token_hash)
            .maybe::<WithSession>(tx)?;
    Ok(row.map(|row| (row.0, row.1)))
}

pub fn agent_of_session(tx: &mut Tx<'_>, id: SessionId) -> Result<Option<Agent>> {
    Ok(select!("", "JOIN session s ON s.agent_id = a.id WHERE s.id = $1 AND a.active = 1")
        .bind(id.to_string())
        .maybe(tx)?)
}

pub fn touch_session(tx: &mut Tx<'_>, id: SessionId, now: Time) -> Result<()> {
    sql("UPDATE session SET last_used_at = $2 WHERE id = $1").bind(id.to_string()).bind(now.millis()).run(tx)?;
    Ok(())
}

pub fn delete_session(tx: &mut Tx<'_>, id: SessionId) -> Result<bool> {
    Ok(sql("DELETE FROM session WHERE id = $1").bind(id.to_string()).run(tx)? == 1)
}

fn session_ids(rows: Vec<(String,)>) -> Result<Vec<SessionId>> {
    let ids: Result<_, DbError> =
        rows.into_iter().map(|(id,)| id.parse().map_err(|_| unreadable("session id"))).collect();
    Ok(ids?)
}

pub fn sessions_of(tx: &mut Tx<'_>, agent: AgentId) -> Result<Vec<SessionId>> {
    session_ids(sql("SELECT id FROM session WHERE agent_id = $1").bind(agent.to_string()).all(tx)?)
}

pub fn expired_sessions(tx: &mut Tx<'_>, now: Time, unused_since: Time) -> Result<Vec<(SessionId, AgentId)>> {
    let rows: Vec<(String, String)> =
        sql("SELECT id, agent_id FROM session WHERE expires_at <= $1 OR last_used_at <= $2 LIMIT 1000")
            .bind(now.millis())
            .bind(unused_since.millis())
            .all(tx)?;
    let read = |(session, agent): (String, String)| Some((session.parse().ok()?, agent.parse().ok()?));
    Ok(rows.into_iter().filter_map(read).collect())
}

pub fn insert_invite(tx: &mut Tx<'_>, invite: &Invite, token_hash: &str) -> Result<()> {
    sql("INSERT INTO invite (id, token_hash, role, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(invite.id.to_string())
        .bind(token_hash)
        .bind(invite.role.name())
        .bind(invite.created_at.millis())
        .bind(invite.expires_at.millis())
        .run(tx)?;
    Ok(())
}

pub fn invites(tx: &mut Tx<'_>, now: Time) -> Result<Vec<Invite>> {
    Ok(sql("SELECT id, role, created_at, expires_at FROM invite WHERE expires_at > $1 ORDER BY id DESC LIMIT 100")
        .bind(now.millis())
        .all(tx)?)
}

pub fn take_invite(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<Invite>> {
    Ok(sql("DELETE FROM invite WHERE token_hash = $1 RETURNING id, role, created_at, expires_at")
        .bind(token_hash)
        .maybe(tx)?)
}

pub fn take_invite_by_id(tx: &mut Tx<'_>, id: InviteId) -> Result<Option<Invite>> {
    Ok(sql("DELETE FROM invite WHERE id = $1 RETURNING id, role, created_at, expires_at")
        .bind(id.to_string())
        .maybe(tx)?)
}

pub fn delete_expired_invites(tx: &mut Tx<'_>, now: Time) -> Result<()> {
    sql("DELETE FROM invite WHERE expires_at <= $1").bind(now.millis()).run(tx)?;
    Ok(())
}

/// A link for a new password; any older one of the same person is gone.
pub fn insert_reset(tx: &mut Tx<'_>, reset: &Reset, token_hash: &str, now: Time) -> Result<()> {
    sql("DELETE FROM password_reset WHERE agent_id = $1").bind(reset.agent_id.to_string()).run(tx)?;
    sql("INSERT INTO password_reset (id, token_hash, agent_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(reset.id.to_string())
        .bind(token_hash)
        .bind(reset.agent_id.to_string())
        .bind(now.millis())
        .bind(reset.expires_at.millis())
        .run(tx)?;
    Ok(())
}

impl FromRow for Reset {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get::<String>(0)?.parse().map_err(|_| unreadable("reset id"))?,
            agent_id: row.get::<String>(1)?.parse().map_err(|_| unreadable("reset agent"))?,
            expires_at: Time(row.get(2)?),
        })
    }
}

pub fn reset(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<Reset>> {
    Ok(sql("SELECT id, agent_id, expires_at FROM password_reset WHERE token_hash = $1").bind(token_hash).maybe(tx)?)
}

pub fn take_reset(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<Reset>> {
    Ok(sql("DELETE FROM password_reset WHERE token_hash = $1 RETURNING id, agent_id, expires_at")
        .bind(token_hash)
        .maybe(tx)?)
}

pub fn delete_expired_resets(tx: &mut Tx<'_>, now: Time) -> Result<()> {
    sql("DELETE FROM password_reset WHERE expires_at <= $1").bind(now.millis()).run(tx)?;
    Ok(())
}
