//! What falls due on each aircraft.

use chrono::{Datelike, Days, NaiveDate};
use contracts::v1;
use domain::DueItemId;

use crate::cast::Plane;
use crate::command::{Command, Lane};
use crate::school::{School, Steps};

/// Hundredths of hours before it is due that an aircraft goes into the shop.
const EARLY: i64 = 400;

/// What recurs by the tachometer: title, kind, reference, every so many hundredths of hours, and
/// whether it keeps the aircraft on the ground.
const BY_HOURS: [(&str, &str, Option<&str>, i64, bool); 3] = [
    ("100-hour inspection", "hundred_hour", None, 10_000, true),
    ("Oil and filter", "oil_change", None, 5_000, false),
    ("Seat rails", "ad", Some("AD 2011-10-09"), 10_000, true),
];
/// What recurs by the calendar: title, kind, reference, every so many months.
const BY_MONTHS: [(&str, &str, &str, i32); 3] = [
    ("Transponder", "transponder", "91.413", 24),
    (
        "Altimeter and static system",
        "altimeter_static",
        "91.411",
        24,
    ),
    ("Emergency locator transmitter", "elt", "91.207(d)", 24),
];
const ANNUAL: &str = "Annual inspection";

/// When what recurs by the hour was last done, and the day of the annual inspection.
#[derive(Debug, Clone)]
pub struct Clockwork {
    /// In the order of what recurs; tachometer.
    done_at: Vec<i64>,
    annual: NaiveDate,
}

impl Clockwork {
    /// Whether any of it is due before long.
    pub fn is_near(&self, tach: i64) -> bool {
        self.near(tach).next().is_some()
    }

    fn near(&self, tach: i64) -> impl Iterator<Item = usize> {
        let items = BY_HOURS.iter().zip(&self.done_at).enumerate();
        items
            .filter(move |(_, ((.., every, _), done))| tach + EARLY >= **done + every)
            .map(|(at, _)| at)
    }
}

impl School {
    /// The due items of an aircraft that the school begins with.
    pub(crate) fn take_over(&mut self, plane: &Plane, steps: &mut Steps) {
        if plane.is_simulator() {
            return;
        }
        let mut chance = self.chance(&format!("upkeep {}", plane.number));
        let mut done_at = Vec::new();
        let day = self.setting.first_day;
        for (at, (_, _, _, every, _)) in BY_HOURS.iter().enumerate() {
            let done = plane.tach - chance.between(0, every * 8 / 10);
            done_at.push(done);
            steps.push(
                Lane::Aircraft(plane.number),
                self.save_by_hours(plane, at, done, day),
            );
        }
        for (title, kind, reference, months) in BY_MONTHS {
            let ago = Days::new(chance.between(0, 300).unsigned_abs());
            let item = v1::DueItem {
                reference: Some(reference.to_owned()),
                interval_months: Some(months),
                ..self.due_item(
                    plane,
                    title,
                    kind,
                    day.checked_sub_days(ago).unwrap_or(day),
                    None,
                )
            };
            steps.push(Lane::Aircraft(plane.number), save(item));
        }
        let annual = Days::new(chance.between(20, 340).unsigned_abs());
        let clockwork = Clockwork {
            done_at,
            annual: day.checked_add_days(annual).unwrap_or(day),
        };
        self.shop.clockwork.insert(plane.number, clockwork);
    }

    /// Aircraft whose annual inspection is today go into the shop today.
    pub(crate) fn annuals(&mut self, day: NaiveDate) {
        for (plane, clockwork) in &self.shop.clockwork {
            // The same day every year.
            let today =
                (clockwork.annual.month(), clockwork.annual.day()) == (day.month(), day.day());
            if today {
                self.shop.days.entry(day).or_default().insert(*plane);
            }
        }
    }

    /// What the inspection of the day covers: titles, and the due items it is for. All of it is
    /// done then.
    pub(super) fn inspect(
        &mut self,
        plane: usize,
        day: NaiveDate,
    ) -> (Vec<&'static str>, Vec<DueItemId>) {
        let tach = self.fleet.get(plane).map_or(0, |plane| plane.tach);
        let Some(clockwork) = self.shop.clockwork.get_mut(&plane) else {
            return Default::default();
        };
        let annual = (clockwork.annual.month(), clockwork.annual.day()) == (day.month(), day.day());
        let near: Vec<usize> = clockwork.near(tach).collect();
        let mut titles = Vec::new();
        if annual {
            titles.push(ANNUAL);
        }
        let mut items = Vec::new();
        for at in near {
            if let Some(done) = clockwork.done_at.get_mut(at) {
                *done = tach;
            }
            if let Some((title, ..)) = BY_HOURS.get(at) {
                titles.push(*title);
                items.push(self.setting.id(&format!("due {plane} {title}")));
            }
        }
        (titles, items)
    }

    /// From its first annual inspection at the school on, the next one is known.
    pub(super) fn note_annual(&self, plane: usize, day: NaiveDate, steps: &mut Steps) {
        let first = self
            .shop
            .clockwork
            .get(&plane)
            .is_some_and(|clockwork| clockwork.annual == day);
        let Some(plane) = self.fleet.get(plane).filter(|_| first) else {
            return;
        };
        let item = v1::DueItem {
            reference: Some("91.409(a)".to_owned()),
            interval_months: Some(12),
            prevents_dispatch: true,
            ..self.due_item(plane, ANNUAL, "annual", day, None)
        };
        steps.push(Lane::Aircraft(plane.number), save(item));
    }

    fn save_by_hours(&self, plane: &Plane, at: usize, done: i64, day: NaiveDate) -> Command {
        let (title, kind, reference, every, prevents_dispatch) =
            BY_HOURS.get(at).copied().unwrap_or_default();
        save(v1::DueItem {
            reference: reference.map(str::to_owned),
            interval_hundredths: Some(every),
            prevents_dispatch,
            ..self.due_item(plane, title, kind, day, Some(done))
        })
    }

    fn due_item(
        &self,
        plane: &Plane,
        title: &str,
        kind: &str,
        on: NaiveDate,
        at_hundredths: Option<i64>,
    ) -> v1::DueItem {
        let id: DueItemId = self.setting.id(&format!("due {} {title}", plane.number));
        v1::DueItem {
            id: id.to_string(),
            organization_id: self.organization(),
            aircraft_id: plane.id.to_string(),
            title: title.to_owned(),
            kind: kind.to_owned(),
            last_done: Some(v1::Done {
                on: on.to_string(),
                at_hundredths,
                at_cycles: None,
            }),
            meter_kind: "tach".to_owned(),
            recurring: true,
            early_late_rule: "reset".to_owned(),
            ..v1::DueItem::default()
        }
    }
}

fn save(item: v1::DueItem) -> Command {
    Command::SaveDueItem(Box::new(v1::SaveDueItemRequest { item: Some(item) }))
}
