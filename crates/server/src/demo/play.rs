//! Plays the conversations of the demonstration in the order in which they happened, a few hundred steps to a commit.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use base::ConversationId;
use channel::{Content, Inbound};
use db::Tx;
use desk::contact::Change;
use desk::conversation::{Note, Reply, Status, Target};
use desk::error::{Rejection, Result as Done};
use desk::token::{self, Visitor};
use desk::{Actor, AgentActor, Context, Desk, contact, conversation};

use super::Place;
use super::story::{Talk, Voice};

/// Seconds from a customer's words until somebody takes them.
const TAKEN_AFTER: i64 = 15;
/// Steps of one commit.
const TOGETHER: usize = 300;

/// What happens next in a conversation.
#[derive(Clone, Copy, Debug)]
enum Step {
    Says(usize),
    Taken,
    Resolved,
}

/// When, in seconds before now; in which conversation; what.
type Planned = (i64, usize, Step);
/// The conversations that have begun.
type Spoken = HashMap<usize, (Visitor, ConversationId)>;

/// Plays everything so that it ends at `now` (unix ms), and says how many conversations there are.
pub(super) async fn all(desk: &Desk, place: &Arc<Place>, talks: &Arc<Vec<Talk>>, now: i64) -> Result<usize> {
    let mut spoken = Spoken::new();
    for steps in plan(talks).chunks(TOGETHER) {
        let (place, talks, steps, begun) = (place.clone(), talks.clone(), steps.to_vec(), spoken.clone());
        // it may run more than once, and begins anew each time
        let played = desk.write("demo", move |tx, cx| {
            let mut play = Play { place: &place, talks: &talks, spoken: begun.clone() };
            for (ago, index, step) in &steps {
                move_to(&place, now - ago * 1000);
                play.step(tx, cx, *index, *step)?;
            }
            Ok(play.spoken)
        });
        spoken = played.await.context("play the conversations")?;
    }
    move_to(place, now);
    Ok(spoken.len())
}

fn move_to(place: &Place, at: i64) {
    place.clock.advance(at - place.clock.now().millis());
}

fn plan(talks: &[Talk]) -> Vec<Planned> {
    let mut steps = Vec::new();
    for (index, talk) in talks.iter().enumerate() {
        let mut at = talk.seconds_ago;
        for line in 0..talk.lines.len() {
            steps.push((at, index, Step::Says(line)));
            if line == 0 && talk.owner.is_some() {
                steps.push((at - TAKEN_AFTER, index, Step::Taken));
            }
            at -= talk.pace;
        }
        if talk.resolved {
            steps.push((at, index, Step::Resolved));
        }
    }
    steps.sort_by_key(|(at, ..)| Reverse(*at));
    steps
}

struct Play<'a> {
    place: &'a Place,
    talks: &'a [Talk],
    spoken: Spoken,
}

impl Play<'_> {
    fn step(&mut self, tx: &mut Tx<'_>, cx: &Context, index: usize, step: Step) -> Done<()> {
        let talk = &self.talks[index];
        let Some((visitor, id)) = self.spoken.get(&index).cloned() else { return self.begins(tx, cx, index) };
        let me = || talk.owner.and_then(|owner| self.place.people.get(owner)).ok_or(Rejection::NotFound);
        match step {
            Step::Says(line) => {
                let (voice, text) = &talk.lines[line];
                match voice {
                    Voice::Customer => {
                        let inbound = inbound(cx, talk, text);
                        conversation::receive(tx, cx, &visitor, None, Some(id), &inbound).map(drop)
                    }
                    Voice::Agent => replies(tx, cx, me()?, (&visitor, id), text),
                    Voice::Note => {
                        let (client_id, content) = (client_id(cx), Content::text(text.as_str()));
                        let note = Note { client_id, content, reply_to: None, attachments: Vec::new() };
                        conversation::add_note(tx, cx, me()?, id, &note).map(drop)
                    }
                }
            }
            Step::Taken => conversation::claim(tx, cx, me()?, id, None).map(drop),
            Step::Resolved => {
                let actor = Actor::Agent(me()?.clone());
                let it = conversation::get(tx, &actor, id)?.value;
                conversation::mark_by_agents(tx, cx, me()?, id, Some(it.head_seq), Some(it.head_seq))?;
                conversation::resolve(tx, cx, &actor, id, it.epoch).map(drop)
            }
        }
    }

    /// The customer's first words, which also say who it is and where they go.
    fn begins(&mut self, tx: &mut Tx<'_>, cx: &Context, index: usize) -> Done<()> {
        let talk = &self.talks[index];
        let token = token::issue_visitor(&cx.deployment.visitor_key, &cx.rng, self.place.inbox, cx.now());
        let visitor = token::read_visitor(&cx.deployment.visitor_key, token.reveal()).ok_or(Rejection::NotFound)?;
        let words = talk.lines.first().map_or("", |(_, text)| text.as_str());
        let received = conversation::receive(tx, cx, &visitor, None, None, &inbound(cx, talk, words))?;
        let head = self.place.people.first().ok_or(Rejection::NotFound)?;
        let change = Change { name: talk.contact.clone(), email: talk.email.clone(), ..Change::default() };
        contact::update(tx, cx, head, received.contact.id, &change)?;
        let (id, actor) = (received.message.conversation_id, Actor::Agent(head.clone()));
        let epoch = conversation::get(tx, &actor, id)?.value.epoch;
        let to = *self.place.departments.get(&talk.department).ok_or(Rejection::NotFound)?;
        conversation::transfer(tx, cx, &actor, id, epoch, Target::Department(to), true)?;
        self.spoken.insert(index, (visitor, id));
        Ok(())
    }
}

/// Somebody answers, and the customer, who is looking, reads it.
fn replies(
    tx: &mut Tx<'_>,
    cx: &Context,
    me: &AgentActor,
    (reader, id): (&Visitor, ConversationId),
    text: &str,
) -> Done<()> {
    let epoch = conversation::get(tx, &Actor::Agent(me.clone()), id)?.value.epoch;
    let (client_id, content) = (client_id(cx), Content::text(text));
    let reply = Reply { client_id, content, reply_to: None, attachments: Vec::new(), epoch };
    let (message, _) = conversation::reply(tx, cx, me, id, &reply)?;
    let contact = contact::find(tx, cx, reader)?.ok_or(Rejection::NotFound)?;
    conversation::mark_by_contact(tx, cx, &contact, message.id, Status::Read)
}

fn inbound(cx: &Context, talk: &Talk, text: &str) -> Inbound {
    Inbound {
        client_id: client_id(cx),
        content: Content::text(text),
        attachments: Vec::new(),
        reply_to: None,
        locale: Some(talk.locale.clone()),
        page: Some(format!("https://fernandoak.example{}", talk.page)),
    }
}

fn client_id(cx: &Context) -> String {
    cx.rng.uuid_v7(cx.now()).to_string()
}
