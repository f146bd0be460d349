//! The columns the reader knows, under all the names they have had.

macro_rules! columns {
    ($($variant:ident: $($name:literal)|+;)+) => {
        /// A column of either table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Column { $($variant,)+ }

        impl Column {
            const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Every name of the column, the usual one first.
            fn names(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($name),+],)+ }
            }
        }
    };
}

// Spelling is compared by letters and digits alone, and without "(FAA)": see
// `key`. So `NVG Ops` and `NVGOps` are one name here.
columns! {
    AircraftId: "AircraftID" | "AircraftCode";
    TypeCode: "TypeCode";
    Year: "Year";
    Make: "Make";
    Model: "Model";
    GearType: "GearType";
    EngineType: "EngineType";
    EquipType: "equipType" | "EquipmentType";
    Category: "Category";
    Class: "aircraftClass" | "Category/Class" | "Class";
    Complex: "complexAircraft" | "Complex";
    HighPerformance: "highPerformance";
    Taa: "taa";
    Pressurized: "pressurized";

    Date: "Date";
    From: "From";
    To: "To";
    Route: "Route";
    TimeOut: "TimeOut";
    TimeOff: "TimeOff";
    TimeOn: "TimeOn";
    TimeIn: "TimeIn";
    OnDuty: "OnDuty";
    OffDuty: "OffDuty";
    TotalTime: "TotalTime";
    Pic: "PIC";
    Sic: "SIC";
    Night: "Night";
    Solo: "Solo";
    CrossCountry: "CrossCountry";
    Picus: "PICUS";
    MultiPilot: "MultiPilot";
    Ifr: "IFR";
    Examiner: "Examiner";
    Nvg: "NVG";
    NvgOps: "NVGOps";
    Distance: "Distance";
    ActualInstrument: "ActualInstrument";
    SimulatedInstrument: "SimulatedInstrument";
    DualGiven: "DualGiven";
    DualReceived: "DualReceived";
    SimulatedFlight: "SimulatedFlight";
    GroundTraining: "GroundTraining";
    GroundTrainingGiven: "GroundTrainingGiven";
    HobbsStart: "HobbsStart";
    HobbsEnd: "HobbsEnd";
    TachStart: "TachStart";
    TachEnd: "TachEnd";
    Holds: "Holds";
    Approach: "Approach";
    InstructorName: "InstructorName";
    InstructorComments: "InstructorComments";
    Person: "Person";
    PilotComments: "PilotComments";
    FlightReview: "Flight Review";
    Ipc: "IPC";
    Checkride: "Checkride";
    Far6158: "FAA 61.58";
    NvgProficiency: "NVG Proficiency";

    // The old columns: full stops of all airports together, and the sum of all.
    OldTakeoffsDay: "DayTakeoffs";
    OldTakeoffsNight: "NightTakeoffs";
    OldFullStopDay: "DayLandingsFullStop";
    OldFullStopNight: "NightLandingsFullStop";
    OldTouchAndGoDay: "DayLandingsTouchAndGo";
    OldTouchAndGoNight: "NightLandingsTouchAndGo";
    AllLandings: "AllLandings";
    // The new columns: airports without and with a tower apart.
    TakeoffDay: "Takeoff Day";
    TakeoffNight: "Takeoff Night";
    FullStopDay: "Landing Full-Stop Day";
    FullStopNight: "Landing Full-Stop Night";
    TouchAndGoDay: "Landing Touch-and-Go Day";
    TouchAndGoNight: "Landing Touch-and-Go Night";
    TakeoffDayTowered: "Takeoff Day Towered";
    TakeoffNightTowered: "Takeoff Night Towered";
    FullStopDayTowered: "Landing Full-Stop Day Towered";
    FullStopNightTowered: "Landing Full-Stop Night Towered";
    TouchAndGoDayTowered: "Landing Touch-and-Go Day Towered";
    TouchAndGoNightTowered: "Landing Touch-and-Go Night Towered";
}

impl Column {
    /// The column of this name in a header.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let key = key(name);
        let unnumbered = key.trim_end_matches(|c: char| c.is_ascii_digit());
        if unnumbered.len() < key.len() {
            match unnumbered {
                "approach" => return Some(Self::Approach),
                "person" => return Some(Self::Person),
                _ => (),
            }
        }
        let mut all = Self::ALL.iter().copied();
        all.find(|column| column.names().iter().any(|name| self::key(name) == key))
    }

    /// Whether the column holds people or remarks.
    pub(crate) fn is_private(self) -> bool {
        let people = matches!(self, Self::Person | Self::InstructorName);
        let remarks = [
            Self::PilotComments,
            Self::InstructorComments,
            Self::Approach,
        ];
        people || remarks.contains(&self)
    }

    /// The usual name, for a column the file does not have.
    pub(crate) fn label(self) -> &'static str {
        self.names().first().copied().unwrap_or_default()
    }
}

/// Whether a column is one of ForeFlight's own that says the same as another
/// in the terms of EASA, and is left alone.
pub(crate) fn is_left_alone(name: &str) -> bool {
    key(name).ends_with("easa")
}

/// What makes two spellings one name: letters and digits, in lower case,
/// without the suffix `(FAA)`.
pub(crate) fn key(name: &str) -> String {
    let lower = name.trim().to_ascii_lowercase();
    let name = lower.strip_suffix("(faa)").unwrap_or(&lower);
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests;
