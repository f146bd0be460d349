//! The table and the task against a key-service that the test answers for.

use std::time::Duration;

use actix_web::http::header::HeaderValue;
use bytes::Bytes;
use chrono::TimeDelta;
use contracts::rpc::{Method, RpcError, Transport};
use contracts::v1::{Fault, ReportKeyUsageRequest, ReportKeyUsageResponse};
use prost::Message;
use service_kit::Metrics;
use test_support::eventually;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::pending::Pending;
use super::*;

const LIMIT: Duration = Duration::from_secs(5);

type Report = (Vec<contracts::v1::KeyUse>, Reply);
type Reply = oneshot::Sender<Result<Bytes, RpcError>>;

/// Hands each report to the test.
#[derive(Clone)]
struct Scripted(mpsc::UnboundedSender<Report>);

impl Transport for Scripted {
    async fn call(&self, _: &'static Method, _: Duration, body: Bytes) -> Result<Bytes, RpcError> {
        let (reply, answer) = oneshot::channel();
        let report = ReportKeyUsageRequest::decode(body).unwrap();
        self.0.send((report.uses, reply)).unwrap();
        answer.await.unwrap()
    }
}

struct Fixture {
    uses: LastUses,
    reporting: Reporting,
    reports: mpsc::UnboundedReceiver<Report>,
    metrics: Metrics,
}

impl Fixture {
    /// A report every `interval_ms`.
    fn new(capacity: usize, interval_ms: u64) -> Self {
        let (sender, reports) = mpsc::unbounded_channel();
        let settings = LastUseSettings {
            interval_ms: interval_ms.try_into().unwrap(),
            capacity: capacity.try_into().unwrap(),
        };
        let metrics = Metrics::new("test");
        let counted = LastUseMetrics::new(&metrics.meter());
        let client = KeyServiceClient::new(Scripted(sender));
        let (uses, reporter) = LastUses::new(&settings, client, counted);
        Self {
            uses,
            reporting: reporter.start(),
            reports,
            metrics,
        }
    }

    /// A key is used so many seconds after the epoch, from 203.0.113.`key`.
    fn use_key(&self, key: u8, at_seconds: i64) {
        let address = IpAddr::from([203, 0, 113, key]);
        let headers = HeaderMap::new();
        self.uses
            .note(id(key), Some(address), &headers, at(at_seconds));
    }

    /// The next report, as keys and seconds; it is answered.
    async fn report(&mut self, answer: Result<(), RpcError>) -> Vec<(u8, i64)> {
        let (uses, reply) = tokio::time::timeout(LIMIT, self.reports.recv())
            .await
            .unwrap()
            .unwrap();
        let answer = answer.map(|()| ReportKeyUsageResponse::default().encode_to_vec().into());
        reply.send(answer).unwrap();
        uses.iter().map(read).collect()
    }
}

fn count(metrics: &Metrics, outcome: &str) -> u64 {
    let page = metrics.page().unwrap();
    let label = format!(r#"outcome="{outcome}""#);
    let line = page.lines().find(|line| line.contains(&label));
    line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}

fn id(key: u8) -> ApiKeyId {
    Uuid::from_u128(key.into()).into()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn used(key: u8, at_seconds: i64) -> KeyUse {
    KeyUse {
        key_id: id(key),
        at: at(at_seconds),
        address: IpAddr::from([203, 0, 113, key]),
        user_agent: None,
    }
}

fn read(used: &contracts::v1::KeyUse) -> (u8, i64) {
    let key: IpAddr = used.address.parse().unwrap();
    let IpAddr::V4(address) = key else { panic!() };
    let key = address.octets()[3];
    assert_eq!(used.key_id, id(key).to_string());
    (key, used.at.unwrap().seconds)
}

fn away() -> RpcError {
    RpcError::Unavailable("away")
}

const OFTEN: u64 = 1;
/// Longer than any test: nothing is told before the end.
const NEVER_BY_ITSELF: u64 = 3_600_000;

#[tokio::test]
async fn a_key_is_told_of_once_a_minute() {
    let mut fixture = Fixture::new(100, OFTEN);
    for second in 100..=159 {
        fixture.use_key(1, second);
    }
    assert_eq!(fixture.report(Ok(())).await, [(1, 100)]);
    fixture.use_key(1, 159);
    fixture.use_key(2, 159);
    assert_eq!(fixture.report(Ok(())).await, [(2, 159)]);
    fixture.use_key(1, 160);
    assert_eq!(fixture.report(Ok(())).await, [(1, 160)]);
    // A clock that was set back does not silence a key.
    fixture.use_key(1, 60);
    assert_eq!(fixture.report(Ok(())).await, [(1, 60)]);
}

#[tokio::test]
async fn of_many_requests_at_the_same_time_one_is_told_of() {
    let mut fixture = Fixture::new(100, NEVER_BY_ITSELF);
    std::thread::scope(|threads| {
        for second in 0..8 {
            let fixture = &fixture;
            threads.spawn(move || (0..1_000).for_each(|_| fixture.use_key(1, second)));
        }
    });
    assert_eq!(fixture.uses.told.capacity(), 99);
    let finished = tokio::spawn(fixture.reporting.finish());
    let (uses, reply) = fixture.reports.recv().await.unwrap();
    assert_eq!(uses.len(), 1);
    reply.send(Err(away())).unwrap();
    finished.await.unwrap();
}

#[tokio::test]
async fn a_request_that_nobody_sent_is_no_use() {
    let mut fixture = Fixture::new(100, NEVER_BY_ITSELF);
    let headers = HeaderMap::new();
    fixture.uses.note(id(1), None, &headers, at(0));
    fixture.reporting.finish().await;
    assert!(fixture.reports.try_recv().is_err());
}

#[tokio::test]
async fn what_was_not_heard_is_told_again_with_what_came_since() {
    let mut fixture = Fixture::new(100, OFTEN);
    fixture.use_key(1, 0);
    assert_eq!(fixture.report(Err(away())).await, [(1, 0)]);
    let (first, reply) = fixture.reports.recv().await.unwrap();
    assert_eq!(first.iter().map(read).collect::<Vec<_>>(), [(1, 0)]);
    // While nobody answers, another key is used, and the same.
    fixture.use_key(2, 30);
    fixture.use_key(1, 60);
    reply.send(Err(away())).unwrap();
    assert_eq!(fixture.report(Ok(())).await, [(2, 30), (1, 60)]);
    fixture.reporting.finish().await;
    assert!(fixture.reports.try_recv().is_err());
    assert_eq!(count(&fixture.metrics, "reported"), 2);
}

#[tokio::test]
async fn what_key_service_refuses_does_not_stop_what_comes_after() {
    let mut fixture = Fixture::new(100, OFTEN);
    fixture.use_key(1, 0);
    let refused = RpcError::Fault(Box::new(Fault::invalid("uses", "no")));
    assert_eq!(fixture.report(Err(refused)).await, [(1, 0)]);
    fixture.use_key(2, 0);
    assert_eq!(fixture.report(Ok(())).await, [(2, 0)]);
    assert_eq!(count(&fixture.metrics, "refused"), 1);
}

#[tokio::test]
async fn the_end_tells_what_is_left_in_batches_that_key_service_takes() {
    let fixture = Fixture::new(10_000, NEVER_BY_ITSELF);
    let (address, headers) = (IpAddr::from([203, 0, 113, 1]), HeaderMap::new());
    for n in 0..2_500_u16 {
        let key = Uuid::from_u128(n.into()).into();
        let now = at(i64::from(n));
        fixture.uses.note(key, Some(address), &headers, now);
    }
    let mut reports = fixture.reports;
    let finished = tokio::spawn(fixture.reporting.finish());
    let mut sizes = Vec::new();
    while let Some((uses, reply)) = reports.recv().await {
        assert!(uses.iter().map(|used| used.at.unwrap().seconds).is_sorted());
        sizes.push(uses.len());
        let answer = ReportKeyUsageResponse::default().encode_to_vec();
        reply.send(Ok(answer.into())).unwrap();
    }
    finished.await.unwrap();
    assert_eq!(sizes, [1_000, 1_000, 500]);
    assert_eq!(count(&fixture.metrics, "reported"), 2_500);
}

#[tokio::test]
async fn the_end_does_not_wait_for_a_service_that_is_away() {
    let mut fixture = Fixture::new(100, NEVER_BY_ITSELF);
    fixture.use_key(1, 0);
    let finished = tokio::spawn(fixture.reporting.finish());
    let (_, reply) = fixture.reports.recv().await.unwrap();
    reply.send(Err(away())).unwrap();
    finished.await.unwrap();
    assert!(fixture.reports.recv().await.is_none());
}

#[tokio::test]
async fn where_there_is_no_room_the_next_request_notes_again() {
    let settings = LastUseSettings {
        interval_ms: NEVER_BY_ITSELF.try_into().unwrap(),
        capacity: 1.try_into().unwrap(),
    };
    let (sender, mut reports) = mpsc::unbounded_channel();
    let metrics = Metrics::new("test");
    let counted = LastUseMetrics::new(&metrics.meter());
    let client = KeyServiceClient::new(Scripted(sender));
    let (uses, reporter) = LastUses::new(&settings, client, counted);
    let note = |key| {
        uses.note(
            id(key),
            Some([203, 0, 113, key].into()),
            &HeaderMap::new(),
            at(0),
        )
    };
    // The task has not begun: the channel holds one.
    note(1);
    note(2);
    assert_eq!(count(&metrics, "dropped"), 1);
    let reporting = reporter.start();
    eventually("there is room", LIMIT, async || {
        note(2);
        (uses.told.capacity() == 1).then_some(())
    })
    .await;
    let finished = tokio::spawn(reporting.finish());
    let (told, reply) = reports.recv().await.unwrap();
    assert_eq!(told.iter().map(read).collect::<Vec<_>>(), [(2, 0)]);
    reply.send(Err(away())).unwrap();
    finished.await.unwrap();
}

#[test]
fn a_user_agent_is_kept_as_far_as_it_is_text() {
    let of = |value: &[u8]| {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_bytes(value).unwrap());
        user_agent(&headers).map(|agent| agent.as_str().to_owned())
    };
    assert_eq!(of(b"sync/1.0 (night)"), Some("sync/1.0 (night)".into()));
    assert_eq!(of(b"caf\xe9"), Some("caf\u{fffd}".into()));
    assert_eq!(of(b" "), None);
    assert_eq!(user_agent(&HeaderMap::new()), None);
}

#[test]
fn the_latest_use_of_the_latest_keys_is_kept() {
    let mut pending = Pending::new(3);
    for (key, second) in [(1, 10), (2, 20), (1, 30), (2, 15), (3, 40)] {
        assert_eq!(pending.add(used(key, second)), 0);
    }
    assert_eq!(pending.add(used(4, 25)), 1, "2 was used longest ago");
    assert_eq!(pending.add(used(5, 5)), 1, "5 was used longest ago itself");
    assert_eq!(pending.take(2), [used(4, 25), used(1, 30)]);
    assert_eq!(pending.take(2), [used(3, 40)]);
    assert_eq!(pending.take(2), []);
    assert_eq!(pending.add(used(2, 1)), 0, "nothing is left of it");
}
