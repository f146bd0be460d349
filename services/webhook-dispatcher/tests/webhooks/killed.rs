//! The real program, killed.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use test_support::{Receiver, eventually};
use tokio::process::{Child, Command};

use crate::events::approvals;
use crate::world::{KEY_RING, LIMIT, World};

pub fn start(world: &World) -> Child {
    Command::new(env!("CARGO_BIN_EXE_webhook-dispatcher"))
        .env("GA_DATABASE__URL", &world.database.url)
        .env("GA_BROKER__URL", &world.broker.amqp_url)
        .env("GA_SECRETS__KEY_RING", KEY_RING)
        .env("GA_EGRESS__ALLOW_LOOPBACK", "true")
        .env("GA_ADMIN__ADDRESS", "127.0.0.1:0")
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_program_is_killed_under_load() {
    const EVENTS: u128 = 2_000;
    let world = World::without_replica(|_| {}).await;
    let mut program = start(&world);
    let receiver = Receiver::start();
    let url = receiver.url("/");
    eventually("the program answers", LIMIT, async || {
        let request = crate::world::endpoint_request(&url, &["*"]);
        world.client.create_endpoint(request).await.ok()
    })
    .await;

    let publishing = async {
        for first in (0..EVENTS).step_by(100) {
            world.publish(&approvals(1 + first, 100)).await;
        }
    };
    let killing = async {
        receiver.wait_for(300, LIMIT).await;
        program.kill().await.unwrap();
        program = start(&world);
        Instant::now()
    };
    let (restarted, ()) = tokio::join!(killing, publishing);

    let expected = usize::try_from(EVENTS).unwrap();
    let all = eventually(
        "every delivery has arrived",
        Duration::from_secs(40),
        async || {
            let received = receiver.received();
            let ids: BTreeSet<String> = received
                .iter()
                .map(|got| got.header("x-ga-webhook-delivery").unwrap().to_owned())
                .collect();
            (ids.len() >= expected).then_some(received)
        },
    )
    .await;
    let took = all.last().unwrap().at - restarted;
    // The lease of the committed settings is five seconds; the rest is the start of a program on a
    // machine that runs other tests.
    assert!(took < Duration::from_secs(15), "{took:?}");
    let sequences: BTreeSet<usize> = all
        .iter()
        .map(|got| {
            got.header("x-ga-webhook-sequence")
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    assert_eq!(sequences, (1..=expected).collect());
    let twice = all.len() - expected;
    assert!(twice <= 32 + 256, "{twice} were sent twice");
    program.kill().await.unwrap();
}
