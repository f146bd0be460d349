use domain::finance::{Allocation, Money, Payment};

use super::{customer_id, customer_id_out};
use crate::convert::{
    InvalidMessage, Read, day, instant, parse, parse_optional, required, text, timestamp,
};
use crate::v1;

impl From<&Payment> for v1::Payment {
    fn from(p: &Payment) -> Self {
        Self {
            id: p.id.to_string(),
            organization_id: p.organization_id.to_string(),
            version: p.version,
            customer: Some(customer_id_out(p.customer_id)),
            kind: p.kind.to_string(),
            method: p.method.to_string(),
            status: p.status.to_string(),
            amount_minor: p.amount.minor,
            currency: p.amount.currency.to_string(),
            processor_fee_minor: p.processor_fee_minor,
            processor_reference: p.processor_reference.clone(),
            received_at: Some(timestamp(p.received_at)),
            received_on: p.received_on.to_string(),
            allocations: p.allocations.iter().copied().map(Into::into).collect(),
            refunded_minor: p.refunded_minor,
            refunds_id: text(p.refunds_id),
            external_reference: p.external_reference.clone(),
            created_at: Some(timestamp(p.created_at)),
            updated_at: Some(timestamp(p.updated_at)),
        }
    }
}

impl TryFrom<v1::Payment> for Payment {
    type Error = InvalidMessage;

    fn try_from(p: v1::Payment) -> Read<Self> {
        let allocations = p.allocations.into_iter().map(TryInto::try_into);
        Ok(Self {
            id: parse("id", &p.id)?,
            organization_id: parse("organization_id", &p.organization_id)?,
            version: p.version,
            customer_id: customer_id(&required("customer", p.customer)?)?,
            kind: parse("kind", &p.kind)?,
            method: parse("method", &p.method)?,
            status: parse("status", &p.status)?,
            amount: Money {
                minor: p.amount_minor,
                currency: parse("currency", &p.currency)?,
            },
            processor_fee_minor: p.processor_fee_minor,
            processor_reference: p.processor_reference,
            received_at: instant("received_at", p.received_at)?,
            received_on: day("received_on", &p.received_on)?,
            allocations: allocations.collect::<Read<_>>()?,
            refunded_minor: p.refunded_minor,
            refunds_id: parse_optional("refunds_id", p.refunds_id.as_deref())?,
            external_reference: p.external_reference,
            created_at: instant("created_at", p.created_at)?,
            updated_at: instant("updated_at", p.updated_at)?,
        })
    }
}

impl From<Allocation> for v1::Allocation {
    fn from(a: Allocation) -> Self {
        Self {
            invoice_id: a.invoice_id.to_string(),
            amount_minor: a.amount_minor,
        }
    }
}

impl TryFrom<v1::Allocation> for Allocation {
    type Error = InvalidMessage;

    fn try_from(a: v1::Allocation) -> Read<Self> {
        Ok(Self {
            invoice_id: parse("allocations.invoice_id", &a.invoice_id)?,
            amount_minor: a.amount_minor,
        })
    }
}
