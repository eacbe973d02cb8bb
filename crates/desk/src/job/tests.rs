//! Stories about work that is done later: once, by one worker, again after a failure, and never for ever.

use super::{Errands, Job, backoff, claim, complete, depth, enqueue, fail, run, schedule};
use crate::tests::{DAY, HOUR, MINUTE, Place, SECOND};

on_both![
    of_two_workers_one_gets_each_job,
    a_job_whose_worker_died_is_done_by_another,
    a_job_that_keeps_failing_waits_longer_and_is_dead_in_the_end,
    the_same_job_waits_once_and_for_the_earlier_time,
    the_recurring_jobs_are_done_and_written_down_again,
];

#[test]
fn waits_double_up_to_an_hour_and_are_spread() {
    assert_eq!(backoff(1, 0), 500);
    assert_eq!(backoff(1, 500), 1_000);
    assert_eq!(backoff(3, 0), 2_000);
    assert_eq!((backoff(13, 0), backoff(100, 1_800_000)), (1_800_000, 3_600_000));
    for attempts in 1..40 {
        for chance in [0, 7, u64::MAX] {
            assert!((500..=3_600_000).contains(&backoff(attempts, chance)));
        }
    }
}

async fn wants(place: &Place, kind: &'static str, key: Option<&'static str>, after: i64) {
    let written = place.write("job", move |tx, cx| {
        let at = cx.now().plus_millis(after);
        enqueue(tx, cx, kind, "{}", key, at)
    });
    written.await.unwrap();
}

async fn claims(place: &Place, worker: &'static str) -> Vec<Job> {
    place.write(worker, move |tx, cx| claim(tx, cx, worker, 16)).await.unwrap()
}

async fn is_done(place: &Place, job: &Job, worker: &'static str) -> bool {
    let job = job.clone();
    place.write(worker, move |tx, _| complete(tx, &job, worker)).await.unwrap()
}

async fn of_two_workers_one_gets_each_job(place: Place) {
    for _ in 0..20 {
        wants(&place, "mail.send", None, 0).await;
    }
    wants(&place, "mail.send", None, SECOND).await;
    let (mut one, two) = tokio::join!(claims(&place, "one"), claims(&place, "two"));
    assert_eq!(one.len() + two.len(), 20, "{one:?} {two:?}");
    one.extend(two);
    let ids: std::collections::BTreeSet<_> = one.iter().map(|job| job.id.clone()).collect();
    assert_eq!(ids.len(), 20, "nobody got another's");
    place.clock.advance(SECOND);
    assert_eq!(claims(&place, "one").await.len(), 1, "what is due later comes later");
}

async fn a_job_whose_worker_died_is_done_by_another(place: Place) {
    wants(&place, "mail.send", None, 0).await;
    let job = claims(&place, "one").await.remove(0);
    assert!(claims(&place, "two").await.is_empty());
    place.clock.advance(MINUTE);
    let again = claims(&place, "two").await.remove(0);
    assert_eq!(again.id, job.id);
    assert!(!is_done(&place, &job, "one").await, "whoever lost the lease has nothing to say any more");
    let late = {
        let job = job.clone();
        place.write("one", move |tx, cx| fail(tx, cx, &job, "one", "late"))
    };
    assert!(!late.await.unwrap());
    assert!(is_done(&place, &again, "two").await);
    assert_eq!(place.read(|tx, _| depth(tx)).await.unwrap(), (0, 0));
}

async fn a_job_that_keeps_failing_waits_longer_and_is_dead_in_the_end(place: Place) {
    wants(&place, "mail.send", None, 0).await;
    for attempt in 1..=20 {
        let job = claims(&place, "one").await.remove(0);
        assert_eq!(job.attempts, attempt - 1);
        place.write("one", move |tx, cx| fail(tx, cx, &job, "one", "no such host")).await.unwrap();
        assert!(claims(&place, "one").await.is_empty(), "it waits after attempt {attempt}");
        place.clock.advance(HOUR);
    }
    place.clock.advance(DAY);
    assert!(claims(&place, "one").await.is_empty(), "dead: it stays, for somebody to look at");
    assert_eq!(place.read(|tx, _| depth(tx)).await.unwrap(), (1, 1));
    assert_eq!(place.count("SELECT count(*) FROM job WHERE last_error = 'no such host' AND attempts = 20").await, 1);
}

async fn the_same_job_waits_once_and_for_the_earlier_time(place: Place) {
    for after in [HOUR, MINUTE, DAY] {
        wants(&place, "offer.end", Some("offer 7"), after).await;
    }
    wants(&place, "offer.end", Some("offer 8"), HOUR).await;
    place.clock.advance(MINUTE);
    let due = claims(&place, "one").await;
    assert_eq!(due.len(), 1);
    assert!(is_done(&place, &due[0], "one").await);
    wants(&place, "offer.end", Some("offer 7"), 0).await;
    assert_eq!(claims(&place, "one").await.len(), 1, "once it is done, the key is free");
}

async fn the_recurring_jobs_are_done_and_written_down_again(place: Place) {
    schedule(&place.desk).await.unwrap();
    schedule(&place.desk).await.unwrap();
    wants(&place, "of.a.newer.version", None, 0).await;
    assert_eq!(place.read(|tx, _| depth(tx)).await.unwrap(), (3, 0));
    let chat = place.says(&place.visitor(), "Hello?").await;
    place.rewrites("UPDATE conversation SET waiting_since = NULL").await;
    let working = tokio::spawn(run(
        place.desk.clone(),
        "one".to_owned(),
        std::time::Duration::from_millis(1),
        Errands::default(),
    ));
    while place.sees(chat).await.waiting_since.is_none() || place.read(|tx, _| depth(tx)).await.unwrap() != (2, 0) {
        assert!(!working.is_finished());
        tokio::task::yield_now().await;
    }
    working.abort();
    let later = place.count("SELECT min(run_at) FROM job").await - place.clock.now().millis();
    assert_eq!(later, 5 * SECOND, "the sweep comes back first");
}
