use domain::finance::{
    Customer, CustomerId, Invoice, InvoiceKind, InvoiceStatus, Issue, Line, LineEntry, LineKind,
    LineUnit, Money, Payment, PaymentKind, PaymentMethod, PaymentStatus, Quantity, Summary,
};
use domain::meter::MeterKind;
use domain::{AircraftId, FlightId, InvoiceId, InvoiceLineId, OrgId, PaymentId, PersonId};

use super::{at, id};

/// A lesson of 2.3 hours, paid in part.
pub fn invoice() -> Invoice {
    let aircraft = LineEntry {
        description: "N740SP wet, Hobbs".into(),
        meter_kind: Some(MeterKind::Hobbs),
        unit_price_minor: 18_000,
        tax_code: Some("FL-7".into()),
        tax_rate_bp: 700,
        accounts_code: Some("4010".into()),
        aircraft_id: Some(id::<AircraftId>(0xa1)),
        ..hours(LineKind::Aircraft)
    };
    let instructor = LineEntry {
        description: "Dual instruction".into(),
        unit_price_minor: 6_500,
        accounts_code: Some("4020".into()),
        instructor_id: Some(id::<PersonId>(0xb2)),
        ..hours(LineKind::InstructorFlight)
    };
    Invoice {
        id: id::<InvoiceId>(0x1e1),
        organization_id: id::<OrgId>(0x01),
        version: 3,
        kind: InvoiceKind::Invoice,
        status: InvoiceStatus::PartiallyPaid,
        currency: "USD".parse().unwrap(),
        customer: Customer {
            id: CustomerId::Pilot(id::<PersonId>(0xb1)),
            name: "Jane Sample".into(),
        },
        lines: vec![
            line(1, aircraft, 41_400, 2_898),
            line(2, instructor, 14_950, 0),
        ],
        issue: Some(Issue {
            number: "2026-00412".into(),
            issued_on: at("2026-05-04T12:00:00Z").date_naive(),
            due_on: at("2026-05-18T12:00:00Z").date_naive(),
        }),
        paid_minor: 20_000,
        credited_minor: 0,
        credits_id: None,
        reason: None,
        external_reference: None,
        created_at: at("2026-05-02T21:40:00Z"),
        updated_at: at("2026-05-10T16:00:00Z"),
    }
}

fn hours(kind: LineKind) -> LineEntry {
    LineEntry {
        kind,
        description: String::new(),
        quantity: Quantity(230),
        unit: LineUnit::Hour,
        meter_kind: None,
        unit_price_minor: 0,
        tax_code: None,
        tax_rate_bp: 0,
        accounts_code: None,
        flight_id: Some(id::<FlightId>(0xf1)),
        aircraft_id: None,
        instructor_id: None,
    }
}

fn line(position: i32, entry: LineEntry, net_minor: i64, tax_minor: i64) -> Line {
    Line {
        id: id::<InvoiceLineId>(0x1f0 + u128::from(position.unsigned_abs())),
        position,
        entry,
        net_minor,
        tax_minor,
    }
}

/// What was paid of [`invoice`].
fn payment() -> Payment {
    Payment {
        id: id::<PaymentId>(0x9a1),
        organization_id: id::<OrgId>(0x01),
        version: 1,
        customer_id: CustomerId::Pilot(id::<PersonId>(0xb1)),
        kind: PaymentKind::Payment,
        method: PaymentMethod::Card,
        status: PaymentStatus::Succeeded,
        amount: Money {
            minor: 20_000,
            currency: "USD".parse().unwrap(),
        },
        processor_fee_minor: None,
        processor_reference: None,
        received_at: at("2026-05-10T16:00:00Z"),
        received_on: at("2026-05-10T16:00:00Z").date_naive(),
        allocations: Vec::new(),
        refunded_minor: 0,
        refunds_id: None,
        external_reference: None,
        created_at: at("2026-05-10T16:00:00Z"),
        updated_at: at("2026-05-10T16:00:00Z"),
    }
}

/// The month of [`invoice`], the day after it was due.
pub fn summary() -> Summary {
    let today = at("2026-05-19T12:00:00Z").date_naive();
    Summary::of(
        "2026-05-USD".parse().unwrap(),
        &[invoice()],
        &[payment()],
        today,
    )
}
