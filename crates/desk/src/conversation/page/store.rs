//! SQL of the lists of conversations and of what somebody may read of them.

use base::{AgentId, ContactId, DepartmentId};
use db::{Tx, sql};

use super::model::{Conversation, View};
use super::store::select;
use crate::department::readable;
use crate::error::Result;

/// Where a page of a list begins: the priority (0 where a list does not go by it), time and id that the last one ended with.
pub type After = Option<(i64, i64, String)>;

pub fn begin(view: View, after: After) -> (i64, i64, String) {
    let end = if matches!(view, View::Waiting | View::Ringing | View::Snoozed) {
        (i64::MIN, i64::MIN, String::new())
    } else {
        (0, i64::MAX, "~".to_owned())
    };
    after.unwrap_or(end)
}

/// A page of everything. Rows are ordered by one time and the id.
pub fn list(tx: &mut Tx<'_>, view: View, me: AgentId, after: After, limit: i64) -> Result<Vec<Conversation>> {
    let (rank, at, id) = begin(view, after);
    let query = match view {
        View::All => {
            select!(
                "WHERE c.is_open = 1 AND (c.activity_at, c.id) < ($1, $2) ORDER BY c.activity_at DESC, c.id DESC LIMIT $3"
            )
        }
        View::Mine => select!(
            "WHERE c.is_open = 1 AND (c.activity_at, c.id) < ($1, $2) AND c.owner_id = $4 AND c.snoozed_until IS NULL \
             ORDER BY c.activity_at DESC, c.id DESC LIMIT $3"
        ),
        View::Waiting => {
            select!(
                "WHERE c.waiting_since IS NOT NULL AND (c.priority, c.waiting_since, c.id) > ($4, $1, $2) \
                 ORDER BY c.priority, c.waiting_since, c.id LIMIT $3"
            )
        }
        View::Resolved => {
            select!(
                "WHERE c.resolved_at IS NOT NULL AND (c.resolved_at, c.id) < ($1, $2) ORDER BY c.resolved_at DESC, c.id DESC LIMIT $3"
            )
        }
        View::Ringing => select!(
            "WHERE c.ringing_until IS NOT NULL AND (c.ringing_until, c.id) > ($1, $2) ORDER BY c.ringing_until, c.id LIMIT $3"
        ),
        View::Active => select!(
            "WHERE c.is_open = 1 AND c.state = 'active' AND (c.activity_at, c.id) < ($1, $2) \
             ORDER BY c.activity_at DESC, c.id DESC LIMIT $3"
        ),
        View::Missed => select!(
            "WHERE c.missed_at IS NOT NULL AND (c.missed_at, c.id) < ($1, $2) ORDER BY c.missed_at DESC, c.id DESC LIMIT $3"
        ),
        View::Snoozed => select!(
            "WHERE c.owner_id = $4 AND c.snoozed_until IS NOT NULL AND (c.snoozed_until, c.id) > ($1, $2) \
             ORDER BY c.snoozed_until, c.id LIMIT $3"
        ),
    };
    let query = query.bind(at).bind(id).bind(limit);
    Ok(match view {
        View::Mine | View::Snoozed => query.bind(me.to_string()).all(tx)?,
        View::Waiting => query.bind(rank).all(tx)?,
        _ => query.all(tx)?,
    })
}

/// A contact's conversations, newest first, with a smaller number than `before`.
pub fn of_contact(tx: &mut Tx<'_>, contact: ContactId, before: i64, limit: i64) -> Result<Vec<Conversation>> {
    Ok(select!("WHERE c.contact_id = $1 AND c.number < $2 ORDER BY c.number DESC LIMIT $3")
        .bind(contact.to_string())
        .bind(before)
        .bind(limit)
        .all(tx)?)
}

/// A page of what belongs to one department, or to none. Each is one walk along an index.
pub fn list_of_department(
    tx: &mut Tx<'_>,
    view: View,
    department: Option<DepartmentId>,
    after: After,
    limit: i64,
) -> Result<Vec<Conversation>> {
    let (rank, at, id) = begin(view, after);
    let query = match (view, department.is_some()) {
        (View::All | View::Mine | View::Active | View::Ringing | View::Missed | View::Snoozed, true) => select!(
            "WHERE c.department_id = $4 AND c.is_open = 1 AND (c.activity_at, c.id) < ($1, $2) \
             ORDER BY c.activity_at DESC, c.id DESC LIMIT $3"
        ),
        (View::All | View::Mine | View::Active | View::Ringing | View::Missed | View::Snoozed, false) => select!(
            "WHERE c.department_id IS NULL AND c.is_open = 1 AND (c.activity_at, c.id) < ($1, $2) \
             ORDER BY c.activity_at DESC, c.id DESC LIMIT $3"
        ),
        (View::Waiting, true) => select!(
            "WHERE c.department_id = $5 AND c.waiting_since IS NOT NULL \
             AND (c.priority, c.waiting_since, c.id) > ($4, $1, $2) ORDER BY c.priority, c.waiting_since, c.id LIMIT $3"
        ),
        (View::Waiting, false) => select!(
            "WHERE c.department_id IS NULL AND c.waiting_since IS NOT NULL \
             AND (c.priority, c.waiting_since, c.id) > ($4, $1, $2) ORDER BY c.priority, c.waiting_since, c.id LIMIT $3"
        ),
        (View::Resolved, true) => select!(
            "WHERE c.department_id = $4 AND c.resolved_at IS NOT NULL AND (c.resolved_at, c.id) < ($1, $2) \
             ORDER BY c.resolved_at DESC, c.id DESC LIMIT $3"
        ),
        (View::Resolved, false) => select!(
            "WHERE c.department_id IS NULL AND c.resolved_at IS NOT NULL AND (c.resolved_at, c.id) < ($1, $2) \
             ORDER BY c.resolved_at DESC, c.id DESC LIMIT $3"
        ),
    };
    let query = query.bind(at).bind(id).bind(limit);
    let query = if view == View::Waiting { query.bind(rank) } else { query };
    Ok(match department {
        Some(department) => query.bind(department.to_string()).all(tx)?,
        None => query.all(tx)?,
    })
}

/// A page of what rings, is in progress or was missed, as far as somebody may read it.
pub fn list_of_floor(tx: &mut Tx<'_>, view: View, me: AgentId, after: After, limit: i64) -> Result<Vec<Conversation>> {
    let (_, at, id) = begin(view, after);
    let query = match view {
        View::Ringing => select!(
            "WHERE c.ringing_until IS NOT NULL AND (c.ringing_until, c.id) > ($1, $2) AND ",
            readable!("$4"),
            " ORDER BY c.ringing_until, c.id LIMIT $3"
        ),
        View::Missed => select!(
            "WHERE c.missed_at IS NOT NULL AND (c.missed_at, c.id) < ($1, $2) AND ",
            readable!("$4"),
            " ORDER BY c.missed_at DESC, c.id DESC LIMIT $3"
        ),
        _ => select!(
            "WHERE c.is_open = 1 AND c.state = 'active' AND (c.activity_at, c.id) < ($1, $2) AND ",
            readable!("$4"),
            " ORDER BY c.activity_at DESC, c.id DESC LIMIT $3"
        ),
    };
    Ok(query.bind(at).bind(id).bind(limit).bind(me.to_string()).all(tx)?)
}

/// A page of what somebody owns. Nobody owns what waits.
pub fn list_of_owner(
    tx: &mut Tx<'_>,
    view: View,
    owner: AgentId,
    after: After,
    limit: i64,
) -> Result<Vec<Conversation>> {
    if view != View::Resolved {
        return if view == View::Waiting { Ok(Vec::new()) } else { list(tx, View::Mine, owner, after, limit) };
    }
    let (_, at, id) = begin(view, after);
    Ok(select!(
        "WHERE c.owner_id = $4 AND c.resolved_at IS NOT NULL AND (c.resolved_at, c.id) < ($1, $2) \
         ORDER BY c.resolved_at DESC, c.id DESC LIMIT $3"
    )
    .bind(at)
    .bind(id)
    .bind(limit)
    .bind(owner.to_string())
    .all(tx)?)
}

/// How many are open and mine, waiting, and open in all.
pub fn counts(tx: &mut Tx<'_>, me: AgentId) -> Result<(i64, i64, i64)> {
    let mine = counts_mine(tx, me)?;
    let waiting = sql("SELECT count(*) FROM conversation WHERE waiting_since IS NOT NULL").one::<(i64,)>(tx)?.0;
    let all = sql("SELECT count(*) FROM conversation WHERE is_open = 1").one::<(i64,)>(tx)?.0;
    Ok((mine, waiting, all))
}

/// The same for somebody who may not read everything.
pub fn counts_of_readable(tx: &mut Tx<'_>, me: AgentId) -> Result<(i64, i64, i64)> {
    let mine = counts_mine(tx, me)?;
    let waiting =
        sql(concat!("SELECT count(*) FROM conversation c WHERE c.waiting_since IS NOT NULL AND ", readable!("$1")))
            .bind(me.to_string())
            .one::<(i64,)>(tx)?
            .0;
    let all = sql(concat!("SELECT count(*) FROM conversation c WHERE c.is_open = 1 AND ", readable!("$1")))
        .bind(me.to_string())
        .one::<(i64,)>(tx)?
        .0;
    Ok((mine, waiting, all))
}

fn counts_mine(tx: &mut Tx<'_>, me: AgentId) -> Result<i64> {
    Ok(sql("SELECT count(*) FROM conversation WHERE is_open = 1 AND owner_id = $1 AND snoozed_until IS NULL")
        .bind(me.to_string())
        .one::<(i64,)>(tx)?
        .0)
}

/// The conversations that events with numbers in `from < seq <= to` are about and that `me` may not read.
pub fn hidden_between(tx: &mut Tx<'_>, me: AgentId, from: i64, to: i64) -> Result<Vec<(String,)>> {
    Ok(sql(concat!(
        "SELECT DISTINCT e.conversation_id FROM event e JOIN conversation c ON c.id = e.conversation_id \
         WHERE e.seq > $2 AND e.seq <= $3 AND NOT ",
        readable!("$1"),
        " LIMIT 10000"
    ))
    .bind(me.to_string())
    .bind(from)
    .bind(to)
    .all(tx)?)
}
