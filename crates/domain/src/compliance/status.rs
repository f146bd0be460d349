//! What a record comes to on a day.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{ComplianceRecord, ComplianceStatus, Standing};
use crate::Moment;

/// How a record stands at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    pub status: ComplianceStatus,
    /// Days until the last one, which has 0 left, and so has every day after it. None: it does not
    /// expire.
    pub days_remaining: Option<i64>,
}

impl ComplianceRecord {
    /// How it stands on a day. What nobody has looked at is pending, and so is what begins to be
    /// valid on a later day; what has nothing to look at is missing.
    pub fn status_on(&self, today: NaiveDate) -> ComplianceStatus {
        let paper = &self.paper;
        let began = paper.valid_from.is_none_or(|from| from <= today);
        match self.standing {
            Standing::Suspended => ComplianceStatus::Suspended,
            Standing::Revoked => ComplianceStatus::Revoked,
            Standing::PendingReview if paper.is_missing() => ComplianceStatus::Missing,
            Standing::PendingReview => ComplianceStatus::PendingReview,
            Standing::Verified if !began => ComplianceStatus::PendingReview,
            Standing::Verified => match paper.valid_until {
                Some(until) if until < today => ComplianceStatus::Expired,
                Some(until) if self.warns_from(until) <= today => ComplianceStatus::Expiring,
                _ => ComplianceStatus::Valid,
            },
        }
    }

    pub fn days_remaining_on(&self, today: NaiveDate) -> Option<i64> {
        let until = self.paper.valid_until?;
        Some((until - today).num_days().max(0))
    }

    pub fn validity(&self, moment: &Moment) -> Validity {
        let today = moment.today();
        Validity {
            status: self.status_on(today),
            days_remaining: self.days_remaining_on(today),
        }
    }

    /// When [`Self::validity`] next changes by itself; none when only a change of the record can.
    pub fn turns_at(&self, moment: &Moment) -> Option<DateTime<Utc>> {
        let today = moment.today();
        if self.paper.valid_until.is_some_and(|until| today <= until) {
            return moment.next_midnight();
        }
        let begins = self.paper.valid_from.filter(|from| today < *from);
        begins.map(|from| moment.start_of(from))
    }

    fn warns_from(&self, until: NaiveDate) -> NaiveDate {
        let days = u64::try_from(self.paper.warn_days).unwrap_or_default();
        until.checked_sub_days(Days::new(days)).unwrap_or(until)
    }
}
