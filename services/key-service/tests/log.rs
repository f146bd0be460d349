//! What the program writes into its log, whatever its settings ask for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::process::Stdio;
use std::time::Duration;

use bus::{Bus, RpcClient};
use contracts::v1::{
    ChangeRateLimitRequest, KeyServiceClient, ListKeysRequest, MintKeyRequest, RateLimit,
    RevokeKeyRequest,
};
use test_support::{TestBroker, TestDatabase, eventually};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

const LIMIT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn the_token_is_in_no_log_at_any_level() {
    let (database, broker) = (
        TestDatabase::create("key-service").await,
        TestBroker::create().await,
    );
    let (mut service, log) = start(&database, &broker);
    let bus = Bus::connect(&bus::Settings::new(broker.amqp_url.clone()), "test")
        .await
        .unwrap();
    let token = a_life(&KeyServiceClient::new(RpcClient::new(&bus))).await;
    service.kill().await.unwrap();

    let log = log.await.unwrap();
    for said in [
        "key minted",
        "key limited",
        "key revoked",
        "TRACE",
        "DEBUG lapin",
    ] {
        assert!(
            log.contains(said),
            "the log is not what this test means: no {said:?} in\n{log}"
        );
    }
    let body = &token["gaf_pk_".len() + 4..];
    // Libraries write bytes as numbers.
    let numbers: Vec<String> = body.bytes().take(8).map(|b| b.to_string()).collect();
    for secret in [&body[..20], &numbers.join(", ")] {
        let found = log.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "{:.300}", found.unwrap_or_default());
    }
}

/// The program, and all that it will have logged once it has ended.
fn start(database: &TestDatabase, broker: &TestBroker) -> (Child, JoinHandle<String>) {
    let mut service = Command::new(env!("CARGO_BIN_EXE_key-service"))
        .env("GA_DATABASE__URL", &database.url)
        .env("GA_BROKER__URL", &broker.amqp_url)
        .env("GA_ADMIN__ADDRESS", "127.0.0.1:0")
        .env(
            "GA_LOG__FILTER",
            "trace,lapin=trace,lapin::channels=trace,tokio_postgres=trace",
        )
        .env("NO_COLOR", "1")
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stderr = service.stderr.take().unwrap();
    let log = tokio::spawn(async move {
        let mut log = String::new();
        stderr.read_to_string(&mut log).await.unwrap();
        log
    });
    (service, log)
}

/// Mints a key, limits it and revokes it; answers its token.
async fn a_life(client: &KeyServiceClient<RpcClient>) -> String {
    let organization_id = uuid::Uuid::from_u128(1).to_string();
    let list = ListKeysRequest {
        organization_id: organization_id.clone(),
    };
    eventually("the service answers", LIMIT, async || {
        client.list(list.clone()).await.ok()
    })
    .await;
    let request = MintKeyRequest {
        organization_id: organization_id.clone(),
        surface: "ga".into(),
        name: "demo".into(),
        scopes: vec!["public.events:read".into()],
        ..Default::default()
    };
    let minted = client.mint(request).await.unwrap();
    let key_id = minted.key.unwrap().id;
    let limit = ChangeRateLimitRequest {
        organization_id: organization_id.clone(),
        key_id: key_id.clone(),
        rate_limit: Some(RateLimit {
            requests: 600,
            seconds: 60,
        }),
        ..Default::default()
    };
    client.change_rate_limit(limit).await.unwrap();
    let revoke = RevokeKeyRequest {
        organization_id,
        key_id,
        ..Default::default()
    };
    client.revoke(revoke).await.unwrap();
    minted.token
}
