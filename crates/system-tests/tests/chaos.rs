//! Dispatchers under load while replicas and servers fail: the long way through it, by
//! `./dev chaos`. The short one is `webhooks.rs`.

use std::time::Duration;

use system_tests::webhooks::faults::{self, Fall, How};
use system_tests::{Server, Servers};

static SERVERS: Servers = Servers::new();

const POSTGRESQL: &[Server] = &[Server::PostgreSql];
const RABBITMQ: &[Server] = &[Server::RabbitMq];
const BOTH: &[Server] = &[Server::PostgreSql, Server::RabbitMq];
/// How long a server that has ended stays away.
const PAUSE: Duration = Duration::from_secs(10);

/// One test of each network: who is cut off from what, and how.
macro_rules! cuts {
    ($($name:ident: $servers:expr, $replicas:expr, $how:expr;)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let _alone = SERVERS.alone().await;
            faults::cut(concat!("chaos-", stringify!($name)), $servers, $replicas, $how).await;
        }
    )+};
}

/// One test of each end of servers.
macro_rules! ends {
    ($($name:ident: $servers:expr, $fall:expr;)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let _alone = SERVERS.alone().await;
            faults::away(concat!("chaos-", stringify!($name)), $servers, $fall, PAUSE).await;
        }
    )+};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_times_one_of_two_replicas_is_killed() {
    let _alone = SERVERS.alone().await;
    faults::killed("chaos-killed", 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_replica_becomes_three_and_then_another_one() {
    let _alone = SERVERS.alone().await;
    faults::scaled("chaos-scaled").await;
}

ends! {
    postgresql_is_stopped: POSTGRESQL, Fall::Stopped;
    postgresql_crashes: POSTGRESQL, Fall::Killed;
    rabbitmq_is_stopped: RABBITMQ, Fall::Stopped;
    rabbitmq_crashes: RABBITMQ, Fall::Killed;
    both_are_stopped: BOTH, Fall::Stopped;
    both_crash: BOTH, Fall::Killed;
}

cuts! {
    one_replica_loses_postgresql_silently: POSTGRESQL, &[0], How::Silently;
    one_replica_is_refused_by_postgresql: POSTGRESQL, &[0], How::Refusing;
    one_replica_loses_rabbitmq_silently: RABBITMQ, &[0], How::Silently;
    one_replica_is_refused_by_rabbitmq: RABBITMQ, &[0], How::Refusing;
    one_replica_loses_both_silently: BOTH, &[0], How::Silently;
    both_replicas_lose_postgresql_silently: POSTGRESQL, &[0, 1], How::Silently;
    both_replicas_are_refused_by_postgresql: POSTGRESQL, &[0, 1], How::Refusing;
    both_replicas_lose_rabbitmq_silently: RABBITMQ, &[0, 1], How::Silently;
    both_replicas_are_refused_by_rabbitmq: RABBITMQ, &[0, 1], How::Refusing;
    both_replicas_lose_both_silently: BOTH, &[0, 1], How::Silently;
    connections_to_postgresql_are_stranded: POSTGRESQL, &[0, 1], How::Stranding;
    connections_to_rabbitmq_are_stranded: RABBITMQ, &[0, 1], How::Stranding;
}
