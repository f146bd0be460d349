//! A flight as this program shows it.

use chrono::{DateTime, Utc};
use contracts::convert::InvalidMessage;
use contracts::v1;
use domain::flight::{
    Act, Approach, Flight, FlightMinutes, FlightStatus, FlightType, Landings, Rejection,
};
use domain::meter::MeterKind;
use domain::{AircraftId, FlightId, PersonId};
use serde::Serialize;

use crate::text::{Fields, hours, or_dash, time};

#[derive(Debug, Clone, Serialize)]
pub struct FlightView {
    pub id: FlightId,
    pub status: FlightStatus,
    pub version: i64,
    pub flight_type: FlightType,
    pub aircraft_id: AircraftId,
    pub registration: String,
    pub aircraft_type: Option<String>,
    pub pilot_id: PersonId,
    pub instructor_id: Option<PersonId>,
    pub pic_id: PersonId,
    pub departure: String,
    pub arrival: String,
    pub route: Option<String>,
    pub off_block_at: DateTime<Utc>,
    pub takeoff_at: Option<DateTime<Utc>>,
    pub landing_at: Option<DateTime<Utc>>,
    pub on_block_at: DateTime<Utc>,
    /// False where only a day and a duration are known.
    pub times_recorded: bool,
    pub meters: Vec<Meter>,
    pub minutes: FlightMinutes,
    pub landings: Landings,
    pub approaches: Vec<Approach>,
    pub remarks: Option<String>,
    pub submitted: Option<Act>,
    pub approved: Option<Act>,
    pub rejected: Option<Rejection>,
    pub replaces_id: Option<FlightId>,
}

/// What a flight moved a meter by, in hours as a decimal text.
#[derive(Debug, Clone, Serialize)]
pub struct Meter {
    pub kind: MeterKind,
    pub start: Option<String>,
    pub end: Option<String>,
}

impl FlightView {
    pub fn read(flight: v1::Flight) -> Result<Self, InvalidMessage> {
        let Flight {
            id,
            status,
            version,
            entry,
            submitted,
            approved,
            rejected,
            replaces_id,
            ..
        } = flight.try_into()?;
        let meters = entry.meters.iter().map(|span| Meter {
            kind: span.kind,
            start: span.start.map(|meter| meter.to_decimal()),
            end: span.end.map(|meter| meter.to_decimal()),
        });
        Ok(Self {
            id,
            status,
            version,
            meters: meters.collect(),
            flight_type: entry.flight_type,
            aircraft_id: entry.aircraft_id,
            registration: entry.registration,
            aircraft_type: entry.aircraft_type,
            pilot_id: entry.pilot_id,
            instructor_id: entry.instructor_id,
            pic_id: entry.pic_id,
            departure: entry.departure.ident,
            arrival: entry.arrival.ident,
            route: entry.route,
            off_block_at: entry.times.off_block_at,
            takeoff_at: entry.times.takeoff_at,
            landing_at: entry.times.landing_at,
            on_block_at: entry.times.on_block_at,
            times_recorded: entry.times.recorded,
            minutes: entry.minutes,
            landings: entry.landings,
            approaches: entry.approaches,
            remarks: entry.remarks,
            submitted,
            approved,
            rejected,
            replaces_id,
        })
    }

    /// When it was, as far as that is known.
    pub fn when(&self) -> String {
        match self.times_recorded {
            true => time(self.off_block_at),
            false => self.off_block_at.date_naive().to_string(),
        }
    }

    pub fn hours(&self) -> String {
        hours(u64::try_from(self.minutes.block).unwrap_or_default())
    }

    pub fn landings(&self) -> i32 {
        self.landings.day + self.landings.night
    }

    /// Everything, one thing a line.
    pub fn fields(&self) -> Fields {
        let version = format!("{} (version {})", self.status, self.version);
        let aircraft_type = or_dash(self.aircraft_type.as_deref());
        let landings = &self.landings;
        let fields = Fields::default()
            .with("id", self.id)
            .with("status", version)
            .with("type", self.flight_type)
            .with(
                "aircraft",
                format!("{} ({aircraft_type})", self.registration),
            )
            .with("pilot", self.pilot_id)
            .maybe("instructor", self.instructor_id)
            .with("in command", self.pic_id)
            .with("from, to", format!("{} → {}", self.departure, self.arrival))
            .maybe("route", self.route.as_ref())
            .with("off block", self.when())
            .maybe("takeoff", self.takeoff_at.map(time))
            .maybe("landing", self.landing_at.map(time))
            .maybe(
                "on block",
                self.times_recorded.then(|| time(self.on_block_at)),
            )
            .with("hours", self.hours())
            .with(
                "landings",
                format!("{} by day, {} by night", landings.day, landings.night),
            );
        self.with_approval(self.with_figures(fields))
    }

    fn with_figures(&self, mut fields: Fields) -> Fields {
        for Meter { kind, start, end } in &self.meters {
            let (start, end) = (or_dash(start.as_deref()), or_dash(end.as_deref()));
            fields = fields.with(kind.as_str(), format!("{start} → {end}"));
        }
        let parts = self.minutes.components().into_iter();
        for (name, minutes) in parts.filter(|(_, minutes)| *minutes > 0) {
            fields = fields.with(name, minutes);
        }
        for Approach {
            kind,
            runway,
            airport,
            count,
        } in &self.approaches
        {
            let place = [runway, airport]
                .into_iter()
                .flatten()
                .map(|text| format!(" {text}"));
            fields = fields.with(
                "approach",
                format!("{count} × {kind}{}", place.collect::<String>()),
            );
        }
        fields.maybe("remarks", self.remarks.as_ref())
    }

    fn with_approval(&self, fields: Fields) -> Fields {
        let act = |act: Act| format!("{} by {}", time(act.at), act.by);
        let rejected = |r: &Rejection| format!("{} by {}: {}", time(r.at), r.by, r.reason);
        fields
            .maybe("submitted", self.submitted.map(act))
            .maybe("approved", self.approved.map(act))
            .maybe("rejected", self.rejected.as_ref().map(rejected))
            .maybe("replaces", self.replaces_id)
    }
}
