//! Who looks on: notes every answer and frame and every secret, reads the log, and at the end of a story asks whether a
//! secret came back and whether what is stored is whole.

use std::io::{self, Write};
use std::sync::{Arc, Once};

use parking_lot::Mutex;
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::{Desk, rows};

/// What was said and what must not be. Cheap to clone.
#[derive(Clone, Default)]
pub struct Witness(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    secrets: Vec<(String, String)>,
    said: Vec<(String, String)>,
}

impl Witness {
    /// From now on this text is a secret of the story.
    pub fn keeps(&self, what: &str, secret: &str) {
        self.0.lock().secrets.push((what.to_owned(), secret.to_owned()));
    }

    pub fn saw(&self, place: &str, text: &str) {
        self.0.lock().said.push((place.to_owned(), text.to_owned()));
    }

    fn finds_no_secret(&self) {
        let seen = self.0.lock();
        for (what, secret) in &seen.secrets {
            for (place, text) in &seen.said {
                assert!(!text.contains(secret), "{what} came back in {place}: {text}");
            }
            assert!(!was_logged(secret), "{what} is in the log");
        }
    }
}

/// What all servers of this process log, at the levels that operators may set.
static LOG: Mutex<String> = Mutex::new(String::new());

struct Listener;

impl Write for Listener {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Listener {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

/// Keeps what is logged, in place of the server's own logger.
pub fn listens_to_the_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let filter = EnvFilter::new("info,server=trace,desk=trace,db=trace,bus=trace,channel=trace");
        let logger = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(Listener);
        logger.try_init().expect("the first logger of the process");
    });
}

/// Whether a text was ever logged.
pub fn was_logged(text: &str) -> bool {
    LOG.lock().contains(text)
}

/// What must be so after every story.
pub async fn at_the_end(desk: &Desk) {
    desk.witness().finds_no_secret();
    rows::are_whole(desk).await;
}
