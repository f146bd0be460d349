//! From the draft to the issued invoice, and what is published on the way.

use contracts::v1::{
    Company, Customer, InvoiceEntry, ReviseInvoiceRequest, SaveCompanyRequest, VoidInvoiceRequest,
    fault::Kind, record_change::Record,
};

use super::line;
use crate::school::new_id;
use crate::world::{World, refusal};

#[tokio::test]
async fn a_draft_has_its_amounts_and_gets_its_number_when_it_is_issued() {
    let world = World::start().await;
    let school = world.school().await;
    let request = school.bill();
    let drafted = world.ops.draft_invoice(request.clone()).await.unwrap();
    assert!(drafted.applied);
    let draft = drafted.invoice.unwrap();
    assert_eq!((draft.status.as_str(), &draft.number), ("draft", &None));
    assert_eq!(draft.currency, "USD");
    let amounts: Vec<_> = draft
        .lines
        .iter()
        .map(|l| (l.net_minor, l.tax_minor))
        .collect();
    assert_eq!(amounts, [(41_400, 2_898), (14_950, 0)]);
    assert_eq!(draft.customer.as_ref().unwrap().name, "Jane Smith");

    let issued = world
        .ops
        .issue_invoice(school.issue(&draft.id))
        .await
        .unwrap();
    let again = world
        .ops
        .issue_invoice(school.issue(&draft.id))
        .await
        .unwrap();
    assert_eq!((issued.applied, again.applied), (true, false));
    let issued = issued.invoice.unwrap();
    assert_eq!(again.invoice.as_ref(), Some(&issued));
    assert_eq!(
        (issued.number.as_deref(), issued.version),
        (Some("2026-00001"), 2)
    );
    let repeated = world.ops.draft_invoice(request).await.unwrap();
    assert_eq!(
        (repeated.applied, repeated.invoice.as_ref()),
        (false, Some(&issued))
    );

    for version in [&draft, &issued] {
        let id = format!("invoice:{}:{}", version.id, version.version);
        let (delivery, change) = world.hearing.record(&id).await;
        assert_eq!(delivery.routing_key, "record.invoice");
        assert_eq!(change.record, Some(Record::Invoice((*version).clone())));
    }
    assert!(
        world.hearing.events().is_empty(),
        "the catalog has no event for it"
    );
}

#[tokio::test]
async fn a_draft_is_rewritten_until_it_is_issued_and_then_voided() {
    let world = World::start().await;
    let school = world.school().await;
    let company = Company {
        id: new_id(),
        organization_id: school.id.clone(),
        name: "Sky Lenders".into(),
        status: "active".into(),
        ..Company::default()
    };
    let save = SaveCompanyRequest {
        company: Some(company.clone()),
    };
    assert!(world.ops.save_company(save.clone()).await.unwrap().applied);
    assert!(!world.ops.save_company(save).await.unwrap().applied);

    let draft = world.billed(&school).await;
    let entry = InvoiceEntry {
        customer: Some(Customer {
            r#type: "company".into(),
            id: company.id,
            name: String::new(),
        }),
        lines: vec![line("store", 100, 1_999, 0)],
        external_reference: None,
    };
    let revision = ReviseInvoiceRequest {
        target: school.at(&draft.id),
        entry: Some(entry),
    };
    let revised = world.ops.revise_invoice(revision.clone()).await.unwrap();
    assert!(revised.applied);
    let invoice = revised.invoice.unwrap();
    assert_eq!(invoice.customer.unwrap().name, "Sky Lenders");
    assert_eq!(invoice.lines[0].net_minor, 1_999);
    assert!(
        !world
            .ops
            .revise_invoice(revision.clone())
            .await
            .unwrap()
            .applied
    );

    world
        .ops
        .issue_invoice(school.issue(&draft.id))
        .await
        .unwrap();
    let late = refusal(world.ops.revise_invoice(revision).await);
    assert_eq!(late, (Kind::Conflict, "invalid_transition".into()));
    let void = VoidInvoiceRequest {
        target: school.at(&draft.id),
        reason: "twice".into(),
    };
    let voided = world.ops.void_invoice(void.clone()).await.unwrap();
    assert!(voided.applied && !world.ops.void_invoice(void).await.unwrap().applied);
    let voided = voided.invoice.unwrap();
    assert_eq!(
        (voided.status.as_str(), voided.number.as_deref()),
        ("void", Some("2026-00001"))
    );
}

#[tokio::test]
async fn a_draft_that_is_discarded_is_told_of_and_its_id_is_not_given_again() {
    let world = World::start().await;
    let school = world.school().await;
    let request = school.bill();
    let draft = world
        .ops
        .draft_invoice(request.clone())
        .await
        .unwrap()
        .invoice
        .unwrap();
    let target = school.at(&draft.id).unwrap();
    assert!(
        world
            .ops
            .discard_invoice(target.clone())
            .await
            .unwrap()
            .applied
    );
    assert!(!world.ops.discard_invoice(target).await.unwrap().applied);
    let (_, change) = world
        .hearing
        .record(&format!("invoice:{}:2", draft.id))
        .await;
    let Some(Record::Deleted(deleted)) = change.record else {
        panic!("{change:?}")
    };
    assert_eq!(
        (deleted.kind.as_str(), &deleted.id, deleted.version),
        ("invoice", &draft.id, 2)
    );
    let again = refusal(world.ops.draft_invoice(request).await);
    assert_eq!(again, (Kind::Conflict, "already_exists".into()));
    let gone = refusal(world.ops.issue_invoice(school.issue(&draft.id)).await);
    assert_eq!(gone, (Kind::NotFound, "not_found".into()));

    let issued = world.issued(&school).await;
    assert_eq!(
        issued.number.as_deref(),
        Some("2026-00001"),
        "a discarded draft takes no number"
    );
    let stays = refusal(
        world
            .ops
            .discard_invoice(school.at(&issued.id).unwrap())
            .await,
    );
    assert_eq!(stays, (Kind::Conflict, "invalid_transition".into()));
}
