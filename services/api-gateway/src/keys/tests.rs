//! The cache against a key-service whose every answer waits until the test gives it.

mod remembered;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use contracts::convert::timestamp;
use contracts::rpc::{Method, RpcError};
use contracts::v1::{ApiKey, LookUpKeyResponse};
use domain::api_key::{ApiToken, Surface};
use prost::Message;
use service_kit::Metrics;
use test_support::eventually;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::*;

const LIMIT: Duration = Duration::from_secs(5);

type Reply = oneshot::Sender<Result<Bytes, RpcError>>;

/// Hands each request to the test.
#[derive(Clone)]
struct Scripted(mpsc::UnboundedSender<Reply>);

impl Transport for Scripted {
    async fn call(&self, _: &'static Method, _: Duration, _: Bytes) -> Result<Bytes, RpcError> {
        let (reply, answer) = oneshot::channel();
        self.0.send(reply).unwrap();
        answer.await.unwrap()
    }
}

struct Fixture {
    cache: Arc<KeyCache<Scripted>>,
    asked: Mutex<mpsc::UnboundedReceiver<Reply>>,
    token: ApiToken,
}

impl Fixture {
    fn new(lease_ms: u64) -> Self {
        let (sender, asked) = mpsc::unbounded_channel();
        let settings = KeySettings {
            lease_ms,
            unknown_lease_ms: lease_ms,
            capacity: 100,
        };
        let metrics = GatewayMetrics::new(&Metrics::new("test").meter());
        let cache = KeyCache::new(KeyServiceClient::new(Scripted(sender)), &settings, metrics);
        Self {
            cache: Arc::new(cache),
            asked: Mutex::new(asked),
            token: ApiToken::from_entropy(Surface::GaFlight, &[1; 32]),
        }
    }

    fn find(&self) -> JoinHandle<Answer> {
        let (cache, token) = (self.cache.clone(), self.token.clone());
        tokio::spawn(async move { cache.find(token.digest()).await })
    }

    /// The next request of the cache, which has to come.
    async fn asked(&self) -> Reply {
        tokio::time::timeout(LIMIT, self.asked.lock().await.recv())
            .await
            .unwrap()
            .unwrap()
    }

    /// Finds, and gives this answer to the one look-up that makes.
    async fn found(&self, scopes: &[&str]) {
        let found = self.find();
        self.asked().await.send(key(scopes)).unwrap();
        assert_eq!(scopes_of(found).await, scopes);
    }

    async fn assert_nothing_asked(&self) {
        assert!(self.asked.lock().await.try_recv().is_err());
    }

    async fn forget(&self) {
        self.cache.forget(&self.token.digest()).await;
    }
}

fn key(scopes: &[&str]) -> Result<Bytes, RpcError> {
    let key = ApiKey {
        id: "3f0c0000-0000-4000-8000-00000000000a".into(),
        organization_id: "3f0c0000-0000-4000-8000-000000000001".into(),
        surface: "ga".into(),
        scopes: scopes.iter().map(ToString::to_string).collect(),
        created_at: Some(timestamp(DateTime::UNIX_EPOCH)),
        ..ApiKey::default()
    };
    Ok(LookUpKeyResponse { key: Some(key) }.encode_to_vec().into())
}

fn no_key() -> Result<Bytes, RpcError> {
    Ok(LookUpKeyResponse { key: None }.encode_to_vec().into())
}

/// What was found, by its scopes.
async fn scopes_of(found: JoinHandle<Answer>) -> Vec<String> {
    let key = tokio::time::timeout(LIMIT, found)
        .await
        .unwrap()
        .unwrap()
        .unwrap()
        .unwrap();
    key.scopes().to_vec()
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_look_up_and_later_ones_its_answer() {
    let fixture = Fixture::new(60_000);
    let all: Vec<_> = (0..20).map(|_| fixture.find()).collect();
    fixture.asked().await.send(key(&["one"])).unwrap();
    for found in all {
        assert_eq!(scopes_of(found).await, ["one"]);
    }
    assert_eq!(scopes_of(fixture.find()).await, ["one"]);
    fixture.assert_nothing_asked().await;
}

#[tokio::test]
async fn an_answer_from_before_a_change_is_neither_given_nor_kept() {
    let fixture = Fixture::new(60_000);
    let early = fixture.find();
    let before_the_change = fixture.asked().await;
    fixture.forget().await;

    let late = fixture.find();
    fixture.asked().await.send(key(&["new"])).unwrap();
    assert_eq!(scopes_of(late).await, ["new"]);

    before_the_change.send(key(&["old"])).unwrap();
    assert_eq!(scopes_of(early).await, ["new"]);
    assert_eq!(scopes_of(fixture.find()).await, ["new"]);
    fixture.assert_nothing_asked().await;
}

#[tokio::test]
async fn a_late_answer_is_looked_up_again_when_nobody_else_has() {
    for forget_everything in [false, true] {
        let fixture = Fixture::new(60_000);
        let early = fixture.find();
        let before_the_change = fixture.asked().await;
        if forget_everything {
            fixture.cache.forget_all();
        } else {
            fixture.forget().await;
        }
        before_the_change.send(key(&["old"])).unwrap();
        fixture.asked().await.send(key(&["new"])).unwrap();
        assert_eq!(scopes_of(early).await, ["new"]);
    }
}

#[tokio::test]
async fn a_change_of_another_key_costs_nothing() {
    let fixture = Fixture::new(60_000);
    let found = fixture.find();
    let reply = fixture.asked().await;
    fixture.cache.forget(&[9; 32]).await;
    reply.send(key(&["one"])).unwrap();
    assert_eq!(scopes_of(found).await, ["one"]);
    fixture.cache.forget(&[9; 32]).await;
    assert_eq!(scopes_of(fixture.find()).await, ["one"]);
    fixture.assert_nothing_asked().await;
}

#[tokio::test]
async fn what_names_no_key_makes_all_forgotten() {
    let fixture = Fixture::new(60_000);
    fixture.found(&["one"]).await;
    fixture.cache.forget(b"short").await;
    fixture.found(&["two"]).await;
}

#[tokio::test]
async fn that_there_is_no_key_is_remembered_until_there_is_one() {
    let fixture = Fixture::new(60_000);
    let found = fixture.find();
    fixture.asked().await.send(no_key()).unwrap();
    assert!(found.await.unwrap().unwrap().is_none());
    assert!(fixture.find().await.unwrap().unwrap().is_none());
    fixture.assert_nothing_asked().await;
    fixture.forget().await;
    fixture.found(&["minted"]).await;
}

#[tokio::test]
async fn a_failure_reaches_all_who_wait_and_is_not_kept() {
    let fixture = Fixture::new(60_000);
    let all = [fixture.find(), fixture.find()];
    fixture
        .asked()
        .await
        .send(Err(RpcError::Unavailable("away")))
        .unwrap();
    for found in all {
        assert!(matches!(
            found.await.unwrap(),
            Err(GatewayError::Rpc(RpcError::Unavailable(_)))
        ));
    }
    fixture.found(&["one"]).await;
}

#[tokio::test]
async fn after_its_lease_an_answer_is_never_used() {
    let lease = Duration::from_millis(200);
    let fixture = Fixture::new(200);
    fixture.found(&["one"]).await;
    let known = Instant::now();
    // Until the lease ends the key is known; then it is asked for, and nobody answers.
    let asked = eventually("the lease ends", LIMIT, async || {
        let asked_after = known.elapsed();
        let find = fixture.find();
        let mut asked = fixture.asked.lock().await;
        tokio::select! {
            answer = find => {
                assert!(answer.unwrap().unwrap().is_some() && asked_after < lease);
                None
            }
            Some(reply) = asked.recv() => Some(reply),
        }
    });
    asked
        .await
        .send(Err(RpcError::Unavailable("away")))
        .unwrap();
    let again = fixture.find();
    fixture
        .asked()
        .await
        .send(Err(RpcError::Unavailable("away")))
        .unwrap();
    assert!(again.await.unwrap().is_err());
}

#[tokio::test]
async fn a_key_that_never_rests_is_given_up() {
    let fixture = Fixture::new(60_000);
    let found = fixture.find();
    for _ in 0..MAX_LOOK_UPS {
        let reply = fixture.asked().await;
        fixture.forget().await;
        reply.send(key(&["old"])).unwrap();
    }
    assert!(matches!(
        found.await.unwrap(),
        Err(GatewayError::UnsettledKey)
    ));
}
