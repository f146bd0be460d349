//! One event to many partners, each of which fails once in its own way.

use std::time::Duration;

use contracts::v1::{
    Attempt, CreateEndpointRequest, Delivery, GetDeliveryRequest, ListDeliveriesRequest,
};
use futures::future::join_all;
use system_tests::webhooks::{DISPATCHER, publish_one};
use system_tests::{Stack, StackBuilder};
use test_support::eventually;
use uuid::Uuid;

use crate::partner::{Act, Partner};

/// For everything that has to happen but takes no set time.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// For the whole of an attempt.
pub const DEADLINE: Duration = Duration::from_secs(5);
const CONNECT_DEADLINE: Duration = Duration::from_secs(3);

/// What an attempt came to: status, reason, and how much was kept of the answer's body.
pub type Outcome = (Option<i32>, Option<&'static str>, usize);

/// A partner's first act, and what is said of it.
pub struct Case {
    pub name: String,
    pub partner: Partner,
    pub url: String,
    pub expected: Outcome,
}

impl Case {
    /// Over plain HTTP.
    pub async fn new(name: impl Into<String>, act: Act, expected: Outcome) -> Self {
        let partner = Partner::acting(vec![act]).await;
        Self {
            name: name.into(),
            url: format!("http://{}/hook", partner.address),
            partner,
            expected,
        }
    }
}

/// The dispatcher alone, with deadlines that can be waited for.
pub fn dispatcher(label: &str) -> StackBuilder {
    let milliseconds = |limit: Duration| limit.as_millis().to_string();
    Stack::builder(label)
        .only(&[DISPATCHER])
        .set(
            DISPATCHER,
            "GA_EGRESS__TOTAL_TIMEOUT_MS",
            milliseconds(DEADLINE),
        )
        .set(
            DISPATCHER,
            "GA_EGRESS__CONNECT_TIMEOUT_MS",
            milliseconds(CONNECT_DEADLINE),
        )
}

/// Sends one event to all of them, and holds each delivery against its case: the first attempt as
/// expected, and after a failure a second one, of the same delivery, that arrived.
pub async fn hold(stack: &Stack, cases: &[Case]) {
    let organization = Uuid::new_v4();
    let endpoints = join_all(cases.iter().map(|case| endpoint(stack, organization, case))).await;
    publish_one(stack, organization.into()).await;
    let deliveries = delivered(stack, organization, cases.len()).await;
    let mut wrong = Vec::new();
    for (case, endpoint) in cases.iter().zip(endpoints) {
        let delivery = deliveries.iter().find(|it| it.endpoint_id == endpoint);
        let delivery = delivery.expect("each endpoint has its delivery");
        let attempts = attempts(stack, organization, delivery).await;
        if let Err(why) = judge(case, delivery, &attempts) {
            wrong.push(format!("{}: {why}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn judge(case: &Case, delivery: &Delivery, attempts: &[Attempt]) -> Result<(), String> {
    let first = &attempts[0];
    let (status, error, kept) = case.expected;
    let got = (
        first.status_code,
        first.error.as_deref(),
        first.response_excerpt.len(),
    );
    if got != (status, error, kept) {
        let detail = first.error_detail.as_deref().unwrap_or_default();
        return Err(format!("{got:?} instead of {:?} ({detail})", case.expected));
    }
    let needed = if error.is_some() { 2 } else { 1 };
    if attempts.len() != needed {
        return Err(format!("{} attempts", attempts.len()));
    }
    let limit = (DEADLINE + Duration::from_secs(1)).as_millis();
    if u128::try_from(first.duration_ms).is_ok_and(|took| took > limit) {
        return Err(format!("the attempt took {} ms", first.duration_ms));
    }
    let requests = case.partner.requests();
    let of_it = |id: Option<&str>| id == Some(delivery.id.as_str());
    let same = requests.iter().all(|request| {
        of_it(request.header("x-ga-webhook-delivery")) && request.body == requests[0].body
    });
    if !same || requests.is_empty() {
        return Err("the attempts are not of one delivery".to_owned());
    }
    Ok(())
}

async fn endpoint(stack: &Stack, organization: Uuid, case: &Case) -> String {
    let request = CreateEndpointRequest {
        organization_id: organization.to_string(),
        url: case.url.clone(),
        event_types: vec!["*".to_owned()],
        ..Default::default()
    };
    let answer = stack.webhooks().create_endpoint(request).await;
    answer.expect(&case.name).endpoint.expect("an endpoint").id
}

/// The deliveries, once all of them have arrived.
pub async fn delivered(stack: &Stack, organization: Uuid, count: usize) -> Vec<Delivery> {
    let request = ListDeliveriesRequest {
        organization_id: organization.to_string(),
        limit: 200,
        ..Default::default()
    };
    eventually("every delivery has arrived", PATIENCE, async || {
        let page = stack.webhooks().list_deliveries(request.clone()).await;
        let all = page.ok()?.deliveries;
        let arrived = all.iter().filter(|it| it.status == "succeeded");
        (arrived.count() == count).then_some(all)
    })
    .await
}

async fn attempts(stack: &Stack, organization: Uuid, delivery: &Delivery) -> Vec<Attempt> {
    let request = GetDeliveryRequest {
        organization_id: organization.to_string(),
        delivery_id: delivery.id.clone(),
    };
    let answer = stack.webhooks().get_delivery(request).await;
    answer.expect("the delivery").attempts
}
