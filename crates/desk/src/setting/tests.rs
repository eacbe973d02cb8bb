//! Stories about the set-up code and what is decided once.

use base::Secret;

use super::{deployment, is_setup_code, set_setup_code, spend_setup_code};
use crate::tests::{MINUTE, Place};

on_both![a_code_is_good_for_half_an_hour_and_once, what_is_decided_once_stays];

async fn a_code_is_good_for_half_an_hour_and_once(place: Place) {
    let code = Secret::new("abc".to_owned());
    let fresh = code.clone();
    place.write("setup", move |tx, cx| set_setup_code(tx, cx, &fresh)).await.unwrap();
    let is_good = async |code: &str| {
        let code = Secret::new(code.to_owned());
        place.read(move |tx, cx| is_setup_code(tx, cx, &code)).await.unwrap()
    };
    place.clock.advance(30 * MINUTE - 1);
    assert!(is_good("abc").await);
    for wrong in ["", "ABC", "abc ", "ab", "abcd"] {
        assert!(!is_good(wrong).await, "{wrong:?}");
    }
    place.clock.advance(1);
    assert!(!is_good("abc").await);
    let newer = Secret::new("newer".to_owned());
    place.write("setup", move |tx, cx| set_setup_code(tx, cx, &newer)).await.unwrap();
    assert!(is_good("newer").await && !is_good("abc").await, "only the newest counts");
    place.write("setup", |tx, _| spend_setup_code(tx)).await.unwrap();
    assert!(!is_good("newer").await && !is_good("").await);
}

async fn what_is_decided_once_stays(place: Place) {
    let again = place.write("setup", |tx, _| deployment(tx, &[1; 8], &[2; 32])).await.unwrap();
    let first = place.cx().deployment.clone();
    assert_eq!((&again.id, again.visitor_key.reveal()), (&first.id, first.visitor_key.reveal()));
}
