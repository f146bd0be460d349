//! `/invoices` and `/finance-summaries`

use domain::finance::{Granularity, InvoiceStatus};
use domain::scope::Scope;

use super::row::{Of, addition, ascending, defaulting, descending, detail, filter, ga, list, told};
use crate::routes::{Bound, Filter, Form, IdForm, Route, View};

const OF_INVOICES: Of = ga(Scope::Invoices, View::Invoices);
const OF_SUMMARIES: Of = ga(Scope::Finance, View::FinanceSummaries);

pub(super) const INVOICES: Route = list(
    "/invoices",
    OF_INVOICES,
    INVOICE_FILTERS,
    told(descending("issued_on"), "descending, drafts last"),
    "Invoices and credit notes, without their lines",
);

pub(super) const INVOICE: Route = detail(
    "/invoices/{id}",
    OF_INVOICES,
    IdForm::Uuid,
    "One invoice or credit note with its lines",
);

pub(super) const SUMMARIES: Route = list(
    "/finance-summaries",
    OF_SUMMARIES,
    SUMMARY_FILTERS,
    ascending("period_start"),
    "What was invoiced, paid and is owed, by day or month and by currency",
);

pub(super) const SUMMARY: Route = addition(detail(
    "/finance-summaries/{id}",
    OF_SUMMARIES,
    IdForm::SummaryId,
    "One day or month in one currency",
));

const INVOICE_FILTERS: &[Filter] = &[
    filter(
        "status",
        Form::Enum(InvoiceStatus::TERMS),
        "How far it is settled",
    ),
    filter("customer_id", Form::Uuid, "Of this pilot or company"),
    filter(
        "from",
        Form::Date(Bound::From),
        "Issued on this day or later; drafts are left out",
    ),
    filter(
        "to",
        Form::Date(Bound::To),
        "Issued on this day or earlier; drafts are left out",
    ),
    filter(
        "overdue",
        Form::Bool,
        "Whether something is open after the day it was due",
    ),
];

const SUMMARY_FILTERS: &[Filter] = &[
    filter(
        "from",
        Form::Date(Bound::From),
        "Periods that begin on this day or later",
    ),
    filter(
        "to",
        Form::Date(Bound::To),
        "Periods that begin on this day or earlier",
    ),
    defaulting(
        filter(
            "granularity",
            Form::Enum(Granularity::TERMS),
            "How long the periods are",
        ),
        Granularity::Month.as_str(),
    ),
];
