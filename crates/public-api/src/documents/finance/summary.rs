//! What a period adds up to.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use domain::finance::{Granularity, LineKind, Summary, SummaryId};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::documents::{Decimal, Timestamp};

/// What the school invoiced, was paid and is owed in a day or a month, in one currency; currencies
/// are never added up. Invoices count in the period they were issued in, money in the period it came
/// or went. Drafts and void invoices count nowhere.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FinanceSummaryDocument<'a> {
    /// Addition: the period and the currency, `2026-05-USD` or `2026-05-12-USD`.
    pub id: SummaryIdText,
    /// First day, in the school's time zone.
    pub period_start: NaiveDate,
    /// Last day.
    pub period_end: NaiveDate,
    pub granularity: Granularity,
    /// ISO 4217.
    pub currency: &'a str,
    /// Totals of invoices with tax, less those of credit notes.
    pub invoiced_minor: i64,
    /// What of `invoiced_minor` is tax.
    pub tax_minor: i64,
    /// Money that came in.
    pub paid_minor: i64,
    /// Money that went back.
    pub refunded_minor: i64,
    /// What is still open of the period's invoices.
    pub outstanding_minor: i64,
    /// What of `outstanding_minor` is overdue.
    pub overdue_minor: i64,
    /// Without credit notes.
    pub invoice_count: i64,
    /// Net amounts by kind of line, less what was credited; together `invoiced_minor` without tax.
    pub by_category: Vec<CategoryFields>,
    /// Hours on lines of aircraft, less what was credited.
    pub flight_hours_billed: Decimal,
    /// When one of the figures last changed.
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CategoryAmount")]
pub struct CategoryFields {
    pub category: LineKind,
    pub amount_minor: i64,
}

impl<'a> FinanceSummaryDocument<'a> {
    pub fn new(summary: &'a Summary, updated_at: DateTime<Utc>) -> Self {
        let period = summary.id.period;
        let categories = summary.by_category.iter();
        Self {
            id: SummaryIdText(summary.id),
            period_start: period.start(),
            period_end: period.end(),
            granularity: period.granularity(),
            currency: summary.id.currency.as_str(),
            invoiced_minor: summary.invoiced_minor,
            tax_minor: summary.tax_minor,
            paid_minor: summary.paid_minor,
            refunded_minor: summary.refunded_minor,
            outstanding_minor: summary.outstanding_minor,
            overdue_minor: summary.overdue_minor,
            invoice_count: summary.invoice_count,
            by_category: categories
                .map(|(category, amount_minor)| CategoryFields {
                    category: *category,
                    amount_minor: *amount_minor,
                })
                .collect(),
            flight_hours_billed: Decimal {
                hundredths: summary.flight_hours_billed.0,
            },
            updated_at: Timestamp(updated_at),
        }
    }
}

/// The id of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SummaryIdText(pub SummaryId);

impl Serialize for SummaryIdText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl JsonSchema for SummaryIdText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "FinanceSummaryId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": SummaryId::PATTERN })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payloads::samples::{at, finance};

    #[test]
    fn a_document_is_what_the_contract_says() {
        let summary = finance::summary();
        let document = FinanceSummaryDocument::new(&summary, at("2026-05-19T07:00:00Z"));
        assert_eq!(
            serde_json::to_string(&document).unwrap(),
            concat!(
                r#"{"id":"2026-05-USD","period_start":"2026-05-01","period_end":"2026-05-31","granularity":"month","#,
                r#""currency":"USD","invoiced_minor":59248,"tax_minor":2898,"paid_minor":20000,"refunded_minor":0,"#,
                r#""outstanding_minor":39248,"overdue_minor":39248,"invoice_count":1,"#,
                r#""by_category":[{"category":"aircraft","amount_minor":41400},"#,
                r#"{"category":"instructor_flight","amount_minor":14950}],"flight_hours_billed":2.3,"#,
                r#""updated_at":"2026-05-19T07:00:00Z"}"#,
            )
        );
    }
}
