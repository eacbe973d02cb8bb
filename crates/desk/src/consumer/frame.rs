//! What goes over a socket: events and signals as JSON text, for agents and, with less in it, for customers.

use base::{ConversationId, Time};
use bytes::Bytes;
use db::Committed;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::conversation::Presentation;

/// One text frame, shared by every socket that gets it.
#[derive(Clone, Debug)]
pub struct Frame {
    pub text: Bytes,
    /// For a customer's `message.created`: which message it brings, so that a socket drops what it sent already.
    pub message: Option<(ConversationId, i64)>,
}

impl Frame {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: Bytes::from(text.into()), message: None }
    }

    fn json(value: &impl Serialize) -> Self {
        // our own types always serialise
        Self::new(serde_json::to_string(value).unwrap_or_default())
    }
}

/// An event as agents get it, on the socket and from `GET /events`. `actor` and `body` are JSON already.
pub fn event(event: &Committed) -> String {
    let mut text = String::with_capacity(event.body.len() + event.actor.len() + 192);
    text.push_str("{\"type\":\"event\",\"seq\":");
    text.push_str(&event.seq.to_string());
    text.push_str(",\"at\":\"");
    text.push_str(&Time(event.at).to_string());
    text.push_str("\",\"kind\":\"");
    text.push_str(&event.kind);
    text.push_str("\",\"conversation_id\":");
    match &event.conversation_id {
        Some(id) => {
            text.push('"');
            text.push_str(id);
            text.push('"');
        }
        None => text.push_str("null"),
    }
    text.push_str(",\"actor\":");
    text.push_str(&event.actor);
    text.push_str(",\"data\":");
    text.push_str(&event.body);
    text.push('}');
    text
}

#[derive(Deserialize)]
struct CreatedBody {
    message: CreatedMessage,
}

#[derive(Deserialize)]
struct CreatedMessage {
    seq: i64,
}

#[derive(Deserialize)]
struct ChangedBody<'a> {
    head_seq: i64,
    #[serde(borrow, default)]
    state: Option<&'a RawValue>,
    #[serde(default)]
    owner: Option<Named>,
    #[serde(default)]
    owner_shown: Option<String>,
    #[serde(borrow, default)]
    contact_marks: Option<&'a RawValue>,
    #[serde(borrow, default)]
    agent_marks: Option<&'a RawValue>,
}

#[derive(Deserialize, Serialize)]
struct Named {
    name: String,
}

#[derive(Serialize)]
struct CustomerEvent<'a, T: Serialize> {
    r#type: &'static str,
    seq: i64,
    kind: &'a str,
    conversation_id: &'a str,
    data: T,
}

#[derive(Serialize)]
struct CustomerChange<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a RawValue>,
    owner: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_marks: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_marks: Option<&'a RawValue>,
}

/// An event as the conversation's customer gets it: no ids of colleagues, no event numbers. None when it is not for them.
pub fn for_customer(event: &Committed, conversation: ConversationId) -> Option<Frame> {
    let id = event.conversation_id.as_deref()?;
    if event.kind == "message.created" {
        let body: CreatedBody = serde_json::from_str(&event.body).ok()?;
        return Some(created(id, conversation, body.message.seq, &event.body));
    }
    let body: ChangedBody<'_> = serde_json::from_str(&event.body).ok()?;
    if event.kind.starts_with("survey.") {
        #[derive(Serialize)]
        struct Nothing {}
        let (seq, kind) = (body.head_seq, event.kind.as_ref());
        return Some(Frame::json(&CustomerEvent { r#type: "event", seq, kind, conversation_id: id, data: Nothing {} }));
    }
    let kind = match (event.kind.as_ref(), &body.owner) {
        ("conversation.transferred", Some(_)) => "conversation.claimed",
        // to a department: it waits there
        ("conversation.transferred", None) => "conversation.released",
        // whether it rings or nobody came, to the customer it waits; `state` says which
        ("conversation.rang" | "conversation.missed", _) => "conversation.released",
        (kind, _) => kind,
    };
    let ChangedBody { head_seq, state, owner, owner_shown, contact_marks, agent_marks } = body;
    let owner = owner.map(|owner| Named { name: owner_shown.unwrap_or(owner.name) });
    let data = CustomerChange { state, owner, contact_marks, agent_marks };
    Some(Frame::json(&CustomerEvent { r#type: "event", seq: head_seq, kind, conversation_id: id, data }))
}

/// A message as a customer's event; `body` is `{"message":…}`.
pub fn created(id: &str, conversation: ConversationId, seq: i64, body: &str) -> Frame {
    let text = format!(
        "{{\"type\":\"event\",\"seq\":{seq},\"kind\":\"message.created\",\"conversation_id\":\"{id}\",\"data\":{body}}}"
    );
    Frame { text: Bytes::from(text), message: Some((conversation, seq)) }
}

/// Where a customer's conversation stands, after the messages that were missed.
pub fn standing(it: &Presentation) -> Frame {
    #[derive(Serialize)]
    struct Standing<'a> {
        r#type: &'static str,
        conversation_id: &'a str,
        #[serde(flatten)]
        it: &'a Presentation,
    }
    Frame::json(&Standing { r#type: "conversation", conversation_id: &it.id, it })
}

#[derive(Serialize)]
pub struct Person<'a> {
    pub r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    pub name: &'a str,
}

/// The inbox that an `inbox.updated` is about.
pub fn changed_inbox(event: &Committed) -> Option<String> {
    #[derive(Deserialize)]
    struct Changed {
        inbox: Identified,
    }
    #[derive(Deserialize)]
    struct Identified {
        id: String,
    }
    serde_json::from_str::<Changed>(&event.body).ok().map(|body| body.inbox.id)
}

/// The chat looks or says something else than before: it should ask again how.
pub fn inbox_changed() -> Frame {
    Frame::new("{\"type\":\"inbox_changed\"}")
}

/// Somebody is writing.
pub fn typing(conversation_id: &str, author: &Person<'_>) -> Frame {
    #[derive(Serialize)]
    struct Typing<'a> {
        r#type: &'static str,
        conversation_id: &'a str,
        author: &'a Person<'a>,
    }
    Frame::json(&Typing { r#type: "typing", conversation_id, author })
}

#[derive(Serialize)]
pub struct Viewer {
    pub id: String,
    pub name: String,
}

/// Who looks at a conversation now.
pub fn viewing(conversation_id: &str, agents: &[Viewer]) -> Frame {
    #[derive(Serialize)]
    struct Viewing<'a> {
        r#type: &'static str,
        conversation_id: &'a str,
        agents: &'a [Viewer],
    }
    Frame::json(&Viewing { r#type: "viewing", conversation_id, agents })
}

/// An agent came or went.
pub fn presence(agent_id: &str, online: bool) -> Frame {
    #[derive(Serialize)]
    struct Presence<'a> {
        r#type: &'static str,
        agent_id: &'a str,
        online: bool,
    }
    Frame::json(&Presence { r#type: "presence", agent_id, online })
}

/// A conversation's customer came or went.
pub fn contact_presence(conversation_id: &str, online: bool) -> Frame {
    #[derive(Serialize)]
    struct Presence<'a> {
        r#type: &'static str,
        conversation_id: &'a str,
        online: bool,
    }
    Frame::json(&Presence { r#type: "contact_presence", conversation_id, online })
}

#[cfg(test)]
mod tests {
    use base::Rng;
    use serde_json::{Value, json};

    use super::*;

    fn committed(kind: &'static str, id: ConversationId, body: &Value) -> Committed {
        Committed {
            seq: 812,
            at: 1_777_800_664_120,
            kind: kind.into(),
            conversation_id: Some(id.to_string()),
            actor: json!({"type": "agent", "id": "agent_1", "name": "Maya"}).to_string(),
            audience: "all".into(),
            body: body.to_string(),
            cause: None,
        }
    }

    fn id() -> ConversationId {
        ConversationId::new(&Rng::default(), Time(1))
    }

    #[test]
    fn an_agents_event_is_one_json_object() {
        let id = id();
        let text = event(&committed("conversation.claimed", id, &json!({"epoch": 3})));
        let value: Value = serde_json::from_str(&text).unwrap();
        let actor = json!({"type": "agent", "id": "agent_1", "name": "Maya"});
        let expected = json!({"type": "event", "seq": 812, "at": "2026-05-03T09:31:04.120Z", "kind": "conversation.claimed",
            "conversation_id": id.to_string(), "actor": actor, "data": {"epoch": 3}});
        assert_eq!(value, expected);
    }

    #[test]
    fn a_customer_learns_a_name_and_nothing_else_of_a_colleague() {
        let id = id();
        let body = json!({"state": "active", "owner": {"id": "agent_1", "name": "Maya"}, "epoch": 3, "waiting_since": null,
            "resolved_at": null, "head_seq": 9});
        let frame = for_customer(&committed("conversation.transferred", id, &body), id).unwrap();
        let value: Value = serde_json::from_slice(&frame.text).unwrap();
        let data = json!({"state": "active", "owner": {"name": "Maya"}});
        let expected = json!({"type": "event", "seq": 9, "kind": "conversation.claimed", "conversation_id": id.to_string(), "data": data});
        assert_eq!(value, expected);
    }

    #[test]
    fn a_customer_sees_the_name_that_is_for_them_and_that_a_department_has_nobody_yet() {
        let id = id();
        let shown = |body: Value| {
            let frame = for_customer(&committed("conversation.transferred", id, &body), id).unwrap();
            let value: Value = serde_json::from_slice(&frame.text).unwrap();
            (value["kind"].clone(), value["data"]["owner"].clone())
        };
        let owner = json!({"id": "agent_1", "name": "Maya Alves"});
        let named = shown(json!({"state": "active", "owner": owner, "owner_shown": "Maya", "head_seq": 9}));
        assert_eq!(named, (json!("conversation.claimed"), json!({"name": "Maya"})));
        let waits = shown(json!({"state": "waiting", "owner": null, "owner_shown": null, "head_seq": 9}));
        assert_eq!(waits, (json!("conversation.released"), Value::Null));
    }

    #[test]
    fn a_customer_learns_that_they_are_asked_and_not_about_whom() {
        let id = id();
        let body = json!({"agent": {"id": "agent_1", "name": "Maya Alves"}, "head_seq": 9});
        let frame = for_customer(&committed("survey.asked", id, &body), id).unwrap();
        let value: Value = serde_json::from_slice(&frame.text).unwrap();
        let expected =
            json!({"type": "event", "seq": 9, "kind": "survey.asked", "conversation_id": id.to_string(), "data": {}});
        assert_eq!(value, expected);
    }

    #[test]
    fn a_customers_message_carries_its_own_seq() {
        let id = id();
        let frame =
            for_customer(&committed("message.created", id, &json!({"message": {"seq": 4, "id": "x"}})), id).unwrap();
        assert_eq!(frame.message, Some((id, 4)));
        let value: Value = serde_json::from_slice(&frame.text).unwrap();
        assert_eq!((value["seq"].as_i64(), value["data"]["message"]["id"].as_str()), (Some(4), Some("x")));
    }
}
