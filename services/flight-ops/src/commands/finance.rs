//! Money: invoices and credit notes, payments and refunds, and the companies among the customers.
//!
//! Rows are locked in this order: payment, invoices by their ids, number series.

pub mod allocate_payment;
mod customers;
pub mod discard_invoice;
pub mod draft_invoice;
mod entry;
pub mod issue_credit_note;
pub mod issue_invoice;
mod numbering;
pub mod record_payment;
pub mod refund_payment;
pub mod revise_invoice;
pub mod save_company;
mod settling;
pub mod void_invoice;

pub use settling::PaymentState;
