//! Stories about finding, told on both engines against the same expectations.

use base::{ConversationId, Rng};
use db::sql;

use super::words::words;
use super::{Hit, Kind, find, rebuild};
use crate::AgentActor;
use crate::consumer::search::catch_up;
use crate::conversation;
use crate::tests::{Place, inbound, refusal};
use channel::Content;

on_both![
    what_was_written_is_found_however_it_is_typed,
    notes_contacts_and_numbers_are_found_and_can_be_asked_for_alone,
    pages_leave_nothing_out_and_repeat_nothing,
    both_engines_find_what_a_plain_look_would,
    whatever_is_typed_is_a_question_and_no_syntax,
    the_index_is_made_anew_from_what_is_stored,
    what_changed_or_went_is_found_as_it_is_now,
];

async fn asks(place: &Place, text: &str, kind: Option<Kind>) -> Vec<Hit> {
    let (me, text) = (place.ada.clone(), text.to_owned());
    place.read(move |tx, _| find(tx, &me, &text, kind, None, 50)).await.unwrap().items
}

async fn texts(place: &Place, text: &str) -> Vec<String> {
    asks(place, text, None).await.into_iter().map(|hit| hit.snippet.text).collect()
}

async fn notes(place: &Place, chat: ConversationId, me: &AgentActor, text: &str) {
    let (me, said) = (me.clone(), inbound(text));
    let (client_id, content) = (said.client_id, said.content);
    let note = conversation::Note { client_id, content, reply_to: None, attachments: Vec::new() };
    let written = place.write(chat, move |tx, cx| conversation::add_note(tx, cx, &me, chat, &note));
    written.await.unwrap();
}

async fn what_was_written_is_found_however_it_is_typed(place: Place) {
    place.says(&place.visitor(), "Where is my refund for the Café order?").await;
    place.says(&place.visitor(), "Mein Straßenname ist falsch, order 77").await;
    place.says(&place.visitor(), "退款什么时候到").await;
    assert!(texts(&place, "refund").await.is_empty(), "the hot path does not index");
    catch_up(&place).await.unwrap();
    let first = "Where is my refund for the Café order?";
    for typed in
        ["refund", "REFUND ", "cafe", "café", "caf", "cafe order", "\"my refund\"", "ref", "whe* order", "\"CAFÉ order"]
    {
        assert_eq!(texts(&place, typed).await, [first], "{typed}");
    }
    assert_eq!(texts(&place, "strassen").await.len(), 1);
    assert_eq!(texts(&place, "退款").await, ["退款什么时候到"]);
    assert_eq!(texts(&place, "order ").await.len(), 2);
    assert_eq!(texts(&place, "order ").await[1], first, "newest first");
    for typed in ["refunds", "\"refund my\"", "ca ", "什款", "order missing", ""] {
        assert!(texts(&place, typed).await.is_empty(), "{typed}");
    }
}

async fn notes_contacts_and_numbers_are_found_and_can_be_asked_for_alone(place: Place) {
    let chat = place.says(&place.visitor(), "The parcel is broken").await;
    notes(&place, chat, &place.ada, "Refund the parcel?").await;
    catch_up(&place).await.unwrap();
    let kinds = |hits: Vec<Hit>| hits.into_iter().map(|hit| hit.kind).collect::<Vec<_>>();
    assert_eq!(kinds(asks(&place, "parcel", None).await), [Kind::Note, Kind::Message]);
    assert_eq!(kinds(asks(&place, "parcel", Some(Kind::Note)).await), [Kind::Note]);
    assert_eq!(kinds(asks(&place, "parcel", Some(Kind::Message)).await), [Kind::Message]);
    assert_eq!(kinds(asks(&place, "parcel", Some(Kind::Contact)).await), []);
    let people = asks(&place, "visitor", Some(Kind::Contact)).await;
    assert_eq!(people.len(), 1);
    assert_eq!(people[0].conversation.as_ref().unwrap().id, chat, "a contact leads to their newest conversation");
    assert_eq!(kinds(asks(&place, "from:ada parcel", None).await), [Kind::Note]);
    assert_eq!(kinds(asks(&place, "from:visit ", None).await), [Kind::Message]);
    let number = place.sees(chat).await.number;
    for typed in [format!("{number}"), format!("#{number}"), format!("number:{number}")] {
        let found = asks(&place, &typed, None).await;
        assert_eq!(found[0].kind, Kind::Conversation, "{typed}");
        assert_eq!(found[0].conversation.as_ref().unwrap().id, chat);
    }
    let kind = serde_json::to_value(asks(&place, "note", None).await).unwrap();
    assert_eq!(kind, serde_json::json!([]), "the kind's name is no word of the text");
}

async fn pages_leave_nothing_out_and_repeat_nothing(place: Place) {
    let visitor = place.visitor();
    for number in 0..25 {
        place.says(&visitor, &format!("same words, number{number}")).await;
    }
    catch_up(&place).await.unwrap();
    let (mut cursor, mut seen, mut pages) = (None::<String>, Vec::new(), 0);
    loop {
        let (me, from) = (place.ada.clone(), cursor.clone());
        let page = place.read(move |tx, _| find(tx, &me, "same words", None, from.as_deref(), 10)).await.unwrap();
        seen.extend(page.items.into_iter().map(|hit| hit.snippet.text));
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let expected: Vec<String> = (0..25).rev().map(|number| format!("same words, number{number}")).collect();
    assert_eq!(seen, expected);
    assert_eq!(pages, 3);
    let me = place.ada.clone();
    refusal(place.read(move |tx, _| find(tx, &me, "same", None, Some("x"), 10)).await);
}

/// What a person would find who reads every message.
fn plainly<'a>(all: &'a [String], asked: &[&str], prefix: bool) -> Vec<&'a str> {
    let fits = |text: &&String| {
        let there: Vec<String> = words(text).into_iter().map(|word| word.text).collect();
        asked.iter().enumerate().all(|(index, wanted)| {
            let open = prefix && index + 1 == asked.len() && wanted.len() > 1;
            there.iter().any(|word| word == wanted || (open && word.starts_with(wanted)))
        })
    };
    all.iter().rev().filter(fits).map(String::as_str).collect()
}

async fn both_engines_find_what_a_plain_look_would(place: Place) {
    const WORDS: [&str; 9] = ["a", "ab", "abc", "order", "orders", "refund", "zoë", "7", "退"];
    let rng = Rng::default();
    let pick = || WORDS[usize::from(rng.bytes::<1>()[0]) % WORDS.len()];
    let (visitor, mut all) = (place.visitor(), Vec::new());
    for _ in 0..60 {
        let text = format!("{} {} {}", pick(), pick(), pick());
        place.says(&visitor, &text).await;
        all.push(text);
    }
    catch_up(&place).await.unwrap();
    for round in 0..80 {
        let asked: Vec<&str> = (0..1 + round % 2)
            .map(|_| ["a", "ab", "order", "orders", "ref", "zoe", "7"][round % 7])
            .chain([pick()])
            .collect();
        let folded: Vec<String> = asked.iter().map(|word| words(word)[0].text.clone()).collect();
        let folded: Vec<&str> = folded.iter().map(String::as_str).collect();
        for (typed, prefix) in [(asked.join(" "), true), (asked.join(" ") + " ", false)] {
            let (me, text) = (place.ada.clone(), typed.clone());
            let page = place.read(move |tx, _| find(tx, &me, &text, Some(Kind::Message), None, 100)).await.unwrap();
            let found: Vec<String> = page.items.into_iter().map(|hit| hit.snippet.text).collect();
            assert_eq!(found, plainly(&all, &folded, prefix), "{typed:?}");
        }
    }
}

async fn whatever_is_typed_is_a_question_and_no_syntax(place: Place) {
    place.says(&place.visitor(), "a OR b, NEAR(c) 'quoted' back\\slash col:umn star* -minus").await;
    catch_up(&place).await.unwrap();
    for typed in [
        "\"a\" OR b",
        "NEAR(c)",
        "'quoted'",
        "back\\slash",
        "col:umn",
        "words:a",
        "star*",
        "-minus",
        "a & !b | (c)",
        "^a",
        "{a b}",
        "'",
        "\\",
        "\"",
        "*",
        "a:*",
        "<->",
        "🧡",
        "\u{301}",
        "from:",
        "from:\"",
        "number:",
        "=note",
        "@ada",
        "a\u{0}b",
    ] {
        texts(&place, typed).await;
    }
    assert_eq!(texts(&place, "'quoted' NEAR(c) back\\slash").await.len(), 1);
    let me = place.ada.clone();
    refusal(place.read(move |tx, _| find(tx, &me, &"x".repeat(201), None, None, 10)).await);
}

async fn the_index_is_made_anew_from_what_is_stored(place: Place) {
    let chat = place.says(&place.visitor(), "first words").await;
    notes(&place, chat, &place.ada, "words of a note").await;
    for number in 0..230 {
        place.says(&place.visitor(), &format!("words {number}")).await;
    }
    catch_up(&place).await.unwrap();
    catch_up(&place).await.unwrap();
    let before = (texts(&place, "words ").await, place.count("SELECT count(*) FROM search_doc").await);
    assert_eq!(before.1, 232 + 231, "each message and contact once");
    place.write("search", |tx, _| rebuild(tx)).await.unwrap();
    place.says(&place.visitor(), "words meanwhile").await;
    catch_up(&place).await.unwrap();
    let after = texts(&place, "words ").await;
    assert_eq!(after[0], "words meanwhile");
    assert_eq!(after[1..], before.0[..49]);
    assert_eq!(place.count("SELECT count(*) FROM search_doc").await, before.1 + 2);
    assert_eq!(place.read(|tx, _| super::lag(tx)).await.unwrap(), 0);
}

async fn what_changed_or_went_is_found_as_it_is_now(place: Place) {
    place.says(&place.visitor(), "before the change").await;
    place.says(&place.visitor(), "soon gone").await;
    catch_up(&place).await.unwrap();
    let changed = serde_json::to_string(&Content::text("after the edit")).unwrap();
    place
        .write("story", move |tx, _| {
            sql("UPDATE message SET content = $1 WHERE content LIKE '%before%'").bind(changed.as_str()).run(tx)?;
            sql("DELETE FROM message WHERE content LIKE '%gone%'").run(tx)?;
            Ok(sql("INSERT INTO event (seq, at, kind, actor, audience, body) SELECT seq + 1000, at, 'message.edited', actor, audience, body \
                 FROM event WHERE kind = 'message.created'").run(tx)?)
        })
        .await
        .unwrap();
    catch_up(&place).await.unwrap();
    assert!(texts(&place, "change").await.is_empty() && texts(&place, "gone").await.is_empty());
    assert_eq!(texts(&place, "edit").await, ["after the edit"]);
    assert_eq!(place.count("SELECT count(*) FROM search_doc WHERE kind = 'message'").await, 1);
}
