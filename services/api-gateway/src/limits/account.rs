//! What of a bucket's tokens the other replicas may not know of yet.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering::SeqCst};

/// Tokens on their way to the other replicas.
///
/// A token moves from `unsent` to `flying` when a message tells of it, and leaves when that message
/// has been heard by everyone who counts. Between the two steps of a move it stands in both, so
/// the sum is never too small.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// Taken less given back, and told to nobody; negative where tokens came back of which the
    /// others have heard.
    unsent: AtomicI64,
    flying: AtomicU32,
    /// Whether it waits to be told of.
    listed: AtomicBool,
}

impl Account {
    /// Notes one token that was taken, unless `most` are under way already.
    pub(super) fn add(&self, most: u32) -> Option<Added> {
        let most = i64::from(most);
        let (mut unsent, mut before) = (0, 0);
        let noted = self.unsent.try_update(SeqCst, SeqCst, |now| {
            unsent = now + 1;
            // Read after `unsent`: what was moved meanwhile is seen twice, and never not at all.
            before = now.max(0) + i64::from(self.flying.load(SeqCst));
            (before < most).then_some(unsent)
        });
        noted.ok()?;
        Some(Added {
            is_urgent: unsent * 2 >= most,
            to_be_listed: self.to_be_listed(),
        })
    }

    /// Notes one token that came back. True where somebody has to put the account on the list.
    #[must_use]
    pub(super) fn take_back(&self) -> bool {
        self.unsent.fetch_sub(1, SeqCst);
        self.to_be_listed()
    }

    /// Moves what was not told yet into a message; zero where there is nothing to tell.
    pub(super) fn tell(&self) -> i32 {
        self.listed.store(false, SeqCst);
        let most = i64::from(i32::MAX);
        let told = self.unsent.load(SeqCst).clamp(-most, most);
        let told = i32::try_from(told).unwrap_or_default();
        self.flying.fetch_add(positive(told), SeqCst);
        self.unsent.fetch_sub(told.into(), SeqCst);
        told
    }

    /// What [`Self::tell`] returned has been heard.
    pub(super) fn heard(&self, told: i32) {
        self.flying.fetch_sub(positive(told), SeqCst);
    }

    /// Tokens that others may not know of.
    pub(super) fn unheard(&self) -> u32 {
        let unsent = self.unsent.load(SeqCst).max(0);
        let unsent = u32::try_from(unsent).unwrap_or(u32::MAX);
        self.flying.load(SeqCst).saturating_add(unsent)
    }

    fn to_be_listed(&self) -> bool {
        !self.listed.load(SeqCst) && !self.listed.swap(true, SeqCst)
    }
}

/// What is to be done after a token was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Added {
    /// Half of what may be under way is reached: it should be told at once.
    pub(super) is_urgent: bool,
    /// Somebody has to put the account on the list.
    pub(super) to_be_listed: bool,
}

/// Tokens given back hold nobody up.
fn positive(told: i32) -> u32 {
    u32::try_from(told).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_under_way_than_allowed_until_it_was_heard() {
        let account = Account::default();
        let added = [account.add(3), account.add(3), account.add(3)].map(Option::unwrap);
        assert_eq!(added.map(|added| added.to_be_listed), [true, false, false]);
        assert_eq!(added.map(|added| added.is_urgent), [false, true, true]);
        assert_eq!(account.add(3), None);
        let told = account.tell();
        assert_eq!((told, account.unheard()), (3, 3));
        assert_eq!(account.add(3), None);
        account.heard(told);
        assert!(account.add(3).unwrap().to_be_listed);
    }

    #[test]
    fn what_came_back_before_it_was_told_is_not_told() {
        let account = Account::default();
        account.add(1).unwrap();
        assert!(!account.take_back());
        assert_eq!((account.tell(), account.unheard()), (0, 0));
    }

    #[test]
    fn what_came_back_later_is_told_and_takes_no_room() {
        let account = Account::default();
        account.add(1).unwrap();
        assert_eq!(account.tell(), 1);
        assert!(account.take_back());
        assert_eq!(account.add(1), None, "the first is not heard of");
        account.heard(1);
        assert_eq!((account.tell(), account.unheard()), (-1, 0));
        account.heard(-1);
        assert!(account.add(1).is_some());
    }
}
