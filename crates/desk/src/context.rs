//! What every verb may lean on besides its transaction: the time, randomness and the deployment's fixed settings.

use std::sync::Arc;

use base::{Clock, Rng, Secret, Time};

/// Handed to every verb; cheap to clone.
#[derive(Clone, Debug)]
pub struct Context {
    pub clock: Clock,
    pub rng: Rng,
    pub deployment: Arc<Deployment>,
}

/// What is decided once for a deployment and stays.
#[derive(Debug)]
pub struct Deployment {
    /// Names this deployment on a shared bus.
    pub id: String,
    /// Authenticates visitor tokens. Knowing it opens no conversation: those are found by the hash of a whole token.
    pub visitor_key: Secret<Vec<u8>>,
}

impl Context {
    pub fn now(&self) -> Time {
        self.clock.now()
    }
}
