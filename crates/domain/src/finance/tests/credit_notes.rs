//! Taking back what was invoiced.

use super::*;

#[test]
fn crediting_an_open_invoice_sets_the_credit_off() {
    let Credited { invoice, note } = issued(1).credit(new_note(2, None), today(), now()).unwrap();
    assert_eq!(
        (
            invoice.status,
            invoice.balance_minor(),
            invoice.credited_minor
        ),
        (InvoiceStatus::Paid, 0, 59_248)
    );
    assert_eq!(
        (note.status, note.total_minor(), note.balance_minor()),
        (InvoiceStatus::Paid, 59_248, 0)
    );
    assert_eq!(
        (note.kind, note.credits_id),
        (InvoiceKind::CreditNote, Some(invoice.id))
    );
    assert_ne!(note.lines[0].id, invoice.lines[0].id);
}

#[test]
fn what_was_paid_already_is_owed_back_and_paid_out() {
    let invoice = pay(issued(1), 50_000).invoices.remove(0);
    let Credited { invoice, note } = invoice.credit(new_note(2, None), today(), now()).unwrap();
    assert_eq!(
        (invoice.status, invoice.balance_minor()),
        (InvoiceStatus::Paid, 0)
    );
    assert_eq!(
        (note.status, note.balance_minor()),
        (InvoiceStatus::PartiallyPaid, 50_000)
    );
    assert_eq!(
        code(Payment::pay_out(
            new_refund(91, 50_001),
            note.clone(),
            now()
        )),
        "exceeds_balance"
    );
    let paid = Payment::pay_out(new_refund(91, 50_000), note, now()).unwrap();
    assert_eq!(paid.payment.money_back(), 50_000);
    assert_eq!(
        (paid.invoices[0].status, paid.invoices[0].balance_minor()),
        (InvoiceStatus::Paid, 0)
    );
    assert_eq!(
        code(Payment::pay_out(new_refund(92, 1), invoice, now())),
        "not_credited"
    );
}

#[test]
fn no_more_is_credited_than_was_invoiced() {
    let part = || Some(vec![line(LineKind::InstructorFlight, 230, 6_500, 0)]);
    let Credited { invoice, .. } = issued(1)
        .credit(new_note(2, part()), today(), now())
        .unwrap();
    assert_eq!(invoice.balance_minor(), 59_248 - 14_950);
    assert_eq!(
        code(invoice.clone().credit(new_note(3, None), today(), now())),
        "required"
    );
    let all = Some(lesson());
    assert_eq!(
        code(invoice.clone().credit(new_note(3, all), today(), now())),
        "exceeds_invoice"
    );
    let rest = Some(vec![line(LineKind::Aircraft, 230, 18_000, 700)]);
    let rest = invoice
        .clone()
        .credit(new_note(3, rest), today(), now())
        .unwrap();
    assert_eq!(
        (rest.invoice.balance_minor(), rest.invoice.credited_minor),
        (0, 59_248)
    );
    assert_eq!(code(invoice.void("x", now())), "invalid_transition");
}

#[test]
fn only_an_issued_invoice_is_credited_and_not_before_its_day() {
    let credit = |invoice: Invoice, note| code(invoice.credit(note, today(), now()));
    assert_eq!(
        credit(draft(1, lesson()).unwrap(), new_note(2, None)),
        "invalid_transition"
    );
    assert_eq!(
        credit(issued(1).void("x", now()).unwrap(), new_note(2, None)),
        "invalid_transition"
    );
    let note = issued(1)
        .credit(new_note(2, None), today(), now())
        .unwrap()
        .note;
    assert_eq!(credit(note, new_note(3, None)), "invalid_transition");
    let early = NewCreditNote {
        issue: issue_on("2026-05-11", "2026-05-11"),
        ..new_note(2, None)
    };
    assert_eq!(credit(issued(1), early), "before_invoice");
    let mute = NewCreditNote {
        reason: String::new(),
        ..new_note(2, None)
    };
    assert_eq!(credit(issued(1), mute), "required");
    assert_eq!(credit(issued(1), new_note(2, Some(Vec::new()))), "required");
}
