//! Whatever happened, and in whatever order it was heard of: the same bytes as from scratch.

use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use domain::finance::{Invoice, InvoiceStatus};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use read_model::record::Record;

use super::{INVOICES, SUMMARIES};
use crate::order::{arrive, runtime, shuffle};
use crate::paging::{list, request};
use crate::school::School;
use crate::world::{World, expected_at, state};

/// What becomes of an invoice, a day each.
#[derive(Debug, Clone, Copy)]
enum Step {
    Pay(i64),
    Void,
    Credit,
}

/// An invoice: its currency, how many days ago or ahead it is issued, and what follows.
type Life = (bool, i64, Option<Vec<Step>>);

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..40_000_i64).prop_map(Step::Pay),
        Just(Step::Pay(32_100)),
        Just(Step::Void),
        Just(Step::Credit),
    ]
}

fn life() -> impl Strategy<Value = Life> {
    let steps = prop::option::weighted(0.9, prop::collection::vec(step(), 0..4));
    (any::<bool>(), -22..2_i64, steps)
}

/// Every version of every record that comes of it.
fn records(school: School, lives: &[Life], today: NaiveDate) -> Vec<Vec<Record>> {
    let mut histories = Vec::new();
    for ((euros, after, steps), number) in lives.iter().zip(1..) {
        let currency = if *euros { "EUR" } else { "USD" };
        let draft = school.draft(number, currency);
        let Some(steps) = steps else {
            histories.push(vec![draft.into()]);
            continue;
        };
        let mut on = today + TimeDelta::days(*after);
        let mut invoice = school.issued(number, currency, on);
        let mut history: Vec<Record> = vec![draft.into(), invoice.clone().into()];
        for (step, n) in steps.iter().zip(0..) {
            on += TimeDelta::days(1);
            let others = follow(school, &mut invoice, *step, 1_000 + number * 10 + n, on);
            histories.extend(others);
            history.push(invoice.clone().into());
        }
        history.dedup_by_key(|record| record.version());
        histories.push(history);
    }
    histories
}

/// Takes a step, if the invoice lets it, and tells of the other records that come of it.
fn follow(
    school: School,
    invoice: &mut Invoice,
    step: Step,
    number: u32,
    on: NaiveDate,
) -> Vec<Vec<Record>> {
    match step {
        Step::Pay(minor) if invoice.is_open() => {
            let minor = minor.min(invoice.balance_minor());
            let mut settled = school.pay(number, invoice, minor, on);
            *invoice = settled.invoices.remove(0);
            vec![vec![settled.payment.into()]]
        }
        Step::Void if invoice.status == InvoiceStatus::Issued => {
            *invoice = school.void(invoice, on);
            Vec::new()
        }
        Step::Credit if invoice.credited_minor == 0 && invoice.status != InvoiceStatus::Void => {
            let credited = school.credit(number, invoice, on);
            *invoice = credited.invoice;
            let mut note: Vec<Record> = vec![credited.note.clone().into()];
            let mut histories = Vec::new();
            if credited.note.balance_minor() > 0 {
                let mut out = school.pay_out(number + 5_000, &credited.note, on);
                note.push(out.invoices.remove(0).into());
                histories.push(vec![out.payment.into()]);
            }
            histories.push(note);
            histories
        }
        Step::Pay(_) | Step::Void | Step::Credit => Vec::new(),
    }
}

/// The arrivals meet the clock on the way: what was written before midnight turns after it.
async fn live_through(world: &World, school: School, changes: &[Record], batch: usize) {
    let (before, after) = changes.split_at(changes.len() / 2);
    arrive(world, before, batch).await;
    world.clock.advance(Duration::from_secs(3 * 86_400 + 7_200));
    let (first, second) = after.split_at(after.len() / 2);
    tokio::join!(arrive(world, first, batch), arrive(world, second, batch));
    world.clock.advance(Duration::from_secs(86_400));
    for view in [INVOICES, SUMMARIES] {
        list(world, request(school, view, 1)).await;
    }
}

#[test]
fn any_order_and_any_moment_give_the_bytes_of_a_projection_from_scratch() {
    let runtime = runtime();
    let world = runtime.block_on(World::at("2026-03-30T12:00:00Z"));
    let mut runner = TestRunner::new(Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    });
    let story = (
        prop::collection::vec(life(), 1..10),
        any::<u64>(),
        1..12_usize,
    );
    let outcome = runner.run(&story, |(lives, seed, batch)| {
        let school = School::new();
        let mut histories = records(school, &lives, world.clock.now().date_naive());
        histories.push(vec![school.organization("Pacific/Auckland", 1).into()]);
        let latest: Vec<Record> = histories
            .iter()
            .map(|h| h.last().unwrap().clone())
            .collect();
        let mut changes: Vec<Record> = histories.into_iter().flatten().collect();
        changes.extend(changes.clone().into_iter().step_by(3));
        shuffle(&mut changes, seed);
        let (found, now) = runtime.block_on(async {
            live_through(&world, school, &changes, batch).await;
            let found = state(&mut world.db.conn().await.unwrap(), school.org).await;
            (found, world.clock.now())
        });
        prop_assert_eq!(found, expected_at(&latest, now));
        Ok(())
    });
    runtime.block_on(async { drop(world) });
    outcome.unwrap();
}
