//! Stories about asking for a conversation, told with a clock that stands still until it is moved.

use base::ConversationId;
use channel::Content;

use super::{ANSWER_WITHIN, Ask, answer, ask, list, withdraw};
use crate::conversation::{self, Note, claim, release};
use crate::draft::{self, Mode};
use crate::error::Rejection;
use crate::tests::{Place, SECOND, refusal};
use crate::{Actor, AgentActor, agent, job};

on_both![
    who_neither_answers_nor_writes_gives_it_away,
    who_writes_keeps_it,
    an_answer_counts_at_once_and_once,
    only_one_asks_at_a_time_and_a_change_of_hands_ends_it,
    what_was_asked_outlives_a_restart,
    who_was_switched_off_gets_nothing,
];

async fn owned(place: &Place) -> (AgentActor, AgentActor, ConversationId) {
    let (maya, tom) = (place.agent("Maya").await, place.agent("Tom").await);
    let chat = place.says(&place.visitor(), "Where is my refund?").await;
    let me = maya.clone();
    place.write(chat, move |tx, cx| claim(tx, cx, &me, chat, None)).await.unwrap();
    (maya, tom, chat)
}

async fn asks(place: &Place, who: &AgentActor, chat: ConversationId, epoch: i64) -> crate::Result<Ask> {
    let me = who.clone();
    place.write(chat, move |tx, cx| ask(tx, cx, &me, chat, epoch)).await
}

async fn answers(place: &Place, who: &AgentActor, ask: &Ask, yes: bool) -> crate::Result<conversation::Conversation> {
    let (me, chat, id) = (who.clone(), ask.conversation_id, ask.id);
    place.write(chat, move |tx, cx| answer(tx, cx, &me, chat, id, yes)).await
}

async fn passes(place: &Place, millis: i64) {
    place.clock.advance(millis);
    while job::once(&place.desk, "story", &job::Errands::default()).await.unwrap() {}
}

async fn who_neither_answers_nor_writes_gives_it_away(place: Place) {
    let (maya, tom, chat) = owned(&place).await;
    let head = place.head().await;
    let asked = asks(&place, &tom, chat, 1).await.unwrap();
    assert_eq!((asked.agent.clone(), asked.owner.clone()), (tom.who(), maya.who()));
    assert_eq!(asks(&place, &tom, chat, 1).await.unwrap(), asked, "asking twice is the same question");
    passes(&place, ANSWER_WITHIN - 1).await;
    assert_eq!(place.sees(chat).await.owner, Some(maya.who()));
    passes(&place, 1).await;
    let now = place.sees(chat).await;
    assert_eq!((now.owner, now.epoch), (Some(tom.who()), 2));
    assert_eq!(place.kinds_after(head).await, ["conversation.asked", "conversation.transferred"]);
    let told = place.events_after(head).await;
    assert!(told[1].body.contains("\"unanswered\":true") && told[1].actor.contains("system"), "{}", told[1].body);
    assert_eq!(refusal(answers(&place, &maya, &asked, false).await), Rejection::AskOver);
    assert_eq!(place.count("SELECT count(*) FROM ask").await, 0);
}

async fn who_writes_keeps_it(place: Place) {
    let (maya, tom, chat) = owned(&place).await;
    let (me, text) = (maya.clone(), "I am on it");
    // a draft from before the question is no sign of life
    place.write(chat, move |tx, cx| draft::save(tx, cx, &me, chat, Mode::Reply, text)).await.unwrap();
    place.clock.advance(SECOND);
    asks(&place, &tom, chat, 1).await.unwrap();
    place.clock.advance(SECOND);
    let note = Note {
        client_id: "01890a5d-ac96-774b-bcce-aaaaaaaaaaaa".to_owned(),
        content: Content::text("Calling the bank"),
        reply_to: None,
        attachments: Vec::new(),
    };
    let me = maya.clone();
    place.write(chat, move |tx, cx| conversation::add_note(tx, cx, &me, chat, &note)).await.unwrap();
    let head = place.head().await;
    passes(&place, ANSWER_WITHIN).await;
    assert_eq!(place.sees(chat).await.owner, Some(maya.who()));
    assert!(place.events_after(head).await[0].body.contains("\"why\":\"busy\""));

    asks(&place, &tom, chat, 1).await.unwrap();
    place.clock.advance(SECOND);
    let me = maya.clone();
    place.write(chat, move |tx, cx| draft::save(tx, cx, &me, chat, Mode::Reply, "I am on it now")).await.unwrap();
    passes(&place, ANSWER_WITHIN).await;
    assert_eq!(place.sees(chat).await.owner, Some(maya.who()), "who types is at work");
    asks(&place, &tom, chat, 1).await.unwrap();
    passes(&place, ANSWER_WITHIN).await;
    assert_eq!(place.sees(chat).await.owner, Some(tom.who()), "the old draft counts no more");
}

async fn an_answer_counts_at_once_and_once(place: Place) {
    let (maya, tom, chat) = owned(&place).await;
    let asked = asks(&place, &tom, chat, 1).await.unwrap();
    assert_eq!(refusal(answers(&place, &tom, &asked, true).await), Rejection::AskOver, "not by who asked");
    assert_eq!(refusal(answers(&place, &place.ada.clone(), &asked, true).await), Rejection::AskOver);
    let head = place.head().await;
    answers(&place, &maya, &asked, false).await.unwrap();
    assert_eq!(place.kinds_after(head).await, ["conversation.kept"]);
    passes(&place, ANSWER_WITHIN).await;
    assert_eq!(place.sees(chat).await.owner, Some(maya.who()));
    let asked = asks(&place, &tom, chat, 1).await.unwrap();
    let given = answers(&place, &maya, &asked, true).await.unwrap();
    assert_eq!((given.owner, given.epoch), (Some(tom.who()), 2));
    assert_eq!(refusal(answers(&place, &maya, &asked, true).await), Rejection::AskOver);
}

async fn only_one_asks_at_a_time_and_a_change_of_hands_ends_it(place: Place) {
    let (maya, tom, chat) = owned(&place).await;
    assert!(matches!(refusal(asks(&place, &maya, chat, 1).await), Rejection::StaleEpoch { .. }), "it is hers");
    assert!(matches!(refusal(asks(&place, &tom, chat, 0).await), Rejection::StaleEpoch { .. }));
    let first = asks(&place, &tom, chat, 1).await.unwrap();
    let ada = place.ada.clone();
    assert_eq!(refusal(asks(&place, &ada, chat, 1).await), Rejection::AskedAlready { agent: tom.who() });
    let mine = |who: &AgentActor| {
        let who = who.clone();
        place.read(move |tx, cx| Ok(list(tx, cx, &who)?.items))
    };
    assert_eq!((mine(&tom).await.unwrap(), mine(&maya).await.unwrap()), (vec![first.clone()], vec![first.clone()]));
    assert!(mine(&ada).await.unwrap().is_empty());
    let me = Actor::Agent(maya.clone());
    place.write(chat, move |tx, cx| release(tx, cx, &me, chat, 1)).await.unwrap();
    assert!(mine(&tom).await.unwrap().is_empty(), "the queue has it");
    let me = maya.clone();
    place.write(chat, move |tx, cx| claim(tx, cx, &me, chat, None)).await.unwrap();
    passes(&place, ANSWER_WITHIN).await;
    assert_eq!(place.sees(chat).await.owner, Some(maya.who()), "that was another time");
    let second = asks(&place, &ada, chat, 3).await.unwrap();
    let me = ada.clone();
    for _ in 0..2 {
        let me = me.clone();
        place.write(chat, move |tx, cx| withdraw(tx, cx, &me, chat, second.id)).await.unwrap();
    }
    passes(&place, ANSWER_WITHIN).await;
    assert_eq!(place.sees(chat).await.owner, Some(maya.who()));
}

async fn what_was_asked_outlives_a_restart(place: Place) {
    let (maya, tom, chat) = owned(&place).await;
    asks(&place, &tom, chat, 1).await.unwrap();
    assert_eq!(place.sees(chat).await.owner, Some(maya.who()));
    // nothing but the database remembers it: a worker that starts an hour later finds the job
    passes(&place, 60 * ANSWER_WITHIN).await;
    assert_eq!(place.sees(chat).await.owner, Some(tom.who()));
}

async fn who_was_switched_off_gets_nothing(place: Place) {
    let (maya, tom, chat) = owned(&place).await;
    asks(&place, &tom, chat, 1).await.unwrap();
    let (ada, gone) = (Actor::Agent(place.ada.clone()), tom.id);
    let update = agent::Update { active: Some(false), ..agent::Update::default() };
    place.write("agent", move |tx, cx| agent::update(tx, cx, &ada, gone, &update)).await.unwrap();
    passes(&place, ANSWER_WITHIN).await;
    assert_eq!(place.sees(chat).await.owner, Some(maya.who()));
    assert_eq!(place.count("SELECT count(*) FROM ask").await, 0);
}
