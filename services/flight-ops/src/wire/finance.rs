use contracts::v1;
use domain::finance::{Company, Credited, Invoice};

use crate::commands::Outcome;
use crate::commands::finance::PaymentState;

impl From<Outcome<Company>> for v1::SaveCompanyResponse {
    fn from(outcome: Outcome<Company>) -> Self {
        let applied = outcome.applied();
        Self {
            company: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<Invoice>> for v1::InvoiceResponse {
    fn from(outcome: Outcome<Invoice>) -> Self {
        let applied = outcome.applied();
        Self {
            invoice: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<()>> for v1::DiscardInvoiceResponse {
    fn from(outcome: Outcome<()>) -> Self {
        Self {
            applied: outcome.applied(),
        }
    }
}

impl From<Outcome<Credited>> for v1::IssueCreditNoteResponse {
    fn from(outcome: Outcome<Credited>) -> Self {
        let applied = outcome.applied();
        let Credited { invoice, note } = outcome.into_state();
        Self {
            credit_note: Some((&note).into()),
            invoice: Some((&invoice).into()),
            applied,
        }
    }
}

impl From<Outcome<PaymentState>> for v1::PaymentResponse {
    fn from(outcome: Outcome<PaymentState>) -> Self {
        let applied = outcome.applied();
        let PaymentState {
            payment,
            invoices,
            refunded,
        } = outcome.into_state();
        Self {
            payment: Some((&payment).into()),
            invoices: invoices.iter().map(Into::into).collect(),
            refunded: refunded.as_ref().map(Into::into),
            applied,
        }
    }
}
