//! From the dispatch to the approval.

use chrono::NaiveDate;
use contracts::v1;
use domain::FlightId;

use crate::chance::Chance;
use crate::command::{Command, Lane};
use crate::ledger::Charge;
use crate::roster::Booking;
use crate::school::{School, Steps};

/// Flights of which the first entry is not approved, of a hundred.
const REJECTED: usize = 4;

impl School {
    pub(super) fn fly(
        &mut self,
        day: NaiveDate,
        booking: &Booking,
        chance: &mut Chance,
        steps: &mut Steps,
    ) {
        let Some(flown) = self.entry(booking, chance) else {
            return;
        };
        let flight: FlightId = self.setting.id(&format!("flight of {}", booking.id));
        let lane = Lane::Aircraft(booking.plane);
        let start = Command::StartSession(Box::new(self.target(booking.id)));
        steps.push(lane, start);
        if chance.percent(REJECTED) {
            // What a pilot in a hurry writes down.
            let mut hurried = flown.clone();
            hurried.landings = Some(v1::Landings::default());
            hurried.remarks = None;
            steps.push(lane, self.draft(flight, hurried));
            steps.push(lane, Command::SubmitFlight(self.about(flight)));
            let reason = "The landings are missing.".to_owned();
            let command = Some(*self.about(flight));
            let reject = v1::RejectFlightRequest { command, reason };
            steps.push(lane, Command::RejectFlight(Box::new(reject)));
            let revise = v1::ReviseFlightRequest {
                organization_id: self.organization(),
                flight_id: flight.to_string(),
                // Drafted, submitted, rejected.
                expected_version: 3,
                entry: Some(flown.clone()),
            };
            steps.push(lane, Command::ReviseFlight(Box::new(revise)));
        } else {
            steps.push(lane, self.draft(flight, flown.clone()));
        }
        steps.push(lane, Command::SubmitFlight(self.about(flight)));
        steps.push(lane, Command::ApproveFlight(self.about(flight)));
        let complete = v1::CompleteSessionRequest {
            target: Some(self.target(booking.id)),
            flight_id: Some(flight.to_string()),
        };
        steps.push(lane, Command::CompleteSession(Box::new(complete)));
        self.flights += 1;
        self.ledger
            .charge(Charge::new(day, booking, flight, &flown));
        self.learn(booking, flight, chance, steps);
        self.look_after(booking, flight, chance, steps);
    }

    fn draft(&self, flight: FlightId, entry: v1::FlightEntry) -> Command {
        Command::DraftFlight(Box::new(v1::DraftFlightRequest {
            id: flight.to_string(),
            organization_id: self.organization(),
            location_id: self.setting.location.map(|id| id.to_string()),
            entry: Some(entry),
            external_reference: None,
        }))
    }

    /// By the flight's pilot to submit it, by the school's owner for everything else.
    fn about(&self, flight: FlightId) -> Box<v1::FlightCommand> {
        Box::new(v1::FlightCommand {
            organization_id: self.organization(),
            flight_id: flight.to_string(),
            expected_version: None,
            actor_id: None,
        })
    }
}
