//! What is paid, credited and given back.

use contracts::v1::{
    AllocatePaymentRequest, fault::Kind, record_change::Record, refund_payment_request::Of,
};
use futures::future::join_all;

use super::{allocation, line};
use crate::world::{World, refusal};

#[tokio::test]
async fn a_payment_settles_invoices_and_what_is_left_settles_others_later() {
    let world = World::start().await;
    let school = world.school().await;
    let (first, second) = (world.issued(&school).await, world.issued(&school).await);
    let request = school.payment(100_000, &[(&first, 59_248), (&second, 752)]);
    let paid = world.ops.record_payment(request.clone()).await.unwrap();
    let states: Vec<_> = paid
        .invoices
        .iter()
        .map(|i| (i.status.as_str(), i.paid_minor))
        .collect();
    assert_eq!(states, [("paid", 59_248), ("partially_paid", 752)]);
    let payment = paid.payment.unwrap();
    // 23:03 of the day before, in California.
    assert_eq!(payment.received_on, "2026-05-27");

    let allocate = |amount| AllocatePaymentRequest {
        target: school.at(&payment.id),
        allocations: vec![allocation(&second, amount)],
    };
    let more = world.ops.allocate_payment(allocate(40_752)).await.unwrap();
    let again = world.ops.allocate_payment(allocate(40_752)).await.unwrap();
    assert_eq!((more.applied, again.applied), (true, false));
    assert_eq!(more.invoices[1].paid_minor, 40_752);
    assert_eq!(again.payment, more.payment);
    let less = refusal(world.ops.allocate_payment(allocate(1)).await);
    assert_eq!(less, (Kind::Conflict, "allocation_stands".into()));
    let beyond = refusal(world.ops.allocate_payment(allocate(40_753)).await);
    assert_eq!(beyond, (Kind::Conflict, "exceeds_payment".into()));

    let repeated = world.ops.record_payment(request).await.unwrap();
    assert_eq!(
        (repeated.applied, repeated.payment),
        (false, more.payment.clone())
    );
    let (_, change) = world
        .hearing
        .record(&format!("payment:{}:2", payment.id))
        .await;
    assert_eq!(change.record, more.payment.map(Record::Payment));
    world
        .hearing
        .record(&format!("invoice:{}:3", first.id))
        .await;
    world
        .hearing
        .record(&format!("invoice:{}:4", second.id))
        .await;
}

#[tokio::test]
async fn payments_at_once_never_pay_an_invoice_twice() {
    let world = World::start().await;
    let school = world.school().await;
    let (first, second) = (world.issued(&school).await, world.issued(&school).await);
    let pay = |i: usize| {
        let mut parts = [(&first, 10_000), (&second, 10_000)];
        if i.is_multiple_of(2) {
            parts.reverse();
        }
        world.ops.record_payment(school.payment(20_000, &parts))
    };
    let answers = join_all((0..20).map(pay)).await;
    let refused = answers.iter().filter(|answer| answer.is_err()).count();
    assert_eq!(refused, 15, "five parts of 100.00 fit into 592.48");
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_eq!(refusal(answer), (Kind::Conflict, "exceeds_balance".into()));
    }
    let paid = "SELECT sum(paid_minor)::bigint AS n FROM invoices";
    assert_eq!(world.number(paid).await, 100_000);
}

#[tokio::test]
async fn the_same_payment_many_times_at_once_is_made_once() {
    let world = World::start().await;
    let school = world.school().await;
    let invoice = world.issued(&school).await;
    let request = school.payment(59_248, &[(&invoice, 59_248)]);
    let answers = join_all((0..10).map(|_| world.ops.record_payment(request.clone()))).await;
    let applied = answers
        .into_iter()
        .filter(|answer| answer.as_ref().unwrap().applied);
    assert_eq!(applied.count(), 1);
    let note = school.credit(&invoice);
    let answers = join_all((0..10).map(|_| world.ops.issue_credit_note(note.clone()))).await;
    let applied = answers
        .into_iter()
        .filter(|answer| answer.as_ref().unwrap().applied);
    assert_eq!(applied.count(), 1);
    let refund = school.refund(Of::CreditNoteId(note.id), 59_248);
    let answers = join_all((0..10).map(|_| world.ops.refund_payment(refund.clone()))).await;
    let applied = answers
        .into_iter()
        .filter(|answer| answer.as_ref().unwrap().applied);
    assert_eq!(applied.count(), 1);
}

#[tokio::test]
async fn a_paid_invoice_is_credited_and_the_money_goes_back() {
    let world = World::start().await;
    let school = world.school().await;
    let invoice = world.issued(&school).await;
    world
        .ops
        .record_payment(school.payment(59_248, &[(&invoice, 59_248)]))
        .await
        .unwrap();
    let request = school.credit(&invoice);
    let credited = world.ops.issue_credit_note(request.clone()).await.unwrap();
    let again = world.ops.issue_credit_note(request).await.unwrap();
    assert_eq!((credited.applied, again.applied), (true, false));
    let note = credited.credit_note.unwrap();
    assert_eq!(
        (note.kind.as_str(), note.status.as_str()),
        ("credit_note", "issued")
    );
    assert_eq!(note.credits_id.as_ref(), Some(&invoice.id));
    assert_eq!(credited.invoice.unwrap().credited_minor, 59_248);

    let refund = school.refund(Of::CreditNoteId(note.id.clone()), 59_248);
    let refunded = world.ops.refund_payment(refund.clone()).await.unwrap();
    let again = world.ops.refund_payment(refund).await.unwrap();
    assert_eq!((refunded.applied, again.applied), (true, false));
    assert_eq!(again.payment, refunded.payment);
    assert_eq!(refunded.invoices[0].status, "paid");
    let more = school.refund(Of::CreditNoteId(note.id.clone()), 1);
    let more = refusal(world.ops.refund_payment(more).await);
    assert_eq!(more, (Kind::Conflict, "invalid_transition".into()));
    for version in 1..=2 {
        world
            .hearing
            .record(&format!("invoice:{}:{version}", note.id))
            .await;
    }
}

#[tokio::test]
async fn an_open_invoice_is_credited_in_part() {
    let world = World::start().await;
    let school = world.school().await;
    let invoice = world.issued(&school).await;
    let part = contracts::v1::IssueCreditNoteRequest {
        lines: vec![line("instructor_flight", 230, 6_500, 0)],
        ..school.credit(&invoice)
    };
    let credited = world.ops.issue_credit_note(part.clone()).await.unwrap();
    assert_eq!(
        credited.credit_note.unwrap().status,
        "paid",
        "it is set off"
    );
    let invoice = credited.invoice.unwrap();
    assert_eq!(
        (invoice.status.as_str(), invoice.paid_minor),
        ("partially_paid", 14_950)
    );
    assert!(!world.ops.issue_credit_note(part).await.unwrap().applied);
    let all = refusal(world.ops.issue_credit_note(school.credit(&invoice)).await);
    assert_eq!(all, (Kind::Invalid, "validation_failed".into()));
}

#[tokio::test]
async fn what_lies_on_account_goes_back_once() {
    let world = World::start().await;
    let school = world.school().await;
    let invoice = world.issued(&school).await;
    let paid = world
        .ops
        .record_payment(school.payment(1_000, &[(&invoice, 400)]))
        .await
        .unwrap();
    let payment = paid.payment.unwrap();
    let refunds = (0..8).map(|_| {
        world
            .ops
            .refund_payment(school.refund(Of::PaymentId(payment.id.clone()), 200))
    });
    let answers = join_all(refunds).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_eq!(refusal(answer), (Kind::Conflict, "exceeds_payment".into()));
    }
    let back =
        "SELECT (record ->> 'refunded_minor')::bigint AS n FROM payments WHERE kind = 'payment'";
    assert_eq!(world.number(back).await, 600);
}
