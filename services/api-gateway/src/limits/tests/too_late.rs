//! A request that comes too late for the last token.

use std::pin::pin;

use domain::api_key::RateLimit;
use futures::FutureExt;
use uuid::Uuid;

use super::super::pace::Pace;
use super::super::{Limits, Purse, Subject};

/// What the others are told now.
fn told(limits: &Limits) -> Vec<i32> {
    let changed = limits.changed().into_iter();
    changed.map(|entry| entry.account.tell()).collect()
}

#[test]
fn a_token_that_was_told_of_before_it_was_gone_is_told_to_be_back() {
    let subject = Subject::Key(Uuid::from_u128(1).into());
    let limit = RateLimit::new(10, 60).unwrap();
    let limits = Limits::new(10);
    limits.set_replicas(1);
    let purses = [limits.purse((subject, limit))];
    let [Purse(entry)] = &purses;
    // The request puts its token into the account, which is told before the bucket is asked.
    assert!(entry.account.add(1).unwrap().to_be_listed);
    limits.list(entry);
    assert_eq!(told(&limits), [1]);
    limits.spent_elsewhere(0, subject, limit, 10);
    let mut room = pin!(entry.room.notified());
    room.as_mut().enable();
    assert!(limits.take_noted(0, entry).is_err());
    assert!(
        room.now_or_never().is_some(),
        "whoever waits may look again"
    );
    entry.account.heard(1);
    assert_eq!(told(&limits), [-1]);
    // And the next one is told of as ever.
    let later = 2 * Pace::from(limit).window;
    assert!(limits.try_take(later, &purses).is_ok());
    assert_eq!(told(&limits), [1]);
}
