//! What a recovery looks for.

use chrono::{DateTime, Utc};
use domain::event::EventType;
use domain::{EndpointId, EventId, LocationId};

use crate::endpoint::{Address, Interest, Pattern};

/// Which events are owed again.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    pub since: DateTime<Utc>,
    /// When it was asked for: what happens later is not looked at.
    pub until: DateTime<Utc>,
    /// None: all types.
    pub patterns: Vec<Pattern>,
    /// Also what the endpoint was never owed.
    pub missed: bool,
}

/// How an event and an endpoint stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is no delivery.
    Never,
    /// One is still to be sent.
    Owed,
    /// One succeeded.
    Arrived,
    /// All have failed.
    Failed,
}

/// An event that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub event_id: String,
    /// None: this version does not know it.
    pub event_type: Option<EventType>,
    pub location_id: Option<LocationId>,
    pub standing: Standing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is owed again.
    Owe,
    /// It is owed already.
    StillOwed,
    Leave,
}

impl Search {
    /// The bound before the first event, of those since `whole_since`: all are above it.
    pub fn begin(&self, whole_since: DateTime<Utc>) -> String {
        let since = self.since.max(whole_since);
        EventId::from_parts(unix_ms(since), 0).to_string()
    }

    /// The bound behind the last event: all are below it.
    pub fn end(&self) -> String {
        EventId::from_parts(unix_ms(self.until) + 1, 0).to_string()
    }

    /// Like a replay, a recovery asks what `endpoint` wants now (ADR 8).
    pub fn verdict(
        &self,
        endpoint: EndpointId,
        interest: &Interest,
        candidate: &Candidate,
    ) -> Verdict {
        let Some(event_type) = candidate.event_type else {
            return Verdict::Leave;
        };
        let never = candidate.standing == Standing::Never;
        // Who is told of an endpoint's own affairs was settled when it happened.
        if never && is_notice(event_type) {
            return Verdict::Leave;
        }
        let asked = self.patterns.is_empty()
            || self
                .patterns
                .iter()
                .any(|pattern| pattern.matches(event_type));
        let address = Address {
            event_type,
            location_id: candidate.location_id,
            // Whoever was owed a ping is the one it is for.
            only: (event_type == EventType::WebhookTest).then_some(endpoint),
            except: None,
        };
        if !asked || !interest.covers(endpoint, &address) {
            return Verdict::Leave;
        }
        match candidate.standing {
            Standing::Never if self.missed => Verdict::Owe,
            Standing::Failed => Verdict::Owe,
            Standing::Owed => Verdict::StillOwed,
            Standing::Never | Standing::Arrived => Verdict::Leave,
        }
    }
}

/// Tells of webhooks themselves.
fn is_notice(event_type: EventType) -> bool {
    let name = event_type.as_str();
    name.starts_with("webhook.") || name.starts_with("endpoint.")
}

fn unix_ms(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_millis()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const STANDINGS: [Standing; 4] = [
        Standing::Never,
        Standing::Owed,
        Standing::Arrived,
        Standing::Failed,
    ];

    fn search(patterns: &[&str], missed: bool) -> Search {
        let at = |text: &str| text.parse().unwrap();
        Search {
            since: at("2026-05-28T12:00:00.0005Z"),
            until: at("2026-05-28T13:00:00.0005Z"),
            patterns: patterns.iter().map(|text| text.parse().unwrap()).collect(),
            missed,
        }
    }

    fn interest(pattern: &str, location: Option<u128>) -> Interest {
        Interest {
            patterns: vec![pattern.parse().unwrap()],
            location_id: location.map(|id| Uuid::from_u128(id).into()),
        }
    }

    fn verdicts(search: &Search, interest: &Interest, event_type: EventType) -> [Verdict; 4] {
        STANDINGS.map(|standing| {
            let candidate = Candidate {
                event_id: String::new(),
                event_type: Some(event_type),
                location_id: Some(Uuid::from_u128(1).into()),
                standing,
            };
            search.verdict(Uuid::from_u128(9).into(), interest, &candidate)
        })
    }

    #[test]
    fn what_failed_is_owed_again_and_what_was_missed_on_request() {
        use EventType::FlightApproved;
        use Verdict::{Leave, Owe, StillOwed};
        let all = interest("*", None);
        let failed = verdicts(&search(&[], false), &all, FlightApproved);
        assert_eq!(failed, [Leave, StillOwed, Leave, Owe]);
        let missed = verdicts(&search(&[], true), &all, FlightApproved);
        assert_eq!(missed, [Owe, StillOwed, Leave, Owe]);
    }

    #[test]
    fn only_what_is_asked_for_and_wanted_now() {
        let nothing = [Verdict::Leave; 4];
        let (approved, rejected) = (EventType::FlightApproved, EventType::FlightRejected);
        let asked = search(&["flight.approved"], true);
        assert_eq!(verdicts(&asked, &interest("*", None), rejected), nothing);
        assert_ne!(verdicts(&asked, &interest("*", None), approved), nothing);
        let all = search(&[], true);
        for unwanted in [interest("maintenance.*", None), interest("*", Some(2))] {
            assert_eq!(verdicts(&all, &unwanted, approved), nothing);
        }
        assert_ne!(verdicts(&all, &interest("*", Some(1)), approved), nothing);
    }

    #[test]
    fn a_ping_is_repeated_for_its_own_endpoint_only() {
        use Verdict::{Leave, Owe, StillOwed};
        let found = verdicts(
            &search(&[], true),
            &interest("flight.*", None),
            EventType::WebhookTest,
        );
        assert_eq!(found, [Leave, StillOwed, Leave, Owe]);
    }

    #[test]
    fn the_bounds_hold_every_event_of_their_milliseconds() {
        let (search, random) = (search(&[], false), (1_u128 << 80) - 1);
        let event = |ms: u64, random| EventId::from_parts(ms, random).to_string();
        let (since, until) = (unix_ms(search.since), unix_ms(search.until));
        let begin = |whole_since| search.begin(whole_since);
        let all = begin(DateTime::UNIX_EPOCH);
        assert!(all < event(since, 1) && all > event(since - 1, random));
        assert_eq!(begin(search.since), all);
        assert!(
            begin(search.until) > event(since, random) && begin(search.until) < event(until, 1)
        );
        assert!(search.end() > event(until, random) && search.end() < event(until + 1, 1));
    }
}
