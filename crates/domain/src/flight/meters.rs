//! What approval does to the aircraft's meters, and what an amendment takes back.

use chrono::{DateTime, Utc};

use crate::aircraft::{Aircraft, MeterReading};
use crate::meter::{Meter, MeterKind};

use super::{FlightEntry, PostedMeter};

/// A meter that did not stand where it was expected. Kept and reported: gauges are misread, and
/// the flight was flown all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discrepancy {
    pub kind: MeterKind,
    pub expected: Meter,
    pub found: Meter,
}

/// Meters that move, and those that did not stand where they should.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MeterMoves {
    pub moved: Vec<PostedMeter>,
    pub discrepancies: Vec<Discrepancy>,
}

impl FlightEntry {
    /// What the flight's meters post to the aircraft, and where they did not meet its readings.
    /// A meter only ever rises by a flight: an older flight approved late posts nothing.
    pub(super) fn meter_moves(&self, aircraft: &Aircraft) -> MeterMoves {
        let mut moves = MeterMoves::default();
        for span in &self.meters {
            let current = aircraft.meter(span.kind).map(|m| m.value);
            if let (Some(expected), Some(found)) = (current, span.start)
                && expected != found
            {
                moves.discrepancies.push(Discrepancy {
                    kind: span.kind,
                    expected,
                    found,
                });
            }
            if let Some(to) = span.end
                && current.is_none_or(|now| to > now)
            {
                let from = current.or(span.start).unwrap_or(to);
                moves.moved.push(PostedMeter {
                    kind: span.kind,
                    from,
                    to,
                });
            }
        }
        moves
    }
}

/// Takes back what an approval posted: each meter goes back to where it was, provided that the
/// aircraft still stands where the approval put it. Otherwise something was posted since, and the
/// meter is left alone and reported.
pub(super) fn take_back(posted: &[PostedMeter], aircraft: &Aircraft) -> MeterMoves {
    let mut moves = MeterMoves::default();
    for &PostedMeter { kind, from, to } in posted {
        match aircraft.meter(kind).map(|m| m.value) {
            Some(found) if found != to => {
                moves.discrepancies.push(Discrepancy {
                    kind,
                    expected: to,
                    found,
                });
            }
            _ if from != to => moves.moved.push(PostedMeter {
                kind,
                from: to,
                to: from,
            }),
            _ => (),
        }
    }
    moves
}

impl Aircraft {
    /// The aircraft after its meters have moved; nothing moved leaves it as it is, version and
    /// all.
    #[must_use]
    pub fn with_meters_moved(
        mut self,
        moved: &[PostedMeter],
        read_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        if moved.is_empty() {
            return self;
        }
        for PostedMeter { kind, to, .. } in moved {
            let reading = MeterReading {
                kind: *kind,
                value: *to,
                engine_position: None,
                read_at,
            };
            let known = self
                .meters
                .iter_mut()
                .find(|m| m.kind == *kind && m.engine_position.is_none());
            match known {
                Some(known) => *known = reading,
                None => self.meters.push(reading),
            }
        }
        self.version += 1;
        self.updated_at = now;
        self
    }
}
