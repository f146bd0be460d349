//! What cannot stand, and what is not the organisation's.

use contracts::v1::{
    Company, Customer, DraftInvoiceRequest, InvoiceLineEntry, RecordPaymentRequest,
    SaveCompanyRequest, fault::Kind, refund_payment_request::Of,
};

use super::line;
use crate::school::new_id;
use crate::world::{World, fields, refusal};

fn field<T: std::fmt::Debug>(answer: Result<T, contracts::rpc::RpcError>) -> (String, String) {
    fields(answer).into_iter().next().unwrap_or_default()
}

fn named(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

#[tokio::test]
async fn lines_say_what_can_stand_and_name_what_there_is() {
    let world = World::start().await;
    let (school, other) = (world.school().await, world.school().await);
    let with = |line: InvoiceLineEntry| world.ops.draft_invoice(school.bill_of(vec![line]));
    let base = || line("aircraft", 100, 100, 0);
    assert_eq!(
        field(
            with(InvoiceLineEntry {
                quantity_hundredths: 0,
                ..base()
            })
            .await
        ),
        named("lines", "out_of_range")
    );
    assert_eq!(
        field(
            with(InvoiceLineEntry {
                unit: "mile".into(),
                ..base()
            })
            .await
        ),
        named("lines.unit", "invalid")
    );
    let strange = InvoiceLineEntry {
        aircraft_id: Some(other.aircraft.clone()),
        ..base()
    };
    assert_eq!(
        field(with(strange).await),
        named("lines.aircraft_id", "not_found")
    );
    let strange = InvoiceLineEntry {
        instructor_id: Some(other.pilot.clone()),
        ..base()
    };
    assert_eq!(
        field(with(strange).await),
        named("lines.instructor_id", "not_found")
    );
    let strange = InvoiceLineEntry {
        flight_id: Some(new_id()),
        ..base()
    };
    assert_eq!(
        field(with(strange).await),
        named("lines.flight_id", "not_found")
    );
}

#[tokio::test]
async fn a_draft_names_a_customer_and_a_currency_there_is() {
    let world = World::start().await;
    let (school, other) = (world.school().await, world.school().await);
    let mut request = school.bill();
    request.entry.as_mut().unwrap().customer = other.customer();
    assert_eq!(
        field(world.ops.draft_invoice(request).await),
        named("customer", "not_found")
    );
    let customer = Customer {
        r#type: "club".into(),
        ..school.customer().unwrap()
    };
    let mut request = school.bill();
    request.entry.as_mut().unwrap().customer = Some(customer);
    assert_eq!(
        field(world.ops.draft_invoice(request).await),
        named("customer.type", "invalid")
    );
    let request = DraftInvoiceRequest {
        currency: Some("XTS".into()),
        ..school.bill()
    };
    assert_eq!(
        field(world.ops.draft_invoice(request).await),
        named("currency", "unknown")
    );
}

#[tokio::test]
async fn nothing_of_another_organisation_is_reached() {
    let world = World::start().await;
    let (school, other) = (world.school().await, world.school().await);
    let theirs = world.issued(&other).await;
    let missing = (Kind::NotFound, "not_found".to_owned());
    assert_eq!(
        refusal(world.ops.issue_invoice(school.issue(&theirs.id)).await),
        missing
    );
    assert_eq!(
        refusal(world.ops.issue_credit_note(school.credit(&theirs)).await),
        missing
    );
    assert_eq!(
        refusal(
            world
                .ops
                .discard_invoice(school.at(&theirs.id).unwrap())
                .await
        ),
        missing
    );
    let pay = world
        .ops
        .record_payment(school.payment(1, &[(&theirs, 1)]))
        .await;
    assert_eq!(field(pay), named("allocations", "not_found"));
    let refund = school.refund(Of::CreditNoteId(theirs.id.clone()), 1);
    assert_eq!(
        field(world.ops.refund_payment(refund).await),
        named("credit_note_id", "not_found")
    );
}

#[tokio::test]
async fn payments_state_what_has_happened() {
    let world = World::start().await;
    let school = world.school().await;
    let invoice = world.issued(&school).await;
    let soon = world.now() + chrono::TimeDelta::minutes(6);
    let to_come = RecordPaymentRequest {
        received_at: Some(contracts::convert::timestamp(soon)),
        ..school.payment(100, &[(&invoice, 1)])
    };
    assert_eq!(
        field(world.ops.record_payment(to_come).await),
        named("received_at", "in_the_future")
    );
    let euros = RecordPaymentRequest {
        currency: Some("EUR".into()),
        ..school.payment(100, &[(&invoice, 1)])
    };
    let euros = refusal(world.ops.record_payment(euros).await);
    assert_eq!(euros, (Kind::Conflict, "other_currency".into()));
    let known = school.payment(100, &[(&invoice, 1)]);
    world.ops.record_payment(known.clone()).await.unwrap();
    let another = RecordPaymentRequest {
        amount_minor: 200,
        ..known
    };
    let another = refusal(world.ops.record_payment(another).await);
    assert_eq!(another, (Kind::Conflict, "already_exists".into()));
    let uncredited = school.refund(Of::CreditNoteId(invoice.id.clone()), 1);
    let uncredited = refusal(world.ops.refund_payment(uncredited).await);
    assert_eq!(uncredited, (Kind::Conflict, "not_credited".into()));
}

#[tokio::test]
async fn companies_are_checked_like_everybody() {
    let world = World::start().await;
    let school = world.school().await;
    let company = Company {
        id: new_id(),
        organization_id: school.id.clone(),
        name: " ".into(),
        email: Some("nowhere".into()),
        status: "active".into(),
        ..Company::default()
    };
    let answer = world
        .ops
        .save_company(SaveCompanyRequest {
            company: Some(company),
        })
        .await;
    assert_eq!(
        fields(answer),
        [named("name", "required"), named("email", "malformed")]
    );
}

#[tokio::test]
async fn no_document_is_of_more_than_can_be_summed_up() {
    let world = World::start().await;
    let school = world.school().await;
    let dear = || line("aircraft", 99_999_999, 1_000_000_000, 10_000);
    let refused = world.ops.draft_invoice(school.bill_of(vec![dear()])).await;
    assert_eq!(field(refused), named("lines", "out_of_range"));
    // Nor is it one whose sums are only small in the end.
    let discount = line("discount", 99_999_999, -1_000_000_000, 10_000);
    let lines = vec![dear(), discount];
    let refused = world.ops.draft_invoice(school.bill_of(lines)).await;
    assert_eq!(field(refused), named("lines", "out_of_range"));
    let many = vec![line("aircraft", 100, 1_000_000_000, 10_000); 200];
    world.ops.draft_invoice(school.bill_of(many)).await.unwrap();
}
