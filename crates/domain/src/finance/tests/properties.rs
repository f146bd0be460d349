//! What holds whatever is done, in whatever order.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Command {
    Issue(usize),
    Void(usize),
    Pay {
        amount: i64,
        first: (usize, i64),
        second: (usize, i64),
    },
    Credit {
        of: usize,
        lines: Option<Vec<LineEntry>>,
    },
    PayOut {
        of: usize,
        amount: i64,
    },
    GiveBack {
        of: usize,
        amount: i64,
    },
}

/// Everything there is. A command that is refused changes nothing.
#[derive(Debug, Default)]
struct Books {
    invoices: Vec<Invoice>,
    payments: Vec<Payment>,
}

impl Books {
    fn carry_out(&mut self, command: Command) -> Option<()> {
        match command {
            Command::Issue(of) => {
                let dates = issue_on("2026-05-12", "2026-05-26");
                let issued = self.invoices.get(of)?.clone().issue(dates, today(), now());
                self.invoices[of] = issued.ok()?;
            }
            Command::Void(of) => {
                self.invoices[of] = self.invoices.get(of)?.clone().void("x", now()).ok()?;
            }
            Command::Pay {
                amount,
                first,
                second,
            } => {
                let parts = [first, second].map(|(of, amount_minor)| {
                    let invoice = self.invoices.get(of).cloned();
                    invoice.map(|i| {
                        (
                            of,
                            Allocation {
                                invoice_id: i.id,
                                amount_minor,
                            },
                            i,
                        )
                    })
                });
                let parts: Vec<_> = parts.into_iter().flatten().collect();
                let allocations: Vec<_> = parts.iter().map(|(_, a, _)| *a).collect();
                let invoices = parts.iter().map(|(_, _, i)| i.clone()).collect();
                let settled = payment(self.next(), amount)
                    .ok()?
                    .allocate(&allocations, invoices, now())
                    .ok()?;
                for ((of, _, _), invoice) in parts.into_iter().zip(settled.invoices) {
                    self.invoices[of] = invoice;
                }
                self.payments.push(settled.payment);
            }
            Command::Credit { of, lines } => {
                let new = new_note(self.next(), lines);
                let credited = self
                    .invoices
                    .get(of)?
                    .clone()
                    .credit(new, today(), now())
                    .ok()?;
                self.invoices[of] = credited.invoice;
                self.invoices.push(credited.note);
            }
            Command::PayOut { of, amount } => {
                let new = new_refund(self.next(), amount);
                let mut settled =
                    Payment::pay_out(new, self.invoices.get(of)?.clone(), now()).ok()?;
                self.invoices[of] = settled.invoices.remove(0);
                self.payments.push(settled.payment);
            }
            Command::GiveBack { of, amount } => {
                let new = new_refund(self.next(), amount);
                let (refund, payment) =
                    self.payments.get(of)?.clone().give_back(new, now()).ok()?;
                self.payments[of] = payment;
                self.payments.push(refund);
            }
        }
        Some(())
    }

    fn next(&self) -> u128 {
        100 + u128::try_from(self.invoices.len() + self.payments.len()).unwrap()
    }

    /// What payments and set-off credit settle of a document, counted from the other side.
    fn settled(&self, of: &Invoice) -> i64 {
        let allocations = self.payments.iter().flat_map(|p| &p.allocations);
        let by_payments: i64 = allocations
            .filter(|a| a.invoice_id == of.id)
            .map(|a| a.amount_minor)
            .sum();
        let notes = self.invoices.iter().filter(|n| n.credits_id == Some(of.id));
        let set_off = |note: &Invoice| note.paid_minor - self.paid_out(note);
        let by_notes: i64 = notes.map(set_off).sum();
        by_payments + by_notes
    }

    fn paid_out(&self, note: &Invoice) -> i64 {
        let refunds = self.payments.iter().flat_map(|p| &p.allocations);
        refunds
            .filter(|a| a.invoice_id == note.id)
            .map(|a| a.amount_minor)
            .sum()
    }
}

fn any_line() -> impl Strategy<Value = LineEntry> {
    let kind = proptest::sample::select(LineKind::ALL);
    (kind, 1..2_000_i64, 0..50_000_i64, 0..2_500_i32).prop_map(|(kind, quantity, price, rate)| {
        let sign = if kind == LineKind::Discount { -1 } else { 1 };
        line(kind, quantity, sign * price, rate)
    })
}

fn lines() -> impl Strategy<Value = Vec<LineEntry>> {
    prop::collection::vec(any_line(), 1..5)
}

fn command() -> impl Strategy<Value = Command> {
    let amount = || prop_oneof![1..500_i64, 500..2_000_000_i64];
    let part = move || (0..6_usize, amount());
    prop_oneof![
        (0..4_usize).prop_map(Command::Issue),
        (0..4_usize).prop_map(Command::Void),
        (amount(), part(), part()).prop_map(|(amount, first, second)| Command::Pay {
            amount,
            first,
            second
        }),
        (0..6_usize, prop::option::of(lines()))
            .prop_map(|(of, lines)| Command::Credit { of, lines }),
        (0..8_usize, amount()).prop_map(|(of, amount)| Command::PayOut { of, amount }),
        (0..4_usize, amount()).prop_map(|(of, amount)| Command::GiveBack { of, amount }),
    ]
}

fn check(books: &Books) -> Result<(), TestCaseError> {
    for invoice in &books.invoices {
        let net: i64 = invoice.lines.iter().map(|l| l.net_minor).sum();
        let tax: i64 = invoice.lines.iter().map(|l| l.tax_minor).sum();
        prop_assert_eq!(invoice.total_minor(), net + tax);
        prop_assert!(invoice.balance_minor() >= 0 && invoice.paid_minor >= 0);
        prop_assert!((0..=invoice.total_minor()).contains(&invoice.credited_minor));
        prop_assert_eq!(
            invoice.issue.is_none(),
            invoice.status == InvoiceStatus::Draft
        );
        if invoice.status == InvoiceStatus::Void {
            prop_assert_eq!(invoice.paid_minor, 0);
        } else {
            prop_assert_eq!(
                invoice.balance_minor(),
                invoice.total_minor() - invoice.paid_minor
            );
        }
        if invoice.kind == InvoiceKind::Invoice {
            prop_assert_eq!(invoice.paid_minor, books.settled(invoice));
        }
        let notes = books
            .invoices
            .iter()
            .filter(|n| n.credits_id == Some(invoice.id));
        prop_assert_eq!(
            invoice.credited_minor,
            notes.map(Invoice::total_minor).sum::<i64>()
        );
    }
    for payment in &books.payments {
        prop_assert!(payment.on_account_minor() >= 0);
        prop_assert!(payment.allocations.iter().all(|a| a.amount_minor > 0));
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_books_balance_whatever_is_done(
        drafts in prop::collection::vec(lines(), 4),
        commands in prop::collection::vec(command(), 0..40),
    ) {
        let drafts = (1..).zip(drafts).filter_map(|(number, lines)| draft(number, lines).ok());
        let mut books = Books { invoices: drafts.collect(), payments: Vec::new() };
        for command in commands {
            let before: Vec<_> = books.invoices.clone();
            books.carry_out(command);
            check(&books)?;
            // What was issued stands.
            for (was, is) in before.iter().zip(&books.invoices).filter(|(was, _)| was.issue.is_some()) {
                prop_assert_eq!((&was.issue, &was.lines, &was.customer), (&is.issue, &is.lines, &is.customer));
                prop_assert_eq!((was.currency, was.id), (is.currency, is.id));
            }
        }
    }

    /// Days add up to their month, whatever happened on which.
    #[test]
    fn a_month_is_the_sum_of_its_days(
        issued in prop::collection::vec((1..29_u32, lines()), 1..12), today in 1..29_u32,
    ) {
        let on = |d: u32| NaiveDate::from_ymd_opt(2026, 5, d).unwrap();
        let invoices: Vec<Invoice> = (1..).zip(issued).filter_map(|(number, (d, lines))| {
            let dates = Issue { number: "x".to_owned(), issued_on: on(d), due_on: on(d) };
            draft(number, lines).ok()?.issue(dates, today_or_later(), now()).ok()
        }).collect();
        let of = |id: String| Summary::of(id.parse().unwrap(), &invoices, &[], on(today));
        let month = of("2026-05-USD".to_owned());
        let days: Vec<Summary> = (1..32).map(|d| of(format!("2026-05-{d:02}-USD"))).collect();
        let sum = |figure: fn(&Summary) -> i64| days.iter().map(figure).sum::<i64>();
        prop_assert_eq!(month.invoiced_minor, sum(|s| s.invoiced_minor));
        prop_assert_eq!(month.overdue_minor, sum(|s| s.overdue_minor));
        prop_assert_eq!(month.flight_hours_billed.0, sum(|s| s.flight_hours_billed.0));
        prop_assert_eq!(month.by_category.values().sum::<i64>(), month.invoiced_minor - month.tax_minor);
        prop_assert!(month.overdue_minor <= month.outstanding_minor);
    }
}

fn today_or_later() -> NaiveDate {
    day("2026-12-31")
}
