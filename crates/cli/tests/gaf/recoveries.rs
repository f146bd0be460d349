//! `gaf endpoint recover` and `gaf recovery`

use contracts::v1::Recovery;

use crate::fakes::FakeWebhooks;
use crate::world::{World, id};

fn since() -> [&'static str; 2] {
    ["--since", "2026-05-28T10:00:00Z"]
}

fn done(recovery: &mut Recovery) {
    recovery.status = "done".into();
    recovery.recovered = 40;
    recovery.waiting_for = None;
}

#[tokio::test]
async fn a_dry_run_counts_and_begins_nothing() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let endpoint = id(77);
    let recover = ["endpoint", "recover", &endpoint, "--dry-run"];
    let ran = world.gaf(&[&recover[..], &since()].concat()).await;
    assert_eq!(
        ran.out.trim(),
        "40 deliveries would be made, of 120 events looked at; 1 is still owed"
    );
    let ran = world
        .gaf(&[&recover[..], &since(), &["--missed"]].concat())
        .await;
    assert!(ran.out.starts_with("at least 40 deliveries"), "{}", ran.out);
    let counted = world.json(&[&recover[..], &since()].concat()).await;
    assert_eq!(counted["recoverable"], 40);

    // Two hours ago, or a time.
    let ran = world
        .gaf(&[&recover[..], &["--since", "2h"]].concat())
        .await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    let asked = fake.recoveries.asked.lock().unwrap().clone();
    assert!(asked.iter().all(|request| request.dry_run));
    let seconds = |at: usize| asked[at].since.unwrap().seconds;
    assert_eq!(seconds(0), 1_779_962_400);
    assert!(seconds(3) > seconds(0));
    assert_eq!(world.gaf(&["endpoint", "recover", &endpoint]).await.code, 2);
    let list = world.json(&["recovery", "list"]).await;
    assert_eq!(list.as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_recovery_is_waited_for_and_tells_how_far_it_is() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    *fake.recoveries.steps.lock().unwrap() = vec![
        done,
        |recovery| recovery.waiting_for = Some("endpoint_paused".into()),
        |recovery| recovery.recovered = 10,
    ];
    let endpoint = id(77);
    let types = ["--types", "flight.*,maintenance.alert", "--missed"];
    let recover = ["endpoint", "recover", &endpoint, "--per-second", "200"];
    let ran = world.gaf(&[&recover[..], &since(), &types].concat()).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("10 of 40 deliveries"), "{}", ran.err);
    assert!(ran.err.contains("the endpoint is paused"), "{}", ran.err);
    assert!(ran.out.contains("40 of 40"), "{}", ran.out);
    let asked = fake.recoveries.asked.lock().unwrap()[0].clone();
    assert_eq!(asked.event_types, ["flight.*", "maintenance.alert"]);
    assert_eq!((asked.missed, asked.per_second), (true, Some(200)));
}

#[tokio::test]
async fn one_that_goes_on_by_itself_is_listed_shown_and_cancelled() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let (endpoint, other, recovery) = (id(77), id(78), id(90));
    let recover = ["endpoint", "recover", &endpoint, "--detach"];
    let begun = world.json(&[&recover[..], &since()].concat()).await;
    assert_eq!(
        (&begun["id"], &begun["status"]),
        (&recovery.as_str().into(), &"running".into())
    );
    let second = world.gaf(&[&recover[..], &since()].concat()).await;
    assert_eq!(second.code, 4, "{}", second.err);

    let listed = world
        .gaf(&["recovery", "list", "--endpoint", &endpoint])
        .await;
    assert!(listed.out.contains("0 of 40"), "{}", listed.out);
    let none = world.gaf(&["recovery", "list", "--endpoint", &other]).await;
    assert!(none.out.contains("There is none"), "{}", none.out);
    let shown = world.gaf(&["recovery", "show", &recovery]).await;
    assert!(shown.out.contains("looks for   failed"), "{}", shown.out);
    assert_eq!(world.gaf(&["recovery", "show", &other]).await.code, 3);

    let cancelled = world.json(&["recovery", "cancel", &recovery]).await;
    assert_eq!(cancelled["reason"], "requested");
    // A cancel that is repeated is none the worse.
    world.json(&["recovery", "cancel", &recovery]).await;
    let watched = world.gaf(&["recovery", "show", &recovery, "--watch"]).await;
    assert_eq!(watched.code, 1);
    assert!(
        watched.out.contains("cancelled (requested)"),
        "{}",
        watched.out
    );

    fake.recoveries.steps.lock().unwrap().push(done);
    world.json(&["recovery", "show", &recovery]).await;
    let over = world.gaf(&["recovery", "cancel", &recovery]).await;
    assert_eq!(over.code, 4, "{}", over.err);
}
