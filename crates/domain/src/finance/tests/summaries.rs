//! What a period adds up to.

use super::*;

fn summary(id: &str, invoices: &[Invoice], payments: &[Payment], today: &str) -> Summary {
    Summary::of(id.parse().unwrap(), invoices, payments, day(today))
}

#[test]
fn a_period_holds_what_was_issued_and_what_was_paid_in_it() {
    let settled = pay(issued(1), 20_000);
    let void = issued(2).void("x", now()).unwrap();
    let invoices = [
        settled.invoices[0].clone(),
        void,
        draft(3, lesson()).unwrap(),
    ];
    let payments = [settled.payment];
    for id in ["2026-05-USD", "2026-05-12-USD"] {
        let may = summary(id, &invoices, &payments, "2026-05-26");
        assert_eq!(
            (may.invoiced_minor, may.tax_minor, may.invoice_count),
            (59_248, 2_898, 1)
        );
        assert_eq!((may.outstanding_minor, may.overdue_minor), (39_248, 0));
        assert_eq!(may.flight_hours_billed, Quantity(230));
        let categories: Vec<_> = may.by_category.into_iter().collect();
        assert_eq!(
            categories,
            [
                (LineKind::Aircraft, 41_400),
                (LineKind::InstructorFlight, 14_950)
            ]
        );
        let paid = if id.len() == 11 { 20_000 } else { 0 };
        assert_eq!((may.paid_minor, may.refunded_minor), (paid, 0), "{id}");
        assert_eq!(
            summary(id, &invoices, &payments, "2026-05-27").overdue_minor,
            39_248
        );
    }
    assert_eq!(
        summary("2026-05-28-USD", &invoices, &payments, "2026-05-28").paid_minor,
        20_000
    );
    for id in [
        "2026-04-USD",
        "2026-06-USD",
        "2026-05-EUR",
        "2026-05-13-USD",
    ] {
        let empty = summary(id, &invoices, &payments, "2026-05-28");
        assert_eq!(
            (empty.invoiced_minor, empty.paid_minor, empty.invoice_count),
            (0, 0, 0),
            "{id}"
        );
    }
}

#[test]
fn a_credit_note_takes_back_from_its_own_period() {
    let paid = pay(issued(1), 59_248);
    let Credited { invoice, note } = paid.invoices[0]
        .clone()
        .credit(new_note(2, None), today(), now())
        .unwrap();
    let out = Payment::pay_out(new_refund(91, 59_248), note, now()).unwrap();
    let invoices = [invoice, out.invoices[0].clone()];
    let may = summary(
        "2026-05-USD",
        &invoices,
        &[paid.payment, out.payment],
        "2026-05-28",
    );
    assert_eq!(
        (may.invoiced_minor, may.tax_minor, may.invoice_count),
        (0, 0, 1)
    );
    assert_eq!(
        (may.paid_minor, may.refunded_minor, may.outstanding_minor),
        (59_248, 59_248, 0)
    );
    assert_eq!(may.flight_hours_billed, Quantity(0));
    let day = summary("2026-05-20-USD", &invoices, &[], "2026-05-28");
    assert_eq!((day.invoiced_minor, day.invoice_count), (-59_248, 0));
}

#[test]
fn figures_change_by_themselves_when_an_invoice_becomes_overdue() {
    let next =
        |today| Summary::changes_on("2026-05-USD".parse().unwrap(), &[issued(1)], day(today));
    assert_eq!(next("2026-05-13"), Some(day("2026-05-27")));
    assert_eq!(next("2026-05-26"), Some(day("2026-05-27")));
    assert_eq!(next("2026-05-27"), None);
}
