use contracts::convert::instant;
use contracts::v1::{self, FlightEntry};
use domain::flight::FlightEntry as DomainEntry;
use proptest::prelude::*;
use test_support::real_logbook;
use uuid::Uuid;

use super::*;

mod flights;

/// Everything that comes of a file.
#[derive(Default)]
struct Taken {
    aircraft: Vec<ImportedAircraft>,
    flights: Vec<ImportedFlight>,
    ground: Vec<ImportedGroundTraining>,
    notes: Vec<Note>,
    rows: u64,
    /// The kinds of parts, in their order.
    order: Vec<&'static str>,
}

impl Taken {
    fn entry(&self, number: usize) -> &FlightEntry {
        self.flights[number].entry.as_ref().unwrap()
    }

    /// Line, column and code of every note.
    fn codes(&self) -> Vec<(u64, &str, &str)> {
        fn code(n: &Note) -> (u64, &str, &str) {
            (
                n.line,
                n.column.as_deref().unwrap_or_default(),
                n.code.as_str(),
            )
        }
        self.notes.iter().map(code).collect()
    }
}

fn pilot() -> String {
    Uuid::from_u128(7).to_string()
}

fn take(file: &[u8]) -> Taken {
    let rows = Reader::new(file).unwrap();
    let (sender, mut chunks) = mpsc::channel(1_000);
    read_all(rows, pilot(), sender).unwrap();
    let mut taken = Taken::default();
    while let Some(Chunk { part, notes, rows }) = chunks.blocking_recv() {
        taken.notes.extend(notes);
        taken.rows += rows;
        taken.order.push(match part {
            Part::Aircraft(some) => {
                taken.aircraft.extend(some);
                "aircraft"
            }
            Part::Flights(some) => {
                taken.flights.extend(some);
                "flights"
            }
            Part::Ground(some) => {
                taken.ground.extend(some);
                "ground"
            }
            Part::Nothing => "nothing",
        });
    }
    taken
}

const AIRCRAFT: &str = "Aircraft Table
AircraftID,TypeCode
n740sp,C172
";
/// The line of the flight behind it.
const LINE: u64 = 7;

const FLEET: &str = "Aircraft Table
AircraftID,TypeCode,Year,Make,Model,GearType,EngineType,equipType (FAA),aircraftClass (FAA),complexAircraft (FAA)
n740sp,C172,2001,Cessna,172SP,fixed_tricycle,Piston,aircraft,airplane_single_engine_land,
Redbird FMX,,,Redbird,FMX,,,batd,airplane_single_engine_land,
N1TWIN,PA34,,Piper,Seneca,RT,Piston,aircraft,airplane_multi_engine_land,TRUE
N1GYRO,,,Magni,M16,,Piston,aircraft,rotorcraft_gyroplane,
";

const COLUMNS: &str = "Date,AircraftID,From,To,Route,TimeOut,TimeOff,TimeOn,TimeIn,TotalTime,PIC,Solo,Night,\
    CrossCountry,IFR,DualReceived,SimulatedFlight,GroundTraining,HobbsStart,HobbsEnd,TachStart,TachEnd,Holds,\
    Approach1,Examiner,Checkride (FAA),DayTakeoffs,DayLandingsFullStop,NightLandingsFullStop,AllLandings,PilotComments,Person1";

/// A file with one flight: its columns as given, the others empty.
fn flight(columns: &[(&str, &str)]) -> Taken {
    let cells: Vec<&str> = COLUMNS
        .split(',')
        .map(|name| {
            columns
                .iter()
                .find(|(given, _)| *given == name)
                .map_or("", |(_, value)| *value)
        })
        .collect();
    take(
        format!(
            "{AIRCRAFT}\nFlights Table\n{COLUMNS}\n{}\n",
            cells.join(",")
        )
        .as_bytes(),
    )
}

fn at(text: &str) -> chrono::DateTime<chrono::Utc> {
    text.parse().unwrap()
}

/// The flight with the columns that any flight has, and those given.
fn local(columns: &[(&str, &str)]) -> Taken {
    let usual = [
        ("Date", "2026-05-02"),
        ("AircraftID", "N740SP"),
        ("From", "KPAO"),
        ("To", "KPAO"),
        ("TotalTime", "1.6"),
    ];
    let kept = usual
        .into_iter()
        .filter(|(name, _)| columns.iter().all(|(given, _)| given != name));
    flight(&columns.iter().copied().chain(kept).collect::<Vec<_>>())
}

fn assert_rules_hold(entry: &FlightEntry) {
    let entry = FlightEntry {
        aircraft_id: Uuid::nil().to_string(),
        ..entry.clone()
    };
    let entry = DomainEntry::try_from(entry).unwrap();
    assert_eq!(entry.violations(), []);
}

/// The fleet, and behind it flights of one aircraft.
fn flown(aircraft_id: &str, flights: usize) -> Taken {
    let row = format!("2026-05-02,{aircraft_id},KPAO,KPAO,LOCAL,,,,,1.6\n");
    let columns = "Date,AircraftID,From,To,Route,TimeOut,TimeOff,TimeOn,TimeIn,TotalTime";
    take(format!("{FLEET}\nFlights Table\n{columns}\n{}", row.repeat(flights)).as_bytes())
}

#[test]
fn aircraft_go_ahead_of_the_flights_in_them() {
    let taken = flown("N740SP", 1);
    assert_eq!(taken.order, ["aircraft", "flights"]);
    let aircraft: Vec<_> = taken
        .aircraft
        .iter()
        .map(|a| a.aircraft.clone().unwrap())
        .collect();
    let registrations: Vec<&str> = aircraft.iter().map(|a| a.registration.as_str()).collect();
    assert_eq!(registrations, ["N740SP", "REDBIRD-FMX", "N1TWIN", "N1GYRO"]);
    assert_eq!(aircraft[0].icao_type.as_deref(), Some("C172"));
    assert_eq!(
        (
            aircraft[0].make.as_str(),
            aircraft[0].year,
            aircraft[0].class.as_deref()
        ),
        ("Cessna", Some(2001), Some("ASEL"))
    );
    assert_eq!(aircraft[1].category, "simulator");
    assert_eq!((aircraft[2].engine_count, aircraft[2].complex), (2, true));
    assert_eq!(aircraft[3].class, None);
}

#[test]
fn an_id_that_is_no_registration_is_noted_once() {
    let taken = flown("Redbird FMX", 2);
    let rewritten: Vec<_> = taken
        .codes()
        .into_iter()
        .filter(|(.., code)| *code == "registration_rewritten")
        .collect();
    assert_eq!(rewritten, [(4, "AircraftID", "registration_rewritten")]);
    assert_eq!(taken.entry(1).registration, "REDBIRD-FMX");
}

#[test]
fn a_flight_without_an_aircraft_has_the_unknown_one() {
    assert_eq!(
        local(&[("AircraftID", "")]).entry(0).registration,
        registration::UNKNOWN
    );
}

#[test]
fn ground_training_stands_alone_or_beside_a_flight() {
    let alone = flight(&[("Date", "2026-05-02"), ("GroundTraining", "2.0")]);
    assert_eq!((alone.flights.len(), alone.ground.len()), (0, 1));
    assert_eq!(
        (
            alone.ground[0].date.as_str(),
            alone.ground[0].minutes_received
        ),
        ("2026-05-02", 120)
    );
    let beside = local(&[("GroundTraining", "0.5")]);
    assert_eq!((beside.flights.len(), beside.ground.len()), (1, 1));
    assert_eq!(beside.ground[0].fingerprint, beside.flights[0].fingerprint);
}

#[test]
fn a_long_file_comes_in_parts() {
    let taken = flown("N740SP", 450);
    let parts: Vec<&str> = taken
        .order
        .iter()
        .copied()
        .filter(|kind| *kind != "nothing")
        .collect();
    assert_eq!(parts, ["aircraft", "flights", "flights", "flights"]);
    assert_eq!((taken.flights.len(), taken.rows), (450, 454));
    let occurrences: HashSet<u32> = taken.flights.iter().map(|f| f.occurrence).collect();
    assert_eq!(occurrences.len(), 450);
}

#[test]
fn reading_waits_for_who_takes_the_chunks_and_ends_with_them() {
    let row = "2026-05-02,N740SP,1.6\n";
    let file = format!(
        "Flights Table\nDate,AircraftID,TotalTime\n{}",
        row.repeat(5_000)
    );
    let (sender, mut chunks) = mpsc::channel(1);
    let reading = std::thread::spawn(move || {
        read_all(Reader::new(file.as_bytes()).unwrap(), pilot(), sender)
    });
    chunks.blocking_recv().unwrap();
    drop(chunks);
    assert!(matches!(reading.join().unwrap(), Err(Stopped::Unwanted)));
}

#[test]
fn the_real_sample_comes_through_whole() {
    let Some(file) = real_logbook("logbook-a.csv") else {
        return;
    };
    let taken = take(&std::fs::read(file).unwrap());
    assert_eq!(
        (
            taken.aircraft.len(),
            taken.flights.len(),
            taken.ground.len()
        ),
        (26, 242, 4),
        "three flights have ground training beside them"
    );
    let entries: Vec<&FlightEntry> = taken
        .flights
        .iter()
        .map(|f| f.entry.as_ref().unwrap())
        .collect();
    entries.iter().for_each(|entry| assert_rules_hold(entry));
    let minutes: i32 = entries.iter().map(|e| e.minutes.unwrap().block).sum();
    assert_eq!(minutes, 22_326, "372.1 h");
    let landings: i32 = entries
        .iter()
        .map(|e| e.landings.unwrap())
        .map(|l| l.day + l.night)
        .sum();
    assert_eq!(landings, 1_109);
}
