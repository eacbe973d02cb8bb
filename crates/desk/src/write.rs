//! The desk itself: the only way to change anything is [`Desk::write`], the only way to read is [`Desk::read`].

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base::{AgentId, Clock, ConversationId, Rng};
use bus::Bus;
use db::{Db, DbError, Tx};
use moka::sync::Cache;
use parking_lot::Mutex;

use crate::actor::{AgentActor, ContactActor};
use crate::audience::{Audience, Heard};
use crate::consumer::floor::Floor;
use crate::consumer::hub::Hub;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::token::{self, Visitor};
use crate::{agent, contact, conversation, routing, setting, status};

/// The product, wired: database, context, bus and the hub of open sockets. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    cx: Context,
    bus: Bus,
    hub: Hub,
    floor: Floor,
    /// Session token hash → who it is. Events that end or change a session empty it; the time bounds a missed event.
    sessions: Cache<String, Arc<AgentActor>>,
    /// Grows whenever the sessions are forgotten, so that a look-up that began before does not bring one back.
    sessions_age: AtomicU64,
    /// Visitor token hash → who it is.
    visitors: Cache<String, Arc<ContactActor>>,
}

/// How long a session may be believed without looking. Revocation does not wait for it: it comes as an event.
const SESSION_CACHE: Duration = Duration::from_secs(30);
const VISITOR_CACHE: Duration = Duration::from_secs(600);
/// How often work runs that meets a key which another writer has just committed.
const TRIES: u32 = 3;

/// Prepares a migrated database: reads what is fixed for the deployment, and decides it at the very first start.
pub async fn context(db: &Db, clock: Clock, rng: Rng) -> Result<Context> {
    let (fresh_id, fresh_key) = (rng.bytes::<8>(), rng.bytes::<32>());
    let deployment = db.write(0, move |tx: &mut Tx<'_>| setting::deployment(tx, &fresh_id, &fresh_key)).await?;
    Ok(Context { clock, rng, deployment: Arc::new(deployment) })
}

impl Desk {
    pub fn new(db: Db, cx: Context, bus: Bus) -> Self {
        let sessions = Cache::builder().max_capacity(10_000).time_to_live(SESSION_CACHE).build();
        let visitors = Cache::builder().max_capacity(50_000).time_to_live(VISITOR_CACHE).build();
        let node: String = cx.rng.bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
        let hub = Hub::new(bus.clone(), &node);
        Self {
            inner: Arc::new(Inner {
                db,
                cx,
                bus,
                hub,
                sessions,
                sessions_age: AtomicU64::new(0),
                visitors,
                floor: Floor::default(),
            }),
        }
    }

    /// Runs `work` in a transaction and answers once it is durable. `work` may run more than once; only one run counts.
    /// Work with the same `lane` (a conversation's id, say) is done in order on one node.
    pub async fn write<T, F>(&self, lane: impl Hash, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>, &Context) -> Result<T> + Send + 'static,
    {
        let mut hasher = DefaultHasher::new();
        lane.hash(&mut hasher);
        let work = Arc::new(Mutex::new(work));
        let mut tries = 1;
        loop {
            let (work, cx) = (work.clone(), self.inner.cx.clone());
            let done = self.inner.db.write(hasher.finish(), move |tx: &mut Tx<'_>| (*work.lock())(tx, &cx)).await;
            match done {
                // another writer committed the same key a moment before: the next run sees it
                Err(Error::Db(DbError::Conflict)) if tries < TRIES => tries += 1,
                done => return done,
            }
        }
    }

    /// Runs `work` over one consistent snapshot.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>, &Context) -> Result<T> + Send + 'static,
    {
        let cx = self.inner.cx.clone();
        self.inner.db.read(move |tx: &mut Tx<'_>| work(tx, &cx)).await
    }

    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    pub fn cx(&self) -> &Context {
        &self.inner.cx
    }

    pub fn bus(&self) -> &Bus {
        &self.inner.bus
    }

    pub fn hub(&self) -> &Hub {
        &self.inner.hub
    }

    pub fn floor(&self) -> &Floor {
        &self.inner.floor
    }

    /// An agent's socket was opened on this node.
    pub async fn arrives(&self, agent: AgentId) -> Result<()> {
        let node = self.hub().node().to_owned();
        self.write("presence", move |tx, cx| {
            status::arrive(tx, cx, agent)?;
            routing::arrive(tx, cx, agent, &node)
        })
        .await?;
        self.floor().poke();
        Ok(())
    }

    /// An agent's socket was closed on this node, its last as it seems: one opened meanwhile counts.
    pub async fn leaves(&self, agent: AgentId) -> Result<()> {
        let hub = self.hub().clone();
        let left = move |tx: &mut Tx<'_>, cx: &Context| {
            if hub.is_here(agent) { Ok(()) } else { routing::leave(tx, cx, agent, hub.node()) }
        };
        self.write("presence", left).await
    }

    /// This node says that it is there, and who is on it.
    pub async fn is_here(&self) -> Result<()> {
        let hub = self.hub().clone();
        self.write("presence", move |tx, cx| routing::is_here(tx, cx, hub.node(), &hub.here())).await
    }

    /// Waits until this node has delivered event `seq`, which another node's client has seen already. False when the log
    /// does not reach that far: it is not the log that the client knew.
    pub async fn reach(&self, seq: i64) -> Result<bool> {
        if self.hub().head() >= seq {
            return Ok(true);
        }
        if self.read(|tx, _| Ok(tx.head()?)).await? < seq {
            return Ok(false);
        }
        while self.hub().head() < seq {
            self.hub().nudge();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(true)
    }

    /// Who holds the session with this token; none when it is over. This is the one way in for every request and socket.
    pub async fn agent(&self, token: &str) -> Result<Option<Arc<AgentActor>>> {
        let hash = token::hash(token);
        if let Some(known) = self.inner.sessions.get(&hash) {
            return Ok(Some(known));
        }
        let age = self.inner.sessions_age.load(Ordering::SeqCst);
        let key = hash.clone();
        let Some((actor, session)) = self.read(move |tx, cx| agent::find_session(tx, cx, &key)).await? else {
            return Ok(None);
        };
        if agent::is_stale(self.cx(), &session) {
            self.write("session", move |tx, cx| agent::touch(tx, cx, session.id)).await?;
        }
        let actor = Arc::new(actor);
        self.inner.sessions.insert(hash.clone(), actor.clone());
        if self.inner.sessions_age.load(Ordering::SeqCst) != age {
            self.inner.sessions.invalidate(&hash);
        }
        Ok(Some(actor))
    }

    /// Believes no session any more without looking. Events make every node do so; whoever ends or changes a session calls it
    /// besides, so that it is over on this node before they are answered.
    pub fn forget_sessions(&self) {
        self.inner.sessions_age.fetch_add(1, Ordering::SeqCst);
        self.inner.sessions.invalidate_all();
    }

    /// Who may know about a conversation, for what is shown of it beside events; none when it is not there.
    pub async fn audience(&self, id: ConversationId) -> Result<Option<Arc<Heard>>> {
        if let Some(known) = self.hub().known_audience(id) {
            return Ok(Some(known));
        }
        let access = self.read(move |tx, _| conversation::access(tx, id)).await?;
        Ok(access.map(|access| self.hub().learn_audience(id, Audience::Conversation(access))))
    }

    /// The contact behind a visitor's token; none before their first message.
    pub async fn contact(&self, visitor: &Visitor) -> Result<Option<Arc<ContactActor>>> {
        if let Some(known) = self.known_contact(visitor) {
            return Ok(Some(known));
        }
        let wanted = visitor.clone();
        let found = self.read(move |tx, cx| contact::find_with_age(tx, cx, &wanted)).await?;
        let Some((found, is_old)) = found else { return Ok(None) };
        if is_old {
            let back = visitor.clone();
            self.write(visitor.hash.as_str(), move |tx, cx| contact::keep_identity(tx, cx, &back)).await?;
        }
        let found = Arc::new(found);
        self.inner.visitors.insert(visitor.hash.clone(), found.clone());
        Ok(Some(found))
    }

    /// The contact behind a visitor's token, if this node has met them lately.
    pub fn known_contact(&self, visitor: &Visitor) -> Option<Arc<ContactActor>> {
        self.inner.visitors.get(&visitor.hash)
    }

    /// Believes no visitor's name any more without looking: a contact was changed.
    pub fn forget_contacts(&self) {
        self.inner.visitors.invalidate_all();
    }

    /// Remembers a contact that was just met.
    pub fn remember_contact(&self, visitor: &Visitor, contact: ContactActor) {
        self.inner.visitors.insert(visitor.hash.clone(), Arc::new(contact));
    }
}
