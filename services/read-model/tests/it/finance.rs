//! Invoices, and what they add up to.

mod lists;
mod stories;

use std::time::Duration;

use chrono::TimeDelta;
use contracts::convert::timestamp;
use contracts::v1::{GetDocumentRequest, ListDocumentsRequest, ReadModel};
use domain::finance::Invoice;
use serde_json::Value;

use crate::paging::{list, request};
use crate::school::School;
use crate::school::finance::day;
use crate::world::World;

const INVOICES: &str = "invoices";
const SUMMARIES: &str = "finance-summaries";

async fn document(world: &World, school: School, view: &str, id: impl ToString) -> Option<Value> {
    let request = GetDocumentRequest {
        organization_id: school.org.to_string(),
        view: view.to_owned(),
        id: id.to_string(),
    };
    let answer = world.answers().get(Default::default(), request).await;
    let document = answer.unwrap().document?;
    Some(serde_json::from_slice(&document.body).unwrap())
}

/// Invoiced, tax, paid, refunded, outstanding, overdue and the number of invoices.
async fn figures(world: &World, school: School, id: &str) -> Option<[i64; 7]> {
    let summary = document(world, school, SUMMARIES, id).await?;
    let figures = [
        "invoiced_minor",
        "tax_minor",
        "paid_minor",
        "refunded_minor",
        "outstanding_minor",
        "overdue_minor",
        "invoice_count",
    ];
    Some(figures.map(|name| summary[name].as_i64().unwrap()))
}

#[tokio::test]
async fn each_step_of_an_invoice_moves_the_rows_that_it_concerns() {
    let world = World::at("2026-05-15T12:00:00Z").await;
    let school = School::new();
    let (month, on) = ("2026-05-USD", "2026-05-12-USD");
    world.take(&[school.draft(1, "USD").into()]).await;
    assert_eq!(
        figures(&world, school, month).await,
        None,
        "a draft counts nowhere"
    );

    let first = school.issued(1, "USD", day("2026-05-12"));
    let second = school.issued(2, "USD", day("2026-04-30"));
    world.take(&[first.clone().into(), second.into()]).await;
    for id in [month, on, "2026-04-USD", "2026-04-30-USD"] {
        let issued = [32_100, 2_100, 0, 0, 32_100, 0, 1];
        // What was issued in April is due on the 14th of May.
        let overdue = if id.starts_with("2026-04") { 32_100 } else { 0 };
        let expected = [issued[0], issued[1], 0, 0, issued[4], overdue, 1];
        assert_eq!(figures(&world, school, id).await, Some(expected), "{id}");
    }
    assert_eq!(figures(&world, school, "2026-05-EUR").await, None);

    let paid = school.pay(50, &first, 32_100, day("2026-05-14"));
    world
        .take(&[paid.payment.into(), paid.invoices[0].clone().into()])
        .await;
    assert_eq!(
        figures(&world, school, month).await,
        Some([32_100, 2_100, 32_100, 0, 0, 0, 1])
    );
    assert_eq!(
        figures(&world, school, on).await,
        Some([32_100, 2_100, 0, 0, 0, 0, 1])
    );
    let paid_on = figures(&world, school, "2026-05-14-USD").await;
    assert_eq!(paid_on, Some([0, 0, 32_100, 0, 0, 0, 0]));

    let credited = school.credit(3, &paid.invoices[0], day("2026-05-15"));
    let out = school.pay_out(51, &credited.note, day("2026-05-15"));
    world
        .take(&[
            credited.invoice.into(),
            credited.note.into(),
            out.payment.into(),
            out.invoices[0].clone().into(),
        ])
        .await;
    assert_eq!(
        figures(&world, school, month).await,
        Some([0, 0, 32_100, 32_100, 0, 0, 1])
    );
    let back_on = figures(&world, school, "2026-05-15-USD").await;
    assert_eq!(back_on, Some([-32_100, -2_100, 0, 32_100, 0, 0, 0]));
}

#[tokio::test]
async fn a_void_invoice_counts_no_more_and_its_period_stays() {
    let world = World::at("2026-05-15T12:00:00Z").await;
    let school = School::new();
    let invoice = school.issued(1, "JPY", day("2026-05-12"));
    world
        .take(&[
            invoice.clone().into(),
            school.void(&invoice, day("2026-05-13")).into(),
        ])
        .await;
    assert_eq!(figures(&world, school, "2026-05-JPY").await, Some([0; 7]));
    let summary = document(&world, school, SUMMARIES, "2026-05-JPY")
        .await
        .unwrap();
    assert_eq!(summary["by_category"], Value::Array(Vec::new()));
    let document = document(&world, school, INVOICES, invoice.id)
        .await
        .unwrap();
    assert_eq!(
        (&document["status"], &document["balance_minor"]),
        (&"void".into(), &0.into())
    );
}

#[tokio::test]
async fn currencies_are_never_added_up() {
    let world = World::at("2026-05-15T12:00:00Z").await;
    let school = School::new();
    let records: Vec<_> = ["USD", "EUR", "USD"]
        .into_iter()
        .zip(1..)
        .map(|(currency, number)| school.issued(number, currency, day("2026-05-12")).into())
        .collect();
    world.take(&records).await;
    let invoiced = async |id| figures(&world, school, id).await.map(|f| (f[0], f[6]));
    assert_eq!(invoiced("2026-05-USD").await, Some((64_200, 2)));
    assert_eq!(invoiced("2026-05-EUR").await, Some((32_100, 1)));
    let hours = document(&world, school, SUMMARIES, "2026-05-12-USD")
        .await
        .unwrap();
    assert_eq!(hours["flight_hours_billed"], 2);
    assert_eq!(hours["by_category"][0]["amount_minor"], 40_000);
}

#[tokio::test]
async fn an_invoice_is_overdue_when_the_day_at_the_school_is_over_and_all_who_ask_hear_of_it() {
    // One second to midnight in California, at the end of the last day to pay.
    let world = World::at("2026-05-27T06:59:59Z").await;
    let school = School::new();
    let (invoice, later) = (
        school.issued(1, "USD", day("2026-05-12")),
        school.issued(2, "USD", day("2026-05-13")),
    );
    world
        .take(&[
            school.organization("America/Los_Angeles", 1).into(),
            invoice.clone().into(),
            later.clone().into(),
        ])
        .await;
    let overdue = async |invoice: &Invoice| {
        let document = document(&world, school, INVOICES, invoice.id)
            .await
            .unwrap();
        document["is_overdue"].as_bool().unwrap()
    };
    let owed = async |id| figures(&world, school, id).await.unwrap()[5];
    let asked = world.clock.now();
    assert!(!overdue(&invoice).await);
    assert_eq!(owed("2026-05-USD").await, 0);

    world.clock.advance(Duration::from_secs(1));
    assert_eq!(owed("2026-05-USD").await, 32_100);
    assert_eq!(
        (owed("2026-05-12-USD").await, owed("2026-05-13-USD").await),
        (32_100, 0)
    );
    assert!(overdue(&invoice).await && !overdue(&later).await);
    let summary = document(&world, school, SUMMARIES, "2026-05-USD")
        .await
        .unwrap();
    assert_eq!(summary["updated_at"], "2026-05-27T07:00:00Z");
    for (view, count) in [(INVOICES, 1), (SUMMARIES, 2)] {
        let changed = ListDocumentsRequest {
            updated_since: Some(timestamp(asked + TimeDelta::milliseconds(500))),
            ..request(school, view, 10)
        };
        assert_eq!(list(&world, changed).await.documents.len(), count, "{view}");
    }

    world.clock.advance(Duration::from_secs(86_400));
    assert_eq!(owed("2026-05-USD").await, 64_200);
    let paid = school.pay(50, &later, 32_100, day("2026-05-28"));
    world
        .take(&[paid.payment.into(), paid.invoices[0].clone().into()])
        .await;
    assert!(!overdue(&later).await);
    assert_eq!(owed("2026-05-USD").await, 32_100);
}
