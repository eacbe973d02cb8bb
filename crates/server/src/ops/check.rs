//! Checks of readiness: named questions with a time limit, whose answers are kept for a second.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use http::StatusCode;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, timeout};

/// How old an answer may be.
const FRESH: Duration = Duration::from_secs(1);
/// A check that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a check found. The reasons are for operators; no secret belongs in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    Ok,
    /// Works, with less: still ready.
    Degraded(String),
    /// Nobody should be sent here.
    Failing(String),
}

impl Health {
    fn word(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded(_) => "degraded",
            Self::Failing(_) => "failing",
        }
    }
}

type Question = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Health> + Send>> + Send + Sync>;

/// The checks of this node. Cheap to clone.
#[derive(Clone, Default)]
pub struct Checks(Arc<Inner>);

#[derive(Default)]
struct Inner {
    questions: Mutex<BTreeMap<&'static str, Question>>,
    /// Held while asking, so that a flood of probes asks once.
    last: tokio::sync::Mutex<Option<(Instant, Report)>>,
}

impl fmt::Debug for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Checks")
    }
}

/// The answers, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Report(BTreeMap<&'static str, Health>);

impl Checks {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a check or replaces the one of that name. It is asked at most once a second and given two seconds.
    pub fn add<F>(&self, name: &'static str, question: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = Health> + Send + 'static,
    {
        self.0.questions.lock().insert(name, Arc::new(move || Box::pin(question())));
    }

    pub(super) async fn report(&self) -> Report {
        let mut last = self.0.last.lock().await;
        if let Some((at, report)) = &*last
            && at.elapsed() < FRESH
        {
            return report.clone();
        }
        let questions: Vec<(&'static str, Question)> =
            self.0.questions.lock().iter().map(|(name, question)| (*name, question.clone())).collect();
        let answers = questions.into_iter().map(|(name, question)| async move {
            let late = Health::Failing("no answer within two seconds".to_owned());
            (name, timeout(PATIENCE, question()).await.unwrap_or(late))
        });
        let report = Report(join_all(answers).await.into_iter().collect());
        *last = Some((Instant::now(), report.clone()));
        report
    }
}

impl Report {
    pub(super) fn verdict(&self) -> (StatusCode, &'static str) {
        let any = |word: &str| self.0.values().any(|health| health.word() == word);
        match (any("failing"), any("degraded")) {
            (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "failing"),
            (false, true) => (StatusCode::OK, "degraded"),
            (false, false) => (StatusCode::OK, "ok"),
        }
    }

    pub(super) fn document(&self, with_reasons: bool) -> Value {
        let mut document = Map::new();
        for (name, health) in &self.0 {
            let mut entry = json!({ "status": health.word() });
            if let (true, Health::Degraded(reason) | Health::Failing(reason)) = (with_reasons, health) {
                entry["reason"] = reason.as_str().into();
            }
            document.insert((*name).to_owned(), entry);
        }
        Value::Object(document)
    }
}
