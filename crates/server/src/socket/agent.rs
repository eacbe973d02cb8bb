//! An agent's socket: every event they may see, in order and without holes from wherever they left off.

use std::pin::pin;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use base::ConversationId;
use bus::{TypingAuthor, TypingAuthorKind};
use desk::AgentActor;
use desk::audience::Heard;
use desk::consumer::frame::{self, Frame};
use desk::consumer::hub::Subscription;
use desk::consumer::replay::replay;
use serde::Deserialize;
use tokio::time::{Instant, sleep_until, timeout};

use super::line::{Goodbye, HEARTBEAT, HELLO, Line};
use super::pace::Pace;
use crate::api::{App, SignedIn, foreign_origin};
use crate::header::is_own_origin;
use crate::problem::Problem;
use crate::websocket::{self, Socket};

/// Further behind than this an agent fetches afresh, which is quicker for both.
const MOST_MISSED: i64 = 2_000;
const PAGE: i64 = 500;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum FromAgent {
    Hello { after: Option<i64> },
    Typing { conversation_id: ConversationId },
    Viewing { conversation_id: Option<ConversationId> },
    Ping {},
}

/// `GET /api/v1/socket`.
pub async fn agent(State(app): State<App>, me: SignedIn, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    // a browser sends the cookie along for any site that asks; only the origin tells them apart
    if !is_own_origin(&app.process.public_url, &parts) {
        return Err(foreign_origin());
    }
    let mut request = Request::from_parts(parts, body);
    let drain = app.process.drain.clone();
    let token = me.token().clone();
    websocket::upgrade(&mut request, &drain, "agent", move |socket| Box::pin(serve(app, me.0, token, socket)))
}

async fn serve(app: App, me: Arc<AgentActor>, token: base::Secret<String>, socket: Socket) {
    let mut line = Line::new(socket);
    let goodbye = match talk(&app, &me, &token, &mut line).await {
        Ok(()) => Goodbye::Restart,
        Err(goodbye) => goodbye,
    };
    if !app.desk.hub().is_here(me.id) {
        noted(app.desk.leaves(me.id).await);
    }
    line.close(goodbye).await;
}

async fn talk(app: &App, me: &AgentActor, token: &base::Secret<String>, line: &mut Line) -> Result<(), Goodbye> {
    let first = timeout(HELLO, line.next()).await.map_err(|_| Goodbye::BadFrame)??;
    let FromAgent::Hello { after } = serde_json::from_str(&first).map_err(|_| Goodbye::BadFrame)? else {
        return Err(Goodbye::BadFrame);
    };
    // a client that comes from another node may know more than this one has delivered
    app.desk.reach(after.unwrap_or(0)).await.map_err(|_| Goodbye::Fault)?;
    let (mut subscription, head) = app.desk.hub().join_agent(me, line.pulse().clone());
    // the session may have ended, or its rights changed, between the handshake and here, before the hub knew this socket
    let Ok(Some(now)) = app.desk.agent(token.reveal()).await else { return Err(Goodbye::Ended) };
    app.desk.hub().renew(std::slice::from_ref(&*now));
    app.desk.arrives(now.id).await.map_err(|_| Goodbye::Fault)?;
    catch_up(app, &now, line, after, head).await?;
    let mut pace = Pace::new();
    let mut beat = Instant::now() + HEARTBEAT;
    let mut stop = pin!(app.process.drain.socket_should_close());
    loop {
        tokio::select! {
            biased;
            frame = subscription.recv() => {
                let Some(frame) = frame else { return Err(Goodbye::of_code(subscription.closing())) };
                pace.gather().await;
                let sent = pass_on(line, &mut subscription, frame).await?;
                pace.wrote(sent);
            }
            said = line.next() => hear(app, me, token, line, &mut subscription, &said?).await?,
            () = sleep_until(beat) => {
                // read before the queue is emptied: every event up to it is in the queue or sent
                let head = app.desk.hub().head();
                while let Some(frame) = subscription.try_recv() {
                    line.feed(frame.text).await?;
                }
                line.probe().await?;
                line.send_text(format!("{{\"type\":\"heartbeat\",\"head\":{head}}}")).await?;
                beat = Instant::now() + HEARTBEAT;
            }
            () = &mut stop => return Ok(()),
        }
    }
}

/// Whoever could not be written down is put right by the node's next word, within 30 s.
fn noted(outcome: desk::Result<()>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "could not write down who is here");
    }
}

/// Sends a frame and whatever else is there already, in one write. Says how many.
async fn pass_on(line: &mut Line, subscription: &mut Subscription, first: Frame) -> Result<u32, Goodbye> {
    line.feed(first.text).await?;
    let mut sent = 1;
    while let Some(next) = subscription.try_recv() {
        line.feed(next.text).await?;
        sent += 1;
    }
    line.flush().await?;
    Ok(sent)
}

/// Sends what was missed, then says how far that goes. What comes later is in the subscription.
async fn catch_up(app: &App, me: &AgentActor, line: &mut Line, after: Option<i64>, head: i64) -> Result<(), Goodbye> {
    let mut cursor = after.map_or(head, |after| after.max(0));
    if cursor > head || head - cursor > MOST_MISSED {
        metrics::counter!("app_ws_resume_total", "result" => "snapshot").increment(1);
        line.send_text("{\"type\":\"snapshot_required\"}").await?;
        cursor = head;
    } else if after.is_some() {
        metrics::counter!("app_ws_resume_total", "result" => "resumed").increment(1);
    }
    while cursor < head {
        let (from, most, reader) = (cursor, PAGE.min(head - cursor), me.clone());
        let page = app.desk.read(move |tx, _| replay(tx, &reader, from, most)).await.map_err(|_| Goodbye::Fault)?;
        let Some(last) = page.last else { return Err(Goodbye::Fault) };
        cursor = last;
        for event in &page.events {
            line.feed(frame::event(event).into()).await?;
        }
        if page.rights_changed {
            line.send_text("{\"type\":\"snapshot_required\"}").await?;
            cursor = head;
        }
    }
    line.send_text(format!("{{\"type\":\"ready\",\"head\":{head}}}")).await
}

/// Who may know about a conversation, if this agent may.
async fn may_know(app: &App, token: &base::Secret<String>, id: ConversationId) -> Result<Option<Arc<Heard>>, Goodbye> {
    let me = app.desk.agent(token.reveal()).await.map_err(|_| Goodbye::Fault)?.ok_or(Goodbye::Ended)?;
    let audience = app.desk.audience(id).await.map_err(|_| Goodbye::Fault)?;
    Ok(audience.filter(|audience| audience.has(&me)))
}

async fn hear(
    app: &App,
    me: &AgentActor,
    token: &base::Secret<String>,
    line: &mut Line,
    subscription: &mut Subscription,
    text: &str,
) -> Result<(), Goodbye> {
    match serde_json::from_str(text).map_err(|_| Goodbye::BadFrame)? {
        // once is enough: this socket has missed nothing since
        FromAgent::Hello { .. } => Ok(()),
        FromAgent::Typing { conversation_id } => {
            let name = me.shown_name.clone();
            let author = TypingAuthor { kind: TypingAuthorKind::Agent, id: Some(me.id.to_string()), name };
            if let Some(audience) = may_know(app, token, conversation_id).await? {
                app.desk.hub().typing(conversation_id, author, &audience);
            }
            Ok(())
        }
        FromAgent::Viewing { conversation_id } => {
            let seen = match conversation_id {
                Some(id) => may_know(app, token, id).await?.map(|_| id),
                None => None,
            };
            app.desk.hub().view(subscription, seen);
            Ok(())
        }
        FromAgent::Ping {} => line.send_text("{\"type\":\"pong\"}").await,
    }
}
