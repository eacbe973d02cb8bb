//! What the stories are told with: a desk that runs in this process, people who use it, and a witness who looks at every
//! answer and, at the end of each story, at what is stored. No story stands here.

mod ask;
mod desk;
mod ear;
mod people;
mod place;
mod rows;
pub mod schema;
mod witness;

use std::future::Future;
use std::sync::Once;
use std::time::Duration;

use db::Engine;
use tokio::runtime::{Builder, Runtime};

pub use ask::{Answer, Ask};
pub use desk::Desk;
pub use ear::Ear;
pub use people::{Agent, Customer, Message, message_body};
pub use place::{Conduct, PASSWORD, Place};
pub use witness::was_logged;

/// How long anything may take that must happen: generous, because a busy machine proves nothing.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A fresh id for a message.
pub fn client_id() -> String {
    rig::client_id()
}

/// Tells one story.
pub fn tell<F: Future<Output = ()>>(engine: Engine, story: impl FnOnce(Place) -> F) {
    show_panics();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    run(&runtime, engine, story);
}

/// Tells one story in which timers ring only when it calls `tokio::time::advance`.
pub fn tell_in_still_time<F: Future<Output = ()>>(engine: Engine, story: impl FnOnce(Place) -> F) {
    show_panics();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    // a paused clock runs ahead whenever everything waits, except while blocking work is under way
    let (done, held) = std::sync::mpsc::channel::<()>();
    // a story that waits for what never comes is let go after a while, so that its own patience ends
    runtime.spawn_blocking(move || held.recv_timeout(PATIENCE * 4));
    run(&runtime, engine, async |place| {
        tokio::time::pause();
        story(place).await;
    });
    drop(done);
}

fn run<F: Future<Output = ()>>(runtime: &Runtime, engine: Engine, story: impl FnOnce(Place) -> F) {
    runtime.block_on(async {
        let place = Place::new(engine);
        let desks = place.desks();
        story(place).await;
        for desk in desks.take() {
            witness::at_the_end(&desk).await;
            desk.close().await;
        }
    });
}

/// The server counts panics and keeps their words to itself; here they must be read.
fn show_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let plain = std::panic::take_hook();
        server::log::count_panics();
        let counting = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            counting(panic);
            plain(panic);
        }));
    });
}
