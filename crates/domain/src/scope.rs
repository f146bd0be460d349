//! What a key may do: one scope a resource on the GA Flight surface, `read` and `write` on
//! TrueFlight.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::Serialize;

use crate::api_key::Surface;
use crate::vocabulary::{UnknownTerm, vocabulary};

vocabulary! {
    /// Scopes exactly as the GA Flight document gives them, and after them those of additions.
    Scope, "scope" {
        Pilots => "public.pilots:read",
        Flights => "public.flights:read",
        Fleet => "public.fleet:read",
        Compliance => "public.compliance:read",
        Training => "public.training:read",
        Signoffs => "public.signoffs:read",
        Finance => "public.finance:read",
        Invoices => "public.invoices:read",
        Maintenance => "public.maintenance:read",
        Vtr => "public.vtr:read",
        Planning => "public.planning:read",
        Events => "public.events:read",
        EventsReplay => "public.events:replay",
    }
}

vocabulary! {
    /// Scopes as the TrueFlight document gives them.
    Access, "scope" { Read => "read", Write => "write" }
}

impl Access {
    /// Whether whoever was granted this may also do what needs `needed`: whoever may write may read.
    pub const fn implies(self, needed: Self) -> bool {
        matches!(
            (self, needed),
            (Self::Read, Self::Read) | (Self::Write, Self::Read | Self::Write)
        )
    }
}

/// The scopes of one key, each once and in the order of the contract. There is at least one, and
/// all are of the key's surface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grants {
    GaFlight(BTreeSet<Scope>),
    TrueFlight(BTreeSet<Access>),
}

/// Scopes that make no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGrants {
    #[error("a key has at least one scope")]
    Empty,
    #[error(transparent)]
    Unknown(#[from] UnknownTerm),
}

impl Grants {
    /// Reads the scopes of a key of `surface`. A scope given twice counts once.
    pub fn parse<T: AsRef<str>>(surface: Surface, terms: &[T]) -> Result<Self, InvalidGrants> {
        Ok(match surface {
            Surface::GaFlight => Self::GaFlight(read(terms)?),
            Surface::TrueFlight | Surface::TrueFlightTest => Self::TrueFlight(read(terms)?),
        })
    }

    /// Every scope there is on `surface`.
    pub fn all(surface: Surface) -> Self {
        match surface {
            Surface::GaFlight => Self::GaFlight(Scope::ALL.iter().copied().collect()),
            Surface::TrueFlight | Surface::TrueFlightTest => {
                Self::TrueFlight(Access::ALL.iter().copied().collect())
            }
        }
    }

    /// The scopes as they are published.
    pub fn terms(&self) -> Vec<&'static str> {
        match self {
            Self::GaFlight(scopes) => scopes.iter().map(|s| s.as_str()).collect(),
            Self::TrueFlight(scopes) => scopes.iter().map(|s| s.as_str()).collect(),
        }
    }
}

impl Serialize for Grants {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self.terms())
    }
}

fn read<S: FromStr<Err = UnknownTerm> + Ord, T: AsRef<str>>(
    terms: &[T],
) -> Result<BTreeSet<S>, InvalidGrants> {
    let scopes = terms
        .iter()
        .map(|t| t.as_ref().parse())
        .collect::<Result<BTreeSet<S>, _>>()?;
    if scopes.is_empty() {
        Err(InvalidGrants::Empty)
    } else {
        Ok(scopes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_those_of_the_surface() {
        let grants = Grants::parse(
            Surface::GaFlight,
            &[
                "public.events:read",
                "public.pilots:read",
                "public.events:read",
            ],
        );
        assert_eq!(
            grants.unwrap().terms(),
            ["public.pilots:read", "public.events:read"]
        );
        assert!(matches!(
            Grants::parse(Surface::GaFlight, &["write"]),
            Err(InvalidGrants::Unknown(_))
        ));
        assert!(matches!(
            Grants::parse(Surface::TrueFlight, &["public.pilots:read"]),
            Err(InvalidGrants::Unknown(_))
        ));
        assert_eq!(
            Grants::parse(Surface::TrueFlightTest, &["read"])
                .unwrap()
                .terms(),
            ["read"]
        );
    }

    #[test]
    fn whoever_may_write_may_read() {
        for access in Access::ALL {
            assert!(access.implies(*access));
        }
        assert!(Access::Write.implies(Access::Read));
        assert!(!Access::Read.implies(Access::Write));
    }

    #[test]
    fn a_key_without_scopes_is_no_key() {
        for surface in Surface::ALL {
            assert_eq!(
                Grants::parse::<&str>(*surface, &[]),
                Err(InvalidGrants::Empty)
            );
        }
    }

    #[test]
    fn all_scopes_of_a_surface_read_back() {
        for surface in Surface::ALL {
            let all = Grants::all(*surface);
            assert_eq!(Grants::parse(*surface, &all.terms()), Ok(all));
        }
    }
}
