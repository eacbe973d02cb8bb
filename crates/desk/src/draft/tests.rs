//! Stories about many drafts.

use super::{Mode, get, list, save};
use crate::tests::{Place, SECOND};

on_both![an_old_draft_is_found_among_many];

async fn an_old_draft_is_found_among_many(place: Place) {
    let mut chats = Vec::new();
    for _ in 0..3 {
        chats.push(place.says(&place.visitor(), "Hello?").await);
    }
    let (me, first) = (place.ada.clone(), chats[0]);
    place.write(first, move |tx, cx| save(tx, cx, &me, first, Mode::Reply, "The oldest")).await.unwrap();
    place.clock.advance(SECOND);
    place
        .rewrites(
            "INSERT INTO draft (agent_id, conversation_id, mode, text, updated_at) \
             WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 600) \
             SELECT a.id, c.id, 'mode ' || n, 'x', 1777800700000 + n FROM many, agent a, conversation c WHERE c.number = 2",
        )
        .await;
    let me = place.ada.clone();
    let drafts = place
        .read({
            let me = me.clone();
            move |tx, _| list(tx, &me)
        })
        .await
        .unwrap();
    assert_eq!(drafts.len(), 500, "a list is bounded");
    assert!(drafts.windows(2).all(|pair| pair[0].updated_at >= pair[1].updated_at), "newest first");
    let found = place.read(move |tx, _| get(tx, &me, first, Mode::Reply)).await.unwrap();
    assert_eq!(found.text, "The oldest", "and what it leaves out is still there");
}
