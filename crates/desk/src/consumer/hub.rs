//! The open sockets of this node: who gets which frame. Everything is decided here by audience, at the moment of delivery;
//! a socket that cannot keep up is closed and resumes, never silently skipped.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU16, AtomicUsize, Ordering};

use base::{AgentId, ConversationId, SessionId};
use bus::{ALIVE_EVERY, Bus, Signal, TypingAuthor, TypingAuthorKind};
use db::Committed;
use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use super::frame::{self, Frame, Person, Viewer};
use crate::actor::{AgentActor, Role};

/// The most frames that wait for one socket, and the most bytes.
const QUEUE: usize = 2_048;
const QUEUE_BYTES: usize = 1024 * 1024;

/// Why the hub closes a socket: the WebSocket close codes of the wire contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Closing {
    /// The session or token is no longer good.
    Ended = 4001,
    /// The reader was too slow: it should resume.
    Slow = 4008,
}

#[derive(Debug, Default)]
struct Line {
    /// 0 while the line is open.
    closing: AtomicU16,
    queued: AtomicUsize,
}

/// One socket's end of the line. Dropping it takes the socket off the hub.
#[derive(Debug)]
pub struct Subscription {
    hub: Hub,
    id: u64,
    frames: mpsc::Receiver<Frame>,
    line: Arc<Line>,
}

impl Subscription {
    /// The next frame; none once the hub has closed the line, see [`Subscription::closing`].
    pub async fn recv(&mut self) -> Option<Frame> {
        let frame = self.frames.recv().await?;
        self.line.queued.fetch_sub(frame.text.len(), Ordering::Relaxed);
        Some(frame)
    }

    /// A frame that is there already, so that several go out in one write.
    pub fn try_recv(&mut self) -> Option<Frame> {
        let frame = self.frames.try_recv().ok()?;
        self.line.queued.fetch_sub(frame.text.len(), Ordering::Relaxed);
        Some(frame)
    }

    /// The close code, once the hub has closed the line.
    pub fn closing(&self) -> u16 {
        self.line.closing.load(Ordering::Relaxed)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.leave(self.id);
    }
}

#[derive(Debug)]
struct Socket {
    sender: mpsc::Sender<Frame>,
    line: Arc<Line>,
    who: Holder,
}

#[derive(Debug)]
enum Holder {
    Agent { id: AgentId, name: String, role: Role, session: SessionId, viewing: Option<ConversationId> },
    Contact { watching: Vec<ConversationId> },
}

impl Socket {
    const fn agent(&self) -> Option<AgentId> {
        match &self.who {
            Holder::Agent { id, .. } => Some(*id),
            Holder::Contact { .. } => None,
        }
    }

    /// False when the line had to be closed.
    fn push(&self, frame: Frame) -> bool {
        let size = frame.text.len();
        let queued = self.line.queued.fetch_add(size, Ordering::Relaxed);
        let sent = queued + size <= QUEUE_BYTES && self.sender.try_send(frame).is_ok();
        if !sent {
            // a line that was closed for another reason keeps that reason
            let _first_reason =
                self.line.closing.compare_exchange(0, Closing::Slow as u16, Ordering::Relaxed, Ordering::Relaxed);
        }
        sent
    }
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    sockets: HashMap<u64, Socket>,
    agents: HashSet<u64>,
    watchers: HashMap<ConversationId, Vec<u64>>,
    /// Agents that other nodes hold sockets of, by node, and what they look at.
    elsewhere: HashMap<String, Elsewhere>,
    slow: u64,
}

#[derive(Debug)]
struct Elsewhere {
    heard: Instant,
    online: HashSet<String>,
    viewing: HashMap<String, (String, String)>,
    contacts: HashSet<String>,
}

impl Default for Elsewhere {
    fn default() -> Self {
        let (online, viewing, contacts) = (HashSet::new(), HashMap::new(), HashSet::new());
        Self { heard: Instant::now(), online, viewing, contacts }
    }
}

/// All sockets of this node. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub {
    bus: Bus,
    /// How this node calls itself to the others.
    node: Arc<str>,
    inner: Arc<Mutex<Inner>>,
    /// The last event that was delivered: what a socket that joins now has to read by itself.
    head: Arc<AtomicI64>,
    /// Asks the live consumer to look at the log now.
    nudge: Arc<Notify>,
}

/// How many sockets there are, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connected {
    pub agents: usize,
    pub contacts: usize,
    /// Sockets closed so far because their reader was too slow.
    pub slow: u64,
}

impl Hub {
    /// A hub without sockets on the node called `node`.
    pub fn new(bus: Bus, node: &str) -> Self {
        Self { bus, node: Arc::from(node), inner: Arc::default(), head: Arc::default(), nudge: Arc::default() }
    }

    /// The number of the last event that was delivered to the sockets of this node.
    pub fn head(&self) -> i64 {
        self.head.load(Ordering::Acquire)
    }

    /// Asks for the log to be looked at without waiting for a hint.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    pub(super) async fn nudged(&self) {
        self.nudge.notified().await;
    }

    pub(super) fn start_at(&self, head: i64) {
        self.head.store(head, Ordering::Release);
    }

    fn join(&self, who: Holder) -> (Subscription, i64) {
        let (sender, frames) = mpsc::channel(QUEUE);
        let line = Arc::new(Line::default());
        let mut inner = self.inner.lock();
        let id = inner.next;
        inner.next += 1;
        if matches!(who, Holder::Agent { .. }) {
            inner.agents.insert(id);
        }
        inner.sockets.insert(id, Socket { sender, line: line.clone(), who });
        // under the lock: every event after this number will come through the line
        let head = self.head();
        (Subscription { hub: self.clone(), id, frames, line }, head)
    }

    /// Takes an agent's socket on. Events up to the returned number are the caller's to read; later ones come by themselves.
    pub fn join_agent(&self, agent: &AgentActor) -> (Subscription, i64) {
        let was_online = self.is_online(agent.id);
        let who = Holder::Agent {
            id: agent.id,
            name: agent.name.clone(),
            role: agent.role,
            session: agent.session,
            viewing: None,
        };
        let joined = self.join(who);
        if !was_online {
            self.tell_presence(agent.id, true);
        }
        joined
    }

    /// Takes a customer's socket on.
    pub fn join_contact(&self) -> Subscription {
        self.join(Holder::Contact { watching: Vec::new() }).0
    }

    /// Adds a conversation to a customer's socket, which must have been checked to be theirs. True when it is new to it.
    pub fn watch(&self, subscription: &Subscription, conversation: ConversationId) -> bool {
        let mut inner = self.inner.lock();
        let Some(Socket { who: Holder::Contact { watching }, .. }) = inner.sockets.get_mut(&subscription.id) else {
            return false;
        };
        if watching.contains(&conversation) {
            return false;
        }
        watching.push(conversation);
        let watchers = inner.watchers.entry(conversation).or_default();
        watchers.push(subscription.id);
        if watchers.len() == 1 {
            tell_contact_presence(&inner, conversation, true);
            self.publish_contact_presence(conversation, true);
        }
        true
    }

    /// Whether a customer's socket watches a conversation.
    pub fn watches(&self, subscription: &Subscription, conversation: ConversationId) -> bool {
        let inner = self.inner.lock();
        let socket = inner.sockets.get(&subscription.id);
        matches!(socket, Some(Socket { who: Holder::Contact { watching }, .. }) if watching.contains(&conversation))
    }

    fn leave(&self, id: u64) {
        let mut inner = self.inner.lock();
        let Some(socket) = inner.sockets.remove(&id) else { return };
        match socket.who {
            Holder::Agent { id: agent, viewing, .. } => {
                inner.agents.remove(&id);
                if let Some(conversation) = viewing {
                    tell_viewing(&inner, conversation);
                }
                let online = inner.is_online(agent);
                if !online {
                    inner.to_agents(&frame::presence(&agent.to_string(), false));
                }
                if !inner.is_here(agent) {
                    self.publish_presence(agent, false);
                }
                if viewing.is_some() {
                    self.publish_viewing(agent, "", None);
                }
            }
            Holder::Contact { watching } => {
                for conversation in watching {
                    let watchers = inner.watchers.entry(conversation).or_default();
                    watchers.retain(|watcher| *watcher != id);
                    if watchers.is_empty() {
                        inner.watchers.remove(&conversation);
                        tell_contact_presence(&inner, conversation, false);
                        self.publish_contact_presence(conversation, false);
                    }
                }
            }
        }
    }

    /// Hands one event to every socket that may see it. Events come in order of their numbers.
    pub(super) fn deliver(&self, event: &Committed) {
        let mut inner = self.inner.lock();
        let mut slow = Vec::new();
        if event.audience != "system" && !inner.agents.is_empty() {
            let frame = Frame::new(frame::event(event));
            for id in &inner.agents {
                let Some(socket) = inner.sockets.get(id) else { continue };
                if may_see(&socket.who, &event.audience) && !socket.push(frame.clone()) {
                    slow.push(*id);
                }
            }
        }
        if event.audience == "all"
            && let Some(id) = event.conversation_id.as_deref().and_then(|id| id.parse::<ConversationId>().ok())
            && let Some(watchers) = inner.watchers.get(&id)
            && let Some(frame) = frame::for_customer(event, id)
        {
            for watcher in watchers {
                if inner.sockets.get(watcher).is_some_and(|socket| !socket.push(frame.clone())) {
                    slow.push(*watcher);
                }
            }
        }
        self.head.store(event.seq, Ordering::Release);
        inner.cut(&slow);
    }

    /// Closes the sockets of a session that ended.
    pub(super) fn end_session(&self, session: SessionId) {
        self.inner.lock().close(|who| matches!(who, Holder::Agent { session: theirs, .. } if *theirs == session));
    }

    /// Brings an agent's new role and name to their sockets; a switched-off agent's are closed.
    pub(super) fn update_agent(&self, id: AgentId, new_name: &str, new_role: Role, active: bool) {
        let mut inner = self.inner.lock();
        for socket in inner.sockets.values_mut() {
            if let Holder::Agent { id: theirs, name, role, .. } = &mut socket.who
                && *theirs == id
            {
                new_name.clone_into(name);
                *role = new_role;
            }
        }
        if !active {
            inner.close(|who| matches!(who, Holder::Agent { id: theirs, .. } if *theirs == id));
        }
    }

    /// Somebody is writing, here: tells the others, here and on other nodes.
    pub fn typing(&self, conversation: ConversationId, author: TypingAuthor) {
        self.show_typing(conversation, &author);
        self.bus.publish(&Signal::Typing { conversation_id: conversation.to_string(), author });
    }

    fn show_typing(&self, conversation: ConversationId, author: &TypingAuthor) {
        let id = conversation.to_string();
        let inner = self.inner.lock();
        let from_agent = author.kind == TypingAuthorKind::Agent;
        let person =
            Person { r#type: if from_agent { "agent" } else { "user" }, id: author.id.as_deref(), name: &author.name };
        let frame = frame::typing(&id, &person);
        for socket in inner.agents.iter().filter_map(|id| inner.sockets.get(id)) {
            let own = matches!(&socket.who, Holder::Agent { id, .. } if author.id.as_deref() == Some(&id.to_string()));
            if !(from_agent && own) {
                socket.hint(&frame);
            }
        }
        if let (true, Some(watchers)) = (from_agent, inner.watchers.get(&conversation)) {
            let frame = frame::typing(&id, &Person { id: None, ..person });
            watchers.iter().filter_map(|id| inner.sockets.get(id)).for_each(|socket| socket.hint(&frame));
        }
    }

    /// An agent's socket looks at another conversation, or at none.
    pub fn view(&self, subscription: &Subscription, conversation: Option<ConversationId>) {
        let mut inner = self.inner.lock();
        let Some(Socket { who: Holder::Agent { id, name, viewing, .. }, .. }) = inner.sockets.get_mut(&subscription.id)
        else {
            return;
        };
        let before = std::mem::replace(viewing, conversation);
        let (id, name) = (*id, name.clone());
        if let Some(before) = before.filter(|before| conversation != Some(*before)) {
            tell_viewing(&inner, before);
        }
        if let Some(now) = conversation {
            tell_viewing(&inner, now);
            let online = inner.contact_online(now);
            if let Some(socket) = inner.sockets.get(&subscription.id) {
                socket.hint(&frame::contact_presence(&now.to_string(), online));
            }
        }
        drop(inner);
        self.publish_viewing(id, &name, conversation);
    }

    /// What another node says.
    pub(super) fn hear(&self, signal: &Signal) {
        match signal {
            Signal::Head { .. } => {}
            Signal::Alive { node } => {
                self.inner.lock().elsewhere.entry(node.clone()).or_default().heard = Instant::now()
            }
            Signal::Typing { conversation_id, author } => {
                if let Ok(conversation) = conversation_id.parse() {
                    self.show_typing(conversation, author);
                }
            }
            Signal::Presence { node, agent_id, online } => {
                let mut inner = self.inner.lock();
                let theirs = &mut inner.elsewhere.entry(node.clone()).or_default().online;
                let news = if *online { theirs.insert(agent_id.clone()) } else { theirs.remove(agent_id) };
                let here = agent_id.parse().is_ok_and(|id| inner.is_online(id));
                if news && here == *online {
                    inner.to_agents(&frame::presence(agent_id, *online));
                }
            }
            Signal::Viewing { node, agent_id, agent_name, conversation_id } => {
                let mut inner = self.inner.lock();
                let theirs = &mut inner.elsewhere.entry(node.clone()).or_default().viewing;
                let before = match conversation_id {
                    Some(id) => theirs.insert(agent_id.clone(), (id.clone(), agent_name.clone())),
                    None => theirs.remove(agent_id),
                };
                let changed = before.map(|(id, _)| id).into_iter().chain(conversation_id.clone());
                for conversation in changed.filter_map(|id| id.parse().ok()) {
                    tell_viewing(&inner, conversation);
                }
                // whoever looks from over there learns that the customer is here
                if let Some(watched) = conversation_id.as_ref().and_then(|id| id.parse().ok())
                    && inner.watchers.contains_key(&watched)
                {
                    self.publish_contact_presence(watched, true);
                }
            }
            Signal::ContactPresence { node, conversation_id, online } => {
                let mut inner = self.inner.lock();
                let theirs = &mut inner.elsewhere.entry(node.clone()).or_default().contacts;
                if *online {
                    theirs.insert(conversation_id.clone())
                } else {
                    theirs.remove(conversation_id)
                };
                if let Ok(conversation) = conversation_id.parse() {
                    tell_contact_presence(&inner, conversation, inner.contact_online(conversation));
                }
            }
        }
    }

    /// Tells the other nodes that this one is there and whose sockets it has, and forgets nodes that went silent.
    pub(super) fn announce(&self) {
        self.bus.publish(&Signal::Alive { node: self.node.to_string() });
        let mut inner = self.inner.lock();
        let here: HashSet<AgentId> = inner.agents.iter().filter_map(|id| inner.sockets.get(id)?.agent()).collect();
        here.into_iter().for_each(|agent| self.publish_presence(agent, true));
        let silent: Vec<String> = inner
            .elsewhere
            .iter()
            .filter(|(_, it)| it.heard.elapsed() > ALIVE_EVERY * 3)
            .map(|(node, _)| node.clone())
            .collect();
        for node in silent {
            let Some(gone) = inner.elsewhere.remove(&node) else { continue };
            for agent in gone.online.iter().filter_map(|id| id.parse().ok()) {
                if !inner.is_online(agent) {
                    inner.to_agents(&frame::presence(&agent.to_string(), false));
                }
            }
            gone.viewing.values().filter_map(|(id, _)| id.parse().ok()).for_each(|id| tell_viewing(&inner, id));
            for conversation in gone.contacts.iter().filter_map(|id| id.parse().ok()) {
                tell_contact_presence(&inner, conversation, inner.contact_online(conversation));
            }
        }
    }

    fn tell_presence(&self, agent: AgentId, online: bool) {
        self.inner.lock().to_agents(&frame::presence(&agent.to_string(), online));
        self.publish_presence(agent, online);
    }

    fn publish_viewing(&self, agent: AgentId, name: &str, conversation: Option<ConversationId>) {
        self.bus.publish(&Signal::Viewing {
            node: self.node.to_string(),
            agent_id: agent.to_string(),
            agent_name: name.to_owned(),
            conversation_id: conversation.map(|id| id.to_string()),
        });
    }

    fn publish_contact_presence(&self, conversation: ConversationId, online: bool) {
        let conversation_id = conversation.to_string();
        self.bus.publish(&Signal::ContactPresence { node: self.node.to_string(), conversation_id, online });
    }

    fn publish_presence(&self, agent: AgentId, online: bool) {
        self.bus.publish(&Signal::Presence { node: self.node.to_string(), agent_id: agent.to_string(), online });
    }

    /// Whether an agent has a socket open, here or on another node.
    pub fn is_online(&self, agent: AgentId) -> bool {
        self.inner.lock().is_online(agent)
    }

    pub fn connected(&self) -> Connected {
        let inner = self.inner.lock();
        Connected { agents: inner.agents.len(), contacts: inner.sockets.len() - inner.agents.len(), slow: inner.slow }
    }
}

fn may_see(who: &Holder, audience: &str) -> bool {
    match (who, audience) {
        (Holder::Agent { .. }, "all" | "agents") => true,
        (Holder::Agent { role, .. }, "administrators") => *role == Role::Administrator,
        (Holder::Agent { id, .. }, _) => audience.strip_prefix("agent:").is_some_and(|theirs| theirs == id.to_string()),
        (Holder::Contact { .. }, _) => false,
    }
}

/// Whether an agent may see an event of this audience, outside a socket.
pub fn agent_may_see(agent: &AgentActor, audience: &str) -> bool {
    let who =
        Holder::Agent { id: agent.id, name: String::new(), role: agent.role, session: agent.session, viewing: None };
    may_see(&who, audience)
}

fn tell_viewing(inner: &Inner, conversation: ConversationId) {
    let id = conversation.to_string();
    let mut agents: Vec<Viewer> = Vec::new();
    let here = inner.agents.iter().filter_map(|id| inner.sockets.get(id)).filter_map(|socket| match &socket.who {
        Holder::Agent { id, name, viewing, .. } if *viewing == Some(conversation) => {
            Some((id.to_string(), name.clone()))
        }
        _ => None,
    });
    let elsewhere = inner.elsewhere.values().flat_map(|node| &node.viewing);
    let there = elsewhere.filter(|(_, (at, _))| *at == id).map(|(agent, (_, name))| (agent.clone(), name.clone()));
    for (id, name) in here.chain(there) {
        if agents.iter().all(|known| known.id != id) {
            agents.push(Viewer { id, name });
        }
    }
    agents.sort_by(|a, b| a.name.cmp(&b.name));
    inner.to_agents(&frame::viewing(&id, &agents));
}

fn tell_contact_presence(inner: &Inner, conversation: ConversationId, online: bool) {
    let frame = frame::contact_presence(&conversation.to_string(), online);
    for socket in inner.agents.iter().filter_map(|id| inner.sockets.get(id)) {
        if matches!(&socket.who, Holder::Agent { viewing, .. } if *viewing == Some(conversation)) {
            socket.hint(&frame);
        }
    }
}

impl Socket {
    /// A hint may be lost: one that finds no place is left out, for it is old by the time there is one.
    fn hint(&self, frame: &Frame) {
        let size = frame.text.len();
        if self.sender.try_send(frame.clone()).is_ok() {
            self.line.queued.fetch_add(size, Ordering::Relaxed);
        }
    }
}

impl Inner {
    fn to_agents(&self, frame: &Frame) {
        self.agents.iter().filter_map(|id| self.sockets.get(id)).for_each(|socket| socket.hint(frame));
    }

    fn is_here(&self, agent: AgentId) -> bool {
        let theirs = |socket: &Socket| matches!(&socket.who, Holder::Agent { id, .. } if *id == agent);
        self.agents.iter().filter_map(|id| self.sockets.get(id)).any(theirs)
    }

    fn is_online(&self, agent: AgentId) -> bool {
        let text = agent.to_string();
        self.is_here(agent) || self.elsewhere.values().any(|node| node.online.contains(&text))
    }

    fn contact_online(&self, conversation: ConversationId) -> bool {
        let text = conversation.to_string();
        self.watchers.contains_key(&conversation) || self.elsewhere.values().any(|node| node.contacts.contains(&text))
    }

    /// Takes the sender from slow sockets: their readers get what is queued, then see the line closed.
    fn cut(&mut self, slow: &[u64]) {
        for id in slow {
            if let Some(socket) = self.sockets.get_mut(id)
                && !socket.sender.is_closed()
            {
                self.slow += 1;
                socket.sender = mpsc::channel(1).0;
            }
        }
    }

    fn close(&mut self, matching: impl Fn(&Holder) -> bool) {
        for socket in self.sockets.values_mut().filter(|socket| matching(&socket.who)) {
            socket.line.closing.store(Closing::Ended as u16, Ordering::Relaxed);
            socket.sender = mpsc::channel(1).0;
        }
    }
}
