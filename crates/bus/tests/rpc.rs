//! Requests and answers over a real broker.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bus::{Bus, RpcClient, ServeOptions, Settings, serve};
use contracts::rpc::{Call, RpcError};
use contracts::v1::{
    Fault, KeyService, KeyServiceClient, KeyServiceServer, ListKeysRequest, ListKeysResponse,
    LookUpKeyRequest, LookUpKeyResponse, MintKeyRequest, MintKeyResponse, RevokeKeyRequest,
    RevokeKeyResponse,
};
use test_support::{TestBroker, eventually};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Answers a name with a token of it; look-ups wait for a permit, so that a test can hold them.
#[derive(Clone)]
struct Echo {
    calls: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
}

impl Echo {
    fn open() -> Self {
        Self {
            calls: Arc::default(),
            gate: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
        }
    }
}

impl KeyService for Echo {
    async fn mint(&self, _: Call, request: MintKeyRequest) -> Result<MintKeyResponse, Fault> {
        AtomicUsize::fetch_add(&self.calls, 1, Ordering::SeqCst);
        match request.name.as_str() {
            "refuse" => Err(Fault::invalid("no_name", "a name, please").with_field(
                "name",
                "missing",
                "is missing",
            )),
            "panic" => panic!("asked to"),
            name => Ok(MintKeyResponse {
                key: None,
                token: format!("token of {name}"),
            }),
        }
    }

    async fn look_up(&self, _: Call, _: LookUpKeyRequest) -> Result<LookUpKeyResponse, Fault> {
        AtomicUsize::fetch_add(&self.calls, 1, Ordering::SeqCst);
        let _permit = self.gate.acquire().await.unwrap();
        Ok(LookUpKeyResponse { key: None })
    }

    async fn list(&self, call: Call, _: ListKeysRequest) -> Result<ListKeysResponse, Fault> {
        assert!(call.remaining > Duration::ZERO);
        Ok(ListKeysResponse::default())
    }

    async fn revoke(&self, _: Call, _: RevokeKeyRequest) -> Result<RevokeKeyResponse, Fault> {
        std::future::pending().await
    }

    contracts::refuse_key_service! {
        rotate, change_rate_limit, list_key_audit, report_usage,
    }
}

async fn connected(broker: &TestBroker) -> Bus {
    let bus = Bus::connect(&Settings::new(broker.amqp_url.clone()), "test")
        .await
        .unwrap();
    eventually("a connection", Duration::from_secs(10), async || {
        bus.is_connected().then_some(())
    })
    .await;
    bus
}

async fn serving(bus: &Bus, echo: &Echo) -> (CancellationToken, tokio::task::JoinHandle<()>) {
    let token = CancellationToken::new();
    let (bus, echo, inner) = (bus.clone(), echo.clone(), token.clone());
    let client = KeyServiceClient::new(RpcClient::new(&bus));
    let task = tokio::spawn(async move {
        serve(&bus, KeyServiceServer(echo), ServeOptions::default(), inner).await
    });
    eventually("the service answers", Duration::from_secs(10), async || {
        client.list(ListKeysRequest::default()).await.ok()
    })
    .await;
    (token, task)
}

fn mint(name: &str) -> MintKeyRequest {
    MintKeyRequest {
        name: name.to_owned(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_calls_from_many_clients_each_get_their_own_answer() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let echo = Echo::open();
    let (_token, _task) = serving(&bus, &echo).await;
    let rpc = RpcClient::new(&bus);
    let callers = (0..64).map(|caller| {
        let client = KeyServiceClient::new(rpc.clone());
        tokio::spawn(async move {
            for i in 0..50 {
                let name = format!("{caller}-{i}");
                let answer = client.mint(mint(&name)).await.unwrap();
                assert_eq!(answer.token, format!("token of {name}"));
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    assert_eq!(AtomicUsize::load(&echo.calls, Ordering::SeqCst), 64 * 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_arrives_whole_and_a_panic_is_an_internal_fault() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let (_token, _task) = serving(&bus, &Echo::open()).await;
    let client = KeyServiceClient::new(RpcClient::new(&bus));
    let Err(RpcError::Fault(fault)) = client.mint(mint("refuse")).await else {
        panic!("no fault")
    };
    assert_eq!(
        (fault.code.as_str(), fault.fields[0].pointer.as_str()),
        ("no_name", "name")
    );
    let Err(RpcError::Fault(fault)) = client.mint(mint("panic")).await else {
        panic!("no fault")
    };
    assert_eq!(fault.code, "internal");
    assert!(!fault.detail.contains("asked to"));
    assert!(client.mint(mint("after")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_replica_a_call_is_refused_at_once_and_works_again_when_one_comes() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let client = KeyServiceClient::new(RpcClient::new(&bus));
    let began = Instant::now();
    let refused = client.mint(mint("a")).await;
    assert!(
        matches!(refused, Err(RpcError::Unavailable(_))),
        "{refused:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(1));
    let (token, task) = serving(&bus, &Echo::open()).await;
    assert!(client.mint(mint("a")).await.is_ok());
    token.cancel();
    task.await.unwrap();
    let refused = client.mint(mint("a")).await;
    assert!(
        matches!(refused, Err(RpcError::Unavailable(_))),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_not_answered_ends_at_its_deadline() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let (_token, _task) = serving(&bus, &Echo::open()).await;
    let client =
        KeyServiceClient::new(RpcClient::new(&bus)).with_timeout(Duration::from_millis(200));
    let late = client.revoke(RevokeKeyRequest::default()).await;
    assert_eq!(
        late,
        Err(RpcError::DeadlineExceeded(Duration::from_millis(200)))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_reads_under_way_share_one_request_when_asked_to() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let echo = Echo {
        calls: Arc::default(),
        gate: Arc::new(Semaphore::new(0)),
    };
    let (_token, _task) = serving(&bus, &echo).await;
    let shared = KeyServiceClient::new(RpcClient::new(&bus).sharing_reads());
    let look_up = LookUpKeyRequest {
        token_sha256: vec![7; 32].into(),
    };
    let readers: Vec<_> = (0..20)
        .map(|_| {
            let (client, look_up) = (shared.clone(), look_up.clone());
            tokio::spawn(async move { client.look_up(look_up).await })
        })
        .collect();
    eventually("one arrives", Duration::from_secs(5), async || {
        (AtomicUsize::load(&echo.calls, Ordering::SeqCst) > 0).then_some(())
    })
    .await;
    echo.gate.add_permits(100);
    for reader in readers {
        assert!(reader.await.unwrap().is_ok());
    }
    assert_eq!(AtomicUsize::load(&echo.calls, Ordering::SeqCst), 1);
    shared.look_up(look_up).await.unwrap();
    assert_eq!(
        AtomicUsize::load(&echo.calls, Ordering::SeqCst),
        2,
        "a later read asks again"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_under_way_is_answered_before_the_service_ends() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let echo = Echo {
        calls: Arc::default(),
        gate: Arc::new(Semaphore::new(0)),
    };
    let (token, task) = serving(&bus, &echo).await;
    let client = KeyServiceClient::new(RpcClient::new(&bus));
    let call = tokio::spawn(async move { client.look_up(LookUpKeyRequest::default()).await });
    eventually("it is worked on", Duration::from_secs(5), async || {
        (AtomicUsize::load(&echo.calls, Ordering::SeqCst) > 0).then_some(())
    })
    .await;
    token.cancel();
    echo.gate.add_permits(1);
    assert!(call.await.unwrap().is_ok());
    task.await.unwrap();
}
