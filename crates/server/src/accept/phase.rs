//! What a connection is doing, which decides how long it may go on: shared by the stream, which sees bytes, and the
//! service, which sees requests.

use parking_lot::Mutex;
use tokio::time::Instant;

use super::Limits;

#[derive(Debug)]
pub(super) struct Phase {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    doing: Doing,
    body_refused: bool,
}

#[derive(Clone, Copy, Debug)]
enum Doing {
    /// Nothing has arrived yet, or nothing since the last answer.
    Waiting { since: Instant, first: bool },
    /// A request's head is arriving.
    Head { since: Instant },
    /// A request is being served; its body and its answer have limits of their own.
    Request,
}

impl Phase {
    pub(super) fn new(limits: Limits) -> Self {
        let doing = Doing::Waiting { since: Instant::now(), first: true };
        Self { limits, state: Mutex::new(State { doing, body_refused: false }) }
    }

    /// Bytes have arrived. Says whether they begin a request.
    pub(super) fn read(&self) -> bool {
        let mut state = self.state.lock();
        let begins = matches!(state.doing, Doing::Waiting { .. });
        if let Doing::Waiting { since, first } = state.doing {
            let since = if first { since } else { Instant::now() };
            state.doing = Doing::Head { since };
        }
        begins
    }

    /// Bytes have left: whoever still reads an answer is not idle.
    pub(super) fn wrote(&self) {
        let mut state = self.state.lock();
        if let Doing::Waiting { since, first: false } = &mut state.doing {
            *since = Instant::now();
        }
    }

    pub(super) fn begin_request(&self) {
        self.state.lock().doing = Doing::Request;
    }

    pub(super) fn end_request(&self, body_refused: bool) {
        let doing = Doing::Waiting { since: Instant::now(), first: false };
        *self.state.lock() = State { doing, body_refused };
    }

    /// Whether the last answer refused a request with a body, of which more may be on its way.
    pub(super) fn body_refused(&self) -> bool {
        self.state.lock().body_refused
    }

    /// When the connection has lasted too long in what it is doing.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.state.lock().doing {
            Doing::Waiting { since, first: true } | Doing::Head { since } => Some(since + self.limits.head),
            Doing::Waiting { since, first: false } => Some(since + self.limits.idle),
            Doing::Request => None,
        }
    }
}
