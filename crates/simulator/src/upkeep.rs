//! Maintenance: what falls due, what breaks, and the days in the shop.

mod items;
mod orders;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use contracts::convert::timestamp;
use contracts::v1;
use domain::{FlightId, SquawkId};

use crate::chance::Chance;
use crate::command::{Command, Lane};
use crate::roster::Booking;
use crate::school::{School, Steps};

pub(crate) use items::Clockwork;

/// What pilots find, its ATA chapter, and whether one flies with it.
const DEFECTS: [(&str, &str, &str, &str, bool); 7] = [
    (
        "Landing light inoperative",
        "Went dark on short final.",
        "33",
        "minor",
        false,
    ),
    (
        "Nose strut low",
        "Two fingers of strut showing.",
        "32",
        "minor",
        false,
    ),
    (
        "COM 2 weak",
        "Readable within five miles only.",
        "23",
        "minor",
        false,
    ),
    (
        "Left brake soft",
        "Pedal goes to the floor on the first push.",
        "32",
        "major",
        true,
    ),
    (
        "Alternator light flickers",
        "Below 1,200 rpm, on the ground.",
        "24",
        "major",
        true,
    ),
    (
        "Seat adjustment stiff",
        "Pilot seat, rearmost hole.",
        "25",
        "informational",
        false,
    ),
    (
        "Magneto drop of 200 rpm",
        "Right magneto, rough.",
        "74",
        "critical",
        true,
    ),
];
/// Flights after which something is written up, of a thousand.
const WRITE_UPS: usize = 25;

/// What there is to do about the fleet.
#[derive(Debug, Default)]
pub(crate) struct Shop {
    /// Aircraft in the shop, by day.
    days: BTreeMap<NaiveDate, BTreeSet<usize>>,
    /// Found and not yet put right, by aircraft.
    squawks: BTreeMap<usize, Vec<SquawkId>>,
    /// Who does not leave the ground.
    grounded: BTreeSet<usize>,
    pub clockwork: BTreeMap<usize, Clockwork>,
}

impl Shop {
    pub fn is_grounded(&self, plane: usize) -> bool {
        self.grounded.contains(&plane)
    }
}

impl School {
    /// The day in the shop of every aircraft that has one: whoever had booked it stays at home.
    pub(crate) fn keep_up(&mut self, day: NaiveDate, steps: &mut Steps) {
        let in_the_shop = self.shop.days.remove(&day).unwrap_or_default();
        for plane in in_the_shop {
            let bookings = self.booked.entry(day).or_default();
            let (off, on): (Vec<Booking>, Vec<Booking>) = std::mem::take(bookings)
                .into_iter()
                .partition(|b| b.plane == plane);
            *bookings = on;
            for booking in off {
                let cancel = self.cancellation(&booking, "maintenance");
                steps.push(Lane::Aircraft(plane), cancel);
            }
            self.work_on(plane, day, steps);
        }
    }

    /// After a flight: something may be found, and something may fall due.
    pub(crate) fn look_after(
        &mut self,
        booking: &Booking,
        flight: FlightId,
        chance: &mut Chance,
        steps: &mut Steps,
    ) {
        let (plane, day) = (booking.plane, self.today());
        if plane == self.simulator() {
            return;
        }
        if chance.below(1_000) < WRITE_UPS {
            self.write_up(booking, flight, chance, steps);
        }
        let due = self
            .shop
            .clockwork
            .get(&plane)
            .zip(self.fleet.get(plane))
            .is_some_and(|(clockwork, plane)| clockwork.is_near(plane.tach));
        if due || self.shop.is_grounded(plane) {
            self.send_to_the_shop(plane, day);
        }
    }

    /// From tomorrow on.
    fn send_to_the_shop(&mut self, plane: usize, day: NaiveDate) {
        if let Some(tomorrow) = day.checked_add_days(Days::new(1)) {
            self.shop.days.entry(tomorrow).or_default().insert(plane);
        }
    }

    fn write_up(
        &mut self,
        booking: &Booking,
        flight: FlightId,
        chance: &mut Chance,
        steps: &mut Steps,
    ) {
        let Some((title, description, chapter, severity, grounds)) = chance.pick(&DEFECTS) else {
            return;
        };
        let squawk: SquawkId = self.setting.id(&format!("squawk of {flight}"));
        let report = v1::ReportSquawkRequest {
            id: squawk.to_string(),
            organization_id: self.organization(),
            aircraft_id: self.plane_id(booking.plane).to_string(),
            title: (*title).to_owned(),
            description: (*description).to_owned(),
            severity: (*severity).to_owned(),
            grounds_aircraft: *grounds,
            ata_chapter: Some((*chapter).to_owned()),
            reported_by_id: Some(self.setting.person(booking.customer).to_string()),
            reported_at: Some(timestamp(booking.ends_at)),
            flight_id: Some(flight.to_string()),
            attachments_count: 0,
            external_reference: None,
        };
        let lane = Lane::Aircraft(booking.plane);
        steps.push(lane, Command::ReportSquawk(Box::new(report)));
        for action in ["review", "accept"] {
            steps.push(lane, self.decide(squawk, action));
        }
        self.shop
            .squawks
            .entry(booking.plane)
            .or_default()
            .push(squawk);
        if *grounds {
            self.shop.grounded.insert(booking.plane);
        }
    }

    fn decide(&self, squawk: SquawkId, action: &str) -> Command {
        Command::TransitionSquawk(Box::new(v1::TransitionSquawkRequest {
            target: Some(self.target(squawk)),
            action: Some(v1::transition_squawk_request::Action::Plain(
                action.to_owned(),
            )),
        }))
    }

    fn at(&self, day: NaiveDate, minutes: i64) -> DateTime<Utc> {
        crate::calendar::at(self.setting.zone, day, minutes)
    }
}
