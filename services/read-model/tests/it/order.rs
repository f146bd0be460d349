//! Neither the order nor the repetition of changes matters, nor how many replicas take them.

use std::collections::BTreeMap;

use bus::{BatchHandler, Outcome};
use domain::flight::{FlightStatus, FlightType};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use read_model::record::Record;

use crate::school::{self, School, id, message};
use crate::world::{World, delivery, expected, state};

/// One version of a flight, as far as it varies.
#[derive(Debug, Clone)]
struct Version {
    status: FlightStatus,
    pilot: u32,
    instructor: Option<u32>,
    simulator: bool,
    block: i32,
    hour: u32,
}

/// Histories of records, and the order in which their changes arrive, some of them repeatedly.
#[derive(Debug, Clone)]
struct Story {
    flights: Vec<Vec<Version>>,
    /// How many versions each of the first persons has; a pilot beyond them is not known.
    persons: Vec<i64>,
    aircraft: Vec<i64>,
    arrivals: Vec<prop::sample::Index>,
    shuffle: u64,
    batch: usize,
}

fn version() -> impl Strategy<Value = Version> {
    let status = prop::sample::select(FlightStatus::ALL);
    (
        status,
        0..4u32,
        prop::option::of(5..7u32),
        prop::bool::weighted(0.2),
        0..300i32,
        0..5u32,
    )
        .prop_map(
            |(status, pilot, instructor, simulator, block, hour)| Version {
                status,
                pilot,
                instructor,
                simulator,
                block,
                hour,
            },
        )
}

fn story() -> impl Strategy<Value = Story> {
    (
        prop::collection::vec(prop::collection::vec(version(), 1..5), 1..8),
        prop::collection::vec(1..4i64, 0..4),
        prop::collection::vec(1..4i64, 0..3),
        prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        any::<u64>(),
        1..12usize,
    )
        .prop_map(
            |(flights, persons, aircraft, arrivals, shuffle, batch)| Story {
                flights,
                persons,
                aircraft,
                arrivals,
                shuffle,
                batch,
            },
        )
}

impl Story {
    /// The histories, each from its first version to its last.
    fn histories(&self, school: School) -> Vec<Vec<Record>> {
        let numbered = |n: usize| u32::try_from(n).unwrap();
        let flights = self.flights.iter().enumerate().map(|(n, versions)| {
            let versions = versions.iter().zip(1..);
            versions
                .map(|(version, number)| {
                    school::flight(flight(school, numbered(n), number, version))
                })
                .collect()
        });
        let persons = self.persons.iter().enumerate().map(|(n, versions)| {
            (1..=*versions)
                .map(|version| school::person(school.person(numbered(n), version)))
                .collect()
        });
        let aircraft = self.aircraft.iter().enumerate().map(|(n, versions)| {
            (1..=*versions)
                .map(|version| school::aircraft(school.aircraft(numbered(n), version)))
                .collect()
        });
        flights.chain(persons).chain(aircraft).collect()
    }

    /// All changes and some of them again, in any order.
    fn arrivals(&self, histories: &[Vec<Record>]) -> Vec<Record> {
        let mut changes: Vec<Record> = histories.iter().flatten().cloned().collect();
        let again: Vec<Record> = self
            .arrivals
            .iter()
            .map(|at| at.get(&changes).clone())
            .collect();
        changes.extend(again);
        shuffle(&mut changes, self.shuffle);
        changes
    }
}

/// Any order, by Fisher and Yates, with the numbers of a linear congruential generator.
pub fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for i in (1..items.len()).rev() {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let j = usize::try_from(seed >> 33).unwrap() % (i + 1);
        items.swap(i, j);
    }
}

fn flight(school: School, number: u32, version: i64, varies: &Version) -> domain::flight::Flight {
    let mut flight = school.flight(number, version);
    let later = chrono::TimeDelta::hours(varies.hour.into());
    flight.status = varies.status;
    flight.entry.pilot_id = id(varies.pilot);
    flight.entry.instructor_id = varies.instructor.map(id);
    flight.entry.times.off_block_at += later;
    flight.entry.minutes.block = varies.block;
    flight.entry.minutes.actual_instrument = varies.block / 3;
    flight.entry.minutes.simulated_instrument = varies.block / 4;
    if varies.simulator {
        flight.entry.flight_type = FlightType::Simulator;
    }
    flight
}

pub async fn arrive(world: &World, changes: &[Record], batch: usize) {
    let consumer = world.records();
    for batch in changes.chunks(batch) {
        let deliveries: Vec<_> = batch
            .iter()
            .map(|record| delivery(message(record)))
            .collect();
        let outcomes = consumer.handle(&deliveries).await.unwrap();
        assert!(
            outcomes.iter().all(|outcome| *outcome == Outcome::Ack),
            "{outcomes:?}"
        );
    }
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// Gives each story to a school of its own, and compares what comes of it with the projection of
/// the latest versions.
fn check(cases: u32, arrive: impl AsyncFn(&World, &[Record], usize)) {
    let runtime = runtime();
    let world = runtime.block_on(World::new());
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&story(), |story| {
        let school = School::new();
        let histories = story.histories(school);
        let latest: Vec<Record> = histories
            .iter()
            .map(|history| history.last().unwrap().clone())
            .collect();
        let found = runtime.block_on(async {
            arrive(&world, &story.arrivals(&histories), story.batch).await;
            state(&mut world.db.conn().await.unwrap(), school.org).await
        });
        prop_assert_eq!(found, expected(&latest));
        Ok(())
    });
    runtime.block_on(async { drop(world) });
    outcome.unwrap();
}

#[test]
fn any_order_and_any_repetition_give_the_same_bytes() {
    check(60, async |world, changes, batch| {
        arrive(world, changes, batch).await
    });
}

#[test]
fn replicas_that_compete_for_the_same_records_give_the_same_bytes() {
    check(40, async |world, changes, batch| {
        // The third replica takes everything once more, so that each change is applied twice at
        // about the same time.
        let (first, second) = changes.split_at(changes.len() / 2);
        tokio::join!(
            arrive(world, first, batch),
            arrive(world, second, batch),
            arrive(world, changes, batch)
        );
    });
}

/// The heaviest traffic on the same rows: every batch of every replica holds every pilot.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_meet_at_every_pilot_lose_no_minute() {
    let world = World::new().await;
    let school = School::new();
    let mut changes: Vec<Record> = (0..7)
        .map(|n| school::person(school.person(n, 1)))
        .collect();
    changes.extend((0..600).map(|n| school::flight(school.flight(n, 1))));
    let mut approved: Vec<Record> = Vec::new();
    for n in 0..600 {
        let mut flight = school.flight(n, 2);
        flight.status = if n % 10 == 0 {
            FlightStatus::Voided
        } else {
            FlightStatus::Approved
        };
        approved.push(school::flight(flight));
    }
    changes.extend(approved.iter().cloned());
    let backwards: Vec<Record> = changes.iter().rev().cloned().collect();
    let (evens, odds): (Vec<_>, Vec<_>) =
        changes.chunks(7).enumerate().partition(|(i, _)| i % 2 == 0);
    let join = |parts: Vec<(usize, &[Record])>| {
        parts
            .into_iter()
            .flat_map(|(_, part)| part.to_vec())
            .collect::<Vec<_>>()
    };
    let (evens, odds) = (join(evens), join(odds));
    tokio::join!(
        arrive(&world, &evens, 100),
        arrive(&world, &odds, 100),
        arrive(&world, &backwards, 77)
    );

    let mut latest: BTreeMap<String, Record> = BTreeMap::new();
    for record in changes {
        latest.insert(format!("{}{}", record.kind(), record.id()), record);
    }
    let latest: Vec<Record> = latest.into_values().collect();
    let found = state(&mut world.db.conn().await.unwrap(), school.org).await;
    assert_eq!(
        found.totals.values().map(|minutes| minutes[0]).sum::<i64>(),
        540 * 60
    );
    assert!(found == expected(&latest), "the documents differ");
}
