use chrono::{DateTime, Utc};
use domain::DueItemId;
use domain::aircraft::{Aircraft, AircraftStatus};
use domain::maintenance::{DueItem, DueStatus, NextDue, Summary, summary};
use domain::moment::Moment;
use public_api::documents::{MaintenanceDueDetail, MaintenanceDueDocument};
use public_api::routes::View;

use super::{Derived, Facet, Projected, Related, keys};
use crate::record::{Record, kind};

/// `maintenance/due`: a document for each aircraft that the school has, the worst first, then by
/// registration. It is derived from the aircraft, whose meters count the hours, and its due items,
/// and turns with each day of the school.
pub struct MaintenanceDue;

impl Derived for MaintenanceDue {
    fn view(&self) -> View {
        View::MaintenanceDue
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[kind::AIRCRAFT, kind::DUE_ITEM]
    }

    /// Aircraft have their tombstones in `fleet`; here they vanish.
    fn root(&self) -> Option<&'static str> {
        None
    }

    fn turns(&self) -> bool {
        true
    }

    fn affected(&self, record: &Record, _: &Related) -> Vec<String> {
        match record {
            Record::Aircraft(aircraft) => vec![aircraft.id.to_string()],
            Record::DueItem(item) => vec![item.aircraft_id.to_string()],
            _ => Vec::new(),
        }
    }

    fn project(
        &self,
        id: &str,
        related: &Related,
        moment: &Moment,
    ) -> serde_json::Result<Option<Projected>> {
        // Asked for together, so that they are fetched together.
        let (aircraft, items) = (related.one::<Aircraft>(id), related.all::<DueItem>(id));
        let Some(aircraft) = aircraft.filter(|a| a.status != AircraftStatus::Sold) else {
            return Ok(None);
        };
        due(aircraft, &items, moment).map(Some)
    }
}

fn due(aircraft: &Aircraft, items: &[&DueItem], moment: &Moment) -> serde_json::Result<Projected> {
    let today = moment.today();
    let figures = summary(items.iter().copied(), aircraft.into(), today);
    let updated_at = updated_at(aircraft, items, moment);
    let as_of = moment.start_of(today).max(updated_at);
    let detail = MaintenanceDueDetail {
        summary: MaintenanceDueDocument::new(aircraft, &figures, as_of, updated_at),
        items: standing(aircraft, items, moment)
            .into_iter()
            .map(Into::into)
            .collect(),
    };
    let rank = rank(figures.worst_status);
    Ok(Projected {
        organization_id: aircraft.organization_id,
        view: View::MaintenanceDue,
        id: aircraft.id.to_string(),
        version: aircraft.version,
        sort_key: keys::text(&[rank, &aircraft.registration]),
        location_id: aircraft.location_id,
        facets: facets(aircraft, &figures).into_iter().collect(),
        body: serde_json::to_vec(&detail.summary)?,
        detail: Some(serde_json::to_vec(&detail)?),
        turns_at: moment.next_midnight(),
    })
}

fn facets(aircraft: &Aircraft, figures: &Summary<'_>) -> Vec<Facet> {
    let (overdue, upcoming, ok) = (figures.overdue, figures.upcoming, figures.ok);
    let mut facets = vec![
        Facet::new("aircraft_id", aircraft.id),
        Facet::new("status", figures.worst_status),
        // No filter is called so: it is here so that whoever asks what changed is told when an
        // item crosses over by the clock while a worse one stands.
        Facet::new("standing", format!("{overdue}/{upcoming}/{ok}")),
    ];
    facets.extend(aircraft.location_id.map(|id| Facet::new("location_id", id)));
    facets
}

/// The most urgent first.
fn standing<'i>(aircraft: &Aircraft, items: &[&'i DueItem], moment: &Moment) -> Vec<NextDue<'i>> {
    let standing = items.iter().map(|item| NextDue {
        item,
        state: item.state_at(aircraft.into(), moment.today()),
    });
    let mut standing: Vec<NextDue<'i>> = standing.collect();
    standing.sort_by_key(|standing: &NextDue<'_>| -> (_, i64, DueItemId) { standing.urgency() });
    standing
}

/// When a record changed, or an item crossed over by the calendar.
fn updated_at(aircraft: &Aircraft, items: &[&DueItem], moment: &Moment) -> DateTime<Utc> {
    let changed = items.iter().map(|item| item.updated_at);
    let crossed = items.iter().filter_map(|item| {
        let day = item.turned_on(moment.today())?;
        Some(moment.start_of(day))
    });
    changed.chain(crossed).fold(aircraft.updated_at, Ord::max)
}

/// Sorts the worst first.
fn rank(worst: DueStatus) -> &'static str {
    match worst {
        DueStatus::Overdue => "0",
        DueStatus::Upcoming => "1",
        DueStatus::Ok => "2",
    }
}
