//! What a simulated school decides, month after month.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};

use contracts::v1;
use domain::OrgId;
use domain::flight::FlightEntry;
use simulator::{Command, Day, School, Setting};
use uuid::Uuid;

fn setting(seed: u64) -> Setting {
    Setting {
        organization: OrgId(Uuid::from_u128(0xabc)),
        location: None,
        zone: chrono_tz::America::Los_Angeles,
        seed,
        first_day: "2025-11-22".parse().unwrap(),
        aircraft: 3,
    }
}

fn lived(seed: u64, days: usize) -> Vec<Day> {
    let mut school = School::new(setting(seed));
    let mut all = vec![school.founding()];
    all.extend((0..days).map(|_| school.day()));
    all
}

fn commands(days: &[Day]) -> impl Iterator<Item = &Command> {
    days.iter()
        .flat_map(|day| &day.steps)
        .map(|step| &step.command)
}

fn count(days: &[Day], name: &str) -> usize {
    commands(days)
        .filter(|command| command.name() == name)
        .count()
}

#[test]
fn the_same_setting_brings_forth_the_same_school() {
    let once = lived(7, 60);
    assert_eq!(once, lived(7, 60));
    assert_ne!(once, lived(8, 60));
    // Days are the same however they are asked for.
    let mut school = School::new(setting(7));
    school.founding();
    for day in &once[1..] {
        assert_eq!(school.today(), day.date);
        assert_eq!(&school.day(), day);
    }
}

/// What each id was asked for first; nothing is created twice.
#[test]
fn no_id_is_given_twice() {
    let days = lived(7, 120);
    let mut ids = BTreeSet::new();
    for command in commands(&days) {
        let id = match command {
            Command::DraftFlight(r) => &r.id,
            Command::RequestSession(r) => &r.id,
            Command::DraftInvoice(r) => &r.id,
            Command::RecordPayment(r) => &r.id,
            Command::ReportSquawk(r) => &r.id,
            Command::CreateWorkOrder(r) => &r.id,
            Command::RecordSignoff(r) => &r.signoff.as_ref().unwrap().id,
            _ => continue,
        };
        assert!(ids.insert(id.clone()), "{} {id}", command.name());
    }
    assert!(ids.len() > 500, "{}", ids.len());
}

/// The entries of all flights as they were approved, in the order in which they were sent.
fn flown(days: &[Day]) -> Vec<v1::FlightEntry> {
    let mut entries: BTreeMap<String, v1::FlightEntry> = BTreeMap::new();
    let mut approved = Vec::new();
    for command in commands(days) {
        match command {
            Command::DraftFlight(r) => {
                entries.insert(r.id.clone(), r.entry.clone().unwrap());
            }
            Command::ReviseFlight(r) => {
                entries.insert(r.flight_id.clone(), r.entry.clone().unwrap());
            }
            Command::ApproveFlight(r) => approved.push(entries[&r.flight_id].clone()),
            _ => (),
        }
    }
    approved
}

#[test]
fn each_flight_begins_where_the_aircrafts_last_one_ended() {
    let mut days = lived(7, 90);
    let mut read: BTreeMap<(String, String), i64> = BTreeMap::new();
    for command in commands(&days[..1]) {
        if let Command::SaveAircraft(request) = command {
            let aircraft = request.aircraft.clone().unwrap();
            for meter in aircraft.meters {
                read.insert((aircraft.id.clone(), meter.kind), meter.value_hundredths);
            }
        }
    }
    days.remove(0);
    let flown = flown(&days);
    assert!(flown.len() > 60, "{}", flown.len());
    assert_eq!(
        flown.len(),
        days.iter().map(|day| day.flights).sum::<usize>()
    );
    for entry in flown {
        for meter in &entry.meters {
            let known = read
                .get_mut(&(entry.aircraft_id.clone(), meter.kind.clone()))
                .unwrap();
            assert_eq!(meter.start_hundredths, Some(*known), "{}", meter.kind);
            *known = meter.end_hundredths.unwrap();
            assert!(meter.start_hundredths < meter.end_hundredths);
        }
        let entry = FlightEntry::try_from(entry).unwrap();
        assert_eq!(entry.violations(), []);
        assert!(entry.minutes.night <= entry.minutes.block);
    }
}

/// Who and what a plan takes.
fn taken(plan: &v1::SessionPlan) -> Vec<String> {
    let mut taken = vec![plan.resource.clone().unwrap().id];
    taken.extend(plan.instructor_id.clone());
    taken.extend(plan.pilot_id.clone());
    taken.extend(plan.student_ids.clone());
    taken
}

#[test]
fn nobody_and_nothing_is_booked_twice_at_a_time() {
    for seed in 0..4 {
        let days = lived(seed, 200);
        let mut standing: BTreeMap<String, v1::SessionPlan> = BTreeMap::new();
        // As a booking that is refused would be: what is called off later stood until then.
        for command in commands(&days) {
            match command {
                Command::RequestSession(request) => {
                    let plan = request.plan.clone().unwrap();
                    let at = |at: &Option<prost_types::Timestamp>| at.as_ref().unwrap().seconds;
                    for (id, other) in &standing {
                        let apart = at(&plan.ends_at) <= at(&other.starts_at)
                            || at(&other.ends_at) <= at(&plan.starts_at);
                        let shared = taken(&plan).iter().any(|one| taken(other).contains(one));
                        assert!(apart || !shared, "{id} and {}", request.id);
                    }
                    standing.insert(request.id.clone(), plan);
                }
                Command::CancelSession(request) => {
                    standing
                        .remove(&request.target.clone().unwrap().id)
                        .unwrap();
                }
                Command::CompleteSession(request) => {
                    // Long over; only the last days can collide.
                    standing
                        .remove(&request.target.clone().unwrap().id)
                        .unwrap();
                }
                _ => (),
            }
        }
        assert!(
            standing.len() < 30,
            "{} sessions have no end",
            standing.len()
        );
    }
}

/// Days are sent in weeks, and lanes beside each other: who is booked was known the week before.
#[test]
fn nobody_is_booked_in_the_week_of_joining() {
    let days = lived(5, 140);
    let mut known: BTreeSet<String> = BTreeSet::new();
    let joining = |days: &[Day]| -> Vec<String> {
        let people = commands(days).filter_map(|command| match command {
            Command::SavePerson(request) => request.person.clone(),
            _ => None,
        });
        people.map(|person| person.id).collect()
    };
    known.extend(joining(&days[..1]));
    let founders = known.len();
    // Weeks begin anywhere: an `up` of another day sends the days since.
    for (offset, week) in days[1..].chunks(7).enumerate() {
        for command in commands(week) {
            if let Command::RequestSession(request) = command {
                let students = &request.plan.as_ref().unwrap().student_ids;
                for student in students {
                    assert!(known.contains(student), "{student} in week {offset}");
                }
            }
        }
        known.extend(joining(week));
    }
    assert!(known.len() > founders + 5);
}

#[test]
fn a_year_has_something_of_everything() {
    let days = lived(0, 365);
    let flights = count(&days, "approve_flight");
    assert!((600..2_500).contains(&flights), "{flights} flights");
    for (name, least) in [
        ("reject_flight", 10),
        ("cancel_session", 100),
        ("record_signoff", 300),
        ("complete_enrollment", 1),
        ("issue_vtr", 1),
        ("report_squawk", 8),
        ("release_work_order", 8),
        ("draft_invoice", 200),
        ("record_payment", 180),
        ("save_compliance", 30),
    ] {
        let found = count(&days, name);
        assert!(found >= least, "{found} of {name}");
    }
    let entries = flown(&days);
    let minutes = |of: fn(&v1::FlightMinutes) -> i32| {
        entries
            .iter()
            .map(|e| of(e.minutes.as_ref().unwrap()))
            .filter(|m| *m > 0)
            .count()
    };
    assert!(minutes(|m| m.night) > 20 && minutes(|m| m.solo) > 30 && minutes(|m| m.simulator) > 5);
    assert!(minutes(|m| m.simulated_instrument) > 20 && minutes(|m| m.cross_country) > 20);
    println!("{flights} flights, {} commands", commands(&days).count());
    let mut by_name = BTreeMap::new();
    for command in commands(&days) {
        *by_name.entry(command.name()).or_insert(0) += 1;
    }
    println!("{by_name:?}");
}
