//! Numbers: no gap and no twin, whoever issues when, whatever fails.

use std::collections::BTreeSet;

use contracts::v1::{IssueInvoiceRequest, Target, fault::Kind};
use futures::future::join_all;

use super::line;
use crate::world::{World, refusal};

/// The numbers 1 to `count` of a series.
fn numbers(series: &str, count: usize) -> BTreeSet<String> {
    (1..=count).map(|n| format!("{series}-{n:05}")).collect()
}

#[tokio::test]
async fn fifty_issued_at_once_have_fifty_numbers_without_a_gap() {
    let world = World::start().await;
    let (school, other) = (world.school().await, world.school().await);
    let drafts = join_all((0..50).map(|_| world.billed(&school))).await;
    let elsewhere = world.issued(&other).await;
    let issue = |i: usize| {
        let mut request = school.issue(&drafts[i % 50].id);
        // Every third is refused, and every one is asked for twice.
        if i.is_multiple_of(3) && i < 50 {
            request.due_on = "2026-05-01".into();
        }
        world.ops.issue_invoice(request)
    };
    let answers = join_all((0..100).map(issue)).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), 17);
    let applied: Vec<_> = answers
        .into_iter()
        .flatten()
        .filter(|a| a.applied)
        .collect();
    let given: BTreeSet<String> = applied
        .into_iter()
        .map(|a| a.invoice.unwrap().number.unwrap())
        .collect();
    assert_eq!(given, numbers("2026", 50));
    assert_eq!(
        elsewhere.number.as_deref(),
        Some("2026-00001"),
        "every school counts by itself"
    );
}

#[tokio::test]
async fn an_issue_that_is_rolled_back_leaves_no_gap_and_sends_nothing() {
    let world = World::start().await;
    let school = world.school().await;
    let (first, second) = (world.billed(&school).await, world.billed(&school).await);
    world.nothing_owed().await;
    // Whatever was done, the commit fails.
    world
        .sql(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'at the commit'; END $$;
             CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION fail()",
        )
        .await
        .unwrap();
    let failed = refusal(world.ops.issue_invoice(school.issue(&first.id)).await);
    assert_eq!(failed, (Kind::Internal, "internal".into()));
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM number_series")
            .await,
        0
    );
    assert_eq!(world.number("SELECT count(*) AS n FROM outbox").await, 0);
    world.sql("DROP TRIGGER fail ON outbox").await.unwrap();

    let issued = world
        .ops
        .issue_invoice(school.issue(&second.id))
        .await
        .unwrap();
    assert_eq!(
        issued.invoice.unwrap().number.as_deref(),
        Some("2026-00001")
    );
    world
        .hearing
        .record(&format!("invoice:{}:2", second.id))
        .await;
    let never = format!("invoice:{}:2", first.id);
    let heard = world.hearing.record_ids();
    assert!(heard.iter().all(|(_, id)| *id != never), "{heard:?}");
}

#[tokio::test]
async fn every_year_and_every_series_begins_with_one() {
    let world = World::start().await;
    let school = world.school().await;
    let issue = async |issued_on: &str| {
        let draft = world.billed(&school).await;
        let request = IssueInvoiceRequest {
            issued_on: issued_on.into(),
            due_on: "2026-05-28".into(),
            ..school.issue(&draft.id)
        };
        world
            .ops
            .issue_invoice(request)
            .await
            .unwrap()
            .invoice
            .unwrap()
    };
    let (old, first, second) = (
        issue("2025-12-31").await,
        issue("2026-01-01").await,
        issue("2026-01-01").await,
    );
    let note = world
        .ops
        .issue_credit_note(school.credit(&first))
        .await
        .unwrap()
        .credit_note
        .unwrap();
    let given = [old, first, second, note].map(|document| document.number.unwrap());
    assert_eq!(
        given,
        ["2025-00001", "2026-00001", "2026-00002", "CN-2026-00001"]
    );
}

#[tokio::test]
async fn an_issue_is_of_the_version_that_was_seen() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.billed(&school).await;
    let target = Target {
        expected_version: Some(7),
        ..school.at(&draft.id).unwrap()
    };
    let request = IssueInvoiceRequest {
        target: Some(target),
        ..school.issue(&draft.id)
    };
    let stale = refusal(world.ops.issue_invoice(request).await);
    assert_eq!(
        stale,
        (Kind::PreconditionFailed, "precondition_failed".into())
    );
}

#[tokio::test]
async fn the_database_itself_lets_nothing_issued_be_rewritten() {
    let world = World::start().await;
    let school = world.school().await;
    let issued = world.issued(&school).await;
    let twin = world
        .ops
        .draft_invoice(school.bill_of(vec![line("other", 100, 1, 0)]))
        .await
        .unwrap();
    let twin = twin.invoice.unwrap();
    let set = |change: &str, id: &str| {
        format!("UPDATE invoices SET record = {change}, version = version + 1 WHERE id = '{id}'")
    };
    let rewritten = set("jsonb_set(record, '{lines}', '[]')", &issued.id);
    let renumbered = set(
        r#"jsonb_set(record, '{issue,number}', '"2026-00009"')"#,
        &issued.id,
    );
    let void = world.issued(&school).await;
    let status = |status: &str| {
        set(
            &format!(r#"jsonb_set(record, '{{status}}', '"{status}"')"#),
            &void.id,
        )
    };
    world.sql(&status("void")).await.unwrap();
    let numbered = format!(
        r#"jsonb_set(jsonb_set(record, '{{status}}', '"issued"'), '{{issue}}',
           (SELECT record -> 'issue' FROM invoices WHERE id = '{}'))"#,
        issued.id
    );
    let same_number = set(&numbered, &twin.id);
    let removed = format!("DELETE FROM invoices WHERE id = '{}'", issued.id);
    let tries = [
        (rewritten, "invoices_issued_stand"),
        (renumbered, "invoices_issued_stand"),
        (status("issued"), "invoices_transition"),
        (same_number, "invoices_number"),
        (removed, "invoices_stay"),
    ];
    for (sql, constraint) in tries {
        let error = world.sql(&sql).await.unwrap_err();
        assert_eq!(
            store::violated_constraint(&error),
            Some(constraint),
            "{sql}: {error}"
        );
    }
}
