//! Documents of several records: neither the order nor the repetition of changes matters, nor how
//! many replicas take them.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::topology::RECORDS;
use domain::aircraft::AircraftStatus;
use domain::finance::{InvoiceKind, InvoiceStatus};
use domain::flight::FlightStatus;
use domain::maintenance::due_item::DuePoint;
use domain::meter::Meter;
use domain::training::{EnrollmentStatus, SignoffStatus};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use read_model::record::Record;

use crate::flights;
use crate::order::{runtime, shuffle};
use crate::paging::{list, request};
use crate::school::finance::day;
use crate::school::{School, deletion, enrolled, message};
use crate::stack::Stack;
use crate::world::{World, expected_at, state};

const NOW: &str = "2026-05-28T03:00:00Z";
const TURNING: [&str; 4] = [
    "maintenance-due",
    "training-progress",
    "invoices",
    "finance-summaries",
];
const ZONES: [&str; 3] = ["America/Los_Angeles", "UTC", "Asia/Tokyo"];

/// What one version of a record varies in; each kind reads what it needs.
#[derive(Debug, Clone, Copy)]
struct Version {
    pick: u32,
    other: u32,
    days: i64,
    hours: i64,
}

/// The versions of each record, from the first to the last.
type Histories = Vec<Vec<Version>>;

#[derive(Debug, Clone)]
struct Story {
    organization: Vec<Version>,
    aircraft: Histories,
    due_items: Histories,
    flights: Histories,
    programs: Vec<Version>,
    enrollments: Histories,
    signoffs: Histories,
    sessions: Histories,
    invoices: Histories,
    again: Vec<prop::sample::Index>,
    shuffle: u64,
    batch: usize,
}

fn versions(most: usize) -> impl Strategy<Value = Vec<Version>> {
    let version = (0..12u32, 0..12u32, -40..70i64, -2_000..3_000i64).prop_map(
        |(pick, other, days, hours)| Version {
            pick,
            other,
            days,
            hours,
        },
    );
    prop::collection::vec(version, 1..=most)
}

fn histories(records: usize, most: usize) -> impl Strategy<Value = Histories> {
    prop::collection::vec(versions(most), 0..=records)
}

fn story() -> impl Strategy<Value = Story> {
    let upkeep = (histories(3, 4), histories(5, 4));
    let training = (histories(5, 3), histories(2, 3), histories(8, 3));
    let arrival = (
        prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        any::<u64>(),
        1..16usize,
    );
    let whole = (versions(3), versions(2));
    let naming = (histories(5, 3), histories(6, 4));
    (whole, upkeep, training, naming, arrival).prop_map(
        |((organization, programs), (aircraft, due_items), training, naming, arrival)| Story {
            organization,
            aircraft,
            due_items,
            flights: training.0,
            programs,
            enrollments: training.1,
            signoffs: training.2,
            sessions: naming.0,
            invoices: naming.1,
            again: arrival.0,
            shuffle: arrival.1,
            batch: arrival.2,
        },
    )
}

/// What became of one record: its versions, and its deletion after them.
struct History {
    versions: Vec<Record>,
    deleted: bool,
}

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

impl Story {
    fn histories(&self, school: School) -> Vec<History> {
        let organization = |v: Version, _: u32, version| {
            let zone = ZONES[usize::try_from(v.pick).unwrap() % 3];
            school.organization(zone, version).into()
        };
        let program = |_: Version, number, version| school.program(number, version).into();
        let mut found = vec![
            history(0, &self.organization, organization),
            history(0, &self.programs, program),
        ];
        let mut add = |histories: &Histories, record: fn(School, Version, u32, i64) -> Record| {
            for (number, versions) in (0..).zip(histories) {
                found.push(history(number, versions, |v, number, version| {
                    record(school, v, number, version)
                }));
            }
        };
        add(&self.aircraft, aircraft);
        add(&self.due_items, due_item);
        add(&self.flights, flight);
        add(&self.enrollments, enrollment);
        add(&self.signoffs, signoff);
        add(&self.sessions, session);
        add(&self.invoices, invoice);
        // Some are no more in the end.
        for history in &mut found {
            history.deleted = match history.versions.last() {
                Some(Record::DueItem(item)) => item.title.ends_with('2'),
                Some(Record::Session(session)) => session.version == 3,
                Some(Record::Invoice(invoice)) => invoice.version == 4,
                Some(Record::Flight(flight)) => flight.status == FlightStatus::Draft,
                _ => false,
            };
        }
        found
    }
}

fn history(
    number: u32,
    versions: &[Version],
    record: impl Fn(Version, u32, i64) -> Record,
) -> History {
    let versions = versions.iter().zip(1..);
    History {
        versions: versions
            .map(|(v, version)| record(*v, number, version))
            .collect(),
        deleted: false,
    }
}

fn aircraft(school: School, v: Version, number: u32, version: i64) -> Record {
    let mut aircraft = school.aircraft_at(number, version, 150_000 + v.hours);
    if v.pick == 0 {
        aircraft.status = AircraftStatus::Sold;
    }
    aircraft.into()
}

fn due_item(school: School, v: Version, number: u32, version: i64) -> Record {
    let mut item = school.due_item(number, v.pick % 3, version);
    item.due = DuePoint {
        date: (!v.other.is_multiple_of(3)).then(|| (now() + TimeDelta::days(v.days)).date_naive()),
        meter: (!v.other.is_multiple_of(2)).then_some(Meter(150_000)),
        cycles: None,
    };
    item.into()
}

fn flight(school: School, v: Version, number: u32, version: i64) -> Record {
    let mut flight = school.flown(number, version, 60);
    flight.status = FlightStatus::ALL[usize::try_from(v.pick).unwrap() % 5];
    // Chains of at most five, whatever has arrived of them.
    let replaces = number.checked_sub(1).filter(|_| number % 5 > 1);
    flight.replaces_id = replaces.map(|number| school.flight(number, 1).id);
    flight.into()
}

fn enrollment(school: School, v: Version, number: u32, version: i64) -> Record {
    let mut enrollment = school.enrollment(number, version);
    enrollment.status = EnrollmentStatus::ALL[usize::try_from(v.pick).unwrap() % 6];
    enrollment.program_revision = 1 + i32::try_from(v.other % 2).unwrap();
    enrollment.into()
}

fn signoff(school: School, v: Version, number: u32, version: i64) -> Record {
    // Who and what for does not change once it is signed; its state does.
    let mut signoff = school.lesson(number, number % 2, number % 4, number % 5);
    signoff.version = version;
    signoff.status = SignoffStatus::ALL[usize::try_from(v.pick).unwrap() % 3];
    signoff.updated_at += TimeDelta::seconds(version);
    if number.is_multiple_of(3) {
        signoff.content.flight_id = None;
    }
    signoff.into()
}

/// Of no flight, or of any, of which others may be as well.
fn session(school: School, v: Version, number: u32, version: i64) -> Record {
    let flight = (!v.other.is_multiple_of(3)).then(|| school.flight(v.pick % 5, 1).id);
    flights::session(school, number, version, flight).into()
}

fn invoice(school: School, v: Version, number: u32, version: i64) -> Record {
    let on = day("2026-05-01") + TimeDelta::days(v.days % 3);
    let issued = school.issued(number, "USD", on);
    let flight = (!v.other.is_multiple_of(4)).then(|| school.flight(v.pick % 3, 1).id);
    let mut invoice = flights::about(issued, flight);
    invoice.version = version;
    invoice.updated_at += TimeDelta::seconds(version);
    // Its second line is about another.
    invoice.lines[1].entry.flight_id = Some(school.flight(v.other % 5, 1).id);
    invoice.status = InvoiceStatus::ALL[usize::try_from(v.pick + v.other).unwrap() % 5];
    if invoice.status == InvoiceStatus::Draft {
        invoice.issue = None;
    }
    if number == 5 {
        invoice.kind = InvoiceKind::CreditNote;
    }
    invoice.into()
}

impl Story {
    /// All messages and some of them again, in any order.
    fn arrivals(&self, histories: &[History]) -> Vec<Vec<u8>> {
        let mut messages = Vec::new();
        for history in histories {
            messages.extend(history.versions.iter().map(message));
            if let Some(last) = history.versions.last().filter(|_| history.deleted) {
                messages.push(deletion(last, last.version() + 1));
            }
        }
        let again: Vec<Vec<u8>> = self
            .again
            .iter()
            .map(|at| at.get(&messages).clone())
            .collect();
        messages.extend(again);
        shuffle(&mut messages, self.shuffle);
        messages
    }
}

async fn arrive(world: &World, messages: &[Vec<u8>], batch: usize) {
    for part in messages.chunks(batch) {
        world.take_messages(part.iter().cloned()).await;
    }
}

fn check(cases: u32, arrive: impl AsyncFn(&World, &[Vec<u8>], usize)) {
    let runtime = runtime();
    let world = runtime.block_on(World::at(NOW));
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&story(), |story| {
        let school = School::new();
        let histories = story.histories(school);
        let live = histories.iter().filter(|history| !history.deleted);
        let latest: Vec<Record> = live.map(|h| h.versions.last().unwrap().clone()).collect();
        let found = runtime.block_on(async {
            arrive(&world, &story.arrivals(&histories), story.batch).await;
            // A request turns what is due, here because the school's days end at another time.
            for view in TURNING {
                list(&world, request(school, view, 1)).await;
            }
            state(&mut world.db.conn().await.unwrap(), school.org).await
        });
        let expected = expected_at(&latest, now());
        for (key, document) in &expected.documents {
            prop_assert_eq!(found.documents.get(key), Some(document));
        }
        prop_assert_eq!(found.documents.len(), expected.documents.len());
        prop_assert_eq!(&found.facets, &expected.facets);
        // Whether a document was there before it went depends on the order; that it went does not.
        let gone = found.tombstones.iter();
        let back = gone
            .filter(|[view, id, _]| expected.documents.contains_key(&(view.clone(), id.clone())));
        prop_assert_eq!(back.count(), 0);
        Ok(())
    });
    runtime.block_on(async { drop(world) });
    outcome.unwrap();
}

#[test]
fn any_order_and_any_repetition_of_related_records_give_the_same_bytes() {
    check(60, async |world, messages, batch| {
        arrive(world, messages, batch).await
    });
}

#[test]
fn replicas_that_compete_for_related_records_give_the_same_bytes() {
    check(40, async |world, messages, batch| {
        let (first, second) = messages.split_at(messages.len() / 2);
        tokio::join!(
            arrive(world, first, batch),
            arrive(world, second, batch),
            arrive(world, messages, batch)
        );
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_broker_brings_is_answered_for() {
    let stack = Stack::new().await;
    let replica = stack.replica(500).await;
    let school = School::new();
    let records: [Record; 6] = [
        school.due_at(1, 1, 150_000).into(),
        school.aircraft_at(1, 1, 149_400).into(),
        school.lesson(1, 1, 0, 10).into(),
        school.flown(10, 2, 75).into(),
        school.program(0, 1).into(),
        school.enrollment(1, 1).into(),
    ];
    for record in &records {
        let key = format!("record.{}", record.kind());
        stack.publish(RECORDS, &key, [message(record)]).await;
    }
    let aircraft = school.aircraft(1, 1).id;
    let due = stack.document(school, "maintenance-due", aircraft).await;
    assert_eq!(due["items"][0]["remaining_hours"], 6);
    let progress = stack.document(school, "training-progress", enrolled(1));
    assert_eq!(progress.await["minutes"]["dual"]["flown"], 75);
    let signoffs = stack.list(school, "signoffs").await;
    assert_eq!(signoffs.documents.len(), 1);
    replica.stop().await;
}
