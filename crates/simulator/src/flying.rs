//! A day's flying: what becomes of each booking.

mod entry;
mod life;

use chrono::{NaiveDate, TimeDelta};
use contracts::convert::timestamp;
use contracts::v1;

use crate::calendar::{self, Weather};
use crate::chance::Chance;
use crate::command::{Command, Lane};
use crate::roster::Booking;
use crate::school::{School, Steps};

impl School {
    pub(crate) fn fly_all(&mut self, day: NaiveDate, steps: &mut Steps) {
        let mut bookings = self.booked.remove(&day).unwrap_or_default();
        // Of each aircraft one after the other, as its meters have it.
        bookings.sort_by_key(|booking| (booking.plane, booking.starts_at));
        let weather = calendar::weather(self.setting.world(), day);
        for booking in bookings {
            let mut chance = self.chance(&format!("fate {}", booking.id));
            let grounded = self.shop.is_grounded(booking.plane);
            let called_off = self.called_off(&booking, weather, &mut chance);
            match called_off.or(grounded.then_some("maintenance")) {
                Some(reason) => {
                    let cancel = self.cancellation(&booking, reason);
                    steps.push(Lane::Aircraft(booking.plane), cancel);
                }
                None => self.fly(day, &booking, &mut chance, steps),
            }
        }
    }

    /// Why nobody flies, if nobody does.
    fn called_off(
        &self,
        booking: &Booking,
        weather: Weather,
        chance: &mut Chance,
    ) -> Option<&'static str> {
        let alone = booking.instructor.is_none() && self.is_student(booking.customer);
        let grounded = match weather {
            Weather::Bad => true,
            Weather::Marginal => alone || chance.percent(25),
            Weather::Fine => false,
        };
        if grounded && booking.plane != self.simulator() {
            return Some("weather");
        }
        match chance.below(100) {
            0..=2 => Some("student"),
            3 => booking.instructor.map(|_| "instructor"),
            4 => Some("no_show"),
            _ => None,
        }
    }

    pub(crate) fn cancellation(&self, booking: &Booking, reason: &str) -> Command {
        let comment = match reason {
            "weather" => Some("Ceiling below minimums".to_owned()),
            _ => None,
        };
        let at = match reason {
            "no_show" => booking.starts_at + TimeDelta::minutes(20),
            _ => booking.starts_at - TimeDelta::minutes(90),
        };
        Command::CancelSession(Box::new(v1::CancelSessionRequest {
            target: Some(self.target(booking.id)),
            reason: reason.to_owned(),
            comment,
            at: Some(timestamp(at)),
        }))
    }
}
