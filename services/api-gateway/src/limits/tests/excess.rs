//! By how much a limit was exceeded, exactly.

use domain::api_key::RateLimit;

use super::super::bucket::Nanos;

/// What was let in, as it is let in. The numbers are exact: tokens times the nanoseconds of the
/// limit.
pub(super) struct Excess {
    limit: RateLimit,
    last: Nanos,
    /// Of all spans that end now, the greatest "let in less come back".
    above: i128,
    greatest: i128,
}

impl Excess {
    pub(super) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            last: 0,
            above: 0,
            greatest: 0,
        }
    }

    pub(super) fn let_in(&mut self, now: Nanos) {
        self.add(now, self.token());
    }

    pub(super) fn given_back(&mut self, now: Nanos) {
        self.add(now, -self.token());
    }

    /// In some span of time, so many more tokens than `requests + elapsed / interval` were let in,
    /// rounded up, and no span had more. At most zero where none had more than that.
    pub(super) fn tokens(&self) -> i128 {
        let full = i128::from(self.limit.requests()) * self.token();
        -(full - self.greatest).div_euclid(self.token())
    }

    /// Nanoseconds in which all requests come back: in this unit a token is so many, and a
    /// nanosecond brings one for each request.
    fn token(&self) -> i128 {
        i128::from(self.limit.seconds()) * 1_000_000_000
    }

    fn add(&mut self, now: Nanos, tokens: i128) {
        let came_back = i128::from(now - self.last) * i128::from(self.limit.requests());
        self.last = now;
        self.above = (self.above - came_back).max(0) + tokens;
        self.above = self.above.max(0);
        self.greatest = self.greatest.max(self.above);
    }
}
