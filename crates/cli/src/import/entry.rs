//! A flight of a logbook, as the school's record has it.

use contracts::convert::timestamp;
use contracts::v1;
use domain::flight::{FlightRules, FlightType};
use domain::meter::MeterKind;
use logbook::{LogbookFlight, MeterReadings};

use super::notes::Note;
use super::texts::{fitted, fitted_optional};
use super::{airports, times};

/// Bytes of a route, an approach's kind, a type designator; the record holds no more.
const LONGEST_ROUTE: usize = 1_000;
const LONGEST_APPROACH: usize = 60;
const MOST_APPROACHES: u32 = 99;
const MOST_LANDINGS: u32 = 999;

/// The flight's entry in the pilot's name, in the aircraft of that registration and type. Every
/// entry keeps the rules of the record, but for blocks longer than it believes in.
///
/// The pilot in command is the pilot, also where the pilot was taught: a logbook gives the
/// instructor a name and no identity. The minutes say in what capacity the pilot flew.
pub fn of(
    flight: &LogbookFlight,
    registration: String,
    aircraft_type: Option<String>,
    pilot_id: &str,
    line: u64,
    notes: &mut Vec<Note>,
) -> v1::FlightEntry {
    let (departure, arrival) = airports::of(flight, line, notes);
    let times = times::of(flight, line, notes);
    note_what_stays_behind(flight, line, notes);
    v1::FlightEntry {
        flight_type: flight_type(flight).to_string(),
        flight_rules: (flight.minutes.ifr > 0).then(|| FlightRules::Ifr.to_string()),
        registration,
        aircraft_type,
        pilot_id: pilot_id.to_owned(),
        pic_id: pilot_id.to_owned(),
        departure: Some(departure),
        arrival: Some(arrival),
        route: fitted_optional(flight.route.as_deref(), LONGEST_ROUTE, line, "Route", notes),
        off_block_at: Some(timestamp(times.off_block)),
        takeoff_at: times.takeoff.map(timestamp),
        landing_at: times.landing.map(timestamp),
        on_block_at: Some(timestamp(times.on_block)),
        times_recorded: times.recorded,
        meters: [
            (MeterKind::Hobbs, flight.hobbs),
            (MeterKind::Tach, flight.tach),
        ]
        .into_iter()
        .filter_map(|(kind, readings)| span(kind, readings))
        .collect(),
        minutes: Some(minutes(flight)),
        landings: Some(landings(flight)),
        approaches: approaches(flight, line, notes),
        holds: Some(flight.holds).filter(|holds| *holds > 0).map(whole),
        ..Default::default()
    }
}

/// A session in a training device is one whatever else it says; a flight with both solo and dual
/// time had an instructor on board for a part of it, and solo flights have none.
fn flight_type(flight: &LogbookFlight) -> FlightType {
    let minutes = &flight.minutes;
    if flight.simulated_flight_minutes > 0 {
        FlightType::Simulator
    } else if minutes.dual_received > 0 {
        FlightType::Dual
    } else if minutes.solo > 0 {
        FlightType::Solo
    } else if flight.flags.checkride {
        FlightType::Check
    } else {
        FlightType::Rental
    }
}

fn minutes(flight: &LogbookFlight) -> v1::FlightMinutes {
    let part = &flight.minutes;
    v1::FlightMinutes {
        block: whole(flight.block_minutes()),
        airborne: None,
        pic: whole(part.pic),
        sic: whole(part.sic),
        picus: whole(part.picus),
        dual_received: whole(part.dual_received),
        dual_given: whole(part.dual_given),
        solo: whole(part.solo),
        night: whole(part.night),
        actual_instrument: whole(part.actual_instrument),
        simulated_instrument: whole(part.simulated_instrument),
        ifr: whole(part.ifr),
        cross_country: whole(part.cross_country),
        multi_pilot: whole(part.multi_pilot),
        simulator: whole(flight.simulated_flight_minutes),
    }
}

fn landings(flight: &LogbookFlight) -> v1::Landings {
    let l = &flight.landings;
    let touch_and_goes = l
        .touch_and_go_day
        .saturating_add(l.touch_and_go_night)
        .min(MOST_LANDINGS);
    let recorded = |count: u32| Some(count).filter(|count| *count > 0).map(whole);
    v1::Landings {
        day: whole(l.day),
        night: whole(l.night),
        touch_and_goes: recorded(touch_and_goes),
        takeoffs_day: recorded(l.day_takeoffs),
        takeoffs_night: recorded(l.night_takeoffs),
    }
}

fn approaches(flight: &LogbookFlight, line: u64, notes: &mut Vec<Note>) -> Vec<v1::Approach> {
    let mut all = Vec::with_capacity(flight.approaches.len());
    for approach in &flight.approaches {
        let mut text = |text: &str| fitted(text, LONGEST_APPROACH, line, "Approach", notes);
        let (kind, runway, airport) = (
            text(&approach.kind),
            approach.runway.as_deref().map(&mut text),
            approach.airport.as_deref().map(&mut text),
        );
        if approach.count > MOST_APPROACHES {
            let reason = format!(
                "counts {} approaches; kept as {MOST_APPROACHES}",
                approach.count
            );
            notes.push(Note::new(line, "Approach", "out_of_range", reason));
        }
        let count = whole(approach.count.min(MOST_APPROACHES));
        all.push(v1::Approach {
            kind,
            runway,
            airport,
            count,
        });
    }
    all
}

fn span(kind: MeterKind, readings: MeterReadings) -> Option<v1::MeterSpan> {
    readings.start.or(readings.end)?;
    Some(v1::MeterSpan {
        kind: kind.to_string(),
        start_hundredths: readings.start.map(i64::from),
        end_hundredths: readings.end.map(i64::from),
    })
}

/// What a flight record has no place for, other than what every row has.
fn note_what_stays_behind(flight: &LogbookFlight, line: u64, notes: &mut Vec<Note>) {
    let (minutes, flags) = (&flight.minutes, &flight.flags);
    let left = [
        ("Examiner", minutes.examiner > 0),
        ("NVG", minutes.nvg > 0),
        ("NVGOps", flight.nvg_ops > 0),
        ("Flight Review", flags.flight_review),
        ("IPC", flags.ipc),
        ("FAA 61.58", flags.far_61_58),
        ("NVG Proficiency", flags.nvg_proficiency),
    ];
    for (column, _) in left.into_iter().filter(|(_, given)| *given) {
        let reason = "has no place in a flight record; the flight is kept without it";
        notes.push(Note::new(line, column, "not_imported", reason));
    }
}

/// Counts and minutes are far below the limit, which is there for the type's sake.
fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
