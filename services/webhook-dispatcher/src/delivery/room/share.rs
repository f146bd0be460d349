//! How much an endpoint may have, by how it answers.

/// An endpoint's share of what is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Attempts under way at one time.
    pub limit: usize,
    /// The last answer was quick.
    pub proven: bool,
}

impl Share {
    /// What an endpoint begins with.
    pub(super) const FIRST: Self = Self {
        limit: 1,
        proven: false,
    };

    /// In memory at one time: enough to keep the attempts going while outcomes are recorded, which
    /// takes many times as long as an attempt at an endpoint that answers at once.
    pub(super) fn held(self) -> usize {
        if self.proven {
            self.limit * 32
        } else {
            self.frugal()
        }
    }

    /// The same where many share the room, or an endpoint has yet to show how it answers.
    pub(super) fn frugal(self) -> usize {
        self.limit * 8
    }

    /// What may go on waiting in memory for an endpoint that answers like that. After one slow answer
    /// that is all that it was given before, which would only be fetched again after a quick one.
    pub(in crate::delivery) fn kept(self) -> usize {
        match self {
            Self { proven: true, .. } => usize::MAX,
            Self { limit, .. } if limit > Self::FIRST.limit => limit * 64,
            _ => self.held(),
        }
    }

    pub(super) fn after(self, quick: bool, most: usize) -> Self {
        if quick {
            Self {
                limit: (self.limit + 1).min(most),
                proven: true,
            }
        } else {
            Self {
                limit: (self.limit / 2).max(1),
                proven: false,
            }
        }
    }
}
