//! Who may do what, over the whole server: the table in authz.toml, called row by row by every kind of caller; and agents'
//! rights against a model of them, by chance.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::kit::{Agent, Ask, Customer, Desk, Place, client_id};
use crate::openapi::operations;

on_both![
    every_caller_gets_what_the_table_says_and_no_more,
    no_unsafe_call_is_taken_from_another_site,
    what_agents_may_do_with_conversations_is_what_the_rules_say,
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    call: Vec<Call>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    call: String,
    path: Option<String>,
    body: Option<String>,
    bytes: Option<String>,
    #[serde(default)]
    handshake: bool,
    #[serde(default)]
    owned: bool,
    #[serde(default)]
    issues_secret: bool,
    /// What it changes is the caller's own, and customers may.
    #[serde(default)]
    of_oneself: bool,
    answers: Answers,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    anonymous: u16,
    visitor: u16,
    agent: u16,
    administrator: u16,
}

fn table() -> Vec<Call> {
    toml::from_str::<Table>(include_str!("authz.toml")).unwrap().call
}

/// Routes outside of the description.
const UNDESCRIBED: [&str; 3] = ["GET /api/chat/socket", "GET /api/openapi.json", "GET /api/v1/socket"];

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let described = operations().into_iter().map(|(method, route, _)| format!("{method} {route}"));
    let routes: BTreeSet<String> = described.chain(UNDESCRIBED.map(str::to_owned)).collect();
    let rows: BTreeSet<String> = table().into_iter().map(|row| row.call).collect();
    let without_a_row: Vec<_> = routes.difference(&rows).collect();
    assert!(without_a_row.is_empty(), "say in authz.toml who may call {without_a_row:?}");
    let without_a_route: Vec<_> = rows.difference(&routes).collect();
    assert!(without_a_route.is_empty(), "authz.toml names what is not there: {without_a_route:?}");
}

/// What a row's `$…` stand for: fresh things of somebody else, for every row anew.
struct World {
    lena: Customer,
    message: String,
    colleague: Agent,
    invite: String,
    contact: String,
    contact_note: String,
    /// One that its sender has not sent yet.
    file: String,
    department: String,
    role: String,
    tag: String,
    canned: String,
}

impl World {
    async fn new(desk: &Desk, number: usize, owned: bool) -> Self {
        let lena = desk.customer("Lena").await;
        let message = lena.says("Hello?").await;
        let colleague = desk.agent(&format!("Colleague {number}")).await;
        if owned {
            colleague.claims(&message.conversation).await;
        }
        let draft = format!("/api/v1/conversations/{}/draft?mode=reply", message.conversation);
        colleague.put(&draft, &json!({"text": "somebody else's"})).await.is(204);
        let invite = desk.ada().post("/api/v1/invites", &json!({"role": "agent"})).issues_secret().await.is(201);
        let contact = message.whole["author"]["id"].as_str().unwrap().to_owned();
        let note = colleague.post(&format!("/api/v1/contacts/{contact}/notes"), &json!({"text": "a regular"})).await;
        let contact_note = note.is(201)["id"].as_str().unwrap().to_owned();
        let file = lena.uploads("secret.txt", b"not for others").await["id"].as_str().unwrap().to_owned();
        let id = |made: &Value| made["id"].as_str().unwrap().to_owned();
        let named = json!({"name": format!("Department {}", client_id())});
        let department = id(&desk.ada().post("/api/v1/departments", &named).await.is(201).body);
        let member = format!("/api/v1/departments/{department}/members/{}", colleague.id);
        desk.ada().ask("PUT", &member).await.is(200);
        let named = json!({"name": format!("Role {}", client_id()), "permissions": []});
        let role = id(&desk.ada().post("/api/v1/roles", &named).await.is(201).body);
        let named = json!({"name": format!("Tag {}", client_id())});
        let tag = id(&desk.ada().post("/api/v1/tags", &named).await.is(201).body);
        let shared = json!({"name": "Refund sent", "body": "It is on its way.", "shared": true});
        let canned = id(&desk.ada().post("/api/v1/canned", &shared).await.is(201).body);
        Self {
            lena,
            message: message.id,
            colleague,
            invite: id(&invite.body),
            department,
            role,
            tag,
            canned,
            contact,
            contact_note,
            file,
        }
    }

    fn fill(&self, text: &str, caller: Option<&Agent>) -> String {
        let pairs = [
            ("$contact_note", self.contact_note.clone()),
            ("$contact", self.contact.clone()),
            ("$conversation", self.lena.conversation()),
            ("$message", self.message.clone()),
            ("$colleague", self.colleague.id.clone()),
            ("$self", caller.map_or_else(|| self.colleague.id.clone(), |agent| agent.id.clone())),
            ("$invite", self.invite.clone()),
            ("$file", self.file.clone()),
            ("$department", self.department.clone()),
            ("$role", self.role.clone()),
            ("$tag", self.tag.clone()),
            ("$canned", self.canned.clone()),
            ("$inbox", self.lena.desk.inbox().id.to_string()),
            ("$key", self.lena.key.clone()),
            ("$uuid", client_id()),
        ];
        pairs.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    fn ask(&self, row: &Call, caller: Option<&Agent>) -> Ask {
        let (method, route) = row.call.split_once(' ').unwrap();
        let path = self.fill(row.path.as_deref().unwrap_or(route), caller);
        let mut ask = self.lena.desk.ask(method, &path);
        if let Some(body) = &row.body {
            ask = ask.body("application/json", self.fill(body, caller));
        }
        if let Some(bytes) = &row.bytes {
            ask = ask.body("application/octet-stream", bytes.clone());
        }
        if row.handshake {
            ask = ask.handshake();
        }
        // what opens a chat or an account gives a token away
        if row.issues_secret { ask.issues_secret() } else { ask }
    }
}

async fn every_caller_gets_what_the_table_says_and_no_more(place: Place) {
    let desk = place.desk().await;
    let elsewhere = Place::new(place.engine());
    let other = elsewhere.desk().await;
    let (foreign_agent, foreign_customer) = (other.ada(), other.customer("Lena").await);
    foreign_customer.says("Hello?").await;
    for (number, row) in table().iter().enumerate() {
        let world = World::new(&desk, number, row.owned).await;
        let (maya, noor) =
            (desk.agent(&format!("Maya {number}")).await, desk.administrator(&format!("Noor {number}")).await);
        let eve = desk.customer("Eve").await;
        eve.says("Hello!").await;
        let before = desk.rows().await;
        let anonymous = [
            world.ask(row, None),
            world.ask(row, None).header("cookie", foreign_agent.cookie.clone()).bearer(&foreign_customer.token),
            world
                .ask(row, None)
                .header("cookie", "session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; s=x")
                .bearer("x"),
            world.ask(row, None).header("cookie", format!("session={}; s={}", maya.token_hash(), maya.token_hash())),
        ];
        for ask in anonymous {
            let answer = ask.await;
            assert_eq!(answer.status, row.answers.anonymous, "nobody: {answer:?}");
        }
        let answer = world.ask(row, None).bearer(&eve.token).issues_secret().await;
        assert_eq!(answer.status, row.answers.visitor, "a visitor: {answer:?}");
        let before = if row.of_oneself { desk.rows().await } else { before };
        desk.is_unchanged_since(&before).await;
        let answer = world.ask(row, Some(&maya)).header("cookie", maya.cookie.clone()).await;
        assert_eq!(answer.status, row.answers.agent, "an agent: {answer:?}");
        if matches!(row.answers.agent, 401 | 403 | 404 | 409) {
            desk.is_unchanged_since(&before).await;
        }
        let world = World::new(&desk, 1_000 + number, row.owned).await;
        let answer = world.ask(row, Some(&noor)).header("cookie", noor.cookie.clone()).await;
        assert_eq!(answer.status, row.answers.administrator, "an administrator: {answer:?}");
    }
    for desk in elsewhere.desks().take() {
        desk.close().await;
    }
}

async fn no_unsafe_call_is_taken_from_another_site(place: Place) {
    let desk = place.desk().await;
    let noor = desk.administrator("Noor").await;
    let world = World::new(&desk, 0, true).await;
    let before = desk.rows().await;
    let customers = ["POST /api/chat/", "PUT /api/chat/", "DELETE /api/chat/"];
    for row in table().iter().filter(|row| !row.call.starts_with("GET ")) {
        for origin in ["https://evil.example", "null"] {
            let by_customer = customers.iter().any(|start| row.call.starts_with(start));
            let ask = world.ask(row, Some(&noor)).header("origin", origin).header("cookie", noor.cookie.clone());
            if by_customer {
                // a token in a header is no cookie: another site does not have it, and the widget's cookie counts from here alone
                if row.call != "POST /api/chat/initialize" {
                    let cookie = format!("s={}", world.lena.token);
                    ask.header("cookie", cookie).header("x-chatdesk-widget", "1").await.refused(401, "unauthenticated");
                }
            } else {
                ask.await.refused(403, "foreign_origin");
            }
        }
    }
    desk.is_unchanged_since(&before).await;
}

/// A conversation as the rules see it.
#[derive(Clone, Debug)]
struct Model {
    owner: Option<usize>,
    open: bool,
    epoch: i64,
}

/// Chance that is the same in every run: xorshift64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

const VERBS: [&str; 7] = ["claim", "release", "resolve", "reopen", "requeue", "transfer", "reply"];

impl Model {
    /// What the rules say of a verb: 200 (or 201) and what follows, or the refusal. Written from the contract, not the code.
    fn judge(&mut self, verb: &str, who: usize, is_admin: bool, epoch: i64, to: usize) -> u16 {
        let mine = self.owner == Some(who);
        let foreign = self.owner.is_some() && !mine;
        let may_change = !foreign || is_admin;
        let fresh = epoch == self.epoch;
        let outcome = match verb {
            "claim" if self.open && self.owner.is_none() => Some((Some(who), true)),
            "claim" if self.open && mine => return 200,
            "release" if self.open && self.owner.is_some() && may_change && fresh => Some((None, true)),
            "resolve" if self.open && may_change && fresh => Some((self.owner.or(Some(who)), false)),
            "reopen" if !self.open && fresh => Some((Some(who), true)),
            "requeue" if !self.open && fresh => Some((None, true)),
            "requeue" if self.open && self.owner.is_some() && may_change && fresh => Some((None, true)),
            // a colleague's conversation is taken over with a reason, not handed to oneself
            "transfer" if foreign && to == who && is_admin && fresh => return 422,
            "transfer" if foreign && to == who => return 409,
            "transfer" if self.open && may_change && fresh => Some((Some(to), true)),
            "reply" if self.open && mine && fresh => return 201,
            _ => None,
        };
        let Some((owner, open)) = outcome else { return 409 };
        *self = Self { owner, open, epoch: self.epoch + 1 };
        200
    }
}

async fn what_agents_may_do_with_conversations_is_what_the_rules_say(place: Place) {
    let desk = place.desk().await;
    let mut agents = vec![desk.ada()];
    for name in ["Maya", "Tom", "Ines"] {
        agents.push(desk.agent(name).await);
    }
    let mut chats = Vec::new();
    for name in ["Lena", "Otto"] {
        chats.push((
            desk.customer(name).await.says("Hello?").await.conversation,
            Model { owner: None, open: true, epoch: 0 },
        ));
    }
    let seed = 20_261;
    let mut chance = Chance(seed);
    let mut done = BTreeSet::new();
    for step in 0..600 {
        let (who, to) = (chance.below(agents.len()), chance.below(agents.len()));
        let verb = VERBS[chance.below(VERBS.len())];
        let at = chance.below(chats.len());
        let (chat, model) = &mut chats[at];
        let epoch = if chance.below(5) > 0 { model.epoch } else { model.epoch - 1 };
        let before = model.clone();
        let expected = model.judge(verb, who, who == 0, epoch, to);
        let path = format!("/api/v1/conversations/{chat}");
        let agent = &agents[who];
        let ask = match verb {
            "claim" => agent.put(&format!("{path}/claim"), &json!({})),
            "release" => agent.delete(&format!("{path}/claim")).json(&json!({"epoch": epoch})),
            "resolve" => agent.put(&format!("{path}/state"), &json!({"state": "resolved", "epoch": epoch})),
            "reopen" => agent.put(&format!("{path}/state"), &json!({"state": "active", "epoch": epoch})),
            "requeue" => agent.put(&format!("{path}/state"), &json!({"state": "waiting", "epoch": epoch})),
            "transfer" => agent.put(&format!("{path}/transfer"), &json!({"agent_id": agents[to].id, "epoch": epoch})),
            _ => {
                let content = json!({"type": "text", "text": "x"});
                agent.post(
                    &format!("{path}/messages"),
                    &json!({"client_id": client_id(), "epoch": epoch, "content": content}),
                )
            }
        };
        let answer = ask.await;
        let told = format!("seed {seed}, step {step}: {} {verb} at {epoch} of {before:?} → {answer:?}", agent.name);
        assert_eq!(answer.status, expected, "{told}");
        let now = agents[who].sees(chat).await;
        let owner = model.owner.map_or(Value::Null, |owner| json!(agents[owner].id));
        assert_eq!((&now["owner"]["id"], &now["epoch"]), (&owner, &json!(model.epoch)), "{told}");
        assert_eq!(now["state"] != "resolved", model.open, "{told}");
        done.insert((verb, who == 0, answer.status));
    }
    assert!(done.len() >= 26, "chance did not try enough: {done:?}");
}
