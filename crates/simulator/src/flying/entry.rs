//! What is written down about a flight.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::convert::timestamp;
use contracts::v1;

use crate::calendar;
use crate::cast::{HOME, Plane};
use crate::chance::Chance;
use crate::roster::Booking;
use crate::school::School;
use crate::syllabus::Traits;

/// Where one flies to from here, over land and back.
const DESTINATIONS: [&str; 7] = ["KSNS", "KMOD", "KSTS", "KWVI", "KHAF", "KLVK", "O69"];
const REMARKS: [&str; 6] = [
    "Smooth, light winds.",
    "Slow flight, stalls, steep turns.",
    "Crosswind practice, 8 kt across.",
    "Simulated engine failure, good choice of field.",
    "Flight following with NorCal.",
    "Radio work much better today.",
];

/// When it was flown.
struct Times {
    off_block: DateTime<Utc>,
    takeoff: DateTime<Utc>,
    landing: DateTime<Utc>,
    on_block: DateTime<Utc>,
}

impl School {
    /// The entry of a booking that is flown; the aircraft's meters move on.
    pub(super) fn entry(
        &mut self,
        booking: &Booking,
        chance: &mut Chance,
    ) -> Option<v1::FlightEntry> {
        let item = booking.item.and_then(|at| self.syllabus.items.get(at));
        let traits = item.map(|item| item.traits()).unwrap_or_default();
        let student = self.is_student(booking.customer);
        let dusk = calendar::dusk(
            self.setting.zone,
            booking
                .starts_at
                .with_timezone(&self.setting.zone)
                .date_naive(),
        );
        let setting = self.setting.clone();
        let plane = self.fleet.get_mut(booking.plane)?;
        let far = traits.cross_country || (!student && chance.percent(50));
        let times = times(booking, traits.minutes, far, chance);
        let meters = run(plane, &times);
        let flies = !plane.is_simulator();
        let pilot = setting.person(booking.customer).to_string();
        let instructor = booking
            .instructor
            .map(|who| setting.person(who).to_string());
        let away = chance.pick(&DESTINATIONS).copied().unwrap_or(HOME);
        let route = (far && flies).then(|| format!("{HOME} {away} {HOME}"));
        let fuel = (flies && chance.percent(60)).then(|| v1::Fuel {
            quantity_hundredths: plane.model.burn * minutes(&times).0 / 60,
            unit: "usg".to_owned(),
        });
        let airport = || v1::Airport {
            ident: HOME.to_owned(),
            ..v1::Airport::default()
        };
        Some(v1::FlightEntry {
            flight_type: flight_type(flies, student, instructor.is_some(), traits).to_owned(),
            flight_rules: Some("vfr".to_owned()),
            aircraft_id: plane.id.to_string(),
            registration: plane.registration.clone(),
            aircraft_type: plane.model.icao_type.map(str::to_owned),
            pic_id: instructor.clone().unwrap_or_else(|| pilot.clone()),
            pilot_id: pilot,
            departure: Some(airport()),
            arrival: Some(airport()),
            route,
            off_block_at: Some(timestamp(times.off_block)),
            takeoff_at: Some(timestamp(times.takeoff)),
            landing_at: Some(timestamp(times.landing)),
            on_block_at: Some(timestamp(times.on_block)),
            times_recorded: true,
            meters,
            minutes: Some(logged(
                &times,
                dusk,
                instructor.is_some(),
                far,
                flies,
                traits,
            )),
            landings: Some(landings(&times, dusk, far, flies, chance)),
            persons_on_board: Some(if instructor.is_some() { 2 } else { 1 }),
            instructor_id: instructor,
            fuel_added: fuel,
            remarks: chance
                .percent(45)
                .then(|| chance.pick(&REMARKS).map(|text| (*text).to_owned()))
                .flatten(),
            ..v1::FlightEntry::default()
        })
    }
}

fn flight_type(flies: bool, student: bool, dual: bool, traits: Traits) -> &'static str {
    match (flies, student, dual) {
        (false, ..) => "simulator",
        (true, true, true) if traits.check => "check",
        (true, _, true) => "dual",
        (true, true, false) => "solo",
        (true, false, false) => "rental",
    }
}

/// As planned, more or less; a quarter of an hour goes before.
fn times(booking: &Booking, planned: i64, far: bool, chance: &mut Chance) -> Times {
    let off_block = booking.starts_at + TimeDelta::minutes(chance.between(8, 14));
    let block = match (planned, far) {
        (0, true) => chance.between(84, 98),
        (0, false) => chance.between(56, 84),
        (planned, _) => planned * chance.between(96, 108) / 100,
    };
    let on_block = off_block + TimeDelta::minutes(block);
    Times {
        off_block,
        takeoff: off_block + TimeDelta::minutes(chance.between(6, 11)),
        landing: on_block - TimeDelta::minutes(chance.between(3, 5)),
        on_block,
    }
}

/// Block and airborne minutes.
fn minutes(times: &Times) -> (i64, i64) {
    let block = (times.on_block - times.off_block).num_minutes();
    (block, (times.landing - times.takeoff).num_minutes())
}

/// The meters go on from where they stand: Hobbs in tenths while the engine runs, the tachometer a
/// little slower.
fn run(plane: &mut Plane, times: &Times) -> Vec<v1::MeterSpan> {
    let (block, airborne) = minutes(times);
    let span = |kind: &str, start: i64, end: i64| v1::MeterSpan {
        kind: kind.to_owned(),
        start_hundredths: Some(start),
        end_hundredths: Some(end),
    };
    let hobbs = plane.hobbs;
    plane.hobbs += (block * 100 / 60 + 5) / 10 * 10;
    if plane.is_simulator() {
        return vec![span("hobbs", hobbs, plane.hobbs)];
    }
    let tach = plane.tach;
    plane.tach += airborne * 92 / 60 + (block - airborne) * 45 / 60;
    vec![
        span("hobbs", hobbs, plane.hobbs),
        span("tach", tach, plane.tach),
    ]
}

fn logged(
    times: &Times,
    dusk: DateTime<Utc>,
    dual: bool,
    far: bool,
    flies: bool,
    traits: Traits,
) -> v1::FlightMinutes {
    let (block, airborne) = minutes(times);
    let number = |minutes: i64| i32::try_from(minutes).unwrap_or_default();
    let when = |is: bool, minutes: i64| number(if is { minutes } else { 0 });
    let night = (times.on_block - times.off_block.max(dusk))
        .num_minutes()
        .max(0);
    let hood = traits.instrument.min(airborne);
    v1::FlightMinutes {
        block: number(block),
        airborne: flies.then(|| number(airborne)),
        pic: when(!dual && flies, block),
        dual_received: when(dual, block),
        dual_given: 0,
        solo: when(!dual && flies && traits.solo, block),
        night: when(flies, night),
        simulated_instrument: when(dual && flies, hood),
        cross_country: when(far && flies, block),
        simulator: when(!flies, block),
        ..v1::FlightMinutes::default()
    }
}

fn landings(
    times: &Times,
    dusk: DateTime<Utc>,
    far: bool,
    flies: bool,
    chance: &mut Chance,
) -> v1::Landings {
    if !flies {
        return v1::Landings::default();
    }
    let all = if far {
        chance.between(2, 3)
    } else {
        chance.between(1, 7)
    };
    let all = i32::try_from(all).unwrap_or(1);
    let by_night = times.landing > dusk;
    let (day, night) = if by_night { (0, all) } else { (all, 0) };
    v1::Landings {
        day,
        night,
        touch_and_goes: Some(if far { 0 } else { all - 1 }),
        takeoffs_day: Some(i32::from(times.takeoff <= dusk)),
        takeoffs_night: Some(i32::from(times.takeoff > dusk)),
    }
}
