//! How invoices and summaries are found.

use contracts::convert::timestamp;
use contracts::v1::ListDocumentsRequest;
use domain::finance::Invoice;
use public_api::query;
use public_api::routes::{Found, find};
use serde_json::Value;

use super::{INVOICES, SUMMARIES, document};
use crate::paging::{facet, ids, list, request, walk};
use crate::school::finance::day;
use crate::school::{School, deletion};
use crate::world::World;

/// The question of a partner, as the gateway passes it on.
fn asked(school: School, path: &str, raw: &str) -> ListDocumentsRequest {
    let path = format!("/api/v1/public/{path}");
    let Found::Route(route, _) = find("GET", &path) else {
        panic!("{path}")
    };
    let narrowing = query::parse(route, raw).unwrap().narrowing;
    let facets = narrowing
        .facets
        .iter()
        .map(|(name, value)| facet(name, value));
    ListDocumentsRequest {
        facets: facets.collect(),
        sort_from: narrowing.sort_from,
        sort_to: narrowing.sort_to,
        ..request(school, route.view.as_str(), 3)
    }
}

fn numbers(invoices: &[Invoice], ids: &[String]) -> Vec<String> {
    let number = |id: &String| {
        let invoice = invoices
            .iter()
            .find(|invoice| invoice.id.to_string() == *id)
            .unwrap();
        invoice
            .issue
            .as_ref()
            .map_or("draft".to_owned(), |issue| issue.number.clone())
    };
    ids.iter().map(number).collect()
}

#[tokio::test]
async fn invoices_come_by_the_day_of_issue_and_by_their_filters() {
    let world = World::at("2026-05-28T12:00:00Z").await;
    let school = School::new();
    let mut invoices: Vec<Invoice> = (1..=8)
        .map(|number| {
            school.issued(
                number,
                "USD",
                day(&format!("2026-05-{:02}", 8 + number / 2 * 2)),
            )
        })
        .collect();
    invoices.push(school.draft(9, "USD"));
    invoices[0] = school
        .pay(50, &invoices[0], 100, day("2026-05-10"))
        .invoices
        .remove(0);
    invoices[1] = school.void(&invoices[1], day("2026-05-11"));
    let records: Vec<_> = invoices.iter().cloned().map(Into::into).collect();
    world.take(&records).await;
    let found = async |raw: &str| {
        let ids = walk(&world, asked(school, "invoices", raw), async |_| ()).await;
        let numbers = numbers(&invoices, &ids);
        numbers
            .iter()
            .map(|number| number.replace("2026-0000", ""))
            .collect::<Vec<_>>()
            .join(" ")
    };
    // Issued on the 8th (1), the 10th (2, 3), 12th (4, 5), 14th (6, 7) and 16th (8).
    assert_eq!(found("").await, "8 7 6 5 4 3 2 1 draft");
    assert_eq!(found("from=2026-05-12").await, "8 7 6 5 4");
    assert_eq!(found("to=2026-05-12").await, "5 4 3 2 1");
    assert_eq!(found("from=2026-05-10&to=2026-05-10").await, "3 2");
    assert_eq!(found("status=draft").await, "draft");
    assert_eq!(found("status=partially_paid").await, "1");
    // Due on the 22nd, 24th, 26th, 28th and 30th; the second is void.
    assert_eq!(found("overdue=true").await, "5 4 3 1");
    assert_eq!(found("overdue=false&from=2026-01-01").await, "8 7 6 2");
    let company = invoices[2].customer.id.uuid();
    assert_eq!(found(&format!("customer_id={company}")).await, "7 3");
    assert_eq!(
        found(&format!("customer_id={company}&overdue=true")).await,
        "3"
    );
}

#[tokio::test]
async fn the_list_is_without_lines_and_the_detail_has_them() {
    let world = World::at("2026-05-28T12:00:00Z").await;
    let school = School::new();
    let invoice = school.issued(1, "USD", day("2026-05-12"));
    world.take(&[invoice.clone().into()]).await;
    let listed = list(&world, request(school, INVOICES, 1)).await;
    let listed: Value = serde_json::from_slice(&listed.documents[0].body).unwrap();
    assert_eq!(listed.get("lines"), None);
    let detail = document(&world, school, INVOICES, invoice.id)
        .await
        .unwrap();
    assert_eq!(detail["lines"].as_array().unwrap().len(), 2);
    assert_eq!(detail["lines"][0]["quantity"], "1");
    assert_eq!(detail["total_minor"], listed["total_minor"]);
}

#[tokio::test]
async fn a_discarded_draft_leaves_a_tombstone() {
    let world = World::at("2026-05-28T12:00:00Z").await;
    let school = School::new();
    let draft = school.draft(1, "USD");
    world.take(&[draft.clone().into()]).await;
    world
        .take_messages([deletion(&draft.clone().into(), 2)])
        .await;
    assert_eq!(document(&world, school, INVOICES, draft.id).await, None);
    assert!(ids(&list(&world, request(school, INVOICES, 5)).await).is_empty());
    let changes = ListDocumentsRequest {
        updated_since: Some(timestamp(draft.created_at)),
        ..request(school, INVOICES, 5)
    };
    let changes = list(&world, changes).await.documents;
    assert_eq!((changes.len(), changes[0].deleted), (1, true));
}

#[tokio::test]
async fn summaries_come_by_period_and_currency_in_months_unless_days_are_asked_for() {
    let world = World::at("2026-06-28T12:00:00Z").await;
    let school = School::new();
    let issued = [
        ("USD", "2026-04-30"),
        ("EUR", "2026-05-12"),
        ("USD", "2026-05-12"),
        ("USD", "2026-05-31"),
        ("USD", "2026-06-01"),
    ];
    let records: Vec<_> = issued
        .into_iter()
        .zip(1..)
        .map(|((currency, on), number)| school.issued(number, currency, day(on)).into())
        .collect();
    world.take(&records).await;
    let found = async |raw: &str| {
        walk(&world, asked(school, SUMMARIES, raw), async |_| ())
            .await
            .join(" ")
    };
    let months = "2026-04-USD 2026-05-EUR 2026-05-USD 2026-06-USD";
    assert_eq!(found("").await, months);
    assert_eq!(found("granularity=month").await, months);
    let days = "2026-04-30-USD 2026-05-12-EUR 2026-05-12-USD 2026-05-31-USD 2026-06-01-USD";
    assert_eq!(found("granularity=day").await, days);
    let may = "2026-05-12-EUR 2026-05-12-USD 2026-05-31-USD";
    assert_eq!(
        found("granularity=day&from=2026-05-01&to=2026-05-31").await,
        may
    );
    assert_eq!(
        found("from=2026-05-01&to=2026-05-31").await,
        "2026-05-EUR 2026-05-USD"
    );
    assert_eq!(
        found("from=2026-05-02&to=2026-05-31").await,
        "",
        "May begins on the first"
    );
}
