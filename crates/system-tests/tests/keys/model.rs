//! Random courses of all that can happen to keys, over three gateways, beside a model that is
//! obviously right: no answer ever differs.
//!
//! Time is real. Test, gateways and key-service run on one machine and read one clock, so an
//! answer was decided at some moment between the sending of the request and the arrival of the
//! answer; where the model says the same at both ends, it is the only answer there may be.

mod acts;
mod course;
mod key;

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::api_key::Surface;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::world::{GATEWAYS, World};
use course::Course;
use key::{Form, Network, OrganizationHeader, Route};

const COURSES: u32 = 10;
const STEPS: std::ops::Range<usize> = 20..50;

/// Keys are named by their number among those minted.
#[derive(Debug, Clone)]
enum Step {
    Mint(Mint),
    /// Asked for by an organisation that may be another.
    Revoke {
        key: usize,
        organization: usize,
    },
    /// Likewise.
    Rotate {
        key: usize,
        organization: usize,
        overlap_seconds: i64,
    },
    /// Likewise. More requests a second than are made here, or what every key has.
    Limit {
        key: usize,
        organization: usize,
        requests: Option<u32>,
    },
    Use(Use),
    /// Used at every gateway in turn until it has ended, where that is soon.
    Outlive {
        key: usize,
    },
}

#[derive(Debug, Clone)]
struct Mint {
    organization: usize,
    surface: Surface,
    routes: Vec<Route>,
    network: Network,
    lifetime_ms: Option<i64>,
}

#[derive(Debug, Clone)]
struct Use {
    key: usize,
    gateway: usize,
    route: Route,
    header: OrganizationHeader,
    form: Form,
}

fn mint() -> impl Strategy<Value = Step> {
    let routes = proptest::sample::subsequence(vec![Route::Flights, Route::Fleet], 1..=2);
    let network = prop_oneof![
        3 => Just(Network::Any),
        1 => Just(Network::Here),
        1 => Just(Network::Elsewhere)
    ];
    let surface = prop_oneof![
        6 => Just(Surface::GaFlight),
        1 => Just(Surface::TrueFlight),
        1 => Just(Surface::TrueFlightTest),
    ];
    // Long enough for the key to be made, short enough to be outlived.
    let lifetime = proptest::option::weighted(0.4, 1_000..2_500_i64);
    (0..2_usize, surface, routes, network, lifetime).prop_map(
        |(organization, surface, routes, network, lifetime_ms)| {
            Step::Mint(Mint {
                organization,
                surface,
                routes,
                network,
                lifetime_ms,
            })
        },
    )
}

fn usage() -> impl Strategy<Value = Step> {
    let header = prop_oneof![
        8 => Just(OrganizationHeader::Own),
        1 => Just(OrganizationHeader::Other),
        1 => Just(OrganizationHeader::Missing),
        1 => Just(OrganizationHeader::NoUuid),
    ];
    let form = prop_oneof![
        10 => Just(Form::Right),
        1 => (0..56_usize).prop_map(Form::Mistyped),
        1 => any::<[u8; 32]>().prop_map(Form::Unknown),
        1 => Just(Form::Missing),
        1 => Just(Form::OtherScheme),
        1 => Just(Form::Twice),
    ];
    let route = prop_oneof![
        3 => Just(Route::Flights),
        1 => Just(Route::Fleet),
        1 => Just(Route::Locations)
    ];
    (any::<usize>(), 0..GATEWAYS, route, header, form).prop_map(
        |(key, gateway, route, header, form)| {
            Step::Use(Use {
                key,
                gateway,
                route,
                header,
                form,
            })
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let (key, organization) = (any::<usize>(), 0..2_usize);
    let overlap = prop_oneof![Just(0), Just(1), Just(3_600_i64)];
    let rotate =
        (key, organization.clone(), overlap).prop_map(|(key, organization, overlap_seconds)| {
            Step::Rotate {
                key,
                organization,
                overlap_seconds,
            }
        });
    let requests = proptest::option::of(100_000..1_000_000_u32);
    let limit = (key, organization.clone(), requests).prop_map(|(key, organization, requests)| {
        Step::Limit {
            key,
            organization,
            requests,
        }
    });
    let revoke =
        (key, organization).prop_map(|(key, organization)| Step::Revoke { key, organization });
    prop_oneof![
        4 => mint(),
        2 => revoke,
        2 => rotate,
        1 => limit,
        16 => usage(),
        1 => key.prop_map(|key| Step::Outlive { key }),
    ]
}

#[test]
fn no_answer_ever_differs_from_the_models() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::start("keys-model"));
    let courses = proptest::collection::vec(step(), STEPS);
    let config = ProptestConfig {
        max_shrink_iters: 64,
        failure_persistence: None,
        ..ProptestConfig::with_cases(COURSES)
    };
    let asked = AtomicUsize::new(0);
    let outcome = TestRunner::new(config).run(&courses, |steps| {
        let answers = runtime.block_on(async {
            let mut course = Course::new(&world);
            for step in &steps {
                course.take(step).await;
            }
            course.end().await
        });
        AtomicUsize::fetch_add(&asked, answers, Ordering::Relaxed);
        Ok(())
    });
    outcome.unwrap();
    eprintln!("{} answers compared", asked.into_inner());
    runtime.block_on(async { drop(world) });
}
