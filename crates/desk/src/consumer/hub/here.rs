//! Who has a socket on this node, for what is written down about presence.

use std::collections::HashSet;

use base::AgentId;

use super::Hub;

impl Hub {
    /// How this node calls itself to the others.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// The agents that have a socket on this node.
    pub fn here(&self) -> Vec<AgentId> {
        let inner = self.inner.lock();
        let here: HashSet<AgentId> = inner.agents.iter().filter_map(|id| inner.sockets.get(id)?.agent()).collect();
        here.into_iter().collect()
    }

    /// Whether an agent has a socket on this node.
    pub fn is_here(&self, agent: AgentId) -> bool {
        self.inner.lock().is_here(agent)
    }
}
