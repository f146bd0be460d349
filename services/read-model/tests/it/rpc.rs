//! The service as the gateway sees it.

use contracts::rpc::RpcError;
use contracts::v1::{GetDocumentRequest, ListDocumentsRequest, fault::Kind};
use service_kit::{Kit, Service};
use test_support::eventually;

use crate::school::{self, School, message};
use crate::stack::{SOON, Stack};

fn get(organization: impl ToString, view: &str, id: impl ToString) -> GetDocumentRequest {
    GetDocumentRequest {
        organization_id: organization.to_string(),
        view: view.to_owned(),
        id: id.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_belongs_to_another_organisation_does_not_exist() {
    let stack = Stack::new().await;
    let replica = stack.replica(500).await;
    let school = School::new();
    let flight = school.flight(1, 1);
    stack
        .publish_records([message(&school::flight(flight.clone()))])
        .await;
    let document = stack.document(school, "flights", flight.id).await;
    assert_eq!(document["id"], flight.id.to_string());

    let elsewhere = [
        get(School::new().org, "flights", flight.id),
        get(school.org, "events", flight.id),
        get(school.org, "flights", "no uuid\0"),
    ];
    for request in elsewhere {
        assert_eq!(stack.client.get(request).await.unwrap().document, None);
    }
    assert!(
        stack
            .list(School::new(), "flights")
            .await
            .documents
            .is_empty()
    );
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_that_make_no_sense_are_faults_that_say_so() {
    let stack = Stack::new().await;
    let replica = stack.replica(500).await;
    let school = School::new();
    eventually("the service answers", SOON, async || {
        stack.client.get(get(school.org, "flights", "x")).await.ok()
    })
    .await;
    let list = |view: &str| ListDocumentsRequest {
        organization_id: school.org.to_string(),
        view: view.to_owned(),
        ..Default::default()
    };
    let narrowed = ListDocumentsRequest {
        facets: vec![contracts::v1::Facet {
            name: "remarks".to_owned(),
            value: "x".to_owned(),
        }],
        ..list("flights")
    };
    let answers = [
        (
            stack.client.list(list("hangars")).await.err(),
            "unknown_view",
        ),
        (stack.client.list(narrowed).await.err(), "unknown_facet"),
        (
            stack.client.get(get("ours", "flights", "x")).await.err(),
            "invalid_organization",
        ),
    ];
    for (error, code) in answers {
        let Some(RpcError::Fault(fault)) = error else {
            panic!("{error:?} instead of {code}")
        };
        assert_eq!((fault.kind(), fault.code.as_str()), (Kind::Invalid, code));
    }
    replica.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ready_means_both_the_database_and_the_broker() {
    let stack = Stack::new().await;
    let replica = stack.replica(500).await;
    eventually("it is ready", SOON, async || {
        replica.kit.health.failing().await.is_empty().then_some(())
    })
    .await;
    replica.stop().await;

    let mut settings = stack.settings(500);
    settings.broker = bus::Settings::new("amqp://guest:guest@127.0.0.1:1/%2f");
    let kit = Kit::isolated("read-model");
    let _app = read_model::App::build(settings, kit.clone()).await.unwrap();
    kit.health.built();
    let failing: Vec<_> = kit
        .health
        .failing()
        .await
        .into_iter()
        .map(|check| check.check)
        .collect();
    assert_eq!(failing, ["broker"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_tell_what_became_of_the_messages() {
    let stack = Stack::new().await;
    let replica = stack.replica(500).await;
    let school = School::new();
    let change = message(&school::flight(school.flight(1, 1)));
    stack
        .publish_records([change.clone(), change, vec![1]])
        .await;
    let sample = |outcome: &str| {
        format!(r#"read_model_messages_total{{outcome="{outcome}",queue="read-model.records"}} 1"#)
    };
    eventually("all three are counted", SOON, async || {
        let page = replica.kit.metrics.page().unwrap();
        ["applied", "ignored", "dead"]
            .iter()
            .all(|outcome| page.contains(&sample(outcome)))
            .then_some(())
    })
    .await;
    assert!(
        replica
            .kit
            .metrics
            .page()
            .unwrap()
            .contains("read_model_lag_seconds_count")
    );
    replica.stop().await;
}
