//! The school and its days.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use contracts::v1;
use domain::{AircraftId, ProgramItemId};

use crate::cast::{Member, Plane};
use crate::chance::Chance;
use crate::command::{Command, Lane, Step};
use crate::ledger::Ledger;
use crate::roster::{self, Booking};
use crate::setting::Setting;
use crate::student::Student;
use crate::syllabus::{self, Item, Syllabus};
use crate::upkeep::Shop;

/// A day of the school: what it asks of the system of record.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    pub date: NaiveDate,
    pub steps: Vec<Step>,
    /// Flights that were flown.
    pub flights: usize,
}

/// A school that lives. It decides all by itself; nothing of what it asks for is answered to it.
pub struct School {
    pub(crate) setting: Setting,
    pub(crate) syllabus: Syllabus,
    pub(crate) members: Vec<Member>,
    pub(crate) students: Vec<Student>,
    pub(crate) fleet: Vec<Plane>,
    /// What is to come, by day.
    pub(crate) booked: BTreeMap<NaiveDate, Vec<Booking>>,
    /// Who is in the classroom, by day.
    pub(crate) classes: BTreeMap<NaiveDate, Vec<usize>>,
    pub(crate) ledger: Ledger,
    pub(crate) shop: Shop,
    pub(crate) flights: usize,
    today: NaiveDate,
}

/// Collects the steps of a day.
#[derive(Default)]
pub(crate) struct Steps(Vec<Step>);

impl Steps {
    pub fn push(&mut self, lane: Lane, command: Command) {
        self.0.push(Step {
            lane,
            closing: false,
            command,
        });
    }

    /// When all others of the week are through.
    pub fn push_closing(&mut self, lane: Lane, command: Command) {
        self.0.push(Step {
            lane,
            closing: true,
            command,
        });
    }
}

impl School {
    pub fn new(setting: Setting) -> Self {
        let instructors = setting.aircraft.div_ceil(2) + 1;
        let cast = |number: usize, role| Member::new(&setting, number, role, setting.first_day);
        let mut members: Vec<Member> = (0..instructors).map(|n| cast(n, "instructor")).collect();
        for _ in 0..setting.aircraft + 1 {
            members.push(cast(members.len(), "renter"));
        }
        let fleet = (0..=setting.aircraft).map(|number| Plane::new(&setting, number));
        let fleet = fleet.collect();
        let today = setting.first_day;
        let mut school = Self {
            setting,
            syllabus: Syllabus::private_pilot(),
            members,
            students: Vec::new(),
            fleet,
            booked: BTreeMap::new(),
            classes: BTreeMap::new(),
            ledger: Ledger::default(),
            shop: Shop::default(),
            flights: 0,
            today,
        };
        school.first_students();
        school
    }

    /// The day that [`School::day`] lives next.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// How the flights of the fleet are registered.
    pub fn registrations(&self) -> impl Iterator<Item = &str> {
        self.fleet.iter().map(|plane| plane.registration.as_str())
    }

    /// What there must be before the first day.
    pub fn founding(&mut self) -> Day {
        let mut steps = Steps::default();
        for member in self
            .members
            .iter()
            .filter(|member| member.role != "student")
        {
            steps.push(Lane::Person(member.number), self.save_person(member, 0));
            self.hand_in(member, &mut steps);
        }
        for plane in self.fleet.clone() {
            let aircraft = Some(plane.record(&self.setting));
            let request = Box::new(v1::SaveAircraftRequest { aircraft });
            steps.push(Lane::Aircraft(plane.number), Command::SaveAircraft(request));
            self.register(&plane, &mut steps);
            self.take_over(&plane, &mut steps);
        }
        steps.push(Lane::Classroom, self.save_classroom());
        self.publish_program(&mut steps);
        Day {
            date: self.today,
            steps: steps.0,
            flights: 0,
        }
    }

    /// Lives one day.
    pub fn day(&mut self) -> Day {
        let (date, before) = (self.today, self.flights);
        let mut steps = Steps::default();
        self.welcome(date, &mut steps);
        self.renew_medicals(date, &mut steps);
        self.renew_insurances(date, &mut steps);
        self.annuals(date);
        self.keep_up(date, &mut steps);
        if let Some(day) = date.checked_add_days(Days::new(roster::AHEAD)) {
            self.book(day, &mut steps);
            self.book_ground_school(day, &mut steps);
        }
        self.fly_all(date, &mut steps);
        self.hold_ground_school(date, &mut steps);
        self.settle(date, &mut steps);
        self.today = date.checked_add_days(Days::new(1)).unwrap_or(date);
        Day {
            date,
            steps: steps.0,
            flights: self.flights - before,
        }
    }

    pub(crate) fn chance(&self, what: &str) -> Chance {
        Chance::of(self.setting.world(), what)
    }

    pub(crate) fn save_person(&self, member: &Member, version: i64) -> Command {
        let person = Some(member.record(&self.setting, version));
        Command::SavePerson(Box::new(v1::SavePersonRequest { person }))
    }

    /// How many instructors there are; they are the first members.
    pub(crate) fn instructors(&self) -> usize {
        self.members
            .iter()
            .filter(|member| member.teaches())
            .count()
    }

    /// The simulator's place in the fleet: the last.
    pub(crate) fn simulator(&self) -> usize {
        self.setting.aircraft
    }

    pub(crate) fn plane_id(&self, plane: usize) -> AircraftId {
        self.setting.id(&format!("aircraft {plane}"))
    }

    pub(crate) fn item_id(&self, item: &Item) -> ProgramItemId {
        syllabus::item_id(&self.setting, item)
    }

    pub(crate) fn organization(&self) -> String {
        self.setting.organization.to_string()
    }

    /// About a record of that id, whatever its version, by nobody in particular.
    pub(crate) fn target(&self, id: impl ToString) -> v1::Target {
        v1::Target {
            organization_id: self.organization(),
            id: id.to_string(),
            expected_version: None,
            actor_id: None,
        }
    }
}
