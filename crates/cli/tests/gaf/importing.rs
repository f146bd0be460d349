//! `gaf import`

use std::collections::HashSet;
use std::fmt::Write as _;

use domain::PersonId;
use serde_json::Value;
use test_support::real_logbook;

use crate::fakes::FakeFlightOps;
use crate::world::{World, id, org};

/// Two aircraft, three flights (one without an end, one refused by flight-ops), one ground training.
const LOGBOOK: &str = "Aircraft Table
AircraftID,TypeCode,Make,Model
N740SP,C172,Cessna,172SP
N156GF,BL8,American Champion,8KCAB

Flights Table
Date,AircraftID,From,To,TotalTime,PIC,AllLandings,GroundTraining,PilotComments
2026-05-02,N740SP,KPAO,KPAO,1.6,1.6,2,,my secret
2026-05-03,N740SP,KPAO,,0.5,0.5,1,,
2026-05-04,N156GF,KPAO,KPAO,99.9,1.0,1,,
2026-05-05,,,,,,,2.0,
not a date,N740SP,KPAO,KPAO,1.0,,,,
";

async fn world(text: &str) -> (World, FakeFlightOps) {
    let world = World::start().await;
    let fake = world.flight_ops(FakeFlightOps::default()).await;
    world.file("logbook.csv", text);
    (world, fake)
}

#[tokio::test]
async fn a_logbook_goes_in_once() {
    let (world, fake) = world(LOGBOOK).await;
    fake.0.lock().unwrap().refuses.insert(10);
    let first = world.json(&["import", "logbook.csv"]).await;
    let taken = |kind: &Value| {
        [&kind["created"], &kind["unchanged"], &kind["refused"]].map(|n| n.as_u64().unwrap())
    };
    assert_eq!(taken(&first["flights"]), [2, 0, 1]);
    assert_eq!(taken(&first["aircraft"]), [2, 0, 0]);
    assert_eq!(taken(&first["ground_training"]), [1, 0, 0]);
    assert_eq!(
        (&first["rows_read"], &first["rows_refused"]),
        (&5.into(), &1.into())
    );
    assert_eq!(
        (&first["total_hours"], &first["landings"]),
        (&"102.0".into(), &4.into())
    );

    let again = world.json(&["import", "logbook.csv"]).await;
    assert_eq!(taken(&again["flights"]), [0, 2, 1]);
    assert_eq!(taken(&again["aircraft"]), [0, 2, 0]);
    assert_eq!(taken(&again["ground_training"]), [0, 1, 0]);
    assert_eq!(first["pilot_id"], again["pilot_id"]);

    let state = fake.0.lock().unwrap();
    let pilot = &state.people[0];
    assert_eq!(
        (pilot.first_name.as_str(), pilot.last_name.as_str()),
        ("Logbook", "Pilot")
    );
    assert_eq!(
        (pilot.id.as_str(), pilot.organization_id.as_str()),
        (first["pilot_id"].as_str().unwrap(), org().as_str())
    );
    assert!(
        state
            .imports
            .iter()
            .all(|part| part.status == "submitted" && part.pilot_id == pilot.id)
    );
    assert_eq!(
        state.imports[0].aircraft.len(),
        2,
        "the aircraft come first"
    );
}

#[tokio::test]
async fn every_oddity_is_told_with_its_place() {
    let (world, fake) = world(LOGBOOK).await;
    fake.0.lock().unwrap().refuses.insert(10);
    let ran = world
        .gaf(&["import", "logbook.csv", "--warnings", "odd.jsonl"])
        .await;
    assert_eq!(ran.code, 0);
    assert!(!ran.out.contains("secret"));
    for part in [
        "airport_unknown",
        "unreadable_date",
        "refused: block time is 0 to 2880 minutes",
        "rows read",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    let written = std::fs::read_to_string(world.directory.path().join("odd.jsonl")).unwrap();
    let notes: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let places: HashSet<(u64, &str)> = notes
        .iter()
        .map(|n| (n["line"].as_u64().unwrap(), n["code"].as_str().unwrap()))
        .collect();
    for place in [
        (9, "airport_unknown"),
        (10, "out_of_range"),
        (12, "unreadable_date"),
    ] {
        assert!(places.contains(&place), "{place:?} in {places:?}");
    }
    assert!(
        ran.out.contains(&format!("{} warnings", notes.len())),
        "{}",
        ran.out
    );
}

#[tokio::test]
async fn the_pilot_can_be_named() {
    let (world, fake) = world(LOGBOOK).await;
    world
        .json(&["import", "logbook.csv", "--pilot", &id(8), "--as", "draft"])
        .await;
    {
        let state = fake.0.lock().unwrap();
        assert!(state.people.is_empty());
        assert!(
            state
                .imports
                .iter()
                .all(|part| part.pilot_id == id(8) && part.status == "draft")
        );
    }
    let answer = world
        .json(&["import", "logbook.csv", "--pilot-name", "Anna Maria Vogel"])
        .await;
    let state = fake.0.lock().unwrap();
    assert_eq!(
        (
            state.people[0].first_name.as_str(),
            state.people[0].last_name.as_str()
        ),
        ("Anna Maria", "Vogel")
    );
    assert!(
        answer["pilot_id"]
            .as_str()
            .unwrap()
            .parse::<PersonId>()
            .is_ok()
    );
}

#[tokio::test]
async fn what_is_no_logbook_is_refused_before_anything_is_begun() {
    let (world, fake) = world("name,email\nAnna,anna@example.com\n").await;
    let ran = world.gaf(&["import", "logbook.csv"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("is no ForeFlight logbook"), "{}", ran.err);
    let ran = world.gaf(&["import", "missing.csv"]).await;
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("missing.csv cannot be read"),
        "{}",
        ran.err
    );
    assert_eq!(world.gaf(&["import", "."]).await.code, 2);
    let state = fake.0.lock().unwrap();
    assert!(state.people.is_empty() && state.imports.is_empty());
}

/// A logbook of so many different flights.
fn long(flights: usize) -> String {
    let mut text = String::from("Flights Table\nDate,AircraftID,From,To,TotalTime,Route\n");
    let route = "KPAO VPDUB VPMID KOAK ".repeat(4);
    for n in 0..flights {
        let (year, month, day) = (2000 + n / 336 % 25, 1 + n / 28 % 12, 1 + n % 28);
        writeln!(
            text,
            "{year}-{month:02}-{day:02},N{}SP,KPAO,KUKI,{}.{},{route}",
            n % 97,
            1 + n / 8_400,
            n % 10
        )
        .unwrap();
    }
    text
}

#[tokio::test]
async fn parts_are_on_their_way_together_and_failures_are_repeated() {
    let (world, fake) = world(&long(5_000)).await;
    fake.0.lock().unwrap().failures = 10;
    fake.0.lock().unwrap().gather = 3;
    let ran = world
        .gaf(&["import", "logbook.csv", "--concurrency", "3"])
        .await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.contains("5000 rows"),
        "progress is told in lines: {}",
        ran.err
    );
    let state = fake.0.lock().unwrap();
    assert_eq!(
        state
            .imports
            .iter()
            .map(|part| part.flights.len())
            .sum::<usize>(),
        5_000
    );
    assert!(state.imports.iter().all(|part| part.flights.len() <= 200));
    assert_eq!(state.most_active, 3);
}

#[tokio::test]
async fn a_service_that_stays_away_ends_the_import_with_what_to_do() {
    let (world, fake) = world(&long(2_000)).await;
    fake.0.lock().unwrap().failures = u32::MAX;
    let ran = world
        .gaf(&["import", "logbook.csv", "--patience", "1"])
        .await;
    assert_eq!((ran.code, ran.out.as_str()), (5, ""));
    assert!(ran.err.contains("Repeat the command"), "{}", ran.err);
}

/// The most memory the program had resident, in KiB, as Linux counts it.
async fn peak_kib(flights: usize) -> u64 {
    let (world, _fake) = world(&long(flights)).await;
    let mut gaf = world
        .command(&["import", "logbook.csv", "--json"])
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", gaf.id().unwrap());
    let mut peak = 0;
    let ended = loop {
        if let Ok(text) = std::fs::read_to_string(&status)
            && let Some(line) = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))
        {
            peak = peak.max(line.trim().trim_end_matches(" kB").parse().unwrap());
        }
        if let Ok(ended) =
            tokio::time::timeout(std::time::Duration::from_millis(2), gaf.wait()).await
        {
            break ended.unwrap();
        }
    };
    assert!(ended.success());
    peak
}

#[tokio::test]
async fn memory_does_not_grow_with_the_file() {
    if !std::path::Path::new("/proc/self/status").exists() {
        return;
    }
    let (short, long) = (peak_kib(8_000).await, peak_kib(64_000).await);
    assert!(
        long < short + 6_144,
        "{short} KiB for 8,000 rows, {long} KiB for 64,000"
    );
}

#[tokio::test]
async fn the_real_sample_adds_up() {
    let Some(file) = real_logbook("logbook-a.csv") else {
        return;
    };
    let text = std::fs::read_to_string(file).unwrap();
    let (world, _fake) = world(&text).await;
    let answer = world.json(&["import", "logbook.csv"]).await;
    assert_eq!(
        (&answer["rows_read"], &answer["flights"]["created"]),
        (&243.into(), &242.into())
    );
    assert_eq!(
        (&answer["total_hours"], &answer["landings"]),
        (&"372.1".into(), &1109.into())
    );
    assert_eq!(answer["aircraft"]["created"].as_u64(), Some(26));
}
