//! The product over HTTP: one file per noun, handlers that fit a screen. What a verb does is decided in the domain; here
//! is only who asks, what they sent and how the answer looks.

mod agent;
mod ask;
mod attachment;
mod auth;
mod canned;
mod chat;
mod contact;
mod conversation;
mod department;
mod draft;
mod error;
mod event;
mod file;
mod identity;
mod inbox;
mod invite;
mod mail;
mod page;
mod reset;
mod role;
mod routing;
mod search;
mod session;
mod setup;
mod snooze;
mod status;
mod survey;
mod tag;
mod trail;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use base::Secret;
use desk::Desk;
use desk::agent::password;
use http::Method;
use moka::sync::Cache;
use tokio::sync::Semaphore;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Process;
use crate::file::Files;
use crate::post::Carrier;
use crate::problem::Problem;

pub use auth::{SignedIn, foreign_origin};
pub use chat::of_handshake;

/// What every handler has at hand. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub desk: Desk,
    pub process: Process,
    pub files: Files,
    /// Argon2 takes 19 MiB and tens of milliseconds each: four at once, the rest waits.
    hashing: Arc<Semaphore>,
    /// Where a visitor writes from, between opening the chat and the first message. Nothing of it is stored before that.
    hints: Cache<String, chat::Hint>,
    /// Who carries letters; none without a mail server.
    pub carrier: Option<Carrier>,
    /// How fast people lately answered, by inbox: looked at again every few minutes.
    paces: Cache<base::InboxId, Option<i64>>,
}

impl App {
    pub fn new(desk: Desk, process: Process, files: Files, carrier: Option<Carrier>) -> Self {
        let hints = Cache::builder().max_capacity(20_000).time_to_live(Duration::from_secs(3_600)).build();
        let paces = Cache::builder().max_capacity(1_000).time_to_live(Duration::from_secs(300)).build();
        Self { desk, process, files, hashing: Arc::new(Semaphore::new(4)), hints, carrier, paces }
    }

    /// Runs slow password work off the async threads, four at a time.
    async fn slow<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let place = self.hashing.clone().acquire_owned().await.map_err(Problem::internal)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        })
        .await
        .map_err(Problem::internal)
    }

    /// The stored form of a new password.
    async fn hash(&self, new: Secret<String>) -> Result<String, Problem> {
        let rng = self.desk.cx().rng.clone();
        self.slow(move || password::hash(&rng, &new)).await?.map_err(Problem::internal)
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Chatdesk", description = "Customer conversations over HTTP and WebSocket. docs/api-design.md says what a schema cannot."),
    components(schemas(error::ProblemDocument, desk::conversation::View, desk::draft::Mode, desk::search::Kind, file::Size)),
    tags((name = "chat", description = "For customers"), (name = "desk", description = "For agents and integrations"))
)]
struct Document;

// long: one line for each address of the API, and nothing else
fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(chat::initialize))
        .routes(routes!(chat::send))
        .routes(routes!(chat::history))
        .routes(routes!(chat::conversations))
        .routes(routes!(chat::status))
        .routes(routes!(chat::typing))
        .routes(routes!(chat::end))
        .routes(routes!(chat::transcript))
        .routes(routes!(survey::answer, survey::skip))
        .routes(routes!(identity::logout))
        .routes(routes!(setup::show, setup::run))
        .routes(routes!(session::show, session::start, session::end))
        .routes(routes!(session::change_password))
        .routes(routes!(agent::list))
        .routes(routes!(agent::update))
        .routes(routes!(agent::end_sessions))
        .routes(routes!(status::history, status::set))
        .routes(routes!(reset::create))
        .routes(routes!(reset::accept))
        .routes(routes!(department::list, department::create))
        .routes(routes!(department::update))
        .routes(routes!(department::add_member, department::remove_member))
        .routes(routes!(role::list, role::create))
        .routes(routes!(role::update, role::delete))
        .routes(routes!(invite::list, invite::create))
        .routes(routes!(invite::delete))
        .routes(routes!(invite::accept))
        .routes(routes!(mail::show))
        .routes(routes!(mail::test))
        .routes(routes!(mail::dead))
        .routes(routes!(mail::replay))
        .routes(routes!(mail::discard))
        .routes(routes!(inbox::list, inbox::create))
        .routes(routes!(inbox::update))
        .routes(routes!(inbox::versions))
        .routes(routes!(inbox::restore))
        .routes(routes!(identity::list, identity::create))
        .routes(routes!(identity::delete))
        .routes(routes!(conversation::list))
        .routes(routes!(conversation::counts))
        .routes(routes!(conversation::show))
        .routes(routes!(conversation::messages, conversation::write))
        .routes(routes!(conversation::claim, conversation::release))
        .routes(routes!(conversation::set_state))
        .routes(routes!(conversation::transfer))
        .routes(routes!(snooze::snooze, snooze::wake))
        .routes(routes!(conversation::take_over))
        .routes(routes!(ask::list))
        .routes(routes!(ask::create, ask::answer, ask::withdraw))
        .routes(routes!(conversation::mark))
        .routes(routes!(tag::list, tag::create))
        .routes(routes!(tag::update, tag::delete))
        .routes(routes!(tag::add, tag::remove))
        .routes(routes!(tag::set_priority))
        .routes(routes!(canned::list, canned::create))
        .routes(routes!(canned::update, canned::delete))
        .routes(routes!(canned::count_use))
        .routes(routes!(trail::list))
        .routes(routes!(contact::show, contact::update))
        .routes(routes!(contact::conversations))
        .routes(routes!(contact::add_note))
        .routes(routes!(contact::delete_note))
        .routes(routes!(draft::show, draft::save, draft::delete))
        .routes(routes!(draft::list))
        .routes(routes!(routing::targets))
        .routes(routes!(routing::offers))
        .routes(routes!(routing::decline))
        .routes(routes!(routing::ring))
        .routes(routes!(routing::assignment, routing::set_assignment))
        .routes(routes!(routing::set_inbox_rule))
        .routes(routes!(routing::set_department_rule))
        .routes(routes!(routing::follow_ups))
        .routes(routes!(routing::finish))
        .routes(routes!(routing::monitoring))
        .routes(routes!(routing::home))
        .routes(routes!(event::list))
        .routes(routes!(search::find))
        .routes(routes!(attachment::begin))
        .routes(routes!(attachment::show, attachment::append, attachment::discard))
        .routes(routes!(attachment::complete))
        .routes(routes!(attachment::download))
        .routes(routes!(attachment::link))
        .routes(routes!(file::begin))
        .routes(routes!(file::show, file::append, file::discard))
        .routes(routes!(file::complete))
        .routes(routes!(file::list))
        .routes(routes!(file::download))
}

/// Whether a request brings a piece of a file, which is larger than other bodies may be.
pub fn takes_pieces(method: &Method, path: &str) -> bool {
    *method == Method::PUT && (path.starts_with("/api/v1/files/") || path.starts_with("/api/chat/attachment/"))
}

/// The OpenAPI 3.1 document of every route, as JSON text.
pub fn openapi() -> String {
    documented().into_openapi().to_pretty_json().unwrap_or_default()
}

/// All product routes.
pub fn router(app: App) -> Router {
    let (router, document) = documented().split_for_parts();
    let document: Arc<str> = document.to_json().unwrap_or_default().into();
    router
        .route("/api/openapi.json", get(move || event::json_text(document.to_string())))
        .route("/api/chat/socket", get(crate::socket::customer))
        .route("/api/v1/socket", get(crate::socket::agent))
        .route("/widget/launcher.js", get(page::launcher))
        .route("/widget/frame", get(page::frame))
        .route("/widget/preview", get(page::preview))
        .route("/widget/preview/frame", get(page::preview_frame))
        .route("/chat/{key}", get(page::chat))
        .route("/test/{key}", get(page::test))
        .route("/favicon.ico", get(page::favicon))
        .with_state(app)
}
