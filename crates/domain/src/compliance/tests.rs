use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::{Moment, Refusal};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(now: &str) -> Moment {
    Moment::at(now.parse().unwrap(), "America/Los_Angeles")
}

fn paper() -> Paper {
    Paper {
        subject: ComplianceSubject {
            subject_type: SubjectType::Pilot,
            id: Uuid::from_u128(7),
        },
        compliance_type: ComplianceType::Medical,
        title: "Class 2 medical".to_owned(),
        authority: Some("FAA".to_owned()),
        reference: Some("M-1".to_owned()),
        issued_on: Some(date("2026-01-10")),
        valid_from: None,
        valid_until: Some(date("2026-06-30")),
        warn_days: 30,
        blocks_booking: true,
        document_present: true,
    }
}

fn new(paper: Paper) -> ComplianceRecord {
    let (id, org) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
    ComplianceRecord::new(id, org, paper, None, &moment("2026-02-01T12:00:00Z")).unwrap()
}

fn act() -> Act {
    Act::new(
        Uuid::from_u128(3).into(),
        "2026-02-01T12:00:00Z".parse().unwrap(),
    )
}

fn hold() -> Hold {
    Hold {
        by: act().by,
        at: act().at,
        reason: "under appeal".to_owned(),
    }
}

fn verified(paper: Paper) -> ComplianceRecord {
    new(paper).verify(act(), act().at).unwrap()
}

fn status(record: &ComplianceRecord, now: &str) -> (ComplianceStatus, Option<i64>) {
    let Validity {
        status,
        days_remaining,
    } = record.validity(&moment(now));
    (status, days_remaining)
}

#[test]
fn a_paper_is_good_until_its_last_day_is_over_where_the_school_is() {
    let record = verified(paper());
    let table = [
        ("2026-05-31T06:59:59Z", ComplianceStatus::Valid, 31),
        ("2026-05-31T07:00:00Z", ComplianceStatus::Expiring, 30),
        ("2026-07-01T06:59:59Z", ComplianceStatus::Expiring, 0),
        ("2026-07-01T07:00:00Z", ComplianceStatus::Expired, 0),
    ];
    for (now, expected, days) in table {
        assert_eq!(status(&record, now), (expected, Some(days)), "{now}");
    }
    let forever = verified(Paper {
        valid_until: None,
        ..paper()
    });
    let far = status(&forever, "2126-01-01T00:00:00Z");
    assert_eq!(far, (ComplianceStatus::Valid, None));
}

#[test]
fn nothing_counts_before_somebody_has_looked_at_it() {
    let now = "2026-02-01T12:00:00Z";
    assert_eq!(
        status(&new(paper()), now).0,
        ComplianceStatus::PendingReview
    );
    let wanted = Paper {
        reference: None,
        issued_on: None,
        document_present: false,
        ..paper()
    };
    let missing = new(wanted);
    assert_eq!(status(&missing, now).0, ComplianceStatus::Missing);
    assert!(matches!(
        missing.verify(act(), act().at),
        Err(Refusal::Conflict {
            code: "nothing_to_verify",
            ..
        })
    ));
    let later = verified(Paper {
        valid_from: Some(date("2026-02-02")),
        ..paper()
    });
    assert_eq!(status(&later, now).0, ComplianceStatus::PendingReview);
    assert_eq!(
        status(&later, "2026-02-02T08:00:00Z").0,
        ComplianceStatus::Valid
    );
}

#[test]
fn a_renewal_is_looked_at_again_and_a_note_is_not() {
    let now = moment("2026-02-02T12:00:00Z");
    let noted = Paper {
        title: "Medical".to_owned(),
        warn_days: 60,
        blocks_booking: false,
        ..paper()
    };
    let record = verified(paper()).revise(noted, None, &now).unwrap();
    assert_eq!((record.standing, record.version), (Standing::Verified, 3));
    let renewed = Paper {
        valid_until: Some(date("2027-06-30")),
        ..record.paper.clone()
    };
    let record = record.revise(renewed, None, &now).unwrap();
    assert_eq!(record.standing, Standing::PendingReview);
    assert_eq!(record.verification, None);
}

#[test]
fn what_is_suspended_may_count_again_and_what_is_revoked_never() {
    let now = act().at;
    let suspended = verified(paper()).suspend(hold(), now).unwrap();
    let at = "2026-02-01T12:00:00Z";
    assert_eq!(status(&suspended, at).0, ComplianceStatus::Suspended);
    assert!(suspended.clone().verify(act(), now).is_err());
    assert!(suspended.clone().suspend(hold(), now).is_err());
    let again = suspended.clone().reinstate(now).unwrap();
    assert_eq!((again.standing, &again.hold), (Standing::Verified, &None));
    let unseen = new(paper()).suspend(hold(), now).unwrap();
    assert_eq!(
        unseen.reinstate(now).unwrap().standing,
        Standing::PendingReview
    );

    let revoked = suspended.revoke(hold(), now).unwrap();
    assert_eq!(status(&revoked, at).0, ComplianceStatus::Revoked);
    assert!(revoked.clone().reinstate(now).is_err());
    assert!(revoked.clone().revoke(hold(), now).is_err());
    assert!(revoked.revise(paper(), None, &moment(at)).is_err());
}

#[test]
fn every_field_that_cannot_stand_is_named() {
    let wrong = Paper {
        compliance_type: ComplianceType::Arc,
        issued_on: Some(date("2026-02-02")),
        valid_until: Some(date("2026-01-01")),
        warn_days: 1_000,
        ..paper()
    };
    let Err(Refusal::Invalid(violations)) = wrong.check(date("2026-02-01")) else {
        panic!("it stands")
    };
    let pointers: Vec<_> = violations.iter().map(|v| v.pointer).collect();
    assert_eq!(
        pointers,
        ["issued_on", "valid_until", "warn_days", "subject.type"]
    );
    let doe = Paper {
        compliance_type: ComplianceType::TsaFtspDoe,
        valid_until: Some(date("2031-01-11")),
        ..paper()
    };
    assert!(doe.check(date("2026-02-01")).is_err());
}

#[test]
fn a_deed_is_not_later_than_now() {
    let late = Act::new(act().by, act().at + TimeDelta::minutes(6));
    assert!(new(paper()).verify(late, act().at).is_err());
}

proptest! {
    /// Between two turns nothing changes, and at a turn something does.
    #[test]
    fn it_turns_when_it_says_and_not_before(
        hours in 0..20_000i64,
        fraction in 0.0..1.0f64,
        from in proptest::option::of(0..700i64),
        length in proptest::option::of(0..400i64),
        warn_days in 0..90i32,
        checked: bool,
    ) {
        let day = |days| date("2026-01-10") + TimeDelta::days(days);
        let paper = Paper {
            issued_on: Some(day(0)),
            valid_from: from.map(day),
            valid_until: length.map(|length| day(from.unwrap_or(0) + length)),
            warn_days,
            ..paper()
        };
        let record = if checked { verified(paper) } else { new(paper) };
        let now = moment("2026-01-01T00:30:00Z").now + TimeDelta::hours(hours);
        let at = |now| Moment::at(now, "America/Los_Angeles");
        let shown = record.validity(&at(now));
        match record.turns_at(&at(now)) {
            None => {
                let ever = now + TimeDelta::days(4_000);
                prop_assert_eq!(record.validity(&at(ever)), shown);
            }
            Some(turns) => {
                prop_assert!(turns > now);
                #[expect(clippy::as_conversions, reason = "a share of a time")]
                let between = now + TimeDelta::microseconds(
                    ((turns - now).num_microseconds().unwrap() as f64 * fraction) as i64);
                prop_assert_eq!(record.validity(&at(between)), shown);
            }
        }
    }
}
