//! What a route asks of a key.

use domain::scope::{Access, Scope};

use super::Api;

/// The scope that a key must have, as its API names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequiredScope {
    GaFlight(Scope),
    TrueFlight(Access),
}

impl RequiredScope {
    pub const fn api(self) -> Api {
        match self {
            Self::GaFlight(_) => Api::GaFlight,
            Self::TrueFlight(_) => Api::TrueFlight,
        }
    }

    /// The scope as it is published.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GaFlight(scope) => scope.as_str(),
            Self::TrueFlight(access) => access.as_str(),
        }
    }

    /// Whether one of these scopes of a key of the API is enough. Scopes that this version does
    /// not know are enough for nothing.
    pub fn is_given_by<T: AsRef<str>>(self, scopes: &[T]) -> bool {
        let mut scopes = scopes.iter().map(AsRef::as_ref);
        match self {
            Self::GaFlight(needed) => scopes.any(|own| own == needed.as_str()),
            Self::TrueFlight(needed) => scopes
                .filter_map(|own| own.parse::<Access>().ok())
                .any(|own| own.implies(needed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_enough_for_itself_and_for_what_it_implies() {
        let flights = RequiredScope::GaFlight(Scope::Flights);
        assert!(flights.is_given_by(&["public.fleet:read", "public.flights:read"]));
        assert!(!flights.is_given_by(&["public.fleet:read", "read", "write"]));
        let (read, write) = (
            RequiredScope::TrueFlight(Access::Read),
            RequiredScope::TrueFlight(Access::Write),
        );
        assert!(read.is_given_by(&["read"]) && read.is_given_by(&["write"]));
        assert!(!write.is_given_by(&["read", "public.flights:read", "admin"]));
        assert!(write.is_given_by(&["write"]));
        assert!(!read.is_given_by::<&str>(&[]));
    }
}
