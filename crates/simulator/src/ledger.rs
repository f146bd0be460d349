//! What is owed for what was flown: an invoice a week for everybody, and how it is paid.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use contracts::convert::timestamp;
use contracts::v1;
use domain::{FlightId, InvoiceId, PaymentId};

use crate::calendar;
use crate::chance::Chance;
use crate::command::{Command, Lane};
use crate::roster::Booking;
use crate::school::{School, Steps};

/// An hour of an instructor, in minor units.
const INSTRUCTOR: i64 = 7_500;
/// Days until an invoice is due.
const DUE_IN: u64 = 14;
/// The day on which invoices are written.
const INVOICING: Weekday = Weekday::Sun;

#[derive(Debug, Default)]
pub struct Ledger {
    /// By member.
    open: BTreeMap<usize, Vec<Charge>>,
    /// Payments to come, by day.
    to_come: BTreeMap<NaiveDate, Vec<Owed>>,
}

/// Something that is to be invoiced.
#[derive(Debug, Clone)]
pub struct Charge {
    customer: usize,
    plane: usize,
    instructor: Option<usize>,
    day: NaiveDate,
    flight: FlightId,
    /// What the Hobbs meter moved by, in hundredths.
    hobbs: i64,
}

/// An invoice that will be paid.
#[derive(Debug, Clone)]
struct Owed {
    customer: usize,
    invoice: InvoiceId,
    amount_minor: i64,
}

impl Charge {
    pub fn new(
        day: NaiveDate,
        booking: &Booking,
        flight: FlightId,
        flown: &v1::FlightEntry,
    ) -> Self {
        let hobbs = flown.meters.iter().find(|meter| meter.kind == "hobbs");
        let moved = hobbs
            .map(|m| m.end_hundredths.unwrap_or_default() - m.start_hundredths.unwrap_or_default());
        Self {
            customer: booking.customer,
            plane: booking.plane,
            instructor: booking.instructor,
            day,
            flight,
            hobbs: moved.unwrap_or_default(),
        }
    }
}

impl Ledger {
    pub fn charge(&mut self, charge: Charge) {
        self.open.entry(charge.customer).or_default().push(charge);
    }
}

impl School {
    /// Invoices of the week, and the payments of the day.
    pub(crate) fn settle(&mut self, day: NaiveDate, steps: &mut Steps) {
        for owed in self.ledger.to_come.remove(&day).unwrap_or_default() {
            self.pay(day, &owed, steps);
        }
        if day.weekday() == INVOICING {
            for (customer, charges) in std::mem::take(&mut self.ledger.open) {
                self.invoice(day, customer, &charges, steps);
            }
        }
    }

    fn invoice(&mut self, day: NaiveDate, customer: usize, charges: &[Charge], steps: &mut Steps) {
        let invoice: InvoiceId = self.setting.id(&format!("invoice {day} {customer}"));
        let mut chance = self.chance(&format!("invoice {invoice}"));
        let mut lines: Vec<v1::InvoiceLineEntry> = charges
            .iter()
            .flat_map(|charge| self.lines(charge))
            .collect();
        if chance.percent(8) {
            lines.push(headset());
        }
        let amount_minor = lines.iter().map(total).sum();
        let lane = Lane::Person(customer);
        let draft = v1::DraftInvoiceRequest {
            id: invoice.to_string(),
            organization_id: self.organization(),
            currency: None,
            entry: Some(v1::InvoiceEntry {
                customer: Some(self.customer(customer)),
                lines,
                external_reference: None,
            }),
        };
        steps.push_closing(lane, Command::DraftInvoice(Box::new(draft)));
        let due = day.checked_add_days(Days::new(DUE_IN)).unwrap_or(day);
        let issue = v1::IssueInvoiceRequest {
            target: Some(self.target(invoice)),
            issued_on: day.to_string(),
            due_on: due.to_string(),
        };
        steps.push_closing(lane, Command::IssueInvoice(Box::new(issue)));
        if let Some(paid_on) = pays_on(day, &mut chance) {
            let owed = Owed {
                customer,
                invoice,
                amount_minor,
            };
            self.ledger.to_come.entry(paid_on).or_default().push(owed);
        }
    }

    fn pay(&self, day: NaiveDate, owed: &Owed, steps: &mut Steps) {
        let mut chance = self.chance(&format!("payment {}", owed.invoice));
        // Some pay half of it for the time being.
        let amount_minor = if chance.percent(3) {
            owed.amount_minor / 2
        } else {
            owed.amount_minor
        };
        let methods = ["card", "card", "card", "ach", "check"];
        let payment: PaymentId = self.setting.id(&format!("payment {}", owed.invoice));
        let request = v1::RecordPaymentRequest {
            id: payment.to_string(),
            organization_id: self.organization(),
            customer: Some(self.customer(owed.customer)),
            kind: "payment".to_owned(),
            method: chance.pick(&methods).copied().unwrap_or("card").to_owned(),
            amount_minor,
            received_at: Some(timestamp(calendar::at(self.setting.zone, day, 12 * 60))),
            allocations: vec![v1::Allocation {
                invoice_id: owed.invoice.to_string(),
                amount_minor,
            }],
            ..v1::RecordPaymentRequest::default()
        };
        let lane = Lane::Person(owed.customer);
        steps.push_closing(lane, Command::RecordPayment(Box::new(request)));
    }

    fn customer(&self, member: usize) -> v1::Customer {
        v1::Customer {
            r#type: "pilot".to_owned(),
            id: self.setting.person(member).to_string(),
            name: String::new(),
        }
    }

    /// The aircraft and the instructor, by the Hobbs meter.
    fn lines(&self, charge: &Charge) -> Vec<v1::InvoiceLineEntry> {
        let Some(plane) = self.fleet.get(charge.plane) else {
            return Vec::new();
        };
        let day = charge.day;
        let hours = v1::InvoiceLineEntry {
            quantity_hundredths: charge.hobbs,
            unit: "hour".to_owned(),
            flight_id: Some(charge.flight.to_string()),
            ..v1::InvoiceLineEntry::default()
        };
        let aircraft = v1::InvoiceLineEntry {
            kind: if plane.is_simulator() {
                "simulator"
            } else {
                "aircraft"
            }
            .to_owned(),
            description: format!("{} wet, Hobbs, {day}", plane.registration),
            meter_kind: Some("hobbs".to_owned()),
            unit_price_minor: plane.model.hourly_minor,
            aircraft_id: Some(plane.id.to_string()),
            ..hours.clone()
        };
        let instructor = charge.instructor.map(|who| v1::InvoiceLineEntry {
            kind: "instructor_flight".to_owned(),
            description: format!("Instruction, {day}"),
            unit_price_minor: INSTRUCTOR,
            instructor_id: Some(self.setting.person(who).to_string()),
            ..hours
        });
        [Some(aircraft), instructor].into_iter().flatten().collect()
    }
}

/// Sold over the counter, and the only thing here that is taxed.
fn headset() -> v1::InvoiceLineEntry {
    v1::InvoiceLineEntry {
        kind: "store".to_owned(),
        description: "Headset rental and charts".to_owned(),
        quantity_hundredths: 100,
        unit: "each".to_owned(),
        unit_price_minor: 4_000,
        tax_code: Some("CA".to_owned()),
        tax_rate_bp: 950,
        ..v1::InvoiceLineEntry::default()
    }
}

/// Prices and quantities are such that nothing is rounded.
fn total(line: &v1::InvoiceLineEntry) -> i64 {
    let net = line.quantity_hundredths * line.unit_price_minor / 100;
    net + net * i64::from(line.tax_rate_bp) / 10_000
}

/// Most pay in time, some late, a few never.
fn pays_on(day: NaiveDate, chance: &mut Chance) -> Option<NaiveDate> {
    let after = match chance.below(100) {
        0..=84 => chance.between(1, 12),
        85..=96 => chance.between(16, 45),
        _ => return None,
    };
    day.checked_add_days(Days::new(after.unsigned_abs()))
}
