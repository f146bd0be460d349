//! What records are found by from others.

use std::collections::BTreeSet;
use std::fmt::Display;

use chrono::NaiveDate;
use domain::FlightId;
use domain::finance::{Currency, Granularity, Period, SummaryId};

use super::{Change, Record};

/// What the records that name a flight are gathered by.
pub fn of_flight(id: impl Display) -> String {
    format!("flight:{id}")
}

/// The flights that a session or an invoice names in their documents.
pub fn flights_of(record: &Record) -> BTreeSet<FlightId> {
    match record {
        Record::Session(session) => session.flight_id.into_iter().collect(),
        Record::Invoice(invoice) => invoice.flight_ids(),
        _ => BTreeSet::new(),
    }
}

/// The summaries that an issued document or a payment counts in: of its day and of its month.
pub fn summaries_of(record: &Record) -> Vec<String> {
    let counted = match record {
        Record::Invoice(invoice) => invoice.issued_on().map(|day| (day, invoice.currency)),
        Record::Payment(payment) => Some((payment.received_on, payment.amount.currency)),
        _ => None,
    };
    let of = |(day, currency): (NaiveDate, Currency)| {
        Granularity::ALL.iter().map(move |granularity| {
            let period = Period::of(*granularity, day);
            SummaryId { period, currency }.to_string()
        })
    };
    counted.into_iter().flat_map(of).collect()
}

impl Record {
    /// What the record is gathered by, each a text of its own kind's choosing: mostly the id of
    /// what it belongs to. None for records that no document gathers.
    pub fn gathered_by(&self) -> Vec<String> {
        match self {
            // By the flight that it took the place of.
            Self::Flight(flight) => flight.replaces_id.iter().map(ToString::to_string).collect(),
            Self::DueItem(item) => vec![item.aircraft_id.to_string()],
            Self::Enrollment(enrollment) => vec![enrollment.program_id.to_string()],
            Self::Signoff(signoff) => {
                let flight = signoff.content.flight_id.map(of_flight);
                let enrollment = signoff.content.enrollment_id.to_string();
                flight.into_iter().chain([enrollment]).collect()
            }
            Self::Invoice(_) | Self::Payment(_) | Self::Session(_) => {
                let flights = flights_of(self);
                let mut found = summaries_of(self);
                found.extend(flights.iter().map(of_flight));
                found
            }
            Self::Organization(_)
            | Self::Location(_)
            | Self::Person(_)
            | Self::Aircraft(_)
            | Self::ComplianceRecord(_)
            | Self::WorkOrder(_)
            | Self::Squawk(_)
            | Self::Program(_)
            | Self::Vtr(_)
            | Self::Room(_)
            | Self::Company(_) => Vec::new(),
        }
    }
}

impl Change {
    /// Each of [`Record::gathered_by`] once; a record that is no more is gathered by nothing.
    pub fn links(&self) -> BTreeSet<String> {
        let record = self.record.iter();
        record.flat_map(Record::gathered_by).collect()
    }
}
