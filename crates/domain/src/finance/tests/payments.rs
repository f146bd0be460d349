//! What payments settle, and what goes back.

use super::*;

fn allocation(number: u128, amount_minor: i64) -> Allocation {
    Allocation {
        invoice_id: id(number),
        amount_minor,
    }
}

#[test]
fn a_payment_settles_several_invoices_and_leaves_the_rest_on_account() {
    let payment = payment(90, 100_000).unwrap();
    let parts = [allocation(1, 59_248), allocation(2, 1)];
    let settled = payment
        .allocate(&parts, vec![issued(1), issued(2)], now())
        .unwrap();
    let states: Vec<_> = settled
        .invoices
        .iter()
        .map(|i| (i.status, i.balance_minor(), i.version))
        .collect();
    assert_eq!(
        states,
        [
            (InvoiceStatus::Paid, 0, 3),
            (InvoiceStatus::PartiallyPaid, 59_247, 3)
        ]
    );
    assert_eq!(settled.payment.on_account_minor(), 40_751);
    let [second] = <[Invoice; 1]>::try_from(settled.invoices[1..].to_vec()).unwrap();
    let more = settled
        .payment
        .allocate(&[allocation(2, 1)], vec![second], now())
        .unwrap();
    assert_eq!(
        more.payment.allocations,
        [allocation(1, 59_248), allocation(2, 2)]
    );
}

#[test]
fn nothing_is_paid_beyond_what_is_open_or_what_came_in() {
    let put = |amount: i64, part: i64| {
        payment(90, amount)
            .unwrap()
            .allocate(&[allocation(1, part)], vec![issued(1)], now())
    };
    assert_eq!(code(put(100_000, 59_249)), "exceeds_balance");
    assert_eq!(code(put(100, 101)), "exceeds_payment");
    assert_eq!(code(put(100, 0)), "out_of_range");
    assert_eq!(code(put(100, -1)), "out_of_range");
    let twice = [allocation(1, 1), allocation(1, 1)];
    let twice = payment(90, 100)
        .unwrap()
        .allocate(&twice, vec![issued(1), issued(1)], now());
    assert_eq!(code(twice), "repeated");
    let of_draft = vec![draft(1, lesson()).unwrap()];
    let of_draft = payment(90, 100)
        .unwrap()
        .allocate(&[allocation(1, 1)], of_draft, now());
    assert_eq!(code(of_draft), "invalid_transition");
}

#[test]
fn a_payment_settles_only_its_customers_invoices_in_its_currency() {
    let other_customer = NewPayment {
        customer_id: CustomerId::Company(id(8)),
        ..new_payment(90, 100)
    };
    let euros = Money {
        minor: 100,
        currency: "EUR".parse().unwrap(),
    };
    let other_currency = NewPayment {
        amount: euros,
        ..new_payment(90, 100)
    };
    for (new, expected) in [
        (other_customer, "other_customer"),
        (other_currency, "other_currency"),
    ] {
        let payment = Payment::record(new, now()).unwrap();
        assert_eq!(
            code(payment.allocate(&[allocation(1, 1)], vec![issued(1)], now())),
            expected
        );
    }
}

#[test]
fn what_cannot_stand_in_a_payment_is_refused() {
    assert_eq!(code(payment(90, 0)), "out_of_range");
    let record = |new| code(Payment::record(new, now()));
    let fee = NewPayment {
        processor_fee_minor: Some(101),
        ..new_payment(90, 100)
    };
    assert_eq!(record(fee), "out_of_range");
    let refund = NewPayment {
        kind: PaymentKind::Refund,
        ..new_payment(90, 100)
    };
    assert_eq!(record(refund), "inconsistent");
    let again = NewPayment {
        method: PaymentMethod::AccountBalance,
        ..new_payment(90, 100)
    };
    assert_eq!(record(again), "inconsistent");
}

#[test]
fn what_settles_nothing_can_be_given_back_and_no_more() {
    let settled = pay(issued(1), 100);
    assert_eq!(
        code(settled.payment.give_back(new_refund(91, 1), now())),
        "exceeds_payment"
    );
    let (refund, left) = payment(90, 100)
        .unwrap()
        .give_back(new_refund(91, 40), now())
        .unwrap();
    assert_eq!((refund.money_back(), refund.refunds_id), (40, Some(id(90))));
    assert_eq!(
        (left.on_account_minor(), left.status),
        (60, PaymentStatus::Succeeded)
    );
    let (_, left) = left.give_back(new_refund(92, 60), now()).unwrap();
    assert_eq!(
        (left.money_in(), left.status),
        (100, PaymentStatus::Refunded)
    );
    assert_eq!(
        code(left.give_back(new_refund(93, 1), now())),
        "invalid_transition"
    );
    assert_eq!(
        code(refund.give_back(new_refund(93, 1), now())),
        "invalid_transition"
    );
}

#[test]
fn a_credit_settles_without_money() {
    let new = NewPayment {
        kind: PaymentKind::Credit,
        method: PaymentMethod::AccountBalance,
        ..new_payment(90, 100)
    };
    let credit = Payment::record(new, now()).unwrap();
    let settled = credit
        .allocate(&[allocation(1, 100)], vec![issued(1)], now())
        .unwrap();
    assert_eq!(
        (settled.payment.money_in(), settled.invoices[0].paid_minor),
        (0, 100)
    );
}
