//! Reading what was sent.

use contracts::v1::fault::Kind;
use contracts::v1::{GetDeliveryRequest, ListDeliveriesRequest, SummarizeDeliveriesRequest};
use domain::EventId;
use test_support::{Receiver, Respond};

use crate::events::{approvals, approved, submitted};
use crate::world::{World, deliveries_request, kind, org};

#[tokio::test]
async fn lists_page_newest_first_and_miss_nothing() {
    let (world, receiver) = (World::start().await, Receiver::start());
    world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&approvals(1, 25)).await;
    world.wait_for_status("succeeded", 25).await;

    let (mut seen, mut after_id) = (Vec::new(), None);
    loop {
        let request = ListDeliveriesRequest {
            limit: 10,
            after_id,
            ..deliveries_request()
        };
        let page = world.client.list_deliveries(request).await.unwrap();
        seen.extend(
            page.deliveries
                .into_iter()
                .map(|delivery| delivery.sequence),
        );
        after_id = page.next_after_id;
        if after_id.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<i64>>());
    world.stop().await;
}

#[tokio::test]
async fn lists_are_filtered_by_endpoint_event_and_status() {
    let (world, good, bad) = (
        World::start().await,
        Receiver::start(),
        Receiver::answering(Respond::status(500)),
    );
    let (first, _) = world.endpoint(&good.url("/"), &["*"]).await;
    let (second, _) = world.endpoint(&bad.url("/"), &["flight.submitted"]).await;
    let events = [approved(1), submitted(2)];
    world.publish(&events).await;
    world.wait_for_status("failed", 1).await;

    let list = |request| async {
        world
            .client
            .list_deliveries(request)
            .await
            .unwrap()
            .deliveries
    };
    let base = deliveries_request;
    assert_eq!(list(base()).await.len(), 3);
    assert_eq!(
        list(ListDeliveriesRequest {
            endpoint_id: Some(first.id.clone()),
            ..base()
        })
        .await
        .len(),
        2
    );
    let event_id = Some(events[1].id.to_string());
    assert_eq!(
        list(ListDeliveriesRequest { event_id, ..base() })
            .await
            .len(),
        2
    );
    let failed = list(ListDeliveriesRequest {
        status: Some("failed".into()),
        ..base()
    })
    .await;
    assert_eq!(
        (failed.len(), failed[0].endpoint_id.as_str()),
        (1, second.id.as_str())
    );

    for wrong in [
        ListDeliveriesRequest {
            status: Some("lost".into()),
            ..base()
        },
        ListDeliveriesRequest {
            after_id: Some("x".into()),
            ..base()
        },
        ListDeliveriesRequest {
            event_id: Some("evt_x".into()),
            ..base()
        },
    ] {
        assert_eq!(
            kind(world.client.list_deliveries(wrong).await),
            Kind::Invalid
        );
    }
    world.stop().await;
}

#[tokio::test]
async fn summaries_count_each_event_and_name_even_those_nobody_is_owed() {
    let (world, good, bad) = (
        World::start().await,
        Receiver::start(),
        Receiver::answering(Respond::status(500)),
    );
    world.endpoint(&good.url("/"), &["*"]).await;
    world.endpoint(&bad.url("/"), &["*"]).await;
    let event = approved(1);
    world.publish(std::slice::from_ref(&event)).await;
    world.wait_for_status("failed", 1).await;

    let unknown = EventId::from_parts(1, 1).to_string();
    let request = SummarizeDeliveriesRequest {
        organization_id: org(1),
        event_ids: vec![unknown.clone(), event.id.to_string()],
    };
    let summaries = world
        .client
        .summarize_deliveries(request.clone())
        .await
        .unwrap()
        .summaries;
    let counts: Vec<_> = summaries
        .iter()
        .map(|s| {
            (
                s.event_id.as_str(),
                s.endpoints,
                s.succeeded,
                s.failed,
                s.pending,
            )
        })
        .collect();
    assert_eq!(
        counts,
        [
            (unknown.as_str(), 0, 0, 0, 0),
            (event.id.to_string().as_str(), 2, 1, 1, 0)
        ]
    );

    let foreign = SummarizeDeliveriesRequest {
        organization_id: org(2),
        ..request
    };
    let summaries = world
        .client
        .summarize_deliveries(foreign)
        .await
        .unwrap()
        .summaries;
    assert!(summaries.iter().all(|summary| summary.endpoints == 0));
    world.stop().await;
}

#[tokio::test]
async fn another_organisation_sees_nothing() {
    let (world, receiver) = (World::start().await, Receiver::start());
    world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&[approved(1)]).await;
    let delivery = world.wait_for_status("succeeded", 1).await.remove(0);

    let foreign = ListDeliveriesRequest {
        organization_id: org(2),
        ..deliveries_request()
    };
    assert_eq!(
        world
            .client
            .list_deliveries(foreign)
            .await
            .unwrap()
            .deliveries,
        []
    );
    let request = GetDeliveryRequest {
        organization_id: org(2),
        delivery_id: delivery.id.clone(),
    };
    assert_eq!(
        kind(world.client.get_delivery(request).await),
        Kind::NotFound
    );
    assert_eq!(world.delivery(&delivery.id).await.delivery, Some(delivery));
    world.stop().await;
}
