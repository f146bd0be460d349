//! A backlog that the replica which sends it has not written.

use std::sync::Arc;
use std::time::Duration;

use service_kit::Clock;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::dice::Dice;
use super::link::{Link, Reach};
use super::news;
use super::receivers::endpoint;
use super::replica::opener;
use super::tables::{At, Endpoint, Wanted};
use super::world::World;
use crate::db::fan_out::{NewDeliveries, NewEvents};
use crate::delivery::claimer::{Claimer, Position, Step};
use crate::delivery::room::Room;
use crate::delivery::sender::Order;
use crate::delivery::stages::Leased;
use crate::lease::Leases;
use crate::ledger::Ledger;
use crate::settings::LeaseSettings;

/// A claimer, beside one endpoint that is owed so much.
async fn claimer(owed: usize) -> (Arc<World>, Claimer, UnboundedReceiver<Order>) {
    let world = World::new(0, true);
    world.with(|state| {
        state.lossy_percent = 0;
        let row = Endpoint::new(news::organization(0));
        state.tables.endpoints = [(endpoint(0), row)].into();
    });
    let ids: Vec<String> = (0..owed).map(|number| format!("evt_{number:04}")).collect();
    let (mut events, mut deliveries) = (NewEvents::default(), NewDeliveries::default());
    for (number, event) in ids.iter().enumerate() {
        events.ids.push(event);
        events.types.push("flight.approved");
        events.bodies.push(b"{}");
        events.subjects.push(Uuid::nil());
        let id = u128::try_from(number).unwrap();
        deliveries.ids.push(Uuid::from_u128(id));
        deliveries.event_ids.push(event);
        deliveries.endpoint_ids.push(endpoint(0));
        deliveries.lease_owners.push(None);
        deliveries.read_as.push(At::UNIX_EPOCH);
    }
    let wanted = Wanted::new(&events, &deliveries);
    world.carry_out(|state, now| state.tables.fan_out(wanted, now));
    let clock = Clock::starting(world.clock.now());
    let link = Link {
        world: Arc::clone(&world),
        replica: 0,
    };
    let ledger: Arc<dyn Ledger> = Arc::new(link);
    let (entropy, lasting) = (Arc::new(Dice::new(0)), LASTING);
    let leases = Leases::take(Arc::clone(&ledger), clock.clone(), entropy, lasting);
    let (orders, ordered) = unbounded_channel();
    let claimer = Claimer {
        ledger,
        clock,
        leases: leases.await.unwrap(),
        room: Room::new(1_000, 32),
        opener: opener(),
        orders,
        every: Duration::from_secs(3_600),
    };
    (world, claimer, ordered)
}

/// Nobody renews it.
const LASTING: LeaseSettings = LeaseSettings {
    duration_ms: 3_600_000,
    renew_every_ms: 600_000,
    reap_every_ms: 600_000,
};

fn ordered(orders: &mut UnboundedReceiver<Order>) -> Vec<Leased> {
    let mut all = Vec::new();
    while let Ok(Order::Send(batch)) = orders.try_recv() {
        all.extend(batch);
    }
    all
}

#[tokio::test(start_paused = true)]
async fn what_is_new_waits_behind_it_and_it_is_fetched_as_it_is_sent() {
    let (_, claimer, mut orders) = claimer(11).await;
    let (room, id) = (Arc::clone(&claimer.room), endpoint(0).into());
    let mut position = Position::default();
    assert_eq!(claimer.step(&mut position).await.unwrap(), Step::Done);
    let mut first = ordered(&mut orders);
    assert_eq!(first.len(), 8);
    first.truncate(4);
    // There is room, but not for what would pass the other three.
    assert_eq!(room.for_new(id, 1).len(), 0);
    timeout(Duration::from_secs(1), room.freed()).await.unwrap();
    assert_eq!(claimer.step(&mut position).await.unwrap(), Step::Done);
    assert_eq!(ordered(&mut orders).len(), 3);
    assert_eq!(room.for_new(id, 1).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_long_look_is_followed_by_a_rest_whoever_wakes_it() {
    let (world, claimer, _orders) = claimer(0).await;
    world.with(|state| state.reach[0] = Reach::Within(Duration::from_millis(400)));
    let (room, token) = (Arc::clone(&claimer.room), CancellationToken::new());
    let claiming = tokio::spawn(claimer.run(token.clone()));
    for _ in 0..20_000 {
        room.wake();
        sleep(Duration::from_millis(1)).await;
    }
    token.cancel();
    claiming.await.unwrap();
    let journal = world.journal();
    let looks = journal.iter().filter(|line| line.contains(" claim "));
    // Each takes 160 ms on the average, so that there were time for more than a hundred.
    let looks = looks.count();
    assert!((40..90).contains(&looks), "{looks}");
}
