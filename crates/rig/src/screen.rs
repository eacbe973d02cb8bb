//! What an agent's screen holds, as a snapshot and as the events after it make it: the state equation is that both are the
//! same. The fold here is written from the wire contract alone. No I/O.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Conversations and their messages, as objects of the API.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Screen {
    pub conversations: BTreeMap<String, Value>,
    /// Ordered by (seq, note, id).
    pub messages: BTreeMap<String, Vec<Value>>,
}

/// Times of the row itself are no part of the events.
const NOT_FOLDED: [&str; 1] = ["updated_at"];

impl Screen {
    /// Applies one event frame. Kinds that change neither conversations nor messages are ignored.
    pub fn apply(&mut self, event: &Value) {
        let id = event["conversation_id"].as_str().unwrap_or_default().to_owned();
        let data = &event["data"];
        match event["kind"].as_str().unwrap_or_default() {
            "conversation.created" => drop(self.conversations.insert(id, data["conversation"].clone())),
            "message.created" => self.add_message(&id, data["message"].clone()),
            "conversation.hidden" => {
                self.conversations.remove(&id);
                self.messages.remove(&id);
            }
            _ if data["conversation"].is_object() => drop(self.conversations.insert(id, data["conversation"].clone())),
            kind if kind.starts_with("conversation.") => self.merge(&id, kind, data),
            _ => {}
        }
    }

    fn add_message(&mut self, id: &str, message: Value) {
        if let Some(conversation) = self.conversations.get_mut(id)
            && message["note"] != json!(true)
        {
            conversation["head_seq"] = message["seq"].clone();
            conversation["last_message_at"] = message["created_at"].clone();
            conversation["preview"] = message["content"]["text"].clone();
            conversation["preview_author"] = message["author"]["type"].clone();
        }
        let messages = self.messages.entry(id.to_owned()).or_default();
        messages.push(message);
        messages.sort_by_key(place);
        self.mark(id);
    }

    fn merge(&mut self, id: &str, kind: &str, data: &Value) {
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        for (field, value) in data.as_object().into_iter().flatten() {
            if conversation.get(field).is_some() {
                conversation[field] = value.clone();
            }
        }
        match kind {
            "conversation.claimed" => conversation["waiting_since"] = Value::Null,
            "conversation.resolved" => conversation["waiting_since"] = Value::Null,
            "conversation.reopened" => conversation["resolved_at"] = Value::Null,
            _ => {}
        }
        self.mark(id);
    }

    /// A message's status follows from the other side's marks.
    fn mark(&mut self, id: &str) {
        let Some(conversation) = self.conversations.get(id) else { return };
        for message in self.messages.get_mut(id).into_iter().flatten() {
            let marks = if message["author"]["type"] == "user" { "agent_marks" } else { "contact_marks" };
            let reached = |mark: &str| message["seq"].as_i64() <= conversation[marks][mark].as_i64();
            let status = if reached("read_seq") {
                "read"
            } else if reached("delivered_seq") {
                "delivered"
            } else {
                "sent"
            };
            message["status"] = json!(status);
        }
    }

    /// Where two screens differ, one line each; empty when they are the same.
    #[must_use]
    pub fn differences(&self, other: &Screen) -> Vec<String> {
        let mut found = Vec::new();
        let ids = self.conversations.keys().chain(other.conversations.keys());
        let ids: std::collections::BTreeSet<_> = ids.chain(self.messages.keys()).chain(other.messages.keys()).collect();
        for id in ids {
            let (left, right) = (self.conversations.get(id), other.conversations.get(id));
            found.extend(compare(id, left.unwrap_or(&Value::Null), right.unwrap_or(&Value::Null)));
            let (left, right) = (self.messages.get(id), other.messages.get(id));
            let (left, right) = (left.map_or(&[][..], Vec::as_slice), right.map_or(&[][..], Vec::as_slice));
            if left.len() != right.len() {
                found.push(format!("{id}: {} messages against {}", left.len(), right.len()));
            }
            for (left, right) in left.iter().zip(right) {
                found.extend(compare(left["id"].as_str().unwrap_or("message"), left, right));
            }
        }
        found
    }
}

fn place(message: &Value) -> (i64, bool, String) {
    let text = message["id"].as_str().unwrap_or_default().to_owned();
    (message["seq"].as_i64().unwrap_or_default(), message["note"] == json!(true), text)
}

fn compare(name: &str, left: &Value, right: &Value) -> Vec<String> {
    let (Some(left_fields), Some(right_fields)) = (left.as_object(), right.as_object()) else {
        return if left == right { Vec::new() } else { vec![format!("{name}: {left} against {right}")] };
    };
    let fields: std::collections::BTreeSet<_> = left_fields.keys().chain(right_fields.keys()).collect();
    // Nobody shows the status of a note: it reaches no customer.
    let note = left["note"] == json!(true) && right["note"] == json!(true);
    let folded = |field: &str| !(NOT_FOLDED.contains(&field) || note && field == "status");
    let differing = fields.into_iter().filter(|field| folded(field) && left[*field] != right[*field]);
    differing.map(|field| format!("{name}.{field}: {} against {}", left[field], right[field])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation() -> Value {
        json!({"id": "c1", "state": "waiting", "owner": null, "epoch": 0, "head_seq": 0, "preview": "", "preview_author": null,
            "last_message_at": "t0", "waiting_since": "t0", "resolved_at": null, "updated_at": "t0",
            "contact_marks": {"delivered_seq": 0, "read_seq": 0}, "agent_marks": {"delivered_seq": 0, "read_seq": 0}})
    }

    fn event(kind: &str, data: Value) -> Value {
        json!({"type": "event", "seq": 1, "kind": kind, "conversation_id": "c1", "data": data})
    }

    fn message(id: &str, seq: i64, author: &str, note: bool) -> Value {
        json!({"message": {"id": id, "seq": seq, "author": {"type": author}, "content": {"type": "text", "text": id},
            "note": note, "status": "sent", "created_at": format!("t{seq}")}})
    }

    fn screen() -> Screen {
        let mut screen = Screen::default();
        screen.apply(&event("conversation.created", json!({"conversation": conversation()})));
        screen.apply(&event("message.created", message("m1", 1, "user", false)));
        screen.apply(&event(
            "conversation.claimed",
            json!({"state": "active", "owner": {"id": "a1", "name": "Ada"}, "epoch": 1}),
        ));
        screen.apply(&event("message.created", message("m2", 2, "agent", false)));
        screen.apply(&event("message.created", message("n1", 1, "agent", true)));
        screen
    }

    #[test]
    fn events_build_the_screen() {
        let screen = screen();
        let shown = &screen.conversations["c1"];
        assert_eq!((&shown["state"], &shown["epoch"], &shown["head_seq"]), (&json!("active"), &json!(1), &json!(2)));
        assert_eq!((&shown["preview"], &shown["waiting_since"]), (&json!("m2"), &Value::Null));
        let order: Vec<_> = screen.messages["c1"].iter().map(|message| message["id"].as_str().unwrap()).collect();
        assert_eq!(order, ["m1", "n1", "m2"]);
    }

    #[test]
    fn marks_decide_the_other_sides_status() {
        let mut screen = screen();
        let marks = json!({"contact_marks": {"delivered_seq": 2, "read_seq": 0}, "agent_marks": {"delivered_seq": 1, "read_seq": 1}});
        screen.apply(&event("conversation.marked", marks));
        let status: Vec<_> = screen.messages["c1"].iter().map(|message| message["status"].as_str().unwrap()).collect();
        assert_eq!((status[0], status[2]), ("read", "delivered"));
    }

    #[test]
    fn every_planted_difference_is_found() {
        let sound = screen();
        assert!(sound.differences(&sound).is_empty());
        let mut touched = sound.clone();
        touched.conversations.get_mut("c1").unwrap()["updated_at"] = json!("later");
        assert!(sound.differences(&touched).is_empty(), "times of the row are not folded");
        let mut wrong = sound.clone();
        wrong.conversations.get_mut("c1").unwrap()["epoch"] = json!(2);
        wrong.messages.get_mut("c1").unwrap()[0]["status"] = json!("read");
        assert_eq!(sound.differences(&wrong), ["c1.epoch: 1 against 2", "m1.status: \"sent\" against \"read\""]);
        let mut shorter = sound.clone();
        shorter.messages.get_mut("c1").unwrap().pop();
        assert_eq!(sound.differences(&shorter), ["c1: 3 messages against 2"]);
        assert_eq!(sound.differences(&Screen::default()).len(), 2);
    }
}
