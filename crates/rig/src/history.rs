//! What clients did and saw, and pure checks of it against the stored log: nothing acknowledged is lost, nothing is doubled,
//! invented, altered or out of order, and every reader has the whole log. No I/O, no clock.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde_json::Value;

/// One message a client wrote. A writer sends its next one only when the outcome of the one before is known.
#[derive(Debug, Clone)]
pub struct Sent {
    pub writer: usize,
    /// Position among the writer's messages, rising.
    pub order: u64,
    pub client_id: String,
    pub text: String,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server said it is stored, as this.
    Acked { id: String, seq: i64 },
    /// No whole answer came: stored or not, but at most once.
    Unknown,
    /// The server said no: it must not be stored.
    Refused,
}

/// One message as the server shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub id: String,
    pub seq: i64,
    pub client_id: Option<String>,
    pub text: String,
}

impl Stored {
    /// From a Message object of the API.
    #[must_use]
    pub fn from_message(message: &Value) -> Stored {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Stored {
            id: text(&message["id"]).unwrap_or_default(),
            seq: message["seq"].as_i64().unwrap_or_default(),
            client_id: text(&message["client_id"]),
            text: text(&message["content"]["text"]).unwrap_or_default(),
        }
    }
}

/// A broken guarantee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// Acknowledged and not in the log.
    Lost { client_id: String, seq: i64 },
    /// The log differs from what was acknowledged or sent.
    Altered { client_id: String, seq: i64, what: &'static str },
    /// Stored more than once.
    Duplicate { client_id: String, seqs: Vec<i64> },
    /// Stored though nobody sent it, or though it was refused.
    Invented { seq: i64, id: String },
    /// The numbers are not 1, 2, 3 …
    Gap { expected: i64, found: i64 },
    /// A writer's later message stands before its earlier one.
    Inversion { writer: usize, earlier: i64, later: i64 },
    /// A reader lacks messages of the log, the first at this number.
    Unread { seq: i64, missing: usize },
    /// A reader has something the log has not, or in another place.
    Misread { seq: i64, id: String },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// Checks one conversation: everything that was sent into it against its whole log, oldest first.
#[must_use]
pub fn check_log(sent: &[Sent], log: &[Stored]) -> Vec<Violation> {
    let mut violations = check_numbers(log);
    let mut places: HashMap<&str, Vec<&Stored>> = HashMap::new();
    for stored in log {
        places.entry(stored.client_id.as_deref().unwrap_or_default()).or_default().push(stored);
    }
    for (client_id, stored) in &places {
        if stored.len() > 1 && !client_id.is_empty() {
            let seqs = stored.iter().map(|stored| stored.seq).collect();
            violations.push(Violation::Duplicate { client_id: (*client_id).to_owned(), seqs });
        }
    }
    let known: HashMap<&str, &Sent> = sent.iter().map(|sent| (sent.client_id.as_str(), sent)).collect();
    for stored in log {
        let sender = stored.client_id.as_deref().and_then(|client_id| known.get(client_id));
        if sender.is_none_or(|sent| sent.outcome == Outcome::Refused) {
            violations.push(Violation::Invented { seq: stored.seq, id: stored.id.clone() });
        }
    }
    for sent in sent {
        violations
            .extend(check_sent(sent, places.get(sent.client_id.as_str()).and_then(|stored| stored.first().copied())));
    }
    violations.extend(check_writers(sent, &places));
    violations
}

fn check_numbers(log: &[Stored]) -> Vec<Violation> {
    let expected = (1..).zip(log);
    // One violation is enough: after the first gap every number is off.
    let gap = expected
        .filter(|(expected, stored)| *expected != stored.seq)
        .map(|(expected, stored)| Violation::Gap { expected, found: stored.seq });
    gap.take(1).collect()
}

fn check_sent(sent: &Sent, stored: Option<&Stored>) -> Option<Violation> {
    let client_id = sent.client_id.clone();
    match (&sent.outcome, stored) {
        (Outcome::Acked { seq, .. }, None) => Some(Violation::Lost { client_id, seq: *seq }),
        (Outcome::Acked { id, seq }, Some(stored)) if stored.id != *id || stored.seq != *seq => {
            Some(Violation::Altered { client_id, seq: *seq, what: "id or seq" })
        }
        (_, Some(stored)) if stored.text != sent.text => {
            Some(Violation::Altered { client_id, seq: stored.seq, what: "text" })
        }
        _ => None,
    }
}

/// A writer waits for each answer, so its messages stand in the order it wrote them.
fn check_writers(sent: &[Sent], places: &HashMap<&str, Vec<&Stored>>) -> Vec<Violation> {
    let mut writers: BTreeMap<usize, Vec<(u64, i64)>> = BTreeMap::new();
    for sent in sent {
        if let Some(stored) = places.get(sent.client_id.as_str()).and_then(|stored| stored.first()) {
            writers.entry(sent.writer).or_default().push((sent.order, stored.seq));
        }
    }
    let mut violations = Vec::new();
    for (writer, mut messages) in writers {
        messages.sort_unstable();
        for pair in messages.windows(2) {
            if pair[0].1 >= pair[1].1 {
                violations.push(Violation::Inversion { writer, earlier: pair[0].1, later: pair[1].1 });
            }
        }
    }
    violations
}

/// Checks what one reader heard of a conversation, in the order it heard it, against the whole log.
#[must_use]
pub fn check_reader(log: &[Stored], heard: &[Stored]) -> Vec<Violation> {
    let differing = heard.iter().zip(log).find(|(heard, stored)| heard != stored).map(|(heard, _)| heard);
    let beyond = heard.get(log.len());
    if let Some(wrong) = differing.or(beyond) {
        return vec![Violation::Misread { seq: wrong.seq, id: wrong.id.clone() }];
    }
    let missing =
        log.get(heard.len()).map(|first| Violation::Unread { seq: first.seq, missing: log.len() - heard.len() });
    missing.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(seq: i64) -> Stored {
        Stored { id: format!("message_{seq}"), seq, client_id: Some(format!("key{seq}")), text: format!("text {seq}") }
    }

    /// Two writers taking turns; every message acknowledged.
    fn history() -> (Vec<Sent>, Vec<Stored>) {
        let log: Vec<Stored> = (1..=6).map(stored).collect();
        let sent = log.iter().map(|stored| Sent {
            writer: usize::from(stored.seq % 2 == 0),
            order: stored.seq as u64,
            client_id: stored.client_id.clone().unwrap(),
            text: stored.text.clone(),
            outcome: Outcome::Acked { id: stored.id.clone(), seq: stored.seq },
        });
        (sent.collect(), log)
    }

    #[test]
    fn a_sound_history_passes() {
        let (mut sent, log) = history();
        assert_eq!(check_log(&sent, &log), []);
        sent[5].outcome = Outcome::Unknown;
        assert_eq!(check_log(&sent, &log), [], "an unknown outcome may be stored");
        assert_eq!(check_log(&sent, &log[..5]), [], "or not");
        assert_eq!(check_reader(&log, &log), []);
    }

    #[test]
    fn a_lost_acknowledged_message_is_caught() {
        let (sent, log) = history();
        assert_eq!(check_log(&sent, &log[..5]), [Violation::Lost { client_id: "key6".into(), seq: 6 }]);
    }

    #[test]
    fn a_gap_is_caught() {
        let (sent, mut log) = history();
        log[5].seq = 7;
        assert!(check_log(&sent, &log).contains(&Violation::Gap { expected: 6, found: 7 }));
        assert!(check_log(&sent, &log).contains(&Violation::Altered {
            client_id: "key6".into(),
            seq: 6,
            what: "id or seq"
        }));
    }

    #[test]
    fn a_duplicate_is_caught_even_with_a_new_id() {
        let (sent, mut log) = history();
        log.push(Stored { id: "message_7".into(), seq: 7, ..log[2].clone() });
        assert_eq!(check_log(&sent, &log), [Violation::Duplicate { client_id: "key3".into(), seqs: vec![3, 7] }]);
    }

    #[test]
    fn an_invented_or_refused_message_is_caught() {
        let (mut sent, mut log) = history();
        sent[5].outcome = Outcome::Refused;
        log.push(Stored { id: "message_7".into(), seq: 7, client_id: None, text: "boo".into() });
        let expected = [
            Violation::Invented { seq: 6, id: "message_6".into() },
            Violation::Invented { seq: 7, id: "message_7".into() },
        ];
        assert_eq!(check_log(&sent, &log), expected);
    }

    #[test]
    fn an_altered_text_is_caught() {
        let (sent, mut log) = history();
        log[1].text = "other".into();
        assert_eq!(check_log(&sent, &log), [Violation::Altered { client_id: "key2".into(), seq: 2, what: "text" }]);
    }

    #[test]
    fn a_writers_messages_in_the_wrong_order_are_caught() {
        let (mut sent, log) = history();
        sent[0].order = 3;
        sent[2].order = 1;
        assert_eq!(check_log(&sent, &log), [Violation::Inversion { writer: 0, earlier: 3, later: 1 }]);
    }

    #[test]
    fn a_reader_with_a_gap_a_repetition_a_swap_or_a_missing_end_is_caught() {
        let (_, log) = history();
        let without =
            |at: usize| log.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, s)| s.clone()).collect::<Vec<_>>();
        assert_eq!(check_reader(&log, &without(5)), [Violation::Unread { seq: 6, missing: 1 }]);
        assert_eq!(check_reader(&log, &without(2)), [Violation::Misread { seq: 4, id: "message_4".into() }]);
        let mut twice = log.clone();
        twice.insert(3, log[2].clone());
        assert_eq!(check_reader(&log, &twice), [Violation::Misread { seq: 3, id: "message_3".into() }]);
        let mut swapped = log.clone();
        swapped.swap(0, 1);
        assert_eq!(check_reader(&log, &swapped), [Violation::Misread { seq: 2, id: "message_2".into() }]);
        let mut more = log.clone();
        more.push(stored(7));
        assert_eq!(check_reader(&log, &more), [Violation::Misread { seq: 7, id: "message_7".into() }]);
    }
}
