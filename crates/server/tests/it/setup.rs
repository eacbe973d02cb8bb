//! Set-up: the first administrator and the first inbox, once, for whoever holds the code.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::kit::{Conduct, Desk, PASSWORD, Place};

on_both![
    whoever_has_the_code_sets_the_desk_up_once,
    a_wrong_used_or_old_code_sets_nothing_up,
    of_eight_who_set_up_at_once_one_does,
    fields_that_do_not_fit_are_named_and_the_code_stays_good,
    a_link_names_the_public_url_whatever_host_was_asked,
    a_restart_forgets_nothing_and_lets_nobody_set_up_again,
    an_unused_code_outlives_a_restart,
];

fn form(code: &str) -> Value {
    json!({"code": code, "name": "Ada Lovelace", "email": " Ada@Acme.com ", "password": PASSWORD, "company": "Acme"})
}

async fn set_up(desk: &Desk, form: &Value) -> crate::kit::Answer {
    desk.post("/api/v1/setup", form).await
}

async fn whoever_has_the_code_sets_the_desk_up_once(place: Place) {
    let desk = place.new_desk(Conduct::Limited, &[]).await;
    assert_eq!(desk.get("/api/v1/setup").await.is(200).body, json!({"needed": true}));
    let code = desk.setup_code();
    let done = set_up(&desk, &form(&code)).await.is(201);
    let session = &done["session"];
    let agent = json!({"id": session["agent"]["id"], "name": "Ada Lovelace", "email": "ada@acme.com", "role": "administrator",
        "active": true, "online": false, "created_at": session["agent"]["created_at"], "display_name": null, "signature": "",
        "languages": [], "chat_limit": 4, "status": session["agent"]["status"], "seen_at": null});
    let expected = json!({"agent": agent, "permissions": session["permissions"], "departments": [], "company": "Acme",
        "public_url": desk.url(), "expires_at": session["expires_at"]});
    assert_eq!(session["permissions"].as_array().unwrap().len(), desk::Permission::ALL.len());
    assert_eq!(session, &expected);
    assert!(session["expires_at"].is_string());
    let cookie = done.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("session=") && cookie.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age=604"),
        "{cookie}"
    );
    let inboxes = desk.get("/api/v1/inboxes").header("cookie", done.cookie().unwrap()).await.is(200);
    assert_eq!(inboxes["items"][0]["id"], done["inbox"]["id"]);
    assert_eq!(inboxes["items"][0]["name"], "Acme");
    assert!(done["inbox"]["key"].as_str().unwrap().starts_with("pk_"));
    assert_eq!(desk.get("/api/v1/setup").await.is(200).body, json!({"needed": false}));
    let before = desk.rows().await;
    set_up(&desk, &form(&code)).await.refused(409, "already_set_up");
    desk.is_unchanged_since(&before).await;
}

async fn a_wrong_used_or_old_code_sets_nothing_up(place: Place) {
    let desk = place.new_desk(Conduct::Unlimited, &[]).await;
    let code = desk.setup_code();
    let before = desk.rows().await;
    let hash = desk::token::hash(&code);
    for wrong in ["", "null", &code[1..], &format!("{code}A"), &code.to_uppercase(), &hash] {
        set_up(&desk, &form(wrong)).await.refused(403, "bad_setup_code");
    }
    for wrong in [json!(null), json!([]), json!(0)] {
        let mut form = form("");
        form["code"] = wrong;
        set_up(&desk, &form).await.refused(422, "invalid_body");
    }
    desk.rewrites("UPDATE setting SET value = '1000 ' || substr(value, 15) WHERE name = 'setup_code'").await;
    set_up(&desk, &form(&code)).await.refused(403, "bad_setup_code");
    desk.is_unchanged_since(&before).await;
}

async fn of_eight_who_set_up_at_once_one_does(place: Place) {
    let desk = place.new_desk(Conduct::Unlimited, &[]).await;
    let code = desk.setup_code();
    let answers = join_all((0..8).map(|number| {
        let mut form = form(&code);
        form["email"] = json!(format!("ada{number}@acme.com"));
        let desk = desk.clone();
        async move { set_up(&desk, &form).await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{answers:?}");
    for loser in answers.into_iter().filter(|answer| answer.status != 201) {
        loser.refused(409, "already_set_up");
    }
    assert_eq!((desk.count("agent").await, desk.count("inbox").await, desk.count("session").await), (1, 1, 1));
}

async fn fields_that_do_not_fit_are_named_and_the_code_stays_good(place: Place) {
    let desk = place.new_desk(Conduct::Unlimited, &[]).await;
    let code = desk.setup_code();
    let before = desk.rows().await;
    let long = "x".repeat(81);
    for (field, value) in [
        ("name", "  "),
        ("name", &long),
        ("name", "Ada\0"),
        ("company", ""),
        ("company", &long),
        ("company", "A\0cme"),
        ("email", "ada"),
        ("email", "@localhost"),
        ("email", "ada@acme.com\0"),
        ("email", "ada@acme.com, eve@evil.example"),
        ("password", "short"),
        ("password", "passwordpassword"),
        ("password", "ada lovelace"),
        ("password", &"x".repeat(129)),
    ] {
        let mut form = form(&code);
        form[field] = json!(value);
        let refused = set_up(&desk, &form).await.refused(422, "invalid_body");
        assert_eq!(refused["errors"][0]["field"], field, "{refused:?}");
        assert!(value.trim().is_empty() || field != "password" || !refused.text.contains(value), "{refused:?}");
    }
    for field in ["code", "name", "email", "password", "company"] {
        let mut form = form(&code);
        form.as_object_mut().unwrap().remove(field);
        assert_eq!(set_up(&desk, &form).await.refused(422, "invalid_body")["errors"][0]["field"], field);
    }
    let mut extra = form(&code);
    extra["role"] = json!("administrator");
    assert_eq!(set_up(&desk, &extra).await.refused(422, "invalid_body")["errors"][0]["field"], "role");
    desk.is_unchanged_since(&before).await;
    set_up(&desk, &form(&code)).await.is(201);
}

async fn a_link_names_the_public_url_whatever_host_was_asked(place: Place) {
    let desk = place.desk_with(Conduct::Unlimited, &[("public-url", "https://desk.example.com")]).await;
    let cookie = desk.ada().cookie.replacen("session=", "__Host-session=", 1);
    let ask = |host: &str| {
        let ask = desk
            .post("/api/v1/invites", &json!({"role": "agent"}))
            .header("cookie", cookie.clone())
            .header("host", host);
        ask.header("origin", "https://desk.example.com")
            .header("x-forwarded-host", "evil.example")
            .header("forwarded", "host=evil.example")
    };
    for host in ["desk.example.com", "localhost:99", "127.0.0.1"] {
        let invite = ask(host).issues_secret().await.is(201);
        assert!(invite["url"].as_str().unwrap().starts_with("https://desk.example.com/join#"), "{invite:?}");
        assert!(!invite.text.contains("evil") && !format!("{:?}", invite.headers).contains("evil"), "{invite:?}");
        assert_eq!(invite.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    }
    for host in ["evil.example", "desk.example.com.evil.example", "evil.example:80"] {
        ask(host).await.refused(421, "unknown_host");
    }
    assert_eq!(desk.count("invite").await, 3);
}

async fn a_restart_forgets_nothing_and_lets_nobody_set_up_again(place: Place) {
    let desk = place.desk().await;
    let (code, lena, maya) = (desk.setup_code(), desk.customer("Lena").await, desk.agent("Maya").await);
    let first = lena.says("Hello?").await;
    let head = maya.head().await;
    let before = desk.rows().await;
    let later = place.restart(&desk).await;
    later.is_unchanged_since(&before).await;
    assert_eq!(later.get("/api/v1/setup").await.is(200).body, json!({"needed": false}));
    assert!(!later.has_setup_code(), "the file with the code is gone");
    set_up(&later, &form(&code)).await.refused(409, "already_set_up");
    later.get("/api/v1/session").header("cookie", maya.cookie.clone()).await.is(200);
    let events = later.get(&format!("/api/v1/events?after={head}")).header("cookie", maya.cookie.clone()).await.is(200);
    assert_eq!((&events["events"], &events["head"]), (&json!([]), &json!(head)));
    let body = crate::kit::message_body(&lena.key, None, &first.client_id, "Hello?");
    let again = later.post("/api/chat/message", &body).bearer(&lena.token).await.is(200);
    assert_eq!(again["message"], first.whole, "also a message that was on its way");
    let body = crate::kit::message_body(&lena.key, None, &crate::kit::client_id(), "Still there?");
    let next = later.post("/api/chat/message", &body).bearer(&lena.token).await.is(201);
    assert_eq!((&next["message"]["conversation_id"], &next["message"]["seq"]), (&json!(first.conversation), &json!(2)));
}

async fn an_unused_code_outlives_a_restart(place: Place) {
    let desk = place.new_desk(Conduct::Unlimited, &[]).await;
    let code = desk.setup_code();
    let later = place.restart(&desk).await;
    assert_eq!(later.setup_code(), code, "whoever has the page open can go on");
    later.rewrites("UPDATE setting SET value = '1000 ' || substr(value, 15) WHERE name = 'setup_code'").await;
    let latest = place.restart(&later).await;
    let fresh = latest.setup_code();
    assert_ne!(fresh, code, "an old one is replaced");
    set_up(&latest, &form(&code)).await.refused(403, "bad_setup_code");
    set_up(&latest, &form(&fresh)).await.is(201);
}
