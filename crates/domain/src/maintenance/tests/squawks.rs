use super::*;
use crate::Refusal;
use crate::maintenance::Counters;
use crate::maintenance::squawk::{Deferral, Resolution, SquawkAction};
use crate::maintenance::work_order::MeterAt;

fn deferral() -> Deferral {
    Deferral {
        until_date: None,
        until_meter: Some(MeterAt {
            kind: MeterKind::Tach,
            value: Meter(198_500),
        }),
        reference: Some("MEL 33-1".into()),
        limitations: None,
        approved_by: "Robin Wright".into(),
    }
}

fn resolution(number: Option<&str>) -> Resolution {
    Resolution {
        notes: None,
        resolved_by: "Robin Wright".into(),
        certificate_number: number.map(Into::into),
        at: at("2026-05-28T15:00:00Z"),
    }
}

fn pointers(refused: Result<Squawk, Refusal>) -> Vec<&'static str> {
    match refused {
        Err(Refusal::Invalid(found)) => found.iter().map(|v| v.pointer).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_action_has_its_own_beginning() {
    use SquawkStatus as S;
    let actions = [
        (SquawkAction::Review, vec![S::Reported]),
        (SquawkAction::Accept, vec![S::InReview]),
        (SquawkAction::Reject, vec![S::InReview]),
        (SquawkAction::Defer(deferral()), vec![S::Open]),
        (SquawkAction::EndDeferral, vec![S::Deferred]),
        (SquawkAction::Start, vec![S::Open, S::Deferred]),
        (SquawkAction::GiveUp, vec![S::InWork]),
        (
            SquawkAction::Resolve(resolution(Some("3141592"))),
            vec![S::InWork],
        ),
        (SquawkAction::Close, vec![S::Resolved]),
        (
            SquawkAction::Reopen,
            vec![S::Rejected, S::Resolved, S::Closed],
        ),
    ];
    for (action, allowed) in actions {
        for status in SquawkStatus::ALL {
            let squawk = Squawk {
                status: *status,
                ..squawk(true)
            };
            let after = squawk.act(action.clone());
            assert_eq!(
                after.is_ok(),
                allowed.contains(status),
                "{action:?} from {status}"
            );
        }
    }
}

#[test]
fn what_grounds_is_resolved_by_somebody_with_a_certificate() {
    let in_work = |grounds| Squawk {
        status: SquawkStatus::InWork,
        ..squawk(grounds)
    };
    let resolve = |number| SquawkAction::Resolve(resolution(number));
    assert_eq!(
        pointers(in_work(true).act(resolve(None))),
        ["certificate_number"]
    );
    assert_eq!(
        pointers(in_work(true).act(resolve(Some(" ")))),
        ["certificate_number"]
    );
    assert!(in_work(false).act(resolve(None)).is_ok());
    let mut nameless = resolution(Some("3141592"));
    nameless.resolved_by = String::new();
    assert_eq!(
        pointers(in_work(false).act(SquawkAction::Resolve(nameless))),
        ["resolved_by"]
    );
}

#[test]
fn a_deferral_ends_and_somebody_answers_for_it() {
    let open = Squawk {
        status: SquawkStatus::Open,
        ..squawk(true)
    };
    let endless = Deferral {
        until_meter: None,
        approved_by: String::new(),
        ..deferral()
    };
    let refused = open.act(SquawkAction::Defer(endless));
    assert_eq!(pointers(refused), ["until_date", "approved_by"]);
}

#[test]
fn a_deferral_runs_out_at_its_meter() {
    let deferred = Squawk {
        status: SquawkStatus::Deferred,
        deferral: Some(deferral()),
        ..squawk(true)
    };
    let mut aircraft = aircraft();
    assert!(!deferred.grounds(Counters::from(&aircraft), today()));
    aircraft.meters[0].value = Meter(198_500);
    assert!(deferred.grounds(Counters::from(&aircraft), today()));
}

#[test]
fn what_is_reopened_begins_anew() {
    let closed = Squawk {
        status: SquawkStatus::Closed,
        resolution: Some(resolution(Some("3141592"))),
        work_order_id: Some(WorkOrderId(Uuid::from_u128(30))),
        ..squawk(true)
    };
    let open = closed.act(SquawkAction::Reopen).unwrap();
    assert_eq!(open.status, SquawkStatus::Open);
    assert_eq!((open.resolution, open.work_order_id), (None, None));
}
