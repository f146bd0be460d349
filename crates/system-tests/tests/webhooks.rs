//! Dispatchers under load while replicas and servers fail: the short way through it, for every
//! check. The long one is `chaos.rs`.

use std::time::Duration;

use system_tests::webhooks::faults::{self, Fall, How};
use system_tests::{Server, Servers};

static SERVERS: Servers = Servers::new();

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_times_one_of_two_replicas_is_killed() {
    let _together = SERVERS.together().await;
    faults::killed("webhooks-killed", 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_stop_finish_what_is_under_way() {
    let _together = SERVERS.together().await;
    faults::stopped_amid_answers("webhooks-stopped").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_stops_hands_back_what_nobody_answers() {
    let _together = SERVERS.together().await;
    faults::stopped_amid_silence("webhooks-handed-back").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_replica_becomes_three_and_then_another_one() {
    let _together = SERVERS.together().await;
    faults::scaled("webhooks-scaled").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_loses_both_servers_without_a_word() {
    let _together = SERVERS.together().await;
    let both = [Server::PostgreSql, Server::RabbitMq];
    faults::cut("webhooks-cut", &both, &[0], How::Silently).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_servers_crash() {
    let _alone = SERVERS.alone().await;
    let both = [Server::PostgreSql, Server::RabbitMq];
    faults::away(
        "webhooks-crash",
        &both,
        Fall::Killed,
        Duration::from_secs(1),
    )
    .await;
}
