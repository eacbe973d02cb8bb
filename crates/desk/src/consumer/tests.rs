//! Stories about one node's sockets and what the other nodes say. No database: events are handed in as they come.

use base::{AgentId, ContactId, ConversationId, DepartmentId, InboxId, Rng, SessionId, Time};
use bus::{Bus, Signal, TypingAuthor, TypingAuthorKind};
use db::Committed;
use serde_json::{Value, json};

use super::hub::{Hub, Pulse, Subscription};
use crate::AgentActor;
use crate::actor::{Access, Permissions, Rights, Role};
use crate::audience::Audience;

async fn hub() -> Hub {
    Hub::new(Bus::open("local:", "test").await.unwrap(), "here")
}

fn agent(name: &str, role: Role) -> AgentActor {
    let rng = Rng::default();
    let permissions = if role == Role::Administrator { Permissions::all() } else { Permissions::of_agents() };
    let rights = Rights { permissions, departments: [].into() };
    let (id, session) = (AgentId::new(&rng, Time(1)), SessionId::new(&rng, Time(1)));
    AgentActor { id, name: name.to_owned(), shown_name: name.to_owned(), role, session, rights }
}

fn inbox() -> InboxId {
    InboxId::new(&Rng::default(), Time(1))
}

fn conversation() -> ConversationId {
    ConversationId::new(&Rng::default(), Time(1))
}

/// Everything that waits on a line, as JSON.
fn heard(line: &mut Subscription) -> Vec<Value> {
    std::iter::from_fn(|| line.try_recv()).map(|frame| serde_json::from_slice(&frame.text).unwrap()).collect()
}

fn event(seq: i64, about: ConversationId, audience: &str) -> Committed {
    Committed {
        seq,
        at: 1,
        kind: "conversation.claimed".into(),
        conversation_id: Some(about.to_string()),
        actor: "null".to_owned(),
        audience: audience.to_owned(),
        body: json!({"state": "active", "owner": {"id": "agent_1", "name": "Maya"}, "head_seq": 3}).to_string(),
        cause: None,
    }
}

#[tokio::test]
async fn an_event_reaches_its_audience_and_nobody_else() {
    let hub = hub().await;
    let (ada, maya) = (agent("Ada", Role::Administrator), agent("Maya", Role::Agent));
    let (mut adas, mut mayas) = (hub.join_agent(&ada, Pulse::default()).0, hub.join_agent(&maya, Pulse::default()).0);
    let (mut lenas, mut eves) = (hub.join_contact(inbox()), hub.join_contact(inbox()));
    let (chat, other) = (conversation(), conversation());
    assert!(hub.watch(&lenas, chat) && !hub.watch(&lenas, chat) && hub.watch(&eves, other));
    for line in [&mut adas, &mut mayas] {
        heard(line);
    }
    let own = format!("agent:{}", maya.id);
    for (seq, audience) in ["all", "agents", "administrators", &own, "system", "everybody", ""].into_iter().enumerate()
    {
        hub.deliver(&event(i64::try_from(seq).unwrap() + 1, chat, audience));
    }
    let seqs = |line: &mut Subscription| heard(line).iter().map(|it| it["seq"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(seqs(&mut adas), [1, 2, 3]);
    assert_eq!(seqs(&mut mayas), [1, 2, 4], "an audience that nobody knows is nobody");
    assert_eq!(heard(&mut lenas).len(), 1, "customers hear what is for all, of their own");
    assert!(heard(&mut eves).is_empty());
    assert_eq!(hub.head(), 7);
}

#[tokio::test]
async fn a_line_that_is_full_is_closed_and_says_so_once() {
    let hub = hub().await;
    let (mut slow, mut quick) = (
        hub.join_agent(&agent("Maya", Role::Agent), Pulse::default()).0,
        hub.join_agent(&agent("Tom", Role::Agent), Pulse::default()).0,
    );
    heard(&mut quick);
    let mut seq = 0;
    while hub.connected().slow == 0 {
        seq += 1;
        assert!(seq < 10_000, "a line takes everything");
        hub.deliver(&event(seq, conversation(), "agents"));
        heard(&mut quick);
    }
    hub.deliver(&event(seq + 1, conversation(), "agents"));
    assert_eq!((hub.connected().slow, slow.closing(), quick.closing()), (1, 4008, 0));
    let seqs: Vec<i64> = heard(&mut slow).iter().filter_map(|frame| frame["seq"].as_i64()).collect();
    let last = i64::try_from(seqs.len()).unwrap();
    assert!((200..seq).contains(&last), "{last}");
    assert_eq!(seqs, (1..=last).collect::<Vec<_>>(), "what it still gets is without a hole");
    assert!(slow.recv().await.is_none());
}

#[tokio::test]
async fn why_a_line_was_closed_first_is_what_it_is_told() {
    let hub = hub().await;
    let maya = agent("Maya", Role::Agent);
    let mut line = hub.join_agent(&maya, Pulse::default()).0;
    heard(&mut line);
    hub.end_session(maya.session);
    hub.deliver(&event(1, conversation(), "agents"));
    assert!(line.recv().await.is_none());
    assert_eq!((line.closing(), hub.connected().slow), (4001, 0), "a session that ended is no slow reader");
}

#[tokio::test]
async fn a_colleague_is_here_while_any_node_has_them() {
    let hub = hub().await;
    let (maya, tom) = (agent("Maya", Role::Agent), agent("Tom", Role::Agent));
    let mut mayas = hub.join_agent(&maya, Pulse::default()).0;
    heard(&mut mayas);
    let from = |node: &str, online| Signal::Presence { node: node.to_owned(), agent_id: tom.id.to_string(), online };
    let told = |online| json!({"type": "presence", "agent_id": tom.id.to_string(), "online": online});
    hub.hear(&from("one", true));
    assert!(hub.is_online(tom.id));
    assert_eq!(heard(&mut mayas), [told(true)]);
    hub.hear(&from("one", true));
    hub.hear(&from("two", true));
    let toms = hub.join_agent(&tom, Pulse::default()).0;
    hub.hear(&from("one", false));
    hub.hear(&from("two", false));
    assert!(hub.is_online(tom.id), "his tab is open here");
    assert!(heard(&mut mayas).iter().all(|frame| *frame == told(true)), "nobody went");
    drop(toms);
    assert!(!hub.is_online(tom.id));
    assert_eq!(heard(&mut mayas).last(), Some(&told(false)));
}

#[tokio::test]
async fn what_others_type_and_look_at_elsewhere_is_shown_here() {
    let hub = hub().await;
    let maya = agent("Maya", Role::Agent);
    let (mut mayas, mut lenas) = (hub.join_agent(&maya, Pulse::default()).0, hub.join_contact(inbox()));
    let chat = conversation();
    hub.watch(&lenas, chat);
    let access = Access { contact: ContactId::new(&Rng::default(), Time(1)), owner: None, department: None };
    hub.learn_audience(chat, Audience::Conversation(access));
    hub.view(&mayas, Some(chat));
    heard(&mut mayas);
    let of = |kind, id: String, name: &str| Signal::Typing {
        conversation_id: chat.to_string(),
        author: TypingAuthor { kind, id: Some(id), name: name.to_owned() },
        audience: "all".to_owned(),
    };
    let contact = ContactId::new(&Rng::default(), Time(1));
    hub.hear(&of(TypingAuthorKind::User, contact.to_string(), "Visitor 1"));
    assert_eq!(heard(&mut mayas)[0]["author"]["name"], "Visitor 1");
    assert!(heard(&mut lenas).is_empty(), "a customer is not shown themselves");
    hub.hear(&of(TypingAuthorKind::Agent, maya.id.to_string(), "Maya"));
    assert!(heard(&mut mayas).is_empty(), "nor is an agent, whichever node they type on");
    assert_eq!(heard(&mut lenas)[0]["author"], json!({"type": "agent", "name": "Maya"}));
    let looks = |at: Option<ConversationId>| Signal::Viewing {
        node: "one".to_owned(),
        agent_id: "agent_t".to_owned(),
        agent_name: "Tom".to_owned(),
        conversation_id: at.map(|id| id.to_string()),
        audience: "all".to_owned(),
    };
    let viewers = |frames: &[Value]| {
        frames.last().unwrap()["agents"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect::<Vec<_>>()
    };
    hub.hear(&looks(Some(chat)));
    assert_eq!(viewers(&heard(&mut mayas)), ["Maya", "Tom"]);
    hub.hear(&looks(None));
    assert_eq!(viewers(&heard(&mut mayas)), ["Maya"]);
    let there = |online| Signal::ContactPresence { node: "one".to_owned(), conversation_id: chat.to_string(), online };
    drop(lenas);
    assert_eq!(
        heard(&mut mayas),
        [json!({"type": "contact_presence", "conversation_id": chat.to_string(), "online": false})]
    );
    hub.hear(&there(true));
    assert_eq!(heard(&mut mayas)[0]["online"], true, "the customer came back through another node");
    for nonsense in ["", "x", "conversation_"] {
        hub.hear(&Signal::ContactPresence {
            node: "one".to_owned(),
            conversation_id: nonsense.to_owned(),
            online: true,
        });
        hub.hear(&Signal::Presence { node: "one".to_owned(), agent_id: nonsense.to_owned(), online: false });
    }
    assert!(heard(&mut mayas).is_empty());
}

#[tokio::test]
async fn what_happens_in_a_department_is_shown_to_those_who_may_read_it() {
    let hub = hub().await;
    let rng = Rng::default();
    let [sales, support] = [DepartmentId::new(&rng, Time(1)), DepartmentId::new(&rng, Time(1))];
    let within = |agent: AgentActor, department| {
        let rights = Rights { departments: [department].into(), ..agent.rights.clone() };
        AgentActor { rights, ..agent }
    };
    let (maya, tom) = (within(agent("Maya", Role::Agent), sales), within(agent("Tom", Role::Agent), support));
    let mut mayas = hub.join_agent(&maya, Pulse::default()).0;
    let mut toms = hub.join_agent(&tom, Pulse::default()).0;
    let chat = conversation();
    let access = Access { contact: ContactId::new(&rng, Time(1)), owner: None, department: Some(sales) };
    let audience = hub.learn_audience(chat, Audience::Conversation(access));
    heard(&mut mayas);
    heard(&mut toms);
    hub.view(&mayas, Some(chat));
    assert!(!heard(&mut mayas).is_empty());
    let lena = TypingAuthor { kind: TypingAuthorKind::User, id: None, name: "Visitor 1".to_owned() };
    hub.typing(chat, lena.clone(), &audience);
    hub.deliver(&event(1, chat, audience.text()));
    assert_eq!(heard(&mut mayas).len(), 2);
    assert!(heard(&mut toms).is_empty(), "nobody outside learns even that there is a conversation");
    let after = Access { department: Some(support), ..access };
    hub.deliver(&event(2, chat, &Audience::Conversation(after).text()));
    hub.deliver(&event(3, chat, &Audience::Lost { before: access, after }.text()));
    let seqs = |line: &mut Subscription| heard(line).iter().map(|it| it["seq"].as_i64()).collect::<Vec<_>>();
    assert_eq!((seqs(&mut mayas), seqs(&mut toms)), (vec![Some(3)], vec![Some(2)]));
    let signal =
        Signal::Typing { conversation_id: chat.to_string(), author: lena, audience: audience.text().to_owned() };
    hub.hear(&signal);
    assert!(heard(&mut mayas).is_empty(), "what another node still believes counts less than the log");
    assert_eq!(heard(&mut toms).len(), 1);
    hub.renew(&[AgentActor { rights: maya.rights.clone(), ..tom.clone() }]);
    assert_eq!(heard(&mut toms), [json!({"type": "snapshot_required"})], "other rights: everything is fetched afresh");
    hub.deliver(&event(4, chat, &Audience::Conversation(after).text()));
    assert!(heard(&mut toms).is_empty() && heard(&mut mayas).is_empty());
}

#[tokio::test]
async fn a_changed_inbox_is_told_to_its_own_open_chats_without_saying_how() {
    let hub = hub().await;
    let (here, there) = (inbox(), inbox());
    let (mut lenas, mut eves) = (hub.join_contact(here), hub.join_contact(there));
    let changed = Committed {
        kind: "inbox.updated".into(),
        conversation_id: None,
        body: json!({"inbox": {"id": here.to_string(), "name": "Acme"}}).to_string(),
        ..event(1, conversation(), "agents")
    };
    hub.deliver(&changed);
    assert_eq!(heard(&mut lenas), [json!({"type": "inbox_changed"})]);
    assert!(heard(&mut eves).is_empty());
    hub.deliver(&Committed { kind: "inbox.seen".into(), ..changed });
    assert!(heard(&mut lenas).is_empty(), "only a change is told");
}
