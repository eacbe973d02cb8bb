//! Stories about tags that need many of them, or two people at once.

use super::{Colour, New, create, list};
use crate::Actor;
use crate::conversation::{add_tag, get};
use crate::error::Rejection;
use crate::tests::{Place, refusal};

on_both![two_who_tag_at_once_lose_nothing, there_is_an_end_to_tags];

fn named(name: &str) -> New {
    New { name: name.to_owned(), colour: Colour::Grey }
}

async fn two_who_tag_at_once_lose_nothing(place: Place) {
    let visitor = place.visitor();
    let chat = place.says(&visitor, "Hello?").await;
    let ada = Actor::Agent(place.ada.clone());
    let mut tags = Vec::new();
    for number in 0..8 {
        let (ada, new) = (ada.clone(), named(&format!("Tag {number}")));
        tags.push(place.write("tag", move |tx, cx| create(tx, cx, &ada, &new)).await.unwrap().id);
    }
    // each in a lane of its own, as on nodes of their own
    let put = tags.iter().map(|tag| {
        let (ada, tag) = (ada.clone(), *tag);
        place.write(tag.to_string(), move |tx, cx| add_tag(tx, cx, &ada, chat, tag))
    });
    for done in futures_util::future::join_all(put).await {
        done.unwrap();
    }
    let reader = ada.clone();
    let now = place.read(move |tx, _| get(tx, &reader, chat)).await.unwrap().value;
    assert_eq!(now.tags, tags);
    let kinds = place.kinds_after(0).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "conversation.tagged").count(), 8);
}

async fn there_is_an_end_to_tags(place: Place) {
    let ada = Actor::Agent(place.ada.clone());
    let actor = ada.clone();
    let full = place.write("tag", move |tx, cx| {
        for number in 0..super::MOST {
            create(tx, cx, &actor, &named(&format!("Tag {number}")))?;
        }
        list(tx, &actor)
    });
    assert_eq!(full.await.unwrap().items.len(), 1_000);
    let more = place.write("tag", move |tx, cx| create(tx, cx, &ada, &named("One more"))).await;
    assert!(matches!(refusal(more), Rejection::Invalid(_)));
}
