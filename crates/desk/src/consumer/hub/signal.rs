//! What is shown beside events and may be lost: who types, who looks at what, who is here. Told to the sockets of this node
//! and, over the bus, to the other nodes; only to those who may read the conversation.

use std::collections::HashSet;
use std::sync::Arc;

use base::{AgentId, ConversationId};
use bus::{ALIVE_EVERY, Signal, TypingAuthor, TypingAuthorKind};
use tokio::time::Instant;

use super::super::frame::{self, Person, Viewer};
use super::{Holder, Hub, Inner, Socket, Subscription};
use crate::audience::Heard;

impl Hub {
    /// Somebody is writing, here: tells the others who may know, here and on other nodes.
    pub fn typing(&self, conversation: ConversationId, author: TypingAuthor, audience: &Heard) {
        self.show_typing(conversation, &author, audience);
        let (conversation_id, audience) = (conversation.to_string(), audience.text().to_owned());
        self.bus.publish(&Signal::Typing { conversation_id, author, audience });
    }

    fn show_typing(&self, conversation: ConversationId, author: &TypingAuthor, audience: &Heard) {
        let id = conversation.to_string();
        let inner = self.inner.lock();
        let from_agent = author.kind == TypingAuthorKind::Agent;
        let person =
            Person { r#type: if from_agent { "agent" } else { "user" }, id: author.id.as_deref(), name: &author.name };
        let frame = frame::typing(&id, &person);
        for socket in inner.agents.iter().filter_map(|id| inner.sockets.get(id)) {
            let Holder::Agent { me, .. } = &socket.who else { continue };
            let own = author.id.as_deref() == Some(&me.id.to_string());
            if audience.has(me) && !(from_agent && own) {
                socket.hint(&frame);
            }
        }
        if let (true, Some(watchers)) = (from_agent, inner.watchers.get(&conversation)) {
            let frame = frame::typing(&id, &Person { id: None, ..person });
            watchers.iter().filter_map(|id| inner.sockets.get(id)).for_each(|socket| socket.hint(&frame));
        }
    }

    /// An agent's socket looks at another conversation, which they were checked to may read, or at none.
    pub fn view(&self, subscription: &Subscription, conversation: Option<ConversationId>) {
        let mut inner = self.inner.lock();
        let Some(Socket { who: Holder::Agent { me, viewing, .. }, .. }) = inner.sockets.get_mut(&subscription.id)
        else {
            return;
        };
        let before = std::mem::replace(viewing, conversation);
        let (id, name) = (me.id, me.name.clone());
        if let Some(before) = before.filter(|before| conversation != Some(*before)) {
            self.tell_viewing(&inner, before);
        }
        if let Some(now) = conversation {
            self.tell_viewing(&inner, now);
            let online = inner.contact_online(now);
            if let Some(socket) = inner.sockets.get(&subscription.id) {
                socket.hint(&frame::contact_presence(&now.to_string(), online));
            }
        }
        drop(inner);
        self.publish_viewing(id, &name, conversation);
    }

    /// What another node says.
    pub(in crate::consumer) fn hear(&self, signal: &Signal) {
        match signal {
            Signal::Head { .. } => {}
            Signal::Alive { node } => {
                self.inner.lock().elsewhere.entry(node.clone()).or_default().heard = Instant::now()
            }
            Signal::Typing { conversation_id, author, audience } => {
                if let Ok(conversation) = conversation_id.parse() {
                    let heard = self.known_audience(conversation).unwrap_or_else(|| Arc::new(Heard::read(audience)));
                    self.show_typing(conversation, author, &heard);
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
            Signal::Viewing { node, agent_id, agent_name, conversation_id, audience } => {
                if let Some(id) = conversation_id.as_deref().and_then(|id| id.parse().ok()) {
                    self.audiences.entry(id).or_insert_with(|| Arc::new(Heard::read(audience)));
                }
                let mut inner = self.inner.lock();
                let theirs = &mut inner.elsewhere.entry(node.clone()).or_default().viewing;
                let before = match conversation_id {
                    Some(id) => theirs.insert(agent_id.clone(), (id.clone(), agent_name.clone())),
                    None => theirs.remove(agent_id),
                };
                let changed = before.map(|(id, _)| id).into_iter().chain(conversation_id.clone());
                for conversation in changed.filter_map(|id| id.parse().ok()) {
                    self.tell_viewing(&inner, conversation);
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
    pub(in crate::consumer) fn announce(&self) {
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
            gone.viewing.values().filter_map(|(id, _)| id.parse().ok()).for_each(|id| self.tell_viewing(&inner, id));
            for conversation in gone.contacts.iter().filter_map(|id| id.parse().ok()) {
                tell_contact_presence(&inner, conversation, inner.contact_online(conversation));
            }
        }
    }

    pub(super) fn tell_viewing(&self, inner: &Inner, conversation: ConversationId) {
        // an audience that nobody has named yet is nobody's: the next look asks for it
        let Some(audience) = self.known_audience(conversation) else { return };
        let id = conversation.to_string();
        let mut agents: Vec<Viewer> = Vec::new();
        let here = inner.agents.iter().filter_map(|id| inner.sockets.get(id)).filter_map(|socket| match &socket.who {
            Holder::Agent { me, viewing, .. } if *viewing == Some(conversation) => {
                Some((me.id.to_string(), me.name.clone()))
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
        let frame = frame::viewing(&id, &agents);
        for socket in inner.agents.iter().filter_map(|id| inner.sockets.get(id)) {
            if matches!(&socket.who, Holder::Agent { me, .. } if audience.has(me)) {
                socket.hint(&frame);
            }
        }
    }

    pub(super) fn tell_presence(&self, agent: AgentId, online: bool) {
        self.inner.lock().to_agents(&frame::presence(&agent.to_string(), online));
        self.publish_presence(agent, online);
    }

    pub(super) fn publish_viewing(&self, agent: AgentId, name: &str, conversation: Option<ConversationId>) {
        let audience = conversation.and_then(|id| self.known_audience(id));
        self.bus.publish(&Signal::Viewing {
            node: self.node.to_string(),
            agent_id: agent.to_string(),
            agent_name: name.to_owned(),
            audience: audience.map_or_else(|| "system".to_owned(), |heard| heard.text().to_owned()),
            conversation_id: conversation.map(|id| id.to_string()),
        });
    }

    pub(super) fn publish_contact_presence(&self, conversation: ConversationId, online: bool) {
        let conversation_id = conversation.to_string();
        self.bus.publish(&Signal::ContactPresence { node: self.node.to_string(), conversation_id, online });
    }

    pub(super) fn publish_presence(&self, agent: AgentId, online: bool) {
        self.bus.publish(&Signal::Presence { node: self.node.to_string(), agent_id: agent.to_string(), online });
    }
}

pub(super) fn tell_contact_presence(inner: &Inner, conversation: ConversationId, online: bool) {
    let frame = frame::contact_presence(&conversation.to_string(), online);
    for socket in inner.agents.iter().filter_map(|id| inner.sockets.get(id)) {
        if matches!(&socket.who, Holder::Agent { viewing, .. } if *viewing == Some(conversation)) {
            socket.hint(&frame);
        }
    }
}
