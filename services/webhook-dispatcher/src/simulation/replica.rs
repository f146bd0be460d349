//! One replica: the machine as it runs, over the model's link and with the model's courier.

use std::num::NonZeroUsize;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::EndpointId;
use egress::Egress;
use futures::FutureExt;
use opentelemetry::metrics::MeterProvider;
use opentelemetry::metrics::noop::NoopMeterProvider;
use service_kit::{Clock, Shutdown};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::broker::consume;
use super::dice::Dice;
use super::link::Link;
use super::plan::Plan;
use super::receivers::Mail;
use super::reins::{Led, Reins};
use super::world::World;
use crate::delivery::destination::Opener;
use crate::delivery::room::Room;
use crate::delivery::sender::Order;
use crate::lease::Leases;
use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::metrics::DispatcherMetrics;
use crate::secrets::KeyRing;
use crate::settings::{Delivery, LeaseSettings};
use test_support::Chance;

/// What the world has of a replica that runs.
#[derive(Clone)]
pub(super) struct Handle {
    pub(super) reins: Arc<Reins>,
    pub(super) shutdown: Shutdown,
    pub(super) room: Arc<Room>,
    /// What it hears of endpoints.
    pub(super) news: UnboundedSender<EndpointId>,
}

/// Keeps a replica running, one life after another, until the world ends.
pub(super) async fn keep_running(world: Arc<World>, replica: usize) {
    while !world.with(|state| state.is_over) {
        let seed = world.with(|state| state.chance.number());
        let (news, heard) = unbounded_channel();
        let (room, shaken_percent) = world.with(|state| {
            let plan = &state.plan;
            let room = Room::new(plan.held, plan.in_flight_per_endpoint);
            (room, plan.shaken_percent)
        });
        let handle = Handle {
            reins: Arc::default(),
            shutdown: Shutdown::new(),
            room,
            news,
        };
        let life = live(Arc::clone(&world), replica, handle.clone(), heard, seed).boxed();
        let reins = Arc::clone(&handle.reins);
        world.with(|state| state.handles[replica] = Some(handle));
        Led::new(reins, life, Chance::new(seed), shaken_percent).await;
        world.note(|| format!("{replica} has ended"));
        let pause = world.with(|state| {
            state.handles[replica] = None;
            std::mem::replace(&mut state.pauses[replica], Duration::from_millis(200))
        });
        sleep(pause).await;
    }
}

async fn live(
    world: Arc<World>,
    replica: usize,
    handle: Handle,
    heard: UnboundedReceiver<EndpointId>,
    seed: u64,
) {
    let skew = world.with(|state| state.plan.skews[replica]);
    let clock = Clock::starting(world.clock.now() + skew);
    let entropy = Arc::new(Dice::new(seed));
    let ledger: Arc<dyn Ledger> = Arc::new(Link {
        world: Arc::clone(&world),
        replica,
    });
    let taken = Leases::take(Arc::clone(&ledger), clock.clone(), entropy.clone(), LEASE);
    // As the service: what cannot begin ends, and is begun again.
    let Ok(leases) = taken.await else {
        return;
    };
    let mail = Mail {
        world: Arc::clone(&world),
        replica,
        clock: clock.clone(),
    };
    let machine = Machine {
        ledger,
        clock,
        entropy,
        opener: opener(),
        courier: Arc::new(mail),
        leases,
        room: Arc::clone(&handle.room),
        metrics: metrics(),
        settings: world.with(|state| settings(&state.plan)),
    };
    run(&world, &machine, &handle.shutdown, heard).await;
}

async fn run(
    world: &World,
    machine: &Machine<Mail>,
    shutdown: &Shutdown,
    heard: UnboundedReceiver<EndpointId>,
) {
    let ends = CancellationToken::new();
    let token = shutdown.soft_token();
    let work = async {
        let intake = |fan_out, orders| async {
            tokio::join!(
                consume(world, fan_out, token.clone()),
                recall(heard, orders, token.clone())
            );
        };
        machine.run(intake, shutdown).await;
        ends.cancel();
    };
    tokio::join!(work, machine.keep_up(&ends));
}

async fn recall(
    mut heard: UnboundedReceiver<EndpointId>,
    orders: UnboundedSender<Order>,
    token: CancellationToken,
) {
    loop {
        let endpoint = tokio::select! {
            biased;
            () = token.cancelled() => return,
            endpoint = heard.recv() => endpoint,
        };
        match endpoint {
            Some(endpoint) => drop(orders.send(Order::Recall(endpoint))),
            None => return,
        }
    }
}

const LEASE: LeaseSettings = LeaseSettings {
    duration_ms: 2_000,
    renew_every_ms: 600,
    reap_every_ms: 700,
};

fn settings(plan: &Plan) -> Delivery {
    let number = |number| NonZeroUsize::new(number).unwrap();
    Delivery {
        retry_after_ms: vec![100, 300, 900],
        longest_retry_after_ms: 1_000,
        in_flight_per_endpoint: number(plan.in_flight_per_endpoint),
        in_flight: number(plan.in_flight),
        held: number(plan.held),
        record_batch: number(plan.batch),
        claim_every_ms: 500,
        ..Delivery::default()
    }
}

/// Nothing can be opened and nothing is dialled.
pub(super) fn opener() -> Opener {
    static OPENER: OnceLock<Opener> = OnceLock::new();
    let opener = || Opener {
        egress: Egress::new(&egress::Settings::default()).unwrap(),
        key_ring: KeyRing::try_from(format!("a:{}=", "A".repeat(43))).unwrap(),
    };
    OPENER.get_or_init(opener).clone()
}

fn metrics() -> DispatcherMetrics {
    static METRICS: OnceLock<DispatcherMetrics> = OnceLock::new();
    let metrics = || DispatcherMetrics::new(&NoopMeterProvider::new().meter("test"));
    METRICS.get_or_init(metrics).clone()
}
