//! Connections that are kept, by partners that are careless with them.

use contracts::v1::CreateEndpointRequest;
use system_tests::webhooks::publish_one;
use test_support::eventually;
use uuid::Uuid;

use crate::case::{PATIENCE, delivered, dispatcher};
use crate::partner::{Act, OK, Partner, Then};

const EVENTS: usize = 20;

/// Sends events one after another, each once the one before has arrived. Each is one attempt: a
/// request that was lost with its connection is none that the partner saw. Answers how many requests
/// it took.
async fn one_after_another(label: &str, acts: Vec<Act>) -> usize {
    let stack = dispatcher(label).start().await;
    let (partner, organization) = (Partner::acting(acts).await, Uuid::new_v4());
    let request = CreateEndpointRequest {
        organization_id: organization.to_string(),
        url: format!("http://{}/hook", partner.address),
        event_types: vec!["*".to_owned()],
        ..Default::default()
    };
    stack.webhooks().create_endpoint(request).await.unwrap();
    for _ in 0..EVENTS {
        let event = publish_one(&stack, organization.into()).await;
        eventually("it arrives", PATIENCE, async || {
            let requests = partner.requests();
            let body = requests.last().map(|last| last.body.clone())?;
            String::from_utf8(body)
                .unwrap()
                .contains(&event)
                .then_some(())
        })
        .await;
    }
    let all = delivered(&stack, organization, EVENTS).await;
    assert!(all.iter().all(|it| it.attempt_count == 1), "{all:?}");
    partner.requests().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_was_closed_meanwhile_costs_no_attempt() {
    let acts = vec![Act::new(OK, Then::Close); EVENTS];
    assert_eq!(one_after_another("receivers-closed", acts).await, EVENTS);
    let acts = vec![Act::new(OK, Then::Reset); EVENTS];
    assert_eq!(one_after_another("receivers-reset", acts).await, EVENTS);
}

/// What comes unasked must not be taken for the answer to the next request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_too_many_answers_nothing() {
    let twice = [
        OK,
        b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n".as_slice(),
    ]
    .concat();
    let acts = vec![Act::new(twice, Then::Keep); EVENTS];
    assert_eq!(one_after_another("receivers-unasked", acts).await, EVENTS);
}
