//! Invitations: a link that makes one account, once.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::kit::{Agent, Answer, Desk, PASSWORD, Place};

on_both![
    an_invitation_makes_one_account,
    an_invitation_that_is_used_withdrawn_old_or_made_up_makes_none,
    of_eight_who_accept_one_invitation_at_once_one_does,
    a_form_that_does_not_fit_leaves_the_invitation_good,
    only_administrators_hear_of_invitations,
];

/// The new invitation's id and token.
async fn invites(by: &Agent, role: &str) -> (String, String) {
    let made = by.post("/api/v1/invites", &json!({"role": role})).issues_secret().await.is(201);
    let token = made["url"].as_str().unwrap().strip_prefix(&format!("{}/join#", by.desk.url())).unwrap().to_owned();
    by.desk.witness().keeps("an invitation's token", &token);
    (made["id"].as_str().unwrap().to_owned(), token)
}

fn form(token: &str, email: &str) -> Value {
    json!({"token": token, "name": "Maya", "email": email, "password": PASSWORD})
}

async fn accept(desk: &Desk, form: &Value) -> Answer {
    desk.post("/api/v1/invites/accept", form).await
}

async fn an_invitation_makes_one_account(place: Place) {
    let desk = place.desk().await;
    for role in ["agent", "administrator"] {
        let (id, token) = invites(&desk.ada(), role).await;
        assert!(token.len() >= 43, "256 bits: {}", token.len());
        let list = desk.ada().get("/api/v1/invites").await.is(200)["items"].clone();
        assert_eq!(list[0]["id"], id);
        assert_eq!(list[0]["role"], role);
        let email = format!("{role}@acme.com");
        let accepted = accept(&desk, &form(&token, &email)).await.is(201);
        assert_eq!((&accepted["agent"]["role"], &accepted["agent"]["email"]), (&json!(role), &json!(email)));
        assert_eq!(accepted["company"], "Acme");
        let me = desk.get("/api/v1/session").header("cookie", accepted.cookie().unwrap()).await.is(200);
        assert_eq!(me["agent"]["id"], accepted["agent"]["id"]);
        assert_eq!(desk.ada().get("/api/v1/invites").await.is(200)["items"], json!([]));
        assert_eq!(desk.post("/api/v1/session", &json!({"email": email, "password": PASSWORD})).await.status, 201);
    }
}

async fn an_invitation_that_is_used_withdrawn_old_or_made_up_makes_none(place: Place) {
    let desk = place.desk().await;
    let ada = desk.ada();
    let ((_, used), (withdrawn_id, withdrawn), (_, old)) =
        (invites(&ada, "agent").await, invites(&ada, "administrator").await, invites(&ada, "agent").await);
    accept(&desk, &form(&used, "maya@acme.com")).await.is(201);
    ada.delete(&format!("/api/v1/invites/{withdrawn_id}")).await.is(204);
    ada.delete(&format!("/api/v1/invites/{withdrawn_id}")).await.refused(404, "not_found");
    desk.rewrites("UPDATE invite SET expires_at = expires_at - 259200001").await;
    let hashes: Vec<String> =
        desk.rows_of("invite").await.iter().map(|row| row.split(" | ").nth(1).unwrap().to_owned()).collect();
    let before = desk.rows().await;
    let made_up = ["", " ", "null", "0", "A".repeat(43).as_str(), "' OR 1=1 --", "\0"].map(str::to_owned);
    for token in [used, withdrawn, old].into_iter().chain(made_up).chain(hashes) {
        accept(&desk, &form(&token, "eve@acme.com")).await.refused(404, "invite_not_found");
    }
    for token in [json!(null), json!([]), json!({}), json!(true)] {
        let mut form = form("", "eve@acme.com");
        form["token"] = token;
        accept(&desk, &form).await.refused(422, "invalid_body");
    }
    desk.is_unchanged_since(&before).await;
    assert_eq!(ada.get("/api/v1/invites").await.is(200)["items"], json!([]), "an old one is not listed");
}

async fn of_eight_who_accept_one_invitation_at_once_one_does(place: Place) {
    let desk = place.desk().await;
    let (_, token) = invites(&desk.ada(), "agent").await;
    let forms: Vec<Value> = (0..8).map(|number| form(&token, &format!("maya{number}@acme.com"))).collect();
    let answers = join_all(forms.iter().map(|form| accept(&desk, form))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{answers:?}");
    for loser in answers.into_iter().filter(|answer| answer.status != 201) {
        loser.refused(404, "invite_not_found");
    }
    assert_eq!(desk.count("agent").await, 2);
    let (_, one) = invites(&desk.ada(), "agent").await;
    let (_, two) = invites(&desk.ada(), "agent").await;
    let forms = [form(&one, "twin@acme.com"), form(&two, "Twin@Acme.com")];
    let mut answers = join_all(forms.iter().map(|form| accept(&desk, form))).await;
    answers.sort_by_key(|answer| answer.status);
    assert_eq!(answers[0].status, 201, "{answers:?}");
    answers.remove(1).refused(409, "email_taken");
    assert_eq!(desk.count("agent").await, 3);
}

async fn a_form_that_does_not_fit_leaves_the_invitation_good(place: Place) {
    let desk = place.desk().await;
    let (_, token) = invites(&desk.ada(), "agent").await;
    let before = desk.rows().await;
    accept(&desk, &form(&token, " ADA@acme.com")).await.refused(409, "email_taken");
    for (field, value) in
        [("name", ""), ("name", "M\0"), ("email", "maya"), ("password", "short"), ("password", "maya@acme.com")]
    {
        let mut form = form(&token, "maya@acme.com");
        form[field] = json!(value);
        assert_eq!(accept(&desk, &form).await.refused(422, "invalid_body")["errors"][0]["field"], field);
    }
    for (field, value) in [("role", json!("administrator")), ("active", json!(true)), ("id", json!("x"))] {
        let mut form = form(&token, "maya@acme.com");
        form[field] = value;
        accept(&desk, &form).await.refused(422, "invalid_body");
    }
    for role in [json!("owner"), json!(""), json!(null), json!(["administrator"])] {
        desk.ada().post("/api/v1/invites", &json!({"role": role})).await.refused(422, "invalid_body");
    }
    desk.is_unchanged_since(&before).await;
    accept(&desk, &form(&token, "maya@acme.com")).await.is(201);
}

async fn only_administrators_hear_of_invitations(place: Place) {
    let desk = place.desk().await;
    let (ada, tom) = (desk.ada(), desk.agent("Tom").await);
    let (mut adas, mut toms) = (ada.listens().await, tom.listens().await);
    let from = ada.head().await;
    let (first, _) = invites(&ada, "agent").await;
    let (_, token) = invites(&ada, "agent").await;
    ada.delete(&format!("/api/v1/invites/{first}")).await.is(204);
    accept(&desk, &form(&token, "maya@acme.com")).await.is(201);
    adas.everything().await;
    toms.everything().await;
    assert_eq!(adas.kinds(), ["invite.created", "invite.created", "invite.deleted", "agent.joined", "invite.accepted"]);
    assert_eq!(toms.kinds(), ["agent.joined"]);
    let kinds =
        |events: Vec<Value>| events.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(kinds(ada.events_after(from).await), adas.kinds());
    assert_eq!(kinds(tom.events_after(from).await), toms.kinds());
    let caught_up = tom.listens_after(Some(from)).await;
    assert_eq!(caught_up.kinds(), ["agent.joined"], "also when they come back later");
}
