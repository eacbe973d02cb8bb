//! Who may do how much: token buckets per visitor, account and network address, and which address a request came from.
//! Addresses are kept only as keyed hashes whose key lives in memory for a day.

mod address;
mod bucket;

use std::sync::Arc;
use std::time::Duration;

use base::Rng;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::StatusCode;
use parking_lot::Mutex;
use sha2::Sha256;
use tokio::time::Instant;

pub use address::ClientAddress;
use bucket::Buckets;

use crate::problem::Problem;

/// How long a hash key lives. Buckets refill far sooner, so a change of key forgives at most one burst.
const KEY_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    ChatMessageSession,
    ChatMessageAddress,
    ChatInitializeAddress,
    ChatSocketAddress,
    ChatFileSession,
    ChatFileAddress,
    SignInAddress,
    SignInAccount,
    SetupAddress,
    InviteAddress,
    MailTest,
    TranscriptSession,
    ResetAddress,
}

/// A scope's name in metrics, how many may come at once, and how many come back per minute.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub scope: Scope,
    pub name: &'static str,
    pub burst: u32,
    pub per_minute: u32,
    /// Guards a secret: when the table of buckets is full, newcomers are refused instead of someone being forgotten.
    pub guards_secret: bool,
}

/// Every limit there is.
pub const ALLOWANCES: [Allowance; 13] = [
    allow(Scope::ChatMessageSession, "chat_message_session", 10, 30, false),
    allow(Scope::ChatMessageAddress, "chat_message_address", 60, 240, false),
    allow(Scope::ChatInitializeAddress, "chat_initialize_address", 30, 60, false),
    allow(Scope::ChatSocketAddress, "chat_socket_address", 60, 120, false),
    allow(Scope::ChatFileSession, "chat_file_session", 20, 20, false),
    allow(Scope::ChatFileAddress, "chat_file_address", 60, 60, false),
    allow(Scope::SignInAddress, "sign_in_address", 20, 20, true),
    allow(Scope::SignInAccount, "sign_in_account", 5, 5, true),
    allow(Scope::SetupAddress, "setup_address", 10, 10, true),
    allow(Scope::InviteAddress, "invite_address", 10, 10, true),
    allow(Scope::MailTest, "mail_test", 5, 5, false),
    allow(Scope::TranscriptSession, "transcript_session", 5, 1, false),
    allow(Scope::ResetAddress, "reset_address", 10, 10, true),
];

const fn allow(scope: Scope, name: &'static str, burst: u32, per_minute: u32, guards_secret: bool) -> Allowance {
    Allowance { scope, name, burst, per_minute, guards_secret }
}

/// The refusal: come back in so many seconds (at least 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlowDown {
    pub retry_after: u64,
}

impl From<SlowDown> for Problem {
    fn from(refusal: SlowDown) -> Self {
        let seconds = refusal.retry_after;
        Self::new(StatusCode::TOO_MANY_REQUESTS, "slow_down", "That was too much at once.")
            .detail(format!("Nothing was changed. Try again in {seconds} s."))
            .retry_after(seconds)
    }
}

/// The buckets of one node. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Limiter(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    start: Instant,
    rng: Rng,
    key: Mutex<Key>,
    buckets: Buckets,
    refused: [metrics::Counter; ALLOWANCES.len()],
}

struct Key {
    made: Instant,
    bytes: [u8; 32],
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Limiter {
    /// Limits as in [`ALLOWANCES`]. The metrics recorder must be installed before.
    pub fn new(rng: Rng) -> Self {
        let now = Instant::now();
        let key = Mutex::new(Key { made: now, bytes: rng.bytes() });
        let refused =
            ALLOWANCES.map(|allowance| metrics::counter!("app_rate_limited_total", "scope" => allowance.name));
        Self(Some(Arc::new(Inner { start: now, rng, key, buckets: Buckets::new(), refused })))
    }

    /// Lets everything pass.
    pub const fn off() -> Self {
        Self(None)
    }

    /// Takes one token of a scope that counts by network address (an IPv6 address counts by its /64).
    pub fn check_address(&self, scope: Scope, address: ClientAddress) -> Result<(), SlowDown> {
        self.check(scope, &address.network())
    }

    /// Takes one token of a scope that counts by something else, such as a contact's or an account's id.
    pub fn check(&self, scope: Scope, who: &[u8]) -> Result<(), SlowDown> {
        let Some(inner) = &self.0 else { return Ok(()) };
        let index = scope as usize;
        let now = Instant::now();
        let key = inner.hash(index, who, now);
        let allowed = inner.buckets.take(&ALLOWANCES[index], key, now - inner.start);
        allowed.inspect_err(|_| inner.refused[index].increment(1))
    }
}

impl Inner {
    fn hash(&self, scope: usize, who: &[u8], now: Instant) -> u64 {
        let bytes = {
            let mut key = self.key.lock();
            if now - key.made > KEY_LIFETIME {
                *key = Key { made: now, bytes: self.rng.bytes() };
            }
            key.bytes
        };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&bytes) else { return 0 };
        mac.update(&[u8::try_from(scope).unwrap_or(u8::MAX)]);
        mac.update(who);
        let hash = mac.finalize().into_bytes();
        let mut first = [0; 8];
        first.copy_from_slice(&hash[..8]);
        u64::from_le_bytes(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_scopes() {
        for (index, allowance) in ALLOWANCES.iter().enumerate() {
            assert_eq!(allowance.scope as usize, index, "{}", allowance.name);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_then_time_must() {
        let limiter = Limiter::new(Rng::default());
        for _ in 0..5 {
            limiter.check(Scope::SignInAccount, b"ada").unwrap();
        }
        let refusal = limiter.check(Scope::SignInAccount, b"ada").unwrap_err();
        assert_eq!(refusal.retry_after, 12);
        limiter.check(Scope::SignInAccount, b"eve").unwrap();
        limiter.check(Scope::SignInAddress, b"ada").unwrap();
        tokio::time::advance(Duration::from_secs(12)).await;
        limiter.check(Scope::SignInAccount, b"ada").unwrap();
        assert!(limiter.check(Scope::SignInAccount, b"ada").is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_day_the_same_address_hashes_to_something_else() {
        let limiter = Limiter::new(Rng::default());
        let inner = limiter.0.as_ref().unwrap();
        let first = inner.hash(0, b"203.0.113.77", Instant::now());
        assert_eq!(inner.hash(0, b"203.0.113.77", Instant::now()), first);
        assert_ne!(inner.hash(1, b"203.0.113.77", Instant::now()), first);
        tokio::time::advance(KEY_LIFETIME + Duration::from_secs(1)).await;
        assert_ne!(inner.hash(0, b"203.0.113.77", Instant::now()), first);
    }

    #[test]
    fn switched_off_it_lets_everything_pass() {
        for _ in 0..1000 {
            Limiter::off().check(Scope::SignInAccount, b"ada").unwrap();
        }
    }
}
