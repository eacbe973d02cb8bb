//! Token buckets as one number each: the moment at which the bucket will be full again. Time is handed in.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use parking_lot::Mutex;

use super::{Allowance, SlowDown};

const SHARDS: usize = 16;
/// Per shard; in all about 260,000 buckets or 8 MB under the worst attack.
const SHARD_CAPACITY: usize = 16 * 1024;
/// A full shard is searched for buckets that have refilled at most this often.
const SWEEP_PAUSE: u64 = 1_000_000;

#[derive(Debug)]
pub(super) struct Buckets {
    shards: [Mutex<Shard>; SHARDS],
    capacity: usize,
}

#[derive(Debug, Default)]
struct Shard {
    /// Microseconds since the start at which the bucket is full again.
    full_at: HashMap<u64, u64>,
    swept_at: u64,
}

impl Buckets {
    pub(super) fn new() -> Self {
        Self::with_capacity(SHARD_CAPACITY)
    }

    fn with_capacity(capacity: usize) -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), capacity }
    }

    /// Takes a token from the bucket `key`; `now` counts from an arbitrary start and never goes back.
    pub(super) fn take(&self, allowance: &Allowance, key: u64, now: Duration) -> Result<(), SlowDown> {
        let now = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        let mut shard = self.shards[(key >> 60) as usize % SHARDS].lock();
        shard.make_room(key, now, self.capacity, allowance)?;
        let interval = 60_000_000 / u64::from(allowance.per_minute.max(1));
        let tolerance = interval * u64::from(allowance.burst.saturating_sub(1));
        let slot = match shard.full_at.entry(key) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => slot.insert(now),
        };
        let full_at = (*slot).max(now);
        if full_at - now > tolerance {
            return Err(SlowDown { retry_after: (full_at - now - tolerance).div_ceil(1_000_000).max(1) });
        }
        *slot = full_at + interval;
        Ok(())
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().full_at.len()).sum()
    }
}

impl Shard {
    fn make_room(&mut self, key: u64, now: u64, capacity: usize, allowance: &Allowance) -> Result<(), SlowDown> {
        if self.full_at.len() < capacity || self.full_at.contains_key(&key) {
            return Ok(());
        }
        if now >= self.swept_at + SWEEP_PAUSE || self.swept_at == 0 {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.swept_at = now.max(1);
        }
        if self.full_at.len() < capacity {
            return Ok(());
        }
        if allowance.guards_secret {
            return Err(SlowDown { retry_after: 60 });
        }
        if let Some(forgotten) = self.full_at.keys().next().copied() {
            self.full_at.remove(&forgotten);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limit::{ALLOWANCES, Scope};

    const fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn it_allows_a_burst_and_then_the_rate_and_never_more_than_the_burst() {
        let buckets = Buckets::new();
        let allowance = ALLOWANCES[Scope::ChatMessageSession as usize];
        let taken = |now| (0..100).take_while(|_| buckets.take(&allowance, 1, now).is_ok()).count();
        assert_eq!(taken(at(0)), 10);
        assert_eq!(taken(at(1_999)), 0);
        assert_eq!(taken(at(2_000)), 1);
        assert_eq!(taken(at(12_000)), 5);
        assert_eq!(taken(at(3_600_000)), 10);
        let wait = buckets.take(&allowance, 1, at(3_600_500)).unwrap_err();
        assert_eq!(wait.retry_after, 2);
    }

    #[test]
    fn a_full_table_forgets_refilled_buckets_first_and_stays_bounded() {
        let buckets = Buckets::with_capacity(2);
        let chat = ALLOWANCES[Scope::ChatMessageSession as usize];
        for key in 0..100 {
            assert!(buckets.take(&chat, key, at(0)).is_ok());
        }
        assert_eq!(buckets.len(), 2);
        assert!(buckets.take(&chat, 500, at(60_000)).is_ok());
        assert_eq!(buckets.len(), 1);
    }

    #[test]
    fn a_full_table_refuses_newcomers_where_a_secret_is_guarded() {
        let buckets = Buckets::with_capacity(2);
        let sign_in = ALLOWANCES[Scope::SignInAddress as usize];
        assert!(buckets.take(&sign_in, 1, at(0)).is_ok());
        assert!(buckets.take(&sign_in, 2, at(0)).is_ok());
        assert!(buckets.take(&sign_in, 3, at(0)).is_err());
        assert!(buckets.take(&sign_in, 1, at(0)).is_ok());
        assert!(buckets.take(&sign_in, 3, at(60_000)).is_ok());
    }
}
