//! The log: JSON lines on stderr, UTC. One line per request at most, and at the level `info` only for failures and slow
//! ones. Never bodies, names, tokens or addresses: a line holds ids, patterns and numbers.

use std::sync::Once;
use std::time::Duration;

use http::{Method, StatusCode};
use tracing_subscriber::EnvFilter;

use crate::request_id::Call;

/// Slower requests are worth a line.
const SLOW: Duration = Duration::from_secs(1);

/// Starts logging with a `tracing` filter. Later calls in the same process change nothing.
pub fn init(filter: &str) {
    let filter = EnvFilter::try_new(of_level(filter)).unwrap_or_else(|_| EnvFilter::new(of_level("info")));
    let logger = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _already_set_by_a_test = logger.try_init();
    count_panics();
}

/// A plain level is meant for this program. Libraries speak of a desk's insides (frames, statements) below `warn`; whoever
/// wants that names them.
fn of_level(filter: &str) -> String {
    if filter.contains(['=', ',']) {
        return filter.to_owned();
    }
    let own = ["bus", "chatdesk", "db", "desk", "server"].map(|name| format!(",{name}={filter}"));
    format!("warn{}", own.concat())
}

/// From now on a panic anywhere adds one to `app_panics_total` and logs where it happened. Its message is left out,
/// because it may quote what a customer wrote.
pub fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            metrics::counter!("app_panics_total").increment(1);
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            let thread = std::thread::current();
            tracing::error!(place, thread = thread.name().unwrap_or(""), "panic");
        }));
    });
}

/// The line for one finished request.
pub(crate) fn request(call: &Call, method: &Method, status: StatusCode, latency: Duration, fault: Option<&str>) {
    let millis = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
    macro_rules! line {
        ($level:ident, $text:literal) => {
            tracing::$level!(
                request_id = %call.id(),
                method = method_name(method),
                route = call.route(),
                status = status.as_u16(),
                principal = call.principal(),
                latency_ms = millis,
                fault,
                $text
            )
        };
    }
    if status.is_server_error() {
        line!(error, "request failed");
    } else if latency > SLOW {
        line!(info, "slow request");
    } else {
        line!(debug, "request");
    }
}

/// The method as a word out of a closed list.
pub(crate) fn method_name(method: &Method) -> &'static str {
    METHODS[method_index(method)]
}

pub(crate) const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "OTHER"];

pub(crate) fn method_index(method: &Method) -> usize {
    METHODS.iter().position(|name| *name == method.as_str()).unwrap_or(METHODS.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::of_level;

    #[test]
    fn a_plain_level_leaves_libraries_at_warn() {
        assert_eq!(of_level("debug"), "warn,bus=debug,chatdesk=debug,db=debug,desk=debug,server=debug");
        assert_eq!(of_level("info,hyper=trace"), "info,hyper=trace");
    }
}
