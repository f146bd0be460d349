//! `gaf deliveries`, `gaf delivery` and `gaf event`

use contracts::convert::timestamp;
use contracts::v1::{Attempt, ExplainEventResponse, Explanation};

use crate::fakes::{FakeWebhooks, delivery};
use crate::world::{World, id};

fn attempt() -> Attempt {
    let headers = |given: &[(&str, &str)]| {
        let owned = given
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        owned.collect()
    };
    Attempt {
        number: 1,
        started_at: Some(timestamp("2026-05-28T12:03:11Z".parse().unwrap())),
        duration_ms: 42,
        status_code: Some(503),
        error: Some("status".into()),
        error_detail: Some("the receiver answered 503".into()),
        response_excerpt: b"\x1b[2Jbusy\xff".as_slice().into(),
        request_headers: headers(&[("host", "partner.example"), ("x-key", "•")]),
        response_headers: headers(&[("x-odd", "a\u{202e}b")]),
    }
}

#[tokio::test]
async fn deliveries_are_listed_page_by_page_up_to_the_limit() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    *fake.deliveries.lock().unwrap() = (1..=450).map(delivery).collect();
    let listed = world.json(&["deliveries", "--limit", "10000"]).await;
    assert_eq!(listed.as_array().unwrap().len(), 450);
    let listed = world.json(&["deliveries", "--limit", "201"]).await;
    assert_eq!(listed.as_array().unwrap().len(), 201);
    let event = "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let filters = [
        "--endpoint",
        &id(77),
        "--event",
        event,
        "--status",
        "failed",
    ];
    let ran = world.gaf(&[&["deliveries"][..], &filters].concat()).await;
    assert!(
        ran.out.contains("503 status") && ran.out.contains("2026-05-28T12:03:16Z"),
        "{}",
        ran.out
    );
    let asked = fake.listed.lock().unwrap().last().unwrap().clone();
    assert_eq!(
        (asked.endpoint_id, asked.event_id.as_deref()),
        (Some(id(77)), Some(event))
    );
    assert_eq!((asked.status.as_deref(), asked.limit), (Some("failed"), 50));
    assert_eq!(world.gaf(&["deliveries", "--status", "lost"]).await.code, 2);
}

#[tokio::test]
async fn a_delivery_is_shown_with_its_attempts_and_nothing_that_moves_the_cursor() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    fake.deliveries.lock().unwrap().push(delivery(1));
    fake.attempts.lock().unwrap().push(attempt());
    let ran = world.gaf(&["delivery", "show", &id(1)]).await;
    assert!(
        ran.out.contains("503 status: the receiver answered 503") && ran.out.contains("[2Jbusy"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\u{1b}'));
    let shown = world.json(&["delivery", "show", &id(1)]).await;
    assert_eq!(
        (&shown["id"], &shown["attempts"][0]["duration_ms"]),
        (&id(1).into(), &42.into())
    );
    assert_eq!(world.gaf(&["delivery", "show", &id(2)]).await.code, 3);
}

#[tokio::test]
async fn the_whole_exchange_is_shown_on_request_and_always_in_json() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    fake.deliveries.lock().unwrap().push(delivery(1));
    fake.attempts.lock().unwrap().push(attempt());
    let brief = world.gaf(&["delivery", "show", &id(1)]).await;
    assert!(
        brief.out.contains("https://partner.example/hook"),
        "{}",
        brief.out
    );
    assert!(!brief.out.contains("> host"), "{}", brief.out);

    let ran = world.gaf(&["delivery", "show", &id(1), "--verbose"]).await;
    for part in [
        "{\"id\": 1}\n",
        "ATTEMPT 1: 503 status",
        "> host: partner.example\n> x-key: •\n< x-odd: a b\n [2Jbusy",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'));

    let shown = world.json(&["delivery", "show", &id(1)]).await;
    assert_eq!(shown["attempts"][0]["request_headers"]["x-key"], "•");
    assert_eq!(
        shown["attempts"][0]["response_headers"]["x-odd"],
        "a\u{202e}b"
    );
    assert_eq!(shown["request_body"], "{\"id\": 1}\n\u{1b}[2J");
}

#[tokio::test]
async fn undelivered_ones_are_listed_since_a_time() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let list = ["deliveries", "--status", "undelivered", "--since"];
    let at = "2026-05-28T14:00:00+02:00";
    let ran = world.gaf(&[&list[..], &[at]].concat()).await;
    assert!(ran.out.contains("There is no such delivery"), "{}", ran.out);
    let asked = fake.listed.lock().unwrap()[0].clone();
    assert_eq!(asked.status.as_deref(), Some("undelivered"));
    let since = "2026-05-28T12:00:00Z".parse().unwrap();
    assert_eq!(asked.since, Some(timestamp(since)));

    world.gaf(&[&list[..], &["2h"]].concat()).await;
    let asked = fake.listed.lock().unwrap()[1].clone();
    assert!(asked.since.unwrap().seconds > timestamp(since).seconds);
    let ran = world.gaf(&[&list[..], &["yesterday"]].concat()).await;
    assert_eq!(ran.code, 2);
}

#[tokio::test]
async fn a_delivery_goes_once_more_under_a_key() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let ran = world.gaf(&["delivery", "redeliver", &id(1)]).await;
    assert!(
        ran.out.contains(&format!("{} is on its way", id(9))),
        "{}",
        ran.out
    );
    let ran = world.gaf(&["delivery", "redeliver", &id(9)]).await;
    assert!(ran.out.contains("still owed"), "{}", ran.out);
    let redeliver = ["delivery", "redeliver", &id(1), "--idempotency-key", "k"];
    let answer = world.json(&redeliver).await;
    assert_eq!(
        (&answer["id"], &answer["already_pending"]),
        (&id(9).into(), &false.into())
    );
    let asked = fake.redelivered.lock().unwrap();
    let keys: Vec<_> = asked
        .iter()
        .map(|r| r.idempotency_key.clone().unwrap())
        .collect();
    assert!(keys[0].starts_with("gaf-") && keys[0] != keys[1]);
    assert_eq!(keys[2], "k");
}

#[tokio::test]
async fn it_is_told_why_an_endpoint_did_not_get_an_event() {
    const EVENT: &str = "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let explanation = |number, verdict: &str, reason: Option<&str>| Explanation {
        endpoint_id: id(number),
        url: "https://partner.example/hook".into(),
        verdict: verdict.into(),
        reason: reason.map(str::to_owned),
        delivery: (verdict == "pending").then(|| delivery(1)),
    };
    *fake.explained.lock().unwrap() = ExplainEventResponse {
        event_type: Some("flight.approved".into()),
        occurred_at: Some(timestamp("2026-05-28T12:03:11Z".parse().unwrap())),
        endpoints: vec![
            explanation(1, "filtered", Some("type")),
            explanation(2, "pending", Some("timeout")),
            explanation(3, "endpoint_disabled", Some("gone")),
            explanation(4, "not_there_yet", None),
        ],
    };
    let ran = world.gaf(&["event", "why", EVENT]).await;
    for words in [
        "it did not ask for this type",
        "next attempt 2026-05-28T12:03:16Z; the last one: timeout",
        "endpoint_disabled  gone",
        "it was made later",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let told = world.json(&["event", "why", EVENT]).await;
    assert_eq!(told["endpoints"][0]["reason"], "type");
    assert_eq!(told["endpoints"][1]["delivery"]["id"], id(1));

    let ran = world
        .gaf(&["event", "why", EVENT, "--endpoint", &id(5)])
        .await;
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("names the organisation"), "{}", ran.err);
    fake.explained.lock().unwrap().endpoints.clear();
    let ran = world.gaf(&["event", "why", EVENT]).await;
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("retention"), "{}", ran.err);
}

#[tokio::test]
async fn an_endpoint_is_tried_when_it_is_made_and_the_exit_code_tells() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    fake.deliveries.lock().unwrap().push(delivery(1));
    fake.attempts.lock().unwrap().push(attempt());
    let create = "endpoint create --url https://partner.example/ --events * --test";
    let create: Vec<_> = create.split_whitespace().collect();
    let ran = world.gaf(&create).await;
    assert_eq!(ran.code, 1);
    // The secret is shown all the same.
    assert!(
        ran.out.contains("whsec_") && ran.out.contains("503 status"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("the test delivery failed"), "{}", ran.err);

    let arrived = Attempt {
        status_code: Some(204),
        error: None,
        error_detail: None,
        ..attempt()
    };
    *fake.attempts.lock().unwrap() = vec![arrived];
    let answer = world.json(&create).await;
    assert_eq!(answer["test"]["attempt"]["status_code"], 204);
    let id = id(77);
    let answer = world.json(&["endpoint", "update", &id, "--test"]).await;
    assert_eq!(answer["test"]["attempt"]["status_code"], 204);
    let answer = world.json(&["endpoint", "ping", &id, "--wait"]).await;
    assert_eq!(answer["test"]["attempt"]["duration_ms"], 42);
    let ran = world.gaf(&["endpoint", "update", &id, "--pause"]).await;
    assert!(!ran.out.contains("webhook.test"), "{}", ran.out);
}
