//! The event log: a screen that holds a snapshot and applies what follows shows what a fresh snapshot would say.

use std::collections::BTreeSet;
use std::future::IntoFuture;

use rig::screen::Screen;
use serde_json::{Value, json};

use crate::kit::{Agent, Ear, Place};

on_both![
    a_snapshot_and_the_events_after_it_are_a_fresh_snapshot_whatever_was_done,
    the_log_is_read_in_pages_and_says_how_far_it_goes,
    the_socket_says_what_the_log_says,
];

/// All of a desk that an agent's screen shows, and the number of the event it is a snapshot of.
struct Shown {
    screen: Screen,
    agents: Vec<Value>,
    inboxes: Vec<Value>,
    drafts: Vec<Value>,
    head: i64,
}

fn list(value: &Value) -> Vec<Value> {
    let mut items = value.as_array().unwrap().clone();
    items.sort_by_key(|it| (it["id"].to_string(), it["conversation_id"].to_string(), it["mode"].to_string()));
    for item in &mut items {
        for said_by_frames in ["online", "seen_at"] {
            item.as_object_mut().unwrap().remove(said_by_frames);
        }
    }
    items
}

/// Looks at everything afresh.
async fn shown_to(agent: &Agent) -> Shown {
    let mut screen = Screen::default();
    let head = agent.head().await;
    for view in ["all", "resolved"] {
        let answer = agent.get(&format!("/api/v1/conversations?view={view}&limit=100")).await.is(200);
        assert_eq!((&answer["head"], &answer["next"]), (&json!(head), &Value::Null));
        for conversation in answer["items"].as_array().unwrap() {
            let id = conversation["id"].as_str().unwrap().to_owned();
            screen.messages.insert(id.clone(), agent.thread(&id).await);
            screen.conversations.insert(id, conversation.clone());
        }
    }
    let get = async |path: &str| list(&agent.get(path).await.is(200)["items"]);
    Shown {
        screen,
        agents: get("/api/v1/agents").await,
        inboxes: get("/api/v1/inboxes").await,
        drafts: get("/api/v1/drafts").await,
        head,
    }
}

/// A list shows the first 120 characters on one line.
fn on_one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(120).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

fn put(items: &mut Vec<Value>, same: impl Fn(&Value) -> bool, new: Option<Value>) {
    items.retain(|it| !same(it));
    items.extend(new);
    *items = list(&json!(items));
}

impl Shown {
    /// What a client does with an event, from docs/events.md alone.
    fn apply(&mut self, event: &Value) {
        let data = &event["data"];
        self.screen.apply(event);
        if let Some(text) = data["message"]["content"]["text"].as_str().filter(|_| data["message"]["note"] == false) {
            let conversation = self.screen.conversations.get_mut(event["conversation_id"].as_str().unwrap()).unwrap();
            conversation["preview"] = json!(on_one_line(text));
        }
        match event["kind"].as_str().unwrap() {
            "agent.joined" | "agent.updated" => {
                let agent = &data["agent"];
                put(&mut self.agents, |it| it["id"] == agent["id"], Some(agent.clone()));
                self.rename("owner", &agent["id"], &agent["name"]);
            }
            "agent.status_changed" => {
                let agent = self.agents.iter_mut().find(|it| it["id"] == data["agent_id"]).unwrap();
                agent["status"] = data["status"].clone();
            }
            "inbox.created" | "inbox.updated" => {
                let inbox = &data["inbox"];
                put(&mut self.inboxes, |it| it["id"] == inbox["id"], Some(inbox.clone()));
                self.rename("inbox", &inbox["id"], &inbox["name"]);
            }
            "contact.updated" => {
                let contact = &data["contact"];
                self.rename("contact", &contact["id"], &contact["name"]);
            }
            "inbox.seen" => {
                let inbox = self.inboxes.iter_mut().find(|it| it["id"] == data["inbox_id"]).unwrap();
                inbox["seen"] = json!({"host": data["host"], "at": data["at"]});
            }
            kind @ ("draft.saved" | "draft.deleted") => {
                let (id, mode) = (&event["conversation_id"], &data["mode"]);
                let draft = json!({"conversation_id": id, "mode": mode, "text": data["text"], "updated_at": data["updated_at"]});
                put(
                    &mut self.drafts,
                    |it| it["conversation_id"] == *id && it["mode"] == *mode,
                    (kind == "draft.saved").then_some(draft),
                );
            }
            _ => {}
        }
        self.head = event["seq"].as_i64().unwrap();
    }

    fn rename(&mut self, party: &str, id: &Value, name: &Value) {
        for conversation in self.screen.conversations.values_mut().filter(|it| it[party]["id"] == *id) {
            conversation[party]["name"] = name.clone();
        }
    }
}

/// Maya's screen, which only ever applied events since its first look.
struct Watch {
    maya: Agent,
    shown: Shown,
    kinds: BTreeSet<String>,
}

impl Watch {
    /// Lets something happen, applies its events and compares with a fresh look.
    async fn after<T>(&mut self, done: impl IntoFuture<Output = T>) {
        let _whatever_it_says = done.await;
        let from = self.shown.head;
        for event in self.maya.events_after(from).await {
            assert!(event["seq"].as_i64().unwrap() > self.shown.head);
            self.shown.apply(&event);
            self.kinds.insert(event["kind"].as_str().unwrap().to_owned());
        }
        let (shown, fresh) = (&self.shown, shown_to(&self.maya).await);
        assert_eq!(shown.screen.differences(&fresh.screen), [""; 0], "after {from}");
        assert_eq!(shown.agents, fresh.agents, "after {from}");
        assert_eq!(shown.inboxes, fresh.inboxes, "after {from}");
        assert_eq!(shown.drafts, fresh.drafts, "after {from}");
        self.shown.head = fresh.head;
    }
}

/// Whatever waits rings, is passed, and is missed.
async fn rings_in_vain(screen: &mut Watch, ada: &Agent, maya: &Agent, ear: &mut Ear, rule: &str) {
    let rings = async {
        ada.put(rule, &json!({"mode": "ring"})).await.is(200);
        // whatever waits begins to ring in one transaction
        ear.until("conversation.offered").await
    };
    screen.after(rings).await;
    let offers = maya.get("/api/v1/offers").await.is(200)["items"].clone();
    for offer in offers.as_array().unwrap() {
        let path = format!("/api/v1/conversations/{}/pass", offer["conversation_id"].as_str().unwrap());
        screen.after(maya.post(&path, &json!({"round": offer["round"]}))).await;
    }
    screen.after(ada.put(rule, &json!({"mode": "manual"}))).await;
}

async fn a_snapshot_and_the_events_after_it_are_a_fresh_snapshot_whatever_was_done(place: Place) {
    let desk = place.desk().await;
    let (ada, maya, tom) = (desk.ada(), desk.administrator("Maya").await, desk.agent("Tom").await);
    let (lena, otto) = (desk.customer("Lena").await, desk.customer("Otto").await);
    let chat = lena.says("Where is my refund?").await.conversation;
    let (inbox, toms) = (format!("/api/v1/inboxes/{}", desk.inbox().id), format!("/api/v1/agents/{}", tom.id));
    let draft = format!("/api/v1/conversations/{chat}/draft?mode=reply");
    let mut screen = Watch { maya: maya.clone(), shown: shown_to(&maya).await, kinds: BTreeSet::new() };
    screen.after(otto.says("I am new here")).await;
    screen.after(maya.put(&draft, &json!({"text": "Dear Lena"}))).await;
    screen.after(maya.claims(&chat)).await;
    screen.after(maya.replies(&chat, "I am\n  looking   into it.")).await;
    screen.after(maya.delete(&draft)).await;
    screen.after(maya.notes(&chat, "Paid twice")).await;
    screen.after(maya.receives(&chat, 1)).await;
    screen.after(maya.reads(&chat, 1)).await;
    screen.after(lena.mark(lena.history().await[1]["id"].as_str().unwrap(), "read")).await;
    screen.after(maya.transfers(&chat, &tom)).await;
    screen.after(tom.patch(&toms, &json!({"name": "Thomas"}))).await;
    tom.sees(&chat).await;
    screen.after(tom.replies(&chat, &"A long answer. ".repeat(40))).await;
    let contact = format!("/api/v1/contacts/{}", maya.sees(&chat).await["contact"]["id"].as_str().unwrap());
    screen.after(tom.patch(&contact, &json!({"name": "Lena Kovac"}))).await;
    screen.after(tom.post(&format!("{contact}/notes"), &json!({"text": "Pays late"}))).await;
    screen.after(tom.releases(&chat)).await;
    screen.after(tom.claims(&chat)).await;
    screen.after(tom.resolves(&chat)).await;
    screen.after(lena.says("Not yet!")).await;
    screen.after(lena.ends()).await;
    maya.sees(&chat).await;
    screen.after(maya.reopens(&chat)).await;
    screen.after(maya.resolves(&chat)).await;
    screen.after(maya.reopens_for_the_queue(&chat)).await;
    screen.after(tom.claims(&chat)).await;
    screen.after(ada.patch(&inbox, &json!({"name": "Acme Shop", "greeting": "Hello"}))).await;
    screen.after(ada.patch(&toms, &json!({"active": false}))).await;
    screen.after(ada.patch(&toms, &json!({"active": true, "role": "administrator"}))).await;
    screen.after(desk.agent("Ines")).await;
    let mut ear = maya.listens().await;
    rings_in_vain(&mut screen, &ada, &maya, &mut ear, &format!("{inbox}/assignment")).await;
    desk.get(&format!("/test/{}", desk.key())).await.is(200);
    screen.after(ear.until("inbox.seen")).await;
    let open = "conversation.created conversation.claimed conversation.released conversation.transferred conversation.resolved \
        conversation.reopened conversation.marked message.created draft.saved draft.deleted agent.joined agent.updated \
        inbox.updated contact.created contact.updated contact.noted conversation.rang \
        conversation.missed conversation.offered invite.created invite.accepted";
    for kind in open.split_whitespace() {
        assert!(screen.kinds.contains(kind), "{kind} never happened");
    }
}

async fn the_log_is_read_in_pages_and_says_how_far_it_goes(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let head = maya.head().await;
    for number in 0..5 {
        lena.says(&format!("Message {number}")).await;
    }
    let (mut after, mut kinds) = (head, Vec::new());
    loop {
        let page = maya.get(&format!("/api/v1/events?after={after}&limit=2")).await.is(200);
        assert_eq!(page["head"], head + 7);
        kinds.extend(page["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap().to_owned()));
        let next = page["after"].as_i64().unwrap();
        if next == after {
            break;
        }
        after = next;
    }
    assert_eq!(after, head + 7);
    let mut expected = vec!["contact.created", "conversation.created"];
    expected.extend(["message.created"; 5]);
    assert_eq!(kinds, expected);
    let beyond = maya.get(&format!("/api/v1/events?after={}", i64::MAX)).await.is(200);
    assert_eq!((&beyond["events"], &beyond["after"]), (&json!([]), &json!(head + 7)));
    let all = maya.get(&format!("/api/v1/events?after={}&limit=1000000", i64::MIN)).await.is(200);
    let text = all.text.clone();
    assert!(!text.contains("session.started") && !text.contains("session.ended"), "{text}");
    assert_eq!(maya.get("/api/v1/events?limit=0").await.is(200)["events"].as_array().unwrap().len(), 1);
    for query in ["after=x", "after=", "after=1&after=2", "from=1", "after=9223372036854775808"] {
        maya.get(&format!("/api/v1/events?{query}")).await.refused(422, "invalid_query");
    }
}

async fn the_socket_says_what_the_log_says(place: Place) {
    let desk = place.desk().await;
    let (maya, lena) = (desk.agent("Maya").await, desk.customer("Lena").await);
    let mut ear = maya.listens().await;
    let from = maya.head().await;
    let chat = lena.says("Hello?").await.conversation;
    maya.claims(&chat).await;
    maya.replies(&chat, "Hi \"there\" \\ 👋 \u{2028}").await;
    maya.notes(&chat, "A note").await;
    ear.everything().await;
    let heard: Vec<Value> = ear.heard.iter().filter(|frame| frame["type"] == "event").cloned().collect();
    assert_eq!(heard, maya.events_after(from).await);
    let later = maya.listens_after(Some(from)).await;
    let caught_up: Vec<Value> = later.heard.iter().filter(|frame| frame["type"] == "event").cloned().collect();
    assert_eq!(heard, caught_up, "live or later, it is the same text");
    let message = &heard[2];
    let expected = json!({"type": "event", "seq": from + 3, "at": message["at"], "kind": "message.created", "conversation_id": chat,
        "actor": message["data"]["message"]["author"], "data": {"message": message["data"]["message"]}});
    assert_eq!(*message, expected);
}
