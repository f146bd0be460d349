//! What is answered to anybody.

use super::Api;

/// An operation that asks for no key, reads nothing and tells nothing of any school. It takes `GET`
/// and `HEAD`, and its answer has no envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Open {
    /// Whether the API can be reached.
    Health,
}

impl Open {
    pub const fn api(self) -> Api {
        match self {
            Self::Health => Api::TrueFlight,
        }
    }

    /// Below the base path of its API.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Health => "/health",
        }
    }

    /// The whole path: `/api/external/v1/health`.
    pub fn template(self) -> String {
        format!("{}{}", self.api().base_path(), self.path())
    }

    /// One line for the documentation.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Health => "Whether the API can be reached",
        }
    }
}
