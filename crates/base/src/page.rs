//! Keyset pages: how many rows to give, and where the last page ended.

use serde::Serialize;

/// One page of a list; `next` is the cursor of the page after it, none at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// The most rows that a page holds.
pub const MAX_LIMIT: i64 = 100;

/// What the caller wants, held to 1 … [`MAX_LIMIT`]; 50 when nothing is said.
pub fn limit(wanted: Option<i64>) -> i64 {
    wanted.unwrap_or(50).clamp(1, MAX_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_stays_within_bounds() {
        assert_eq!([limit(None), limit(Some(0)), limit(Some(7)), limit(Some(5_000))], [50, 1, 7, 100]);
    }
}
