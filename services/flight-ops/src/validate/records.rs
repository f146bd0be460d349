//! Records as callers send them, checked and put into their one form.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use domain::aircraft::{Aircraft, Count};
use domain::airport::Airport;
use domain::meter::Meter;
use domain::organization::Location;
use domain::person::{Person, Rating};

use super::Checks;

const LOCATION_CODE: RangeInclusive<usize> = 2..=10;
const SHORT: RangeInclusive<usize> = 1..=50;
const LONG: RangeInclusive<usize> = 1..=1_000;
/// Certificates, ratings, meters or reasons of one record.
const MOST: usize = 100;

impl Checks {
    pub fn location(&mut self, location: Location) -> Location {
        self.chosen_id("id", location.id.0);
        Location {
            name: self.name("name", &location.name),
            code: self.code("code", &location.code, LOCATION_CODE),
            icao_code: self.icao_code(location.icao_code.as_deref()),
            timezone: self.timezone(&location.timezone),
            address: self.optional("address", location.address.as_deref(), LONG),
            ..location
        }
    }

    pub fn person(&mut self, person: Person) -> Person {
        self.chosen_id("id", person.id.0);
        self.count("licences", person.licences.len());
        self.count("ratings", person.ratings.len());
        self.distinct("roles", &person.roles);
        let licences = person.licences.into_iter().map(|mut licence| {
            licence.number = self.optional("licences", licence.number.as_deref(), SHORT);
            licence
        });
        let licences = licences.collect();
        let ratings = person
            .ratings
            .into_iter()
            .map(|Rating { code, valid_until }| Rating {
                code: self.text("ratings", &code, SHORT),
                valid_until,
            });
        let ratings = ratings.collect();
        Person {
            first_name: self.name("first_name", &person.first_name),
            last_name: self.name("last_name", &person.last_name),
            call_sign: self.optional("call_sign", person.call_sign.as_deref(), SHORT),
            email: self.email(person.email.as_deref()),
            licences,
            ratings,
            caa_reference: self.optional("caa_reference", person.caa_reference.as_deref(), SHORT),
            home_airport: self.home_airport(person.home_airport.as_deref()),
            external_reference: self.reference(person.external_reference.as_deref()),
            ..person
        }
    }

    pub fn aircraft(&mut self, aircraft: Aircraft) -> Aircraft {
        self.chosen_id("id", aircraft.id.0);
        self.within("year", aircraft.year, &(1903..=2199));
        self.within("engine_count", Some(aircraft.engine_count), &(0..=12));
        self.within("seats", aircraft.seats, &(0..=1_000));
        self.within("cycles", aircraft.cycles, &(0..=Count::MAX));
        self.within("landings_total", aircraft.landings_total, &(0..=Count::MAX));
        let hours = aircraft.airframe_hours.map(|hours| hours.0);
        self.within("airframe_hours", hours, &(0..=Meter::MAX.0));
        self.meters(&aircraft);
        self.count("grounding_reasons", aircraft.grounding_reasons.len());
        let reasons = aircraft.grounding_reasons.iter();
        let reasons = reasons
            .map(|reason| self.text("grounding_reasons", reason, LONG))
            .collect();
        Aircraft {
            registration: self.registration(&aircraft.registration),
            serial_number: self.optional("serial_number", aircraft.serial_number.as_deref(), SHORT),
            make: self.name("make", &aircraft.make),
            model: self.name("model", &aircraft.model),
            icao_type: self.optional("icao_type", aircraft.icao_type.as_deref(), 1..=20),
            gear_type: self.optional("gear_type", aircraft.gear_type.as_deref(), SHORT),
            grounding_reasons: reasons,
            home_airport: self.home_airport(aircraft.home_airport.as_deref()),
            external_reference: self.reference(aircraft.external_reference.as_deref()),
            ..aircraft
        }
    }

    fn meters(&mut self, aircraft: &Aircraft) {
        let mut seen = HashSet::new();
        for meter in &aircraft.meters {
            self.within("meters", Some(meter.value.0), &(0..=Meter::MAX.0));
            self.within("meters", meter.engine_position, &(1..=12));
            if !seen.insert((meter.kind, meter.engine_position)) {
                self.refuse(
                    "meters",
                    "repeated",
                    format!("{} is given twice", meter.kind),
                );
            }
        }
    }

    /// Good enough to be written to; whether anybody reads it only a message can tell.
    pub fn email(&mut self, email: Option<&str>) -> Option<String> {
        let email = self.optional("email", email, 3..=254)?;
        let parts = email.split_once('@');
        let plausible = parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
        if !plausible || email.contains(char::is_whitespace) {
            self.refuse(
                "email",
                "malformed",
                "email is an address such as name@school.example",
            );
        }
        Some(email)
    }

    fn home_airport(&mut self, ident: Option<&str>) -> Option<String> {
        let ident = ident.map(str::trim).filter(|ident| !ident.is_empty())?;
        match Airport::from_ident(ident) {
            Ok(airport) => Some(airport.ident),
            Err(reason) => {
                self.refuse("home_airport", "malformed", reason.to_string());
                None
            }
        }
    }

    fn count(&mut self, pointer: &'static str, count: usize) {
        if count > MOST {
            self.refuse(
                pointer,
                "too_many",
                format!("{pointer} holds at most {MOST}"),
            );
        }
    }

    fn distinct<T: std::hash::Hash + Eq>(&mut self, pointer: &'static str, values: &[T]) {
        let distinct: HashSet<&T> = values.iter().collect();
        if distinct.len() < values.len() {
            self.refuse(
                pointer,
                "repeated",
                format!("{pointer} holds a value twice"),
            );
        }
    }
}
