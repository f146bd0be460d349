//! Which events an endpoint wants.

use std::fmt;
use std::str::FromStr;

use domain::event::{CatalogEvent, EventType};
use domain::{EndpointId, LocationId};
use uuid::Uuid;

use super::PassedOver;

/// Which events an endpoint wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Interest {
    pub patterns: Vec<Pattern>,
    /// Only events of this location.
    pub location_id: Option<LocationId>,
}

impl Interest {
    /// Whether what is so addressed goes to `endpoint`, whose interest this is.
    pub fn covers(&self, endpoint: EndpointId, address: &Address) -> bool {
        self.judge(endpoint, address).is_ok()
    }

    /// The same, and why it does not.
    pub fn judge(&self, endpoint: EndpointId, address: &Address) -> Result<(), PassedOver> {
        let is_other = address.only.is_some_and(|only| only != endpoint);
        if is_other || address.except == Some(endpoint) {
            return Err(PassedOver::OtherEndpoint);
        }
        if address.only.is_some() {
            return Ok(());
        }
        let mut patterns = self.patterns.iter();
        if !patterns.any(|pattern| pattern.matches(address.event_type)) {
            return Err(PassedOver::Type);
        }
        if self.location_id.is_some() && self.location_id != address.location_id {
            return Err(PassedOver::Location);
        }
        Ok(())
    }
}

/// What decides who hears of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    pub event_type: EventType,
    pub location_id: Option<LocationId>,
    /// A ping goes to the endpoint it names, whatever that one asked for, and to no other.
    pub only: Option<EndpointId>,
    /// What became of an endpoint is for the others to hear.
    pub except: Option<EndpointId>,
}

impl Address {
    /// Of an event of this type about this subject.
    pub fn new(event_type: EventType, subject: Uuid, location_id: Option<LocationId>) -> Self {
        let about = Some(EndpointId(subject));
        let (only, except) = match event_type {
            EventType::WebhookTest => (about, None),
            EventType::EndpointDisabled | EventType::EndpointRecovered => (None, about),
            _ => (None, None),
        };
        Self {
            event_type,
            location_id,
            only,
            except,
        }
    }
}

impl From<&CatalogEvent> for Address {
    fn from(event: &CatalogEvent) -> Self {
        let data = &event.data;
        Self::new(data.event_type(), data.subject().id, event.location_id)
    }
}

/// Some of the catalog's types: one, a family (`flight.*`), or all (`*`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    All,
    /// The part before `.*`.
    Family(String),
    One(EventType),
}

/// A text that matches no type of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an event type, nor a family such as `flight.*`, nor `*`")]
pub struct MatchesNothing(pub String);

impl Pattern {
    pub fn matches(&self, event_type: EventType) -> bool {
        match self {
            Self::All => true,
            Self::One(one) => *one == event_type,
            Self::Family(family) => {
                let rest = event_type.as_str().strip_prefix(family.as_str());
                rest.is_some_and(|rest| rest.starts_with('.'))
            }
        }
    }
}

impl FromStr for Pattern {
    type Err = MatchesNothing;

    fn from_str(text: &str) -> Result<Self, MatchesNothing> {
        let pattern = match text.strip_suffix(".*") {
            _ if text == "*" => Some(Self::All),
            Some(family) => Some(Self::Family(family.to_owned())),
            None => text.parse().ok().map(Self::One),
        };
        pattern
            .filter(|pattern| EventType::ALL.iter().any(|known| pattern.matches(*known)))
            .ok_or_else(|| MatchesNothing(text.to_owned()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::Family(family) => write!(f, "{family}.*"),
            Self::One(one) => one.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(endpoint: u128, event_type: EventType) -> Address {
        Address::new(event_type, Uuid::from_u128(endpoint), None)
    }

    fn ping(endpoint: u128) -> Address {
        about(endpoint, EventType::WebhookTest)
    }

    #[test]
    fn patterns_match_one_a_family_or_all() {
        use EventType::{FlightApproved, FlightRejected, WebhookTest};
        for (pattern, matched, unmatched) in [
            (
                "flight.approved",
                vec![FlightApproved],
                vec![FlightRejected, WebhookTest],
            ),
            (
                "flight.*",
                vec![FlightApproved, FlightRejected],
                vec![WebhookTest],
            ),
            ("*", vec![FlightApproved, WebhookTest], vec![]),
        ] {
            let parsed: Pattern = pattern.parse().unwrap();
            assert_eq!(parsed.to_string(), pattern);
            assert!(matched.iter().all(|t| parsed.matches(*t)), "{pattern}");
            assert!(!unmatched.iter().any(|t| parsed.matches(*t)), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_matches_nothing_is_refused() {
        for text in [
            "",
            ".*",
            "flight",
            "flight.",
            "fli.*",
            "flight.approved.*",
            "Flight.*",
            "**",
            "flight.*.*",
            "a.b",
        ] {
            assert_eq!(
                text.parse::<Pattern>(),
                Err(MatchesNothing(text.to_owned()))
            );
        }
    }

    #[test]
    fn a_ping_goes_to_its_endpoint_only() {
        let all = Interest {
            patterns: vec![Pattern::All],
            location_id: None,
        };
        let approvals = Interest {
            patterns: vec![Pattern::One(EventType::FlightApproved)],
            location_id: Some(Uuid::from_u128(9).into()),
        };
        let (first, second) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        assert!(approvals.covers(first, &ping(1)));
        assert!(!all.covers(second, &ping(1)));
    }

    #[test]
    fn what_became_of_an_endpoint_goes_to_the_others() {
        let all = Interest {
            patterns: vec!["endpoint.*".parse().unwrap()],
            location_id: None,
        };
        let (first, second) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        for event_type in [EventType::EndpointDisabled, EventType::EndpointRecovered] {
            assert!(!all.covers(first, &about(1, event_type)));
            assert!(all.covers(second, &about(1, event_type)));
        }
    }
}
