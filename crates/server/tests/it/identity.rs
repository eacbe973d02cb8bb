//! Signed identities: secrets that are shown once, proofs that open chats on another device, and all that is not believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::kit::{Answer, Desk, Place, message_body};

on_both![
    a_signed_person_finds_their_chat_on_another_device,
    what_is_not_signed_opens_nothing_and_writes_nothing,
    a_token_that_somebody_else_showed_is_refused,
    a_hash_of_the_id_is_proof_too,
    an_unsigned_name_fills_an_empty_place_and_is_not_verified,
    who_logs_out_is_a_stranger_here,
    a_secret_is_shown_once_and_ends_when_told,
];

fn sign(secret: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn now(desk: &Desk) -> i64 {
    desk.core().cx().now().millis() / 1_000
}

fn claims(desk: &Desk, id: &str, once: &str) -> Value {
    json!({"sub": id, "aud": desk.key(), "exp": now(desk) + 600, "jti": once, "name": "Lena Kovac", "email": "lena@example.com"})
}

fn token(secret: &str, claims: &Value) -> Value {
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", part(json!({"alg": "HS256"}).to_string()), part(claims.to_string()));
    json!({"token": format!("{signed}.{}", part_of(&sign(secret, &signed)))})
}

fn part_of(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

async fn secret(desk: &Desk) -> (String, String) {
    let path = format!("/api/v1/inboxes/{}/identity-secrets", desk.inbox().id);
    let made = desk.ada().ask("POST", &path).issues_secret().await.is(201);
    let value = made["value"].as_str().unwrap().to_owned();
    desk.witness().keeps("an identity's secret", &value);
    (made["secret"]["id"].as_str().unwrap().to_owned(), value)
}

/// A browser opens the chat with what its page says of who it is.
async fn opens(desk: &Desk, token: Option<&str>, identity: &Value) -> Answer {
    let body = json!({"inbox": desk.key(), "token": token, "identity": identity});
    desk.post("/api/chat/initialize", &body).header("x-chatdesk-widget", "1").issues_secret().await.is(200)
}

fn own_token(answer: &Answer) -> String {
    answer["token"].as_str().unwrap().to_owned()
}

async fn says(desk: &Desk, token: &str, text: &str) -> String {
    let body = message_body(&desk.key(), None, &crate::kit::client_id(), text);
    let sent = desk.post("/api/chat/message", &body).bearer(token).await.is(201);
    sent["message"]["conversation_id"].as_str().unwrap().to_owned()
}

async fn a_signed_person_finds_their_chat_on_another_device(place: Place) {
    let desk = place.desk().await;
    let (maya, (_, secret)) = (desk.agent("Maya").await, secret(&desk).await);
    let phone = opens(&desk, None, &token(&secret, &claims(&desk, "42", "1"))).await;
    assert_eq!(phone["identity"], json!({"state": "verified"}));
    assert!(phone.header("set-cookie").contains("HttpOnly; Max-Age=2592000"), "{:?}", phone.headers);
    let chat = says(&desk, &own_token(&phone), "Hello?").await;
    let laptop = opens(&desk, None, &token(&secret, &claims(&desk, "42", "2"))).await;
    assert_eq!(laptop["conversation"]["id"], chat.as_str());
    assert_ne!(own_token(&laptop), own_token(&phone), "each device has a token of its own");
    assert_eq!(says(&desk, &own_token(&laptop), "From here").await, chat);
    let seen = maya.sees(&chat).await;
    let profile = maya.get(&format!("/api/v1/contacts/{}", seen["contact"]["id"].as_str().unwrap())).await.is(200);
    let expected = json!({"verified": true, "user_id": "42", "name": "Lena Kovac", "email": "lena@example.com"});
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(profile["contact"][field], *value, "{field}");
    }
    assert_eq!(profile["identities"].as_array().unwrap().len(), 2, "the company's id is none of them");
    let stranger = desk.customer("Tom").await;
    says(&desk, &stranger.token, "Hi").await;
    let switched = opens(&desk, Some(&stranger.token), &token(&secret, &claims(&desk, "42", "3"))).await;
    assert_ne!(own_token(&switched), stranger.token, "a token of somebody unknown does not become a known person's");
    assert_eq!(switched["conversation"]["id"], chat.as_str());
}

async fn what_is_not_signed_opens_nothing_and_writes_nothing(place: Place) {
    let desk = place.desk().await;
    let (id, secret) = secret(&desk).await;
    let other = desk.ada().post("/api/v1/inboxes", &json!({"name": "Other"})).await.is(201);
    let lena = opens(&desk, None, &token(&secret, &claims(&desk, "42", "1"))).await;
    says(&desk, &own_token(&lena), "A secret of mine").await;
    let with = |field: &str, value: Value| {
        let mut claims = claims(&desk, "42", "2");
        claims[field] = value;
        token(&secret, &claims)
    };
    let none =
        format!("{}.{}.", part_of(br#"{"alg":"none"}"#), part_of(claims(&desk, "42", "3").to_string().as_bytes()));
    let before = desk.rows().await;
    for (identity, reason) in [
        (token("another secret", &claims(&desk, "42", "2")), "signature"),
        (token("", &claims(&desk, "42", "2")), "signature"),
        (json!({"token": none}), "signature"),
        (json!({"token": "no token"}), "malformed"),
        (with("aud", other["key"].clone()), "audience"),
        (with("exp", json!(now(&desk) - 60)), "expired"),
        (with("exp", json!(now(&desk) + 7_200)), "expired"),
        (json!({"id": "42", "exp": now(&desk) + 60, "hash": "0".repeat(64)}), "signature"),
        (json!({"id": "42", "hash": ""}), "malformed"),
    ] {
        let answer = opens(&desk, None, &identity).await;
        assert_eq!(answer["identity"], json!({"state": "refused", "reason": reason}), "{identity}");
        assert_eq!((&answer["conversation"], answer.header("set-cookie")), (&Value::Null, ""), "{identity}");
    }
    for identity in [json!({"id": "42"}), json!({"id": "42", "name": "Lena Kovac"}), json!({})] {
        let answer = opens(&desk, None, &identity).await;
        assert_eq!(answer["identity"], json!({"state": "claimed"}), "{identity}");
        assert_eq!(answer["conversation"], Value::Null);
    }
    for identity in [json!({"email": "lena@example.com"}), json!({"verified": true}), json!("42")] {
        let body = json!({"inbox": desk.key(), "identity": identity});
        desk.post("/api/chat/initialize", &body).await.refused(422, "invalid_body");
    }
    desk.is_unchanged_since(&before).await;
    let path = format!("/api/v1/inboxes/{}/identity-secrets/{id}", desk.inbox().id);
    desk.ada().ask("DELETE", &path).await.is(204);
    let late = opens(&desk, None, &token(&secret, &claims(&desk, "42", "4"))).await;
    assert_eq!(late["identity"]["reason"], "signature", "an ended secret proves nothing");
}

async fn a_token_that_somebody_else_showed_is_refused(place: Place) {
    let desk = place.desk().await;
    let (_, secret) = secret(&desk).await;
    let proof = token(&secret, &claims(&desk, "42", "1"));
    let lena = opens(&desk, None, &proof).await;
    says(&desk, &own_token(&lena), "Hello?").await;
    let thief = opens(&desk, None, &proof).await;
    assert_eq!(thief["identity"], json!({"state": "refused", "reason": "replayed"}));
    assert_eq!(thief["conversation"], Value::Null);
    let again = opens(&desk, Some(&own_token(&lena)), &proof).await;
    assert_eq!(again["identity"]["state"], "verified", "the same browser may show it again");
}

async fn a_hash_of_the_id_is_proof_too(place: Place) {
    let desk = place.desk().await;
    let (_, secret) = secret(&desk).await;
    let exp = now(&desk) + 3_600;
    let hash: String = sign(&secret, &format!("42\n{exp}")).iter().map(|byte| format!("{byte:02x}")).collect();
    let identity = json!({"id": "42", "exp": exp, "hash": hash, "name": "Lena"});
    let first = opens(&desk, None, &identity).await;
    assert_eq!(first["identity"]["state"], "verified");
    let chat = says(&desk, &own_token(&first), "Hello?").await;
    assert_eq!(opens(&desk, None, &identity).await["conversation"]["id"], chat.as_str());
    let other = json!({"id": "43", "exp": exp, "hash": hash});
    assert_eq!(opens(&desk, None, &other).await["identity"]["reason"], "signature");
}

async fn an_unsigned_name_fills_an_empty_place_and_is_not_verified(place: Place) {
    let desk = place.desk().await;
    let maya = desk.agent("Maya").await;
    let open = opens(&desk, None, &json!({"id": "42", "name": "Lena"})).await;
    let chat = says(&desk, &own_token(&open), "Hello?").await;
    let contact = maya.sees(&chat).await["contact"].clone();
    assert_eq!(contact["name"], "Lena");
    let path = format!("/api/v1/contacts/{}", contact["id"].as_str().unwrap());
    let profile = maya.get(&path).await.is(200);
    assert_eq!((&profile["contact"]["verified"], &profile["contact"]["user_id"]), (&json!(false), &Value::Null));
    maya.patch(&path, &json!({"name": "Lena K."})).await.is(200);
    let body = json!({"inbox": desk.key(), "token": own_token(&open), "identity": {"name": "Somebody else"}});
    desk.post("/api/chat/initialize", &body).issues_secret().await.is(200);
    says(&desk, &own_token(&open), "Me again").await;
    assert_eq!(maya.sees(&chat).await["contact"]["name"], "Lena K.", "what the team wrote stays");
}

async fn who_logs_out_is_a_stranger_here(place: Place) {
    let desk = place.desk().await;
    let (_, secret) = secret(&desk).await;
    let open = opens(&desk, None, &token(&secret, &claims(&desk, "42", "1"))).await;
    let (mine, chat) = (own_token(&open), says(&desk, &own_token(&open), "Hello?").await);
    let gone = desk.ask("POST", "/api/chat/logout").bearer(&mine).await.is(204);
    assert!(gone.header("set-cookie").contains("Max-Age=0"), "{:?}", gone.headers);
    let history = format!("/api/chat/history/{chat}");
    desk.get(&history).bearer(&mine).await.refused(404, "not_found");
    desk.ask("POST", "/api/chat/logout").bearer(&mine).await.is(204);
    let elsewhere = opens(&desk, None, &token(&secret, &claims(&desk, "42", "2"))).await;
    assert_eq!(elsewhere["conversation"]["id"], chat.as_str(), "the person is still known");
}

async fn a_secret_is_shown_once_and_ends_when_told(place: Place) {
    let desk = place.desk().await;
    let (ada, maya) = (desk.ada(), desk.agent("Maya").await);
    let path = format!("/api/v1/inboxes/{}/identity-secrets", desk.inbox().id);
    let (first, old) = secret(&desk).await;
    let (second, _) = secret(&desk).await;
    let listed = ada.get(&path).await.is(200);
    let ids: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert_eq!(ids, [&json!(second), &json!(first)]);
    assert_eq!(listed["items"][0]["ends_at"], Value::Null);
    assert!(listed["items"][1]["ends_at"].is_string(), "the one before has a day");
    let still = opens(&desk, None, &token(&old, &claims(&desk, "42", "1"))).await;
    assert_eq!(still["identity"]["state"], "verified");
    let foreign = ada.post("/api/v1/inboxes", &json!({"name": "Other"})).await.is(201);
    let wrong = format!("/api/v1/inboxes/{}/identity-secrets/{first}", foreign["id"].as_str().unwrap());
    ada.ask("DELETE", &wrong).await.is(204);
    assert_eq!(ada.get(&path).await.is(200)["items"].as_array().unwrap().len(), 2, "not through another inbox");
    maya.get(&path).await.refused(403, "forbidden");
    ada.get("/api/v1/inboxes/inbox_00000000000000000000000000/identity-secrets").await.refused(404, "not_found");
}
