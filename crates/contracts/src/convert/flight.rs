use domain::airport::Airport;
use domain::flight::{
    Act, Approach, Flight, FlightEntry, FlightMinutes, FlightTimes, Fuel, Landings, PostedMeter,
    Rejection,
};
use domain::meter::{Meter, MeterSpan};

use super::{
    InvalidMessage, Read, instant, instant_optional, parse, parse_optional, required, text,
    timestamp,
};
use crate::v1;

impl From<&Flight> for v1::Flight {
    fn from(f: &Flight) -> Self {
        Self {
            id: f.id.to_string(),
            organization_id: f.organization_id.to_string(),
            location_id: text(f.location_id),
            version: f.version,
            status: f.status.to_string(),
            entry: Some((&f.entry).into()),
            submitted: f.submitted.map(act_out),
            approved: f.approved.map(act_out),
            rejected: f.rejected.as_ref().map(|r| v1::Rejection {
                by: r.by.to_string(),
                at: Some(timestamp(r.at)),
                reason: r.reason.clone(),
            }),
            replaces_id: text(f.replaces_id),
            external_reference: f.external_reference.clone(),
            created_at: Some(timestamp(f.created_at)),
            updated_at: Some(timestamp(f.updated_at)),
        }
    }
}

impl TryFrom<v1::Flight> for Flight {
    type Error = InvalidMessage;

    fn try_from(f: v1::Flight) -> Read<Self> {
        Ok(Self {
            id: parse("id", &f.id)?,
            organization_id: parse("organization_id", &f.organization_id)?,
            location_id: parse_optional("location_id", f.location_id.as_deref())?,
            version: f.version,
            status: parse("status", &f.status)?,
            entry: required("entry", f.entry)?.try_into()?,
            submitted: f.submitted.map(act_in).transpose()?,
            approved: f.approved.map(act_in).transpose()?,
            rejected: f.rejected.map(rejection_in).transpose()?,
            replaces_id: parse_optional("replaces_id", f.replaces_id.as_deref())?,
            external_reference: f.external_reference,
            created_at: instant("created_at", f.created_at)?,
            updated_at: instant("updated_at", f.updated_at)?,
        })
    }
}

fn act_out(a: Act) -> v1::Act {
    v1::Act {
        by: a.by.to_string(),
        at: Some(timestamp(a.at)),
    }
}

fn act_in(a: v1::Act) -> Read<Act> {
    Ok(Act {
        by: parse("by", &a.by)?,
        at: instant("at", a.at)?,
    })
}

fn rejection_in(r: v1::Rejection) -> Read<Rejection> {
    Ok(Rejection {
        by: parse("rejected.by", &r.by)?,
        at: instant("rejected.at", r.at)?,
        reason: r.reason,
    })
}

impl From<&FlightEntry> for v1::FlightEntry {
    fn from(e: &FlightEntry) -> Self {
        Self {
            flight_type: e.flight_type.to_string(),
            flight_rules: text(e.flight_rules),
            aircraft_id: e.aircraft_id.to_string(),
            registration: e.registration.clone(),
            aircraft_type: e.aircraft_type.clone(),
            pilot_id: e.pilot_id.to_string(),
            instructor_id: text(e.instructor_id),
            pic_id: e.pic_id.to_string(),
            departure: Some(airport_out(&e.departure)),
            arrival: Some(airport_out(&e.arrival)),
            route: e.route.clone(),
            off_block_at: Some(timestamp(e.times.off_block_at)),
            takeoff_at: e.times.takeoff_at.map(timestamp),
            landing_at: e.times.landing_at.map(timestamp),
            on_block_at: Some(timestamp(e.times.on_block_at)),
            times_recorded: e.times.recorded,
            meters: e.meters.iter().copied().map(span_out).collect(),
            minutes: Some(minutes_out(&e.minutes)),
            landings: Some(landings_out(&e.landings)),
            approaches: e.approaches.iter().map(approach_out).collect(),
            holds: e.holds,
            fuel_added: e.fuel_added.map(|f| v1::Fuel {
                quantity_hundredths: f.quantity_hundredths,
                unit: f.unit.to_string(),
            }),
            oil_added_hundredths: e.oil_added_hundredths,
            persons_on_board: e.persons_on_board,
            remarks: e.remarks.clone(),
        }
    }
}

impl TryFrom<v1::FlightEntry> for FlightEntry {
    type Error = InvalidMessage;

    fn try_from(e: v1::FlightEntry) -> Read<Self> {
        Ok(Self {
            flight_type: parse("flight_type", &e.flight_type)?,
            flight_rules: parse_optional("flight_rules", e.flight_rules.as_deref())?,
            aircraft_id: parse("aircraft_id", &e.aircraft_id)?,
            registration: e.registration,
            aircraft_type: e.aircraft_type,
            pilot_id: parse("pilot_id", &e.pilot_id)?,
            instructor_id: parse_optional("instructor_id", e.instructor_id.as_deref())?,
            pic_id: parse("pic_id", &e.pic_id)?,
            departure: airport_in(required("departure", e.departure)?),
            arrival: airport_in(required("arrival", e.arrival)?),
            route: e.route,
            times: FlightTimes {
                off_block_at: instant("off_block_at", e.off_block_at)?,
                takeoff_at: instant_optional("takeoff_at", e.takeoff_at)?,
                landing_at: instant_optional("landing_at", e.landing_at)?,
                on_block_at: instant("on_block_at", e.on_block_at)?,
                recorded: e.times_recorded,
            },
            meters: e.meters.into_iter().map(span_in).collect::<Read<_>>()?,
            minutes: minutes_in(&required("minutes", e.minutes)?),
            landings: landings_in(&required("landings", e.landings)?),
            approaches: e.approaches.into_iter().map(approach_in).collect(),
            holds: e.holds,
            fuel_added: e
                .fuel_added
                .map(|f| {
                    Ok(Fuel {
                        quantity_hundredths: f.quantity_hundredths,
                        unit: parse("fuel_added.unit", &f.unit)?,
                    })
                })
                .transpose()?,
            oil_added_hundredths: e.oil_added_hundredths,
            persons_on_board: e.persons_on_board,
            remarks: e.remarks,
        })
    }
}

fn airport_out(a: &Airport) -> v1::Airport {
    v1::Airport {
        ident: a.ident.clone(),
        icao_code: a.icao_code.clone(),
        local_code: a.local_code.clone(),
    }
}

fn airport_in(a: v1::Airport) -> Airport {
    Airport {
        ident: a.ident,
        icao_code: a.icao_code,
        local_code: a.local_code,
    }
}

fn span_out(m: MeterSpan) -> v1::MeterSpan {
    v1::MeterSpan {
        kind: m.kind.to_string(),
        start_hundredths: m.start.map(|v| v.0),
        end_hundredths: m.end.map(|v| v.0),
    }
}

fn span_in(m: v1::MeterSpan) -> Read<MeterSpan> {
    Ok(MeterSpan {
        kind: parse("meters.kind", &m.kind)?,
        start: m.start_hundredths.map(Meter),
        end: m.end_hundredths.map(Meter),
    })
}

fn minutes_out(m: &FlightMinutes) -> v1::FlightMinutes {
    let FlightMinutes {
        block,
        airborne,
        pic,
        sic,
        picus,
        dual_received,
        dual_given,
        solo,
        night,
        actual_instrument,
        simulated_instrument,
        ifr,
        cross_country,
        multi_pilot,
        simulator,
    } = *m;
    v1::FlightMinutes {
        block,
        airborne,
        pic,
        sic,
        picus,
        dual_received,
        dual_given,
        solo,
        night,
        actual_instrument,
        simulated_instrument,
        ifr,
        cross_country,
        multi_pilot,
        simulator,
    }
}

fn minutes_in(m: &v1::FlightMinutes) -> FlightMinutes {
    let v1::FlightMinutes {
        block,
        airborne,
        pic,
        sic,
        picus,
        dual_received,
        dual_given,
        solo,
        night,
        actual_instrument,
        simulated_instrument,
        ifr,
        cross_country,
        multi_pilot,
        simulator,
    } = *m;
    FlightMinutes {
        block,
        airborne,
        pic,
        sic,
        picus,
        dual_received,
        dual_given,
        solo,
        night,
        actual_instrument,
        simulated_instrument,
        ifr,
        cross_country,
        multi_pilot,
        simulator,
    }
}

fn landings_out(l: &Landings) -> v1::Landings {
    let Landings {
        day,
        night,
        touch_and_goes,
        takeoffs_day,
        takeoffs_night,
    } = *l;
    v1::Landings {
        day,
        night,
        touch_and_goes,
        takeoffs_day,
        takeoffs_night,
    }
}

fn landings_in(l: &v1::Landings) -> Landings {
    let v1::Landings {
        day,
        night,
        touch_and_goes,
        takeoffs_day,
        takeoffs_night,
    } = *l;
    Landings {
        day,
        night,
        touch_and_goes,
        takeoffs_day,
        takeoffs_night,
    }
}

fn approach_out(a: &Approach) -> v1::Approach {
    v1::Approach {
        kind: a.kind.clone(),
        runway: a.runway.clone(),
        airport: a.airport.clone(),
        count: a.count,
    }
}

fn approach_in(a: v1::Approach) -> Approach {
    Approach {
        kind: a.kind,
        runway: a.runway,
        airport: a.airport,
        count: a.count,
    }
}

impl From<PostedMeter> for v1::PostedMeter {
    fn from(p: PostedMeter) -> Self {
        Self {
            kind: p.kind.to_string(),
            from_hundredths: p.from.0,
            to_hundredths: p.to.0,
        }
    }
}

impl TryFrom<v1::PostedMeter> for PostedMeter {
    type Error = InvalidMessage;

    fn try_from(p: v1::PostedMeter) -> Read<Self> {
        Ok(Self {
            kind: parse("posted.kind", &p.kind)?,
            from: Meter(p.from_hundredths),
            to: Meter(p.to_hundredths),
        })
    }
}
