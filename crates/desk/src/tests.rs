//! What the domain's stories are told with: a desk on an empty database of either engine, and a clock that the story moves.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

use base::{Clock, ConversationId, Rng, Secret};
use bus::Bus;
use channel::{Content, Inbound};
use db::{Committed, Db, Engine, Options, Tx, sql};
use rig::daemon::Postgres;
use rig::process::Scratch;

use crate::actor::Role;
use crate::agent::{self, NewAccount};
use crate::conversation::{self, Conversation, Received};
use crate::error::{Error, Rejection, Result};
use crate::inbox::Inbox;
use crate::token::{self, Visitor};
use crate::{Actor, AgentActor, Desk, setting, write};

/// Runs each story on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    super::$story($crate::tests::Place::new(db::Engine::Sqlite).await).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    super::$story($crate::tests::Place::new(db::Engine::Postgres).await).await;
                }
            )+
        }
    };
}

mod oracle;

/// 2026-05-03T09:31:04.120Z.
pub const START: i64 = 1_777_800_664_120;
pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// A desk that is set up, with its administrator and its inbox.
pub struct Place {
    pub desk: Desk,
    pub clock: Clock,
    pub ada: AgentActor,
    pub inbox: Inbox,
    _scratch: Scratch,
}

impl Deref for Place {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

/// An account whose password nobody has to prove.
pub fn account(name: &str) -> NewAccount {
    let email = format!("{}@acme.com", name.to_lowercase());
    NewAccount { name: name.to_owned(), email, password_hash: "$argon2id$none".to_owned() }
}

impl Place {
    pub async fn new(engine: Engine) -> Self {
        let scratch = Scratch::new("domain", "KILL").unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", scratch.path().join("desk.db").display()),
            Engine::Postgres => Postgres::shared().unwrap().create_database().unwrap(),
        };
        let db = Db::open(&Options { readers: 1, writers: 2, ..Options::new(url) }).unwrap();
        db.migrate(crate::MIGRATIONS).unwrap();
        let clock = Clock::fixed(START);
        let cx = write::context(&db, clock.clone(), Rng::default()).await.unwrap();
        let bus = Bus::open("local:", &cx.deployment.id).await.unwrap();
        let desk = Desk::new(db, cx, bus);
        let code = Secret::new("the one-time code".to_owned());
        let done = desk.write("setup", move |tx, cx| {
            setting::set_setup_code(tx, cx, &code)?;
            agent::set_up(tx, cx, &code, &account("Ada"), "Acme")
        });
        let done = done.await.unwrap();
        Self { desk, clock, ada: done.started.actor, inbox: done.inbox, _scratch: scratch }
    }

    /// A new colleague, signed in.
    pub async fn agent(&self, name: &str) -> AgentActor {
        let (ada, account) = (Actor::Agent(self.ada.clone()), account(name));
        let joined = self.write("invite", move |tx, cx| {
            let (_, token) = agent::create_invite(tx, cx, &ada, Role::Agent)?;
            agent::accept_invite(tx, cx, &token, &account)
        });
        joined.await.unwrap().actor
    }

    /// A visitor's token, made now.
    pub fn visitor(&self) -> Visitor {
        let cx = self.cx();
        let token = token::issue_visitor(&cx.deployment.visitor_key, &cx.rng, self.inbox.id, cx.now());
        token::read_visitor(&cx.deployment.visitor_key, token.reveal()).unwrap()
    }

    pub async fn receives(
        &self,
        visitor: &Visitor,
        conversation: Option<ConversationId>,
        inbound: Inbound,
    ) -> Result<Received> {
        let visitor = visitor.clone();
        self.write(visitor.hash.clone(), move |tx, cx| {
            conversation::receive(tx, cx, &visitor, None, conversation, &inbound)
        })
        .await
    }

    /// A visitor writes; the answer is where it went.
    pub async fn says(&self, visitor: &Visitor, text: &str) -> ConversationId {
        self.receives(visitor, None, inbound(text)).await.unwrap().message.conversation_id
    }

    pub async fn sees(&self, id: ConversationId) -> Conversation {
        let ada = Actor::Agent(self.ada.clone());
        self.read(move |tx, _| Ok(conversation::get(tx, &ada, id)?.value)).await.unwrap()
    }

    pub async fn head(&self) -> i64 {
        self.read(|tx, _| Ok(tx.head()?)).await.unwrap()
    }

    pub async fn events_after(&self, seq: i64) -> Vec<Committed> {
        self.read(move |tx, _| Ok(tx.events_after(seq, 10_000)?)).await.unwrap()
    }

    pub async fn kinds_after(&self, seq: i64) -> Vec<String> {
        self.events_after(seq).await.iter().map(|event| event.kind.to_string()).collect()
    }

    /// Changes rows past the verbs, as a fault or an older version would have.
    pub async fn rewrites(&self, text: &'static str) {
        let changed = self.write("story", move |tx: &mut Tx<'_>, _| Ok(sql(text).run(tx)?)).await.unwrap();
        assert!(changed > 0, "{text} changed nothing");
    }

    pub async fn count(&self, text: &'static str) -> i64 {
        self.read(move |tx, _| Ok(sql(text).one(tx)?)).await.unwrap()
    }
}

/// A message with a client id of its own.
pub fn inbound(text: &str) -> Inbound {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let client_id = format!("01890a5d-ac96-774b-bcce-{:012x}", COUNT.fetch_add(1, Ordering::Relaxed));
    Inbound {
        client_id,
        content: Content::text(text),
        attachments: Vec::new(),
        reply_to: None,
        locale: None,
        page: None,
    }
}

/// Why it was refused.
#[track_caller]
pub fn refusal<T: std::fmt::Debug>(result: Result<T>) -> Rejection {
    match result.unwrap_err() {
        Error::Rejected(rejection) => *rejection,
        Error::Db(error) => panic!("{error}"),
    }
}
