//! A customer's socket: the messages of their own conversations, where those stand, and who is writing.

use std::collections::BTreeMap;
use std::pin::pin;

use axum::extract::{Request, State};
use axum::response::Response;
use base::ConversationId;
use bus::{TypingAuthor, TypingAuthorKind};
use desk::ContactActor;
use desk::consumer::frame::{self, Frame};
use desk::consumer::hub::Subscription;
use desk::conversation::{self, Range};
use desk::token::Visitor;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until, timeout};

use super::line::{Goodbye, HEARTBEAT, HELLO, Line};
use crate::api::{App, of_handshake};
use crate::problem::Problem;
use crate::websocket::{self, Socket};

/// Conversations one socket may watch.
const MOST_WATCHED: usize = 20;
/// Further behind than this a customer fetches the history instead.
const MOST_MISSED: i64 = 2_000;
const PAGE: i64 = 200;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum FromCustomer {
    Hello { conversations: BTreeMap<ConversationId, i64> },
    Typing { conversation_id: ConversationId },
    Ping {},
}

/// `GET /api/chat/socket`.
pub async fn customer(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (from, mut request) = of_handshake(&app, request).await?;
    let drain = app.process.drain.clone();
    websocket::upgrade(&mut request, &drain, "contact", move |socket| Box::pin(serve(app, from.visitor, socket)))
}

/// How the others see that this customer is writing.
pub fn customer_author(contact: &ContactActor) -> TypingAuthor {
    TypingAuthor { kind: TypingAuthorKind::User, id: Some(contact.id.to_string()), name: contact.name.clone() }
}

/// What one customer's socket has sent: the newest seq of each conversation it watches.
struct Talk {
    app: App,
    visitor: Visitor,
    sent: Vec<(ConversationId, i64)>,
}

async fn serve(app: App, visitor: Visitor, socket: Socket) {
    let mut line = Line::new(socket);
    let mut talk = Talk { app, visitor, sent: Vec::new() };
    let goodbye = match talk.run(&mut line).await {
        Ok(()) => Goodbye::Restart,
        Err(goodbye) => goodbye,
    };
    line.close(goodbye).await;
}

impl Talk {
    async fn run(&mut self, line: &mut Line) -> Result<(), Goodbye> {
        let first = timeout(HELLO, line.next()).await.map_err(|_| Goodbye::BadFrame)??;
        let FromCustomer::Hello { conversations } = serde_json::from_str(&first).map_err(|_| Goodbye::BadFrame)? else {
            return Err(Goodbye::BadFrame);
        };
        let mut subscription = self.app.desk.hub().join_contact(self.visitor.inbox);
        line.send_text(format!("{{\"type\":\"ready\",\"head\":{}}}", self.app.desk.hub().head())).await?;
        Box::pin(self.hello(line, &subscription, conversations)).await?;
        let mut beat = Instant::now() + HEARTBEAT;
        let drain = self.app.process.drain.clone();
        let mut stop = pin!(drain.socket_should_close());
        loop {
            tokio::select! {
                biased;
                frame = subscription.recv() => {
                    let Some(frame) = frame else { return Err(Goodbye::of_code(subscription.closing())) };
                    self.pass_on(line, frame).await?;
                    while let Some(frame) = subscription.try_recv() {
                        self.pass_on(line, frame).await?;
                    }
                    line.flush().await?;
                }
                said = line.next() => {
                    let said = said?;
                    Box::pin(self.hear(line, &subscription, &said)).await?;
                }
                () = sleep_until(beat) => {
                    while let Some(frame) = subscription.try_recv() {
                        self.pass_on(line, frame).await?;
                    }
                    Box::pin(self.heartbeat(line)).await?;
                    beat = Instant::now() + HEARTBEAT;
                }
                () = &mut stop => return Ok(()),
            }
        }
    }

    /// Passes a frame on, unless it brings a message that was sent already.
    async fn pass_on(&mut self, line: &mut Line, frame: Frame) -> Result<(), Goodbye> {
        if let Some((id, seq)) = frame.message
            && let Some((_, sent)) = self.sent.iter_mut().find(|(watched, _)| *watched == id)
        {
            if seq <= *sent {
                return Ok(());
            }
            *sent = seq;
        }
        line.feed(frame.text).await
    }

    async fn hear(&mut self, line: &mut Line, subscription: &Subscription, text: &str) -> Result<(), Goodbye> {
        match serde_json::from_str(text).map_err(|_| Goodbye::BadFrame)? {
            FromCustomer::Hello { conversations } => self.hello(line, subscription, conversations).await,
            FromCustomer::Typing { conversation_id } => {
                let hub = self.app.desk.hub();
                if let (true, Some(contact)) =
                    (hub.watches(subscription, conversation_id), self.app.desk.known_contact(&self.visitor))
                {
                    let audience = self.app.desk.audience(conversation_id).await.map_err(|_| Goodbye::Fault)?;
                    if let Some(audience) = audience {
                        hub.typing(conversation_id, customer_author(&contact), &audience);
                    }
                }
                Ok(())
            }
            FromCustomer::Ping {} => line.send_text("{\"type\":\"pong\"}").await,
        }
    }

    /// Watches conversations and sends what was missed of each. An id that is not theirs is left out without a word.
    async fn hello(
        &mut self,
        line: &mut Line,
        subscription: &Subscription,
        conversations: BTreeMap<ConversationId, i64>,
    ) -> Result<(), Goodbye> {
        if conversations.is_empty() {
            return Ok(());
        }
        if conversations.len() > MOST_WATCHED {
            return Err(Goodbye::BadFrame);
        }
        let found = self.app.desk.contact(&self.visitor).await.map_err(|_| Goodbye::Fault)?;
        let Some(contact) = found else { return Ok(()) };
        for (id, after) in conversations {
            let known = self.sent.iter().any(|(watched, _)| *watched == id);
            if known {
                continue;
            }
            if self.sent.len() >= MOST_WATCHED {
                return Err(Goodbye::BadFrame);
            }
            let asker = contact.clone();
            let theirs = self.app.desk.read(move |tx, _| conversation::presentation(tx, &asker, id)).await;
            match theirs {
                Ok(_) => {}
                Err(desk::Error::Rejected(_)) => continue,
                Err(desk::Error::Db(_)) => return Err(Goodbye::Fault),
            }
            // watched first, read second: what is written in between comes twice and is sent once
            self.app.desk.hub().watch(subscription, id);
            self.catch_up(line, &contact, id, after.max(0)).await?;
        }
        line.flush().await
    }

    /// Sends the messages after `after`, then where the conversation stands.
    async fn catch_up(
        &mut self,
        line: &mut Line,
        contact: &ContactActor,
        id: ConversationId,
        after: i64,
    ) -> Result<(), Goodbye> {
        let mut cursor = after;
        loop {
            let (actor, asker) = (desk::Actor::Contact(contact.clone()), contact.clone());
            let range = Range { after: Some(cursor), before: None, limit: PAGE };
            let read = self.app.desk.read(move |tx, _| {
                let history = conversation::history(tx, &actor, id, range)?;
                Ok((history.value, conversation::presentation(tx, &asker, id)?))
            });
            let (history, standing) = read.await.map_err(|_| Goodbye::Fault)?;
            if history.head_seq - cursor > MOST_MISSED {
                line.feed("{\"type\":\"snapshot_required\"}".into()).await?;
                self.sent.push((id, history.head_seq));
                return line.feed(frame::standing(&standing).text).await;
            }
            for message in &history.messages {
                #[derive(Serialize)]
                struct Body<'a> {
                    message: &'a conversation::Message,
                }
                let body = serde_json::to_string(&Body { message }).map_err(|_| Goodbye::Fault)?;
                line.feed(frame::created(&id.to_string(), id, message.seq, &body).text).await?;
                cursor = message.seq;
            }
            if cursor >= history.head_seq || history.messages.is_empty() {
                self.sent.push((id, cursor.min(history.head_seq)));
                return line.feed(frame::standing(&standing).text).await;
            }
        }
    }

    /// Says how far everything is, so that a client notices if the last message never came.
    async fn heartbeat(&mut self, line: &mut Line) -> Result<(), Goodbye> {
        #[derive(Serialize)]
        struct Beat {
            r#type: &'static str,
            head: i64,
            conversations: BTreeMap<ConversationId, i64>,
        }
        let beat = Beat {
            r#type: "heartbeat",
            head: self.app.desk.hub().head(),
            conversations: self.sent.iter().copied().collect(),
        };
        line.send_text(serde_json::to_string(&beat).map_err(|_| Goodbye::Fault)?).await
    }
}
