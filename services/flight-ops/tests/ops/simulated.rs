//! Weeks of a simulated school, lived through the service and read back.

use std::collections::BTreeMap;
use std::time::Duration;

use contracts::v1::{Flight, ListFlightsRequest};
use simulator::driver::{Driver, Tally};
use simulator::{Command, Day, School, Setting};

use crate::world::World;

const DAYS: usize = 24;

fn setting(school: &crate::school::School) -> Setting {
    Setting {
        organization: school.id.parse().unwrap(),
        location: Some(school.location.parse().unwrap()),
        zone: chrono_tz::America::Los_Angeles,
        seed: 3,
        first_day: "2026-05-03".parse().unwrap(),
        aircraft: 2,
    }
}

fn lived(setting: &Setting) -> Vec<Day> {
    let mut school = School::new(setting.clone());
    let mut days = vec![school.founding()];
    days.extend((0..DAYS).map(|_| school.day()));
    days
}

/// The founding by itself, and then weeks.
async fn live(world: &World, days: &[Day]) -> Tally {
    let concurrency = 8.try_into().unwrap();
    let driver = Driver::new(world.ops.clone(), concurrency, Duration::from_secs(20));
    let mut tally = driver.live(days[..1].to_vec()).await.unwrap();
    for week in days[1..].chunks(7) {
        tally.add(driver.live(week.to_vec()).await.unwrap());
    }
    tally
}

async fn flights(world: &World, school: &crate::school::School) -> Vec<Flight> {
    let request = ListFlightsRequest {
        organization_id: school.id.clone(),
        status: None,
        after_id: None,
        limit: 200,
    };
    world.ops.list_flights(request).await.unwrap().flights
}

/// What each aircraft's meters should read, by what was asked for.
fn meters(days: &[Day]) -> BTreeMap<(String, String), i64> {
    let mut read = BTreeMap::new();
    for command in days
        .iter()
        .flat_map(|day| &day.steps)
        .map(|step| &step.command)
    {
        let (aircraft, meters) = match command {
            Command::SaveAircraft(request) => {
                let aircraft = request.aircraft.as_ref().unwrap();
                for meter in &aircraft.meters {
                    read.insert(
                        (aircraft.id.clone(), meter.kind.clone()),
                        meter.value_hundredths,
                    );
                }
                continue;
            }
            Command::DraftFlight(request) => {
                let entry = request.entry.as_ref().unwrap();
                (&entry.aircraft_id, &entry.meters)
            }
            _ => continue,
        };
        for meter in meters {
            read.insert(
                (aircraft.clone(), meter.kind.clone()),
                meter.end_hundredths.unwrap(),
            );
        }
    }
    read
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weeks_of_a_school_are_taken_whole_and_once() {
    let world = World::start().await;
    let school = world.school().await;
    let days = lived(&setting(&school));
    let flown: usize = days.iter().map(|day| day.flights).sum();
    assert!(flown > 0, "weeks without a flight");

    let tally = live(&world, &days).await;
    assert_eq!(tally.refusals, [""; 0]);
    assert_eq!((tally.refused, tally.present), (0, 0));

    let found = flights(&world, &school).await;
    assert_eq!(found.len(), flown);
    assert!(found.iter().all(|flight| flight.status == "approved"));
    for ((aircraft, kind), value) in meters(&days) {
        let reads = world
            .number(&format!(
                "SELECT (meter->>'value')::bigint AS n FROM aircraft, jsonb_array_elements(meters) AS meter
                 WHERE id = '{aircraft}' AND meter->>'kind' = '{kind}'"
            ))
            .await;
        assert_eq!(reads, value, "{kind} of {aircraft}");
    }
    let completed = "SELECT count(*) AS n FROM planning_sessions WHERE status = 'completed'
                     AND flight_id IS NOT NULL";
    assert_eq!(world.number(completed).await, i64::try_from(flown).unwrap());

    // Once more: nothing changes, and nothing is said.
    world.nothing_owed().await;
    let said = world.hearing.record_ids().len();
    let again = live(&world, &days).await;
    assert_eq!((again.applied, again.refusals), (0, Vec::new()));
    assert_eq!(flights(&world, &school).await, found);
    assert_eq!(world.hearing.record_ids().len(), said);
}
