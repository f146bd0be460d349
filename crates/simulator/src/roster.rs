//! Who flies what with whom, and when: the bookings of a day, made some days before.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use contracts::convert::timestamp;
use contracts::v1;
use domain::SessionId;

use crate::calendar;
use crate::cast::HOME;
use crate::chance::Chance;
use crate::command::{Command, Lane};
use crate::school::{School, Steps};
use crate::syllabus::Traits;

/// How many days before, a session is booked.
pub const AHEAD: u64 = 3;
/// Where the slots of a day begin, in minutes after midnight; the last one is the evening's, and
/// begins with the night.
const SLOTS: [i64; 5] = [480, 615, 750, 885, 0];
const EVENING: usize = 4;
/// How long a slot is, and a flight that fits into one, in minutes.
const SLOT: i64 = 120;
const SHORT: i64 = 84;

/// The slots that a flight takes: two, if it is long. Nothing comes after the evening.
fn slots_of(slot: usize, minutes: i64) -> std::ops::RangeInclusive<usize> {
    let long = minutes > SHORT && slot < EVENING;
    slot..=slot + usize::from(long)
}

/// A session that somebody flies, or will.
#[derive(Debug, Clone)]
pub struct Booking {
    pub id: SessionId,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Of the fleet.
    pub plane: usize,
    /// Of the members: who learns or rents.
    pub customer: usize,
    pub instructor: Option<usize>,
    /// The item of the program that is to be flown.
    pub item: Option<usize>,
}

/// Who and what is taken in which slot.
#[derive(Default)]
struct Taken {
    planes: Vec<(usize, usize)>,
    instructors: Vec<(usize, usize)>,
}

/// What somebody would like to fly.
struct Wish {
    customer: usize,
    item: Option<usize>,
    instructor: Option<usize>,
    evening: bool,
    simulator: bool,
    /// In the air; 0 where it does not matter.
    minutes: i64,
}

impl School {
    /// Books that day.
    pub(crate) fn book(&mut self, day: NaiveDate, steps: &mut Steps) {
        let mut chance = self.chance(&format!("roster {day}"));
        let mut taken = Taken::default();
        let wishes = self.wishes(day, &mut chance);
        for wish in chance.shuffled(wishes) {
            if let Some((slot, plane)) = self.find(day, &wish, &taken, &mut chance) {
                for slot in slots_of(slot, wish.minutes) {
                    taken.planes.push((slot, plane));
                    taken
                        .instructors
                        .extend(wish.instructor.map(|who| (slot, who)));
                }
                let booking = self.booking(day, slot, plane, &wish);
                steps.push(Lane::Aircraft(plane), self.request(&booking));
                self.booked.entry(day).or_default().push(booking);
            }
        }
    }

    fn wishes(&self, day: NaiveDate, chance: &mut Chance) -> Vec<Wish> {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let pending: Vec<usize> = self.booked.values().flatten().map(|b| b.customer).collect();
        let mut wishes = Vec::new();
        for student in &self.students {
            let wants = chance.percent(if weekend { 80 } else { 65 });
            if wants && student.may_book(day) && !pending.contains(&student.member) {
                wishes.push(self.lesson(student.member));
            }
        }
        for renter in self.members.iter().filter(|member| member.role == "renter") {
            let wants = chance.percent(if weekend { 35 } else { 12 });
            if wants && !pending.contains(&renter.number) {
                let simulator = chance.percent(25);
                let instructor = chance.below(self.instructors());
                wishes.push(Wish {
                    customer: renter.number,
                    item: None,
                    instructor: simulator.then_some(instructor),
                    evening: chance.percent(12) && !simulator,
                    simulator,
                    minutes: 0,
                });
            }
        }
        wishes
    }

    fn lesson(&self, member: usize) -> Wish {
        let next = self.next_item(member);
        let usual = self.usual_instructor(member);
        let (item, traits) = next.map_or((None, Traits::default()), |(at, item)| {
            (Some(at), item.traits())
        });
        let instructor = match (traits.solo, traits.check) {
            (true, _) => None,
            // A check is given by somebody else than the usual instructor.
            (false, true) => Some((usual + 1) % self.instructors()),
            (false, false) => Some(usual),
        };
        Wish {
            customer: member,
            item,
            instructor,
            evening: traits.night,
            simulator: false,
            minutes: traits.minutes,
        }
    }

    /// A slot in which the aircraft and the instructor are free.
    fn find(
        &self,
        day: NaiveDate,
        wish: &Wish,
        taken: &Taken,
        chance: &mut Chance,
    ) -> Option<(usize, usize)> {
        let slots = if wish.evening {
            // Everybody is in the classroom then.
            if day.weekday() == crate::ground::DAY {
                return None;
            }
            vec![EVENING]
        } else if wish.minutes > SHORT {
            chance.shuffled(vec![0, 2])
        } else {
            chance.shuffled((0..EVENING).collect())
        };
        let fleet = if wish.simulator {
            vec![self.simulator()]
        } else {
            let usual = wish.customer % self.simulator();
            (0..self.simulator())
                .map(|step| (usual + step) % self.simulator())
                .collect()
        };
        for slot in slots {
            let all = slots_of(slot, wish.minutes);
            let instructor = wish.instructor;
            let is_busy =
                |slot| instructor.is_some_and(|who| taken.instructors.contains(&(slot, who)));
            let busy = all.clone().any(is_busy);
            let is_free = |plane: &usize| {
                all.clone()
                    .all(|slot| !taken.planes.contains(&(slot, *plane)))
            };
            let free = fleet.iter().find(|plane| is_free(plane));
            if let (false, Some(plane)) = (busy, free) {
                return Some((slot, *plane));
            }
        }
        None
    }

    fn booking(&self, day: NaiveDate, slot: usize, plane: usize, wish: &Wish) -> Booking {
        let minutes = SLOTS.get(slot).copied().unwrap_or_default();
        let starts_at = if slot == EVENING {
            calendar::dusk(self.setting.zone, day) + TimeDelta::minutes(30)
        } else {
            calendar::at(self.setting.zone, day, minutes)
        };
        Booking {
            id: self.setting.id(&format!("session {day} {slot} {plane}")),
            starts_at,
            ends_at: starts_at + TimeDelta::minutes((wish.minutes + 40).max(SLOT)),
            plane,
            customer: wish.customer,
            instructor: wish.instructor,
            item: wish.item,
        }
    }

    fn request(&self, booking: &Booking) -> Command {
        let setting = &self.setting;
        let lesson = self.is_student(booking.customer);
        let simulator = booking.plane == self.simulator();
        let (kind, resource) = match (simulator, lesson) {
            (true, _) => ("simulator", "simulator"),
            (false, true) => ("flight", "aircraft"),
            (false, false) => ("rental", "aircraft"),
        };
        let customer = setting.person(booking.customer).to_string();
        let item = booking.item.and_then(|at| self.syllabus.items.get(at));
        let plan = v1::SessionPlan {
            kind: kind.to_owned(),
            title: item.map(|item| format!("{} {}", item.code, item.name)),
            starts_at: Some(timestamp(booking.starts_at)),
            ends_at: Some(timestamp(booking.ends_at)),
            resource: Some(v1::SessionResource {
                r#type: resource.to_owned(),
                id: self.plane_id(booking.plane).to_string(),
                label: String::new(),
            }),
            instructor_id: booking
                .instructor
                .map(|who| setting.person(who).to_string()),
            student_ids: lesson.then(|| customer.clone()).into_iter().collect(),
            pilot_id: (!lesson).then_some(customer),
            program_item_id: item.map(|item| self.item_id(item).to_string()),
            departure: (!simulator).then(|| HOME.to_owned()),
            arrival: (!simulator).then(|| HOME.to_owned()),
        };
        Command::RequestSession(Box::new(v1::RequestSessionRequest {
            id: booking.id.to_string(),
            organization_id: setting.organization.to_string(),
            location_id: setting.location.map(|id| id.to_string()),
            plan: Some(plan),
            scheduled: true,
            external_reference: None,
        }))
    }
}
