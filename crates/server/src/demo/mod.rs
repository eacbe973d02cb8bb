//! `chatdesk demo-data`: fills an empty desk with a company on a busy day, so that every screen has something to show. It uses
//! the verbs that people use, with a clock that is moved through the last two weeks; it writes no row of its own.

mod play;
mod story;

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use base::{AgentId, Clock, DepartmentId, Rng, Secret};
use bus::Bus;
use db::{Db, Options, Tx};
use desk::agent::{self, NewAccount, password};
use desk::status::{Status, Wanted};
use desk::token;
use desk::{Actor, AgentActor, Context, Desk, department, routing, setting, status};
use story::Company;

use crate::config::Config;

/// How long before now the company was founded, in ms: longer than the oldest conversation.
const FOUNDED: i64 = 20 * 24 * 3600 * 1000;

/// Fills the desk that `config` names, and says how to sign in.
///
/// # Errors
/// When the desk is set up already, so that nothing real is ever mixed with what is made up.
pub async fn fill(config: &Config) -> Result<String> {
    std::fs::create_dir_all(&config.data).with_context(|| format!("make the data folder {}", config.data.display()))?;
    let options = Options::new(config.database.reveal().clone());
    let opened = tokio::task::spawn_blocking(move || {
        let db = Db::open(&options)?;
        db.migrate(desk::MIGRATIONS)?;
        Ok::<_, db::DbError>(db)
    });
    let db = opened.await?.context("open the database")?;
    let now = Clock::System.now().millis();
    let clock = Clock::fixed(now - FOUNDED);
    let cx = desk::write::context(&db, clock.clone(), Rng::default()).await?;
    let bus = Bus::open("local:", &cx.deployment.id).await.context("open the bus")?;
    let desk = Desk::new(db, cx, bus);
    if desk.read(|tx, _| agent::is_set_up(tx)).await? {
        bail!(
            "This desk is set up already, and made-up conversations would stand among real ones. Name an empty --data folder."
        );
    }
    let (company, talks) = story::tell()?;
    eprintln!("Playing two weeks of {} conversations…", talks.len());
    let word = token::new(&desk.cx().rng).reveal()[..16].to_owned();
    let place = found(&desk, &company, &word, clock).await?;
    let spoken = play::all(&desk, &Arc::new(place.clone()), &Arc::new(talks), now).await?;
    for person in &place.people {
        let me = person.clone();
        let wanted = Wanted { status: Status::Available, until: None, reason: None };
        let settle = move |tx: &mut Tx<'_>, cx: &Context| {
            status::set(tx, cx, &Actor::Agent(me.clone()), me.id, &wanted)?;
            agent::end_session(tx, cx, &me)
        };
        desk.write("demo", settle).await?;
    }
    desk.db().close().await;
    let first = &company.people[0];
    Ok(format!(
        "{} is filled with {} people and {spoken} conversations.\nSign in as {} with the password {word} — everybody there has it.",
        company.name,
        company.people.len(),
        first.email,
    ))
}

/// Where everything happens.
#[derive(Clone)]
struct Place {
    clock: Clock,
    inbox: base::InboxId,
    people: Vec<AgentActor>,
    departments: HashMap<String, DepartmentId>,
}

/// Sets the desk up: people, departments, and chats that stay with whoever has them though nobody is signed in.
async fn found(desk: &Desk, company: &Company, word: &str, clock: Clock) -> Result<Place> {
    let hash = password::hash(&desk.cx().rng, &Secret::new(word.to_owned())).context("hash the password")?;
    let accounts = company.people.iter().map(|person| NewAccount {
        name: person.name.clone(),
        email: person.email.clone(),
        password_hash: hash.clone(),
    });
    let accounts: Vec<NewAccount> = accounts.collect();
    let (first, others) = accounts.split_first().context("a company of nobody")?;
    let (name, first, code) = (company.name.clone(), first.clone(), token::new(&desk.cx().rng));
    let done = desk.write("demo", move |tx, cx| {
        setting::set_setup_code(tx, cx, &code)?;
        agent::set_up(tx, cx, &code, &first, &name)
    });
    let done = done.await?;
    let head = Actor::Agent(done.started.actor.clone());
    let mut started = vec![done.started];
    for account in others {
        let (head, account) = (head.clone(), account.clone());
        let joined = desk.write("demo", move |tx, cx| {
            let (_, token) = agent::create_invite(tx, cx, &head, desk::actor::Role::Agent)?;
            agent::accept_invite(tx, cx, &token, &account)
        });
        started.push(joined.await?);
    }
    let mut departments = HashMap::new();
    for name in &company.departments {
        let members: Vec<AgentId> = company
            .people
            .iter()
            .zip(&started)
            .filter(|(person, _)| person.departments.contains(name))
            .map(|(_, it)| it.agent.id)
            .collect();
        let (head, wanted) = (head.clone(), department::New { name: name.clone() });
        let made = desk.write("demo", move |tx, cx| {
            let made = department::create(tx, cx, &head, &wanted)?;
            members.iter().try_for_each(|member| department::add_member(tx, cx, &head, made.id, *member).map(drop))?;
            Ok(made.id)
        });
        departments.insert(name.clone(), made.await?);
    }
    for (person, it) in company.people.iter().zip(&started) {
        let (head, id) = (head.clone(), it.agent.id);
        let update = agent::Update { languages: Some(person.languages.clone()), ..agent::Update::default() };
        desk.write("demo", move |tx, cx| agent::update(tx, cx, &head, id, &update)).await?;
    }
    desk.write("demo", move |tx, cx| routing::set_return_after(tx, cx, &head, 0)).await?;
    // who they are by now: with the departments they were put into
    let mut people = Vec::new();
    for it in &started {
        let me = desk.agent(it.token.reveal()).await?.context("a session that ended at once")?;
        people.push(AgentActor::clone(&me));
    }
    Ok(Place { clock, inbox: done.inbox.id, people, departments })
}

#[cfg(test)]
mod tests {
    use desk::conversation::View;

    use super::*;
    use crate::config::Sources;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_empty_desk_is_filled_once_and_a_desk_that_is_set_up_never() {
        let scratch = rig::process::Scratch::new("demo", "KILL").unwrap();
        let flags = [("data".to_owned(), vec![scratch.path().display().to_string()])].into();
        let config = Config::load(&Sources::gather(flags, std::iter::empty(), None).unwrap()).unwrap();
        let said = fill(&config).await.unwrap();
        assert!(said.contains("ana@fernandoak.example"), "{said}");
        let refused = fill(&config).await.unwrap_err();
        assert!(refused.to_string().contains("set up already"), "{refused}");

        let db = Db::open(&Options::new(config.database.reveal().clone())).unwrap();
        let cx = desk::write::context(&db, Clock::System, Rng::default()).await.unwrap();
        let bus = Bus::open("local:", &cx.deployment.id).await.unwrap();
        let desk = Desk::new(db, cx, bus);
        let word = said.split("the password ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
        let (ana, stored) =
            desk.read(|tx, _| agent::find_account(tx, "ana@fernandoak.example")).await.unwrap().unwrap();
        assert!(password::verify(&Secret::new(word.to_owned()), Some(&stored)), "what it said is the password");
        let ana = desk.write("test", move |tx, cx| agent::start_session(tx, cx, &ana)).await.unwrap().actor;
        let waiting =
            desk.read(move |tx, _| desk::conversation::list(tx, &ana, View::Waiting, None, 50)).await.unwrap();
        assert!(waiting.value.items.len() >= 3, "somebody waits: {waiting:?}");
        assert!(
            waiting.value.items.iter().all(|it| it.last_message_at <= desk.cx().now()),
            "nothing is said in the future"
        );
        desk.db().close().await;
    }
}
