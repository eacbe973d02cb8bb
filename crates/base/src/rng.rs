//! Randomness, handed in like time: from the operating system for secrets, ordered UUIDs for identifiers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::Rng as _;
use uuid::Uuid;

/// The source of random bytes and of identifiers. Clones share the identifiers' order.
#[derive(Clone, Debug, Default)]
pub struct Rng {
    /// Milliseconds (upper 48 bits, as far as they reach) and a counter (lower 12 bits) of the newest identifier.
    newest: Arc<AtomicU64>,
}

impl Rng {
    /// `N` bytes from a generator seeded by the operating system: good for tokens and keys.
    #[allow(clippy::disallowed_methods, reason = "the one place where randomness is drawn")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        rand::rng().fill_bytes(&mut bytes);
        bytes
    }

    /// A UUIDv7 that is greater than every one this source made before, also within a millisecond
    /// (a 12-bit counter that borrows from the future when more than 4,096 are made in one).
    pub fn uuid_v7(&self, now: crate::Time) -> Uuid {
        let wanted = u64::try_from(now.millis()).unwrap_or(0) << 12;
        let mut seen = self.newest.load(Ordering::Relaxed);
        let mine = loop {
            let next = wanted.max(seen + 1);
            match self.newest.compare_exchange_weak(seen, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => break next,
                Err(now_seen) => seen = now_seen,
            }
        };
        let random = u64::from_ne_bytes(self.bytes::<8>());
        let high = ((mine >> 12) << 16) | 0x7000 | (mine & 0x0fff);
        let low = 0x8000_0000_0000_0000 | (random >> 2);
        Uuid::from_u64_pair(high, low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Time;

    #[test]
    fn identifiers_are_version_7_and_carry_their_millisecond() {
        let uuid = Rng::default().uuid_v7(Time(1_777_800_664_120));
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(uuid.get_variant(), uuid::Variant::RFC4122);
        assert_eq!(uuid.as_u128() >> 80, 1_777_800_664_120);
    }

    #[test]
    fn bytes_differ() {
        let rng = Rng::default();
        assert_ne!(rng.bytes::<32>(), rng.bytes::<32>());
    }
}
