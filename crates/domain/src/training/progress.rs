//! How far a student has come. One function, for the event that tells of a signoff and for the
//! document that partners read.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::{ItemKind, ItemRef, Minimums, ProgramItem, Revision, Signoff, SignoffResult};
use crate::flight::{Flight, FlightMinutes, FlightStatus};
use crate::vocabulary::vocabulary;
use crate::{FlightId, ProgramItemId};

vocabulary! {
    /// Kinds of minutes that a program asks for in the air.
    Kind, "kind of training" {
        Dual => "dual",
        Solo => "solo",
        Instrument => "instrument",
        Night => "night",
        CrossCountry => "cross_country",
        Simulator => "simulator",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub items_total: i32,
    /// Passed or credited.
    pub items_completed: i32,
    /// Not completed, and failed when last tried.
    pub items_failed: i32,
    /// Rounded down: 100 is all.
    pub percent_complete: i32,
    /// The stage of the next item; none when there is no next.
    pub phase: Option<String>,
    /// The first item in the order of the syllabus that is not completed.
    pub next_item: Option<ItemRef>,
    /// One for each kind, in their order.
    pub minutes: Vec<MinutesOf>,
    pub theory: Theory,
    pub last_lesson_at: Option<DateTime<Utc>>,
    /// Checks that were taken, as last signed, in the order of the syllabus.
    pub stage_checks: Vec<StageCheck>,
}

/// The figures of a progress that an event carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgressSummary {
    pub percent_complete: i32,
    pub items_completed: i32,
    pub items_total: i32,
}

impl From<&Progress> for ProgressSummary {
    fn from(progress: &Progress) -> Self {
        Self {
            percent_complete: progress.percent_complete,
            items_completed: progress.items_completed,
            items_total: progress.items_total,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinutesOf {
    pub kind: Kind,
    pub required: i32,
    pub flown: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theory {
    pub required_minutes: i32,
    pub attended_minutes: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageCheck {
    pub item_id: ProgramItemId,
    pub name: String,
    pub result: SignoffResult,
    pub signed_at: DateTime<Utc>,
}

/// What progress knows of a flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrainingFlight {
    pub id: FlightId,
    /// The voided flight whose place it took.
    pub replaces_id: Option<FlightId>,
    pub status: FlightStatus,
    pub minutes: FlightMinutes,
}

impl From<&Flight> for TrainingFlight {
    fn from(flight: &Flight) -> Self {
        Self {
            id: flight.id,
            replaces_id: flight.replaces_id,
            status: flight.status,
            minutes: flight.entry.minutes,
        }
    }
}

/// Of `signoffs`, which are the enrolment's, those count that still stand. `flights` holds at
/// least the flights they name and, where one was voided, what replaced it; only approved ones
/// count, and each once. Neither order matters.
pub fn progress(revision: &Revision, signoffs: &[Signoff], flights: &[TrainingFlight]) -> Progress {
    let mut standing: Vec<&Signoff> = signoffs.iter().filter(|s| s.is_recorded()).collect();
    standing.sort_by_key(|signoff| (signoff.content.signed_at, signoff.id));
    let mut by_item: HashMap<ProgramItemId, Vec<&Signoff>> = HashMap::new();
    for signoff in &standing {
        by_item
            .entry(signoff.content.item.id)
            .or_default()
            .push(signoff);
    }
    let (mut total, mut completed, mut failed) = (0, 0, 0);
    let mut next: Option<(&str, &ProgramItem)> = None;
    let mut stage_checks = Vec::new();
    for (stage, item) in revision.syllabus.items() {
        let signed = by_item.get(&item.id).map_or(&[][..], Vec::as_slice);
        total += 1;
        if signed.iter().any(|s| s.content.result.completes()) {
            completed += 1;
        } else {
            next = next.or(Some((stage, item)));
            let last = signed.last().map(|s| s.content.result);
            failed += i32::from(last == Some(SignoffResult::Failed));
        }
        stage_checks.extend(signed.last().and_then(|last| check_of(item, last)));
    }
    Progress {
        items_total: total,
        items_completed: completed,
        items_failed: failed,
        percent_complete: (completed * 100).checked_div(total).unwrap_or_default(),
        phase: next.map(|(stage, _)| stage.to_owned()),
        next_item: next.map(|(_, item)| item.into()),
        minutes: minutes(&revision.syllabus.minimums, &standing, flights),
        theory: Theory {
            required_minutes: revision.syllabus.minimums.theory,
            attended_minutes: attended(&standing),
        },
        last_lesson_at: last_lesson(&standing),
        stage_checks,
    }
}

fn check_of(item: &ProgramItem, last: &Signoff) -> Option<StageCheck> {
    item.kind.is_check().then(|| StageCheck {
        item_id: item.id,
        name: item.name.clone(),
        result: last.content.result,
        signed_at: last.content.signed_at,
    })
}

fn attended(standing: &[&Signoff]) -> i32 {
    let ground = standing.iter().map(|signoff| &signoff.content);
    ground
        .filter(|content| content.item.kind == ItemKind::Ground)
        .map(|content| content.ground_minutes)
        .sum()
}

/// When anything was last taught or tried.
fn last_lesson(standing: &[&Signoff]) -> Option<DateTime<Utc>> {
    let contents = standing.iter().map(|signoff| &signoff.content);
    contents
        .filter(|content| {
            content.item.kind.is_lesson()
                && !matches!(
                    content.result,
                    SignoffResult::NotFlown | SignoffResult::Credited
                )
        })
        .map(|content| content.signed_at)
        .max()
}

fn minutes(
    minimums: &Minimums,
    standing: &[&Signoff],
    flights: &[TrainingFlight],
) -> Vec<MinutesOf> {
    let flown = flown(standing, flights);
    let sum = |of: fn(&FlightMinutes) -> i32| flown.iter().map(of).sum();
    Kind::ALL
        .iter()
        .map(|&kind| {
            let (required, flown) = match kind {
                Kind::Dual => (minimums.dual, sum(|m| m.dual_received)),
                Kind::Solo => (minimums.solo, sum(|m| m.solo)),
                Kind::Instrument => (
                    minimums.instrument,
                    sum(|m| m.actual_instrument + m.simulated_instrument),
                ),
                Kind::Night => (minimums.night, sum(|m| m.night)),
                Kind::CrossCountry => (minimums.cross_country, sum(|m| m.cross_country)),
                Kind::Simulator => (minimums.simulator, sum(|m| m.simulator)),
            };
            MinutesOf {
                kind,
                required,
                flown,
            }
        })
        .collect()
}

/// The minutes of every approved flight that a signoff names, or that took the place of one.
fn flown(standing: &[&Signoff], flights: &[TrainingFlight]) -> Vec<FlightMinutes> {
    let known: HashMap<FlightId, &TrainingFlight> = flights.iter().map(|f| (f.id, f)).collect();
    let replaced_by: HashMap<FlightId, FlightId> = flights
        .iter()
        .filter_map(|flight| flight.replaces_id.map(|replaced| (replaced, flight.id)))
        .collect();
    let named = standing.iter().filter_map(|s| s.content.flight_id);
    let mut present = BTreeSet::new();
    for mut id in named {
        // A chain of replacements is no longer than there are flights.
        for _ in flights {
            match replaced_by.get(&id) {
                Some(next) => id = *next,
                None => break,
            }
        }
        present.insert(id);
    }
    present
        .iter()
        .filter_map(|id| known.get(id))
        .filter(|flight| flight.status == FlightStatus::Approved)
        .map(|flight| flight.minutes)
        .collect()
}
