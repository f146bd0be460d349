//! Papers, from coming in to being revoked, and what is told of them.

use chrono::TimeDelta;
use contracts::v1::record_change::Record;
use contracts::v1::{
    CompliancePaper, ComplianceRecord, HoldComplianceRequest, SaveComplianceRequest, Target,
    VerifyComplianceRequest, fault::Kind,
};
use domain::compliance::{ComplianceChange, ComplianceChangeKind, ComplianceStatus};
use domain::event::{EventData, EventType};

use crate::school::{School, new_id};
use crate::world::{World, fault, refusal};

impl School {
    /// The pilot's medical, good until the end of June 2026.
    fn medical(&self) -> SaveComplianceRequest {
        SaveComplianceRequest {
            id: new_id(),
            organization_id: self.id.clone(),
            version: 0,
            paper: Some(CompliancePaper {
                subject_type: "pilot".into(),
                subject_id: self.pilot.clone(),
                r#type: "medical".into(),
                title: "Class 2 medical".into(),
                authority: Some("FAA".into()),
                reference: Some("MC-1".into()),
                issued_on: Some("2026-01-10".into()),
                valid_from: None,
                valid_until: Some("2026-06-30".into()),
                warn_days: None,
                blocks_booking: true,
                document_present: true,
            }),
            external_reference: None,
        }
    }

    fn paper(&self, record: &ComplianceRecord) -> Target {
        Target {
            organization_id: self.id.clone(),
            id: record.id.clone(),
            expected_version: None,
            actor_id: None,
        }
    }

    fn verification(&self, record: &ComplianceRecord) -> VerifyComplianceRequest {
        VerifyComplianceRequest {
            target: Some(self.paper(record)),
            at: None,
        }
    }

    fn hold(&self, record: &ComplianceRecord) -> HoldComplianceRequest {
        HoldComplianceRequest {
            target: Some(self.paper(record)),
            reason: "under appeal".into(),
            at: None,
        }
    }
}

impl World {
    async fn save(&self, request: SaveComplianceRequest) -> ComplianceRecord {
        let answer = self.ops.save_compliance(request).await.unwrap();
        answer.record.unwrap()
    }

    async fn verify(&self, school: &School, record: &ComplianceRecord) -> ComplianceRecord {
        let answer = self
            .ops
            .verify_compliance(school.verification(record))
            .await;
        answer.unwrap().record.unwrap()
    }

    /// What has been told of papers so far, once nothing is owed any more.
    async fn told(&self) -> Vec<ComplianceChange> {
        self.nothing_owed().await;
        let events = test_support::eventually("they are heard", crate::world::LIMIT, async || {
            let events = self.hearing.events();
            let papers = self.hearing.record_ids();
            let papers = papers.iter().filter(|(key, _)| key == "record.compliance");
            let told = events
                .iter()
                .filter(|e| e.data.event_type() == EventType::ComplianceUpdated);
            (papers.count() == told.count()).then_some(events)
        })
        .await;
        let changes = events.into_iter().filter_map(|event| match event.data {
            EventData::ComplianceUpdated(change) => Some(*change),
            _ => None,
        });
        let mut changes: Vec<_> = changes.collect();
        changes.sort_by_key(|change| change.record.version);
        changes
    }
}

#[tokio::test]
async fn each_step_of_a_paper_is_told_with_how_it_stood_before() {
    let world = World::start().await;
    let school = world.school().await;
    let record = world.save(school.medical()).await;
    assert_eq!(
        (record.standing.as_str(), record.version),
        ("pending_review", 1)
    );
    // The 28th of May at noon in UTC: 33 days are left, and it warns from 30 on.
    let record = world.verify(&school, &record).await;
    assert_eq!(record.verification.as_ref().unwrap().by, school.owner);
    world.pass(TimeDelta::days(4));
    let held = world.ops.suspend_compliance(school.hold(&record)).await;
    let record = held.unwrap().record.unwrap();
    let again = world.ops.reinstate_compliance(school.paper(&record)).await;
    let record = again.unwrap().record.unwrap();
    assert_eq!(record.hold, None);
    let revoked = world.ops.revoke_compliance(school.hold(&record)).await;
    assert_eq!(revoked.unwrap().record.unwrap().standing, "revoked");

    use ComplianceStatus::{Expiring, PendingReview, Revoked, Suspended, Valid};
    let told = world.told().await;
    let steps: Vec<_> = told
        .iter()
        .map(|c| (c.previous_status, c.validity.status))
        .collect();
    let expected = [
        (None, PendingReview),
        (Some(PendingReview), Valid),
        (Some(Expiring), Suspended),
        (Some(Suspended), Expiring),
        (Some(Expiring), Revoked),
    ];
    assert_eq!(steps, expected);
    assert_eq!(told[0].kind, ComplianceChangeKind::Created);
    assert!(
        told[1..]
            .iter()
            .all(|c| c.kind == ComplianceChangeKind::Updated)
    );
    assert_eq!(told[1].validity.days_remaining, Some(33));
    let id = format!("compliance:{}:5", record.id);
    let (delivery, change) = world.hearing.record(&id).await;
    assert_eq!(delivery.routing_key, "record.compliance");
    let Some(Record::ComplianceRecord(last)) = change.record else {
        panic!("a paper")
    };
    assert_eq!(last.standing, "revoked");
}

#[tokio::test]
async fn a_command_that_comes_again_is_not_told_again() {
    let world = World::start().await;
    let school = world.school().await;
    let request = school.medical();
    let record = world.save(request.clone()).await;
    assert!(
        !world
            .ops
            .save_compliance(request.clone())
            .await
            .unwrap()
            .applied
    );
    let verified = world.verify(&school, &record).await;
    let again = world
        .ops
        .verify_compliance(school.verification(&record))
        .await;
    assert!(!again.unwrap().applied);
    world
        .ops
        .suspend_compliance(school.hold(&record))
        .await
        .unwrap();
    let again = world.ops.suspend_compliance(school.hold(&record)).await;
    assert!(!again.unwrap().applied);
    let target = Target {
        expected_version: Some(3),
        ..school.paper(&verified)
    };
    assert!(
        world
            .ops
            .reinstate_compliance(target.clone())
            .await
            .unwrap()
            .applied
    );
    assert!(
        !world
            .ops
            .reinstate_compliance(target)
            .await
            .unwrap()
            .applied
    );
    assert_eq!(world.told().await.len(), 4);
}

#[tokio::test]
async fn a_renewal_waits_for_somebody_to_look_at_it() {
    let world = World::start().await;
    let school = world.school().await;
    let request = school.medical();
    let record = world.save(request.clone()).await;
    let record = world.verify(&school, &record).await;
    let mut renewal = SaveComplianceRequest {
        version: record.version,
        ..request
    };
    renewal.paper.as_mut().unwrap().valid_until = Some("2027-06-30".into());
    let renewed = world.save(renewal.clone()).await;
    assert_eq!(
        (renewed.standing.as_str(), renewed.version),
        ("pending_review", 3)
    );
    assert_eq!(renewed.verification, None);
    renewal.version = 1;
    renewal.paper.as_mut().unwrap().title = "Other".into();
    let stale = world.ops.save_compliance(renewal).await;
    assert_eq!(refusal(stale).0, Kind::PreconditionFailed);
}

#[tokio::test]
async fn what_cannot_stand_is_refused_and_not_told() {
    let world = World::start().await;
    let (school, other) = (world.school().await, world.school().await);
    let mut stranger = school.medical();
    stranger.paper.as_mut().unwrap().subject_id = other.pilot.clone();
    let answer = fault(world.ops.save_compliance(stranger).await);
    assert_eq!(
        (answer.kind(), answer.fields[0].pointer.as_str()),
        (Kind::NotFound, "subject.id")
    );

    let mut wrong = school.medical();
    let paper = wrong.paper.as_mut().unwrap();
    (paper.issued_on, paper.warn_days) = (Some("2026-05-30".into()), Some(-1));
    let answer = fault(world.ops.save_compliance(wrong).await);
    let pointers: Vec<_> = answer.fields.iter().map(|f| f.pointer.as_str()).collect();
    assert_eq!(pointers, ["issued_on", "warn_days"]);

    let mut wanted = school.medical();
    let paper = wanted.paper.as_mut().unwrap();
    (paper.reference, paper.issued_on, paper.document_present) = (None, None, false);
    let missing = world.save(wanted).await;
    let nothing = world
        .ops
        .verify_compliance(school.verification(&missing))
        .await;
    assert_eq!(
        refusal(nothing),
        (Kind::Conflict, "nothing_to_verify".into())
    );
    let early = world.ops.reinstate_compliance(school.paper(&missing)).await;
    assert_eq!(
        refusal(early),
        (Kind::Conflict, "invalid_transition".into())
    );
    let told = world.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].validity.status, ComplianceStatus::Missing);
}

#[tokio::test]
async fn a_paper_of_a_transaction_that_is_rolled_back_is_told_to_nobody() {
    let world = World::start().await;
    let school = world.school().await;
    world.nothing_owed().await;
    world
        .sql(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'at the commit'; END $$;
             CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION fail()",
        )
        .await
        .unwrap();
    let request = school.medical();
    let answer = world.ops.save_compliance(request.clone()).await;
    assert_eq!(refusal(answer).0, Kind::Internal);
    let kept = "SELECT count(*) AS n FROM compliance_records";
    assert_eq!(world.number(kept).await, 0);
    assert_eq!(world.number("SELECT count(*) AS n FROM outbox").await, 0);
    world.sql("DROP TRIGGER fail ON outbox").await.unwrap();
    assert_eq!(world.told().await, []);
    // The same command succeeds then, and is told once.
    world.save(request).await;
    assert_eq!(world.told().await.len(), 1);
}
