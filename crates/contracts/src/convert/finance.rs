//! Invoices, payments and companies.

mod payment;

use domain::finance::{
    Company, Customer, CustomerId, CustomerType, Invoice, Issue, Line, LineEntry, Quantity,
};
use uuid::Uuid;

use super::{
    InvalidMessage, Read, date, instant, parse, parse_optional, required, text, timestamp,
};
use crate::v1;

impl From<&Invoice> for v1::Invoice {
    fn from(i: &Invoice) -> Self {
        let issue = i.issue.as_ref();
        Self {
            id: i.id.to_string(),
            organization_id: i.organization_id.to_string(),
            version: i.version,
            kind: i.kind.to_string(),
            status: i.status.to_string(),
            currency: i.currency.to_string(),
            customer: Some((&i.customer).into()),
            lines: i.lines.iter().map(line_out).collect(),
            number: issue.map(|issue| issue.number.clone()),
            issued_on: text(issue.map(|issue| issue.issued_on)),
            due_on: text(issue.map(|issue| issue.due_on)),
            paid_minor: i.paid_minor,
            credited_minor: i.credited_minor,
            credits_id: text(i.credits_id),
            reason: i.reason.clone(),
            external_reference: i.external_reference.clone(),
            created_at: Some(timestamp(i.created_at)),
            updated_at: Some(timestamp(i.updated_at)),
        }
    }
}

impl TryFrom<v1::Invoice> for Invoice {
    type Error = InvalidMessage;

    fn try_from(i: v1::Invoice) -> Read<Self> {
        let issue = match i.number {
            None => None,
            Some(number) => Some(Issue {
                number,
                issued_on: required("issued_on", date("issued_on", i.issued_on.as_deref())?)?,
                due_on: required("due_on", date("due_on", i.due_on.as_deref())?)?,
            }),
        };
        Ok(Self {
            id: parse("id", &i.id)?,
            organization_id: parse("organization_id", &i.organization_id)?,
            version: i.version,
            kind: parse("kind", &i.kind)?,
            status: parse("status", &i.status)?,
            currency: parse("currency", &i.currency)?,
            customer: required("customer", i.customer)?.try_into()?,
            lines: i.lines.into_iter().map(line_in).collect::<Read<_>>()?,
            issue,
            paid_minor: i.paid_minor,
            credited_minor: i.credited_minor,
            credits_id: parse_optional("credits_id", i.credits_id.as_deref())?,
            reason: i.reason,
            external_reference: i.external_reference,
            created_at: instant("created_at", i.created_at)?,
            updated_at: instant("updated_at", i.updated_at)?,
        })
    }
}

impl From<&Customer> for v1::Customer {
    fn from(c: &Customer) -> Self {
        Self {
            name: c.name.clone(),
            ..customer_id_out(c.id)
        }
    }
}

impl TryFrom<v1::Customer> for Customer {
    type Error = InvalidMessage;

    fn try_from(c: v1::Customer) -> Read<Self> {
        Ok(Self {
            id: customer_id(&c)?,
            name: c.name,
        })
    }
}

fn customer_id_out(id: CustomerId) -> v1::Customer {
    v1::Customer {
        r#type: id.customer_type().to_string(),
        id: id.uuid().to_string(),
        name: String::new(),
    }
}

/// Who is meant, whatever he is called.
pub fn customer_id(c: &v1::Customer) -> Read<CustomerId> {
    let customer_type: CustomerType = parse("customer.type", &c.r#type)?;
    let id: Uuid = parse("customer.id", &c.id)?;
    Ok(CustomerId::new(customer_type, id))
}

fn line_out(l: &Line) -> v1::InvoiceLine {
    v1::InvoiceLine {
        id: l.id.to_string(),
        position: l.position,
        entry: Some((&l.entry).into()),
        net_minor: l.net_minor,
        tax_minor: l.tax_minor,
    }
}

fn line_in(l: v1::InvoiceLine) -> Read<Line> {
    Ok(Line {
        id: parse("lines.id", &l.id)?,
        position: l.position,
        entry: required("lines.entry", l.entry)?.try_into()?,
        net_minor: l.net_minor,
        tax_minor: l.tax_minor,
    })
}

impl From<&LineEntry> for v1::InvoiceLineEntry {
    fn from(e: &LineEntry) -> Self {
        Self {
            kind: e.kind.to_string(),
            description: e.description.clone(),
            quantity_hundredths: e.quantity.0,
            unit: e.unit.to_string(),
            meter_kind: text(e.meter_kind),
            unit_price_minor: e.unit_price_minor,
            tax_code: e.tax_code.clone(),
            tax_rate_bp: e.tax_rate_bp,
            accounts_code: e.accounts_code.clone(),
            flight_id: text(e.flight_id),
            aircraft_id: text(e.aircraft_id),
            instructor_id: text(e.instructor_id),
        }
    }
}

impl TryFrom<v1::InvoiceLineEntry> for LineEntry {
    type Error = InvalidMessage;

    fn try_from(e: v1::InvoiceLineEntry) -> Read<Self> {
        Ok(Self {
            kind: parse("lines.kind", &e.kind)?,
            description: e.description,
            quantity: Quantity(e.quantity_hundredths),
            unit: parse("lines.unit", &e.unit)?,
            meter_kind: parse_optional("lines.meter_kind", e.meter_kind.as_deref())?,
            unit_price_minor: e.unit_price_minor,
            tax_code: e.tax_code,
            tax_rate_bp: e.tax_rate_bp,
            accounts_code: e.accounts_code,
            flight_id: parse_optional("lines.flight_id", e.flight_id.as_deref())?,
            aircraft_id: parse_optional("lines.aircraft_id", e.aircraft_id.as_deref())?,
            instructor_id: parse_optional("lines.instructor_id", e.instructor_id.as_deref())?,
        })
    }
}

impl From<&Company> for v1::Company {
    fn from(c: &Company) -> Self {
        Self {
            id: c.id.to_string(),
            organization_id: c.organization_id.to_string(),
            version: c.version,
            name: c.name.clone(),
            email: c.email.clone(),
            phone: c.phone.clone(),
            address: c.address.clone(),
            tax_id: c.tax_id.clone(),
            status: c.status.to_string(),
            external_reference: c.external_reference.clone(),
            created_at: Some(timestamp(c.created_at)),
            updated_at: Some(timestamp(c.updated_at)),
        }
    }
}

impl TryFrom<v1::Company> for Company {
    type Error = InvalidMessage;

    fn try_from(c: v1::Company) -> Read<Self> {
        Ok(Self {
            id: parse("id", &c.id)?,
            organization_id: parse("organization_id", &c.organization_id)?,
            version: c.version,
            name: c.name,
            email: c.email,
            phone: c.phone,
            address: c.address,
            tax_id: c.tax_id,
            status: parse("status", &c.status)?,
            external_reference: c.external_reference,
            created_at: instant("created_at", c.created_at)?,
            updated_at: instant("updated_at", c.updated_at)?,
        })
    }
}
