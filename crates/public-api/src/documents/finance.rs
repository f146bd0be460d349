//! `invoices` and `finance-summaries`.

mod invoice;
mod line;
mod summary;

pub use invoice::{CustomerFields, InvoiceDetail, InvoiceDocument};
pub use line::InvoiceLineFields;
pub use summary::{CategoryFields, FinanceSummaryDocument};
