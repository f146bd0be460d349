//! Lines, totals and the way from a draft to a paid invoice.

use super::*;

#[test]
fn the_example_of_the_contract_adds_up() {
    let invoice = issued(1);
    let amounts: Vec<_> = invoice
        .lines
        .iter()
        .map(|l| (l.position, l.net_minor, l.tax_minor))
        .collect();
    assert_eq!(amounts, [(1, 41_400, 2_898), (2, 14_950, 0)]);
    let totals = (
        invoice.subtotal_minor(),
        invoice.tax_minor(),
        invoice.total_minor(),
    );
    assert_eq!(totals, (56_350, 2_898, 59_248));
    assert_eq!(
        (invoice.status, invoice.balance_minor()),
        (InvoiceStatus::Issued, 59_248)
    );
}

#[test]
fn every_line_is_rounded_by_itself() {
    // Three lines of 0.5 cents of tax each: a cent a line, not two for all.
    let lines = vec![line(LineKind::Store, 100, 10, 500); 3];
    assert_eq!(draft(1, lines).unwrap().tax_minor(), 3);
    let discount = line(LineKind::Discount, 100, -10, 500);
    let lines = vec![line(LineKind::Store, 100, 100, 0), discount];
    assert_eq!(draft(1, lines).unwrap().tax_minor(), -1);
}

#[test]
fn a_line_keeps_its_id_as_long_as_its_place() {
    let before = draft(1, lesson()).unwrap();
    let after = before.clone().revise(entry(lesson()), now()).unwrap();
    assert_eq!(before.lines, after.lines);
    assert_eq!((after.version, after.currency), (2, usd()));
    assert_ne!(before.lines[0].id, before.lines[1].id);
    assert_ne!(before.lines[0].id, draft(2, lesson()).unwrap().lines[0].id);
}

#[test]
fn what_cannot_stand_on_a_line_is_refused() {
    let bad = |change: fn(&mut LineEntry)| {
        let mut entry = line(LineKind::Aircraft, 100, 100, 0);
        change(&mut entry);
        code(draft(1, vec![entry]))
    };
    assert_eq!(bad(|l| l.quantity = Quantity(0)), "out_of_range");
    assert_eq!(bad(|l| l.quantity = Quantity(100_000_000)), "out_of_range");
    assert_eq!(bad(|l| l.unit_price_minor = -1), "out_of_range");
    assert_eq!(bad(|l| l.unit_price_minor = i64::MAX), "out_of_range");
    assert_eq!(bad(|l| l.tax_rate_bp = 10_001), "out_of_range");
    assert_eq!(bad(|l| l.description.clear()), "length");
    assert_eq!(bad(|l| l.tax_code = Some(String::new())), "length");
    assert_eq!(
        bad(|l| l.accounts_code = Some("4\n0".to_owned())),
        "malformed"
    );
    assert_eq!(bad(|l| l.kind = LineKind::Discount), "out_of_range");
    let metered = |l: &mut LineEntry| {
        l.meter_kind = Some(crate::meter::MeterKind::Hobbs);
        l.unit = LineUnit::Each;
    };
    assert_eq!(bad(metered), "inconsistent");
    let discount = line(LineKind::Discount, 100, -101, 0);
    let lines = vec![line(LineKind::Store, 100, 100, 0), discount];
    assert_eq!(code(draft(1, lines)), "negative_total");
    assert_eq!(
        code(draft(1, vec![line(LineKind::Store, 100, 1, 0); 201])),
        "too_many"
    );
}

#[test]
fn an_invoice_is_issued_once_with_dates_that_make_sense() {
    let issue = |from: &str, due: &str| {
        draft(1, lesson())
            .unwrap()
            .issue(issue_on(from, due), today(), now())
    };
    assert_eq!(code(issue("2026-05-29", "2026-06-29")), "in_the_future");
    assert_eq!(code(issue("2026-05-28", "2026-05-27")), "before_issue");
    let invoice = issue("2026-05-28", "2026-05-28").unwrap();
    let again = invoice
        .clone()
        .issue(issue_on("2026-05-28", "2026-05-28"), today(), now());
    assert_eq!(code(again), "invalid_transition");
    assert_eq!(
        code(invoice.clone().revise(entry(lesson()), now())),
        "invalid_transition"
    );
    assert_eq!(code(invoice.may_be_discarded()), "invalid_transition");
    let empty = draft(1, Vec::new()).unwrap();
    let empty = empty.issue(issue_on("2026-05-28", "2026-05-28"), today(), now());
    assert_eq!(code(empty), "required");
}

#[test]
fn an_invoice_that_asks_for_nothing_is_paid() {
    let free = draft(1, vec![line(LineKind::Other, 100, 0, 0)]).unwrap();
    let free = free
        .issue(issue_on("2026-05-28", "2026-05-28"), today(), now())
        .unwrap();
    assert_eq!(
        (free.status, free.balance_minor()),
        (InvoiceStatus::Paid, 0)
    );
}

#[test]
fn only_an_invoice_that_nothing_was_paid_of_is_voided() {
    let void = issued(1).void("issued twice", now()).unwrap();
    assert_eq!(
        (void.status, void.balance_minor()),
        (InvoiceStatus::Void, 0)
    );
    assert_eq!(void.issue, issued(1).issue);
    assert_eq!(code(void.void("again", now())), "invalid_transition");
    assert_eq!(code(issued(1).void(" ", now())), "required");
    assert_eq!(
        code(draft(1, lesson()).unwrap().void("x", now())),
        "invalid_transition"
    );
    let [paid] = <[Invoice; 1]>::try_from(pay(issued(1), 1).invoices).unwrap();
    assert_eq!(code(paid.void("x", now())), "invalid_transition");
}

#[test]
fn an_invoice_is_overdue_from_the_day_after_it_is_due_until_it_is_paid() {
    let invoice = issued(1);
    assert!(!invoice.is_overdue(day("2026-05-26")));
    assert!(invoice.is_overdue(day("2026-05-27")));
    let [partly] = <[Invoice; 1]>::try_from(pay(invoice.clone(), 1).invoices).unwrap();
    assert!(partly.is_overdue(day("2026-05-27")));
    let [paid] = <[Invoice; 1]>::try_from(pay(invoice.clone(), 59_248).invoices).unwrap();
    assert!(!paid.is_overdue(day("2026-05-27")));
    assert!(
        !invoice
            .void("x", now())
            .unwrap()
            .is_overdue(day("2026-05-27"))
    );
    assert!(!draft(1, lesson()).unwrap().is_overdue(day("2099-01-01")));
}
