//! Money: invoices and credit notes, what pays them, and what a period adds up to.
//!
//! Amounts are whole minor units of one currency; a document has one currency for good. Every line
//! is rounded by itself ([`round`]), and everything else is sums of lines. An invoice that was
//! issued stands: it is voided, or taken back by a credit note, and never rewritten.

mod company;
mod invoice;
mod line;
mod money;
mod number;
mod payment;
mod period;
mod summary;
#[cfg(test)]
mod tests;

use crate::vocabulary::vocabulary;

pub use company::{Company, Customer, CustomerId};
pub use invoice::{Credited, Invoice, InvoiceEntry, Issue, NewCreditNote, NewInvoice};
pub use line::{Line, LineEntry, Quantity};
pub use money::{Currency, InvalidCurrency, Money, round};
pub use number::InvoiceNumber;
pub use payment::{Allocation, NewPayment, NewRefund, Payment, Settled};
pub use period::{InvalidSummaryId, Period, SummaryId};
pub use summary::Summary;

vocabulary! {
    InvoiceKind, "kind of invoice" { Invoice => "invoice", CreditNote => "credit_note" }
}

vocabulary! {
    InvoiceStatus, "invoice status" {
        Draft => "draft", Issued => "issued", PartiallyPaid => "partially_paid", Paid => "paid", Void => "void",
    }
}

vocabulary! {
    LineKind, "kind of line" {
        Aircraft => "aircraft", InstructorFlight => "instructor_flight", InstructorGround => "instructor_ground",
        Simulator => "simulator", LandingFee => "landing_fee", Fuel => "fuel", Membership => "membership",
        Course => "course", Store => "store", Discount => "discount", Other => "other",
    }
}

vocabulary! {
    LineUnit, "unit of a line" { Hour => "hour", Each => "each", Litre => "litre", UsGallon => "usg" }
}

vocabulary! {
    CustomerType, "type of customer" { Pilot => "pilot", Company => "company" }
}

vocabulary! {
    CompanyStatus, "company status" { Lead => "lead", Active => "active", Archived => "archived" }
}

vocabulary! {
    PaymentKind, "kind of payment" {
        Payment => "payment", Refund => "refund", Credit => "credit", Adjustment => "adjustment",
    }
}

vocabulary! {
    PaymentMethod, "payment method" {
        Card => "card", Ach => "ach", Cash => "cash", Check => "check", Transfer => "transfer",
        AccountBalance => "account_balance",
    }
}

vocabulary! {
    PaymentStatus, "payment status" {
        Pending => "pending", Succeeded => "succeeded", Failed => "failed", Refunded => "refunded",
    }
}

vocabulary! {
    /// How long the period of a summary is.
    Granularity, "granularity" { Day => "day", Month => "month" }
}
