//! Letters: carried to a real mail server, tried again, kept when refused, and never a way to flood a stranger.

use std::time::Instant;

use desk::mail::{self, Mail};
use rig::smtp::{Letter, Smtp};
use serde_json::{Value, json};
use server::config::{Config, PublicUrl, Sources};
use server::post::Carrier;

use crate::kit::{Agent, Conduct, Customer, Desk, PATIENCE, Place};

on_both![
    an_invitation_reaches_its_address_and_its_link_works,
    a_busy_mailbox_is_tried_again_until_it_takes_the_letter,
    a_refused_letter_is_shown_and_can_be_replayed_or_thrown_away,
    a_letter_that_was_handed_over_but_not_noted_is_the_same_letter_again,
    a_mail_server_that_is_away_gets_its_letters_when_it_is_back,
    a_refused_sign_in_keeps_the_letter,
    without_a_mail_server_links_are_copied_and_the_desk_says_so,
    a_test_letter_says_what_the_mail_server_said,
    a_customer_gets_a_copy_and_nobody_elses_words_escape,
    a_thousand_asks_for_one_victim_make_three_letters,
    no_certificate_that_nobody_trusts_gets_a_letter,
    only_administrators_look_into_the_outbox,
    no_host_header_gets_into_a_letter,
];

async fn desk_with(place: &Place, smtp: &Smtp) -> Desk {
    place.desk_with(Conduct::Unlimited, &[("smtp", &smtp.url()), ("mail-from", "desk@acme.com")]).await
}

async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "waited for ever: {what}");
        tokio::task::yield_now().await;
    }
}

async fn letters(smtp: &Smtp, count: usize) -> Vec<Letter> {
    let all = until("letters", async || Some(smtp.letters()).filter(|letters| letters.len() >= count)).await;
    assert_eq!(all.len(), count, "{all:#?}");
    all
}

async fn outbox(ada: &Agent) -> Value {
    ada.get("/api/v1/mail").await.is(200)["outbox"].clone()
}

async fn invites(ada: &Agent, email: &str) -> String {
    let body = json!({"role": "agent", "email": email});
    let made = ada.post("/api/v1/invites", &body).issues_secret().await.is(201);
    let url = made["url"].as_str().unwrap().to_owned();
    ada.desk.witness().keeps("an invitation's token", url.split_once('#').unwrap().1);
    url
}

/// Lets the time of waiting letters come.
async fn hurries(desk: &Desk) {
    let sooner = desk.core().write("story", |tx, _| {
        Ok(db::sql("UPDATE mail SET run_at = 0 WHERE state = 'waiting' AND lease_until = 0").run(tx)?)
    });
    sooner.await.unwrap();
}

async fn an_invitation_reaches_its_address_and_its_link_works(place: Place) {
    let smtp = Smtp::start().unwrap();
    let desk = desk_with(&place, &smtp).await;
    let ada = desk.ada();
    assert_eq!(ada.get("/api/v1/invites").await.is(200)["mail"], true);
    let url = invites(&ada, "Maya@Example.org").await;
    let letter = letters(&smtp, 1).await.remove(0);
    assert_eq!((letter.from.as_str(), letter.to.as_slice()), ("desk@acme.com", &["maya@example.org".to_owned()][..]));
    assert_eq!(letter.header("From"), "Acme <desk@acme.com>");
    assert_eq!(letter.header("Subject"), "Ada invites you to Acme");
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert!(letter.header("Message-ID").starts_with("<mail_") && letter.header("Message-ID").ends_with("@127.0.0.1>"));
    assert!(letter.header("Content-Type").starts_with("multipart/alternative"));
    assert_eq!(letter.words().matches(&url).count(), 3, "once as text, and as button and address: {}", letter.words());
    until("it is noted", async || outbox(&ada).await["last_sent_at"].as_str().map(str::to_owned)).await;
    assert_eq!(outbox(&ada).await["waiting"], 0);
    let stored = format!("{:?}", desk.rows_of("mail").await);
    assert!(!stored.contains("maya") && !stored.contains("join#"), "a delivered letter is wiped: {stored}");
    let form = json!({"token": url.split_once('#').unwrap().1, "name": "Maya", "email": "maya@example.org", "password": crate::kit::PASSWORD});
    desk.post("/api/v1/invites/accept", &form).await.is(201);
    ada.post("/api/v1/invites", &json!({"role": "agent", "email": "not an address"}))
        .await
        .refused(422, "invalid_body");
    assert!(desk.metrics().await.contains("app_outbox_attempts_total{kind=\"mail\",result=\"sent\"}"));
}

async fn a_busy_mailbox_is_tried_again_until_it_takes_the_letter(place: Place) {
    let smtp = Smtp::start().unwrap();
    let desk = desk_with(&place, &smtp).await;
    let ada = desk.ada();
    invites(&ada, "busy2.maya@example.org").await;
    let first = until("the first refusal", async || outbox(&ada).await["last_error"].as_str().map(str::to_owned)).await;
    assert!(first.contains("Mailbox busy"), "{first}");
    assert!(outbox(&ada).await["next_try_at"].is_string());
    until("it arrives", async || {
        hurries(&desk).await;
        smtp.letters().pop()
    })
    .await;
    assert_eq!(letters(&smtp, 1).await.len(), 1);
    until("it is noted", async || Some(outbox(&ada).await).filter(|outbox| outbox["waiting"] == 0)).await;
    let attempts = desk.rows_of("mail").await.remove(0);
    assert!(attempts.contains("| sent | 3 |"), "{attempts}");
}

async fn a_refused_letter_is_shown_and_can_be_replayed_or_thrown_away(place: Place) {
    let smtp = Smtp::start().unwrap();
    let desk = desk_with(&place, &smtp).await;
    let ada = desk.ada();
    let mut ear = ada.listens().await;
    invites(&ada, "nobody@example.org").await;
    ear.event("invite.created").await;
    ear.event("mail.died").await;
    let dead = ada.get("/api/v1/mail/dead").await.is(200)["items"].clone();
    assert_eq!(
        (&dead[0]["recipient"], &dead[0]["purpose"], &dead[0]["attempts"]),
        (&json!("nobody@example.org"), &json!("invitation"), &json!(1))
    );
    assert!(dead[0]["reason"].as_str().unwrap().contains("No such mailbox here"), "{dead}");
    assert!(smtp.letters().is_empty());
    let path = format!("/api/v1/mail/dead/{}", dead[0]["id"].as_str().unwrap());
    ada.post(&format!("{path}/replay"), &json!({})).await.is(204);
    ada.post(&format!("{path}/replay"), &json!({})).await.refused(404, "not_found");
    ear.event("mail.replayed").await;
    ear.event("mail.died").await;
    ada.delete(&path).await.is(204);
    ada.delete(&path).await.refused(404, "not_found");
    ear.event("mail.discarded").await;
    assert_eq!(ada.get("/api/v1/mail/dead").await.is(200)["items"], json!([]));
}

/// A carrier like the desk's own.
fn carrier(smtp: &Smtp) -> Carrier {
    let flags = [("smtp", smtp.url()), ("mail-from", "desk@acme.com".to_owned())];
    let flags = flags.into_iter().map(|(key, value)| (key.to_owned(), vec![value])).collect();
    let config = Config::load(&Sources::gather(flags, std::iter::empty(), None).unwrap()).unwrap();
    Carrier::open(&config, &PublicUrl::parse("http://127.0.0.1:1").unwrap()).unwrap().unwrap()
}

async fn a_letter_that_was_handed_over_but_not_noted_is_the_same_letter_again(place: Place) {
    let mut smtp = Smtp::start().unwrap();
    let desk = desk_with(&place, &smtp).await;
    smtp.stop().unwrap();
    invites(&desk.ada(), "maya@example.org").await;
    until("the first attempt", async || outbox(&desk.ada()).await["last_error"].as_str().map(str::to_owned)).await;
    // a process that is killed between the mail server's yes and its own note: it claims, hands over, and is gone
    let core = desk.core();
    core.write("story", |tx, _| Ok(db::sql("UPDATE mail SET run_at = 0, lease_until = 0, lease = 'nobody'").run(tx)?))
        .await
        .unwrap();
    let mine: Vec<Mail> = until("the letter", async || {
        let mine = core.write("mail", |tx, cx| {
            db::sql("UPDATE mail SET run_at = 0, lease_until = 0").run(tx)?;
            mail::claim(tx, cx, "killed", 1)
        });
        Some(mine.await.unwrap()).filter(|mine| !mine.is_empty())
    })
    .await;
    smtp.restart().unwrap();
    carrier(&smtp).hand_over(&mine[0], "Acme").await.unwrap();
    desk.rewrites("UPDATE mail SET lease_until = 0").await;
    let twice = letters(&smtp, 2).await;
    assert_eq!(twice[0].header("Message-ID"), twice[1].header("Message-ID"));
    assert_eq!(twice[0].data, twice[1].data, "to the byte");
    until("it is noted", async || Some(outbox(&desk.ada()).await).filter(|outbox| outbox["waiting"] == 0)).await;
    assert!(desk.metrics().await.contains("app_outbox_ambiguous_total"), "such doubles are counted");
}

async fn a_mail_server_that_is_away_gets_its_letters_when_it_is_back(place: Place) {
    let mut smtp = Smtp::start().unwrap();
    let desk = desk_with(&place, &smtp).await;
    smtp.stop().unwrap();
    for name in ["maya", "tom", "eve"] {
        invites(&desk.ada(), &format!("{name}@example.org")).await;
    }
    until("a failure", async || outbox(&desk.ada()).await["next_try_at"].as_str().map(str::to_owned)).await;
    let restarted = place.restart_with(&desk, &[("smtp", &smtp.url()), ("mail-from", "desk@acme.com")]).await;
    smtp.restart().unwrap();
    until("all arrive", async || {
        hurries(&restarted).await;
        Some(()).filter(|()| smtp.letters().len() >= 3)
    })
    .await;
    let mut to: Vec<String> = letters(&smtp, 3).await.into_iter().flat_map(|letter| letter.to).collect();
    to.sort();
    assert_eq!(to, ["eve@example.org", "maya@example.org", "tom@example.org"]);
}

async fn a_refused_sign_in_keeps_the_letter(place: Place) {
    let smtp = Smtp::start_with(&["--login", "desk@acme.com:correct-horse"]).unwrap();
    let url = |password: &str| format!("smtp://desk%40acme.com:{password}@127.0.0.1:{}", smtp.port());
    let desk = place.desk_with(Conduct::Unlimited, &[("smtp", &url("wrong-horse-7731"))]).await;
    desk.witness().keeps("the mail server's password", "wrong-horse-7731");
    invites(&desk.ada(), "maya@example.org").await;
    let error =
        until("the refusal", async || outbox(&desk.ada()).await["last_error"].as_str().map(str::to_owned)).await;
    assert!(error.contains("Wrong user or password"), "{error}");
    assert_eq!(outbox(&desk.ada()).await["dead"], 0, "the operator can repair this");
    let state = desk.ada().get("/api/v1/mail").await.is(200);
    assert_eq!(
        (&state["from"], &state["server"]),
        (&json!("desk@acme.com"), &json!(format!("127.0.0.1:{}", smtp.port())))
    );
    let restarted = place.restart_with(&desk, &[("smtp", &url("correct-horse"))]).await;
    until("it arrives", async || {
        hurries(&restarted).await;
        smtp.letters().pop()
    })
    .await;
}

async fn without_a_mail_server_links_are_copied_and_the_desk_says_so(place: Place) {
    let desk = place.desk().await;
    let ada = desk.ada();
    let state = ada.get("/api/v1/mail").await.is(200);
    assert_eq!((&state["server"], &state["from"]), (&Value::Null, &Value::Null));
    assert_eq!(ada.get("/api/v1/invites").await.is(200)["mail"], false);
    let before = desk.rows().await;
    ada.post("/api/v1/invites", &json!({"role": "agent", "email": "maya@example.org"})).await.refused(409, "mail_off");
    ada.post("/api/v1/mail/test", &json!({})).await.refused(409, "mail_off");
    desk.is_unchanged_since(&before).await;
    ada.post("/api/v1/invites", &json!({"role": "agent"})).issues_secret().await.is(201);
    let lena = desk.customer("Lena").await;
    lena.says("Hello?").await;
    assert_eq!(lena.comes_back().await["inbox"]["mail"], false);
    copy(&lena, "lena@example.org").await.refused(409, "mail_off");
}

async fn a_test_letter_says_what_the_mail_server_said(place: Place) {
    let mut smtp = Smtp::start().unwrap();
    let desk = desk_with(&place, &smtp).await;
    desk.ada().post("/api/v1/mail/test", &json!({})).await.is(204);
    let letter = letters(&smtp, 1).await.remove(0);
    assert_eq!(letter.to, ["ada@acme.com"]);
    assert_eq!(desk.count("mail").await, 0, "it is no job");
    desk.rewrites("UPDATE agent SET email = 'nobody@acme.com' WHERE name = 'Ada'").await;
    let refused = desk.ada().post("/api/v1/mail/test", &json!({})).await.refused(502, "mail_refused");
    assert!(refused["detail"].as_str().unwrap().contains("No such mailbox here"), "{refused:?}");
    smtp.stop().unwrap();
    desk.ada().post("/api/v1/mail/test", &json!({})).await.refused(502, "mail_refused");
}

async fn copy(customer: &Customer, email: &str) -> crate::kit::Answer {
    let path = format!("/api/chat/transcript/{}", customer.conversation());
    customer.ask("POST", &path).json(&json!({"email": email})).await
}

async fn a_customer_gets_a_copy_and_nobody_elses_words_escape(place: Place) {
    let smtp = Smtp::start().unwrap();
    let desk = desk_with(&place, &smtp).await;
    let (lena, eve) = (desk.customer("Lena").await, desk.customer("Eve").await);
    lena.says("Where is my refund? <img src=x onerror=alert(1)>").await;
    eve.says("My own business").await;
    assert_eq!(lena.comes_back().await["inbox"]["mail"], true);
    copy(&lena, "lena@example.org").await.refused(409, "nothing_to_send");
    let chat = lena.conversation();
    desk.ada().claims(&chat).await;
    desk.ada().replies(&chat, "It is on its way").await;
    desk.ada().notes(&chat, "This one is difficult").await;
    let path = format!("/api/chat/transcript/{chat}");
    eve.ask("POST", &path).json(&json!({"email": "eve@example.org"})).await.refused(404, "not_found");
    for email in ["", "lena", "a@b.de\r\nBcc: eve@example.org"] {
        copy(&lena, email).await.refused(422, "invalid_body");
    }
    copy(&lena, "lena@example.org").await.is(202);
    let letter = letters(&smtp, 1).await.remove(0);
    let words = letter.words();
    assert_eq!(letter.header("Subject"), "Your conversation with Acme");
    assert!(words.contains("It is on its way") && words.contains("Where is my refund?"), "{words}");
    assert!(!words.contains("difficult") && !words.contains("My own business"));
    let html = words.split("text/html").nth(1).unwrap();
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;") && !html.contains("<img"), "{html}");
}

async fn a_thousand_asks_for_one_victim_make_three_letters(place: Place) {
    let smtp = Smtp::start().unwrap();
    let desk = desk_with(&place, &smtp).await;
    let eves: Vec<Customer> = futures_util::future::join_all((0..10).map(|_| desk.customer("Eve"))).await;
    for eve in &eves {
        eve.says("BUY PILLS 7731").await;
        desk.ada().claims(&eve.conversation()).await;
        desk.ada().replies(&eve.conversation(), "Hello").await;
    }
    let mut accepted = 0;
    for _ in 0..10 {
        let asked = (0..100).map(|number| {
            copy(&eves[number % 10], if number % 3 == 0 { "VICTIM@example.org" } else { "victim@example.org" })
        });
        for answer in futures_util::future::join_all(asked).await {
            if answer.status == 202 {
                accepted += 1;
            } else {
                let refused = answer.refused(429, "mail_limit");
                assert!(refused["retry_after"].as_u64().unwrap() > 3_000);
            }
        }
    }
    assert_eq!(accepted, 3);
    let all = letters(&smtp, 3).await;
    assert!(all.iter().all(|letter| !letter.header("Subject").contains("PILLS")), "no attacker's words in a subject");
}

async fn no_certificate_that_nobody_trusts_gets_a_letter(place: Place) {
    let smtp = Smtp::start_with(&["--tls"]).unwrap();
    let url = format!("smtps://desk:secret@127.0.0.1:{}", smtp.port());
    let desk = place.desk_with(Conduct::Unlimited, &[("smtp", &url)]).await;
    invites(&desk.ada(), "maya@example.org").await;
    let error =
        until("the failure", async || outbox(&desk.ada()).await["last_error"].as_str().map(str::to_owned)).await;
    assert!(error.to_lowercase().contains("certificate"), "{error}");
    let plain = Smtp::start().unwrap();
    let url = format!("smtp://desk:secret@0.0.0.0:{}", plain.port());
    let flags = [("smtp".to_owned(), vec![url]), ("mail-from".to_owned(), vec!["desk@acme.com".to_owned()])];
    let config = Config::load(&Sources::gather(flags.into(), std::iter::empty(), None).unwrap()).unwrap();
    let carrier = Carrier::open(&config, &PublicUrl::parse("http://127.0.0.1:1").unwrap()).unwrap().unwrap();
    let cx = desk.core().cx();
    let refused = carrier.try_out(&cx.rng, cx.now(), "maya@example.org", "Acme").await.unwrap_err();
    assert!(!refused.permanent && refused.reason.contains("STARTTLS"), "no TLS, no letter: {refused:?}");
    assert!(smtp.letters().is_empty() && plain.letters().is_empty());
}

async fn only_administrators_look_into_the_outbox(place: Place) {
    let smtp = Smtp::start().unwrap();
    let desk = desk_with(&place, &smtp).await;
    let tom = desk.agent("Tom").await;
    let mut toms = tom.listens().await;
    for path in ["/api/v1/mail", "/api/v1/mail/dead"] {
        tom.get(path).await.refused(403, "forbidden");
    }
    tom.post("/api/v1/mail/test", &json!({})).await.refused(403, "forbidden");
    invites(&desk.ada(), "nobody@example.org").await;
    until("it is dead", async || Some(outbox(&desk.ada()).await).filter(|outbox| outbox["dead"] == 1)).await;
    toms.everything().await;
    assert_eq!(toms.kinds(), Vec::<String>::new());
}

async fn no_host_header_gets_into_a_letter(place: Place) {
    let smtp = Smtp::start().unwrap();
    let desk = desk_with(&place, &smtp).await;
    let ada = desk.ada();
    let forged = ["evil.example", "evil.example:80", "127.0.0.1@evil.example", "127.0.0.1.evil.example"];
    for host in forged {
        let body = json!({"role": "agent", "email": "maya@example.org"});
        ada.post("/api/v1/invites", &body).header("host", host).await.refused(421, "unknown_host");
        for name in ["x-forwarded-host", "forwarded", "x-host", "x-original-url", "x-forwarded-server"] {
            let answer =
                ada.post("/api/v1/invites", &body).header(name, format!("host={host}")).issues_secret().await.is(201);
            assert!(answer["url"].as_str().unwrap().starts_with(&format!("{}/join#", desk.url())));
        }
    }
    let all = letters(&smtp, forged.len() * 5).await;
    assert!(all.iter().all(|letter| !letter.data.contains("evil")));
}
