//! A histogram of durations with a relative error below 1 %, of fixed size whatever is put in. Pure.

use serde_json::{Value, json};

/// Buckets per doubling: the width of one is 1/128 of its value at most.
const FINE: u64 = 128;
/// Nanoseconds up to 2^7 are exact, then 128 buckets for each doubling up to 2^40 (18 minutes).
const BUCKETS: usize = 128 + 33 * 128;

#[derive(Debug, Clone)]
pub struct Histogram {
    counts: Vec<u32>,
    total: u64,
    largest: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { counts: vec![0; BUCKETS], total: 0, largest: 0 }
    }
}

impl Histogram {
    /// Counts one duration, in nanoseconds.
    pub fn record(&mut self, nanoseconds: u64) {
        let bucket = bucket_of(nanoseconds).min(BUCKETS - 1);
        self.counts[bucket] = self.counts[bucket].saturating_add(1);
        self.total += 1;
        self.largest = self.largest.max(nanoseconds);
    }

    /// The duration in milliseconds below which this share (0 to 1) of all lie; NaN when there are none.
    #[must_use]
    pub fn quantile_ms(&self, share: f64) -> f64 {
        if self.total == 0 {
            return f64::NAN;
        }
        let rank = ((share * self.total as f64).ceil() as u64).clamp(1, self.total);
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= rank {
                return highest_in(bucket).min(self.largest) as f64 / 1e6;
            }
        }
        self.largest as f64 / 1e6
    }

    /// `{n, p50, p90, p99, p999, max}` in milliseconds.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let at = |share| round(self.quantile_ms(share));
        json!({"n": self.total, "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "p999": at(0.999), "max": at(1.0)})
    }
}

/// Milliseconds to three places; null when there is no number.
#[must_use]
pub fn round(value: f64) -> Value {
    if value.is_finite() { json!((value * 1000.0).round() / 1000.0) } else { Value::Null }
}

fn bucket_of(value: u64) -> usize {
    if value < FINE {
        return value as usize;
    }
    let doubling = u64::from(value.ilog2()) - 7;
    let within = (value >> doubling) - FINE;
    (FINE + doubling * FINE + within) as usize
}

/// The largest value that falls into a bucket.
fn highest_in(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < FINE {
        return bucket;
    }
    let (doubling, within) = ((bucket - FINE) / FINE, (bucket - FINE) % FINE);
    ((FINE + within + 1) << doubling) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_in_its_bucket_within_one_percent() {
        for value in (0..40).flat_map(|bit| [1_u64 << bit, (1 << bit) + 1, (1 << bit) * 3 / 2]) {
            let highest = highest_in(bucket_of(value));
            assert!(highest >= value, "{value} in a bucket up to {highest}");
            assert!((highest - value) as f64 <= value as f64 * 0.01, "{value} shown as {highest}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_values() {
        let mut histogram = Histogram::default();
        for value in 1..=1000_u64 {
            histogram.record(value * 1_000_000);
        }
        for (share, expected) in [(0.5, 500.0), (0.9, 900.0), (0.99, 990.0), (0.999, 999.0), (1.0, 1000.0)] {
            let found = histogram.quantile_ms(share);
            assert!((found - expected).abs() <= expected * 0.01, "{share}: {found}");
        }
        assert_eq!(histogram.to_json()["n"], 1000);
    }

    #[test]
    fn nothing_and_enormous_values_are_no_trouble() {
        let mut histogram = Histogram::default();
        assert!(histogram.to_json()["p50"].is_null());
        histogram.record(u64::MAX);
        assert_eq!(histogram.to_json()["n"], 1);
        assert!(histogram.quantile_ms(0.5) > 1e6);
    }
}
