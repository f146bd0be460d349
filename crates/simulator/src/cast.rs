//! Who and what there is at the school.

use chrono::{Days, NaiveDate};
use contracts::v1;
use domain::AircraftId;
use domain::aircraft::{AircraftClass, Category, EngineType};

use crate::calendar;
use crate::chance::Chance;
use crate::setting::Setting;

/// What people are called. Any likeness is chance.
const FIRST: [&str; 24] = [
    "Amelia", "Noah", "Priya", "Lucas", "Mei", "Omar", "Sofia", "Ethan", "Ingrid", "Mateo",
    "Grace", "Jonas", "Leila", "Owen", "Hana", "Victor", "Nora", "Samuel", "Yuki", "Clara",
    "Diego", "Elena", "Theo", "Aisha",
];
const LAST: [&str; 24] = [
    "Okafor",
    "Lindqvist",
    "Ramirez",
    "Chen",
    "Novak",
    "Fischer",
    "Haddad",
    "Moreau",
    "Tanaka",
    "Silva",
    "Kowalski",
    "Nguyen",
    "Olsen",
    "Patel",
    "Rossi",
    "Weber",
    "Hughes",
    "Ivanova",
    "Mbeki",
    "Larsen",
    "Castillo",
    "Bianchi",
    "Murphy",
    "Sato",
];

/// Somebody of the school.
#[derive(Debug, Clone)]
pub struct Member {
    /// Counts all members, from 0.
    pub number: usize,
    pub role: &'static str,
    pub joined: NaiveDate,
    /// The last day of the medical.
    pub medical_until: NaiveDate,
    pub version: i64,
}

impl Member {
    pub fn new(setting: &Setting, number: usize, role: &'static str, joined: NaiveDate) -> Self {
        let mut chance = Chance::of(setting.world(), &format!("member {number}"));
        let left = chance.between(20, 600).unsigned_abs();
        Self {
            number,
            role,
            joined,
            medical_until: joined.checked_add_days(Days::new(left)).unwrap_or(joined),
            version: 1,
        }
    }

    /// As it is saved; `version` as the caller sees it, 0 for the first time.
    pub fn record(&self, setting: &Setting, version: i64) -> v1::Person {
        let mut chance = Chance::of(setting.world(), &format!("name {}", self.number));
        let first = chance.pick(&FIRST).copied().unwrap_or("Alex");
        let last = chance.pick(&LAST).copied().unwrap_or("Smith");
        let n = self.number;
        let address = format!("{first}.{last}{n}.{}@pilots.example", setting.seed);
        let issued = self.medical_until.checked_sub_days(Days::new(730));
        v1::Person {
            id: setting.person(n).to_string(),
            organization_id: setting.organization.to_string(),
            version,
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            email: Some(address.to_lowercase()),
            roles: vec![self.role.to_owned()],
            status: "active".to_owned(),
            licences: vec![self.licence(setting)],
            ratings: self.ratings(),
            medical: Some(v1::Medical {
                class: if self.teaches() { "second" } else { "third" }.to_owned(),
                issued_on: issued.unwrap_or(self.joined).to_string(),
                valid_until: Some(self.medical_until.to_string()),
            }),
            home_airport: Some(HOME.to_owned()),
            ..v1::Person::default()
        }
    }

    pub fn teaches(&self) -> bool {
        self.role == "instructor"
    }

    fn licence(&self, setting: &Setting) -> v1::Licence {
        let mut chance = Chance::of(setting.world(), &format!("licence {}", self.number));
        let kind = match self.role {
            "instructor" => "cfi",
            "student" => "student",
            _ => "ppl",
        };
        let before = chance.between(30, 4_000).unsigned_abs();
        v1::Licence {
            authority: "faa".to_owned(),
            kind: kind.to_owned(),
            number: Some(chance.between(2_000_000, 4_999_999).to_string()),
            issued_on: self
                .joined
                .checked_sub_days(Days::new(before))
                .map(|day| day.to_string()),
        }
    }

    fn ratings(&self) -> Vec<v1::Rating> {
        let codes: &[&str] = match self.role {
            "instructor" => &["ASEL", "IR"],
            "renter" => &["ASEL"],
            _ => &[],
        };
        let rating = |code: &&str| v1::Rating {
            code: (*code).to_owned(),
            valid_until: None,
        };
        codes.iter().map(rating).collect()
    }
}

/// Where the school stands.
pub const HOME: &str = "KPAO";

/// An aircraft or the simulator, and what its meters read.
#[derive(Debug, Clone)]
pub struct Plane {
    /// Counts the fleet, from 0.
    pub number: usize,
    pub id: AircraftId,
    pub registration: String,
    pub model: &'static Model,
    /// Hundredths of an hour.
    pub hobbs: i64,
    pub tach: i64,
}

/// A type of aircraft.
#[derive(Debug)]
pub struct Model {
    pub make: &'static str,
    pub model: &'static str,
    pub icao_type: Option<&'static str>,
    pub category: Category,
    pub seats: i32,
    /// An hour of it, in minor units.
    pub hourly_minor: i64,
    /// Hundredths of gallons an hour.
    pub burn: i64,
}

static MODELS: [Model; 3] = [
    Model {
        make: "Cessna",
        model: "172S",
        icao_type: Some("C172"),
        category: Category::Airplane,
        seats: 4,
        hourly_minor: 18_900,
        burn: 850,
    },
    Model {
        make: "Piper",
        model: "PA-28-181",
        icao_type: Some("P28A"),
        category: Category::Airplane,
        seats: 4,
        hourly_minor: 17_500,
        burn: 950,
    },
    Model {
        make: "Diamond",
        model: "DA40",
        icao_type: Some("DA40"),
        category: Category::Airplane,
        seats: 4,
        hourly_minor: 22_500,
        burn: 900,
    },
];
static SIMULATOR: Model = Model {
    make: "Redbird",
    model: "TD2",
    icao_type: None,
    category: Category::Simulator,
    seats: 1,
    hourly_minor: 6_500,
    burn: 0,
};

impl Plane {
    pub fn new(setting: &Setting, number: usize) -> Self {
        let mut chance = Chance::of(setting.world(), &format!("aircraft {number}"));
        let simulated = number == setting.aircraft;
        let common = chance.below(10) < 6;
        let model = match (simulated, common) {
            (true, _) => &SIMULATOR,
            (false, true) => MODELS.first().unwrap_or(&SIMULATOR),
            (false, false) => chance.pick(&MODELS).unwrap_or(&SIMULATOR),
        };
        let hobbs = chance.between(120_000, 610_000) / 10 * 10;
        Self {
            number,
            id: setting.id(&format!("aircraft {number}")),
            registration: registration(&mut chance, simulated),
            model,
            hobbs,
            tach: hobbs * 86 / 100 + chance.between(0, 99),
        }
    }

    pub fn is_simulator(&self) -> bool {
        self.model.category == Category::Simulator
    }

    /// As it is saved when the school begins.
    pub fn record(&self, setting: &Setting) -> v1::Aircraft {
        let read_at = calendar::at(setting.zone, setting.first_day, 0);
        let reading = |kind: &str, value| v1::MeterReading {
            kind: kind.to_owned(),
            value_hundredths: value,
            engine_position: None,
            read_at: Some(contracts::convert::timestamp(read_at)),
        };
        let meters = if self.is_simulator() {
            vec![reading("hobbs", self.hobbs)]
        } else {
            vec![reading("hobbs", self.hobbs), reading("tach", self.tach)]
        };
        let flies = !self.is_simulator();
        v1::Aircraft {
            id: self.id.to_string(),
            organization_id: setting.organization.to_string(),
            location_id: setting.location.map(|id| id.to_string()),
            registration: self.registration.clone(),
            make: self.model.make.to_owned(),
            model: self.model.model.to_owned(),
            icao_type: self.model.icao_type.map(str::to_owned),
            category: self.model.category.to_string(),
            class: flies.then(|| AircraftClass::Asel.to_string()),
            engine_type: flies.then(|| EngineType::Piston.to_string()),
            engine_count: i32::from(flies),
            seats: Some(self.model.seats),
            airworthiness_status: "airworthy".to_owned(),
            status: "active".to_owned(),
            home_airport: Some(HOME.to_owned()),
            meters,
            airframe_hundredths: flies.then_some(self.tach),
            billing_meter: "hobbs".to_owned(),
            maintenance_meter: if flies { "tach" } else { "hobbs" }.to_owned(),
            fuel_unit: "usg".to_owned(),
            ..v1::Aircraft::default()
        }
    }
}

fn registration(chance: &mut Chance, simulated: bool) -> String {
    let digits = chance.between(100, 999);
    if simulated {
        return format!("FTD-{digits}");
    }
    const LETTERS: [char; 24] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T',
        'U', 'V', 'W', 'X', 'Y', 'Z',
    ];
    let mut letter = || chance.pick(&LETTERS).copied().unwrap_or('A');
    format!("N{digits}{}{}", letter(), letter())
}
