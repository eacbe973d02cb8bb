//! The open sockets of this node: who gets which frame. Everything is decided here by audience, at the moment of delivery;
//! a socket that cannot keep up is closed and resumes, never silently skipped.

mod here;
mod site;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use base::{AgentId, ConversationId, InboxId, SessionId};
use bus::Bus;
use db::Committed;
use moka::sync::Cache;
use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

mod signal;

use super::frame::{self, Frame};
use crate::actor::AgentActor;
use crate::audience::{Audience, Heard};
use signal::tell_contact_presence;

/// The most frames that wait for one socket, and the most bytes.
const QUEUE: usize = 2_048;
const QUEUE_BYTES: usize = 1024 * 1024;

/// How long it is remembered who may know about a conversation. Events keep it true meanwhile.
const AUDIENCE_CACHE: Duration = Duration::from_secs(600);

/// Why the hub closes a socket: the WebSocket close codes of the wire contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Closing {
    /// The session or token is no longer good.
    Ended = 4001,
    /// The reader was too slow: it should resume.
    Slow = 4008,
}

/// When a client was last heard. Cheap to clone; clones are the same pulse.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Mutex<Instant>>);

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }
}

impl Pulse {
    pub fn beat(&self) {
        *self.0.lock() = Instant::now();
    }

    pub fn silent_for(&self) -> Duration {
        self.0.lock().elapsed()
    }
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
    Agent { me: AgentActor, viewing: Option<ConversationId>, pulse: Pulse },
    Contact { inbox: InboxId, watching: Vec<ConversationId> },
}

impl Socket {
    const fn agent(&self) -> Option<AgentId> {
        match &self.who {
            Holder::Agent { me, .. } => Some(me.id),
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
    /// Whose socket closed since [`Hub::pulses`] was asked.
    left: Vec<(AgentId, Pulse)>,
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
    /// Who may know about a conversation: for what is shown of it beside events.
    audiences: Cache<ConversationId, Arc<Heard>>,
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
        let audiences = Cache::builder().max_capacity(50_000).time_to_live(AUDIENCE_CACHE).build();
        Self {
            bus,
            node: Arc::from(node),
            inner: Arc::default(),
            head: Arc::default(),
            nudge: Arc::default(),
            audiences,
        }
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
    /// `pulse` tells when its client was last heard.
    pub fn join_agent(&self, agent: &AgentActor, pulse: Pulse) -> (Subscription, i64) {
        let was_online = self.is_online(agent.id);
        let joined = self.join(Holder::Agent { me: agent.clone(), viewing: None, pulse });
        if !was_online {
            self.tell_presence(agent.id, true);
        }
        joined
    }

    /// Takes a customer's socket on.
    pub fn join_contact(&self, inbox: InboxId) -> Subscription {
        self.join(Holder::Contact { inbox, watching: Vec::new() }).0
    }

    /// Adds a conversation to a customer's socket, which must have been checked to be theirs. True when it is new to it.
    pub fn watch(&self, subscription: &Subscription, conversation: ConversationId) -> bool {
        let mut inner = self.inner.lock();
        let Some(Socket { who: Holder::Contact { watching, .. }, .. }) = inner.sockets.get_mut(&subscription.id) else {
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
        matches!(socket, Some(Socket { who: Holder::Contact { watching, .. }, .. }) if watching.contains(&conversation))
    }

    fn leave(&self, id: u64) {
        let mut inner = self.inner.lock();
        let Some(socket) = inner.sockets.remove(&id) else { return };
        match socket.who {
            Holder::Agent { me: AgentActor { id: agent, .. }, viewing, pulse } => {
                inner.agents.remove(&id);
                inner.left.push((agent, pulse));
                if let Some(conversation) = viewing {
                    self.tell_viewing(&inner, conversation);
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
            Holder::Contact { watching, .. } => {
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
        let heard = Heard::read(&event.audience);
        let conversation = event.conversation_id.as_deref().and_then(|id| id.parse::<ConversationId>().ok());
        let mut inner = self.inner.lock();
        let mut slow = Vec::new();
        if heard.has_agents() && !inner.agents.is_empty() {
            inner.hand_to_agents(event, conversation, &heard, &mut slow);
        }
        if heard.has_customer()
            && let Some(id) = conversation
            && let Some(watchers) = inner.watchers.get(&id)
            && let Some(frame) = frame::for_customer(event, id)
        {
            for watcher in watchers {
                if inner.sockets.get(watcher).is_some_and(|socket| !socket.push(frame.clone())) {
                    slow.push(*watcher);
                }
            }
        }
        if let Some(id) = conversation.filter(|_| moves(&event.kind) && !heard.is_farewell()) {
            self.audiences.insert(id, Arc::new(heard));
        }
        inner.tell_sites(event);
        self.head.store(event.seq, Ordering::Release);
        inner.cut(&slow);
    }

    /// Closes the sockets of a session that ended.
    pub(super) fn end_session(&self, session: SessionId) {
        self.inner.lock().close(|who| matches!(who, Holder::Agent { me, .. } if me.session == session));
    }

    /// Closes the sockets of an agent whose account was switched off.
    pub(super) fn dismiss(&self, agent: AgentId) {
        self.inner.lock().close(|who| matches!(who, Holder::Agent { me, .. } if me.id == agent));
    }

    /// The sessions that have a socket here.
    pub(super) fn sessions(&self) -> Vec<SessionId> {
        let inner = self.inner.lock();
        let sessions = inner.sockets.values().filter_map(|socket| match &socket.who {
            Holder::Agent { me, .. } => Some(me.session),
            Holder::Contact { .. } => None,
        });
        sessions.collect::<HashSet<_>>().into_iter().collect()
    }

    /// Gives sockets what their agents may now. Whoever may read something else than before is told to fetch afresh: what
    /// they hold may be too much or too little.
    pub fn renew(&self, actors: &[AgentActor]) {
        let mut inner = self.inner.lock();
        let mut slow = Vec::new();
        for (id, socket) in &mut inner.sockets {
            let Holder::Agent { me, viewing, .. } = &mut socket.who else { continue };
            let Some(now) = actors.iter().find(|actor| actor.session == me.session) else { continue };
            let changed = me.rights != now.rights || me.role != now.role;
            now.clone_into(me);
            if changed {
                *viewing = None;
                if !socket.push(Frame::new("{\"type\":\"snapshot_required\"}")) {
                    slow.push(*id);
                }
            }
        }
        inner.cut(&slow);
    }

    /// How long each agent with a socket here has been silent, and those whose socket closed since this was last asked.
    pub(crate) fn pulses(&self) -> HashMap<AgentId, Duration> {
        let mut inner = self.inner.lock();
        let mut heard: HashMap<AgentId, Duration> = HashMap::new();
        let left = std::mem::take(&mut inner.left);
        let here = inner.sockets.values().filter_map(|socket| match &socket.who {
            Holder::Agent { me, pulse, .. } => Some((me.id, pulse)),
            Holder::Contact { .. } => None,
        });
        for (agent, pulse) in here.chain(left.iter().map(|(agent, pulse)| (*agent, pulse))) {
            let silent = pulse.silent_for();
            heard.entry(agent).and_modify(|it| *it = (*it).min(silent)).or_insert(silent);
        }
        heard
    }

    /// Who may know about a conversation, if this node knows.
    pub fn known_audience(&self, conversation: ConversationId) -> Option<Arc<Heard>> {
        self.audiences.get(&conversation)
    }

    /// Remembers who may know about a conversation, unless an event has said so meanwhile.
    pub fn learn_audience(&self, conversation: ConversationId, audience: Audience) -> Arc<Heard> {
        let heard = Arc::new(Heard::read(&audience.text()));
        self.audiences.entry(conversation).or_insert(heard).into_value()
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

/// Whether an event of this kind can change who may read its conversation.
fn moves(kind: &str) -> bool {
    kind.starts_with("conversation.") && kind != "conversation.marked"
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
    /// Hands an event to the agents it is for. Whoever learns that a conversation is gone from them looks at it no more.
    fn hand_to_agents(
        &mut self,
        event: &Committed,
        conversation: Option<ConversationId>,
        heard: &Heard,
        slow: &mut Vec<u64>,
    ) {
        let frame = Frame::new(frame::event(event));
        for id in &self.agents {
            let Some(socket) = self.sockets.get_mut(id) else { continue };
            let Holder::Agent { me, viewing, .. } = &mut socket.who else { continue };
            if !heard.has(me) {
                continue;
            }
            if heard.is_farewell() && *viewing == conversation {
                *viewing = None;
            }
            if !socket.push(frame.clone()) {
                slow.push(*id);
            }
        }
    }

    fn to_agents(&self, frame: &Frame) {
        self.agents.iter().filter_map(|id| self.sockets.get(id)).for_each(|socket| socket.hint(frame));
    }

    fn is_here(&self, agent: AgentId) -> bool {
        let theirs = |socket: &Socket| matches!(&socket.who, Holder::Agent { me, .. } if me.id == agent);
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
