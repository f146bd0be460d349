//! The network between replicas and a server is away for a while.

use std::time::{Duration, Instant};

use test_support::place;

use super::{AGAIN_WITHIN, EACH_TICK, HELD};
use crate::proxy::Proxy;
use crate::stack::Server;
use crate::webhooks::load::Load;
use crate::webhooks::world::{Plan, World};

const FOR: Duration = Duration::from_secs(15);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Nothing arrives and nobody is told: a cable that was pulled out.
    Silently,
    /// Connections are refused: a server that was stopped.
    Refusing,
    /// Connections hear nothing ever again, and new ones are good: what stood between lost its memory.
    Stranding,
}

/// Those of two replicas that are named lose these servers for 15 s. Nothing is lost. Where only the
/// broker is away, nothing is sent twice; where one replica is without its database, the other one
/// sends what it can not.
pub async fn cut(label: &str, servers: &[Server], replicas: &[usize], how: How) {
    let mut plan = Plan::new(label, 2).await;
    let mut ways = Vec::new();
    for server in servers {
        let way = Proxy::to(&place(match server {
            Server::PostgreSql => "TEST_DATABASE_URL",
            Server::RabbitMq => "TEST_AMQP_URL",
        }))
        .await;
        plan = plan.by_way_of(&way, *server, replicas);
        ways.push(way);
    }
    let world = plan.start().await;
    let load = world.load(EACH_TICK);
    for replica in 0..2 {
        world.wait_for_sender(replica, Instant::now()).await;
    }
    let began = Instant::now();
    for way in &ways {
        match how {
            How::Silently => way.silence(),
            How::Refusing => way.cut(),
            How::Stranding => way.strand(),
        }
    }
    tokio::time::sleep(FOR).await;
    let meanwhile = world
        .witness
        .look(|all| all.iter().rev().take_while(|it| it.at > began).count());
    if servers == [Server::PostgreSql] && replicas.len() == 1 {
        assert_eq!(late(&world, &load), 0, "the other one does not send them");
    }
    ways.iter().for_each(Proxy::open);
    let opened = Instant::now();
    for replica in replicas {
        world.wait_for_sender(*replica, opened).await;
    }
    let back = opened.elapsed();
    let tally = world.settle(load).await;
    eprintln!(
        "{label}: {meanwhile} sent meanwhile, all at work again after {back:?}; {} deliveries, {} repeated",
        tally.deliveries, tally.repeated
    );
    if servers.contains(&Server::PostgreSql) {
        assert!(tally.repeated <= replicas.len() * 2 * HELD);
    } else {
        assert_eq!(tally.repeated, 0, "sent twice: {:?}", tally.twice);
    }
}

/// Events that were published long enough ago, and have not arrived.
fn late(world: &World, load: &Load) -> usize {
    let mut published = load.acknowledged();
    published.retain(|_, at| at.elapsed() > AGAIN_WITHIN);
    world.witness.look(|all| {
        for arrival in all {
            published.remove(&arrival.event);
        }
    });
    published.len()
}
